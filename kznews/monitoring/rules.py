"""Signs that the site has changed under the crawl: each rule a line of ``RULES``.

A rule looks at what was counted in the last articles, and at the same counts of earlier runs of the
same spider, and yields alarms. Limits are shares from 0 to 1 (``KZNEWS_ALARMS``); a rule whose
limit is None is off. Few articles tell nothing: so a small run is judged with the ones before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kznews.dedup.similarity import day_of

if TYPE_CHECKING:
    from kznews.items import Article

Counts = Counter[str]

FEWEST = 20
"""Articles that must have been read before anything is said of them."""
FIELDS = ("lead", "authors", "section", "tags", "modified_at", "images")
"""Fields whose absence can be a sign; every article has the others."""
FEWEST_LISTINGS = 3
OLD = 90
"""Days after which an article is no sign of how the site looks today."""
SELECTORS = ("title", "body", "date", "image")
"""Selectors of a layout that fit most of its pages; the others are guesses."""
LAST_RESORTS = frozenset({"generic", "hook"})
EXPECTED_REJECTIONS = frozenset({"duplicate", "gone", "http_404", "http_410", "redirected"})
"""Reasons that are the article's, not the reader's."""


@dataclass(frozen=True)
class Alarm:
    """``cause`` stays the same while the trouble does; ``text`` is for people."""

    rule: str
    cause: str
    text: str


def count_article(counts: Counts, article: Article) -> None:
    """Add what an article tells of the way it was read."""
    counts["articles"] += 1
    counts["words"] += article.word_count
    counts[f"layouts/{article.layout}"] += 1
    counts[f"precision/{article.date_precision}"] += 1
    for name in FIELDS:
        if getattr(article, name):
            counts[f"fields/{name}"] += 1
    for name, source in article.provenance.items():
        counts[f"sources/{name}/{source}"] += 1
    for name, holds in (
        ("old", _age(article) > OLD),
        ("suspect", article.suspect),
        ("edits", article.version > 1),
        ("near_duplicates", article.duplicate_of),
    ):
        if holds:
            counts[name] += 1


def _age(article: Article) -> int:
    """Return the days between publication and reading."""
    return date.fromisoformat(article.fetched_at[:10]).toordinal() - day_of(vars(article))


def judge(
    counts: Counts, earlier: Iterable[Mapping[str, int]], limits: Mapping[str, float | None]
) -> list[Alarm]:
    """Return the alarms of a run; ``earlier`` are the counts of the runs before, newest first."""
    now, history, rules = Counter(counts), Counter[str](), RULES
    if sample_size(counts):
        runs = iter(earlier)
        while sample_size(now) < FEWEST:
            before = next(runs, None)
            if before is None:
                return []
            now.update(before)
        for run in runs:
            history.update(run)
    else:
        rules = {"listing": _listing}
    found = []
    for name, rule in rules.items():
        limit = limits.get(name)
        if limit is not None:
            found += [Alarm(name, f"{name}:{of}", text) for of, text in rule(now, history, limit)]
    return found


def sample_size(counts: Counts) -> int:
    """Return how many pages or posts were judged to be an article or none."""
    return counts["articles"] + sum(_under(counts, "rejected").values())


def _under(counts: Counts, prefix: str) -> Counts:
    start = f"{prefix}/"
    return Counter({k[len(start) :]: n for k, n in counts.items() if k.startswith(start)})


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


Found = Iterator[tuple[str, str]]


def _last_resort(now: Counts, _: Counts, limit: float) -> Found:
    """Bodies that no known layout fits."""
    share = _share(sum(now[f"layouts/{name}"] for name in LAST_RESORTS), now["articles"])
    if share > limit:
        yield "body", f"{_percent(share)} of the bodies fit no known layout"


def _unknown_page(now: Counts, _: Counts, limit: float) -> Found:
    """Pages that wear no known layout, whatever could be read of them."""
    pages = _under(now, "pages")
    share = _share(pages["none"], pages.total())
    if pages.total() >= FEWEST and share > limit:
        yield "page", f"{_percent(share)} of the article pages wear no known layout"


def _selector(now: Counts, _: Counts, limit: float) -> Found:
    """Selectors that find nothing on pages of their own layout."""
    for layout, pages in _under(now, "pages").items():
        for part in SELECTORS:
            share = _share(now[f"selectors/{layout}/{part}"], pages)
            if layout != "none" and pages >= FEWEST and share < limit:
                text = f"selector {part!r} of layout {layout!r} fits {_percent(share)} of its pages"
                yield f"{layout}.{part}", text


def _listing(now: Counts, _: Counts, limit: float) -> Found:
    """Section listings whose cards no known layout finds."""
    pages = _under(now, "listings")
    share = _share(pages["generic"], pages.total())
    if pages.total() >= FEWEST_LISTINGS and share > limit:
        yield "cards", f"{_percent(share)} of the listing pages show no known cards"


def _layout(now: Counts, history: Counts, limit: float) -> Found:
    """A layout that most articles used to have, and fewer do."""
    yield from _fallen(now, history, limit, "layouts", "layout")


def _source(now: Counts, history: Counts, limit: float) -> Found:
    """A field that used to come from one source, and now comes from another."""
    for name in ("title", "published_at", "text", "authors", "sections"):
        yield from _fallen(now, history, limit, f"sources/{name}", f"source of {name}")


def _are_comparable(now: Counts, history: Counts) -> bool:
    """Whether both are of some size, and the articles are of today's making: old ones differ."""
    few = history["articles"] < FEWEST or now["articles"] < FEWEST // 2
    return not few and now["old"] <= now["articles"] // 2


