"""When an article appeared and was changed: the dates of its page held against each other."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, tzinfo
from typing import TYPE_CHECKING

from kznews import dates
from kznews.items import Article
from kznews.pages import heading
from kznews.pages.extractor import extracted_day
from kznews.pages.fields import MODIFIED, PUBLISHED, Sources
from kznews.pages.own import cards
from kznews.pages.page import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

_Date = tuple[str, str, dates.Moment]
"""What a source is called, what it says, and what that means."""

_YEAR = re.compile(r"\b20\d\d\b")
_BY_PLACE = frozenset({"by title", "time", "words"})
"""Sources that cost a look at every line of the page."""
_SEEN = "text"
"""The source that tells what readers see: other ones are held against it."""
_IN_WORDS = frozenset({_SEEN, "by title", "words"})
_INSTANT = 2
"""What is known of a date with its clock, and how far that is from UTC."""


def read_dates(page: Page, article: Article) -> None:
    """Take the first sane date in the address's month, else the first sane one, else the month.

    The address's month is WordPress's own (``docs/the-site.md``, «Addresses»), so a source that
    disagrees with it speaks of something else if another one agrees.
    """
    tz = dates.zone(page.site.zone)
    year_month = page.site.month_of(article.url)
    found = sane_dates(page, PUBLISHED)
    agreeing = [f for f in found if year_month and dates.in_month(f[2], *year_month)]
    shift = timedelta()
    if chosen := _sharpest(page, agreeing or found):
        source, raw, moment = chosen
        if source in _IN_WORDS:
            article.date_raw = raw
        elif shift := _gmt_shift(raw, moment, found):
            source, moment = f"{source}, read as GMT", moment.later(shift)
    elif day := _extracted_day(page, year_month):
        source, moment = "extractor", day
    elif year_month:
        source, moment = "url", dates.month(*year_month, tz)
    else:
        return
    article.provenance["published_at"] = source
    article.published_at, article.date_precision = moment.isoformat(), moment.precision
    if edited := _sharpest(page, sane_dates(page, MODIFIED)):
        article.provenance["modified_at"] = edited[0]
        article.modified_at = edited[2].later(shift).isoformat()


def _extracted_day(page: Page, year_month: tuple[int, int] | None) -> dates.Moment | None:
    """Return what the general extractor takes for the day, on a page without any other date."""
    is_asked = heading.is_unsure(page) and not page.is_too_large
    raw = extracted_day(page.root, cards(page), page.seen_at.date()) if is_asked else None
    day = dates.read_machine(raw, dates.zone(page.site.zone)) if raw else None
    if day is None or not dates.sane(day.at, page.seen_at):
        return None
    return day if not year_month or dates.in_month(day, *year_month) else None


def sane_dates(page: Page, sources: Sources[str]) -> list[_Date]:
    """Return what the sources give that can be the date of an article: source, raw text, moment."""
    tz = dates.zone(page.site.zone)
    found: list[_Date] = []
    is_settled = False
    for source, read in sources:
        if source in _BY_PLACE and any(_settles(page, moment) for _, _, moment in found):
            break
        if source != _SEEN and is_settled:
            continue
        raw = read(page) or ""
        moment = _read(page, source, raw, tz)
        if moment and dates.sane(moment.at, page.seen_at):
            found.append((source, raw, moment))
            if len(found) == 1:
                is_settled = _settles(page, moment) and _knowledge(page, found[0]) == _INSTANT
    return found


def _sharpest(page: Page, found: Sequence[_Date]) -> _Date | None:
    """Return the first of some dates, or that of the same day which knows more of the clock."""
    same = [each for each in found if each[2].at.date() == found[0][2].at.date()]
    return max(same, key=lambda each: _knowledge(page, each), default=None)


def _knowledge(page: Page, found: _Date) -> int:
    """Return how much a date tells of the clock: nothing, one of the site's, or the instant."""
    source, raw, moment = found
    if moment.precision in {"day", "month"}:
        return 0
    elsewhere = None if source in _IN_WORDS else _read(page, source, raw, UTC)
    return _INSTANT if elsewhere and elsewhere.at == moment.at else 1


def _read(page: Page, source: str, raw: str, tz: tzinfo) -> dates.Moment | None:
    """Read a date in words, or one for machines, as a program prints it or in words with a year."""
    if source in _IN_WORDS:
        return dates.read_text(raw, tz, page.seen_at)
    if moment := dates.read_machine(raw, tz) or dates.read_printed(raw, tz):
        return moment
    return dates.read_text(raw, tz, page.seen_at) if _YEAR.search(raw) else None


def _settles(page: Page, moment: dates.Moment) -> bool:
    """Whether no other source can make a date better."""
    month = page.site.month_of(page.canonical)
    return moment.precision in {"minute", "second"} and (
        not month or dates.in_month(moment, *month)
    )


def _gmt_shift(raw: str, moment: dates.Moment, found: Sequence[_Date]) -> timedelta:
    """Return what mends a GMT clock that is printed with the site's offset (Yoast up to 12.7).

    Only what the reader sees can tell: the visible clock must be right for the mended instant.
    """
    visible = next((m for source, _, m in found if source in _IN_WORDS), None)
    offset = moment.at.utcoffset()
    if not offset or not visible or visible.precision != "minute" or raw.endswith(("Z", "+00:00")):
        return timedelta()
    gap = moment.later(offset).at - visible.at
    return offset if abs(gap) < timedelta(minutes=1) else timedelta()
