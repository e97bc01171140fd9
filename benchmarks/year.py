"""Fill an archive with a year of invented news, a hundred articles a day, and read it.

    python -m benchmarks.year --articles 36500

Prints what `scrapy report`, the start of `scrapy browse` and exports cost, and the size of the page
and the databases that they make. The exit status is 1 if the page has 1 MB or more, or if the
export to Parquet takes 200 MB of memory.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from kznews.extensions.run_report import nested
from kznews.items import Article, Image, Section
from kznews.monitoring import rules
from kznews.sources.audit import note_of
from kznews.sources.comparison import Month
from kznews.storage.archive import Archive
from replica.words import TOPICS, Topic, Writer, slugify

ROOT = Path(__file__).parent.parent
ZONE = ZoneInfo("Asia/Almaty")
END = datetime(2026, 11, 24, 19, tzinfo=UTC)
MOST_BYTES = 1_000_000
MOST_MEMORY = 200_000_000
EXPORTS = ("articles.csv", "articles.parquet", "articles.duckdb", "articles.sqlite")
RUNS = 12
STORIES = 1500
"""Texts that are invented; the articles of a large archive share them."""
HOURS = (2, 1, 1, 1, 1, 2, 4, 9, 26, 46, 60, 62, 58, 50, 52, 58, 60, 54, 40, 27, 19, 13, 8, 4)
"""How many articles appear in each hour of the day, against each other."""
WEEKDAYS = (1.0, 1.08, 1.05, 1.03, 0.96, 0.45, 0.38)
TOPIC_WEIGHTS = (28, 24, 17, 11, 8, 6, 4, 3, 2, 2, 1, 1)
SOURCES = {
    "title": (("json-ld", 96), ("og", 3), ("layout", 1)),
    "published_at": (("json-ld", 94), ("meta", 4), ("layout", 2)),
    "modified_at": (("json-ld", 94), ("meta", 6)),
    "authors": (("json-ld", 88), ("layout", 12)),
    "sections": (("json-ld", 90), ("layout", 10)),
    "tags": (("json-ld", 81), ("layout", 19)),
    "images": (("layout", 92), ("og", 8)),
    "text": (("current", 98), ("hook", 2)),
}
LACKING = {"authors": 0.07, "tags": 0.12, "images": 0.09, "lead": 0.02, "modified_at": 0.04}
"""Shares of the articles that have not got a field."""


def articles(count: int, stories_invented: int = STORIES) -> Iterator[Article]:
    """Return so many articles of the year before ``END``, the oldest first; edits come after."""
    rng = Random(365)
    stories = [_story(rng) for _ in range(stories_invented)]
    edited: list[Article] = []
    last: Article | None = None
    for number, moment in enumerate(sorted(_moments(count, rng)), 1):
        topic, language, title, paragraphs = stories[rng.randrange(len(stories))]
        if last and rng.random() < 0.012:
            article = replace(last, title=f"{last.title} (обновлено)")
            article.duplicate_of, article.similarity = last.duplicate_of or last.id, 0.9
        else:
            text = "\n\n".join(paragraphs * (1 + (rng.random() < 0.15)))
            article = Article(
                site="365info", language=language, title=title, lead=paragraphs[0], text=text,
                authors=[rng.choice(("Дина Сарбас", "Ержан Толебай"))], section=topic.name,
                sections=[Section(topic.slug, topic.name)], tags=list(topic.tags[:2]),
                date_precision="second", word_count=len(text.split()), discovered_via="rest",
                layout="current", images=[Image("https://365info.kz/uploads/1.jpg")],
            )  # fmt: skip
        article.id = f"365info:{number}"
        article.url = f"https://365info.kz/{moment:%Y/%m}/{slugify(title)}-{number}"
        article.published_at = article.modified_at = moment.isoformat(timespec="seconds")
        article.fetched_at = (moment + timedelta(minutes=2)).astimezone(UTC).isoformat()
        article.content_hash = blake2b(f"{number}".encode(), digest_size=32).hexdigest()
        _lack(article, rng)
        article.provenance = _provenance(article, rng)
        last = article
        if rng.random() < 0.04:
            edited.append(article)
        yield article
    for article in edited:
        changed = rng.choice((["title"], ["text"], ["text"], ["title", "text"]))
        yield replace(
            article, version=2, previous_hash=article.content_hash, changed=changed,
            title=f"{article.title}, уточнили в акимате", content_hash=article.content_hash[::-1],
        )  # fmt: skip


def _story(rng: Random) -> tuple[Topic, str, str, list[str]]:
    topic = rng.choices(TOPICS, TOPIC_WEIGHTS[: len(TOPICS)])[0]
    language = "kk" if rng.random() < 0.14 else "ru"
    story = Writer(rng, language).story(topic)
    return topic, language, story.title, story.paragraphs


def _moments(count: int, rng: Random) -> Iterator[datetime]:
    made = 0
    while made < count:
        day = END - timedelta(days=rng.randrange(365))
        if rng.random() > WEEKDAYS[day.astimezone(ZONE).weekday()]:
            continue
        hour = rng.choices(range(24), HOURS)[0]
        minute, second = rng.randrange(60), rng.randrange(60)
        yield day.astimezone(ZONE).replace(hour=hour, minute=minute, second=second)
        made += 1


def _lack(article: Article, rng: Random) -> None:
    for name, share in LACKING.items():
        if rng.random() < share:
            setattr(article, name, [] if isinstance(getattr(article, name), list) else None)


def _provenance(article: Article, rng: Random) -> dict[str, str]:
    return {
        name: rng.choices([s for s, _ in sources], [n for _, n in sources])[0]
        for name, sources in SOURCES.items()
        if name not in LACKING or getattr(article, name)
    }


def fill(url: str, count: int, stories_invented: int = STORIES) -> None:
    """Fill an archive with articles, the runs that brought them, and an audit."""
    found = list(articles(count, stories_invented))
    size = -(-len(found) // RUNS)
    archive = Archive(url)
    for start in range(0, len(found), size):
        archive.begin("365info-latest", "365info", "https://365info.kz", {})
        counts: rules.Counts = Counter()
        for article in found[start : start + size]:
            archive.articles.store(article, article.content_hash)
            rules.count_article(counts, article)
        report = {"counts": nested(counts), "alarms": []}
        archive.runs.keep_report(0, report)
        if start + size >= len(found):
            archive.notes.keep("audit:365info", json.dumps(note_of("the REST API", _audit(found))))
        archive.end("finished")
    archive.close()


def _audit(found: list[Article]) -> list[Month]:
    months = Counter(str(a.published_at)[:7] for a in found if a.version == 1)
    made = [Month(name, stored=count, listed=count) for name, count in sorted(months.items())]
    for month, lost in zip(made[2::4], (3, 1, 2), strict=False):
        month.missing = [f"https://365info.kz/{month.name[:4]}/x-{n}" for n in range(lost)]
        month.listed += lost
    for month in made[::3]:
        month.rejected = Counter(duplicate=max(1, month.listed // 60))
        month.listed += month.rejected.total()
    return made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--articles", type=int, default=36_500)
    parser.add_argument("--into", type=Path, help="keep what is made in this directory")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data = (options.into or Path(scratch)).absolute()
        data.mkdir(parents=True, exist_ok=True)
        if not (data / "archive.db").exists():
            fill(f"sqlite:///{data / 'archive.db'}", options.articles)
        print(f"{options.articles} articles: archive {_megabytes(data / 'archive.db')}")
        timed("scrapy report", data, "report", "-o", str(data / "report.html"))
        page = data / "report.html"
        timed("scrapy browse, first start", data, "browse", "--prepare")
        timed("scrapy browse, next start", data, "browse", "--prepare")
        print(f"the page {page.stat().st_size / 1000:.0f} KB")
        print(f"the database for reading {_megabytes(data / 'reading.db')}")
        memory = {name: timed(name, data, "export", "-o", str(data / name)) for name in EXPORTS}
        print(*(f"{name} {_megabytes(data / name)}" for name in EXPORTS), sep=", ")
        is_lean = memory["articles.parquet"] < MOST_MEMORY
        return int(page.stat().st_size >= MOST_BYTES or not is_lean)


def timed(name: str, data: Path, *words: str) -> int:
    """Run a Scrapy command; say what CPU time and memory it took, return the memory in bytes."""
    process = subprocess.Popen(
        (sys.executable, "-m", "scrapy", *words),
        cwd=ROOT,
        env={**os.environ, "KZNEWS_DATA_DIR": str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    memory = used.ru_maxrss * 1024
    print(f"{name}: {used.ru_utime + used.ru_stime:.1f} s of CPU, {memory / 1e6:.0f} MB")
    return memory


def _megabytes(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.0f} MB"


if __name__ == "__main__":
    sys.exit(main())
