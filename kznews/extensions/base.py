"""What the extensions share: hearing Scrapy's signals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy import signals

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Extension:
    """Each of its methods that has the name of a signal is called with it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        for name, signal in vars(signals).items():
            if not name.startswith("_") and hasattr(cls, name):
                crawler.signals.connect(getattr(extension, name), signal)
        return extension
