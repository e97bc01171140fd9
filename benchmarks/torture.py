"""Kills a crawl at random moments until it finishes; counts what is lost, doubled, fetched again.

    python -m benchmarks.torture --articles 2000 --kills 10 --trials 3

Crawls the look-alike site. Each kill is SIGKILL, half of them after some number of requests, half
at one of the moments in `benchmarks/crash.py`: in a walk, in a commit, while a file appears, while
a run ends. `--stock` does the first kind to a bare Scrapy spider with JOBDIR.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.crash import POINTS, REPEATED
from replica import Newsroom, Server

ROOT = Path(__file__).resolve().parent.parent
QUICK = ("-s", "DOWNLOAD_DELAY=0.001", "-s", "AUTOTHROTTLE_ENABLED=0", "-s", "LOG_LEVEL=INFO")


@dataclass
class Damage:
    """What a repeatedly killed crawl did wrong."""

    kills: int
    runs: int
    articles: int
    lost: int
    doubled: int
    corrupt: int
    fetched_again: int
    status: int


def kznews(server: Server, data: Path, crash: tuple[str, ...] = ()) -> list[str]:
    module = ("benchmarks.crash", *crash) if crash else ("scrapy",)
    return [
        *(*module, "crawl", "365info", *QUICK),
        *("-a", f"base_url={server.url}", "--logfile", str(data / "crawl.log")),
    ]


def stock(server: Server, data: Path) -> list[str]:
    return [
        *("scrapy", "runspider", str(ROOT / "benchmarks" / "stock.py")),
        *("-a", f"base_url={server.url}", "-s", f"JOBDIR={data / 'job'}"),
        *("-s", "DOWNLOAD_DELAY=0.001", "-o", str(data / "articles-stock.jsonl")),
        *("--logfile", str(data / "crawl.log")),
    ]


def start(words: list[str], cwd: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen((sys.executable, "-m", *words), cwd=cwd, env=environment)


def torture(
    articles: int, kills: int, seed: int, data: Path, *, is_stock: bool = False, start: Any = start
) -> Damage:
    """Kill one crawl after another, then let one end; ``start`` runs a module in a process."""
    rng = random.Random(seed)
    newsroom = Newsroom(articles=articles, oddities=False)
    environment = {**os.environ, "KZNEWS_DATA_DIR": str(data), "PYTHONPATH": str(ROOT)}
    with Server(newsroom) as server:
        done = runs = 0
        while True:
            runs += 1
            goal = threading.Event()
            aimed = done < kills and not is_stock and rng.random() < 0.5
            aim = crash(rng, articles // kills) if aimed else ()
            command = stock(server, data) if is_stock else kznews(server, data, aim)
            with start(command, data if is_stock else ROOT, environment) as process:
                if done < kills and not aimed:
                    share = rng.random() if rng.random() < 0.8 else 1.0
                    kill_after(process, server, int(share * articles / kills * 1.5) + 2, goal)
                status = process.wait()
            goal.set()
            if status == -signal.SIGKILL:
                done += 1
            elif done >= kills or runs > 3 * kills:
                break
            elif not is_stock:
                newsroom.publish()  # a run without anything new would not come to most moments
        asked = [hit.path for hit in server.log if hit.path.startswith("/20") and hit.status == 200]
    return damage(newsroom, data, done, runs, len(asked), status)


def crash(rng: random.Random, most: int) -> tuple[str, ...]:
    """Return a moment; one that comes once a run at its first time, the others at any."""
    point = rng.choice(list(POINTS))
    number = rng.randint(1, most) if point in REPEATED else 1
    return (*POINTS[point], str(number))


def kill_after(process: Any, server: Server, requests: int, over: threading.Event) -> None:
    """Kill a crawl after so many requests."""
    start = len(server.log)

    def watch() -> None:
        while not over.wait(0.002):
            if len(server.log) - start >= requests:
                process.kill()
                return

    threading.Thread(target=watch, daemon=True).start()


def damage(
    newsroom: Newsroom, data: Path, kills: int, runs: int, asked: int, status: int
) -> Damage:
    wanted = {truth["path"] for truth in newsroom.truth()}
    lines: Counter[str] = Counter()
    corrupt = 0
    for file in data.glob("articles-*.jsonl"):
        for line in file.read_text("utf-8").splitlines():
            try:
                lines["/" + json.loads(line)["url"].split("/", 3)[3]] += 1
            except ValueError:
                corrupt += 1
    return Damage(
        kills=kills,
        runs=runs,
        articles=len(lines),
        lost=len(wanted - lines.keys()),
        doubled=sum(lines.values()) - len(lines),
        corrupt=corrupt,
        fetched_again=asked - len(wanted),
        status=status,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--trials", type=int, default=3)
    parser.add_argument("--seed", type=int, default=365)
    parser.add_argument("--stock", action="store_true", help="a bare Scrapy spider with JOBDIR")
    options = parser.parse_args()
    worst = 0
    for trial in range(options.trials):
        with tempfile.TemporaryDirectory() as folder:
            found = torture(
                options.articles, options.kills, options.seed + trial, Path(folder),
                is_stock=options.stock,
            )  # fmt: skip
        print(json.dumps(asdict(found)), flush=True)
        worst = max(worst, found.lost + found.doubled + found.corrupt)
    return 1 if worst else 0


if __name__ == "__main__":
    sys.exit(main())
