"""The browser at work: pages one after another, never more than two, and an end to all of them.

This module imports Playwright, so only a crawl that needs a browser imports it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeoutError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import HtmlResponse
from scrapy_playwright.handler import (  # type: ignore[import-untyped]
    ScrapyPlaywrightDownloadHandler,
)

from kznews.browser.infinite_scroll import Patience, Traffic, unroll
from kznews.browser.requests import META, PAGES
from kznews.downloadermiddlewares.base import Unavailable
from kznews.pages.cloudflare import is_challenge

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from typing import TypeVar

    from playwright.async_api import Page
    from playwright.async_api import Request as PageRequest
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

    from kznews.browser.requests import Rendering

    T = TypeVar("T")

logger = logging.getLogger(__name__)

STARTS = 2
"""A browser that died is started once more; one that dies again would die for ever."""
START = 30.0
GRACE = 5.0
"""Seconds that a browser has to start, and to answer beyond its own time-outs: else it is hung."""
NEVER_LOADED = frozenset({"image", "font", "media"})
SCRIPTED = frozenset({"xhr", "fetch"})
EVASION = "/cdn-cgi/challenge-platform/"
"""Where Cloudflare's challenge is solved by a browser: it is left unsolved."""
CONTEXT = {"service_workers": "block", "accept_downloads": False, "locale": "ru-RU"}
FAILURES = {
    "ERR_NAME_NOT_RESOLVED": CannotResolveHostError,
    "ERR_CONNECTION_REFUSED": DownloadConnectionRefusedError,
    "ERR_TIMED_OUT": DownloadTimeoutError,
    "ERR_CONNECTION_TIMED_OUT": DownloadTimeoutError,
}
FILLED = """([css, digits]) => {
  const found = [...document.querySelectorAll(css)];
  if (!digits) return found.length > 0;
  return !found.length || found.some(e => /^\\s*\\d[\\d\\s]*$/.test(e.textContent));
}"""


class Keeper:
    """Keeps one browser running while pages are asked for, and starts it once more if it dies."""

    def __init__(self, crawler: Crawler, robots: list[RobotParser]) -> None:
        self.crawler = crawler
        self.robots = robots
        self._slots = asyncio.Semaphore(PAGES)
        self._lock = asyncio.Lock()
        self._running: Chromium | None = None
        self._starts = 0
        self._last = ""

    async def fetch(self, request: Request) -> Response:
        """Return a page; raises what Scrapy raises for one that cannot be had over HTTP."""
        async with self._slots:
            while True:
                chromium = await self._ready()
                try:
                    return await chromium.visit(request)
                except (PlaywrightError, TimeoutError) as error:
                    if await chromium.is_alive():
                        raise as_scrapy(error) from None
                    await self._bury(chromium, error)

    async def close(self) -> None:
        async with self._lock:
            if self._running:
                await self._running.stop()
                self._running = None

    async def _ready(self) -> Chromium:
        async with self._lock:
            while self._running is None:
                if self._starts == STARTS:
                    raise Unavailable("no_browser", f"it ended {STARTS} times ({self._last})")
                self._starts += 1
                self.crawler.stats.inc_value("browser/starts")
                chromium = Chromium(self.crawler, self.robots)
                try:
                    await chromium.start()
                    self._running = chromium
                except (PlaywrightError, TimeoutError, OSError) as error:
                    self._mourn(error)
                    await chromium.stop()
            return self._running

    async def _bury(self, chromium: Chromium, error: Exception) -> None:
        async with self._lock:
            if self._running is chromium:
                self._running = None
                self._mourn(error)
                await chromium.stop()

    def _mourn(self, error: Exception) -> None:
        self._last = first_line(error)
        logger.warning("The browser ended or hung (%s)", self._last)


