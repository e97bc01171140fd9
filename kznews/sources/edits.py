"""What was published or edited since an instant, by the REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kznews.sources.base import Crawl, Output, Source
from kznews.sources.failures import in_words
from kznews.sources.post_types import PostTypes
from kznews.sources.posts import PostAnswer, PostReader, changed_until, server_time
from kznews.wordpress import rest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kznews.sources.request_size import RequestSize


class Edits(Source):
    """The posts of all routes that changed.

    ``ready`` is called when it is known which routes there are, ``done`` after the last answer,
    ``closed`` where the API is of no help. ``looked`` is when the first answer came, ``brought``
    holds the addresses of the posts.
    """

    def __init__(
        self,
        crawl: Crawl,
        size: RequestSize,
        ready: Callable[[], Iterator[Output]],
        done: Callable[[], Iterator[Output]],
        closed: Callable[[str], Iterator[Output]],
    ) -> None:
        super().__init__(crawl)
        self._posts = PostReader(crawl, size, self._failed)
        self._types = PostTypes(crawl, self._learn)
        self._ready, self._done, self._closed = ready, done, closed
        self._routes: tuple[str, ...] = ()
        self._since = self._asked_at = ""
        self.looked: str | None = None
        self.brought: set[str | None] = set()

    def begin(self) -> Iterator[Output]:
        yield from self._types.begin()

    def remaining(self) -> int | None:
        return self._posts.remaining()

    def _learn(self, routes: tuple[str, ...]) -> Iterator[Output]:
        self._routes = routes
        if routes:
            yield from self._posts.ask_left(routes)
        yield from self._ready()

    def ask(self, since: str) -> Iterator[Output]:
        """Ask for what changed since an instant, one route after the other."""
        self._since = since
        if self._routes:
            yield self._posts.ask_changes(since, self.parse, self._routes[0])
        else:
            yield from self._done()

    def parse(self, answer: PostAnswer) -> Iterator[Output]:
        found = answer.posts
        if not rest.are_changes(found, answer.query):
            yield from self._closed("it does not say what was edited")
            return
        self._asked_at = self._asked_at or server_time(answer.response)
        self.looked = changed_until(found, self.looked or self._since, self._asked_at)
        if not found:
            self.crawl.count("incremental/nothing_new")
        self.brought.update(self.site.article_url(post.link) for post in found)
        yield from self._posts.articles.deliver(self._posts.articles.take(found, edits=True))
        others = self._routes[self._routes.index(answer.query.route) + 1 :]
        if answer.following:
            yield from self._posts.go_on(answer)
        elif others:
            yield self._posts.ask_changes(self._since, self.parse, others[0])
        else:
            yield from self._done()

    def _failed(self, reason: str, detail: str | None) -> Iterator[Output]:
        why = in_words(reason, detail)
        if self.looked:
            self.crawl.problem(
                f"the REST API fails amid what was edited ({why}): the next look goes on"
            )
        yield from self._closed(why)
