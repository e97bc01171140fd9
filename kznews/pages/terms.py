"""What an article is filed under: its sections and tags, and no other article's."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from kznews.pages.addresses import page_key
from kznews.pages.dom import content, text_of
from kznews.pages.heading import heading_of, is_unsure
from kznews.pages.own import (
    article_of,
    first_group,
    inside_opening,
    is_around_article,
    is_own,
    layout_texts,
    links_away,
    own_texts,
)
from kznews.sites.marks import BLOCK_SECTIONS
from kznews.text import is_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lxml.etree import _Element

    from kznews.pages.page import Page

_LONGEST_NAME = 60
_PROSE = 3
"""Words outside links that make prose of a paragraph, and no list of terms."""
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")


def json_ld_sections(page: Page) -> list[str]:
    """Return the sections for machines, without the tags that some plugins add to them."""
    names = page.graph.strings("articleSection")
    tags = set(layout_tags(page)).difference(layout_texts(page, "category"))
    return [name for name in names if name not in tags] or names


def json_ld_tags(page: Page) -> list[str]:
    """Return the keywords for machines; in a general layout only where nothing tells the tags."""
    is_general = page.layout is not None and page.layout.is_general
    is_told = is_general and (layout_tags(page) or meta_tags(page))
    return [] if is_told else page.graph.strings("keywords")


def layout_tags(page: Page) -> list[str]:
    """Return the tags of the theme; WordPress's block of sections calls its links tags, too."""
    names = layout_texts(page, "tag")
    if not is_unsure(page):
        return names
    sections = own_texts(page, BLOCK_SECTIONS)
    return [tag for name in names if (tag := name.lstrip("# ")) not in sections]


def meta_tags(page: Page) -> list[str]:
    return page.metas.get("article:tag", []) + page.metas.get("og:article:tag", [])


def keywords(page: Page) -> list[str]:
    if not is_unsure(page):
        return []
    said = page.meta.get("news_keywords") or page.meta.get("keywords") or ""
    return [word.strip() for word in said.split(",") if word.strip()]


def breadcrumb(page: Page) -> list[str]:
    return page.graph.breadcrumb()[-1:]


def trail(page: Page) -> list[str]:
    """Return the last step of the visible way to the page, home and the page itself apart."""
    if not is_unsure(page):
        return []
    links = page.select("[class*=bread] a[href], [id*=bread] a[href]")
    steps = [link for link in first_group(links) if _leads_to_section(page, link)]
    return _names(steps)[-1:]


def _leads_to_section(page: Page, link: _Element) -> bool:
    url = page.site.absolute(link.get("href", ""))
    return url is not None and bool(page_key(url)) and links_away(page, [link])


def by_marks(css: str, but: str = "") -> Callable[[Page], list[str]]:
    """Read what links or marks of an unknown theme say; a line of several at its commas.

    What ``but`` selects is left out.
    """

    def read(page: Page) -> list[str]:
        if not is_unsure(page):
            return []
        others = _names(terms_of(page, but)) if but else ()
        told = (name for name in _names(terms_of(page, css)) if name not in others)
        found = (part.strip() for name in told for part in name.split(","))
        return [name for name in found if name]

    return read


def by_address(css: str) -> Callable[[Page], list[str]]:
    """Read links into the site that stand beside the first one, no menu's above the title."""

    def read(page: Page) -> list[str]:
        if not is_unsure(page):
            return []
        links = (link for link in terms_of(page, css) if content(link).strip())
        found = [link for link in links if page.site.absolute(link.get("href", ""))]
        if page.once(article_of) is page.root:
            found = inside_opening(page, found)
        return _names(first_group(found))

    return read


def terms_of(page: Page, css: str) -> list[_Element]:
    """Return what is selected inside the article, else around it: in no prose, no card."""
    if heading_of(page) is None:
        return []
    is_prose = cache(_is_prose)
    found = [
        element
        for element in page.select(css)
        if not any(map(is_prose, islice(element.iterancestors("figcaption", "li", "p"), 1)))
    ]
    inside = [e for e in found if is_own(page, e)]
    return inside or [e for e in found if is_around_article(page, e)]


def _names(found: Iterable[_Element]) -> list[str]:
    names = ((e.get("content") or text_of(e)).strip("#, ") for e in found)
    return list(dict.fromkeys(name for name in names if 0 < len(name) <= _LONGEST_NAME))


def _is_prose(paragraph: _Element) -> bool:
    """Whether a paragraph is more than a label, and has more words than those of its links."""
    if paragraph.tag == "figcaption":
        return True
    text = text_of(paragraph)
    linked = " ".join(map(content, paragraph.iter("a")))
    others = len(_LONG_WORD.findall(text)) - len(_LONG_WORD.findall(linked))
    return others >= _PROSE or (is_sentence(text) and 2 * len(linked) < len(text))
