"""``scrapy browse``: the archive in a browser, to read, filter and search."""

from __future__ import annotations

import socket
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from kznews.commands import examples, fail
from kznews.messages import say
from kznews.storage.archive import Archive, ArchiveError

if TYPE_CHECKING:
    import argparse

PORT = 8001
INSTALL = "pip install datasette"


class Command(ScrapyCommand):
    """Copy what is new of the archive into a database for reading, and show that by Datasette.

    Crawls go on undisturbed meanwhile; what they bring is there after the next start.
    """

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own shape)

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Read, filter and search the archive in a browser"

    def long_desc(self) -> str:
        return (
            "Read, filter and search the archive in a browser on this machine, until Ctrl-C. "
            "It says at which address."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--port", type=int, default=PORT, help=f"default: {PORT}")
        parser.add_argument(
            "--prepare", action="store_true", help="only bring reading.db up to date"
        )
        examples(parser, "scrapy browse", "scrapy browse --port 8080")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError(f"browse takes options only, not {args[0]!r}")
        try:
            from kznews.datasette_app import reading_db, server  # noqa: PLC0415 (an optional extra)
        except ImportError as error:
            raise UsageError(f"browse needs {error.name}: {INSTALL}", print_help=False) from None
        assert self.settings is not None
        path = Path(self.settings["KZNEWS_DATA_DIR"]) / "reading.db"
        try:
            listening = None if opts.prepare else _listen(server.HOST, opts.port)
            archive = Archive(self.settings["KZNEWS_ARCHIVE_URL"], create=False)
            count = reading_db.prepare(path, archive, _tell)
            archive.close()
        except ArchiveError as error:
            fail(self, str(error))
        except sqlite3.Error as error:
            fail(self, f"{path} cannot be written ({error}): delete it, it is only a copy")
        except OSError as error:
            fail(self, str(error))
        else:
            if listening is None:
                say(f"{path}: {count} articles")
                return
            address = f"http://{server.HOST}:{listening.getsockname()[1]}/reading/articles"
            say(f"{count} articles at {address} (Ctrl-C ends it)")
            server.serve(path, listening)


def _listen(host: str, port: int) -> socket.socket:
    """Take the port; raises an ``OSError`` that names the remedy where it cannot be had."""
    try:
        return socket.create_server((host, port))
    except (OSError, OverflowError):
        raise OSError(
            f"port {port} cannot be had: name another with --port, such as 8080"
        ) from None


def _tell(count: int) -> None:
    say(f"Taking over {count} articles from the archive …", to=sys.stderr)
