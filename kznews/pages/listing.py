"""A section's listing page: links to articles, newest first, and whether there is more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kznews import dates
from kznews.pages.dom import elements, select, text_of
from kznews.pages.units import each
from kznews.sites.marks import BESIDE_LISTING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.etree import _Element

    from kznews.pages.page import Page
    from kznews.pages.units import Each, Unit
    from kznews.sites import Layout

_CATEGORY = "/category/"
_TO_SECTIONS = f"descendant-or-self::a/@href[contains(., '{_CATEGORY}')]/parent::*"


@dataclass(frozen=True)
class SectionLink:
    """A section of the site and the address of its listing."""

    slug: str
    name: str | None
    url: str


@dataclass(frozen=True)
class Link:
    """A card of a listing: where it leads, and when its article was published at the latest.

    ``published`` is as exact as the card's date and the address's month allow; None for a short
    link without a date.
    """

    url: str
    published: dates.Moment | None


@dataclass(frozen=True)
class Listing:
    """``layout`` names the theme whose cards were found, ``generic`` when none was known.

    ``malformed`` are addresses that look like an article's and cannot be one.
    """

    links: tuple[Link, ...]
    layout: str
    malformed: tuple[str, ...] = ()


def read_listing(page: Page, each: Each = each) -> Listing:
    """Read the cards of the first layout that has any; else every article link of the main part."""
    for layout in page.site.layouts:
        anchors = page.select(layout.card_link)
        links, malformed = _links(page, anchors, _dates_by_anchor(page, layout), each)
        if links:
            return Listing(links, layout.name, malformed)
    anchors = elements(page.root, f"//body//a[@href][not({BESIDE_LISTING})]")
    links, malformed = _links(page, anchors, {}, each)
    return Listing(links, "generic" if links else "", malformed)


def _links(
    page: Page, anchors: Iterable[_Element], dated: Mapping[object, str], each: Each
) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    """Return the articles that anchors lead to, each once, and addresses that are malformed."""
    links: dict[str, Link] = {}
    malformed: dict[str, None] = {}

    def read(unit: Unit[_Element]) -> None:
        href, anchor = unit
        url = page.site.article_url(href)
        if url and url not in links:
            links[url] = Link(url, _published(page, url, dated.get(anchor, "")))
        elif not url and page.site.malformed(href):
            malformed[href] = None

    each(read, ((anchor.get("href", ""), anchor) for anchor in anchors))
    return tuple(links.values()), tuple(malformed)


def _dates_by_anchor(page: Page, layout: Layout) -> dict[object, str]:
    found: dict[object, str] = {}
    for element in page.select(layout.card):
        if text := " ".join(map(text_of, select(element, layout.card_date)[:1])):
            found.update((anchor, text) for anchor in select(element, "a[href]"))
    return found


def _published(page: Page, url: str, text: str) -> dates.Moment | None:
    """Combine the card's date with the address's month, which knows the year and never lies."""
    tz = dates.zone(page.site.zone)
    moment = dates.read_text(text, tz, page.seen_at) if text else None
    year_month = page.site.month_of(url)
    if year_month is None:
        return moment
    if moment and moment.at.month == year_month[1] and not re.search(r"\b20\d\d\b", text):
        moment = dates.with_year(moment, year_month[0])
    if moment and dates.in_month(moment, *year_month):
        return moment
    return dates.month(*year_month, tz)


def section_links(page: Page, each: Each = each) -> list[SectionLink]:
    """Return the sections that the page links to, each once, in the page's order."""
    found: dict[str, SectionLink] = {}

    def read(unit: Unit[_Element]) -> None:
        href, anchor = unit
        slug = page.site.section_slug(href)
        if slug and slug not in found and (name := text_of(anchor)):
            url = (page.site.absolute(href) or "").partition("?")[0].rstrip("/")
            found[slug] = SectionLink(slug, name, url)

    each(read, ((str(anchor.get("href")), anchor) for anchor in elements(page.root, _TO_SECTIONS)))
    return list(found.values())


def section_slugs(page: Page, names: Iterable[str]) -> dict[str, str]:
    """Return the slugs of sections by their names, from the first links that the page has."""
    found: dict[str, str] = {}
    met: set[str] = set()
    missing = set(names)
    for anchor in page.root.iter("a"):
        if not missing:
            break
        href = anchor.get("href") or ""
        slug = page.site.section_slug(href) if _CATEGORY in href else None
        if slug and slug not in met and (name := text_of(anchor)):
            met.add(slug)
            if name in missing:
                missing.remove(name)
                found[name] = slug
    return found
