"""The whole archive of a site, through the widest door that is open."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kznews import dates, finish_reasons
from kznews.pages.listing import Link, SectionLink
from kznews.sources.rest import PostsCrawl, server_time
from kznews.sources.sections import SectionsCrawl
from kznews.sources.sitemaps import SitemapsCrawl
from kznews.sources.walk import Walk
from kznews.spiders.arguments import COMMON, NEWEST, REST, SECTIONS, SITEMAP
from kznews.spiders.base import failure_reason, told
from kznews.storage import archive
from kznews.wordpress import rest
from kznews.wordpress.api import POSTS
from kznews.wordpress.rest import EARLIEST, Posts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scrapy import Request
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.items import SiteSnapshot
    from kznews.spiders.base import Output
    from kznews.wordpress.rest import Post

FIRST_YEAR = 2010
EMPTY_MONTHS = 24
"""Months on end without an article, before which there are none."""
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
class PostsWalk:
    """The walk through the posts of one route: what earlier runs kept, and what this one saw.

    ``top`` is when the newest post was published that this run met, ``looking`` when it began to
    ask for edits.
    """

    route: str
    note: str
    progress: Progress
    has_begun: bool
    top: str | None = None
    looking: str | None = None


class BackfillCrawl(PostsCrawl, SitemapsCrawl, SectionsCrawl):
    """Every article of a site: by the REST API, else by sitemaps, else by listings.

    Through the API, a run goes on with the request that a killed one was at, and a later one asks
    for what is new and what was edited. The other doors know which addresses they have seen.
    """

    takes = COMMON | {"order", "door", "render", "types"}

    def __init__(self, name: str | None = None, **kwargs: str) -> None:
        super().__init__(name, **kwargs)
        self.door = ""
        self._doors = iter([self.arguments.door or REST, SITEMAP, SECTIONS])
        self._walks: list[PostsWalk] = []
        self._empty_months = 0

    def begin(self) -> Iterator[Request]:
        yield from self._open(next(self._doors))

    def _open(self, door: str) -> Iterator[Request]:
        self.door = door
        self.crawler.stats.set_value("door", door)
        if door == REST:
            yield from self.begin_posts()
            yield from self.look_for_types()
            return
        yield from self.look_again()
        yield from self.left_over([])
        if door == SITEMAP:
            yield from self.sitemaps()
        else:
            yield from self.listings()
            now = datetime.now(dates.zone(self.source.zone))
            last = self.arguments.until or now.date()
            yield from self._month(last.year, last.month)

    def _closed(self, door: str, why: str) -> Iterator[Request]:
        """Go on through the next door, unless that was done or one door was asked for."""
        if door != self.door:
            return
        self.crawler.stats.set_value(f"door/closed/{door}", why)
        if self.arguments.door:
            self.problem(f"the door {door!r} is closed ({why})")
        else:
            self.logger.warning("The door %r is closed (%s)", door, why)
            yield from self._open(next(self._doors))

    # --- The API ----------------------------------------------------------------------------------

    def walk_posts(self) -> Iterator[Request]:
        for route in self.routes:
            name = self._note_of(route)
            kept = self.archive().note(name)
            progress = Progress(**json.loads(kept)) if kept else Progress()
            self._walks.append(PostsWalk(route, name, progress, has_begun=kept is not None))
        yield from self.noted_posts()
        for walk in self._walks:
            yield from self._walk_route(walk)

    def _walk_route(self, walk: PostsWalk) -> Iterator[Request]:
        progress, ends = walk.progress, {**self._ends(), "route": walk.route}
        older = partial(self.parse_older, walk=walk)
        if progress.following:
            self.logger.info("Going on with the archive where an earlier run stopped")
            yield self.ask_posts(Posts.from_record(progress.following), older)
        elif progress.newest is None:
            yield self.ask_posts(Posts(**ends), older)
        if progress.newest and self.arguments.order == NEWEST:
            newer = datetime.fromisoformat(progress.newest) - timedelta(seconds=1)
            query = Posts(**ends | {"after": newer.isoformat()})
            yield self.ask_posts(query, partial(self.parse_newer, walk=walk))
        if progress.looked:
            edits = partial(self.parse_edits, walk=walk)
            yield self.ask_changes(progress.looked, edits, walk.route)

    def _ends(self) -> dict[str, Any]:
        """Return the order and the days that a walk is bounded by."""
        ends: dict[str, Any] = {"newest_first": self.arguments.order == NEWEST}
        if since := self.arguments.since:
            ends["after"] = (datetime.combine(since, time()) - _SLACK).isoformat()
        if until := self.arguments.until:
            ends["before"] = (datetime.combine(until, time()) + 2 * _SLACK).isoformat()
        return ends

    def parse_older(
        self,
        response: Response,
        found: Sequence[Post],
        following: Posts | None,
        query: Posts,
        walk: PostsWalk,
    ) -> Iterator[Output]:
        """Go down the archive, or up it where the oldest were asked for first.

        The way up has no end: what it waits for at the top is what is new for the next run.
        """
        progress, now = walk.progress, self.site_clock(response)
        if progress.newest is None and found:
            progress.newest = newest_of(found, now)
            progress.looked = server_time(response)
        goal = following
        if goal is None and not query.newest_first:
            goal = query.following(found, None, now + _SLACK) or query
        progress.following = goal.record() if goal else None
        yield from self._go_on(walk, found, following, self.parse_older)

    def parse_newer(
        self,
        response: Response,
        found: Sequence[Post],
        following: Posts | None,
        _: Posts,
        walk: PostsWalk,
    ) -> Iterator[Output]:
        if found and walk.top is None:
            walk.top = newest_of(found, self.site_clock(response))
        if following is None and walk.top:
            walk.progress.newest = walk.top
        yield from self._go_on(walk, found, following, self.parse_newer)

    def parse_edits(
        self,
        response: Response,
        found: Sequence[Post],
        following: Posts | None,
        query: Posts,
        walk: PostsWalk,
    ) -> Iterator[Output]:
        if not rest.are_changes(found, query):
            self.logger.info("The API cannot tell what was edited (WordPress before 5.7)")
            yield from self.look_again()
            return
        walk.looking = walk.looking or server_time(response)
        if following is None:
            walk.progress.looked = walk.looking
        yield from self._go_on(walk, found, following, self.parse_edits, edits=True)

    def _go_on(
        self,
        walk: PostsWalk,
        found: Sequence[Post],
        following: Posts | None,
        then: Callable[..., Iterator[Output]],
        *,
        edits: bool = False,
    ) -> Iterator[Output]:
        """Note what came and where to go on, in this order: a kill between them loses nothing."""
        if not found and walk.has_begun:
            self._count("incremental/nothing_new")
        fresh = self.note_posts(found, edits=edits)
        if self._budget is None:
            self.archive().keep_note(walk.note, json.dumps(asdict(walk.progress)))
        yield from self.deliver(fresh)
        if following:
            yield self.ask_posts(following, partial(then, walk=walk))

    def _note_of(self, route: str) -> str:
        """Return the name of a progress: walks of other days or in another order are others."""
        asked = self.arguments
        full = ":full" if asked.full else ""
        days = f"{asked.since or ''}..{asked.until or ''}"
        own = "" if route == POSTS else f":{route}"
        return f"backfill:{self.source.name}:{asked.order}:{days}{full}{own}"

    def api_failed(self, reason: str, detail: str | None) -> Iterator[Request]:
        if not self.says_nothing_of_the_api(reason, detail):
            yield from self._closed(REST, told(reason, detail))

    def closed(self, reason: str) -> None:
        super().closed(reason)
        store = archive.begun(self.crawler)
        if store and self.arguments.full and reason == finish_reasons.FINISHED:
            for walk in self._walks:
                store.keep_note(walk.note, json.dumps(asdict(Progress())))

    # --- Sitemaps ---------------------------------------------------------------------------------

    def sitemap_found(self, urls: Sequence[str]) -> Iterator[Request]:
        zone = dates.zone(self.source.zone)
        links = []
        for url in urls:
            month = self.source.month_of(url)
            links.append(Link(url, dates.month(*month, zone) if month else None))
        yield from self.unknown(links, self.archive().known(urls), SITEMAP)

    def no_sitemap(self, why: str) -> Iterator[Request]:
        yield from self._closed(SITEMAP, why)

    # --- Date archives ----------------------------------------------------------------------------

    def _month(self, year: int, month: int) -> Iterator[Request]:
        """Walk the listing of a month, then of the one before it, as far as there are any."""
        first = self.arguments.since or date(FIRST_YEAR, 1, 1)
        if (year, month) >= (first.year, first.month) and self._empty_months < EMPTY_MONTHS:
            slug = f"{year}/{month:02d}"
            archive_of = SectionLink(slug, None, f"{self.source.root}/{slug}")
            mark = 0 if self.arguments.full else self.archive().mark(self.source.name, slug)
            yield self.listing(Walk(archive_of, mark=mark, is_section=False))

    def parse_listing(self, response: Response, walk: Walk) -> Iterator[Output | SiteSnapshot]:
        if (
            not walk.is_section
            and urlsplit(response.url).path.rstrip("/") != urlsplit(walk.url).path
        ):
            self.logger.info("The site has no date archives: %s leads elsewhere", walk.url)
            return
        yield from super().parse_listing(response, walk)

    def listing_failed(self, failure: Failure) -> Iterator[Output]:
        walk: Walk = failure.request.cb_kwargs["walk"]  # type: ignore[attr-defined]
        if walk.is_section or walk.number > 1 or failure_reason(failure)[0] != "http_404":
            yield from super().listing_failed(failure)
            return
        self._empty_months += 1
        yield from self.ended(walk)

    def ended(self, walk: Walk) -> Iterator[Request]:
        yield from super().ended(walk)
        if not walk.is_section:
            year, month = map(int, walk.section.slug.split("/"))
            yield from self._month(*((year, month - 1) if month > 1 else (year - 1, 12)))


def newest_of(found: Sequence[Post], now: datetime) -> str:
    """Return when the newest of some posts was published, at most what the site's clock shows.

    A post from the future would hide all that is published until then.
    """
    past = (post.date for post in found if EARLIEST < post.date <= now)
    return max(past, default=now).isoformat(timespec="seconds")
