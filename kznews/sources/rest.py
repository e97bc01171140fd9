"""The archive of a site through its REST API: down it, then what is new and what was edited."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from kznews.finish_reasons import FINISHED
from kznews.sources.base import NEWEST, Crawl, Output, Source
from kznews.sources.categories import Categories
from kznews.sources.failures import in_words
from kznews.sources.post_types import PostTypes
from kznews.sources.posts import PostAnswer, PostReader, changed_until, server_time
from kznews.wordpress import rest
from kznews.wordpress.api import POSTS
from kznews.wordpress.rest import EARLIEST, Posts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scrapy import Request

    from kznews.sources.request_size import RequestSize
    from kznews.wordpress.rest import Post

logger = logging.getLogger(__name__)

_SLACK = timedelta(days=1)
"""What the site's clock may differ from the one that its days are asked by."""


@dataclass
class Progress:
    """How far the walk through the API has come, kept in the archive after each answer.

    ``following`` asks for what comes next, None when the oldest post was reached; ``newest`` is
    what the site's clock showed when the newest known post was published; of changes before the
    instant ``looked`` none is unseen.
    """

    following: dict[str, Any] | None = None
    newest: str | None = None
    looked: str | None = None


class RouteWalk:
    """The walk through the posts of one route: down the archive, then what is new and edited.

    ``whole`` asks for all of them. ``progress`` is what earlier runs kept under the name ``note``;
    ``revisit`` is called if the API does not say what was edited.
    """

    def __init__(
        self, posts: PostReader, whole: Posts, note: str, revisit: Callable[[], Iterator[Output]]
    ) -> None:
        self._crawl, self._posts = posts.crawl, posts
        self._whole, self._note, self._revisit = whole, note, revisit
        kept = self._crawl.archive.notes.read(note)
        self._has_begun = kept is not None
        self.progress = Progress(**json.loads(kept)) if kept else Progress()
        self._top: str | None = None  # when the newest post was published that this run met
        self._looking: str | None = None  # when it began to ask for edits
        self._changed: str | None = None  # the newest of them

    def begin(self) -> Iterator[Request]:
        progress, whole = self.progress, self._whole
        if progress.following:
            logger.info("Going on with the archive where an earlier run stopped")
            yield self._posts.ask(Posts.from_record(progress.following), self.parse_older)
        elif progress.newest is None:
            yield self._posts.ask(whole, self.parse_older)
        if progress.newest and whole.newest_first:
            newer = datetime.fromisoformat(progress.newest) - timedelta(seconds=1)
            yield self._posts.ask(replace(whole, after=newer.isoformat()), self.parse_newer)
        if progress.looked:
            yield self._posts.ask_changes(
                progress.looked, self.parse_edits, whole.route, whole.categories
            )

    def parse_older(self, answer: PostAnswer) -> Iterator[Output]:
        """Go down the archive, or up it where the oldest were asked for first.

        The way up has no end: what it waits for at the top is what is new for the next run.
        """
        progress, query, goal = self.progress, answer.query, answer.following
        now = self._posts.site_clock(answer.response)
        if progress.newest is None and answer.posts:
            progress.newest = newest_of(answer.posts, now)
            at = server_time(answer.response)
            newest = changed_until(answer.posts, None, at) if query.newest_first else None
            progress.looked = newest or at
        if goal is None and not query.newest_first:
            goal = query.following(answer.posts, None, now + _SLACK)
            goal = query if goal is None or goal.page > query.page else goal
        progress.following = goal.record() if goal else None
        yield from self._go_on(answer)

    def parse_newer(self, answer: PostAnswer) -> Iterator[Output]:
        if answer.posts and self._top is None:
            self._top = newest_of(answer.posts, self._posts.site_clock(answer.response))
        if answer.following is None and self._top:
            self.progress.newest = self._top
        yield from self._go_on(answer)

    def parse_edits(self, answer: PostAnswer) -> Iterator[Output]:
        if not rest.are_changes(answer.posts, answer.query):
            logger.info("The API does not say what was edited (WordPress before 5.7)")
            yield from self._revisit()
            return
        self._looking = self._looking or server_time(answer.response)
        before = self._changed or self.progress.looked
        self._changed = changed_until(answer.posts, before, self._looking)
        if answer.following is None:
            self.progress.looked = self._changed
        yield from self._go_on(answer, edits=True)

    def _go_on(self, answer: PostAnswer, *, edits: bool = False) -> Iterator[Output]:
        """Note what came and where to go on, in this order: a kill between them loses nothing."""
        if not answer.posts and self._has_begun:
            self._crawl.count("incremental/nothing_new")
        fresh = self._posts.articles.take(answer.posts, edits=edits)
        if self._crawl.left is None:
            self.keep(self.progress)
        yield from self._posts.articles.deliver(fresh)
        yield from self._posts.go_on(answer)

    def keep(self, progress: Progress) -> None:
        self._crawl.archive.notes.keep(self._note, json.dumps(asdict(progress)))


