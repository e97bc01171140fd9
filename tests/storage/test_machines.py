"""Several machines with one archive: PostgreSQL in place of a file."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event, Timer
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, text

from deploy import joblog, windows
from deploy.client import ScrapydSaysNoError
from deploy.nodes import Nodes
from deploy.target import DeployError
from kznews.exporters import feed_export, feeds
from kznews.storage.archive import Archive
from kznews.storage.database import ArchiveError
from replica import Newsroom, Server
from replica.answer import Answer
from replica.faults import Fault
from tests import postgresql
from tests.crawling import ROOT, crawl
from tests.daemon import Daemon, environment, scrapyd, within

pytestmark = pytest.mark.xdist_group("postgresql")
ARTICLES = 130


@pytest.fixture
def shared(database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an archive that all crawls of the test share."""
    monkeypatch.setenv("KZNEWS_ARCHIVE_URL", database)
    return database


def test_one_machine_goes_on_where_another_stopped(shared: str, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    with Server(Newsroom(articles=ARTICLES, oddities=False)) as server:
        first = crawl(server.url, one, spider="365info-backfill", max_articles="40")
        engine = create_engine(shared)
        with engine.begin() as connection:  # as if it had died on another host, a while ago
            died = "UPDATE runs SET ended = NULL, host = 'one', lease = '' WHERE run = 1"
            connection.execute(text(died))
            connection.execute(text("UPDATE versions SET feed = NULL WHERE version = 1"))
        second = crawl(server.url, other, spider="365info-backfill")
        server.clear_log()
        third = crawl(server.url, one, spider="365info-backfill")
        with engine.begin() as connection:
            connection.execute(text("UPDATE runs SET ended = NULL, host = 'one' WHERE run = 3"))
            connection.execute(text("UPDATE runs SET lease = '9999' WHERE run = 3"))
        refused = crawl(server.url, other, spider="365info-latest")
        engine.dispose()
    assert (len(first.articles), second.status, len(second.articles)) == (40, 0, ARTICLES)
    assert "Run 1 did not end; this one goes on from there" in second.log
    assert "40 articles of it come with this one" in second.log
    assert (third.status, len(third.articles)) == (0, 40)
    assert refused.status == 1
    assert "365info is being crawled by 365info-backfill" in refused.log
    assert "on one" in refused.log


def test_a_run_goes_on_where_the_database_hung_up(shared: str, tmp_path: Path) -> None:
    newsroom = Newsroom(articles=40, oddities=False)

    def hang_up(answer: Answer) -> Answer:
        engine = create_engine(shared)
        with engine.connect() as connection:
            others = "FROM pg_stat_activity WHERE datname = current_database()"
            others += " AND pid <> pg_backend_pid()"
            connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
        engine.dispose()
        return answer

    def stop(answer: Answer) -> Answer:
        postgresql.control[shared]("stop")
        Timer(2, postgresql.control[shared], ["start"]).start()
        return answer

    with Server(newsroom) as server:
        for number, fault in ((5, hang_up), (15, stop), (25, hang_up)):
            server.fault(newsroom.newest_first[number].path, Fault(fault, times=1))
        run = crawl(server.url, tmp_path)
    assert (run.status, len(run.urls()), len(run.articles)) == (0, 40, 40), run.log


UNPACKED = """
[settings]
kznews = kznews.settings
"""
"""So a daemon takes the project as it lies there, without an egg."""
QUICK = ("setting=DOWNLOAD_DELAY=0.01", "setting=AUTOTHROTTLE_ENABLED=0")
GUIDE = (ROOT / "docs" / "deploy.md").read_text("utf-8")


@pytest.fixture
def nodes(shared: str, tmp_path: Path) -> Iterator[list[Daemon]]:
    with ExitStack() as stack:
        given = {
            "PYTHONPATH": str(ROOT),
            "SCRAPY_SETTINGS_MODULE": "kznews.settings",
            "KZNEWS_ARCHIVE_URL": shared,
        }
        yield [
            stack.enter_context(scrapyd(tmp_path / name, configuration=UNPACKED, **given))
            for name in ("one", "other")
        ]


def test_what_a_node_had_in_hand_when_it_died_another_brings(
    shared: str, nodes: list[Daemon]
) -> None:
    newsroom = Newsroom(articles=40, oddities=False)
    silence = Fault.hang(times=1)
    (shown,) = re.findall(r"python -B -m deploy\.windows (.+)$", GUIDE, re.MULTILINE)
    command = (sys.executable, "-m", "deploy.windows", *shlex.split(shown), "--days=5000", *QUICK)
    target = nodes[0].target() | {"KZNEWS_SCRAPYD_URL": " ".join(node.url for node in nodes)}
    with Server(newsroom) as site:
        site.fault(newsroom.newest_first[15].path, silence)
        with subprocess.Popen(
            (*command, f"base_url={site.url}", "source=sitemap"),
            cwd=ROOT,
            env=environment(**target),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            within(
                60, lambda: process.poll() is not None or (bool(silence.used) and held(shared) > 9)
            )
            one, other = sorted(nodes, key=lambda node: not node.jobs_under_way())
            one.kill()
            said, complaint = process.communicate(timeout=60)
    assert (process.returncode, said.count(f"finished, at {other.url}")) == (0, 1), complaint
    assert f"is handed on: Scrapyd does not answer at {one.url}" in complaint
    (log,) = [x for x in logs(other) if "Run 1 did not end; this one goes on from there" in x]
    assert "articles of it come with this one" in log
    brought = [json.loads(line)["url"] for node in nodes for line in node.articles()]
    assert sorted(brought) == sorted(site.url + post.path for post in newsroom.posts)


def held(archive: str) -> int:
    """Return how many versions an archive has; one that is just being made has none."""
    engine = create_engine(archive)
    with engine.connect() as connection:
        is_made = inspect(connection).has_table("versions")
        count = connection.scalar(text("SELECT count(*) FROM versions")) if is_made else 0
    engine.dispose()
    return count or 0


def logs(daemon: Daemon) -> list[str]:
    return [path.read_text() for path in daemon.directory.glob("logs/*/*/*.log")]


@dataclass
class Node:
    """A Scrapyd as a list of windows sees it, whose jobs end with given logs; None: it dies."""

    url: str
    logs: list[str | None] = field(default_factory=list)
    jobs: int = 0
    project: str = "kznews"

    def __post_init__(self) -> None:
        self.given: list[list[tuple[str, str]]] = []

    def under_way(self) -> list[dict[str, Any]]:
        if self.logs and self.logs[0] is None:
            raise DeployError(f"Scrapyd does not answer at {self.url}")
        return [{"spider": "365info-latest", "id": "another"}] * self.jobs

    def schedule(self, _: str, spider: str, given: list[tuple[str, str]]) -> str:
        self.given.append(given)
        return f"{spider}-{len(self.given)}"

    def is_at_work(self, *, job: str) -> bool:
        return any(entry["id"] == job for entry in self.under_way())

    def log(self, *_: str) -> str:
        return self.logs.pop(0) or ""


def ended(reason: str, error: str = "") -> str:
    return (
        f"… [kznews] ERROR: {error}\n… INFO: 5 articles, 0 rejected, 9 requests: {reason}\n"
        f"… Dumping Scrapy stats:\n{{'articles': 5,\n 'finish_reason': '{reason}'}}\n"
    )


GOOD = ended("finished")
BUSY = ended("busy", "365info is being crawled by 365info-latest")


def bring(*nodes: Node) -> str:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    return windows.bring(Nodes(nodes), "365info-backfill", first, last, [("order", "oldest")])  # type: ignore[arg-type]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "AGAIN_AFTER", 0.001)


@pytest.mark.usefixtures("patient")
def test_a_window_waits_for_its_site_and_counts_when_it_ended_well() -> None:
    node = Node("http://one", [BUSY] * 10 + [ended("incomplete")] * 2 + [ended("finished")])
    assert bring(node) == "5 articles, 0 rejected, 9 requests: finished, at http://one"
    window = [("since", "2026-01-01"), ("until", "2026-12-31"), ("order", "oldest")]
    assert node.given == [window + joblog.TELLING] * 13


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("log", "named"),
    [
        (ended("incomplete", "the REST API fails"), "incomplete: the REST API fails"),
        ("", "died: it left no log"),
    ],
)
def test_a_window_that_cannot_be_had_ends_it(log: str, named: str) -> None:
    one, other = Node("http://one", [log] * 2), Node("http://other", [log])
    with pytest.raises(DeployError, match=rf"2026-01-01 … 2026-12-31 failed 3 times.*{named}"):
        bring(one, other)
    assert (one.logs, other.logs) == ([], [])


def test_jobs_go_to_the_node_with_the_fewest_and_by_turns(
    capsys: pytest.CaptureFixture[str],
) -> None:
    busy, one, other, dead = Node("busy", jobs=2), Node("one"), Node("other"), Node("dead", [None])
    nodes = Nodes([dead, busy, one, other])  # type: ignore[list-item]
    assert [nodes.schedule("365info", [])[0].url for _ in range(3)] == ["one", "other", "one"]
    assert capsys.readouterr().err.count("passed over: Scrapyd does not answer at dead") == 3
    assert nodes.schedule_unless_at_work("365info-latest", []) is None
    assert nodes.schedule_unless_at_work("365info", [])


def test_a_node_that_does_not_take_a_job_is_passed_over() -> None:
    refuses, takes = Refusing("refuses"), Node("takes", jobs=5)
    assert Nodes([refuses, takes]).schedule("365info", [])[0].url == "takes"  # type: ignore[list-item]
    with pytest.raises(DeployError, match=r"refuses says: project 'kznews' not found; `make dep"):
        Nodes([refuses]).schedule("365info", [])  # type: ignore[list-item]
    with pytest.raises(DeployError, match="does not answer at dead"):
        Nodes([Node("dead", [None])]).schedule("365info", [])  # type: ignore[list-item]


class Refusing(Node):
    def schedule(self, *_: object) -> str:
        raise ScrapydSaysNoError("project 'kznews' not found")


def test_windows_cover_every_day_once_newest_first() -> None:
    found = list(windows.windows(date(2025, 12, 30), date(2026, 1, 5), 3))
    days = [f"{first:%m-%d}…{last:%m-%d}" for first, last in found]
    assert days == ["01-03…01-05", "12-31…01-02", "12-30…12-30"]
    whole = (date(2025, 12, 30), date(2026, 1, 5))
    assert list(windows.windows(*whole, 10**9)) == [whole]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["365info-backfill", "until=2026-01-01"], "name the first and the last day"),
        (["365info", "since=2026-01-01", "until=2026-01-01", "--days=0"], "the first and the last"),
        (["since=2026-01-01", "until=2026-01-01"], "there is no spider 'since=2026-01-01'"),
        (["365info-backfill", "since=2026-01-01", "until=soon"], "expected a day such as"),
        (["365info-backfill", "since=2026-01-02", "until=2026-01-01"], "is later than"),
        (["365info-backfill", "dor=rest"], "unknown spider argument 'dor'"),
    ],
)
def test_windows_without_a_day_are_wrong_usage(
    words: list[str],
    named: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["deploy.windows", *words])
    with pytest.raises(SystemExit) as status:
        windows.main()
    assert status.value.code == 2
    assert named in capsys.readouterr().err


