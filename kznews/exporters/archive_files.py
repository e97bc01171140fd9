"""Exports of the archive: the formats, one file or many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import orjson

from kznews.exporters import sqlite
from kznews.exporters.csv_table import CsvExporter
from kznews.exporters.json_lines import LinesExporter
from kznews.items import Article

JSONL, CSV, PARQUET, DUCKDB, SQLITE = "jsonl", "csv", "parquet", "duckdb", "sqlite"
FORMATS = (JSONL, CSV, PARQUET, DUCKDB, SQLITE)
ENDINGS = {"jl": JSONL, "db": SQLITE, "sqlite3": SQLITE}
"""File endings that differ from the name of their format."""
TABLES = (PARQUET, DUCKDB, SQLITE)
"""Formats with a type for each column."""
PACKAGES = {PARQUET: ("pyarrow",), DUCKDB: ("duckdb", "pyarrow")}
"""Packages that a format needs."""
PLACES = ("day", "month", "year", "section", "site", "language")
"""Places in the name of a file: there is one file for each value."""

_NAMES = [field.name for field in fields(Article)]
_HELD = 200
"""Records in memory before they are written, of all files together."""
_BOM = b"\xef\xbb\xbf"

Record = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """The format of an export; ``raw`` (formulas stay) and ``excel`` (with a BOM) are for CSV."""

    kind: str
    raw: bool = False
    excel: bool = False

    def append(self, records: Iterable[Record], file: Any, *, first: bool) -> int:
        """Write records, for the ``first`` ones also the file's beginning; return how many."""
        exporter: Any = LinesExporter(file, encoding="utf-8")
        if self.kind == CSV:
            if first and self.excel:
                file.write(_BOM)
            options = {"include_headers_line": False, "fields_to_export": _NAMES}
            exporter = CsvExporter(file, raw=self.raw, **options)
            if first:
                exporter.csv_writer.writerow(_NAMES)
        count = 0
        try:
            for count, record in enumerate(records, 1):  # noqa: B007
                exporter.export_item(record)
        finally:
            exporter.finish_exporting()
        return count


def split_name(pattern: str) -> list[str]:
    """Return the places in a file's name; raises ``ValueError`` naming an unknown one."""
    places = re.findall(r"\{([^{}]*)\}", pattern)
    if unknown := [place for place in places if place not in PLACES]:
        known = ", ".join(f"{{{place}}}" for place in PLACES)
        raise ValueError(f"there is no {{{unknown[0]}}}; there are {known}")
    return places


def write(records: Iterable[Record], form: Form, pattern: str) -> tuple[int, int]:
    """Write records to the files that ``pattern`` names; return how many records and files.

    The files appear when all are complete. Raises ``OSError``, and ``ImportError`` if one of
    ``PACKAGES`` is missing.
    """
    places = split_name(pattern)
    outputs: dict[Path, _Output] = {}
    count = held = 0
    try:
        if not places:
            outputs[Path(pattern)] = _Output(Path(pattern), form)
        for record in records:
            path = Path(_fill(pattern, record) if places else pattern)
            if path not in outputs:
                path.parent.mkdir(parents=True, exist_ok=True)
                outputs[path] = _Output(path, form)
            outputs[path].rows.append(record)
            count, held = count + 1, held + 1
            if held == _HELD:
                held = 0
                for output in outputs.values():
                    output.flush()
        for output in outputs.values():
            output.complete()
        for path, output in outputs.items():
            output.part.replace(path)
    finally:
        for output in outputs.values():
            output.remove()
    return count, len(outputs)


class _Output:
    """A file under a hidden name until it is complete.

    It is opened for each part, because there may be more files than can be open at once. A table
    cannot be written in parts: it is made from the lines at the end.
    """

    def __init__(self, path: Path, form: Form) -> None:
        self.part = self.lines = path.with_name(f".{path.name}.part")
        if form.kind in TABLES:
            self.lines = path.with_name(f".{path.name}.lines")
        self.form = form
        self.rows: list[Record] = []
        with self.lines.open("wb") as file:
            form.append((), file, first=True)

    def flush(self) -> None:
        if self.rows:
            with self.lines.open("ab") as file:
                self.form.append(self.rows, file, first=False)
            self.rows.clear()

    def complete(self) -> None:
        self.flush()
        if self.form.kind in TABLES:
            with self.lines.open("rb") as lines:
                _write_table(self.form.kind, map(orjson.loads, lines), self.part)
            self.lines.unlink()

    def remove(self) -> None:
        self.part.unlink(missing_ok=True)
        self.lines.unlink(missing_ok=True)


def _write_table(kind: str, records: Iterator[Record], path: Path) -> None:
    """Write a file of one of ``TABLES``; raises ``OSError``."""
    path.unlink(missing_ok=True)  # what a killed export left, too
    if kind == SQLITE:
        sqlite.write(records, path)
        return
    from kznews.exporters import arrow  # noqa: PLC0415 (pyarrow is an optional extra)

    (arrow.write_parquet if kind == PARQUET else arrow.write_duckdb)(records, path)


def _fill(pattern: str, record: Record) -> str:
    published = record["published_at"] or "undated"
    main = (s["slug"] for s in record["sections"] if s["name"] == record["section"])
    values = {
        "day": published[:10],
        "month": published[:7],
        "year": published[:4],
        "section": next(filter(None, main), "none"),
        "site": record["site"],
        "language": record["language"] or "none",
    }
    return re.sub(r"\{(\w+)\}", lambda place: _safe(values[place[1]]), pattern)


def _safe(text: str) -> str:
    """Return a text as the name of a file that cannot lead into another directory."""
    return re.sub(r"[^\w.%-]|^\.+", "_", text)
