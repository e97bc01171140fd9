"""Listings, read newest first, page by page, until there is nothing more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from scrapy import Request

from kznews import finish_reasons
from kznews.pages.listing import read_listing
from kznews.pages.load_more import loads_more, may_fill_itself
from kznews.sources.base import PLACE, Crawl, Output
from kznews.sources.failures import failure_reason, in_words
from kznews.sources.load_more import LoadMore
from kznews.sources.walks import Links, Meaning, Walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.pages.listing import Link, SectionLink
    from kznews.pages.page import Page

MAX_FAILURES = 3
"""Consecutive listing pages that may fail before a listing is given up."""


class Owner(Protocol):
    """The source that owns the listings."""

    def found(self, walk: Walk, links: Sequence[Link]) -> None:
        """Take note of the new links of a page."""

    def is_own(self, response: Response, walk: Walk) -> bool:
        """Whether an answer is the requested listing."""

    def absent(self, walk: Walk) -> Iterator[Output] | None:
        """Return what follows if there is no such listing, None if there should be one."""

    def ended(self, walk: Walk) -> Iterator[Output]:
        """Return what follows a listing that was read to its end."""


class Listings:
    """Reads the listings of a source.

    A walk ends where everything was known when the listing was last read to its end. An interrupted
    walk does not move the mark, so the next one continues to the old mark.
    """

    def __init__(self, crawl: Crawl, owner: Owner) -> None:
        self.crawl, self.site, self.owner = crawl, crawl.site, owner
        self._links = Links(crawl, owner.found)
        self._load_more = LoadMore(crawl, self._links, self.end, self.next_page)

    def begin(self, section: SectionLink) -> Request:
        is_full = self.crawl.arguments.full
        mark = 0 if is_full else self.crawl.archive.urls.mark(self.site.name, section.slug)
        return self.ask(Walk(section, mark=mark))

    def ask(self, walk: Walk) -> Request:
        self.crawl.expected = True
        return Request(
            walk.url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"walk": walk},
            meta={
                PLACE: walk.place,
                **self.crawl.shown(layout.card_link for layout in self.site.layouts),
            },
        )

    def parse(self, response: Response, walk: Walk) -> Iterator[Output]:
        if not self.owner.is_own(response, walk):
            return
        if walk.number > 1 and not is_page(response.url, walk.number):
            yield from self._missing(walk, "redirected", f"leads to {response.url}")
            return
        page = self.crawl.page(response)
        if page is None or not page.is_whole:
            reason = "truncated" if page else "not_html"
            if again := self.crawl.again(response, reason):
                yield again
                return
            if page is None:
                yield from self._skip(walk, reason, None)
                return
            walk.whole = False
            self.crawl.problem(f"{response.url} is cut: what it lists below is not known")
        yield from self._read(page, walk)

    def _read(self, page: Page, walk: Walk) -> Iterator[Output]:
        yield from self.crawl.snapshot(page)
        listing = read_listing(page, self.crawl.boundary.sparing(walk.unread))
        lost = next(iter(walk.unread.values()), None)
        yield from self._links.take_unread(walk)
        if lost and not listing.links:
            yield from self._skip(walk, lost.reason, lost.detail)
            return
        yield from self.crawl.note_malformed(listing.malformed, walk.via)
        if not listing.links and may_fill_itself(page):
            yield from self._load_more.read_on(walk, walk.number)
            return
        if not listing.links and walk.number > 1:  # past the end there would be a 404
            yield from self._skip(walk, "no_links", None)
            return
        self.crawl.count(f"listing/{listing.layout or 'empty'}")
        if self._links.is_too_old(walk.previous):
            return
        meaning = yield from self._links.take(walk, listing.links)
        if meaning is Meaning.NOTHING_NEW:
            yield from self._missing(walk, "no_links", "only links of the pages before it")
            return
        walk.failures, walk.loads_more = 0, loads_more(page)
        walk.has_next = links_to_page(page, walk.number + 1)
        if meaning is Meaning.KNOWN:
            yield from self.end(walk)
        elif meaning is Meaning.GO_ON:
            walk.previous = listing.links
            yield from self.next_page(walk)

    def _missing(self, walk: Walk, reason: str, detail: str | None) -> Iterator[Output]:
        """Take a page that is not there for the end, unless the page before links to it.

        Where two runs find nothing from there on, that link is wrong.
        """
        if not walk.has_next or self._ended_here(walk):
            yield from self._exhausted(walk)
        else:
            yield from self._skip(walk, reason, detail)

    def _ended_here(self, walk: Walk) -> bool:
        """Whether the run before came no further either; note how far this one came."""
        if walk.failures:
            return False
        before = int(self.crawl.archive.notes.read(self._note_of_end(walk)) or 0)
        self.crawl.archive.notes.keep(self._note_of_end(walk), str(walk.number))
        return 0 < before <= walk.number

    def _note_of_end(self, walk: Walk) -> str:
        """Return the name of the note of a page that a listing links to and does not have."""
        return f"listing_end:{self.site.name}:{walk.section.slug}"

    def _exhausted(self, walk: Walk) -> Iterator[Output]:
        """Continue in a browser if there is no next page and the last one loads more."""
        if walk.loads_more:
            yield from self._load_more.read_on(walk, walk.number - 1)
        else:
            yield from self.end(walk)

    def end(self, walk: Walk) -> Iterator[Output]:
        """Note that nothing is missing below if the walk is whole; return what follows."""
        if walk.whole:
            if self.crawl.archive.notes.read(self._note_of_end(walk)):
                self.crawl.archive.notes.keep(self._note_of_end(walk), "")
            self.crawl.archive.urls.complete(self.site.name, walk.section.slug)
        yield from self.owner.ended(walk)

    def failed(self, failure: Failure) -> Iterator[Output]:
        request: Request = failure.request  # type: ignore[attr-defined]
        walk: Walk = request.cb_kwargs["walk"]
        reason, detail = failure_reason(failure)
        if reason == finish_reasons.NO_BROWSER:
            yield self.crawl.without_browser(request, detail)
            return
        if reason == "http_404" and walk.number > 1:
            yield from self._missing(walk, reason, detail)
            return
        absent = self.owner.absent(walk) if reason == "http_404" else None
        yield from self._skip(walk, reason, detail) if absent is None else absent

    def _skip(self, walk: Walk, reason: str, detail: str | None) -> Iterator[Output]:
        """Record a lost page and continue with the next; stop if it is the first."""
        walk.failures += 1
        walk.whole = False
        yield self.crawl.reject(walk.url, walk.via, reason, detail)
        if walk.number == 1 or walk.failures >= MAX_FAILURES:
            why = in_words(reason, detail)
            self.crawl.problem(f"section {walk.section.slug!r}: {walk.url} cannot be read ({why})")
        else:
            yield from self.next_page(walk)

    def next_page(self, walk: Walk) -> Iterator[Request]:
        most_dead = self.crawl.settings.getint("KZNEWS_DEAD_IN_A_ROW")
        dead = self.crawl.dead[walk.via]
        most = self.crawl.arguments.max_pages
        if dead >= most_dead:
            walk.whole = False
            self.crawl.problem(
                f"section {walk.section.slug!r} is given up on page {walk.number}: the last {dead} "
                f"addresses lead to no article (KZNEWS_DEAD_IN_A_ROW={most_dead})"
            )
        elif most is None or walk.number < most:
            walk.number += 1
            yield self.ask(walk)


def is_page(url: str, number: int) -> bool:
    """Whether an address, maybe after a redirect, is that of a listing's page."""
    path = url.partition("://")[2].partition("/")[2]
    return re.search(rf"(?<!\d){number}(?!\d)", path) is not None


def links_to_page(page: Page, number: int) -> bool:
    """Whether a listing links to a page of it."""
    end = re.compile(rf"/page/{number}/?(?:[?#]|$)")
    return any(end.search(link.get("href", "")) for link in page.root.iter("a", "link"))
