"""How far the run is: live lines on a terminal, else a line a minute in the log."""

from __future__ import annotations

import atexit
import logging
import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.utils.asyncio import create_looping_call

from kznews.messages import on_one_line
from kznews.progress import Estimate, Figures, Rate

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from scrapy.utils.asyncio import AsyncioLoopingCall
    from twisted.internet.task import LoopingCall

    from kznews.terminal import Screen

logger = logging.getLogger(__name__)

REDRAW_EVERY = 0.5
SHORTEST_PAUSE = 1.0
"""Seconds beyond the delay that are worth a word."""


class Progress:
    """Say where the run is, what came, how fast, and when it will end.

    ``LOGSTATS_INTERVAL`` is Scrapy's own: seconds from line to line, 0 for none. Nothing that goes
    wrong here ends a run: the live lines give way to the log.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.place = ""
        self._began = time.monotonic()
        self._rate = Rate()
        self._estimate = Estimate()
        self._screen: Screen | None = None
        self._loop: AsyncioLoopingCall | LoopingCall | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.sent, signals.request_reached_downloader)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def spider_opened(self) -> None:
        if is_drawn(self.crawler.settings):
            self._draw()
        else:
            self._begin(self.tell, self.crawler.settings.getfloat("LOGSTATS_INTERVAL"))

    def sent(self, request: Request, spider: Any) -> None:
        self.place = on_one_line(spider.place(request) or "") or self.place

    def engine_stopped(self) -> None:
        if self._loop and self._loop.running:
            self._loop.stop()
        self._leave()

    def tell(self) -> None:
        try:
            logger.info(self.figures().line())
        except Exception:
            logger.debug("cannot tell how far the run is", exc_info=True)

    def draw(self) -> None:
        try:
            if self._screen:
                self._screen.show(self.figures())
        except Exception:
            self._give_up()

    def figures(self) -> Figures:
        """Return how far the run is now."""
        spider: Any = self.crawler.spider
        stats = self.crawler.stats.get_stats()
        seconds = time.monotonic() - self._began
        requests = stats.get("downloader/request_count", 0)
        duplicates = stats.get("rejected/duplicate", 0)
        delay, pause = self._pace()
        share, left = self._estimate.at(seconds, spider.remaining())
        return Figures(
            place=self.place,
            seconds=seconds,
            articles=stats.get("articles", 0),
            known=stats.get("incremental/known", 0) + stats.get("incremental/unchanged", 0),
            duplicates=duplicates,
            rejected=stats.get("rejected", 0) - duplicates,
            requests=requests,
            per_minute=self._rate.at(seconds, requests),
            delay=delay,
            pause=pause,
            share=share,
            left=left,
        )

    def _pace(self) -> tuple[float, float]:
        """Return the longest delay of any host, and how long one is left alone beyond it."""
        engine = self.crawler.engine
        slots = engine.downloader.slots.values() if engine else ()
        delay = max((slot.delay for slot in slots), default=0.0)
        pause = max((slot.lastseen for slot in slots), default=0.0) - time.monotonic()
        return delay, pause if pause > SHORTEST_PAUSE else 0.0

    def _draw(self) -> None:
        try:
            from kznews.terminal import Screen  # noqa: PLC0415 (takes its time, on terminals only)

            self._screen = Screen(sys.stderr)
            atexit.register(self._leave)  # a run that is stopped twice does not end in order
            self._screen.start()
            self._screen.show(self.figures())
        except Exception:
            self._give_up()
        else:
            self._begin(self.draw, REDRAW_EVERY)

    def _give_up(self) -> None:
        """Go on with lines in the log."""
        logger.debug("cannot draw on the terminal", exc_info=True)
        self._leave()
        if self._loop and self._loop.running:
            self._loop.stop()
        self._begin(self.tell, self.crawler.settings.getfloat("LOGSTATS_INTERVAL"))

    def _begin(self, do: Any, every: float) -> None:
        if every > 0:
            self._loop = create_looping_call(do)
            self._loop.start(every, now=False)

    def _leave(self) -> None:
        screen, self._screen = self._screen, None
        if screen:
            atexit.unregister(self._leave)
            with suppress(Exception):
                screen.stop()


def is_drawn(settings: BaseSettings) -> bool:
    """Whether live lines are wanted and have a place: a terminal that nothing else writes to."""
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
