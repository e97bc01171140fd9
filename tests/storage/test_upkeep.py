"""An archive is backed up, moved and checked without loss, also during a crawl."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kznews.items import Article
from kznews.storage import upkeep
from kznews.storage.archive import Archive
from kznews.storage.database import ArchiveError
from kznews.storage.near_duplicates import Sketch
from kznews.storage.schema import metadata
from tests.crawling import Run, scrapy


def fill(archive: Archive, numbers: range, feed: Path | None = None) -> None:
    """Store articles in a run that is not over yet."""
    archive.begin("365info", "365info", "https://365info.kz", {})
    for number in numbers:
        article = Article(
            id=f"365info:{number}", url=f"https://365info.kz/2026/11/{number}", site="365info",
            published_at="2026-11-23T09:00:00+05:00", title="Заголовок",
        )  # fmt: skip
        archive.articles.store(article, str(number))
        archive.near_duplicates.add(article.id, 20, [number, number + 1], Sketch(b"x"))
    archive.flush()
    if feed:
        feed.write_text("lines")
        archive.deliveries.confirmed(str(feed), [(f"365info:{n}", 1) for n in numbers])


def opened(directory: Path, name: str = "archive.db") -> Archive:
    return Archive(f"sqlite:///{directory / name}")


def contents(archive: Archive) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables but for where they are from."""
    return {
        table.name: sorted(
            tuple(row)
            for row in archive.database.read(table.select())
            if row[0] != upkeep.COPIED_FROM
        )
        for table in metadata.sorted_tables
    }


def command(directory: Path, *words: str) -> Run:
    return scrapy("archive", *words, data=directory)


