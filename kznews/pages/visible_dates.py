"""The dates of a page beside those for machines: by places, in words, in the address.

A visible date is what stands nearest to the title and reads like one.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain, dropwhile, islice, takewhile
from typing import TYPE_CHECKING

from kznews import dates
from kznews.pages.dom import INLINE, elements, line_of, outwards, pieces_of, strings, text_of
from kznews.pages.extractor import PROSE
from kznews.pages.heading import heading_of, is_unsure
from kznews.pages.own import inside_opening, is_beside, links_away, links_to_another, own
from kznews.sites import date_words
from kznews.sites.date_words import NAMES_A_DAY
from kznews.sites.marks import ASIDE, EDITED, EDITS, OF_EDIT, PLACE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lxml.etree import _Element

    from kznews.pages.page import Page

_LONGEST_DATE = 60
_LONGEST_LINE = 120
_BESIDE = f"ancestor-or-self::*[{ASIDE} or self::blockquote or self::figcaption or self::script]"
_TIMES = "descendant-or-self::time[@datetime]"
_DATED = "descendant-or-self::*[self::time[@datetime] or text()[normalize-space()]]"
_WHOLE = frozenset({"article", "body", "header", "main", "section"})
_BESIDE_DATE = re.compile(r"\s[/|•·–—]\s")
_PLACE = re.compile(rf"^{PLACE},\s+(?=\d)|(?<=[\d)]),\s+{PLACE}$")
"""The place of the news beside a date."""
_PARTING = re.compile("[|•·]")
_CARD = "ancestor::*[self::article or self::li[.//h2 or .//h3 or .//h4 or .//p or .//img]]"
_MONTH_FIRST = re.compile(r"\b(?:0?\d|1[0-2])/(?:0\d|1[0-2])/20\d\d")
"""A day that is another one in America."""
_MOST_NEAR = 1_000
"""Elements that are looked at for a date."""
_MOST_LINKS = 20
"""Links of a list's item that are looked at, and places of a date."""
_MOST_BESIDE = 5
"""Neighbours among which the next item of a list is looked for."""
_DAY = re.compile(
    r"/[A-Za-z]{0,3}(20\d\d)([-/]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])"
    r"(?:(?:[01]\d|2[0-3])[0-5]\d{1,13})?(?!\d)",
    re.ASCII,
)
"""A part of an address that begins with a day, and maybe a clock and a number."""


def layout_date(page: Page) -> str | None:
    """Return what the theme's date says to machines."""
    found = own(page, page.layout.date) if page.layout else ()
    return _published((each, _for_machines(each)) for each in found)


def microdata_date(name: str) -> Callable[[Page], str | None]:
    """Read the day of microdata with most of a clock: some tell it twice."""

    def read(page: Page) -> str | None:
        found = page.select(f"[itemprop~={name}]")
        own = [e for e in found if page.is_of_article(e) and not is_beside(page, e)]
        told = [e.get("content") or _for_machines(e) or text_of(e) for e in own]
        return max(filter(str.strip, told), key=len, default=None)

    return read


def _for_machines(element: _Element) -> str:
    """Return the date that an element tells machines, in the way of hAtom, too."""
    told = element.get("datetime") or (element.get("title") if element.tag == "abbr" else None)
    return (told or "").strip()


def address_day(page: Page) -> str | None:
    found = _DAY.search(page.canonical.rpartition(":/")[2])  # an archive's address holds another
    return "-".join(found.group(1, 3, 4)) if found else None


def nearest_in_words(page: Page) -> str | None:
    """Return the date in words that stands nearer to the heading than each ``time``, if any."""
    time = next(_near(page, _TIMES), None)
    if time is None:
        return None
    nearer = _dates(page, until=time)
    return _published((e, date) for e, date in nearer if not _gives_way(page, e, date, time))


def _gives_way(page: Page, element: _Element, date: str, time: _Element) -> bool:
    """Whether a day is alone in its line, maybe that of an event, and a ``time`` is above the text.

    That of an edit is none.
    """
    moment = dates.read_text(date, dates.zone(page.site.zone), page.seen_at)
    if not moment or moment.precision != "day" or date not in pieces_of(element):
        return False
    if is_of_edit(time) or dates.is_of_edit(line_of(time)):
        return False
    prose = {e for e, line in page.lines if len(line) >= PROSE}
    below = dropwhile(lambda each: each is not element, page.root.iter())
    return next((e for e in below if e is time or e in prose), None) is time


def machine_date(page: Page) -> str | None:
    """Return what the nearest ``time`` says to machines."""
    return _published((e, e.get("datetime", "")) for e in _near(page, _TIMES))


def edited_date(page: Page) -> str | None:
    """Return what the nearest ``time`` of an edit says to machines, if it is not the only date."""
    marked = own(page, "time.updated[datetime]") if is_unsure(page) else ()
    near = inside_opening(page, _near(page, _TIMES))
    told = (e.get("datetime") for e in chain(marked, near) if is_of_edit(e))
    published = {layout_date(page), machine_date(page)}
    return next((date for date in told if date not in published), None)


def edit_in_words(page: Page) -> str | None:
    """Return the day behind «Обновлено» in a short line at the beginning of the article."""
    found = elements(page.root, EDITS) if is_unsure(page) else ()
    near = islice(inside_opening(page, found), _MOST_LINKS)
    lines = (line for e in near if not is_beside(page, e) for line in pieces_of(e))
    parts = (part for line in lines if len(line) <= _LONGEST_LINE for part in _labelled(line))
    return next(filter(dates.is_of_edit, parts), None)


