"""``scrapy bench``: Scrapy's, at the machine's speed instead of this project's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands.bench import Command as ScrapyBench

from kznews.commands import Documented

if TYPE_CHECKING:
    import argparse

PACE = {
    "DOWNLOAD_DELAY": 0.0001,
    "DOWNLOAD_DELAY_JITTER": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "CONCURRENT_REQUESTS": 16,
    "LOGSTATS_INTERVAL": 1,
}


class Command(Documented, ScrapyBench):
    """Crawl a server on this machine for ten seconds with a spider of Scrapy's, as fast as it
    goes. What reading articles costs is measured by `make bench`.
    """

    summary = "Run a quick benchmark"
    examples = ("scrapy bench",)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        self.settings.setdict(PACE, priority="project")
        super().process_options(args, opts)
