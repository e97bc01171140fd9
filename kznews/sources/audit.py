"""What a site says it has, held against the archive: completeness shown, not claimed."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from kznews import dates, finish_reasons
from kznews.sources.rest import PostsCrawl
from kznews.sources.sitemaps import SitemapsCrawl
from kznews.spiders.boundary import Unread
from kznews.storage import archive
from kznews.wordpress import api, rest
from kznews.wordpress.rest import KEYS, Posts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scrapy import Request
    from scrapy.http import Response

    from kznews.spiders.base import Output
    from kznews.wordpress.rest import Post

UNDATED = "undated"
MOST_NOTED = 100
"""Missing addresses that the archive's note of an audit names."""
BY_SITEMAPS = "the sitemaps"
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


@dataclass
class Month:
    """A month of the site's clock: what the site lists, and what the archive has of it.

    ``gone`` are articles that the archive has and the site does not list any more.
    """

    name: str
    listed: int = 0
    stored: int = 0
    missing: list[str] = field(default_factory=list)
    gone: int = 0
    rejected: Counter[str] = field(default_factory=Counter)


def note_key(site: str) -> str:
    """Return under which key the archive keeps what the last audit of a site found."""
    return f"audit:{site}"


def note_of(door: str, months: Sequence[Month]) -> dict[str, Any]:
    """Return what an audit found, short enough to be kept: counts, and some of what is missing."""
    missing = [url for month in months for url in month.missing]
    return {
        "at": archive.now(),
        "door": door,
        "months": {
            month.name: {
                "listed": month.listed,
                "stored": month.stored,
                "missing": len(month.missing),
                "gone": month.gone,
                "rejected": dict(month.rejected),
            }
            for month in months
        },
        "missing": missing[-MOST_NOTED:],
    }


