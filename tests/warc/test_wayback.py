"""Articles from a web archive: missing ones, removed ones, each change."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from replica import Newsroom, Server
from tests.crawling import Run, crawl
from tests.warc.test_reread import comparable
from tests.web_archive import WebArchive, recorded


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Newsroom(articles=30, oddities=False)) as server:
        yield server


@pytest.fixture(scope="module")
def first(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return crawl(server.url, tmp_path_factory.mktemp("first"), "-s", "KZNEWS_PAGES=all")


@pytest.fixture
def web_archive(first: Run) -> Iterator[WebArchive]:
    with WebArchive(list(recorded(first.data))) as web_archive:
        yield web_archive


def recover(server: Server, web_archive: WebArchive, data: Path, **arguments: str) -> Run:
    return crawl(server.url, data, *web_archive.settings, spider="365info-wayback", **arguments)


def test_an_empty_archive_is_filled_and_nothing_is_asked_twice(
    server: Server, first: Run, web_archive: WebArchive, tmp_path: Path
) -> None:
    server.clear_log()
    web_archive.refusals = 2
    run = recover(server, web_archive, tmp_path / "b")
    assert (run.status, server.log) == (0, []), run.log
    assert {url: {**a, "archived_url": None} for url, a in comparable(run).items()} == comparable(
        first
    )
    article = run.articles[0]
    assert article["archived_url"].endswith(f"id_/{article['url']}")
    assert article["discovered_via"] == "wayback"
    web_archive.asked.clear()
    again = recover(server, web_archive, tmp_path / "b")
    assert (again.status, len(again.articles)) == (0, len(run.articles))
    assert not [path for path in web_archive.asked if path.startswith("/web/")]


def test_odd_captures_are_read_or_said(
    server: Server, first: Run, web_archive: WebArchive, tmp_path: Path
) -> None:
    urls = [article["url"] for article in first.articles[:5]]
    bodies = {c.url: c.body for c in web_archive.captures}
    packed, mislabelled, cut, elsewhere, error = urls
    gzip_said = {"Content-Encoding": "gzip"}
    web_archive.odd = {
        packed: (200, {}, gzip.compress(bodies[packed])),
        mislabelled: (200, gzip_said, bodies[mislabelled]),
        cut: (200, {}, bodies[cut][:6000]),
        elsewhere: (302, {"Location": elsewhere}, b""),
        error: (200, {"Memento-Datetime": "none"}, b"<html>busy"),
    }
    server.clear_log()
    run = recover(server, web_archive, tmp_path / "b")
    assert (run.status, server.log) == (0, []), run.log
    assert run.urls() == first.urls() - {cut, elsewhere, error}
    said = {url: run.rejected[url]["reason"] for url in (cut, elsewhere, error)}
    assert said == {cut: "truncated", elsewhere: "not_kept", error: "not_kept"}


def test_each_change_becomes_a_version_in_the_order_of_capture(
    server: Server, web_archive: WebArchive, tmp_path: Path
) -> None:
    page = next(c for c in web_archive.captures if "/20" in c.url and c.url.count("/") == 5)
    body = page.body.replace(b"</p>", " Так было прежде.</p>".encode(), 1)
    earlier = replace(page, at=page.at - timedelta(days=400), body=body)
    web_archive.captures = [page, earlier, replace(earlier, at=earlier.at - timedelta(days=1))]
    run = recover(server, web_archive, tmp_path / "b", captures="each")
    assert run.status == 0, run.log
    assert [article["version"] for article in run.articles] == [1, 2]
    assert run.articles[0]["fetched_at"] < run.articles[1]["fetched_at"]


def test_an_index_that_cannot_be_read_is_a_failure(
    server: Server, web_archive: WebArchive, tmp_path: Path
) -> None:
    web_archive.index = lambda _: "<html>busy</html>"  # type: ignore[method-assign]
    run = recover(server, web_archive, tmp_path / "c")
    assert run.status == 1
    assert "no index of captures" in run.log


def test_an_index_that_never_ends_is_left_and_that_is_said(
    server: Server, web_archive: WebArchive, tmp_path: Path
) -> None:
    web_archive.index = lambda query: (  # type: ignore[method-assign]
        f'[["timestamp"], [], ["{int(query.get("resumeKey", ["0"])[0]) + 1}"]]'
    )
    run = recover(server, web_archive, tmp_path / "c")
    assert run.status == 1
    assert "goes on beyond 5,000,000 captures" in run.log
    assert len(web_archive.asked) <= 502
