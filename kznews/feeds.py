"""Which item goes into which file."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.extensions.feedexport import FeedExporter as ScrapyFeedExporter

from kznews import ending

if TYPE_CHECKING:
    from scrapy import Spider

ARTICLES, REJECTED, SNAPSHOTS = (
    f"kznews.items.{name}" for name in ("Article", "Rejected", "SiteSnapshot")
)

logger = logging.getLogger(__name__)


class FeedExporter(ScrapyFeedExporter):
    """Scrapy's, but a feed that cannot be written ends the run, and loses no line in silence."""

    def item_scraped(self, item: Any, spider: Spider) -> None:
        try:
            super().item_scraped(item, spider)
        except OSError as error:
            if not self.crawler.stats.get_value("feedexport/failed_count/write"):
                logger.error("cannot write the results: %s", error)
            self.crawler.stats.inc_value("feedexport/failed_count/write")
            ending.end_run(self.crawler, ending.OUTPUT)


def in_directory(directory: Path) -> dict[str, dict[str, Any]]:
    """Return Scrapy's FEEDS: one JSON Lines file a kind of item and run, none of them empty."""
    return {
        str(directory / f"{name}-%(time)s.jsonl"): {"format": "jsonlines", "item_classes": [item]}
        for name, item in (
            ("articles", ARTICLES),
            ("rejected", REJECTED),
            ("snapshots", SNAPSHOTS),
        )
    }


def uri_params(params: dict[str, Any], spider: Spider) -> dict[str, Any]:
    """Name a run's files by its start to the millisecond: two runs of one second stay apart."""
    started = getattr(spider, "started_at", None)
    if started is None:
        return params
    return {**params, "time": f"{started:%Y-%m-%dT%H-%M-%S}.{started.microsecond // 1000:03d}Z"}


def for_articles(
    asked: dict[str, dict[str, Any]], project: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Put articles into the files that ``-o`` and ``-O`` name, the rest where it always goes."""
    others = {u: feed for u, feed in project.items() if feed.get("item_classes") != [ARTICLES]}
    own = {u: {**feed, "item_classes": [ARTICLES]} for u, feed in asked.items() if u not in project}
    return others | own
