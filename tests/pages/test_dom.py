"""Trees and selectors: what is passed over unasked would have found nothing."""

from __future__ import annotations

import pytest
from lxml import etree

from kznews.pages.dom import ByClass, select
from kznews.pages.extractor import extracted_author, extracted_day
from kznews.pages.parsing import parse
from tests.reading import page

HTML = b"""<html><body class="single  wide">
<div class="card new"><a class="more\tlink" href="/1" rel="tag nofollow">1</a></div>
<div class="card"><a href="/2" rel="tag">2</a><b id="b" class="x">3</b></div>
<p class="x">4</p></body></html>"""


@pytest.mark.parametrize(
    ("css", "texts"),
    [
        (".card", ["1", "23"]),
        (".card a", ["1", "2"]),
        (".card .x", ["3"]),
        (".card .absent, .more", ["1"]),
        (".absent a", []),
        ("[rel~=nofollow]", ["1"]),
        ("[rel=tag], #b", ["2", "3"]),
        ("[class*=mor]", ["1"]),
        ("[class*=absent], [class^=card]", ["1", "23"]),
        ("[class='card new'], [class!=x].x", ["1"]),
        ("[class~=new], [id]", ["1", "3"]),
        ("[rel|=tag]", ["2"]),
        ("p, .card.new", ["1", "4"]),
        (".card:not(.absent)", ["1", "23"]),
        (".card:not(.new) a", ["2"]),
        (".x:is(.absent, p)", ["4"]),
        (".card:has(.x)", ["23"]),
        (":is(.absent, #b)", ["3"]),
    ],
)
def test_a_selector_finds_the_same_where_the_classes_are_known(css: str, texts: list[str]) -> None:
    root = parse(HTML)
    found = select(root, css)
    assert ["".join(e.itertext()) for e in found] == texts
    assert select(root, css, ByClass(root)) == found


def test_the_extractor_leaves_the_page_as_it_is() -> None:
    told = page(f"<html><body><main>{'<p>Слово за слово.</p>' * 50}</main></body></html>")
    before = etree.tostring(told.root)
    assert told.extract.words
    assert extracted_day(told.root, (), told.seen_at.date()) is None
    assert extracted_author(told.root, ()) is None
    assert etree.tostring(told.root) == before
