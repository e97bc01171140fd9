"""The archive of a site through its REST API: down it, then what is new and what was edited."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from kznews.finish_reasons import FINISHED
from kznews.sources.base import NEWEST, Crawl, Output, Source
from kznews.sources.categories import Categories
from kznews.sources.failures import in_words
from kznews.sources.post_types import PostTypes
from kznews.sources.posts import PostReader, changed_until, server_time
from kznews.wordpress import rest
from kznews.wordpress.api import POSTS
from kznews.wordpress.rest import EARLIEST, Posts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scrapy import Request
    from scrapy.http import Response

    from kznews.sources.request_size import RequestSize
    from kznews.wordpress.rest import Post

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


@dataclass
class RouteWalk:
    """The walk through the posts of one route: what earlier runs kept, and what this one saw.

    ``top`` is when the newest post was published that this run met, ``looking`` when it began to
    ask for edits, ``changed`` the newest of them.
    """

    route: str
    note: str
    progress: Progress
    has_begun: bool
    top: str | None = None
    looking: str | None = None
    changed: str | None = None


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

    def place(self, request: Request) -> str | None:
        return self._posts.place(request)

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
        for route in routes:
            name = self._note_of(route)
            kept = self.crawl.archive.notes.read(name)
            progress = Progress(**json.loads(kept)) if kept else Progress()
            self._walks.append(RouteWalk(route, name, progress, has_begun=kept is not None))
        if routes:
            yield from self._posts.ask_left(routes, self._within)
        for walk in self._walks:
            yield from self._walk_route(walk)

    def _walk_route(self, walk: RouteWalk) -> Iterator[Request]:
        progress, ends = walk.progress, {**self._ends(), "route": walk.route}
        older = partial(self.parse_older, walk=walk)
        if progress.following:
            self.log.info("Going on with the archive where an earlier run stopped")
            yield self._posts.ask(Posts.from_record(progress.following), older)
        elif progress.newest is None:
            yield self._posts.ask(Posts(**ends), older)
        if progress.newest and self.crawl.arguments.order == NEWEST:
            newer = datetime.fromisoformat(progress.newest) - timedelta(seconds=1)
            query = Posts(**ends | {"after": newer.isoformat()})
            yield self._posts.ask(query, partial(self.parse_newer, walk=walk))
        if progress.looked:
            edits = partial(self.parse_edits, walk=walk)
            yield self._posts.ask_changes(progress.looked, edits, walk.route, self._within)

    def _ends(self) -> dict[str, Any]:
        """Return the order and the days that a walk is bounded by."""
        asked = self.crawl.arguments
        ends: dict[str, Any] = {
            "newest_first": asked.order == NEWEST,
            "categories": self._within,
        }
        if asked.since:
            ends["after"] = (datetime.combine(asked.since, time()) - _SLACK).isoformat()
        if asked.until:
            ends["before"] = (datetime.combine(asked.until, time()) + 2 * _SLACK).isoformat()
        return ends

    def parse_older(
        self,
        response: Response,
        found: Sequence[Post],
        following: Posts | None,
        query: Posts,
        walk: RouteWalk,
    ) -> Iterator[Output]:
        """Go down the archive, or up it where the oldest were asked for first.

        The way up has no end: what it waits for at the top is what is new for the next run.
        """
        progress, now = walk.progress, self._posts.site_clock(response)
        if progress.newest is None and found:
            progress.newest = newest_of(found, now)
            at = server_time(response)
            newest = changed_until(found, None, at) if query.newest_first else None
            progress.looked = newest or at
        goal = following
        if goal is None and not query.newest_first:
            goal = query.following(found, None, now + _SLACK)
            goal = query if goal is None or goal.page > query.page else goal
        progress.following = goal.record() if goal else None
        yield from self._go_on(walk, found, following, self.parse_older)

    def parse_newer(
        self,
        response: Response,
        found: Sequence[Post],
        following: Posts | None,
        _: Posts,
        walk: RouteWalk,
    ) -> Iterator[Output]:
        if found and walk.top is None:
            walk.top = newest_of(found, self._posts.site_clock(response))
        if following is None and walk.top:
            walk.progress.newest = walk.top
        yield from self._go_on(walk, found, following, self.parse_newer)

    def parse_edits(
        self,
        response: Response,
        found: Sequence[Post],
        following: Posts | None,
        query: Posts,
        walk: RouteWalk,
    ) -> Iterator[Output]:
        if not rest.are_changes(found, query):
            self.log.info("The API does not say what was edited (WordPress before 5.7)")
            yield from self._revisit()
            return
        walk.looking = walk.looking or server_time(response)
        walk.changed = changed_until(found, walk.changed or walk.progress.looked, walk.looking)
        if following is None:
            walk.progress.looked = walk.changed
        yield from self._go_on(walk, found, following, self.parse_edits, edits=True)

    def _go_on(
        self,
        walk: RouteWalk,
        found: Sequence[Post],
        following: Posts | None,
        then: Callable[..., Iterator[Output]],
        *,
        edits: bool = False,
    ) -> Iterator[Output]:
        """Note what came and where to go on, in this order: a kill between them loses nothing."""
        if not found and walk.has_begun:
            self.crawl.count("incremental/nothing_new")
        fresh = self._posts.articles.take(found, edits=edits)
        if self.crawl.left is None:
            self.crawl.archive.notes.keep(walk.note, json.dumps(asdict(walk.progress)))
        yield from self._posts.articles.deliver(fresh)
        if following:
            yield self._posts.ask(following, partial(then, walk=walk))

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
                self.crawl.archive.notes.keep(walk.note, json.dumps(asdict(Progress())))


def newest_of(found: Sequence[Post], now: datetime) -> str:
    """Return when the newest of some posts was published, at most what the site's clock shows.

    A post from the future would hide all that is published until then.
    """
    past = (post.date for post in found if EARLIEST < post.date <= now)
    return max(past, default=now).isoformat(timespec="seconds")
