"""``scrapy crawl``: arguments are checked first, and the exit status shows the result."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError

from kznews.commands import Documented, require
from kznews.commands.checks import can_alert
from kznews.commands.garbage import collect_seldom
from kznews.exporters import feeds
from kznews.extensions.run_report import REPORTED
from kznews.finish_reasons import EXIT_FAILED, exit_status
from kznews.monitoring import alerts
from kznews.monitoring.messages import JSON_LINES, guard_log, last_lines, masked, say
from kznews.spiders.arguments import ArgumentError, manual
from kznews.spiders.base import NewsSpider

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.settings import Settings
    from scrapy.spiderloader import SpiderLoaderProtocol


HELP = "help"
BRIEF_LOG = {"LOG_FORMAT": "%(asctime)s %(levelname)s: %(message)s", "LOG_DATEFORMAT": "%H:%M:%S"}
"""For a terminal: without the date and the module."""


class Crawls(Documented):
    """Mixed into a command that crawls: the webhook is told of a run that could not begin."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        with alert_on_failure(self.settings, args):
            super().process_options(args, opts)
            if self.settings["KZNEWS_METRICS_FILE"]:
                require("KZNEWS_METRICS_FILE", "prometheus_client")
            guard_log(self.settings)
            if self.settings["KZNEWS_LOG_FORMAT"] == "json":
                self.settings.set("LOG_FORMAT", JSON_LINES, priority="cmdline")

    def crawl(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do what was asked; may raise ``UsageError``."""
        raise NotImplementedError

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with alert_on_failure(self.settings, args):
            self.crawl(args, opts)


class Command(Crawls, ScrapyCrawl):
    """Crawl a site with one of the spiders that `scrapy list` names; `-a help=1` shows the
    arguments of a spider. Articles go to the archive, and to files in data/ unless -o or -O
    names another. Exit status: 0 good, 1 the run failed, 2 wrong usage, 3 good with an alarm.
    """

    usage = "[options] <spider>"
    summary = "Run a spider"
    examples = (
        "scrapy crawl 365info -a help=1",
        "scrapy crawl 365info -a sections=politika -a since=2026-11-01",
        "scrapy crawl 365info-backfill -O all.jsonl",
    )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        self.project_feeds = self.settings.getdict("FEEDS")
        super().process_options(args, opts)
        if HELP in opts.spargs:
            self.settings.set("LOG_ENABLED", value=False, priority="cmdline")
        elif sys.stderr.isatty() and not opts.logfile and opts.loglevel != "DEBUG":
            self.settings.setdict(BRIEF_LOG, priority="command")

    def crawl(self, args: list[str], opts: argparse.Namespace) -> None:
        spider = any_spider(self.crawler_process.spider_loader, args)
        if not issubclass(spider, NewsSpider):  # somebody's own, of `scrapy genspider`
            ScrapyCrawl.run(self, args, opts)
            return
        if HELP in opts.spargs:
            about = (spider.__doc__ or "").partition("\n")[0]
            say(manual(f"scrapy crawl {spider.name}", about, spider.taken()))
            return
        check_arguments(spider, opts.spargs)
        if opts.output or opts.overwrite_output:
            settings = self.crawler_process.settings
            merged = feeds.for_articles(settings.getdict("FEEDS"), self.project_feeds)
            settings.set("FEEDS", merged, priority="cmdline")
        crawler = self._create_crawler(spider)
        self.crawler_process.crawl(crawler, **opts.spargs)
        collect_seldom()
        self.crawler_process.start()
        self.exitcode = status_of(crawler)


def status_of(crawler: Crawler) -> int:
    """Return the exit status of a finished run; report a run that could not begin."""
    try:
        stats = crawler.stats.get_stats()
    except RuntimeError:  # not even these were made
        stats = {}
    if stats.get(REPORTED):
        return exit_status(stats)
    report = alerts.without_run(
        crawler.spidercls.name,
        stats.get("finish_reason", "not begun"),
        log=last_lines(),
        log_file=crawler.settings["LOG_FILE"],
    )
    alerts.send(report, crawler.settings)
    return EXIT_FAILED


@contextmanager
def alert_on_failure(settings: Settings, args: list[str]) -> Iterator[None]:
    """Post to the webhook why a run could not begin, unless a person sees it on a terminal."""
    try:
        yield
    except Exception as error:
        is_awaited = settings["KZNEWS_ALERT_WEBHOOK"] and not sys.stderr.isatty()
        if is_awaited and can_alert(settings):
            reason = "usage" if isinstance(error, UsageError) else type(error).__name__
            problem = masked(str(error)) or f"scrapy {' '.join(args)}"
            report = alerts.without_run(" ".join(args), reason, problems=[problem])
            alerts.send(report, settings)
        raise


def load_spider(loader: SpiderLoaderProtocol, args: list[str]) -> type[NewsSpider]:
    """Return the named spider of this project; raises ``UsageError`` for any other."""
    spider = any_spider(loader, args)
    if not issubclass(spider, NewsSpider):
        raise UsageError(f"{spider.name} knows no site: name a spider of this project")
    return spider


def any_spider(loader: SpiderLoaderProtocol, args: list[str]) -> type[Spider]:
    """Return the named spider; raises ``UsageError`` with the existing names."""
    if option := next((word for word in args if word.startswith("-")), None):
        raise UsageError(f"there is no option {option!r}: --help shows all; spiders take -a NAME=…")
    if len(args) != 1:
        raise UsageError("name one spider; `scrapy list` names them all")
    try:
        spider = loader.load(args[0])
    except KeyError:
        names = ", ".join(loader.list())
        raise UsageError(f"there is no spider {args[0]!r}; there are {names}") from None
    return spider


def check_arguments(spider: type[NewsSpider], given: dict[str, str]) -> None:
    """Raise ``UsageError`` for invalid arguments of a spider."""
    try:
        spider.read_arguments(given)
    except ArgumentError as error:
        raise UsageError(masked(str(error)), print_help=False) from None
