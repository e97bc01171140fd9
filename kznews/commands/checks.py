"""Settings that cannot be used are said in one line, before anything begins."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from math import inf
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import UsageError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from kznews.browser.requests import RENDER
from kznews.monitoring import alerts, rules
from kznews.monitoring.messages import SECRET_ADDRESSES, masked

if TYPE_CHECKING:
    from scrapy.settings import Settings


def check_settings(settings: Settings) -> None:
    """Raise ``UsageError`` for the first of the project's settings that cannot be used."""
    from kznews import settings as project  # noqa: PLC0415 (reads the environment)

    numbers = {
        name: (_is_number, "a number from 0 up")
        for name, value in vars(project).items()
        if name.startswith("KZNEWS_") and isinstance(value, int | float)
    }
    for name, (is_good, wanted) in {**numbers, **CHECKS}.items():
        value = settings.getdict(name) if name == "KZNEWS_ALARMS" else settings.get(name)
        if value is not None and value != "" and not is_good(value):
            said = "" if name in SECRET_ADDRESSES else f"={masked(str(value))}"
            raise UsageError(f"{name}{said}: expected {wanted}", print_help=False)
    if settings["KZNEWS_ALERT_FORMAT"] == alerts.TELEGRAM and not settings["KZNEWS_ALERT_CHAT"]:
        told = "KZNEWS_ALERT_FORMAT=telegram: name the chat in KZNEWS_ALERT_CHAT"
        raise UsageError(told, print_help=False)


def _is_number(value: Any) -> bool:
    try:
        return 0 <= float(value) < inf
    except (TypeError, ValueError):
        return False


def is_archive(value: str) -> bool:
    """Whether a text is the address of a database that can hold an archive."""
    try:
        return make_url(value).get_backend_name() in {"sqlite", "postgresql"}
    except (ArgumentError, ValueError):
        return False


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _are_limits(value: dict[str, Any]) -> bool:
    limits = [limit for limit in value.values() if limit is not None]
    return value.keys() <= rules.LIMITS.keys() and all(
        isinstance(limit, int | float) and 0 <= limit <= 1 for limit in limits
    )


def _one_of(words: Mapping[str, Any] | tuple[str, ...]) -> tuple[Callable[[Any], bool], str]:
    return words.__contains__, f"one of {', '.join(words)}"


CHECKS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "KZNEWS_FEEDS_BATCH": (_is_number, "a whole number such as 1000"),
    "KZNEWS_PAGES_MAX": (_is_number, "a whole number of bytes such as 200000000"),
    "KZNEWS_ARCHIVE_URL": (
        is_archive,
        "sqlite:////path/archive.db or postgresql+psycopg://user:password@host/database",
    ),
    "KZNEWS_ALERT_FORMAT": _one_of(alerts.MOST),
    "KZNEWS_ALERT_WEBHOOK": (_is_web_address, "an address such as https://host/path"),
    "KZNEWS_HEARTBEAT": (_is_web_address, "an address such as https://host/path"),
    "KZNEWS_LOG_FORMAT": _one_of(("text", "json")),
    "KZNEWS_ALARMS": (_are_limits, f"limits from 0 to 1, or None, by {', '.join(rules.LIMITS)}"),
    "KZNEWS_PAGES": _one_of(("doubtful", "none", "all")),
    "KZNEWS_RENDER": _one_of(RENDER),
    "LOG_LEVEL": (
        lambda level: str(level) in logging.getLevelNamesMapping(),
        "a level such as INFO or WARNING, by -L or KZNEWS_LOG_LEVEL",
    ),
}
"""What the value of a setting must be, and how that is said; empty is as good as unset."""
