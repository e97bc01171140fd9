"""The section listings: which sections there are, and which articles are in them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from scrapy import Request

from kznews.items import Section
from kznews.pages.article import main_section
from kznews.pages.listing import SectionLink, section_links
from kznews.sources.base import Crawl, Output, Source
from kznews.sources.failures import OUT_OF_REACH, failure_reason, in_words
from kznews.sources.listings import Listings
from kznews.sources.unread import take_unread
from kznews.wordpress import api

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.items import Article
    from kznews.pages.listing import Link
    from kznews.sources.failures import Unread
    from kznews.sources.walks import Walk


class Sections(Source):
    """Every article that the site's section listings link to.

    The REST API, else the home page, says which sections there are. ``no_api`` is called if the API
    names none.
    """

    def __init__(self, crawl: Crawl, no_api: Callable[[], Iterator[Output]]) -> None:
        super().__init__(crawl)
        self._listings = Listings(crawl, self)
        self._no_api = no_api
        self._found_in: dict[str, list[SectionLink]] = {}
        self._articles_read: set[int] = set()
        self._walked: dict[str | None, SectionLink] = {}
        self._names_sections = False

    def begin(self) -> Iterator[Request]:
        """Read the requested sections, or ask which ones there are."""
        for slug in self.crawl.arguments.sections:
            yield self._walk(SectionLink(slug, None, self.site.section_url(slug)))
        if not self.crawl.arguments.sections:
            yield self._categories(1, [])

    # --- Which there are --------------------------------------------------------------------------

    def _categories(self, number: int, found: list[SectionLink]) -> Request:
        suffix = f"&page={number}" if number > 1 else ""
        return Request(
            f"{self.site.root}{api.CATEGORIES}{suffix}",
            callback=self.parse_categories,
            errback=self.categories_failed,
            cb_kwargs={"number": number, "found": found},
        )

    def parse_categories(
        self, response: Response, number: int, found: list[SectionLink]
    ) -> Iterator[Output]:
        slugs = {section.slug for section in found}
        lost: dict[str, Unread] = {}
        with suppress(api.ClosedApiError):
            read = api.read_categories(response, self.site, self.crawl.boundary.sparing(lost))
            found = [*found, *(section for section in read if section.slug not in slugs)]
        yield from take_unread(self.crawl, lost, "categories")
        has_more = api.has_more(response, number)
        is_new = len(found) > len(slugs)
        if is_new and has_more and number < api.MAX_CATEGORY_PAGES:
            yield self._categories(number + 1, found)
        elif found:
            if has_more:
                self._note_unread_categories(found, f"answer {number} is the last that is read")
            yield from self._walk_all(found)
        else:
            yield from self._no_api()
            yield self._home()

    def _note_unread_categories(self, found: list[SectionLink], why: str) -> None:
        self.crawl.problem(
            f"the API has more categories than the {len(found)} that were read ({why})"
        )

    def categories_failed(self, failure: Failure) -> Iterator[Output]:
        reason, detail = failure_reason(failure)
        found = failure.request.cb_kwargs["found"]  # type: ignore[attr-defined]
        if found:
            self._note_unread_categories(found, in_words(reason, detail))
            yield from self._walk_all(found)
        elif reason in OUT_OF_REACH:
            self.crawl.out_of_reach(reason, detail)
        else:
            self.log.info("The API names no sections (%s); asking the home page", reason)
            yield from self._no_api()
            yield self._home()

    def _home(self) -> Request:
        return Request(f"{self.site.root}/", callback=self.parse_home, errback=self.home_failed)

    def parse_home(self, response: Response) -> Iterator[Output]:
        page = self.crawl.page(response)
        lost: dict[str, Unread] = {}
        found = section_links(page, self.crawl.boundary.sparing(lost)) if page else []
        yield from take_unread(self.crawl, lost, "categories")
        yield from self._walk_all(found)

    def home_failed(self, failure: Failure) -> Iterator[Request]:
        reason, detail = failure_reason(failure)
        if reason in OUT_OF_REACH:
            self.crawl.out_of_reach(reason, detail)
            return
        yield from self._walk_all([])

    def _walk_all(self, found: Iterable[SectionLink]) -> Iterator[Request]:
        """Begin with the known sections: the catch-all finds most articles soonest."""
        sections = {section.slug: section for section in found}
        self._names_sections = bool(sections)
        known = {
            slug: sections.get(slug) or SectionLink(slug, name, self.site.section_url(slug))
            for slug, name in self.site.sections.items()
        }
        for section in {**known, **sections}.values():
            yield self._walk(section)

    def _walk(self, section: SectionLink) -> Request:
        self._walked[section.slug] = section
        return self._listings.begin(section)

    # --- Their listings ---------------------------------------------------------------------------

    def found(self, walk: Walk, links: Sequence[Link]) -> None:
        for link in links:
            if hash(link.url) not in self._articles_read:
                self._found_in.setdefault(link.url, []).append(walk.section)

    def is_own(self, response: Response, walk: Walk) -> bool:  # noqa: ARG002
        return True

    def absent(self, walk: Walk) -> Iterator[Output] | None:
        if walk.section.slug not in self.site.assumed or not self._names_sections:
            return None
        self.log.info("There is no section %r, as was only assumed", walk.section.slug)
        return iter(())

    def ended(self, walk: Walk) -> Iterator[Output]:  # noqa: ARG002
        yield from ()

    def add_sections(self, article: Article) -> None:
        """Add the listings that link to the article, unless the page names all its sections.

        A parent section's listing also links to the articles of its children: that adds nothing.
        """
        self._articles_read.add(hash(article.url))
        found_in = self._found_in.pop(article.url, [])
        if article.provenance.get("sections") == "json-ld":
            return
        slugs = {section.slug for section in article.sections}
        names = {section.name for section in article.sections}
        within = "".join(f"{self._walked[slug].url}/ " for slug in slugs if slug in self._walked)
        for link in found_in:
            if link.slug not in slugs and link.name not in names and f"{link.url}/" not in within:
                article.sections.append(Section(link.slug, link.name or link.slug))
                article.provenance.setdefault("sections", "listing")
        article.section = main_section(article.sections, self.site.is_catch_all)
