"""Pages that a crawl keeps: which ones, where, and how an article's line names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kznews.warc.reader import Recorded, read_records
from replica import Fault, Newsroom, Server
from tests.crawling import Record, Run, crawl

ALL, NOTHING = {"KZNEWS_PAGES": "all"}, {"KZNEWS_PAGES": "none"}


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(articles=25, oddities=False)


def kept(data: Path) -> dict[tuple[str, int], Recorded]:
    """Return all kept answers by file and offset."""
    found = {}
    for path in sorted((data / "pages").glob("*.warc.gz")):
        records = filter(None, read_records(str(path), lambda _, __: True, 10**7))
        found.update({(path.name, record.page.offset): record for record in records})
    return found


def page(article: Record) -> tuple[str, int] | None:
    return article["page"] and (article["page"]["file"], article["page"]["offset"])


def crawl_with(server: Server, data: Path, mode: str, **arguments: str) -> Run:
    return crawl(server.url, data, "-s", f"KZNEWS_PAGES={mode}", **arguments)


def test_all_answers_are_kept_and_each_article_names_its_own(
    server: Server, tmp_path: Path
) -> None:
    run = crawl_with(server, tmp_path, "all")
    pages = kept(tmp_path)
    assert {page(a): a["url"] for a in run.articles} == {
        place: record.url for place, record in pages.items() if record.url in run.urls()
    }
    assert len(run.articles) == 25
    kinds = {record.url.removeprefix(server.url)[:9] for record in pages.values()}
    assert {"/wp-json/", "/category"} <= kinds
    assert not list((tmp_path / "pages").glob(".*"))


def test_over_the_api_an_article_names_the_answer_that_it_stood_in(
    server: Server, tmp_path: Path
) -> None:
    run = crawl(server.url, tmp_path, "-s", "KZNEWS_PAGES=all", spider="365info-backfill")
    pages = kept(tmp_path)
    places = {page(article) for article in run.articles}
    assert [b"content" in pages[place].body for place in places if place] == [True]


def test_doubtful_are_the_first_the_rejected_and_those_that_disagree(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    empty = newsroom.newest_first[20].path
    server.fault(empty, Fault.status(200, body="<html><head></head><body></body></html>"))
    long = newsroom.edit(newsroom.newest_first[21].id, title="Слово " * 100).path  # for a pipeline
    run = crawl_with(server, tmp_path, "doubtful")
    pages = kept(tmp_path)
    named = [article["url"] for article in run.articles if article["page"]]
    assert named == [article["url"] for article in run.articles[:10]]
    assert {run.rejected[server.url + path]["reason"] for path in (empty, long)} == {
        "not_an_article", "invalid",
    }  # fmt: skip
    kept_urls = {record.url for record in pages.values()}
    assert kept_urls == {*named, server.url + empty, server.url + long}


def test_none_keeps_none(server: Server, tmp_path: Path) -> None:
    run = crawl_with(server, tmp_path, "none", max_articles="3")
    assert not (tmp_path / "pages").exists()
    assert [article["page"] for article in run.articles] == [None] * 3


def test_a_split_post_is_kept_whole(server: Server, newsroom: Newsroom, tmp_path: Path) -> None:
    url = server.url + newsroom.plant("two_pages").path
    run = crawl_with(server, tmp_path, "doubtful", urls=url)
    [article] = run.articles
    pages = kept(tmp_path)
    place = page(article)
    assert place
    assert pages[place].url == url
    assert [record.url for record in pages.values()] == [url, f"{url}/2"]


def test_the_oldest_go_where_there_is_too_much(server: Server, tmp_path: Path) -> None:
    for _ in range(3):
        crawl(server.url, tmp_path, "-s", "KZNEWS_PAGES_MAX=1", full="1", max_articles="2")
    assert not list((tmp_path / "pages").iterdir())
