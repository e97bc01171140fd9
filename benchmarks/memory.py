"""What a crawl takes in memory, by the number of articles that it brings.

    python -m benchmarks.memory --articles 1000 4000

The look-alike site is served by this process, the crawl is another; the kernel tells its peak.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.torture import ROOT, kznews
from replica import Newsroom, Server


def peak(articles: int, data: Path) -> dict[str, float]:
    """Crawl so many articles; return how many came and the peak of memory in MB."""
    with Server(Newsroom(articles=articles, oddities=False)) as server:
        environment = {**os.environ, "KZNEWS_DATA_DIR": str(data)}
        crawl = subprocess.Popen(kznews(server, data), cwd=ROOT, env=environment)
        _, status, used = os.wait4(crawl.pid, 0)
    crawl.returncode = os.waitstatus_to_exitcode(status)
    lines = sum(file.read_bytes().count(b"\n") for file in data.glob("articles-*.jsonl"))
    return {"articles": lines, "peak_mb": round(used.ru_maxrss / 1024, 1)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[1000, 4000])
    for articles in parser.parse_args().articles:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(peak(articles, Path(folder))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
