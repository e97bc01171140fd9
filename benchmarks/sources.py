"""The cost of each source of the archive, beside a bare Scrapy spider with the same JSON.

    python -m benchmarks.sources --articles 2000

Serves the look-alike site; prints requests, bytes and CPU seconds of each crawl, start included.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import BARE, QUICK, run
from replica import Newsroom, Server

STATS = ("downloader/request_count", "downloader/response_bytes", "httpcompression/response_bytes")
SOURCES = {
    "a bare spider on the same JSON": [*BARE, "-a", "what=posts"],
    "backfill, REST": ["crawl", "365info-backfill", *QUICK, "-a", "source=rest"],
    "backfill, sitemaps": ["crawl", "365info-backfill", *QUICK, "-a", "source=sitemap"],
    "sections": ["crawl", "365info", *QUICK],
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--sources", nargs="+", default=list(SOURCES), choices=list(SOURCES))
    options = parser.parse_args()
    with Server(Newsroom(articles=options.articles, oddities=False)) as server:
        for source in options.sources:
            with tempfile.TemporaryDirectory() as folder:
                cost = run([*SOURCES[source], "-a", f"base_url={server.url}"], Path(folder))
            counts = {name.replace("/", " "): cost.stats.get(name, 0) for name in STATS}
            items = cost.stats["item_scraped_count"]
            print(
                json.dumps(
                    {"source": source, **counts, "items": items, "cpu s": round(cost.cpu, 2)}
                )
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
