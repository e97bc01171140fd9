"""The whole archive of a site, through the best source that is open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kznews import dates
from kznews.sources.base import COMMON, REST, SECTIONS, SITEMAP, Crawl, Output, Policy, Source
from kznews.sources.date_archives import DateArchives
from kznews.sources.request_size import RequestSize
from kznews.sources.rest import Rest
from kznews.sources.revisits import Revisits
from kznews.sources.sections import Sections
from kznews.sources.sitemaps import Sitemaps
from kznews.sources.unread import take_dated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kznews.pages.units import Unit


class Backfill(Policy):
    """Every article of a site: by the REST API, else by sitemaps, else by listings.

    Through the API, a run continues with the request at which the previous one was killed, and a
    later run asks for what is new and edited. The other sources know which addresses they have
    seen. For some ``sections`` the API says which posts they have, else their listings do.
    """

    takes = COMMON | {"order", "sections", "source", "render", "types"}

    def __init__(self, crawl: Crawl) -> None:
        super().__init__(crawl)
        size = RequestSize(crawl)
        self._revisits = Revisits(crawl, size)
        self._opened: dict[str, list[Source]] = {
            REST: [Rest(crawl, size, partial(self._closed, REST), self._revisits.begin)],
            SITEMAP: [Sitemaps(crawl, self._found, partial(self._closed, SITEMAP))],
            SECTIONS: [Sections(crawl, self._revisits.note_feed_time)],
        }
        if not crawl.arguments.sections:  # a month says nothing of sections, a sitemap neither
            self._opened[SECTIONS].append(DateArchives(crawl))
        self.sources = (
            *(source for sources in self._opened.values() for source in sources), self._revisits,
        )  # fmt: skip
        self._source = ""
        sitemap = [] if crawl.arguments.sections else [SITEMAP]
        self._to_try = iter([crawl.arguments.source or REST, *sitemap, SECTIONS])

    def begin(self) -> Iterator[Output]:
        yield from self._open_next()

    def _open_next(self) -> Iterator[Output]:
        self._source = next(self._to_try)
        self.crawl.set_stat("source", self._source)
        if self._source != REST:  # which asks for both by itself
            yield from self._revisits.begin()
            vias = [f"section:{slug}" for slug in self.crawl.arguments.sections]
            yield from self.crawl.left_over(vias)
        for source in self._opened[self._source]:
            yield from source.begin()

    def _closed(self, name: str, why: str) -> Iterator[Output]:
        """Continue with the next source, unless that was done or one source was asked for."""
        if name != self._source:
            return
        self.crawl.set_stat(f"source/closed/{name}", why)
        if self.crawl.arguments.source:
            self.crawl.problem(f"the source {name!r} is closed ({why})")
        else:
            self.log.warning("The source %r is closed (%s)", name, why)
            yield from self._open_next()

    def _found(self, urls: list[str]) -> Iterator[Output]:
        """Take the articles of a sitemap, dated by the months in their addresses."""
        zone = dates.zone(self.site.zone)

        def published(unit: Unit[None]) -> dates.Moment | None:
            month = self.site.month_of(unit[0])
            return dates.month(*month, zone) if month else None

        yield from take_dated(self.crawl, ((url, None) for url in urls), published, SITEMAP)
