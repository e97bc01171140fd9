"""A backfill: the whole archive by any open source, also after interruptions."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from replica import Fault, Newsroom, Server
from replica.answer import Answer
from tests.crawling import (
    BACKFILL,
    FAST,
    asked,
    backfill,
    crawl,
    everything,
    paths,
    scrapy,
    start,
)

ARTICLES = 230


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(articles=ARTICLES, oddities=False)


@pytest.fixture
def small() -> Iterator[Server]:
    """A site whose pages are soon fetched, one by one."""
    with Server(Newsroom(articles=30, oddities=False)) as server:
        yield server


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


@pytest.mark.parametrize(
    ("closed", "kind"), [(401, "core"), (403, "yoast"), (404, "core"), ("html", "yoast")]
)
def test_a_closed_api_leaves_the_sitemaps(
    small: Server, tmp_path: Path, closed: int | str, kind: Literal["core", "yoast"]
) -> None:
    small.closed, small.newsroom.sitemap_kind = {"rest": closed}, kind
    run = backfill(small, tmp_path)
    assert (run.status, paths(run)) == (0, everything(small.newsroom))
    assert "The source 'rest' is closed" in run.log
    assert asked(small, "/category/") == []
    small.clear_log()
    assert len(backfill(small, tmp_path).articles) == 30
    assert asked(small, "/20") == []


@pytest.mark.parametrize("nowhere", ["mailto:news@example.kz", "http://[", "javascript:void(0)"])
def test_an_api_that_leads_nowhere_is_closed(small: Server, tmp_path: Path, nowhere: str) -> None:
    small.fault(re.compile("^/wp-json/"), Fault.redirect(nowhere))
    run = backfill(small, tmp_path)
    assert (run.status, paths(run)) == (0, everything(small.newsroom))
    assert "The source 'rest' is closed (http_301)" in run.log


@pytest.mark.parametrize(
    ("files", "status"), [(Fault.status(404), 1), (Fault(lambda _: Answer(200, "<urlset/>")), 0)]
)
def test_sitemaps_without_an_article_leave_the_listings(
    small: Server, tmp_path: Path, files: Fault, status: int
) -> None:
    small.closed = {"rest": 404}
    small.fault(re.compile("^/wp-sitemap-posts"), files)
    run = backfill(small, tmp_path)
    assert (run.status, paths(run)) == (status, everything(small.newsroom))
    assert "The source 'sitemap' is closed" in run.log


def test_without_api_and_sitemaps_there_are_date_archives(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    server.closed = {"rest": 403, "sitemap": 404}
    server.fault(re.compile("^/category/"), Fault.status(404))
    run = backfill(server, tmp_path)
    assert paths(run) == everything(newsroom)
    assert "The source 'sitemap' is closed" in run.log


@pytest.mark.parametrize(
    ("source", "closed"), [("rest", {"rest": 403}), ("sitemap", {"sitemap": 404})]
)
def test_a_source_that_was_asked_for_is_the_only_one(
    server: Server, tmp_path: Path, source: str, closed: dict[str, int | str]
) -> None:
    server.closed = closed
    run = backfill(server, tmp_path, source=source)
    assert (run.status, run.articles) == (1, [])
    assert f"the source '{source}' is closed" in run.log


@pytest.mark.parametrize(("source", "requests"), [("rest", 2), ("rest", 3), ("sitemap", 40)])
def test_a_killed_backfill_goes_on_where_it_was(
    server: Server, newsroom: Newsroom, tmp_path: Path, source: str, requests: int
) -> None:
    kill_after(server, tmp_path, requests, source)
    server.clear_log()
    run = backfill(server, tmp_path, source=source)
    assert (run.status, paths(run)) == (0, everything(newsroom))
    assert len(asked(server, "/wp-json/")) <= 6
    assert not list(tmp_path.glob(".*.part"))


def kill_after(server: Server, data: Path, requests: int, source: str) -> None:
    """Kill a backfill once the site has answered so often."""
    options = ("-a", f"base_url={server.url}", "-a", f"source={source}", *FAST)
    with start("scrapy", "crawl", BACKFILL, *options, data=data) as process:
        while process.poll(0.005) is None and len(server.log) < requests:
            pass
        process.kill()


def test_what_happens_on_the_site_meanwhile_leaves_no_hole(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    edited, deleted = newsroom.newest_first[3], newsroom.newest_first[200]
    changed = threading.Event()

    def change(answer: Answer) -> Answer:
        if not changed.is_set():
            changed.set()
            newsroom.publish()
            newsroom.edit(edited.id, title="Совсем другой заголовок")
            newsroom.delete(deleted.id)
        return answer

    server.fault(re.compile("before="), Fault(change))
    run = backfill(server, tmp_path)
    assert run.status == 0
    newsroom.now += timedelta(minutes=5)
    run = backfill(server, tmp_path)
    titles = {article["id"]: article["title"] for article in run.articles}
    assert {f"365info:{post.id}" for post in newsroom.posts} <= titles.keys()
    assert titles[f"365info:{edited.id}"] == "Совсем другой заголовок"
    assert len({(a["id"], a["version"]) for a in run.articles}) == len(run.articles)


def test_the_api_that_closes_on_the_way_leaves_the_rest_to_the_next_source(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    server.fault(re.compile("before="), Fault.status(403))
    run = backfill(server, tmp_path)
    assert (run.status, paths(run)) == (0, everything(newsroom))
    assert len(asked(server, "/20")) == ARTICLES - 100


def test_an_api_that_robots_txt_forbids_is_a_closed_one(small: Server, tmp_path: Path) -> None:
    small.robots = f"User-agent: *\nDisallow: /wp-json/\nSitemap: {small.url}/wp-sitemap.xml\n"
    run = backfill(small, tmp_path)
    assert (run.status, paths(run)) == (0, everything(small.newsroom))
    assert asked(small, "/wp-json/") == []


def test_an_object_that_is_no_post_is_fetched_by_its_page_or_written_down(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    def spoil(answer: Answer) -> Answer:
        found = json.loads(bytes_of(answer))
        del found[0]["date_gmt"]
        return replace(answer, body=json.dumps([{"advertisement": 1}, *found]).encode())

    server.fault(re.compile("/wp-json/wp/v2/posts"), Fault(spoil, times=1))
    run = backfill(server, tmp_path)
    assert paths(run) == everything(newsroom)
    assert asked(server, "/20") == [newsroom.newest_first[0].path]
    assert [r["reason"] for r in run.rejected.values()] == ["invalid"]


LINKS = (
    "\0",
    "",
    "2026/11",
    "https://365info.kz:99999/2026/11/x",
    "/2026/11/a%00b",
    "/2026/11/a%",
    "/?p=²",
)


@pytest.mark.parametrize("link", LINKS)
def test_a_post_whose_address_cannot_be_read_comes_by_its_number(
    server: Server, newsroom: Newsroom, tmp_path: Path, link: str
) -> None:
    def spoil(answer: Answer) -> Answer:
        found = json.loads(bytes_of(answer))
        found[0]["link"] = server.url + link if link.startswith("/") else link
        return replace(answer, body=json.dumps(found).encode())

    server.fault(re.compile("/wp-json/wp/v2/posts"), Fault(spoil, times=1))
    run = backfill(server, tmp_path)
    assert (run.status, paths(run)) == (0, everything(newsroom)), run.log


@pytest.mark.parametrize("reason", ["http_500", "truncated"])
def test_an_api_that_fails_is_tried_again_by_the_next_run(
    server: Server, newsroom: Newsroom, tmp_path: Path, reason: str
) -> None:
    fault = Fault.status(500) if reason == "http_500" else Fault(half)
    server.fault(re.compile("before="), fault)
    run = backfill(server, tmp_path, source="rest")
    assert (run.status, len(run.articles)) == (1, 100)
    server.clear_faults()
    assert paths(backfill(server, tmp_path)) == everything(newsroom)


def half(answer: Answer) -> Answer:
    body = bytes_of(answer)
    return replace(answer, body=body[: len(body) // 2])


def bytes_of(answer: Answer) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else answer.body.encode()


def test_a_notice_before_the_json_hides_nothing(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    def notice(answer: Answer) -> Answer:
        return replace(answer, body=b"<br />\n<b>Notice</b>: undefined [x]\n" + bytes_of(answer))

    server.fault(re.compile("/wp-json/"), Fault(notice))
    assert paths(backfill(server, tmp_path)) == everything(newsroom)
    assert asked(server, "/20") == []


def test_totals_that_a_cache_strips_are_not_needed(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    def strip(answer: Answer) -> Answer:
        return replace(answer, headers=[h for h in answer.headers if "X-WP" not in h[0]])

    server.fault(re.compile("/wp-json/"), Fault(strip))
    assert paths(backfill(server, tmp_path)) == everything(newsroom)


def test_days_bound_the_walk(server: Server, newsroom: Newsroom, tmp_path: Path) -> None:
    days = sorted(post.local.date() for post in newsroom.posts)
    since, until = days[40], days[150]
    run = backfill(server, tmp_path, since=str(since), until=str(until))
    wanted = sorted(p.path[1:] for p in newsroom.posts if since <= p.local.date() <= until)
    assert (run.status, paths(run)) == (0, wanted)
    assert paths(backfill(server, tmp_path)) == everything(newsroom)


def test_a_full_run_looks_at_everything_again_and_repeats_nothing(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    backfill(server, tmp_path)
    silent = newsroom.newest_first[120]
    silent.title = "Изменено без следа"
    newsroom.version += 1
    run = backfill(server, tmp_path, full="1")
    assert [(a["id"], a["version"]) for a in run.articles[ARTICLES:]] == [
        (f"365info:{silent.id}", 2)
    ]
    server.clear_log()
    assert len(backfill(server, tmp_path, full="1").articles) == ARTICLES + 1
    assert len(asked(server, "/wp-json/")) == 3


def test_a_limited_backfill_leaves_the_rest_to_the_next(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    assert len(backfill(server, tmp_path, max_articles="30").articles) == 30
    assert paths(backfill(server, tmp_path)) == everything(newsroom)


def test_sources_and_pages_bring_the_same_article_once(small: Server, tmp_path: Path) -> None:
    crawl(small.url, tmp_path, max_pages="1")
    backfill(small, tmp_path)
    run = crawl(small.url, tmp_path)
    assert (run.status, paths(run)) == (0, everything(small.newsroom))
    assert {article["version"] for article in run.articles} == {1}


def test_any_wordpress_site_needs_but_its_address(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    options = ("-a", f"site={server.url}", *FAST)
    run = scrapy("crawl", "wordpress-backfill", *options, data=tmp_path)
    assert (run.status, paths(run)) == (0, everything(newsroom))
    (name,) = {article["site"] for article in run.articles}
    assert name == server.url.removeprefix("http://")
    newsroom.now += timedelta(minutes=5)
    newsroom.publish()
    latest = scrapy("crawl", "wordpress-latest", *options, data=tmp_path)
    assert (latest.status, paths(latest)) == (0, everything(newsroom))
    assert scrapy("audit", "wordpress-backfill", *options, data=tmp_path).status == 0


def test_any_wordpress_site_is_read_by_its_pages_where_the_api_is_closed(
    small: Server, tmp_path: Path
) -> None:
    small.closed = {"rest": 401}
    options = ("-a", f"site={small.url}", "-a", "max_articles=10", *FAST)
    run = scrapy("crawl", "wordpress-backfill", *options, data=tmp_path)
    assert (run.status, len(run.articles)) == (0, 10)
    truth = {post.path[1:]: post for post in small.newsroom.posts}
    for article in run.articles:
        post = truth[article["url"].split("/", 3)[3]]
        assert article["title"] == post.plain_title
        assert article["text"] == post.text
