"""The archive alone: committed data is there, also with other processes at work."""

from __future__ import annotations

import gc
import random
import shutil
import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from kznews.datasette_app.reading_db import prepare
from kznews.dedup.sketch import bands_of, day_of, packed_triples, triples_of
from kznews.items import Article, Embed, Image, Section
from kznews.reporting import figures
from kznews.storage import upkeep
from kznews.storage.archive import Archive
from kznews.storage.database import ROWS_AT_ONCE, ArchiveBusyError, ArchiveError
from kznews.storage.deliveries import Keys
from kznews.storage.near_duplicates import MOST_WAITING, Sketch
from kznews.storage.schema import DISCOVERED, REJECTED, SCHEMA_VERSION, STORED, metadata
from tests import postgresql

SITE, ROOT = "365info", "https://365info.kz"


def address(number: int) -> str:
    return f"{ROOT}/2026/11/slug-{number}"


def article(number: int = 1, **changes: object) -> Article:
    values = {
        "id": f"365info:{number}", "url": address(number), "site": SITE, "title": "Заголовок",
        "text": "Текст.", "content_hash": str(number), "published_at": "2026-11-20T10:00:00+05:00",
        "sections": [Section("mir", "В мире")], "images": [Image(address(0))],
        "embeds": [Embed("youtube", address(0))], "discovered_via": "section:mir",
    }  # fmt: skip
    return Article(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))]
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty archive, in each kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/archive.db"
    found: str = request.getfixturevalue("postgresql_server")
    engine = create_engine(found)
    metadata.drop_all(engine)
    engine.dispose()
    return found


