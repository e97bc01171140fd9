"""The whole archive, whichever door is open, and however often the run is cut short."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from replica import Fault, Newsroom, Server
from tests.crawling import Run, crawl

ARTICLES = 230
BACKFILL = "365info-backfill"


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(articles=ARTICLES, oddities=False)


@pytest.fixture
def server(newsroom: Newsroom) -> Iterator[Server]:
    with Server(newsroom) as server:
        yield server


def backfill(server: Server, data: Path, *words: str, **arguments: str) -> Run:
    return crawl(server.url, data, *words, spider=BACKFILL, **arguments)


def paths(run: Run) -> list[str]:
    return sorted(article["url"].split("/", 3)[3] for article in run.articles)


def everything(newsroom: Newsroom) -> list[str]:
    return sorted(post.path[1:] for post in newsroom.posts)


def asked(server: Server, start: str) -> list[str]:
    return [hit.path for hit in server.log if hit.path.startswith(start)]


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_the_api_gives_everything_a_hundred_a_request(
    server: Server, newsroom: Newsroom, tmp_path: Path, order: str
) -> None:
    run = backfill(server, tmp_path, order=order)
    assert (run.status, paths(run)) == (0, everything(newsroom))
    assert len(asked(server, "/wp-json/")) == 3
    assert asked(server, "/20") == []
    published = [datetime.fromisoformat(article["published_at"]) for article in run.articles]
    assert published == sorted(published, reverse=order == "newest")
    server.clear_log()
    again = backfill(server, tmp_path, order=order)
    assert (again.status, len(again.articles), again.rejected) == (0, ARTICLES, {})
    assert len(server.log) <= 3


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_later_run_brings_what_is_new_and_what_was_edited(
    server: Server, newsroom: Newsroom, tmp_path: Path, order: str
) -> None:
    backfill(server, tmp_path, order=order)
    old = newsroom.newest_first[150]
    newsroom.edit(old.id, title="Совсем другой заголовок")
    fresh = [newsroom.publish().id for _ in range(3)]
    run = backfill(server, tmp_path, order=order)
    brought = {(article["id"], article["version"]) for article in run.articles[ARTICLES:]}
    assert brought == {*((f"365info:{post}", 1) for post in fresh), (f"365info:{old.id}", 2)}
    assert len(backfill(server, tmp_path, order=order).articles) == ARTICLES + 4


@pytest.mark.parametrize("closed", [401, 403, 404, "html"])
@pytest.mark.parametrize("kind", ["core", "yoast"])
def test_a_closed_api_leaves_the_sitemaps(
    server: Server, newsroom: Newsroom, tmp_path: Path, closed: int | str, kind: str
) -> None:
    server.closed, newsroom.sitemap_kind = {"rest": closed}, kind
    run = backfill(server, tmp_path)
    assert (run.status, paths(run)) == (0, everything(newsroom))
    assert "The door 'rest' is closed" in run.log
    assert asked(server, "/category/") == []
    server.clear_log()
    assert len(backfill(server, tmp_path).articles) == ARTICLES
    assert asked(server, "/20") == []


def test_without_api_and_sitemaps_there_are_date_archives(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    server.closed = {"rest": 403, "sitemap": 404}
    server.fault(re.compile("^/category/"), Fault.status(404))
    run = backfill(server, tmp_path)
    assert paths(run) == everything(newsroom)
    assert "The door 'sitemap' is closed" in run.log


@pytest.mark.parametrize(
    ("door", "closed"), [("rest", {"rest": 403}), ("sitemap", {"sitemap": 404})]
)
def test_a_door_that_was_asked_for_is_the_only_one(
    server: Server, tmp_path: Path, door: str, closed: dict[str, int | str]
) -> None:
    server.closed = closed
    run = backfill(server, tmp_path, door=door)
    assert (run.status, run.articles) == (1, [])
    assert f"the door '{door}' is closed" in run.log
