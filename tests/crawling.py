"""Runs a spider as a user does, in its own process, and reads the files that it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from replica import Newsroom, Server
from tests import forkserver

ROOT = Path(__file__).parent.parent
BACKFILL = "365info-backfill"
SCRAPY = (sys.executable, "-W", "error", "-m", "scrapy")
FAST = (
    *("-s", "DOWNLOAD_DELAY=0.001", "-s", "AUTOTHROTTLE_ENABLED=0", "-s", "RETRY_TIMES=1"),
    *("-s", "KZNEWS_CHALLENGE_PAUSE=0.01", "-s", "KZNEWS_RATE_LIMIT_PAUSE=0.01"),
    *("-s", "KZNEWS_ROBOTS_PAUSE=0.01", "-s", "STATS_DUMP=1"),
)

Record = dict[str, Any]


@dataclass
class Run:
    """A finished run: its exit status, what it said, and where its files are."""

    status: int
    log: str
    data: Path

    def records(self, kind: str) -> list[Record]:
        """Return the lines of all feeds of a kind, in the order of the files."""
        files = sorted(self.data.glob(f"{kind}-*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]

    @property
    def articles(self) -> list[Record]:
        return self.records("articles")

    @property
    def rejected(self) -> dict[str, Record]:
        """The rejected by address."""
        return {record["url"]: record for record in self.records("rejected")}

    def urls(self) -> set[str]:
        return {article["url"] for article in self.articles}


def environment(data: Path) -> dict[str, str]:
    ours = {
        "KZNEWS_DATA_DIR": str(data),
        "PYTHONPATH": str(ROOT),
        "SCRAPY_SETTINGS_MODULE": "kznews.settings",
    }
    return {**os.environ, **ours}


def run_module(name: str, *words: str, data: Path, cwd: Path = ROOT, room: int = 0) -> Run:
    """Run a module as `python -m` does; no file may grow beyond so many bytes as ``room``."""
    status, said, shown = forkserver.run((name, *words), cwd, environment(data), 240, room)
    return Run(status, said + shown, data)


def scrapy(*words: str, data: Path, cwd: Path = ROOT) -> Run:
    """Run a Scrapy command; its feeds go to ``data``."""
    return run_module("scrapy", *words, data=data, cwd=cwd)


def start(*words: str, data: Path) -> forkserver.Process:
    """Begin a module's command, to be read, signalled or killed while it runs."""
    return forkserver.Process(words, ROOT, environment(data))


def crawl(base_url: str, data: Path, *words: str, spider: str = "365info", **arguments: str) -> Run:
    """Crawl a site on this machine; keyword arguments are the spider's."""
    given = {"base_url": base_url, **arguments}
    options = [word for name, value in given.items() for word in ("-a", f"{name}={value}")]
    return scrapy("crawl", spider, *options, *FAST, *words, data=data)


def backfill(server: Server, data: Path, *words: str, **arguments: str) -> Run:
    return crawl(server.url, data, *words, spider=BACKFILL, **arguments)


def paths(run: Run) -> list[str]:
    """Return the paths of a run's articles, sorted."""
    return sorted(article["url"].split("/", 3)[3] for article in run.articles)


def everything(newsroom: Newsroom) -> list[str]:
    """Return the paths of all articles that a site has, sorted."""
    return sorted(post.path[1:] for post in newsroom.posts)


def asked(server: Server, start: str = "/20") -> list[str]:
    """Return the paths that were asked for, of articles if not said otherwise."""
    return [hit.path for hit in server.log if hit.path.startswith(start)]


@contextmanager
def browsing(data: Path, *words: str) -> Iterator[str]:
    """Run `scrapy browse` on a free port until the block is left; yield the address it names."""
    with subprocess.Popen(
        (*SCRAPY, "browse", *words, "--port", "0"),
        cwd=ROOT,
        env=environment(data),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        lines = iter(process.stdout.readline, "")
        try:
            yield next(word for line in lines for word in line.split() if "://" in word)
        finally:
            process.terminate()
            said = process.stdout.read()
    assert "Traceback" not in said
