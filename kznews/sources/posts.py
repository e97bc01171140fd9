"""Posts of the REST API: asked for a hundred at a time, noted, and read without their pages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from scrapy import Request

from kznews import dates
from kznews.pages.page import NotAnArticle
from kznews.sources.base import Crawl, Output
from kznews.sources.failures import OUT_OF_REACH, OVERLOADED, Unread, failure_reason, in_words
from kznews.storage import archive
from kznews.wordpress import api, rest
from kznews.wordpress.rest import Post, Posts

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.sites import Site
    from kznews.sources.request_size import RequestSize

VIA = "rest"

PASSING = frozenset({"challenge", "blocked", "rate_limited", "http_429"})
"""Failures that say nothing of the API, as those of the server (5xx): the next run tries again."""

ASK_THE_PAGE = frozenset({"no_body", "no_title"})
"""What the API may keep back and the page shows: a page builder writes no text into a post."""
MAX_BARREN = 5
"""Answers in a row without a post that the walk has not met, though more are promised."""

_MARGIN = timedelta(minutes=1)
_DAY = timedelta(days=1)

Then = Callable[["Response", Sequence[Post], Posts | None, Posts], Iterator[Output]]
"""What is done with an answer: the response, its posts, the request for those that follow, the one
that was answered."""
Failed = Callable[[str, str | None], Iterator[Output]]
"""What is done where the API gives no posts: the reason and its detail."""


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
        self._met: set[int] = set()
        self._walked: defaultdict[str, set[int]] = defaultdict(set)
        self._barren: Counter[str] = Counter()
        self._due: dict[str, int] = {}

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
        )

    def ask_changes(
        self, since: str, then: Then, route: str, categories: tuple[int, ...] = ()
    ) -> Request:
        """Ask for what was published or edited after an instant."""
        changed = Posts(by="modified", newest_first=False, after=since, route=route)
        return self.ask(replace(changed, categories=categories), then)

    def parse(self, response: Response, query: Posts, then: Then) -> Iterator[Output]:
        try:
            found = api.read_list(response)
        except api.ClosedApiError as error:
            yield from self._unread(response, query, then, error)
            return
        self._size.keep()
        whole: list[Post] = []
        around = self.crawl.boundary
        yield from around.each(found, partial(self._sort, whole), self._page_instead)
        walk = f"{getattr(then, 'func', then).__name__} {query.route}"
        total = api.count(response, "X-WP-Total")
        if total is not None:
            self._due[walk] = max(0, total - query.page * query.size)
        pages = api.count(response, "X-WP-TotalPages")
        following = query.following(whole, pages, self.site_clock(response) + _DAY)
        if following and self._is_endless(walk, found):
            why = f"{MAX_BARREN} answers without a new post, and more are promised"
            self.crawl.problem(f"the walk through the REST API has no end: {why}")
            yield from self._failed("endless", why)
            return
        yield from then(response, whole, following, query)

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

    def _is_endless(self, walk: str, found: Sequence[Mapping[str, Any]]) -> bool:
        """Whether a walk goes on and on and meets nothing."""
        numbers = {str(post.get("id")) for post in found}
        fresh = {hash(number) for number in numbers} - self._walked[walk]
        self._walked[walk] |= fresh
        self._barren[walk] = 0 if fresh else self._barren[walk] + 1
        return self._barren[walk] >= MAX_BARREN

    def _ask_for_fewer(self, query: Posts, then: Then, reason: str) -> Iterator[Request]:
        smaller = query.smaller()
        self._size.lower(smaller[0].size, reason)
        for request in smaller:
            yield self.ask(request, then)

    def failed(self, failure: Failure) -> Iterator[Output]:
        reason, detail = failure_reason(failure)
        kwargs = failure.request.cb_kwargs  # type: ignore[attr-defined]
        if reason in OVERLOADED and kwargs["query"].smaller():
            yield from self._ask_for_fewer(kwargs["query"], kwargs["then"], reason)
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

    def _sort(self, whole: list[Post], answer: dict[str, Any]) -> Iterator[Output]:
        """Add what is a post to the whole ones."""
        if post := Post.read(answer):
            whole.append(post)
        else:
            yield from self._no_post(answer)

    def _page_of(self, answer: dict[str, Any]) -> Iterator[Output]:
        why = Unread("invalid", f"no post: {str(answer)[:200]}")
        yield from self._page_instead(answer, why)

    def _page_instead(self, answer: Mapping[str, Any], why: Unread) -> Iterator[Output]:
        """Ask for the page of what cannot be read out of the API."""
        url = rest.url_of(answer, self.site)
        if url is None:
            yield self.crawl.reject(f"{self.site.root}{api.ROUTES}", VIA, why.reason, why.detail)
            return
        row = self.crawl.archive.urls.known([url]).get(url)
        if row is None or row.state == archive.DISCOVERED or self.crawl.arguments.full:
            self.crawl.archive.urls.discover(url, self.site.name, VIA, None)
            yield from self.crawl.ask(url, VIA)

    # --- Delivering -------------------------------------------------------------------------------

    def take(self, found: Sequence[Post], *, edits: bool = False) -> Sequence[Post]:
        """Return the posts that are new or changed, each noted as one to be fetched.

        So what a kill takes on its way to the archive is asked for again by the next run.
        """
        same = unchanged(self.crawl, found, edits=edits)
        now = datetime.now(UTC)
        fresh = [post for post in found if post.id not in same and self._is_wanted(post, now)]
        fresh = fresh[: self.crawl.left] if self.crawl.left is not None else fresh
        for post in fresh:
            if url := self.site.article_url(post.link):
                published = post.published(self.site, now)
                self.crawl.archive.urls.settle(
                    url, self.site.name, archive.DISCOVERED, VIA,
                    published=published.isoformat() if published else None,
                    article_id=self.site.article_id(post.id, url),
                )  # fmt: skip
        return fresh

    def _is_wanted(self, post: Post, now: datetime) -> bool:
        """Whether a post is of the asked-for days, and comes for the first time in this run."""
        if self.crawl.window.misses(post.published(self.site, now)):
            self.crawl.count("window/outside")
            return False
        if post.id in self._met:
            return False
        self._met.add(post.id)
        return True

    def deliver(self, fresh: Sequence[Post]) -> Iterator[Output]:
        """Read posts; what a kill takes of them costs a single request again."""
        yield from self.crawl.boundary.each(
            fresh, self._read, lambda post, why: self._page_instead(post.fields, why)
        )

    def _read(self, post: Post) -> Iterator[Output]:
        """Deliver a post, or ask for its page where the API keeps back what the page shows."""
        url = self.site.article_url(post.link)
        try:
            article = rest.read_post(post, self.site, datetime.now(UTC))
        except NotAnArticle as error:
            if url is None and not _is_own(post.link, self.site):
                yield from self._ask_by_number(post)
            elif url is None and self.site.malformed(post.link):
                yield from self.crawl.note_malformed([post.link], VIA)
            elif url and error.reason in ASK_THE_PAGE:
                yield from self.crawl.ask(url, VIA)
            else:
                yield from self.crawl.lost(url or post.link, VIA, error.reason, error.detail)
            return
        if not article.text:  # a builder's, beside the picture that it is known by
            yield from self.crawl.ask(article.url, VIA)
            return
        article.discovered_via = VIA
        if self.crawl.wants(article):
            yield article

    def _ask_by_number(self, post: Post) -> Iterator[Output]:
        """Ask for the page of a post whose own address cannot be read, or is another site's."""
        address = f"{self.site.root}/?p={post.id}"
        self.crawl.archive.urls.discover(address, self.site.name, VIA, None)
        yield from self.crawl.ask(address, VIA)

    # --- What an earlier run left -----------------------------------------------------------------

    def ask_noted(
        self, routes: Sequence[str], categories: tuple[int, ...] = ()
    ) -> Iterator[Request]:
        """Ask for the posts that an earlier run saw and did not come to store.

        Those of other categories, where some are asked for, are left to a run that asks for them.
        """
        rows = {}
        for row in self.crawl.archive.urls.pending(self.site.name, []):
            post = (row.id or "").rpartition(":")[2]
            if post.isdigit():
                rows[int(post)] = row
        numbers, size = tuple(rows), self._size.get()
        for start in range(0, len(numbers), size):
            some = Posts(
                include=numbers[start : start + size], route=routes[0], categories=categories
            )
            yield self.ask(some, partial(self.parse_noted, rows=rows, others=routes[1:]))

    def parse_noted(
        self,
        _: Response,
        found: Sequence[Post],
        __: Posts | None,
        query: Posts,
        rows: dict[int, Any],
        others: Sequence[str],
    ) -> Iterator[Output]:
        """Deliver them; one that no route has is fetched by its page."""
        self.crawl.count("incremental/resumed", len(found))
        yield from self.deliver(self.take(found))
        if query.categories:
            return
        lacking = tuple(sorted(set(query.include) - {post.id for post in found}))
        if lacking and others:
            then = partial(self.parse_noted, rows=rows, others=others[1:])
            yield self.ask(Posts(include=lacking, route=others[0]), then)
            return
        for post in lacking:
            yield from self.crawl.ask(rows[post].url, VIA)

    def place(self, request: Request) -> str | None:
        query: Posts | None = request.cb_kwargs.get("query")
        return _place(query) if query else None

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


