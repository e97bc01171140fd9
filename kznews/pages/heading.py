"""The title as a visitor finds it, on a page whose layout is not sure.

It is the heading that the window's title repeats, never the logo, and no other article's.
"""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kznews.pages.addresses import absolute, page_key
from kznews.pages.dom import content, elements, line_of, text_of
from kznews.sites.marks import ASIDE, LOGO, TRAIL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from kznews.pages.page import Page

_TRIFLES = re.compile(r"[\W_]+")
_SIGN = re.compile(r"\s[-–—|•·»]\s")
_MOST_SIGNS = 3
_BESIDE_TITLE = f"ancestor-or-self::*[{ASIDE} or self::script] | {TRAIL}"
_MOST_HEADINGS = 100
_FEWEST_WORDS = 3
"""Words of a heading that nothing on the page repeats."""
_FEW_LETTERS = 3
_WHOLE_TITLE = 20
"""Letters of a title that may stand behind a kicker in one heading."""


def only_letters(text: str) -> str:
    """Return the letters and digits of a text."""
    return _TRIFLES.sub("", text)


def letters_of(text: str) -> str:
    """Return letters and digits without regard to case: by them titles and names are compared."""
    return only_letters(text).casefold()


def site_names(page: Page) -> set[str]:
    """Return the letters of what the site is called."""
    return {letters_of(name) for name in (page.meta.get("og:site_name", ""), *page.site.hosts)}


def is_unsure(page: Page) -> bool:
    """Whether no layout is known that says where the fields stand."""
    return page.layout is None or page.layout.is_general


def heading_of(page: Page) -> _Element | None:
    """Return the element that is the page's own heading."""
    return page.once(_heading)


def heading(page: Page) -> str | None:
    """Return the page's own heading: no logo, no other article's, and no subtitle inside it."""
    found = heading_of(page)
    return None if found is None else line_of(found) or text_of(found)


def window_title(page: Page) -> str | None:
    return without_site_name(" ".join(_window(page).split()), page)


def told_titles(page: Page) -> list[str]:
    """Return what the window and the machines are told of the title."""
    named = (page.graph.text("headline"), page.meta.get("og:title"), page.meta.get("twitter:title"))
    return [_window(page), *filter(None, named)]


def without_site_name(title: str, page: Page) -> str:
    """Return a title without what stands at its end: the site's name, or more than the heading."""
    title = title.strip()
    names = site_names(page)
    if letters_of(title) in names:
        return ""
    seen = letters_of(heading(page) or "")
    for sign in list(_SIGN.finditer(title))[-_MOST_SIGNS:]:
        head, tail = title[: sign.start()], title[sign.end() :]
        if letters_of(tail) in names or (seen and letters_of(head) == seen):
            return head.rstrip()
    return title


def _window(page: Page) -> str:
    title = next(page.root.iter("title"), None)
    return "" if title is None else content(title)


def _heading(page: Page) -> _Element | None:
    """Return the heading that the page's titles repeat, the only ``h1`` first, else that one.

    No step of the way to the page is any, nor is a link to another page that no title repeats.
    """
    if not is_unsure(page):
        return None
    told = [letters_of(title) for title in told_titles(page)]
    found: dict[_Element, int] = {}
    for heading in islice(page.root.iter("h1", "h2", "h3"), _MOST_HEADINGS):
        key = letters_of(text_of(heading))
        shared = max((_shared(key, each) for each in told), default=0)
        if (
            key
            and (shared or (heading.tag == "h1" and not _leads_away(page, heading)))
            and not elements(heading, _BESIDE_TITLE)
            and not _logo(page, heading, key)
        ):
            found[heading] = shared
    first = {heading: shared for heading, shared in found.items() if heading.tag == "h1"}
    is_alone = len(first) == 1 and (len(text_of(*first).split()) >= _FEWEST_WORDS or not any(told))
    if is_alone or any(first.values()):
        found = first
    best = max(found, key=found.__getitem__, default=None)
    return best if best is not None and (is_alone or found[best]) else None


def _shared(heading: str, title: str) -> int:
    """Return how many letters of a title a heading is, or ends with after a kicker."""
    if len(heading) > _FEW_LETTERS and heading in title:
        return len(heading)
    return len(title) if len(title) >= _WHOLE_TITLE and heading.endswith(title) else 0


def _logo(page: Page, heading: _Element, key: str) -> bool:
    """Whether a heading is the site's name: it says so, or leads to the home page."""
    marks = f"{heading.get('class', '')} {heading.get('id', '')}"
    if key in site_names(page) or LOGO.search(marks):
        return True
    return any(urlsplit(url).path in {"", "/"} for url in _links(page, heading))


def _leads_away(page: Page, heading: _Element) -> bool:
    return any(page_key(url) != page_key(page.canonical) for url in _links(page, heading))


def _links(page: Page, heading: _Element) -> Iterator[str]:
    """Yield where a heading leads: in it, or as a whole."""
    around = (e for e in heading.iterancestors() if e.tag == "a")
    for link in chain(heading.iter("a"), around):
        if url := absolute(page.base, link.get("href")):
            yield url
