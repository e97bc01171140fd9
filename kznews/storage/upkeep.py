"""Upkeep of an archive: copies of it, whether it is whole, and what may go."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from kznews.storage.archive import Archive
from kznews.storage.database import ArchiveError
from kznews.storage.runs import is_dead
from kznews.storage.schema import feeds, meta, metadata, versions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Table

COPIED_FROM = "copied from"
"""Key under which a copy notes what it is one of, so that a copy that broke off can go on."""
ROWS = 500
"""Rows of a copy that are committed together."""


@dataclass
class Findings:
    """What ``check`` found; ``damage`` is empty where the database is whole."""

    damage: str
    articles: int
    undelivered: int
    missing: list[str]


def backup(archive: Archive, file: Path) -> None:
    """Write a consistent copy of an archive to an SQLite file, also while a crawl runs.

    The file appears when it is complete. Raises ``ArchiveError``.
    """
    if archive.database.is_file(file):
        raise ArchiveError(f"{file} is the archive itself: name another file")
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        if archive.database.is_sqlite:
            _copy_file(Path(archive.database.name), part)
        else:
            with closing(Archive(f"sqlite:///{part}")) as target:
                list(copy(archive, target))
        for end in ("-wal", "-shm"):  # of what the file held before
            file.with_name(file.name + end).unlink(missing_ok=True)
        part.replace(file)
    except (OSError, sqlite3.Error) as error:
        raise ArchiveError(f"cannot write {file}: {error}") from None
    finally:
        for rest in (part, *(part.with_name(part.name + end) for end in ("-wal", "-shm"))):
            with suppress(OSError):
                rest.unlink()


def restore(file: Path, target: Path) -> None:
    """Put a backup in the place of an SQLite archive that is not there.

    Raises ``ArchiveError`` where there is one, or the file is none.
    """
    if target.exists():
        raise ArchiveError(f"{target} is there: move it away first, with its -wal and -shm")
    if not file.is_file() or (damage := _damage(file)):
        raise ArchiveError(f"{file} is no archive: {damage if file.is_file() else 'no such file'}")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(Archive(f"sqlite:///{file}", create=False)) as archive:
        backup(archive, target)


def _copy_file(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as here,
        closing(sqlite3.connect(target)) as there,
    ):
        here.backup(there)


def _damage(file: Path) -> str:
    """Return what is wrong with an SQLite file, empty if it is a whole archive."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as found:
            (told,) = found.execute("PRAGMA integrity_check(1)").fetchone()
            found.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()[0]
    except (sqlite3.Error, TypeError) as error:
        return str(error)
    return "" if told == "ok" else str(told)


def copy(source: Archive, target: Archive) -> Iterator[tuple[str, int]]:
    """Copy all tables into another archive; yield the name of each and its rows when it is done.

    One that broke off goes on where it is called again: rows that are there are written anew.
    Raises ``ArchiveError`` where a run is at work, or the target holds something else.
    """
    busy = next((r for r in source.runs.outcomes("") if not r.ended and not is_dead(r)), None)
    if busy:
        raise ArchiveError(f"run {busy.run} is at work: copy when it is over")
    origin = source.notes.read(COPIED_FROM) or source.database.name
    if target.notes.read(COPIED_FROM) != origin and target.database.value(select(versions.c.id)):
        raise ArchiveError(f"{target.database.name} holds other articles: name an empty database")
    target.notes.keep(COPIED_FROM, origin)
    for table in metadata.sorted_tables:
        if table is meta:
            continue
        _copy_table(source, target, table)
        yield table.name, _count(source, target, table)
    _copy_table(source, target, meta)  # last: marks mean that what they mark is there
    target.database.write(_number_runs)


def _copy_table(source: Archive, target: Archive, table: Table) -> None:
    others = [column.name for column in table.columns if not column.primary_key]
    statement = target.database.upsert(table, others)
    found = source.database.stream(select(table), keys=len(table.primary_key))
    while rows := [row._asdict() for row in islice(found, ROWS)]:
        target.database.execute(statement, rows)


def _count(source: Archive, target: Archive, table: Table) -> int:
    count = select(func.count()).select_from(table)
    had, copied = (archive.database.value(count) for archive in (source, target))
    if copied < had:
        raise ArchiveError(f"{table.name}: {copied} of {had} rows are in {target.database.name}")
    return int(had)


def _number_runs(connection: Connection) -> None:
    """Let PostgreSQL number the next run after those that were copied."""
    if connection.dialect.name == "postgresql":
        highest = "(SELECT coalesce(max(run), 1) FROM runs)"
        serial = "pg_get_serial_sequence('runs', 'run')"
        connection.execute(text(f"SELECT setval({serial}, {highest})"))


def check(archive: Archive, *, pruned: str = "") -> Findings:
    """Return whether the database is whole and the files that it names are there.

    Those that ``prune`` removed, up to an instant, are not missed.
    """
    damage = _damage(Path(archive.database.name)) if archive.database.is_sqlite else ""
    oldest = func.min(versions.c.stored)
    named = select(versions.c.feed, oldest).where(versions.c.feed.is_not(None))
    rows = archive.database.read(named.group_by(versions.c.feed))
    missing = [
        feed
        for feed, stored in map(tuple, rows)
        if Path(feed).is_absolute() and not Path(feed).exists() and stored >= pruned
    ]
    articles = int(archive.database.value(select(func.count(versions.c.id.distinct()))))
    undelivered = sum(archive.deliveries.waiting(site) for site in archive.articles.sites())
    return Findings(damage, articles, undelivered, sorted(missing))


def old_files(archive: Archive, directory: Path, before: float) -> Iterator[Path]:
    """Yield the feed files, reports and kept pages of a directory that were written before.

    A file that is being written, or that no feed's articles are noted for yet, is not among them.
    """
    under_way = {row.feed for row in archive.database.read(select(feeds.c.feed))}
    kinds = ("articles-*", "rejected-*", "snapshots-*", "report-*.json", "pages/*.warc.gz")
    for path in sorted(path for kind in kinds for path in directory.glob(kind)):
        is_old = path.is_file() and path.stat().st_mtime < before
        if is_old and str(path) not in under_way and path.suffix != ".part":
            yield path
