"""Which elements of a page are the article's own, and which those of another one's card."""

from __future__ import annotations

import re
from itertools import chain, takewhile
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kznews.pages.addresses import absolute
from kznews.pages.dom import alternatives, text_of
from kznews.pages.fallback_title import heading_of, is_unsure
from kznews.sites.marks import BESIDE_TERMS, CARD, MAIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from kznews.pages.page import Page

_WHOLE = ("article", "main")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PARTS_OF_CARDS = (*_HEADINGS, "img", "p")
_POST = re.compile(r"(?<!\S)post-(\d{1,18})(?!\S)")
"""What WordPress calls an element that is a post, in its class or as its id."""
_ARCHIVE = re.compile(r"/\d{4}(?:/\d\d){0,2}/?$")


def own(page: Page, css: str) -> list[_Element]:
    """Return the article's elements that the first selector of a list finds, if it finds any.

    They stand beside the page's side blocks; where no layout is sure, inside the article or between
    it and its title, and in no block of other articles.
    """
    for one in alternatives(css):
        if found := [element for element in page.select(one) if is_own(page, element)]:
            return found
    return []


def own_texts(page: Page, css: str) -> list[str]:
    """Return the whole text of each of the article's ``own`` elements."""
    return [text for text in map(text_of, own(page, css)) if text]


def own_bodies(page: Page, css: str) -> list[_Element]:
    """Return the outermost elements that a general layout calls a body, and that are no card's.

    What holds the title, too, is one where nothing inside it is.
    """
    article = page.once(article_of)
    found = [e for e in page.select(css) if article is not None and _is_in(page, e, article)]
    found = [e for e in found if not has_title(page, e)] or found
    inside = set(found)
    return [e for e in found if inside.isdisjoint(e.iterancestors())]


def is_own(page: Page, element: _Element) -> bool:
    """Whether an element is the article's."""
    if not is_unsure(page):
        return next(element.iterancestors("aside", "nav"), None) is None
    is_in = any(_is_in(page, element, part) for part in page.once(_parts))
    return is_in and not is_beside(page, element)


def is_beside(page: Page, element: _Element) -> bool:
    """Whether an element stands in another article, or in a block of other articles."""
    around = takewhile(lambda each: not has_title(page, each), element.iterancestors())
    return any(is_of_another(page, e) or BESIDE_TERMS.search(e.get("class", "")) for e in around)


def is_around_article(page: Page, element: _Element) -> bool:
    """Whether an element stands beside the article in what holds it, and is no other one's."""
    article = page.once(article_of)
    around = None if article is None else article.getparent()
    if around is None or around.tag == "body":
        return False
    return _is_in(page, element, around) and not is_beside(page, element)


def is_of_another(page: Page, element: _Element) -> bool:
    """Whether an element is another article, or its card, by what WordPress calls it."""
    marks = f"{element.get('class', '')} {element.get('id', '')}"
    if CARD.search(marks):
        return True
    number = _POST.search(marks)
    is_other = number is not None and page.post_id not in {None, int(number[1])}
    return is_other and not has_title(page, element)


def cards(page: Page) -> set[_Element]:
    """Return the elements that are other articles, or items of a list of them with headings."""
    return page.once(_cards)


def _cards(page: Page) -> set[_Element]:
    marked = page.select("[class*=post-], [id^=post-], .wp-block-post")
    found = {element for element in marked if is_of_another(page, element)}
    items: dict[_Element, _Element] = {}
    for heading in page.root.iter(*_HEADINGS):
        if (item := next(heading.iterancestors("article", "li"), None)) is not None:
            items.setdefault(item, heading)
    return found.union(item for item, heading in items.items() if _leads_on(page, heading))


def _leads_on(page: Page, heading: _Element) -> bool:
    """Whether a heading is a link to another article, and nothing else."""
    if heading is heading_of(page):
        return False
    around = [e for e in heading.iterancestors() if e.tag == "a"]
    whole = [link for link in heading.iter("a") if text_of(link) == text_of(heading)]
    return links_to_another(page, [*whole, *around])


def links_away(page: Page, links: Iterable[_Element]) -> bool:
    """Whether one of some links leads to another page; the archive of a day or month is none."""
    urls = (absolute(page.base, link.get("href")) for link in links)
    return any(
        url.partition("#")[0] not in {page.base, page.canonical, f"{page.canonical}/"}
        and not _ARCHIVE.search(urlsplit(url).path)
        for url in urls
        if url
    )


def links_to_another(page: Page, links: Iterable[_Element]) -> bool:
    """Whether one of some links leads to another article of the site."""
    own = (link for link in links if page.site.article_url(link.get("href", "")))
    return links_away(page, own)


def _is_in(page: Page, element: _Element, part: _Element) -> bool:
    """Whether an element stands in another one, and in no card there."""
    around = [element, *element.iterancestors()]
    if part not in around:
        return False
    within = around[: around.index(part)]
    return not any(map(_is_beside, within[1:])) and not any(is_of_another(page, e) for e in within)


def _is_beside(element: _Element) -> bool:
    """Whether what an element holds is beside the article; an ``aside`` may hold but its terms."""
    if element.tag == "aside":
        return next(element.iter(*_PARTS_OF_CARDS), None) is not None
    return element.tag in {"article", "nav"}


def has_title(page: Page, element: _Element) -> bool:
    """Whether an element holds the page's title."""
    title = heading_of(page)
    return title is not None and element in title.iterancestors()


def _parts(page: Page) -> list[_Element]:
    """Return the article, and what stands between it and a title before it."""
    article, title = page.once(article_of), heading_of(page)
    if article is None:
        return []
    if title is None or title is article or article in title.iterancestors():
        return [article]
    around = [title, *title.iterancestors()]
    below = article
    while (common := below.getparent()) is not None and common not in around:
        below = common
    if common is None:
        return [article]
    above = around[around.index(common) - 1]
    children = list(common)
    return [*children[children.index(above) : children.index(below)], article]


def article_of(page: Page) -> _Element | None:
    """Return the element that is the article: with its title and body, with its body, or around."""
    title = heading_of(page)
    around = [] if title is None else list(title.iterancestors())
    if page.layout is None:
        return next((e for e in around if e.tag in _WHOLE), page.root)
    found = [e for e in page.select(page.layout.article) if not _is_card(page, e)]
    bodies = [e for e in page.elements(page.layout.body) if not _is_in_card(page, e)]
    holders = {e for body in bodies for e in (body, *body.iterancestors())}
    of_both = (e for e in found if e in around and e in holders)
    of_body = (e for e in found if e in holders)
    common = (e for e in around if e in holders)
    return next(chain(of_both, of_body, common, found, page.select(MAIN)), None)


def _is_in_card(page: Page, element: _Element) -> bool:
    return any(_is_card(page, e) for e in element.iterancestors("article"))


def _is_card(page: Page, article: _Element) -> bool:
    heading = next(article.iter(*_HEADINGS), None)
    is_link = heading is not None and _leads_on(page, heading)
    return is_link or is_of_another(page, article)
