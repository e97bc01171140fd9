"""A public web archive: captures of articles that the archive lacks, or the site has taken down."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request

from kznews.downloadermiddlewares.exchange import SEEN_AT, TARGET
from kznews.items import Article
from kznews.pages.addresses import page_key
from kznews.sources.base import ALL, GONE, Crawl, Output, Policy, Source
from kznews.sources.failures import failure_reason, in_words
from kznews.storage import archive
from kznews.warc.cdx import PAGE_SIZE, Capture, NoIndexError, chosen, index_query, read_index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

VIA = "wayback"
INDEX_SLOT, CAPTURE_SLOT = "wayback-index", "wayback-captures"
"""Download slots (``DOWNLOAD_SLOTS``): an index is asked less often than for captures."""
MAX_CAPTURES = 5_000_000
"""Captures that are taken up of an index, a bound against one without end."""
INDEX_BYTES = 500_000_000
"""The largest answer of an index: those that do not tell in pages give all at once."""
OF_THE_SITE = frozenset(
    {"http_404", "http_410", "gone", "error", "too_slow", "not_an_article", "truncated"}
    | {"empty", "not_html", "timeout", "unreachable", "redirected"}
)
"""Reasons of rejections that a capture may not share."""
DEAD = frozenset({"http_404", "http_410", "gone"})


class Wayback(Source):
    """Articles out of a web archive that speaks the Wayback Machine's tongue.

    ``KZNEWS_WAYBACK_CDX`` is its index, ``KZNEWS_WAYBACK_REPLAY`` where captures stand.
    """

    def __init__(self, crawl: Crawl) -> None:
        super().__init__(crawl)
        self._found: dict[str, list[Capture]] = defaultdict(list)
        self._count = 0

    @property
    def index(self) -> str:
        return str(self.crawl.settings["KZNEWS_WAYBACK_CDX"])

    @property
    def replay(self) -> str:
        return str(self.crawl.settings["KZNEWS_WAYBACK_REPLAY"]).rstrip("/")

    def serves(self, url: str) -> bool:
        """Whether an address is the web archive's."""
        parts = urlsplit(url)
        hosts = {urlsplit(self.index).netloc, urlsplit(self.replay).netloc}
        is_robots = parts.path == "/robots.txt" and parts.netloc in hosts
        return is_robots or url.startswith((f"{self.index}?", f"{self.replay}/"))

    def place(self, request: Request) -> str | None:
        if request.url.startswith(self.index):
            return "index of captures"
        return "captures" if request.url.startswith(self.replay) else None

    # --- The index --------------------------------------------------------------------------------

    def begin(self) -> Iterator[Output]:
        self.crawl.expected = True
        yield self._ask_index(None)

    def _ask_index(self, key: str | None) -> Request:
        asked = self.crawl.arguments
        host = urlsplit(self.site.root).netloc
        return Request(
            index_query(self.index, host, asked.since, asked.until, key),
            callback=self.parse_index,
            errback=self.index_failed,
            meta={
                "download_slot": INDEX_SLOT,
                "autothrottle_dont_adjust_delay": True,
                "download_maxsize": INDEX_BYTES,
            },
        )

    def parse_index(self, response: Response) -> Iterator[Output]:
        try:
            captures, key = read_index(response.text)
        except (NoIndexError, AttributeError) as error:
            self.crawl.problem(f"{self.index}: {error}")
            return
        for capture in captures:
            plain = _plain(capture.original)
            url = self.site.article_url(plain)
            if url and page_key(plain) == page_key(url):  # no further page of a split post
                self._found[url].append(capture)
        self._count += max(len(captures), PAGE_SIZE)  # an answer without any has a key, too
        if key and self._count < MAX_CAPTURES:
            yield self._ask_index(key)
            return
        if key:
            self.crawl.problem(f"{self.index} goes on beyond {MAX_CAPTURES:,} captures")
        yield from self._all_found()

    def index_failed(self, failure: Failure) -> None:
        self.crawl.problem(f"{self.index} cannot be read: {in_words(*failure_reason(failure))}")

    def _all_found(self) -> Iterator[Output]:
        """Ask for the captures that are wanted, none of them twice over all runs."""
        rows = {row.url: row for row in self.crawl.archive.urls.all_of(self.site.name)}
        asked = self.crawl.archive.captures.asked(self.site.name)
        for url, found in self._found.items():
            captures = chosen(found, self.crawl.arguments.captures)
            fresh = [c for c in captures if (url, c.timestamp) not in asked]
            if len(fresh) < len(captures):
                self.crawl.count("incremental/known")
            if not fresh:
                continue
            wish = self._wish(rows.get(url))
            if wish is None:
                yield self._ask_site(url, fresh)
            elif wish:
                yield from self._ask(url, fresh)
            else:
                self.crawl.count("incremental/known")
        self._found.clear()

    def _wish(self, row: Any) -> bool | None:
        """Whether an address's captures are wanted; None where only the site can tell."""
        which = self.crawl.arguments.which
        is_gone = row is not None and (row.state == archive.GONE or row.reason in DEAD)
        if which == ALL or is_gone:
            return True
        if which == GONE:
            return None if row is None else False
        if row is None or row.state in {archive.DISCOVERED, archive.FETCHED}:
            return True
        return bool(row.state == archive.REJECTED and row.reason in OF_THE_SITE)

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
        """Ask for the captures of what is not there; note what is, for other crawls to fetch."""
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
            },
        )

    def parse_capture(
        self, response: Response, url: str, capture: Capture, **parts: Any
    ) -> Iterator[Output]:
        """Read a capture as the page of the article it is of."""
        assert response.request
        captured = _captured_at(response)
        if captured is None:
            yield from self._lost(url, capture, "not_kept", f"{response.url} is no capture")
            return
        response.request.meta[SEEN_AT] = captured
        self.crawl.archive.captures.note(self.site.name, url, capture.timestamp)
        page = response.replace(url=response.request.meta[TARGET])
        for output in self.crawl.pages.parse(page, url, VIA, **parts):
            if isinstance(output, Request):  # a further page of a split post
                yield self._capture(url, output.url, capture, {"parts": output.cb_kwargs["parts"]})
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
        if reason in {"http_404", "http_410", "not_kept"}:
            self.crawl.archive.captures.note(self.site.name, url, capture.timestamp)
        else:
            self.crawl.problem(f"a capture cannot be had: {in_words(reason, detail)}")
        yield self.crawl.reject(url, VIA, "not_kept", in_words(reason, detail))


class Recover(Policy):
    """What a web archive has of a site. ``since`` and ``until`` are days of capture."""

    by_publication = False
    takes = frozenset({"which", "captures", "since", "until", "max_articles", "base_url"})

    def __init__(self, crawl: Crawl) -> None:
        super().__init__(crawl)
        self._wayback = Wayback(crawl)
        self.sources = (self._wayback,)

    def begin(self) -> Iterator[Output]:
        yield from self._wayback.begin()

    def serves(self, url: str) -> bool:
        return self._wayback.serves(url)


def _plain(original: str) -> str:
    """Return an address without the port that its scheme means anyway, and without ``www.``."""
    try:
        parts = urlsplit(original)
        usual = {"http": 80, "https": 443}.get(parts.scheme)
        netloc = parts.netloc if parts.port != usual else parts.netloc.rpartition(":")[0]
    except ValueError:
        return ""
    return parts._replace(netloc=netloc.removeprefix("www.")).geturl()


def _captured_at(response: Response) -> datetime | None:
    """Return when a capture was made; None for an answer that is none."""
    shown = (response.headers.get("Memento-Datetime") or b"").decode("latin-1")
    try:
        at = parsedate_to_datetime(shown)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
