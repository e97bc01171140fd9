"""kznews beside Scrapy alone with the same pages: ``make bench``.

    python -m benchmarks.speed --articles 2000 --rounds 3 --write
    python -m benchmarks.speed --articles 500 --rounds 1 --scale

The look-alike site with pages of real size, behind nginx, and the same with texts from templates.
Every row is a separate process, the rows run in turn, and medians are printed. ``--write`` puts the
tables into docs/benchmarks.md. The second command takes three minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.measuring import BARE, PEERS, QUICK, ROOT, Cost, middle, run
from benchmarks.serving import site

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- made by make bench -->", "<!-- end of what make bench makes -->"


@dataclass(frozen=True)
class Row:
    """A command that is measured, and the one that it is compared with."""

    name: str
    words: Sequence[str]
    beside: str = ""
    most: float | None = None
    """Times the CPU of the other one that are wanted at most."""
    most_memory: float | None = None
    again: bool = False
    """Whether an unmeasured run goes before it, after which nothing is new."""


STOCK, FUNDUS = "bare Scrapy, stock", "fundus, sitemaps"
TUTORIAL = "a spider as in Scrapy's tutorial, titles only"
POSTS, EMPTY = "bare Scrapy, the same JSON, an empty item a post", "an empty spider"
AT_ONCE = ("-s", "CONCURRENT_REQUESTS=16", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=16")
ALL_KEPT = ("-s", "KZNEWS_PAGES=all")
REREAD, IN_TWO = "kznews, kept pages read again", "kznews, kept pages read again, jobs=2"
SITEMAPS = ("365info-backfill", "-a", "source=sitemap")
KINDS = ("news", "templates")
"""Sites that are measured: texts of their own, and texts that have hundreds of siblings."""


def rows(kind: str, url: str, place: Path) -> list[Row]:
    """Return the rows of a site; ``place`` has the file with the addresses of its pages."""
    pages = ["-a", f"addresses={place / 'addresses'}"]
    ours = [*QUICK, "-a", f"base_url={url}"]
    posts = [*BARE, "-a", "what=posts", "-a", f"base_url={url}"]
    news = kind == KINDS[0]
    found = [
        Row(STOCK, [*BARE, "-a", "what=pages", *pages]),
        Row("kznews, sections", ["crawl", "365info", *ours], STOCK, 2.2 if news else 2.4),
        Row(POSTS, posts),
        Row("kznews, REST", ["crawl", "365info-backfill", *ours], POSTS, 2.2 if news else 2.5),
    ]
    if not news:
        return found
    sitemaps = ["crawl", *SITEMAPS, *ours]
    kept = ["crawl", "365info-warc", *ours, "-a", f"files={place}/0/pages/*.warc.gz"]
    tutorial = ["runspider", str(ROOT / "benchmarks" / "stock.py"), *ours]
    peer = [str(PEERS), str(ROOT / "benchmarks" / "fundus_site.py"), url, str(place / "fundus")]
    return [
        *found,
        Row(TUTORIAL, tutorial, STOCK),
        Row("kznews, sections, 16 at a time", [*found[1].words, *AT_ONCE], STOCK, None, 1.4),
        Row("kznews, sections, all pages kept", [*found[1].words, *ALL_KEPT], found[1].name),
        Row(REREAD, kept, found[1].name),
        Row(IN_TWO, [*kept, "-a", "jobs=2"], found[1].name),
        *([Row(FUNDUS, peer)] if PEERS.exists() else []),
        Row("kznews, sitemaps", sitemaps, FUNDUS if PEERS.exists() else "", 0.8),
        Row(EMPTY, [*BARE, "-a", "what=none"]),
        Row(
            "kznews, latest, nothing new",
            ["crawl", "365info-latest", *ours],
            EMPTY,
            1.5,
            None,
            True,
        ),
    ]


def measure(articles: int, rounds: int) -> dict[str, dict[str, Cost]]:
    """Run every row in turn, so often; return the medians by kind of site."""
    costs: dict[str, dict[str, list[Cost]]] = {kind: {} for kind in KINDS}
    with ExitStack() as stack:
        places = {kind: Path(stack.enter_context(TemporaryDirectory())) for kind in KINDS}
        sites = {k: stack.enter_context(site(articles, templated=k != KINDS[0])) for k in KINDS}
        for kind, url in sites.items():
            warm(url, places[kind])
        for number, kind in product(range(rounds), KINDS):
            for row in rows(kind, sites[kind], places[kind]):
                with TemporaryDirectory() as folder:
                    if row.again:
                        run(row.words, Path(folder))
                    cost = run(row.words, Path(folder))
                costs[kind].setdefault(row.name, []).append(cost)
                times = {"cpu s": round(cost.cpu, 2), "wall s": round(cost.wall, 1)}
                print(
                    json.dumps({"round": number, "of": kind, "row": row.name, **times}), flush=True
                )
    return {kind: {name: middle(some) for name, some in c.items()} for kind, c in costs.items()}


def warm(url: str, place: Path) -> None:
    """Fill the server's cache; write a file with the addresses of all articles."""
    for number, words in enumerate((["365info"], ["365info-backfill"], SITEMAPS)):
        data = place / str(number)
        data.mkdir()
        run(["crawl", *words, *QUICK, *ALL_KEPT, "-a", f"base_url={url}"], data)
    run([*BARE, "-a", "what=posts", "-a", f"base_url={url}"], place)
    lines = (x for file in (place / "0").glob("articles-*") for x in file.open("rb"))
    (place / "addresses").write_text("\n".join(json.loads(line)["url"] for line in lines))


