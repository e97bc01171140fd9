"""``scrapy crawl`` with an honest end: arguments checked first, and an exit status that is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError

from kznews import feeds
from kznews.arguments import ArgumentError, parse
from kznews.crawls.articles import ArticleCrawl
from kznews.ending import EXIT_FAILED, exit_status

if TYPE_CHECKING:
    import argparse


class Command(ScrapyCrawl):
    """Exit status: 0 good, 1 the run failed, 2 wrong usage."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        project_feeds = self.settings.getdict("FEEDS")  # type: ignore[union-attr]
        super().process_options(args, opts)
        if opts.output or opts.overwrite_output:
            asked = self.settings.getdict("FEEDS")  # type: ignore[union-attr]
            merged = feeds.for_articles(asked, project_feeds)
            self.settings.set("FEEDS", merged, priority="cmdline")  # type: ignore[union-attr]

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one spider; `scrapy list` names them all")
        assert self.crawler_process is not None
        try:
            spider = self.crawler_process.spider_loader.load(args[0])
        except KeyError:
            names = ", ".join(self.crawler_process.spider_loader.list())
            raise UsageError(f"there is no spider {args[0]!r}; there are {names}") from None
        if issubclass(spider, ArticleCrawl):
            try:
                parse(opts.spargs, spider.site)
            except ArgumentError as error:
                raise UsageError(str(error), print_help=False) from None
        crawler = self._create_crawler(spider)
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        if self.crawler_process.bootstrap_failed:
            self.exitcode = EXIT_FAILED
        else:
            self.exitcode = exit_status(crawler.stats.get_stats())
