"""The section listings, newest first, page by page, until there is no more to find."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from scrapy import Request

from kznews import finish_reasons
from kznews.items import Section
from kznews.pages.article import main_section
from kznews.pages.listing import SectionLink, read_listing, section_links
from kznews.pages.load_more import loads_more, may_fill_itself
from kznews.sources.load_more import ScriptedCrawl
from kznews.sources.walk import BEHIND, KNOWN, NOTHING, ON, Walk
from kznews.spiders.arguments import COMMON
from kznews.spiders.base import OUT_OF_REACH, Output, failure_reason, told
from kznews.wordpress import api

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.items import Article, SiteSnapshot
    from kznews.pages.listing import Link

MAX_MISSES = 3
"""Listing pages in a row that may fail before a section is given up."""


class SectionsCrawl(ScriptedCrawl):
    """Every article that the site's section listings link to.

    A walk ends where everything was known when the section was last walked to its end; a walk that
    is cut short moves no mark, so that the next one goes on to the old one.
    """

    takes = COMMON | {"sections", "max_pages", "render"}

    def __init__(self, name: str | None = None, **kwargs: str) -> None:
        super().__init__(name, **kwargs)
        self.found_in: dict[str, list[SectionLink]] = {}
        self._articles_read: set[int] = set()
        self.walked: dict[str | None, SectionLink] = {}
        self._names_sections = False

    def begin(self) -> Iterator[Request]:
        yield from self.listings()
        yield from self.left_over([f"section:{x}" for x in self.arguments.sections])
        yield from self.look_again()

    def listings(self) -> Iterator[Request]:
        """Walk the asked-for sections, or ask which ones there are."""
        for slug in self.arguments.sections:
            yield self._walk(SectionLink(slug, None, self.source.section_url(slug)))
        if not self.arguments.sections:
            yield self._categories(1, [])

    def _categories(self, number: int, found: list[SectionLink]) -> Request:
        suffix = f"&page={number}" if number > 1 else ""
        return Request(
            f"{self.source.root}{api.CATEGORIES}{suffix}",
            callback=self.parse_categories,
            errback=self.categories_failed,
            cb_kwargs={"number": number, "found": found},
        )

    def parse_categories(
        self, response: Response, number: int, found: list[SectionLink]
    ) -> Iterator[Request]:
        slugs = {section.slug for section in found}
        with suppress(api.ClosedApiError):
            read = api.read_categories(response, self.source)
            found = [*found, *(section for section in read if section.slug not in slugs)]
        has_more = api.has_more(response, number)
        is_new = len(found) > len(slugs)
        if is_new and has_more and number < api.MAX_CATEGORY_PAGES:
            yield self._categories(number + 1, found)
        elif found:
            if has_more:
                self._miss_categories(found, f"answer {number} is the last that is read")
            yield from self._walk_all(found)
        else:
            yield from self.api_closed()
            yield self._home()

    def _miss_categories(self, found: list[SectionLink], why: str) -> None:
        self.problem(f"the API has more categories than the {len(found)} that were read ({why})")

    def categories_failed(self, failure: Failure) -> Iterator[Request]:
        reason, detail = failure_reason(failure)
        found = failure.request.cb_kwargs["found"]  # type: ignore[attr-defined]
        if reason in OUT_OF_REACH and not found:
            yield from self.home_failed(failure)
        elif found:
            self._miss_categories(found, told(reason, detail))
            yield from self._walk_all(found)
        else:
            self.logger.info("The API names no sections (%s); asking the home page", reason)
            yield from self.api_closed()
            yield self._home()

    def _home(self) -> Request:
        return Request(f"{self.source.root}/", callback=self.parse_home, errback=self.home_failed)

    def parse_home(self, response: Response) -> Iterator[Request]:
        page = self.page(response)
        yield from self._walk_all(section_links(page) if page else [])

    def home_failed(self, failure: Failure) -> Iterator[Request]:
        reason, detail = failure_reason(failure)
        if reason in OUT_OF_REACH:
            self.out_of_reach(reason, detail)
            return
        yield from self._walk_all([])

    def _walk_all(self, found: Iterable[SectionLink]) -> Iterator[Request]:
        """Walk the known sections first: the catch-all finds most articles soonest."""
        sections = {section.slug: section for section in found}
        self._names_sections = bool(sections)
        known = {
            slug: sections.get(slug) or SectionLink(slug, name, self.source.section_url(slug))
            for slug, name in self.source.sections.items()
        }
        for section in {**known, **sections}.values():
            yield self._walk(section)

    def _walk(self, section: SectionLink) -> Request:
        full = self.arguments.full
        mark = 0 if full else self.archive().mark(self.source.name, section.slug)
        return self.listing(Walk(section, mark=mark))

    def listing(self, walk: Walk) -> Request:
        self.expected = True
        if walk.is_section:
            self.walked[walk.section.slug] = walk.section
        return Request(
            walk.url,
            callback=self.parse_listing,
            errback=self.listing_failed,
            cb_kwargs={"walk": walk},
            meta=self.shown(layout.card_link for layout in self.source.layouts),
        )

    def parse_listing(self, response: Response, walk: Walk) -> Iterator[Output | SiteSnapshot]:
        page = self.page(response)
        if page is None or not page.is_whole:
            reason = "truncated" if page else "not_html"
            again = self.again(response, reason)
            if again is not None:
                yield again
                return
            if page is None:
                yield from self._skip_page(walk, reason, None)
                return
            walk.whole = False
        yield from self.snapshot(page)
        listing = read_listing(page)
        yield from self.note_malformed(listing.malformed, walk.via)
        if not listing.links and may_fill_itself(page):
            yield from self._unroll(walk, walk.number)
            return
        if not listing.links and walk.number > 1:  # past the end there would be a 404
            yield from self._skip_page(walk, "no_links", None)
            return
        walk.misses = 0
        self._count(f"listing/{listing.layout or 'empty'}")
        if self.is_behind(walk.previous):
            self._count("window/stopped")
            return
        meaning = yield from self.take(walk, listing.links)
        if meaning == NOTHING:
            yield from self.exhausted(walk)
            return
        walk.loads_more, walk.unrolled = loads_more(page), False
        if meaning == KNOWN:
            self._count("incremental/stopped")
            yield from self.ended(walk)
        elif meaning == ON:
            walk.previous = listing.links
            yield from self.next_page(walk)

    def take(self, walk: Walk, links: Iterable[Link]) -> Generator[Request, None, str]:
        """Ask for the articles among the links that are new; return what they mean for the walk."""
        links = tuple(links)
        new = [link for link in links if hash(link.url) not in walk.seen]
        walk.seen.update(hash(link.url) for link in new)
        known = self.archive().known(link.url for link in new)
        for link in new if walk.is_section else ():
            if hash(link.url) not in self._articles_read:
                self.found_in.setdefault(link.url, []).append(walk.section)
        yield from self.unknown(new, known, walk.via)
        if not new:
            return NOTHING
        if all(link.url in known and known[link.url].run <= walk.mark for link in new):
            return KNOWN
        return BEHIND if self.is_behind(links) else ON

    def ended(self, walk: Walk) -> Iterator[Request]:
        """Note that nothing is missing below, if no page of the walk was; return what is next."""
        if walk.whole:
            self.archive().complete(self.source.name, walk.section.slug)
        yield from ()

    def listing_failed(self, failure: Failure) -> Iterator[Output]:
        walk: Walk = failure.request.cb_kwargs["walk"]  # type: ignore[attr-defined]
        reason, detail = failure_reason(failure)
        if reason == finish_reasons.NO_BROWSER:
            yield self.plainly(failure.request, detail)  # type: ignore[attr-defined]
            return
        if reason == "http_404" and walk.number > 1:
            yield from self.exhausted(walk)
            return
        yield from self._skip_page(walk, reason, detail)

    def add_sections(self, article: Article) -> None:
        """Add the listings that link to it, unless the page itself names all its sections.

        A listing of a parent section links to its children's articles, too: that adds nothing.
        """
        self._articles_read.add(hash(article.url))
        found_in = self.found_in.pop(article.url, [])
        if article.provenance.get("sections") == "json-ld":
            return
        told = {section.slug for section in article.sections}
        names = {section.name for section in article.sections}
        within = "".join(f"{self.walked[slug].url}/ " for slug in told if slug in self.walked)
        for link in found_in:
            if link.slug not in told and link.name not in names and f"{link.url}/" not in within:
                article.sections.append(Section(link.slug, link.name or link.slug))
                article.provenance.setdefault("sections", "listing")
        article.section = main_section(article.sections, self.source.is_catch_all)

    def _skip_page(self, walk: Walk, reason: str, detail: str | None) -> Iterator[Output]:
        """Write a lost listing page down and go on with the next; without a first page, stop."""
        is_assumed = walk.number == 1 and walk.section.slug in self.source.assumed
        if is_assumed and reason == "http_404" and self._names_sections:
            self.logger.info("There is no section %r, as was only assumed", walk.section.slug)
            return
        walk.misses += 1
        walk.whole = False
        yield self.reject(walk.url, walk.via, reason, detail)
        if walk.number == 1 or walk.misses >= MAX_MISSES:
            self.problem(
                f"section {walk.section.slug!r}: {walk.url} cannot be read ({told(reason, detail)})"
            )
        else:
            yield from self.next_page(walk)

    def next_page(self, walk: Walk) -> Iterator[Request]:
        dead = self.settings.getint("KZNEWS_DEAD_IN_A_ROW")
        if self.dead[walk.via] >= dead:
            walk.whole = False
            self.problem(
                f"section {walk.section.slug!r} is given up on page {walk.number}: the last "
                f"{self.dead[walk.via]} addresses lead to no article (KZNEWS_DEAD_IN_A_ROW={dead})"
            )
        elif self.arguments.max_pages is None or walk.number < self.arguments.max_pages:
            walk.number += 1
            yield self.listing(walk)

    def is_behind(self, links: Iterable[Link]) -> bool:
        """Whether everything dated on a listing page is older than the window.

        A fetched article's own date is better than its card's. One pinned old card is not
        everything, and a page without any date tells nothing.
        """
        dated = [self.published.get(link.url, link.published) for link in links]
        known = [moment for moment in dated if moment]
        return bool(known) and all(map(self.window.is_after, known))
