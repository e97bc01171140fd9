"""Add-ons: a readable log, other spiders without archive and feeds, a quick start."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Self

from kznews.monitoring.messages import guard_log
from kznews.spiders.base import NewsSpider

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

OTHER_SPIDERS: dict[str, Any] = {
    "EXTENSIONS": {"kznews.extensions.crawl_delay.CrawlDelay": 0},
    "ITEM_PIPELINES": {},
    "SPIDER_MIDDLEWARES": {},
    "FEEDS": {},
}
LISTS = ("DOWNLOADER_MIDDLEWARES", "EXTENSIONS", "SPIDER_MIDDLEWARES")
_SAID_BY_OTHERS = ("Enabled ", "Overridden settings", "Closing spider", "Spider closed")


class PlainLog:
    """Escapes every line of the log; what Scrapy says of itself is logged at DEBUG."""

    def __init__(self, settings: BaseSettings) -> None:
        guard_log(settings)
        if settings["LOG_LEVEL"] not in {"DEBUG", "NOTSET"}:  # a line of each item is not even made
            logging.getLogger("scrapy").setLevel(logging.INFO)
        for name in ("addons", "core.engine", "crawler", "middleware"):
            logging.getLogger(f"scrapy.{name}").addFilter(_demote)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings)


class OtherSpiders:
    """Switches archive and feeds off for spiders without a site, but not politeness.

    These are the spiders of ``scrapy shell``, ``fetch``, ``view`` and ``inspect``.
    """

    def __init__(self, spider: type) -> None:
        self._is_other = not issubclass(spider, NewsSpider)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.spidercls)

    def update_settings(self, settings: BaseSettings) -> None:
        if self._is_other:
            settings.setdict(OTHER_SPIDERS, priority="spider")


class QuickStart:
    """Keep Scrapy from importing what is switched off by None: 0.15 s and 12 MB of each run.

    It looks each name of these settings up, if only to leave it out.
    """

    def update_settings(self, settings: BaseSettings) -> None:
        for name in LISTS:
            off = {one for one, order in settings.getdict(name).items() if order is None}
            for part in (name, f"{name}_BASE"):
                kept = {k: v for k, v in settings.getdict(part).items() if k not in off}
                settings.set(part, kept, settings.getpriority(part) or 0)


def _demote(record: logging.LogRecord) -> bool:
    if record.levelno == logging.INFO and str(record.msg).startswith(_SAID_BY_OTHERS):
        record.levelno, record.levelname = logging.DEBUG, "DEBUG"
    return True
