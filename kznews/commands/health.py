"""``scrapy health``: the state of each site, for a person or a monitor.

Exit status: 0 all is well, 1 something is not or the archive cannot be opened, 2 wrong usage.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from kznews.commands import ReadsArchive, number
from kznews.finish_reasons import EXIT_FAILED
from kznews.monitoring import health
from kznews.monitoring.messages import say

if TYPE_CHECKING:
    import argparse

    from kznews.storage.archive import Archive


class Command(ReadsArchive, ScrapyCommand):
    """Say of each site of the archive how old its newest article and its last good run are, what
    failed or died since, which alarms are open. Exit status 0: all is well.
    """

    summary = "Say whether all is well, a line a site"
    examples = ("scrapy health", "scrapy health --site 365info --article-hours 6")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        usual = health.Limits()
        parser.add_argument("--site", metavar="NAME", help="only one")
        parser.add_argument("--json", action="store_true", help="all figures, for machines")
        for name, default, meaning in (
            ("article-hours", usual.article_hours, "age of the newest article that is still well"),
            ("run-hours", usual.run_hours, "age of the last good run that is still well"),
            ("undelivered", usual.undelivered, "articles that may wait for delivery"),
            ("disk", usual.disk, "gigabytes that must be free"),
        ):
            parser.add_argument(
                f"--{name}", type=number(type(default), 0, 10_000_000), default=default,
                metavar="N",
                help=f"{meaning} (default: {default:g})",
            )  # fmt: skip

    def work(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        limits = health.Limits(opts.article_hours, opts.run_hours, opts.undelivered, opts.disk)
        now = datetime.now(UTC)
        every = health.examine(archive, Path(self.settings["KZNEWS_DATA_DIR"]), limits, now)
        found = [one for one in every if opts.site in {None, one.site}]
        if opts.json:
            say(json.dumps(health.facts(found), ensure_ascii=False, indent=1))
        else:
            say("\n".join(one.line(now) for one in found) or "bad  the archive has no such site")
        if not found or any(one.problems for one in found):
            self.exitcode = EXIT_FAILED
