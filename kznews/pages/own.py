"""Which elements of a page are the article's own, and which those of another one's card."""

from __future__ import annotations

import re
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kznews.pages.addresses import absolute, page_key
from kznews.pages.dom import HEADINGS, LONGEST_CLASS, alternatives, content, outwards, text_of
from kznews.pages.extractor import PROSE
from kznews.pages.heading import heading_of, is_unsure
from kznews.sites.marks import BESIDE_TERMS, CARD, MAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.etree import _Element

    from kznews.pages.page import Page

_WHOLE = ("article", "main")
_PARTS_OF_CARDS = (*HEADINGS, "img", "p")
_POST = re.compile(r"(?<!\S)post-(\d{1,18})(?!\S)")
"""What WordPress calls an element that is a post, in its class or as its id."""
_ITEMS = ("article", "li")
_EXCERPT = 300
"""Characters that a card without a picture has at most."""
_SENTENCE = 60
"""Characters of a sentence below a heading, which is text if nothing but the link tells a card."""
_LINE = 8
"""Words of a line that is no label."""
_LONGEST_CARD = 1_500
"""Characters that a card has at most."""
_ARCHIVE = re.compile(r"/20\d\d(?:[/-]?[01]\d(?:[/-]?[0-3]\d)?)?/?$")


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


def layout_texts(page: Page, part: str) -> list[str]:
    """Return what the article has where its theme has a part: the title, authors, terms, a date."""
    return own_texts(page, getattr(page.layout, part)) if page.layout else []


def own_bodies(page: Page, css: str) -> list[_Element]:
    """Return the outermost elements that a general layout calls a body, and that are no card's.

    What holds the title, too, is one where nothing inside it is.
    """
    article, others = page.once(article_of), cards(page)
    found = [e for e in page.select(css) if article is not None and _is_in(page, e, article)]
    found = [e for e in found if e not in others and not is_beside(page, e)]
    found = [e for e in found if not is_excerpt(page, e)]
    found = [e for e in found if not has_title(page, e)] or found
    inside = set(found)
    return [e for e in found if inside.isdisjoint(e.iterancestors())]


def is_own(page: Page, element: _Element) -> bool:
    """Whether an element is the article's."""
    if not is_unsure(page):
        return next(element.iterancestors("aside", "nav"), None) is None
    parts = page.once(_parts)
    part = next((e for e in outwards(element) if e in parts), None)
    return part is not None and _is_in(page, element, part) and not is_beside(page, element)


def is_beside(page: Page, element: _Element) -> bool:
    """Whether an element stands in another article, or in a block of other articles."""
    whole = page.once(_around_article)
    around = takewhile(lambda e: e not in whole and not has_title(page, e), element.iterancestors())
    return any(is_of_another(page, e) or BESIDE_TERMS.search(_class(e)) for e in around)


def _around_article(page: Page) -> frozenset[_Element]:
    article = page.once(article_of)
    text = next((e for e, line in page.lines if len(line) >= PROSE), None)
    inside = [e for e in (article, text) if e is not None]
    return frozenset(around for e in inside for around in outwards(e))


def _class(element: _Element) -> str:
    return element.get("class", "")[:LONGEST_CLASS]


def _marks(element: _Element) -> str:
    return f"{_class(element)} {element.get('id', '')[:LONGEST_CLASS]}"


def is_around_article(page: Page, element: _Element) -> bool:
    """Whether an element stands beside the article in what holds it, and is no other one's."""
    article = page.once(article_of)
    around = None if article is None else article.getparent()
    if around is None or around.tag == "body":
        return False
    return _is_in(page, element, around) and not is_beside(page, element)


def is_of_another(page: Page, element: _Element) -> bool:
    """Whether an element is another article, or its card, by what WordPress calls it."""
    marks = _marks(element)
    if CARD.search(marks):
        return True
    number = _POST.search(marks)
    if number is None or page.once(_number) in {None, int(number[1])} or has_title(page, element):
        return False
    return element.tag == "article" or links_to_another(page, element.iter("a"))


def _number(page: Page) -> int | None:
    """Return the number of the page's post, if an element beside the body is called by it, too."""
    name = f"post-{page.post_id}"
    marked = page.select(f"[class~={name}], [id={name}]")
    is_told = f"postid-{page.post_id}" in page.classes or page.select("link[rel=shortlink]")
    return page.post_id if is_told and any(e.tag != "body" for e in marked) else None


def cards(page: Page) -> set[_Element]:
    """Return the elements that are other articles, or items of a list of them with headings."""
    return page.once(_cards)


def _cards(page: Page) -> set[_Element]:
    marked = page.select("[class*=post-], [id^=post-], .wp-block-post")
    found = {element for element in marked if is_of_another(page, element)}
    bodies = set(page.select(page.layout.body) if page.layout else ())
    items: dict[_Element, _Element] = {}
    for heading in page.root.iter(*HEADINGS):
        around = takewhile(lambda each: each not in bodies, heading.iterancestors())
        if (item := next((each for each in around if each.tag in _ITEMS), None)) is not None:
            items.setdefault(item, heading)
    return found.union(item for item, heading in items.items() if _is_card(page, item, heading))