def test_a_backup_is_whole_while_a_crawl_runs(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as archive:
        fill(archive, range(1, 30))
        for expected in (29, 58):
            run = command(tmp_path, "backup", str(tmp_path / "copy.db"))
            assert run.status == 0, run.log
            with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
                assert copy.execute("select count(*) from versions").fetchone() == (expected,)
            for number in range(30, 59) if expected == 29 else ():
                article = Article(id=f"365info:{number}", url=f"https://365info.kz/{number}")
                archive.articles.store(article, str(number))
            archive.flush()
        archive.end("finished")
        before = contents(archive)
    copied = sorted(path.name for path in tmp_path.iterdir() if "copy" in path.name)
    assert copied == ["copy.db"]
    run = command(tmp_path / "new", "restore", str(tmp_path / "copy.db"))
    assert run.status == 0, run.log
    with closing(opened(tmp_path / "new")) as again:
        assert contents(again)["versions"] == before["versions"]
    run = command(tmp_path / "new", "restore", str(tmp_path / "copy.db"))
    assert (run.status, "is there: move it away first" in run.log) == (1, True)


@pytest.mark.parametrize("content", [b"", b"no database at all, but a text" * 99])
def test_what_is_no_archive_is_not_restored(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_bytes(content)
    with pytest.raises(ArchiveError, match=r"copy\.db is no archive: "):
        upkeep.restore(tmp_path / "copy.db", tmp_path / "new" / "archive.db")
    with pytest.raises(ArchiveError, match="no such file"):
        upkeep.restore(tmp_path / "none.db", tmp_path / "new" / "archive.db")
    assert not (tmp_path / "new").exists()


@pytest.mark.xdist_group("postgresql")
def test_a_copy_to_postgresql_and_back_is_equal_and_goes_on_where_it_broke_off(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "ROWS", 7)
    with closing(opened(tmp_path)) as source, closing(Archive(database)) as target:
        fill(source, range(1, 40))
        with pytest.raises(ArchiveError, match="run 1 is at work"):
            list(upkeep.copy(source, target))
        source.end("finished")
        for _ in zip(range(2), upkeep.copy(source, target), strict=False):
            pass  # it breaks off after two tables
        assert dict(upkeep.copy(source, target))["versions"] == 39
        assert contents(target) == contents(source)
        target.begin("365info", "365info", "https://365info.kz", {})
        assert target.run == 2
        target.end("finished")
        with closing(opened(tmp_path, "back.db")) as back:
            list(upkeep.copy(target, back))
            assert contents(back) == contents(target)
        with closing(opened(tmp_path, "other.db")) as other:
            fill(other, range(90, 92))
            other.end("finished")
            with pytest.raises(ArchiveError, match="holds other articles"):
                list(upkeep.copy(other, target))
    run = command(tmp_path, "copy", "--to", database.replace("//kznews@", "//kznews:s3cret@"))
    assert (run.status, "versions: 39 rows" in run.log) == (0, True), run.log


def test_a_check_names_what_is_missing_but_for_what_was_pruned(tmp_path: Path) -> None:
    feed, old = tmp_path / "articles-1.jsonl", tmp_path / "articles-2.jsonl"
    with closing(opened(tmp_path)) as archive:
        fill(archive, range(1, 4), feed)
        archive.end("finished")
    assert command(tmp_path, "check").status == 0
    feed.rename(old)
    run = command(tmp_path, "check")
    assert (run.status, f"  {feed}" in run.log) == (1, True)
    old.rename(feed)
    for name in ("report-1.json", "rejected-1.jsonl", "other.txt", ".articles-3.jsonl.9.part"):
        (tmp_path / name).write_text("x")
    for path in tmp_path.glob("*"):
        os.utime(path, (0, 0))
    (tmp_path / "report-new.json").write_text("x")
    with closing(sqlite3.connect(tmp_path / "archive.db")) as archive_file, archive_file:
        archive_file.execute("update versions set stored = '2020-01-01T00:00:00.000+00:00'")
    dry = command(tmp_path, "prune", "--older", "30", "--dry-run")
    assert (dry.status, "3 files, 0.0 MB would go" in dry.log) == (0, True)
    assert feed.exists()
    run = command(tmp_path, "prune", "--older", "30")
    assert (run.status, "3 files, 0.0 MB removed" in run.log) == (0, True)
    left = {path.name for path in tmp_path.iterdir()} - {"archive.db-wal", "archive.db-shm"}
    assert left == {"archive.db", "other.txt", ".articles-3.jsonl.9.part", "report-new.json"}
    assert command(tmp_path, "check").status == 0


def test_a_file_that_is_under_way_is_not_pruned(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as archive:
        archive.begin("365info", "365info", "https://365info.kz", {})
        feed = tmp_path / "articles-1.jsonl"
        archive.deliveries.opened(tmp_path / ".articles-1.jsonl.part", str(feed))
        feed.write_text("lines whose delivery is not noted")
        assert list(upkeep.old_files(archive, tmp_path, 1e12)) == []
        archive.deliveries.done(tmp_path / ".articles-1.jsonl.part")
        assert list(upkeep.old_files(archive, tmp_path, 1e12)) == [feed]
        archive.end("finished")


def test_a_damaged_archive_is_found(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as archive:
        fill(archive, range(1, 300))
        archive.end("finished")
        assert upkeep.check(archive).damage == ""
    with (tmp_path / "archive.db").open("r+b") as file:
        file.seek(40960)
        file.write(b"\xff" * 8192)
    run = command(tmp_path, "check")
    assert (run.status, "Traceback" in run.log) == (1, False)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "name what to do"),
        (("backup",), "name what to do"),
        (("mend",), "name what to do"),
        (("copy",), "copy --to sqlite"),
        (("copy", "--to", "postgres://h/d"), "copy --to sqlite"),
        (("prune",), "prune --older DAYS"),
        (("prune", "--older", "9" * 20), "expected a number from 1 to 36500"),
    ],
)
def test_wrong_usage_is_told(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    run = command(tmp_path, *words)
    assert (run.status, told in run.log) == (2, True)


def test_an_archive_is_no_backup_of_itself(tmp_path: Path) -> None:
    file = tmp_path / "archive.db"
    with closing(opened(tmp_path)) as archive:
        fill(archive, range(1, 3))
        before = file.stat().st_ino
        run = command(tmp_path, "backup", str(file))
        assert (run.status, "is the archive itself: name another file" in run.log) == (1, True)
        assert file.stat().st_ino == before
