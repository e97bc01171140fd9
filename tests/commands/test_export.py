"""``scrapy export``: every format, from the archive."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow.dataset import dataset
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from kznews import settings as project
from kznews.exporters import archive_files, arrow
from kznews.exporters.archive_files import Form
from kznews.exporters.csv_table import FORMULA
from kznews.items import Article, Section
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
        (("--since", ""), 2, "'': expected a day such as"),
        (("--section", ""), 2, "--section '': expected one name, or nothing"),
        (("-o", "articles.xyz"), 2, "give --format"),
        (("--format", "parquet"), 2, "parquet needs a file"),
        (("--excel",), 2, "--excel and --raw are for CSV"),
        (("--since", "2026-02-01", "--until", "2026-01-01"), 2, "is later than --until"),
        (("-o", "{weekday}.jsonl"), 2, "there is no {weekday}; there are {day}, {month}"),
        (("-o", "no/where/all.csv"), 1, "cannot write no/where/all.csv: No such file or directory"),
        (("--section", "ekonomica"), 1, "there is no section 'ekonomica', but"),
        (("--site", "zakon"), 1, "the archive has nothing of 'zakon', only of 365info"),
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
    rows = {row["id"]: row for row in pq.read_table(out).to_pylist()}
    assert rows.keys() == {article["id"] for article in crawled.articles}
    for article in crawled.articles:
        row = rows[article["id"]]
        assert row.pop("published_text") == article["published_at"]
        for name in ("published_at", "modified_at", "fetched_at"):
            if article[name] is None or len(article[name]) > len("2026-11-23"):
                assert row[name] == (article[name] and datetime.fromisoformat(article[name]))
            row[name] = article[name]
        row["provenance"] = dict(row["provenance"])
        assert row == article


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
    count, written = archive_files.write(MIXED, Form("jsonl"), str(tmp_path / pattern))
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
        archive_files.write(broken(), Form(kind), str(tmp_path / "{day}"))
    assert [path.read_text() for path in tmp_path.iterdir()] == ["from yesterday"]


@pytest.mark.parametrize("first", FORMULA)
def test_no_text_is_a_formula(first: str, tmp_path: Path) -> None:
    odd = record("5", "2026-03-01", "mir", title=f"{first}1+1") | {
        "similarity": -0.5, "tags": ["=1"], "word_count": 0
    }  # fmt: skip
    out = tmp_path / "x.csv"
    for form, title in ((Form("csv"), f"'{first}1+1"), (Form("csv", raw=True), f"{first}1+1")):
        archive_files.write([odd], form, str(out))
        with out.open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
        assert (row["title"], row["similarity"], row["lead"]) == (title, "-0.5", "")
        assert json.loads(row["tags"]) == ["=1"]
        assert json.loads(row["sections"]) == odd["sections"]


def test_a_crawl_s_csv_is_as_safe(tmp_path: Path) -> None:
    settings = Settings()
    settings.setmodule(project)
    exporter = load_object(settings.getdict("FEED_EXPORTERS")["csv"])
    with (tmp_path / "x.csv").open("wb") as file:
        table = exporter(file, fields_to_export=["title", "sections"])
        table.export_item(Article(title="@SUM(1)", sections=[Section("mir", "Мир")]))
        table.finish_exporting()
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1] == ["'@SUM(1)", '[{"slug":"mir","name":"Мир"}]']


@pytest.mark.parametrize("held", [1, 1000])
def test_excel_is_told_the_encoding_once(
    held: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_files, "_HELD", held)
    archive_files.write(MIXED, Form("csv", excel=True), str(tmp_path / "x.csv"))
    written = (tmp_path / "x.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfschema,id,url,")
    assert (written.count(b"\xef\xbb\xbf"), written.count(b"schema,")) == (1, 1)


def test_an_export_of_nothing_is_a_table_all_the_same(tmp_path: Path) -> None:
    for kind in archive_files.FORMATS:
        archive_files.write([], Form(kind), str(tmp_path / f"x.{kind}"))
    for found in databases(tmp_path, "SELECT count(published_text) FROM articles"):
        assert found == [(0,)]
    assert (tmp_path / "x.jsonl").read_bytes() == b""
    assert (tmp_path / "x.csv").read_text().startswith("schema,id,")
    assert pq.read_table(tmp_path / "x.parquet").schema.equals(arrow.schema())


def databases(directory: Path, query: str) -> Iterator[list[Any]]:
    """Yield what both databases x answer."""
    with duckdb.connect(str(directory / "x.duckdb"), read_only=True) as database:
        yield database.sql(query).fetchall()
    with closing(sqlite3.connect(directory / "x.sqlite")) as lite:
        yield lite.execute(query).fetchall()


def test_a_database_has_a_row_an_article(crawled: Run, tmp_path: Path) -> None:
    for name in ("x.duckdb", "x.db"):
        run = scrapy("export", "-o", str(tmp_path / name), data=crawled.data)
        assert run.status == 0, run.log
    (tmp_path / "x.db").rename(tmp_path / "x.sqlite")
    query = "SELECT id, title, published_text, word_count, similarity, lead FROM articles"
    names = ("id", "title", "published_at", "word_count", "similarity", "lead")
    rows = sorted(tuple(article[name] for name in names) for article in crawled.articles)
    for found in databases(tmp_path, query):
        assert sorted(found) == rows
    with duckdb.connect(str(tmp_path / "x.duckdb"), read_only=True) as database:
        instants = database.sql("SELECT epoch(published_at) FROM articles").fetchall()
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as lite:
        same = lite.execute("SELECT unixepoch(published_at) FROM articles").fetchall()
        tags = lite.execute("SELECT value FROM articles, json_each(tags)").fetchall()
    assert instants == same
    assert sorted(tag for (tag,) in tags) == sorted(t for a in crawled.articles for t in a["tags"])


def test_the_archive_is_not_overwritten_by_its_export(crawled: Run) -> None:
    run = scrapy("export", "-o", str(crawled.data / "archive.db"), data=crawled.data)
    assert (run.status, "is the archive itself: name another file" in run.log) == (1, True)
    assert scrapy("export", data=crawled.data).status == 0


def test_long_texts_are_written_few_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow, "GROUP_BYTES", 5000)
    long = [MIXED[0] | {"id": str(n), "text": "я" * size} for n, size in enumerate((1, 9000, 1, 1))]
    assert [table["id"].to_pylist() for table in arrow.tables(long)] == [["0"], ["1"], ["2", "3"]]
    archive_files.write(long, Form("duckdb"), str(tmp_path / "x.duckdb"))
    with duckdb.connect(str(tmp_path / "x.duckdb"), read_only=True) as database:
        found = database.sql("SELECT length(text) FROM articles").fetchall()
    assert found == [(1,), (9000,), (1,), (1,)]


def test_a_number_that_no_column_holds_costs_only_itself(tmp_path: Path) -> None:
    odd = MIXED[0] | {"views": 10**19, "word_count": 3}
    for kind in archive_files.TABLES:
        archive_files.write([odd], Form(kind), str(tmp_path / f"x.{kind}"))
    for found in databases(tmp_path, "SELECT views, word_count FROM articles"):
        assert found == [(None, 3)]
    assert pq.read_table(tmp_path / "x.parquet")["views"].to_pylist() == [None]


def test_the_schema_of_a_table_stands_fast() -> None:
    schema = arrow.schema()
    names = [field.name for field in fields(Article)]
    names.insert(names.index("published_at") + 1, "published_text")
    assert schema.names == names
    text = pa.string()
    words = pa.dictionary(pa.int32(), text)
    for name, wanted in {
        "published_at": pa.timestamp("us", tz="UTC"),
        "section": words,
        "language": words,
        "tags": pa.list_(text),
        "sections": pa.list_(pa.struct([("slug", text), ("name", text)])),
        "images": pa.list_(pa.struct([("url", text), ("caption", text), ("credit", text)])),
        "provenance": pa.map_(text, text),
        "similarity": pa.float64(),
        "views": pa.int64(),
    }.items():
        assert schema.field(name).type == wanted


def test_files_of_every_kind_of_article_open_as_one_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = [
        MIXED[0] | {"tags": ["а"], "images": [{"url": "u", "caption": None, "credit": "c"}]},
        MIXED[1] | {"section": None, "language": "", "similarity": 0.5, "not_yet_known": 1},
        MIXED[2] | {"published_at": "2026-02-03", "provenance": {"title": "json-ld"}},
        MIXED[3] | {"published_at": None, "modified_at": "2026-02-03T04:05:06+05:00"},
        MIXED[3] | {"site": "example.kz", "language": "kk"},
    ]
    for old in odd:
        del old["suspect"]  # written before there was such a field
    monkeypatch.setattr(archive_files, "_HELD", 2)
    monkeypatch.setattr(arrow, "GROUP", 1)
    count, files = archive_files.write(
        odd * 2, Form("parquet"), str(tmp_path / "{site}-{day}-{section}.parquet")
    )
    assert (count, files) == (10, 5)
    pattern = str(tmp_path / "*.parquet")
    assert dataset(tmp_path, format="parquet").to_table().num_rows == 10
    table = pandas.read_parquet(tmp_path)
    assert str(table["published_at"].dtype) == "datetime64[us, UTC]"
    assert table["published_at"].isna().sum() == 4
    duckdb.sql("set timezone = 'UTC'")
    found = duckdb.sql(f"""
        select published_text, published_at::text, images[1].credit, section
        from '{pattern}' where list_contains(tags, 'а') or published_text = '2026-02-03'
        order by 1
    """).fetchall()
    assert found == [
        ("2026-01-01T00:00:00+05:00", "2025-12-31 19:00:00+00", "c", "MIR"),
        ("2026-01-01T00:00:00+05:00", "2025-12-31 19:00:00+00", "c", "MIR"),
        ("2026-02-03", "2026-02-02 19:00:00+00", None, "MIR"),
        ("2026-02-03", "2026-02-02 19:00:00+00", None, "MIR"),
    ]