class Rest(Source):
    """A run goes on with the request that a killed one was at; a later one asks for what is new.

    ``revisit`` looks again at young articles where the API does not say what was edited.
    """

    def __init__(
        self,
        crawl: Crawl,
        size: RequestSize,
        closed: Callable[[str], Iterator[Output]],
        revisit: Callable[[], Iterator[Output]],
    ) -> None:
        super().__init__(crawl)
        self._posts = PostReader(crawl, size, self._failed)
        self._types = PostTypes(crawl, self._walk)
        self._categories = Categories(crawl, self._walk_within, self._failed)
        self._within: tuple[int, ...] = ()
        self._closed, self._revisit = closed, revisit
        self._walks: list[RouteWalk] = []

    def remaining(self) -> int | None:
        return self._posts.remaining()

    def begin(self) -> Iterator[Output]:
        yield from self._categories.begin()

    def _walk_within(self, categories: tuple[int, ...]) -> Iterator[Output]:
        self._within = categories
        yield from self._types.begin()
        yield from self._types.look_for_others()

    def _failed(self, reason: str, detail: str | None) -> Iterator[Output]:
        if not self._posts.is_passing(reason, detail):
            yield from self._closed(in_words(reason, detail))

    def _walk(self, routes: tuple[str, ...]) -> Iterator[Output]:
        whole = self._whole()
        self._walks = [
            RouteWalk(self._posts, replace(whole, route=route), self._note_of(route), self._revisit)
            for route in routes
        ]
        if routes:
            yield from self._posts.ask_left(routes, self._within)
        for walk in self._walks:
            yield from walk.begin()

    def _whole(self) -> Posts:
        """Return the request for all posts, in the order and of the days that are asked for."""
        asked, after, before = self.crawl.arguments, None, None
        if asked.since:
            after = (datetime.combine(asked.since, time()) - _SLACK).isoformat()
        if asked.until:
            before = (datetime.combine(asked.until, time()) + 2 * _SLACK).isoformat()
        is_down = asked.order == NEWEST
        return Posts(newest_first=is_down, after=after, before=before, categories=self._within)

    def _note_of(self, route: str) -> str:
        """Return the name of a progress: walks of other days, sections or order are others."""
        asked = self.crawl.arguments
        full = ":full" if asked.full else ""
        days = f"{asked.since or ''}..{asked.until or ''}"
        own = "" if route == POSTS else f":{route}"
        some = f":in {','.join(sorted(asked.sections))}" if asked.sections else ""
        return f"backfill:{self.site.name}:{asked.order}:{days}{full}{own}{some}"

    def finish(self, reason: str) -> None:
        """Let the next run that fetches all anew begin at the top."""
        if self.crawl.arguments.full and reason == FINISHED:
            for walk in self._walks:
                walk.keep(Progress())


def newest_of(found: Sequence[Post], now: datetime) -> str:
    """Return when the newest of some posts was published, at most what the site's clock shows.

    A post from the future would hide all that is published until then.
    """
    past = (post.date for post in found if EARLIEST < post.date <= now)
    return max(past, default=now).isoformat(timespec="seconds")
