"""What the log of a job tells of its end: Scrapyd itself calls every job finished."""

from __future__ import annotations

import re

TELLING = [("setting", "LOG_LEVEL=INFO"), ("setting", "STATS_DUMP=1")]
"""What a job is given, so that its log has what is read here."""


def stats(log: str) -> dict[str, str]:
    """Return what Scrapy counted, as its log shows it at the end of a run; empty if it died."""
    dump = log.rpartition("Dumping Scrapy stats:")[2]
    return dict(re.findall(r"^[{ ]'([^']+)': '?(.*?)'?[,}]$", dump, re.MULTILINE))


def outcome(log: str) -> str:
    """Return the line that a run ends with: what it brought, and why it ended."""
    found = re.search(r"\d+ articles, \d+ rejected.*", log)
    return found[0] if found else ""


def last_error(log: str) -> str:
    found = re.findall(r"\] (?:ERROR|CRITICAL): (.*)", log) or log.strip().splitlines()[-1:]
    return found[-1].strip() if found else ""
