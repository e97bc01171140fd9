"""The help of every command: it fits a terminal and its examples can be run."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from scrapy.commands import ScrapyCommand, ScrapyHelpFormatter
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from kznews import commands
from kznews import settings as project
from kznews.commands.checks import check_settings, misnamed
from kznews.commands.crawl import load_spider
from replica import Newsroom, Server
from tests.crawling import FAST, ROOT, environment, scrapy

NAMES = [
    module.name
    for module in pkgutil.iter_modules(commands.__path__)
    if hasattr(importlib.import_module(f"kznews.commands.{module.name}"), "Command")
]


def command(name: str) -> tuple[ScrapyCommand, argparse.ArgumentParser]:
    """Return a command and its parser, made as Scrapy makes them."""
    found: ScrapyCommand = importlib.import_module(f"kznews.commands.{name}").Command()
    found.settings = Settings()
    parser = argparse.ArgumentParser(
        formatter_class=ScrapyHelpFormatter,
        usage=f"scrapy {name} {found.syntax()}",
        conflict_handler="resolve",
        description=found.long_desc(),
    )
    found.add_options(parser)
    return found, parser


@pytest.mark.parametrize("name", NAMES)
def test_help_fits_a_terminal_and_has_an_example_that_can_be_run(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    found, parser = command(name)
    shown = parser.format_help()
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.endswith("\n")
    assert len(f"  {name:14}{found.short_desc()}") <= 80
    usage, *examples = re.findall(rf"^  (scrapy {name}\b.*)$", shown, re.MULTILINE)
    assert usage.endswith(found.syntax())
    assert examples
    for example in examples:
        _, rest = parser.parse_known_args(shlex.split(example)[2:])
        assert not [word for word in rest if word.startswith("-")]


def test_commands_of_scrapy_itself_work_and_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KZNEWS_LOG_LEVEL", "LOUD")
    with Server(Newsroom(articles=3, oddities=False)) as server:
        run = scrapy("fetch", f"{server.url}/feed/", *FAST, data=tmp_path / "data")
    assert run.status == 0
    assert "<rss" in run.log
    assert "ERROR" not in run.log
    assert list(tmp_path.iterdir()) == []


def test_bench_is_not_held_up_by_our_pace() -> None:
    found, parser = command("bench")
    assert found.settings
    found.settings.setmodule(project)
    found.process_options([], parser.parse_args([]))
    assert found.settings.getfloat("DOWNLOAD_DELAY") < 0.01
    assert not found.settings.getbool("AUTOTHROTTLE_ENABLED")


def test_a_spider_of_somebody_s_own_runs_and_ours_are_not_parsed(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import scrapy\n"
        "class Mine(scrapy.Spider):\n"
        "    name = 'mine'\n"
        "    def __init__(self, start=None):\n"
        "        self.start_urls = [start]\n"
        "    def parse(self, response):\n"
        "        yield {'size': len(response.body)}\n"
    )
    own = ("-s", "SPIDER_MODULES=kznews.spiders,mine", *FAST)
    data, out = tmp_path / "data", str(tmp_path / "out.jsonl")
    with Server(Newsroom(articles=3, oddities=False)) as server:
        words = ("mine", "-a", f"start={server.url}/feed/", "-O", out)
        run = scrapy("crawl", *words, *own, data=data, cwd=tmp_path)
        parsed = scrapy("parse", "--spider", "mine", f"{server.url}/feed/", *own,
                        "-a", f"start={server.url}", data=data, cwd=tmp_path)  # fmt: skip
        ours = scrapy("parse", "--spider", "365info", f"{server.url}/feed/", *FAST, data=data)
    assert run.status == 0, run.log
    assert json.loads((tmp_path / "out.jsonl").read_text())["size"] > 1000
    assert (parsed.status, "'size':" in parsed.log) == (0, True)
    assert (ours.status, "`scrapy inspect http" in ours.log) == (2, True)
    audit = scrapy("audit", "mine", *own, data=data, cwd=tmp_path)
    assert (audit.status, "knows no site" in audit.log) == (2, True)
    assert not data.exists()


def test_the_program_kznews_is_scrapy_with_our_settings_from_anywhere(tmp_path: Path) -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        program = tomllib.load(file)["project"]["scripts"]["kznews"]
    module, _, function = program.partition(":")
    code = f"import sys; from {module} import {function}; {function}()"
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = elsewhere.settings\n")
    done = subprocess.run(
        (sys.executable, "-W", "error", "-c", code, "list"),
        cwd=tmp_path,
        env={**environment(tmp_path / "data"), "SCRAPY_SETTINGS_MODULE": "elsewhere.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "365info-latest" in done.stdout.split()) == (0, True), done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name one spider"),
        (["365info", "--max", "3"], "there is no option '--max'"),
        (["365"], "there is no spider '365'; there are 365info"),
    ],
)
def test_a_spider_that_is_not_named_well_is_told(words: list[str], said: str) -> None:
    class Loader:
        def list(self) -> list[str]:
            return ["365info"]

        def load(self, name: str) -> None:
            raise KeyError(name)

    with pytest.raises(UsageError, match=re.escape(said)):
        load_spider(Loader(), words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words",
    [
        ("runs", "-n", "0"),
        ("runs", "-n", "9" * 20),
        ("health", "--article-hours", "nan"),
        ("health", "--disk=-1"),
        ("archive", "prune", "--older", "1.5"),
    ],
)
def test_a_number_that_an_option_cannot_take_is_told(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        command(words[0])[1].parse_args(words[1:])
    assert "expected a number from" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KZNEWS_FEEDS_BATCH", "abc", "KZNEWS_FEEDS_BATCH=abc: expected a whole number"),
        ("KZNEWS_LOG_LEVEL", "LOUD", "KZNEWS_LOG_LEVEL=LOUD: expected a level such as INFO"),
        (
            "KZNEWS_ARCHIVE_URL",
            "postgres://me:s3cret@h/d",
            "=postgres://me:***@h/d: expected sqlite",
        ),
        ("KZNEWS_ARCHIVE_URL", "archive.db", "KZNEWS_ARCHIVE_URL=archive.db: expected sqlite"),
        ("KZNEWS_ALERT_FORMAT", "sms", "=sms: expected one of json, slack, telegram"),
        ("KZNEWS_ALERT_FORMAT", "telegram", "name the chat in KZNEWS_ALERT_CHAT"),
        ("KZNEWS_ALERT_WEBHOOK", "s3cret", "KZNEWS_ALERT_WEBHOOK: expected an address such as"),
        ("KZNEWS_ALERT_WEBHOOK", "http://[s3cret", "KZNEWS_ALERT_WEBHOOK: expected an address"),
        ("KZNEWS_RENDER", "perhaps", "KZNEWS_RENDER=perhaps: expected one of auto, always, never"),
        ("KZNEWS_PAGES", "some", "KZNEWS_PAGES=some: expected one of doubtful, none, all"),
        ("KZNEWS_ARCHIVE_URL", "sqlite://", "KZNEWS_ARCHIVE_URL=sqlite://: expected sqlite:////"),
        ("KZNEWS_PROGRESS", "maybe", "KZNEWS_PROGRESS=maybe: expected 0 or 1"),
        ("KZNEWS_DATADIR", "/srv", "KZNEWS_DATADIR is not read (did you mean KZNEWS_DATA_DIR?)"),
        ("KZNEWS_REVISIT_HOURS", "1", "is not read: give -s KZNEWS_REVISIT_HOURS=…"),
        ("KZNEWS_FEEDS", "http://h/x", "=http://h/x: expected a directory or s3://bucket/path"),
        ("KZNEWS_FEEDS", "s3://", "KZNEWS_FEEDS=s3://: expected a directory or s3://bucket/path"),
    ],
)
def test_a_wrong_setting_is_one_line_with_the_remedy(
    name: str, value: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("inspect", "page.html") if name == "KZNEWS_LOG_LEVEL" else ("crawl", "365info")
    monkeypatch.setenv(name, value)
    run = scrapy(*words, data=tmp_path / "data")
    assert run.status == 2
    (line,) = [line for line in run.log.splitlines() if "error:" in line]
    assert said in line
    assert "s3cret" not in run.log
    assert "Traceback" not in run.log
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KZNEWS_RETRY_AFTER_MAX", "soon", "=soon: expected a number from 0 to 10000000"),
        ("KZNEWS_RETRY_AFTER_MAX", "nan", "=nan: expected a number from 0 to 10000000"),
        ("KZNEWS_REVISIT_HOURS", "1e300", "=1e300: expected a number from 0 to 10000000"),
        ("KZNEWS_RATE_LIMITS_IN_A_ROW", "1.5", "=1.5: expected a whole number from 0 up"),
        ("KZNEWS_PAGES_MAX", "1e3", "=1e3: expected a whole number from 0 up"),
        ("KZNEWS_ALARMS", '{"silence": 2}', "expected limits from 0 to 1, or None, by"),
        ("KZNEWS_ALARMS", '{"silense": 0.5}', "expected limits from 0 to 1, or None, by"),
        ("KZNEWS_ALARMS", "none", "=none: expected limits from 0 to 1, or None, by"),
        ("DOWNLOAD_DELAY", "0", "=0: expected seconds above 0"),
        ("RETRY_TIMES", "1.5", "=1.5: expected a whole number"),
        ("CLOSESPIDER_TIMEOUT", "1h", "=1h: expected a number"),
        ("DOWNLOAD_TIMEOUT", "nan", "=nan: expected a number from 0 to 10000000"),
        ("DOWNLOAD_MAXSIZE", "-1", "=-1: expected a whole number from 0 up"),
        ("CONCURRENT_ITEMS", "0", "=0: expected a whole number from 1 up"),
        ("RETRY_HTTP_CODES", "500,x", "=500,x: expected numbers, comma-separated"),
        ("ROBOTSTXT_OBEY", "perhaps", "=perhaps: expected 0 or 1"),
        ("LOG_FILE", "/nowhere/crawl.log", "expected a file that can be written"),
    ],
)
def test_a_wrong_setting_of_a_run_is_told(name: str, value: str, said: str) -> None:
    settings = Settings()
    settings.setmodule(project)
    check_settings(settings)
    settings.set(name, value)
    with pytest.raises(UsageError, match=re.escape(said)):
        check_settings(settings)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("KZNEWS_PAGE", "there is no setting KZNEWS_PAGE (did you mean KZNEWS_PAGES?)"),
        ("KZNEWS_SPEED", "there is no setting KZNEWS_SPEED: docs/settings.md has all"),
        ("DOWNLOAD_DELY", "there is no setting DOWNLOAD_DELY (did you mean DOWNLOAD_DELAY?)"),
        ("KZNEWS_FEEDS", "-s KZNEWS_FEEDS: FEEDS is made of it before: set it in the environment"),
        ("SOMEBODY_S_OWN", None),
    ],
)
def test_a_setting_that_would_set_nothing_is_told(name: str, said: str | None) -> None:
    settings = Settings()
    settings.setmodule(project)
    settings.set(name, "all", priority="cmdline")
    assert next(misnamed(settings), "").startswith(said or "")
    assert bool(said) == any(misnamed(settings))


@pytest.mark.parametrize("columns", range(50, 90))
def test_help_is_readable_at_any_width(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    parser = argparse.ArgumentParser(formatter_class=commands.HelpFormatter)
    parser.add_argument("--hours", help="age of the newest article that is well (default: 24)")
    assert "(default: 24)" in " ".join(parser.format_help().split())


def test_a_crawl_collects_garbage_seldom_once_all_is_imported() -> None:
    code = (
        "import gc; usual = gc.get_threshold()\n"
        "from kznews.commands.garbage import IN_A_RUN, collect_seldom\n"
        "assert gc.get_threshold() > (IN_A_RUN, *usual[1:]) > usual\n"
        "collect_seldom()\n"
        "assert gc.get_threshold() == (IN_A_RUN, *usual[1:])\n"
        "assert gc.get_freeze_count() > 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