def alter(url: str, *statements: str) -> None:
    """Change a database behind the archive's back."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture
def archive(url: str) -> Iterator[Archive]:
    archive = Archive(url)
    archive.begin(SITE, SITE, ROOT, {})
    yield archive
    archive.close()


def test_what_was_committed_is_there_for_the_next_run(archive: Archive, url: str) -> None:
    archive.urls.discover(address(2), SITE, "section:mir", "2026-11-20")
    archive.articles.store(article(), "print")
    archive.end("killed")
    later = Archive(url)
    later.begin(SITE, SITE, ROOT, {})
    assert {row.url: row.state for row in later.urls.known([address(1), address(2), address(3)])
            .values()} == {address(1): STORED, address(2): DISCOVERED}  # fmt: skip
    assert [row.url for row in later.urls.pending(SITE, [])] == [address(2)]
    assert [Article.from_record(record) for record in later.deliveries.undelivered(SITE)] == [
        article()
    ]
    later.close()


def test_what_a_newer_version_wrote_is_delivered_with_all_it_holds(archive: Archive) -> None:
    newer = article()
    vars(newer)["mood"] = "calm"
    for part in (newer.sections[0], newer.images[0], newer.embeds[0]):
        vars(part)["width"] = 7
    archive.articles.store(newer, "print")
    archive.end("killed")
    (record,) = archive.deliveries.undelivered(SITE)
    assert (record["mood"], record["images"][0]["width"]) == ("calm", 7)
    assert orjson.loads(orjson.dumps(Article.from_record(record))) == record


def test_what_waits_for_delivery_is_not_held_in_memory(archive: Archive) -> None:
    for number in range(600):
        archive.articles.store(article(number, text="слово " * 2_000), str(number))
    archive.end("killed")
    tracemalloc.start()
    try:
        assert sum(1 for _ in archive.deliveries.undelivered(SITE)) == 600
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 600 * 22_000 / 2


def test_what_a_feed_holds_is_noted_in_little_memory(archive: Archive) -> None:
    tracemalloc.start()
    try:
        held = Keys()
        for number in range(10_000):
            held.append((f"365info:{number}", 1))
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert taken < 10_000 * 30
    for number in (0, 1, 1_500, 9_999, 10_001):
        archive.articles.store(article(number), str(number))
    archive.deliveries.confirmed("feed", held)
    archive.end("finished")
    assert [record["id"] for record in archive.deliveries.undelivered(SITE)] == ["365info:10001"]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.characters(exclude_categories=["Cs"])), number=st.integers(1, 5))
def test_an_article_comes_out_as_it_went_in(archive: Archive, text: str, number: int) -> None:
    before = archive.articles.latest(f"365info:{number}")
    version = before["version"] + 1 if before else 1
    archive.articles.store(article(number, text=text, version=version), "print")
    for _ in range(2):
        assert archive.articles.items([f"365info:{number}"])[f"365info:{number}"]["text"] == text
        archive.flush()


def test_the_first_with_a_text_is_named_also_before_the_commit(archive: Archive) -> None:
    archive.articles.store(article(1), "print")
    assert archive.articles.with_text("print", "365info:2") == "365info:1"
    archive.flush()
    archive.articles.store(article(2), "print")
    archive.flush()
    assert archive.articles.with_text("print", "365info:3") == "365info:1"
    assert archive.articles.with_text("print", "365info:1") == "365info:2"
    assert archive.articles.with_text("other", "365info:1") is None


def test_a_failure_that_passes_is_tried_again_and_a_verdict_is_not(archive: Archive) -> None:
    for number in (1, 2):
        archive.urls.discover(address(number), SITE, "section:mir", None)
    archive.urls.settle(address(1), SITE, REJECTED, "section:mir", reason="protected")
    for tries in (1, 2, 3):
        assert [row.url for row in archive.urls.pending(SITE, [])] == [address(2)]
        assert archive.urls.missing(address(2), "timeout") == tries
    assert list(archive.urls.pending(SITE, [])) == []


def test_of_two_verdicts_in_one_batch_the_later_one_stands(archive: Archive) -> None:
    archive.urls.settle(address(1), SITE, STORED, "rest")
    for number in (1, 2):
        archive.urls.settle(address(number), SITE, DISCOVERED, "rest", published="2026-11-20")
    archive.urls.settle(address(2), SITE, STORED, "rest")
    archive.urls.settle(address(3), SITE, DISCOVERED, "rest", published="2026-11-20")
    archive.urls.settle(address(2), SITE, DISCOVERED, "rest", published="2026-11-20")
    archive.urls.settle(address(2), SITE, STORED, "rest")
    states = {row.url: row.state for row in archive.urls.known([address(1), address(2)]).values()}
    assert states == {address(1): DISCOVERED, address(2): STORED}


def test_any_number_of_addresses_is_asked_for_at_once(archive: Archive) -> None:
    archive.urls.discover(address(7), SITE, "sitemap", None)
    assert list(archive.urls.known(map(address, range(70_000)))) == [address(7)]
    archive.articles.store(article(7), "print")
    wanted = [f"365info:{number}" for number in range(70_000)]
    assert list(archive.articles.modified(wanted)) == ["365info:7"]


@pytest.mark.parametrize("sign", ["\0", "\ud83d"], ids=["NUL", "half a pair"])
def test_what_no_database_takes_is_left_out(archive: Archive, sign: str) -> None:
    broken = article(title=f"Мо{sign}ст", url=address(1) + sign, text=f"Те{sign}кст.")
    broken.images[0].caption, broken.provenance = f"С {sign}", {f"lead{sign}": sign}
    archive.articles.store(broken, f"pr{sign}int")
    archive.urls.discover(address(2) + sign, f"si{sign}te", f"section:{sign}", None)
    archive.urls.settle(address(3), SITE, REJECTED, "rest", reason=f"in{sign}valid")
    archive.urls.complete(SITE, f"mi{sign}r")
    archive.notes.keep(f"no{sign}te", sign)
    assert archive.urls.missing(address(2) + sign, f"time{sign}out") == 1
    assert archive.urls.mark(SITE, f"mi{sign}r") == archive.run
    assert archive.notes.read(f"no{sign}te") == ""
    assert archive.articles.with_text(f"pr{sign}int", "365info:2") == "365info:1"
    archive.runs.keep_report(1, {"problems": [sign]})
    archive.end(f"kill{sign}ed")
    (record,) = archive.deliveries.undelivered(SITE)
    assert (record["title"].replace("\0", ""), record["images"][0]["url"]) == ("Мост", address(0))


def test_a_key_that_no_index_takes_is_found_all_the_same(archive: Archive) -> None:
    rng = random.Random(1)
    long = [
        address(n) + "".join(chr(rng.randint(0x400, 0x4FF)) for _ in range(5000)) for n in (1, 2)
    ]
    for number, url in enumerate(long, 1):
        archive.urls.discover(url, SITE, "sitemap", None)
        archive.articles.store(article(number, url=url, id=url), url)
        archive.urls.complete(SITE, url)
    assert len(archive.urls.known(long)) == 2
    assert archive.articles.latest(long[1])["hash"] == "2"  # type: ignore[index]
    assert archive.urls.mark(SITE, long[0]) == archive.run


def test_a_section_is_marked_only_by_a_walk_that_was_whole(archive: Archive) -> None:
    assert archive.urls.mark(SITE, "mir") == 0
    archive.urls.complete(SITE, "mir")
    assert archive.urls.mark(SITE, "mir") == archive.run
    assert archive.urls.mark(SITE, "sport") == 0


def test_the_young_are_those_whose_last_version_is_young(archive: Archive) -> None:
    archive.articles.store(article(1), "a")
    archive.articles.store(article(2, published_at="2026-11-01T10:00:00+05:00"), "b")
    archive.flush()
    archive.articles.store(article(1, version=2, modified_at="2026-11-20T11:00:00+05:00"), "c")
    archive.flush()
    (young,) = archive.articles.young(SITE, datetime(2026, 11, 19, tzinfo=UTC))
    assert (young.id, young.modified) == ("365info:1", "2026-11-20T06:00:00+00:00")


def test_a_run_at_work_is_not_disturbed_and_a_dead_one_is_taken_over(
    archive: Archive, url: str
) -> None:
    second = Archive(url)
    with pytest.raises(ArchiveBusyError, match=r"\(run 1, process \d+ on .*\)"):
        second.begin(SITE, SITE, ROOT, {})
    assert second.begin("365info-kaz", "365info-kaz", "https://kaz.365info.kz", {}) == []
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    alter(url, f"UPDATE runs SET pid = {ended.pid} WHERE run = 1")
    third = Archive(url)
    assert third.begin(SITE, SITE, ROOT, {}) == [1]
    for one in (second, third):
        one.close()


@pytest.mark.parametrize("value", [str(SCHEMA_VERSION + 1), "99"])
def test_an_archive_of_a_newer_version_is_refused(archive: Archive, url: str, value: str) -> None:
    archive.notes.keep("schema", value)
    archive.end("finished")
    with pytest.raises(ArchiveError, match=f"newer kznews \\(schema {value}"):
        Archive(url)


def test_a_database_of_another_program_is_no_archive(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "archive.db")) as other:
        other.execute("CREATE TABLE urls (address)")
    with pytest.raises(ArchiveError, match="is no archive, it has another program's 'urls'"):
        Archive(f"sqlite:///{tmp_path}/archive.db")


def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(ArchiveError, match="damaged or no archive"):
        Archive(f"sqlite:///{tmp_path}/archive.db")


TEXT = " ".join(f"слово{n}" for n in range(40))
"""A text that is long enough to be compared."""


def bands_of_text() -> list[int]:
    return bands_of(triples_of(TEXT))


def test_near_articles_are_those_of_the_days_that_share_a_band(archive: Archive) -> None:
    keys = list(range(42))
    index = archive.near_duplicates
    index.add("365info:1", 100, keys, Sketch(b""))
    index.add("365info:2", 110, [*keys[:2], *range(1000, 1040)], Sketch(b""))
    for _ in range(2):
        whole, late = index.sharing(keys, 105), index.sharing(keys, 124)
        assert [len(whole[key]) for key in keys] == [2] * 2 + [1] * 40
        assert [late.get(key) or set() for key in keys] == [{"365info:2"}] * 2 + [set()] * 40
        archive.end("finished")


def test_sketches_are_there_also_before_the_commit_and_facts_come_later(archive: Archive) -> None:
    index = archive.near_duplicates
    index.add("365info:1", 100, [1], Sketch(b"1234"))
    assert index.sketches(["365info:1", "365info:2"]) == {"365info:1": Sketch(b"1234")}
    for facts in (b"abcd", b"efgh"):
        index.keep_facts("365info:1", facts)
        archive.end("finished")
        assert index.sketches(["365info:1"]) == {"365info:1": Sketch(b"1234", facts)}


def test_what_a_kill_took_of_the_index_is_made_anew(
    archive: Archive, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.articles.store(article(text=TEXT, word_count=40), "print")
    archive.flush()
    alter(url, "UPDATE runs SET lease = ''")
    second, third = Archive(url), Archive(url)
    monkeypatch.setattr(second.near_duplicates, "flush", Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        second.begin(SITE, SITE, ROOT, {})
    assert third.begin(SITE, SITE, ROOT, {}) == [1]
    keys = bands_of_text()
    found = third.near_duplicates.sharing(keys, day_of(vars(article())))
    assert found == {key: {"365info:1"} for key in keys}
    sketch = Sketch(packed_triples(triples_of(TEXT)))
    assert third.near_duplicates.sketches(["365info:1"]) == {"365info:1": sketch}
    for one in (second, third):
        one.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_is_taken_away_is_noticed(
    archive: Archive, tmp_path: Path, *, replaced: bool
) -> None:
    archive.articles.store(article(), "print")
    (tmp_path / "archive.db").rename(tmp_path / "old.db")
    if replaced:
        shutil.copy(tmp_path / "old.db", tmp_path / "archive.db")
    for late in (archive.flush, archive.runs.heartbeat, lambda: archive.end("finished")):
        with pytest.raises(ArchiveError, match=r"archive\.db was removed or replaced"):
            late()


@pytest.mark.parametrize(
    "url", [pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))], indirect=True
)
def test_a_connection_that_is_lost_is_taken_up_again(archive: Archive, url: str) -> None:
    def cut() -> None:
        others = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        )
        alter(url, others)

    archive.articles.store(article(1), "1")
    for step in (
        archive.flush,
        lambda: archive.articles.latest("365info:1"),
        lambda: archive.urls.missing(address(2), "timeout"),
        archive.runs.heartbeat,
        lambda: list(archive.deliveries.undelivered(SITE)),
        lambda: archive.end("killed"),
    ):
        cut()
        step()
    assert [record["id"] for record in archive.deliveries.undelivered(SITE)] == ["365info:1"]


@pytest.mark.parametrize(
    "url", [pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))], indirect=True
)
def test_a_stream_goes_on_behind_its_last_row(archive: Archive, url: str, tmp_path: Path) -> None:
    count = 3 * ROWS_AT_ONCE
    days = ("2026-11-20T10:00:00+05:00", "2026-11-21", None)
    for number in range(count):
        archive.articles.store(article(number, published_at=days[number % 3]), str(number))
    archive.end("finished")

    def numbers(rows: Iterator[dict[str, Any]]) -> list[str]:
        found = []
        for number, row in enumerate(rows):
            if number == count // 2:
                postgresql.control[url]("restart")
            found.append(row["id"])
        return found

    everything = {f"{SITE}:{number}" for number in range(count)}
    for rows in (
        archive.deliveries.undelivered(SITE),
        archive.articles.export(SITE, None, None, all_versions=True),
    ):
        found = numbers(rows)
        assert len(found) == count
        assert set(found) == everything
    with closing(Archive(f"sqlite:///{tmp_path}/copy.db")) as target:
        copied = upkeep.copy(archive, target)
        for name, rows_of_table in copied:
            postgresql.control[url]("restart")
            assert rows_of_table == (count if name in {"urls", "versions"} else rows_of_table)


@pytest.mark.parametrize(
    "url", [pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))], indirect=True
)
def test_a_server_that_stays_away_is_given_up(
    archive: Archive, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kznews.storage.database.RECONNECT_SECONDS", 1.0)
    for number in range(3 * ROWS_AT_ONCE):
        archive.articles.store(article(number), str(number))
    archive.end("finished")
    rows = archive.deliveries.undelivered(SITE)
    next(rows)
    postgresql.control[url]("stop")
    try:
        with pytest.raises(ArchiveError, match=r"refused|failed|closed"):
            list(rows)
        with pytest.raises(ArchiveError, match=r"refused|failed|closed"):
            archive.urls.all_of(SITE)
    finally:
        postgresql.control[url]("start")
    assert len(archive.urls.all_of(SITE)) == 3 * ROWS_AT_ONCE


def test_the_first_archives_are_understood(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/archive.db"
    alter(
        url,
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)",
        "INSERT INTO meta VALUES ('schema', '1')",
        "CREATE TABLE runs (run INTEGER PRIMARY KEY, spider TEXT, arguments TEXT, host TEXT,"
        " pid INTEGER, started TEXT, lease TEXT, ended TEXT, reason TEXT)",
        "INSERT INTO runs VALUES (1, '365info', '{}', 'host', 1, '', '', '', 'finished')",
        "CREATE TABLE versions (id TEXT, version INTEGER, url TEXT, site TEXT, run INTEGER,"
        " hash TEXT, fingerprint TEXT, published TEXT, modified TEXT, stored TEXT, feed TEXT,"
        " item TEXT, PRIMARY KEY (id, version))",
        "INSERT INTO versions VALUES ('365info:1', 1, 'u', '365info', 1, 'h', 'f', NULL, NULL,"
        " '2026-11-23T10:00:00.123+00:00', 'a.jsonl', '{}')",
        "CREATE TABLE bands (band INTEGER, day INTEGER, id TEXT)",
        "INSERT INTO bands VALUES (7, 100, '365info:1')",
    )
    later = Archive(url)
    assert later.near_duplicates.sharing([7, *range(100, 141)], 113)[7] == {"365info:1"}
    assert later.near_duplicates.sharing([7, *range(100, 141)], 115) == {}
    assert [(row.site, row.status, row.report) for row in later.runs.latest(9)] == [
        (SITE, None, None)
    ]
    assert [row.seen for row in later.articles.history("365info:1")] == [
        "2026-11-23T10:00:00+00:00"
    ]
    later.close()


def test_what_an_archive_holds_is_for_its_owner_only(tmp_path: Path) -> None:
    Archive(f"sqlite:///{tmp_path}/data/archive.db").close()
    modes = [(tmp_path / "data" / name).stat().st_mode & 0o777 for name in ("", "archive.db")]
    assert modes == [0o700, 0o600]


def test_a_password_is_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArchiveError, match="cannot be used") as refused:
        Archive("postgresql+psycopg://kznews:geheim@127.0.0.1:1/news")
    assert "geheim" not in str(refused.value)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ArchiveError, match=r"pip install 'psycopg\[binary\]'"):
        Archive("postgresql+psycopg://kznews:geheim@127.0.0.1:1/news")


def test_an_export_of_days_goes_by_the_clock_of_each_site(archive: Archive) -> None:
    for number, published in enumerate(
        (
            "2026-11-19T23:59:00+05:00", "2026-11-20T00:01:00+05:00", "2026-11-20T23:59:00+05:00",
            "2026-11-20T00:01:00+14:00", "2026-11-20T23:59:00-11:00", "2026-11-21T00:01:00-11:00",
            "2026-11-20", "2026-11-21", "2026-11", "2026-10", "2026-12",
        )
    ):  # fmt: skip
        archive.articles.store(article(number, published_at=published), str(number))
    archive.flush()
    day = date(2026, 11, 20)
    items = archive.articles.export(None, day, day, all_versions=False)
    found = {item["id"].partition(":")[2] for item in items}
    assert found == {"1", "2", "3", "4", "6", "8"}


def test_an_export_keeps_nobody_from_writing(archive: Archive, url: str) -> None:
    for number in range(3):
        archive.articles.store(article(number), str(number))
    archive.flush()
    reading = Archive(url)
    found = reading.articles.export(None, None, None, all_versions=False)
    next(found)
    archive.articles.store(article(9), "9")
    archive.flush()
    assert len(list(found)) == 2
    reading.close()


def test_a_database_for_reading_and_a_report_are_made_of_either_kind(
    archive: Archive, tmp_path: Path
) -> None:
    archive.articles.store(article(1), "1")
    archive.articles.store(article(2, duplicate_of="365info:1"), "2")
    archive.flush()
    told: list[int] = []
    assert prepare(tmp_path / "reading.db", archive, told.append) == 2
    assert prepare(tmp_path / "reading.db", archive, told.append) == 2
    assert told == [2]
    found = figures.read(archive, None)
    assert (found.articles, len(found.copies), len(found.groups[0])) == (2, 1, 2)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_an_archive_takes_no_memory_for_what_it_has_stored(archive: Archive) -> None:
    def keep(numbers: range) -> int:
        for number in numbers:
            archive.articles.latest(f"365info:{number}", address(number))
            keys = [number * 42 + place for place in range(42)]
            archive.near_duplicates.add(str(number), number, keys, Sketch(bytes(400)))
            archive.articles.store(article(number, text="слово " * 200), str(number))
        archive.flush()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before = keep(range(MOST_WAITING))
        after = keep(range(MOST_WAITING, 3 * MOST_WAITING))
    finally:
        tracemalloc.stop()
    assert after - before < 2 * MOST_WAITING * 100
