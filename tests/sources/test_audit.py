"""``scrapy audit``: what the archive has of the site by month, and the missing addresses."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kznews.storage.archive import Archive
from replica import Newsroom, Server
from tests.crawling import FAST, Run, crawl, scrapy
from tests.web_archive import WebArchive, recorded

ARTICLES = 120


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(articles=ARTICLES, oddities=False)


def audit(server: Server, data: Path, *words: str) -> Run:
    words = ("-a", f"base_url={server.url}", *FAST, *words)
    return scrapy("audit", "365info", *words, data=data)


def kept(data: Path) -> Any:
    """Return what the archive remembers of the last audit."""
    archive = Archive(f"sqlite:///{data}/archive.db")
    note = archive.notes.read("audit:365info")
    archive.close()
    return note and json.loads(note)


def rows(run: Run) -> dict[str, list[str]]:
    """Return the cells of the table by month."""
    lines = re.findall(r"^(?:\d{4}-\d\d|all) .*$", run.log, re.MULTILINE)
    return {line.split()[0]: line.split()[1:] for line in lines}


def test_a_web_archive_is_asked_for_what_is_missing(tmp_path: Path) -> None:
    newsroom = Newsroom(articles=25, oddities=False)
    with Server(newsroom) as server:
        first = crawl(server.url, tmp_path / "first", "-s", "KZNEWS_PAGES=all")
        gone = newsroom.newest_first[3]
        newsroom.delete(gone.id)
        with WebArchive(list(recorded(first.data))) as web_archive:
            run = audit(server, tmp_path, "--wayback", *web_archive.settings)
    assert run.status == 1
    assert "has 24 of the missing articles, and 1 that the site does not list." in run.log
    assert re.search(f"^{web_archive.url}/web/[0-9]{{14}}/{server.url}/", run.log, re.MULTILINE)
    assert "… and 5 more" in run.log
    assert "`scrapy crawl 365info-wayback` brings them." in run.log


@pytest.mark.parametrize("source", ["the REST API", "the sitemaps"])
def test_a_whole_archive_is_shown_to_be_whole(
    server: Server, newsroom: Newsroom, tmp_path: Path, source: str
) -> None:
    crawl(server.url, tmp_path, spider="365info-backfill")
    if source == "the sitemaps":
        server.closed = {"rest": 403}
    run = audit(server, tmp_path)
    assert run.status == 0
    assert f"By {source} of {server.url}." in run.log
    found = rows(run)
    assert found.pop("all") == [str(ARTICLES), str(ARTICLES), "0", "0", "0"]
    months = [f"{post.local:%Y-%m}" for post in newsroom.posts]
    assert found == {m: [str(months.count(m))] * 2 + ["0", "0"] for m in set(months)}


@pytest.mark.parametrize("source", ["rest", "sitemap"])
def test_what_is_missing_is_named_and_can_be_fetched(
    server: Server, newsroom: Newsroom, tmp_path: Path, source: str
) -> None:
    crawl(server.url, tmp_path, spider="365info-backfill")
    fresh = [newsroom.publish(), newsroom.publish(published=newsroom.now - timedelta(days=900))]
    gone = newsroom.newest_first[50]
    newsroom.delete(gone.id)
    if source == "sitemap":
        server.closed = {"rest": 403}
    listed = tmp_path / "missing.txt"
    run = audit(server, tmp_path, "--missing", str(listed))
    assert run.status == 1
    assert sorted(listed.read_text().split()) == sorted(server.url + post.path for post in fresh)
    assert rows(run)["all"] == [str(ARTICLES + 1), str(ARTICLES - 1), "2", "1", "0"]
    note = kept(tmp_path)
    assert sorted(note["missing"]) == sorted(server.url + post.path for post in fresh)
    for name, count in (("listed", ARTICLES + 1), ("stored", ARTICLES - 1), ("gone", 1)):
        assert sum(month[name] for month in note["months"].values()) == count
    assert note["months"].keys() == rows(run).keys() - {"all"}
    crawl(server.url, tmp_path, urls=f"@{listed}")
    assert audit(server, tmp_path, "--missing", str(listed)).status == 0
    assert kept(tmp_path)["missing"] == []
    server.clear_log()
    assert crawl(server.url, tmp_path, urls=f"@{listed}").status == 0, "nothing is missing"
    assert not server.log


def test_full_months_are_counted_unless_they_differ_or_exactness_is_asked_for(
    tmp_path: Path,
) -> None:
    newsroom = Newsroom(articles=20, oddities=False)
    for number in range(230):
        newsroom.publish(title=f"Новость номер {number}", paragraphs=[f"Слово{number} " * 30])
    newsroom.posts[:] = [p for p in newsroom.posts if f"{p.local:%Y-%m}" == "2026-11"]
    newsroom.version += 1
    total = len(newsroom.posts)
    with Server(newsroom) as server:
        crawl(server.url, tmp_path, spider="365info-backfill")
        server.clear_log()
        assert rows(audit(server, tmp_path))["2026-11"] == [str(total), str(total), "0", "0"]
        counted = len(server.log)
        doomed = newsroom.newest_first[3]
        newsroom.delete(doomed.id)
        fresh = newsroom.publish(title="Ещё одна", paragraphs=["Совсем другие слова " * 20])
        server.closed = {"sitemap": 404}
        assert audit(server, tmp_path).status == 0  # as many as before
        server.closed = {}
        noticed = audit(server, tmp_path)
        assert (noticed.status, rows(noticed)["2026-11"][2]) == (1, "1")  # the sitemap lists it
        assert f"such as {server.url}{fresh.path}" in noticed.log
        server.clear_log()
        exact = audit(server, tmp_path, "--exact", "--missing", str(tmp_path / "missing.txt"))
        assert exact.status == 1
        assert len(server.log) == counted + 2
        assert rows(exact)["2026-11"] == [str(total), str(total - 1), "1", "1"]
        assert (tmp_path / "missing.txt").read_text() == f"{server.url}{fresh.path}\n"


def test_rejected_pages_are_no_gap_and_have_their_reasons(tmp_path: Path) -> None:
    with Server(Newsroom(articles=120)) as server:
        crawl(server.url, tmp_path, spider="365info-backfill")
        run = audit(server, tmp_path)
    assert run.status == 0
    assert re.search(r"\d duplicate", run.log)
    assert re.search(r"\d protected", run.log)


def test_a_site_that_tells_nothing_cannot_be_audited(server: Server, tmp_path: Path) -> None:
    archive = Archive(f"sqlite:///{tmp_path}/archive.db")
    archive.notes.keep("audit:365info", '"the one before"')
    archive.flush()
    archive.close()
    server.closed = {"rest": 403, "sitemap": 404}
    run = audit(server, tmp_path)
    assert run.status == 1
    assert "neither an API nor a sitemap" in run.log
    assert kept(tmp_path) == "the one before"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "name one spider"),
        (("365",), "there is no spider '365'"),
        (("365info", "-a", "since=2026-01-01"), "unknown spider argument 'since'"),
        (("wordpress-latest",), "name the site"),
    ],
)
def test_wrong_usage_has_status_2(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    run = scrapy("audit", *words, data=tmp_path)
    assert run.status == 2
    assert told in run.log
