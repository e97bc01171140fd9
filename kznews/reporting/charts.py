"""Charts as data for the template: bars that lie or stand, made of parts.

Sizes are in percent of the longest bar, and a part is an HTML element, so texts are legible on any
screen, and no script is needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import count
from operator import truediv
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kznews.reporting.labels import Labels

Card = dict[str, Any]
"""Part of a page: ``bars``, or bars that stand (``columns``) with ``ticks``; ``names`` below them,
``legend``, ``note``."""
Counts = Mapping[str, int]
Colors = Mapping[str, str]
Part = tuple[str, float, str]
"""Colour, size in percent, tooltip."""
Bar = tuple[str, str, list[Part]]
"""Name, text, parts."""
Row = tuple[str, str, Sequence[int]]
"""Name, text, and the count of each column."""
Bin = tuple[date, date]
"""The first day of a column, and the day after its last."""

COLORS = [f"var(--c{number})" for number in range(1, 7)]
OTHERS, BAD = "var(--c0)", "var(--bad)"
NAMED = 12
"""Bars of a chart of sections, authors or tags."""
NAMES_BELOW = 6
UNITS = {"day": (1, 62), "week": (7, 106), "month": (31, 120), "year": (366, 120)}
"""The days of the longest column of each unit, and the most columns; then a longer unit is used."""


def bins(days: Iterable[date], today: date, unit: str | None = None) -> tuple[str, list[Bin]]:
    """Return the unit of the columns, and all columns from the first day to the last.

    Empty columns are included. Weeks are complete, and months and years are over by ``today``: half
    a week would look like a fall.
    """
    known = sorted(days)
    first, last = known[0], known[-1]
    if unit is None:
        span = (last - first).days
        unit = next((u for u, (size, most) in UNITS.items() if span < size * most), "year")
    size, most = UNITS[unit]
    found = []
    start = _start(first, unit)
    while start <= last:
        end = _start(start + timedelta(days=size), unit)
        if unit == "day" or (end <= today and not (unit == "week" and start < first)):
            found.append((start, end))
        start = end
    return unit, found[-most:]


def _start(day: date, unit: str) -> date:
    """Return the first day of the column that a day belongs to."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def in_time(
    labels: Labels,
    days: Mapping[date, Counts],
    colors: Colors,
    today: date,
    unit: str | None = None,
) -> Card:
    """Return columns by days or by ``unit``, of counts by name; nothing if none is complete."""
    unit, found = bins(days, today, unit) if days else ("day", [])
    if not found:
        return {}
    counts: dict[date, Counter[str]] = {start: Counter() for start, _ in found}
    for day, of_the_day in days.items():
        if (start := _start(day, unit)) in counts:
            counts[start].update(of_the_day)
    rows = {labels.interval(start, end - timedelta(days=1)): counts[start] for start, end in found}
    names = [labels.axis(start, unit) for start, _ in found]
    return {"note": labels[f"by_{unit}"], **columns(labels, rows, names, colors)}


def columns(
    labels: Labels, rows: Mapping[str, Counts], names: Sequence[str], colors: Colors
) -> Card:
    """Return a column for each row of counts by name; some of the columns have names below."""
    steps = ticks(max(sum(counts.values()) for counts in rows.values()))
    return {
        "columns": stacks(labels, rows, colors, steps[-1]),
        "ticks": [(100 * step / steps[-1], labels.number(step)) for step in steps],
        "names": below(names),
        "legend": colors,
    }


def stacks(
    labels: Labels, rows: Mapping[str, Counts], colors: Colors, longest: int, total: int = 0
) -> list[Bar]:
    """Return a bar for each row, with a part for each name that has a colour and for the others."""
    bars = []
    for title, counts in rows.items():
        shown = Counter[str]()
        for name, number in counts.items():
            shown[name if name in colors else labels["others"]] += number
        parts = [
            (color, 100 * shown[name] / longest, f"{name}: {labels.amount(shown[name], total)}")
            for name, color in colors.items()
            if shown[name]
        ]
        bars.append((title, labels.amount(shown.total(), total), parts))
    return bars


def palette(labels: Labels, counts: Counter[str]) -> dict[str, str]:
    """Return a colour for each of the largest counts, and one for all others."""
    colors = dict(zip((name for name, _ in counts.most_common()), COLORS, strict=False))
    return colors | ({labels["others"]: OTHERS} if len(counts) > len(colors) else {})


def shares(labels: Labels, counts: Counts, total: int = 0) -> Card:
    """Return a bar for each count, with its share of ``total``."""
    most = max(counts.values(), default=0)
    return {
        "bars": [
            (name, labels.amount(number, total), [(COLORS[0], 100 * number / most, "")])
            for name, number in counts.items()
        ]
    }


def largest(labels: Labels, counts: Counter[str], total: int = 0) -> Card:
    """Return a bar for each of the largest counts, and one for the rest of ``total``."""
    shown = dict(counts.most_common(NAMED))
    rest = total - sum(shown.values())
    return shares(labels, shown | ({labels["others"]: rest} if rest > 0 else {}), total)


def heat(labels: Labels, rows: Sequence[Row], names: Sequence[str], wholes: Sequence[int]) -> Card:
    """Return a bar for each row, of equal parts whose colour is strong where a count is large.

    Each column has a name, and a whole that its counts are a share of.
    """
    most = max(max(map(truediv, counts, wholes)) for *_, counts in rows) or 1
    bars = []
    for title, text, counts in rows:
        parts = []
        for name, number, whole in zip(names, counts, wholes, strict=True):
            share = number / whole / most
            strength = round(12 + 88 * share) if share else 4  # nothing is distinct from the least
            color = f"color-mix(in srgb, {COLORS[0]} {strength}%, transparent)"
            said = f"{title}, {name}: {labels.amount(number, whole)}"
            parts.append((color, 100 / len(names), said))
        bars.append((title, text, parts))
    return {"bars": bars, "names": below(names)}


def below(names: Sequence[str]) -> list[tuple[float, str]]:
    """Return at most six of the names with their places in percent."""
    every = -(-len(names) // NAMES_BELOW)
    return [(100 * (n + 0.5) / len(names), names[n]) for n in range(0, len(names), every)]


def ticks(most: int) -> list[int]:
    """Return round numbers from 0 to at least ``most``, in at most four steps."""
    steps = (factor * 10**power for power in count() for factor in (1, 2, 5))
    step = next(step for step in steps if 4 * step >= most)
    return list(range(0, max(most, 1) + step, step))
