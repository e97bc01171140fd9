"""Names, terms and date as a visitor finds them, on a page whose layout is not sure: by places.

The date is what stands nearest to the title and reads like one.
"""

from __future__ import annotations

import re
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING

from kznews import dates
from kznews.pages.dom import INLINE, content, elements, outwards, select, strings, text_of
from kznews.pages.fallback_title import heading_of, is_unsure, only_letters
from kznews.pages.own import (
    article_of,
    is_around_article,
    is_beside,
    is_own,
    links_away,
)
from kznews.sites.date_words import NAMES_A_DAY
from kznews.sites.marks import (
    ASIDE,
    BESIDE_BYLINE,
    BY,
    BY_ADDRESS,
    BYLINES,
    EDITED,
    NO_NAME,
    OF_EDIT,
    SIGNATURE,
    SIGNATURES,
)
from kznews.text import is_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from lxml.etree import _Element

    from kznews.pages.page import Page

_LONGEST_DATE = 60
_LONGEST_LINE = 120
_MOST_PIECES = 100
_BESIDE = f"ancestor-or-self::*[{ASIDE} or self::blockquote or self::script]"
_LONGEST_NAME = 60
_MOST_SIGNATURES = 100
_WHOLE = frozenset({"article", "body", "header", "main", "section"})
_PROSE = 3
"""Words outside links that make prose of a paragraph, and no list of terms."""
_LINE = 8
"""Words of a line that is no label."""
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_BESIDE_DATE = re.compile(r"\s[/|•·–—]\s")
_PARTING = re.compile("[|•·]")
_CARD = "ancestor::*[self::article or self::li[.//h2 or .//h3 or .//h4 or .//p or .//img]]"
_MOST_NEAR = 1_000
"""Elements that are looked at for a date."""
_MOST_LINKS = 20
"""Links of a list's item that are looked at."""


def machine_date(page: Page) -> str | None:
    """Return what the nearest ``time`` says to machines."""
    times = _near(page, "descendant-or-self::time[@datetime]")
    return published((each, each.get("datetime", "")) for each in times)


def date_in_words(page: Page) -> str | None:
    """Return the nearest short text that reads as a date in the address's month."""
    return published(_dates_in_words(page))


def published(told: Iterable[tuple[_Element, str]]) -> str | None:
    """Return the first of some dates; if that is an edit's, one beside it that is none, if any."""
    edited: str | None = None
    beside: set[_Element | None] = set()
    for element, date in told:
        if edited and beside.isdisjoint(outwards(element)):
            break
        if date and not is_of_edit(element) and not dates.is_of_edit(date):
            return date
        if date and not edited:
            edited, beside = date, _beside(element)
    return edited


def is_of_edit(element: _Element) -> bool:
    """Whether the class of an element, or of what is around it in its line, speaks of an edit."""
    around = takewhile(lambda each: each.tag not in _WHOLE, element.iterancestors())
    if EDITED.search(element.get("class", "")):
        return True
    return any(OF_EDIT.search(e.get("class", "")) for e in islice(around, 2))


def _beside(edited: _Element) -> set[_Element | None]:
    """Return what holds the day of an edit, and what is right above and below it."""
    around = list(takewhile(lambda each: each.tag not in _WHOLE, edited.iterancestors()))
    inline = list(takewhile(lambda each: each.tag in INLINE, around))
    holders = [edited, *around[: len(inline) + 1]]
    return {*holders[1:], holders[-1], holders[-1].getprevious(), holders[-1].getnext()}


def _dates_in_words(page: Page) -> Iterator[tuple[_Element, str]]:
    tz = dates.zone(page.site.zone)
    year_month = page.site.month_of(page.canonical)
    for element in _near(page, "descendant-or-self::*[text()[normalize-space()]]", _shows_a_day):
        for text in filter(_may_be_day, strings(element, "text()")):
            if not _is_in_short_line(text, element):  # a date in a sentence is not the article's
                continue
            for part in _parts(text):
                moment = dates.read_text(part, tz, page.seen_at)
                if moment and (not year_month or dates.in_month(moment, *year_month)):
                    yield element, " ".join(part.split())
                    break


