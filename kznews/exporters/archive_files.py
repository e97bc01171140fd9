"""Articles of the archive as files: which formats there are, and one file or many."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import IO, Any

import orjson

from kznews.items import Article

JSONL, CSV, PARQUET, BULK = "jsonl", "csv", "parquet", "bulk"
FORMATS = (JSONL, CSV, PARQUET, BULK)
PLACES = ("day", "month", "year", "section", "site", "language")
"""What may stand in a file's name in braces, so that there is a file for each."""

_NAMES = [field.name for field in fields(Article)]
_HELD = 1000
"""Records that are held in memory until they are written, of all files together."""

Record = dict[str, Any]


def split_name(pattern: str) -> list[str]:
    """Return the places in a file's name; raises ``ValueError`` naming an unknown one."""
    places = re.findall(r"\{([^{}]*)\}", pattern)
    if unknown := [place for place in places if place not in PLACES]:
        known = ", ".join(f"{{{place}}}" for place in PLACES)
        raise ValueError(f"there is no {{{unknown[0]}}}; there are {known}")
    return places


def write(records: Iterable[Record], kind: str, pattern: str) -> tuple[int, int]:
    """Write records to the files that a name stands for; return how many records and files.

    A file appears under its name when all are complete. Raises ``OSError``, and ``ImportError``
    where pyarrow is missing.
    """
    places = split_name(pattern)
    outputs: dict[Path, _Output] = {}
    count = held = 0
    make = _Parquet if kind == PARQUET else _Text
    try:
        if not places:
            outputs[Path(pattern)] = make(Path(pattern), kind)
        for record in records:
            path = Path(_fill(pattern, record) if places else pattern)
            if path not in outputs:
                path.parent.mkdir(parents=True, exist_ok=True)
                outputs[path] = make(path, kind)
            outputs[path].rows.append(record)
            count, held = count + 1, held + 1
            if held == _HELD:
                held = 0
                for output in outputs.values():
                    output.flush()
        for output in outputs.values():
            output.close()
        for path, output in outputs.items():
            output.part.replace(path)
    finally:
        for output in outputs.values():
            output.part.unlink(missing_ok=True)
    return count, len(outputs)


def write_text(records: Iterable[Record], kind: str, file: IO[str]) -> int:
    """Write records to an open file; return how many."""
    count = 0
    if kind == CSV:
        csv.writer(file).writerow(_NAMES)
    for count, record in enumerate(records, 1):  # noqa: B007
        file.write(_line(record, kind))
    return count


class _Output:
    """A file on its way: beside its place until it is complete."""

    def __init__(self, path: Path, kind: str) -> None:
        self.part = path.with_name(f".{path.name}.part")
        self.kind = kind
        self.rows: list[Record] = []

    def flush(self) -> None:
        """Write what is held, where the format can be written bit by bit."""

    def close(self) -> None:
        self.flush()


class _Text(_Output):
    """Opened for each piece: a name may stand for more files than may be open at once."""

    def __init__(self, path: Path, kind: str) -> None:
        super().__init__(path, kind)
        with self.part.open("w", encoding="utf-8", newline="") as file:
            write_text((), kind, file)

    def flush(self) -> None:
        if self.rows:
            with self.part.open("a", encoding="utf-8", newline="") as file:
                file.writelines(_line(record, self.kind) for record in self.rows)
            self.rows.clear()


class _Parquet(_Output):
    def close(self) -> None:
        import pyarrow as pa  # noqa: PLC0415 (an optional extra)
        import pyarrow.parquet as pq  # noqa: PLC0415

        rows = [{name: _cell(value) for name, value in record.items()} for record in self.rows]
        pq.write_table(pa.Table.from_pylist(rows), self.part)


def _line(record: Record, kind: str) -> str:
    if kind == CSV:
        line = io.StringIO()
        csv.writer(line).writerow([_cell(record.get(name)) for name in _NAMES])
        return line.getvalue()
    whole = orjson.dumps(record).decode() + "\n"
    if kind == BULK:
        return json.dumps({"index": {"_id": record["id"]}}) + "\n" + whole
    return whole


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _fill(pattern: str, record: Record) -> str:
    published = record["published_at"] or "undated"
    values = {
        "day": published[:10],
        "month": published[:7],
        "year": published[:4],
        "section": next(_main_section(record), "none"),
        "site": record["site"],
        "language": record["language"] or "none",
    }
    return re.sub(r"\{(\w+)\}", lambda place: _safe(values[place[1]]), pattern)


def _main_section(record: Record) -> Iterator[str]:
    """Return the slug of the section that the article names as its own."""
    for section in record["sections"]:
        if section["name"] == record["section"] and section["slug"]:
            yield section["slug"]


def _safe(text: str) -> str:
    """Return a text as a file's name, which must not lead into another directory."""
    return re.sub(r"[^\w.%-]|^\.+", "_", text)
