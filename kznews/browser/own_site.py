"""Limits the pages of the browser to the site."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from playwright.async_api import Error as PlaywrightError

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Request, Route
    from scrapy.robotstxt import RobotParser

    from kznews.sites import Site

NOWHERE = "http://127.0.0.1:1"
"""A proxy that does not exist. Everything but the site goes to it, so nothing else is reached."""
NEVER_LOADED = frozenset({"image", "font", "media"})
SCRIPTED = frozenset({"xhr", "fetch"})
CHALLENGE = "/cdn-cgi/challenge-platform/"
"""The address at which browsers solve Cloudflare's challenge; it is never solved."""
MOST_VISITS = 6
"""How often a page may go to another address, or to its own again, by script."""
WITHOUT_WEBRTC = "delete globalThis.RTCPeerConnection; delete globalThis.webkitRTCPeerConnection;"
"""WebRTC is the only traffic that ignores the proxy."""


def context_options(site: Site) -> dict[str, Any]:
    """Return the options of a browser context that can reach only the site.

    The proxy applies to everything that Chromium sends, also to redirects, WebSockets, workers,
    prefetches, popups and forms, which no page handler sees. Exceptions are given by host and port,
    so another server on the same machine is not reached.
    """
    netlocs = {urlsplit(site.root).netloc.lower(), *site.hosts}
    own = [netloc for netloc in sorted(netlocs) if site.serves(f"http://{netloc}/")]
    passes = [f"{x}:{port}" for x in own for port in (80, 443) if urlsplit(f"//{x}").port is None]
    passes += [x for x in own if urlsplit(f"//{x}").port is not None]
    return {
        "service_workers": "block",
        "accept_downloads": False,
        "locale": "ru-RU",
        "proxy": {"server": NOWHERE, "bypass": ",".join(["<-loopback>", *passes])},
    }


class OwnSiteOnly:
    """Keeps pages on their site.

    They load no pictures, fonts, films, frames or popups and nothing that robots.txt forbids; their
    scripts' requests keep ``DOWNLOAD_DELAY``, and lead to ``MOST_VISITS`` addresses at most.
    """

    def __init__(self, site: Site, robots: list[RobotParser], agent: str, delay: float) -> None:
        self.site = site
        self.robots = robots
        self.agent = agent
        self.delay = delay
        self._context: BrowserContext | None = None
        self._next = 0.0
        self._visits: WeakKeyDictionary[Page, int] = WeakKeyDictionary()

    async def watch(self, page: Page) -> None:
        """Apply the rules to a page from its first request on."""
        if page.context is not self._context:
            self._context = page.context
            await page.context.add_init_script(WITHOUT_WEBRTC)
            await page.context.route("**", _refuse)  # what no page's own handler takes: popups
        await page.route("**", self._handle)
        page.on("popup", _close)

    async def _handle(self, route: Route) -> None:
        if await self.refuses(route.request):
            await _refuse(route)
        else:
            with suppress(PlaywrightError):  # the page is closed by now
                await route.fallback()

    async def refuses(self, wanted: Request) -> bool:
        """Whether a page's request is refused; a script's request waits for its turn."""
        if not self.site.serves(wanted.url) or CHALLENGE in wanted.url:
            return True
        if wanted.is_navigation_request():
            return wanted.frame.parent_frame is not None or await self._goes_on(wanted.frame.page)
        if wanted.resource_type in NEVER_LOADED:
            return True
        if not all(robots.allowed(wanted.url, self.agent) for robots in self.robots):
            return True
        if wanted.resource_type in SCRIPTED:
            await self._turn()
        return False

    async def _goes_on(self, page: Page) -> bool:
        """Whether a page goes on and on; each further visit waits for its turn."""
        visits = self._visits[page] = self._visits.get(page, 0) + 1
        if 1 < visits <= MOST_VISITS:
            await self._turn()
        return self.is_endless(page)

    def is_endless(self, page: Page) -> bool:
        """Whether a page was kept from going on."""
        return self._visits.get(page, 0) > MOST_VISITS

    async def _turn(self) -> None:
        now = time.monotonic()
        self._next = max(now, self._next + self.delay)
        await asyncio.sleep(self._next - now)


async def _refuse(route: Route) -> None:
    with suppress(PlaywrightError):  # the page is closed by now
        await route.abort()


async def _close(popup: Page) -> None:
    with suppress(PlaywrightError):
        await popup.close()
