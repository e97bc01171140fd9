"""The base of the extensions: it connects their methods to Scrapy's signals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy import signals

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Extension:
    """Each method with the name of a signal is connected to it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        for name, signal in vars(signals).items():
            if not name.startswith("_") and hasattr(cls, name):
                crawler.signals.connect(getattr(extension, name), signal)
        return extension
