"""Dates as sites write them, read to the instant, with the known precision.

Formats for machines are read strictly. Text in Russian and Kazakh goes to dateparser with fixed
languages, order and base; what dateparser gets wrong is corrected before (the table is in
``tests/test_dates.py``). Nothing here reads a clock.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from kznews.sites.date_words import (
    AGO,
    DATED,
    DAY_WORD,
    LABEL,
    MINUTES_AGO,
    MONTHS,
    OFFSET,
    PLAIN,
    SEVERAL,
    ZONE_WORDS,
    rewrites,
)

Precision = Literal["second", "minute", "day", "month"]

_ISO = re.compile(
    r"(?P<month>\d{4}-\d\d)(?P<day>-\d\d)?(?(day)(?:[T ](?P<clock>(?:[01]\d|2[0-3]):\d\d"
    r"(?P<seconds>:\d\d(?:[.,]\d+)?)?)\s*(?P<offset>Z|UTC|GMT|[+-]\d\d?(?::?\d\d)?)?"
    r"(?:\[[\w/]{1,40}\])?)?)",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?!\d)|T?(\d\d)(\d\d)(\d\d)(?!\d))")
_SHORT_OFFSET = re.compile(r"(?<=[+-])(?=\d(?!\d))")
_RFC_2822 = re.compile(
    r"(?:\w{3}, )?\d{1,2} \w{3} \d{4} \d\d:\d\d(?P<seconds>:\d\d)? (?:[+-]\d{4}|GMT|UTC?|Z)"
)
_SINCE_1970 = re.compile(r"[0-9]{10}(?:[0-9]{3})?")
_PROGRAMS = ("%a %b %d %Y %H:%M:%S GMT%z", "%m/%d/%Y %I:%M:%S %p")
"""How JavaScript and .NET print a date."""
_PRINTED = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d) ([A-Z]{2,5}) (\d{4})", re.ASCII
)
LONGEST = 200
"""Characters of a date with the text around it; a longer text is no date."""

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Moment:
    """An instant on the site's clock, and the smallest unit of it that is known.

    For a ``day`` or a ``month``, ``at`` is its beginning.
    """

    at: datetime
    precision: Precision

    def isoformat(self) -> str:
        """Write what is known and no more: ``2024-03-05T09:05:00+05:00``, ``2024-03-05``, …"""
        known = {"month": len("2024-03"), "day": len("2024-03-05")}.get(self.precision)
        return self.at.isoformat(timespec="seconds")[:known]

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
        month = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        after = start + timedelta(days=1) if self.precision == "day" else month
        return (after - timedelta(seconds=1)).replace(fold=1)


@cache
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def day(text: str) -> date:
    """Return the day that a text names (2026-11-23); raises ``ValueError``."""
    try:
        return usable(datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC).date())
    except ValueError:
        raise ValueError("expected a day such as 2026-11-23") from None


def usable(day: date) -> date:
    """Return a day to and from which time can be added, the same for every article."""
    return min(max(day, date(1900, 1, 1)), date(9000, 1, 1))


def zone_problem(name: str) -> str | None:
    """Return what is wrong with this machine's zone data for Kazakhstan, None if it is right.

    Almaty changed from +06:00 to +05:00 on 2024-03-01. Zone data older than 2024a silently makes
    every later article one hour wrong.
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
    """Whether a date can be that of a news article: since 2000, at most a day after ``seen_at``."""
    return _EARLIEST <= at <= seen_at + timedelta(days=1)


def month(year: int, number: int, tz: tzinfo) -> Moment:
    return Moment(datetime(year, number, 1, tzinfo=tz), "month")


def read_machine(raw: str, tz: tzinfo) -> Moment | None:
    """Read ISO 8601, down to a bare month, or RFC 2822; without an offset on the site's clock.

    In the hour that came twice (2024-02-29 23:00 in Almaty) a bare clock means the second one,
    as PHP, and so WordPress, reads it.
    """
    raw = _COMPACT.sub(_spaced_out, raw.strip())
    if len(raw) > LONGEST:
        return None
    try:
        if match := _ISO.fullmatch(raw):
            start, day, clock, _, offset = match.groups(default="")
            offset = "Z" if offset[:1].isalpha() else _SHORT_OFFSET.sub("0", offset)
            at = datetime.fromisoformat(f"{start}{day or '-01'}T{clock or '00:00'}{offset}")
            if not clock:
                return Moment(at.replace(tzinfo=tz), "day" if day else "month")
        elif match := _RFC_2822.fullmatch(raw):
            at = parsedate_to_datetime(raw.replace("-0000", "+0000"))
        else:
            return None
        if at.tzinfo is None:
            at = at.replace(tzinfo=tz, fold=1)
        at = at.astimezone(UTC).astimezone(tz).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None
    return Moment(at, "second" if match["seconds"] else "minute")


