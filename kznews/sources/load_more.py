"""Listings that go on by script are read in a browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import unquote

from scrapy import Request
from scrapy.http import HtmlResponse

from kznews import finish_reasons
from kznews.browser.requests import META, NEVER, InfiniteScroll, Rendering
from kznews.pages.listing import read_listing
from kznews.pages.page import Page
from kznews.sources.revisits import IncrementalCrawl
from kznews.sources.walk import BEHIND, KNOWN, NOTHING
from kznews.spiders.base import failure_reason, told

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.items import SiteSnapshot
    from kznews.pages.listing import Link
    from kznews.sources.walk import Walk
    from kznews.spiders.base import Output


class ScriptedCrawl(IncrementalCrawl):
    """A crawl whose walks end only where a reader with a browser would see the end, too.

    ``docs/architecture.md``, «A browser», says which way is taken when.
    """

    def take(self, walk: Walk, links: Iterable[Link]) -> Generator[Request, None, str]:
        """Ask for the articles among the links that are new; return what they mean for the walk."""
        raise NotImplementedError

    def ended(self, walk: Walk) -> Iterator[Request]:
        """Note that nothing is missing below, if no page of the walk was; return what is next."""
        raise NotImplementedError

    def next_page(self, walk: Walk) -> Iterator[Request]:
        """Ask for the next page of the listing."""
        raise NotImplementedError

    def is_behind(self, links: Iterable[Link]) -> bool:
        """Whether everything dated among the links is older than the window."""
        raise NotImplementedError

    def place(self, request: Request) -> str | None:
        walk: Walk | None = request.cb_kwargs.get("walk")
        if walk is None:
            return super().place(request)
        return f"{unquote(walk.section.slug)}, page {walk.number}"

    def exhausted(self, walk: Walk) -> Iterator[Output]:
        """Read on in a browser where there is no next page and the last one loads more."""
        if walk.loads_more and not walk.unrolled:
            yield from self._unroll(walk, walk.number - 1)
        else:
            yield from self.ended(walk)

    def _is_enough(self, walk: Walk, loads: int) -> bool:
        most = self.arguments.max_pages
        return most is not None and walk.number - 1 + loads >= most

    def _unroll(self, walk: Walk, number: int) -> Iterator[Output]:
        """Read the listing on from one of its pages, if there is a browser."""
        walk.unrolled = True
        slug = walk.section.slug
        if self.browser.mode == NEVER:
            self._count("browser/refused")
            self.logger.warning("Section %r goes on by script; render=never leaves it there", slug)
            yield from self._unfinished(walk)
        elif self.browser.found is None:
            yield from self._without_browser(walk, self.browser.missing())
        else:
            limit = self.settings.getint("KZNEWS_BROWSER_LOADS")
            most = self.arguments.max_pages
            most = limit if most is None else min(limit, most - number)
            unroll = InfiniteScroll(most, partial(self._goes_on, walk))
            yield Request(
                walk.page_url(number),
                callback=self.parse_unrolled,
                errback=self.unroll_failed,
                cb_kwargs={"walk": walk, "unroll": unroll, "number": number},
                meta={META: Rendering(scroll=unroll)},
            )

    def _goes_on(self, walk: Walk, unroll: InfiniteScroll, html: str) -> bool:
        """Keep what a listing shows by now, and say whether what comes below is wanted."""
        response = HtmlResponse(walk.url, body=html, encoding="utf-8")
        listing = read_listing(Page(response, self.source, datetime.now(UTC)))
        fresh = [link for link in listing.links if link.url not in unroll.found]
        unroll.found.update((link.url, link) for link in fresh)
        if fresh and self._were_walked(walk, fresh):
            unroll.stopped = KNOWN
        elif self.is_behind(fresh):
            unroll.stopped = BEHIND
        return not unroll.stopped

    def _were_walked(self, walk: Walk, links: list[Link]) -> bool:
        known = self.archive().known(link.url for link in links)
        return all(link.url in known and known[link.url].run <= walk.mark for link in links)

    def parse_unrolled(
        self, response: Response, walk: Walk, unroll: InfiniteScroll, number: int
    ) -> Iterator[Output | SiteSnapshot]:
        if page := self.page(response):
            yield from self.snapshot(page)
            self._count(f"listing/{read_listing(page).layout or 'empty'}")
        meaning = yield from self.take(walk, unroll.found.values())
        if unroll.problem:
            yield from self._broken_off(walk, "truncated", unroll.problem)
        elif unroll.stopped == KNOWN:
            self._count("incremental/stopped")
            yield from self.ended(walk)
        elif unroll.stopped == BEHIND:
            self._count("window/stopped")
        elif unroll.ended and meaning != NOTHING and number == walk.number:
            yield from self.next_page(walk)  # there may be one
        elif unroll.ended:
            yield from self.ended(walk)
        elif not self._is_enough(replace(walk, number=number + 1), unroll.loads):
            limit = f"more than KZNEWS_BROWSER_LOADS={unroll.most} times"
            yield from self._broken_off(walk, "truncated", f"it grows {limit}")

    def unroll_failed(self, failure: Failure) -> Iterator[Output]:
        kwargs = failure.request.cb_kwargs  # type: ignore[attr-defined]
        walk: Walk = kwargs["walk"]
        yield from self.take(walk, kwargs["unroll"].found.values())
        reason, detail = failure_reason(failure)
        if reason == finish_reasons.NO_BROWSER:
            self.browser.lost(detail or reason)
            yield from self._without_browser(walk, self.browser.missing())
        else:
            yield from self._broken_off(walk, reason, detail)

    def _without_browser(self, walk: Walk, why: str) -> Iterator[Output]:
        slug = walk.section.slug
        self.problem(f"section {slug!r} goes on by script: {why}", finish_reasons.NO_BROWSER)
        yield from self._unfinished(walk)

    def _broken_off(self, walk: Walk, reason: str, detail: str | None) -> Iterator[Output]:
        why = told(reason, detail)
        self.problem(f"section {walk.section.slug!r} could not be read to its end ({why})")
        yield self.reject(walk.section.url, walk.via, reason, detail)
        yield from self._unfinished(walk)

    def _unfinished(self, walk: Walk) -> Iterator[Request]:
        walk.whole = False
        yield from self.ended(walk)
