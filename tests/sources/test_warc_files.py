"""Files of recorded answers, with a stub in place of a spider."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import TextResponse

from kznews.downloadermiddlewares.replay import RECORDED
from kznews.sources.warc import WarcFiles
from kznews.storage.archive import Archive
from kznews.warc.writer import Exchange, PageFiles
from kznews.wordpress.rest import CLOCKS
from tests.sources.test_sources import ARTICLE, ROOT, Stub

AT = datetime(2026, 11, 24, 10, 40, tzinfo=UTC)
POST = {
    "id": 7,
    "link": ARTICLE,
    **dict.fromkeys(CLOCKS, "2026-11-24T10:00:00"),
    "content": {"rendered": ""},
    "title": {"rendered": "Новость"},
}


class Reads(Stub):
    """A stub that also reads what was recorded."""

    @property
    def pages(self) -> Any:
        return SimpleNamespace(
            read_again=lambda recorded, via, read: Request(recorded.url, meta={RECORDED: recorded})
        )


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    store = Archive(f"sqlite:///{tmp_path}/archive.db")
    yield store
    store.close()


def files_of(archive: Archive, tmp_path: Path, *answers: tuple[str, str, int]) -> WarcFiles:
    """Return a source of one file: addresses, bodies, and minutes at which they were recorded."""
    pages = PageFiles(tmp_path, "365info", {}, 10**9)
    for url, body, minute in answers:
        at = AT + timedelta(minutes=minute)
        pages.write(Exchange(url, at, "GET", [], 200, [], body.encode()))
    pages.close()
    return WarcFiles(Reads(archive, files=(f"{tmp_path}/*.warc.gz",)))


def after(first: datetime) -> Request:
    """A request for the second page of a post whose first page was recorded at an instant."""
    return Request(f"{ARTICLE}/2", cb_kwargs={"parts": (SimpleNamespace(seen_at=first),)})


def test_a_further_page_is_that_of_its_first(archive: Archive, tmp_path: Path) -> None:
    source = files_of(
        archive,
        tmp_path,
        *[(f"{ARTICLE}{page}", f"{page} at {m}", m) for m in (0, 60) for page in ("", "/2")],
    )
    found = []
    for request in source.begin():
        assert request.url == ARTICLE
        further = source.recorded(after(request.meta[RECORDED].at))
        assert further
        found.append(further.body)
    assert found == [b"/2 at 0", b"/2 at 60"]


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_post_without_text_is_lost_where_its_page_is_not_kept(
    archive: Archive, tmp_path: Path, is_kept: bool
) -> None:
    api = f"{ROOT}/wp-json/wp/v2/posts"
    page = [(ARTICLE, "<html>", 1)] if is_kept else []
    source = files_of(archive, tmp_path, (api, json.dumps([POST]), 0), *page)
    steps = source.begin()
    first = next(steps)
    response = TextResponse(api, body=first.meta[RECORDED].body, request=first)
    for _ in range(2):  # before its page is met, and after
        lost = [item.reason for item in source.parse_posts(response)]
        assert lost == ([] if is_kept else ["no_body"])
        list(steps)
