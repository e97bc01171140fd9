"""Progress of a run: live lines on a terminal with an undamaged log, else lines in the log."""

from __future__ import annotations

import io
import logging
import os
import pty
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyte
import pytest
from scrapy import Request
from scrapy.settings import Settings

from kznews.extensions import progress
from kznews.extensions.live_lines import LiveLines
from kznews.extensions.progress import RunProgress, Status, clock, is_drawn
from kznews.sources.base import PLACE
from replica import Newsroom, Server
from replica.terminal import Seen, watch
from tests.crawling import FAST, ROOT, SCRAPY, Run, crawl

PACE = re.compile(r"(\S.*?) +\d+ requests, [\d,]+/min, delay 0.001 s")
COUNTS = re.compile(r"(\d+) new, (\d+) known, (\d+) duplicate, (\d+) rejected +(\S.*)")


@pytest.fixture(scope="module")
def site() -> Iterator[Server]:
    with Server(Newsroom(articles=40), delay=0.08) as server:
        yield server


def watch_crawl(site: Server, data: Path, *words: str, path: Path = ROOT) -> Seen:
    given = ("crawl", "365info", "-a", f"base_url={site.url}", *FAST, *words)
    variables = {"KZNEWS_DATA_DIR": str(data), "PYTHONPATH": f"{path}:{ROOT}"}
    return watch(*SCRAPY, *given, cwd=ROOT, **variables)


def test_on_a_terminal_the_log_stays_whole_above_lines_that_move(
    site: Server, tmp_path: Path
) -> None:
    seen = watch_crawl(site, tmp_path, "-a", "max_articles=15", "-a", "sections=poslednie-novosti")
    assert seen.status == 0
    drawn = [
        (frame[:-2], pace, counts)
        for frame in seen.kept
        if len(frame) > 2
        and (pace := PACE.fullmatch(frame[-2]))
        and (counts := COUNTS.fullmatch(frame[-1]))
    ]
    assert drawn
    numbers = [tuple(map(int, counts.groups()[:4])) for _, _, counts in drawn]
    assert numbers == sorted(numbers)
    assert any(re.fullmatch(r"[\w-]+, page \d+", pace[1]) for _, pace, _ in drawn)
    assert any(re.fullmatch(r"\d+%, 0:00:\d\d left", counts[5]) for _, _, counts in drawn)
    assert all("Spider opened" in " ".join(above) for above, _, _ in drawn)
    # in the end the log alone is left, every line of it, and the terminal as it was
    rejected = [f"Rejected {url}: " for url in Run(0, "", tmp_path).rejected]
    assert rejected
    assert [line for line in rejected if f" INFO: {line}" not in seen.text] == []
    starts = re.findall(r"\d\d:\d\d:\d\d INFO: ", seen.text)
    begun = [row for row in seen.kept[-1] if re.match(r"\d\d:\d\d:\d\d INFO:", row)]
    assert len(starts) == len(begun)
    assert len(starts) > len(rejected)
    assert "/min" not in seen.text
    assert not seen.screen.cursor.hidden


