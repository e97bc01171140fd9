"""Sitemaps of WordPress core, of Yoast and of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request

from kznews.sources.base import NEWEST, Crawl, Output, Source
from kznews.sources.failures import failure_reason, in_words
from kznews.wordpress.sitemap import NoSitemapError, is_of_articles, read_sitemap, sitemaps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.sources.failures import Unread
    from kznews.wordpress.sitemap import SitemapFile

PLACES = ("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml")
"""Where a sitemap is looked for if robots.txt does not name it (``docs/the-site.md``)."""


class Sitemaps(Source):
    """The articles in sitemaps, files and entries in the requested order.

    Each file is requested once, when the articles of the previous one are fetched, so the list of
    pending requests stays short. The files in robots.txt may be a part of the sitemaps, such as the
    news of two days: if none of them is in one of the usual places, those are tried too. ``found``
    gets the articles of each file, ``closed`` why there are none.
    """

    def __init__(
        self,
        crawl: Crawl,
        found: Callable[[list[str]], Iterator[Output]],
        closed: Callable[[str], Iterator[Output]],
    ) -> None:
        super().__init__(crawl)
        self._found, self._closed = found, closed
        self._files: set[str] = set()
        self._files_read: set[str] = set()
        self._to_come = 0
        self._open = 0
        self._unread: list[str] = []
        self._has_sitemap = False
        self._places: list[str] = []
        self._tries_places = False
        self._addresses = 0

    def place(self, request: Request) -> str | None:
        if "depth" in request.cb_kwargs:
            return f"sitemap {request.url.rpartition('/')[2]}"
        return None

    def begin(self) -> Iterator[Request]:
        yield Request(
            f"{self.site.root}/robots.txt", callback=self.parse_robots, errback=self.robots_failed
        )

    def parse_robots(self, response: Response) -> Iterator[Output]:
        named = map(self.site.absolute, sitemaps_of(response.body))
        yield from self._begin(list(dict.fromkeys(filter(None, named))))

    def robots_failed(self, _: Failure) -> Iterator[Output]:
        yield from self._begin([])

    def _begin(self, named: list[str]) -> Iterator[Output]:
        """Ask for the files in robots.txt, else in the usual places, one by one."""
        self.crawl.expected = True
        usual = [f"{self.site.root}{place}" for place in PLACES]
        self._places = [] if set(named) & set(usual) else usual
        most = self.crawl.settings.getint("KZNEWS_SITEMAP_FILES") // 2  # the others are for indexes
        if len(named) > most:
            self._met_bound(f"more than {most} files in robots.txt (half of KZNEWS_SITEMAP_FILES)")
        requests = list(self._ask_for_files(named[:most], depth=0))
        self._to_come = len(requests)
        yield from requests
        if not requests:
            yield from self._next_place()

    def _ask_for_files(self, urls: Iterable[str], depth: int) -> Iterator[Request]:
        """Ask for files, each once a run, up to the limit of a site."""
        most = self.crawl.settings.getint("KZNEWS_SITEMAP_FILES")
        for url in urls:
            if url in self._files:
                continue
            if len(self._files) >= most:
                self._met_bound(f"more than KZNEWS_SITEMAP_FILES={most} files")
                return
            self._files.add(url)
            self._open += 1
            yield Request(
                url,
                callback=self.parse_sitemap,
                errback=self.sitemap_failed,
                cb_kwargs={"depth": depth},
                priority=-1 if depth else 0,
            )

    def parse_sitemap(self, response: Response, depth: int) -> Iterator[Output]:
        if response.url in self._files_read:  # another address led here
            yield from self._done(depth, None, names=True)
            return
        try:
            file = read_sitemap(response.body, self.crawl.settings.getint("DOWNLOAD_MAXSIZE"))
        except NoSitemapError as error:
            yield from self._done(depth, f"{response.url}: {error}")
            return
        if not file.is_whole:
            if again := self.crawl.again(response, "truncated"):
                yield again
                return
            self.crawl.problem(f"{response.url} is cut: the rest is not known")
        self._files_read.add(response.url)
        names = yield from self._take(file, depth)
        yield from self._done(depth, None, names=names)

    def _take(self, file: SitemapFile, depth: int) -> Generator[Output, None, bool]:
        """Take the files or articles that a file names; return whether there are any."""
        found = file.addresses
        if self.crawl.arguments.order == NEWEST:  # every known kind lists the oldest first
            found = found[::-1]
        urls: dict[str, None] = {}

        def add(entry: str) -> Iterator[Output]:
            own = (self.site.absolute if file.is_index else self.site.article_url)(entry)
            if own:
                urls[own] = None
            elif not file.is_index:
                yield from self.crawl.note_malformed([entry], "sitemap")

        def lost(entry: str, why: Unread) -> Iterator[Output]:
            yield self.crawl.reject(entry, "sitemap", why.reason, why.detail)

        yield from self.crawl.boundary.each(found, add, lost)
        if file.is_index:
            files = [url for url in urls if is_of_articles(url)]
            yield from self._open_index(files, depth)
            return bool(files)
        most = self.crawl.settings.getint("KZNEWS_SITEMAP_ADDRESSES")
        left = max(0, most - self._addresses)
        if len(urls) > left:
            self._met_bound(f"more than KZNEWS_SITEMAP_ADDRESSES={most} addresses")
        self._addresses += len(urls)
        yield from self._found(list(urls)[:left])
        return bool(urls)

    def _open_index(self, files: list[str], depth: int) -> Iterator[Output]:
        most = self.crawl.settings.getint("KZNEWS_SITEMAP_DEPTH")
        if depth < most:
            yield from self._ask_for_files(files, depth + 1)
        elif any(url not in self._files for url in files):
            self._met_bound(f"indexes in indexes, more than KZNEWS_SITEMAP_DEPTH={most} deep")

    def _met_bound(self, what: str) -> None:
        text = f"the sitemaps of {self.site.root} have {what}: the others are left out"
        if text not in self.crawl.problems:
            self.crawl.problem(text)

    def sitemap_failed(self, failure: Failure) -> Iterator[Output]:
        request: Request = failure.request  # type: ignore[attr-defined]
        why = in_words(*failure_reason(failure))
        yield from self._done(request.cb_kwargs["depth"], f"{request.url}: {why}")

    def _done(self, depth: int, unread: str | None, *, names: bool = False) -> Iterator[Output]:
        """Note the result of a file; sitemaps without an article are none."""
        self._open -= 1
        yield from self._note(depth, unread, names=names)
        if not self._open and self._has_sitemap and not self._addresses:
            self._has_sitemap = False
            yield from self._next_place()

    def _note(self, depth: int, unread: str | None, *, names: bool) -> Iterator[Output]:
        """Note the result of a file: one that should exist and cannot be read is a gap.

        One of the usual places that ``names`` anything is enough.
        """
        if depth:
            if unread:
                self.crawl.problem(f"a sitemap cannot be read ({unread})")
            return
        if unread:
            self._unread.append(unread)
        self._has_sitemap = self._has_sitemap or names
        self._to_come -= 1
        if self._to_come > 0:
            return
        if not self._tries_places and self._has_sitemap:
            for why in self._unread:
                self.crawl.problem(f"a sitemap cannot be read ({why})")
        if not (self._tries_places and names):
            yield from self._next_place()

    def _next_place(self) -> Iterator[Output]:
        self._tries_places = True
        while self._places:
            for request in self._ask_for_files([self._places.pop(0)], depth=0):
                self._to_come = 1
                yield request
                return
        if not self._has_sitemap:
            yield from self._closed("; ".join(self._unread[:3]) or "nothing in it")
