"""``latest`` every minute: no news costs little, new and edited articles come once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kznews.sources.feed import MAX_PAGES
from kznews.storage.archive import Archive
from kznews.storage.schema import now
from replica import Fault, Newsroom, Server
from replica.answer import XML, Answer
from tests.crawling import Run, crawl

TODAY = datetime.now(ZoneInfo("Asia/Almaty")).date()


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(articles=40, oddities=False, today=TODAY)


@dataclass
class Look:
    """A look some minutes after the last change: how it ended, and what it brought."""

    run: Run
    brought: set[tuple[str, int]]

    @property
    def status(self) -> int:
        return self.run.status


def look(server: Server, data: Path, *words: str, **arguments: str) -> Look:
    server.newsroom.now += timedelta(minutes=5)
    before = versions(Run(0, "", data))
    run = crawl(server.url, data, *words, spider="365info-latest", **arguments)
    return Look(run, versions(run) - before)


def versions(run: Run) -> set[tuple[str, int]]:
    found = [(article["id"], article["version"]) for article in run.articles]
    assert len(found) == len(set(found))
    return set(found)


def first_versions(*posts: int) -> set[tuple[str, int]]:
    return {(f"365info:{post}", 1) for post in posts}


def asked(server: Server) -> list[str]:
    return [hit.path for hit in server.log if hit.path != "/robots.txt"]


@pytest.mark.parametrize("rest", ["open", "closed"])
def test_nothing_new_is_one_question(server: Server, tmp_path: Path, rest: str) -> None:
    server.closed = {"rest": 403} if rest == "closed" else {}
    first = look(server, tmp_path)
    assert first.status == 0
    assert len(first.brought) >= 10
    server.clear_log()
    second = look(server, tmp_path)
    assert (second.status, second.brought) == (0, set())
    assert [(hit.path, hit.status) for hit in server.log[1:]] == [("/feed/", 304)]


def test_news_and_edits_come_through_the_api_in_one_request(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    look(server, tmp_path)
    old = newsroom.newest_first[30]
    newsroom.edit(old.id, title="Совсем другой заголовок")
    fresh = {newsroom.publish().id for _ in range(25)}
    server.clear_log()
    second = look(server, tmp_path)
    wanted = first_versions(*fresh, old.id)
    assert (second.status, second.brought) == (0, wanted)
    assert len(asked(server)) == 2
    newsroom.edit(old.id, add_paragraph="Добавлено позже.")
    assert look(server, tmp_path).brought == {(f"365info:{old.id}", 2)}


def test_what_was_scheduled_counts_as_changed_before_and_comes_all_the_same(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    look(server, tmp_path)
    scheduled = newsroom.publish()
    scheduled.modified = scheduled.published - timedelta(days=9)
    newsroom.edit(newsroom.newest_first[20].id, title="Правка")
    assert (f"365info:{scheduled.id}", 1) in look(server, tmp_path).brought


@pytest.mark.parametrize("is_dated", [True, False])
def test_without_the_api_the_feed_is_followed_down_to_what_is_known(
    server: Server, newsroom: Newsroom, tmp_path: Path, is_dated: bool
) -> None:
    server.closed = {"rest": 404}
    if not is_dated:  # no Last-Modified
        undated = Fault(lambda answer: Answer(200, answer.body, XML))
        server.fault(re.compile("^/feed/"), undated)
    look(server, tmp_path)
    edited = newsroom.newest_first[0]
    newsroom.edit(edited.id, title="Совсем другой заголовок")
    fresh = {newsroom.publish().id for _ in range(25)}
    second = look(server, tmp_path)
    wanted = first_versions(*fresh) | {(f"365info:{edited.id}", 2)}
    assert (second.status, second.brought) == (0, wanted)


def test_a_feed_whose_older_pages_are_ever_new_is_left_and_that_is_said(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    server.closed = {"rest": 403}
    look(server, tmp_path)
    number = count()

    def invent(answer: Answer) -> Answer:
        link = f"<item><link>{server.url}/2026/11/nothing-{next(number)}</link></item>"
        return Answer(200, f"<rss version='2.0'><channel>{link}</channel></rss>", XML)

    newsroom.publish()
    server.fault(re.compile("^/feed/"), Fault(invent))
    second = look(server, tmp_path)
    assert second.status == 1
    assert "so there may be more: crawl the sections" in second.run.log
    assert len([hit for hit in server.log if "paged=" in hit.path]) == MAX_PAGES - 1


def test_a_feed_that_is_unchanged_for_one_who_never_saw_it_is_none(
    server: Server, tmp_path: Path
) -> None:
    server.closed = {"rest": 404}
    server.fault("/feed/", Fault.status(304))
    first = look(server, tmp_path)
    assert (first.status, len(first.brought)) == (0, 20)  # from the home page


def test_without_a_feed_the_api_is_asked(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    server.closed = {"feed": 404}
    first = look(server, tmp_path)
    assert first.status == 0
    server.clear_log()
    assert look(server, tmp_path).status == 0
    assert len(asked(server)) == 2
    fresh = newsroom.publish().id
    assert look(server, tmp_path).brought == first_versions(fresh)


def test_without_feed_and_api_there_is_the_home_page(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    server.closed = {"feed": 404, "rest": 403}
    first = look(server, tmp_path)
    assert (first.status, len(first.brought)) == (0, 20)
    fresh = newsroom.publish().id
    second = look(server, tmp_path)
    assert (second.status, second.brought) == (0, first_versions(fresh))
    for _ in range(25):
        newsroom.publish()
    missed = look(server, tmp_path)
    assert missed.status == 1
    assert "there may be more: crawl the sections" in missed.run.log


def test_an_article_that_could_not_be_had_comes_with_the_next_look(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    server.closed = {"rest": 403}
    look(server, tmp_path)
    fresh = newsroom.publish()
    server.fault(fresh.path, Fault.status(500))
    assert look(server, tmp_path).brought == set()
    server.clear_faults()
    assert look(server, tmp_path).brought == first_versions(fresh.id)


def test_a_limited_look_is_not_the_last_one(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    look(server, tmp_path)
    fresh = {newsroom.publish().id for _ in range(4)}
    limited = look(server, tmp_path, max_articles="1").brought
    assert len(limited) == 1
    wanted = first_versions(*fresh)
    assert look(server, tmp_path).brought == wanted - limited


def test_a_site_out_of_reach_is_a_failure(tmp_path: Path) -> None:
    run = crawl("http://127.0.0.1:1", tmp_path, spider="365info-latest")
    assert run.status == 1
    assert "cannot reach http://127.0.0.1:1" in run.log


def test_an_api_that_fails_amid_the_edits_moves_no_mark(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    look(server, tmp_path)
    for post in newsroom.posts[:20]:
        newsroom.edit(post.id, title=f"Другой заголовок {post.id}")
    store = Archive(f"sqlite:///{tmp_path}/archive.db")
    store.notes.keep("posts_per_request:365info", f"10 {now()}")
    store.flush()
    store.close()
    server.fault(re.compile("exclude="), Fault.status(503))
    failed = look(server, tmp_path)
    server.clear_faults()
    brought = failed.brought | look(server, tmp_path).brought
    assert failed.status == 1
    assert {post for post, _ in brought} >= {f"365info:{post.id}" for post in newsroom.posts[:20]}


def empty(_: Answer) -> Answer:
    return Answer(200, "<rss version='2.0'><channel><title>x</title></channel></rss>", XML)


@pytest.mark.parametrize(
    "lost", [Fault.status(404), Fault.redirect("/feed/"), Fault.cut_quietly(), Fault(empty)]
)
def test_older_pages_of_the_feed_that_are_not_there_leave_no_hole(
    server: Server, newsroom: Newsroom, tmp_path: Path, lost: Fault
) -> None:
    server.closed = {"rest": 404}
    assert look(server, tmp_path).status == 0
    fresh = [newsroom.publish().id for _ in range(35)]
    server.fault(re.compile("paged=[23]"), lost)
    assert look(server, tmp_path).status == 1
    server.clear_faults()
    second = look(server, tmp_path)
    assert second.status == 0
    assert first_versions(*fresh) <= versions(second.run)
    server.clear_log()
    newsroom.publish()
    assert look(server, tmp_path).status == 0
    assert not [path for path in asked(server) if "paged" in path]


def test_older_pages_that_two_looks_do_not_find_are_not_there(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    server.closed = {"rest": 404}
    look(server, tmp_path)
    for _ in range(35):
        newsroom.publish()
    server.fault(re.compile("paged="), Fault.status(404))
    assert [look(server, tmp_path).status for _ in range(3)] == [1, 0, 0]


def test_a_feed_without_an_article_leaves_the_home_page(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    server.closed = {"rest": 404}
    look(server, tmp_path)
    fresh = newsroom.publish().id
    server.fault("/feed/", Fault(empty))
    found = look(server, tmp_path)
    assert (found.status, found.brought >= first_versions(fresh)) == (0, True)


@pytest.mark.parametrize("spider", ["365info-latest", "365info-backfill"])
def test_a_clock_that_is_hours_behind_the_one_that_answers_hides_no_edit(
    server: Server, newsroom: Newsroom, tmp_path: Path, spider: str
) -> None:
    def ahead(answer: Answer) -> Answer:
        now = newsroom.now.astimezone(UTC) + timedelta(hours=3)
        return replace(
            answer, headers=[*answer.headers, ("Date", format_datetime(now, usegmt=True))]
        )

    def run() -> Run:
        newsroom.now += timedelta(minutes=5)
        return crawl(server.url, tmp_path, spider=spider)

    server.fault(re.compile("/"), Fault(ahead))
    crawl(server.url, tmp_path, spider="365info-backfill")
    assert run().status == 0
    edited = newsroom.newest_first[9]
    newsroom.edit(edited.id, title="Совсем другой заголовок")
    newsroom.now += timedelta(minutes=5)
    fresh = newsroom.publish()
    last = run()
    assert last.status == 0
    found = {(article["id"], article["version"]) for article in last.articles}
    assert {(f"365info:{edited.id}", 2), (f"365info:{fresh.id}", 1)} <= found
