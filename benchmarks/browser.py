"""The cost of a page in a browser and by plain HTTP, and of a section of 200 articles.

    python -m benchmarks.browser --articles 60

This process serves the look-alike site. Scrapy, Playwright's driver and all processes of the
browser have a mark in their environment. Their memory is the sum of their PSS: what each has alone
and its part of what several share. Seconds are those of the whole run with its start, so an empty
run is measured too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import suppress
from pathlib import Path

from benchmarks.torture import ROOT
from replica import Newsroom, Server

QUICK = ("-s", "DOWNLOAD_DELAY=0.001", "-s", "AUTOTHROTTLE_ENABLED=0", "-s", "LOG_LEVEL=WARNING")
EVERY = 0.2
"""Seconds between two looks at the memory."""


def run(server: Server, *words: str) -> dict[str, float]:
    """Crawl into an empty archive; return seconds, CPU seconds, articles and peak MB."""
    mark = uuid.uuid4().hex
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "KZNEWS_DATA_DIR": folder, "KZNEWS_BENCHMARK": mark}
        options = ("-a", f"base_url={server.url}", "-a", "sections=poslednie-novosti", *QUICK)
        started = time.monotonic()
        process = subprocess.Popen(
            (sys.executable, "-m", "scrapy", "crawl", "365info", *options, *words),
            cwd=ROOT,
            env=environment,
        )
        peak, used = 0.0, {}
        while process.poll() is None:
            memory, ticks = look(mark)
            peak = max(peak, memory)
            used.update(ticks)
            time.sleep(EVERY)
        seconds = time.monotonic() - started
        found = [x for file in Path(folder).glob("articles-*") for x in file.open("rb")]
    return {
        "seconds": round(seconds, 1),
        "cpu_s": round(sum(used.values()) / os.sysconf("SC_CLK_TCK"), 1),
        "articles": len(found),
        "peak_mb": round(peak),
    }


def look(mark: str) -> tuple[float, dict[str, int]]:
    """Return the MB of all processes with a mark, and the CPU seconds of each."""
    memory, ticks = 0, {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            if mark.encode() not in (entry / "environ").read_bytes():
                continue
            rollup = (entry / "smaps_rollup").read_text()
            memory += next(int(x.split()[1]) for x in rollup.splitlines() if x.startswith("Pss:"))
            used = (entry / "stat").read_text().rpartition(")")[2].split()[11:13]
            ticks[entry.name] = sum(map(int, used))
    return memory / 1024, ticks


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=60)
    articles = parser.parse_args().articles
    with Server(Newsroom(articles=articles, oddities=False)) as server:
        for mode in ("never", "always"):
            few = run(server, "-a", f"render={mode}", "-a", "max_articles=2")
            all_of_them = run(server, "-a", f"render={mode}")
            more = all_of_them["articles"] - few["articles"]
            page = {
                name: round((all_of_them[name] - few[name]) / more, 3)
                for name in ("seconds", "cpu_s")
            }
            figures = {"render": mode, **all_of_them, "a page": page}
            print(json.dumps(figures), flush=True)
    for kind in ("plain", "button", "scroll"):
        newsroom = Newsroom(articles=200, oddities=False)
        if kind != "plain":
            newsroom.script("poslednie-novosti", kind)  # type: ignore[arg-type]
        with Server(newsroom) as server:
            print(json.dumps({"section": kind, **run(server)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
