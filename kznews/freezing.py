"""Frozen pages: a page of a site as a test, and what a perfect reader delivers of it.

A page is ``<site>/<layout>/<name>.html``; a name that begins with ``listing`` is read as a listing,
any other as an article, which it may turn out not to be. The JSON beside it says where and when the
page was seen, and what is read from it.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lxml import etree, html
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
_KEPT_LINKS = frozenset({"alternate", "canonical", "next", "prev", "shortlink"})
_SECRET = re.compile(r"nonce|token|csrf|verif|integrity", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(?<=[?&])(?:_wpnonce|nonce|token)=[^&#]*&?", re.IGNORECASE)
_TRACKER = re.compile(
    r"//(?:[\w-]+\.)*(?:googletagmanager\.com|google-analytics\.com|doubleclick\.net|zero\.kz"
    r"|mc\.yandex\.\w+|counter\.yadro\.ru|top-fwz1\.mail\.ru|gemius\.pl)/|facebook\.com/tr\b"
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


def stripped(page: HtmlResponse) -> bytes:
    """Return a page without what no reader reads: scripts, styles, comments, trackers, secrets."""
    root = deepcopy(page.selector.root)
    for element in list(root.iter()):
        if element is not root and _is_useless(element):
            _drop(element)
    for noscript in list(root.iter("noscript")):
        if not len(noscript) and not (noscript.text or "").strip():
            _drop(noscript)
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name.startswith("on") or _SECRET.search(name):
                del element.attrib[name]
            elif name in {"action", "href", "src"} and _IN_ADDRESS.search(value):
                element.set(name, _IN_ADDRESS.sub("", value).rstrip("?&"))
    text = html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")
    return f"{text}\n".encode()


def _is_useless(element: html.HtmlElement) -> bool:
    tag, get = element.tag, element.get
    if tag in {etree.Comment, etree.PI} or tag == "style":
        return True
    if tag == "script":
        return not (get("type") == "application/ld+json" or get("data-telegram-post"))
    if tag == "link":
        return _KEPT_LINKS.isdisjoint(get("rel", "").split())
    if tag == "meta":
        return bool(_SECRET.search(get("name", "") + get("property", "")))
    if tag == "input":
        return bool(get("type") == "hidden")
    return tag in {"iframe", "img"} and bool(_TRACKER.search(get("src", "")))


def _drop(element: html.HtmlElement) -> None:
    """Remove an element and its line, not the words after it."""
    before = element.getprevious()
    parent = element.getparent()
    text = before.tail if before is not None else parent.text
    if (text or "").endswith("\n") and not (element.tail or "").strip():
        element.tail = None
    element.drop_tree()


def first_difference(one: Any, other: Any, place: str = "") -> str | None:
    """Return where two records differ, such as ``article.text``; None if they do not."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys((*one, *other)):
            where = f"{place}.{key}" if place else str(key)
            if found := first_difference(one.get(key), other.get(key), where):
                return found
        return None
    return None if one == other else place
