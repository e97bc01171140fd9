"""The pace of a crawl: never without a delay, never faster than robots.txt asks."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.extensions.throttle import AutoThrottle

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)


class CrawlDelay:
    """Refuse a delay of 0, and raise the delay to ``Crawl-delay``, which robots.py bounds.

    Without a delay Scrapy 2.19 sends several times as many requests at once as
    CONCURRENT_REQUESTS_PER_DOMAIN allows (``docs/architecture.md``, «Pace»).
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.user_agent = crawler.settings["USER_AGENT"]
        self.longest = crawler.settings.getfloat("KZNEWS_CRAWL_DELAY_MAX")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if crawler.settings.getfloat("DOWNLOAD_DELAY") <= 0:
            raise ValueError(
                "DOWNLOAD_DELAY must be above 0: without a delay Scrapy floods the site. "
                "For a site on this machine use 0.01."
            )
        extension = cls(crawler)
        crawler.signals.connect(extension.robots_parsed, signals.robots_parsed)
        return extension

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
