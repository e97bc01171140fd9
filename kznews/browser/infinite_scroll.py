"""Reads a listing that grows in a browser: press or scroll, wait for links, until the end."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from kznews.downloadermiddlewares.base import Unavailable
from kznews.sites import load_more

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.async_api import Page, Request, Response, Route

    from kznews.browser.requests import InfiniteScroll

PAST_THE_END = frozenset({400, 404})
LINKS = "() => [...document.querySelectorAll('a[href]')].map(a => a.href)"
GREW = """before => {
  const known = new Set(before);
  return [...document.querySelectorAll('a[href]')].some(a => !known.has(a.href));
}"""
PRESS = """([css, clickable, words, names, beside, longest]) => {
  const says = new RegExp(words, 'i'), named = new RegExp(names, 'i');
  for (const e of document.querySelectorAll(css)) {
    const text = (e.innerText || e.value || '').trim();
    if (text.length > longest || e.disabled || !e.getClientRects().length) continue;
    if (e.querySelector(clickable) || e.closest(beside) && !e.matches(beside)) continue;
    if (says.test(text) || named.test(e.className + ' ' + e.id)) { e.click(); return true; }
  }
  return false;
}"""
BUTTON = [
    load_more.BUTTON,
    load_more.CLICKABLE,
    load_more.BUTTON_WORDS,
    load_more.BUTTON_NAMES,
    load_more.BESIDE,
    load_more.LONGEST_WORDS,
]
SCROLL = """async () => {
  const frame = () => new Promise(done => requestAnimationFrame(done));
  window.scrollBy(0, -window.innerHeight);
  await frame();
  window.scrollTo(0, document.documentElement.scrollHeight);
  await frame();
}"""
LENGTH = "() => document.documentElement.outerHTML.length"


async def html_of(page: Page, most: int) -> str:
    """Return a page's current HTML; raises ``Unavailable`` for more than ``most`` characters."""
    if most and await page.evaluate(LENGTH) > most:
        raise Unavailable("too_large", "the browser's page is larger than DOWNLOAD_MAXSIZE")
    return await page.content()


class ScriptRequests:
    """The requests of a page's scripts to the site, and whether they are answered."""

    def __init__(self, page: Page, is_own: Callable[[str], bool]) -> None:
        self.page = page
        self.asked = 0
        self.pending: set[Request] = set()
        self.failure: str | None = None
        self._is_own = is_own
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("requestfinished", self._finished)
        page.on("requestfailed", self._failed)

    def _request(self, request: Request) -> None:
        if request.resource_type in {"xhr", "fetch"} and self._is_own(request.url):
            self.asked += 1
            self.pending.add(request)

    def _response(self, response: Response) -> None:
        bad = response.status >= 400 and response.status not in PAST_THE_END
        if bad and response.request in self.pending:
            self.failure = f"{response.url} answered {response.status}"

    def _finished(self, request: Request) -> None:
        self.pending.discard(request)

    def _failed(self, request: Request) -> None:
        if request in self.pending:
            self.pending.discard(request)
            self.failure = f"{request.url} failed ({request.failure})"


class Scroller:
    """Reads a listing to its end.

    An answer may take ``timeout`` seconds. The page is finished after ``quiet`` seconds without
    news or pending requests. After ``grace`` more seconds the browser counts as hung. A listing has
    at most ``longest`` characters.
    """

    def __init__(
        self, requests: ScriptRequests, timeout: float, quiet: float, grace: float, longest: int
    ) -> None:
        self.requests = requests
        self.page = requests.page
        self.timeout = timeout
        self.quiet = quiet
        self.grace = grace
        self.longest = longest

    async def read(self, wanted: InfiniteScroll) -> None:
        """Let the listing grow while ``wanted.goes_on``, and note whether its end was reached.

        The end: there is no button, scrolling and pressing bring nothing, and no request failed or
        is pending.
        """
        wanted.loads, wanted.ended, wanted.problem = 0, False, None
        with suppress(PlaywrightTimeoutError):
            await self.page.wait_for_load_state("load", timeout=self.timeout * 1000)
        await self.page.route("**", stay)
        goes_on = await self._look(wanted)
        if not wanted.found:  # a script fills it
            if not await self._grows(await self.page.evaluate(LINKS)):
                wanted.problem = self._failure()
            if wanted.problem:
                return
            goes_on = await self._look(wanted)
        scrolled = False
        while goes_on and wanted.loads < wanted.most:
            earlier, asked = self.requests.failure, self.requests.asked
            self.requests.failure = None
            pressed, grew = await self._press_or_scroll()
            asked_nothing = self.requests.asked == asked
            if grew:
                wanted.loads += 1
                scrolled = False
                goes_on = await self._look(wanted)
                continue
            if asked_nothing:  # what failed before may be what this waits for
                self.requests.failure = self.requests.failure or earlier
            wanted.problem = self._failure()
            if not wanted.problem and pressed and not wanted.loads and asked_nothing:
                wanted.problem = "its button does nothing"
            if wanted.problem:
                return
            if pressed or scrolled:
                wanted.ended = True
                return
            scrolled = True

    async def _press_or_scroll(self) -> tuple[bool, bool]:
        """Return whether there is a button, and whether the list grew."""
        async with asyncio.timeout(self.timeout + self.grace):
            links = await self.page.evaluate(LINKS)
            pressed = await self.page.evaluate(PRESS, BUTTON)
            if not pressed:
                await self.page.evaluate(SCROLL)
            return pressed, await self._grows(links)

    async def _grows(self, links: list[str]) -> bool:
        """Wait for a link that is not in ``links``, until all is quiet or an answer is overdue."""
        end = time.monotonic() + self.timeout
        while True:
            try:
                await self.page.wait_for_function(
                    GREW, arg=links, polling=50, timeout=self.quiet * 1000
                )
            except PlaywrightTimeoutError:
                waits = self.requests.pending and not self.requests.failure
                if not waits or time.monotonic() > end:
                    return False
            else:
                return True

    def _failure(self) -> str | None:
        overdue = f"no answer within {self.timeout:.0f} s" if self.requests.pending else None
        return self.requests.failure or overdue

    async def _look(self, wanted: InfiniteScroll) -> bool:
        async with asyncio.timeout(self.timeout):
            return wanted.goes_on(wanted, await html_of(self.page, self.longest))


async def stay(route: Route) -> None:
    """Allow a page's requests, but not that it leaves for another page."""
    with suppress(PlaywrightError):  # the page is closed by now
        if route.request.is_navigation_request():
            await route.abort("aborted")  # any other error would put an error page in its place
        else:
            await route.fallback()
