"""Reading of pages alone: milliseconds beside lxml's parse, and quality beside other readers.

    python -m benchmarks.reading --articles 100

Heavy pages of the look-alike, both themes. Other readers run if ``make bench`` has installed them,
on fewer pages: some take a fifth of a second per page.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import fmean, median
from typing import Any, Literal

from lxml import html as lxml_html
from scrapy.http import HtmlResponse

from benchmarks.drift import f1, words
from benchmarks.measuring import PEERS, ROOT
from benchmarks.weight import heavy
from kznews.pages.article import is_cut_short, next_page_url, read_article
from kznews.pages.page import Page, as_html
from kznews.pipelines.clean import CleanPipeline
from kznews.sites.info365 import INFO365
from replica import Newsroom, theme_current, theme_old
from replica.model import BASE, OTHER_EDITION

READERS = ("trafilatura", "fundus", "newspaper4k", "news-please")
ROUNDS = 5
Theme = Literal["current", "old"]
Truth = dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """A page and what a perfect reader makes of it."""

    url: str
    body: bytes
    truth: Truth
    seen_at: datetime


def samples(articles: int, theme: Theme, *, bare: bool = False) -> list[Sample]:
    """Return heavy pages of a theme, without known class names if ``bare``."""
    newsroom = Newsroom(articles=articles, theme=theme, oddities=False)
    render = theme_current.article if theme == "current" else theme_old.article
    found = []
    for post in newsroom.posts:
        page = heavy(render(newsroom, post)).replace(BASE, INFO365.root)
        page = page.replace(OTHER_EDITION, "https://other.example")
        if bare:
            page = page.replace("singular__", "s-").replace("layout-singular", "s")
        truth = post.truth(newsroom.now)
        found.append(Sample(INFO365.root + post.path, page.encode(), truth, newsroom.now))
    return found


def parse(sample: Sample) -> None:
    lxml_html.document_fromstring(sample.body, parser=lxml_html.HTMLParser(encoding="utf-8"))


def read(sample: Sample) -> Truth:
    """Read an article as a crawl does, from the response to the cleaned fields."""
    headers = {"Content-Type": "text/html; charset=UTF-8"}
    html = as_html(HtmlResponse(sample.url, body=sample.body, headers=headers))
    assert html is not None
    page = Page(html, INFO365, sample.seen_at)
    assert not is_cut_short(page)
    assert next_page_url(page) is None
    article = CleanPipeline().process_article(read_article([page]))
    return {
        "title": article.title,
        "text": article.text,
        "published_at": article.published_at,
        "authors": article.authors,
        "sections": [section.name for section in article.sections],
        "tags": article.tags,
    }


def milliseconds(do: Callable[[Sample], object], taken: Sequence[Sample]) -> float:
    """Return the mean of the fastest time of each page: other work only adds."""
    best = [float("inf")] * len(taken)
    for _ in range(ROUNDS):
        for place, sample in enumerate(taken):
            started = time.perf_counter()
            do(sample)
            best[place] = min(best[place], time.perf_counter() - started)
    return fmean(best) * 1000


def quality(found: Iterable[tuple[Truth, Truth]]) -> dict[str, float]:
    """Return the shares of correct fields, and of foreign and lost words."""
    pairs = list(found)
    fits, foreign, lost, ours, theirs = [], 0, 0, 0, 0
    for got, truth in pairs:
        a, b = words(got.get("text") or ""), words(truth["text"])
        fits.append(f1(got.get("text") or "", truth["text"]))
        foreign, lost = foreign + (a - b).total(), lost + (b - a).total()
        ours, theirs = ours + a.total(), theirs + b.total()
    total = len(pairs)
    return {
        "title": sum(got.get("title") == truth["title"] for got, truth in pairs) / total,
        "date": sum(_is_same_instant(got, truth) for got, truth in pairs) / total,
        "authors": _share_of_same("authors", pairs),
        "sections": _share_of_same("sections", pairs),
        "tags": _share_of_same("tags", pairs),
        "f1": fmean(fits),
        "furniture": foreign / max(1, ours),
        "lost": lost / max(1, theirs),
    }


def _share_of_same(field: str, pairs: Sequence[tuple[Truth, Truth]]) -> float:
    def names(record: Truth) -> set[str]:
        return {x["name"] if isinstance(x, dict) else x for x in record.get(field) or [] if x}

    return sum(names(got) == names(truth) for got, truth in pairs) / len(pairs)


def _is_same_instant(got: Truth, truth: Truth) -> bool:
    """Whether the date is right to the minute, with its offset."""
    try:
        at = datetime.fromisoformat(str(got.get("published_at")))
    except ValueError:
        return False
    wanted = datetime.fromisoformat(truth["published_at"])
    return at.tzinfo is not None and abs((at - wanted).total_seconds()) < 60


def peers(taken: Sequence[Sample]) -> dict[str, dict[str, float]]:
    """Let each installed other reader read the pages."""
    found: dict[str, dict[str, float]] = {}
    if not PEERS.exists():
        return found
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages.jsonl"
        lines = ({"url": s.url, "html": s.body.decode()} for s in taken)
        pages.write_text("".join(json.dumps(line) + "\n" for line in lines))
        for name in READERS:
            done = subprocess.run(
                (str(PEERS), str(ROOT / "benchmarks" / "peers.py"), name, str(pages)),
                capture_output=True,
                text=True,
                check=True,
                cwd=folder,
            )
            records = [json.loads(x) for x in done.stdout.splitlines() if x.startswith("{")]
            pairs = zip(records, (s.truth for s in taken), strict=True)
            found[name] = {"ms": median(r["ms"] for r in records), **quality(pairs)}
    return found


def measure(articles: int, for_peers: int) -> dict[str, dict[str, float]]:
    """Return milliseconds and quality of each reader, kznews by theme."""
    rows: dict[str, dict[str, float]] = {}
    themes = {
        "kznews, current theme": samples(articles, "current"),
        "kznews, old theme": samples(articles, "old"),
        "kznews, an unknown theme": samples(for_peers, "current", bare=True),
    }
    for name, taken in themes.items():
        parsed, whole = milliseconds(parse, taken), milliseconds(read, taken)
        pairs = [(read(sample), sample.truth) for sample in taken]
        rows[name] = {"ms": whole, "parses": whole / parsed, **quality(pairs)}
    rows["lxml alone, no field"] = {"ms": parsed, "parses": 1.0}
    rows |= peers(samples(for_peers, "current"))
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--for-peers", type=int, default=40)
    options = parser.parse_args()
    for name, row in measure(options.articles, options.for_peers).items():
        rounded = {key: round(value, 4) for key, value in row.items()}
        print(json.dumps({"reader": name, **rounded}, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
