"""Title, names and date as a visitor finds them, on a page whose layout is not sure: by places.

The title is the heading that the window's title repeats, never the logo; the date is what stands
nearest to it and reads like one.
"""

from __future__ import annotations

import re
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kznews import dates
from kznews.pages.addresses import absolute, page_key
from kznews.pages.dom import INLINE, content, elements, strings, text_of
from kznews.sites.date_words import NAMES_A_DAY
from kznews.sites.marks import (
    ASIDE,
    BESIDE_BYLINE,
    BESIDE_TERMS,
    BY,
    BYLINES,
    EDITED,
    LOGO,
    SIGNATURE,
    SIGNATURES,
    TRAIL,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element

    from kznews.pages.page import Page

_TRIFLES = re.compile(r"[\W_]+")
_LONGEST_DATE = 60
_LONGEST_LINE = 120
_MOST_PIECES = 100
_SIGN = re.compile(r"\s[-–—|•·»]\s")
_MOST_SIGNS = 3
_ASIDE = f"ancestor-or-self::*[{ASIDE} or self::script]"
_BESIDE_TITLE = f"{_ASIDE} | {TRAIL}"
_LINKED = f"ancestor-or-self::*[{ASIDE} or self::a or self::blockquote or self::script]"
_LONGEST_NAME = 60
_MOST_HEADINGS = 100
_FEWEST_WORDS = 3
"""Words of a heading that nothing on the page repeats."""
_FEW_LETTERS = 3
_WHOLE_TITLE = 20
"""Letters of a title that may stand behind a kicker in one heading."""
_WHOLE = frozenset({"article", "main"})
_BESIDE = frozenset({"article", "aside", "nav"})
_BESIDE_DATE = re.compile(r"\s[/|•·–—]\s")
_CARD = "ancestor::*[self::article or self::li]"


def without_site_name(title: str, page: Page) -> str:
    """Return a title without what stands at its end: the site's name, or more than the heading."""
    title = title.strip()
    names = {letters_of(name) for name in (page.meta.get("og:site_name", ""), *page.site.hosts)}
    if letters_of(title) in names:
        return ""
    seen = letters_of(heading(page) or "")
    for sign in list(_SIGN.finditer(title))[-_MOST_SIGNS:]:
        head, tail = title[: sign.start()], title[sign.end() :]
        if letters_of(tail) in names or (seen and letters_of(head) == seen):
            return head.rstrip()
    return title


def heading(page: Page) -> str | None:
    """Return the page's own heading: no logo, and no other article's."""
    found = page.once(_heading)
    return text_of(found) if found is not None else None


def window_title(page: Page) -> str | None:
    return without_site_name(" ".join(_window(page).split()), page)


def machine_date(page: Page) -> str | None:
    """Return what the nearest ``time`` says to machines; that of an edit comes last."""
    times = list(_near(page, "descendant-or-self::time[@datetime]"))
    told = sorted(times, key=lambda each: bool(EDITED.search(each.get("class", ""))))
    return next((each.get("datetime") for each in told), None)


def date_in_words(page: Page) -> str | None:
    """Return the nearest short text that reads as a date in the address's month."""
    tz = dates.zone(page.site.zone)
    year_month = page.site.month_of(page.canonical)
    for element in _near(page, "descendant-or-self::*[text()[normalize-space()]]", _shows_a_day):
        for text in filter(_may_be_day, strings(element, "text()")):
            if not _short_line(element):  # a date in a sentence is not the article's
                continue
            for part in _parts(text):
                moment = dates.read_text(part, tz, page.seen_at)
                if moment and (not year_month or dates.in_month(moment, *year_month)):
                    return " ".join(part.split())
    return None


def terms(page: Page, css: str) -> list[str]:
    """Return what links or marks inside the article say, not those of cards and side columns."""
    title = page.once(_heading)
    if title is None:
        return []
    own = next((e for e in title.iterancestors() if e.tag in _WHOLE), page.root)
    found = [e for e in page.select(css) if own in e.iterancestors() and _is_own(e, own)]
    names = (e.get("content") or text_of(e) for e in found)
    return list(dict.fromkeys(name for name in names if 0 < len(name) <= _LONGEST_NAME))


def _is_own(element: _Element, article: _Element) -> bool:
    around = takewhile(lambda each: each is not article, element.iterancestors())
    return not any(e.tag in _BESIDE or BESIDE_TERMS.search(e.get("class", "")) for e in around)


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
    repeated: dict[_Element, int] = {}
    for heading in islice(page.root.iter("h1", "h2", "h3"), _MOST_HEADINGS):
        key = letters_of(text_of(heading))
        shared = max((_shared(key, each) for each in told), default=0)
        if (
            key
            and (shared or (heading.tag == "h1" and not _leads_away(page, heading)))
            and not elements(heading, _BESIDE_TITLE)
            and not _logo(page, heading, key)
        ):
            repeated[heading] = shared
    first = [e for e in repeated if e.tag == "h1"]
    alone = [
        e
        for e in first
        if len(first) == 1 and (len(text_of(e).split()) >= _FEWEST_WORDS or not any(told))
    ]
    for some in ([e for e in first if repeated[e]], alone, [e for e in repeated if repeated[e]]):
        if some:
            return max(some, key=lambda e: repeated[e])
    return None


def _shared(heading: str, title: str) -> int:
    """Return how many letters of a title a heading is, or ends with after a kicker."""
    if len(heading) > _FEW_LETTERS and heading in title:
        return len(heading)
    return len(title) if len(title) >= _WHOLE_TITLE and heading.endswith(title) else 0


def told_titles(page: Page) -> list[str]:
    """Return what the window and the machines are told of the title."""
    named = (page.graph.text("headline"), page.meta.get("og:title"), page.meta.get("twitter:title"))
    return [_window(page), *filter(None, named)]


def _logo(page: Page, heading: _Element, key: str) -> bool:
    """Whether a heading is the site's name: it says so, or leads to the home page."""
    names = (page.meta.get("og:site_name", ""), *page.site.hosts)
    if key in map(letters_of, names) or LOGO.search(
        f"{heading.get('class', '')} {heading.get('id', '')}"
    ):
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


def letters_of(text: str) -> str:
    """Return letters and digits without regard to case: by them titles and names are compared."""
    return _TRIFLES.sub("", text).casefold()


def stands_alone(page: Page, name: str) -> bool:
    """Whether one text or meta tag of a page holds a name as it is spelt, and not its parts."""
    letters = _TRIFLES.sub("", name)
    told = strings(page.root, "//body//text() | //meta/@content")
    return any(letters in _TRIFLES.sub("", text) for text in told)


def is_unsure(page: Page) -> bool:
    """Whether no layout is known that says where the fields stand."""
    return page.layout is None or page.layout.is_general


def byline(page: Page) -> list[str]:
    """Return the names that stand in the first byline, by the marks that themes give them."""
    for css in BYLINES if is_unsure(page) else ():
        found = [e for e in page.select(css) if not elements(e, BESIDE_BYLINE)]
        if found:
            around = set(list(found[0].iterancestors())[:2])
            beside = [e for e in found if around.intersection(list(e.iterancestors())[:2])]
            names = [BY.sub("", text_of(e)) for e in beside]
            if named := [name for name in names if name and len(name) <= _LONGEST_NAME]:
                return named
    return _signed(page) if is_unsure(page) else []


def _signed(page: Page) -> list[str]:
    """Return the names behind «Автор:» on a line of its own."""
    for text in islice(elements(page.root, SIGNATURES), _MOST_HEADINGS):
        match = SIGNATURE.fullmatch(_short_line(text))
        if match and not elements(text, BESIDE_BYLINE):
            return match["names"].rstrip(".").split(", ")
    return []


def _short_line(element: _Element) -> str:
    """Return the line of an element's block, beside the blocks inside it, if it is short."""
    around = (element, *element.iterancestors())
    block = next((each for each in around if each.tag not in INLINE), element)
    said = [block.text or ""]
    for child in islice(block, _MOST_PIECES):
        is_inline = child.tag in INLINE
        said += map(str, islice(child.itertext(), _MOST_PIECES)) if is_inline else "\n"
        said.append(child.tail or "")
    line = " ".join("".join(said).split())
    return line if len(line) <= _LONGEST_LINE else ""


def _near(
    page: Page, path: str, fits: Callable[[_Element], bool] = lambda _: True
) -> Iterator[_Element]:
    """Yield what fits, nearest to the heading first; not from menus, links, quotes and cards."""
    if not is_unsure(page):
        return
    title = page.once(_heading)
    own = [] if title is None else list(title.iterancestors())
    around = page.root.iter("body") if title is None else own
    seen: _Element | None = None
    for place in around:
        for part in place:
            if part is seen:
                continue
            for element in elements(part, path):
                if not fits(element) or elements(element, _LINKED):
                    continue
                if set(own).issuperset(elements(element, _CARD)):
                    yield element
        seen = place
