"""The categories of a WordPress: the numbers of the requested sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request

from kznews import finish_reasons
from kznews.sources.base import Crawl, Output, Source
from kznews.sources.failures import failure_reason
from kznews.wordpress import api

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.wordpress.api import Category


class Categories(Source):
    """Learn the numbers of the requested sections and their subsections, then call ``then``.

    If a section does not exist, the run ends and names the existing ones; ``failed`` is called if
    the API does not tell.
    """

    def __init__(
        self,
        crawl: Crawl,
        then: Callable[[tuple[int, ...]], Iterator[Output]],
        failed: Callable[[str, str | None], Iterator[Output]],
    ) -> None:
        super().__init__(crawl)
        self._then, self._failed = then, failed
        self._found: dict[int, Category] = {}

    def begin(self) -> Iterator[Output]:
        if self.crawl.arguments.sections:
            yield self._ask(1)
        else:
            yield from self._then(())

    def _ask(self, number: int) -> Request:
        suffix = f"&page={number}" if number > 1 else ""
        return Request(
            f"{self.site.root}{api.CATEGORY_NUMBERS}{suffix}",
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"number": number},
        )

    def parse(self, response: Response, number: int) -> Iterator[Output]:
        try:
            read = api.read_category_numbers(response, self.site)
        except api.ClosedApiError as error:
            yield from self._failed("not_json", str(error))
            return
        self._found |= {category.id: category for category in read}
        if read and api.has_more(response, number) and number < api.MAX_CATEGORY_PAGES:
            yield self._ask(number + 1)
            return
        asked, slugs = self.crawl.arguments.sections, {c.slug for c in self._found.values()}
        if unknown := [slug for slug in asked if slug not in slugs]:
            known = ", ".join(sorted(slugs))
            text = f"there is no section {', '.join(unknown)}, but {known}"
            self.crawl.problem(text, finish_reasons.NO_SECTION)
            return
        yield from self._then(self._within(asked))

    def _within(self, asked: Sequence[str]) -> tuple[int, ...]:
        """Return the numbers of sections and of all below them, whose posts the API leaves out."""
        within = {category.id for category in self._found.values() if category.slug in asked}
        while more := {c.id for c in self._found.values() if c.parent in within} - within:
            within |= more
        return tuple(sorted(within))

    def failed(self, failure: Failure) -> Iterator[Output]:
        yield from self._failed(*failure_reason(failure))
