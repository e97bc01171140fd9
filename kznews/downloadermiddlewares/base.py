"""What the middlewares share: the exception for an answer that is no page, a pause of a host."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class Unavailable(IgnoreRequest):
    """An answer that must not be read as a page: ``reason`` is a key of ``docs/output.md``."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Middleware:
    """A middleware that needs its crawler."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)


def pause_host(crawler: Crawler, request: Request, seconds: float) -> None:
    """Delay the next request to a request's host by some seconds, whatever its delay."""
    engine = crawler.engine
    slots = engine.downloader.slots if engine else {}
    slot = slots.get(request.meta.get("download_slot", ""))
    if slot is not None:
        shortest = slot.delay * (1 - slot.jitter)
        slot.lastseen = max(slot.lastseen, time.monotonic() + seconds - shortest)