class AuditCrawl(PostsCrawl, SitemapsCrawl):
    """Ask the site for all it has: the REST API and the sitemaps, or these alone.

    The sitemaps list what the API does not, such as posts of another type.
    Of a month with more articles than one answer holds, the site's count is believed where it is
    the archive's; where it is not, and everywhere if ``exact`` is set, article by article counts.
    """

    takes = frozenset({"base_url", "types"})
    exact = False

    def __init__(self, name: str | None = None, **kwargs: str) -> None:
        super().__init__(name, **kwargs)
        self.door = "the REST API"
        self._in_sitemaps: dict[str, None] = {}
        self._without_sitemap = ""
        self._months: dict[str, Month] = {}
        self._rows: dict[str, list[Any]] = defaultdict(list)
        self._by_key: dict[str, Any] = {}
        self._seen: set[str] = set()
        self._counted: set[str] = set()
        self._result: list[Month] | None = None
        self._to_ask = 0

    def remaining(self) -> int | None:
        """Return the months that are still to be asked for, else what all crawls do."""
        return self._to_ask or super().remaining()

    def begin(self) -> Iterator[Request]:
        for row in self.archive().addresses(self.source.name):
            self._rows[self._month_of(row.url, row.published)].append(row)
            self._by_key[row.url] = row
            if row.id:
                self._by_key[row.id] = row
        yield from self.begin_posts()
        yield from self.sitemaps()

    def walk_posts(self) -> Iterator[Request]:
        for route in self.routes:
            yield self.ask_posts(Posts(fields=KEYS, route=route), self.parse_newest)

    def months(self) -> list[Month]:
        """Return what was found, month by month, once the run is over."""
        if self._result is None:
            if self.door != BY_SITEMAPS:
                self._compare_sitemaps()
            self._count_gone()
            self._result = [self._months[name] for name in sorted(self._months)]
        return self._result

    def _count_gone(self) -> None:
        for name in self._rows.keys() - self._counted:
            for row in self._rows[name]:
                lost = row.state == archive.STORED and not {row.url, row.id} & self._seen
                if row.state == archive.GONE or lost:
                    self._month(name).gone += 1

    def closed(self, reason: str) -> None:
        """Keep what was found for `scrapy report`; an audit that failed leaves the one before."""
        super().closed(reason)
        store = archive.begun(self.crawler)
        if store and reason == finish_reasons.FINISHED and not self.problems:
            note = json.dumps(note_of(self.door, self.months()), ensure_ascii=False)
            store.keep_note(note_key(self.source.name), note)

    # --- The API ----------------------------------------------------------------------------------

    def parse_newest(
        self, response: Response, found: Sequence[Post], following: Posts | None, query: Posts
    ) -> Iterator[Request]:
        dated = self._within(response, found)
        if following is None or not dated:
            yield from self.parse_all(response, found, following, query)
            return
        yield from self._compare_posts([post for post in found if post.date not in dated])
        query = replace(query, newest_first=False)
        yield self.ask_posts(query, partial(self.parse_oldest, newest=max(dated)))

    def parse_oldest(
        self,
        response: Response,
        found: Sequence[Post],
        following: Posts | None,
        query: Posts,
        newest: datetime,
    ) -> Iterator[Request]:
        """Ask month by month, or for all in one go where that takes fewer requests."""
        dated = self._within(response, found)
        bounds = list(_months(min(dated), newest)) if dated else []
        total = api.count(response, "X-WP-Total")
        if total is None or total <= len(bounds) * query.size or not bounds:
            yield from self.parse_all(response, found, following, query)
            return
        yield from self._compare_posts([post for post in found if post.date not in dated])
        self._to_ask += len(bounds)
        for start, end in bounds:
            month = replace(query, after=(start - _SECOND).isoformat(), before=end.isoformat())
            yield self.ask_posts(
                replace(month, newest_first=True), partial(self.parse_month, name=f"{start:%Y-%m}")
            )

    def _within(self, response: Response, found: Sequence[Post]) -> set[datetime]:
        """Return the clocks of posts that lie in a month that can be asked for."""
        now = self.site_clock(response) + _DAY
        return {post.date for post in found if rest.EARLIEST < post.date <= now}

    def parse_month(
        self,
        response: Response,
        found: Sequence[Post],
        following: Posts | None,
        query: Posts,
        name: str,
    ) -> Iterator[Request]:
        self._to_ask -= 1
        total = api.count(response, "X-WP-Total")
        own = [x for x in self._rows[name] if x.state in {archive.STORED, archive.REJECTED}]
        if following is None or self.exact or total != len({row.id or row.url for row in own}):
            yield from self.parse_all(response, found, following, query)
            return
        month = self._month(name)
        month.listed = total
        month.rejected.update(row.reason for row in own if row.state == archive.REJECTED)
        month.stored = total - month.rejected.total()
        month.gone = sum(row.state == archive.GONE for row in self._rows[name])
        self._counted.add(name)
        self._count("audit/listed")

    def parse_all(
        self, _: Response, found: Sequence[Post], following: Posts | None, __: Posts
    ) -> Iterator[Request]:
        yield from self._compare_posts(found)
        if following:
            yield self.ask_posts(following, self.parse_all)

    def _compare_posts(self, found: Sequence[Post]) -> Iterator[Request]:
        def compare(post: Post) -> Iterator[Request]:
            url = self.source.article_url(post.link)
            if url is not None:
                name = f"{post.date:%Y-%m}" if post.date > rest.EARLIEST else UNDATED
                self._compare(name, url, self.source.article_id(post.id, url))
            yield from ()

        def lost(post: Post, why: Unread) -> Iterator[Request]:
            self.problem(f"post {post.id} cannot be compared ({why.detail})")
            yield from ()

        yield from self.boundary.each(found, compare, lost)

    def no_post(self, answer: dict[str, Any]) -> Iterator[Output]:
        """Compare what is no whole post by its address."""
        url = rest.url_of(answer, self.source)
        if url is not None:
            number = answer.get("id")
            article_id = self.source.article_id(number, url) if type(number) is int else ""
            self._compare(self._month_of(url, None), url, article_id)
        yield from ()

    def api_failed(self, reason: str, detail: str | None) -> Iterator[Request]:
        """Go by the sitemaps alone."""
        if self.says_nothing_of_the_api(reason, detail) or self.door == BY_SITEMAPS:
            return
        self.door = BY_SITEMAPS
        for url in self._in_sitemaps:
            self._compare(self._month_of(url, None), url)
        if self._without_sitemap:
            self.problem(self._without_sitemap)
        yield from ()

    # --- Sitemaps ---------------------------------------------------------------------------------

    def sitemap_found(self, urls: Sequence[str]) -> Iterator[Request]:
        """Compare what a file lists: at once, or with what the API will have listed."""
        for url in urls:
            if self.door == BY_SITEMAPS:
                self._compare(self._month_of(url, None), url)
            else:
                self._in_sitemaps[url] = None
        yield from ()

    def no_sitemap(self, why: str) -> Iterator[Request]:
        root = self.source.root
        self._without_sitemap = f"{root} has neither an API nor a sitemap to compare with ({why})"
        if self.door == BY_SITEMAPS:
            self.problem(self._without_sitemap)
        yield from ()

    def _compare_sitemaps(self) -> None:
        """Add what the sitemaps list, the archive does not have and the API does not give."""
        lacking = [
            url
            for url in self._in_sitemaps
            if url not in self._seen and not _is_settled(self._by_key.get(url))
        ]
        for url in lacking:
            self._compare(self._month_of(url, None), url)
        if lacking:
            self.logger.warning(
                "The sitemaps list %d articles that were not met in the API, such as %s: posts of "
                "another type are asked for with `-a types=`",
                len(lacking),
                lacking[0],
            )

    # --- The archive ------------------------------------------------------------------------------

    def _month(self, name: str) -> Month:
        return self._months.setdefault(name, Month(name))

    def _month_of(self, url: str, published: str | None) -> str:
        """Return the month of an article, by its address, else by when it was published."""
        if month := self.source.month_of(url):
            return "{}-{:02d}".format(*month)
        moment = dates.read_machine(published or "", dates.zone(self.source.zone))
        return f"{moment.at:%Y-%m}" if moment else UNDATED

    def _compare(self, name: str, url: str, article_id: str = "") -> None:
        if url in self._seen:
            return
        row = self._by_key.get(article_id) or self._by_key.get(url)
        self._seen |= {url, article_id} if article_id else {url}
        if row and row.id:
            self._seen.add(row.id)
        month = self._month(name)
        month.listed += 1
        self._count("audit/listed")
        if row and row.state == archive.STORED:
            month.stored += 1
        elif row and row.state == archive.REJECTED:
            month.rejected[row.reason] += 1
        else:
            month.missing.append(url)


def _is_settled(row: Any) -> bool:
    return row is not None and row.state in {archive.STORED, archive.REJECTED, archive.GONE}


def _months(first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Return the beginning and the end of each month, the newest first."""
    month = last.replace(day=1, hour=0, minute=0, second=0)
    while month >= first.replace(day=1, hour=0, minute=0, second=0):
        following = (month + timedelta(days=31)).replace(day=1)
        yield month, following
        month = (month - _SECOND).replace(day=1, hour=0, minute=0, second=0)
