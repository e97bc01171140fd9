"""Between the downloader and the spiders: what is no page never reaches a reader of pages."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest, NotConfigured

from kznews import finish_reasons
from kznews.pages.cloudflare import block_code, is_challenge

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)


class Unavailable(IgnoreRequest):
    """An answer that must not be read as a page: ``reason`` is a key of ``docs/output.md``."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class OwnSiteMiddleware:
    """Refuse a redirect that leaves the site, so that it is written down.

    Scrapy's own check drops such a request before anybody hears of it.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        site = getattr(self.crawler.spider, "source", None)
        if site is not None and not site.serves(request.url):
            raise Unavailable("redirected", f"leads to another site, {request.url}")


class CloudflareMiddleware:
    """Recognise challenges and blocks; keep quiet after each, end the run after a few in a row.

    They are never evaded.
    """

    def __init__(self, crawler: Crawler, limit: int, pause: float) -> None:
        self.crawler = crawler
        self.limit = limit
        self.pause = pause
        self.in_a_row = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        limit = settings.getint("KZNEWS_CHALLENGES_IN_A_ROW")
        return cls(crawler, limit, settings.getfloat("KZNEWS_CHALLENGE_PAUSE"))

    def process_response(self, request: Request, response: Response) -> Response:
        code = block_code(response)
        if is_challenge(response):
            reason, detail = "challenge", "Cloudflare asks for a browser check"
        elif code and code != "1015":  # a rate limit passes, and says when
            reason, detail = "blocked", f"Cloudflare refuses this reader ({code})"
        else:
            if response.status < 400:
                self.in_a_row = 0
            return response
        self.in_a_row += 1
        self.crawler.stats.inc_value(f"cloudflare/{reason}")
        ray = (response.headers.get("cf-ray") or b"unknown").decode("latin-1")
        if self.in_a_row == self.limit:
            logger.error("%s, %d times in a row: the run ends (cf-ray %s)", detail, self.limit, ray)
            finish_reasons.end_run(self.crawler, finish_reasons.CHALLENGE)
        else:
            keep_quiet(self.crawler, request, self.pause * self.in_a_row)
        raise Unavailable(reason, f"{detail}, cf-ray {ray}")


class RetryAfterMiddleware:
    """Keep quiet towards a host for as long as its ``Retry-After`` asks (RFC 9110, 10.2.3).

    Scrapy retries 429 and 503 by itself; this only makes it wait. A wait beyond
    ``KZNEWS_RETRY_AFTER_MAX`` ends the run: the next one will be welcome again.
    """

    def __init__(self, crawler: Crawler, longest: float) -> None:
        self.crawler = crawler
        self.longest = longest

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        longest = crawler.settings.getfloat("KZNEWS_RETRY_AFTER_MAX")
        if not longest:
            raise NotConfigured
        return cls(crawler, longest)

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status not in {429, 503}:
            return response
        wait = seconds_to_wait(response, datetime.now(UTC))
        if wait is None:
            return response
        self.crawler.stats.inc_value("retry_after/count")
        if wait > self.longest:
            logger.error("%s asks to wait %.0f s, too long: the run ends", response.url, wait)
            finish_reasons.end_run(self.crawler, finish_reasons.RATE_LIMITED)
            raise Unavailable("rate_limited", f"Retry-After {wait:.0f} s")
        logger.info("%s asks to wait %.0f s", response.url, wait)
        keep_quiet(self.crawler, request, wait)
        return response


def keep_quiet(crawler: Crawler, request: Request, seconds: float) -> None:
    """Let the next request to a request's host start only after some time, whatever its delay."""
    engine = crawler.engine
    slots = engine.downloader.slots if engine else {}
    slot = slots.get(request.meta.get("download_slot", ""))
    if slot is not None:
        shortest = slot.delay * (1 - slot.jitter)
        slot.lastseen = max(slot.lastseen, time.monotonic() + seconds - shortest)


def seconds_to_wait(response: Response, now: datetime) -> float | None:
    """Return what ``Retry-After`` asks for, in seconds or until a date; None if nothing."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return None
