"""Tests the near-duplicate rule with edits it must find and templates it must not merge.

    python -m benchmarks.duplicates --pairs 1000 --stored 200000

Every text goes through the pipeline into an archive of `--stored` others: `--pairs` news items for
each edit and `--siblings` texts of each template, all of one fortnight, then an edited copy of
each. Copies must be found (recall), siblings must stay apart (false merges), and an archive that
was closed and opened must give the same answers. The cost of an article is measured too. The exit
status is 1 if a figure is worse than promised.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scrapy.crawler import Crawler
from scrapy.utils.test import get_crawler

from benchmarks.texts import EDITS, FAMILIES, news
from kznews.dedup.sketch import BANDS
from kznews.items import Article
from kznews.pipelines.near_duplicates import NearDuplicatesPipeline
from kznews.storage import archive
from kznews.storage.archive import Archive
from kznews.storage.near_duplicates import MOST_WAITING, Sketch

Rng = random.Random
MOST_MERGED = 0.001
MOST_PLAIN_MS, MOST_NEAR_MS = 0.25, 1.2


@dataclass
class Pair:
    """An article, its copy, and the edit between them."""

    kind: str
    edit: str
    original: Article
    copy: Article


def pairs(count: int, siblings: int, rng: Rng) -> list[Pair]:
    """Return pairs of news for each edit, and pairs of texts from templates."""
    plain = news(count * len(EDITS))
    others = [block for text in plain for block in text.split("\n\n") if len(block) > 60]
    made = [FAMILIES[number % len(FAMILIES)](rng) for number in range(siblings * len(FAMILIES))]
    names = list(EDITS)
    found = []
    for kind, texts in (("news", plain), ("template", made)):
        for number, text in enumerate(texts):
            name = names[number // len(FAMILIES) % len(names)]
            changed = EDITS[name][0](text.split("\n\n"), rng, others)
            original = article(f"{kind}-{number}", text, rng)
            copy = article(f"{kind}-{number}-copy", "\n\n".join(changed), rng)
            found.append(Pair(kind, name, original, copy))
    return found


def article(name: str, text: str, rng: Rng) -> Article:
    """Return an article of one of fourteen days."""
    return Article(
        id=f"365info:{name}", url=f"https://365info.kz/2024/02/{name}", site="365info", text=text,
        word_count=len(text.split()), content_hash=name,
        published_at=f"2024-02-{rng.randint(1, 14):02}T10:00:00+06:00",
    )  # fmt: skip


class Desk:
    """The part of a crawl from the comparison of articles on."""

    def __init__(self, url: str) -> None:
        self.crawler: Crawler = get_crawler(settings_dict={"KZNEWS_ARCHIVE_URL": url})
        self.archive = archive.open_for(self.crawler)
        self.archive.begin("365info", "365info", "https://365info.kz", {})
        self.similar = NearDuplicatesPipeline.from_crawler(self.crawler)

    def take(self, fresh: Article) -> str | None:
        """Compare and keep an article; return the original that it is marked with."""
        self.archive.articles.latest(fresh.id, fresh.url)
        self.archive.articles.with_text(fresh.content_hash, fresh.id)
        self.similar.process_article(fresh)
        self.archive.articles.store(fresh, fresh.content_hash)
        return fresh.duplicate_of

    def ask(self, known: Article) -> str | None:
        """Compare an article that is kept already."""
        asked = replace(known, duplicate_of=None, similarity=None)
        return self.similar.process_article(asked).duplicate_of

    def close(self) -> None:
        self.archive.end("finished")
        self.archive.close()


def fill(store: Archive, count: int, rng: Rng) -> Iterator[dict[str, Any]]:
    """Store many other articles of ten years; print the memory on the way."""
    text = " ".join(f"слово{number}" for number in range(300))
    for number in range(count):
        if number % (count // 4) == 0:
            yield {"stored": number, "rss_mb": rss()}
        keys = [rng.getrandbits(63) for _ in range(BANDS)]
        day = 738_000 + 3650 * number // count
        store.near_duplicates.add(f"365info:{number}", day, keys, Sketch(rng.randbytes(1200)))
        other = article(str(number), text, rng)
        store.articles.store(other, other.content_hash)
    store.flush()
    yield {"stored": count, "rss_mb": rss()}


def rss() -> float:
    """Return the memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def judge(desk: Desk, found: Sequence[Pair]) -> Iterator[dict[str, Any]]:
    """Compare all originals, then all copies; count what was found and what was merged."""
    merged: dict[str, list[bool]] = {}
    seen: dict[tuple[str, str], list[bool]] = {}
    for pair in found:
        marked = desk.take(pair.original)
        merged.setdefault(pair.kind, []).append(marked is not None)
    for pair in found:
        marked = desk.take(pair.copy)
        seen.setdefault((pair.kind, pair.edit), []).append(marked == pair.original.id)
        merged[pair.kind].append(marked not in {None, pair.original.id})
    for (kind, edit), hits in seen.items():
        yield {"of": kind, "edit": edit, "recall": round(sum(hits) / len(hits), 4)}
    for edit, (_, wanted) in EDITS.items():
        hits = [*seen["news", edit], *seen["template", edit]]
        share = sum(hits) / len(hits)
        yield {"of": "all", "edit": edit, "recall": round(share, 4), "fails": share < wanted}
    for kind, errors in merged.items():
        wrong, most = sum(errors), len(errors) * MOST_MERGED
        yield {"of": kind, "articles": len(errors), "merged": wrong, "fails": wrong > most}


