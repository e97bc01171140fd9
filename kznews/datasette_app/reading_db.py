"""A database for reading: one row per article, in columns, with full-text search.

The archive keeps items as JSON and is built for crawls; an index of words in it would slow down
every crawl. So this database is a copy. It takes over new articles each time it is opened, and can
be deleted at any time. It is made through ``Archive``, so also from PostgreSQL.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select

from kznews.datasette_app.search import fold
from kznews.storage.schema import versions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from kznews.storage.archive import Archive

Record = dict[str, Any]

LAYOUT = 3
"""Version of the tables below; a database with another one is made again."""
CHUNK = 500
"""Articles that are read from the archive at a time."""
TABLES = (
    """CREATE TABLE articles (
      id TEXT PRIMARY KEY, title TEXT, published TEXT, section TEXT, language TEXT, site TEXT,
      authors TEXT, tags TEXT, words INTEGER, version INTEGER, url TEXT,
      duplicate_of TEXT REFERENCES articles(id), similarity REAL, day TEXT, lead TEXT, text TEXT,
      images TEXT, page TEXT, archived_url TEXT, cause TEXT
    )""",
    "CREATE INDEX articles_published ON articles(published)",
    "CREATE INDEX articles_day ON articles(day)",
    "CREATE INDEX articles_section ON articles(section)",
    "CREATE INDEX articles_language ON articles(language)",
    "CREATE INDEX articles_site ON articles(site, published, id)",
    "CREATE INDEX articles_duplicate_of ON articles(duplicate_of) WHERE duplicate_of IS NOT NULL",
    """CREATE TABLE versions (
      id TEXT REFERENCES articles(id), version INTEGER, stored TEXT, changed TEXT, title TEXT,
      lead TEXT, text TEXT, cause TEXT, PRIMARY KEY (id, version)
    )""",
    """CREATE TABLE source (
      id TEXT, version INTEGER, stored TEXT, PRIMARY KEY (id, version)
    ) WITHOUT ROWID""",
    """CREATE VIRTUAL TABLE articles_fts USING fts5(
      title, text, content="articles", tokenize='unicode61'
    )""",
    """CREATE TRIGGER articles_added AFTER INSERT ON articles BEGIN
      INSERT INTO articles_fts(rowid, title, text)
      VALUES (new.rowid, fold(new.title), fold(new.text));
    END""",
    """CREATE TRIGGER articles_removed AFTER DELETE ON articles BEGIN
      INSERT INTO articles_fts(articles_fts, rowid, title, text)
      VALUES ('delete', old.rowid, fold(old.title), fold(old.text));
    END""",
)
"""The index has folded words (``search.fold``), the table has the text as it is shown."""


def prepare(path: Path, archive: Archive, announce: Callable[[int], None]) -> int:
    """Bring the database for reading up to date; return how many articles it has.

    ``announce`` is called with the number of articles before they are copied. Other processes read
    the previous state meanwhile. Raises ``ArchiveError`` and ``sqlite3.Error``.
    """
    _clear(path)
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
        connection.create_function("fold", 1, fold, deterministic=True)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            for statement in TABLES:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={LAYOUT}")
        changed = _changed(connection, archive)
        if changed:
            announce(len(changed))
        ids = sorted(changed)
        for start in range(0, len(ids), CHUNK):
            _take_over(connection, archive, ids[start : start + CHUNK])
        connection.execute("COMMIT")
        count: int = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
        return count


def _clear(path: Path) -> None:
    """Remove a file that is no database or one of another version of this module."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        return
    try:
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            found = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        found = None
    if found not in {0, LAYOUT}:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        _clear(path)


def _changed(connection: sqlite3.Connection, archive: Archive) -> set[str]:
    """Return the ids whose versions differ between the archive and the database."""
    columns = (versions.c.id, versions.c.version, versions.c.stored)
    there = {tuple(row) for row in archive.database.stream(select(*columns), keys=2)}
    here = set(connection.execute("SELECT id, version, stored FROM source"))
    return {row[0] for row in there ^ here}


def _take_over(connection: sqlite3.Connection, archive: Archive, ids: Sequence[str]) -> None:
    for table in ("articles", "versions", "source"):
        connection.executemany(f"DELETE FROM {table} WHERE id = ?", [(key,) for key in ids])  # noqa: S608
    columns = (versions.c.id, versions.c.version, versions.c.stored, versions.c.item)
    wanted = select(*columns).where(versions.c.id.in_(ids))
    rows = sorted(archive.database.stream(wanted, keys=2), key=lambda row: (row.id, row.version))
    found = [(row.stored, orjson.loads(row.item)) for row in rows]
    last = {item["id"]: item for _, item in found}
    _insert(connection, "source", [(r.id, r.version, r.stored) for r in rows])
    _insert(connection, "articles", [_article(item) for item in last.values()])
    edited = [_version(at, item) for at, item in found if last[item["id"]]["version"] > 1]
    _insert(connection, "versions", edited)


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[Sequence[object]]) -> None:
    if rows:
        places = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608


def _article(item: Record) -> Sequence[object]:
    published = item["published_at"] or ""
    page = item.get("page")
    return (
        item["id"], item["title"], published[:16].replace("T", " "), item["section"],
        item["language"], item["site"], _json(item["authors"]), _json(item["tags"]),
        item["word_count"], item["version"], item["url"], item["duplicate_of"],
        item["similarity"], published[:10], item["lead"], item["text"], _json(item["images"]),
        f"{page['file']}:{page['offset']}" if page else None, item.get("archived_url"),
        item.get("cause"),
    )  # fmt: skip


def _version(stored: str, item: Record) -> Sequence[object]:
    return (
        item["id"], item["version"], stored, ", ".join(item["changed"]), item["title"],
        item["lead"], item["text"], item.get("cause"),
    )  # fmt: skip


def _json(values: list[Any]) -> str:
    return orjson.dumps(values).decode()
