"""``scrapy inspect``: shows how a page is read, for the repair of a selector.

Exit status: 0 the page is read as an article, 1 it is not or cannot be fetched, 2 wrong usage.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from kznews.commands import one_page
from kznews.finish_reasons import EXIT_FAILED, EXIT_GOOD
from kznews.inspection import explain, render
from kznews.items import NotAnArticle
from kznews.monitoring.messages import say

if TYPE_CHECKING:
    import argparse


class Command(one_page.ShowsPage, ScrapyCommand):
    """Show how a page is read: the source of each field and what the others say, the selectors of
    every known layout, the body, and what was cut by which rule. Nothing is stored or delivered.
    """

    summary = "Show how a page is read, and what else could have been read"
    examples = (
        "scrapy inspect https://365info.kz/2026/11/slug",
        "scrapy inspect saved.html --json",
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="everything, for machines")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            look = one_page.look_at(self, args, opts)
        except NotAnArticle as error:
            self.exitcode = EXIT_FAILED
            record: explain.Record = {
                "verdict": {"article": False, "reason": error.reason, "detail": error.detail}
            }
            text = render.not_to_be_had(error)
        else:
            record = explain.inspect(look)
            self.exitcode = EXIT_GOOD if record["verdict"]["article"] else EXIT_FAILED
            text = render.as_text(record)
        say(json.dumps(record, ensure_ascii=False, indent=1) if opts.json else text)
