"""The cost of keeping a page and of reading it again, in milliseconds of CPU.

    python -m benchmarks.kept_pages --pages 200

Heavy pages of the look-alike, compressed as servers send them; records of other hosts as in Common
Crawl, with uncompressed bodies. The fastest of some rounds is printed, because other work on the
machine only adds. The last line is what one core does per hour.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.reading import samples
from kznews.sites.info365 import INFO365
from kznews.sources.recorded_pages import read_page
from kznews.warc.reader import Recorded, read_records
from kznews.warc.writer import Exchange, PageFiles

ROUNDS = 5
HEADERS = [("Content-Type", "text/html; charset=UTF-8")]
PACKED = [*HEADERS, ("Content-Encoding", "gzip")]


def fastest(pages: int, do: Callable[[], object]) -> float:
    """Return the milliseconds a page of the fastest round."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        do()
        rounds.append(time.process_time() - started)
    return min(rounds) / pages * 1000


def keep(place: Path, exchanges: Sequence[Exchange]) -> Path:
    files = PageFiles(place, f"{time.monotonic_ns()}", {}, 10**9)
    for exchange in exchanges:
        record = files.write(exchange)
    files.close()
    return place / record.file


def read(file: Path, *, wanted: bool) -> list[Recorded]:
    return list(filter(None, read_records(str(file), lambda _, __: wanted, 10**8)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    taken = samples(parser.parse_args().pages, "current")
    own = [
        Exchange(s.url, s.seen_at, "GET", [], 200, PACKED, gzip.compress(s.body, 1)) for s in taken
    ]
    others = [
        replace(exchange, headers=HEADERS, body=sample.body)
        for exchange, sample in zip(own, taken, strict=True)
    ]
    with TemporaryDirectory() as folder:
        place = Path(folder)
        kept, foreign = keep(place, own), keep(place, others)
        answers = read(kept, wanted=True)
        found = {
            "keep": fastest(len(own), lambda: keep(place, own)),
            "unpack": fastest(len(own), lambda: read(kept, wanted=True)),
            "read": fastest(
                len(own), lambda: [read_page(INFO365, nullcontext(), a) for a in answers]
            ),
            "pass over": fastest(len(own), lambda: read(foreign, wanted=False)),
        }
    for name, each in found.items():
        print(json.dumps({"what": name, "ms a page": round(each, 2)}))
    again, over = found["unpack"] + found["read"], found["pass over"]
    hour = {"pages read": round(3.6e6 / again), "records passed over": round(3.6e6 / over)}
    print(json.dumps({"a core-hour": hour}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
