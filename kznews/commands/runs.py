"""``scrapy runs``: how the last runs ended, without their exit statuses at hand."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from kznews.commands import CommandError, ReadsArchive, day_of, number
from kznews.monitoring.messages import WIDTH, say
from kznews.storage.runs import is_dead

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from sqlalchemy.engine import Row

    from kznews.storage.archive import Archive

HEAD = (
    f"{'run':>5} {'spider':20} {'began (UTC)':16} {'took':>8} {'exit':>4} {'reason':12} {'new':>7}"
)

_BELOW: dict[str, Any] = {
    "initial_indent": " " * 6,
    "subsequent_indent": " " * 14,
    "break_long_words": False,
    "break_on_hyphens": False,
}


class Command(ReadsArchive, ScrapyCommand):
    """List the last runs, newest first, or show the report of one. A run that did not end and
    whose process is gone is shown as dead.
    """

    usage = "[options] [run]"
    summary = "List the last runs, or show one"
    examples = ("scrapy runs --failed --since 2026-11-01", "scrapy runs 12")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-n",
            type=number(int, 1, 1_000_000),
            default=20,
            metavar="N",
            help="runs to list (default: 20)",
        )
        parser.add_argument("--failed", action="store_true", help="only those that failed or died")
        parser.add_argument("--spider", metavar="NAME", help="only those of a spider")
        parser.add_argument("--since", metavar="DAY", help="only those that began since a day, UTC")
        parser.add_argument("--json", action="store_true", help="an object a line, for machines")

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) > 1 or (args and not re.fullmatch(r"[0-9]{1,18}", args[0])):
            raise UsageError("name one run by its number; without a number the last are listed")
        self.since = day_of(opts.since)

    def work(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            found: Sequence[Row[Any] | None] = [archive.runs.one(int(args[0]))]
        else:
            found = archive.runs.latest(
                opts.n,
                spider=opts.spider,
                since=str(self.since or ""),
                failed=opts.failed,
            )
        runs = [run for run in found if run is not None]
        if args and not runs:
            raise CommandError(f"there is no run {args[0]}: `scrapy runs` lists the last ones")
        if not runs:
            say("no run of the archive fits", to=sys.stderr)
        if args and runs[0].report:
            say(json.dumps(json.loads(runs[0].report), ensure_ascii=False, indent=1))
        elif opts.json:
            say("\n".join(json.dumps(_facts(run), ensure_ascii=False) for run in runs))
        else:
            say("\n".join([HEAD, *map(_line, runs)]))


def _facts(run: Row[Any]) -> dict[str, Any]:
    """Return what the list shows of a run."""
    report = json.loads(run.report) if run.report else {}
    dead = is_dead(run)
    names = ("run", "spider", "site", "host", "pid", "started", "ended", "status")
    return {
        **{name: getattr(run, name) for name in names},
        "reason": "dead" if dead else run.reason or "at work",
        "seconds": _seconds(run, dead=dead),
        "articles": report.get("counts", {}).get("articles", 0),
        "alarms": [alarm["cause"] for alarm in report.get("alarms", ())],
    }


def _seconds(run: Row[Any], *, dead: bool) -> int | None:
    """Return how long a run took, or has taken so far; None for a dead run."""
    if dead or run.reason == "killed":
        return None
    end = datetime.fromisoformat(run.ended) if run.ended else datetime.now(UTC)
    return round((end - datetime.fromisoformat(run.started)).total_seconds())


def _line(run: Row[Any]) -> str:
    facts = _facts(run)
    seconds, status = facts["seconds"], facts["status"]
    minutes, rest = divmod(seconds or 0, 60)
    took = "-" if seconds is None else f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
    began = run.started[:16].replace("T", " ")
    alarms = f"alarms: {', '.join(facts['alarms'])}" if facts["alarms"] else ""
    line = (
        f"{run.run:>5} {run.spider:20} {began} {took:>8} {'-' if status is None else status:>4} "
        f"{facts['reason']:12} {facts['articles']:>7}"
    )
    return "\n".join([line, *textwrap.wrap(alarms, WIDTH, **_BELOW)])
