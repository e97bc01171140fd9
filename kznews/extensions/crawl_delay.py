"""The pace of a crawl: at least a delay, at most the pace of robots.txt, a quick end."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.extensions.throttle import AutoThrottle
from scrapy.utils.asyncio import create_looping_call

from kznews.downloadermiddlewares.base import Unavailable
from kznews.extensions.base import Extension

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)

HEARS_WITHIN = 0.5
"""Seconds between two checks whether the run was asked to end."""


class CrawlDelay(Extension):
    """Refuse a delay of 0, and raise the delay to ``Crawl-delay``, which robots.py limits.

    A run that was asked to end waits for its pending requests, and Scrapy counts those among them
    that wait for a pause of the host. They are given up.

    Without a delay Scrapy 2.19 sends several times as many requests at once as
    CONCURRENT_REQUESTS_PER_DOMAIN allows (``docs/architecture.md``, «Pace»).
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        if crawler.settings.getfloat("DOWNLOAD_DELAY") <= 0:
            raise ValueError(
                "DOWNLOAD_DELAY must be above 0: without a delay Scrapy floods the site. "
                "For a site on this machine use 0.01."
            )
        self.user_agent = crawler.settings["USER_AGENT"]
        self.longest = crawler.settings.getfloat("KZNEWS_CRAWL_DELAY_MAX")

    def engine_started(self) -> None:
        self.looking = create_looping_call(self.give_up_waiting)
        self.looking.start(HEARS_WITHIN, now=False)

    def engine_stopped(self) -> None:
        self.looking.stop()

    def give_up_waiting(self) -> None:
        engine = self.crawler.engine
        if engine is None or engine.running:
            return
        for slot in engine.downloader.slots.values():
            while slot.queue:
                _, waiting = slot.queue.popleft()
                waiting.errback(Unavailable("ignored", "the run was asked to end"))

    def robots_parsed(self, robotparser: RobotParser) -> None:
        delay = robotparser.crawl_delay(self.user_agent)
        engine = self.crawler.engine
        if not delay or delay > self.longest or engine is None:
            return
        throttle = self.crawler.get_extension(AutoThrottle)
        if throttle is not None:
            throttle.mindelay = max(throttle.mindelay, delay)
        for slot in engine.downloader.slots.values():
            if delay > slot.delay:
                logger.info("robots.txt asks for %g s between requests", delay)
                slot.delay, slot.jitter = delay, 0.0
