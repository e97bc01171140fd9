"""``scrapy parse``, but not for this project's spiders: ``scrapy inspect`` shows their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands.parse import Command as ScrapyParse
from scrapy.exceptions import UsageError

from kznews.commands import show_examples
from kznews.spiders.base import NewsSpider

if TYPE_CHECKING:
    import argparse


class Command(ScrapyParse):
    """Scrapy's; it refuses this project's spiders, which would begin a run in the archive."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        show_examples(parser, "scrapy parse --spider mine https://example.kz/page")

    def set_spidercls(self, url: str, opts: argparse.Namespace) -> None:
        super().set_spidercls(url, opts)
        if self.spidercls and issubclass(self.spidercls, NewsSpider):
            hint = f"`scrapy inspect {url}` shows how a page is read, and leaves the archive alone"
            raise UsageError(hint, print_help=False)
