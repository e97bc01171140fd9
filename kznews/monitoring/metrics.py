"""Figures for Prometheus as a text file, which node_exporter's textfile collector reads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from kznews.monitoring import health

if TYPE_CHECKING:
    from pathlib import Path

    from kznews.storage.archive import Archive


def write(archive: Archive, directory: Path, file: str) -> None:
    """Write the figures of ``scrapy health``, and the counts of each spider's last report.

    The file appears as a whole. Raises ``OSError``.
    """
    registry = CollectorRegistry()

    def gauge(name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"kznews_{name}", meaning, labels, registry=registry)

    newest = gauge("newest_article_timestamp_seconds", "When the newest article appeared", "site")
    waiting = gauge("undelivered_articles", "Versions that are in no feed", "site")
    disk = gauge("disk_free_bytes", "Free space where the results go")
    of_a_spider = ("site", "spider")
    good = gauge("last_good_run_timestamp_seconds", "When a run last went well", *of_a_spider)
    failures = gauge("failures", "Runs that failed or died since one went well", *of_a_spider)
    alarms = gauge("open_alarms", "Alarms of the last run with news", *of_a_spider)
    articles = gauge("last_run_articles", "Articles of the last run with news", *of_a_spider)
    rejected = gauge("last_run_rejected", "What it rejected", *of_a_spider, "reason")
    requests = gauge("last_run_responses", "Answers to it", *of_a_spider, "kind", "status")
    for site in health.examine(archive, directory, health.Limits(), datetime.now(UTC)):
        if site.newest_article:
            newest.labels(site.site).set(health.instant(site.newest_article).timestamp())
        waiting.labels(site.site).set(site.undelivered)
        disk.set(site.disk_free)
        for spider in site.spiders:
            labels = (site.site, spider.name)
            if spider.last_good:
                good.labels(*labels).set(health.instant(spider.last_good).timestamp())
            failures.labels(*labels).set(spider.failures + spider.dead)
            alarms.labels(*labels).set(len(spider.alarms))
            report = health.last_report(archive, spider.name, site.site)
            counts = report.get("counts", {})
            articles.labels(*labels).set(counts.get("articles", 0))
            for reason, count in counts.get("rejected", {}).items():
                rejected.labels(*labels, reason).set(count)
            for kind, by_status in report.get("requests", {}).items():
                for status, count in by_status.items():
                    requests.labels(*labels, kind, status).set(count)
    write_to_textfile(file, registry)
