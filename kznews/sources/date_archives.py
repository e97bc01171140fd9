"""The date archives: the listing of each month, from the newest back to the first."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kznews import dates
from kznews.pages.listing import SectionLink
from kznews.sources.base import Crawl, Output, Source
from kznews.sources.listings import Listings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scrapy import Request
    from scrapy.http import Response

    from kznews.pages.listing import Link
    from kznews.sources.walks import Walk

FIRST_YEAR = 2010
EMPTY_MONTHS = 24
"""Consecutive months without an article after which the search ends."""


class DateArchives(Source):
    """Every article that the listings of months link to."""

    def __init__(self, crawl: Crawl) -> None:
        super().__init__(crawl)
        self._listings = Listings(crawl, self)
        self._empty_months = 0

    def begin(self) -> Iterator[Request]:
        now = datetime.now(dates.zone(self.site.zone))
        last = self.crawl.arguments.until or now.date()
        yield from self._month(last.year, last.month)

    def _month(self, year: int, month: int) -> Iterator[Request]:
        since = self.crawl.arguments.since
        first = since or date(FIRST_YEAR, 1, 1)
        if (year, month) < (first.year, first.month):
            if not since and not self._empty_months:
                self.crawl.problem(
                    f"the months before {FIRST_YEAR} are not looked at: `-a since=` names an "
                    "earlier day"
                )
        elif self._empty_months < EMPTY_MONTHS:
            slug = f"{year}/{month:02d}"
            yield self._listings.begin(SectionLink(slug, None, f"{self.site.root}/{slug}"))

    def found(self, walk: Walk, links: Sequence[Link]) -> None:  # noqa: ARG002
        """Note that a month has articles; it says nothing about their sections."""
        self._empty_months = 0 if links else self._empty_months

    def is_own(self, response: Response, walk: Walk) -> bool:
        if urlsplit(response.url).path.rstrip("/") == urlsplit(walk.url).path:
            return True
        self.log.info("The site has no date archives: %s leads elsewhere", walk.url)
        return False

    def absent(self, walk: Walk) -> Iterator[Output]:
        self._empty_months += 1
        yield from self._listings.end(walk)

    def ended(self, walk: Walk) -> Iterator[Request]:
        year, month = map(int, walk.section.slug.split("/"))
        yield from self._month(*((year, month - 1) if month > 1 else (year - 1, 12)))
