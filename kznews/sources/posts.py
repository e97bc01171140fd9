"""Posts of the REST API: asked for a hundred at a time, noted, and read without their pages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from scrapy import Request

from kznews import dates
from kznews.sources.base import PLACE, Crawl, Output
from kznews.sources.failures import OUT_OF_REACH, OVERLOADED, Unread, failure_reason, in_words
from kznews.sources.numbers import NumberSet
from kznews.sources.post_articles import VIA, PostArticles
from kznews.sources.short_answers import Counted, ShortAnswers
from kznews.wordpress import api, rest
from kznews.wordpress.rest import EARLIEST, Post, Posts

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.sources.request_size import RequestSize

PASSING = frozenset({"challenge", "blocked", "rate_limited", "http_429"})
"""Failures that say nothing of the API, as those of the server (5xx): the next run tries again."""

MAX_BARREN = 5
"""Answers in a row without a post that the walk has not met, though more are promised."""

_MARGIN = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)

Then = Callable[["PostAnswer"], Iterator[Output]]
"""What is done with each answer of a walk."""
WalkKey = tuple[Then, str]
"""What tells a walk from others: what is done with its answers, and its route."""
Failed = Callable[[str, str | None], Iterator[Output]]
"""What is done where the API gives no posts: the reason and its detail."""


@dataclass(frozen=True)
class PostAnswer:
    """The posts of an answer to ``query``, and the request for those that follow, if any."""

    response: Response
    posts: Sequence[Post]
    query: Posts
    then: Then
    following: Posts | None = None


class PostReader:
    """Asks for posts and delivers them as articles; sources say what follows each answer.

    ``no_post`` is given what is no whole post: its page may be an article.
    """

    def __init__(
        self,
        crawl: Crawl,
        size: RequestSize,
        failed: Failed,
        no_post: Callable[[dict[str, Any]], Iterator[Output]] | None = None,
    ) -> None:
        self.crawl, self.site, self._size = crawl, crawl.site, size
        self._failed = failed
        self._no_post = no_post or self._page_of
        self.articles = PostArticles(crawl)
        self._short = ShortAnswers(crawl)
        self._walked: defaultdict[WalkKey, NumberSet] = defaultdict(NumberSet)
        self._barren: Counter[WalkKey] = Counter()
        self._due: dict[WalkKey, int] = {}

    # --- Asking -----------------------------------------------------------------------------------

    def ask(self, query: Posts, then: Then) -> Request:
        self.crawl.expected = True
        while query.size > self._size.get():
            query = query.smaller()[0]
        return Request(
            f"{self.site.root}{query.path()}",
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"query": query, "then": then},
            meta={PLACE: _place(query)},
        )

    def ask_changes(
        self, since: str, then: Then, route: str, categories: tuple[int, ...] = ()
    ) -> Request:
        """Ask for what was published or edited after an instant."""
        changed = Posts(
            by="modified", newest_first=False, after=since, route=route, categories=categories
        )
        return self.ask(changed, then)

    def go_on(self, answer: PostAnswer) -> Iterator[Request]:
        """Ask for what follows an answer in its walk."""
        if answer.following:
            yield self.ask(answer.following, answer.then)

    def parse(self, response: Response, query: Posts, then: Then) -> Iterator[Output]:
        try:
            found = api.read_list(response)
        except api.ClosedApiError as error:
            yield from self._unread(response, query, then, error)
            return
        self._size.keep()
        whole: list[Post] = []

        def read(post: dict[str, Any]) -> Iterator[Output]:
            if whole_post := Post.read(post):
                whole.append(whole_post)
            else:
                yield from self._no_post(post)

        yield from self.crawl.boundary.each(found, read, self.articles.ask_for_page)
        walk = then, query.route
        named = len({name for post in found if (name := rest.name_of(post, self.site))})
        counted = Counted.read(response, query, named)
        promised = self._promised(walk, query, counted, named)
        following = query.following(whole, counted.pages, self.site_clock(response) + _DAY)
        if following and self._is_endless(walk, found):
            why = f"{MAX_BARREN} answers without a new post, and more are promised"
            self.crawl.problem(f"the walk through the REST API has no end: {why}")
            yield from self._failed("endless", why)
            return
        if named < promised and not query.include:
            yield from self._short.add(query, following, named, promised)
        yield from then(PostAnswer(response, whole, query, then, following))

    def _promised(self, walk: WalkKey, query: Posts, counted: Counted, named: int) -> int:
        """Return how many posts an answer must name, and note how many follow it.

        Of one that says nothing, or names none, holds what the answer before it said.
        """
        promised, before = counted.promised, self._due.get(walk, 0)
        if counted.total is None or not named:
            promised = max(promised, min(query.size, before))
        if counted.total is not None:
            self._due[walk] = max(0, counted.total - query.page * query.size)
        elif before:
            self._due[walk] = max(0, before - named)
        return promised

    def _unread(
        self, response: Response, query: Posts, then: Then, error: api.ClosedApiError
    ) -> Iterator[Output]:
        is_json = b"json" in (response.headers.get("Content-Type") or b"")
        is_cut = isinstance(error, api.CutAnswerError) or not response.body.strip()
        if (is_cut or is_json) and (again := self.crawl.again(response, "truncated")):
            yield again
        elif is_cut and query.smaller():
            yield from self._ask_for_fewer(query, then, "truncated")
        else:
            yield from self._failed("not_json", str(error))

    def _is_endless(self, walk: WalkKey, found: Sequence[Mapping[str, Any]]) -> bool:
        """Whether a walk goes on and on and meets nothing."""
        numbers = (post.get("id") for post in found)
        plain = (n if type(n) is int else hash(str(n)) for n in numbers)
        fresh = [number for number in plain if self._walked[walk].add(number)]
        self._barren[walk] = 0 if fresh else self._barren[walk] + 1
        return self._barren[walk] >= MAX_BARREN

    def _ask_for_fewer(self, query: Posts, then: Then, reason: str) -> Iterator[Request]:
        smaller = query.smaller()
        self._size.lower(smaller[0].size, reason)
        for request in smaller:
            yield self.ask(request, then)

    def failed(self, failure: Failure) -> Iterator[Output]:
        reason, detail = failure_reason(failure)
        asked = failure.request.cb_kwargs  # type: ignore[attr-defined]
        if api.is_past_the_end(failure.value):
            yield from asked["then"](PostAnswer(failure.value.response, [], **asked))
        elif reason in OVERLOADED and asked["query"].smaller():
            yield from self._ask_for_fewer(**asked, reason=reason)
        else:
            yield from self._failed(reason, detail)

    def is_passing(self, reason: str, detail: str | None) -> bool:
        """Whether a failure may be gone at the next run; it is noted as a problem then."""
        if reason in OUT_OF_REACH:
            self.crawl.out_of_reach(reason, detail)
        elif reason in PASSING or reason.startswith("http_5"):
            self.crawl.problem(f"the REST API fails ({in_words(reason, detail)})")
        else:
            return False
        return True

    def _page_of(self, answer: dict[str, Any]) -> Iterator[Output]:
        why = Unread("invalid", f"no post: {str(answer)[:200]}")
        yield from self.articles.ask_for_page(answer, why)

    # --- What an earlier run left -----------------------------------------------------------------

    def ask_left(
        self, routes: Sequence[str], categories: tuple[int, ...] = ()
    ) -> Iterator[Request]:
        """Ask for what earlier runs noted, and for what answers held back from them."""
        for query in self._short.waiting():
            if query.route in routes and categories in {(), query.categories}:
                yield self.ask(query, partial(self.parse_short, kept=query))
        yield from self._ask_noted(routes, categories)

    def parse_short(self, answer: PostAnswer, kept: Posts) -> Iterator[Output]:
        is_edits, now = answer.query.by == "modified", datetime.now(UTC)
        if any(self.crawl.window.misses(post.published(self.site, now)) for post in answer.posts):
            self._short.hold(kept)
        yield from self.articles.deliver(self.articles.take(answer.posts, edits=is_edits))
        yield from self.go_on(answer)
        if not answer.following:
            self._short.settle(kept)

    def _ask_noted(self, routes: Sequence[str], categories: tuple[int, ...]) -> Iterator[Request]:
        """Ask for the posts that an earlier run saw and did not come to store.

        Those of other categories, where some are asked for, are left to a run that asks for them.
        """
        urls = {}
        for row in self.crawl.archive.urls.pending(self.site.name, []):
            post = (row.id or "").rpartition(":")[2]
            if post.isdigit():
                urls[int(post)] = row.url
        numbers, size = tuple(urls), self._size.get()
        for start in range(0, len(numbers), size):
            some = Posts(
                include=numbers[start : start + size], route=routes[0], categories=categories
            )
            yield self.ask(some, partial(self._parse_noted, urls=urls, others=routes[1:]))

    def _parse_noted(
        self, answer: PostAnswer, urls: dict[int, str], others: Sequence[str]
    ) -> Iterator[Output]:
        """Deliver them; one that no route has is fetched by its page."""
        yield from self.articles.deliver(self.articles.take(answer.posts))
        if answer.query.categories:
            return
        lacking = tuple(sorted(set(answer.query.include) - {post.id for post in answer.posts}))
        if lacking and others:
            then = partial(self._parse_noted, urls=urls, others=others[1:])
            yield self.ask(Posts(include=lacking, route=others[0]), then)
            return
        for post in lacking:
            yield from self.crawl.ask(urls[post], VIA)

    def remaining(self) -> int | None:
        return sum(self._due.values()) if self._due else None

    def site_clock(self, response: Response) -> datetime:
        """Return what the site's clock shows, without an offset."""
        at = datetime.fromisoformat(server_time(response))
        return (at + _MARGIN).astimezone(dates.zone(self.site.zone)).replace(tzinfo=None)


