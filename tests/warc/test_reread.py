"""Kept pages read again: the same articles without a request to the site."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from replica import Newsroom, Server
from tests.crawling import Record, Run, crawl
from tests.misreading import FORMATTER
from tests.warc.test_warc import ARC, WARC_OF_ONE
from tests.web_archive import recorded

FRESH = {"discovered_via", "page", "fetched_at"}
"""Fields that tell how an article was read, and when."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(Newsroom(articles=4)) as server:
        yield server


def comparable(run: Run) -> dict[str, Record]:
    """The articles by address, without what depends on when and how they were read."""
    return {
        article["url"]: {k: v for k, v in article.items() if k not in FRESH}
        for article in run.articles
    }


def reread(server: Server, files: Path, data: Path, **arguments: str) -> Run:
    return crawl(
        server.url, data, spider="365info-warc", files=f"{files}/pages/*.warc.gz", **arguments
    )


def test_an_empty_archive_filled_from_kept_answers_of_the_api_holds_the_same(
    server: Server, tmp_path: Path
) -> None:
    first = crawl(server.url, tmp_path / "a", "-s", "KZNEWS_PAGES=all", spider="365info-backfill")
    server.clear_log()
    again = reread(server, tmp_path / "a", tmp_path / "b")
    assert server.log == []
    assert (first.status, again.status) == (0, 0), again.log
    assert comparable(again) == comparable(first)


def test_what_the_archive_has_gives_nothing(server: Server, tmp_path: Path) -> None:
    first = crawl(server.url, tmp_path, "-s", "KZNEWS_PAGES=all")
    again = reread(server, tmp_path, tmp_path)
    assert (again.status, len(again.articles)) == (0, len(first.articles)), again.log


def test_a_mended_reader_makes_versions_that_are_no_edits(server: Server, tmp_path: Path) -> None:
    words = ("-s", "KZNEWS_PAGES=all", "-s", f"LOG_FORMATTER={FORMATTER}")
    wrong = crawl(server.url, tmp_path, *words).articles
    right = {a["url"]: a for a in crawl(server.url, tmp_path / "right").articles}
    both = [a for a in wrong if a["url"] in right]
    misread = {a["url"] for a in both if a["text"] != right[a["url"]]["text"]}
    assert len(misread) > 10
    server.clear_log()
    again = reread(server, tmp_path, tmp_path, jobs="2")
    assert server.log == []
    second = {a["url"]: a for a in again.articles if a["version"] == 2}
    assert misread <= second.keys(), again.log
    assert {a["cause"] for a in second.values()} == {"reread"}
    assert all(second[url]["text"] == right[url]["text"] for url in misread)
    assert all(a["cause"] is None for a in wrong)
    assert not [a for a in reread(server, tmp_path, tmp_path).articles if a["version"] > 2]


def test_passing_over_a_large_file_takes_its_time(tmp_path: Path) -> None:
    foreign = WARC_OF_ONE.replace(b"365info.kz", b"example.org")
    record = gzip.compress(foreign + b"Content-Length: 20000\r\n\r\n%b\r\n\r\n" % bytes(20_000))
    (tmp_path / "a.warc.gz").write_bytes(record * 4_000)
    run = crawl(
        "https://365info.kz", tmp_path, "-s", "KZNEWS_READ_SECONDS=0.2", spider="365info-warc",
        files=str(tmp_path / "a.warc.gz"),
    )  # fmt: skip
    assert "cannot be read on" not in run.log


def test_of_files_fed_by_hand_what_is_whole_is_read_and_each_fault_is_said(tmp_path: Path) -> None:
    with Server(Newsroom(articles=6, oddities=False)) as server:
        first = crawl(server.url, tmp_path / "a", "-s", "KZNEWS_PAGES=all")
    [kept] = (first.data / "pages").iterdir()
    places = sorted((a["page"]["offset"], a["url"]) for a in first.articles)
    page = next(r for r in recorded(first.data) if r.url == places[-1][1])
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page.body
    about = f"{page.url} 127.0.0.1 20260301000000 text/html {len(answer)}\n".encode()
    hand = tmp_path / "hand"
    hand.mkdir()
    (hand / "1.arc").write_bytes(ARC + about + answer + b"\n")
    (hand / "2-cut.warc.gz").write_bytes(kept.read_bytes()[: places[2][0] + 100])
    (hand / "3-plain.warc.gz").write_bytes(gzip.decompress(kept.read_bytes()))
    (hand / "4.har").write_text('{"log": {"version": "1.2", "entries": []}}')
    (hand / "5-empty.warc.gz").touch()
    (tmp_path / "list").write_text(f"{hand}/*\n\n{hand}/no such file\n")
    run = crawl(server.url, tmp_path / "b", spider="365info-warc", files=f"@{tmp_path}/list")
    assert run.status == 1
    for name, said in (
        ("2-cut.warc.gz", "the file ends within a record"),
        ("4.har", "it is neither WARC nor ARC"),
        ("5-empty.warc.gz", "it is empty"),
        ("no such file", "there is no such file"),
    ):
        [line] = [line for line in run.log.splitlines() if f"{hand}/{name}" in line]
        assert said in line
    from_file = Counter(article["page"]["file"] for article in run.articles)
    assert from_file == {"1.arc": 1, "2-cut.warc.gz": 2, "3-plain.warc.gz": 3}
    assert run.urls() == first.urls()
