"""The number of a site's posts by month, from the REST API: counted, or one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from kznews.sources.base import Crawl, Output, Source
from kznews.sources.comparison import UNDATED, Comparison
from kznews.sources.post_types import PostTypes
from kznews.sources.posts import PostAnswer, PostReader
from kznews.sources.request_size import RequestSize
from kznews.wordpress import api, rest
from kznews.wordpress.rest import KEYS, Posts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kznews.sources.failures import Unread
    from kznews.wordpress.rest import Post

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


class PostCounts(Source):
    """All posts, compared with the archive.

    For a month with more articles than one answer has, the site's count is accepted if it equals
    the archive's. Otherwise, and always if ``exact`` is set, the articles are compared one by one.
    ``closed`` is called if the API is of no help.
    """

    def __init__(
        self,
        crawl: Crawl,
        comparison: Comparison,
        closed: Callable[[], Iterator[Output]],
        *,
        exact: bool,
    ) -> None:
        super().__init__(crawl)
        self._posts = PostReader(crawl, RequestSize(crawl), self._failed, self._no_post)
        self._types = PostTypes(crawl, self._walk)
        self._comparison, self._closed, self._exact = comparison, closed, exact
        self._to_ask = 0

    def begin(self) -> Iterator[Output]:
        yield from self._types.begin()

    def remaining(self) -> int | None:
        """Return the months that are still to be requested, else the posts."""
        return self._to_ask or self._posts.remaining()

    def _walk(self, routes: tuple[str, ...]) -> Iterator[Output]:
        for route in routes:
            yield self._posts.ask(Posts(fields=KEYS, route=route), self.parse_newest)

    def _failed(self, reason: str, detail: str | None) -> Iterator[Output]:
        if not self._posts.is_passing(reason, detail):
            yield from self._closed()

    def parse_newest(self, answer: PostAnswer) -> Iterator[Output]:
        dated = self._within(answer)
        if answer.following is None or not dated:
            yield from self.parse_all(answer)
            return
        yield from self._compare([post for post in answer.posts if post.date not in dated])
        oldest_first = replace(answer.query, newest_first=False)
        yield self._posts.ask(oldest_first, partial(self.parse_oldest, newest=max(dated)))

    def parse_oldest(self, answer: PostAnswer, newest: datetime) -> Iterator[Output]:
        """Ask month by month, or for everything if that takes fewer requests."""
        dated = self._within(answer)
        bounds = list(_months(min(dated), newest)) if dated else []
        total = api.count(answer.response, "X-WP-Total")
        if total is None or total <= len(bounds) * answer.query.size or not bounds:
            yield from self.parse_all(answer)
            return
        yield from self._compare([post for post in answer.posts if post.date not in dated])
        self._to_ask += len(bounds)
        for start, end in bounds:
            after, before = (start - _SECOND).isoformat(), end.isoformat()
            month = replace(answer.query, after=after, before=before, newest_first=True)
            yield self._posts.ask(month, self.parse_month)

    def _within(self, answer: PostAnswer) -> set[datetime]:
        """Return the clocks of posts in months that can be requested."""
        now = self._posts.site_clock(answer.response) + _DAY
        return {post.date for post in answer.posts if rest.EARLIEST < post.date <= now}

    def parse_month(self, answer: PostAnswer) -> Iterator[Output]:
        self._to_ask -= 1
        name = f"{datetime.fromisoformat(answer.query.after or '') + _SECOND:%Y-%m}"
        total = api.count(answer.response, "X-WP-Total")
        is_counted = answer.following is not None and not self._exact and total is not None
        if total is not None and is_counted and self._comparison.add_month(name, total):
            self.crawl.count("audit/listed")
        else:
            yield from self.parse_all(answer)

    def parse_all(self, answer: PostAnswer) -> Iterator[Output]:
        yield from self._compare(answer.posts)
        if answer.following:
            yield self._posts.ask(answer.following, self.parse_all)

    def _compare(self, found: Sequence[Post]) -> Iterator[Output]:
        def compare(post: Post) -> Iterator[Output]:
            url = self.site.article_url(post.link)
            if url is not None:
                name = f"{post.date:%Y-%m}" if post.date > rest.EARLIEST else UNDATED
                self._add(name, url, self.site.article_id(post.id, url))
            yield from ()

        def lost(post: Post, why: Unread) -> Iterator[Output]:
            self.crawl.problem(f"post {post.id} cannot be compared ({why.detail})")
            yield from ()

        yield from self.crawl.boundary.each(found, compare, lost)

    def _no_post(self, answer: dict[str, Any]) -> Iterator[Output]:
        """Compare an incomplete post by its address."""
        url = rest.url_of(answer, self.site)
        if url is not None:
            number = answer.get("id")
            article_id = self.site.article_id(number, url) if type(number) is int else ""
            self._add(self._comparison.month_of(url), url, article_id)
        yield from ()

    def _add(self, name: str, url: str, article_id: str) -> None:
        if self._comparison.add(name, url, article_id):
            self.crawl.count("audit/listed")


def _months(first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Return the beginning and the end of each month, the newest first."""
    month = last.replace(day=1, hour=0, minute=0, second=0)
    while month >= first.replace(day=1, hour=0, minute=0, second=0):
        following = (month + timedelta(days=31)).replace(day=1)
        yield month, following
        month = (month - _SECOND).replace(day=1, hour=0, minute=0, second=0)