def _is_card(page: Page, item: _Element, heading: _Element) -> bool:
    """Whether an item is a post, or short, or has a picture, and its heading leads to another."""
    if has_title(page, item) or not _leads_on(page, heading):
        return False
    marked = (_class(heading), *(link.get("rel", "") for link in heading.iter("a")))
    is_title = any("entry-title" in mark or "bookmark" in mark for mark in marked)
    if is_title and _POST.search(_marks(item)):
        return True
    has_picture = next(item.iter("img", "time"), None) is not None
    return len(content(item)) < (_LONGEST_CARD if has_picture else _EXCERPT)


def is_teaser(page: Page, card: _Element) -> bool:
    """Whether a card is no text of the article: WordPress says so, or it has no whole sentence."""
    heading = next(card.iter(*HEADINGS), None)
    if heading is None or is_of_another(page, card):
        return True
    told = content(card).strip()
    is_long = len(told) > len(text_of(heading)) + _SENTENCE
    return not is_long or not told.endswith((".", "!", "?")) or told.endswith("...")


def _leads_on(page: Page, heading: _Element) -> bool:
    """Whether a heading is a link to another article, and nothing else."""
    text = text_of(heading)
    around = [e for e in heading.iterancestors() if e.tag == "a"]
    whole = [link for link in heading.iter("a") if text_of(link) == text]
    return links_to_another(page, [*whole, *around])


def is_excerpt(page: Page, element: _Element) -> bool:
    """Whether an element stands below a heading or a link that leads to another article."""
    before = element.getprevious()
    if before is not None and before.tag == "a":
        return links_to_another(page, [before])
    heading = next(element.itersiblings(*HEADINGS, preceding=True), None)
    return heading is not None and _leads_on(page, heading)


def links_away(page: Page, links: Iterable[_Element], *, archives: bool = False) -> bool:
    """Whether one of some links leads to another page, or but to the archive of a day or month."""
    urls = (absolute(page.base, link.get("href")) for link in links)
    return any(
        not _is_here(page, url) and (archives or not _ARCHIVE.search(urlsplit(url).path))
        for url in urls
        if url
    )


def links_to_another(page: Page, links: Iterable[_Element]) -> bool:
    """Whether one of some links leads to another article of the site."""
    own = (link for link in links if page.site.article_url(link.get("href", "")))
    return links_away(page, own)


def _is_here(page: Page, url: str) -> bool:
    """Whether an address is the page's, however it is spelt, or that of a part of it."""
    here, own = page.canonical, page.site.article_url(url) or url
    if "?p=" in own or "?p=" in here:
        return own in {here, page.base} or own.endswith(f"?p={page.post_id}")
    path, key = page_key(here), page_key(own)
    is_part = bool(path) and key.startswith(f"{path}/")
    return page.site.absolute(url) is not None and (key == path or is_part)


def _is_in(page: Page, element: _Element, part: _Element) -> bool:
    """Whether an element stands in another one, and in no card there."""
    around = outwards(element)
    if part not in around:
        return False
    within = around[: around.index(part)]
    return not any(map(_is_apart, within[1:])) and not any(is_of_another(page, e) for e in within)


def _is_apart(element: _Element) -> bool:
    """Whether what an element holds is beside the article; an ``aside`` may hold but its terms."""
    if element.tag == "aside":
        return next(element.iter(*_PARTS_OF_CARDS), None) is not None
    return element.tag in {"article", "nav"}


def has_title(page: Page, element: _Element) -> bool:
    """Whether an element holds the page's title."""
    title = heading_of(page)
    return title is not None and element in title.iterancestors()


def _parts(page: Page) -> set[_Element]:
    """Return the article, and what stands between it and a title before it."""
    article, title = page.once(article_of), heading_of(page)
    if article is None:
        return set()
    if title is None or title is article or article in title.iterancestors():
        return {article}
    around = outwards(title)
    below = article
    while (common := below.getparent()) is not None and common not in around:
        below = common
    if common is None:
        return {article}
    above = around[around.index(common) - 1]
    children = list(common)
    return {*children[children.index(above) : children.index(below)], article}


def article_of(page: Page) -> _Element | None:
    """Return the element that is the article: with its title and body, with its body, or around."""
    title = heading_of(page)
    around = [] if title is None else list(title.iterancestors())
    if page.layout is None:
        return next((e for e in around if e.tag in _WHOLE), page.root)
    others = cards(page)
    found = [e for e in page.select(page.layout.article) if e not in others]
    bodies = [e for e in page.elements(page.layout.body) if others.isdisjoint(e.iterancestors())]
    holders = {e for body in bodies for e in outwards(body)}
    of_both = (e for e in found if e in around and e in holders)
    of_body = (e for e in found if e in holders)
    common = (e for e in around if e in holders)
    return next(chain(of_both, of_body, common, found, page.select(MAIN)), None)


def inside_opening(page: Page, found: Iterable[_Element]) -> list[_Element]:
    """Return the elements that stand in the smallest one with the title and a line of text."""
    opening = page.once(_opening)
    return [e for e in found if opening is not None and opening in e.iterancestors()]


def _opening(page: Page) -> _Element | None:
    title = heading_of(page)
    lines = (e for e, line in page.lines if len(line) >= _LINE and e is not title)
    holders = set(chain.from_iterable(e.iterancestors() for e in lines))
    around = () if title is None else title.iterancestors()
    found = next((e for e in around if e in holders), None)
    return None if found is None or found.tag == "body" else found


def first_group(found: Sequence[_Element]) -> list[_Element]:
    """Return the first of some elements, and those that one of two elements holds with it."""
    around = set(islice(found[0].iterancestors(), 2)) if found else set()
    return [e for e in found if not around.isdisjoint(islice(e.iterancestors(), 2))]
