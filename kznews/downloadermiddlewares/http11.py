"""Scrapy's HTTP/1.1 download handler, with a bound on headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

from kznews.downloadermiddlewares.base import Unavailable

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

MOST_HEADERS = 256 * 1024
"""Bytes of an answer's status line and headers, several times the usual size."""


class BoundedHeadersHandler(HTTP11DownloadHandler):
    """Aborts an answer with endless headers, which Twisted would keep in memory.

    Twisted limits the length of a line, not their number, and Scrapy has no setting for it. So the
    pool of connections, the only private name used here, returns connections that count their
    bytes. Scrapy's retries replace those of the pool.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.retryAutomatically = False  # it would take a connection that is not counted
        take = self._pool.getConnection

        def get_connection(key: Any, endpoint: Any) -> Deferred[Any]:
            return take(key, endpoint).addCallback(_Counted)

        self._pool.getConnection = get_connection  # type: ignore[method-assign]


class _Counted:
    """A connection of the pool that counts the bytes of one answer's headers."""

    def __init__(self, protocol: Any) -> None:
        self.protocol = protocol
        self.received = 0

    def request(self, request: Any) -> Deferred[Any]:
        answer: Deferred[Any] = self.protocol.request(request)
        self.protocol.dataReceived = self._receive  # in front of the class's own
        return answer.addCallbacks(self._headers_are_there, self._failed)

    def _receive(self, data: bytes) -> None:
        self.received += len(data)
        if self.received - len(data) > MOST_HEADERS:
            self.protocol.transport.abortConnection()
        else:
            type(self.protocol).dataReceived(self.protocol, data)

    def _headers_are_there(self, response: Any) -> Any:
        del self.protocol.dataReceived
        return response

    def _failed(self, failure: Failure) -> Failure:
        if self.received > MOST_HEADERS:
            raise Unavailable("too_large", f"more than {MOST_HEADERS} bytes of headers")
        return failure
