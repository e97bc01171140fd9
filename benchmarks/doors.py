"""What each door to the archive costs, beside a bare Scrapy spider that downloads the same JSON.

    python -m benchmarks.doors --articles 2000

Serves the look-alike site; prints requests, bytes and CPU seconds of each crawl, start included.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from replica import Newsroom, Server

ROOT = Path(__file__).resolve().parent.parent
QUICK = ("-s", "DOWNLOAD_DELAY=0.001", "-s", "AUTOTHROTTLE_ENABLED=0", "-s", "LOG_LEVEL=INFO")
STATS = ("downloader/request_count", "downloader/response_bytes", "httpcompression/response_bytes")
DOORS = {
    "a bare spider on the same JSON": ["runspider", str(ROOT / "benchmarks" / "bare_rest.py")],
    "backfill, REST": ["crawl", "365info-backfill", "-a", "door=rest"],
    "backfill, sitemaps": ["crawl", "365info-backfill", "-a", "door=sitemap"],
    "sections": ["crawl", "365info"],
}


def run(words: list[str], server: Server) -> dict[str, float]:
    """Run a crawl from nothing; return its statistics and CPU seconds."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "crawl.log"
        options = ("-a", f"base_url={server.url}", "--logfile", str(log))
        process = subprocess.Popen(
            (sys.executable, "-m", "scrapy", *words, *QUICK, *options),
            cwd=folder if words[0] == "runspider" else ROOT,
            env={**os.environ, "KZNEWS_DATA_DIR": folder, "PYTHONPATH": str(ROOT)},
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        text = log.read_text("utf-8")
    found = dict(re.findall(r"'([\w/]+)': (\d+)", text))
    return {
        **{name.replace("/", " "): float(found.get(name, 0)) for name in STATS},
        "items": float(found["item_scraped_count"]),
        "cpu s": usage.ru_utime + usage.ru_stime,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--doors", nargs="+", default=list(DOORS), choices=list(DOORS))
    options = parser.parse_args()
    cpu: dict[str, list[float]] = {door: [] for door in options.doors}
    with Server(Newsroom(articles=options.articles, oddities=False)) as server:
        for number in range(options.rounds):
            for door in options.doors:
                found = run(DOORS[door], server)
                cpu[door].append(found["cpu s"])
                if number == 0:
                    print(json.dumps({"door": door, **found}), flush=True)
    base = median(next(iter(cpu.values())))
    for door, seconds in cpu.items():
        ratio = round(median(seconds) / base, 2)
        print(json.dumps({"door": door, "cpu s": round(median(seconds), 2), "ratio": ratio}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
