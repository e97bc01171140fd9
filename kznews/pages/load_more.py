"""Whether a listing goes on by script: a button, an endless list, a list that a script fills."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kznews.pages.dom import alternatives, elements, text_of
from kznews.sites import load_more
from kznews.sites.marks import BESIDE_BUTTON

if TYPE_CHECKING:
    from lxml.etree import _Element

    from kznews.pages.page import Page

_WORDS = re.compile(load_more.BUTTON_WORDS, re.IGNORECASE)
_NAMES = re.compile(load_more.BUTTON_NAMES, re.IGNORECASE)
_RUNS = re.compile(r"^(?:|module|(?:text|application)/(?:java|ecma)script)$", re.IGNORECASE)
_CF = "/cdn-cgi/"
"""Cloudflare's own scripts, which show hidden e-mail addresses and the like, have such a path."""
_INNER = ".//button | .//a | .//input | .//*[@role='button']"


def loads_more(page: Page) -> bool:
    """Whether the listing shows a button that loads more, or the mark of an endless list."""
    own = urlsplit(page.response.url).path.rstrip("/")
    for element in chain.from_iterable(map(page.select, alternatives(load_more.BUTTON))):
        href = element.get("href", "")
        if href.startswith(("/", "http")) and own not in href:
            continue  # nearly all links of a page
        if _is_button(page, element):
            return True
    return any(map(page.select, alternatives(load_more.ENDLESS)))


def may_fill_itself(page: Page) -> bool:
    """Whether a script could put cards into a listing that has none."""
    if page.select(load_more.NOTHING_FOUND):
        return False
    return any(
        _RUNS.match(script.get("type", ""))
        for script in page.root.iter("script")
        if (script.text or "").strip() or _CF not in script.get("src", _CF)
    )


def _is_button(page: Page, element: _Element) -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}"
    words = text_of(element) or element.get("value", "")
    if len(words) > load_more.LONGEST_WORDS or not (_WORDS.match(words) or _NAMES.search(names)):
        return False
    if elements(element, _INNER) or elements(element, BESIDE_BUTTON):
        return False
    return not _leads_elsewhere(page, element)


def _leads_elsewhere(page: Page, element: _Element) -> bool:
    """Whether it is a plain link to another page than the listing's own."""
    href = element.get("href", "").partition("#")[0].strip()
    if not href or href.lower().startswith("javascript:"):
        return False
    own = urlsplit(page.response.url).path.rstrip("/")
    target = page.site.absolute(href)
    return target is None or not f"{urlsplit(target).path}/".startswith(f"{own}/")
