"""The commands of the project, and what they share. ``--help`` of each shows how it is used."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from contextlib import closing
from importlib import import_module
from math import nan
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand, ScrapyHelpFormatter
from scrapy.exceptions import UsageError

from kznews.commands import garbage  # noqa: F401 (before all that takes long to import)
from kznews.commands.checks import check_settings
from kznews.dates import day
from kznews.finish_reasons import EXIT_FAILED
from kznews.monitoring.messages import say
from kznews.storage.archive import Archive
from kznews.storage.database import ArchiveError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from datetime import date


class HelpFormatter(ScrapyHelpFormatter):
    """Scrapy's, but it does not break examples into lines, so they can be copied."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        """Keep a colon off the end of a line, which Scrapy would take for a heading."""
        lines = super()._split_lines(text.replace(": ", ":\0"), width)
        return [line.replace("\0", " ") for line in lines]

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return f"{text}\n" if "\n" in text else super()._fill_text(text, width, indent)


class Documented:
    """Mixed into a command: ``--help`` shows its attributes and its docstring; it checks settings.

    It is no ``ScrapyCommand``, because Scrapy would take it for a command.
    """

    usage: str = "[options]"
    summary: str
    examples: tuple[str, ...]
    settings: Any
    crawler_process: Any
    """Both are set by Scrapy before a command is asked for anything; its types allow for None."""

    def syntax(self) -> str:
        return self.usage

    def short_desc(self) -> str:
        return self.summary

    def long_desc(self) -> str:
        return " ".join((self.__doc__ or "").split())

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)  # type: ignore[misc]
        parser.formatter_class = HelpFormatter
        lines = (f"  {command}" for command in self.examples)
        parser.epilog = "\n".join(["Examples", "========", *lines])

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)  # type: ignore[misc]
        check_settings(self.settings)


class CommandError(Exception):
    """The command cannot be executed; the message says why and what to do instead."""


class ReadsArchive(Documented):
    """Mixed into a command that reads the archive: ``run`` opens and closes it.

    An error is printed in one line, and the exit status is 1.
    """

    requires_project = True
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}
    exitcode: int

    def check(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        """Raise ``UsageError`` or ``CommandError`` before the archive is opened."""
        if args:
            name = type(self).__module__.rpartition(".")[2]
            raise UsageError(f"{name} takes options only, not {args[0]!r}")

    def work(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> None:
        """Do what was asked; may raise ``CommandError``."""
        raise NotImplementedError

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            self.check(args, opts)
            with closing(Archive(self.settings["KZNEWS_ARCHIVE_URL"], create=False)) as archive:
                self.work(archive, args, opts)
        except (ArchiveError, CommandError) as error:
            fail(self, str(error))


def require(what: str, *packages: str) -> None:
    """Raise ``UsageError`` if a package is missing that only some commands need."""
    for name in packages:
        try:
            import_module(name)
        except ImportError:
            install = f"{sys.executable} -m pip install {' '.join(packages)}"
            raise UsageError(f"{what} needs {name}: {install}", print_help=False) from None


def add_selection_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that select articles of the archive."""
    parser.add_argument("--site", metavar="NAME", help="one edition: 365info, or 365info-kaz")
    parser.add_argument("--since", metavar="DAY", help="first day of publication")
    parser.add_argument("--until", metavar="DAY", help="last day of publication")


def number(kind: type[int | float], least: int, most: int) -> Callable[[str], float]:
    """Return what reads the number of an option."""

    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = nan
        if least <= value <= most:
            return value
        raise ArgumentTypeError(f"{text!r:.50}: expected a number from {least} to {most}")

    return read


def days_of(opts: argparse.Namespace) -> tuple[date | None, date | None]:
    """Return the days that ``--since`` and ``--until`` name; raises ``UsageError``."""
    since, until = day_of(opts.since), day_of(opts.until)
    if since and until and since > until:
        raise UsageError(f"--since {since} is later than --until {until}")
    return since, until


def day_of(text: str | None) -> date | None:
    try:
        return None if text is None else day(text)
    except ValueError as error:
        raise UsageError(f"{text!r}: {error}") from None


def fail(command: ScrapyCommand | ReadsArchive, text: str) -> None:
    """Print why a command failed, and set exit status 1."""
    say(text, to=sys.stderr)
    command.exitcode = EXIT_FAILED
