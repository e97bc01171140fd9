"""A page that goes on with another whole article, as infinite scroll appends it.

Both are dressed alike, so no name of an element tells them apart: the other one's title stands in a
container of its own, which says by itself that it is an article.
"""

from __future__ import annotations

from itertools import islice, takewhile
from typing import TYPE_CHECKING

from kznews.pages.dom import HEADINGS, attributes, content, outwards
from kznews.pages.extractor import PROSE
from kznews.pages.heading import heading_of, is_unsure, letters_of, told_titles
from kznews.pages.own import links_to_another
from kznews.sites.date_words import NAMES_A_DAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.etree import _Element

    from kznews.pages.page import Page

    Prose = dict[_Element, dict[_Element, int]]

MOST_ATTRIBUTES = 20
"""Attributes of a container that are looked at for an address."""
SHORTEST = 40
"""Words in long lines that make a whole article, and no teaser."""
_LABEL = 60
"""Characters of a line with a day."""
_BYLINE = "time, [rel~=author], [itemprop~=author], .author, .byline"


def own_article(page: Page) -> Page:
    """Return the page without other whole articles, itself where it has none."""
    titles = _titles(page)
    others = set(_others(page, titles)) if len(titles) > 1 else ()
    return page.without(others) if others else page


def _titles(page: Page) -> Sequence[_Element]:
    """Return the title, and the headings that are dressed as it is."""
    if page.layout is not None and not is_unsure(page):
        return page.select(page.layout.title)
    title = heading_of(page)
    if title is None:
        return ()
    dress = title.get("class")
    headings = page.root.iter(*(HEADINGS if dress else (title.tag,)))
    return [heading for heading in headings if heading.get("class") == dress]


def _others(page: Page, titles: Sequence[_Element]) -> Iterator[_Element]:
    """Yield the largest element of each other article."""
    own = _own_title(page, titles)
    prose = _prose(page)
    container = _container(own, prose)
    places = {element: place for place, element in enumerate(page.root.iter())}
    around_own = set(own.iterancestors())
    signed = {around for byline in page.select(_BYLINE) for around in byline.iterancestors()}
    for title in titles:
        if letters_of(content(title)) == letters_of(content(own)):
            continue
        if title.getparent() is own.getparent():
            yield from _loose(page, own, title, prose)
        if not _are_alike(container, _container(title, prose)):
            continue
        whole = title
        for around in title.iterancestors():
            first = next(iter(prose.get(around, ())), title)
            if around in around_own or places[first] < places[title]:
                break
            whole = around
        is_long = sum(prose.get(whole, {}).values()) >= SHORTEST
        if is_long and (whole in signed or _is_article(page, whole, title)):
            yield whole


def _loose(page: Page, own: _Element, title: _Element, prose: Prose) -> Iterator[_Element]:
    """Yield another title beside the own one and what follows, if that is a whole article.

    It is where the title leads to another one, or has a day below it as the own title does.
    """
    below = [title, *takewhile(lambda e: not _is_alike(e, title), title.itersiblings())]
    size = sum(sum(prose.get(each, {}).values()) for each in below)
    day, other = own.getnext(), title.getnext()
    is_dated = (
        day is not None
        and other is not None
        and _is_alike(day, other)
        and all(NAMES_A_DAY.search(content(each)[:_LABEL]) for each in (day, other))
    )
    if size >= SHORTEST and (is_dated or links_to_another(page, title.iter("a"))):
        yield from below


def _is_alike(one: _Element, other: _Element) -> bool:
    return one.tag == other.tag and one.get("class") == other.get("class")


def _own_title(page: Page, titles: Sequence[_Element]) -> _Element:
    """Return the title that the page's window or metadata repeat, else the first."""
    title = heading_of(page)
    if title is not None:
        return title
    told = set(map(letters_of, told_titles(page)))
    return next((e for e in titles if letters_of(content(e)) in told), titles[0])


def _prose(page: Page) -> Prose:
    """Return the long lines that each element holds, and how many words they have."""
    found: Prose = {}
    for element, line in page.lines:
        if len(line) >= PROSE:
            for around in outwards(element):
                found.setdefault(around, {})[element] = len(line)
    return found


def _container(title: _Element, prose: Prose) -> _Element | None:
    """Return the smallest element that holds a title and prose."""
    return next((e for e in title.iterancestors() if e in prose), None)


def _are_alike(one: _Element | None, other: _Element | None) -> bool:
    """Whether two elements have a tag and a class in common, and neither is inside the other."""
    if one is None or other is None or one in outwards(other) or other in outwards(one):
        return False
    names, others = (set(e.get("class", "").split()) for e in (one, other))
    return one.tag == other.tag and (names == others or not names.isdisjoint(others))


def _is_article(page: Page, element: _Element, title: _Element) -> bool:
    """Whether an element is an article by its theme, its tag, or another one's address."""
    if not is_unsure(page) or element.tag == "article" or links_to_another(page, title.iter("a")):
        return True
    values = (value for _, value in islice(attributes(element), MOST_ATTRIBUTES))
    whole = (value for value in values if value.startswith(("http", "/")))
    urls = filter(None, map(page.site.article_url, whole))
    return any("?p=" not in url and url != page.canonical for url in urls)
