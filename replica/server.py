"""Serves one or both editions on 127.0.0.1, with parts to close and faults to set."""

from __future__ import annotations

import re
import select
import socket
import struct
import threading
import time
from contextlib import contextmanager, suppress
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from zlib import crc32

from replica import rest
from replica.answer import Answer, Hit
from replica.model import BASE, OTHER_EDITION
from replica.routes import not_found, respond

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from replica.faults import Fault
    from replica.newsroom import Newsroom

NO_OTHER_EDITION = "https://other-edition.example"
_CACHE_LIMIT = 50_000
_LENGTHLESS = {HTTPStatus.NOT_MODIFIED, HTTPStatus.NO_CONTENT}


class Server:
    """The replica on a local port, and the other edition on a second one."""

    def __init__(
        self,
        newsroom: Newsroom,
        port: int = 0,
        kaz: Newsroom | None = None,
        delay: float = 0,
        dress: Callable[[str], str] | None = None,
    ) -> None:
        self.newsroom, self.kaz, self.delay, self.dress = newsroom, kaz, delay, dress
        self.robots: str | None = None
        self.closed: dict[str, int | str] = {}
        self.max_in_flight = 0
        self.stopping = threading.Event()
        self._port = port
        self._lock = threading.Lock()
        self._log: list[Hit] = []
        self._faults: list[tuple[str | re.Pattern[str], Fault]] = []
        self._in_flight = 0
        self._listeners: list[_Listener] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Address of the main newsroom."""
        return self._listeners[0].url

    @property
    def kaz_url(self) -> str:
        """Address of the other edition."""
        return self._listeners[1].url

    @property
    def log(self) -> list[Hit]:
        """Requests so far, in order of their answers."""
        with self._lock:
            return list(self._log)

    def clear_log(self) -> None:
        """Forget the requests and the greatest number of simultaneous ones."""
        with self._lock:
            self._log.clear()
            self.max_in_flight = 0

    def fault(self, path: str | re.Pattern[str], fault: Fault) -> None:
        """Spoil answers: a text names one path (with or without its query), a pattern is searched.

        Faults on the same path come one after another, in the order they were set.
        """
        with self._lock:
            self._faults.append((path, fault))

    def clear_faults(self) -> None:
        """Let everything work again."""
        with self._lock:
            self._faults.clear()

    def start(self) -> None:
        """Listen, in background threads."""
        self.stopping.clear()
        self._listeners = [_Listener(self, self.newsroom, self._port)]
        if self.kaz is not None:
            self._listeners.append(_Listener(self, self.kaz, 0))
        for listener in self._listeners:
            listener.start()

    def stop(self) -> None:
        """Stop listening and wait for the threads."""
        self.stopping.set()
        for listener in self._listeners:
            listener.stop()

    def other_edition(self, newsroom: Newsroom) -> str:
        """Address that links to the other language use."""
        if self.kaz is None:
            return NO_OTHER_EDITION
        return self.kaz_url if newsroom is self.newsroom else self.url

    def take_fault(self, target: str) -> Fault | None:
        """Find the fault that spoils this request, and use it up by one."""
        with self._lock:
            for where, fault in self._faults:
                if fault.times is not None and fault.used >= fault.times:
                    continue
                if _matches(where, target):
                    fault.used += 1
                    return fault
        return None

    def record(self, hit: Hit) -> None:
        """Add to the log."""
        with self._lock:
            self._log.append(hit)

    @contextmanager
    def in_flight(self) -> Iterator[None]:
        """Count a request while it is being answered."""
        with self._lock:
            self._in_flight += 1
            self.max_in_flight = max(self.max_in_flight, self._in_flight)
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= 1

    def closed_answer(self, target: str) -> Answer | None:
        """Return the answer of a closed part, or of an overridden robots.txt."""
        path = target.partition("?")[0]
        if path == "/robots.txt" and self.robots is not None:
            return Answer(200, self.robots, "text/plain; charset=utf-8")
        is_rest = path.startswith("/wp-json") or "rest_route=" in target
        if is_rest and "rest" in self.closed:
            return rest.closed(self.closed["rest"])
        is_feed = re.search(r"/feed(/|$)", path) is not None
        is_sitemap = path.endswith(".xml") and "sitemap" in path
        for name, concerned in (("feed", is_feed), ("sitemap", is_sitemap)):
            if concerned and name in self.closed:
                answer = not_found(self.newsroom)
                answer.status = int(self.closed[name])
                return answer
        return None


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, site: Server, newsroom: Newsroom, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.site, self.newsroom = site, newsroom
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self._cache: dict[tuple[str, str], Answer] = {}
        self._state: tuple[int, str, int] = (-1, "", 0)
        self._connections: set[socket.socket] = set()
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()
        self._thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave early are part of the game."""

    def answer(self, target: str, base: str) -> Answer:
        """Render, or take from the cache, an answer with real addresses in it."""
        closed = self.site.closed_answer(target)
        if closed is not None:
            return self.addressed(closed, base)
        newsroom = self.newsroom
        state = (newsroom.version, newsroom.sitemap_kind, newsroom.per_page)
        if self._state != state or len(self._cache) > _CACHE_LIMIT:
            self._cache, self._state = {}, state
        cache = self._cache
        found = cache.get((target, base))
        if found is None:
            with newsroom.lock:
                raw = respond(newsroom, target)
            found = cache[target, base] = self.addressed(raw, base)
        return found

    def addressed(self, answer: Answer, base: str) -> Answer:
        """Put the address that the client used into the answer."""
        other = self.site.other_edition(self.newsroom)
        plain_http = "http://" + base.partition("//")[2]

        def fill(text: str) -> str:
            text = text.replace(f"{BASE}#http", plain_http)
            return text.replace(BASE, base).replace(OTHER_EDITION, other)

        body = answer.body
        if isinstance(body, str):
            is_page = self.site.dress and answer.content_type.startswith("text/html")
            body = fill(self.site.dress(body) if is_page and self.site.dress else body).encode()
        headers = [(name, fill(value)) for name, value in answer.headers]
        return Answer(answer.status, body, answer.content_type, headers)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Listener

    def do_GET(self) -> None:
        site = self.server.site
        at = time.monotonic()
        with site.in_flight():
            status = 0
            try:
                status = self._respond(site)
            except OSError:
                self.close_connection = True
            finally:
                site.record(Hit(self.path, status, dict(self.headers.items()), at, self.server.url))

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep quiet: the log is the server's own."""

    def _respond(self, site: Server) -> int:
        if site.delay:
            site.stopping.wait(site.delay)
        fault = site.take_fault(self.path)
        scheme = self.headers.get("X-Forwarded-Proto", "http")
        base = f"{scheme}://{self.headers.get('Host') or self.server.url[7:]}"
        if fault is not None and fault.wire in {"hang", "reset"}:
            return self._drop(site, fault.wire)
        answer = self.server.answer(self.path, base)
        if fault is not None:
            answer = self.server.addressed(fault.change(answer), base)
            if fault.wire == "loop":
                answer = Answer(302, "", headers=[("Location", base + self.path)])
        if self._unchanged(answer):
            answer = Answer(304, b"", answer.content_type, answer.headers)
        body = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
        head = self._head(answer, len(body))
        if self.command == "HEAD":
            body = b""
        if fault is not None and fault.wire == "truncated":
            self.wfile.write(head + body[: int(len(body) * fault.amount)])
            self.close_connection = True
            return 0
        if fault is not None and fault.wire == "slow":
            self.wfile.write(head)
            self._drip(site, body, fault.amount)
        else:
            self.wfile.write(head + body)
        return answer.status

    def _head(self, answer: Answer, length: int) -> bytes:
        ray = f"{crc32(self.path.encode()):08x}{crc32(self.path[::-1].encode()):08x}-ALA"
        moment = format_datetime(self.server.newsroom.now, usegmt=True)
        lines = [
            f"HTTP/1.1 {answer.status} {_phrase(answer.status)}",
            f"Date: {moment}",
            f"Content-Type: {answer.content_type}",
            "Server: cloudflare",
            f"CF-RAY: {ray}",
            "cf-cache-status: DYNAMIC",
            *(f"{name}: {value}" for name, value in answer.headers),
        ]
        if answer.status not in _LENGTHLESS:
            lines.append(f"Content-Length: {length}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")

    def _unchanged(self, answer: Answer) -> bool:
        """Compare validators as WordPress does: when both are sent, both must match."""
        if answer.status != HTTPStatus.OK:
            return False
        own = {name: value for name, value in answer.headers if name in {"ETag", "Last-Modified"}}
        sent = {
            "ETag": self.headers.get("If-None-Match"),
            "Last-Modified": self.headers.get("If-Modified-Since"),
        }
        asked = {name: value for name, value in sent.items() if value}
        return bool(own and asked) and all(own.get(name) == v for name, v in asked.items())

    def _drip(self, site: Server, body: bytes, per_second: float) -> None:
        step = max(1, int(per_second / 20))
        for start in range(0, len(body), step):
            self.wfile.write(body[start : start + step])
            self.wfile.flush()
            if site.stopping.wait(step / per_second):
                break

    def _drop(self, site: Server, how: str) -> int:
        self.close_connection = True
        if how == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return 0
        while not site.stopping.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.1)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                break
        return 0


def _matches(where: str | re.Pattern[str], target: str) -> bool:
    if isinstance(where, str):
        return where in {target, target.partition("?")[0]}
    return where.search(target) is not None


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
