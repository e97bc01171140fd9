"""``scrapy runs``: how the last runs ended, for those who cannot see an exit status."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from kznews.commands import CommandError, ReadsArchive, examples
from kznews.inspection.fetch import WIDTH
from kznews.messages import say

if TYPE_CHECKING:
    import argparse

    from kznews.storage.archive import Archive

HEAD = f"{'run':>5} {'spider':20} {'began (UTC)':19} {'exit':>4} {'reason':12} {'new':>7}"

_BELOW: dict[str, Any] = {
    "initial_indent": " " * 6,
    "subsequent_indent": " " * 14,
    "break_long_words": False,
    "break_on_hyphens": False,
}


class Command(ReadsArchive, ScrapyCommand):
    """List the last runs, or show the report of one."""

    def syntax(self) -> str:
        return "[options] [run]"

    def short_desc(self) -> str:
        return "List the last runs, or show one"

    def long_desc(self) -> str:
        return "List the last runs, newest first, or show the report of one"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-n", type=int, default=20, help="runs to list (default: 20)")
        examples(parser, "scrapy runs", "scrapy runs 12")

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        if opts.n < 1:
            raise UsageError(f"-n {opts.n}: expected a number of runs from 1 up")
        if len(args) > 1 or (args and not args[0].isdigit()):
            raise UsageError("name one run by its number; without a number the last are listed")

    def work(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            self._show(archive, int(args[0]))
        else:
            say("\n".join([HEAD, *map(_line, archive.runs.latest(opts.n))]))

    def _show(self, archive: Archive, number: int) -> None:
        row = archive.runs.one(number)
        if row is None:
            raise CommandError(f"there is no run {number}: `scrapy runs` lists the last ones")
        if row.report is None:
            say(_line(row))
        else:
            report = json.loads(row.report)
            say(json.dumps(report, ensure_ascii=False, indent=1))


def _line(row: Any) -> str:
    report = json.loads(row.report) if row.report else {}
    brought = report.get("counts", {}).get("articles", 0)
    alarms = ", ".join(alarm["cause"] for alarm in report.get("alarms", ()))
    alarms = f"alarms: {alarms}" if alarms else ""
    status = "-" if row.status is None else row.status
    reason = row.reason or "at work"
    began = row.started[:19].replace("T", " ")
    line = f"{row.run:>5} {row.spider:20} {began} {status:>4} {reason:12} {brought:>7}"
    return "\n".join([line, *textwrap.wrap(alarms, WIDTH, **_BELOW)])
