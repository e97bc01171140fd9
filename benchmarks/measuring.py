"""The cost of a Scrapy command: the kernel's CPU and peak memory, Scrapy's count of requests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / ".venv-peers" / "bin" / "python"
BARE = ("runspider", str(ROOT / "benchmarks" / "bare.py"), "-s", "LOG_LEVEL=INFO")
UNKEPT = "PYTHONDONTWRITEBYTECODE"
"""Set in many containers; with it, every start would compile the project anew."""
QUICK = ("-s", "DOWNLOAD_DELAY=0.00001", "-s", "AUTOTHROTTLE_ENABLED=0", "-s", "LOG_LEVEL=INFO")


@dataclass(frozen=True)
class Cost:
    """CPU and wall clock in seconds, the peak of memory in MB, Scrapy's statistics."""

    cpu: float
    wall: float
    mb: float
    stats: dict[str, int] = field(default_factory=dict)


def run(words: Sequence[str], data: Path) -> Cost:
    """Run a Scrapy command, or the program at a path; results and log go to ``data``."""
    log = data / "crawl.log"
    scrapy = (sys.executable, "-m", "scrapy", *words, "-s", "STATS_DUMP=1", "--logfile", str(log))
    is_scrapy = not Path(words[0]).is_absolute()
    started = time.monotonic()
    process = subprocess.Popen(
        scrapy if is_scrapy else words,
        cwd=ROOT if words[0] == "crawl" else data,  # no project's settings for a bare spider
        env={
            **{name: value for name, value in os.environ.items() if name != UNKEPT},
            "KZNEWS_DATA_DIR": str(data),
            "PYTHONPATH": str(ROOT),
        },
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - started
    text = log.read_text("utf-8") if is_scrapy else ""
    log.unlink(missing_ok=True)
    stats = {name: int(value) for name, value in re.findall(r"'([\w/]+)': (\d+)", text)}
    if process.returncode not in {0, 3}:  # 3: what it brings is old, and it says so
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}:\n{text[-2000:]}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, stats)


def middle(costs: list[Cost]) -> Cost:
    """Return the medians."""
    return Cost(
        median(cost.cpu for cost in costs),
        median(cost.wall for cost in costs),
        median(cost.mb for cost in costs),
        costs[0].stats,
    )
