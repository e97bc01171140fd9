"""Recorded pages that other processes or the workers of a cluster read."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from kznews.downloadermiddlewares.replay import response_of
from kznews.monitoring.rules import SELECTORS
from kznews.pages import limits
from kznews.pages.article import is_cut_short, next_page_url, read_article
from kznews.pages.page import Page, as_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from kznews.items import Article
    from kznews.sites import Site
    from kznews.warc.reader import Recorded

BATCH = 8
"""Pages that a process gets at once."""
IN_HAND = 3
"""Batches per process that are read ahead."""
CONNECT_SECONDS = 10.0
"""How long a connection to a scheduler is tried."""

logger = logging.getLogger(__name__)


class ReadPage(NamedTuple):
    """The article of a page, and the statistics of the selectors that fit."""

    article: Article
    counts: Sequence[str]


def read_page(
    site: Site, limit: AbstractContextManager[None], recorded: Recorded
) -> ReadPage | None:
    """Read the article of a recorded page.

    Returns None if that needs more than the page, or if it cannot be read: the crawl then reads it
    like any other answer and reports what is wrong.
    """
    try:
        with limits.collected() as met, limit:
            html = as_html(response_of(recorded, recorded.url))
            page = Page(html, site, recorded.at) if html else None
            if page is None or is_cut_short(page) or next_page_url(page):
                return None
            read = ReadPage(read_article([page]), fitting(page))
        return None if met else read
    except Exception:
        return None


def fitting(page: Page) -> list[str]:
    """Return the statistics of a page's layout: which of its selectors fit.

    They show when a selector breaks that is only used as a fallback.
    """
    layout = page.layout
    if layout is None:
        return ["page/none"]
    parts = (part for part in SELECTORS if page.select(getattr(layout, part)))
    return [f"page/{layout.name}", *(f"selector/{layout.name}/{part}" for part in parts)]


class Readers:
    """Other processes that read pages, in order and ahead.

    ``jobs`` is a number of processes, or the address of a Dask scheduler. When they are lost, the
    pages that they had and all that follow are returned with None. Raises ``OSError`` if there is
    no such scheduler.
    """

    def __init__(self, jobs: str, read: Callable[[Recorded], ReadPage | None]) -> None:
        self._read = partial(_read_batch, read)
        self._waiting: deque[tuple[list[Recorded], Future[list[ReadPage | None]] | None]] = deque()
        self._executor, workers = _executor(jobs)
        self._in_hand = IN_HAND * workers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for future in filter(None, (waiting for _, waiting in self._waiting)):
            future.cancel()
        if self._executor:
            self._executor.shutdown(wait=False)

    def read(
        self, answers: Iterable[Recorded | None]
    ) -> Iterator[tuple[Recorded, ReadPage | None] | None]:
        """Yield each answer with what was read of it; a None among the answers is passed on."""
        batch: list[Recorded] = []
        for answer in answers:
            if answer is None:
                yield None
                continue
            batch.append(answer)
            if len(batch) == BATCH:
                yield from self._hand_out(batch)
                batch = []
        yield from self._hand_out(batch)
        while self._waiting:
            yield from self._next()

    def _hand_out(self, batch: list[Recorded]) -> Iterator[tuple[Recorded, ReadPage | None]]:
        self._waiting.append((batch, self._submit(batch)))
        while len(self._waiting) > self._in_hand:
            yield from self._next()

    def _submit(self, batch: list[Recorded]) -> Future[list[ReadPage | None]] | None:
        try:
            return self._executor.submit(self._read, batch) if self._executor else None
        except RuntimeError as error:
            self._lose(error)
            return None

    def _next(self) -> Iterator[tuple[Recorded, ReadPage | None]]:
        batch, future = self._waiting.popleft()
        read: Sequence[ReadPage | None] = [None] * len(batch)
        try:
            read = future.result() if future else read
        except Exception as error:
            self._lose(error)
        yield from zip(batch, read, strict=True)

    def _lose(self, error: Exception) -> None:
        if self._executor:
            logger.warning("The readers of pages are lost, this process continues alone: %r", error)
            self._executor, self._in_hand = None, 0


def _executor(jobs: str) -> tuple[Executor | None, int]:
    """Return the executor, None for none, and the number of its workers."""
    if jobs == "1":
        return None, 0
    if jobs.isdecimal():
        spawned = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(int(jobs), spawned, _begin_process), int(jobs)
    try:
        from dask.distributed import Client  # noqa: PLC0415 (an extra)
    except ImportError:
        raise OSError("`pip install 'kznews[dask]'` reads on a cluster") from None
    client: Any = Client(jobs, timeout=CONNECT_SECONDS)  # type: ignore[no-untyped-call]
    return client.get_executor(pure=False), max(1, len(client.nthreads()))


def _begin_process() -> None:
    """Leave Ctrl-C to the crawl, and end with the crawl, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _read_batch(
    read: Callable[[Recorded], ReadPage | None], batch: Sequence[Recorded]
) -> list[ReadPage | None]:
    return [read(recorded) for recorded in batch]
