"""The commands of the project, beside Scrapy's own. Each shows by ``--help`` how it is used."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand, ScrapyHelpFormatter
from scrapy.exceptions import UsageError

from kznews.finish_reasons import EXIT_FAILED
from kznews.messages import say
from kznews.spiders.arguments import day

if TYPE_CHECKING:
    import argparse
    from datetime import date


class HelpFormatter(ScrapyHelpFormatter):
    """Scrapy's, which leaves examples as they are: a command that is broken cannot be copied."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return f"{text}\n" if "\n" in text else super()._fill_text(text, width, indent)


def examples(parser: argparse.ArgumentParser, *commands: str) -> None:
    """Show commands at the end of the help, each on a line."""
    parser.formatter_class = HelpFormatter
    parser.epilog = "\n".join(["Examples", "========", *(f"  {command}" for command in commands)])


def narrowed(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which of the archive's articles are meant."""
    parser.add_argument("--site", metavar="NAME", help="one edition: 365info, or 365info-kaz")
    parser.add_argument("--since", metavar="DAY", help="first day of publication")
    parser.add_argument("--until", metavar="DAY", help="last day of publication")


def days_of(opts: argparse.Namespace) -> tuple[date | None, date | None]:
    """Return the days that ``--since`` and ``--until`` name; raises ``UsageError``."""
    since, until = _day(opts.since), _day(opts.until)
    if since and until and since > until:
        raise UsageError(f"--since {since} is later than --until {until}")
    return since, until


def _day(text: str | None) -> date | None:
    try:
        return day(text) if text else None
    except ValueError as error:
        raise UsageError(f"{text!r}: {error}") from None


def fail(command: ScrapyCommand, text: str) -> None:
    """Say why a command could not do what was asked, and end with status 1."""
    say(text, to=sys.stderr)
    command.exitcode = EXIT_FAILED
