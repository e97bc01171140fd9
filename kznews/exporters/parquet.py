"""Parquet with one schema, whatever the articles are, so that files of it open as one table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq

from kznews.dates import zone
from kznews.items import Article
from kznews.sites import SITES, site_at

INSTANTS = ("published_at", "modified_at", "fetched_at")
"""Fields that are timestamps: of a day its beginning on the site's clock, of less null."""
WORDS = ("site", "language", "section", "date_precision", "layout")
"""Fields of few different words, each of which a file holds once."""
GROUP = 250
"""Articles that are in memory at a time."""
_SIMPLE = {str: pa.string(), int: pa.int64(), float: pa.float64()}


@cache
def schema() -> pa.Schema:
    """Return the columns: those of ``Article``, and ``published_text`` after ``published_at``."""
    types = get_type_hints(Article)
    columns: list[tuple[str, pa.DataType]] = []
    for name in (field.name for field in fields(Article)):
        if name in INSTANTS:
            columns.append((name, pa.timestamp("us", tz="UTC")))
        elif name in WORDS:
            columns.append((name, pa.dictionary(pa.int32(), pa.string())))
        else:
            columns.append((name, _type(types[name])))
        if name == "published_at":
            columns.append(("published_text", pa.string()))
    return pa.schema(columns)


def _type(hint: Any) -> pa.DataType:
    """Return the type of a column whose field has a type of Python's, None aside."""
    arguments = [part for part in get_args(hint) if part is not type(None)]
    if get_origin(hint) is list:
        return pa.list_(_type(arguments[0]))
    if get_origin(hint) is dict:
        return pa.map_(*map(_type, arguments))
    if is_dataclass(hint):
        types = get_type_hints(hint)
        return pa.struct([(field.name, _type(types[field.name])) for field in fields(hint)])
    return _SIMPLE[hint] if hint in _SIMPLE else _type(arguments[0])


def write(records: Iterable[dict[str, Any]], path: Path) -> None:
    """Write records of articles to a file, some at a time."""
    rows = map(_row, records)
    with pq.ParquetWriter(path, schema(), compression="zstd", use_dictionary=list(WORDS)) as writer:
        while group := list(islice(rows, GROUP)):
            writer.write_batch(pa.RecordBatch.from_pylist(group, schema=schema()))


def _row(record: dict[str, Any]) -> dict[str, Any]:
    name = record["site"]
    row = {**record, "published_text": record["published_at"]}
    row |= {field: _instant(record[field], name) for field in INSTANTS}
    return row


def _instant(text: str | None, site: str) -> datetime | None:
    if text is None or len(text) < len("2026-11-23"):
        return None
    if len(text) == len("2026-11-23"):
        return datetime.combine(date.fromisoformat(text), time(), _zone(site)).astimezone(UTC)
    return datetime.fromisoformat(text)


@cache
def _zone(site: str) -> Any:
    return zone((SITES.get(site) or site_at(f"https://{site}")).zone)
