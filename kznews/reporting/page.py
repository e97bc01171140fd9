"""The page: which figures are shown by which chart, and in which order."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from markupsafe import Markup

from kznews.reporting import binning, charts
from kznews.reporting.charts import BAD, COLORS, OTHERS
from kznews.text import web_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kznews.reporting.charts import Card
    from kznews.reporting.figures import Figures, Record
    from kznews.reporting.labels import Labels

STACKED = 5
"""Sections that have their own colour in the chart by time."""
EARLIEST = date(1990, 1, 1)
"""Earlier months are errors, whatever the site's dates say."""
SHOWN_MISSING = 10
SHOWN_COPIES = 6
OUTCOMES = {"stored": COLORS[0], "rejected": OTHERS, "missing": BAD, "gone": COLORS[2]}
"""The results of an audit and their colours."""


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
        """Return the page as one HTML document."""
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
            wide=list(self._cards(self._in_time())),
            cards=list(self._cards(self._counts() | self._reading())),
            audits=[(audit, self._audit(audit)) for audit in self.figures.audits],
            shown_missing=SHOWN_MISSING,
            shown_copies=SHOWN_COPIES,
        )

    def _cards(self, found: Mapping[str, Card]) -> Iterator[Card]:
        """Yield the cards that are not empty with their titles."""
        for title, card in found.items():
            if any(card.values()):
                yield {"title": self.labels[title], **card}

    def _period(self) -> str:
        days = self.figures.days
        ends = map(self.labels.day, (min(days), max(days))) if days else ()
        return " – ".join(dict.fromkeys(ends))

    def _tiles(self) -> Iterator[tuple[str, str, bool]]:
        """Yield name and value of the numbers at the top, and whether they are bad news."""
        figures, labels = self.figures, self.labels
        if figures.newest:
            yield labels["newest"], labels.ago(self.age), False
        span = (max(figures.days) - min(figures.days)).days + 1 if figures.days else 1
        a_day = figures.days.total() / span
        for name, value in (
            ("articles", figures.articles),
            ("a_day", round(a_day, 1) if a_day < 10 else round(a_day)),
            ("words", figures.median_words()),
            ("edited", figures.edited),
            ("copies", figures.copies),
        ):
            yield labels[name], labels.number(value), False
        if figures.recovered:
            yield labels["recovered"], labels.number(figures.recovered), False
        if figures.audits:
            missing = sum(_total(audit, "missing") for audit in figures.audits)
            yield labels["missing"], labels.number(missing), missing > 0

    def _in_time(self) -> dict[str, Card]:
        figures, labels = self.figures, self.labels
        if len(figures.days) < 2:
            return {}
        largest = [name for name, _ in figures.sections.most_common(STACKED)]
        days: dict[str | None, Counter[date]] = {name: Counter() for name in largest}
        rest: Counter[date] = Counter()
        for (name, day), count in figures.section_days.items():
            days.get(name, rest)[day] += count
        colors = zip(largest, COLORS, strict=False)
        rows = [(name or labels["no_section"], color, days[name]) for name, color in colors]
        if rest:
            rows.append((labels["others"], OTHERS, rest))
        whole = [(labels["articles"], COLORS[0], figures.days)]
        return {
            "in_time": charts.in_time(labels, whole, self.today),
            "sections_in_time": charts.in_time(labels, rows, self.today),
        }

    def _counts(self) -> dict[str, Card]:
        figures, labels, total = self.figures, self.labels, self.figures.articles
        sections = {name or labels["no_section"]: n for name, n in figures.sections.items()}
        languages = {labels.language_name(code): n for code, n in figures.languages.items()}
        changed = {labels.named("field", name): n for name, n in figures.changed.items()}
        changes = [
            (labels["edit"], COLORS[0], figures.edits), (labels["taken_down"], BAD, figures.gone),
        ]  # fmt: skip
        in_weeks = charts.in_time(labels, changes, self.today, "week")
        return {
            "sections": charts.shares(labels, sections, total),
            "hours": self._hours() if figures.hours else {},
            "authors": charts.shares(labels, figures.authors),
            "tags": charts.shares(labels, figures.tags),
            "languages": charts.shares(labels, languages, total),
            "lengths": self._lengths(),
            "edits_in_time": in_weeks | {"note": labels["edits_note"]} if in_weeks else {},
            "changes": charts.shares(labels, changed)
            | {
                "note": labels.say("changes_note", figures.edits.total())
                if changed
                else labels["none_found"]
            },
        }

    def _hours(self) -> Card:
        hours, labels = self.figures.hours, self.labels
        most = max(hours.values())
        rows = [
            (name, [
                (count / most, f"{name} {hour}:00–{hour + 1}:00: {labels.number(count)}", "")
                for hour in range(24)
                for count in [hours[weekday, hour]]
            ])
            for weekday, name in enumerate(labels.weekdays())
        ]  # fmt: skip
        head = [str(hour) if hour % 3 == 0 else "" for hour in range(24)]
        return {"note": labels["hours_note"], **charts.cells(rows, head)}

    def _lengths(self) -> Card:
        labels = self.labels
        step, counts = binning.classes(self.figures.lengths)
        starts = [step * number for number in range(len(counts))]
        titles = [labels.say("from_to", start, start + step - 1) for start in starts]
        titles[-1] = labels.say("more_than", starts[-1])
        names = [labels.number(start) for start in starts]
        return {
            "note": labels.say("lengths_note", self.figures.median_words()),
            "columns": charts.columns(labels, titles, names, [("", COLORS[0], counts)]),
        }

    def _reading(self) -> dict[str, Card]:
        """Return where each field of the last runs came from, and how often it is there."""
        labels, runs = self.labels, self.figures.coverage
        if not runs:
            return {}
        total = sum(run["articles"] for run in runs)
        counts: dict[str, Counter[str]] = {}
        for run in runs:
            for name, sources in run["sources"].items():
                counts.setdefault(name, Counter()).update(sources)
        overall = Counter[str]()
        for sources in counts.values():
            overall.update(sources)
        ordered = [source for source, _ in overall.most_common()]
        colors = dict(zip(ordered, COLORS, strict=False))
        bars = []
        for name, sources in counts.items():
            field = labels.named("field", name)
            parts = [
                (
                    colors.get(source, OTHERS),
                    100 * count / total,
                    f"{field}: {source} {labels.share(count, total)}",
                )
                for source in ordered
                if (count := sources[source])
            ]
            bars.append((field, labels.share(sources.total(), total), parts))
        legend = [(color, source) for source, color in colors.items()]
        if len(ordered) > len(colors):
            legend.append((OTHERS, labels["others"]))
        cells = [
            (labels.named("field", field), [self._cell(run, field) for run in runs])
            for field in runs[0]["fields"]
        ]
        head = [str(run["run"]) for run in runs]
        return {
            "sources": {
                "note": labels.say("sources_note", len(runs), total),
                "bars": bars,
                "legend": legend,
            },
            "fields": {"note": labels["fields_note"], **charts.cells(cells, head)},
        }

    def _cell(self, run: Record, field: str) -> tuple[float, str, str]:
        part, whole = run["fields"][field], run["articles"]
        share = self.labels.share(part, whole)
        title = self.labels.say("run_share", str(run["run"]), share)
        return part / whole, title, str(round(100 * part / whole))

    def _audit(self, audit: Record) -> Card:
        labels = self.labels
        totals = {name: _total(audit, name) for name in ("listed", "stored", "missing")}
        at = labels.day(self.figures.day_at(audit["site"], audit["at"]))
        months = {
            day: month for name, month in audit["months"].items() if (day := self._month(name))
        }
        rows = [
            (labels[f"audit:{name}"], color, {day: _count(m, name) for day, m in months.items()})
            for name, color in OUTCOMES.items()
            if _total(audit, name)
        ]
        return {
            "title": labels["audit"],
            **(charts.in_time(labels, rows, date.max, "month") if rows else {}),
            "note": labels.say("audit_note", site=audit["site"], at=at, **totals),
        }

    def _month(self, name: str) -> date | None:
        """Return the first day of a month, None for an impossible one."""
        try:
            day = date.fromisoformat(f"{name}-01")
        except ValueError:
            return None
        return day if EARLIEST <= day <= self.today else None


def _count(month: Mapping[str, Any], name: str) -> int:
    count = month.get(name, 0)
    return sum(count.values()) if isinstance(count, dict) else int(count)


def _total(audit: Record, name: str) -> int:
    return sum(_count(month, name) for month in audit["months"].values())
