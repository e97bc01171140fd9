"""Every recipe of docs/recipes.md runs as written and does what it promises."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from shutil import which
from zoneinfo import ZoneInfo

import pytest

from kznews.storage.archive import Archive
from replica import Newsroom, Server
from tests.crawling import FAST, ROOT, Record, crawl
from tests.forkserver import launcher

pytestmark = pytest.mark.xdist_group("recipes")  # one archive for all

ARTICLES = 60
TODAY = datetime.now(ZoneInfo("Asia/Almaty")).date()
TEXT = (ROOT / "docs" / "recipes.md").read_text("utf-8")
RECIPES = {
    part.partition("\n")[0]: re.findall(r"^```(\w+)\n(.*?)^```", part, re.DOTALL | re.MULTILINE)
    for part in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
}
TIMES = re.compile(r"((?:[\d*/,-]+ +){5})(.+)")


@dataclass
class Kitchen:
    """An archive that is filled, the site it came from, and a directory to work in."""

    server: Server
    data: Path
    edited: str
    directory: Path = Path()
    variables: dict[str, str] = field(default_factory=dict)

    def run(self, kind: str, block: str) -> str:
        """Run a block of a recipe as a person would; return what it printed."""
        if kind == "crontab":
            return "".join(map(self._at_its_time, block.splitlines()))
        script = self.directory / f"recipe.{kind}"
        here = f'crawled("365info-latest", base_url="{self.server.url}"'
        script.write_text(block.replace('crawled("365info-latest"', here), "utf-8")
        program = ("bash", "-euo", "pipefail") if kind == "sh" else (sys.executable,)
        done = subprocess.run(
            (*program, str(script)),
            cwd=self.directory,
            env={**os.environ, **self.variables},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "WARNING" not in done.stderr or "-L WARNING" not in block  # cron sends it by mail
        return done.stdout

    def _at_its_time(self, line: str) -> str:
        """Run a line of a crontab; one that sets a variable is no command."""
        if re.fullmatch(r"[A-Z_]+=\S+", line):
            return ""
        job = TIMES.fullmatch(line)
        assert job, line
        return self.run("sh", job[2].replace("/srv/kznews", str(self.directory)))

    def exported(self) -> list[Record]:
        """What the archive holds, the last version of each."""
        archive = Archive(f"sqlite:///{self.data / 'archive.db'}", create=False)
        found = list(archive.articles.export(None, None, None, all_versions=False))
        archive.close()
        return found


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kitchen]:
    data = tmp_path_factory.mktemp("data")
    newsroom = Newsroom(articles=ARTICLES - 1, oddities=False, today=TODAY)
    politics = next(term for term in newsroom.categories if term.slug == "politika")
    newsroom.publish(categories=[newsroom.catch_all, politics])
    with Server(newsroom) as server:
        assert crawl(server.url, data, spider="365info-backfill").status == 0
        post = newsroom.edit(newsroom.newest_first[1].id, add_paragraph="Добавлено позже.")
        newsroom.publish()
        yield Kitchen(server, data, post.path)


@pytest.fixture
def kitchen(filled: Kitchen, tmp_path: Path) -> Kitchen:
    """Return a directory of its own, where `scrapy` crawls the look-alike without any delay."""
    programs = tmp_path / "bin"
    programs.mkdir()
    here = " ".join(("-a", f"base_url={filled.server.url}", *FAST))
    (programs / "scrapy").write_text(
        f'#!/bin/sh\ncase $1 in crawl|audit) set -- "$@" {here};; esac\n'
        f'exec {" ".join(launcher())} scrapy "$@"\n'
    )
    (programs / "scrapy").chmod(0o755)
    filled.directory = tmp_path / "work"
    filled.directory.mkdir()
    (filled.directory / "scrapy.cfg").write_text((ROOT / "scrapy.cfg").read_text("utf-8"))
    filled.variables = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "KZNEWS_DATA_DIR": str(filled.data),
    }
    return filled


def lines(path: Path) -> list[Record]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def files_by_day(kitchen: Kitchen, _: list[str]) -> None:
    found = {
        (path.parent.name, path.stem, article["id"])
        for path in kitchen.directory.glob("daily/*/*.jsonl")
        for article in lines(path)
    }
    recent = [a for a in kitchen.exported() if a["published_at"] >= "2026-11-01"]
    assert found == {
        (section["slug"], article["published_at"][:10], article["id"])
        for article in recent
        for section in article["sections"]
        if section["name"] == article["section"]
    }
    assert len({(section, day) for section, day, _ in found}) > 1


def politics(kitchen: Kitchen, _: list[str]) -> None:
    with (kitchen.directory / "politics.csv").open(encoding="utf-8", newline="") as file:
        ids = {row["id"] for row in csv.DictReader(file)}
    assert ids == {
        article["id"]
        for article in kitchen.exported()
        if article["published_at"] >= "2026"
        and "politika" in [section["slug"] for section in article["sections"]]
    }
    assert ids


def tables(kitchen: Kitchen, told: list[str]) -> None:
    _, duckdb, pandas = told
    articles = kitchen.exported()
    sections = {article["section"] for article in articles}
    assert all(section in duckdb for section in sections)
    assert articles[-1]["published_at"][:4] in pandas
    counts = [int(row.split()[1]) for row in pandas.splitlines()[2:]]
    assert sum(counts) == len(articles)


def excel(kitchen: Kitchen, _: list[str]) -> None:
    with (kitchen.directory / "articles.csv").open(encoding="utf-8-sig", newline="") as file:
        titles = {row["id"]: row["title"] for row in csv.DictReader(file)}
    assert titles == {article["id"]: article["title"] for article in kitchen.exported()}


def database(kitchen: Kitchen, told: list[str]) -> None:
    articles = kitchen.exported()
    rows = [line.split() for line in told[-1].splitlines()[1:]]
    months = {row[1]: int(row[2]) for row in rows if len(row) == 3 and row[0].isdigit()}
    assert sum(months.values()) == len(articles)
    tags = Counter(tag for article in articles for tag in article["tags"])
    assert max(tags.values()) in [int(row[-2]) for row in rows[len(months) :]]


def loop(kitchen: Kitchen, told: list[str]) -> None:
    found = {f"new: {a['published_at']} {a['title']}" for a in kitchen.exported()}
    lines = [line for line in told[0].splitlines() if line.startswith("new: ")]
    assert lines
    assert set(lines) <= found


def edits(kitchen: Kitchen, told: list[str]) -> None:
    assert f"{kitchen.server.url}{kitchen.edited} changed: text" in told[-1]
    assert "+Добавлено позже." in told[-1]


def search(kitchen: Kitchen, told: list[str]) -> None:
    assert set(told[0].split()) == {'"errors":false'}
    assert {a["id"]: a for a in kitchen.exported()} == Receiver.documents
    assert kitchen.server.url in told[-1]
    assert re.search(r"\[(?:тенге|миллион\w*)\]", told[-1])


def clock(kitchen: Kitchen, _: list[str]) -> None:
    assert "By the REST API" in (kitchen.directory / "audit.txt").read_text("utf-8")
    assert (kitchen.directory / "missing.txt").read_text("utf-8") == ""
    assert len(kitchen.exported()) == ARTICLES + 1


PROMISES: dict[str, Callable[[Kitchen, list[str]], None]] = {
    "A file a day for each section": files_by_day,
    "Only politics since January": politics,
    "A table for pandas or DuckDB": tables,
    "A database to ask": database,
    "A table for Excel": excel,
    "Articles as a crawl finds them": loop,
    "Follow edits": edits,
    "Feed a search engine": search,
    "By the clock, without Scrapyd": clock,
}


class Receiver(BaseHTTPRequestHandler):
    """Takes `_bulk` as the protocol has it: an action, its document, each on a line."""

    documents: dict[str, Record] = {}  # noqa: RUF012

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        good = (
            self.path == "/articles/_bulk"
            and self.headers["Content-Type"] == "application/x-ndjson"
            and body.endswith(b"\n")
        )
        parts = [json.loads(line) for line in body.splitlines()]
        for action, document in zip(parts[::2], parts[1::2], strict=True):
            good = good and action == {"index": {"_id": document["id"]}}
            self.documents[document["id"]] = document
        answer = json.dumps({"took": 1, "errors": not good}, separators=(",", ":")).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def receiver() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_does_what_it_promises(name: str, kitchen: Kitchen, receiver: str) -> None:
    for program, package in {"curl": "curl", "jq": "jq", "flock": "util-linux"}.items():
        if any(f"{program} " in block for _, block in RECIPES[name]) and not which(program):
            pytest.skip(f"{program} is missing: apt-get install {package}")
    told = [
        kitchen.run(kind, block.replace("http://127.0.0.1:9200", receiver))
        for kind, block in RECIPES[name]
    ]
    PROMISES[name](kitchen, told)


def test_there_is_a_promise_for_every_recipe() -> None:
    assert list(RECIPES) == list(PROMISES)
