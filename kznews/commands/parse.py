"""``scrapy parse``, but not for this project's spiders: ``scrapy inspect`` shows their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands.parse import Command as ScrapyParse
from scrapy.exceptions import UsageError

from kznews.commands import Documented
from kznews.spiders.base import NewsSpider

if TYPE_CHECKING:
    import argparse


class Command(Documented, ScrapyParse):
    """Parse an address with a spider of yours and print the results. The spiders of this project
    are refused, because they would begin a run in the archive.
    """

    usage = "[options] <url>"
    summary = "Parse an address with a spider and print the results"
    examples = ("scrapy parse --spider mine https://example.kz/page",)

    def set_spidercls(self, url: str, opts: argparse.Namespace) -> None:
        super().set_spidercls(url, opts)
        if self.spidercls and issubclass(self.spidercls, NewsSpider):
            hint = f"`scrapy inspect {url}` shows how a page is read, and leaves the archive alone"
            raise UsageError(hint, print_help=False)
