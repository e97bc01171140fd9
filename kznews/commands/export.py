"""``scrapy export``: any feed again, from the archive."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from kznews.commands import CommandError, ReadsArchive, days_of, examples, narrowed, require
from kznews.exporters import archive_files
from kznews.exporters.archive_files import CSV, FORMATS, JSONL, PARQUET, PLACES, Form, split_name
from kznews.monitoring.messages import say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from kznews.storage.archive import Archive


class Command(ReadsArchive, ScrapyCommand):
    """Write what the archive holds: the last version of each article, or all versions."""

    def short_desc(self) -> str:
        return "Write articles from the archive"

    def long_desc(self) -> str:
        places = ", ".join(f"{{{place}}}" for place in PLACES)
        return (
            "Write articles from the archive, oldest first: the last version of each. A file's "
            f"name may hold {places}: there will be a file for each. In CSV an apostrophe stands "
            "before a text that a spreadsheet would take for a formula."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", help="default: standard output")
        parser.add_argument("--format", choices=FORMATS, help="default: by the file's name")
        narrowed(parser)
        parser.add_argument("--section", metavar="SLUG", help="slug or name of a section")
        parser.add_argument("--language", choices=("ru", "kk"))
        parser.add_argument("--excel", action="store_true", help="CSV that Excel opens rightly")
        parser.add_argument("--raw", action="store_true", help="CSV with formulas as they are")
        parser.add_argument("--all-versions", action="store_true", help="edits, too")
        examples(
            parser,
            "scrapy export -o politics.csv --section politika --since 2026-01-01",
            "scrapy export -o 'daily/{section}/{day}.jsonl' --since 2026-11-01",
        )

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        super().check(args, opts)
        self.form, self.days = _form(opts), days_of(opts)

    def work(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        sieve = _Sieve(opts.section, opts.language)
        found = archive.articles.export(opts.site, *self.days, all_versions=opts.all_versions)
        records = filter(sieve.passes, found)
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
        told = f"{count} articles" + (f" in {files} files" if files > 1 else "")
        why = "" if count else sieve.why_nothing(opts.site, archive.articles.sites())
        say(told + why, to=sys.stderr)


def _form(opts: argparse.Namespace) -> Form:
    """Return how the articles are to be written, the format by its own name or the file's."""
    try:
        split_name(opts.output or "")
    except ValueError as error:
        raise UsageError(f"-o {opts.output}: {error}") from None
    suffix = Path(opts.output).suffix.lstrip(".") if opts.output else JSONL
    kind: str = opts.format or {"jl": JSONL}.get(suffix, suffix)
    if kind not in FORMATS:
        raise UsageError(f"cannot tell the format of {opts.output}: give --format")
    if kind == PARQUET and not opts.output:
        raise UsageError("parquet needs a file: -o articles.parquet")
    if kind == PARQUET:
        require("parquet", "pyarrow")
    if kind != CSV and (opts.excel or opts.raw):
        raise UsageError("--excel and --raw are for CSV")
    return Form(kind, raw=opts.raw, excel=opts.excel)


class _Sieve:
    """Lets through what is of a section and in a language, and remembers what there was."""

    def __init__(self, section: str | None, language: str | None) -> None:
        self.section = section
        self.language = language
        self.slugs: set[str] = set()

    def passes(self, record: dict[str, Any]) -> bool:
        self.slugs.update(found["slug"] for found in record["sections"] if found["slug"])
        names = {name for found in record["sections"] for name in found.values()}
        return (self.section is None or self.section in names) and (
            self.language in {None, record["language"]}
        )

    def why_nothing(self, site: str | None, sites: Sequence[str]) -> str:
        """Return what could have been asked for, where something was that there is not."""
        if site and site not in sites:
            return f": the archive has nothing of {site!r}, only of {', '.join(sites) or 'no site'}"
        if self.section and self.slugs and self.section not in self.slugs:
            return f": there is no section {self.section!r}, but {', '.join(sorted(self.slugs))}"
        return ": the archive has nothing that fits"
