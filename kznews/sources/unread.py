"""Parts of an answer that could not be read: only their addresses are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kznews.pages.listing import Link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kznews.sources.base import Crawl, Output
    from kznews.sources.failures import Unread


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
