"""``scrapy health``, the heartbeat, figures for Prometheus, a log for collectors."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from kznews.items import Article
from kznews.monitoring import metrics
from kznews.monitoring.health import Health, Limits, examine
from kznews.storage.archive import Archive
from replica import Newsroom, Server
from tests.crawling import crawl, scrapy

NOW = datetime.now(UTC).replace(microsecond=0)


def before(hours: float) -> str:
    return (NOW - timedelta(hours=hours)).isoformat()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    store = Archive(f"sqlite:///{tmp_path / 'archive.db'}")
    yield store
    store.close()


def ran(
    archive: Archive, name: str, status: int | None, reason: str = "finished", **report: Any
) -> None:
    """Let a spider have run at the site."""
    archive.begin(name, "365info", "https://365info.kz", {})
    archive.runs.keep_report(status or 0, {"site": "365info", **report} if report else None)
    archive.end(reason)


def published(archive: Archive, hours: float, number: int = 1) -> None:
    archive.begin("365info", "365info", "https://365info.kz", {})
    article = Article(
        id=f"365info:{number}", url=f"https://365info.kz/2026/11/{number}", site="365info",
        published_at=before(hours),
    )  # fmt: skip
    archive.articles.store(article, str(number))
    archive.flush()
    archive.deliveries.confirmed("feed", [(article.id, 1)])
    archive.end("finished")
    with sqlite3.connect(archive.database.name.removeprefix("sqlite:///")) as connection:
        connection.execute("update runs set status = 0 where status is null")
    connection.close()


def look(archive: Archive, tmp_path: Path, **limits: Any) -> Health:
    (found,) = examine(archive, tmp_path / "not" / "there", Limits(**limits), datetime.now(UTC))
    return found


def test_a_site_that_is_well(archive: Archive, tmp_path: Path) -> None:
    published(archive, hours=2)
    ran(archive, "365info-latest", 1, "incomplete")
    ran(archive, "365info-latest", 3, alarms=[], counts={"articles": 2})
    ran(archive, "365info-latest", 1, "busy")  # another was at work: that is no failure
    found = look(archive, tmp_path)
    assert found.problems == []
    assert found.newest_article == before(2)
    assert re.fullmatch(
        r"good 365info: newest article 2:0\d h ago, good run 0:00 h ago, 0 undelivered, "
        r"[\d.]+ GB free",
        found.line(datetime.now(UTC)),
    )


@pytest.mark.parametrize(
    ("hours", "runs", "limits", "problem"),
    [
        (25, [], {}, "the newest article is old or missing"),
        (2, [], {"article_hours": 1}, "the newest article is old or missing"),
        (2, [], {"disk": 1e9}, "the disk is nearly full"),
        (2, [], {"run_hours": -1}, "no run went well for long"),
        (2, [(1, "nothing"), (1, "archive")], {}, "365info-latest failed 2 times since it went"),
        (2, [(None, "killed")], {}, "365info-latest died 1 times since it went well"),
    ],
)
def test_what_is_not_well_is_named(
    archive: Archive, tmp_path: Path, hours: float, runs: list[tuple[int | None, str]],
    limits: dict[str, float], problem: str,
) -> None:  # fmt: skip
    published(archive, hours)
    for status, reason in runs:
        ran(archive, "365info-latest", status if status is not None else 1, reason)
    found = look(archive, tmp_path, **limits)
    assert [text for text in found.problems if text.startswith(problem)] == found.problems
    assert found.problems
    assert found.line(datetime.now(UTC)).startswith("bad  365info: ")
    assert re.search(r"newest article \d+ days ago", found.line(NOW + timedelta(days=9)))


def test_open_alarms_and_what_is_not_delivered(archive: Archive, tmp_path: Path) -> None:
    published(archive, 1)
    ran(archive, "365info", 3, alarms=[{"cause": "silence:day"}], counts={"rejected": {"gone": 2}},
        requests={"api": {"200": 7}})  # fmt: skip
    archive.deliveries.lost("feed")
    assert look(archive, tmp_path, undelivered=1).problems == ["365info raised silence:day"]
    assert "articles are not delivered" in look(archive, tmp_path).problems
    file = tmp_path / "kznews.prom"
    metrics.write(archive, tmp_path, str(file))
    told = file.read_text()
    for line in (
        f'kznews_newest_article_timestamp_seconds{{site="365info"}} {NOW.timestamp() - 3600!r}',
        'kznews_undelivered_articles{site="365info"} 1.0',
        'kznews_open_alarms{site="365info",spider="365info"} 1.0',
        'kznews_failures{site="365info",spider="365info"} 0.0',
        'kznews_last_run_rejected{reason="gone",site="365info",spider="365info"} 2.0',
    ):
        assert line in told or float(line.split()[-1]) in map(
            float, re.findall(rf"{re.escape(line.split()[0])} (\S+)", told)
        )
    assert re.search(r"^kznews_last_run_responses\{.*api.*\} 7.0$", told, re.MULTILINE)


def test_the_command_is_for_monitors(archive: Archive, tmp_path: Path) -> None:
    published(archive, 1)
    good = scrapy("health", data=tmp_path)
    assert (good.status, good.log.startswith("good 365info: ")) == (0, True)
    bad = scrapy("health", "--json", "--article-hours", "0.5", data=tmp_path)
    (site,) = json.loads(bad.log)
    assert (bad.status, site["healthy"], site["undelivered"]) == (1, False, 0)
    assert site["spiders"][0]["name"] == "365info"
    missing = scrapy("health", "--site", "zakon", data=tmp_path)
    assert (missing.status, "no such site" in missing.log) == (1, True)
    none = scrapy("health", data=tmp_path / "none")
    assert (none.status, "there is no archive" in none.log) == (1, True)


def test_a_good_run_gives_a_sign_of_life_figures_and_a_log_for_collectors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        address = f"http://127.0.0.1:{http.server_port}/key/{{spider}}"
        monkeypatch.setenv("KZNEWS_HEARTBEAT", address)
        monkeypatch.setenv("KZNEWS_METRICS_FILE", str(tmp_path / "kznews.prom"))
        monkeypatch.setenv("KZNEWS_LOG_FORMAT", "json")
        with Server(Newsroom(articles=12, oddities=False)) as site:
            run = crawl(site.url, tmp_path, max_articles="3")
        told = (tmp_path / "kznews.prom").read_text()
        failed = crawl("http://127.0.0.1:1", tmp_path / "other")
        http.shutdown()
    assert (run.status, failed.status) == (0, 1)
    assert heard == ["/key/365info"]
    assert 'kznews_last_run_articles{site="365info",spider="365info"} 3.0\n' in told
    lines = [json.loads(line) for line in run.log.splitlines()]
    assert {"time", "level", "logger", "message"} <= lines[0].keys()
    assert any("3 articles" in line["message"] for line in lines)
