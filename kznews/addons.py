"""Spiders that are not the project's own: ``scrapy shell``, ``fetch``, ``view``, ``inspect``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from kznews.spiders.base import ArticleCrawl

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

AS_A_GUEST: dict[str, Any] = {
    "EXTENSIONS": {"kznews.extensions.crawl_delay.CrawlDelay": 0},
    "ITEM_PIPELINES": {},
    "FEEDS": {},
}


class Guests:
    """An add-on: what knows no site leaves archive and feeds alone, and is polite all the same."""

    def __init__(self, spider: type) -> None:
        self._is_guest = not issubclass(spider, ArticleCrawl)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.spidercls)

    def update_settings(self, settings: BaseSettings) -> None:
        if self._is_guest:
            settings.setdict(AS_A_GUEST, priority="spider")
