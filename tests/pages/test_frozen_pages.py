"""Frozen pages, compared with what a perfect reader delivers.

A page is ``tests/frozen/<site>/<layout>/<name>.html``; ``listing-*`` is read as a listing, any
other as an article, which it may turn out not to be. The JSON beside it says where and when the
page was seen, and what is read from it. For a new page without JSON the file is written and the
test fails: correct the address and the instant, correct every line that a reader of the page would
deliver otherwise, and make the code agree.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import HtmlResponse

from kznews.pages.page import Page
from kznews.sites import SITES, Layout
from tools import freeze_page

Reading = dict[str, Any]

PAGES = Path(__file__).parent.parent / "frozen"
FROZEN = sorted(PAGES.rglob("*.html"))


def read(path: Path, seen: Reading) -> Reading:
    """Read a frozen page as a crawl does."""
    site = SITES[path.relative_to(PAGES).parts[0]]
    return freeze_page.read(path.name, site, path.read_bytes(), seen)


def freeze(path: Path, frozen: Path) -> None:
    site = SITES[path.relative_to(PAGES).parts[0]]
    page = Page(HtmlResponse(site.root, body=path.read_bytes()), site, datetime.now(UTC))
    seen = {"url": page.canonical, "seen_at": page.seen_at.isoformat(timespec="seconds")}
    text = json.dumps(seen | read(path, seen), ensure_ascii=False, indent=1)
    frozen.write_text(f"{text}\n", "utf-8")


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: str(path.relative_to(PAGES)))
def test_a_frozen_page_reads_as_it_was_frozen(path: Path) -> None:
    frozen = path.with_suffix(".json")
    if not frozen.exists():
        freeze(path, frozen)
        pytest.fail(f"{frozen} is written: read it, then run again")
    expected = json.loads(frozen.read_text("utf-8"))
    seen = {key: expected.pop(key) for key in ("url", "seen_at", "status") if key in expected}
    reading = read(path, seen)
    assert reading == expected
    assert freeze_page.layout_of(reading) in {None, path.parent.name}


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
