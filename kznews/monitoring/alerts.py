"""Alerts to a person who is asleep: one message a run, each cause once a day."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from kznews import finish_reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.settings import BaseSettings

    from kznews.storage.archive import Archive

logger = logging.getLogger(__name__)

JSON, SLACK, TELEGRAM = "json", "slack", "telegram"
FORMATS = (JSON, SLACK, TELEGRAM)
QUIET = timedelta(days=1)
"""How long nothing more is said of a cause."""
_PATIENCE = 10.0


def send(report: Mapping[str, Any], store: Archive, settings: BaseSettings) -> None:
    """Tell what is wrong with a run, in the log and to ``KZNEWS_ALERT_WEBHOOK``.

    A cause that was told today is mentioned in passing only; a failure's problems are in the log
    already. The webhook's address may hold a secret, so only its host is ever named; a message that
    cannot be delivered is tried again by the next run.
    """
    now = datetime.now(UTC)
    since = (now - QUIET).isoformat()
    causes = causes_of(report)
    fresh = {c: t for c, t in causes.items() if (store.note(_note(report, c)) or "") < since}
    for alarm in report["alarms"]:
        level = logging.WARNING if alarm["cause"] in fresh else logging.INFO
        logger.log(level, "Alarm (%(cause)s): %(text)s", alarm)
    url = settings.get("KZNEWS_ALERT_WEBHOOK")
    if not fresh or (url and not _posted(url, report, fresh, settings)):
        return
    for cause in fresh:
        store.keep_note(_note(report, cause), now.isoformat())


def _posted(
    url: str, report: Mapping[str, Any], causes: Mapping[str, str], settings: BaseSettings
) -> bool:
    kind = settings["KZNEWS_ALERT_FORMAT"]
    body = json.dumps(message(report, causes, kind, settings["KZNEWS_ALERT_CHAT"])).encode()
    try:
        request = Request(url, body, {"Content-Type": "application/json"})  # noqa: S310
        with urlopen(request, timeout=_PATIENCE):  # noqa: S310
            return True
    except (OSError, ValueError) as error:
        why = error.reason if isinstance(error, URLError) else type(error).__name__
        logger.error("cannot send an alert to %s: %s", urlsplit(url).hostname, why)
        return False


def causes_of(report: Mapping[str, Any]) -> dict[str, str]:
    """Return what a person should hear of, by its cause."""
    found = {alarm["cause"]: alarm["text"] for alarm in report["alarms"]}
    if report["exit_status"] == finish_reasons.EXIT_FAILED:
        problems = "; ".join(report["problems"]) or "see its log"
        found[f"failed:{report['reason']}"] = f"the run failed ({report['reason']}): {problems}"
    return found


def message(
    report: Mapping[str, Any], causes: Mapping[str, str], kind: str, chat: str | None
) -> dict[str, Any]:
    """Return the object that is posted, in the form that its receiver knows."""
    lines = [
        f"{report['spider']}, run {report['run']}:",
        *(f"- {text}" for text in causes.values()),
    ]
    text = "\n".join(lines)
    if kind == SLACK:
        return {"text": text}
    if kind == TELEGRAM:
        return {"chat_id": chat, "text": text}
    named = ("site", "spider", "run", "started", "reason", "exit_status")
    return {"causes": dict(causes), "text": text, **{name: report[name] for name in named}}


def _note(report: Mapping[str, Any], cause: str) -> str:
    return f"alert:{report['site']}:{cause}"