def cost(desk: Desk, rng: Rng) -> dict[str, Any]:
    """Return CPU milliseconds per article: for the archive alone, and in addition for
    near-duplicates.
    """
    words = sorted({word for text in news(500) for word in text.split()})
    texts = [" ".join(rng.choices(words, k=300)) for _ in range(2 * MOST_WAITING)]
    short = [replace(article(f"p{n}", text, rng), word_count=0) for n, text in enumerate(texts)]
    whole = [article(f"w{n}", text, rng) for n, text in enumerate(texts)]
    taken = []
    for batch in (short, whole):
        start = time.process_time()
        for each in batch:
            desk.take(each)
        taken.append((time.process_time() - start) / len(texts) * 1000)
    plain, near = taken[0], taken[1] - taken[0]
    fails = plain > MOST_PLAIN_MS or near > MOST_NEAR_MS
    return {"archive_ms": round(plain, 3), "near_ms": round(near, 3), "fails": fails}


def siblings_cost(desk: Desk, rng: Rng) -> dict[str, Any]:
    """Return the cost of the comparison for an article with hundreds of siblings."""
    fresh = [article(f"s{n}", FAMILIES[n % len(FAMILIES)](rng), rng) for n in range(120)]
    gc.collect()  # what was made before is not these articles' cost
    start = time.process_time()
    for each in fresh:
        desk.ask(each)
    taken = (time.process_time() - start) / len(fresh) * 1000
    return {"sibling_ms": round(taken, 3), "fails": taken > MOST_NEAR_MS}


def row_costs(rng: Rng) -> dict[str, float]:
    """Return CPU milliseconds per article of news, and with 200 siblings in a fortnight."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(f"sqlite:///{Path(folder) / 'archive.db'}")
        made = pairs(60, 200, rng)
        for pair in made:
            desk.take(pair.original)
        found = {"siblings": siblings_cost(desk, rng)["sibling_ms"]}
        fresh = [article(f"n{n}", text, rng) for n, text in enumerate(news(600)[360:])]
        start = time.process_time()
        for each in fresh:
            desk.ask(each)
        found["news"] = (time.process_time() - start) / len(fresh) * 1000
        desk.close()
    return found


def run(count: int, siblings: int, stored: int, rng: Rng) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'archive.db'}"
        desk = Desk(url)
        if stored:
            yield from fill(desk.archive, stored, rng)
            yield cost(desk, rng)
        found = pairs(count, siblings, rng)
        yield from judge(desk, found)
        before = [desk.ask(pair.copy) for pair in found]
        desk.close()
        desk = Desk(url)
        other = sum(desk.ask(pair.copy) != was for pair, was in zip(found, before, strict=True))
        yield {"asked_after_a_restart": len(found), "answered_otherwise": other, "fails": other > 0}
        if stored:
            yield siblings_cost(desk, rng)
        desk.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=400)
    parser.add_argument("--siblings", type=int, default=200)
    parser.add_argument("--stored", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=365)
    options = parser.parse_args()
    failed = False
    rng = Rng(options.seed)
    for line in run(options.pairs, options.siblings, options.stored, rng):
        failed |= line.get("fails", False)
        print(json.dumps(line), flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
