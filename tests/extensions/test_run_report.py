"""How a run ended: report, exit status, ``scrapy runs``, alerts."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from kznews.extensions.run_report import flat, nested
from kznews.monitoring.alerts import MOST, SHORT, message, send
from kznews.storage.archive import Archive
from replica import Fault, Newsroom, Server
from replica.answer import Answer
from tests.crawling import Run, crawl, scrapy

ARTICLES = 40


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(Newsroom(articles=ARTICLES, oddities=False)) as server:
        yield server


def reports(run: Run) -> list[dict[str, Any]]:
    return [json.loads(file.read_text("utf-8")) for file in sorted(run.data.glob("report-*.json"))]


def renamed(*classes: str) -> Fault:
    """Give some classes of a page other names, as a new theme would."""

    def change(answer: Answer) -> Answer:
        text = answer.body.decode() if isinstance(answer.body, bytes) else answer.body
        for name in classes:
            text = text.replace(name, f"x-{name[::-1]}")
        return replace(answer, body=text.encode())

    return Fault(change)


def test_a_report_tells_all_of_a_run(server: Server, tmp_path: Path) -> None:
    run = crawl(server.url, tmp_path, max_pages="100")
    (report,) = reports(run)
    assert (report["spider"], report["site"], report["run"]) == ("365info", "365info", 1)
    assert report["arguments"] == {"base_url": server.url, "max_pages": "100"}
    assert (report["reason"], report["exit_status"], report["alarms"]) == ("finished", 0, [])
    assert report["requests"]["article"] == {"200": ARTICLES}
    asked = sum(flat(report["requests"]).values())
    assert asked == len(server.log)
    counts = report["counts"]
    assert counts["articles"] == ARTICLES
    assert counts["layouts"] == {"current": ARTICLES}
    assert counts["sources"]["title"] == {"json-ld": ARTICLES}
    assert counts["selectors"]["current"]["body"] == ARTICLES
    again = crawl(server.url, tmp_path)
    assert len(reports(again)) == 1  # a run without news leaves no file
    listed = scrapy("runs", data=tmp_path)
    rows = [line.split() for line in listed.log.splitlines()[1:]]
    assert [(row[0], row[1], row[5], row[6], row[7]) for row in rows] == [
        ("2", "365info", "0", "finished", "0"),
        ("1", "365info", "0", "finished", str(ARTICLES)),
    ]
    shown = scrapy("runs", "1", data=tmp_path)
    assert json.loads(shown.log) == report
    assert "finished" in scrapy("runs", "2", data=tmp_path).log


@pytest.mark.parametrize(
    ("classes", "cause"),
    [
        (("singular__content",), "last_resort:body"),
        (("layout-singular",), "unknown_page:page"),
        (("singular__title",), "selector:current.title"),
        (("singular__thumbnail",), "selector:current.image"),
        (("archive__item-link",), "listing:cards"),
    ],
)
def test_a_selector_that_fits_no_more_is_noticed_on_the_first_run(
    server: Server, tmp_path: Path, classes: tuple[str, ...], cause: str
) -> None:
    server.fault(re.compile("^/(?:20|category)"), renamed(*classes))
    run = crawl(server.url, tmp_path)
    assert len(run.articles) == ARTICLES
    (report,) = reports(run)
    assert cause in [alarm["cause"] for alarm in report["alarms"]]
    assert (run.status, report["exit_status"]) == (3, 3)
    assert f"WARNING: Alarm ({cause})" in run.log
    assert cause in scrapy("runs", data=tmp_path).log


def test_a_limit_can_be_moved_or_taken_away(server: Server, tmp_path: Path) -> None:
    server.fault(re.compile("^/20"), renamed("singular__thumbnail"))
    run = crawl(server.url, tmp_path, "-s", 'KZNEWS_ALARMS={"selector": null}')
    assert (run.status, reports(run)[0]["alarms"]) == (0, [])


def test_a_new_theme_in_the_middle_of_a_crawl_loses_nothing_and_is_told(
    server: Server, tmp_path: Path
) -> None:
    first = crawl(server.url, tmp_path, since="2026-01-01")
    assert first.status == 0
    newsroom = server.newsroom

    def redress(answer: Answer) -> Answer:
        newsroom.theme = "old"
        for post in newsroom.posts:
            post.theme = "old"
        newsroom.version += 1
        return answer

    server.fault(re.compile("^/20"), Fault(redress, times=1))
    run = crawl(server.url, tmp_path)
    assert len(run.urls()) == ARTICLES
    assert {article["layout"] for article in run.articles} == {"current", "old"}
    assert not run.rejected


def test_a_failed_run_says_why(tmp_path: Path) -> None:
    run = crawl("http://127.0.0.1:1", tmp_path)
    (report,) = reports(run)
    assert (run.status, report["exit_status"], report["reason"]) == (1, 1, "incomplete")
    assert "cannot reach http://127.0.0.1:1" in report["problems"][0]


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("runs",), 1, "there is no archive"),
        (("runs", "x"), 2, "name one run by its number"),
        (("runs", "1", "2"), 2, "name one run by its number"),
    ],
)
def test_runs_names_the_remedy(
    words: tuple[str, ...], status: int, told: str, tmp_path: Path
) -> None:
    run = scrapy(*words, data=tmp_path)
    assert (run.status, told in run.log) == (status, True)


@contextmanager
def receiver(answer: int = 200, most: int = 1_000_000) -> Iterator[tuple[str, list[Any]]]:
    """Yield the address of a webhook and what was posted to it."""
    posted: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append(json.loads(body))
            self.send_response(answer if len(body) <= most else 400)
            self.end_headers()
            self.wfile.write(b"too long" if len(body) > most else b"ok")

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{http.server_address[1]}/hooks/secret", posted
        http.shutdown()
        thread.join()


def test_each_cause_is_posted_once_a_day(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.fault(re.compile("^/20"), renamed("singular__content"))
    with receiver(500) as (url, refused):
        monkeypatch.setenv("KZNEWS_ALERT_WEBHOOK", url)
        run = crawl(server.url, tmp_path, max_articles="25")
        assert (run.status, len(refused)) == (3, 1)
        assert "cannot send an alert to 127.0.0.1" in run.log
        assert "secret" not in run.log
    with receiver() as (url, posted):
        monkeypatch.setenv("KZNEWS_ALERT_WEBHOOK", url)
        for level in ("WARNING", "INFO"):
            run = crawl(server.url, tmp_path, max_articles="5")
            assert run.status == 3
            assert f"{level}: Alarm (last_resort:body)" in run.log
        (told,) = posted
    assert (told["spider"], told["run"], told["exit_status"]) == ("365info", 2, 3)
    assert "last_resort:body" in told["causes"]
    assert told["text"].startswith(f"365info, run 2 on {socket.gethostname()}:\n- ")


REPORT = {
    "site": "365info", "spider": "365info", "run": 7, "host": "box", "started": "2026-11-26",
    "reason": "nothing", "exit_status": 1, "alarms": [], "problems": [], "errors": {},
    "log": ["one", "two"], "log_file": "/var/log/x.log",
}  # fmt: skip
FAILED = {"failed:nothing": "the run failed (nothing): see its log"}


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("slack", lambda text: {"text": text}),
        ("telegram", lambda text: {"chat_id": "42", "text": text}),
    ],
)
def test_a_message_has_the_form_that_its_receiver_knows(
    kind: str, wanted: Callable[[str], dict[str, Any]]
) -> None:
    text = (
        "365info, run 7 on box:\n- the run failed (nothing): see its log\n"
        "The log ends (/var/log/x.log):\none\ntwo"
    )
    assert message(REPORT, FAILED, kind, "42", MOST[kind]) == wanted(text)


def test_a_message_says_what_happened_to_machines() -> None:
    told = message(REPORT, FAILED, "json", None, MOST["json"])
    assert (told["host"], told["reason"], told["log"]) == ("box", "nothing", ["one", "two"])


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        ("json", len),
        ("slack", len),
        ("telegram", lambda text: len(text.encode("utf-16-le")) // 2),
    ],
)
@pytest.mark.parametrize("word", ["слово ", "<&>", "\U0001f600", "\x1b[2J"])
def test_a_message_is_never_longer_than_its_receiver_takes(
    kind: str, size: Callable[[str], int], word: str
) -> None:
    causes = {f"cause:{n}": word * 2000 for n in range(300)}
    text = message(REPORT, causes, kind, "42", MOST[kind])["text"]
    assert MOST[kind] - 10 <= size(text) <= MOST[kind]
    assert text.endswith("…")
    assert size(message(REPORT, causes, kind, "42", SHORT)["text"]) <= SHORT


def test_what_a_site_writes_is_text_to_slack() -> None:
    causes = {"x": "<!channel> & <https://evil.kz|365info>\nrun 8"}
    told = message(REPORT, causes, "slack", None, MOST["slack"])
    assert "- &lt;!channel&gt; &amp; &lt;https://evil.kz|365info&gt;\\nrun 8\n" in told["text"]


def test_a_refused_alert_is_sent_again_shorter(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with receiver(200, most=SHORT + 200) as (url, posted):
        settings = Settings(
            {
                "KZNEWS_ALERT_WEBHOOK": url,
                "KZNEWS_ALERT_FORMAT": "telegram",
                "KZNEWS_DATA_DIR": tmp_path,
            }
        )
        report = {**REPORT, "problems": ["no answer"] * 500}
        for _ in range(2):
            send(report, settings)
    assert [len(told["text"]) > SHORT for told in posted] == [True, False]
    assert "cannot send an alert to 127.0.0.1: refused as HTTP 400 too long" in caplog.text
    assert "secret" not in caplog.text


def test_a_run_that_was_killed_is_told(tmp_path: Path) -> None:
    with receiver() as (url, posted):
        settings = Settings(
            {
                "KZNEWS_ALERT_WEBHOOK": url,
                "KZNEWS_ALERT_FORMAT": "json",
                "KZNEWS_DATA_DIR": tmp_path / "full",
            }
        )
        (tmp_path / "full").write_text("no directory")
        for _ in range(2):  # nothing can be noted: rather told twice than never
            send({**REPORT, "exit_status": 0, "killed": [6]}, settings)
    assert [list(told["causes"]) for told in posted] == [["killed:6"]] * 2


@pytest.mark.parametrize("archive", ["a directory", "another root"])
def test_a_run_that_cannot_begin_is_told(
    archive: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if archive == "a directory":
        (tmp_path / "archive.db").mkdir()
    else:
        store = Archive(f"sqlite:///{tmp_path / 'archive.db'}")
        store.begin("365info", "365info", "https://elsewhere.kz", {})
        store.end("finished")
        store.close()
    with receiver() as (url, posted):
        monkeypatch.setenv("KZNEWS_ALERT_WEBHOOK", url)
        run = crawl(server.url, tmp_path)
    (told,) = posted
    assert (run.status, told["exit_status"], told["reason"]) == (1, 1, "archive")
    assert told["host"] == socket.gethostname()
    assert any("archive.db" in line for line in told["log"])
    assert "archive.db" in told["causes"]["failed:archive"]


def test_a_run_that_meets_another_is_told_and_leaves_no_file(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Archive(f"sqlite:///{tmp_path / 'archive.db'}")
    store.begin("365info-latest", "365info", server.url, {})
    with receiver() as (url, posted):
        monkeypatch.setenv("KZNEWS_ALERT_WEBHOOK", url)
        runs = [crawl(server.url, tmp_path) for _ in range(2)]
    store.end("finished")
    store.close()
    assert [run.status for run in runs] == [1, 1]
    assert [told["reason"] for told in posted] == ["busy"]  # once a day
    assert not reports(runs[0])  # timers may meet every minute


def test_a_run_that_could_not_even_be_made_is_told(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as (url, posted):
        monkeypatch.setenv("KZNEWS_ALERT_WEBHOOK", url)
        run = crawl(server.url, tmp_path, "-s", "DUPEFILTER_CLASS=nowhere.Filter")
    (told,) = posted
    assert (run.status, told["spider"], told["reason"]) == (1, "365info", "not begun")
    assert any(" ERROR: " in line for line in told["log"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("crawl", "365"), "there is no spider '365'"),
        (("crawl", "365info", "-a", "max_pages=many"), "max_pages"),
        (("audit", "365info", "-s", "RETRY_TIMES=x"), "RETRY_TIMES=x: expected a whole number"),
        (("crawl", "365info", "--pidfile", "/nowhere/pid"), "/nowhere/pid"),
    ],
)
def test_a_run_that_usage_or_settings_keep_from_beginning_is_told(
    words: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as (url, posted):
        monkeypatch.setenv("KZNEWS_ALERT_WEBHOOK", url)
        statuses = {scrapy(*words, data=tmp_path).status for _ in range(2)}
    (told,) = posted
    assert statuses == {1 if told["reason"] == "FileNotFoundError" else 2}
    assert (told["spider"], said in told["text"]) == (words[1], True)


def test_a_test_message_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = scrapy("alert", "--test", data=tmp_path / "x")
    assert (said.status, "set KZNEWS_ALERT_WEBHOOK to an address" in said.log) == (2, True)
    for answer, status in ((200, 0), (500, 1)):
        with receiver(answer) as (url, posted):
            monkeypatch.setenv("KZNEWS_ALERT_WEBHOOK", url)
            said = scrapy("alert", "--test", data=tmp_path / "x")
        assert (said.status, "secret" in said.log, len(posted)) == (status, False, 1)
        assert posted[0]["text"].endswith("- this is a test, nothing is wrong")
    assert "cannot send an alert to 127.0.0.1: refused as HTTP 500" in said.log
    assert list(tmp_path.iterdir()) == []


def test_runs_are_found_by_what_is_asked(tmp_path: Path) -> None:
    store = Archive(f"sqlite:///{tmp_path / 'archive.db'}")
    for site, status, reason in (("a", 0, "finished"), ("b", 1, "nothing"), ("a", 3, "finished")):
        store.begin(f"{site}-latest", site, f"https://{site}.kz", {})
        store.runs.keep_report(status, None)
        store.end(reason)
    store.begin("c-latest", "c", "https://c.kz", {})
    store.close()
    dead = sqlite3.connect(tmp_path / "archive.db")
    with dead:
        dead.execute("update runs set pid = 99999999 where site = 'c'")
        dead.execute("update runs set started = '2026-01-01T00:00:00.000+00:00' where run = 1")
    dead.close()

    def listed(*words: str) -> list[dict[str, Any]]:
        run = scrapy("runs", "--json", *words, data=tmp_path)
        assert run.status == 0
        return [json.loads(line) for line in run.log.splitlines()]

    assert [run["run"] for run in listed()] == [4, 3, 2, 1]
    assert [run["run"] for run in listed("--since", "2026-02-01")] == [4, 3, 2]
    assert [run["run"] for run in listed("--spider", "a-latest")] == [3, 1]
    assert [run["run"] for run in listed("-n", "1")] == [4]
    assert [(run["reason"], run["seconds"]) for run in listed("-n", "2")] == [
        ("dead", None),
        ("finished", 0),
    ]
    shown = scrapy("runs", "--failed", data=tmp_path).log.splitlines()
    assert [line.split()[1] for line in shown[1:]] == ["c-latest", "b-latest"]
    assert re.search(r" +- +- dead ", shown[1])
    assert max(map(len, shown)) <= 80


def test_counts_survive_the_archive() -> None:
    counts = {"articles": 3, "sources/title/json-ld": 2, "sources/title/layout": 1, "words": 9}
    assert flat(json.loads(json.dumps(nested(counts)))) == counts
