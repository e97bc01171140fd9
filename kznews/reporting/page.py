"""The page: which figures are drawn how, in which order, and the template around them.

Every chart is drawn twice, wide and narrow, since text that shrinks with its drawing cannot be read
on a phone; the style sheet shows one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment
from markupsafe import Markup

from kznews.reporting.charts import (
    Bar,
    Cell,
    Column,
    Point,
    Size,
    Spec,
    bars,
    cells,
    columns,
    draw,
)
from kznews.text import web_address

if TYPE_CHECKING:
    from kznews.reporting.figures import Audit, Figures
    from kznews.reporting.labels import Labels

WIDE, HALF, NARROW = 1000, 480, 330
MOST_DAYS = 400
"""Columns of a wide chart; a narrow one has a third of them."""
SERIES = ("var(--c1)", "var(--c2)", "var(--c3)", "var(--c4)", "var(--c5)", "var(--c6)")
OTHERS = "var(--c0)"
NAMED_SECTIONS = 12
SECTIONS_IN_TIME = 5
SHOWN_MISSING = 10
SHOWN_COPIES = 6
WEEK = timedelta(days=7)
LENGTH_STEPS = (10, 20, 25, 50, 100, 200, 250, 500, 1000)
OUTCOMES = (
    ("stored", "stored", "var(--c1)"),
    ("rejected", "rejected", "var(--c0)"),
    ("missing", "lost", "var(--bad)"),
    ("gone", "gone", "var(--c3)"),
)
"""What an audit counts, its label, its colour."""

Draw = Callable[[int, bool], Spec]
"""Makes a chart of a width; True asks for fewer and larger parts."""


@dataclass(frozen=True)
class Key:
    """A line of a legend."""

    color: str
    name: str
    value: str = ""


@dataclass(frozen=True)
class Tile:
    """A number that stands for itself."""

    name: str
    value: str
    is_bad: bool = False


@dataclass
class Card:
    """A part of the page: a heading, a chart, what explains it."""

    title: str
    note: str = ""
    wide: Markup | None = None
    narrow: Markup | None = None
    wide_note: str = ""
    narrow_note: str = ""
    is_wide: bool = False
    legend: list[Key] = field(default_factory=list)


class Page:
    """Draws the cards of a report in a language."""

    def __init__(self, figures: Figures, labels: Labels) -> None:
        self.figures = figures
        self.labels = labels

    def render(self, made: datetime) -> str:
        """Return the page, which needs nothing but itself."""
        environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
        environment.filters["web_address"] = web_address
        sheet = files(__package__).joinpath("page.css").read_text("utf-8")
        template = environment.from_string(
            files(__package__).joinpath("page.html.j2").read_text("utf-8")
        )
        return template.render(
            figures=self.figures,
            labels=self.labels,
            style=Markup(sheet),  # noqa: S704 (the project's own)
            made=self.labels.moment(made.isoformat()),
            period=self._period(),
            tiles=self._tiles(),
            charts=self._charts(),
            audits=[(audit, self._audit(audit)) for audit in self.figures.audits],
            shown_missing=SHOWN_MISSING,
            shown_copies=SHOWN_COPIES,
        )

    def _period(self) -> str:
        days = self.figures.days
        if not days:
            return ""
        return " – ".join(dict.fromkeys(map(self.labels.day, (min(days), max(days)))))

    def _tiles(self) -> list[Tile]:
        figures, labels = self.figures, self.labels
        span = (max(figures.days) - min(figures.days)).days + 1 if figures.days else 1
        a_day = figures.days.total() / span
        tiles = [
            Tile(labels["articles"], labels.number(figures.articles)),
            Tile(labels["a_day"], labels.number(round(a_day, 1) if a_day < 10 else round(a_day))),
            Tile(labels["words"], labels.number(figures.median_words())),
            Tile(labels["edited"], labels.number(figures.edited)),
            Tile(labels["copies"], labels.number(figures.copies)),
        ]
        if figures.audits:
            missing = sum(audit.total("missing") for audit in figures.audits)
            tiles.append(Tile(labels["missing"], labels.number(missing), is_bad=missing > 0))
        return tiles

    def _card(
        self, name: str, draw_it: Draw, *, note: str = "", is_wide: bool = False,
        legend: Sequence[Key] = (),
    ) -> Card:  # fmt: skip
        title = self.labels[name]
        wide, narrow = (
            draw(draw_it(width, is_narrow), title, self.labels)
            for width, is_narrow in ((WIDE if is_wide else HALF, False), (NARROW, True))
        )
        return Card(title, note, wide, narrow, is_wide=is_wide, legend=list(legend))

    def _charts(self) -> list[Card]:
        cards = []
        if len(self.figures.days) > 1:
            cards += [self._by_day(), self._sections_in_time()]
        cards.append(self._sections())
        if self.figures.hours:
            cards.append(self._hours())
        cards += [self._languages(), self._lengths(), self._edits()]
        if self.figures.coverage:
            cards += [self._sources(), self._fields()]
        return cards

    # --- In the course of time --------------------------------------------------------------------

    def _by_day(self) -> Card:
        days = self.figures.days
        stretches = _stretch(days, MOST_DAYS), _stretch(days, MOST_DAYS // 3)
        mean = _mean(days)

        def spec(width: int, is_narrow: bool) -> Spec:
            stretch = stretches[is_narrow]
            found = [
                self._column(place, 0, count, SERIES[0], self.labels.number(count))
                for place, count in _by_stretch(days, stretch).items()
            ]
            if stretch != "day" or not mean:
                return columns(found, Size(width, 210))
            faint = [replace(column, strength=0.45) for column in found]
            return columns(faint, Size(width, 210), line=mean)

        card = self._card("in_time", spec, is_wide=True)
        card.wide_note, card.narrow_note = (
            self.labels["with_mean" if stretch == "day" and mean else f"by_{stretch}"]
            for stretch in stretches
        )
        return card

    def _sections_in_time(self) -> Card:
        figures, labels = self.figures, self.labels
        stretches = _stretch(figures.days, MOST_DAYS // 5), _stretch(figures.days, MOST_DAYS // 12)
        largest = [name for name, _ in figures.sections.most_common(SECTIONS_IN_TIME)]
        colors = dict(zip(largest, SERIES, strict=False))
        by_section: dict[str | None, Counter[date]] = {name: Counter() for name in largest}
        rest: Counter[date] = Counter()
        for (name, day), count in figures.section_days.items():
            by_section.get(name, rest)[day] += count
        rows = [(self._section(name), colors[name], by_section[name]) for name in largest]
        if rest:
            rows.append((labels["others"], OTHERS, rest))

        def spec(width: int, is_narrow: bool) -> Spec:
            heights: Counter[tuple[date, date]] = Counter()
            stacked = []
            for name, color, days in rows:
                for place, count in _by_stretch(days, stretches[is_narrow]).items():
                    label = f"{name}: {labels.number(count)}"
                    below = heights[place]
                    stacked.append(self._column(place, below, count, color, label))
                    heights[place] += count
            return columns(sorted(stacked, key=lambda column: column.x), Size(width, 210))

        legend = [Key(color, name) for name, color, _ in rows]
        card = self._card("sections_in_time", spec, is_wide=True, legend=legend)
        card.wide_note, card.narrow_note = (labels[f"by_{stretch}"] for stretch in stretches)
        return card

    def _column(
        self, place: tuple[date, date], below: float, count: float, color: str, label: str
    ) -> Column:
        start, end = place
        last = end - timedelta(days=1)
        when = self.labels.day(start)
        if last > start:
            when += f" – {self.labels.day(last)}"
        gap = 0.12 * (end - start).days
        before_end = datetime.combine(end, time(), UTC) - timedelta(days=gap)
        return Column(
            start.isoformat(),
            before_end.isoformat(),
            below,
            below + count,
            color,
            f"{when}: {label}",
        )

    def _hours(self) -> Card:
        hours, labels = self.figures.hours, self.labels
        most = max(hours.values())
        found = [
            Cell(
                str(hour),
                name,
                _strength(hours[weekday, hour], most),
                f"{name} {hour}:00–{hour + 1}:00: {labels.number(hours[weekday, hour])}",
            )
            for weekday, name in enumerate(labels.weekdays())
            for hour in range(24)
        ]
        shown = [str(hour) for hour in range(0, 24, 3)]
        return self._card(
            "hours",
            lambda width, _: cells(found, width, row=28, shown=shown),
            note=labels["hours_note"],
        )

    # --- Shares -----------------------------------------------------------------------------------

    def _section(self, name: str | None) -> str:
        return name or self.labels["no_section"]

    def _sections(self) -> Card:
        labels, total = self.labels, self.figures.articles
        largest = self.figures.sections.most_common(NAMED_SECTIONS)
        rows = [(self._section(name), count, SERIES[0]) for name, count in largest]
        if rest := total - sum(count for _, count in largest):
            rows.append((labels["others"], rest, OTHERS))
        found = [
            Bar(
                name,
                0,
                count,
                color,
                f"{name}: {labels.number(count)}",
                f"{labels.number(count)} · {labels.share(count, total)}",
            )
            for name, count, color in rows
        ]
        return self._card("sections", lambda width, _: bars(found, width))

    def _languages(self) -> Card:
        labels, total = self.labels, self.figures.articles
        largest = self.figures.languages.most_common(len(SERIES))
        found, legend, place = [], [], 0
        for (code, count), color in zip(largest, SERIES, strict=False):
            name, value = labels.language_name(code), labels.number(count)
            found.append(Bar("", place, place + count, color, f"{name}: {value}"))
            legend.append(Key(color, name, f"{value} · {labels.share(count, total)}"))
            place += count
        return self._card(
            "languages", lambda width, _: bars(found, width, row=32), is_wide=True, legend=legend
        )

    def _lengths(self) -> Card:
        lengths, labels = self.figures.lengths, self.labels
        median = self.figures.median_words()

        def spec(width: int, is_narrow: bool) -> Spec:
            step, last = _steps(lengths, 12 if is_narrow else 24)
            counts: Counter[int] = Counter()
            for length, count in lengths.items():
                counts[min(length // step * step, last)] += count
            found = []
            for start in range(0, last + step, step):
                value = labels.number(counts[start])
                place = labels.say("from_to", start, start + step - 1)
                if start == last:
                    place = labels.say("more_than", start)
                found.append(
                    Column(
                        start, start + 0.9 * step, 0, counts[start], SERIES[0], f"{place}: {value}"
                    )
                )
            return columns(found, Size(width, 200), rule=median)

        return self._card("lengths", spec, note=labels.say("lengths_note", median))

    def _edits(self) -> Card:
        changed, labels = self.figures.changed, self.labels
        if not changed:
            return Card(labels["changes"], labels["none_found"])
        found = [
            Bar(labels.field(name), 0, count, SERIES[0], labels.number(count), labels.number(count))
            for name, count in changed.most_common()
        ]
        note = labels.say("changes_note", self.figures.edits)
        return self._card("changes", lambda width, _: bars(found, width), note=note)

    # --- How it was read --------------------------------------------------------------------------

    def _sources(self) -> Card:
        labels = self.labels
        total = sum(run.articles for run in self.figures.coverage)
        counts: dict[str, Counter[str]] = {}
        overall: Counter[str] = Counter()
        for run in self.figures.coverage:
            for name, sources in run.sources.items():
                counts.setdefault(name, Counter()).update(sources)
                overall.update(sources)
        largest = [source for source, _ in overall.most_common(len(SERIES))]
        colors = dict(zip(largest, SERIES, strict=False))
        found = []
        for name, sources in counts.items():
            place = 0
            for source, count in sorted(sources.items(), key=lambda item: -overall[item[0]]):
                label = f"{labels.field(name)}: {source} {labels.share(count, total)}"
                color = colors.get(source, OTHERS)
                found.append(Bar(labels.field(name), place, place + count, color, label))
                place += count
            found[-1] = replace(found[-1], text=labels.share(place, total))
        legend = [Key(color, source) for source, color in colors.items()]
        if len(overall) > len(largest):
            legend.append(Key(OTHERS, labels["others"]))
        note = labels.say("sources_note", len(self.figures.coverage), total)
        return self._card(
            "sources", lambda width, _: bars(found, width, row=26), note=note, legend=legend
        )

    def _fields(self) -> Card:
        labels = self.labels
        found = [
            Cell(
                str(run.run),
                labels.field(name),
                _strength(run.fields[name], run.articles),
                labels.say("run_share", str(run.run), labels.share(run.fields[name], run.articles)),
                str(round(100 * run.fields[name] / run.articles)),
            )
            for name in self.figures.coverage[0].fields
            for run in self.figures.coverage
        ]
        return self._card(
            "fields", lambda width, _: cells(found, width, row=30), note=labels["fields_note"]
        )

    def _audit(self, audit: Audit) -> Card:
        labels = self.labels
        shown = [(name, key, color) for name, key, color in OUTCOMES if _counted(audit, name)]

        def spec(width: int, _: bool) -> Spec:
            found = []
            for month, counts in audit.months.items():
                if not (month[:4].isdigit() and shown):
                    continue
                start = date.fromisoformat(f"{month}-01")
                below = 0
                for name, key, color in shown:
                    count = _of(counts, name)
                    label = f"{labels[key]}: {labels.number(count)}"
                    found.append(
                        self._column((start, _next_month(start)), below, count, color, label)
                    )
                    below += count
            return columns(found, Size(width, 180))

        note = labels.say(
            "audit_note",
            site=audit.site,
            at=labels.moment(audit.at[:10]),
            **{name: audit.total(name) for name in ("listed", "stored", "missing")},
        )
        legend = [Key(color, labels[key]) for _, key, color in shown]
        if not shown or not any(month[:4].isdigit() for month in audit.months):
            return Card(labels["audit"], note)
        return self._card("audit", spec, note=note, legend=legend)


def _strength(part: int, most: int) -> float:
    """Return how strong a cell's colour is; even the least is told from nothing."""
    return round(0.12 + 0.88 * part / most, 3) if part else 0.04


