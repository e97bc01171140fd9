"""The feeds of a run: which kind of item goes into which file, and what the files are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

ARTICLES, REJECTED, SNAPSHOTS = (
    f"kznews.items.{name}" for name in ("Article", "Rejected", "SiteSnapshot")
)


def below(place: str, batch: int) -> dict[str, dict[str, Any]]:
    """Return Scrapy's FEEDS: a JSON Lines file per kind of item and run, none of them empty.

    ``place`` is a directory, or the address of one for uploads (``s3://…``). There a run makes a
    file per ``batch`` items, each delivered when its upload is confirmed. Their names include the
    site, because machines that share a place may start at the same moment.
    """
    number, options = "", {}
    if "://" in place:
        number, options = "-%(site)s-%(batch_id)05d", {"batch_item_count": batch, "overwrite": True}
    place = place.replace("%", "%(percent)s")  # Scrapy takes the whole address for a template
    return {
        f"{place}/{name}-%(time)s{number}.jsonl": {
            "format": "jsonlines", "item_classes": [item], **options,
        }
        for name, item in (
            ("articles", ARTICLES),
            ("rejected", REJECTED),
            ("snapshots", SNAPSHOTS),
        )
    }  # fmt: skip


class UriParams(dict[str, Any]):
    """What stands in the templates of files; another name in a template stays as it is."""

    def __missing__(self, name: str) -> str:
        return f"%({name})s"


def uri_params(params: dict[str, Any], spider: Any) -> dict[str, Any]:
    """Name a run's files by its start in milliseconds, so runs of one second do not collide."""
    found = UriParams(params, percent="%")
    if started := getattr(spider, "started_at", None):
        found |= {"time": stamp(started), "site": spider.site.name}
    return found


def stamp(moment: datetime) -> str:
    """Return an instant in UTC as a part of a file's name."""
    return f"{moment:%Y-%m-%dT%H-%M-%S}.{moment.microsecond // 1000:03d}Z"


def for_articles(
    asked: dict[str, dict[str, Any]], project: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Put articles into the files of ``-o`` and ``-O``, everything else where it always goes."""
    others = {u: feed for u, feed in project.items() if feed.get("item_classes") != [ARTICLES]}
    own = {u: {**feed, "item_classes": [ARTICLES]} for u, feed in asked.items() if u not in project}
    return others | own
