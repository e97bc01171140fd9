"""``scrapy audit``: compares the archive with what the site has.

Exit status: 0 nothing is missing, 1 articles are missing or the site does not answer, 2 wrong
usage.
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError

from kznews.commands import fail
from kznews.commands.crawl import HELP, Crawls, check_arguments, load_spider, status_of
from kznews.finish_reasons import EXIT_FAILED, EXIT_GOOD
from kznews.monitoring.messages import WIDTH, say
from kznews.sources.audit import Audit
from kznews.spiders.arguments import manual
from kznews.spiders.base import NewsSpider

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from kznews.sources.comparison import Month


MOST_SHOWN = 20
"""Addresses in a web archive that are shown."""


class Command(Crawls, BaseRunSpiderCommand):
    """Compare the archive with what a spider's site says it has, month by month. Exit status 0:
    nothing is missing.
    """

    requires_project = True
    usage = "[options] <spider>"
    summary = "Compare the archive with what the site says it has"
    examples = (
        "scrapy audit 365info --missing missing.txt",
        "scrapy crawl 365info -a urls=@missing.txt",
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--missing", type=Path, metavar="FILE", help="write what is missing")
        parser.add_argument(
            "--exact", action="store_true", help="article by article, also where the counts agree"
        )
        parser.add_argument(
            "--wayback", action="store_true", help="which missing articles does a web archive have?"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if not opts.loglevel and not opts.logfile:
            self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")

    def crawl(self, args: list[str], opts: argparse.Namespace) -> None:
        if opts.missing and not opts.missing.parent.is_dir():
            raise UsageError(f"--missing: there is no directory {opts.missing.parent}")
        if opts.missing and opts.missing.is_dir():
            raise UsageError(f"--missing: {opts.missing} is a directory: name a file")
        spider = load_spider(self.crawler_process.spider_loader, args)
        if HELP in opts.spargs:
            about = "Does the archive have all that the site has?"
            taken = Audit.takes if spider.edition else Audit.takes | {"site"}
            say(manual(f"scrapy audit {spider.name}", about, taken))
            return

        class AskedAudit(Audit):
            exact = opts.exact
            wayback = opts.wayback

        class AuditSpider(NewsSpider):
            name = spider.name
            edition = spider.edition
            policy_class = AskedAudit

        check_arguments(AuditSpider, opts.spargs)
        crawler = self.crawler_process.create_crawler(AuditSpider)
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        status, done = status_of(crawler), crawler.spider
        if not isinstance(done, AuditSpider):
            self.exitcode = EXIT_FAILED
            return
        audit = done.policy
        assert isinstance(audit, Audit)
        months = audit.months()
        missing = [url for month in months for url in month.missing]
        say(table(months))
        say(f"By {audit.by} of {done.site.root}.")
        if opts.wayback:
            family = done.site.name if spider.edition else "wordpress"
            say(recoverable(f"{family}-wayback", *audit.archived()))
        if opts.missing:
            self._write(opts.missing, missing)
        if missing or status != EXIT_GOOD:
            self.exitcode = EXIT_FAILED

    def _write(self, path: Path, missing: Sequence[str]) -> None:
        try:
            path.write_text("".join(f"{url}\n" for url in missing), encoding="utf-8")
        except OSError as error:
            fail(self, f"cannot write {path}: {error.strerror or error}")


def table(months: Sequence[Month]) -> str:
    """Return the months as lines of a table, the total last."""
    lines = [f"{'month':9}{'site':>8}{'archive':>9}{'missing':>9}{'gone':>6}  rejected"]
    total = [0, 0, 0, 0]
    for month in months:
        counts = [month.listed, month.stored, len(month.missing), month.gone]
        total = [a + b for a, b in zip(total, counts, strict=True)]
        reasons = ", ".join(f"{n} {reason}" for reason, n in sorted(month.rejected.items()))
        lines.append(_line(month.name, counts, reasons))
    rejected = sum(month.rejected.total() for month in months)
    return "\n".join([*lines, _line("all", total, str(rejected))])


def recoverable(spider: str, missing: Sequence[str], unlisted: Sequence[str]) -> str:
    """Return as lines what a web archive has of the missing articles."""
    found = sorted([*missing, *unlisted])
    lines = [f"A web archive has {len(missing):,} of the missing articles,"]
    lines[0] += f" and {len(unlisted):,} that the site does not list."
    lines += found[:MOST_SHOWN]
    if len(found) > MOST_SHOWN:
        lines.append(f"… and {len(found) - MOST_SHOWN:,} more")
    if found:
        lines.append(f"`scrapy crawl {spider}` brings them.")
    return "\n".join(lines)


def _line(name: str, counts: Sequence[int], rejected: str) -> str:
    listed, stored, missing, gone = counts
    head = f"{name:9}{listed:>8}{stored:>9}{missing:>9}{gone:>6}  "
    below = textwrap.fill(rejected, WIDTH, initial_indent=head, subsequent_indent=" " * len(head))
    return below or head.rstrip()
