"""An SQLite database with the table ``articles``: lists and objects are JSON."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson

from kznews.exporters.rows import columns, row

_TYPES = {int: "INTEGER", float: "REAL"}


def write(records: Iterable[dict[str, Any]], path: Path) -> None:
    """Write records of articles to a new file one by one; raises ``OSError``."""
    kinds = {name: _TYPES.get(hint, "TEXT") for name, hint in columns()}
    names = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
    places = ", ".join("?" * len(kinds))
    rows = ([_value(known.get(name)) for name in kinds] for known in map(row, records))
    try:
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("PRAGMA journal_mode = OFF")  # a file that breaks off is thrown away
            database.execute(f"CREATE TABLE articles ({names}) STRICT")
            database.executemany(f"INSERT INTO articles VALUES ({places})", rows)  # noqa: S608
    except sqlite3.Error as error:
        raise OSError(str(error)) from error


def _value(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, list | dict) else value
