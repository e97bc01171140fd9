"""The page: which figures are shown how, in which order, and the template around them.

Charts are HTML: a bar is an element with a width or a height in percent, so that every text has a
size that can be read on any screen, and nothing draws.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from markupsafe import Markup

from kznews.reporting import binning
from kznews.text import web_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kznews.reporting.figures import Figures, Record
    from kznews.reporting.labels import Labels

Card = dict[str, Any]
"""``title``, ``note``, ``legend`` and one of ``columns``, ``bars`` and ``cells``, which the macros
of the template draw."""

COLORS = [f"var(--c{number})" for number in range(1, 7)]
OTHERS = "var(--c0)"
NAMED = 12
"""Rows of a chart of sections, authors or tags."""
STACKED = 5
NAMES_BELOW = 6
SHOWN_MISSING = 10
SHOWN_COPIES = 6
OUTCOMES = {
    "stored": COLORS[0],
    "rejected": OTHERS,
    "missing": "var(--bad)",
    "gone": COLORS[2],
}
"""What an audit counts, and its colour."""


class Page:
    """Makes the cards of a report in a language."""

    def __init__(self, figures: Figures, labels: Labels, made: datetime) -> None:
        """``made`` is when the page is made, with an offset."""
        self.figures = figures
        self.labels = labels
        newest = datetime.fromisoformat(figures.newest) if figures.newest else made
        self.made = made.astimezone(newest.tzinfo)
        self.age = self.made - newest
        self.today = self.made.date()

    def render(self) -> str:
        """Return the page, which needs nothing but itself."""
        environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
        environment.filters["web_address"] = web_address
        package = files(__package__)
        template = environment.from_string(package.joinpath("page.html.j2").read_text("utf-8"))
        return template.render(
            figures=self.figures,
            labels=self.labels,
            style=Markup(package.joinpath("page.css").read_text("utf-8")),  # noqa: S704 (our own)
            made=self.labels.moment(self.made.isoformat()),
            period=self._period(),
            tiles=list(self._tiles()),
            cards=[card for card in self._cards() if card],
            audits=[(audit, self._audit(audit)) for audit in self.figures.audits],
            shown_missing=SHOWN_MISSING,
            shown_copies=SHOWN_COPIES,
        )

    def _period(self) -> str:
        days = self.figures.days
        ends = map(self.labels.day, (min(days), max(days))) if days else ()
        return " – ".join(dict.fromkeys(ends))

    def _tiles(self) -> Iterable[tuple[str, str, bool]]:
        """Return name and value of the numbers on top, and whether they are bad news."""
        figures, labels = self.figures, self.labels
        if figures.newest:
            yield labels["newest"], labels.ago(self.age), False
        yield labels["articles"], labels.number(figures.articles), False
        span = (max(figures.days) - min(figures.days)).days + 1 if figures.days else 1
        a_day = figures.days.total() / span
        yield labels["a_day"], labels.number(round(a_day, 1) if a_day < 10 else round(a_day)), False
        yield labels["words"], labels.number(figures.median_words()), False
        yield labels["edited"], labels.number(figures.edited), False
        yield labels["copies"], labels.number(figures.copies), False
        if figures.audits:
            missing = sum(_total(audit, "missing") for audit in figures.audits)
            yield labels["missing"], labels.number(missing), missing > 0

    def _cards(self) -> Iterable[Card | None]:
        figures = self.figures
        if len(figures.days) > 1:
            yield self._by_day()
            yield self._sections_in_time()
        yield self._shares("sections", figures.sections, figures.articles)
        if figures.hours:
            yield self._hours()
        yield self._shares("authors", figures.authors)
        yield self._shares("tags", figures.tags)
        yield self._shares("languages", figures.languages, figures.articles)
        yield self._lengths()
        yield self._changes_in_time()
        yield self._changes()
        if figures.coverage:
            yield self._sources()
            yield self._fields()

    # --- In the course of time --------------------------------------------------------------------

    def _columns(
        self,
        unit: str,
        found: Sequence[binning.Bin],
        rows: Iterable[tuple[str, str, Sequence[int]]],
    ) -> Card:
        """Return columns of stacked parts: ``rows`` are name, colour and the count in each bin."""
        labels = self.labels
        rows = list(rows)
        titles, names = [], []
        for start, end in found:
            last = date.fromordinal(end.toordinal() - 1)
            titles.append(" – ".join(dict.fromkeys(map(labels.day, (start, last)))))
            names.append(labels.axis(start, unit))
        return _chart(
            titles,
            names,
            [
                (color, [(n, f"{name}: {labels.number(n)}") for n in row])
                for name, color, row in rows
            ],
            labels,
        )

    def _by_day(self) -> Card | None:
        days = self.figures.days
        unit, found = binning.bins(days, self.today)
        counts = binning.by_bin(days, unit, found)
        if not found:
            return None
        columns = self._columns(unit, found, [(self.labels["articles"], COLORS[0], counts)])
        note = self.labels[f"by_{unit}"]
        if unit == "day" and len(counts) > 7:
            note = self.labels["with_mean"]
            columns["line"] = [
                (n + 3.5, 100 - 100 * mean / columns["top"])
                for n, mean in enumerate(binning.means(counts))
            ]
        return {"title": self.labels["in_time"], "note": note, "columns": columns, "is_wide": True}

    def _sections_in_time(self) -> Card | None:
        figures, labels = self.figures, self.labels
        unit, found = binning.bins(figures.days, self.today)
        if not found:
            return None
        largest = [name for name, _ in figures.sections.most_common(STACKED)]
        days: dict[str | None, Counter[date]] = {name: Counter() for name in largest}
        rest: Counter[date] = Counter()
        for (name, day), count in figures.section_days.items():
            days.get(name, rest)[day] += count
        rows = [
            (n or labels["no_section"], c, days[n]) for n, c in zip(largest, COLORS, strict=False)
        ]
        if rest:
            rows.append((labels["others"], OTHERS, rest))
        return {
            "title": labels["sections_in_time"],
            "note": labels[f"by_{unit}"],
            "columns": self._columns(
                unit, found, [(n, c, binning.by_bin(of, unit, found)) for n, c, of in rows]
            ),
            "legend": [(color, name) for name, color, _ in rows],
            "is_wide": True,
        }

    def _changes_in_time(self) -> Card | None:
        figures, labels = self.figures, self.labels
        days = figures.edits | figures.gone
        unit, found = binning.bins(days, self.today, "week") if days else ("week", [])
        if not found:
            return None
        rows = [
            (labels[name], color, binning.by_bin(of, unit, found))
            for name, color, of in (
                ("edit", COLORS[0], figures.edits), ("taken_down", "var(--bad)", figures.gone),
            )
        ]  # fmt: skip
        return {
            "title": labels["edits_in_time"],
            "note": labels["edits_note"],
            "columns": self._columns(unit, found, rows),
            "legend": [(color, f"{name}: {labels.number(sum(of))}") for name, color, of in rows],
        }

    def _hours(self) -> Card:
        hours, labels = self.figures.hours, self.labels
        most = max(hours.values())
        rows = []
        for weekday, name in enumerate(labels.weekdays()):
            cells = []
            for hour in range(24):
                count = hours[weekday, hour]
                title = f"{name} {hour}:00–{hour + 1}:00: {labels.number(count)}"
                cells.append((_strength(count, most), title, ""))
            rows.append((name, cells))
        head = [str(hour) if hour % 3 == 0 else "" for hour in range(24)]
        note = labels["hours_note"]
        return {"title": labels["hours"], "note": note, "cells": rows, "head": head}

    # --- Shares -----------------------------------------------------------------------------------

    def _shares(self, title: str, counts: Mapping[Any, int], total: int = 0) -> Card | None:
        """Return a bar for each of the most; of a ``total`` also the share, and what is left."""
        labels = self.labels
        if not counts:
            return None
        largest = Counter(counts).most_common(NAMED)
        rows = []
        for key, count in largest:
            name = labels.language_name(key) if title == "languages" else key
            rows.append((name or labels["no_section"], count, COLORS[0]))
        rest = total - sum(count for _, count in largest)
        if rest > 0:
            rows.append((labels["others"], rest, OTHERS))
        most = max(count for _, count, _ in rows)
        bars = []
        for name, count, color in rows:
            share = f" · {labels.share(count, total)}" if total else ""
            text = f"{labels.number(count)}{share}"
            bars.append((name, text, [(color, 100 * count / most, f"{name}: {text}")]))
        return {"title": labels[title], "bars": bars}

    def _lengths(self) -> Card:
        labels = self.labels
        step, counts = binning.classes(self.figures.lengths)
        starts = [step * number for number in range(len(counts))]
        titles = [labels.say("from_to", start, start + step - 1) for start in starts]
        titles[-1] = labels.say("more_than", starts[-1])
        parts = [(count, labels.number(count)) for count in counts]
        return {
            "title": labels["lengths"],
            "note": labels.say("lengths_note", self.figures.median_words()),
            "columns": _chart(
                titles, list(map(labels.number, starts)), [(COLORS[0], parts)], labels
            ),
        }

    def _changes(self) -> Card:
        labels = self.labels
        changed = {labels.named("field", n): count for n, count in self.figures.changed.items()}
        card = self._shares("changes", changed)
        if card is None:
            return {"title": labels["changes"], "note": labels["none_found"]}
        return {**card, "note": labels.say("changes_note", self.figures.edits.total())}

    # --- How it was read --------------------------------------------------------------------------

    def _sources(self) -> Card:
        labels, runs = self.labels, self.figures.coverage
        total = sum(run["articles"] for run in runs)
        counts: dict[str, Counter[str]] = {}
        for run in runs:
            for name, sources in run["sources"].items():
                counts.setdefault(name, Counter()).update(sources)
        overall: Counter[str] = sum(counts.values(), Counter())
        colors = dict(
            zip((name for name, _ in overall.most_common(len(COLORS))), COLORS, strict=False)
        )
        bars = []
        for name, sources in counts.items():
            field = labels.named("field", name)
            parts = [
                (
                    colors.get(source, OTHERS),
                    100 * sources[source] / total,
                    f"{field}: {source} {labels.share(sources[source], total)}",
                )
                for source in overall
                if sources[source]
            ]
            bars.append((field, labels.share(sources.total(), total), parts))
        legend = [(color, source) for source, color in colors.items()]
        if len(overall) > len(colors):
            legend.append((OTHERS, labels["others"]))
        note = labels.say("sources_note", len(runs), total)
        return {"title": labels["sources"], "note": note, "bars": bars, "legend": legend}

    def _fields(self) -> Card:
        labels, runs = self.labels, self.figures.coverage
        rows = []
        for field in runs[0]["fields"]:
            cells = []
            for run in runs:
                part, whole = run["fields"][field], run["articles"]
                title = labels.say("run_share", str(run["run"]), labels.share(part, whole))
                cells.append((_strength(part, whole), title, str(round(100 * part / whole))))
            rows.append((labels.named("field", field), cells))
        head = [str(run["run"]) for run in runs]
        note = labels["fields_note"]
        return {"title": labels["fields"], "note": note, "cells": rows, "head": head}

    def _audit(self, audit: Record) -> Card:
        labels = self.labels
        note = labels.say(
            "audit_note",
            site=audit["site"],
            at=labels.day(self.figures.day_at(audit["site"], audit["at"])),
            **{name: _total(audit, name) for name in ("listed", "stored", "missing")},
        )
        card = {"title": labels["audit"], "note": note}
        months = sorted(month for month in audit["months"] if month[:4].isdigit())
        shown = [name for name in OUTCOMES if _total(audit, name)]
        if not (months and shown):
            return card
        named = {name: labels[f"audit:{name}"] for name in shown}
        days = {date.fromisoformat(f"{name}-01"): audit["months"][name] for name in months}
        bins = binning.bins(days, date.max, "month")[1]
        rows = [
            (named[name], OUTCOMES[name], [_count(days.get(start, {}), name) for start, _ in bins])
            for name in shown
        ]
        legend = [(OUTCOMES[name], named[name]) for name in shown]
        return {**card, "columns": self._columns("month", bins, rows), "legend": legend}


def _chart(
    titles: Sequence[str],
    names: Sequence[str],
    rows: Sequence[tuple[str, Sequence[tuple[int, str]]]],
    labels: Labels,
) -> Card:
    """Return columns for the template: heights and places in percent of the chart."""
    counts = [[row[place][0] for _, row in rows] for place in range(len(titles))]
    ticks = binning.ticks(max(map(sum, counts)))
    top = ticks[-1]
    columns = []
    for place, title in enumerate(titles):
        parts = [(color, 100 * row[place][0] / top) for color, row in rows if row[place][0]]
        told = [row[place][1] for _, row in rows if row[place][0] or len(rows) == 1]
        columns.append((f"{title}: {', '.join(told)}", parts))
    every = -(-len(titles) // NAMES_BELOW)
    return {
        "parts": columns,
        "top": top,
        "ticks": [(labels.number(tick), 100 * tick / top) for tick in ticks],
        "names": [(100 * (n + 0.5) / len(names), names[n]) for n in range(0, len(names), every)],
    }


def _strength(part: int, most: int) -> float:
    """Return how strong a cell's colour is in percent; even the least is told from nothing."""
    return round(12 + 88 * part / most, 1) if part else 4


def _count(month: Mapping[str, Any], name: str) -> int:
    count = month.get(name, 0)
    return sum(count.values()) if isinstance(count, dict) else int(count)


def _total(audit: Record, name: str) -> int:
    return sum(_count(month, name) for month in audit["months"].values())