def test_without_a_terminal_a_line_now_and_then_and_nothing_to_draw_with(
    site: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = break_package(tmp_path, "rich")
    monkeypatch.setattr("tests.crawling.ROOT", f"{broken}:{ROOT}")
    run = crawl(
        site.url, tmp_path, "-s", "LOGSTATS_INTERVAL=0.2", max_articles="15", sections="mir"
    )
    assert run.status == 0
    assert "\x1b" not in run.log
    counted = re.findall(
        r"INFO: At \S+, page \d+: (\d+) new, \d+ known, \d+ duplicate, \d+ rejected; "
        r"\d+ requests, [\d,]+/min, delay 0.001 s; \d+%, 0:00:\d\d left\n",
        run.log,
    )
    assert counted
    assert counted == sorted(counted, key=int)
    assert "Enabled" not in run.log
    assert "Traceback" not in run.log


def test_what_cannot_be_drawn_is_told_by_the_log(site: Server, tmp_path: Path) -> None:
    broken = break_package(tmp_path, "rich")
    words = ("-a", "sections=ekonomika", "-a", "max_articles=3", "-s", "LOGSTATS_INTERVAL=0.05")
    seen = watch_crawl(site, tmp_path, *words, path=broken)
    assert seen.status == 0
    assert re.search(r"INFO: At ekonomika, page 1: \d+ new", seen.text)


def break_package(directory: Path, name: str) -> Path:
    """Return a directory in which a package cannot be imported."""
    package = directory / "broken" / name
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('broken here')\n")
    return package.parent


class Loop:
    """Stands for Scrapy's looping call: the test says when."""

    running = True

    def __init__(self, do: Callable[[], None]) -> None:
        self.do = do
        self.every = 0.0

    def start(self, every: float, *, now: bool) -> None:
        assert not now
        self.every = every

    def stop(self) -> None:
        self.running = False


class Torn(io.StringIO):
    """A terminal that goes away after some writes."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self.writes = writes

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError

    def write(self, text: str) -> int:
        self.writes -= 1
        if self.writes < 0:
            raise OSError(5, "Input/output error")
        return super().write(text)


@pytest.mark.parametrize("writes", range(8))
def test_a_terminal_that_goes_away_ends_nothing(
    writes: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    torn = Torn(writes)
    monkeypatch.setattr(sys, "stderr", torn)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "create_looping_call", Loop)
    asked = Settings({"KZNEWS_PROGRESS": 1, "LOGSTATS_INTERVAL": 60})
    spider = SimpleNamespace(remaining=lambda: None)
    stats = SimpleNamespace(get_stats=lambda: {"articles": 7})
    crawler: Any = SimpleNamespace(settings=asked, spider=spider, stats=stats, engine=None)
    extension = RunProgress(crawler)
    extension.spider_opened()
    extension.request_reached_downloader(Request("https://x.kz", meta={PLACE: "mir, page 2"}))
    loop: Any = extension._loop
    for _ in range(6):
        loop.do()
        loop = extension._loop
    assert (loop.do, loop.every, loop.running) == (extension.tell, 60, True)
    with caplog.at_level(logging.INFO):
        loop.do()
    assert "At mir, page 2: 7 new" in caplog.text
    assert sys.stderr is torn
    extension.engine_stopped()
    assert not loop.running


@pytest.mark.parametrize(
    ("settings", "term", "drawn"),
    [
        ({}, "xterm", True),
        ({}, "dumb", False),
        ({}, None, False),
        ({"KZNEWS_PROGRESS": "0"}, "xterm", False),
        ({"LOG_ENABLED": False}, "xterm", False),
        ({"FEEDS": {"stdout:": {"format": "jsonlines"}}}, "xterm", False),
        ({"FEEDS": {"data/x.jsonl": {"format": "jsonlines"}}}, "xterm", True),
    ],
)
def test_lines_are_drawn_where_they_have_a_place(
    settings: dict[str, Any], term: str | None, drawn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    master, slave = pty.openpty()
    with open(slave, "w", encoding="utf-8") as terminal:  # noqa: PTH123 (a descriptor)
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setenv("TERM", term) if term else monkeypatch.delenv("TERM", raising=False)
        assert is_drawn(Settings({"KZNEWS_PROGRESS": "1", **settings})) is drawn
    os.close(master)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert not is_drawn(Settings({"KZNEWS_PROGRESS": "1", **settings}))


def run(stats: dict[str, int], *remaining: int | None, place: str = "") -> RunProgress:
    """Return the extension in a run that says, one after the other, how much is to come."""
    left = iter(remaining)
    spider = SimpleNamespace(remaining=lambda: next(left))
    crawler: Any = SimpleNamespace(
        spider=spider, stats=SimpleNamespace(get_stats=lambda: stats), engine=None
    )
    extension = RunProgress(crawler)
    extension.place = place
    return extension


def test_a_status_is_words_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    early = {"articles": 1234, "incremental/known": 5, "downloader/request_count": 1389}
    assert run(early, None).status(65).line() == (
        "1,234 new, 5 known, 0 duplicate, 0 rejected; 1,389 requests, 1,282/min, delay 0 s; "
        "0:01:05 so far"
    )
    rejected = run({"rejected": 9, "rejected/duplicate": 3}, 400, 300, place="mir, page 3")
    slots = {
        "a": SimpleNamespace(delay=1.25, lastseen=0),
        "b": SimpleNamespace(delay=1, lastseen=129.6),
    }
    rejected.crawler.engine = SimpleNamespace(downloader=SimpleNamespace(slots=slots))  # type: ignore[misc]
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    rejected.status(0)
    assert rejected.status(30020.0).line() == (
        "At mir, page 3: 0 new, 0 known, 3 duplicate, 6 rejected; 0 requests, 0/min, waits 30 s; "
        "25%, 1 day, 1:01:00 left"
    )
    monkeypatch.setattr(time, "monotonic", lambda: 130.0)
    assert "delay 1.2 s" in rejected._delay()
    assert clock(0.4) == "0:00:00"


def test_a_section_s_name_moves_no_cursor() -> None:
    extension = run({}, None)
    extension.request_reached_downloader(
        Request("https://x.kz", meta={PLACE: "\x1b[2J\n\u202emir"})
    )
    assert extension.place == "\\u001b[2J\\n\\u202emir"


@pytest.mark.parametrize("width", [20, 80, 120])
def test_of_what_does_not_fit_the_left_part_is_cut(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    out = Torn(1000)
    lines = LiveLines(out)
    lines.start()
    status = Status(
        "очень-длинная-рубрика [b], page 12",
        "2,345 new, 123,456 known, 123 duplicate, 123 rejected",
        "123,456 requests, 57/min, delay 1.2 s",
        "42%, 10:12:30 left",
    )
    lines.show(status)
    screen = pyte.Screen(width, 10)
    pyte.Stream(screen).feed(out.getvalue().replace("\n", "\r\n"))
    lines.stop()
    first, second = (row for row in screen.display if row.strip())
    if width >= 80:
        assert first.endswith(f" {status.pace}   ")
        assert second.endswith(f" {status.end}   ")
        assert first.startswith("очень-длинная")
        assert second.startswith(f"{status.counts} ")
    if width == 120:
        assert first.startswith(f"{status.place} ")


def test_the_rate_is_that_of_the_last_minutes() -> None:
    stats = {"downloader/request_count": 0}
    extension = run(stats, *[None] * 9)
    rates = []
    for seconds, requests in (
        (0, 0),
        (30, 30),
        (60, 60),
        (90, 60),
        (120, 60),
        (180, 60),
        (240, 90),
    ):
        stats["downloader/request_count"] = requests
        rates += re.findall(r"(\d+)/min", extension.status(seconds).pace)
    assert rates == ["0", "60", "60", "40", "0", "0", "30"]


def test_the_end_is_foretold_by_what_was_done() -> None:
    extension = run({}, 100, 75, 0, 300, None)
    ends = [extension.status(seconds).end for seconds in (10, 20, 30, 40, 50)]
    assert ends == [
        "0:00:10 so far",
        "25%, 0:00:30 left",
        "100%, 0:00:00 left",
        "0:00:40 so far",  # there was more to do
        "0:00:50 so far",
    ]
    assert run({}, 0).status(0).end == "100%, 0:00:00 left"
