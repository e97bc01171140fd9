"""Compares what a site says it has with the archive."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from kznews.finish_reasons import FINISHED
from kznews.sources.base import LAST, MISSING, Crawl, Output, Policy
from kznews.sources.comparison import Comparison, Month
from kznews.sources.post_counts import PostCounts
from kznews.sources.sitemaps import Sitemaps
from kznews.sources.wayback import is_wanted
from kznews.sources.wayback_index import WaybackIndex
from kznews.storage.schema import now
from kznews.warc.cdx import chosen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kznews.sources.failures import Unread
    from kznews.sources.wayback_index import Found

MOST_NOTED = 100
"""Missing addresses in the archive's note of an audit."""
BY_API, BY_SITEMAPS = "the REST API", "the sitemaps"


def note_key(site: str) -> str:
    """Return the key of the archive's note of a site's last audit."""
    return f"audit:{site}"


def note_of(by: str, months: Sequence[Month]) -> dict[str, Any]:
    """Return a short result of an audit: counts, and some missing addresses."""
    missing = [url for month in months for url in month.missing]
    return {
        "at": now(),
        "by": by,
        "months": {
            month.name: {
                "listed": month.listed,
                "stored": month.stored,
                "missing": len(month.missing),
                "gone": month.gone,
                "rejected": dict(month.rejected),
            }
            for month in months
        },
        "missing": missing[-MOST_NOTED:],
    }


class Audit(Policy):
    """Ask the site for everything it has: the REST API and the sitemaps, or these alone.

    The sitemaps list what the API does not, such as posts of another type. ``by`` is the source
    that was used.
    """

    takes = frozenset({"base_url", "types"})
    exact: ClassVar[bool] = False
    wayback: ClassVar[bool] = False
    """Whether a web archive is asked for what is missing."""

    def __init__(self, crawl: Crawl) -> None:
        super().__init__(crawl)
        self._comparison = Comparison(self.site)
        posts = PostCounts(crawl, self._comparison, self._api_closed, exact=self.exact)
        self.sources = [posts, Sitemaps(crawl, self._listed, self._no_sitemap)]
        if self.wayback:
            self.sources.append(WaybackIndex(crawl, self._captured))
        self.by = BY_API
        self._in_sitemaps: dict[str, None] = {}
        self._without_sitemap = ""
        self._months: Sequence[Month] | None = None
        self._rows: dict[str, Any] = {}
        self._captures: Found = {}

    def begin(self) -> Iterator[Output]:
        rows = self.crawl.archive.urls.all_of(self.site.name)
        self._rows = {row.url: row for row in rows}
        self._comparison.compare_with(rows)
        yield from super().begin()

    def months(self) -> Sequence[Month]:
        """Return the result month by month, after the run."""
        if self._months is None:
            if self.by != BY_SITEMAPS:
                self._add_what_the_api_lacks()
            self._months = self._comparison.months()
        return self._months

    def archived(self) -> tuple[list[str], list[str]]:
        """Return what a web archive has of the missing articles, and of unlisted ones.

        The addresses are those of the last captures.
        """
        missing = {url for month in self.months() for url in month.missing}
        replay = self.crawl.settings["KZNEWS_WAYBACK_REPLAY"].rstrip("/")
        found: tuple[list[str], list[str]] = ([], [])
        for url, captures in self._captures.items():
            if url in missing or is_wanted(MISSING, self._rows.get(url)):
                [last] = chosen(captures, LAST)
                found[url not in missing].append(f"{replay}/{last.timestamp}/{last.original}")
        return found

    def finish(self, reason: str) -> None:
        """Keep the result for `scrapy report`; a failed audit does not replace the previous one."""
        super().finish(reason)
        if reason == FINISHED and not self.crawl.problems:
            note = json.dumps(note_of(self.by, self.months()), ensure_ascii=False)
            self.crawl.archive.notes.keep(note_key(self.site.name), note)

    def _captured(self, found: Found) -> Iterator[Output]:
        self._captures = found
        yield from ()

    def _api_closed(self) -> Iterator[Output]:
        """Use the sitemaps alone."""
        if self.by == BY_SITEMAPS:
            return
        self.by = BY_SITEMAPS
        yield from self._listed(list(self._in_sitemaps))
        if self._without_sitemap:
            self.crawl.problem(self._without_sitemap)

    def _listed(self, urls: list[str]) -> Iterator[Output]:
        """Compare the addresses of a file now, or later with what the API has listed."""
        if self.by != BY_SITEMAPS:
            self._in_sitemaps.update(dict.fromkeys(urls))
            return
        lost: dict[str, Unread] = {}
        self.crawl.boundary.sparing(lost)(
            lambda unit: self._add(unit[0]), ((u, None) for u in urls)
        )
        for url, why in lost.items():
            self.crawl.problem(f"{url} cannot be compared ({why.detail})")
        yield from ()

    def _no_sitemap(self, why: str) -> Iterator[Output]:
        root = self.site.root
        self._without_sitemap = f"{root} has neither an API nor a sitemap to compare with ({why})"
        if self.by == BY_SITEMAPS:
            self.crawl.problem(self._without_sitemap)
        yield from ()

    def _add_what_the_api_lacks(self) -> None:
        """Add what the sitemaps list and neither the archive nor the API has."""
        lacking = [url for url in self._in_sitemaps if self._comparison.is_new(url)]
        for url in lacking:
            self._add(url)
        if lacking:
            self.log.warning(
                "The sitemaps list %d articles that were not met in the API, such as %s: posts of "
                "another type are asked for with `-a types=`",
                len(lacking),
                lacking[0],
            )

    def _add(self, url: str) -> None:
        if self._comparison.add(self._comparison.month_of(url), url):
            self.crawl.count("audit/listed")
