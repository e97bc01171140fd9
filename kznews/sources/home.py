"""The home page: its links, for a site with neither API nor feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request

from kznews.pages.listing import read_listing
from kznews.sources.base import Crawl, Output, Source
from kznews.sources.failures import failure_reason
from kznews.sources.posts import server_time
from kznews.sources.unread import take_unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.sources.failures import Unread

VIA = "home"


class Home(Source):
    """The articles that the home page links to.

    ``looked`` is when it answered. Only at the first look may all of its links be new.
    """

    def __init__(self, crawl: Crawl) -> None:
        super().__init__(crawl)
        self.is_first_look = False
        self.looked: str | None = None

    def begin(self) -> Iterator[Request]:
        yield Request(f"{self.site.root}/", callback=self.parse, errback=self.failed)

    def parse(self, response: Response) -> Iterator[Output]:
        page = self.crawl.page(response)
        lost: dict[str, Unread] = {}
        links = read_listing(page, self.crawl.boundary.sparing(lost)).links if page else ()
        known = self.crawl.archive.urls.known(link.url for link in links)
        if links and not known and not self.is_first_look:
            self.crawl.problem(
                f"all of {response.url} is new, so there may be more: crawl the sections"
            )
        self.crawl.expected = True
        self.looked = server_time(response)
        yield from take_unread(self.crawl, lost, VIA)
        yield from self.crawl.take(links, VIA, known)

    def failed(self, failure: Failure) -> None:
        reason, detail = failure_reason(failure)
        self.crawl.problem(f"neither API nor feed nor home page answer ({reason}: {detail})")
