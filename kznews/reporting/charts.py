"""Charts as data for the template's macros: positions, widths and heights in percent.

A bar is an element with a width or a height, so texts are legible on any screen, and no script is
needed.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kznews.reporting import binning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from kznews.reporting.labels import Labels

Card = dict[str, Any]
"""Part of a page: ``title``, ``note``, ``legend``, and ``columns``, ``bars`` or ``cells``."""

COLORS = [f"var(--c{number})" for number in range(1, 7)]
OTHERS, BAD = "var(--c0)", "var(--bad)"
NAMED = 12
"""Bars of a chart of sections, authors or tags."""
NAMES_BELOW = 6


def in_time(
    labels: Labels, rows: Sequence[tuple[str, str, Mapping[date, int]]], today: date,
    unit: str | None = None,
) -> Card:  # fmt: skip
    """Return stacked columns by days or by ``unit``; nothing if no column is complete."""
    days: set[date] = set().union(*(counts for _, _, counts in rows))
    unit, found = binning.bins(days, today, unit) if days else ("day", [])
    if not found:
        return {}
    titles = []
    for start, end in found:
        ends = labels.day(start), labels.day(end - timedelta(days=1))
        titles.append(" – ".join(dict.fromkeys(ends)))
    names = [labels.axis(start, unit) for start, _ in found]
    binned = [(name, color, binning.by_bin(counts, unit, found)) for name, color, counts in rows]
    card: Card = {"note": labels[f"by_{unit}"], "columns": columns(labels, titles, names, binned)}
    if len(rows) > 1:
        card["legend"] = [(color, name) for name, color, _ in rows]
    elif unit == "day" and len(found) > 7:
        card["note"] = labels["with_mean"]
        top = card["columns"]["top"]
        means = enumerate(binning.means(binned[0][2]))
        card["columns"]["line"] = [(n + 3.5, 100 - 100 * mean / top) for n, mean in means]
    return card


def columns(
    labels: Labels, titles: Sequence[str], names: Sequence[str],
    rows: Sequence[tuple[str, str, Sequence[int]]],
) -> Card:  # fmt: skip
    """Return a column per title with a part per row; some have their names below."""
    ticks = binning.ticks(max(map(sum, zip(*(counts for _, _, counts in rows), strict=True))))
    top = ticks[-1]
    stacks = []
    for place, title in enumerate(titles):
        shown = [(name, color, counts[place]) for name, color, counts in rows if counts[place]]
        values = [f"{name}: {labels.number(count)}".lstrip(": ") for name, _, count in shown]
        parts = [(color, 100 * count / top) for _, color, count in shown]
        stacks.append((f"{title}: {', '.join(values) or 0}", parts))
    every = -(-len(names) // NAMES_BELOW)
    return {
        "parts": stacks,
        "top": top,
        "ticks": [(labels.number(tick), 100 * tick / top) for tick in ticks],
        "names": [(100 * (n + 0.5) / len(names), names[n]) for n in range(0, len(names), every)],
    }


def shares(labels: Labels, counts: Mapping[str, int], total: int = 0) -> Card:
    """Return a bar for each of the largest counts, with its share of ``total`` and the rest."""
    largest = Counter(counts).most_common(NAMED)
    rows = [(name, COLORS[0], count) for name, count in largest]
    rest = total - sum(count for _, count in largest)
    if rest > 0:
        rows.append((labels["others"], OTHERS, rest))
    most = max((count for _, _, count in rows), default=0)
    bars = []
    for name, color, count in rows:
        share = f" · {labels.share(count, total)}" if total else ""
        text = f"{labels.number(count)}{share}"
        bars.append((name, text, [(color, 100 * count / most, f"{name}: {text}")]))
    return {"bars": bars}


def cells(rows: Iterable[tuple[str, Iterable[tuple[float, str, str]]]], head: list[str]) -> Card:
    """Return a grid; a cell has its share of the strongest colour, its tooltip and its text."""
    strong = [
        (name, [(_strength(part), title, text) for part, title, text in row]) for name, row in rows
    ]
    return {"cells": strong, "head": head}


def _strength(part: float) -> float:
    """Return the strength of a cell's colour in percent; 0 is distinct from the least."""
    return round(12 + 88 * part, 1) if part else 4
