"""Young articles looked at again: whether they were edited, and whether they are still there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request

from kznews.finish_reasons import FINISHED
from kznews.sources.base import REVISIT, Crawl, Output, Source
from kznews.sources.failures import OVERLOADED, failure_reason
from kznews.sources.post_types import note_key
from kznews.storage.schema import STORED, instant
from kznews.wordpress import api, rest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.sources.request_size import RequestSize


class Revisits(Source):
    """Ask which of the young articles have changed.

    The REST API gives a hundred at a time; where it is closed, the feed's Last-Modified is the
    whole site's; and only where neither answers are the pages fetched again
    (``docs/architecture.md``, «Edits»).
    """

    def __init__(self, crawl: Crawl, size: RequestSize) -> None:
        super().__init__(crawl)
        self._size = size
        self._feed_changed: str | None = None

    def begin(self) -> Iterator[Request]:
        if self.crawl.arguments.full:
            return
        by_post = {}
        for row in self.crawl.archive.articles.young(self.site.name, self.crawl.recently()):
            post = row.id.rpartition(":")[2]
            if post.isdigit():
                by_post[int(post)] = row
            else:
                yield from self.crawl.ask(row.url, REVISIT)
        yield from self._ask_when_changed(by_post)

    def _ask_when_changed(self, young: dict[int, Any]) -> Iterator[Request]:
        posts, size = list(young), self._size.get()
        for start in range(0, len(posts), size):
            some = posts[start : start + size]
            yield Request(
                f"{self.site.root}{api.changes_path(some)}",
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
        if not any(changes.values()):
            yield from self._ask_feed(list(young.values()))
            return
        self._size.keep()
        total = api.count(response, "X-WP-Total")
        is_short = total is not None and len(changes) < total
        has_other_types = self.crawl.archive.notes.read(note_key(self.site)) is not None

        def compare(post: int) -> Iterator[Output]:
            row = young[post]
            changed = changes.get(post)
            if post not in changes and not has_other_types and not is_short:
                yield from self.crawl.missed(row.url)
            elif changed is None or _is_edited(instant(changed) or "", row):
                yield from self.crawl.ask(row.url, REVISIT)
            elif row.tries:
                self.crawl.archive.urls.settle(
                    row.url, self.site.name, STORED, REVISIT, article_id=row.id
                )

        yield from self.crawl.boundary.each(
            young, compare, lambda post, _: self.crawl.ask(young[post].url, REVISIT)
        )

    def changes_failed(self, failure: Failure) -> Iterator[Output]:
        young = failure.request.cb_kwargs["young"]  # type: ignore[attr-defined]
        reason, _ = failure_reason(failure)
        smaller = next((size for size in rest.SIZES if size < len(young)), None)
        if reason in OVERLOADED and smaller:
            self._size.lower(smaller, reason)
            yield from self._ask_when_changed(young)
        else:
            yield from self._ask_feed(list(young.values()))

    def note_feed_time(self) -> Iterator[Request]:
        """Take the feed's time now where the API is closed, so that the next run can compare."""
        if self.crawl.archive.notes.read(self._feed_note) is None:
            yield from self._ask_feed([])

    @property
    def _feed_note(self) -> str:
        return f"feed:{self.site.name}"

    def _ask_feed(self, young: list[Any]) -> Iterator[Request]:
        seen = self.crawl.archive.notes.read(self._feed_note)
        yield Request(
            f"{self.site.root}/feed/",
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
        self._feed_changed = changed.decode("latin-1") if changed else None
        for row in young:
            yield from self.crawl.ask(row.url, REVISIT)

    def feed_failed(self, failure: Failure) -> Iterator[Request]:
        for row in failure.request.cb_kwargs["young"]:  # type: ignore[attr-defined]
            yield from self.crawl.ask(row.url, REVISIT)

    def finish(self, reason: str) -> None:
        """Keep the feed's time once everything that was younger has been looked at."""
        if reason == FINISHED and self._feed_changed:
            self.crawl.archive.notes.keep(self._feed_note, self._feed_changed)


def _is_edited(changed: str, row: Any) -> bool:
    """Whether the site changed an article since; by our clock where its page has none."""
    return bool(changed != row.modified if row.modified else changed > row.stored)
