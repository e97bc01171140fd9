"""How a page is read, told to a person who repairs a selector: nothing here is part of a crawl.

It asks the very tables and readers that ``read_article`` asks, all of them instead of the first
that answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kznews import dates
from kznews.items import Article
from kznews.pages import article as reading
from kznews.pages import boilerplate
from kznews.pages.body import Cut
from kznews.pages.page import Page
from kznews.text import word_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kznews.sites import Layout

FIELDS: dict[str, reading.Sources[Any]] = {
    "title": reading.TITLE,
    "authors": reading.AUTHORS,
    "sections": reading.SECTIONS,
    "tags": reading.TAGS,
    "published_at": reading.PUBLISHED,
    "modified_at": reading.MODIFIED,
    "images": reading.IMAGE,
}
_DATES = frozenset({"published_at", "modified_at"})
_NO_SELECTORS = frozenset({"name"})
_LIST = re.compile(r",\s*(?![^(\[]*[)\]])")


@dataclass
class Said:
    """What one source says of a field, as it stands on the page; None when it has nothing."""

    source: str
    value: Any
    note: str | None = None


@dataclass
class Match:
    """How many elements of the page a selector of a layout finds."""

    part: str
    selector: str
    elements: int


@dataclass
class Theme:
    """A known layout, held against the page."""

    name: str
    worn: bool
    selectors: list[Match]


@dataclass
class Candidate:
    """A body as one of the readers would have it, boilerplate cut."""

    source: str
    selector: str | None
    elements: int
    blocks: int = 0
    words: int = 0
    first: str | None = None


@dataclass
class Explanation:
    """What every source, selector and reader makes of a page."""

    worn: str | None
    fields: dict[str, list[Said]]
    themes: list[Theme]
    bodies: list[Candidate]


def explain(page: Page) -> Explanation:
    """Ask everything that could have been asked of a page."""
    fields = {name: list(_say(page, name)) for name in FIELDS}
    if month := page.site.month_of(page.canonical):
        tz = dates.zone(page.site.zone)
        fields["published_at"].append(Said("url", dates.month(*month, tz).isoformat()))
    return Explanation(
        worn=page.layout.name if page.layout else None,
        fields=fields,
        themes=[
            Theme(x.name, x is page.layout, list(_matches(page, x))) for x in page.site.layouts
        ],
        bodies=list(_bodies(page)),
    )


def plain_rules(cuts: Iterable[Cut]) -> list[Cut]:
    """Return the cuts, of a long list of phrases only the one that hit: it can be searched for."""
    return [
        Cut(cut.kind, _branch(cut.rule, cut.words), cut.words) if "phrase" in cut.kind else cut
        for cut in cuts
    ]


def _say(page: Page, name: str) -> Iterator[Said]:
    for source, read in FIELDS[name]:
        value = read(page) or None
        note = None
        if value and name in _DATES:
            note = _date_note(page, source, value, name)
        yield Said(source, value, note)


def _date_note(page: Page, source: str, raw: str, name: str) -> str:
    """Return how a date is read, and why it may be passed over."""
    found = reading.sane_dates(page, ((source, lambda _: raw),))
    if not found:
        return "no date that can be an article's"
    moment = found[0][2]
    month = page.site.month_of(page.canonical)
    strange = name == "published_at" and month and not dates.in_month(moment, *month)
    return moment.isoformat() + (", not in the month of the address" if strange else "")


def _matches(page: Page, layout: Layout) -> Iterator[Match]:
    """Count the elements of each selector, of a list of selectors one by one."""
    for part, selectors in vars(layout).items():
        if part not in _NO_SELECTORS and selectors:
            for selector in _LIST.split(selectors):
                yield Match(part, selector, len(page.select(selector)))


def _bodies(page: Page) -> Iterator[Candidate]:
    """Read the body with each reader alone, as if the site had no other."""
    title = next((t for _, read in reading.TITLE if (t := read(page))), "")
    alone = replace(page.site, layouts=(), hooks=())
    for source, selector, site in (
        *((x.name, x.body, replace(alone, layouts=(x,))) for x in page.site.layouts),
        *(("hook", x, replace(alone, hooks=(x,))) for x in page.site.hooks),
        ("generic", None, alone),
    ):
        count = len(page.elements(selector)) if selector else 0
        found = Candidate(source, selector, count)
        if count or selector is None:
            body = reading.find_body([Page(page.response, site, page.seen_at)], Article(), None)
            boilerplate.cut(body, site.boilerplate, title)
            found.blocks = len(body.blocks)
            found.words = sum(word_count(block.text) for block in body.blocks)
            found.first = next((" ".join(b.text.split()) for b in body.blocks), None)
        yield found


def _branch(pattern: str, words: str) -> str:
    """Return the branch of «(?:a|b|…)» that matches; the whole where it cannot be told."""
    inside = pattern.removeprefix("(?:").removesuffix(")")
    depth, branches, start = 0, [], 0
    for sign in re.finditer(r"\\.|\[(?:\\.|[^\]\\])*\]|[()|]", inside):
        depth += {"(": 1, ")": -1}.get(sign[0], 0)
        if sign[0] == "|" and depth == 0:
            branches.append(inside[start : sign.start()])
            start = sign.end()
    if depth or not branches:
        return pattern
    branches.append(inside[start:])
    hits = (x for x in branches if re.match(x, words, re.IGNORECASE))
    return next(hits, pattern)
