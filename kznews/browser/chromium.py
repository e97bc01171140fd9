"""The running browser: at most two pages at a time, started again once if it dies.

This module imports Playwright, so only a crawl that needs a browser imports it.
"""

from __future__ import annotations

import asyncio
import logging
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
from scrapy_playwright.provider import (  # type: ignore[import-untyped]
    PlaywrightBrowserProvider,
)

from kznews.browser.infinite_scroll import ScriptRequests, Scroller, html_of
from kznews.browser.own_site import MOST_VISITS, OwnSiteOnly, context_options
from kznews.browser.requests import META, PAGES
from kznews.downloadermiddlewares.base import Unavailable
from kznews.pages.cloudflare import is_challenge

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from typing import TypeVar

    from playwright.async_api import Browser, Page
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

    from kznews.browser.requests import Rendering
    from kznews.sites import Site

    T = TypeVar("T")

logger = logging.getLogger(__name__)

STARTS = 2
"""A browser that dies is started once more; after the second death it is given up."""
START = 30.0
GRACE = 5.0
"""Seconds for the browser to start, and to answer after its own time-outs; then it counts as hung.
"""
FAILURES = {
    "ERR_NAME_NOT_RESOLVED": CannotResolveHostError,
    "ERR_CONNECTION_REFUSED": DownloadConnectionRefusedError,
    "ERR_TIMED_OUT": DownloadTimeoutError,
    "ERR_CONNECTION_TIMED_OUT": DownloadTimeoutError,
}
LEAVES = "leads to another site"
OFF_SITE = ("ERR_PROXY_CONNECTION_FAILED", "ERR_TUNNEL_CONNECTION_FAILED")
FILLED = """([css, digits]) => {
  const found = [...document.querySelectorAll(css)];
  if (!digits) return found.length > 0;
  return !found.length || found.some(e => /^\\s*\\d[\\d\\s]*$/.test(e.textContent));
}"""


class Chromium:
    """The browser of a crawl: started with the first page that needs it, again if it dies."""

    def __init__(self, crawler: Crawler, robots: list[RobotParser]) -> None:
        self.crawler = crawler
        self.robots = robots
        self._slots = asyncio.Semaphore(PAGES)
        self._lock = asyncio.Lock()
        self._running: Process | None = None
        self._starts = 0
        self._why_it_ended = ""

    async def fetch(self, request: Request) -> Response:
        """Return a page; raises what Scrapy raises for a page that fails over HTTP."""
        async with self._slots:
            while True:
                process = await self._started()
                try:
                    return await process.visit(request)
                except (PlaywrightError, TimeoutError) as error:
                    if await process.is_alive():
                        raise as_scrapy(error) from None
                    await self._ended(process, error)

    async def close(self) -> None:
        async with self._lock:
            if self._running:
                await self._running.stop()
                self._running = None

    async def _started(self) -> Process:
        async with self._lock:
            while self._running is None:
                if self._starts == STARTS:
                    why = f"it ended {STARTS} times ({self._why_it_ended})"
                    raise Unavailable("no_browser", why)
                self._starts += 1
                self.crawler.stats.inc_value("browser/starts")
                process = Process(self.crawler, self.robots)
                try:
                    await process.start()
                    self._running = process
                except (PlaywrightError, TimeoutError, OSError) as error:
                    self._note(error)
                    await process.stop()
            return self._running

    async def _ended(self, process: Process, error: Exception) -> None:
        async with self._lock:
            if self._running is process:
                self._running = None
                self._note(error)
                await process.stop()

    def _note(self, error: Exception) -> None:
        self._why_it_ended = first_line(error)
        logger.warning("The browser ended or hung (%s)", self._why_it_ended)


class Provider(PlaywrightBrowserProvider):  # type: ignore[misc]
    """Starts the browser together with Playwright and keeps it."""

    browser: Browser | None = None

    async def start(self) -> None:
        await super().start()
        self.browser = await super().launch_browser()

    async def launch_browser(self) -> Browser | None:
        return self.browser


