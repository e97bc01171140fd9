"""What the archive holds, counted once from its first article to its last; no text, no markup."""

from __future__ import annotations

import json
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from kznews.monitoring.rules import FIELDS
from kznews.sources.audit import note_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kznews.storage.archive import Archive

Record = dict[str, Any]

LATEST = 20
GROUPS = 5
"""Groups of nearly the same articles that are named, the largest first."""
RUNS = 12
"""Runs that are shown, and whose reports tell of fields and sources."""
LOOKED_AT = 500
"""Runs among which those that brought articles are looked for: a look a minute brings none."""


@dataclass(frozen=True)
class Headline:
    """An article by what a reader needs to choose it; ``published`` as the item has it."""

    title: str
    url: str
    published: str = ""
    section: str | None = None
    language: str = ""
    words: int = 0

    @classmethod
    def of(cls, record: Record) -> Headline:
        return cls(
            record["title"],
            record["url"],
            record["published_at"] or "",
            record["section"],
            record["language"],
            record["word_count"],
        )


@dataclass(frozen=True)
class RunLine:
    """A run as `scrapy runs` lists it."""

    run: int
    spider: str
    started: str
    reason: str | None
    status: int | None
    articles: int
    alarms: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """How a run read: articles, those that have a field, and those that have it from a source."""

    run: int
    articles: int
    fields: dict[str, int]
    sources: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Audit:
    """What the last audit of a site found; ``months`` has its counts by month."""

    site: str
    at: str
    door: str
    months: dict[str, Record]
    missing: list[str]

    def total(self, name: str) -> int:
        return sum(month[name] for month in self.months.values())


@dataclass
class Figures:
    """All that the page shows. Days and hours are those of the sites' own clocks."""

    articles: int = 0
    sites: Counter[str] = field(default_factory=Counter)
    days: Counter[date] = field(default_factory=Counter)
    sections: Counter[str | None] = field(default_factory=Counter)
    section_days: Counter[tuple[str | None, date]] = field(default_factory=Counter)
    hours: Counter[tuple[int, int]] = field(default_factory=Counter)
    """By weekday (0 is Monday) and hour; only articles whose time is known to the minute."""
    languages: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    edited: int = 0
    edits: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    """Fields that the last edit of an article changed."""
    copies: int = 0
    groups: list[list[Headline]] = field(default_factory=list)
    group_count: int = 0
    latest: list[Headline] = field(default_factory=list)
    runs: list[RunLine] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)
    """Of the last runs that brought articles, the oldest first."""
    audits: list[Audit] = field(default_factory=list)

    def median_words(self) -> int:
        half, seen = self.articles / 2, 0
        for length, count in sorted(self.lengths.items()):
            seen += count
            if seen >= half:
                return length
        return 0


def read(
    archive: Archive, site: str | None, since: date | None = None, until: date | None = None
) -> Figures:
    """Count the articles of a site (None: of all) that were published on some days.

    Runs and audits are those of the site, whatever the days.
    """
    found = Figures()
    families = Families()
    latest: deque[Record] = deque(maxlen=LATEST)
    for record in archive.export(site, since, until, all_versions=False):
        _count(found, record)
        if record["duplicate_of"]:
            families.join(record["id"], record["duplicate_of"])
        latest.append(record)
    found.latest = [Headline.of(record) for record in reversed(latest)]
    groups = families.largest_first()
    found.group_count = len(groups)
    found.groups = [_headlines(archive, group) for group in groups[:GROUPS]]
    _read_runs(found, archive, site)
    for name in sorted(found.sites):
        if note := archive.note(note_key(name)):
            found.audits.append(Audit(name, **json.loads(note)))
    return found


def _count(found: Figures, record: Record) -> None:
    found.articles += 1
    found.sites[record["site"]] += 1
    found.sections[record["section"]] += 1
    found.languages[record["language"]] += 1
    found.lengths[record["word_count"]] += 1
    found.copies += record["duplicate_of"] is not None
    if record["version"] > 1:
        found.edited += 1
        found.edits += record["version"] - 1
        found.changed.update(record["changed"])
    published = record["published_at"] or ""
    if record["date_precision"] == "month" or len(published) < len("2026-11-23"):
        return
    day = date.fromisoformat(published[:10])
    found.days[day] += 1
    found.section_days[record["section"], day] += 1
    if "T" in published and record["date_precision"] != "day":
        found.hours[day.weekday(), int(published[11:13])] += 1


def _headlines(archive: Archive, group: Iterable[str]) -> list[Headline]:
    records = archive.items(group).values()
    return sorted(map(Headline.of, records), key=lambda headline: headline.published)


def _read_runs(found: Figures, archive: Archive, site: str | None) -> None:
    rows = [row for row in archive.runs(LOOKED_AT) if site in {None, row.site}]
    for row in rows:
        report = json.loads(row.report) if row.report else {}
        counts = report.get("counts", {})
        articles = counts.get("articles", 0)
        alarms = tuple(alarm["cause"] for alarm in report.get("alarms", ()))
        if len(found.runs) < RUNS:
            line = RunLine(
                row.run, row.spider, row.started, row.reason, row.status, articles, alarms
            )
            found.runs.append(line)
        if articles and len(found.coverage) < RUNS:
            fields = {name: counts.get("fields", {}).get(name, 0) for name in FIELDS}
            sources = counts.get("sources", {})
            found.coverage.insert(0, Coverage(row.run, articles, fields, sources))


class Families:
    """Groups of articles that are nearly the same, out of pairs of a copy and its original."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def join(self, one: str, other: str) -> None:
        self._parents[self._root(one)] = self._root(other)

    def _root(self, name: str) -> str:
        while (parent := self._parents.setdefault(name, name)) != name:
            self._parents[name] = self._parents[parent]
            name = parent
        return name

    def largest_first(self) -> list[list[str]]:
        groups: dict[str, list[str]] = {}
        for name in self._parents:
            groups.setdefault(self._root(name), []).append(name)
        return sorted(groups.values(), key=len, reverse=True)
