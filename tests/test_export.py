"""Any feed again, from the archive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kznews.exporters import archive_files
from kznews.items import Article
from replica import Newsroom, Server
from tests.crawling import Record, Run, crawl, scrapy


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
        (("--since", "2026-02-01", "--until", "2026-01-01"), 2, "is later than --until"),
        (("-o", "{weekday}.jsonl"), 2, "there is no {weekday}; there are {day}, {month}"),
        (("-o", "no/where/all.csv"), 1, "cannot write no/where/all.csv: No such file or directory"),
        (("--section", "ekonomica"), 0, "there is no section 'ekonomica', but"),
        (("--site", "zakon"), 0, "the archive has nothing of 'zakon', only of 365info"),
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


def record(article_id: str, published: str, slug: str, **fields: str) -> Record:
    section = {"slug": slug, "name": slug.upper()}
    empty = dict.fromkeys(Article.__dataclass_fields__)
    return empty | {
        "id": article_id, "published_at": published, "section": slug.upper(), "site": "365info",
        "sections": [{"slug": "all", "name": "All"}, section], "language": "ru", **fields,
    }  # fmt: skip


MIXED = [
    record("1", "2026-01-01T00:00:00+05:00", "mir"),
    record("2", "2026-01-01T23:00:00+05:00", "sport"),
    record("3", "2026-01-02T00:00:00+05:00", "mir"),
    record("4", "2026-02", "../etc", language="kk"),
]


@pytest.mark.parametrize("held", [1, 2, 1000])
@pytest.mark.parametrize(
    ("pattern", "files"),
    [
        ("{day}.jsonl", {"2026-01-01": "12", "2026-01-02": "3", "2026-02": "4"}),
        ("{section}/{month}.jsonl", {"2026-01": "13", "2026-02": "4"}),
        ("{site}-{year}-{language}.jsonl", {"365info-2026-ru": "123", "365info-2026-kk": "4"}),
        ("all.jsonl", {"all": "1234"}),
    ],
)
def test_a_name_with_places_stands_for_a_file_each(
    pattern: str, files: dict[str, str], held: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_files, "_HELD", held)
    count, written = archive_files.write(MIXED, "jsonl", str(tmp_path / pattern))
    found = {
        path.relative_to(tmp_path): "".join(
            json.loads(line)["id"] for line in path.read_text("utf-8").splitlines()
        )
        for path in tmp_path.rglob("*.jsonl")
    }
    assert (count, written) == (4, len(found))
    if "{section}" in pattern:
        assert found.pop(Path("sport/2026-01.jsonl")) == "2"
        assert {path.parent.name for path in found} == {"mir", "__etc"}
    assert {path.stem: ids for path, ids in found.items()} == files
    assert not list(tmp_path.rglob(".*"))


@pytest.mark.parametrize("kind", archive_files.FORMATS)
def test_an_export_that_breaks_off_leaves_what_was_there(kind: str, tmp_path: Path) -> None:
    def broken() -> Iterator[Record]:
        yield MIXED[0]
        raise OSError(28, "No space left on device")

    kept = tmp_path / "2026-01-01"
    kept.write_text("from yesterday")
    with pytest.raises(OSError, match="No space"):
        archive_files.write(broken(), kind, str(tmp_path / "{day}"))
    assert [path.read_text() for path in tmp_path.iterdir()] == ["from yesterday"]


def test_the_bulk_format_names_each_document_before_it(tmp_path: Path) -> None:
    archive_files.write(MIXED, "bulk", str(tmp_path / "bulk"))
    lines = [json.loads(line) for line in (tmp_path / "bulk").read_text("utf-8").splitlines()]
    assert lines[::2] == [{"index": {"_id": item["id"]}} for item in MIXED]
    assert lines[1::2] == MIXED