class Process(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """One browser, from its start to its end, as scrapy-playwright drives it."""

    def __init__(self, crawler: Crawler, robots: list[RobotParser]) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        spider: Any = crawler.spider
        self.site: Site = spider.site
        self.timeout = settings.getfloat("KZNEWS_BROWSER_TIMEOUT")
        self.grace = min(GRACE, self.timeout)
        self.quiet = settings.getfloat("KZNEWS_BROWSER_QUIET")
        self.longest = settings.getint("DOWNLOAD_MAXSIZE")
        self.own_site_only = OwnSiteOnly(
            self.site, robots, settings["USER_AGENT"], settings.getfloat("DOWNLOAD_DELAY")
        )
        self.config.target_closed_max_retries = 0  # ``Chromium`` starts it again
        self.browser_provider = Provider(self.config)
        self.stuck = False

    async def start(self) -> None:
        async with asyncio.timeout(START):
            await self.browser_provider.start()

    async def visit(self, request: Request) -> Response:
        """Return a page after rendering; the page is closed in any case."""
        rendering: Rendering = request.meta[META]
        request.meta.pop("playwright_page", None)
        request.meta["playwright"] = request.meta["playwright_include_page"] = True
        request.meta["playwright_context_kwargs"] = context_options(self.site)
        request.meta["playwright_page_goto_kwargs"] = {"wait_until": "domcontentloaded"}
        watched: list[ScriptRequests] = []

        async def watch(page: Page, _: Request) -> None:
            await self.own_site_only.watch(page)
            watched.append(ScriptRequests(page, self.site.serves))

        request.meta["playwright_page_init_callback"] = watch
        try:
            response: Response = await self._within(self.download_request(request))
            page: Page = request.meta["playwright_page"]
            is_good = response.status == 200 and not is_challenge(response)
            if is_good and self.site.serves(response.url):
                await self._render(rendering, watched[-1])
                response = await self._shown(page, response, request)
            if self.own_site_only.is_endless(page):
                raise Unavailable("redirect_loop", f"its script leads on {MOST_VISITS} times")
            if not self.site.serves(response.url):
                raise Unavailable("redirected", LEAVES)
            return response
        finally:
            page_left = request.meta.pop("playwright_page", None)
            if page_left is not None and not page_left.is_closed():
                await self._close_page(page_left)

    async def _close_page(self, page: Page) -> None:
        try:
            async with asyncio.timeout(self.grace):
                await page.close()
        except (PlaywrightError, TimeoutError):
            self.stuck = True

    async def _render(self, rendering: Rendering, requests: ScriptRequests) -> None:
        if rendering.wait_for:
            with suppress(PlaywrightTimeoutError):
                await requests.page.wait_for_function(
                    FILLED, arg=[rendering.wait_for, rendering.filled], timeout=self.quiet * 1000
                )
        if rendering.scroll:
            scroller = Scroller(requests, self.timeout, self.quiet, self.grace, self.longest)
            await scroller.read(rendering.scroll)

    async def _shown(self, page: Page, response: Response, request: Request) -> Response:
        body = (await self._within(html_of(page, self.longest))).encode()
        return HtmlResponse(
            page.url,
            headers=response.headers,
            body=body,
            encoding="utf-8",
            request=request,
            flags=["browser"],
        )

    async def _within(self, work: Awaitable[T]) -> T:
        async with asyncio.timeout(self.timeout + self.grace):
            return await work

    async def is_alive(self) -> bool:
        """Whether the browser answers and can close its pages."""
        browser = self.browser_provider.browser
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
        """End the browser; if it does not answer, end Playwright's driver.

        The driver kills all processes of a browser that it started, and no others. It waits half a
        minute for the browser to end, unless it is asked a second time.
        """
        if not self.stuck:
            with suppress(Exception):  # whatever it is, the driver must be ended
                async with asyncio.timeout(self.grace):
                    await self.close()
                return
        browser = self.browser_provider.browser
        closing = [asyncio.ensure_future(browser.close())] if browser else []
        await asyncio.sleep(0)
        with suppress(Exception):
            async with asyncio.timeout(self.grace):
                await self.browser_provider.close()
                await asyncio.gather(*closing, return_exceptions=True)


def as_scrapy(error: Exception) -> Exception:
    """Return a failure of the browser as the exception that Scrapy raises for plain HTTP."""
    if isinstance(error, (TimeoutError, PlaywrightTimeoutError)):
        return DownloadTimeoutError("the browser timed out")
    text = first_line(error)
    if any(mark in text for mark in OFF_SITE):
        return Unavailable("redirected", LEAVES)
    kind = next((kind for mark, kind in FAILURES.items() if mark in text), DownloadFailedError)
    return kind(text)


def first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).partition("\n")[0]
