"""Sitemaps of WordPress core, of Yoast and of others: every address, and no more than that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.utils.sitemap import sitemap_urls_from_robots

from kznews.sources.revisits import IncrementalCrawl
from kznews.spiders.arguments import NEWEST
from kznews.spiders.base import failure_reason, told
from kznews.wordpress.sitemap import NoSitemapError, is_of_articles, read_sitemap

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.spiders.boundary import Unread
    from kznews.wordpress.sitemap import SitemapFile

PLACES = ("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml")
"""Where a sitemap is looked for that robots.txt does not name (``docs/the-site.md``)."""


class SitemapsCrawl(IncrementalCrawl):
    """A crawl that can find articles in sitemaps, files and their entries in the asked-for order.

    Each file is asked for once, when the articles of the one before it are fetched: the list of
    what is to be fetched stays short. The files that robots.txt names may be a part of the
    sitemaps, such as the news of two days: if none of them stands in one of the usual places, those
    are tried, too.
    """

    def __init__(self, name: str | None = None, **kwargs: str) -> None:
        super().__init__(name, **kwargs)
        self._files: set[str] = set()
        self._files_read: set[str] = set()
        self._to_come = 0
        self._unread: list[str] = []
        self._has_sitemap = False
        self._places: list[str] = []
        self._tries_places = False
        self._addresses = 0

    def sitemap_found(self, urls: list[str]) -> Iterator[Any]:
        """Go on with the article addresses of a file."""
        raise NotImplementedError

    def no_sitemap(self, why: str) -> Iterator[Any]:
        """Go on where the site has no sitemap."""
        raise NotImplementedError

    def place(self, request: Request) -> str | None:
        if "depth" in request.cb_kwargs:
            return f"sitemap {request.url.rpartition('/')[2]}"
        return super().place(request)

    def sitemaps(self) -> Iterator[Request]:
        yield Request(
            f"{self.source.root}/robots.txt", callback=self.parse_robots, errback=self.robots_failed
        )

    def parse_robots(self, response: Response) -> Iterator[Any]:
        named = map(self.source.absolute, sitemap_urls_from_robots(response.body, response.url))
        yield from self._begin(list(dict.fromkeys(filter(None, named))))

    def robots_failed(self, _: Failure) -> Iterator[Any]:
        yield from self._begin([])

    def _begin(self, named: list[str]) -> Iterator[Any]:
        """Ask for the files that robots.txt names, else in the usual places, one by one."""
        self.expected = True
        usual = [f"{self.source.root}{place}" for place in PLACES]
        self._places = [] if set(named) & set(usual) else usual
        requests = list(self._ask_for_files(named, depth=0))
        self._to_come = len(requests)
        yield from requests
        if not requests:
            yield from self._next_place()

    def _ask_for_files(self, urls: Iterable[str], depth: int) -> Iterator[Request]:
        """Ask for files, each once a run, as many as a site may have."""
        most = self.settings.getint("KZNEWS_SITEMAP_FILES")
        for url in urls:
            if url in self._files:
                continue
            if len(self._files) >= most:
                self._met_bound(f"more than KZNEWS_SITEMAP_FILES={most} files")
                return
            self._files.add(url)
            yield Request(
                url,
                callback=self.parse_sitemap,
                errback=self.sitemap_failed,
                cb_kwargs={"depth": depth},
                priority=-1 if depth else 0,
            )

    def parse_sitemap(self, response: Response, depth: int) -> Iterator[Any]:
        if response.url in self._files_read:  # another address led here
            yield from self._done(depth, None, names=True)
            return
        try:
            file = read_sitemap(response.body, self.settings.getint("DOWNLOAD_MAXSIZE"))
        except NoSitemapError as error:
            yield from self._done(depth, f"{response.url}: {error}")
            return
        if not file.is_whole:
            if again := self.again(response, "truncated"):
                yield again
                return
            self.problem(f"{response.url} is cut: what stands below is not known")
        self._files_read.add(response.url)
        names = yield from self._take(file, depth)
        yield from self._done(depth, None, names=names)

    def _take(self, file: SitemapFile, depth: int) -> Generator[Any, None, bool]:
        """Go on with the files or the articles that a file names; return whether it does."""
        found = file.addresses
        if self.arguments.order == NEWEST:  # every known kind lists the oldest first
            found = found[::-1]
        urls: dict[str, None] = {}

        def add(entry: str) -> Iterator[Any]:
            own = (self.source.absolute if file.is_index else self.source.article_url)(entry)
            if own:
                urls[own] = None
            elif not file.is_index:
                yield from self.note_malformed([entry], "sitemap")

        def lost(entry: str, why: Unread) -> Iterator[Any]:
            yield self.reject(entry, "sitemap", why.reason, why.detail)

        yield from self.boundary.each(found, add, lost)
        if file.is_index:
            files = [url for url in urls if is_of_articles(url)]
            yield from self._open_index(files, depth)
            return bool(files)
        most = self.settings.getint("KZNEWS_SITEMAP_ADDRESSES")
        left = max(0, most - self._addresses)
        if len(urls) > left:
            self._met_bound(f"more than KZNEWS_SITEMAP_ADDRESSES={most} addresses")
        self._addresses += len(urls)
        yield from self.sitemap_found(list(urls)[:left])
        return bool(urls)

    def _open_index(self, files: list[str], depth: int) -> Iterator[Any]:
        most = self.settings.getint("KZNEWS_SITEMAP_DEPTH")
        if depth < most:
            yield from self._ask_for_files(files, depth + 1)
        elif any(url not in self._files for url in files):
            self._met_bound(f"indexes in indexes, more than KZNEWS_SITEMAP_DEPTH={most} deep")

    def _met_bound(self, what: str) -> None:
        text = f"the sitemaps of {self.source.root} have {what}: the others are left out"
        if text not in self.problems:
            self.problem(text)

    def sitemap_failed(self, failure: Failure) -> Iterator[Any]:
        request: Request = failure.request  # type: ignore[attr-defined]
        why = told(*failure_reason(failure))
        yield from self._done(request.cb_kwargs["depth"], f"{request.url}: {why}")

    def _done(self, depth: int, unread: str | None, *, names: bool = False) -> Iterator[Any]:
        """Note what came of a file: one that should be there and cannot be read is a hole.

        Of the usual places, one that ``names`` anything is enough.
        """
        if depth:
            if unread:
                self.problem(f"a sitemap cannot be read ({unread})")
            return
        if unread:
            self._unread.append(unread)
        self._has_sitemap = self._has_sitemap or names
        self._to_come -= 1
        if self._to_come > 0:
            return
        if not self._tries_places and self._has_sitemap:
            for why in self._unread:
                self.problem(f"a sitemap cannot be read ({why})")
        if not (self._tries_places and names):
            yield from self._next_place()

    def _next_place(self) -> Iterator[Any]:
        self._tries_places = True
        while self._places:
            for request in self._ask_for_files([self._places.pop(0)], depth=0):
                self._to_come = 1
                yield request
                return
        if not self._has_sitemap:
            yield from self.no_sitemap("; ".join(self._unread[:3]) or "nothing in it")
