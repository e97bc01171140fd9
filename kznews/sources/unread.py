"""Takes what an answer names one by one; of a part that cannot be read only its address is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from kznews.pages.listing import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kznews.dates import Moment
    from kznews.pages.units import Unit
    from kznews.sources.base import Crawl, Output
    from kznews.sources.failures import Unread

T = TypeVar("T")


def take_dated(
    crawl: Crawl, units: Iterable[Unit[T]], published: Callable[[Unit[T]], Moment | None], via: str
) -> Iterator[Output]:
    """Take the articles of an answer; ``published`` reads when each of them appeared."""
    lost: dict[str, Unread] = {}
    each = crawl.boundary.sparing(lost)
    links = each(lambda unit: Link(unit[0], published(unit)), units)
    yield from take_unread(crawl, lost, via)
    yield from crawl.take(links, via)


def take_unread(crawl: Crawl, lost: Mapping[str, Unread], via: str) -> Iterator[Output]:
    """Take the articles of these addresses; reject those of no article."""

    def take(address: str) -> Iterator[Output]:
        if url := crawl.site.article_url(address):
            yield from crawl.take([Link(url, None)], via)
        else:
            yield from reject(address, lost[address])

    def reject(address: str, why: Unread) -> Iterator[Output]:
        yield crawl.reject(address, via, why.reason, why.detail)

    yield from crawl.boundary.each(lost, take, reject)
