"""The REST API: what an answer may contain, how many posts it has, where the list ends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kznews.items import Article, Rejected
from kznews.spiders.budget import Budget
from kznews.storage.archive import Archive
from kznews.storage.schema import now
from replica import Fault, Newsroom, Server
from replica.answer import JSON, Answer
from tests.crawling import FAST, asked, backfill, everything, paths, scrapy

ARTICLES = 30
Record = dict[str, Any]


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(articles=ARTICLES, oddities=False)


def posts_of(answer: Answer) -> list[Record]:
    body = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
    found = json.loads(body)
    assert isinstance(found, list)
    return found


def with_posts(change: Callable[[list[Record]], None]) -> Fault:
    def changed(answer: Answer) -> Answer:
        found = posts_of(answer)
        change(found)
        return replace(answer, body=json.dumps(found).encode())

    return Fault(changed)


HALF = "\ud83d"
SPOILED: list[Callable[[Record], Any]] = [
    lambda post: post.update(content=post["content"]["rendered"]),
    lambda post: post.update(title=post["title"]["rendered"]),
    lambda post: post.update(content=[]),
    lambda post: post.pop("content"),
    lambda post: post.update(content={"rendered": "<style>.x{}</style><div></div>"}),
    lambda post: post.update(title=7),
    lambda post: post.update(_embedded=[]),
    lambda post: post.update(_embedded={"wp:term": "нет", "author": {"name": [1]}}),
    lambda post: post["_embedded"].update({"wp:featuredmedia": [{"source_url": "http://[bad"}]}),
    lambda post: post["_embedded"].update({"wp:featuredmedia": [{"source_url": f"/a{HALF}.jpg"}]}),
    lambda post: post["content"].update(rendered=f"<p>{HALF}</p>{post['content']['rendered']}"),
    lambda post: post.update(yoast_head_json=[], guid=5, author="x"),
    lambda post: post.update(link=None),
    lambda post: post.update(id=str(post["id"])),
    lambda post: post.update(id=10**30),
    lambda post: post.update(date=None),
    lambda post: post.update(date_gmt="0001-01-01T00:00:00"),
    lambda post: post.update(date_gmt="9999-12-31T23:59:59"),
    lambda post: post.update(date="9999-12-31T23:59:59"),
    lambda post: post.update(modified_gmt="9999-12-31T23:59:59", modified="0001-01-01T00:00:00"),
    lambda post: post["content"].update(protected="false"),
]
BY_PAGE = {2, 3, 4, 5, 12, 13, 14, 15}
"""Places of those whose page is asked for."""


def test_a_value_of_another_type_costs_the_value_and_no_neighbour(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    def spoil(found: list[Record]) -> None:
        for post, change in zip(found, SPOILED, strict=False):
            change(post)
        found += [{"advertisement": 1}, {"id": []}]

    server.fault(re.compile("/wp-json/wp/v2/posts"), with_posts(spoil))
    run = backfill(server, tmp_path)
    assert (run.status, paths(run)) == (0, everything(newsroom))
    by_page = [newsroom.newest_first[place].path for place in BY_PAGE]
    assert sorted(asked(server, "/20")) == sorted(by_page)
    assert asked(server, "/?p=") == [f"/?p={newsroom.newest_first[12].id}"]
    assert {record["reason"] for record in run.records("rejected")} == {"invalid"}
    assert {article["published_at"] for article in run.articles} >= {
        newsroom.newest_first[place].local.isoformat() for place in (16, 17, 18)
    }
    server.clear_log()
    again = backfill(server, tmp_path)
    assert (again.status, len(again.articles)) == (0, ARTICLES)
    assert asked(server, "/20") == []


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_site_that_sorts_as_it_likes_and_counts_nothing_is_read_to_its_end(
    server: Server, newsroom: Newsroom, tmp_path: Path, order: str
) -> None:
    def turned(answer: Answer) -> Answer:
        if answer.status != 200:  # past the last page
            return answer
        return replace(answer, body=json.dumps(posts_of(answer)[::-1]), headers=[])

    for _ in range(100):
        newsroom.publish()
    server.fault(re.compile("/wp-json/wp/v2/posts"), Fault(turned))
    for _ in range(2):
        run = backfill(server, tmp_path, order=order)
        assert (run.status, paths(run)) == (0, everything(newsroom))
        assert asked(server, "/wp-sitemap") == []
        newsroom.publish()


def test_an_api_without_an_end_is_left_for_the_sitemaps(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    endless = [("X-WP-Total", "99999999999"), ("X-WP-TotalPages", "999999999")]
    server.fault(
        re.compile("/wp-json/wp/v2/posts"), Fault(lambda _: Answer(200, "[]", JSON, endless))
    )
    run = backfill(server, tmp_path)
    assert (run.status, paths(run)) == (1, everything(newsroom))
    assert "the walk through the REST API has no end" in run.log
    assert len(asked(server, "/wp-json/")) < 10


def test_an_api_that_gives_the_same_posts_for_ever_is_left(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    def pages(answer: Answer) -> Answer:
        headers = [("X-WP-TotalPages", "9" * 5000 if len(server.log) > 3 else "999999")]
        return replace(answer, headers=headers)

    first = "/wp-json/wp/v2/posts?per_page=100"
    server.fault(re.compile(re.escape(first)), Fault(pages))
    server.fault(re.compile("exclude="), Fault.status(400))
    run = backfill(server, tmp_path)
    assert paths(run) == everything(newsroom)
    assert len(asked(server, "/wp-json/")) < 12


def test_a_server_that_dies_of_a_hundred_posts_is_asked_for_fewer_and_that_is_remembered(
    tmp_path: Path,
) -> None:
    newsroom = Newsroom(articles=70, oddities=False)
    with Server(newsroom) as server:
        server.fault(re.compile("per_page=(?:100|50)"), Fault.status(500))
        run = backfill(server, tmp_path)
        assert (run.status, paths(run)) == (0, everything(newsroom))
        assert asked(server, "/20") == []
        assert "20 posts at a time from now on" in run.log
        newsroom.publish()
        server.clear_log()
        run = backfill(server, tmp_path)
        assert (run.status, paths(run)) == (0, everything(newsroom))
        assert all("per_page=20" in path for path in asked(server, "/wp-json/"))
        store = Archive(f"sqlite:///{tmp_path}/archive.db")
        store.notes.keep("posts_per_request:365info", f"20 {now(timedelta(days=-30))}")
        store.flush()
        store.close()
        server.clear_log()
        assert backfill(server, tmp_path).status == 0
        assert any("per_page=100" in path for path in asked(server, "/wp-json/"))


def test_an_answer_that_is_no_list_at_all_is_no_reason_to_ask_for_fewer(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    server.fault(
        re.compile("/wp-json/wp/v2/posts"), Fault(lambda _: Answer(200, '{"code": "x"}', JSON))
    )
    run = backfill(server, tmp_path)
    assert (run.status, paths(run)) == (0, everything(newsroom))
    assert len(asked(server, "/wp-json/")) == 2


@pytest.mark.parametrize("trouble", ["deleted", "future"])
def test_the_newest_known_post_is_no_wall(
    server: Server, newsroom: Newsroom, tmp_path: Path, trouble: str
) -> None:
    newest = newsroom.newest_first[0]
    if trouble == "future":

        def lie(found: list[Record]) -> None:
            for post in found:
                if post["id"] == newest.id:
                    post["date"] = "9999-12-31T23:59:59"

        server.fault(re.compile("/wp-json/wp/v2/posts"), with_posts(lie))
    backfill(server, tmp_path)
    if trouble == "deleted":
        newsroom.delete(newest.id)
        server.clear_log()
        backfill(server, tmp_path)
    newsroom.now += timedelta(hours=1)
    fresh = newsroom.publish()
    fresh.modified = fresh.published - timedelta(days=9)  # scheduled: no edit tells of it
    server.clear_log()
    run = backfill(server, tmp_path)
    assert fresh.path[1:] in paths(run)
    assert all("after=" in path for path in asked(server, "/wp-json/"))


def test_a_budget_never_falls_below_nothing() -> None:
    budget = Budget(1)
    assert [budget.take() for _ in range(3)] == [True, False, False]
    budget.count(Rejected(id="365info:17"))
    assert budget.take()
    budget.count(Article())
    assert (budget.left, budget.to_deliver) == (0, 0)
    budget.give_back()
    assert budget.left == 1


NEWS = "/wp-json/wp/v2/novosti"


@pytest.fixture
def with_types(server: Server, newsroom: Newsroom) -> Server:
    """A site whose last ten posts are of a type of its own."""
    own = {post.id for post in newsroom.newest_first[:10]}
    kinds = {"post": {"rest_base": "posts"}, "news": {"rest_base": "novosti"}, "page": {}}
    server.fault("/wp-json/wp/v2/types", Fault(lambda _: Answer(200, json.dumps(kinds), JSON)))

    def of_type(answer: Answer) -> Answer:
        found = [post for post in posts_of(answer) if post["id"] not in own]
        others = [header for header in answer.headers if header[0] != "X-WP-Total"]
        total = ("X-WP-Total", str(len(found)))
        return replace(answer, body=json.dumps(found).encode(), headers=[*others, total])

    every = server._listeners[0].answer("/wp-json/wp/v2/posts?per_page=100&_embed=1", server.url)
    mine = [post for post in posts_of(every) if post["id"] in own]
    server.fault(
        NEWS, Fault(lambda _: Answer(200, json.dumps(mine), JSON, [("X-WP-TotalPages", "1")]))
    )
    server.fault(re.compile("/wp-json/wp/v2/posts"), Fault(of_type))
    return server


def test_posts_of_another_type_are_noticed_and_asked_for(
    with_types: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    url = with_types.url
    options = ("-a", f"site={url}", *FAST)
    run = scrapy("crawl", "wordpress-backfill", *options, data=tmp_path)
    assert (run.status, len(run.articles)) == (0, ARTICLES - 10)
    assert "WARNING" in run.log
    assert "`-a types=post,news` asks for them" in run.log
    audit = scrapy("audit", "wordpress-backfill", *options, data=tmp_path)
    assert audit.status == 1
    assert "The sitemaps list 10 articles that were not met in the API" in audit.log
    run = scrapy("crawl", "wordpress-backfill", *options, "-a", "types=post,news", data=tmp_path)
    assert (run.status, paths(run)) == (0, everything(newsroom))
    assert asked(with_types, "/20") == []
    again = scrapy("crawl", "wordpress-latest", *options, "-a", "types=news", data=tmp_path)
    assert (again.status, len(again.articles)) == (0, ARTICLES)
    audit = scrapy("audit", "wordpress-backfill", *options, "-a", "types=post,news", data=tmp_path)
    assert audit.status == 0
    young = ("-s", "KZNEWS_REVISIT_HOURS=1000000", "-a", "source=sitemap")
    for _ in range(2):  # the list of posts lacks them, which does not mean that they are gone
        again = scrapy("crawl", "wordpress-backfill", *options, *young, data=tmp_path)
        assert (again.status, again.rejected) == (0, {})
    wrong = scrapy("crawl", "wordpress-backfill", *options, "-a", "types=novost", data=tmp_path)
    assert wrong.status == 1
    assert "no type of posts is called ['novost']: there are ['news', 'post']" in wrong.log


def test_an_audit_of_what_answers_nothing_goes_by_the_sitemaps(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    backfill(server, tmp_path)
    promised = [("X-WP-Total", "7"), ("X-WP-TotalPages", "3000")]
    empty = Fault(lambda _: Answer(200, "[]", JSON, promised))
    server.fault(re.compile("/wp-json/wp/v2/posts"), empty)
    run = scrapy("audit", "365info", "-a", f"base_url={server.url}", *FAST, data=tmp_path)
    assert "By the sitemaps" in run.log
    assert re.search(rf"^all +{ARTICLES} +{ARTICLES} +0 ", run.log, re.MULTILINE)


def test_an_audit_counts_posts_whose_dates_nobody_can_read(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    backfill(server, tmp_path)
    fresh = [newsroom.publish() for _ in range(3)]
    absurd = dict(
        zip(
            (p.id for p in fresh),
            ("вчера", "0001-01-01T00:00:00", "9999-12-31T00:00:00"),
            strict=True,
        )
    )

    def spoil(found: list[Record]) -> None:
        for post in found:
            post["date"] = absurd.get(post["id"], post["date"])

    server.fault(re.compile("/wp-json/wp/v2/posts"), with_posts(spoil))
    server.closed = {"sitemap": 404}
    listed = tmp_path / "missing.txt"
    words = ("-a", f"base_url={server.url}", "--missing", str(listed), *FAST)
    run = scrapy("audit", "365info", *words, data=tmp_path)
    assert sorted(listed.read_text().split()) == sorted(server.url + post.path for post in fresh)
    assert run.status == 1
    assert asked(server, "/20") == []
