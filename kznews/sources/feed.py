"""The site's feed: whether anything changed, and which articles are the newest."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from scrapy import Request

from kznews import dates
from kznews.sources.base import PLACE, Crawl, Output, Source
from kznews.sources.failures import OUT_OF_REACH, failure_reason
from kznews.sources.unread import take_dated, take_unread
from kznews.storage.schema import DISCOVERED
from kznews.wordpress.rss import Entry, NoFeedError, is_cut, read_feed

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Generator, Iterator, Sequence
    from datetime import datetime

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.pages.units import Unit
    from kznews.sources.failures import Unread

VIA = "feed"
MAX_PAGES = 20
_TICK = timedelta(seconds=2)
"""Two changes within this time may have the same Last-Modified."""


class Feed(Source):
    """A look at the feed: ``heard`` is called when it was read, or cannot be read.

    ``seen`` is the Last-Modified that an earlier look kept, ``changed`` that of this one; if
    nothing has changed since, nothing is called. ``entries`` is None without a feed, and incomplete
    if it ``is_cut``. ``hole`` is the first run that did not come down to what was known before it.
    """

    def __init__(self, crawl: Crawl, heard: Callable[[], Iterator[Output]]) -> None:
        super().__init__(crawl)
        self._heard = heard
        self.seen: str | None = None
        self.changed: str | None = None
        self.entries: Sequence[Entry] | None = None
        self.is_cut = False
        self.hole: int | None = None
        self._met: set[str] = set()

    @property
    def _most(self) -> int:
        return self.crawl.settings.getint("DOWNLOAD_MAXSIZE")

    def begin(self) -> Iterator[Request]:
        yield Request(
            f"{self.site.root}/feed/",
            headers={"If-Modified-Since": self.seen} if self.seen else None,
            callback=self.parse,
            errback=self.failed,
            meta={"handle_httpstatus_list": [304], PLACE: VIA},
        )

    def parse(self, response: Response) -> Iterator[Output]:
        if response.status == 304 and self.seen:
            self.crawl.count("incremental/nothing_new")
            return
        self.is_cut = is_cut(response.body, self._most)
        if self.is_cut and (again := self.crawl.again(response, "truncated")):
            yield again
            return
        try:
            self.entries = yield from self._read(response)
        except NoFeedError as error:
            self.log.info("%s gives %s", response.url, error)
        if self.entries and not self.is_cut:
            self.changed = last_change(response)
        yield from self._heard()

    def failed(self, failure: Failure) -> Iterator[Output]:
        reason, detail = failure_reason(failure)
        if reason in OUT_OF_REACH:
            self.crawl.out_of_reach(reason, detail)
            return
        self.log.info("The site has no feed (%s)", reason)
        yield from self._heard()

    def _read(self, response: Response) -> Generator[Output, None, Sequence[Entry]]:
        lost: dict[str, Unread] = {}
        each = self.crawl.boundary.sparing(lost)
        entries = read_feed(response.body, self.site, self._most, each)
        yield from take_unread(self.crawl, lost, VIA)
        return entries

    def take(self, without: Container[str | None] = ()) -> Iterator[Output]:
        """Ask for the pages of what the feed names and the archive does not know."""
        entries = [entry for entry in self.entries or () if entry.url not in without]
        yield from self._take(entries)

    def _take(self, entries: Sequence[Entry]) -> Iterator[Output]:
        self.crawl.expected = True
        zone = dates.zone(self.site.zone)

        def published(unit: Unit[datetime | None]) -> dates.Moment | None:
            _, at = unit
            return dates.Moment(at.astimezone(zone), "second") if at else None

        units = ((entry.url, entry.published) for entry in entries)
        yield from take_dated(self.crawl, units, published, VIA)

    def go_down(self) -> Iterator[Request]:
        """Read older pages of the feed as long as they have only unknown articles."""
        yield from self._go_down(self.entries or (), 1)

    def _go_down(self, entries: Sequence[Entry], number: int) -> Iterator[Request]:
        known = self.crawl.archive.urls.known(entry.url for entry in entries)
        before = self.hole or self.crawl.archive.run
        if any(
            row.state != DISCOVERED and (before is None or row.run < before)
            for row in known.values()
        ):
            return
        fresh = {entry.url for entry in entries} - self._met
        self._met |= fresh
        if not fresh:
            self._ended(f"page {number} names no further article")
            return
        if number == MAX_PAGES:
            self.hole = None  # the sections have all of it
            self.crawl.problem(
                f"all of the feed's first {MAX_PAGES} pages is new, so there may be more: crawl "
                "the sections"
            )
        else:
            yield Request(
                f"{self.site.root}/feed/?paged={number + 1}",
                callback=self.parse_older,
                errback=self.older_failed,
                cb_kwargs={"number": number + 1},
                meta={PLACE: VIA},
            )

    def _ended(self, why: str) -> None:
        """Note that what earlier looks knew was not met; where two come no further, that is all."""
        if not self.hole:
            self._unread(f"{why}, and none so far is known")

    def _unread(self, why: str) -> None:
        self.hole = self.hole or self.crawl.archive.run
        self.crawl.problem(f"the feed's older pages cannot be read ({why})")

    def parse_older(self, response: Response, number: int) -> Iterator[Output]:
        is_short = is_cut(response.body, self._most)
        if is_short and (again := self.crawl.again(response, "truncated")):
            yield again
            return
        try:
            entries = yield from self._read(response)
        except NoFeedError as error:
            self._unread(str(error))
            return
        yield from self._take(entries)
        if is_short:
            self._unread(f"page {number} is cut")
        else:
            yield from self._go_down(entries, number)

    def older_failed(self, failure: Failure) -> None:
        reason, _ = failure_reason(failure)
        if reason == "http_404":
            self._ended(reason)
        else:
            self._unread(reason)


def last_change(response: Response) -> str | None:
    """Return the feed's Last-Modified, None if a change in the same second is still possible."""
    shown, now = (
        (response.headers.get(name) or b"").decode("latin-1") for name in ("Last-Modified", "Date")
    )
    changed, answered = dates.read_http(shown), dates.read_http(now)
    return shown if changed and answered and answered - changed > _TICK else None
