"""Waits when a site asks for it: ``Retry-After``, and 429 without it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from kznews import finish_reasons
from kznews.downloadermiddlewares.base import Middleware, Unavailable, pause_host

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)


class RetryAfterMiddleware(Middleware):
    """Pause the host for as long as its ``Retry-After`` asks (RFC 9110, 10.2.3).

    A 429 without it pauses the host as well, longer with each in a row. Scrapy retries 429 and 503
    by itself; this only makes it wait. The run ends as ``rate_limited`` where a wait is longer than
    ``KZNEWS_RETRY_AFTER_MAX``, and with the last of ``KZNEWS_RATE_LIMITS_IN_A_ROW`` answers 429.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self.longest = settings.getfloat("KZNEWS_RETRY_AFTER_MAX")
        self.limit = settings.getint("KZNEWS_RATE_LIMITS_IN_A_ROW")
        self.pause = settings.getfloat("KZNEWS_RATE_LIMIT_PAUSE")
        self.in_a_row = 0

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status < 400:
            self.in_a_row = 0
        if response.status not in {429, 503}:
            return response
        wait = seconds_to_wait(response, datetime.now(UTC))
        if response.status == 429:
            self.in_a_row += 1
            if self.in_a_row >= self.limit:
                raise self._end(f"it answered 429 {self.in_a_row} times in a row")
            wait = self.pause * self.in_a_row if wait is None else wait
        if wait is None:
            return response
        if wait > self.longest:
            raise self._end(
                f"it asks to wait {wait:.0f} s, KZNEWS_RETRY_AFTER_MAX={self.longest:g}"
            )
        logger.info("%s (%d): waiting %.0f s", response.url, response.status, wait)
        pause_host(self.crawler, request, wait)
        return response

    def _end(self, why: str) -> Unavailable:
        logger.error("The site limits the rate, %s: the run ends", why)
        finish_reasons.end_run(self.crawler, finish_reasons.RATE_LIMITED)
        return Unavailable("rate_limited", why)


def seconds_to_wait(response: Response, now: datetime) -> float | None:
    """Return what ``Retry-After`` asks for, in seconds or until a date; None if nothing.

    A date without a zone is in GMT, as all dates of HTTP are. More seconds than a float holds are
    infinitely many.
    """
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())
