"""The commands of the project, beside Scrapy's own. Each shows by ``--help`` how it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import ScrapyHelpFormatter

if TYPE_CHECKING:
    import argparse


class HelpFormatter(ScrapyHelpFormatter):
    """Scrapy's, which leaves examples as they are: a command that is broken cannot be copied."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return f"{text}\n" if "\n" in text else super()._fill_text(text, width, indent)


def examples(parser: argparse.ArgumentParser, *commands: str) -> None:
    """Show commands at the end of the help, each on a line."""
    parser.formatter_class = HelpFormatter
    parser.epilog = "\n".join(["Examples", "========", *(f"  {command}" for command in commands)])
