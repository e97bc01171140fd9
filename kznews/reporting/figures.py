"""What the archive holds, counted in one pass; no text, no markup."""

from __future__ import annotations

import json
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from kznews.pipelines.duplicates import REREAD
from kznews.sources.audit import note_key
from kznews.storage.schema import GONE, urls, versions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kznews.storage.archive import Archive

Record = dict[str, Any]

LATEST = 20
GROUPS = 5
"""Groups of near-duplicates that are shown, the largest first."""
RUNS = 12
"""Runs that are shown, and whose reports give fields and sources."""
LOOKED_AT = 500
"""Runs that are searched for those with articles: a look every minute brings none."""


@dataclass
class Figures:
    """Everything that the page shows. Days and hours are on the sites' own clocks."""

    articles: int = 0
    newest: str = ""
    """When the newest article was published, of those whose time is known."""
    clocks: dict[str, tzinfo] = field(default_factory=dict)
    """The clock of each site, as its newest article has it."""
    days: dict[date, Counter[str | None]] = field(default_factory=dict)
    """Articles by day and section."""
    hours: Counter[tuple[int, int]] = field(default_factory=Counter)
    """By weekday (0 is Monday) and hour; only articles whose time is known to the minute."""
    sections: Counter[str | None] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    authors: Counter[str] = field(default_factory=Counter)
    tags: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    edited: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    """Fields that the last edit of an article changed."""
    edits: Counter[date] = field(default_factory=Counter)
    """Edits by the day on which they were seen."""
    gone: Counter[date] = field(default_factory=Counter)
    """Articles that the site took down, by the day on which that was seen."""
    recovered: int = 0
    """Articles that came from a web archive."""
    latest_recovered: deque[Record] = field(default_factory=lambda: deque(maxlen=LATEST))
    latest: deque[Record] = field(default_factory=lambda: deque(maxlen=LATEST))
    """The newest come first."""
    copies: dict[str, str] = field(default_factory=dict)
    """The ids of near-duplicates, each with that of its original."""
    groups: list[list[Record]] = field(default_factory=list)
    runs: list[Record] = field(default_factory=list)
    coverage: list[Record] = field(default_factory=list)
    """How the last runs that brought articles read them, the oldest first: ``articles``, those
    that have a field (``fields``), and those that have it from a source (``sources``)."""
    audits: list[Record] = field(default_factory=list)
    """What the last audit of each site found, as ``note_of`` has it: its ``site``, its ``day``, the
    ``months`` and their ``total``."""

    def at(self, site: str, moment: str) -> datetime:
        """Return an instant by a site's clock."""
        return datetime.fromisoformat(moment).astimezone(self.clocks.get(site, UTC))


def read(
    archive: Archive, site: str | None, since: date | None = None, until: date | None = None
) -> Figures:
    """Count the articles of a site (None: of all) that were published on some days.

    Runs, audits, edits and removals are those of the site, whatever the days.
    """
    found = Figures()
    for record in archive.articles.export(site, since, until, all_versions=False):
        _count(found, record)
    found.groups = [
        sorted(items.values(), key=lambda record: record["published_at"] or "")
        for items in map(archive.articles.items, groups_of(found.copies)[:GROUPS])
    ]
    _count_changes(found, archive)
    _read_runs(found, archive, site)
    for name in sorted(found.clocks):
        if note := archive.notes.read(note_key(name)):
            found.audits.append(_audit(found, name, json.loads(note)))
    return found


def _count(found: Figures, record: Record) -> None:
    found.articles += 1
    found.clocks.setdefault(record["site"], UTC)
    found.sections[record["section"]] += 1
    found.languages[record["language"]] += 1
    found.lengths[record["word_count"]] += 1
    found.authors.update(record["authors"])
    found.tags.update(record["tags"])
    found.latest.appendleft(record)
    if record.get("archived_url"):
        found.recovered += 1
        found.latest_recovered.appendleft(record)
    if record["duplicate_of"]:
        found.copies[record["id"]] = record["duplicate_of"]
    if record["version"] > 1 and record.get("cause") != REREAD:
        found.edited += 1
        found.changed.update(record["changed"])
    published = record["published_at"] or ""
    if record["date_precision"] == "month" or len(published) < len("2026-11-23"):
        return
    day = date.fromisoformat(published[:10])
    found.days.setdefault(day, Counter())[record["section"]] += 1
    if "T" in published and record["date_precision"] != "day":
        found.hours[day.weekday(), int(published[11:13])] += 1
        found.clocks[record["site"]] = datetime.fromisoformat(published).tzinfo or UTC
        found.newest = published


def _audit(found: Figures, site: str, note: Record) -> Record:
    months = {
        name: Counter({**month, "rejected": sum(month["rejected"].values())})
        for name, month in note["months"].items()
    }
    total = sum(months.values(), Counter[str]())
    return {
        "site": site, "day": found.at(site, note["at"]).date(), "months": months, "total": total,
        "missing": note["missing"],
    }  # fmt: skip


def _count_changes(found: Figures, archive: Archive) -> None:
    edits = select(versions.c.id, versions.c.version, versions.c.site, versions.c.stored).where(
        versions.c.version > 1, ~versions.c.item.contains(f'"cause":"{REREAD}"')
    )
    removals = select(urls.c.url, urls.c.site, urls.c.seen).where(urls.c.state == GONE)
    for counter, wanted, keys in ((found.edits, edits, 2), (found.gone, removals, 1)):
        for *_, site, moment in map(tuple, archive.database.stream(wanted, keys)):
            if site in found.clocks:
                counter[found.at(site, moment).date()] += 1


def _read_runs(found: Figures, archive: Archive, site: str | None) -> None:
    for row in archive.runs.latest(LOOKED_AT):
        if site not in {None, row.site}:
            continue
        report = json.loads(row.report or "{}")
        counts = report.get("counts", {})
        run = {
            "run": row.run, "spider": row.spider, "reason": row.reason, "status": row.status,
            "started": found.at(row.site, row.started).isoformat(),
            "alarms": [alarm["cause"] for alarm in report.get("alarms", ())],
            "articles": counts.get("articles", 0), "fields": counts.get("fields", {}),
            "sources": counts.get("sources", {}),
        }  # fmt: skip
        if len(found.runs) < RUNS:
            found.runs.append(run)
        if run["articles"] and len(found.coverage) < RUNS:
            found.coverage.insert(0, run)


def groups_of(originals: Mapping[str, str]) -> list[set[str]]:
    """Return groups of near-duplicates, the largest first: each leads to the same original."""
    roots: dict[str, str] = {}
    for name in originals:
        way, last = {name: None}, name
        while last not in roots and (following := originals.get(last, last)) not in way:
            way[following], last = None, following
        roots |= dict.fromkeys(way, roots.get(last, last))
    groups: dict[str, set[str]] = {}
    for name, root in roots.items():
        groups.setdefault(root, set()).add(name)
    return sorted(groups.values(), key=len, reverse=True)
