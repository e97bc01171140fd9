"""Log lines of items: short, at DEBUG, because items are in files."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.logformatter import LogFormatter as ScrapyLogFormatter

from kznews.storage.database import ArchiveError

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response
    from scrapy.logformatter import LogFormatterResult
    from twisted.python.failure import Failure


class LogFormatter(ScrapyLogFormatter):
    """Names an item by its address instead of printing all of it."""

    def scraped(
        self,
        item: Any,
        response: Response | Failure | None,  # noqa: ARG002
        spider: Spider,  # noqa: ARG002
    ) -> LogFormatterResult:
        return _by_address(f"Scraped {type(item).__name__} %(url)s", item)

    def dropped(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,  # noqa: ARG002
        spider: Spider,  # noqa: ARG002
    ) -> LogFormatterResult:
        return _by_address("Dropped %(url)s: %(exception)s", item, exception=exception)

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


def _by_address(text: str, item: Any, **values: Any) -> LogFormatterResult:
    values["url"] = getattr(item, "url", "")
    return {"level": logging.DEBUG, "msg": text, "args": values}


def _quieter(logged: LogFormatterResult, error: BaseException | None) -> LogFormatterResult:
    """Return the line at DEBUG for an error of the archive: what ends the run logs it once."""
    return {**logged, "level": logging.DEBUG} if isinstance(error, ArchiveError) else logged
