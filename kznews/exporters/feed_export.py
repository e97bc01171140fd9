"""Which item goes into which file, and files that appear whole or not at all."""

from __future__ import annotations

import json
import logging
import os
import shutil
import socket
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

import orjson
from scrapy.exporters import JsonLinesItemExporter
from scrapy.extensions.feedexport import FeedExporter as ScrapyFeedExporter
from w3lib.url import file_uri_to_path

from kznews import finish_reasons
from kznews.items import Article, Rejected, SiteSnapshot
from kznews.spiders import boundary
from kznews.storage import archive

if TYPE_CHECKING:
    from datetime import datetime

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.extensions.feedexport import FeedSlot

    from kznews.storage.archive import Archive

ITEMS = (Article, Rejected, SiteSnapshot)
ARTICLES, REJECTED, SNAPSHOTS = (f"kznews.items.{item.__name__}" for item in ITEMS)
logger = logging.getLogger(__name__)

UNWRITTEN = "feedexport/failed_count/write"
Key = tuple[str, int]
"""An article's id and version."""


class FileFeedStorage:
    """A local file that is written beside its place and appears there when it is complete.

    Before it appears, the archive notes which versions it holds, so that after a crash at any
    moment the next run either finishes the file or delivers its articles anew, never both.
    """

    def __init__(self, crawler: Crawler, uri: str, feed_options: dict[str, Any]) -> None:
        self.path = Path(file_uri_to_path(uri) if uri.startswith("file:") else uri).absolute()
        self.append = not feed_options.get("overwrite", False)
        self.crawler = crawler
        self.held: list[Key] = []
        self.part = self.path

    @classmethod
    def from_crawler(cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any]) -> Self:
        return cls(crawler, uri, feed_options)

    def open(self, spider: Spider) -> IO[bytes]:  # noqa: ARG002
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists() and not self.path.is_file():
            return self.path.open("wb")  # a device or a pipe cannot appear at once
        self.part = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        if store := archive.begun(self.crawler):
            store.feed_opened(self.part, str(self.path))
        return self.part.open("wb")

    def store(self, file: IO[bytes]) -> None:
        store = archive.begun(self.crawler)
        file.flush()
        if self.part == self.path:
            file.close()
            if store:
                store.delivered(str(self.path), self.held)
            return
        os.fsync(file.fileno())
        file.close()
        if self.append and self.path.exists():
            _prepend(self.path, self.part)
        if store:
            store.feed_ready(self.part, str(self.path), self.held)
        _appear(self.part, self.path)
        if store:
            store.feed_done(self.part)


def _prepend(whole: Path, part: Path) -> None:
    """Put the lines of a file that is there before those of a part."""
    joined = part.with_suffix(".joined")
    try:
        with joined.open("wb") as target:
            for source in (whole, part):
                with source.open("rb") as lines:
                    shutil.copyfileobj(lines, target)
            target.flush()
            os.fsync(target.fileno())
    except OSError:
        joined.unlink(missing_ok=True)  # where the disk is full, it takes what is left of it
        raise
    joined.replace(part)


def _appear(part: Path, path: Path) -> None:
    part.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


class LinesExporter(JsonLinesItemExporter):
    """Scrapy's; whole items in UTF-8 it writes in a fiftieth of the time."""

    def export_item(self, item: Any) -> None:
        is_plain = self.fields_to_export is None and not self.indent
        if not (is_plain and isinstance(item, (*ITEMS, dict)) and self.encoding == "utf-8"):
            super().export_item(item)
            return
        try:
            line = orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE)
        except orjson.JSONEncodeError:  # half a surrogate pair, or a number beyond 64 bits
            text = json.dumps(item if isinstance(item, dict) else asdict(item), ensure_ascii=False)
            line = f"{text}\n".encode("utf-8", "replace")
        self.file.write(line)


