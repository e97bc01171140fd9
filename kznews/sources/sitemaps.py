"""Sitemaps of WordPress core, of Yoast and of others: every address, and no more than that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.utils.sitemap import sitemap_urls_from_robots

from kznews.sources.revisits import IncrementalCrawl
from kznews.spiders.arguments import NEWEST
from kznews.spiders.base import failure_reason, told
from kznews.spiders.boundary import Unread
from kznews.wordpress.sitemap import NoSitemapError, is_of_articles, read_sitemap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

PLACES = ("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml")
"""Where a sitemap is looked for that robots.txt does not name (``docs/the-site.md``)."""


class SitemapsCrawl(IncrementalCrawl):
    """A crawl that can find articles in sitemaps, files and their entries in the asked-for order.

    A file is asked for when the articles of the one before it are fetched: the list of what is to
    be fetched stays short.
    """

    def sitemap_found(self, urls: list[str]) -> Iterator[Any]:
        """Go on with the article addresses of a file."""
        raise NotImplementedError

    def no_sitemap(self, why: str) -> Iterator[Any]:
        """Go on where the site has no sitemap."""
        raise NotImplementedError

    def place(self, request: Request) -> str | None:
        if "others" in request.cb_kwargs:
            return f"sitemap {request.url.rpartition('/')[2]}"
        return super().place(request)

    def sitemaps(self) -> Iterator[Request]:
        yield Request(
            f"{self.source.root}/robots.txt", callback=self.parse_robots, errback=self.robots_failed
        )

    def parse_robots(self, response: Response) -> Iterator[Request]:
        named = map(self.source.absolute, sitemap_urls_from_robots(response.body, response.url))
        yield from self._try(list(dict.fromkeys(filter(None, named))))

    def robots_failed(self, _: Failure) -> Iterator[Request]:
        yield from self._try([])

    def _try(self, named: list[str]) -> Iterator[Request]:
        usual = [f"{self.source.root}{place}" for place in PLACES]
        yield from self._sitemap(named or usual[:1], usual if named else usual[1:])

    def _sitemap(self, urls: list[str], others: list[str]) -> Iterator[Request]:
        """Ask for some files; ``others`` are tried one by one where the first cannot be read."""
        self.expected = True
        for place, url in enumerate(urls):
            yield Request(
                url,
                callback=self.parse_sitemap,
                errback=self.sitemap_failed,
                cb_kwargs={"others": others if place == 0 else None},
            )

    def parse_sitemap(self, response: Response, others: list[str] | None) -> Iterator[Any]:
        try:
            is_index, found = read_sitemap(response.body)
        except NoSitemapError as error:
            yield from self._unread(response.url, str(error), others)
            return
        if self.arguments.order == NEWEST:  # every known kind lists the oldest first
            found = found[::-1]
        read = self.source.absolute if is_index else self.source.article_url
        urls: dict[str, None] = {}

        def add(entry: str) -> Iterator[Any]:
            if own := read(entry):
                urls[own] = None
            yield from ()

        def lost(entry: str, why: Unread) -> Iterator[Any]:
            yield self.reject(entry, "sitemap", why.reason, why.detail)

        yield from self.boundary.each(found, add, lost)
        if is_index:
            yield from self._files(list(filter(is_of_articles, urls)))
        else:
            yield from self.sitemap_found(list(urls))

    def _files(self, urls: list[str]) -> Iterator[Request]:
        if not urls:
            yield from self.no_sitemap("its index names no file of articles")
        for url in urls:
            yield Request(
                url,
                callback=self.parse_sitemap,
                errback=self.sitemap_failed,
                cb_kwargs={"others": None},
                priority=-1,
            )

    def sitemap_failed(self, failure: Failure) -> Iterator[Any]:
        request: Request = failure.request  # type: ignore[attr-defined]
        reason, detail = failure_reason(failure)
        why = told(reason, detail)
        yield from self._unread(request.url, why, request.cb_kwargs["others"])

    def _unread(self, url: str, why: str, others: list[str] | None) -> Iterator[Any]:
        """Try the next place, or go without sitemaps; one file of many is a hole."""
        if others:
            yield from self._sitemap(others[:1], others[1:])
        elif others is None:
            self.problem(f"{url} cannot be read ({why})")
        else:
            yield from self.no_sitemap(f"{url}: {why}")