def _spaced_out(compact: re.Match[str]) -> str:
    """Return the basic format of ISO 8601 as the extended one."""
    year, month, day, *clock = filter(None, compact.groups())
    return f"{year}-{month}-{day}T{':'.join(clock)}"


def read_printed(raw: str, tz: tzinfo) -> Moment | None:
    """Read what programs print: seconds or milliseconds since 1970, or a format of their own.

    The zone of ``date``, a name that several share, is taken for the site's, unless it is GMT.
    """
    raw = raw.strip().partition(" (")[0]
    try:
        if _SINCE_1970.fullmatch(raw):
            at = datetime.fromtimestamp(int(raw[:10]), UTC)
        elif match := _PRINTED.fullmatch(raw):
            at = datetime.strptime(f"{match[1]} {match[3]}", "%b %d %H:%M:%S %Y")  # noqa: DTZ007
            at = at.replace(tzinfo=UTC if match[2] in {"GMT", "UTC"} else tz, fold=1)
        else:
            at = datetime.strptime(raw, _PROGRAMS[raw.endswith("M")])  # noqa: DTZ007
        at = at if at.tzinfo else at.replace(tzinfo=tz, fold=1)
        return Moment(at.astimezone(UTC).astimezone(tz), "second")
    except (ValueError, OverflowError):
        return None


def read_http(raw: str) -> datetime | None:
    """Read a date of an HTTP header as an instant in UTC; one without a zone is GMT (RFC 9110)."""
    try:
        at = parsedate_to_datetime(raw[:LONGEST])
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


_YEAR = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}\.\d{1,2}\.\d\d\b")
_DAY_AND_MONTH = re.compile(
    r"(?<![\d:.])\d{1,2}(?:\s+[^\W\d_]{3,}\.?|(?P<dot>\.)\d\d(?=,?\s+\d?\d:))(?=[\s,]|$)"
)
_CLOCK = re.compile(r"^([^:]*[^:\s,])[\s,]+([01]?\d|2[0-3]):([0-5]\d)$")
_PLAIN = re.compile(rf"(\d{{1,2}})[ .](\d\d(?=\.)|{'|'.join(MONTHS)})[ .]((?:19|20)\d\d)")
_AGO = re.compile(
    r"(?:(\d\d?) )?(?:(минут[уы]?|мин\.?)|(час(?:а|ов)?|сағат)|(?:день|дня|дней|күн))"
    r" (?:назад|бұрын)"
)
_DAYS_AGO = {"сегодня": 0, "бүгін": 0, "вчера": 1, "кеше": 1}
_NUMERIC = re.compile(r"\b(\d{1,2})[./-](\d{1,2})[./-]\d")
_AHEAD = timedelta(hours=1)  # how far the site's clock may be ahead of ours


def read_text(raw: str, tz: tzinfo, seen_at: datetime) -> Moment | None:
    """Read a date written for people, as it stood on a page that was seen at ``seen_at``.

    A date without a year is the latest such day that is not in the future. Of «2 часа назад» only
    the day is kept: the minute would be invented. None for what names no day («месяц назад»), and
    for the clock of another zone, unless it says how far it is from UTC: «(GMT+3)».
    """
    text = " ".join(raw.lower().split())
    if len(text) > LONGEST:
        return None
    if moment := read_machine(raw, tz):
        return moment
    if not PLAIN.fullmatch(text):
        text = ZONE_WORDS.sub("", LABEL.sub("", _published(text)))
        if offset := OFFSET.search(text):
            return _read_elsewhere(text[: offset.start()], offset, tz, seen_at)
        for pattern, plain in rewrites():
            text = pattern.sub(plain, text)
        text = " ".join(text.split()).strip(" ,;.()")
    local = seen_at.astimezone(tz).replace(second=0, microsecond=0, tzinfo=None)
    ago = AGO.search(text)
    if ago or DAY_WORD.search(text):
        at = _parse(text, local, "relative-time")
    elif _YEAR.search(text):
        at = _parse(text, local, "absolute-time")
    else:
        at = _parse_yearless(text, local)
    if at is None:
        return None
    if MINUTES_AGO.fullmatch(text) if ago else f"{at.hour}:{at:%M}" in text:
        return Moment(at.replace(second=0, microsecond=0, tzinfo=tz, fold=1), "minute")
    return Moment(datetime(at.year, at.month, at.day, tzinfo=tz), "day")


