"""Where each field of an article page is looked for, in order, and under which name.

Machine-readable sources come first: the JSON-LD graph, Open Graph, then the layout's selectors. The
item's ``provenance`` names the source that hit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kznews.pages import authors, heading, terms, titles, visible_dates
from kznews.pages.own import layout_texts
from kznews.pages.page import Page
from kznews.sites.marks import (
    BLOCK_SECTIONS,
    SECTIONS_BY_ADDRESS,
    SECTIONS_BY_CLASS,
    TAGS_BY_ADDRESS,
    TAGS_BY_CLASS,
)

T = TypeVar("T")
Sources = tuple[tuple[str, Callable[[Page], T | None]], ...]
_PUBLISHED = ("article:published_time", "og:article:published_time", "article:published:time")
_TAGS_BY_REL = "a[rel~=tag]:not([rel~=category]):not([href*='/category/'])"
_DATE_NAMES = (
    "datepublished", "parsely-pub-date", "pubdate", "publishdate", "publish-date", "date",
    "dc.date.issued", "dc.date", "dcterms.created", "sailthru.date", "cxenseparse:recs:publishtime",
)  # fmt: skip


def meta(*names: str) -> Callable[[Page], str | None]:
    """Read the first of some meta tags that the page has."""
    return lambda page: next((page.meta[name] for name in names if name in page.meta), None)


TITLE: Sources[str] = (
    ("json-ld", titles.headline),
    ("layout", titles.layout_title),
    ("meta", titles.agreed_title),
    ("heading", heading.heading),
    ("window", heading.window_title),
)
AUTHORS: Sources[list[str]] = (
    ("json-ld", authors.json_ld),
    ("layout", authors.layout),
    ("meta", authors.meta),
    ("twitter", authors.twitter_label),
    ("byline", authors.byline),
    ("creator", authors.creators),
    ("extractor", authors.extracted),
    ("publisher", authors.publisher),
)
SECTIONS: Sources[list[str]] = (
    ("json-ld", terms.json_ld_sections),
    ("layout", lambda page: layout_texts(page, "category")),
    ("meta", lambda page: page.metas.get("article:section")),
    ("microdata", terms.by_marks("[itemprop~=articleSection]")),
    ("rel", terms.by_marks(f"a[rel~=category], {BLOCK_SECTIONS}")),
    ("breadcrumb", terms.breadcrumb),
    ("address", terms.by_address(SECTIONS_BY_ADDRESS)),
    ("trail", terms.trail),
    ("class", terms.by_address(SECTIONS_BY_CLASS)),
)
TAGS: Sources[list[str]] = (
    ("json-ld", terms.json_ld_tags),
    ("layout", terms.layout_tags),
    ("meta", terms.meta_tags),
    ("rel", terms.by_marks(_TAGS_BY_REL, BLOCK_SECTIONS)),
    ("microdata", terms.by_marks("[itemprop~=keywords]")),
    ("keywords", terms.keywords),
    ("address", terms.by_address(TAGS_BY_ADDRESS)),
    ("class", terms.by_marks(TAGS_BY_CLASS)),
)
PUBLISHED: Sources[str] = (
    ("json-ld", lambda page: page.graph.date("datePublished")),
    ("meta", meta(*_PUBLISHED)),
    ("layout", visible_dates.layout_date),
    ("microdata", visible_dates.microdata_date("datePublished")),
    ("meta name", meta(*_DATE_NAMES)),
    ("json-ld page", lambda page: page.graph.other_date()),
    ("text", lambda page: next(iter(layout_texts(page, "date")), None)),
    ("by title", visible_dates.nearest_in_words),
    ("time", visible_dates.machine_date),
    ("address", visible_dates.address_day),
    ("words", visible_dates.date_in_words),
)
MODIFIED: Sources[str] = (
    ("json-ld", lambda page: page.graph.date("dateModified")),
    ("meta", meta("article:modified_time", "og:updated_time")),
    ("json-ld page", lambda page: page.graph.page_date("dateModified")),
    ("microdata", visible_dates.microdata_date("dateModified")),
    ("time", visible_dates.edited_date),
    ("words", visible_dates.edit_in_words),
)


def choose(field: str, sources: Sources[T], page: Page, provenance: dict[str, str]) -> T | None:
    for name, read in sources:
        if value := read(page):
            provenance[field] = name
            return value
    return None
