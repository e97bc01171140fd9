"""The names of an article's authors: as machines are told, or in a byline."""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING

from kznews.pages.dom import elements, line_of, select, strings, text_of
from kznews.pages.extractor import extracted_author
from kznews.pages.heading import is_unsure, letters_of, only_letters, site_names
from kznews.pages.own import cards, first_group, inside_opening, is_beside, layout_texts
from kznews.pages.terms import terms_of
from kznews.sites.boilerplate import AUTHOR_LABEL
from kznews.sites.marks import (
    BESIDE_BYLINE,
    BY,
    BY_ADDRESS,
    BYLINES,
    NO_NAME,
    NOBODY,
    SECTIONS_BY_ADDRESS,
    SIGN,
    SIGNATURE,
    SIGNATURES,
    TAGS_BY_ADDRESS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

    from kznews.pages.page import Page

_SEVERAL = re.compile(r"(?<!\s)(?:\s+(?:and|und|et|og|и|және|&)\s+|\s*;\s*)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s[|•·]\s")
_SIGN = re.compile(r"\s[-–—|/]\s")
_BESIDE_NAME = re.compile(r"\([^()]*+\)|(?<!\s)\s++@\w++$")
"""Behind a name: its short form, a picture's source; a name in a network."""
_MOST_WORDS = 4
"""Words of a name among others."""
_MOST_NAMES = 10
_LONGEST_NAME = 60
_LONGEST_LINE = 120
_MOST_SIGNATURES = 100
_TERMS = f"a[rel~=tag], {SECTIONS_BY_ADDRESS}, {TAGS_BY_ADDRESS}"
_NAME = re.compile(
    r"^(?!https?:|#|(?:фото|photo|видео|video|сурет|иллюстраци[яи]|коллаж)\b)[^@]*[^\W\d_][^@]*$",
    re.IGNORECASE,
)
"""What may be a name: no address, no account, no credit of a picture."""


def json_ld(page: Page) -> list[str]:
    return _people(page, map(_unlabelled, page.graph.authors()))


def creators(page: Page) -> list[str]:
    """Return who made the article where nobody is called its author."""
    made = () if page.graph.authors() else page.graph.people("creator")
    return _people(page, map(_unlabelled, made))


def layout(page: Page) -> list[str]:
    """Return the authors that the theme shows; in a general layout without what names are not."""
    told = layout_texts(page, "author")
    if not is_unsure(page):
        return told
    names = (name for text in told for name in _full_names(_name_in(text)))
    return [name for name in names if _NAME.search(name)]


def meta(page: Page) -> list[str]:
    said = (page.metas.get(name, ()) for name in ("author", "article:author", "parsely-author"))
    people = ([name for name in _people(page, names) if not NOBODY.match(name)] for names in said)
    return next(filter(None, people), [])


def twitter_label(page: Page) -> list[str]:
    """Yoast writes the author's name beside the label «Написано автором»."""
    for number in ("1", "2"):
        label = page.meta.get(f"twitter:label{number}", "")
        if AUTHOR_LABEL.search(label):
            return [page.meta.get(f"twitter:data{number}", "")]
    return []


def byline(page: Page) -> list[str]:
    """Return the names in a byline that a theme marks by the title, in a line that says so, in any.

    By the title is where the text begins.
    """
    if not is_unsure(page):
        return []
    marked = [some for css in BYLINES if (some := page.select(css))]
    by_title = (_marked_names(page, inside_opening(page, some)) for some in marked)
    anywhere = (_marked_names(page, some) for some in marked)
    if found := next(filter(None, by_title), []) or _signed(page):
        return _people(page, found)
    linked = _marked_names(page, inside_opening(page, terms_of(page, BY_ADDRESS)))
    found = linked if len(linked) == 1 else next(filter(None, anywhere), [])
    return _people(page, found)


def extracted(page: Page) -> list[str]:
    is_asked = is_unsure(page) and not page.is_too_large
    said = extracted_author(page.root, cards(page)) if is_asked else None
    names = _people(page, (said or "").split(";"))
    terms = {letters_of(text_of(link)) for link in page.select(_TERMS)}
    return [
        name
        for name in names[:_MOST_NAMES]
        if letters_of(name) not in terms and _stands_alone(page, name)
    ]


def publisher(page: Page) -> list[str]:
    """Return the site's own name where it is said to be the author, and nobody else is."""
    return page.graph.authors()


def _people(page: Page, names: Iterable[str]) -> list[str]:
    """Return what can be the names of people: no address, no number, and not the site's own."""
    if not is_unsure(page):
        told = (name for name in names if name and not name.startswith("http"))
        return [part for name in told for part in _full_names(name)]
    own = site_names(page)
    found = (_without_own(name, own) for name in names)
    parts = (part for name in found for each in _SEVERAL.split(name) for part in _listed(each))
    return [name for name in parts if _NAME.search(name) and letters_of(name) not in own]


def _without_own(name: str, own: set[str]) -> str:
    """Return a name without the site's beside it, and without what explains it."""
    name = _BESIDE_NAME.sub("", name.strip())
    parts = [part for part in _SIGN.split(name) if letters_of(part) not in own]
    return parts[0] if len(parts) == 1 else name


def _listed(text: str) -> list[str]:
    """Return the names between commas, unless one is no name, or they are the parts of one.

    What begins small beside a name is who that is; agencies write theirs so in Latin letters.
    """
    parts = [plain for part in text.split(",") if (plain := part.strip())]
    sizes = [len(part.split()) for part in parts]
    if not parts or max(sizes) > _MOST_WORDS or sizes == [1, 1]:
        return [text.strip()]
    return [part for part in parts if part.isascii() or not part[0].islower()] or parts


def _full_names(text: str) -> list[str]:
    """Return the names in a line, or the line where a part is none; who they are is left out."""
    listed = [part.strip() for part in text.split(",")]
    named = [part for part in listed if not part[:1].islower()]
    parts = [part.strip() for each in named for part in _SEVERAL.split(each)]
    are_names = all(
        2 <= len(part.split()) <= _MOST_WORDS and not part[:1].islower() for part in parts
    )
    return parts if are_names and len(named) in {1, len(listed)} else [text]


def _marked_names(page: Page, marked: Iterable[_Element]) -> list[str]:
    """Return the names in the first of some bylines, and in those beside it."""
    told = (e for e in marked if page.is_of_article(e) and not is_beside(page, e))
    found = [e for e in told if _shown_text(e) and not elements(e, BESIDE_BYLINE)]
    names = map(_name_in, map(_shown_text, first_group(found)))
    return [name for name in names if name and len(name) <= _LONGEST_NAME]


def _name_in(text: str) -> str:
    """Return the name in a byline, none where it is a link to its articles that is not the name."""
    found = BY.match(text)
    name = text[found.end() :].rstrip(".") if found else text
    name = name.strip(" ,→»" if "→" in name or "»" not in name.partition("«")[2] else " ,")
    return "" if NO_NAME.match(name) else name


def _unlabelled(name: str) -> str:
    """Return a name without «Автор:»."""
    return _name_in(name) if ":" in name else name


def _shown_text(element: _Element) -> str:
    """Return the text of an element, for readers alone; of one for machines what it tells them."""
    text = element.get("content") or text_of(element)
    for hidden in select(element, ".screen-reader-text"):
        text = text.replace(text_of(hidden), "", 1)
    return text


def _signed(page: Page) -> list[str]:
    """Return the names behind «Автор:» on a line of its own, or between the signs of one."""
    for text in islice(elements(page.root, SIGNATURES), _MOST_SIGNATURES):
        line, own = line_of(text), text_of(text)
        if len(line) > _LONGEST_LINE:
            continue
        parts = (part for part in (own, *_BETWEEN.split(line)) if ":" in part)
        behind = (text.tail or "").strip()
        lines = chain(_labelled(own, behind), (line,), parts, _labelled(own, _after(text)))
        match = next(filter(None, map(SIGNATURE.fullmatch, lines)), None)
        if match and not elements(text, BESIDE_BYLINE):
            return match["names"].rstrip(".").split(", ")
    return []


def _labelled(label: str, names: str) -> Iterator[str]:
    """Yield the line of a label that is an element of its own, and of what stands behind that."""
    if names and SIGN.fullmatch(label):
        yield f"{label.rstrip(' :')}: {names}"


def _after(element: _Element) -> str:
    after = element.getnext()
    return "" if after is None else text_of(after)


def _stands_alone(page: Page, name: str) -> bool:
    """Whether one text or meta tag of a page holds a name as it is spelt, and not its parts."""
    letters = only_letters(name)
    told = strings(page.root, "//body//text() | //meta/@content")
    return any(letters in only_letters(text) for text in told)
