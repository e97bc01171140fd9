"""The run's row in the archive: alive while it works, closed with its reason."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import CloseSpider
from scrapy.utils.asyncio import create_looping_call

from kznews import finish_reasons
from kznews.extensions.base import Extension
from kznews.storage import archive
from kznews.storage.database import ArchiveBusyError, ArchiveError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.utils.asyncio import AsyncioLoopingCall
    from twisted.internet.task import LoopingCall
    from twisted.python.failure import Failure

logger = logging.getLogger(__name__)

COMMIT_EVERY = 1.0
"""Seconds after which pending data is committed, however little it is."""
HEARTBEAT_EVERY = 60.0
"""Seconds between two signs of life by the clock, so that a machine gives one as it wakes up."""


class RunRecord(Extension):
    """Commit regularly, give signs of life, record how the run ended; end it if that fails."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.failed = False
        self._last_heartbeat = time.time()
        self._loop: AsyncioLoopingCall | LoopingCall | None = None

    def spider_opened(self, spider: Any) -> None:
        """Begin the run; refuse if another run is active or the archive cannot be used."""
        try:
            dead = archive.open_for(self.crawler).begin(
                spider.name, spider.site.name, spider.site.root, spider.given
            )
        except ArchiveBusyError as error:
            logger.error(error)
            raise CloseSpider(finish_reasons.BUSY) from None
        except ArchiveError as error:
            logger.error(error)
            raise CloseSpider(finish_reasons.ARCHIVE) from None
        if dead:
            self.crawler.stats.set_value("killed", dead)
            logger.info("Run %s did not end; this one goes on from there", dead[-1])
        self._loop = create_looping_call(self.tick)
        self._loop.start(COMMIT_EVERY, now=False)

    def tick(self) -> None:
        store = archive.begun(self.crawler)
        try:
            if store and time.time() - self._last_heartbeat >= HEARTBEAT_EVERY:
                store.runs.heartbeat()
                self._last_heartbeat = time.time()
            elif store:
                store.flush()
        except ArchiveError as error:
            self._fail(error)

    def spider_error(self, failure: Failure) -> None:
        if isinstance(failure.value, ArchiveError):
            self._fail(failure.value)

    item_error = spider_error

    def _fail(self, error: ArchiveError) -> None:
        if not self.failed:
            self.failed = True
            logger.error("%s: the run ends; the next one goes on from there", error)
            finish_reasons.end_run(self.crawler, finish_reasons.ARCHIVE)

    def engine_stopped(self) -> None:
        if self._loop and self._loop.running:
            self._loop.stop()
        store = archive.begun(self.crawler)
        if store is None:
            return
        try:
            store.end(str(self.crawler.stats.get_value("finish_reason")))
            store.close()
        except ArchiveError as error:
            logger.error(error)