def _stretch(days: Counter[date], most: int) -> str:
    """Return the least stretch of time that makes no more than so many columns."""
    span = (max(days) - min(days)).days + 1
    lengths = (("day", 1), ("week", 7), ("month", 31))
    return next((name for name, length in lengths if span <= length * most), "year")


def _by_stretch(days: Counter[date], stretch: str) -> Counter[tuple[date, date]]:
    """Return the counts of days, weeks (from Monday), months or years, and the day after each."""
    found: Counter[tuple[date, date]] = Counter()
    for day in sorted(days):
        if stretch == "day":
            place = (day, day + timedelta(days=1))
        elif stretch == "week":
            monday = day - timedelta(days=day.weekday())
            place = (monday, monday + WEEK)
        elif stretch == "month":
            place = (day.replace(day=1), _next_month(day))
        else:
            place = (date(day.year, 1, 1), date(day.year + 1, 1, 1))
        found[place] += days[day]
    return found


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _mean(days: Counter[date]) -> list[Point]:
    """Return the mean of the seven days around each day that has three on both sides."""
    first, last = min(days), max(days)
    reach = timedelta(days=3)
    found = []
    day = first + reach
    while day <= last - reach:
        mean = sum(days[day + timedelta(days=n)] for n in range(-3, 4)) / WEEK.days
        found.append(Point(f"{day}T12:00:00Z", round(mean, 1)))
        day += timedelta(days=1)
    return found


def _steps(lengths: Counter[int], most: int) -> tuple[int, int]:
    """Return the width of a column of lengths, and where the last begins, which is open."""
    total, seen, nearly_all = lengths.total(), 0, 0
    for length, count in sorted(lengths.items()):
        seen += count
        nearly_all = length
        if seen >= 0.99 * total:
            break
    step = next((s for s in LENGTH_STEPS if nearly_all / s < most), LENGTH_STEPS[-1])
    return step, min(nearly_all // step, most) * step


def _of(month: dict[str, object], name: str) -> int:
    count = month[name]
    return sum(count.values()) if isinstance(count, dict) else int(str(count))


def _counted(audit: Audit, name: str) -> int:
    return sum(_of(month, name) for month in audit.months.values())