def scale(numbers: Sequence[int]) -> list[tuple[int, Cost]]:
    """Crawl more and more articles through the REST API."""
    found = []
    for articles in numbers:
        with site(articles) as url, TemporaryDirectory() as folder:
            words = ["crawl", "365info-backfill", *QUICK, "-a", f"base_url={url}"]
            found.append((articles, run(words, Path(folder))))
        print(json.dumps({"articles": articles, "mb": round(found[-1][1].mb)}), flush=True)
    return found


def crawls_table(kind: str, found: dict[str, Cost], articles: int) -> list[str]:
    heads = ("CPU s", "ms an article", "CPU beside", "wanted", "MB", "beside", "wanted")
    lines = [f"| {articles} articles, {kind} | {' | '.join(heads)} |", f"|{'---|' * 8}"]
    for row in rows(kind, "", Path()):
        cost = found[row.name]
        each = "" if row.again or row.name == EMPTY else f"{cost.cpu / articles * 1000:.2f}"
        other = found.get(row.beside)
        cells = [
            f"{cost.cpu:.2f}",
            each,
            f"{cost.cpu / other.cpu:.2f} × {row.beside}" if other else "",
            f"≤ {row.most}" if row.most and other else "",
            f"{cost.mb:.0f}",
            f"{cost.mb / other.mb:.2f}" if other else "",
            f"≤ {row.most_memory}" if row.most_memory else "",
        ]
        lines.append(f"| {row.name} | {' | '.join(cells)} |")
    return lines


def reread_table(found: dict[str, Cost], articles: int) -> list[str]:
    names = {1: REREAD, 2: IN_TWO}
    return [
        "| kept pages read again, processes | pages a minute | CPU ms a page |",
        "|---|---|---|",
        *(
            f"| {jobs} | {articles / found[name].wall * 60:.0f} "
            f"| {found[name].cpu / articles * 1000:.2f} |"
            for jobs, name in names.items()
        ),
    ]


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
    parser.add_argument("--scale", type=int, nargs="*", default=[2000, 50_000])
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    options = parser.parse_args()
    crawls = measure(options.articles, options.rounds)
    growth = scale(options.scale)  # before what makes this process large
    from benchmarks import duplicates, reading  # noqa: PLC0415 (large, and what measures must be small)

    readers = reading.measure(articles=100, for_peers=20)
    compared = duplicates.row_costs(Random(365))
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    lines = [
        f"{datetime.now(UTC).date()}, {machine}, medians of {options.rounds} rounds.",
        "",
        *(x for k in KINDS for x in (*crawls_table(k, crawls[k], options.articles), "")),
        *reread_table(crawls[KINDS[0]], options.articles),
        "",
        *reading_table(readers),
        "",
        *scale_table(growth),
        "",
        "| near-duplicates of an article | CPU ms | wanted |",
        "|---|---|---|",
        *(f"| {name} | {ms:.2f} | ≤ {duplicates.MOST_NEAR_MS} |" for name, ms in compared.items()),
    ]
    print("\n".join(lines))
    if options.write:
        write(lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
