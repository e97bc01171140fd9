"""``scrapy crawl`` with an honest end: arguments checked first, and an exit status that is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError

from kznews import feeds
from kznews.arguments import ArgumentError
from kznews.crawls.articles import ArticleCrawl
from kznews.ending import EXIT_FAILED, exit_status

if TYPE_CHECKING:
    import argparse

    from scrapy.spiderloader import SpiderLoaderProtocol


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
        assert self.crawler_process is not None
        spider = load_spider(self.crawler_process.spider_loader, args)
        try:
            spider.read_arguments(opts.spargs)
        except ArgumentError as error:
            raise UsageError(str(error), print_help=False) from None
        crawler = self._create_crawler(spider)
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        if self.crawler_process.bootstrap_failed:
            self.exitcode = EXIT_FAILED
        else:
            self.exitcode = exit_status(crawler.stats.get_stats())


def load_spider(loader: SpiderLoaderProtocol, args: list[str]) -> type[ArticleCrawl]:
    """Return the one spider that was named; raises ``UsageError`` naming those there are."""
    if len(args) != 1:
        raise UsageError("name one spider; `scrapy list` names them all")
    try:
        spider = loader.load(args[0])
    except KeyError:
        names = ", ".join(loader.list())
        raise UsageError(f"there is no spider {args[0]!r}; there are {names}") from None
    assert issubclass(spider, ArticleCrawl)
    return spider