def _fallen(now: Counts, history: Counts, limit: float, prefix: str, what: str) -> Found:
    if not _are_comparable(now, history):
        return
    then = _under(history, prefix)
    for name, count in then.items():
        before = _share(count, history["articles"])
        share = _share(now[f"{prefix}/{name}"], now["articles"])
        if before - share > limit:
            text = f"{what} {name!r}: {_percent(share)} of the articles, {_percent(before)} before"
            yield f"{prefix}/{name}", text


def _coverage(now: Counts, history: Counts, limit: float) -> Found:
    """A field that fewer articles have than used to."""
    yield from _fallen(now, history, limit, "fields", "field")


def _dates(now: Counts, _: Counts, limit: float) -> Found:
    """Times of publication that are not known to the minute."""
    exact = now["precision/second"] + now["precision/minute"]
    share = 1 - _share(exact, now["articles"])
    if now["articles"] and share > limit:
        yield "precision", f"{_percent(share)} of the times of publication are days or months only"


def _words(now: Counts, history: Counts, limit: float) -> Found:
    """Texts much shorter or longer than they used to be."""
    if not _are_comparable(now, history):
        return
    mean, before = (_share(c["words"], c["articles"]) for c in (now, history))
    if before and not 1 - limit <= mean / before <= 1 / (1 - limit):
        yield "mean", f"{mean:.0f} words an article, {before:.0f} before"


def _rejected(now: Counts, _: Counts, limit: float) -> Found:
    """Pages that turn out to be no articles, and not by their own fault."""
    reasons = _under(now, "rejected")
    counted = {r: n for r, n in reasons.items() if r not in EXPECTED_REJECTIONS}
    share = _share(sum(counted.values()), sample_size(now))
    if share > limit:
        worst = max(counted, key=lambda reason: counted[reason])
        yield worst, f"{_percent(share)} of the pages were rejected, most as {worst!r}"


def _suspect(now: Counts, _: Counts, limit: float) -> Found:
    """Articles whose text disagrees with what the page says of it."""
    share = _share(now["suspect"], now["articles"])
    if share > limit:
        yield "text", f"{_percent(share)} of the texts disagree with what their pages say of them"


RULES: Mapping[str, Callable[[Counts, Counts, float], Found]] = {
    "last_resort": _last_resort,
    "unknown_page": _unknown_page,
    "selector": _selector,
    "listing": _listing,
    "layout": _layout,
    "source": _source,
    "coverage": _coverage,
    "dates": _dates,
    "words": _words,
    "rejected": _rejected,
    "suspect": _suspect,
}
OF_OWN_LAYOUTS = frozenset({"last_resort", "unknown_page", "selector", "listing"})
"""Rules that say nothing of a site whose layouts nobody has described."""
LIMITS: Mapping[str, float] = {
    "last_resort": 0.1,
    "unknown_page": 0.1,
    "selector": 0.05,
    "listing": 0.3,
    "layout": 0.5,
    "source": 0.5,
    "coverage": 0.4,
    "dates": 0.2,
    "words": 0.5,
    "rejected": 0.3,
    "suspect": 0.1,
    "silence": 0.25,
}


def judge_silence(now: int, days: Iterable[int], limit: float | None) -> list[Alarm]:
    """Return an alarm where far fewer articles appeared in a day than in those before it.

    ``days`` are the numbers of the fourteen days before; a site that had none on most of them, or a
    handful, may be silent.
    """
    usual = sorted(days)
    median = usual[len(usual) // 2] if usual else 0
    if limit is None or median < FEWEST // 2 or now >= limit * median:
        return []
    text = f"{now} articles appeared in 24 hours, {median} in an ordinary day"
    return [Alarm("silence", "silence:day", text)]