class Chromium(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """One browser, from its start to its end, as scrapy-playwright drives it.

    Its pages ask for no pictures, fonts and films, for no frames, for nothing that robots.txt
    forbids, and for what scripts want of the site only as often as ``DOWNLOAD_DELAY`` allows.
    """

    def __init__(self, crawler: Crawler, robots: list[RobotParser]) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        spider: Any = crawler.spider
        self.site = spider.source
        self.timeout = settings.getfloat("KZNEWS_BROWSER_TIMEOUT")
        self.grace = min(GRACE, self.timeout)
        self.quiet = settings.getfloat("KZNEWS_BROWSER_QUIET")
        self.agent = settings["USER_AGENT"]
        self.pace = settings.getfloat("DOWNLOAD_DELAY")
        self.robots = robots
        self.abort_request = self.refuses
        self.config.target_closed_max_retries = 0  # the keeper's business
        self.stuck = False
        self._next = 0.0

    async def start(self) -> None:
        async with asyncio.timeout(START):
            await self._launch()
            await self._maybe_launch_browser()

    async def visit(self, request: Request) -> Response:
        """Return a page as it looks when all is done; the page is closed in any case."""
        rendering: Rendering = request.meta[META]
        request.meta.pop("playwright_page", None)
        request.meta["playwright"] = request.meta["playwright_include_page"] = True
        request.meta["playwright_context_kwargs"] = dict(CONTEXT)
        request.meta["playwright_page_goto_kwargs"] = {"wait_until": "domcontentloaded"}
        watched: list[Traffic] = []

        async def watch(page: Page, _: Request) -> None:
            watched.append(Traffic(page, self._is_own))

        request.meta["playwright_page_init_callback"] = watch
        try:
            response: Response = await self._within(self.download_request(request))
            page: Page = request.meta["playwright_page"]
            if not self.site.serves(response.url):
                raise Unavailable("redirected", f"leads to another site, {response.url}")
            if response.status == 200 and not is_challenge(response):
                await self._run(rendering, page, watched[-1])
                response = await self._shown(page, response, request)
            return response
        finally:
            page_left = request.meta.pop("playwright_page", None)
            if page_left is not None and not page_left.is_closed():
                await self._close_page(page_left)

    def _is_own(self, url: str) -> bool:
        return bool(self.site.serves(url))

    async def _close_page(self, page: Page) -> None:
        try:
            async with asyncio.timeout(self.grace):
                await page.close()
        except (PlaywrightError, TimeoutError):
            self.stuck = True

    async def _run(self, rendering: Rendering, page: Page, traffic: Traffic) -> None:
        if rendering.wait_for:
            with suppress(PlaywrightTimeoutError):
                await page.wait_for_function(
                    FILLED, arg=[rendering.wait_for, rendering.filled], timeout=self.quiet * 1000
                )
        if rendering.scroll:
            await unroll(
                page, rendering.scroll, traffic, Patience(self.timeout, self.quiet, self.grace)
            )

    async def _shown(self, page: Page, response: Response, request: Request) -> Response:
        body = (await self._within(page.content())).encode()
        headers = response.headers
        return HtmlResponse(
            page.url,
            headers=headers,
            body=body,
            encoding="utf-8",
            request=request,
            flags=["browser"],
        )

    async def _within(self, work: Awaitable[T]) -> T:
        async with asyncio.timeout(self.timeout + self.grace):
            return await work

    async def is_alive(self) -> bool:
        """Whether the browser answers and closes its pages, which one that hangs does not."""
        browser = getattr(self, "browser", None)
        if self.stuck or browser is None or not browser.is_connected():
            return False
        try:
            async with asyncio.timeout(self.grace):
                session = await browser.new_browser_cdp_session()
                await session.send("Browser.getVersion")
                await session.detach()
        except (PlaywrightError, TimeoutError):
            return False
        return True

    async def stop(self) -> None:
        """End the browser: by asking, and where it does not answer by ending Playwright's driver.

        The driver kills all processes of a browser that it started, and none that it did not. It
        waits half a minute for one to end well, unless that is asked of it for the second time.
        """
        if not self.stuck:
            with suppress(Exception):  # whatever it is, the driver must be ended
                async with asyncio.timeout(self.grace):
                    await self.close()
                return
        browser = getattr(self, "browser", None)
        asked = [asyncio.ensure_future(browser.close())] if browser else []
        await asyncio.sleep(0)
        with suppress(Exception):
            async with asyncio.timeout(self.grace):
                if provider := getattr(self, "browser_provider", None):
                    await provider.close()
                await asyncio.gather(*asked, return_exceptions=True)

    async def refuses(self, wanted: PageRequest) -> bool:
        """Whether a page's request is not made; the site's own wait for their turn."""
        if wanted.resource_type in NEVER_LOADED or EVASION in wanted.url:
            return True
        if wanted.is_navigation_request():
            return wanted.frame.parent_frame is not None
        if not self.site.serves(wanted.url):
            return False
        if not all(robots.allowed(wanted.url, self.agent) for robots in self.robots):
            return True
        if wanted.resource_type in SCRIPTED:
            await self._turn()
        return False

    async def _turn(self) -> None:
        now = time.monotonic()
        self._next = max(now, self._next + self.pace)
        await asyncio.sleep(self._next - now)


def as_scrapy(error: Exception) -> Exception:
    """Return a failure of the browser as Scrapy tells the same of plain HTTP."""
    if isinstance(error, (TimeoutError, PlaywrightTimeoutError)):
        return DownloadTimeoutError("the browser waited in vain")
    text = first_line(error)
    kind = next((kind for mark, kind in FAILURES.items() if mark in text), DownloadFailedError)
    return kind(text)


def first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).partition("\n")[0]
