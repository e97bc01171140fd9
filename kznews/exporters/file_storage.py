"""Storages of feeds, which tell the archive what each file has.

Scrapy calls ``open`` before the first line and ``store`` after the last one.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from scrapy.utils.defer import deferred_from_coro, ensure_awaitable
from w3lib.url import file_uri_to_path

from kznews import finish_reasons
from kznews.storage import archive
from kznews.storage.database import ArchiveError
from kznews.storage.deliveries import Keys
from kznews.storage.whole_files import appear, to_disk

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.extensions.feedexport import FeedStorageProtocol
    from twisted.internet.defer import Deferred

UNWRITTEN = "feedexport/failed_count/write"
"""The statistic of lines that could not be written: a file may have half of one."""


class FileFeedStorage:
    """A local file, written under a hidden name, that appears when it is complete.

    Before it appears, the archive notes which versions it has. So after a crash at any moment the
    next run either finishes the file or delivers its articles again, never both.
    """

    def __init__(self, crawler: Crawler, uri: str, feed_options: dict[str, Any]) -> None:
        self.path = Path(file_uri_to_path(uri) if uri.startswith("file:") else uri).absolute()
        self.append = not feed_options.get("overwrite", False)
        self.crawler = crawler
        self.held = Keys()
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
            store.deliveries.opened(self.part, str(self.path))
        return self.part.open("wb")

    def store(self, file: IO[bytes]) -> None:
        try:
            self._store(file)
        except (OSError, ArchiveError) as error:
            with suppress(OSError):
                file.close()
            _fail(self.crawler, reason_of(error))
            raise

    def _store(self, file: IO[bytes]) -> None:
        _refuse_torn(self.crawler)
        store = archive.begun(self.crawler)
        if self.part == self.path:
            file.close()
            if store:
                store.deliveries.confirmed(str(self.path), self.held)
            return
        to_disk(file)
        file.close()
        if self.append and self.path.exists():
            _prepend(self.path, self.part)
        if store:
            store.deliveries.confirmed(str(self.path), self.held, self.part)
        appear(self.part, self.path)
        if store:
            store.deliveries.done(self.part)


class NotedStorage:
    """Any other storage of Scrapy's; the archive notes what it has confirmed."""

    def __init__(self, crawler: Crawler, uri: str, storage: FeedStorageProtocol) -> None:
        self.crawler, self.uri, self.storage = crawler, uri, storage
        self.held = Keys()

    def open(self, spider: Spider) -> IO[bytes]:
        return self.storage.open(spider)

    def store(self, file: IO[bytes]) -> Deferred[None]:
        return deferred_from_coro(self._store(file))

    async def _store(self, file: IO[bytes]) -> None:
        try:
            _refuse_torn(self.crawler)
            await ensure_awaitable(self.storage.store(file))
        except Exception as error:
            _fail(self.crawler, finish_reasons.OUTPUT)
            raise OSError(f"{type(error).__name__}: {error}") from error
        store = archive.begun(self.crawler)
        if store and self.held:
            try:
                store.deliveries.confirmed(self.uri, self.held)
            except ArchiveError as error:  # the next run delivers them once more
                _fail(self.crawler, finish_reasons.ARCHIVE)
                raise ArchiveError(f"it is there, but cannot be noted: {error}") from None


def reason_of(error: Exception) -> str:
    """Return the finish reason of a run whose feed fails."""
    is_archive = isinstance(error, ArchiveError)
    return finish_reasons.ARCHIVE if is_archive else finish_reasons.OUTPUT


def _refuse_torn(crawler: Crawler) -> None:
    """Raise ``OSError`` if a line could not be written: the next run delivers all of them."""
    if crawler.stats.get_value(UNWRITTEN):
        raise OSError("not all of its lines could be written")


def _fail(crawler: Crawler, reason: str) -> None:
    """End the run with the error of a file, even if it is already ending."""
    crawler.stats.set_value("finish_reason", reason)
    finish_reasons.end_run(crawler, reason)


def _prepend(whole: Path, part: Path) -> None:
    """Put the lines of an existing file before those of a part."""
    joined = part.with_suffix(".joined")
    try:
        with joined.open("wb") as target:
            for source in (whole, part):
                with source.open("rb") as lines:
                    shutil.copyfileobj(lines, target)
            to_disk(target)
    except OSError:
        joined.unlink(missing_ok=True)  # where the disk is full, it takes what is left of it
        raise
    joined.replace(part)
