"""How well saved real pages are read, beside trafilatura.

    python -m benchmarks.saved_pages FOLDER

``FOLDER`` has ``pages.jsonl`` and one ``KEY.html.gz`` per page. A line is an object with ``key``,
``url``, ``zone``, ``seen`` (ISO 8601, or null) and ``gold``: the expected ``title``, ``published``
or ``day``, ``authors``, ``topics``, ``text`` and ``snippets`` (lists of pieces that the text must
have, ``with``, and must not have, ``without``).

Texts are compared by sequences of four words. A page is harmed if it loses more than a quarter of
its words, or most of its snippets. Two titles are near if one contains the other, or if nine of ten
letters are the same. Two days are the same if they are so in some time zone.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import json
import logging
import os
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean, median
from typing import Any

import trafilatura

import kznews

Page = dict[str, Any]
Found = dict[str, Any]
RUN = 4
FIGURES = (
    "title near", "day", "instant", "authors", "topics", "text precision", "text recall",
    "lost > 50 %", "harmed", "silent harm", "doubted in vain", "refused",
)  # fmt: skip


def pages_of(folder: Path) -> Iterator[Page]:
    for line in (folder / "pages.jsonl").read_text("utf-8").splitlines():
        page = json.loads(line)
        yield page | {"html": gzip.decompress((folder / f"{page['key']}.html.gz").read_bytes())}


def by_kznews(page: Page) -> Found:
    seen_at = datetime.fromisoformat(page["seen"]) if page.get("seen") else None
    try:
        got = kznews.read(page["html"], page["url"], zone=page.get("zone"), seen_at=seen_at)
    except kznews.NotAnArticle as error:
        return {"refused": error.reason}
    return {
        "title": got.title, "text": got.text, "at": got.published_at, "authors": got.authors,
        "topics": got.tags, "suspect": got.suspect,
    }  # fmt: skip


def by_trafilatura(page: Page) -> Found:
    got = trafilatura.bare_extraction(
        page["html"], url=page["url"], with_metadata=True, include_comments=False
    )
    if got is None:
        return {"refused": "nothing found"}
    found: Any = got
    return {
        "title": found.title, "text": found.text, "at": found.date,
        "authors": [name.strip() for name in (found.author or "").split(";")],
        "topics": [tag for tags in found.tags or () for tag in tags.split(",")],
    }  # fmt: skip


READERS: dict[str, Callable[[Page], Found]] = {
    "kznews": by_kznews,
    "trafilatura": by_trafilatura,
}


def words(text: str | None) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text or "").casefold())


def shares(got: str | None, wanted: str) -> tuple[float, float]:
    """Return precision and recall of a text by its runs of words."""
    a, b = (_runs(re.findall(r"\w+", text or "")) for text in (got, wanted))
    both = (a & b).total()
    return both / max(1, a.total()), both / max(1, b.total())


def _runs(some: list[str]) -> Counter[tuple[str, ...]]:
    starts = range(max(1, len(some) - RUN + 1)) if some else ()
    return Counter(tuple(some[start : start + RUN]) for start in starts)


def near(got: str | None, wanted: str) -> bool:
    a, b = "".join(words(got)), "".join(words(wanted))
    if a == b or (min(len(a), len(b)) >= 8 and (a in b or b in a)):
        return bool(a)
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() >= 0.9


def days(at: str | None) -> set[str]:
    """Return the names of an instant's day around the world, or the day itself."""
    try:
        moment = datetime.fromisoformat(at or "")
    except ValueError:
        return set()
    if moment.tzinfo is None:
        return {str(moment.date())}
    utc = moment.astimezone(UTC)
    return {str((utc + timedelta(hours=hours)).date()) for hours in range(-11, 13)}


def judge(found: Found, gold: dict[str, Any]) -> dict[str, float]:
    """Return each figure that the page's truth allows."""
    figures: dict[str, float] = {"refused": "refused" in found}
    if gold.get("title"):
        figures["title near"] = near(found.get("title"), gold["title"])
    if day := gold.get("published") or gold.get("day"):
        figures["day"] = len(found.get("at") or "") >= 10 and bool(days(found["at"]) & days(day))
    at = gold.get("published") or ""
    if len(at) > 10 and datetime.fromisoformat(at).tzinfo:
        figures["instant"] = _same_minute(found.get("at"), at)
    for field in ("authors", "topics"):
        a, b = ({"".join(words(x)) for x in side.get(field) or ()} - {""} for side in (found, gold))
        if b:
            figures[field] = 2 * len(a & b) / (len(a) + len(b)) if field == "topics" else a == b
    lost = None
    if gold.get("text"):
        figures["text precision"], figures["text recall"] = shares(found.get("text"), gold["text"])
        wanted = Counter(words(gold["text"]))
        lost = (wanted - Counter(words(found.get("text")))).total() / max(1, wanted.total())
        figures["lost > 50 %"] = lost > 0.5
    elif gold.get("snippets"):
        whole = " ".join(words(found.get("text")))
        there = [" ".join(words(x)) in whole for x in gold["snippets"]["with"]]
        lost = 1.0 if 2 * sum(there) < len(there) else 0.0
    if lost is not None:
        doubted = bool(found.get("suspect"))
        figures["harmed"] = lost > 0.25
        figures["silent harm"] = lost > 0.25 and not doubted and not figures["refused"]
        figures["doubted in vain"] = doubted and lost <= 0.25
    return figures


def _same_minute(got: str | None, wanted: str) -> bool:
    try:
        gap = datetime.fromisoformat(got or "") - datetime.fromisoformat(wanted)
    except (ValueError, TypeError):
        return False
    return abs(gap) <= timedelta(minutes=1)


def measure(page: Page) -> dict[str, tuple[dict[str, float], float]]:
    """Return the figures of each reader, and the CPU milliseconds of its second reading."""
    figures_of = {}
    for name, read in READERS.items():
        read(page)
        start = time.process_time()
        found = read(page)
        figures_of[name] = judge(found, page["gold"]), 1000 * (time.process_time() - start)
    return figures_of


def table(measured: Iterable[dict[str, tuple[dict[str, float], float]]]) -> str:
    """Return the figures as a table of Markdown: shares of 1, and numbers of pages."""
    rows = list(measured)
    lines = [f"| {len(rows)} pages | {' | '.join(READERS)} |", "|---|" + "---|" * len(READERS)]
    for figure in FIGURES:
        cells = []
        for name in READERS:
            values = [float(row[name][0][figure]) for row in rows if figure in row[name][0]]
            share = figure in FIGURES[:7]
            cells.append(f"{fmean(values):.3f}" if share and values else f"{sum(values):.0f}")
        if any(figure in row[name][0] for row in rows for name in READERS):
            lines.append(f"| {figure} | {' | '.join(cells)} |")
    times = (f"{median(row[name][1] for row in rows):.0f}" for name in READERS)
    return "\n".join([*lines, f"| CPU ms a page, median | {' | '.join(times)} |"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    if not (folder / "pages.jsonl").is_file():
        parser.error(f"{folder} holds no pages.jsonl")
    logging.disable(logging.CRITICAL)
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        print(table(pool.map(measure, pages_of(folder), chunksize=4)))


if __name__ == "__main__":
    main()
