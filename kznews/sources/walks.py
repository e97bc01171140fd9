"""The walk through a listing: how far it has come, and what the links of a page mean for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from kznews.sources.unread import take_unread

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

    from kznews.pages.listing import Link, SectionLink
    from kznews.sources.base import Crawl, Output
    from kznews.sources.failures import Unread


class Meaning(StrEnum):
    """What the links of a page mean for the walk."""

    GO_ON = "there is something new"
    KNOWN = "an earlier run walked what lies below"
    TOO_OLD = "the days that were asked for lie above"
    NOTHING_NEW = "there is no link that the walk has not met"


@dataclass
class Walk:
    """The progress in one listing.

    ``mark`` is the last run that read it to its end; ``seen`` has the hashes of addresses;
    ``loads_more`` says that the last page continues by script, and no browser has read it on;
    ``unread`` are links of the current page that could not be read; ``has_next`` says that the last
    page links to the next one. A walk that is not ``whole`` missed a page or a link.
    """

    section: SectionLink
    number: int = 1
    mark: int = 0
    failures: int = 0
    whole: bool = True
    seen: set[int] = field(default_factory=set)
    previous: tuple[Link, ...] = ()
    loads_more: bool = False
    unread: dict[str, Unread] = field(default_factory=dict)
    has_next: bool = False

    @property
    def url(self) -> str:
        return self.page_url(self.number)

    @property
    def via(self) -> str:
        """How an article of this listing is said to be found."""
        return f"section:{self.section.slug}"

    @property
    def place(self) -> str:
        return f"{unquote(self.section.slug)}, page {self.number}"

    def page_url(self, number: int) -> str:
        return self.section.url if number == 1 else f"{self.section.url}/page/{number}"


class Links:
    """Takes the links of listings; ``found`` is told of those that a walk has not met before."""

    def __init__(self, crawl: Crawl, found: Callable[[Walk, Sequence[Link]], None]) -> None:
        self.crawl, self._found = crawl, found

    def take_unread(self, walk: Walk) -> Iterator[Output]:
        """Take the links that could not be read, so that the next run meets them again."""
        walk.whole = walk.whole and not walk.unread
        yield from take_unread(self.crawl, walk.unread, walk.via)
        walk.unread.clear()

    def take(self, walk: Walk, links: Iterable[Link]) -> Generator[Output, None, Meaning]:
        """Ask for the new articles among the links; return what they mean for the walk."""
        yield from self.take_unread(walk)
        links = tuple(links)
        new = [link for link in links if hash(link.url) not in walk.seen]
        walk.seen.update(hash(link.url) for link in new)
        known = self.crawl.archive.urls.known(link.url for link in new)
        self._found(walk, new)
        yield from self.crawl.take(new, walk.via, known)
        return self.meaning(walk, new, known, links)

    def meaning(
        self, walk: Walk, new: Sequence[Link], known: Mapping[str, Any], shown: Sequence[Link]
    ) -> Meaning:
        """Return what the new links among the shown ones mean, ``known`` being the archive's."""
        if not new:
            return Meaning.NOTHING_NEW
        if all(link.url in known and known[link.url].run <= walk.mark for link in new):
            return Meaning.KNOWN
        return Meaning.TOO_OLD if self.is_too_old(shown) else Meaning.GO_ON

    def is_too_old(self, links: Iterable[Link]) -> bool:
        """Whether everything dated on a listing page is older than the requested days.

        A fetched article's own date is better than its card's. One pinned old card does not count,
        and a page without any date says nothing.
        """
        dated = [self.crawl.published.get(link.url, link.published) for link in links]
        known = [moment for moment in dated if moment]
        return bool(known) and all(map(self.crawl.window.is_after, known))
