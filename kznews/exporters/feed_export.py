"""Writes the feeds of a run, and delivers what an earlier run did not."""

from __future__ import annotations

import logging
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import CloseSpider
from scrapy.extensions.feedexport import FeedExporter as ScrapyFeedExporter

from kznews import finish_reasons
from kznews.exporters.file_storage import UNWRITTEN, FileFeedStorage, NotedStorage, reason_of
from kznews.items import Article
from kznews.spiders import boundary
from kznews.storage import archive
from kznews.storage.database import ArchiveError
from kznews.storage.whole_files import appear

if TYPE_CHECKING:
    from scrapy import Spider

    from kznews.storage.archive import Archive

logger = logging.getLogger(__name__)
STORAGES = (FileFeedStorage, NotedStorage)


class FeedExporter(ScrapyFeedExporter):
    """Scrapy's; what an earlier run could not deliver is delivered first.

    If a feed cannot be written, the run ends and the lines are delivered by the next one.
    """

    def open_spider(self, spider: Spider) -> None:
        logging.getLogger(ScrapyFeedExporter.__module__).addFilter(_in_one_line)
        super().open_spider(spider)
        self._note_deliveries()
        if store := archive.begun(self.crawler):
            try:
                self._repair(store, spider)
            except ArchiveError as error:
                logger.error(error)
                raise CloseSpider(finish_reasons.ARCHIVE) from None

    def _note_deliveries(self) -> None:
        """Make every storage report to the archive; Scrapy makes one per batch."""
        for slot in self.slots:
            if not isinstance(slot.storage, STORAGES):
                slot.storage = NotedStorage(self.crawler, slot.uri, slot.storage)

    def _repair(self, store: Archive, spider: Any) -> None:
        site = spider.site.name
        finished, removed = finish_files(store, site)
        again = 0
        for record in store.deliveries.undelivered(site):
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
        except (OSError, ArchiveError) as error:
            if not self.crawler.stats.get_value(UNWRITTEN):
                logger.error("cannot write the results: %s", error)
            self.crawler.stats.inc_value(UNWRITTEN)
            finish_reasons.end_run(self.crawler, reason_of(error))
            return
        except Exception as error:  # an article without its line comes with the next run
            boundary.of(self.crawler).unread(error, f"the line of {getattr(item, 'url', '')}")
        if isinstance(item, Article):
            for slot, count in before:
                if slot.itemcount > count and isinstance(slot.storage, STORAGES):
                    slot.storage.held.append((item.id, item.version))
        self._note_deliveries()


def _in_one_line(record: logging.LogRecord) -> bool:
    """Log a file that cannot be written without Scrapy's traceback."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, (OSError, ArchiveError)):
        uri = record.getMessage().rpartition(" in: ")[2]
        record.msg, record.args = "cannot write %s: %s", (uri, error)
        record.exc_info = record.exc_text = None
    return True


def finish_files(store: Archive, site: str) -> tuple[int, int]:
    """Let complete files appear and remove the others; return how many of each.

    Files on the disk of another machine are left to the next run there.
    """
    finished = removed = 0
    for feed in store.deliveries.unfinished(site):
        part, path = Path(feed.part), Path(feed.feed)
        if feed.host != socket.gethostname() and not (part.exists() or path.exists()):
            continue
        if feed.ready and part.exists():
            appear(part, path)
            finished += 1
        elif feed.ready and not path.exists():
            store.deliveries.lost(feed.feed)
        elif part.exists():
            part.unlink()
            removed += 1
        part.with_suffix(".joined").unlink(missing_ok=True)
        store.deliveries.done(part)
    return finished, removed
