"""The add-on for a browser: finds it at the start of a crawl, starts it when a page needs it.

Nothing here imports Playwright, because its driver would start with the crawl.
``kznews/browser/chromium.py`` imports it with the first page (``docs/architecture.md``, «A
browser»).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from scrapy import signals

from kznews.browser.find import INSTALL, BrowserLocation, find, playwright_settings
from kznews.browser.requests import ALWAYS, AUTO, NEVER

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser
    from scrapy.settings import BaseSettings

    from kznews.browser.chromium import Chromium


@dataclass
class Browser:
    """The add-on: decides whether a crawl uses a browser and which, and keeps it.

    ``mode`` is ``never``, ``auto`` (only if nothing else works) or ``always``.
    """

    crawler: Crawler
    mode: str = AUTO
    found: BrowserLocation | None = None
    robots: list[RobotParser] = field(default_factory=list)
    death: str = ""
    _chromium: Chromium | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def update_settings(self, settings: BaseSettings) -> None:
        spider = self.crawler.spider
        argument = getattr(getattr(spider, "arguments", None), "render", None)
        self.mode = argument or settings["KZNEWS_RENDER"]
        self.found = None if self.mode == NEVER else find(settings)
        if self.found is None:
            return
        self.crawler.signals.connect(self.robots_parsed, signals.robots_parsed)
        for name, value in playwright_settings(self.found, settings).items():
            settings.set(name, value, "addon")

    def robots_parsed(self, robotparser: RobotParser) -> None:
        self.robots.append(robotparser)

    @property
    def shows_all(self) -> bool:
        """Whether every section page and every article goes through the browser."""
        return self.mode == ALWAYS and self.found is not None

    def missing(self) -> str:
        """Return why there is no browser, and what a person can do."""
        if self.death:
            return f"a browser is needed, and {self.death}"
        named = self.crawler.settings["KZNEWS_BROWSER"]
        where = f"KZNEWS_BROWSER={named} is none" if named else "none was found"
        return f"a browser is needed, and {where}: install one with {INSTALL}"

    def lost(self, how: str) -> None:
        """Use no browser from now on."""
        self.found, self.death = None, how

    async def fetch(self, request: Request) -> Response:
        """Return the page as the browser shows it."""
        if self._chromium is None:
            from kznews.browser.chromium import Chromium  # noqa: PLC0415 (no crawl should pay that needs none)

            self._chromium = Chromium(self.crawler, self.robots)
        self.crawler.stats.inc_value("browser/requests")
        return await self._chromium.fetch(request)

    async def close(self) -> None:
        if self._chromium is not None:
            await self._chromium.close()


def of(crawler: Crawler) -> Browser:
    """Return the crawl's add-on, or one without a browser if a user removed it."""
    added = crawler.addons.addons if crawler.addons else []
    found = next((one for one in added if isinstance(one, Browser)), None)
    return found or Browser(crawler, mode=NEVER)
