"""Days as columns of a chart, numbers as classes, axes with round numbers."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_DAYS, MOST_WEEKS, MOST_MONTHS = 62, 106, 120
"""The most columns of a chart; above them a longer unit is used."""
LENGTH_STEPS = (10, 20, 25, 50, 100, 200, 250, 500, 1000)
CLASSES = 20
"""Columns of a chart of numbers."""
STEPS = (1, 2, 5)

Bin = tuple[date, date]
"""The first day of a column, and the day after its last."""


def bins(days: Iterable[date], today: date, unit: str | None = None) -> tuple[str, list[Bin]]:
    """Return the unit of the columns, and all columns from the first day to the last.

    Empty columns are included. Weeks are complete, and months and years are over by ``today``: half
    a week would look like a fall.
    """
    known = sorted(days)
    first, last = known[0], known[-1]
    span = (last - first).days + 1
    if unit is None:
        most = {"day": MOST_DAYS, "week": 7 * MOST_WEEKS, "month": 31 * MOST_MONTHS}
        unit = next((name for name, number in most.items() if span <= number), "year")
    start = _start(first, unit)
    found = []
    while start <= last:
        end = _next(start, unit)
        if unit == "day" or end <= today:
            found.append((start, end))
        start = end
    if unit == "week" and found and found[0][0] < first:
        del found[0]
    return unit, found[-MOST_MONTHS:]


def _start(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day if unit == "day" else day.replace(day=1, month=day.month if unit == "month" else 1)


def _next(start: date, unit: str) -> date:
    if unit in {"day", "week"}:
        return start + timedelta(days=7 if unit == "week" else 1)
    return _start(start + timedelta(days=31 if unit == "month" else 366), unit)


def by_bin(days: Mapping[date, int], unit: str, found: Iterable[Bin]) -> list[int]:
    """Return the count of each column."""
    counts: Counter[date] = Counter()
    for day, count in days.items():
        counts[_start(day, unit)] += count
    return [counts[start] for start, _ in found]


def means(counts: list[int]) -> list[float]:
    """Return the mean of seven columns around each that has three on both sides."""
    return [sum(counts[n : n + 7]) / 7 for n in range(len(counts) - 6)]


def classes(lengths: Counter[int]) -> tuple[int, list[int]]:
    """Return the width of the classes of lengths and their counts; the last one is open."""
    total, seen, nearly_all = lengths.total(), 0, 0
    for length, count in sorted(lengths.items()):
        seen += count
        nearly_all = length
        if seen >= 0.99 * total:
            break
    step = next((s for s in LENGTH_STEPS if nearly_all / s < CLASSES), LENGTH_STEPS[-1])
    counts = [0] * (min(nearly_all // step, CLASSES) + 1)
    for length, count in lengths.items():
        counts[min(length // step, len(counts) - 1)] += count
    return step, counts


def ticks(most: int) -> list[int]:
    """Return round numbers from 0 to at least ``most``, in at most four steps."""
    most = max(most, 1)
    power = 1
    while 5 * power * 4 < most:
        power *= 10
    step = next(factor * power for factor in STEPS if factor * power * 4 >= most)
    return list(range(0, most + step, step)) if most % step else list(range(0, most + 1, step))
