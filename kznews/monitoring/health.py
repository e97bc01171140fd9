"""The state of each site of an archive, for people, machines and Prometheus."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from kznews import finish_reasons
from kznews.storage.runs import is_dead

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy.engine import Row

    from kznews.storage.archive import Archive

WINDOW = timedelta(days=30)
"""How far back runs are considered; those without news are kept as long."""
REPORTS = 20
"""Reports of a spider that are searched for one of a site."""
GIGABYTE = 10**9
DAY = 24 * 60


@dataclass(frozen=True)
class Limits:
    """Limits of a good state: hours since the newest article and the last good run, and so on."""

    article_hours: float = 24.0
    run_hours: float = 24.0
    undelivered: int = 0
    disk: float = 1.0


@dataclass
class Spider:
    """A spider at a site: its last good run, the failed and dead runs since, its open alarms."""

    name: str
    last_good: str | None = None
    failures: int = 0
    dead: int = 0
    alarms: list[str] = field(default_factory=list)


@dataclass
class Health:
    """The state of a site. Instants are in UTC, ``disk_free`` is in bytes."""

    site: str
    newest_article: str | None
    last_good: str | None
    undelivered: int
    disk_free: int
    spiders: list[Spider]
    problems: list[str] = field(default_factory=list)

    def line(self, now: datetime) -> str:
        """Return the state as a line for people."""
        state = (
            f"{self.site}: newest article {_ago(self.newest_article, now)}, good run "
            f"{_ago(self.last_good, now)}, {self.undelivered} undelivered, "
            f"{self.disk_free / GIGABYTE:.1f} GB free"
        )
        return f"bad  {state}: {'; '.join(self.problems)}" if self.problems else f"good {state}"


def examine(archive: Archive, directory: Path, limits: Limits, now: datetime) -> list[Health]:
    """Return the state of each site of an archive."""
    spiders: dict[str, dict[str, Spider]] = {site: {} for site in archive.articles.sites()}
    for run in archive.runs.outcomes((now - WINDOW).isoformat()):
        of_site = spiders.setdefault(run.site, {})
        _count(of_site.setdefault(run.spider, Spider(run.spider)), run)
    there = next(path for path in (directory, *directory.parents) if path.exists())
    disk = shutil.disk_usage(there).free
    found = []
    for site, of_site in sorted(spiders.items()):
        for spider in of_site.values():
            last = last_report(archive, spider.name, site)
            spider.alarms = [alarm["cause"] for alarm in last.get("alarms", ())]
        good = [spider.last_good for spider in of_site.values() if spider.last_good]
        health = Health(
            site,
            archive.articles.newest(site),
            max(good, default=None),
            archive.deliveries.waiting(site),
            disk,
            list(of_site.values()),
        )
        health.problems = list(_problems(health, limits, now))
        found.append(health)
    return found


def last_report(archive: Archive, spider: str, site: str) -> dict[str, Any]:
    """Return the report of a spider's last run with news at a site, empty if there is none."""
    reports = archive.runs.reports(spider, REPORTS)
    return next((report for report in reports if report["site"] == site), {})


def _count(spider: Spider, run: Row[tuple[object, ...]]) -> None:
    """Add a run to its spider; runs come newest first."""
    if spider.last_good is not None:
        return
    if run.status in {finish_reasons.EXIT_GOOD, finish_reasons.EXIT_ALARM}:
        spider.last_good = run.ended or run.started
    elif run.reason == "killed" or is_dead(run):
        spider.dead += 1
    elif run.ended and run.reason != finish_reasons.BUSY:
        spider.failures += 1


def _problems(health: Health, limits: Limits, now: datetime) -> Iterable[str]:
    hours = ((health.newest_article, limits.article_hours, "the newest article is old or missing"),
             (health.last_good, limits.run_hours, "no run went well for long"))  # fmt: skip
    for text, limit, problem in hours:
        if text is None or now - instant(text) > timedelta(hours=limit):
            yield problem
    for spider in health.spiders:
        for count, outcome in ((spider.failures, "failed"), (spider.dead, "died")):
            if count:
                yield f"{spider.name} {outcome} {count} times since it went well"
        if spider.alarms:
            yield f"{spider.name} raised {', '.join(spider.alarms)}"
    if health.undelivered > limits.undelivered:
        yield "articles are not delivered"
    if health.disk_free < limits.disk * GIGABYTE:
        yield "the disk is nearly full"


def instant(text: str) -> datetime:
    """Return an instant of the archive; a day is its beginning in UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _ago(text: str | None, now: datetime) -> str:
    if text is None:
        return "never"
    minutes = max(0, round((now - instant(text)).total_seconds() / 60))
    hours, days = minutes // 60, minutes // DAY
    return f"{days} days ago" if days > 2 else f"{hours}:{minutes % 60:02} h ago"


def facts(found: Iterable[Health]) -> list[dict[str, object]]:
    """Return the states for machines."""
    return [asdict(health) | {"healthy": not health.problems} for health in found]
