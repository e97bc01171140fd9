"""``scrapy export``: articles of the archive as files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from kznews.commands import CommandError, ReadsArchive, add_selection_options, days_of, require
from kznews.exporters import archive_files
from kznews.exporters.archive_files import (
    CSV,
    ENDINGS,
    FORMATS,
    JSONL,
    PACKAGES,
    TABLES,
    Form,
    split_name,
)
from kznews.monitoring.messages import say
from kznews.storage.selection import Selection

if TYPE_CHECKING:
    import argparse

    from kznews.storage.archive import Archive


class Command(ReadsArchive, ScrapyCommand):
    """Write articles from the archive, oldest first: the last version of each. A file's name may
    hold {day}, {month}, {year}, {section}, {site}, {language}: there will be a file for each. In
    CSV an apostrophe stands before a text that a spreadsheet would take for a formula.
    """

    summary = "Write articles from the archive"
    examples = (
        "scrapy export -o politics.csv --section politika --since 2026-01-01",
        "scrapy export -o 'daily/{section}/{day}.jsonl' --since 2026-11-01",
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", help="default: standard output, as -")
        parser.add_argument("--format", choices=FORMATS, help="default: by the file's name")
        add_selection_options(parser)
        parser.add_argument("--section", metavar="SLUG", help="slug or name of a section")
        parser.add_argument("--language", metavar="CODE", help="ISO 639: ru, kk, en, …")
        parser.add_argument("--excel", action="store_true", help="CSV that Excel opens rightly")
        parser.add_argument("--raw", action="store_true", help="CSV with formulas as they are")
        parser.add_argument("--all-versions", action="store_true", help="edits, too")

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        super().check(args, opts)
        opts.output = None if opts.output == "-" else opts.output
        self.form = _form(opts)
        narrowing = (*days_of(opts), opts.section, opts.language, opts.site)
        try:
            self.wanted = Selection(*narrowing, all_versions=opts.all_versions)
        except ValueError as error:
            raise UsageError(f"--{error}") from None

    def work(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        if opts.output and archive.database.is_file(Path(opts.output)):
            raise CommandError(f"{opts.output} is the archive itself: name another file")
        records = self.wanted.records(archive)
        try:
            if opts.output:
                count, files = archive_files.write(records, self.form, opts.output)
            else:
                count, files = self.form.append(records, sys.stdout.buffer, first=True), 1
        except BrokenPipeError:  # `scrapy export | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        except OSError as error:
            place = opts.output or "the articles"
            raise CommandError(f"cannot write {place}: {error.strerror or error}") from None
        summary = f"{count} articles" + (f" in {files} files" if files > 1 else "")
        if not count:
            if unknown := self.wanted.unknown(archive):
                raise CommandError(unknown)
            summary += ": the archive has nothing that fits"
        say(summary, to=sys.stderr)


def _form(opts: argparse.Namespace) -> Form:
    """Return the format, by ``--format`` or the file's name; raises ``UsageError``."""
    try:
        split_name(opts.output or "")
    except ValueError as error:
        raise UsageError(f"-o {opts.output}: {error}") from None
    suffix = Path(opts.output).suffix.lstrip(".") if opts.output else JSONL
    kind: str = opts.format or ENDINGS.get(suffix, suffix)
    if kind not in FORMATS:
        raise UsageError(f"cannot tell the format of {opts.output}: give --format")
    if kind in TABLES and not opts.output:
        raise UsageError(f"{kind} needs a file: -o articles.{kind}")
    require(kind, *PACKAGES.get(kind, ()))
    if kind != CSV and (opts.excel or opts.raw):
        raise UsageError("--excel and --raw are for CSV")
    return Form(kind, raw=opts.raw, excel=opts.excel)
