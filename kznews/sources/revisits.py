"""What earlier runs know: skipped before it is fetched, looked at again while it is young."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from scrapy import Request

from kznews import dates
from kznews.spiders.base import REVISIT, ArticleCrawl, Output, failure_reason
from kznews.storage import archive
from kznews.wordpress import api, rest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.pages.listing import Link

DIES = frozenset({"http_500", "http_502", "http_504", "http_520", "http_524", "truncated"})
"""Failures of a server that may have been asked for too much at once."""


class IncrementalCrawl(ArticleCrawl):
    """A crawl that fetches what the archive does not have, and notices edits.

    Whether a young article was edited is asked of the REST API, a hundred at a time; where that is
    closed, of the feed, whose Last-Modified is the whole site's; and only where neither tells are
    the pages fetched again (``docs/architecture.md``, «Edits»).
    """

    feed_changed: str | None = None

    def __init__(self, name: str | None = None, **kwargs: str) -> None:
        super().__init__(name, **kwargs)
        self._passed: set[int] = set()
        self._size: int | None = None

    @property
    def size(self) -> int:
        """How many posts the API is asked for at a time: an earlier run may have had to find out.

        A server may die of a hundred and give fifty.
        """
        if self._size is None:
            store = archive.begun(self.crawler)  # Scrapy reads all attributes when feeds are opened
            kept = store.notes.read(self._size_note) if store else None
            self._size = next((x for x in rest.SIZES if str(x) == kept), api.MOST_POSTS)
        return self._size

    @property
    def _size_note(self) -> str:
        return f"posts_per_request:{self.source.name}"

    @property
    def types_note(self) -> str:
        """The name of what earlier runs kept of posts of other types than ``post``.

        The API's list of posts lacks them, which does not mean that they are gone.
        """
        return f"types:{self.source.name}"

    def ask_for_fewer(self, size: int, reason: str) -> None:
        """Note that the API fails when it is asked for as many posts as it was."""
        self._size = size
        self.logger.warning("The API fails (%s): %d posts at a time from now on", reason, size)

    def remember_size(self) -> None:
        """Keep what the site is able to give, once it gave it."""
        if self.size < api.MOST_POSTS and self.archive().note(self._size_note) != str(self.size):
            self.archive().keep_note(self._size_note, str(self.size))

    def unknown(
        self, links: Iterable[Link], known: Mapping[str, Any], via: str
    ) -> Iterator[Request]:
        """Ask for the articles that are not settled, and note all that were found.

        One outside the asked-for days is only noted: a later run will fetch it.
        """

        def take(link: Link) -> Iterator[Request]:
            row = known.get(link.url)
            published = link.published
            if row is None:
                shown = published.isoformat() if published else None
                self.archive().discover(link.url, self.source.name, via, shown)
            elif row.state == archive.FETCHED:
                published = self._moment(row.published) or published
            elif row.state != archive.DISCOVERED and not self.arguments.full:
                self._pass_over(link.url, row)
                return
            if self.window.misses(published):
                self._count("window/skipped")
            else:
                yield from self.ask(link.url, via)

        yield from self.boundary.each(links, take, lambda link, _: self.ask(link.url, via))

    def _pass_over(self, url: str, row: Any) -> None:
        """Count what an earlier run brought, once, in however many sections it stands."""
        if row.run != self.archive().run and hash(url) not in self._passed:
            self._passed.add(hash(url))
            self._count("incremental/known")

    def left_over(self, vias: Sequence[str]) -> Iterator[Request]:
        """Ask for what earlier runs found and did not come to fetch."""
        for row in self.archive().pending(self.source.name, vias):
            if not self.window.misses(self._moment(row.published)):
                self._count("incremental/resumed")
                yield from self.ask(row.url, row.via, priority=-1)

    def recently(self) -> datetime:
        """Return the instant since which an article is young: it may still be edited."""
        hours = self.crawler.settings.getfloat("KZNEWS_REVISIT_HOURS")
        return datetime.now(UTC) - timedelta(hours=hours)

    def look_again(self) -> Iterator[Request]:
        """Ask which of the young articles have changed."""
        if self.arguments.full:
            return
        young = self.archive().young(self.source.name, self.recently())
        by_post = {}
        for row in young:
            post = row.id.rpartition(":")[2]
            if post.isdigit():
                by_post[int(post)] = row
            else:
                yield from self.ask(row.url, REVISIT)
        yield from self._ask_when_changed(by_post)

    def _ask_when_changed(self, young: dict[int, Any]) -> Iterator[Request]:
        posts = list(young)
        for start in range(0, len(posts), self.size):
            some = posts[start : start + self.size]
            yield Request(
                f"{self.source.root}{api.changes_path(some)}",
                callback=self.parse_changes,
                errback=self.changes_failed,
                cb_kwargs={"young": {post: young[post] for post in some}},
                priority=1,
            )

    def parse_changes(self, response: Response, young: dict[int, Any]) -> Iterator[Output]:
        try:
            changes = api.read_changes(response)
        except api.ClosedApiError:
            changes = {}
        if not changes:
            yield from self._ask_feed(list(young.values()))
            return
        self.remember_size()
        has_other_types = self.archive().note(self.types_note) is not None

        def compare(post: int) -> Iterator[Output]:
            row = young[post]
            changed = changes.get(post)
            if changed is None and not has_other_types:
                yield from self.missed(row.url)
            elif changed is None or _is_edited(archive.instant(changed) or "", row):
                yield from self.ask(row.url, REVISIT)
            elif row.tries:
                self.archive().settle(
                    row.url, self.source.name, archive.STORED, REVISIT, article_id=row.id
                )

        yield from self.boundary.each(
            young, compare, lambda post, _: self.ask(young[post].url, REVISIT)
        )

    def changes_failed(self, failure: Failure) -> Iterator[Output]:
        young = failure.request.cb_kwargs["young"]  # type: ignore[attr-defined]
        reason, _ = failure_reason(failure)
        smaller = next((size for size in rest.SIZES if size < len(young)), None)
        if reason in DIES and smaller:
            self.ask_for_fewer(smaller, reason)
            yield from self._ask_when_changed(young)
        else:
            yield from self._ask_feed(list(young.values()))

    def api_closed(self) -> Iterator[Request]:
        """Take the feed's time now, so that the next run can compare."""
        if self.archive().note(self._feed_note) is None:
            yield from self._ask_feed([])

    @property
    def _feed_note(self) -> str:
        return f"feed:{self.source.name}"

    def _ask_feed(self, young: list[Any]) -> Iterator[Request]:
        seen = self.archive().note(self._feed_note)
        yield Request(
            f"{self.source.root}/feed/",
            headers={"If-Modified-Since": seen} if seen else None,
            callback=self.parse_feed,
            errback=self.feed_failed,
            cb_kwargs={"young": young},
            meta={"handle_httpstatus_list": [304]},
            priority=1,
        )

    def parse_feed(self, response: Response, young: list[Any]) -> Iterator[Request]:
        if response.status == 304:
            return
        changed = response.headers.get("Last-Modified")
        self.feed_changed = changed.decode("latin-1") if changed else None
        for row in young:
            yield from self.ask(row.url, REVISIT)

    def feed_failed(self, failure: Failure) -> Iterator[Request]:
        for row in failure.request.cb_kwargs["young"]:  # type: ignore[attr-defined]
            yield from self.ask(row.url, REVISIT)

    def closed(self, reason: str) -> None:
        """Keep the feed's time once everything that was younger has been looked at."""
        store = archive.begun(self.crawler)
        if reason == "finished" and self.feed_changed and store:
            store.keep_note(self._feed_note, self.feed_changed)

    def _moment(self, shown: str | None) -> dates.Moment | None:
        return dates.read_machine(shown or "", dates.zone(self.source.zone))


def _is_edited(changed: str, row: Any) -> bool:
    """Whether the site changed an article since; by our own clock where its page tells no time."""
    return bool(changed != row.modified if row.modified else changed > row.stored)
