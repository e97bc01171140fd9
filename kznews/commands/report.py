"""``scrapy report``: the archive as a page with charts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from kznews.commands import CommandError, ReadsArchive, add_selection_options, days_of
from kznews.monitoring.messages import say
from kznews.reporting import LANGUAGES

if TYPE_CHECKING:
    import argparse

    from kznews.storage.archive import Archive


class Command(ReadsArchive, ScrapyCommand):
    """Make one HTML page of what the archive holds: articles by day and section, hours, languages,
    edits, gaps, the latest articles. It opens without network or script.
    """

    summary = "Make a page with charts of what the archive holds"
    examples = ("scrapy report", "scrapy report -o news.html --lang ru --since 2026-01-01")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-o", "--output", type=Path, help="file (default: report.html in KZNEWS_DATA_DIR)"
        )
        parser.add_argument("--lang", choices=LANGUAGES, default="en", help="default: en")
        add_selection_options(parser)

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        super().check(args, opts)
        self.days = days_of(opts)
        if opts.output and not opts.output.parent.is_dir():
            message = f"cannot write {opts.output}: there is no directory {opts.output.parent}"
            raise CommandError(message)

    def work(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        from kznews.reporting import figures, labels, page  # noqa: PLC0415 (slow to import)

        output = opts.output or Path(self.settings["KZNEWS_DATA_DIR"]) / "report.html"
        found = figures.read(archive, opts.site, *self.days)
        if not found.articles:
            limits = " of these days or this site" if opts.site or opts.since or opts.until else ""
            message = f"the archive has no articles{limits}: `scrapy export` shows what it has"
            raise CommandError(message)
        html = page.render(found, labels.Labels(opts.lang), datetime.now(UTC))
        try:
            output.parent.mkdir(parents=True, exist_ok=True)  # an archive may be elsewhere
            output.write_text(html, "utf-8")
        except OSError as error:
            message = f"cannot write {output} ({error.strerror}): name another file with -o"
            raise CommandError(message) from None
        size = output.stat().st_size / 1000
        say(f"{output}: {found.articles} articles, {size:.0f} KB")
