"""A backfill of some sections: only these are requested, and a later full one is complete."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kznews.sites.info365 import INFO365
from kznews.sources.backfill import Backfill
from kznews.spiders.arguments import ArgumentError, parse
from replica import Fault, Newsroom, Server
from tests.crawling import Run, crawl

BACKFILL = "365info-backfill"


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(articles=300, oddities=False)


@pytest.fixture
def server(newsroom: Newsroom) -> Iterator[Server]:
    with Server(newsroom) as server:
        yield server


def backfill(server: Server, data: Path, **arguments: str) -> Run:
    server.clear_log()
    return crawl(server.url, data, spider=BACKFILL, **arguments)


def paths(run: Run) -> set[str]:
    return {"/" + url.split("/", 3)[3] for url in run.urls()}


def of(newsroom: Newsroom, *slugs: str) -> set[str]:
    return {post.path for post in newsroom.posts if {t.slug for t in post.categories} & {*slugs}}


def test_some_sections_take_few_requests_and_leave_the_whole_walk(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    first = backfill(server, tmp_path, sections="politika")
    assert (first.status, paths(first)) == (0, of(newsroom, "politika"))
    assert len(server.log) == 3  # robots.txt, the categories, the posts
    politics = next(term for term in newsroom.categories if term.slug == "politika")
    new = newsroom.publish(categories=[newsroom.catch_all, politics])
    other = newsroom.publish(categories=[newsroom.catch_all])
    second = backfill(server, tmp_path, sections="politika")
    assert (second.status, paths(second)) == (0, of(newsroom, "politika"))
    assert new.path in paths(second)
    assert other.path not in paths(second)
    whole = backfill(server, tmp_path)
    assert (whole.status, paths(whole)) == (0, {post.path for post in newsroom.posts})


def test_a_section_holds_what_the_sections_within_it_hold(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    post = next(post for post in newsroom.posts if any(t.parent for t in post.categories))
    (child,) = [term for term in post.categories if term.parent]
    assert child.parent
    post.categories[:] = [newsroom.catch_all, child]
    run = backfill(server, tmp_path, sections=child.parent.slug)
    assert (run.status, paths(run)) == (0, of(newsroom, child.parent.slug, child.slug))
    assert post.path in paths(run)


def test_a_section_that_does_not_exist_is_answered_with_those_that_do(
    server: Server, tmp_path: Path
) -> None:
    run = backfill(server, tmp_path, sections="politika,polityka")
    assert (run.status, run.articles) == (2, [])
    assert "there is no section polityka, but biznes, ekonomika," in run.log
    assert not [hit for hit in server.log if "/posts" in hit.path]


def test_where_the_api_is_closed_the_listings_tell_a_section(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    server.fault(re.compile("/wp-json/"), Fault.status(403))
    run = backfill(
        server, tmp_path, sections="sport", since=f"{newsroom.newest_first[60].local:%F}"
    )
    assert run.status == 0, run.log
    assert paths(run)
    assert paths(run) <= of(newsroom, "sport")
    assert not [hit for hit in server.log if "sitemap" in hit.path]


@pytest.mark.parametrize("other", ["source=sitemap", "types=post,news"])
def test_what_cannot_tell_sections_is_refused(other: str) -> None:
    name, value = other.split("=")
    with pytest.raises(ArgumentError, match=r"^sections and .* exclude each other"):
        parse({"sections": "mir", name: value}, INFO365, Backfill.takes)
