"""The log says what matters, once: an item is a file's line, not a log's."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Self

from scrapy.logformatter import LogFormatter as ScrapyLogFormatter

from kznews.messages import guard_log
from kznews.storage.archive import ArchiveError

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.logformatter import LogFormatterResult
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure


_TOLD_BY_OTHERS = ("Enabled ", "Overridden settings", "Closing spider", "Spider closed")


class LogFormatter(ScrapyLogFormatter):
    """Name a delivered item by its address instead of printing all of it."""

    def scraped(
        self,
        item: Any,
        response: Response | Failure | None,  # noqa: ARG002
        spider: Spider,  # noqa: ARG002
    ) -> LogFormatterResult:
        return {
            "level": logging.DEBUG,
            "msg": "Scraped %(kind)s %(url)s",
            "args": {"kind": type(item).__name__, "url": getattr(item, "url", "")},
        }

    def dropped(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,  # noqa: ARG002
        spider: Spider,  # noqa: ARG002
    ) -> LogFormatterResult:
        return {
            "level": logging.DEBUG,
            "msg": "Dropped %(url)s: %(exception)s",
            "args": {"url": getattr(item, "url", ""), "exception": exception},
        }

    def spider_error(
        self, failure: Failure, request: Request, response: Response | Failure, spider: Spider
    ) -> LogFormatterResult:
        logged = super().spider_error(failure, request, response, spider)
        return _quieter(logged, failure.value)

    def item_error(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        return _quieter(super().item_error(item, exception, response, spider), exception)


class Quiet:
    """An add-on, as those come first: what Scrapy says of itself is news for DEBUG.

    From here on each line of the log is fit to be shown.
    """

    def __init__(self, settings: BaseSettings) -> None:
        guard_log(settings)
        for name in ("addons", "core.engine", "crawler", "middleware"):
            logging.getLogger(f"scrapy.{name}").addFilter(_demote)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings)


def _demote(record: logging.LogRecord) -> bool:
    if record.levelno == logging.INFO and str(record.msg).startswith(_TOLD_BY_OTHERS):
        record.levelno, record.levelname = logging.DEBUG, "DEBUG"
    return True


def _quieter(logged: LogFormatterResult, error: BaseException | None) -> LogFormatterResult:
    """An archive that fails is told once, by what ends the run, not for every page in hand."""
    return {**logged, "level": logging.DEBUG} if isinstance(error, ArchiveError) else logged
