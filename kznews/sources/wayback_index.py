"""A public web archive's index of captures: which articles of a site it has, and when."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request

from kznews.pages.addresses import page_key
from kznews.sources.base import PLACE, Crawl, Output, Source
from kznews.sources.failures import failure_reason, in_words
from kznews.warc.cdx import PAGE_SIZE, Capture, NoIndexError, index_query, read_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    Found = dict[str, list[Capture]]

INDEX_SLOT = "wayback-index"
"""The download slot (``DOWNLOAD_SLOTS``): slower than that of captures."""
MAX_CAPTURES = 5_000_000
"""Captures of an index that are read, a limit for an endless one."""
AT_ONCE = 10_000
"""Captures that are read within ``KZNEWS_READ_SECONDS``."""
INDEX_BYTES = 500_000_000
"""The largest answer of an index: one without pages gives everything at once."""


class WaybackIndex(Source):
    """The captures of a site's articles by ``KZNEWS_WAYBACK_CDX``; ``then`` is given all of them.

    ``since`` and ``until`` are days of capture.
    """

    def __init__(self, crawl: Crawl, then: Callable[[Found], Iterator[Output]]) -> None:
        super().__init__(crawl)
        self._then = then
        self._found: Found = defaultdict(list)
        self._count = 0
        self._keys: set[str] = set()

    @property
    def address(self) -> str:
        return str(self.crawl.settings["KZNEWS_WAYBACK_CDX"])

    def serves(self, url: str) -> bool:
        return is_robots(url, self.address) or url.startswith(f"{self.address}?")

    def begin(self) -> Iterator[Output]:
        yield self._ask(None)

    def _ask(self, key: str | None) -> Request:
        arguments = self.crawl.arguments
        host = urlsplit(self.site.root).netloc
        return Request(
            index_query(self.address, host, arguments.since, arguments.until, key),
            callback=self.parse,
            errback=self.failed,
            meta={
                "download_slot": INDEX_SLOT,
                "autothrottle_dont_adjust_delay": True,
                "download_maxsize": INDEX_BYTES,
                PLACE: "index of captures",
            },
        )

    def parse(self, response: Response) -> Iterator[Any]:
        """Read the captures of an answer in parts: it may have hundreds of thousands."""
        try:
            captures, key = read_index(response.text)
        except (NoIndexError, AttributeError) as error:
            self.crawl.problem(f"{self.address}: {error}")
            return
        for number, capture in enumerate(captures, 1):
            plain = _plain(capture.original)
            url = self.site.article_url(plain)
            if url and page_key(plain) == page_key(url):  # no further page of a split post
                self._found[url].append(capture)
            if number % AT_ONCE == 0:
                yield None
        self._count += max(len(captures), PAGE_SIZE)  # an answer without any has a key, too
        if key and key not in self._keys and self._count < MAX_CAPTURES:
            self._keys.add(key)
            yield self._ask(key)
            return
        if key:
            why = "goes round" if key in self._keys else f"goes on beyond {MAX_CAPTURES:,} captures"
            self.crawl.problem(f"{self.address} {why}")
        found, self._found = self._found, defaultdict(list)
        yield from self._then(found)

    def failed(self, failure: Failure) -> None:
        self.crawl.problem(f"{self.address} cannot be read: {in_words(*failure_reason(failure))}")


def is_robots(url: str, of: str) -> bool:
    """Whether an address is the robots.txt of the host of ``of``; pywb adds a slash."""
    parts = urlsplit(url)
    return parts.netloc == urlsplit(of).netloc and parts.path.rstrip("/") == "/robots.txt"


def _plain(original: str) -> str:
    """Return an address without the default port and without ``www.``."""
    try:
        parts = urlsplit(original)
        usual = {"http": 80, "https": 443}.get(parts.scheme)
        netloc = parts.netloc if parts.port != usual else parts.netloc.rpartition(":")[0]
    except ValueError:
        return ""
    return parts._replace(netloc=netloc.removeprefix("www.")).geturl()
