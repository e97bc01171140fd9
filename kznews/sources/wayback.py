"""A public web archive: captures of articles that are missing or were removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http import Response

from kznews import dates
from kznews.downloadermiddlewares.exchange import SEEN_AT, TARGET
from kznews.items import Article, Rejected
from kznews.sources.base import ALL, GONE, PLACE, Crawl, Output, Policy, Source
from kznews.sources.failures import failure_reason, in_words
from kznews.sources.wayback_index import WaybackIndex, is_robots
from kznews.storage import schema
from kznews.warc.cdx import chosen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twisted.python.failure import Failure

    from kznews.sources.wayback_index import Found
    from kznews.warc.cdx import Capture

VIA, NOT_KEPT = "wayback", "not_kept"
CAPTURE_SLOT = "wayback-captures"
"""The download slot (``DOWNLOAD_SLOTS``)."""
OF_THE_SITE = frozenset(
    {"http_404", "http_410", "gone", "error", "too_slow", "not_an_article", "truncated"}
    | {"empty", "not_html", "timeout", "unreachable", "redirected"}
)
"""Reasons of rejections that may not apply to a capture."""
DEAD = frozenset({"http_404", "http_410", "gone"})


class Wayback(Source):
    """Articles from a web archive with the Wayback Machine's API.

    ``KZNEWS_WAYBACK_REPLAY`` is the address of the captures.
    """

    @property
    def replay(self) -> str:
        return str(self.crawl.settings["KZNEWS_WAYBACK_REPLAY"]).rstrip("/")

    def serves(self, url: str) -> bool:
        return is_robots(url, self.replay) or url.startswith(f"{self.replay}/")

    def begin(self) -> Iterator[Output]:
        yield from ()

    def take(self, found: Found) -> Iterator[Output]:
        """Ask for the selected captures, each once over all runs."""
        rows = {row.url: row for row in self.crawl.archive.urls.all_of(self.site.name)}
        asked = self.crawl.archive.captures.asked(self.site.name)
        for url, all_of_it in found.items():
            captures = chosen(all_of_it, self.crawl.arguments.captures)
            fresh = [c for c in captures if (url, c.timestamp) not in asked]
            if len(fresh) < len(captures):
                self.crawl.count("incremental/known")
            if not fresh:
                continue
            wish = is_wanted(self.crawl.arguments.which, rows.get(url))
            if wish is None:
                yield self._ask_site(url, fresh)
            elif wish:
                yield from self._ask(url, fresh)
            else:
                self.crawl.count("incremental/known")

    # --- What only the site can tell --------------------------------------------------------------

    def _ask_site(self, url: str, captures: list[Capture]) -> Request:
        return Request(
            url,
            callback=self.parse_site,
            errback=self.site_failed,
            cb_kwargs={"url": url, "captures": captures},
            meta={"handle_httpstatus_list": [404, 410]},
        )

    def parse_site(self, response: Response, url: str, captures: list[Capture]) -> Iterator[Output]:
        """Ask for the captures of a removed article; note one that exists for other crawls."""
        if response.status in {404, 410}:
            yield from self._ask(url, captures)
        else:
            self.crawl.archive.urls.discover(url, self.site.name, VIA, None)
            self.crawl.count("incremental/known")

    def site_failed(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        why = in_words(*failure_reason(failure))
        self.crawl.problem(f"cannot tell whether {request.url} is gone: {why}")

    # --- Captures ---------------------------------------------------------------------------------

    def _ask(self, url: str, captures: list[Capture]) -> Iterator[Request]:
        for capture in captures:
            yield self._capture(url, url, capture, {})

    def _capture(
        self, url: str, original: str, capture: Capture, kwargs: dict[str, Any]
    ) -> Request:
        address = capture.original if original == url else original
        return Request(
            f"{self.replay}/{capture.timestamp}id_/{address}",
            headers={"Accept-Encoding": "identity"},  # its packing may be mislabelled
            callback=self.parse_capture,
            errback=self.capture_failed,
            cb_kwargs={"url": url, "capture": capture, **kwargs},
            meta={
                "download_slot": CAPTURE_SLOT,
                "autothrottle_dont_adjust_delay": True,
                SEEN_AT: capture.at,
                TARGET: original,
                PLACE: "captures",
            },
        )

    def parse_capture(
        self, response: Response, url: str, capture: Capture, **parts: Any
    ) -> Iterator[Output]:
        """Read a capture as the page of its article."""
        assert response.request
        shown = response.headers.get("Memento-Datetime") or b""
        captured = dates.read_http(shown.decode("latin-1"))
        if captured is None:
            yield from self._lost(url, capture, NOT_KEPT, f"{response.url} is no capture")
            return
        response.request.meta[SEEN_AT] = captured
        page = response.replace(url=response.request.meta[TARGET])
        for output in self.crawl.pages.parse(page, url, VIA, **parts):
            if isinstance(output, Request) and not self.serves(output.url):  # a further page
                kwargs = {"parts": output.cb_kwargs["parts"]}
                yield self._capture(url, output.url, capture, kwargs)
                continue
            if isinstance(output, Article):
                output.archived_url = response.url
            yield output

    def capture_failed(self, failure: Failure) -> Iterator[Output]:
        kwargs = failure.request.cb_kwargs  # type: ignore[attr-defined]
        reason, detail = failure_reason(failure)
        yield from self._lost(kwargs["url"], kwargs["capture"], reason, detail)

    def _lost(
        self, url: str, capture: Capture, reason: str, detail: str | None
    ) -> Iterator[Output]:
        why = detail if reason == NOT_KEPT and detail else in_words(reason, detail)
        if reason in {"http_404", "http_410", "redirected", NOT_KEPT}:
            self.crawl.archive.captures.note(self.site.name, url, capture.timestamp)
        else:
            self.crawl.problem(f"a capture cannot be fetched: {why}")
        yield self.crawl.reject(url, VIA, NOT_KEPT, why)


class Recover(Policy):
    """What a web archive has of a site. ``since`` and ``until`` are days of capture."""

    by_publication = False
    takes = frozenset({"which", "captures", "since", "until", "max_articles", "base_url"})

    def __init__(self, crawl: Crawl) -> None:
        super().__init__(crawl)
        captures = Wayback(crawl)
        self.sources = (WaybackIndex(crawl, captures.take), captures)

    def begin(self) -> Iterator[Output]:
        self.crawl.expected = True
        yield from super().begin()

    def settled(self, item: object, response: object) -> None:
        """Note that a capture was read, now that the archive has what was made of it."""
        is_settled = isinstance(item, Article) or (
            isinstance(item, Rejected) and item.reason != NOT_KEPT
        )
        if is_settled and isinstance(response, Response) and "capture" in response.cb_kwargs:
            url, capture = response.cb_kwargs["url"], response.cb_kwargs["capture"]
            self.crawl.archive.captures.note(self.site.name, url, capture.timestamp)


def is_wanted(which: str, row: Any) -> bool | None:
    """Whether captures of an address are wanted, by what the archive has of it.

    Returns None if only the site can tell.
    """
    is_gone = row is not None and (row.state == schema.GONE or row.reason in DEAD)
    if which == ALL or is_gone:
        return True
    if which == GONE:
        return None if row is None else False
    if row is None or row.state in {schema.DISCOVERED, schema.FETCHED}:
        return True
    return bool(row.state == schema.REJECTED and row.reason in OF_THE_SITE)
