"""``scrapy report``: the archive as a page for people."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from kznews.commands import days_of, examples, fail, narrowed
from kznews.messages import say
from kznews.storage.archive import Archive, ArchiveError

if TYPE_CHECKING:
    import argparse

LANGUAGES = ("en", "ru", "kk")
INSTALL = "pip install jinja2 babel"


class Command(ScrapyCommand):
    """Write one HTML file that needs nothing else, neither the network nor a script."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own shape)

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Make a page with charts of what the archive holds"

    def long_desc(self) -> str:
        return (
            "Make one HTML page of what the archive holds: articles by day and section, hours, "
            "languages, edits, gaps, the latest articles. It opens without network or script."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-o", "--output", type=Path, help="file (default: report.html in KZNEWS_DATA_DIR)"
        )
        parser.add_argument("--lang", choices=LANGUAGES, default="en", help="default: en")
        narrowed(parser)
        examples(parser, "scrapy report", "scrapy report -o news.html --lang ru --since 2026-01-01")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError(f"report takes options only, not {args[0]!r}: -o names the file")
        assert self.settings is not None
        days = days_of(opts)
        try:
            from kznews.reporting import figures, labels, page  # noqa: PLC0415 (an optional extra)
        except ImportError as error:
            raise UsageError(f"report needs {error.name}: {INSTALL}", print_help=False) from None
        output = opts.output or Path(self.settings["KZNEWS_DATA_DIR"]) / "report.html"
        if opts.output and not output.parent.is_dir():
            fail(self, f"cannot write {output}: there is no directory {output.parent}")
            return
        try:
            archive = Archive(self.settings["KZNEWS_ARCHIVE_URL"], create=False)
            found = figures.read(archive, opts.site, *days)
            archive.close()
        except ArchiveError as error:
            fail(self, str(error))
            return
        if not found.articles:
            asked = " of these days or this site" if opts.site or opts.since or opts.until else ""
            fail(self, f"the archive has no articles{asked}: `scrapy export` shows what it has")
            return
        made = page.Page(found, labels.Labels(opts.lang), datetime.now(UTC)).render()
        try:
            output.write_text(made, "utf-8")
        except OSError as error:
            fail(self, f"cannot write {output} ({error.strerror}): name another file with -o")
            return
        size = output.stat().st_size / 1000
        say(f"{output}: {found.articles} articles, {size:.0f} KB")
