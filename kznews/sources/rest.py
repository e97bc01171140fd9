"""The REST API: a hundred posts a request, and no page of an article fetched."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from scrapy import Request

from kznews import dates
from kznews.pages.page import NotAnArticle
from kznews.sources.revisits import DIES, IncrementalCrawl
from kznews.spiders.base import OUT_OF_REACH, Output, failure_reason, told
from kznews.spiders.boundary import Unread
from kznews.storage import archive
from kznews.wordpress import api, rest
from kznews.wordpress.rest import Post, Posts

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

VIA = "rest"

PASSING = frozenset({"challenge", "blocked", "rate_limited", "http_429"})
"""Failures that say nothing of the API, as those of the server (5xx): the next run tries again."""

ASK_THE_PAGE = frozenset({"no_body", "no_title"})
"""What the API may keep back and the page shows: a page builder writes no text into a post."""
MAX_BARREN = 5
"""Answers in a row without a post that the walk has not met, though more are promised."""

_MARGIN = timedelta(minutes=1)
_DAY = timedelta(days=1)

Then = Callable[["Response", Sequence[Post], Posts | None, Posts], Iterator[Any]]
"""What is done with an answer: the response, its posts, the request for those that follow, the one
that was answered."""


class PostsCrawl(IncrementalCrawl):
    """A crawl that can read articles out of the REST API."""

    def __init__(self, name: str | None = None, **kwargs: str) -> None:
        super().__init__(name, **kwargs)
        self.routes: tuple[str, ...] = (api.POSTS,)
        self._met: set[int] = set()
        self._walked: defaultdict[str, set[int]] = defaultdict(set)
        self._barren: Counter[str] = Counter()
        self._due: dict[str, int] = {}

    def api_failed(self, reason: str, detail: str | None) -> Iterator[Request]:
        """Go on where the API gives no posts."""
        raise NotImplementedError

    def walk_posts(self) -> Iterator[Request]:
        """Ask for the posts of all routes."""
        raise NotImplementedError

    def begin_posts(self) -> Iterator[Request]:
        """Walk the posts, once it is known where those of the asked-for types are."""
        if self.arguments.types:
            yield self._ask_for_types(self.parse_types, self.types_failed)
        else:
            yield from self.walk_posts()

    def _ask_for_types(self, then: Any, failed: Any) -> Request:
        return Request(f"{self.source.root}{api.TYPES}", callback=then, errback=failed)

    def parse_types(self, response: Response) -> Iterator[Request]:
        try:
            routes = api.read_types(response)
        except api.ClosedApiError as error:
            yield from self._guess_routes(str(error))
            return
        unknown = [name for name in self.arguments.types if name not in routes]
        if unknown:
            self.problem(f"no type of posts is called {unknown}: there are {sorted(routes)}")
        self.routes = tuple(routes[name] for name in self.arguments.types if name in routes)
        self.archive().keep_note(self.types_note, ",".join(self.routes))
        yield from self.walk_posts()

    def types_failed(self, failure: Failure) -> Iterator[Request]:
        yield from self._guess_routes(told(*failure_reason(failure)))

    def _guess_routes(self, why: str) -> Iterator[Request]:
        self.logger.warning("The site does not say where its types of posts are (%s)", why)
        types = self.arguments.types
        self.routes = tuple(api.POSTS if name == "post" else name for name in types)
        yield from self.walk_posts()

    def look_for_types(self) -> Iterator[Request]:
        """Ask an unknown site whether it has posts of other types than are asked for."""
        if self.source.any_path and not self.arguments.types:
            yield self._ask_for_types(self.parse_other_types, self.no_types)

    def parse_other_types(self, response: Response) -> None:
        with suppress(api.ClosedApiError):
            if others := [name for name in api.read_types(response) if name != "post"]:
                self.logger.warning(
                    "%s has posts of other types, which may be news: `-a types=%s` asks for them",
                    self.source.root,
                    ",".join(["post", *others]),
                )

    def no_types(self, _: Failure) -> None:
        """Do without."""

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
        while query.size > self.size:
            query = query.smaller()[0]
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
            is_cut = is_json or isinstance(error, api.CutAnswerError)
            if is_cut and (again := self.again(response, "truncated")):
                yield again
            elif is_cut and query.smaller():
                yield from self._fewer(query, then, "truncated")
            else:
                yield from self.api_failed("not_json", str(error))
            return
        self.remember_size()
        whole: list[Post] = []
        yield from self.boundary.each(found, partial(self._sort, whole), self._page_instead)
        walk = f"{getattr(then, 'func', then).__name__} {query.route}"
        total = api.count(response, "X-WP-Total")
        if total is not None:
            self._due[walk] = max(0, total - query.page * query.size)
        pages = api.count(response, "X-WP-TotalPages")
        following = query.following(whole, pages, self.site_clock(response) + _DAY)
        if following and self._is_endless(walk, found):
            why = f"{MAX_BARREN} answers without a new post, and more are promised"
            self.problem(f"the walk through the REST API has no end: {why}")
            yield from self.api_failed("endless", why)
            return
        yield from then(response, whole, following, query)

    def _is_endless(self, walk: str, found: Sequence[Mapping[str, Any]]) -> bool:
        """Whether a walk goes on and on and meets nothing."""
        numbers = {str(post.get("id")) for post in found}
        fresh = {hash(number) for number in numbers} - self._walked[walk]
        self._walked[walk] |= fresh
        self._barren[walk] = 0 if fresh else self._barren[walk] + 1
        return self._barren[walk] >= MAX_BARREN

    def site_clock(self, response: Response) -> datetime:
        """Return what the site's clock shows, without an offset."""
        at = datetime.fromisoformat(server_time(response))
        return (at + _MARGIN).astimezone(dates.zone(self.source.zone)).replace(tzinfo=None)

    def _fewer(self, query: Posts, then: Then, reason: str) -> Iterator[Request]:
        smaller = query.smaller()
        self.ask_for_fewer(smaller[0].size, reason)
        for request in smaller:
            yield self.ask_posts(request, then)

    def _sort(self, whole: list[Post], answer: dict[str, Any]) -> Iterator[Output]:
        """Add what is a post to the whole ones."""
        if post := Post.read(answer):
            whole.append(post)
        else:
            yield from self.no_post(answer)

    def no_post(self, answer: dict[str, Any]) -> Iterator[Output]:
        """Go on with an object of an answer that is no whole post: its page may be."""
        why = Unread("invalid", f"no post: {str(answer)[:200]}")
        yield from self._page_instead(answer, why)

    def _page_instead(self, answer: Mapping[str, Any], why: Unread) -> Iterator[Output]:
        """Ask for the page of what cannot be read out of the API."""
        url = rest.url_of(answer, self.source)
        if url is None:
            yield self.reject(f"{self.source.root}{api.ROUTES}", VIA, why.reason, why.detail)
            return
        row = self.archive().known([url]).get(url)
        if row is None or row.state == archive.DISCOVERED or self.arguments.full:
            self.archive().discover(url, self.source.name, VIA, None)
            yield from self.ask(url, VIA)

    def posts_failed(self, failure: Failure) -> Iterator[Request]:
        reason, detail = failure_reason(failure)
        kwargs = failure.request.cb_kwargs  # type: ignore[attr-defined]
        if reason in DIES and kwargs["query"].smaller():
            yield from self._fewer(kwargs["query"], kwargs["then"], reason)
        else:
            yield from self.api_failed(reason, detail)

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
        ids = {post.id: self.source.article_id(post.id, "") for post in found}
        urls = {post.id: self.source.article_url(post.link) or "" for post in found}
        stored = self.archive().modified(ids.values())
        rows = self.archive().known(urls.values())
        same = set()
        for post in found:
            row = rows.get(urls[post.id])
            changed = archive.instant(post.changed())
            if row and row.state == archive.REJECTED:
                is_same = not edits
            else:
                gone = row is not None and row.state == archive.GONE
                is_same = not gone and stored.get(ids[post.id]) == changed
            if is_same:
                same.add(post.id)
        self.crawler.stats.inc_value("incremental/known", len(same))
        return same

    def note_posts(self, found: Sequence[Post], *, edits: bool = False) -> Sequence[Post]:
        """Return the posts that are new or changed, each noted as one to be fetched.

        So what a kill takes on its way to the archive is asked for again by the next run.
        """
        same = self.unchanged(found, edits=edits)
        now = datetime.now(UTC)
        fresh = [post for post in found if post.id not in same and self._is_wanted(post, now)]
        fresh = fresh[: self._budget] if self._budget is not None else fresh
        for post in fresh:
            if url := self.source.article_url(post.link):
                published = post.published(self.source, now)
                self.archive().settle(
                    url, self.source.name, archive.DISCOVERED, VIA,
                    published=published.isoformat() if published else None,
                    article_id=self.source.article_id(post.id, url),
                )  # fmt: skip
        return fresh

    def deliver(self, fresh: Sequence[Post]) -> Iterator[Output]:
        """Read posts; what a kill takes of them costs a single request again."""
        yield from self.boundary.each(
            fresh, self._read, lambda post, why: self._page_instead(post.fields, why)
        )

    def noted_posts(self) -> Iterator[Request]:
        """Ask for the posts that an earlier run saw and did not come to store."""
        rows = {}
        for row in self.archive().pending(self.source.name, []):
            post = (row.id or "").rpartition(":")[2]
            if post.isdigit():
                rows[int(post)] = row
        numbers = tuple(rows)
        for start in range(0, len(numbers), self.size):
            some = Posts(include=numbers[start : start + self.size], route=self.routes[0])
            yield self.ask_posts(some, partial(self.parse_noted, rows=rows))

    def parse_noted(
        self,
        _: Response,
        found: Sequence[Post],
        __: Posts | None,
        query: Posts,
        rows: dict[int, Any],
    ) -> Iterator[Output]:
        """Deliver them; the page of one that no route has tells what became of it."""
        self.crawler.stats.inc_value("incremental/resumed", len(found))
        yield from self.deliver(self.note_posts(found))
        lacking = tuple(sorted(set(query.include) - {post.id for post in found}))
        others = self.routes[self.routes.index(query.route) + 1 :]
        if lacking and others:
            query = Posts(include=lacking, route=others[0])
            yield self.ask_posts(query, partial(self.parse_noted, rows=rows))
            return
        for post in lacking:
            yield from self.ask(rows[post].url, VIA)

    def ask_changes(self, since: str, then: Then, route: str) -> Request:
        """Ask for what was published or edited after an instant."""
        query = Posts(by="modified", newest_first=False, after=since, route=route)
        return self.ask_posts(query, then)

    def _read(self, post: Post) -> Iterator[Output]:
        """Deliver a post, or ask for its page where the API keeps back what the page shows."""
        url = self.source.article_url(post.link)
        try:
            article = rest.read_post(post, self.source, datetime.now(UTC))
        except NotAnArticle as error:
            if url is None and self.source.malformed(post.link):
                yield from self.note_malformed([post.link], VIA)
            elif url and error.reason in ASK_THE_PAGE:
                yield from self.ask(url, VIA)
            else:
                yield from self.lost(url or post.link, VIA, error.reason, error.detail)
            return
        if not article.text:  # a builder's, beside the picture that it is known by
            yield from self.ask(article.url, VIA)
            return
        article.discovered_via = VIA
        if self._wanted(article):
            yield article

    def _is_wanted(self, post: Post, now: datetime) -> bool:
        """Whether a post is of the asked-for days, and comes for the first time in this run."""
        if self.window.misses(post.published(self.source, now)):
            self._count("window/outside")
            return False
        if post.id in self._met:
            return False
        self._met.add(post.id)
        return True


def server_time(response: Response) -> str:
    """Return an instant, ISO 8601 in UTC, shortly before an answer by the clock of its server."""
    now = datetime.now(UTC)
    at = dates.read_http((response.headers.get("Date") or b"").decode("latin-1"))
    if at is None or not dates.sane(at, now):
        at = now - timedelta(hours=1)
    return (at - _MARGIN).isoformat(timespec="seconds").replace("+00:00", "Z")
