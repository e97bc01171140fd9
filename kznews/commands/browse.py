"""``scrapy browse``: the archive in a browser, to read, filter and search.

New articles are copied from the archive into a database for reading, which Datasette shows. Crawls
continue meanwhile; the next start copies what they bring.
"""

from __future__ import annotations

import socket
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from kznews.commands import CommandError, ReadsArchive, require
from kznews.monitoring.messages import say

if TYPE_CHECKING:
    import argparse

    from kznews.storage.archive import Archive

PORT = 8001


class Command(ReadsArchive, ScrapyCommand):
    """Read, filter and search the archive in a browser on this machine, until Ctrl-C. It says at
    which address.
    """

    summary = "Read, filter and search the archive in a browser"
    examples = ("scrapy browse", "scrapy browse --port 8080")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--port", type=int, default=PORT, help=f"default: {PORT}")
        parser.add_argument(
            "--prepare", action="store_true", help="only bring reading.db up to date"
        )

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        super().check(args, opts)
        require("browse", "datasette")
        self.listening = None if opts.prepare else _listen(opts.port)

    def work(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        from kznews.datasette_app import reading_db, server  # noqa: PLC0415 (an optional extra)

        path = Path(self.settings["KZNEWS_DATA_DIR"]) / "reading.db"
        try:
            count = reading_db.prepare(path, archive, _tell)
        except (sqlite3.Error, OSError) as error:
            message = f"{path} cannot be written ({error}): delete it, it is only a copy"
            raise CommandError(message) from None
        archive.close()
        if self.listening is None:
            say(f"{path}: {count} articles")
            return
        host, port = self.listening.getsockname()
        address = f"http://{host}:{port}/reading/articles"
        say(f"{count} articles at {address} (Ctrl-C ends it)")
        server.serve(path, self.listening)


def _listen(port: int) -> socket.socket:
    from kznews.datasette_app.server import HOST  # noqa: PLC0415 (an optional extra)

    try:
        return socket.create_server((HOST, port))
    except (OSError, OverflowError):
        message = f"port {port} is not available: name another with --port, such as 8080"
        raise CommandError(message) from None


def _tell(count: int) -> None:
    say(f"Taking over {count} articles from the archive …", to=sys.stderr)
