"""The report of a run: a file beside the feeds, a row in the archive, alarms."""

from __future__ import annotations

import json
import logging
import platform
import socket
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import scrapy

from kznews import __version__, finish_reasons
from kznews.exporters import feeds
from kznews.extensions.base import Extension
from kznews.extensions.finish_reason import EXCUSES
from kznews.items import Article, Rejected
from kznews.monitoring import alerts, rules
from kznews.monitoring.messages import last_lines
from kznews.storage import archive
from kznews.storage.database import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from kznews.monitoring.rules import Alarm
    from kznews.storage.archive import Archive

logger = logging.getLogger(__name__)

COUNTED = {"page": "pages", "selector": "selectors", "listing": "listings", "rejected": "rejected"}
"""Statistics of the crawl that the rules use, by their first part."""
KINDS = (("/robots.txt", "robots"), ("/wp-json/", "api"), ("/feed/", "feed"))
"""Kinds of requests by the beginning of their path."""
HISTORY = 50
"""Earlier runs that a run is compared with."""
REPORTED = "reported"
"""The statistic that is set when a run has reported how it ended."""
NARROW = frozenset({"max_articles", "max_pages", "sections", "since", "until", "urls"})
"""Arguments that narrow a run so that its count of articles says nothing about the site's."""


class Report(Extension):
    """Counts what is delivered and rejected during the run; judges and writes at its end.

    A run that brought nothing, rejected nothing and ended well leaves no file, because a look every
    minute would fill the directory. Its row in the archive records it.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.counts: rules.Counts = Counter()
        self.requests: Counter[str] = Counter()
        self.has_started = False

    def item_scraped(self, item: object) -> None:
        stats = self.crawler.stats
        if isinstance(item, Article):
            stats.inc_value("articles")
            rules.count_article(self.counts, item)
        elif isinstance(item, Rejected):
            stats.inc_value("rejected")
            stats.inc_value(f"rejected/{item.reason}")
            logger.info(
                "Rejected %s: %s",
                item.url,
                item.reason + (f" ({item.detail})" if item.detail else ""),
            )

    def response_received(self, response: Response, request: Request, spider: Any) -> None:
        path = urlsplit(request.url).path
        kind = next((kind for start, kind in KINDS if path.startswith(start)), None)
        if kind is None and path.endswith((".xml", ".xml.gz")):
            kind = "sitemap"
        if kind is None:
            kind = "article" if spider.site.article_url(request.url) else "listing"
        self.requests[f"{kind}/{response.status}"] += 1

    def engine_started(self) -> None:
        self.has_started = True

    def spider_closed(self, reason: str) -> None:
        if not self.has_started:  # nor will it stop
            self.crawler.stats.set_value("finish_reason", reason)
            self.engine_stopped()

    def engine_stopped(self) -> None:
        """Judge, write and send the report after the feeds are closed, while the archive is open.

        A run that could not begin in the archive, or whose archive fails now, is reported as well.
        """
        spider: Any = self.crawler.spider
        if spider is None:
            return
        for name, count in self.crawler.stats.get_stats().items():
            first, _, rest = name.partition("/")
            if first in COUNTED and rest:
                self.counts[f"{COUNTED[first]}/{rest}"] += count
        store = archive.begun(self.crawler)
        alarms: list[Alarm] = []
        try:
            alarms = self._judge(store, spider) if store else []
        except ArchiveError as error:
            self._fail(error)
        self.crawler.stats.set_value("alarms", [alarm.cause for alarm in alarms])
        report = self._report(spider, store, alarms)
        is_good = report["exit_status"] == finish_reasons.EXIT_GOOD
        is_news = not is_good or bool(rules.sample_size(self.counts))
        if is_news and report["reason"] != finish_reasons.BUSY:  # timers may meet every minute
            self._write(report, spider.started_at)
        try:
            if store:
                store.runs.keep_report(report["exit_status"], report if is_news else None)
        except ArchiveError as error:
            self._fail(error)
            report = self._report(spider, store, alarms)
        alerts.send(report, self.crawler.settings)
        alerts.call_heartbeat(report, self.crawler.settings)
        if store:
            self._write_metrics(store)
        self.crawler.stats.set_value(REPORTED, value=True)

    def _write_metrics(self, store: Archive) -> None:
        settings = self.crawler.settings
        if not (file := settings.get("KZNEWS_METRICS_FILE")):
            return
        from kznews.monitoring import metrics  # noqa: PLC0415 (most runs need none)

        try:
            metrics.write(store, Path(settings["KZNEWS_DATA_DIR"]), file)
        except (OSError, ArchiveError) as error:
            logger.error("cannot write the figures for Prometheus: %s", error)

    def _fail(self, error: ArchiveError) -> None:
        logger.error(error)
        self.crawler.stats.set_value("finish_reason", finish_reasons.ARCHIVE)

    def _judge(self, store: Archive, spider: Any) -> list[Alarm]:
        limits = {**rules.LIMITS, **self.crawler.settings.getdict("KZNEWS_ALARMS")}
        if spider.edition is None:
            limits.update(dict.fromkeys(rules.OF_OWN_LAYOUTS))
        earlier = (flat(report["counts"]) for report in store.runs.reports(spider.name, HISTORY))
        alarms = rules.judge(self.counts, earlier, limits)
        ended_well = self.crawler.stats.get_value("finish_reason") == finish_reasons.FINISHED
        if ended_well and not NARROW & set(spider.given):
            site, now = spider.site.name, datetime.now(UTC)
            today, *before = store.articles.published_by_day(site, now, 15)
            alarms += rules.judge_silence(today, before, limits["silence"])
        return alarms

    def _report(self, spider: Any, store: Archive | None, alarms: list[Alarm]) -> dict[str, Any]:
        stats = self.crawler.stats.get_stats()
        now = datetime.now(UTC)
        status = finish_reasons.exit_status(stats)
        return {
            "schema": 1,
            "run": store.run if store else None,
            "spider": spider.name,
            "site": spider.site.name,
            "arguments": spider.given,
            "started": spider.started_at.isoformat(timespec="seconds"),
            "ended": now.isoformat(timespec="seconds"),
            "seconds": round((now - spider.started_at).total_seconds(), 1),
            "reason": stats.get("finish_reason"),
            "exit_status": status,
            "alarms": [asdict(alarm) for alarm in alarms],
            "problems": spider.problems,
            "errors": finish_reasons.errors(stats),
            "limits": {k.partition("/")[2]: v for k, v in stats.items() if k.startswith("limits/")},
            "killed": stats.get("killed", []),
            "host": socket.gethostname(),
            "log_file": self.crawler.settings["LOG_FILE"],
            "log": last_lines() if status in finish_reasons.FAILURES else [],
            "versions": {
                "kznews": __version__,
                "scrapy": scrapy.__version__,
                "python": platform.python_version(),
            },
            "requests": nested(self.requests),
            "bytes": stats.get("downloader/response_bytes", 0),
            "passed_over": {key: stats[key] for key in EXCUSES if key in stats},
            "sources": {key: value for key, value in stats.items() if key.startswith("source")},
            "counts": nested(self.counts),
        }

    def _write(self, report: dict[str, Any], started_at: datetime) -> None:
        directory = Path(self.crawler.settings["KZNEWS_DATA_DIR"])
        path = directory / f"report-{feeds.stamp(started_at)}.json"
        try:
            directory.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
        except OSError as error:
            logger.error("cannot write the report: %s", error)


def nested(counts: Mapping[str, int]) -> dict[str, Any]:
    """Return counts whose names have parts («a/b») as nested objects."""
    found: dict[str, Any] = {}
    for name, count in sorted(counts.items()):
        *path, last = name.split("/")
        inner = found
        for part in path:
            inner = inner.setdefault(part, {})
        inner[last] = count
    return found


def flat(record: Mapping[str, Any], prefix: str = "") -> rules.Counts:
    """Return the counts of which ``nested`` made objects."""
    found: rules.Counts = Counter()
    for name, value in record.items():
        if isinstance(value, dict):
            found.update(flat(value, f"{prefix}{name}/"))
        else:
            found[f"{prefix}{name}"] = value
    return found
