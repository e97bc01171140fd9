"""Recorded pages read by other processes; the crawl reads what a lost process had."""

from __future__ import annotations

import os
import signal
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial

import pytest

from kznews.items import PageRecord
from kznews.sites.info365 import INFO365
from kznews.sources import recorded_pages
from kznews.sources.recorded_pages import BATCH, IN_HAND, Readers, ReadPage, read_page
from kznews.warc.reader import Recorded
from tests.reading import URL

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def answer(number: int) -> Recorded:
    return Recorded(URL, NOW, number, (), b"", PageRecord("", number))


def read_or_die(recorded: Recorded) -> ReadPage | None:
    """Stand for a process that is killed at its third batch."""
    if recorded.status == 2 * BATCH:
        os.kill(os.getpid(), signal.SIGKILL)
    return None


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_every_page_comes_back_in_order_even_if_a_process_is_killed(jobs: str) -> None:
    pages = [answer(number) for number in range(BATCH * IN_HAND * 4)]
    read = read_or_die if jobs != "1" else partial(read_page, INFO365, nullcontext())
    with Readers(jobs, read) as readers:
        assert [step[0] for step in readers.read(pages) if step] == pages


def test_a_cluster_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorded_pages, "CONNECT_SECONDS", 0.1)
    with pytest.raises(OSError, match="Timed out"):
        Readers("tcp://127.0.0.1:9", read_or_die)
