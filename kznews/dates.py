"""Dates as sites write them, read to the instant they mean, with how much of it is known.

Machine formats are read strictly. Human text in Russian and Kazakh goes to dateparser with
languages, order and base fixed; what it gets wrong is put right before it sees it
(``tests/test_dates.py`` holds the table). Nothing here reads a clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

Precision = Literal["second", "minute", "day", "month"]

_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?P<seconds>:\d\d(?:[.,]\d+)?)?\s*(?:Z|[+-]\d\d:?\d\d)?)?"
)
_RFC_2822 = re.compile(r"(?:\w{3}, )?\d{1,2} \w{3} \d{4} \d\d:\d\d(?::\d\d)? \S+")
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Moment:
    """An instant on the site's clock, and the smallest unit of it that is really known.

    Of a ``day`` or ``month``, ``at`` is the beginning.
    """

    at: datetime
    precision: Precision

    def isoformat(self) -> str:
        """Write what is known and no more: ``2024-03-05T09:05:00+05:00``, ``2024-03-05``, …"""
        if self.precision == "month":
            return f"{self.at:%Y-%m}"
        if self.precision == "day":
            return f"{self.at:%Y-%m-%d}"
        return self.at.isoformat(timespec="seconds")

    def later(self, by: timedelta) -> Moment:
        """Return the moment that much later, in true time: a clock skips and repeats hours."""
        return replace(self, at=(self.at.astimezone(UTC) + by).astimezone(self.at.tzinfo))

    def last(self) -> datetime:
        """Return the last second that the moment can mean."""
        if self.precision == "second":
            return self.at
        if self.precision == "minute":
            return self.at + timedelta(seconds=59)
        start = self.at.replace(hour=0, minute=0, second=0)
        if self.precision == "day":
            after = start + timedelta(days=1)
        else:
            after = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        return after - timedelta(seconds=1)


@cache
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone_problem(name: str) -> str | None:
    """Say what is wrong with this machine's zone data for Kazakhstan, None when it is right.

    Almaty went from +06:00 to +05:00 on 2024-03-01; zone data older than 2024a puts every later
    article one hour off in silence.
    """
    if name != "Asia/Almaty":
        return None
    offsets = [datetime(2024, m, 1, tzinfo=zone(name)).utcoffset() for m in (1, 6)]
    if offsets == [timedelta(hours=6), timedelta(hours=5)]:
        return None
    return (
        f"the time zone data of this machine does not know that {name} moved to UTC+5 on "
        "2024-03-01; update the system's tzdata package to 2024a or later"
    )


def sane(at: datetime, seen_at: datetime) -> bool:
    """Whether a news article can carry the date: this century, and not after tomorrow."""
    return _EARLIEST <= at <= seen_at + timedelta(days=1)


def month(year: int, number: int, tz: ZoneInfo) -> Moment:
    return Moment(datetime(year, number, 1, tzinfo=tz), "month")


def read_machine(raw: str, tz: ZoneInfo) -> Moment | None:
    """Read ISO 8601 or RFC 2822; a date without an offset is on the site's clock.

    In the hour that came twice (2024-02-29 23:00 in Almaty) a bare clock means the second one,
    as PHP, and so WordPress, reads it.
    """
    raw = raw.strip()
    if match := _ISO.fullmatch(raw):
        try:
            at = datetime.fromisoformat(raw.replace(" ", "T", 1).replace(" ", ""))
        except ValueError:
            return None
        if len(raw) == len("2024-03-05"):
            return Moment(at.replace(tzinfo=tz), "day")
        precision: Precision = "second" if match["seconds"] else "minute"
    elif _RFC_2822.fullmatch(raw):
        try:
            at, precision = parsedate_to_datetime(raw), "second"
        except ValueError:
            return None
    else:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=tz, fold=1)
    try:
        return Moment(at.astimezone(UTC).astimezone(tz).replace(microsecond=0), precision)
    except OverflowError:
        return None


_LABEL = re.compile(
    r"^(?:опубликован[оа]?|обновлен[оа]?|дата(?:\s+публикации)?|добавлен[оа]|жарияланды|"
    r"жарияланған|жаңартылды|уақыты)\s*[:—-]?\s*"
)
_ZONE_WORDS = re.compile(
    r",?\s*\(?(?:по\s+времени\s+\w+|по\s+местному\s+времени|"
    r"(?:астана|алматы)\s+уақыты(?:мен)?|almt)\)?\s*$"
)
_REWRITES = (
    (re.compile(r"\bжылғы\b"), "жыл"),
    (re.compile(r"\b(?:г|ж)\.(?=\s|,|$)|\bгода\b"), ""),
    (re.compile(r"\bоколо\s+|\bшамамен\s+"), ""),
    (re.compile(r"^часа назад"), "час назад"),
    (re.compile(r"^(?:только что|жаңа ғана)$"), "0 минут назад"),
    (re.compile(r"^алдыңғы күні"), "позавчера"),
    (re.compile(r"\bв\s+(?=\d{1,2}:\d\d)|\bсағат\s+(?=\d{1,2}:\d\d)"), ""),
    (re.compile(r"[|•·]"), " "),
)
_OTHER_ZONE = re.compile(r"\bмск\b|московск|\bgmt\b|\butc\b")
_CLOCK = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?\b")
_MINUTES_AGO = re.compile(
    r"(?:минут\w*|мин\.?|минөт)\s+(?:назад|бұрын)|(?:секунд\w*)\s+(?:назад|бұрын)"
)
_AGO = re.compile(r"назад|бұрын")
_DAY_WORDS = re.compile(r"сегодня|вчера|позавчера|бүгін|кеше")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}\.\d{1,2}\.\d\d\b")
_DAY_AND_MONTH = re.compile(
    r"^(?P<day>\d{1,2})(?:\s+(?P<name>[^\W\d_]{3,})\.?|\.(?P<number>\d\d))(?=[\s,]|$)"
)
_DATEPARSER: dict[str, object] = {
    "DATE_ORDER": "DMY",
    "RETURN_AS_TIMEZONE_AWARE": False,
    "PREFER_DATES_FROM": "past",
    "PARSERS": ["relative-time", "absolute-time"],
    "REQUIRE_PARTS": ["day", "month", "year"],
}


def read_text(raw: str, tz: ZoneInfo, seen_at: datetime) -> Moment | None:
    """Read a date written for people, as it stood on a page that was seen at ``seen_at``.

    A date without a year is the latest such day that is not in the future. Of «2 часа назад» only
    the day is kept: the minute would be invented. None for what names no day.
    """
    text = " ".join(raw.replace("\xa0", " ").lower().split())
    text = _ZONE_WORDS.sub("", _LABEL.sub("", text))
    for pattern, plain in _REWRITES:
        text = pattern.sub(plain, text)
    text = " ".join(text.split()).strip(" ,;")
    if not text or _OTHER_ZONE.search(text):
        return None
    local = seen_at.astimezone(tz).replace(tzinfo=None)
    yearless = None if _YEAR.search(text) or _AGO.search(text) else _DAY_AND_MONTH.match(text)
    at = _parse_yearless(text, yearless, local) if yearless else _parse(text, local)
    if at is None:
        return None
    if _AGO.search(text):
        precision: Precision = "minute" if _MINUTES_AGO.search(text) else "day"
    else:
        precision = "minute" if _CLOCK.search(text) else "day"
    at = at.replace(second=0, microsecond=0)
    if precision == "day":
        at = at.replace(hour=0, minute=0)
    return Moment(at.replace(tzinfo=tz, fold=1), precision)


def _parse(text: str, local: datetime) -> datetime | None:
    if not (_YEAR.search(text) or _AGO.search(text) or _DAY_WORDS.search(text)):
        return None
    import dateparser  # noqa: PLC0415 (0.2 s, and most pages carry a machine date)

    return dateparser.parse(
        text, languages=["ru", "kk"], settings={**_DATEPARSER, "RELATIVE_BASE": local}
    )


def _parse_yearless(text: str, match: re.Match[str], local: datetime) -> datetime | None:
    head = match[0] if match["name"] else f"{match['day']}.{match['number']}"
    for year in range(local.year + 1, local.year - 8, -1):
        joint = " " if match["name"] else "."
        at = _parse(f"{head.rstrip('.')}{joint}{year}{text[match.end() :]}", local)
        if at is not None and at <= local + timedelta(days=1):
            return at
    return None


def in_month(moment: Moment, year: int, number: int) -> bool:
    """Whether a moment lies in a month of the site's clock."""
    return (moment.at.year, moment.at.month) == (year, number)


def with_year(moment: Moment, year: int) -> Moment | None:
    """Return the same day of another year; None where that year lacks it (29 February)."""
    try:
        return replace(moment, at=moment.at.replace(year=year))
    except ValueError:
        return None
