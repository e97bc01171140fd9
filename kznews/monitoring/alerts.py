"""Alerts for a person: one message per run, each cause once a day.

They need no archive, because a person must hear of a run that cannot use it. ``alerts.json`` in
``KZNEWS_DATA_DIR`` records what was sent; if it cannot be written either, the alert is sent again.
"""

from __future__ import annotations

import json
import logging
import socket
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from html import escape
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from kznews import finish_reasons
from kznews.monitoring.messages import masked, on_one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

JSON, SLACK, TELEGRAM = "json", "slack", "telegram"
MOST = {JSON: 100_000, SLACK: 40_000, TELEGRAM: 4096}
"""Characters of a message by its format: what Slack and Telegram take, the first our own."""
SHORT = 300
"""Characters of a message that is tried after a longer one was refused."""
LINE = 1000
"""Characters of the text of one cause, and of one line of the log."""
QUIET = timedelta(days=1)
"""How long a cause is not repeated."""
_PATIENCE = 10.0
_ANSWER = 200


def send(report: Mapping[str, Any], settings: BaseSettings) -> None:
    """Report what is wrong with a run, in the log and to ``KZNEWS_ALERT_WEBHOOK``.

    A cause that was reported within a day is logged at INFO only; the problems of a failure are in
    the log already. The webhook's address may contain a secret, so only its host is named. The next
    run tries again to send a message that cannot be delivered.
    """
    now = datetime.now(UTC)
    file = Path(settings["KZNEWS_DATA_DIR"]) / "alerts.json"
    told_at = _told_since(file, (now - QUIET).isoformat())
    causes = {name: text[:LINE] for name, text in causes_of(report).items()}
    names = {cause: f"{report['site'] or report['spider']}:{cause}" for cause in causes}
    fresh = {cause: text for cause, text in causes.items() if names[cause] not in told_at}
    for alarm in report["alarms"]:
        level = logging.WARNING if alarm["cause"] in fresh else logging.INFO
        logger.log(level, "Alarm (%(cause)s): %(text)s", alarm)
    if not fresh or (settings.get("KZNEWS_ALERT_WEBHOOK") and not post(report, fresh, settings)):
        return
    told_at.update((names[cause], now.isoformat()) for cause in fresh)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_text(json.dumps(told_at, ensure_ascii=False, indent=1), "utf-8")
        part.replace(file)
    except OSError as error:
        logger.error("cannot record in %s what was reported: %s", file, error.strerror or error)


def without_run(spider: str, reason: str, **facts: Any) -> dict[str, Any]:
    """Return the report of a run that did not begin."""
    return {
        "site": "", "spider": spider, "run": None, "host": socket.gethostname(),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "reason": reason, "exit_status": finish_reasons.EXIT_FAILED,
        "alarms": [], "problems": [], "errors": {}, "log": [], "log_file": None, **facts,
    }  # fmt: skip


def _told_since(file: Path, since: str) -> dict[str, str]:
    """Return when each cause was last reported, if after an instant."""
    try:
        told_at = json.loads(file.read_text("utf-8"))
        return {cause: at for cause, at in told_at.items() if at > since}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def causes_of(report: Mapping[str, Any]) -> dict[str, str]:
    """Return what a person should hear of, by cause."""
    found = {alarm["cause"]: alarm["text"] for alarm in report["alarms"]}
    if report["exit_status"] in finish_reasons.FAILURES:
        errors = [f"{place} ({count} times)" for place, count in report["errors"].items()]
        logged = (line.partition(" ERROR: ")[2] for line in report["log"])
        problems = "; ".join([*report["problems"], *errors]) or next(
            filter(None, logged), "see its log"
        )
        found[f"failed:{report['reason']}"] = f"the run failed ({report['reason']}): {problems}"
    for run in report.get("killed", ()):
        found[f"killed:{run}"] = f"run {run} was killed, or its machine went down"
    return found


def post(report: Mapping[str, Any], causes: Mapping[str, str], settings: BaseSettings) -> bool:
    """Post a message, a short one if the first is refused; return whether it was accepted."""
    kind, chat = settings["KZNEWS_ALERT_FORMAT"], settings["KZNEWS_ALERT_CHAT"]
    url = settings["KZNEWS_ALERT_WEBHOOK"]
    for most in (MOST[kind], SHORT):
        body = json.dumps(message(report, causes, kind, chat, most)).encode()
        try:
            request = Request(url, body, {"Content-Type": "application/json"})  # noqa: S310
            with urlopen(request, timeout=_PATIENCE):  # noqa: S310
                return True
        except HTTPError as error:
            answer = error.read(_ANSWER).decode(errors="replace")
            _fail(url, f"refused as HTTP {error.code} {answer}".rstrip())
            if not 400 <= error.code < 500:
                return False
        except URLError as error:
            return _fail(url, str(error.reason))
        except (OSError, ValueError, HTTPException) as error:
            return _fail(url, type(error).__name__)
    return False


def call_heartbeat(report: Mapping[str, Any], settings: BaseSettings) -> None:
    """Call ``KZNEWS_HEARTBEAT`` after a good run; its receiver raises the alarm when calls stop."""
    url = settings.get("KZNEWS_HEARTBEAT")
    if not url or report["exit_status"] in finish_reasons.FAILURES:
        return
    try:
        with urlopen(url.replace("{spider}", report["spider"]), timeout=_PATIENCE):  # noqa: S310
            pass
    except (OSError, ValueError, HTTPException) as error:
        why = error.reason if isinstance(error, URLError) else type(error).__name__
        logger.error("cannot call the heartbeat at %s: %s", urlsplit(url).hostname, why)


def _fail(url: str, why: str) -> bool:
    logger.error("cannot send an alert to %s: %s", urlsplit(url).hostname, why)
    return False


def message(
    report: Mapping[str, Any],
    causes: Mapping[str, str],
    kind: str,
    chat: str | None,
    most: int,
) -> dict[str, Any]:
    """Return the object to post, in the form of its receiver.

    Its text has at most ``most`` characters, as that receiver counts them.
    """
    run = f", run {report['run']}" if report["run"] else ""
    lines = [
        f"{report['spider']}{run} on {report['host']}:",
        *(f"- {text}" for text in causes.values()),
    ]
    if report["log"]:
        lines += [f"The log ends ({report['log_file'] or 'standard error'}):", *report["log"]]
    whole = masked("\n".join(on_one_line(line[:LINE]) for line in lines))
    text = _cut(whole, kind, most)
    if kind == SLACK:
        return {"text": escape(text, quote=False)}
    if kind == TELEGRAM:
        return {"chat_id": chat, "text": text}
    if most == SHORT:
        return {"text": text}
    named = ("site", "spider", "run", "host", "started", "reason", "exit_status", "log", "log_file")
    facts = {name: report[name] for name in named}
    return {"causes": dict(causes), "text": text, **facts}


def _cut(text: str, kind: str, most: int) -> str:
    """Return as much of a text as its receiver accepts."""
    if _size(text, kind) <= most:
        return text
    end = bisect_right(range(len(text)), most - 1, key=lambda end: _size(text[:end], kind)) - 1
    return f"{text[:end]}…"


def _size(text: str, kind: str) -> int:
    """Return the length of a text for its receiver: Slack's is escaped, Telegram counts UTF-16."""
    if kind == SLACK:
        return len(escape(text, quote=False))
    return len(text.encode("utf-16-le")) // 2 if kind == TELEGRAM else len(text)
