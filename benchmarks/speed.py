"""Everything kznews does beside what Scrapy alone needs for the same pages: ``make bench``.

    python -m benchmarks.speed --articles 2000 --rounds 3 --write

The look-alike site with pages of real weight, behind nginx; every row is a process of its own, run
in turn with the others; medians. ``--write`` puts the tables into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measuring import BARE, QUICK, ROOT, Cost, middle, run
from benchmarks.serving import site

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- made by make bench -->", "<!-- end of what make bench makes -->"


@dataclass(frozen=True)
class Row:
    """A command that is measured, and the one that it is held against."""

    name: str
    words: Sequence[str]
    beside: str = ""
    most: float | None = None
    again: bool = False
    """Whether an unmeasured run goes before it, after which nothing is new."""


STOCK, TUNED, NAIVE = "bare Scrapy, stock", "bare Scrapy, CONCURRENT_ITEMS=4", "five selectors"
POSTS, EMPTY = "bare Scrapy, the same JSON, an empty item a post", "an empty spider"


def rows(url: str, addresses: Path) -> list[Row]:
    pages = ["-a", f"addresses={addresses}"]
    ours = [*QUICK, "-a", f"base_url={url}"]
    return [
        Row(STOCK, [*BARE, "-a", "what=pages", *pages]),
        Row(TUNED, [*BARE, "-a", "what=pages", *pages, "-s", "CONCURRENT_ITEMS=4"], STOCK),
        Row(NAIVE, [*BARE, "-a", "what=naive", *pages], STOCK),
        Row("kznews, sections", ["crawl", "365info", *ours], STOCK, 1.25),
        Row(POSTS, [*BARE, "-a", "what=posts", "-a", f"base_url={url}"]),
        Row("kznews, REST", ["crawl", "365info-backfill", *ours], POSTS, 1.6),
        Row(EMPTY, [*BARE, "-a", "what=none"]),
        Row("kznews, latest, nothing new", ["crawl", "365info-latest", *ours], EMPTY, 1.5, True),
    ]


def measure(articles: int, rounds: int) -> dict[str, Cost]:
    """Run every row in turn, so often; return the medians."""
    costs: dict[str, list[Cost]] = {}
    with site(articles) as url, tempfile.TemporaryDirectory() as place:
        addresses = warm(url, Path(place))
        wanted = rows(url, addresses)
        for number in range(rounds):
            for row in wanted:
                with tempfile.TemporaryDirectory() as folder:
                    if row.again:
                        run(row.words, Path(folder))
                    cost = run(row.words, Path(folder))
                costs.setdefault(row.name, []).append(cost)
                told = {"cpu s": round(cost.cpu, 2), "wall s": round(cost.wall, 1)}
                print(json.dumps({"round": number, "row": row.name, **told}), flush=True)
    return {name: middle(some) for name, some in costs.items()}


def warm(url: str, place: Path) -> Path:
    """Fill the server's cache; return a file with the addresses of all articles."""
    for spider in ("365info", "365info-backfill"):
        data = place / spider
        data.mkdir()
        run(["crawl", spider, *QUICK, "-a", f"base_url={url}"], data)
    run([*BARE, "-a", "what=posts", "-a", f"base_url={url}"], place)
    lines = (x for file in (place / "365info").glob("articles-*") for x in file.open("rb"))
    addresses = place / "addresses"
    addresses.write_text("\n".join(json.loads(line)["url"] for line in lines))
    return addresses


def scale(numbers: Sequence[int]) -> list[tuple[int, Cost]]:
    """Bring ever more articles, through the REST API."""
    found = []
    for articles in numbers:
        with site(articles) as url, tempfile.TemporaryDirectory() as folder:
            words = ["crawl", "365info-backfill", *QUICK, "-a", f"base_url={url}"]
            found.append((articles, run(words, Path(folder))))
        print(json.dumps({"articles": articles, "mb": round(found[-1][1].mb)}), flush=True)
    return found


def crawls_table(found: dict[str, Cost], articles: int) -> list[str]:
    lines = [
        f"| {articles} articles | CPU s | ms an article | beside | wanted | MB |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows("", Path()):
        cost = found[row.name]
        each = "" if row.again or row.name == EMPTY else f"{cost.cpu / articles * 1000:.2f}"
        beside = f"{cost.cpu / found[row.beside].cpu:.2f} × {row.beside}" if row.beside else ""
        most = f"≤ {row.most}" if row.most else ""
        lines.append(
            f"| {row.name} | {cost.cpu:.2f} | {each} | {beside} | {most} | {cost.mb:.0f} |"
        )
    return lines


def reading_table(found: dict[str, dict[str, float]]) -> list[str]:
    shares = {
        "title": "title", "date": "date, minute and zone", "authors": "authors",
        "sections": "sections", "tags": "tags", "f1": "word F1", "furniture": "foreign words",
        "lost": "lost words",
    }  # fmt: skip
    lines = [
        f"| {' | '.join(['reader', 'ms a page', 'parses', *shares.values()])} |",
        f"|{'---|' * (len(shares) + 3)}",
    ]
    for name, row in found.items():
        parses = f"{row['parses']:.1f}" if "parses" in row else ""
        cells = [
            "" if key not in row else f"{row[key]:.4f}" if key == "f1" else f"{row[key]:.1%}"
            for key in shares
        ]
        lines.append(f"| {name} | {row['ms']:.2f} | {parses} | {' | '.join(cells)} |")
    return lines


def scale_table(found: Sequence[tuple[int, Cost]]) -> list[str]:
    return [
        "| articles | CPU s | ms an article | peak MB |",
        "|---|---|---|---|",
        *(
            f"| {articles} | {cost.cpu:.1f} | {cost.cpu / articles * 1000:.2f} | {cost.mb:.0f} |"
            for articles, cost in found
        ),
    ]


def write(lines: Sequence[str]) -> None:
    """Put the tables between their marks in the page."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text("\n".join([before + BEGIN, *lines, END]) + after, "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=int, nargs="*", default=[2000, 10_000, 50_000])
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    options = parser.parse_args()
    crawls = measure(options.articles, options.rounds)
    from benchmarks import reading  # noqa: PLC0415 (large, and what measures must be small)

    readers = reading.measure(articles=100, for_peers=40)
    growth = scale(options.scale)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    lines = [
        f"{datetime.now(UTC).date()}, {machine}, medians of {options.rounds} rounds.",
        "",
        *crawls_table(crawls, options.articles),
        "",
        *reading_table(readers),
        "",
        *scale_table(growth),
    ]
    print("\n".join(lines))
    if options.write:
        write(lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
