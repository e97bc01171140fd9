"""How a job ended, by its log: Scrapyd itself calls every job finished."""

from __future__ import annotations

import re

TELLING = [("setting", "LOG_LEVEL=INFO"), ("setting", "STATS_DUMP=1")]
"""What a job is given, so that its log has what is read here."""


def stats(log: str) -> dict[str, str]:
    """Return Scrapy's statistics at the end of a log; empty if the run died."""
    dump = log.rpartition("Dumping Scrapy stats:")[2]
    return dict(re.findall(r"^[{ ]'([^']+)': '?(.*?)'?[,}]$", dump, re.MULTILINE))


def outcome(log: str) -> str:
    """Return the last line of a run: its counts, and why it ended."""
    found = re.search(r"\d+ articles, \d+ rejected.*", log)
    return found[0] if found else ""


def last_error(log: str) -> str:
    found = re.findall(r"\] (?:ERROR|CRITICAL): (.*)", log) or log.strip().splitlines()[-1:]
    return found[-1].strip() if found else ""
