"""The section listings, and edits of young articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kznews.sources.base import COMMON, Crawl, Output, Policy
from kznews.sources.request_size import RequestSize
from kznews.sources.revisits import Revisits
from kznews.sources.sections import Sections

if TYPE_CHECKING:
    from collections.abc import Iterator


class Listed(Policy):
    """The section listings, what earlier runs left, and the young articles once more."""

    takes = COMMON | {"sections", "max_pages", "render"}

    def __init__(self, crawl: Crawl) -> None:
        super().__init__(crawl)
        self._revisits = Revisits(crawl, RequestSize(crawl))
        self._sections = Sections(crawl, self._revisits.note_feed_time)
        self.sources = (self._sections, self._revisits)

    def begin(self) -> Iterator[Output]:
        yield from self._sections.begin()
        yield from self.crawl.left_over([f"section:{x}" for x in self.crawl.arguments.sections])
        yield from self._revisits.begin()