def terms(page: Page, css: str) -> list[str]:
    """Return what links or marks inside the article say, else what those around it do.

    Those of cards and side columns are left out.
    """
    return _names(_terms(page, css))


def terms_by_address(page: Page, css: str) -> list[str]:
    """Return what links say that stand beside the first one, which is no menu's above the title."""
    found = [link for link in _terms(page, css) if content(link).strip()]
    if page.once(article_of) is page.root:
        found = _inside_opening(page, found)
    return _names(_first_group(found))


def _first_group(found: Sequence[_Element]) -> list[_Element]:
    """Return the first of some elements, and those that one of two elements holds with it."""
    around = set(islice(found[0].iterancestors(), 2)) if found else set()
    return [e for e in found if not around.isdisjoint(islice(e.iterancestors(), 2))]


def _inside_opening(page: Page, found: Iterable[_Element]) -> list[_Element]:
    opening = page.once(_opening)
    return [e for e in found if opening is not None and opening in e.iterancestors()]


def _opening(page: Page) -> _Element | None:
    """Return the smallest element that holds the title and a line of text."""
    title = heading_of(page)
    lines = (e for e, line in page.lines if len(line) >= _LINE and e is not title)
    holders = set(chain.from_iterable(e.iterancestors() for e in lines))
    around = () if title is None else title.iterancestors()
    found = next((e for e in around if e in holders), None)
    return None if found is None or found.tag == "body" else found


def _terms(page: Page, css: str) -> list[_Element]:
    if heading_of(page) is None:
        return []
    asked: dict[_Element | None, bool] = {}
    found = []
    for element in page.select(css):
        paragraph = next(element.iterancestors("figcaption", "li", "p"), None)
        if paragraph not in asked:
            asked[paragraph] = paragraph is not None and (
                paragraph.tag == "figcaption" or _is_prose(paragraph)
            )
        if not asked[paragraph]:
            found.append(element)
    inside = [e for e in found if is_own(page, e)]
    return inside or [e for e in found if is_around_article(page, e)]


def _names(found: Iterable[_Element]) -> list[str]:
    names = ((e.get("content") or text_of(e)).strip("#, ") for e in found)
    return list(dict.fromkeys(name for name in names if 0 < len(name) <= _LONGEST_NAME))


def _is_prose(paragraph: _Element) -> bool:
    """Whether a paragraph is more than a label, and has more words than those of its links."""
    text = text_of(paragraph)
    size = len(text)
    linked = sum(len(content(link)) for link in paragraph.iter("a"))
    linked_words = sum(len(_LONG_WORD.findall(content(link))) for link in paragraph.iter("a"))
    others = len(_LONG_WORD.findall(text)) - linked_words
    return others >= _PROSE or (is_sentence(text) and 2 * linked < size)


def _parts(text: str) -> Iterator[str]:
    """Yield a line, and what stands between its signs: a date may have its clock behind one."""
    yield text
    pieces = _BESIDE_DATE.split(text)
    for place, piece in enumerate(pieces):
        if _may_be_day(piece):
            yield from (" ".join(pieces[place : place + 2]), piece)


def _shows_a_day(element: _Element) -> bool:
    return any(map(_may_be_day, (element.text, *(child.tail for child in element))))


def _may_be_day(text: str | None) -> bool:
    """Whether a text is short and holds what a date does, or two with their labels."""
    if not text or text.isspace():
        return False
    plain = " ".join(text.split())
    if len(plain) > 2 * _LONGEST_DATE or not NAMES_A_DAY.search(plain):
        return False
    return len(plain) <= _LONGEST_DATE or dates.has_two_labels(plain)


def stands_alone(page: Page, name: str) -> bool:
    """Whether one text or meta tag of a page holds a name as it is spelt, and not its parts."""
    letters = only_letters(name)
    told = strings(page.root, "//body//text() | //meta/@content")
    return any(letters in only_letters(text) for text in told)