def test_a_crawl_that_wakes_when_another_has_done_its_work_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    monkeypatch.setenv("KZNEWS_ARCHIVE_URL", url)
    newsroom = Newsroom(articles=30, oddities=False)
    wakes = Event()

    def when_awake(answer: Answer) -> Answer:
        wakes.wait(60)
        return answer

    sleep = Fault(when_awake, times=1)
    with Server(newsroom) as site, ThreadPoolExecutor() as pool:
        site.fault(newsroom.newest_first[15].path, sleep)
        given = {"spider": "365info-backfill", "source": "sitemap"}
        sleeper = pool.submit(crawl, site.url, tmp_path / "one", **given)
        within(60, lambda: sleeper.done() or held(url) == len(newsroom.posts) - 1)
        elsewhere(url, "lease = ''")
        second = crawl(site.url, tmp_path / "other", **given)
        wakes.set()
        first = sleeper.result()
    assert (first.status, second.status) == (1, 0)
    assert "run 1 gave no sign of life for so long that another took over" in first.log
    assert first.articles == []
    assert sorted(article["url"] for article in second.articles) == sorted(
        site.url + post.path for post in newsroom.posts
    )


def test_a_run_that_was_taken_over_delivers_nothing_any_more(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    frozen, next_one = Archive(url), Archive(url)
    frozen.begin("365info", "365info", "https://365info.kz", {})
    part, feed = tmp_path / ".part", tmp_path / "articles.jsonl"
    frozen.deliveries.opened(part, str(feed))
    elsewhere(url, "lease = ''")
    assert next_one.begin("365info", "365info", "https://365info.kz", {}) == [1]
    for late in (
        frozen.runs.heartbeat,
        lambda: frozen.deliveries.confirmed(str(feed), [], part),
        lambda: frozen.deliveries.confirmed(str(feed), []),
    ):
        with pytest.raises(ArchiveError, match="another took over"):
            late()
    frozen.end("finished")
    assert [(run.run, run.reason) for run in next_one.runs.latest(2)] == [(2, None), (1, "killed")]
    frozen.close()
    next_one.close()


def elsewhere(url: str, also: str) -> None:
    """Let the first run have been on another machine."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE runs SET host = 'elsewhere', {also} WHERE run = 1"))
    engine.dispose()


@pytest.mark.parametrize("is_ready", [False, True])
def test_a_file_on_another_machine_is_left_to_it(tmp_path: Path, is_ready: bool) -> None:
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    store = Archive(url)
    store.begin("365info", "365info", "https://365info.kz", {})
    part, feed = here / ".part", here / "articles.jsonl"
    store.deliveries.opened(part, str(feed))
    if is_ready:
        store.deliveries.confirmed(str(feed), [], part)
    part.touch()
    here.rename(there)  # the disk of another machine
    elsewhere(url, "ended = 'then'")
    assert feed_export.finish_files(store, "365info") == (0, 0)
    there.rename(here)
    assert feed_export.finish_files(store, "365info") == ((1, 0) if is_ready else (0, 1))
    assert (feed.exists(), part.exists()) == (is_ready, False)
    store.close()


def test_uploads_of_runs_that_begin_at_one_moment_have_names_of_their_own() -> None:
    began = datetime(2026, 11, 25, tzinfo=UTC)
    names = set()
    for site in ("365info", "365info-kaz"):
        spider = SimpleNamespace(started_at=began, site=SimpleNamespace(name=site))
        names |= {
            uri % {**feeds.uri_params({}, spider), "batch_id": 1}
            for uri in feeds.below("s3://bucket/kznews", 1000)
        }
    assert len(names) == 6
    assert "s3://bucket/kznews/articles-2026-11-25T00-00-00.000Z-365info-00001.jsonl" in names
