"""Dates as the site prints them for people and for machines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from replica.model import ZONE, Post, iso
from replica.words import MONTHS

TODAY = {"ru": "Сегодня", "kk": "Бүгін"}


def for_people(moment: datetime, now: datetime, language: str) -> str:
    """«Сегодня, 9:05», «5 марта, 9:05» or, for other years, «5 марта 2024, 9:05»."""
    local, today = moment.astimezone(ZONE), now.astimezone(ZONE)
    clock = f"{local.hour}:{local.minute:02}"
    if local.date() == today.date():
        return f"{TODAY[language]}, {clock}"
    return with_year(moment, language, known_year=today.year)


def with_year(moment: datetime, language: str, known_year: int | None = None) -> str:
    """«5 марта 2024, 9:05», without the year if it is the known one."""
    local = moment.astimezone(ZONE)
    year = "" if local.year == known_year else f" {local.year}"
    month = MONTHS[language][local.month - 1]
    return f"{local.day} {month}{year}, {local.hour}:{local.minute:02}"


def ago(moment: datetime, now: datetime) -> str:
    """«2 часа назад»."""
    hours = int((now - moment).total_seconds() // 3600)
    word = "час" if hours == 1 else "часа" if hours in {2, 3, 4} else "часов"
    return f"{hours} {word} назад"


def time_element(post: Post, now: datetime, site_language: str) -> str:
    """Return the article's `time.updated`, or what stands there when the page is odd."""
    match post.clock:
        case "none":
            return ""
        case "relative":
            return f'<span class="updated">{ago(post.published, now)}</span>'
        case "text" | "kk":
            language = "ru" if post.clock == "text" else "kk"
            return f'<span class="updated">{with_year(post.published, language)}</span>'
        case _:
            text = for_people(post.published, now, site_language)
            return f'<time class="updated" datetime="{iso(post.published)}">{text}</time>'


def gmt(moment: datetime) -> str:
    """Yoast's form: GMT with +00:00."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def head_date(moment: datetime, kind: str) -> str | None:
    """Return the instant as the head block tells it, right or wrong."""
    match kind:
        case "none":
            return None
        case "absurd":
            return "1970-01-01T00:00:00+00:00"
        case "future":
            return gmt(moment + timedelta(days=36 * 365 + 9))
        case "wrong_offset":
            return gmt(moment).replace("+00:00", "+06:00")
        case _:
            return gmt(moment)
