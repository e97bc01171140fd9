"""Sitemaps of WordPress core, of Yoast and of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapy import Request

from kznews.sites import SITES
from kznews.sources.base import NEWEST, PLACE, Crawl, Output, Source
from kznews.sources.failures import failure_reason, in_words
from kznews.wordpress.sitemap import NoSitemapError, is_of_articles, read_sitemap, sitemaps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.sources.failures import Unread
    from kznews.wordpress.sitemap import SitemapFile

PLACES = ("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml")
"""Where a sitemap is looked for if robots.txt does not name it (``docs/the-site.md``)."""
MAX_DEPTH = 5
"""Levels of indexes in indexes."""


@dataclass
class Round:
    """Files that are asked for together, with those that they name in turn."""

    is_named: bool = False
    """Whether robots.txt names them, so that they should be there."""
    names_any: bool = False
    """Whether one of them names a file or an article."""
    to_come: int = 0
    """Files that were asked for and have not answered."""


class Sitemaps(Source):
    """The articles in sitemaps, files and entries in the requested order.

    Each file is requested once, when the articles of the previous one are fetched, so the list of
    pending requests stays short. The first round are the files in robots.txt. They may be a part of
    the sitemaps, such as the news of two days: if none of them is in one of the usual places, each
    of those is a round. ``found`` gets the articles of each file, ``closed`` why there are none.
    """

    def __init__(
        self,
        crawl: Crawl,
        found: Callable[[list[str]], Iterator[Output]],
        closed: Callable[[str], Iterator[Output]],
    ) -> None:
        super().__init__(crawl)
        self._found, self._closed = found, closed
        self._asked: set[str] = set()
        self._read: set[str] = set()
        self._places: list[str] = []
        self._round = Round()
        self._unread: list[str] = []  # of the first files of all rounds
        self._addresses = 0

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
        self.crawl.expected = True
        usual = [f"{self.site.root}{place}" for place in PLACES]
        self._places = [] if set(named) & set(usual) else usual
        most = self.crawl.settings.getint("KZNEWS_SITEMAP_FILES") // 2  # the others are for indexes
        if len(named) > most:
            self._met_bound(f"more than {most} files in robots.txt (half of KZNEWS_SITEMAP_FILES)")
        yield from self._begin_round(named[:most], is_named=True)

    def _begin_round(self, urls: list[str], *, is_named: bool = False) -> Iterator[Output]:
        self._round = Round(is_named)
        requests = list(self._ask_for_files(urls, depth=0))
        yield from requests
        if not requests:
            yield from self._end_round()

    def _end_round(self) -> Iterator[Output]:
        """Go on with the next place: any of them may be a leftover with a part of the articles."""
        if self._round.is_named and self._round.names_any:
            for why in self._unread:
                self.crawl.problem(f"a sitemap cannot be read ({why})")
        if self._places:
            yield from self._begin_round([self._places.pop(0)])
        elif not self._addresses:
            yield from self._closed("; ".join(self._unread[:3]) or "nothing in it")

    def _ask_for_files(self, urls: Iterable[str], depth: int) -> Iterator[Request]:
        """Ask for files, each once a run, up to the limit of a site."""
        most = self.crawl.settings.getint("KZNEWS_SITEMAP_FILES")
        for url in urls:
            if url in self._asked or url in self._read:
                continue
            if len(self._asked) >= most:
                self._met_bound(f"more than KZNEWS_SITEMAP_FILES={most} files")
                return
            self._asked.add(url)
            self._round.to_come += 1
            yield Request(
                url,
                callback=self.parse_sitemap,
                errback=self.sitemap_failed,
                cb_kwargs={"depth": depth},
                meta={PLACE: f"sitemap {url.rpartition('/')[2]}"},
                priority=-1 if depth else 0,
            )

    def parse_sitemap(self, response: Response, depth: int) -> Iterator[Output]:
        if response.url in self._read:  # another address led here
            self._round.names_any = True
            yield from self._answered()
            return
        try:
            file = read_sitemap(response.body, self.crawl.settings.getint("DOWNLOAD_MAXSIZE"))
        except NoSitemapError as error:
            yield from self._unreadable(f"{response.url}: {error}", depth)
            return
        if not file.is_whole:
            if again := self.crawl.again(response, "truncated"):
                yield again
                return
            self.crawl.problem(f"{response.url} is cut: the rest is not known")
        self._read.add(response.url)
        yield from self._take(file, depth)
        yield from self._answered()

    def _take(self, file: SitemapFile, depth: int) -> Iterator[Output]:
        """Take the files or articles that a file names."""
        # every known kind lists the oldest first
        order = slice(None, None, -1 if self.crawl.arguments.order == NEWEST else 1)
        urls: dict[str, None] = {}

        def add(entry: str) -> Iterator[Output]:
            if own := self.site.article_url(entry):
                urls[own] = None
            else:
                yield from self.crawl.note_malformed([entry], "sitemap")

        def lost(entry: str, why: Unread) -> Iterator[Output]:
            yield self.crawl.reject(entry, "sitemap", why.reason, why.detail)

        yield from self._open_index(list(filter(is_of_articles, file.files[order])), depth)
        yield from self.crawl.boundary.each(file.articles[order], add, lost)
        most = self.crawl.settings.getint("KZNEWS_SITEMAP_ADDRESSES")
        left = max(0, most - self._addresses)
        if len(urls) > left:
            self._met_bound(f"more than KZNEWS_SITEMAP_ADDRESSES={most} addresses")
        self._addresses += len(urls)
        self._round.names_any |= bool(urls)
        if urls:
            yield from self._found(list(urls)[:left])

    def _open_index(self, named: list[str], depth: int) -> Iterator[Output]:
        files = dict.fromkeys(own for url in named if (own := self.site.absolute(url)))
        sites = self.site, *SITES.values()
        others = [url for url in named if not any(site.absolute(url) for site in sites)]
        if others:
            self.crawl.problem(
                f"the sitemaps of {self.site.root} name files of another site, which are not read, "
                f"such as {others[0]}"
            )
        self._round.names_any |= bool(files)
        if depth < MAX_DEPTH:
            yield from self._ask_for_files(files, depth + 1)
        elif any(url not in self._asked for url in files):
            self._met_bound(f"indexes in indexes, more than {MAX_DEPTH} deep")

    def _met_bound(self, what: str) -> None:
        text = f"the sitemaps of {self.site.root} have {what}: the others are left out"
        if text not in self.crawl.problems:
            self.crawl.problem(text)

    def sitemap_failed(self, failure: Failure) -> Iterator[Output]:
        request: Request = failure.request  # type: ignore[attr-defined]
        why = in_words(*failure_reason(failure))
        yield from self._unreadable(f"{request.url}: {why}", request.cb_kwargs["depth"])

    def _unreadable(self, why: str, depth: int) -> Iterator[Output]:
        """Note a file that cannot be read: a gap where an index names it."""
        if depth:
            self.crawl.problem(f"a sitemap cannot be read ({why})")
        else:
            self._unread.append(why)
        yield from self._answered()

    def _answered(self) -> Iterator[Output]:
        self._round.to_come -= 1
        if not self._round.to_come:
            yield from self._end_round()