def has_two_labels(text: str) -> bool:
    """Whether a short text labels two dates, as that of publication and that of an edit."""
    return len(SEVERAL.findall(text.lower()[:LONGEST])) > 1


def is_of_edit(text: str) -> bool:
    """Whether the label of a short text says that it is the date of an edit."""
    label = LABEL.match(text.lower()[:LONGEST])
    return label is not None and not label["published"]


def _published(text: str) -> str:
    """Return the part of a text with two dates that names the date of publication."""
    parts = [part for part in SEVERAL.split(text) if DATED.search(part)]
    if len(parts) < 2:
        return text
    labels = [(LABEL.match(part), part) for part in parts]
    labelled = (part for label, part in labels if label and label["published"])
    bare = (part for label, part in labels if not label)
    return next(labelled, None) or next(bare, parts[0])


def _read_elsewhere(
    text: str, offset: re.Match[str], tz: tzinfo, seen_at: datetime
) -> Moment | None:
    """Read a date with a clock that names its offset from UTC."""
    gap = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    if gap >= timedelta(days=1):
        return None
    there = timezone(gap if offset[1] == "+" else -gap)
    moment = read_text(text, there, seen_at)
    if moment and moment.precision == "day":
        return Moment(moment.at.replace(tzinfo=tz), "day")
    return moment and replace(moment, at=moment.at.astimezone(UTC).astimezone(tz))


def _parse(text: str, local: datetime, parser: str) -> datetime | None:
    """Read a date and a clock; days are repeated often, so each is read once."""
    clock = _CLOCK.match(text)
    if clock is None:
        return _parse_whole(text, local, parser)
    day = _parse_whole(clock[1], datetime.combine(local, time()), parser)
    return day and day.replace(hour=int(clock[2]), minute=int(clock[3]), second=0, microsecond=0)


@lru_cache(maxsize=1024)
def _parse_whole(text: str, local: datetime, parser: str) -> datetime | None:
    if plain := _PLAIN.fullmatch(text):  # nearly all there are, in a hundredth of the time
        with suppress(ValueError):
            name = plain[2]
            number = MONTHS.index(name) + 1 if name in MONTHS else int(name)
            return datetime.combine(date(int(plain[3]), number, int(plain[1])), time())
    if at := _before(text, local):
        return at
    import dateparser  # noqa: PLC0415 (0.2 s and 8 MB, and hardly a crawl comes here)

    settings = {
        "DATE_ORDER": "DMY",
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": [parser],
        "RELATIVE_BASE": local,
    }
    at = dateparser.parse(text, languages=["ru", "kk"], settings=settings)
    if at is None or at.tzinfo:
        return None
    numbers = _NUMERIC.search(text)
    if numbers and (int(numbers[1]), int(numbers[2])) != (at.day, at.month):
        return None
    return at


def _before(text: str, local: datetime) -> datetime | None:
    """Read the usual forms of «… ago»."""
    if (days := _DAYS_AGO.get(text)) is not None:
        return local - timedelta(days=days)
    match = _AGO.fullmatch(text)
    if match is None:
        return None
    unit = "minutes" if match[2] else "hours" if match[3] else "days"
    return local - timedelta(**{unit: int(match[1] or 1)})


def _parse_yearless(text: str, local: datetime) -> datetime | None:
    match = _DAY_AND_MONTH.search(text)
    if match is None:
        return None
    head, tail = text[: match.end()] + (match["dot"] or " "), text[match.end() :]
    for year in range(local.year + 1, local.year - 8, -1):
        at = _parse(f"{head}{year}{tail}", local, "absolute-time")
        if at is not None and at <= local + _AHEAD:
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
