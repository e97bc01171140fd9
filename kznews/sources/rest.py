"""The REST API: a hundred posts a request, and no page of an article fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from scrapy import Request

from kznews import dates
from kznews.pages.page import NotAnArticle
from kznews.sources.revisits import IncrementalCrawl
from kznews.spiders.base import OUT_OF_REACH, Output, failure_reason, told
from kznews.spiders.boundary import Unread
from kznews.storage import archive
from kznews.wordpress import api, rest
from kznews.wordpress.api import POSTS
from kznews.wordpress.rest import Post, Posts

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

VIA = "rest"

PASSING = frozenset({"challenge", "blocked", "rate_limited", "http_429"})
"""Failures that say nothing of the API, as those of the server (5xx): the next run tries again."""

_MARGIN = timedelta(minutes=1)

Then = Callable[["Response", Sequence[Post], Posts | None, Posts], Iterator[Any]]
"""What is done with an answer: the response, its posts, the request for those that follow, the one
that was answered."""


class PostsCrawl(IncrementalCrawl):
    """A crawl that can read articles out of the REST API."""

    def __init__(self, name: str | None = None, **kwargs: str) -> None:
        super().__init__(name, **kwargs)
        self._met: set[int] = set()
        self._due: dict[str, int] = {}

    def api_failed(self, reason: str, detail: str | None) -> Iterator[Request]:
        """Go on where the API gives no posts."""
        raise NotImplementedError

    def place(self, request: Request) -> str | None:
        query: Posts | None = request.cb_kwargs.get("query")
        if query is None:
            return super().place(request)
        did = "published" if query.by == "date" else "edited"
        for word, end in (("before", query.before), ("after", query.after)):
            if end:
                return f"REST API, {did} {word} {end[:10]}"
        return "REST API"

    def remaining(self) -> int | None:
        asked = super().remaining()
        due = sum(self._due.values()) if self._due else None
        return min((x for x in (asked, due) if x is not None), default=None)

    def ask_posts(self, query: Posts, then: Then) -> Request:
        self.expected = True
        return Request(
            f"{self.source.root}{query.path()}",
            callback=self.parse_posts,
            errback=self.posts_failed,
            cb_kwargs={"query": query, "then": then},
        )

    def parse_posts(self, response: Response, query: Posts, then: Then) -> Iterator[Any]:
        try:
            found = api.read_list(response)
        except api.ClosedApiError as error:
            is_json = b"json" in (response.headers.get("Content-Type") or b"")
            if is_json and (again := self.again(response, "truncated")):
                yield again
            else:
                yield from self.api_failed("not_json", str(error))
            return
        whole: list[Post] = []
        yield from self.boundary.each(found, partial(self._sort, whole), self._page_instead)
        total = api.count(response, "X-WP-Total")
        if total is not None:
            walk = getattr(then, "func", then).__name__
            self._due[walk] = max(0, total - query.page * api.MOST_POSTS)
        pages = api.count(response, "X-WP-TotalPages")
        yield from then(response, whole, query.following(whole, pages), query)

    def _sort(self, whole: list[Post], post: Post) -> Iterator[Output]:
        """Add what is a post, and can be told apart by its dates, to the whole ones."""
        if rest.is_post(post):
            self.window.misses(dates.Moment(rest.published_at(post), "second"))
            whole.append(post)
        else:
            yield from self._page_instead(post, Unread("invalid", f"no post: {str(post)[:200]}"))

    def _page_instead(self, post: Post, why: Unread) -> Iterator[Output]:
        """Ask for the page of a post that cannot be read out of the API."""
        url = rest.url_of(post, self.source)
        if url is None and isinstance(post.get("id"), int):
            url = self.source.article_url(f"{self.source.root}/?p={post['id']}")
        if url is None:
            yield self.reject(f"{self.source.root}{POSTS}", VIA, why.reason, why.detail)
            return
        self.archive().discover(url, self.source.name, VIA, None)
        yield from self.ask(url, VIA)

    def posts_failed(self, failure: Failure) -> Iterator[Request]:
        yield from self.api_failed(*failure_reason(failure))

    def says_nothing_of_the_api(self, reason: str, detail: str | None) -> bool:
        """Whether a failure may be gone at the next run; it is noted as a problem then."""
        if reason in OUT_OF_REACH:
            self.out_of_reach(reason, detail)
        elif reason in PASSING or reason.startswith("http_5"):
            self.problem(f"the REST API fails ({told(reason, detail)})")
        else:
            return False
        return True

    def unchanged(self, found: Sequence[Post], *, edits: bool = False) -> set[int]:
        """Return the posts that the archive has as they are; all of them are fetched if asked.

        A verdict on what is no article stands until the post is edited.
        """
        if self.arguments.full:
            return set()
        ids = {post["id"]: self.source.article_id(post["id"], "") for post in found}
        urls = {post["id"]: rest.url_of(post, self.source) or "" for post in found}
        stored = self.archive().modified(ids.values())
        rows = self.archive().known(urls.values())
        same = set()
        for post in found:
            row = rows.get(urls[post["id"]])
            changed = archive.instant(rest.changed_at(post))
            if row and row.state == archive.REJECTED:
                is_same = not edits
            else:
                gone = row is not None and row.state == archive.GONE
                is_same = not gone and stored.get(ids[post["id"]]) == changed
            if is_same:
                same.add(post["id"])
        self.crawler.stats.inc_value("incremental/known", len(same))
        return same

    def note_posts(self, found: Sequence[Post], *, edits: bool = False) -> Sequence[Post]:
        """Return the posts that are new or changed, each noted as one to be fetched.

        So what a kill takes on its way to the archive is asked for again by the next run.
        """
        same = self.unchanged(found, edits=edits)
        fresh = [post for post in found if post["id"] not in same and self._is_wanted(post)]
        fresh = fresh[: self._budget] if self._budget is not None else fresh
        for post in fresh:
            if url := rest.url_of(post, self.source):
                self.archive().settle(
                    url, self.source.name, archive.DISCOVERED, VIA,
                    published=rest.published_at(post).isoformat(),
                    article_id=self.source.article_id(post["id"], url),
                )  # fmt: skip
        return fresh

    def deliver(self, fresh: Sequence[Post]) -> Iterator[Output]:
        """Read posts; what a kill takes of them costs a single request again."""
        self.archive().batch = api.MOST_POSTS
        yield from self.boundary.each(fresh, self._read, self._page_instead)

    def noted_posts(self) -> Iterator[Request]:
        """Ask for the posts that an earlier run saw and did not come to store."""
        rows = {}
        for row in self.archive().pending(self.source.name, []):
            post = (row.id or "").rpartition(":")[2]
            if post.isdigit():
                rows[int(post)] = row
        for start in range(0, len(rows), api.MOST_POSTS):
            some = tuple(list(rows)[start : start + api.MOST_POSTS])
            yield self.ask_posts(Posts(include=some), partial(self.parse_noted, rows=rows))

    def parse_noted(
        self,
        _: Response,
        found: Sequence[Post],
        __: Posts | None,
        query: Posts,
        rows: dict[int, Any],
    ) -> Iterator[Output]:
        """Deliver them; the page of one that the API does not have tells what became of it."""
        self.crawler.stats.inc_value("incremental/resumed", len(found))
        yield from self.deliver(self.note_posts(found))
        for post in set(query.include) - {post["id"] for post in found}:
            yield from self.ask(rows[post].url, VIA)

    def ask_changes(self, since: str, then: Then) -> Request:
        """Ask for what was published or edited after an instant."""
        return self.ask_posts(Posts(by="modified", newest_first=False, after=since), then)

    def _read(self, post: Post) -> Iterator[Output]:
        try:
            article = rest.read_post(post, self.source, datetime.now(UTC))
        except NotAnArticle as error:
            url = rest.url_of(post, self.source) or str(post.get("link"))
            yield from self.lost(url, VIA, error.reason, error.detail)
            return
        article.discovered_via = VIA
        if self._wanted(article):
            yield article

    def _is_wanted(self, post: Post) -> bool:
        """Whether a post is of the asked-for days, and comes for the first time in this run."""
        if self.window.misses(dates.Moment(rest.published_at(post), "second")):
            self._count("window/outside")
            return False
        if post["id"] in self._met:
            return False
        self._met.add(post["id"])
        return True


def server_time(response: Response) -> str:
    """Return an instant, ISO 8601 in UTC, shortly before an answer by the clock of its server."""
    shown = (response.headers.get("Date") or b"").decode("latin-1")
    try:
        at = parsedate_to_datetime(shown)
    except ValueError:
        at = datetime.now(UTC) - timedelta(hours=1)
    return (at - _MARGIN).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