def _labelled(line: str) -> Iterator[str]:
    """Return the parts of a line that have labels and days of their own."""
    return filter(date_words.DATED.search, date_words.SEVERAL.split(line.lower()))


def date_in_words(page: Page) -> str | None:
    """Return the nearest short text that reads as a date in the address's month."""
    return _published(_dates(page))


def _published(told: Iterable[tuple[_Element, str]]) -> str | None:
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
    marks = element.get("class", "")
    if "publish" in marks or EDITED.search(marks):
        return "publish" not in marks
    return any(OF_EDIT.search(e.get("class", "")) for e in islice(around, 2))


def _beside(edited: _Element) -> set[_Element | None]:
    """Return what holds the day of an edit, and what is right above and below it."""
    around = list(takewhile(lambda each: each.tag not in _WHOLE, edited.iterancestors()))
    inline = list(takewhile(lambda each: each.tag in INLINE, around))
    holders = [edited, *around[: len(inline) + 1]]
    return {*holders[1:], holders[-1], holders[-1].getprevious(), holders[-1].getnext()}


def _dates(page: Page, until: _Element | None = None) -> Iterator[tuple[_Element, str]]:
    """Yield what may be dates in words, nearest to the heading first, until an element is met."""
    for element in _near(page, _DATED, lambda each: each is until or _shows_a_day(each)):
        if element is until:
            return
        yield from ((element, date) for date in _dates_in_words(page, element))


def _dates_in_words(page: Page, element: _Element) -> Iterator[str]:
    tz = dates.zone(page.site.zone)
    year_month = page.site.month_of(page.canonical)
    is_american = page.root.get("lang", "").lower() in {"en", "en-us"}
    for text in filter(_may_be_day, strings(element, "text()")):
        if is_american and _MONTH_FIRST.search(text):
            continue
        if not _is_in_short_line(text, element):  # a date in a sentence is not the article's
            continue
        for part in _parts(text):
            moment = dates.read_text(part, tz, page.seen_at)
            if moment and (not year_month or dates.in_month(moment, *year_month)):
                yield " ".join(part.split())
                break


def _parts(text: str) -> Iterator[str]:
    """Yield a line, what stands between its signs, and the line without a place.

    A date may have its clock behind a sign.
    """
    yield text
    pieces = _BESIDE_DATE.split(text)
    for place, piece in enumerate(pieces):
        if _may_be_day(piece):
            yield from (" ".join(pieces[place : place + 2]), piece)
    yield _PLACE.sub("", text.strip())


def _shows_a_day(element: _Element) -> bool:
    return any(map(_may_be_day, (element.text, *(child.tail for child in element))))


def _may_be_day(text: str | None) -> bool:
    """Whether a text, or a part of it, is short and holds what a date does, or two with labels."""
    if not text or text.isspace():
        return False
    plain = " ".join(text.split())
    if len(plain) > 2 * _LONGEST_DATE or not NAMES_A_DAY.search(plain):
        return False
    if len(plain) <= _LONGEST_DATE or dates.has_two_labels(plain):
        return True
    pieces = _BESIDE_DATE.split(plain)
    return any(len(piece) <= _LONGEST_DATE and NAMES_A_DAY.search(piece) for piece in pieces)


def _is_in_short_line(text: str, element: _Element) -> bool:
    """Whether a text stands in a short line, or in a short part of one that has its signs."""
    plain, pieces = " ".join(text.split()), pieces_of(element)
    parts = chain(pieces, *map(_PARTING.split, pieces))
    return any(plain in part and len(part) <= _LONGEST_LINE for part in parts)


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
    is_item = cache(lambda each: _is_item(page, each, own))
    for element in islice(filter(fits, _outwards(page, path)), _MOST_NEAR):
        is_apart = not inside_opening(page, [element])
        if elements(element, _BESIDE) or is_beside(page, element):
            continue
        if links_away(page, _links(element), archives=is_apart):
            continue
        around = takewhile(lambda each: each not in own, outwards(element))
        if own.issuperset(elements(element, _CARD)) and not any(map(is_item, around)):
            yield element


def _is_item(page: Page, item: _Element, own: set[_Element]) -> bool:
    """Whether an element is one of several alike that have dates and links to other articles."""
    if not links_to_another(page, islice(item.iter("a"), _MOST_LINKS)):
        return False
    return any(_is_dated_link(page, twin) for twin in _alike(item) if twin not in own)


def _alike(item: _Element) -> Iterator[_Element]:
    """Yield what stands nearest on both sides of an element and is dressed as it is."""
    for is_before in (True, False):
        beside = islice(item.itersiblings(item.tag, preceding=is_before), _MOST_BESIDE)
        yield from islice((e for e in beside if e.get("class") == item.get("class")), 1)


def _is_dated_link(page: Page, item: _Element) -> bool:
    """Whether an item has a date and a link to another article."""
    links = islice(item.iter("a"), _MOST_LINKS)
    dated = islice(elements(item, _DATED), _MOST_LINKS)
    return links_to_another(page, links) and any(e.tag == "time" or _shows_a_day(e) for e in dated)


def _outwards(page: Page, path: str) -> Iterator[_Element]:
    """Yield what an XPath leads to, nearest to the heading first."""
    title = heading_of(page)
    seen: _Element | None = None
    for place in page.root.iter("body") if title is None else title.iterancestors():
        for part in place:
            if part is not seen:
                yield from elements(part, path)
        seen = place
