"""Frozen pages, held against what a perfect reader delivers of them.

A page is ``tests/pages/<site>/<layout>/<name>.html``; ``listing-*`` is read as a listing, anything
else as an article, which it may turn out not to be. The JSON beside it says where and when the page
was seen, and what is read from it. For a new page without one it is written, and the test fails:
put the address and the instant right, correct every line that a reader of the page would deliver
otherwise, and make the code agree.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import HtmlResponse

from kznews.items import Article, SiteSnapshot
from kznews.pages.article import read_article
from kznews.pages.cloudflare import is_challenge
from kznews.pages.listing import read_listing, section_links
from kznews.pages.page import NotAnArticle, Page, as_html
from kznews.pages.snapshot import read_snapshot
from kznews.pipelines.clean import CleanPipeline
from kznews.sites import SITES, Layout

Reading = dict[str, Any]

PAGES = Path(__file__).parent / "pages"
FROZEN = sorted(PAGES.rglob("*.html"))
OF_THE_PAGE = frozenset(
    {"id", "url", "language", "title", "lead", "text", "word_count", "authors", "tags"}
    | {"section", "sections", "published_at", "modified_at", "date_precision", "date_raw"}
    | {"images", "embeds", "related", "layout", "provenance"}
    | {"city", "temperature_now", "temperature_tomorrow", "rates", "contacts"}
)


def read(path: Path, url: str, seen_at: str, status: int = 200) -> Reading:
    """Read a frozen page as a crawl does."""
    response = HtmlResponse(url, status=status, body=path.read_bytes())
    if is_challenge(response):
        return {"reason": "challenge"}
    html = as_html(response)
    assert html
    page = Page(html, SITES[path.relative_to(PAGES).parts[0]], datetime.fromisoformat(seen_at))
    if path.name.startswith("listing"):
        return {"listing": listing(page)}
    try:
        article = CleanPipeline().process_article(read_article([page]))
    except NotAnArticle as error:
        return {"reason": error.reason, "detail": error.detail}
    return {"article": plain(article), "snapshot": snapshot(page)}


def told(item: Article | SiteSnapshot) -> Reading:
    return {key: value for key, value in asdict(item).items() if key in OF_THE_PAGE}


def plain(article: Article) -> Reading:
    """Return what the page tells, the text as a list of blocks: JSON has no lines."""
    return told(article) | {"text": article.text.split("\n\n")}


def listing(page: Page) -> Reading:
    found = read_listing(page)
    return {
        "layout": found.layout,
        "links": [[x.url, x.published and x.published.isoformat()] for x in found.links],
        "sections": [asdict(section) for section in section_links(page)],
    }


def snapshot(page: Page) -> Reading | None:
    found = read_snapshot(page)
    return told(found) if found else None


def freeze(path: Path, frozen: Path) -> None:
    site = SITES[path.relative_to(PAGES).parts[0]]
    page = Page(HtmlResponse(site.root, body=path.read_bytes()), site, datetime.now(UTC))
    seen = {"url": page.canonical, "seen_at": page.seen_at.isoformat(timespec="seconds")}
    text = json.dumps(seen | read(path, **seen), ensure_ascii=False, indent=1)
    frozen.write_text(f"{text}\n", "utf-8")


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: str(path.relative_to(PAGES)))
def test_a_frozen_page_reads_as_it_was_frozen(path: Path) -> None:
    frozen = path.with_suffix(".json")
    if not frozen.exists():
        freeze(path, frozen)
        pytest.fail(f"{frozen} is written: read it, then run again")
    expected = json.loads(frozen.read_text("utf-8"))
    seen = {key: expected.pop(key) for key in ("url", "seen_at", "status") if key in expected}
    reading = read(path, **seen)
    assert reading == expected
    layout = (reading.get("article") or reading.get("listing") or {}).get("layout")
    assert layout in {None, path.parent.name}


def test_every_layout_of_every_site_has_a_frozen_article() -> None:
    frozen: list[tuple[str, str]] = [
        (site, layout)
        for site, layout, name in (path.relative_to(PAGES).parts for path in FROZEN)
        if "article" in json.loads((PAGES / site / layout / name).with_suffix(".json").read_bytes())
    ]
    layouts: list[Layout] = [
        layout for site, name in frozen for layout in SITES[site].layouts if layout.name == name
    ]
    assert {"hook", "generic"} <= {name for _, name in frozen}
    assert {site for site, _ in frozen} == set(SITES)
    assert [x for site in SITES.values() for x in site.layouts if x not in layouts] == []
