"""``scrapy parse``, but for the spiders of this project, whose pages ``scrapy inspect`` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands.parse import Command as ScrapyParse
from scrapy.exceptions import UsageError

from kznews.commands import show_examples
from kznews.spiders.base import NewsSpider

if TYPE_CHECKING:
    import argparse


class Command(ScrapyParse):
    """Scrapy's; a spider of the project would begin a run in the archive for one page."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        show_examples(parser, "scrapy parse --spider mine https://example.kz/page")

    def set_spidercls(self, url: str, opts: argparse.Namespace) -> None:
        super().set_spidercls(url, opts)
        if self.spidercls and issubclass(self.spidercls, NewsSpider):
            hint = f"`scrapy inspect {url}` shows how a page is read, and leaves the archive alone"
            raise UsageError(hint, print_help=False)
