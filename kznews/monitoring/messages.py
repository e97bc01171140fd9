"""Texts for people, in a log, on a terminal, in an alert: escaped and masked.

Text from a site may have control characters that move a terminal's cursor or reverse its letters;
addresses may have passwords. Neither is shown as it is.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections import deque
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

MASK = "***"
WIDTH = 80
"""Columns of a terminal that tables and long lines fit."""
SHORTEST_SECRET = 6
"""Characters; a shorter text may occur in any word, and is masked only by its place."""
SECRET_ADDRESSES = ("KZNEWS_ALERT_WEBHOOK", "KZNEWS_HEARTBEAT")
"""Settings whose values are secret addresses."""

JSON_LINES = "%(json)s"
LAST_LINES = 12
"""Lines of the log that go with an alert."""

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_NAME = r"\w{0,40}(?:password|passwd|pwd|secret|token|api_?key|access_?key|signature)\w{0,40}"
_SECRETS = re.compile(
    # user:password@ of an address, where a port and a path look alike; the password may hold an @
    r"(?P<user>://[^\s:/@]{0,256}:)(?!\d{1,5}[/?#])(?:[^\s/?#]{1,256}@|[^\s@]{1,256}@)"
    rf"|(?P<name>(?:^|[?&;,{{('\"\s]){_NAME}=)[^\s&;'\"#]+"
    r"|(?P<hook>\b(?:hooks\.slack\.com|api\.telegram\.org|discord(?:app)?\.com/api/webhooks))/[^\s'\"]+",
    re.IGNORECASE,
)
_SECRET_NAME = re.compile("PASSWORD|SECRET|TOKEN|API_KEY", re.IGNORECASE)
_known: set[str] = set()


def shown(text: str) -> str:
    r"""Return a text with control characters written as ``\u001b``; lines and tabs stay.

    JSON stays JSON of the same meaning.
    """
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def on_one_line(text: str) -> str:
    """Return a text as ``shown`` does, also without line ends."""
    return shown(text).replace("\n", "\\n")


def masked(text: str) -> str:
    """Return a text without passwords of addresses, secret parameters and the texts of ``hide``.

    The addresses of Slack's, Telegram's and Discord's webhooks are secret as a whole.
    """
    for secret in _known:
        text = text.replace(secret, MASK)
    return _SECRETS.sub(_mask, text)


def _mask(found: re.Match[str]) -> str:
    if found["user"]:
        return f"{found['user']}{MASK}@"
    return f"{found['name']}{MASK}" if found["name"] else f"{found['hook']}/{MASK}"


def hide(settings: Mapping[str, Any]) -> None:
    """Take from settings the texts that ``masked`` removes in this process."""
    for name, value in settings.items():
        if not isinstance(value, str):
            continue
        secret = value if _SECRET_NAME.search(name) else ""
        if name in SECRET_ADDRESSES:
            try:
                parts = urlsplit(value)
                secret = value.partition(parts.netloc)[2].strip("/") if parts.netloc else value
            except ValueError:
                secret = value
        if len(secret) >= SHORTEST_SECRET:
            _known.add(secret)


class Record(logging.LogRecord):
    """An escaped and masked line of the log; a message of kznews is one line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info:
            trace = logging.Formatter().formatException(self.exc_info)
            self.exc_text = masked(shown(trace))

    def getMessage(self) -> str:  # noqa: N802 (logging's name)
        text = masked(super().getMessage())
        return on_one_line(text) if self.name.startswith("kznews") else shown(text)


class JsonRecord(Record):
    """A line of the log as an object, with its traceback; its format is ``JSON_LINES``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.traceback, self.exc_text, self.exc_info = self.exc_text, None, None
        self.json = self

    def __str__(self) -> str:
        facts = {
            "time": datetime.fromtimestamp(self.created, UTC).isoformat(timespec="milliseconds"),
            "level": self.levelname,
            "logger": self.name,
            "message": self.getMessage(),
        }
        if self.traceback:
            facts["traceback"] = self.traceback
        return json.dumps(facts, ensure_ascii=False)


class _LastLines(logging.Handler):
    """Keeps the last lines of the log, for an alert."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s: %(message)s"))
        self.records: deque[logging.LogRecord] = deque(maxlen=LAST_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


_last = _LastLines()


def guard_log(settings: Mapping[str, Any]) -> None:
    """Make every log line of this process a ``Record``; may be called again."""
    hide({**os.environ, **settings})
    as_json = settings.get("KZNEWS_LOG_FORMAT") == "json"
    logging.setLogRecordFactory(JsonRecord if as_json else Record)
    logging.root.addHandler(_last)


def last_lines() -> list[str]:
    """Return the last lines of this process's log, the first and last line of a traceback."""
    found = []
    for record in _last.records:
        first, *rest = filter(str.strip, _last.format(record).splitlines())
        found += [first, *rest[-1:]]
    return found[-LAST_LINES:]


def say(text: str, *, to: IO[str] | None = None) -> None:
    """Print; a closed pipe (``| head``) is no error, nor is a letter that the terminal lacks."""
    file = to or sys.stdout
    encoding = getattr(file, "encoding", None) or "utf-8"
    printed = masked(shown(text)).encode(encoding, "backslashreplace").decode(encoding)
    try:
        print(printed, file=file, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), file.fileno())
