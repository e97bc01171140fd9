"""Frozen pages: a page of a site as a test, and what a perfect reader delivers of it.

A page is ``<site>/<layout>/<name>.html``; a name that begins with ``listing`` is read as a listing,
any other as an article, which it may turn out not to be. The JSON beside it says where and when the
page was seen, and what is read from it.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from scrapy.http import HtmlResponse

from kznews.items import Article, SiteSnapshot
from kznews.pages.article import read_article
from kznews.pages.cloudflare import is_challenge
from kznews.pages.listing import read_listing, section_links
from kznews.pages.page import NotAnArticle, Page, as_html
from kznews.pages.snapshot import read_snapshot
from kznews.pipelines.clean import CleanPipeline

if TYPE_CHECKING:
    from kznews.sites import Site

Record = dict[str, Any]

LISTING = "listing-"
OF_THE_PAGE = frozenset(
    {"id", "url", "language", "title", "lead", "text", "word_count", "authors", "tags"}
    | {"section", "sections", "published_at", "modified_at", "date_precision", "date_raw"}
    | {"images", "embeds", "related", "layout", "provenance"}
    | {"city", "temperature_now", "temperature_tomorrow", "rates", "contacts"}
)


def read(name: str, site: Site, body: bytes, seen: Record) -> Record:
    """Return what a crawl reads from a page, by the name of its file.

    ``seen`` has the page's ``url``, ``seen_at`` and, where it was not 200, ``status``.
    """
    response = HtmlResponse(seen["url"], status=seen.get("status", 200), body=body)
    if is_challenge(response):
        return {"reason": "challenge"}
    found = as_html(response)
    if found is None:
        return {"reason": "not_html"}
    page = Page(found, site, datetime.fromisoformat(seen["seen_at"]))
    if name.startswith(LISTING):
        return {"listing": _listing(page)}
    try:
        article = CleanPipeline().process_article(read_article([page]))
    except NotAnArticle as error:
        return {"reason": error.reason, "detail": error.detail}
    # the text as a list of blocks: JSON has no lines
    told = _told(article) | {"text": article.text.split("\n\n")}
    around = read_snapshot(page)
    return {"article": told, "snapshot": _told(around) if around else None}


def layout_of(record: Record) -> str | None:
    """Return the layout by which a page was read, None for one that is not delivered."""
    layout = (record.get("article") or record.get("listing") or {}).get("layout")
    return str(layout) if layout else None


def _told(item: Article | SiteSnapshot) -> Record:
    return {key: value for key, value in asdict(item).items() if key in OF_THE_PAGE}


def _listing(page: Page) -> Record:
    found = read_listing(page)
    return {
        "layout": found.layout,
        "links": [[x.url, x.published and x.published.isoformat()] for x in found.links],
        "sections": [asdict(section) for section in section_links(page)],
    }


def first_difference(one: Any, other: Any, place: str = "") -> str | None:
    """Return where two records differ, such as ``article.text``; None if they do not."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys((*one, *other)):
            where = f"{place}.{key}" if place else str(key)
            if found := first_difference(one.get(key), other.get(key), where):
                return found
        return None
    return None if one == other else place
