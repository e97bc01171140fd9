"""Whole crawls of the look-alike, compared with what a perfect reader delivers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from replica import Newsroom, Server
from tests.crawling import Record, crawl

FIELDS = (
    "title", "lead", "text", "authors", "section", "tags", "published_at", "modified_at",
    "date_precision", "language", "embeds",
)  # fmt: skip


def expected(truth: Record, base: str) -> Record:
    return {field: truth[field] for field in FIELDS} | {
        "id": f"365info:{truth['id']}",
        "url": base + truth["path"],
        "sections": sorted(truth["sections"], key=lambda section: section["slug"]),
        "images": [{**image, "url": base + image["url"]} for image in truth["images"]],
        "related": [base + path for path in truth["related"]],
    }


def settled(truth: Record) -> bool:
    """Whether the truth hangs neither on the hour of the test («2 часа назад») nor on a race."""
    racing = {"text_date_relative", "exact_duplicate", "exact_duplicate_after_edit"}
    return truth["outcome"] == "article" and racing.isdisjoint(truth["oddities"])


def delivered(article: Record) -> Record:
    kept = {*FIELDS, "id", "url", "images", "related"}
    sections = sorted(article["sections"], key=lambda section: section["slug"] or "")
    return {key: article[key] for key in kept} | {"sections": sections}


@pytest.fixture(scope="module", params=["current", "old"])
def crawled(request: Any, tmp_path_factory: Any) -> Iterator[Any]:
    newsroom = Newsroom(articles=60, theme=request.param)
    with Server(newsroom) as server:
        run = crawl(server.url, tmp_path_factory.mktemp("data"))
        yield newsroom, server, run


def test_every_article_is_delivered_as_a_perfect_reader_would(crawled: Any) -> None:
    newsroom, server, run = crawled
    articles = {article["url"]: article for article in run.articles}
    wrong = []
    for truth in newsroom.truth():
        url = server.url + truth["path"]
        if settled(truth):
            got = delivered(articles[url]) if url in articles else run.rejected.get(url)
            if got != (wanted := expected(truth, server.url)):
                wrong.append((truth["oddities"], wanted, got))
    assert wrong == []


def test_what_is_no_article_is_rejected_with_its_reason(crawled: Any) -> None:
    newsroom, server, run = crawled
    wanted = {
        server.url + t["path"]: t["outcome"]
        for t in newsroom.truth()
        if t["outcome"] not in {"article", "duplicate"}
    }
    got = {url: record["reason"] for url, record in run.rejected.items()}
    assert wanted.items() <= got.items()
    assert run.status == 0


def test_of_the_same_text_twice_one_is_delivered_and_the_other_names_it(crawled: Any) -> None:
    newsroom, server, run = crawled
    pair = {server.url + t["path"] for t in newsroom.truth() if "exact_duplicate" in t["oddities"]}
    (kept,) = [article for article in run.articles if article["url"] in pair]
    (other,) = pair - {kept["url"]}
    assert run.rejected[other]["reason"] == "duplicate"
    assert run.rejected[other]["duplicate_of"] == kept["id"]


def test_the_feeds_hold_what_their_names_say(crawled: Any) -> None:
    _, server, run = crawled
    assert list(run.articles[0]) == [
        "schema", "id", "url", "site", "language", "title", "lead", "text", "authors", "section",
        "sections", "tags", "published_at", "modified_at", "date_precision", "date_raw", "images",
        "embeds", "related", "views", "word_count", "content_hash", "version", "previous_hash",
        "changed", "cause", "duplicate_of", "similarity", "discovered_via", "archived_url",
        "layout", "suspect",
        "provenance", "page", "fetched_at",
    ]  # fmt: skip
    (snapshot,) = run.records("snapshots")
    assert snapshot["contacts"]["email"].count("@") == 1
    assert snapshot["city"]
    assert {rate["currency"] for rate in snapshot["rates"]} >= {"USD", "EUR", "RUB"}
    assert all(len(hit.path) < 500 for hit in server.log)


def test_an_article_is_asked_for_once_however_it_is_linked(crawled: Any) -> None:
    _, server, _ = crawled
    asked = [hit.path for hit in server.log if hit.path.startswith("/20")]
    assert len(asked) == len(set(asked))
    assert not [path for path in asked if "utm_" in path or path.endswith("/")]


def test_the_kazakh_edition_keeps_russian_articles_and_marks_them(tmp_path: Path) -> None:
    newsroom = Newsroom(articles=12, edition="kaz", oddities=False)
    russian = newsroom.plant("russian_in_kaz")
    with Server(newsroom) as server:
        run = crawl(server.url, tmp_path, spider="365info-kaz")
    languages = {article["id"]: article["language"] for article in run.articles}
    assert languages.pop(f"365info-kaz:{russian.id}") == "ru"
    assert set(languages.values()) == {"kk"}
    assert len(languages) == 12


def test_the_window_stops_the_walk_and_takes_both_its_days(tmp_path: Path) -> None:
    newsroom = Newsroom(articles=150, oddities=False)
    days = sorted({truth["published_at"][:10] for truth in newsroom.truth()}, reverse=True)
    since, until = days[6], days[3]
    with Server(newsroom) as server:
        run = crawl(server.url, tmp_path, since=since, until=until, sections="poslednie-novosti")
        listings = [hit.path for hit in server.log if "/category/" in hit.path]
    wanted = {
        server.url + t["path"] for t in newsroom.truth() if since <= t["published_at"][:10] <= until
    }
    assert run.urls() == wanted
    assert len(listings) < 15  # of 15


def test_a_window_without_articles_is_no_failure(tmp_path: Path) -> None:
    with Server(Newsroom(articles=12, oddities=False)) as server:
        run = crawl(server.url, tmp_path, since="2027-01-01")
    assert (run.status, run.articles) == (0, [])


def test_max_articles_and_max_pages_are_kept(tmp_path: Path) -> None:
    with Server(Newsroom(articles=40, oddities=False)) as server:
        run = crawl(server.url, tmp_path, max_articles="5", max_pages="1")
        pages = [hit.path for hit in server.log if "/page/" in hit.path]
    assert (run.status, len(run.articles), pages) == (0, 5, [])


def test_named_articles_are_fetched_and_nothing_else(tmp_path: Path) -> None:
    newsroom = Newsroom(articles=12, oddities=False)
    first, second = (truth["path"] for truth in newsroom.truth()[:2])
    listed = tmp_path / "urls.txt"
    with Server(newsroom) as server:
        listed.write_text(f"{server.url}{first}/?utm_source=x\n{server.url}{second}#top\n")
        run = crawl(server.url, tmp_path / "data", urls=f"@{listed}")
        paths = [hit.path for hit in server.log]
    assert run.urls() == {server.url + first, server.url + second}
    assert sorted(paths) == sorted(["/robots.txt", first, second])


def test_sections_come_from_the_navigation_where_the_api_is_closed(tmp_path: Path) -> None:
    newsroom = Newsroom(articles=25, oddities=False)
    with Server(newsroom) as server:
        server.closed = {"rest": "html"}
        run = crawl(server.url, tmp_path)
    assert len(run.articles) == 25


@pytest.mark.parametrize("flag", ["-o", "-O"])
def test_an_output_file_holds_the_articles_only(tmp_path: Path, flag: str) -> None:
    newsroom = Newsroom(articles=12, oddities=False)
    newsroom.plant("password")
    with Server(newsroom) as server:
        run = crawl(server.url, tmp_path / "data", flag, str(tmp_path / "out.jsonl"))
    lines = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 12
    assert all('"title"' in line for line in lines)
    assert run.articles == []
    assert [r["reason"] for r in run.rejected.values()].count("protected") == 1
