"""Checks settings before anything starts; each error is one line."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, default_settings

from kznews.browser.requests import RENDER
from kznews.monitoring import alerts, rules
from kznews.monitoring.messages import SECRET_ADDRESSES, masked
from kznews.storage.database import is_archive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.settings import Settings

    Check = tuple[Callable[[Any], bool], str]

OURS = "KZNEWS_"
_MADE_OF = {
    "KZNEWS_DATA_DIR": ("KZNEWS_ARCHIVE_URL", "FEEDS"),
    "KZNEWS_FEEDS": ("FEEDS",),
    "KZNEWS_FEEDS_BATCH": ("FEEDS",),
    "KZNEWS_LOG_LEVEL": ("LOG_LEVEL",),
}
"""Settings that others are made of, before a command line is read."""


def check_settings(settings: Settings) -> None:
    """Raise ``UsageError`` for the first setting that cannot be used."""
    checks = {**_scrapy_checks(), **_number_checks(), **CHECKS}
    for problem in chain(misnamed(settings), problems(settings, checks)):
        raise UsageError(problem, print_help=False)


def misnamed(settings: Settings) -> Iterator[str]:
    """Yield one line for each name, of ``-s`` or of the environment, that sets nothing."""
    from kznews import settings as project  # noqa: PLC0415 (reads the environment)

    known = {name for names in (default_settings, project) for name in vars(names)}
    cmdline = SETTINGS_PRIORITIES["cmdline"]
    for name in (one for one in settings if settings.getpriority(one) == cmdline):
        made = [x for x in _MADE_OF.get(name, ()) if settings.getpriority(x) != cmdline]
        if made:
            yield f"-s {name}: {made[0]} is made of it before: set it in the environment"
        elif name not in known and (name.startswith(OURS) or _nearest(name, known)):
            yield f"there is no setting {name}{_nearest(name, known)}: docs/settings.md has all"
    for name in sorted(n for n in os.environ if n.startswith(OURS) and n not in project.variables):
        if name in known:
            yield f"the environment's {name} is not read: give -s {name}=…"
        elif near := _nearest(name, project.variables):
            yield f"the environment's {name} is not read{near}"


def _nearest(name: str, names: Collection[str]) -> str:
    near = get_close_matches(name, names, 1, cutoff=0.85)
    return f" (did you mean {near[0]}?)" if near else ""


def can_alert(settings: Settings) -> bool:
    """Whether the settings of alerts are valid, whatever is wrong with the others."""
    of_alerts = {name: check for name, check in CHECKS.items() if "_ALERT_" in name}
    return not any(problems(settings, of_alerts))


def problems(settings: Settings, checks: Mapping[str, Check]) -> Iterator[str]:
    """Yield one line for each invalid setting."""
    for name, (is_good, wanted) in checks.items():
        value = settings.get(name)
        if value is not None and value != "" and not is_good(value):
            shown = "" if name in SECRET_ADDRESSES else f"={masked(str(value))}"
            yield f"{name}{shown}: expected {wanted}"
    if settings["KZNEWS_ALERT_FORMAT"] == alerts.TELEGRAM and not settings["KZNEWS_ALERT_CHAT"]:
        yield "KZNEWS_ALERT_FORMAT=telegram: name the chat in KZNEWS_ALERT_CHAT"


def _number_checks() -> dict[str, Check]:
    """Return the checks of the project's own settings that are numbers."""
    from kznews import settings as project  # noqa: PLC0415 (reads the environment)

    return {
        name: _NUMBER if isinstance(value, float) else _whole(0)
        for name, value in vars(project).items()
        if name.startswith(OURS) and isinstance(value, int | float)
    }


def _scrapy_checks() -> dict[str, Check]:
    """Return the checks of Scrapy's settings: a value of the same kind as the default."""
    found: dict[str, Check] = {}
    for name, default in vars(default_settings).items():
        if isinstance(default, bool) or name.endswith("_ENABLED"):
            found[name] = _read_by(BaseSettings.getbool), "0 or 1"
        elif isinstance(default, int) and "PRIORITY" in name:
            found[name] = _read_by(BaseSettings.getint), "a whole number"
        elif isinstance(default, int) and not _SECONDS.search(name):
            found[name] = _whole(1 if name.startswith("CONCURRENT_") else 0)
        elif isinstance(default, int | float):
            found[name] = _NUMBER
        elif name.endswith("_CODES"):
            found[name] = _are_codes, "numbers, comma-separated"
    return found


