"""Signs that the site has changed: each rule is a row of a table.

A rule looks at the counts of the last articles and at those of earlier runs of the same spider.
Limits are shares from 0 to 1 (``KZNEWS_ALARMS``); a rule whose limit is None is off. Few articles
are no evidence, so a small run is judged together with the ones before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kznews.dedup.sketch import day_of

if TYPE_CHECKING:
    from kznews.items import Article

Counts = Counter[str]

FEWEST = 20
"""Articles that must have been read before a rule applies."""
FIELDS = ("lead", "authors", "section", "tags", "modified_at", "images")
"""Fields whose absence can be a sign; every article has the others."""
FEWEST_LISTINGS = 3
OLD = 90
"""Days after which an article does not show how the site looks today."""
SELECTORS = ("title", "body", "date", "image")
"""Selectors of a layout that fit most of its pages; the others are guesses."""
EXPECTED_REJECTIONS = frozenset({"duplicate", "gone", "http_404", "http_410", "redirected"})
"""Reasons that have nothing to do with reading."""


@dataclass(frozen=True)
class Alarm:
    """``cause`` stays the same as long as the trouble; ``text`` is for people."""

    rule: str
    cause: str
    text: str


def count_article(counts: Counts, article: Article) -> None:
    """Count how an article was read."""
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


@dataclass(frozen=True)
class Share:
    """A rule: the largest share of some counts in a whole.

    Counts are named as they are counted; ``x/*`` means every count under ``x``, except those in
    ``but``. A whole that is smaller than ``least`` is no evidence. ``{worst}`` is the largest of
    the counts.
    """

    name: str
    what: tuple[str, ...]
    of: tuple[str, ...]
    limit: float
    cause: str
    text: str
    least: int = 1
    but: frozenset[str] = frozenset()

    def judge(self, now: Counts, _: Counts, limit: float) -> Iterator[Alarm]:
        whole = _matching(now, self.of).total()
        found = _matching(now, self.what, self.but)
        if whole >= self.least and found.total() > limit * whole:
            share, worst = found.total() / whole, found.most_common(1)[0][0].rpartition("/")[2]
            cause = f"{self.name}:{self.cause.format(worst=worst)}"
            yield Alarm(self.name, cause, self.text.format(share=_percent(share), worst=worst))


@dataclass(frozen=True)
class Fit:
    """A rule: the share of a layout's pages on which each selector must find something."""

    name: str
    limit: float

    def judge(self, now: Counts, _: Counts, limit: float) -> Iterator[Alarm]:
        layouts = _matching(now, ("pages/*",), frozenset({"none"}))
        for layout, pages in ((key.partition("/")[2], n) for key, n in layouts.items()):
            for part in SELECTORS:
                share = now[f"selectors/{layout}/{part}"] / pages
                if pages >= FEWEST and share < limit:
                    said = f"{part!r} of layout {layout!r} fits {_percent(share)} of its pages"
                    yield Alarm(self.name, f"{self.name}:{layout}.{part}", f"selector {said}")


@dataclass(frozen=True)
class Fall:
    """A rule: how far the share of articles with something may fall between runs."""

    name: str
    under: str
    text: str
    limit: float

    def judge(self, now: Counts, history: Counts, limit: float) -> Iterator[Alarm]:
        if not _are_comparable(now, history):
            return
        for key, count in _matching(history, (f"{self.under}/*",)).items():
            before, share = count / history["articles"], now[key] / now["articles"]
            if before - share > limit:
                what = f"{self.text} {key.rpartition('/')[2]!r}"
                said = f"{_percent(share)} of the articles, {_percent(before)} before"
                yield Alarm(self.name, f"{self.name}:{key}", f"{what}: {said}")


@dataclass(frozen=True)
class Length:
    """A rule: how far the mean length of the texts may change between runs."""

    name: str
    limit: float

    def judge(self, now: Counts, history: Counts, limit: float) -> Iterator[Alarm]:
        if _are_comparable(now, history) and history["words"]:
            mean, before = (c["words"] / c["articles"] for c in (now, history))
            if min(mean, before) < (1 - limit) * max(mean, before):
                said = f"{mean:.0f} words an article, {before:.0f} before"
                yield Alarm(self.name, f"{self.name}:mean", said)


ARTICLES, READ = ("articles",), ("articles", "rejected/*")
RULES: Sequence[Share | Fit | Fall | Length] = (
    Share("last_resort", ("layouts/generic", "layouts/hook"), ARTICLES, 0.1,
          "body", "{share} of the bodies fit no known layout"),
    Share("unknown_page", ("pages/none",), ("pages/*",), 0.1,
          "page", "{share} of the article pages wear no known layout", FEWEST),
    Share("listing", ("listings/generic",), ("listings/*",), 0.3,
          "cards", "{share} of the listing pages show no known cards", FEWEST_LISTINGS),
    Share("dates", ("precision/*",), ARTICLES, 0.2,
          "precision", "{share} of the times of publication are days or months only",
          but=frozenset({"second", "minute"})),
    Share("rejected", ("rejected/*",), READ, 0.3,
          "{worst}", "{share} of the pages were rejected, most as {worst!r}",
          but=EXPECTED_REJECTIONS),
    Share("suspect", ("suspect",), ARTICLES, 0.1,
          "text", "{share} of the texts disagree with what their pages say of them"),
    Fit("selector", 0.05),
    Fall("layout", "layouts", "layout", 0.5),
    *(Fall("source", f"sources/{name}", f"source of {name}", 0.5)
      for name in ("title", "published_at", "text", "authors", "sections")),
    Fall("coverage", "fields", "field", 0.4),
    Length("words", 0.5),
)  # fmt: skip
OF_OWN_LAYOUTS = frozenset({"last_resort", "unknown_page", "selector", "listing"})
"""Rules that do not apply to a site without described layouts."""
LIMITS: Mapping[str, float] = {"silence": 0.25, **{rule.name: rule.limit for rule in RULES}}


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
        rules = [rule for rule in RULES if rule.name == "listing"]
    found: list[Alarm] = []
    for rule in rules:
        limit = limits.get(rule.name)
        if limit is not None:
            found += rule.judge(now, history, limit)
    return found


def sample_size(counts: Counts) -> int:
    """Return how many pages or posts were judged to be an article or none."""
    return _matching(counts, READ).total()


def _matching(counts: Counts, names: Sequence[str], but: frozenset[str] = frozenset()) -> Counts:
    """Return the counts with these names, or under a name that ends with ``/*``."""
    exact = frozenset(names)
    under = tuple(name.removesuffix("*") for name in names if name.endswith("/*"))
    return Counter({
        key: n for key, n in counts.items()
        if (key in exact or key.startswith(under)) and key.rpartition("/")[2] not in but
    })  # fmt: skip


def _are_comparable(now: Counts, history: Counts) -> bool:
    """Whether both have enough articles, and most articles are recent."""
    few = history["articles"] < FEWEST or now["articles"] < FEWEST // 2
    return not few and now["old"] <= now["articles"] // 2


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def judge_silence(now: int, days: Iterable[int], limit: float | None) -> list[Alarm]:
    """Return an alarm if far fewer articles appeared in a day than in the days before.

    ``days`` are the numbers of the fourteen days before. There is no alarm for a site that
    publishes nothing or little on most of them.
    """
    usual = sorted(days)
    median = usual[len(usual) // 2] if usual else 0
    if limit is None or median < FEWEST // 2 or now >= limit * median:
        return []
    text = f"{now} articles appeared in 24 hours, {median} in an ordinary day"
    return [Alarm("silence", "silence:day", text)]
