"""What every article goes through before it is delivered, whatever source it came from."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from kznews import dates
from kznews.items import Article, Image
from kznews.text import clean, clean_line, content_hash, language, whole, word_count

if TYPE_CHECKING:
    from kznews.sites import Site

LONGEST_TITLE = 500
LANGUAGE = re.compile(r"[a-z]{2,3}")
"""A code of ISO 639; which language it is is no reason to reject an article."""


def clean_article(article: Article) -> Article:
    """Clean the strings of an article, and set what is told from them."""
    article.title = clean_line(article.title)
    article.text = clean(article.text)
    article.lead = clean(article.lead or "") or None
    article.authors = _cleaned(article.authors)
    article.tags = _cleaned(article.tags)
    article.section = _line(article.section)
    for section in article.sections:
        section.name = _line(section.name)
        section.slug = whole(section.slug or "") or None
    article.images = [
        Image(whole(image.url), _line(image.caption), _line(image.credit))
        for image in article.images
    ]
    for embed in article.embeds:
        embed.url = whole(embed.url)
    article.language = language(article.text or article.title, article.language)
    article.word_count = word_count(article.text)
    article.content_hash = content_hash(article.title, article.text)
    return article


def normalize_dates(article: Article, site: Site) -> None:
    """Put an article's instants on the site's clock; an absurd date becomes the address's month.

    ``published_at`` becomes None where neither the page nor the address names a date.
    """
    tz = dates.zone(site.zone)
    seen_at = datetime.fromisoformat(article.fetched_at)
    modified = dates.read_machine(article.modified_at or "", tz)
    article.modified_at = (
        modified.isoformat() if modified and dates.sane(modified.at, seen_at) else None
    )
    published = dates.read_machine(article.published_at or "", tz)
    if published and dates.sane(published.at, seen_at):
        article.published_at = published.isoformat()
        article.date_precision = article.date_precision or published.precision
        return
    article.published_at = article.date_precision = None
    if month := site.month_of(article.url):
        article.published_at, article.date_precision = dates.month(*month, tz).isoformat(), "month"
        article.provenance["published_at"] = "url"


def defect(article: Article) -> tuple[str, str | None] | None:
    """Return the reason and the detail of what an article cannot be delivered with."""
    if not article.title:
        return "no_title", None
    if not (article.text or article.images or article.embeds):
        return "no_body", "neither text nor pictures"
    if not article.url or not article.id:
        return "invalid", "no address"
    if len(article.title) > LONGEST_TITLE:
        return "invalid", f"title of {len(article.title)} characters"
    if not LANGUAGE.fullmatch(article.language):
        return "invalid", f"language {article.language!r}"
    return None


def _cleaned(names: list[str]) -> list[str]:
    return [name for name in dict.fromkeys(map(clean_line, names)) if name]


def _line(text: str | None) -> str | None:
    return clean_line(text or "") or None
