"""Answers of the API that name fewer posts than the site counts: none is lost by them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from scrapy.http import Response

from kznews.sources.short_answers import MAX_KEPT, Counted, ShortAnswers
from kznews.storage.archive import Archive
from kznews.storage.schema import MOST_TRIES
from kznews.wordpress.rest import KEYS, Posts
from replica import Fault, Newsroom, Server
from replica.answer import JSON, Answer
from tests.crawling import Run, asked, backfill, crawl, everything, paths, scrapy
from tests.sources.test_sources import Stub

POSTS = re.compile("/wp-json/wp/v2/posts")
ARTICLES = 130


@pytest.fixture
def newsroom() -> Newsroom:
    today = datetime.now(ZoneInfo("Asia/Almaty")).date()
    return Newsroom(articles=ARTICLES, oddities=False, today=today)


def spoiling(change: Callable[[list[Any]], None], times: int | None = None) -> Fault:
    def spoil(answer: Answer) -> Answer:
        posts = json.loads(answer.body)
        change(posts)
        return replace(answer, body=json.dumps(posts).encode())

    return Fault(spoil, times)


def empty(posts: list[Any]) -> None:
    posts[7] = {}


def null(posts: list[Any]) -> None:
    posts[7] = None


def twice(posts: list[Any]) -> None:
    posts[7] = posts[8]


def absent(posts: list[Any]) -> None:
    del posts[7]


def advertised(posts: list[Any]) -> None:
    posts[7:8] = [{"advertisement": 1}, {"advertisement": 2}]


@pytest.mark.parametrize("totals", [[], [("X-WP-Total", "0"), ("X-WP-TotalPages", "0")]])
def test_an_empty_answer_where_more_were_promised_is_no_end(
    server: Server, newsroom: Newsroom, tmp_path: Path, totals: list[tuple[str, str]]
) -> None:
    nothing = Fault(lambda _: Answer(200, "[]", JSON, headers=totals), times=1)
    server.fault(re.compile(f"{POSTS.pattern}.*before="), nothing)
    run = backfill(server, tmp_path)
    assert (run.status, len(run.articles)) == (1, 100)
    assert "the REST API names 0 of 30 posts" in run.log
    run = backfill(server, tmp_path)
    assert (run.status, paths(run)) == (0, everything(newsroom))


@pytest.mark.parametrize("change", [empty, null, twice, absent, advertised])
def test_a_post_that_an_answer_holds_back_is_asked_for_by_the_next_run(
    server: Server, newsroom: Newsroom, tmp_path: Path, change: Callable[[list[Any]], None]
) -> None:
    lost = newsroom.newest_first[7].path[1:]
    server.fault(POSTS, spoiling(change, times=1))
    first = backfill(server, tmp_path)
    assert (first.status, paths(first)) == (1, [p for p in everything(newsroom) if p != lost])
    assert "the REST API names 99 of 100 posts" in first.log
    assert {record["reason"] for record in first.records("rejected")} == {"invalid"}
    for _ in range(3):  # which push it out of the first hundred
        newsroom.publish()
    second = backfill(server, tmp_path)
    assert (second.status, paths(second)) == (0, everything(newsroom))
    server.clear_log()
    assert backfill(server, tmp_path).status == 0
    assert not [path for path in asked(server, "/wp-json/") if "before=" in path]


def test_what_an_answer_holds_back_waits_for_a_run_that_wants_it(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    server.fault(POSTS, spoiling(empty, times=1))
    assert backfill(server, tmp_path).status == 1
    for some in ({"until": "2020-01-01"}, {"sections": "mir"}, {"max_articles": "1"}):
        newsroom.publish(categories=[newsroom.catch_all])
        backfill(server, tmp_path, **some)
    run = backfill(server, tmp_path)
    assert (run.status, paths(run)) == (0, everything(newsroom))


def test_a_full_answer_that_says_it_is_the_last_is_not_believed_against_its_own_total(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    def last(answer: Answer) -> Answer:
        others = [header for header in answer.headers if header[0] != "X-WP-TotalPages"]
        return replace(answer, headers=[*others, ("X-WP-TotalPages", "0")])

    server.fault(POSTS, Fault(last))
    run = backfill(server, tmp_path)
    assert (run.status, paths(run)) == (0, everything(newsroom))


def test_a_look_at_what_is_new_waits_for_what_an_answer_holds_back(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    def look() -> Run:
        newsroom.now += timedelta(minutes=5)
        return crawl(server.url, tmp_path, spider="365info-latest")

    assert look().status == 0
    fresh = [newsroom.publish() for _ in range(9)]
    server.fault(POSTS, spoiling(empty))
    server.fault("/feed/", Fault(lambda answer: replace(answer, body="<rss><channel/></rss>")))
    found = look()
    assert found.status == 1
    assert len({post.path[1:] for post in fresh} - set(paths(found))) == 1
    server.clear_faults()
    again = look()
    assert again.status == 0
    assert {post.path[1:] for post in fresh} <= set(paths(again))


def test_an_audit_that_is_not_told_of_all_is_no_audit(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    backfill(server, tmp_path)
    server.fault(POSTS, spoiling(empty, times=1))
    run = scrapy("audit", "365info", "-a", f"base_url={server.url}", data=tmp_path)
    assert run.status == 1
    assert "the REST API names 99 of 100 posts" in run.log


def test_a_young_article_that_a_short_answer_does_not_name_is_not_taken_for_deleted(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    backfill(server, tmp_path, source="sitemap")
    server.fault(re.compile("_fields=id,modified_gmt"), spoiling(empty))
    server.clear_log()
    young = ("-s", "KZNEWS_REVISIT_HOURS=1000000")
    for _ in range(2):
        run = backfill(server, tmp_path, *young, source="sitemap")
        assert (run.status, run.rejected) == (0, {})
    assert asked(server, "/20")


# --- How long it is asked for ---------------------------------------------------------------------


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(f"sqlite:///{tmp_path / 'archive.db'}")


QUERY = Posts(after="2026-11-01T00:00:00")


def short_in_a_run(archive: Archive, query: Posts = QUERY, following: Posts | None = None) -> Stub:
    crawl = Stub(archive)
    answers = ShortAnswers(crawl)
    assert len(list(answers.add(query, following, 9, 10))) == 1
    assert list(answers.add(query, following, 9, 10)) == []
    archive.flush()
    return crawl


def test_an_answer_that_stays_short_is_taken_as_it_is_in_the_end(archive: Archive) -> None:
    for _ in range(MOST_TRIES):
        assert short_in_a_run(archive).problems
        assert ShortAnswers(Stub(archive)).waiting() == [QUERY]
    assert short_in_a_run(archive).problems == []
    assert ShortAnswers(Stub(archive)).waiting() == []


def test_a_whole_answer_ends_the_asking(archive: Archive) -> None:
    short_in_a_run(archive)
    limited = Stub(archive)
    limited.left = 5
    ShortAnswers(limited).settle(QUERY)
    assert ShortAnswers(Stub(archive)).waiting() == [QUERY]
    ShortAnswers(Stub(archive)).settle(QUERY)
    archive.flush()
    assert ShortAnswers(Stub(archive)).waiting() == []


def test_a_request_is_kept_with_the_span_of_its_posts(archive: Archive) -> None:
    short_in_a_run(archive, Posts(fields=KEYS), Posts(before="2026-11-20T10:00:01"))
    assert ShortAnswers(Stub(archive)).waiting() == [Posts(after="2026-11-20T09:59:59")]


def test_the_requests_that_are_kept_have_a_bound(archive: Archive) -> None:
    crawl = Stub(archive)
    answers = ShortAnswers(crawl)
    for page in range(MAX_KEPT + 5):
        assert list(answers.add(Posts(page=page), None, 9, 10))
    assert len(answers.waiting()) == MAX_KEPT
    assert len(crawl.problems) == MAX_KEPT + 5


def test_a_walk_that_is_short_everywhere_is_asked_for_as_a_whole_some_runs_long(
    archive: Archive,
) -> None:
    for run in range(MOST_TRIES + 1):
        crawl = Stub(archive)
        answers = ShortAnswers(crawl)
        for page in range(MAX_KEPT + 5):
            assert list(answers.add(Posts(page=page + 2), None, 9, 10))
        archive.flush()
        assert bool(crawl.problems) == (run < MOST_TRIES)
        assert (Posts() in ShortAnswers(Stub(archive)).waiting()) == (run < MOST_TRIES)
    assert ShortAnswers(Stub(archive)).waiting() == []


@pytest.mark.parametrize(
    ("total", "pages", "query", "named", "counted"),
    [
        ("130", "2", Posts(), 100, (130, 2, 100)),
        ("130", "2", Posts(page=2), 30, (130, 2, 30)),
        ("130", "2", Posts(page=3), 0, (130, 2, 0)),
        ("80", "2", Posts(), 50, (80, 2, 0)),  # a site that gives fifty at most
        ("130", "0", Posts(), 100, (130, 2, 0)),
        ("130", "1", Posts(), 99, (130, 1, 0)),
        (None, "2", Posts(), 100, (None, 2, 0)),
        ("0", "0", Posts(), 0, (0, 0, 0)),
        ("x", None, Posts(), 7, (None, None, 0)),
    ],
)
def test_what_an_answer_must_name(
    total: str | None, pages: str | None, query: Posts, named: int, counted: tuple[Any, ...]
) -> None:
    said = {"X-WP-Total": total, "X-WP-TotalPages": pages}
    headers = {name: value for name, value in said.items() if value is not None}
    answer = Response("http://127.0.0.1/", headers=headers)
    assert Counted.read(answer, query, named) == counted
