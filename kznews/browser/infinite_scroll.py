"""Reading a listing on that grows in a browser: press or scroll, wait for links, until the end."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from kznews.sites import load_more

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.async_api import Page, Request, Response

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


class Traffic:
    """What a page's scripts ask the site for, and whether they get it."""

    def __init__(self, page: Page, is_own: Callable[[str], bool]) -> None:
        self.asked = 0
        self.failure: str | None = None
        self._is_own = is_own
        self._pending: set[Any] = set()
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("requestfinished", self._finished)
        page.on("requestfailed", self._failed)

    @property
    def is_quiet(self) -> bool:
        return not self._pending

    def _request(self, request: Request) -> None:
        if request.resource_type in {"xhr", "fetch"} and self._is_own(request.url):
            self.asked += 1
            self._pending.add(request)

    def _response(self, response: Response) -> None:
        bad = response.status >= 400 and response.status not in PAST_THE_END
        if bad and response.request in self._pending:
            self.failure = f"{response.url} answered {response.status}"

    def _finished(self, request: Request) -> None:
        self._pending.discard(request)

    def _failed(self, request: Request) -> None:
        if request in self._pending:
            self._pending.discard(request)
            self.failure = f"{request.url} failed ({request.failure})"


@dataclass(frozen=True)
class Patience:
    """Seconds that an answer may take; that must pass without anything until nothing will come;
    and beyond its own time-outs, after which a browser hangs.
    """

    answer: float
    quiet: float
    grace: float


async def unroll(page: Page, wanted: InfiniteScroll, traffic: Traffic, patience: Patience) -> None:
    """Let a listing grow while ``wanted.goes_on``, and note whether its end was seen.

    The end is where there is no button, scrolling and pressing bring nothing, and no request
    failed or is still under way.
    """
    timeout = patience.answer
    wanted.loads, wanted.ended, wanted.problem = 0, False, None
    with suppress(PlaywrightTimeoutError):
        await page.wait_for_load_state("load", timeout=timeout * 1000)
    goes_on = await _look(page, wanted, timeout)
    if not wanted.found:
        grew = await _growth(page, await page.evaluate(LINKS), traffic, patience)
        wanted.problem = None if grew else _failure(grew, traffic, timeout)
        if wanted.problem:
            return
        goes_on = await _look(page, wanted, timeout)
    scrolled = False
    while goes_on and wanted.loads < wanted.most:
        async with asyncio.timeout(timeout + patience.grace):
            earlier, asked = traffic.failure, traffic.asked
            traffic.failure = None
            links = await page.evaluate(LINKS)
            pressed = await page.evaluate(PRESS, BUTTON)
            if not pressed:
                await page.evaluate(SCROLL)
            grew = await _growth(page, links, traffic, patience)
        if traffic.asked == asked:
            traffic.failure = traffic.failure or earlier  # it may be what this waits for
        if grew:
            traffic.failure = None
            wanted.loads += 1
            scrolled = False
            goes_on = await _look(page, wanted, timeout)
        elif failure := _failure(grew, traffic, timeout):
            wanted.problem = failure
            return
        elif pressed and not wanted.loads and traffic.asked == asked:
            wanted.problem = "its button does nothing"
            return
        elif pressed or scrolled:
            wanted.ended = True
            return
        else:
            scrolled = True


def _failure(grew: bool | None, traffic: Traffic, timeout: float) -> str | None:
    return traffic.failure or (f"no answer within {timeout:.0f} s" if grew is None else None)


async def _look(page: Page, wanted: InfiniteScroll, timeout: float) -> bool:
    async with asyncio.timeout(timeout):
        return wanted.goes_on(wanted, await page.content())


async def _growth(
    page: Page, links: list[str], traffic: Traffic, patience: Patience
) -> bool | None:
    """Wait for new links; False when all is quiet without any, None when that took too long."""
    waited = asyncio.get_running_loop().time() + patience.answer
    while True:
        try:
            await page.wait_for_function(GREW, arg=links, polling=50, timeout=patience.quiet * 1000)
        except PlaywrightTimeoutError:
            if traffic.is_quiet or traffic.failure:
                return False
            if asyncio.get_running_loop().time() > waited:
                return None
        else:
            return True