def unchanged(crawl: Crawl, found: Sequence[Post], *, edits: bool) -> set[int]:
    """Return the posts that the archive has as they are; all of them are fetched if asked.

    A verdict on what is no article stands until the post is edited.
    """
    if crawl.arguments.full:
        return set()
    ids = {post.id: crawl.site.article_id(post.id, "") for post in found}
    urls = {post.id: crawl.site.article_url(post.link) or "" for post in found}
    stored = crawl.archive.articles.modified(ids.values())
    rows = crawl.archive.urls.known(urls.values())
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
    crawl.count("incremental/known", len(same))
    return same


def _is_own(link: str, site: Site) -> bool:
    """Whether a post's link is an address of the site at all, be it an article's or not."""
    is_whole = link.startswith(("http://", "https://")) and link.isprintable()
    return is_whole and site.absolute(link) is not None


def server_time(response: Response) -> str:
    """Return an instant, ISO 8601 in UTC, shortly before an answer by the clock of its server."""
    now = datetime.now(UTC)
    at = dates.read_http((response.headers.get("Date") or b"").decode("latin-1"))
    if at is None or not dates.sane(at, now):
        at = now - timedelta(hours=1)
    return (at - _MARGIN).isoformat(timespec="seconds").replace("+00:00", "Z")