def _place(query: Posts) -> str:
    """Say which posts a request asks for."""
    did = "published" if query.by == "date" else "edited"
    for word, end in (("before", query.before), ("after", query.after)):
        if end:
            return f"REST API, {did} {word} {end[:10]}"
    return "REST API"


def server_time(response: Response) -> str:
    """Return an instant, ISO 8601 in UTC, shortly before an answer by the clock of its server."""
    now = datetime.now(UTC)
    at = dates.read_http((response.headers.get("Date") or b"").decode("latin-1"))
    if at is None or not dates.sane(at, now):
        at = now - timedelta(hours=1)
    return (at - _MARGIN).isoformat(timespec="seconds").replace("+00:00", "Z")


def changed_until(found: Sequence[Post], before: str | None, at: str) -> str | None:
    """Return the instant before which no change of posts is unseen, ISO 8601 in UTC.

    It is that of the newest change met, ``before`` if that is none, and at most ``at``: the clock
    that posts are dated by may be hours behind the one that answers.
    """
    now = datetime.fromisoformat(at).replace(tzinfo=None)
    newest = max((x for post in found if (x := post.modified_gmt) <= now), default=None)
    if newest is None or newest < EARLIEST:
        return before
    instant = f"{(newest - _SECOND).isoformat(timespec='seconds')}Z"
    return max(instant, before or instant)
