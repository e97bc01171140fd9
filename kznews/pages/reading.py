"""A page as the article that a crawl would deliver: read, cleaned, dated, validated."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfoNotFoundError

from scrapy.http import HtmlResponse

from kznews import dates
from kznews.items import NotAnArticle
from kznews.pages.article import read_article
from kznews.pages.characters import html_of
from kznews.pages.final import clean_article, defect, normalize_dates
from kznews.pages.page import Page, as_html
from kznews.sites import Site, site_at
from kznews.text import whole

if TYPE_CHECKING:
    from kznews.items import Article


def read(
    html: str | bytes, url: str, zone: str | None, seen_at: datetime | None, site: Site | None
) -> Article:
    """See ``kznews.read``."""
    for name, value, kinds, wanted in (
        ("html", html, str | bytes, "a page's text or bytes, as in Path(…).read_bytes()"),
        ("url", url, str, "the page's address as text"),
        ("zone", zone, str | None, "a name such as Asia/Almaty"),
        ("seen_at", seen_at, datetime | None, "a datetime"),
        ("site", site, Site | None, "a Site, such as kznews.sites.SITES['365info']"),
    ):
        if not isinstance(value, kinds):
            raise TypeError(f"{name} is of type {type(value).__name__}: expected {wanted}")
    site = site or site_at(_root(url))
    if zone:
        site = replace(site, zone=_known_zone(zone))
    if seen_at is not None and seen_at.tzinfo is None:
        raise ValueError(f"seen_at {seen_at.isoformat()} has no offset; add one (tzinfo=UTC)")
    if isinstance(html, str):
        body = html_of(whole(html).encode())
        response = HtmlResponse(url, body=body, encoding="utf-8") if body else None
    else:
        response = as_html(HtmlResponse(url, body=html))
    if not html.strip():
        raise NotAnArticle("empty")
    if response is None:
        what = "letters" if isinstance(html, str) else "bytes"
        raise NotAnArticle("not_html", f"{len(html)} {what} without HTML")
    page = Page(response, site, seen_at or datetime.now(UTC))
    article = clean_article(read_article([page]))
    normalize_dates(article, site)
    if wrong := defect(article):
        raise NotAnArticle(*wrong)
    return article


def _root(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
        raise ValueError(f"url {url!r:.200} is no address such as https://365info.kz/2026/11/slug")
    return f"{parts.scheme}://{parts.netloc}"


def _known_zone(name: str) -> str:
    try:
        dates.zone(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError(f"zone {name!r} is unknown; name one such as Asia/Almaty") from None
    return name
