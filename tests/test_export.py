"""Any feed again, from the archive."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from replica import Newsroom, Server
from tests.crawling import Run, crawl, scrapy


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Run:
    data = tmp_path_factory.mktemp("data")
    with Server(Newsroom(articles=40)) as server:
        return crawl(server.url, data)


def test_an_export_holds_the_lines_of_the_feeds(crawled: Run, tmp_path: Path) -> None:
    run = scrapy("export", "-o", str(tmp_path / "all.jsonl"), data=crawled.data)
    lines = (tmp_path / "all.jsonl").read_text("utf-8").splitlines()
    (feed,) = crawled.data.glob("articles-*.jsonl")
    assert run.status == 0
    assert sorted(lines) == sorted(feed.read_text("utf-8").splitlines())


def test_an_export_keeps_to_what_is_asked_for(crawled: Run, tmp_path: Path) -> None:
    out = tmp_path / "some.jsonl"
    asked = ("--since", "2024-01-01", "--until", "2026-10-31", "--language", "ru")
    run = scrapy("export", "-o", str(out), *asked, "--section", "ekonomika", data=crawled.data)
    ids = {json.loads(line)["id"] for line in out.read_text("utf-8").splitlines()}
    assert run.status == 0
    assert ids == {
        article["id"]
        for article in crawled.articles
        if "2024-01-01" <= article["published_at"] < "2026-11"
        and article["language"] == "ru"
        and "ekonomika" in [section["slug"] for section in article["sections"]]
    }
    assert ids


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("everything",), 2, "'everything'"),
        (("--since", "yesterday"), 2, "'yesterday': expected a day such as"),
        (("-o", "articles.xyz"), 2, "give --format"),
        (("--format", "parquet"), 2, "parquet needs a file"),
    ],
)
def test_a_wrong_export_is_told_what_is_wrong(
    crawled: Run, words: tuple[str, ...], status: int, said: str
) -> None:
    run = scrapy("export", *words, data=crawled.data)
    assert (run.status, said in run.log) == (status, True)
    assert "Traceback" not in run.log


def test_without_an_archive_there_is_nothing_to_export(tmp_path: Path) -> None:
    run = scrapy("export", data=tmp_path)
    assert run.status == 1
    assert "there is no archive at" in run.log
    assert list(tmp_path.iterdir()) == []


def test_a_table_for_pandas_has_a_row_an_article(crawled: Run, tmp_path: Path) -> None:
    out = tmp_path / "all.parquet"
    run = scrapy("export", "-o", str(out), data=crawled.data)
    assert run.status == 0, run.log
    rows = pq.read_table(out).to_pylist()
    assert {row["id"]: row["title"] for row in rows} == {
        article["id"]: article["title"] for article in crawled.articles
    }
    assert json.loads(rows[0]["sections"])[0]["slug"]
