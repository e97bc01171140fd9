"""Progress of a run: live lines on a terminal, else a log line per minute."""

from __future__ import annotations

import atexit
import logging
import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scrapy.utils.asyncio import create_looping_call

from kznews.extensions.base import Extension
from kznews.monitoring.messages import on_one_line
from kznews.sources.base import PLACE

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from scrapy.utils.asyncio import AsyncioLoopingCall
    from twisted.internet.task import LoopingCall

    from kznews.extensions.live_lines import LiveLines

logger = logging.getLogger(__name__)

MINUTE = 60.0
REDRAW_EVERY = 0.5
SHORTEST_PAUSE = 1.0
"""Seconds beyond the delay that are worth mentioning."""


@dataclass(frozen=True)
class Status:
    """The progress at one moment, as text for people.

    ``place`` is where the crawl is, ``pace`` how fast it goes, ``end`` how much is done.
    """

    place: str
    counts: str
    pace: str
    end: str

    def line(self) -> str:
        progress = f"{self.counts}; {self.pace}; {self.end}"
        return f"At {self.place}: {progress}" if self.place else progress


class RunProgress(Extension):
    """Show where the run is, its counts, its pace, and when it will end.

    ``LOGSTATS_INTERVAL`` is Scrapy's setting: seconds between two lines, 0 for none. An error here
    does not end the run: the live lines are replaced by log lines.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.place = ""
        self._began = time.monotonic()
        self._marks = ((0.0, 0), (0.0, 0))  # requests at moments of the last two minutes
        self._first: tuple[float, int] | None = None
        self._lines: LiveLines | None = None
        self._loop: AsyncioLoopingCall | LoopingCall | None = None

    def spider_opened(self) -> None:
        if is_drawn(self.crawler.settings):
            self._draw()
        else:
            self._begin(self.tell, self.crawler.settings.getfloat("LOGSTATS_INTERVAL"))

    def request_reached_downloader(self, request: Request) -> None:
        self.place = on_one_line(request.meta.get(PLACE, "")) or self.place

    def engine_stopped(self) -> None:
        if self._loop and self._loop.running:
            self._loop.stop()
        self._leave()

    def tell(self) -> None:
        try:
            logger.info(self.status(time.monotonic() - self._began).line())
        except Exception:
            logger.debug("cannot tell how far the run is", exc_info=True)

    def draw(self) -> None:
        try:
            if self._lines:
                self._lines.show(self.status(time.monotonic() - self._began))
        except Exception:
            self._give_up()

    def status(self, seconds: float) -> Status:
        """Return the progress after some seconds."""
        get = self.crawler.stats.get_stats().get
        known = get("incremental/known", 0) + get("incremental/unchanged", 0)
        duplicates, requests = get("rejected/duplicate", 0), get("downloader/request_count", 0)
        counts = (
            f"{get('articles', 0):,} new, {known:,} known, {duplicates:,} duplicate, "
            f"{get('rejected', 0) - duplicates:,} rejected"
        )
        if seconds - self._marks[1][0] >= MINUTE:
            self._marks = self._marks[1], (seconds, requests)
        since, before = self._marks[0]
        per_minute = (requests - before) / (seconds - since) * MINUTE if seconds > since else 0.0
        pace = f"{requests:,} requests, {per_minute:,.0f}/min, {self._delay()}"
        return Status(self.place, counts, pace, self._end(seconds))

    def _delay(self) -> str:
        """Return the longest delay of any host, or its remaining pause."""
        engine = self.crawler.engine
        slots = engine.downloader.slots.values() if engine else ()
        pause = max((slot.lastseen for slot in slots), default=0.0) - time.monotonic()
        if pause > SHORTEST_PAUSE:
            return f"waits {pause:.0f} s"
        return f"delay {max((slot.delay for slot in slots), default=0.0):.2g} s"

    def _end(self, seconds: float) -> str:
        """Return when the run will end, estimated from the remaining work."""
        spider: Any = self.crawler.spider
        remaining = spider.remaining()
        if remaining is None:
            return f"{clock(seconds)} so far"
        if self._first is None or remaining > self._first[1]:
            self._first = (seconds, remaining)
        since, first = self._first
        done = first - remaining
        if first and not done:
            return f"{clock(seconds)} so far"
        left = (seconds - since) / done * remaining if done else 0.0
        return f"{done / first if first else 1:.0%}, {clock(left)} left"

    def _draw(self) -> None:
        try:
            from kznews.extensions.live_lines import LiveLines  # noqa: PLC0415 (slow to import)

            self._lines = LiveLines(sys.stderr)
            atexit.register(self._leave)  # a run that is stopped twice does not end in order
            self._lines.start()
        except Exception:
            self._give_up()
        else:
            self._begin(self.draw, REDRAW_EVERY)

    def _give_up(self) -> None:
        """Continue with lines in the log."""
        self._leave()
        logger.debug("cannot draw on the terminal", exc_info=True)
        if self._loop and self._loop.running:
            self._loop.stop()
        self._begin(self.tell, self.crawler.settings.getfloat("LOGSTATS_INTERVAL"))

    def _begin(self, do: Any, every: float) -> None:
        if every > 0:
            self._loop = create_looping_call(do)
            self._loop.start(every, now=False)

    def _leave(self) -> None:
        lines, self._lines = self._lines, None
        if lines:
            atexit.unregister(self._leave)
            with suppress(Exception):
                lines.stop()


def clock(seconds: float) -> str:
    """Return a duration as 0:01:02, or 3 days, 4:05:06."""
    return str(timedelta(seconds=round(seconds)))


def is_drawn(settings: BaseSettings) -> bool:
    """Whether live lines are wanted and possible: on a terminal that nothing else writes to."""
    if not settings.getbool("KZNEWS_PROGRESS") or not settings.getbool("LOG_ENABLED"):
        return False
    if not sys.stderr.isatty() or os.environ.get("TERM", "dumb") in {"dumb", "unknown"}:
        return False
    if any(str(uri).startswith("stdout:") for uri in settings.getdict("FEEDS")):
        return False
    try:
        return os.tcgetpgrp(sys.stderr.fileno()) == os.getpgrp()  # else it runs in the background
    except OSError:
        return True
