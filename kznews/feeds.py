"""Which item goes into which file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ARTICLES, REJECTED, SNAPSHOTS = (
    f"kznews.items.{name}" for name in ("Article", "Rejected", "SiteSnapshot")
)


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


def for_articles(
    asked: dict[str, dict[str, Any]], project: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Put articles into the files that ``-o`` and ``-O`` name, the rest where it always goes."""
    others = {u: feed for u, feed in project.items() if feed.get("item_classes") != [ARTICLES]}
    own = {u: {**feed, "item_classes": [ARTICLES]} for u, feed in asked.items() if u not in project}
    return others | own
