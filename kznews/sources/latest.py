"""What is new: a look at the feed, made to be taken every minute."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kznews.finish_reasons import FINISHED
from kznews.sources import feed, home
from kznews.sources.base import REVISIT, Crawl, Output, Policy
from kznews.sources.edits import Edits
from kznews.sources.feed import Feed
from kznews.sources.home import Home
from kznews.sources.request_size import RequestSize

if TYPE_CHECKING:
    from collections.abc import Iterator


class Latest(Policy):
    """What was published or edited since the last look.

    The feed says whether anything was (Last-Modified is the whole site's), the REST API brings it
    at once. Where the API is closed, the pages of what the feed names are fetched, and those of
    young articles; where there is no feed either, what the home page links to.
    """

    takes = frozenset({"max_articles", "urls", "base_url", "types"})

    def __init__(self, crawl: Crawl) -> None:
        super().__init__(crawl)
        self._edits = Edits(
            crawl, RequestSize(crawl), self._look_at_feed, self._all_edits, self._by_pages
        )
        self._feed = Feed(crawl, self._ask_for_edits)
        self._home = Home(crawl)
        self.sources = (self._edits, self._feed, self._home)
        self._last: dict[str, str] = {}
        self._is_first = True
        self._looked: str | None = None

    @property
    def _note(self) -> str:
        return f"latest:{self.site.name}"

    def begin(self) -> Iterator[Output]:
        kept = self.crawl.archive.notes.read(self._note)
        self._is_first = not kept
        self._last = json.loads(kept or "{}")
        self._feed.seen, hole = self._last.get("feed"), self._last.pop("hole", None)
        self._feed.hole = int(hole) if hole else None
        self._home.is_first_look = self._is_first
        yield from self._edits.begin()

    def _look_at_feed(self) -> Iterator[Output]:
        yield from self.crawl.left_over([feed.VIA, home.VIA])
        yield from self._feed.begin()

    def _ask_for_edits(self) -> Iterator[Output]:
        since = self._last.get("looked") or f"{self.crawl.recently():%Y-%m-%dT%H:%M:%SZ}"
        yield from self._edits.ask(since)

    def _all_edits(self) -> Iterator[Output]:
        """Take what else the feed names: a scheduled post counts as changed when written."""
        self._looked = self._edits.looked
        yield from self._feed.take(without=self._edits.brought)

    def _by_pages(self, why: str) -> Iterator[Output]:
        self.log.info("The API is of no help (%s)", why)
        if not self._feed.entries:
            yield from self._home.begin()
            return
        if self._feed.is_cut:
            self.crawl.problem("the feed is cut: what it names below is not known")
        yield from self._feed.take(without=self._edits.brought)
        if not self._is_first:  # that one takes what is on the feed's first page
            yield from self._feed.go_down()
        for row in self.crawl.archive.articles.young(self.site.name, self.crawl.recently()):
            yield from self.crawl.ask(row.url, REVISIT)

    def finish(self, reason: str) -> None:
        """Keep the time of this look once all of it is stored, else that it has a hole below."""
        super().finish(reason)
        look = {"feed": self._feed.changed, "looked": self._looked or self._home.looked}
        fresh = {name: value for name, value in look.items() if value}
        is_whole = reason == FINISHED and self.crawl.left is None
        has_looked = fresh or self._feed.entries
        if is_whole and has_looked and self.crawl.arguments.urls is None:
            self.crawl.archive.notes.keep(self._note, json.dumps(self._last | fresh))
        elif hole := self._feed.hole:
            self.crawl.archive.notes.keep(self._note, json.dumps(self._last | {"hole": str(hole)}))