def byline(page: Page) -> list[str]:
    """Return the names that stand in the first byline, by the marks that themes give them."""
    if not is_unsure(page):
        return []
    marked = (_marked_names(page, page.select(css)) for css in BYLINES)
    found = next(filter(None, marked), []) or _signed(page)
    linked = () if found else _inside_opening(page, _terms(page, BY_ADDRESS))
    names = found or _marked_names(page, linked)
    return names if found or len(names) == 1 else []


def _marked_names(page: Page, marked: Iterable[_Element]) -> list[str]:
    """Return the names in the first of some bylines, and in those beside it."""
    told = (e for e in marked if content(e).strip() and not is_beside(page, e))
    found = [e for e in told if not elements(e, BESIDE_BYLINE)]
    names = map(name_in, map(_shown_text, _first_group(found)))
    return [name for name in names if name and len(name) <= _LONGEST_NAME]


def name_in(text: str) -> str:
    """Return the name in a byline, none where it is a link to its articles that is not the name."""
    found = BY.match(text)
    name = text[found.end() :].rstrip(".") if found else text
    name = name.strip(" ,→»" if "→" in name or "»" not in name.partition("«")[2] else " ,")
    return "" if NO_NAME.match(name) else name


def _shown_text(element: _Element) -> str:
    """Return the text of an element without what is for readers of the page aloud."""
    text = text_of(element)
    for hidden in select(element, ".screen-reader-text"):
        text = text.replace(text_of(hidden), "", 1)
    return text


def _signed(page: Page) -> list[str]:
    """Return the names behind «Автор:» on a line of its own."""
    for text in islice(elements(page.root, SIGNATURES), _MOST_SIGNATURES):
        match = SIGNATURE.fullmatch(_short_line(text))
        if match and not elements(text, BESIDE_BYLINE):
            return match["names"].rstrip(".").split(", ")
    return []


def _is_in_short_line(text: str, element: _Element) -> bool:
    """Whether a text stands in a short line, or in a short part of one that has its signs."""
    line, plain = _line(element), " ".join(text.split())
    parts = (line, *_PARTING.split(line))
    return any(plain in part and len(part) <= _LONGEST_LINE for part in parts)


def _short_line(element: _Element) -> str:
    line = _line(element)
    return line if len(line) <= _LONGEST_LINE else ""


def _line(element: _Element) -> str:
    """Return the line of an element's block, beside the blocks inside it."""
    around = outwards(element)
    block = next((each for each in around if each.tag not in INLINE), element)
    said = [block.text or ""]
    for child in islice(block, _MOST_PIECES):
        is_inline = child.tag in INLINE
        said += map(str, islice(child.itertext(), _MOST_PIECES)) if is_inline else "\n"
        said.append(child.tail or "")
    return " ".join("".join(said).split())


def _links(element: _Element) -> Iterator[_Element]:
    """Yield the link that an element stands in, and those of its item of a list."""
    item = next(element.iterancestors("li"), None)
    yield from (e for e in outwards(element) if e.tag == "a")
    yield from () if item is None else islice(item.iter("a"), _MOST_LINKS)


def _near(
    page: Page, path: str, fits: Callable[[_Element], bool] = lambda _: True
) -> Iterator[_Element]:
    """Yield what fits, nearest to the heading first; not from menus, links, quotes and cards."""
    if not is_unsure(page):
        return
    title = heading_of(page)
    own = set() if title is None else set(title.iterancestors())
    for element in islice(filter(fits, _outwards(page, path)), _MOST_NEAR):
        is_apart = not _inside_opening(page, [element])
        if elements(element, _BESIDE) or is_beside(page, element):
            continue
        if links_away(page, _links(element), archives=is_apart):
            continue
        if own.issuperset(elements(element, _CARD)):
            yield element


def _outwards(page: Page, path: str) -> Iterator[_Element]:
    """Yield what an XPath leads to, nearest to the heading first."""
    title = heading_of(page)
    seen: _Element | None = None
    for place in page.root.iter("body") if title is None else title.iterancestors():
        for part in place:
            if part is not seen:
                yield from elements(part, path)
        seen = place
