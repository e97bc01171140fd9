"""A site's past in windows of days, one after another, on all Scrapyds.

``python -m deploy.windows 365info-backfill since=2014-01-01 until=2026-11-24 --days 365``

This command is the queue: a window is given to the node with the fewest jobs and is done when its
run ended well. If its node dies, it goes to another one, where the run continues from what the
archive has; while another run crawls the site, it waits. The command can be repeated after an
interruption: what the archive has is not fetched twice.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from deploy import joblog
from deploy.nodes import Given, Nodes
from deploy.target import DeployError
from kznews import finish_reasons
from kznews.commands.crawl import load_spider
from kznews.settings import SPIDER_MODULES
from kznews.spiders.arguments import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.client import Client
    from kznews.spiders.arguments import Arguments

DAYS = 365
TRIES = 3
"""Runs of one window that may fail; those that find the site at work do not count."""
AGAIN_AFTER = 20.0
"""Seconds until a window is tried again. A run whose machine died holds its site three minutes."""
SCRAPYDS = frozenset({"setting", "priority", "jobid"})
"""Arguments of a job that are Scrapyd's own, as are those that begin with an underscore."""
_PAUSE = 0.5


def main() -> None:
    """Fetch one window after another; exit status 1 if one fails, 2 for wrong usage."""
    parser = argparse.ArgumentParser(
        prog="deploy.windows",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("spider")
    parser.add_argument("arguments", nargs="+", metavar="NAME=VALUE", help="since, until, …")
    parser.add_argument("--days", type=int, default=DAYS, help="length of a window")
    options = parser.parse_intermixed_args()
    given = [(name, value) for name, _, value in (w.partition("=") for w in options.arguments)]
    try:
        arguments = _read(options.spider, given)
    except (ArgumentError, UsageError) as error:
        parser.error(str(error))
    if not (arguments.since and arguments.until and options.days > 0):
        parser.error(
            "name the first and the last day: since=2014-01-01 until=2026-11-20 --days 365"
        )
    others = [(name, value) for name, value in given if name not in {"since", "until"}]
    try:
        nodes = Nodes.read(os.environ)
        for first, last in windows(arguments.since, arguments.until, options.days):
            outcome = bring(nodes, options.spider, first, last, others)
            print(f"{first} … {last}: {outcome}", flush=True)
    except DeployError as error:
        sys.exit(f"windows: {error}")
    except KeyboardInterrupt:
        sys.exit("windows: interrupted; the job under way goes on")


def _read(spider: str, given: Given) -> Arguments:
    """Return the arguments of a spider; raises where there is no such spider or argument."""
    loader = SpiderLoader(Settings({"SPIDER_MODULES": SPIDER_MODULES}))
    own = {name: value for name, value in given if name not in SCRAPYDS}
    return load_spider(loader, [spider]).read_arguments(own)


def windows(since: date, until: date, days: int) -> Iterator[tuple[date, date]]:
    """Return the first and the last day of each, the newest window first."""
    last, days = until, min(days, (until - since).days + 1)
    while last >= since:
        first = max(since, last - timedelta(days=days - 1))
        yield first, last
        last = first - timedelta(days=1)


def bring(nodes: Nodes, spider: str, first: date, last: date, others: Given) -> str:
    """Crawl a window until a run ends well; return the last line of that run.

    Raises ``DeployError`` if it fails too often, or if no node answers.
    """
    given = [("since", f"{first}"), ("until", f"{last}"), *others, *joblog.TELLING]
    failures, waits = 0, False
    while True:
        node, job = nodes.schedule(spider, given)
        try:
            log = _log(node, spider, job)
        except DeployError as error:
            print(f"{first} … {last} is handed on: {error}", file=sys.stderr, flush=True)
            continue
        stats = joblog.stats(log)
        reason = stats.get("finish_reason")
        if reason and finish_reasons.exit_status(stats) != finish_reasons.EXIT_FAILED:
            return f"{joblog.outcome(log)}, at {node.url}"
        why = f"{reason or 'died'}: {joblog.last_error(log) or 'it left no log'}"
        if reason != finish_reasons.BUSY:
            failures += 1
            if failures == TRIES:
                raise DeployError(
                    f"{first} … {last} failed {TRIES} times, at last at {node.url} ({why}): repair "
                    "that, and give the same command again"
                )
        if reason != finish_reasons.BUSY or not waits:
            print(f"{first} … {last} is tried again ({why})", file=sys.stderr, flush=True)
        waits = reason == finish_reasons.BUSY
        time.sleep(AGAIN_AFTER)


def _log(node: Client, spider: str, job: str) -> str:
    while node.is_at_work(job=job):
        time.sleep(_PAUSE)
    return node.log(spider, job)


if __name__ == "__main__":
    main()
