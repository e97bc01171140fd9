"""How a page is read, as one dictionary: what ``scrapy inspect --json`` prints.

It asks the same tables and readers as ``read_article``, but all of them instead of the first that
answers.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from kznews import dates
from kznews.items import Article, NotAnArticle, Rejected
from kznews.pages import article as reading
from kznews.pages import boilerplate, fields, lead_image
from kznews.pages.article import read_article
from kznews.pages.article_dates import sane_dates
from kznews.pages.cloudflare import is_challenge
from kznews.pages.dom import alternatives
from kznews.pages.final import clean_article
from kznews.pages.listing import read_listing
from kznews.pages.page import Page, as_html
from kznews.pipelines.validate import ValidatePipeline
from kznews.spiders.article_pages import another_article
from kznews.text import word_count

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from scrapy.http import Response

    from kznews.pages.body import Cut
    from kznews.sites import Layout, Site

Record = dict[str, Any]

SOURCES: dict[str, fields.Sources[Any]] = {
    "title": fields.TITLE,
    "authors": fields.AUTHORS,
    "sections": fields.SECTIONS,
    "tags": fields.TAGS,
    "published_at": fields.PUBLISHED,
    "modified_at": fields.MODIFIED,
    "images": lead_image.IMAGE,
}
FIELDS = (
    *("title", "authors", "section", "sections", "tags", "published_at", "modified_at"),
    *("images", "lead", "text"),
)
"""Fields that are shown. ``section`` comes from ``sections``, ``lead`` from ``text``."""
DATES = frozenset({"published_at", "modified_at"})


@dataclass
class Look:
    """A page as it was seen. ``asked`` is the requested address, None for a file."""

    response: Response
    site: Site
    seen_at: datetime
    asked: str | None = None


def inspect(look: Look) -> Record:
    """Read a page as a crawl does (of a split post the first part), and ask all other sources.

    ``verdict`` is what a crawl makes of the page, ``layout`` its known layout. The keys after
    ``layout`` exist only if the page is HTML.
    """
    cuts: list[Cut] = []
    page, article = None, None
    try:
        page = _page(look)
        article = _article(page, cuts)
        reason, detail = _objection(article, look.asked)
    except NotAnArticle as error:
        reason, detail = error.reason, error.detail
    suspect = article.suspect if article else None
    record: Record = {
        "url": page.canonical if page else look.response.url,
        "site": look.site.name,
        "seen_at": look.seen_at.isoformat(),
        "verdict": {
            "article": reason is None, "reason": reason, "detail": detail, "suspect": suspect,
        },
        "layout": page.layout.name if page and page.layout else None,
    }  # fmt: skip
    if page is None:
        return record
    listing = None
    if article is None:
        found = read_listing(page)
        listing = {"layout": found.layout or None, "links": len(found.links)}
    return record | {
        "fields": _fields(page, article),
        "bodies": list(_bodies(page)),
        "layouts": [_layout(page, layout) for layout in page.site.layouts],
        "cuts": [asdict(cut) | {"rule": _rule(cut)} for cut in cuts],
        "next_part": reading.next_page_url(page),
        "listing": listing,
    }


def _page(look: Look) -> Page:
    if is_challenge(look.response):
        raise NotAnArticle("challenge", "Cloudflare asks for a browser check")
    html = as_html(look.response)
    if html is None:
        size = len(look.response.body)
        raise NotAnArticle("not_html" if size else "empty", f"{size} bytes without HTML")
    return Page(html, look.site, look.seen_at)


def _article(page: Page, cuts: list[Cut]) -> Article:
    if reading.is_cut_short(page):
        raise NotAnArticle("truncated", "the document ends inside the article")
    return clean_article(read_article([page], cuts))


def _objection(article: Article, asked: str | None) -> tuple[str | None, str | None]:
    """Return why a crawl would reject an article, and the detail; None for a good one."""
    if asked and (other := another_article(asked, article)):
        return "redirected", f"leads to another article, {other}"
    checked = ValidatePipeline().process_article(article)
    return (checked.reason, checked.detail) if isinstance(checked, Rejected) else (None, None)


def _fields(page: Page, article: Article | None) -> Record:
    """Return for each field its value, its source, and what each source says."""
    provenance = article.provenance if article else {}
    record = asdict(article) if article else {}
    found: Record = {}
    for name in FIELDS:
        value = record.get(name)
        source = provenance.get({"section": "sections", "lead": "text"}.get(name, name))
        sources = [_said(page, name, *entry) for entry in SOURCES.get(name, ())]
        found[name] = {"value": value, "source": source if value else None, "sources": sources}
    if month := page.site.month_of(page.canonical):
        value = dates.month(*month, dates.zone(page.site.zone)).isoformat()
        found["published_at"]["sources"].append({"source": "url", "value": value, "note": None})
    return found


def _said(page: Page, name: str, source: str, read: Any) -> Record:
    """Return what one source has on the page; for a date also how it is read."""
    value = read(page) or None
    note = None
    if value and name in DATES:
        note = "no date that can be an article's"
        for _, _, moment in sane_dates(page, ((source, lambda _: value),)):
            note = moment.isoformat()
            month = page.site.month_of(page.canonical)
            if name == "published_at" and month and not dates.in_month(moment, *month):
                note += ", not in the month of the address"
    return {"source": source, "value": value, "note": note}


def _layout(page: Page, layout: Layout) -> Record:
    """Count the elements that each selector of a layout finds."""
    selectors = [
        {"part": part, "selector": selector, "elements": len(page.select(selector))}
        for part, value in vars(layout).items()
        if part != "name" and isinstance(value, str) and value
        for selector in alternatives(value)
    ]
    return {"name": layout.name, "found": layout is page.layout, "selectors": selectors}


def _bodies(page: Page) -> Iterator[Record]:
    """Read the body with each reader alone, as if the site had no other."""
    title = next((t for _, read in fields.TITLE if (t := read(page))), "")
    alone = replace(page.site, layouts=(), hooks=())
    for source, selector, site in (
        *((x.name, x.body, replace(alone, layouts=(x,))) for x in page.site.layouts),
        *(("hook", x, replace(alone, hooks=(x,))) for x in page.site.hooks),
        ("generic", None, alone),
    ):
        elements = len(page.elements(selector)) if selector else 0
        texts: list[str] = []
        if elements or selector is None:
            body = reading.find_body([Page(page.response, site, page.seen_at)], Article(), None)
            boilerplate.cut(body, site.boilerplate, title)
            texts = [" ".join(block.text.split()) for block in body.blocks]
        yield {
            "source": source, "selector": selector, "elements": elements, "blocks": len(texts),
            "words": sum(map(word_count, texts)), "first": next(iter(texts), None),
        }  # fmt: skip


def _rule(cut: Cut) -> str:
    """Return the rule of a cut; of a list of phrases «(?:a|b|…)» the one that matched."""
    inside = cut.rule.removeprefix("(?:").removesuffix(")")
    if "phrase" not in cut.kind or inside == cut.rule:
        return cut.rule
    depth, start, branches = 0, 0, []
    for sign in re.finditer(r"\\.|\[(?:\\.|[^\]\\])*\]|[()|]", inside + "|"):
        depth += {"(": 1, ")": -1}.get(sign[0], 0)
        if sign[0] == "|" and depth == 0:
            branches.append(inside[start : sign.start()])
            start = sign.end()
    hits = (branch for branch in branches if re.match(branch, cut.words, re.IGNORECASE))
    return next(hits, cut.rule)
