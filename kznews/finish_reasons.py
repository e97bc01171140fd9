"""How a run ends: the reasons, which of them are success, and how any part ends a run.

The reason is Scrapy's ``finish_reason``, so it is in every log and statistic, also where the exit
status is lost (Scrapyd).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.utils.defer import deferred_from_coro

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

FINISHED = "finished"
MAX_ARTICLES = "max_articles"
NOTHING = "nothing"
INCOMPLETE = "incomplete"
CHALLENGE = "challenge"
RATE_LIMITED = "rate_limited"
ROBOTS = "robots"
ZONE = "zone_data"
OUTPUT = "output"
ARCHIVE = "archive"
BUSY = "busy"
NO_BROWSER = "no_browser"
NO_SECTION = "no_section"
ERRORS = "errors"

EXIT_GOOD, EXIT_FAILED, EXIT_USAGE, EXIT_ALARM = 0, 1, 2, 3
FAILURES = (EXIT_FAILED, EXIT_USAGE)
"""Statuses of runs that did not do what was asked."""

_ASKED = tuple(
    f"closespider_{what}"
    for what in ("timeout", "timeout_no_item", "itemcount", "pagecount", "pagecount_no_item")
)
"""Scrapy's own: a person set a limit, and it was met (not ``errorcount``, which is trouble)."""
_GOOD = frozenset({FINISHED, MAX_ARTICLES, *_ASKED})
_COUNTS = ("errors/count", "spider_exceptions/count")
"""Statistics of exceptions, the second one Scrapy's own: either makes a run a failure."""


def count_error(stats: StatsCollector, place: str) -> bool:
    """Count an unexpected exception; return whether it is the first at its place."""
    key = f"errors/at/{place}"
    stats.inc_value(_COUNTS[0])
    stats.inc_value(key)
    return bool(stats.get_value(key) == 1)


def errors(stats: Mapping[str, Any]) -> dict[str, int]:
    """Return the number of unexpected exceptions by class and place."""
    return {
        key.removeprefix("errors/at/"): count
        for key, count in stats.items()
        if key.startswith("errors/at/")
    }


def has_errors(stats: Mapping[str, Any]) -> bool:
    """Whether there was any unexpected exception."""
    return any(stats.get(key) for key in _COUNTS)


def exit_status(stats: Mapping[str, Any]) -> int:
    """Return 0 for a run that did what was asked and whose files are written, 1 for any other.

    2 means that something was asked for that does not exist, 3 that the run did what was asked and
    raised an alarm: a person should look at its results.
    """
    unwritten = any(key.startswith("feedexport/failed_count/") for key in stats)
    if stats.get("finish_reason") not in _GOOD or unwritten or has_errors(stats):
        return EXIT_USAGE if stats.get("finish_reason") == NO_SECTION else EXIT_FAILED
    return EXIT_ALARM if stats.get("alarms") else EXIT_GOOD


def end_run(crawler: Crawler, reason: str) -> None:
    """Close the spider once the requests under way are done; a second call changes nothing."""
    engine = crawler.engine
    if engine is not None and engine.spider is not None:
        deferred_from_coro(engine.close_spider_async(reason=reason))
