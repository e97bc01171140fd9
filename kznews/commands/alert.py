"""``scrapy alert``: tests the webhook of alerts.

Exit status: 0 the message was accepted, 1 it was not, 2 wrong usage or settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from kznews.commands import Documented, fail
from kznews.finish_reasons import EXIT_GOOD
from kznews.monitoring import alerts
from kznews.monitoring.messages import guard_log, last_lines, say

if TYPE_CHECKING:
    import argparse


class Command(Documented, ScrapyCommand):
    """Send a test message to KZNEWS_ALERT_WEBHOOK, in the form of KZNEWS_ALERT_FORMAT, as a
    failed run would. Exit status 0: it was taken.
    """

    requires_project = True
    requires_crawler_process = False
    usage = "--test"
    summary = "Send a test message to the webhook of alerts"
    examples = ("scrapy alert --test",)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--test", action="store_true", help="send a message")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        guard_log(self.settings)
        if args or not opts.test:
            raise UsageError("alert takes --test, and nothing else")
        if not self.settings["KZNEWS_ALERT_WEBHOOK"]:
            message = "there is no webhook: set KZNEWS_ALERT_WEBHOOK to an address"
            raise UsageError(message, print_help=False)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        report = alerts.without_run("scrapy alert --test", "test", exit_status=EXIT_GOOD)
        host = urlsplit(self.settings["KZNEWS_ALERT_WEBHOOK"]).hostname
        if alerts.post(report, {"test": "this is a test, nothing is wrong"}, self.settings):
            say(f"{host} accepted the message.")
        else:
            fail(self, "\n".join([f"{host} did not accept the message:", *last_lines()]))
