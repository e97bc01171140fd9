"""``scrapy export``: any feed again, from the archive."""

from __future__ import annotations

import csv
import json
import os
import sys
from dataclasses import fields
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from kznews.archive import Archive, ArchiveError
from kznews.arguments import Arguments, day
from kznews.items import Article
from kznews.sites.info365 import INFO365

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from datetime import date

FORMATS = ("jsonl", "csv", "parquet")


class Command(ScrapyCommand):
    """Write what the archive holds: the last version of each article, or all versions."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own shape)

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Write articles from the archive"

    def long_desc(self) -> str:
        return (
            "Write articles from the archive, oldest first: "
            "scrapy export -o politics.csv --section politika --since 2026-01-01"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-o", "--output", type=Path, help="file (default: standard output)")
        parser.add_argument("--format", choices=FORMATS, help="default: by the file's name")
        parser.add_argument("--site", help="one edition: 365info, or 365info-kaz")
        parser.add_argument("--since", metavar="DAY", help="first day of publication")
        parser.add_argument("--until", metavar="DAY", help="last day of publication")
        parser.add_argument("--section", metavar="SLUG", help="slug or name of a section")
        parser.add_argument("--language", choices=("ru", "kk"))
        parser.add_argument("--all-versions", action="store_true", help="edits, too")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError(f"export takes options only, not {args[0]!r}")
        suffix = opts.output.suffix.lstrip(".") if opts.output else "jsonl"
        kind = opts.format or {"jl": "jsonl"}.get(suffix, suffix)
        if kind not in FORMATS:
            raise UsageError(f"cannot tell the format of {opts.output}: give --format")
        if kind == "parquet" and not opts.output:
            raise UsageError("parquet needs a file: -o articles.parquet")
        assert self.settings is not None
        window = Arguments(since=_day(opts.since), until=_day(opts.until)).window(INFO365.zone)
        try:
            archive = Archive(self.settings["KZNEWS_ARCHIVE_URL"], create=False)
            records = (
                record
                for record in archive.export(
                    opts.site, window.start, window.end, all_versions=opts.all_versions
                )
                if _wanted(record, opts.section, opts.language)
            )
            count = _write(records, kind, opts.output)
            archive.close()
        except BrokenPipeError:  # `scrapy export | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        except ArchiveError as error:
            print(error, file=sys.stderr)  # noqa: T201
            self.exitcode = 1
            return
        print(f"{count} articles", file=sys.stderr)  # noqa: T201


def _day(text: str | None) -> date | None:
    try:
        return day(text) if text else None
    except ValueError as error:
        raise UsageError(f"{text!r}: {error}") from None


def _wanted(record: dict[str, Any], section: str | None, language: str | None) -> bool:
    names = {name for found in record["sections"] for name in found.values()}
    return (section is None or section in names) and language in {None, record["language"]}


def _write(records: Iterator[dict[str, Any]], kind: str, output: Path | None) -> int:
    """Write the records, a file under its name only when it is complete."""
    if output is None:
        return _write_text(records, kind, sys.stdout)
    part = output.with_name(f".{output.name}.part")
    try:
        if kind == "parquet":
            count = _write_parquet(records, part)
        else:
            with part.open("w", encoding="utf-8", newline="") as file:
                count = _write_text(records, kind, file)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    return count


def _write_text(records: Iterator[dict[str, Any]], kind: str, file: IO[str]) -> int:
    count = 0
    writer = csv.writer(file)
    names = [field.name for field in fields(Article)]
    if kind == "csv":
        writer.writerow(names)
    for count, record in enumerate(records, 1):  # noqa: B007
        if kind == "csv":
            writer.writerow([_cell(record.get(name)) for name in names])
        else:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return count


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _write_parquet(records: Iterator[dict[str, Any]], path: Path) -> int:
    try:
        import pyarrow as pa  # noqa: PLC0415 (an optional extra)
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise UsageError("parquet needs pyarrow: pip install pyarrow") from None
    rows = [{name: _cell(value) for name, value in record.items()} for record in records]
    pq.write_table(pa.Table.from_pylist(rows), path)
    return len(rows)
