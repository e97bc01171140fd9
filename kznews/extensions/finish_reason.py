"""The result of a run: logged in one line, and set as its finish reason."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import CloseSpider

from kznews import finish_reasons
from kznews.extensions.base import Extension
from kznews.spiders import boundary

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

logger = logging.getLogger(__name__)

EXCUSES = (
    "window/skipped",
    "window/outside",
    "incremental/known",
    "incremental/nothing_new",
    "incremental/unchanged",
    "repair/delivered",
    "audit/listed",
)
"""Statistics with which a run without new articles is a success."""


class ErrorLog(logging.Handler):
    """Counts the exceptions that Scrapy, Twisted or asyncio caught and only logged.

    An example is a signal handler that fails: Scrapy does not count it in its statistics.
    """

    LOGGERS = ("scrapy", "twisted", "asyncio")
    OF_THE_SITE = "scrapy.downloadermiddlewares.robotstxt"
    """It logs a robots.txt that cannot be fetched, which is no error of the program."""

    def __init__(self, stats: StatsCollector) -> None:
        super().__init__(logging.ERROR)
        self.stats = stats

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if error is None or isinstance(error, boundary.PASSING):
            return
        if record.name != self.OF_THE_SITE:
            finish_reasons.count_error(self.stats, boundary.place(error))


class Outcome(Extension):
    """Tell how a run ends; one that expected articles and got none fails.

    A run that found articles, but none of the requested days, has done what was asked.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.stats = crawler.stats
        log = ErrorLog(crawler.stats)
        for name in ErrorLog.LOGGERS:
            logging.getLogger(name).addHandler(log)

    def spider_idle(self, spider: Any) -> None:
        """Set the reason before Scrapy calls any quiet end «finished»."""
        if spider.failure != finish_reasons.INCOMPLETE:
            raise CloseSpider(spider.failure)
        if finish_reasons.has_errors(self.stats.get_stats()):
            raise CloseSpider(finish_reasons.ERRORS)
        brought = self.stats.get_value("articles", 0)
        excused = any(self.stats.get_value(key) for key in EXCUSES)
        if not brought and not excused and spider.expected:
            if not spider.problems:
                logger.error(
                    "No article came from %s: `scrapy inspect` shows how one of its pages is read",
                    spider.site.root,
                )
            raise CloseSpider(finish_reasons.NOTHING)
        if spider.problems:
            raise CloseSpider(finish_reasons.INCOMPLETE)

    def spider_closed(self, reason: str) -> None:
        known = self.stats.get_value("incremental/known", 0)
        if known and not self.stats.get_value("articles"):
            takes: frozenset[str] = getattr(self.crawler.spidercls, "taken", frozenset)()
            full = "; `-a full=1` fetches them again to see what changed"
            logger.info(
                "Nothing new: %d known articles were passed over%s; `scrapy export` writes them "
                "from the archive.",
                known,
                full if "full" in takes else "",
            )
        rejected = {
            key.partition("/")[2]: count
            for key, count in sorted(self.stats.get_stats().items())
            if key.startswith("rejected/")
        }
        reasons = ", ".join(f"{count} {name}" for name, count in rejected.items())
        logger.info(
            "%d articles, %d rejected%s, %d requests: %s",
            self.stats.get_value("articles", 0),
            self.stats.get_value("rejected", 0),
            f" ({reasons})" if reasons else "",
            self.stats.get_value("downloader/request_count", 0),
            reason,
        )
