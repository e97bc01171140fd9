"""A web archive on this machine, made of kept pages: an index and its captures."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

from kznews.warc.reader import Recorded, read_records

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
PAGE = 20


def recorded(data: Path) -> Iterator[Recorded]:
    """Yield what a crawl kept."""
    for path in sorted((data / "pages").glob("*.warc.gz")):
        yield from filter(None, read_records(str(path), lambda _, __: True, 10**7))


class WebArchive:
    """Answers like the Internet Archive, ``PAGE`` captures at a time; ``asked`` are all requests.

    ``refusals`` is how many answers of the replay are 429; ``odd`` are status, headers and body of
    captures that are answered in another way, by the address of the page.
    """

    def __init__(self, captures: list[Recorded]) -> None:
        self.captures = captures
        self.asked: list[str] = []
        self.refusals = 0
        self.odd: dict[str, tuple[int, dict[str, str], bytes]] = {}

    def index(self, query: dict[str, list[str]]) -> str:
        start = int(query.get("resumeKey", ["0"])[0])
        rows: list[Any] = [
            ["", f"{c.at:%Y%m%d%H%M%S}", c.url, "text/html", str(c.status), hash(c.body), 1]
            for c in sorted(self.captures, key=lambda c: c.url)
        ]
        more = [[], [str(start + PAGE)]] if start + PAGE < len(rows) else []
        return json.dumps([NAMES, *rows[start : start + PAGE], *more])

    def capture(self, stamp: str, original: str) -> Recorded | None:
        return next(
            (c for c in self.captures if c.url == original and f"{c.at:%Y%m%d%H%M%S}" == stamp),
            next((c for c in self.captures if c.url == original), None),
        )

    def __enter__(self) -> Self:
        archive = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                archive.asked.append(self.path)
                parts = urlsplit(self.path)
                if parts.path == "/cdx/search/cdx":
                    self.answer(200, {}, archive.index(parse_qs(parts.query)).encode())
                elif archive.refusals and parts.path.startswith("/web/"):
                    archive.refusals -= 1
                    self.answer(429, {}, b"")
                elif parts.path.startswith("/web/"):
                    stamp, _, original = self.path.removeprefix("/web/").partition("id_/")
                    found = archive.capture(stamp, original)
                    at = f"{found.at:%a, %d %b %Y %H:%M:%S} GMT" if found else ""
                    headers = {"Memento-Datetime": at, "Content-Type": "text/html"}
                    status, body = (200, found.body) if found else (404, b"")
                    status, more, body = archive.odd.get(original, (status, {}, body))
                    self.answer(status, headers | more, body)
                else:
                    self.answer(404, {}, b"")

            def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                own = {"Content-Length": str(len(body)), "Connection": "close"}
                for name, value in (headers | own).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def settings(self) -> tuple[str, ...]:
        return pointing_at(f"{self.url}/cdx/search/cdx", f"{self.url}/web")


def pointing_at(index: str, replay: str) -> tuple[str, ...]:
    """Return the settings that send a crawl to a web archive, at no pace at all."""
    fast = {"delay": 0.001, "concurrency": 1, "jitter": 0.0}
    values = {
        "KZNEWS_WAYBACK_CDX": index,
        "KZNEWS_WAYBACK_REPLAY": replay,
        "DOWNLOAD_SLOTS": json.dumps({"wayback-index": fast, "wayback-captures": fast}),
        "KZNEWS_RATE_LIMIT_PAUSE": "0.01",
    }
    return tuple(w for name, value in values.items() for w in ("-s", f"{name}={value}"))
