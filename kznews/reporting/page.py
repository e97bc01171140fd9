"""The page: which figures are shown by which chart, and in which order."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from itertools import pairwise
from statistics import median_low
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader

from kznews.monitoring.rules import FIELDS
from kznews.reporting import charts
from kznews.reporting.charts import BAD, COLORS, OTHERS
from kznews.text import web_address

if TYPE_CHECKING:
    from kznews.reporting.charts import Card
    from kznews.reporting.figures import Figures, Record
    from kznews.reporting.labels import Labels

MOST_MONTHS = 120
"""Months of an audit that are shown, the last ones."""
LENGTHS = (0, 50, 100, 200, 400, 800, 1600)
"""The least words of an article of each class."""
OUTCOMES = {"stored": COLORS[0], "rejected": OTHERS, "missing": BAD, "gone": COLORS[2]}
"""The results of an audit and their colours."""


def render(figures: Figures, labels: Labels, made: datetime) -> str:
    """Return the page as one HTML document; ``made`` is when it is made, with an offset."""
    environment = Environment(
        loader=PackageLoader(__package__, ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["web_address"] = web_address
    newest = datetime.fromisoformat(figures.newest) if figures.newest else made
    made = made.astimezone(newest.tzinfo)
    days, today = figures.days, made.date()
    return environment.get_template("page.html.j2").render(
        figures=figures,
        labels=labels,
        made=labels.moment(made.isoformat()),
        age=labels.timedelta(newest - made, threshold=1.5, add_direction=True),
        period=labels.interval(min(days), max(days)) if days else "",
        tiles=_tiles(figures),
        in_time=_in_time(labels, figures, today) if len(days) > 1 else {},
        cards=_counts(labels, figures, today) | _reading(labels, figures.coverage),
        audits=[(audit, _audit(labels, audit)) for audit in figures.audits],
    )


def _tiles(figures: Figures) -> dict[str, float]:
    """Return the numbers at the top by their labels."""
    span = (max(figures.days) - min(figures.days)).days + 1 if figures.days else 1
    tiles = {
        "articles": figures.articles,
        "a_day": round(sum(found.total() for found in figures.days.values()) / span, 1),
        "words": median_low(figures.lengths.elements()),
        "edited": figures.edited,
        "copies": len(figures.copies),
    }
    if figures.recovered:
        tiles["recovered"] = figures.recovered
    if figures.audits:
        tiles["missing"] = sum(audit["total"]["missing"] for audit in figures.audits)
    return tiles


def _in_time(labels: Labels, figures: Figures, today: date) -> Card:
    days = {day: _sections(labels, found) for day, found in figures.days.items()}
    colors = charts.palette(labels, _sections(labels, figures.sections))
    return charts.in_time(labels, days, colors, today)


def _sections(labels: Labels, counts: Counter[str | None]) -> Counter[str]:
    return Counter({name or labels["no_section"]: n for name, n in counts.items()})


def _counts(labels: Labels, figures: Figures, today: date) -> dict[str, Card]:
    total = figures.articles
    languages = {labels.language_name(code): n for code, n in figures.languages.items()}
    changed = {labels.named("field", name): n for name, n in figures.changed.items()}
    return {
        "sections": charts.largest(labels, _sections(labels, figures.sections), total),
        "hours": _hours(labels, figures.hours),
        "authors": charts.largest(labels, figures.authors),
        "tags": charts.largest(labels, figures.tags),
        "languages": charts.largest(labels, Counter(languages), total),
        "lengths": _lengths(labels, figures.lengths),
        "edits_in_time": _edits(labels, figures, today),
        "changes": {
            "note": labels.say("changes_note", figures.edits.total()),
            **charts.largest(labels, Counter(changed)),
        },
    }


def _hours(labels: Labels, hours: Counter[tuple[int, int]]) -> Card:
    rows = []
    for weekday, name in sorted(labels.locale.days["stand-alone"]["abbreviated"].items()):
        counts = [hours[weekday, hour] for hour in range(24)]
        rows.append((name, labels.number(sum(counts)), counts))
    names = [f"{hour}:00" for hour in range(24)]
    chart = charts.heat(labels, rows, names, [hours.total()] * 24) if hours else {}
    return {"note": labels["hours_note"], **chart}


def _lengths(labels: Labels, lengths: Counter[int]) -> Card:
    counts = {
        f"{least}–{above - 1}": sum(lengths[words] for words in range(least, above))
        for least, above in pairwise(LENGTHS)
    }
    longest = LENGTHS[-1]
    counts[f"{longest}+"] = lengths.total() - sum(counts.values())
    return {"note": labels["lengths_note"], **charts.shares(labels, counts, lengths.total())}


def _edits(labels: Labels, figures: Figures, today: date) -> Card:
    edit, gone = labels["edit"], labels["taken_down"]
    days = {
        day: {edit: figures.edits[day], gone: figures.gone[day]}
        for day in figures.edits | figures.gone
    }
    colors = {edit: COLORS[0], gone: BAD}
    card = charts.in_time(labels, days, colors, today, "week")
    return {**card, "note": labels["edits_note"]}


def _reading(labels: Labels, runs: list[Record]) -> dict[str, Card]:
    """Return where each field of the last runs came from, and how often it is there."""
    if not runs:
        return {}
    articles = [run["articles"] for run in runs]
    total = sum(articles)
    sources: dict[str, Counter[str]] = {}
    for run in runs:
        for field, found in run["sources"].items():
            sources.setdefault(labels.named("field", field), Counter()).update(found)
    colors = charts.palette(labels, sum(sources.values(), Counter()))
    bars = charts.stacks(labels, sources, colors, total, total)
    rows = []
    for field in FIELDS:
        counts = [run["fields"].get(field, 0) for run in runs]
        last = labels.share(counts[-1], articles[-1])
        rows.append((labels.named("field", field), last, counts))
    names = [f"#{run['run']}" for run in runs]
    note = labels.say("sources_note", len(runs), total)
    return {
        "sources": {"note": note, "bars": bars, "legend": colors},
        "fields": {
            "note": labels["fields_note"],
            **charts.heat(labels, rows, names, articles),
        },
    }


def _audit(labels: Labels, audit: Record) -> Card:
    colors = {labels[f"audit:{name}"]: color for name, color in OUTCOMES.items()}
    months = sorted(audit["months"].items())[-MOST_MONTHS:]
    rows = {
        name: {labels[f"audit:{outcome}"]: month[outcome] for outcome in OUTCOMES}
        for name, month in months
    }
    totals = [audit["total"][name] for name in ("listed", "stored", "missing")]
    note = labels.say("audit_note", audit["site"], labels.date(audit["day"]), *totals)
    chart = charts.columns(labels, rows, list(rows), colors) if rows else {}
    return {"note": note, **chart}