def _read_by(read: Callable[[BaseSettings, str], Any]) -> Callable[[Any], bool]:
    def is_good(value: Any) -> bool:
        try:
            read(BaseSettings({"value": value}), "value")
        except (TypeError, ValueError):
            return False
        return True

    return is_good


_SECONDS = re.compile("DELAY|INTERVAL|TIMEOUT")
"""In the name of a Scrapy setting that may be a fraction although its default is an integer."""


def _is_number(value: Any) -> bool:
    try:
        return 0 <= float(value) <= _MOST
    except (TypeError, ValueError):
        return False


_MOST = 10_000_000
"""Of seconds and hours, which are added to instants."""
_NUMBER: Check = _is_number, f"a number from 0 to {_MOST}"


def _is_whole(value: Any) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,15}", str(value)))


def _whole(least: int) -> Check:
    return lambda value: _is_whole(value) and int(value) >= least, f"a whole number from {least} up"


def _are_codes(value: Any) -> bool:
    return all(map(_is_whole, BaseSettings({"value": value}).getlist("value")))


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_utf8(value: Any) -> bool:
    return str(value).encode("utf-8", "replace").decode() == str(value)


def _is_place(value: Any) -> bool:
    """Whether results can go there: a file or directory, or storage that Scrapy knows."""
    scheme, is_address, rest = str(value).partition("://")
    return not is_address or scheme == "file" or (scheme in STORAGES and rest[:1] not in {"", "/"})


def _are_places(value: Any) -> bool:
    return all(map(_is_place, BaseSettings({"value": value}).getdict("value")))


def _is_file_to_write(value: str) -> bool:
    try:
        with Path(value).open("a"):
            return True
    except OSError:
        return False


def _are_limits(value: Any) -> bool:
    try:
        given = BaseSettings({"value": value}).getdict("value")
    except (TypeError, ValueError):
        return False
    limits = [limit for limit in given.values() if limit is not None]
    return given.keys() <= rules.LIMITS.keys() and all(
        isinstance(limit, int | float) and 0 <= limit <= 1 for limit in limits
    )


def _one_of(words: Mapping[str, Any] | tuple[str, ...]) -> Check:
    return words.__contains__, f"one of {', '.join(words)}"


def _level(how: str) -> Check:
    names = logging.getLevelNamesMapping()
    return lambda level: str(level) in names, f"a level such as INFO or WARNING{how}"


STORAGES = frozenset({"s3", "gs", "ftp"})

CHECKS: Mapping[str, Check] = {
    **dict.fromkeys(("KZNEWS_FEEDS_BATCH", "KZNEWS_PAGES_MAX"), _whole(0)),
    "KZNEWS_DATA_DIR": (_is_utf8, "a directory whose name is UTF-8"),
    "KZNEWS_FEEDS": (_is_place, "a directory or s3://bucket/path"),
    "FEEDS": (_are_places, "files, or addresses such as s3://bucket/path.jsonl"),
    "KZNEWS_ARCHIVE_URL": (
        is_archive,
        "sqlite:////path/archive.db or postgresql+psycopg://user:password@host/database",
    ),
    "KZNEWS_ALERT_FORMAT": _one_of(alerts.MOST),
    "KZNEWS_ALERT_WEBHOOK": (_is_web_address, "an address such as https://host/path"),
    "KZNEWS_HEARTBEAT": (_is_web_address, "an address such as https://host/path"),
    "KZNEWS_WAYBACK_CDX": (_is_web_address, "an address such as http://127.0.0.1:8080/kz/cdx"),
    "KZNEWS_WAYBACK_REPLAY": (_is_web_address, "an address such as http://127.0.0.1:8080/kz"),
    "KZNEWS_LOG_FORMAT": _one_of(("text", "json")),
    "KZNEWS_ALARMS": (_are_limits, f"limits from 0 to 1, or None, by {', '.join(rules.LIMITS)}"),
    "KZNEWS_PROGRESS": (_read_by(BaseSettings.getbool), "0 or 1"),
    "KZNEWS_PAGES": _one_of(("doubtful", "none", "all")),
    "KZNEWS_RENDER": _one_of(RENDER),
    "KZNEWS_LOG_LEVEL": _level(""),
    "LOG_LEVEL": _level(", by -L or KZNEWS_LOG_LEVEL"),
    "LOG_FILE": (_is_file_to_write, "a file that can be written"),
    "DOWNLOAD_DELAY": (
        lambda value: _is_number(value) and float(value) > 0,
        "seconds above 0 (a site on this machine: 0.01): without a delay Scrapy floods the site",
    ),
}
"""The check of a setting, and what the error says is expected; empty counts as unset."""