class FeedExporter(ScrapyFeedExporter):
    """Scrapy's, with a memory: what an earlier run could not deliver is delivered first.

    A feed that cannot be written ends the run, and loses no line in silence.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._held: dict[FeedSlot, list[Key]] = {}

    def open_spider(self, spider: Spider) -> None:
        super().open_spider(spider)
        if store := archive.begun(self.crawler):
            self._repair(store, spider)

    def _repair(self, store: Archive, spider: Any) -> None:
        finished, removed = _finish_feeds(store, spider.source.name)
        again = 0
        for record in store.undelivered(spider.source.name):
            self.item_scraped(Article.from_record(record), spider)
            again += 1
        if finished or removed or again:
            self.crawler.stats.set_value("repair/delivered", again)
            logger.info(
                "Repaired what a run left: %d articles of it come with this one, %d files "
                "finished, %d half-written files removed",
                again,
                finished,
                removed,
            )

    def item_scraped(self, item: Any, spider: Spider) -> None:
        before = [(slot, slot.itemcount) for slot in self.slots]
        try:
            super().item_scraped(item, spider)
        except OSError as error:
            if not self.crawler.stats.get_value(UNWRITTEN):
                logger.error("cannot write the results: %s", error)
            self.crawler.stats.inc_value(UNWRITTEN)
            finish_reasons.end_run(self.crawler, finish_reasons.OUTPUT)
            return
        except Exception as error:  # an article without its line comes with the next run
            boundary.of(self.crawler).unread(error, f"the line of {getattr(item, 'url', '')}")
            return
        if isinstance(item, Article):
            for slot, count in before:
                if slot.itemcount > count:
                    self._held.setdefault(slot, []).append((item.id, item.version))

    async def _close_slot(self, slot: FeedSlot, spider: Spider) -> None:
        held = self._held.pop(slot, [])
        if self.crawler.stats.get_value(UNWRITTEN):
            # half a line may stand in it: the next run removes it and delivers its articles
            _abandon(slot)
            return
        if isinstance(slot.storage, FileFeedStorage):
            slot.storage.held = held
            self._close_file(slot)
            return
        failures = f"feedexport/failed_count/{type(slot.storage).__name__}"
        failed = self.crawler.stats.get_value(failures, 0)
        await super()._close_slot(slot, spider)
        store = archive.begun(self.crawler)
        if store and held and self.crawler.stats.get_value(failures, 0) == failed:
            try:
                store.delivered(slot.uri, held)
            except archive.ArchiveError as error:  # the next run delivers them once more
                self._fail(
                    f"{slot.uri} is there, but cannot be noted: {error}", finish_reasons.ARCHIVE
                )

    def _close_file(self, slot: FeedSlot) -> None:
        """Let a file appear; where that fails, say so in one line and end the run as a failure."""
        if not slot.itemcount and not (slot.store_empty and slot.batch_id == 1):
            return
        try:
            slot.start_exporting()
            slot.finish_exporting()
            slot.storage.store(self._get_file(slot))
        except (OSError, archive.ArchiveError) as error:
            _abandon(slot)
            reason = finish_reasons.OUTPUT if isinstance(error, OSError) else finish_reasons.ARCHIVE
            self._fail(f"cannot write {slot.uri}: {error}", reason)
            return
        logger.info("Stored %d items in %s", slot.itemcount, slot.uri)

    def _fail(self, text: str, reason: str) -> None:
        """Say what went wrong with a file, and end the run with that, even if it is ending."""
        logger.error(text)
        self.crawler.stats.inc_value("feedexport/failed_count/file")
        self.crawler.stats.set_value("finish_reason", reason)
        finish_reasons.end_run(self.crawler, reason)


def _abandon(slot: FeedSlot) -> None:
    if slot.file:
        with suppress(OSError):
            slot.file.close()


def _finish_feeds(store: Archive, site: str) -> tuple[int, int]:
    """Let files appear that were complete, remove the others; return how many of each.

    Those on the disk of another machine are left to the next run there.
    """
    finished = removed = 0
    for feed in store.unfinished_feeds(site):
        part, path = Path(feed.part), Path(feed.feed)
        if feed.host != socket.gethostname() and not (part.exists() or path.exists()):
            continue
        if feed.ready and part.exists():
            _appear(part, path)
            finished += 1
        elif feed.ready and not path.exists():
            store.undeliver(feed.feed)
        elif part.exists():
            part.unlink()
            removed += 1
        part.with_suffix(".joined").unlink(missing_ok=True)
        store.feed_done(part)
    return finished, removed


def below(place: str, batch: int) -> dict[str, dict[str, Any]]:
    """Return Scrapy's FEEDS: one JSON Lines file a kind of item and run, none of them empty.

    ``place`` is a directory, or the address of one where files are uploaded to (``s3://…``): there
    a run makes a file of every ``batch`` items, each delivered when its upload is confirmed. Their
    names tell the site, as machines that share a place may begin at the same moment.
    """
    number, options = "", {}
    if "://" in place:
        number, options = "-%(site)s-%(batch_id)05d", {"batch_item_count": batch, "overwrite": True}
    place = place.replace("%", "%%")  # Scrapy takes the whole address for a template
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


def uri_params(params: dict[str, Any], spider: Any) -> dict[str, Any]:
    """Name a run's files by its start to the millisecond: two runs of one second stay apart."""
    started = getattr(spider, "started_at", None)
    if started is None:
        return params
    return {**params, "time": stamp(started), "site": spider.source.name}


def stamp(moment: datetime) -> str:
    """Return an instant in UTC as a part of a file's name."""
    return f"{moment:%Y-%m-%dT%H-%M-%S}.{moment.microsecond // 1000:03d}Z"


def for_articles(
    asked: dict[str, dict[str, Any]], project: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Put articles into the files that ``-o`` and ``-O`` name, the rest where it always goes."""
    others = {u: feed for u, feed in project.items() if feed.get("item_classes") != [ARTICLES]}
    own = {u: {**feed, "item_classes": [ARTICLES]} for u, feed in asked.items() if u not in project}
    return others | own
