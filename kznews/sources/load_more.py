"""Listings that load more by script, read in a browser."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http import HtmlResponse

from kznews import finish_reasons
from kznews.browser.requests import META, NEVER, InfiniteScroll, Rendering
from kznews.pages.listing import read_listing
from kznews.pages.page import Page
from kznews.sources.base import PLACE
from kznews.sources.failures import failure_reason, in_words
from kznews.sources.walks import Meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.sources.base import Crawl, Output
    from kznews.sources.walks import Links, Walk

    Then = Callable[[Walk], Iterator[Output]]

logger = logging.getLogger(__name__)


class LoadMore:
    """Continues a listing in a browser if a reader with a browser would see more.

    ``docs/architecture.md``, «A browser», says when. ``end`` is called where the walk ends,
    ``next_page`` where there may be a further page.
    """

    def __init__(self, crawl: Crawl, links: Links, end: Then, next_page: Then) -> None:
        self.crawl, self.site, self._links = crawl, crawl.site, links
        self._end, self._next_page = end, next_page

    def read_on(self, walk: Walk, number: int) -> Iterator[Output]:
        """Continue the listing from one of its pages, if there is a browser."""
        walk.loads_more = False  # which is done herewith
        browser = self.crawl.browser
        if browser.mode == NEVER:
            self.crawl.count("browser/refused")
            logger.warning(
                "Section %r goes on by script; render=never leaves it there", walk.section.slug
            )
            yield from self._unfinished(walk)
        elif browser.found is None:
            yield from self._without_browser(walk, browser.missing())
        else:
            limit = self.crawl.settings.getint("KZNEWS_BROWSER_LOADS")
            most = self.crawl.arguments.max_pages
            most = limit if most is None else min(limit, most - number)
            scroll = InfiniteScroll(most, partial(self._goes_on, walk))
            yield Request(
                walk.page_url(number),
                callback=self.parse,
                errback=self.failed,
                cb_kwargs={"walk": walk, "scroll": scroll, "number": number},
                meta={META: Rendering(scroll=scroll), PLACE: walk.place},
            )

    def _goes_on(self, walk: Walk, scroll: InfiniteScroll, html: str) -> bool:
        """Keep the current links of a listing; return whether what follows is wanted."""
        response = HtmlResponse(walk.url, body=html, encoding="utf-8")
        page = Page(response, self.site, datetime.now(UTC))
        listing = read_listing(page, self.crawl.boundary.sparing(walk.unread))
        fresh = [link for link in listing.links if link.url not in scroll.found]
        scroll.found.update((link.url, link) for link in fresh)
        known = self.crawl.archive.urls.known(link.url for link in fresh)
        meaning = self._links.meaning(walk, fresh, known, fresh)
        if meaning in {Meaning.KNOWN, Meaning.TOO_OLD}:
            scroll.stopped = meaning
        return not scroll.stopped

    def parse(
        self, response: Response, walk: Walk, scroll: InfiniteScroll, number: int
    ) -> Iterator[Output]:
        if page := self.crawl.page(response):
            yield from self.crawl.snapshot(page)
            listing = read_listing(page, self.crawl.boundary.sparing(walk.unread))
            self.crawl.count(f"listing/{listing.layout or 'empty'}")
        seen_before = len(walk.seen)
        yield from self._links.take(walk, scroll.found.values())
        if scroll.problem:
            yield from self._broken_off(walk, "truncated", scroll.problem)
        elif scroll.ended and len(walk.seen) > seen_before and number == walk.number:
            yield from self._next_page(walk)  # there may be one
        elif scroll.ended or scroll.stopped == Meaning.KNOWN:
            yield from self._end(walk)
        elif not scroll.stopped and number + scroll.loads < (self.crawl.arguments.max_pages or inf):
            limit = f"more than KZNEWS_BROWSER_LOADS={scroll.most} times"
            yield from self._broken_off(walk, "truncated", f"it grows {limit}")

    def failed(self, failure: Failure) -> Iterator[Output]:
        kwargs = failure.request.cb_kwargs  # type: ignore[attr-defined]
        walk: Walk = kwargs["walk"]
        yield from self._links.take(walk, kwargs["scroll"].found.values())
        reason, detail = failure_reason(failure)
        if reason == finish_reasons.NO_BROWSER:
            self.crawl.browser.lost(detail or reason)
            yield from self._without_browser(walk, self.crawl.browser.missing())
        else:
            yield from self._broken_off(walk, reason, detail)

    def _without_browser(self, walk: Walk, why: str) -> Iterator[Output]:
        slug = walk.section.slug
        self.crawl.problem(f"section {slug!r} goes on by script: {why}", finish_reasons.NO_BROWSER)
        yield from self._unfinished(walk)

    def _broken_off(self, walk: Walk, reason: str, detail: str | None) -> Iterator[Output]:
        why = in_words(reason, detail)
        self.crawl.problem(f"section {walk.section.slug!r} could not be read to its end ({why})")
        yield self.crawl.reject(walk.section.url, walk.via, reason, detail)
        yield from self._unfinished(walk)

    def _unfinished(self, walk: Walk) -> Iterator[Output]:
        walk.whole = False
        yield from self._end(walk)
