"""What is new: a look at the feed, made to be taken every minute."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request

from kznews import dates, finish_reasons
from kznews.pages.listing import Link, read_listing
from kznews.sources.rest import PostsCrawl, server_time
from kznews.spiders.base import OUT_OF_REACH, REVISIT, failure_reason, told
from kznews.storage import archive
from kznews.wordpress import rest
from kznews.wordpress.rss import Entry, NoFeedError, read_feed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.spiders.base import Output
    from kznews.wordpress.rest import Post, Posts

FEED, HOME = "feed", "home"
MAX_FEED_PAGES = 20
_TICK = timedelta(seconds=2)
"""Two changes within it may bear the same Last-Modified."""


class LatestCrawl(PostsCrawl):
    """What was published or edited since the last look.

    The feed says whether anything was (Last-Modified is the whole site's), the REST API brings it
    at once. Where the API is closed, the pages of what the feed names are fetched, and those of
    young articles; where there is no feed either, what the home page links to.
    """

    takes = frozenset({"max_articles", "urls", "base_url", "types"})

    def __init__(self, name: str | None = None, **kwargs: str) -> None:
        super().__init__(name, **kwargs)
        self._last: dict[str, str] = {}
        self._look: dict[str, str] = {}
        self._entries: list[Entry] = []
        self._has_feed = False
        self._brought: set[str | None] = set()
        self._looked: str | None = None

    def begin(self) -> Iterator[Request]:
        self._last = json.loads(self.archive().note(self._note) or "{}")
        yield from self.begin_posts()

    def walk_posts(self) -> Iterator[Request]:
        yield from self.noted_posts()
        yield from self.left_over([FEED, HOME])
        yield self._ask_for_feed(1)

    @property
    def _note(self) -> str:
        return f"latest:{self.source.name}"

    def place(self, request: Request) -> str | None:
        is_feed = urlsplit(request.url).path.endswith("/feed/")
        return FEED if is_feed else super().place(request)

    # --- The feed ---------------------------------------------------------------------------------

    def _ask_for_feed(self, number: int) -> Request:
        seen = self._last.get("feed") if number == 1 else None
        return Request(
            f"{self.source.root}/feed/" + (f"?paged={number}" if number > 1 else ""),
            headers={"If-Modified-Since": seen} if seen else None,
            callback=self.parse_latest if number == 1 else self.parse_older,
            errback=self.no_feed if number == 1 else self.no_older,
            cb_kwargs={"number": number} if number > 1 else {},
            meta={"handle_httpstatus_list": [304]},
        )

    def parse_latest(self, response: Response) -> Iterator[Request]:
        if response.status == 304:
            self._look = self._last
            self._count("incremental/nothing_new")
            return
        try:
            self._entries = read_feed(
                response.body, self.source, self.settings.getint("DOWNLOAD_MAXSIZE")
            )
        except NoFeedError as error:
            self.logger.info("%s gives %s", response.url, error)
        else:
            self._has_feed = True
            if changed := last_change(response):
                self._look["feed"] = changed
        yield self._changes()

    def no_feed(self, failure: Failure) -> Iterator[Request]:
        reason, detail = failure_reason(failure)
        if reason in OUT_OF_REACH:
            self.out_of_reach(reason, detail)
            return
        self.logger.info("The site has no feed (%s)", reason)
        yield self._changes()

    # --- The API ----------------------------------------------------------------------------------

    def _changes(self, route: str | None = None) -> Request:
        since = self._last.get("looked") or f"{self.recently():%Y-%m-%dT%H:%M:%SZ}"
        return self.ask_changes(since, self.parse_edits, route or self.routes[0])

    def parse_edits(
        self, response: Response, found: Sequence[Post], following: Posts | None, query: Posts
    ) -> Iterator[Output]:
        if not rest.are_changes(found, query):
            yield from self._by_pages("it cannot tell what was edited")
            return
        self._looked = self._looked or server_time(response)
        if not found:
            self._count("incremental/nothing_new")
        self._brought.update(self.source.article_url(post.link) for post in found)
        yield from self.deliver(self.note_posts(found, edits=True))
        others = self.routes[self.routes.index(query.route) + 1 :]
        if following:
            yield self.ask_posts(following, self.parse_edits)
        elif others:
            yield self._changes(others[0])
        else:
            self._look["looked"] = self._looked
            yield from self._new(self._entries)  # a scheduled post counts as changed when written

    def api_failed(self, reason: str, detail: str | None) -> Iterator[Request]:
        why = told(reason, detail)
        if self._looked:
            self.problem(f"the REST API fails amid what was edited ({why}): the next look goes on")
        yield from self._by_pages(why)

    # --- Pages ------------------------------------------------------------------------------------

    def _by_pages(self, why: str) -> Iterator[Request]:
        self.logger.info("The API is of no help (%s)", why)
        if not self._has_feed:
            yield Request(
                f"{self.source.root}/", callback=self.parse_home, errback=self.home_failed
            )
            return
        yield from self._new(self._entries)
        yield from self._older(self._entries, 1)
        for row in self.archive().young(self.source.name, self.recently()):
            yield from self.ask(row.url, REVISIT)

    def _new(self, entries: Sequence[Entry], via: str = FEED) -> Iterator[Request]:
        """Ask for the pages of what is named and not known."""
        self.expected = True
        zone = dates.zone(self.source.zone)
        links: list[Link] = []

        def add(entry: Entry) -> Iterator[Request]:
            at = entry.published
            links.append(
                Link(entry.url, dates.Moment(at.astimezone(zone), "second") if at else None)
            )
            yield from ()

        yield from self.boundary.each(
            (entry for entry in entries if entry.url not in self._brought),
            add,
            lambda entry, _: self.ask(entry.url, via),
        )
        known = self.archive().known(link.url for link in links)
        yield from self.unknown(links, known, via)

    def _older(self, entries: Sequence[Entry], number: int) -> Iterator[Request]:
        """Go on down the feed while it names nothing that is known: there was more news than fits.

        The first look takes what is on its first page.
        """
        known = self.archive().known(entry.url for entry in entries)
        settled = [row for row in known.values() if row.state != archive.DISCOVERED]
        if entries and not settled and self._last and number < MAX_FEED_PAGES:
            yield self._ask_for_feed(number + 1)

    def parse_older(self, response: Response, number: int) -> Iterator[Request]:
        try:
            entries = read_feed(
                response.body, self.source, self.settings.getint("DOWNLOAD_MAXSIZE")
            )
        except NoFeedError:
            entries = []
        yield from self._new(entries)
        yield from self._older(entries, number)

    def no_older(self, failure: Failure) -> None:
        reason, _ = failure_reason(failure)
        if reason != "http_404":
            self.problem(f"the feed's older pages cannot be read ({reason})")

    def parse_home(self, response: Response) -> Iterator[Request]:
        page = self.page(response)
        links = read_listing(page).links if page else ()
        known = self.archive().known(link.url for link in links)
        if links and not known and self._last:
            self.problem(f"all of {response.url} is new, so there may be more: crawl the sections")
        self.expected = True
        self._look.setdefault("looked", server_time(response))
        yield from self.unknown(links, known, HOME)

    def home_failed(self, failure: Failure) -> None:
        reason, detail = failure_reason(failure)
        self.problem(f"neither API nor feed nor home page answer ({reason}: {detail})")

    def closed(self, reason: str) -> None:
        """Keep the time of this look once all of it is stored."""
        super().closed(reason)
        store = archive.begun(self.crawler)
        is_whole = reason == finish_reasons.FINISHED and self._budget is None and self._look
        if store and is_whole and not self.arguments.urls:
            store.keep_note(self._note, json.dumps(self._last | self._look))


def last_change(response: Response) -> str | None:
    """Return the feed's Last-Modified, None where a change may still come in the same second."""
    shown, now = (
        (response.headers.get(name) or b"").decode("latin-1") for name in ("Last-Modified", "Date")
    )
    changed, answered = dates.read_http(shown), dates.read_http(now)
    return shown if changed and answered and answered - changed > _TICK else None
