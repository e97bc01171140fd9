"""What elements hold gives away: cards, calls, counters; prose; the buttons of what is hidden."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from kznews.pages.dom import (
    HEADINGS,
    LONGEST_CLASS,
    class_words,
    content,
    outwards,
    parent,
    text_of,
)
from kznews.sites.boilerplate import SHARES
from kznews.sites.phrases import BESIDE_TEXT, OPENERS, OPENS_NO_TEXT, TO_THE_READER
from kznews.text import is_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element

    from kznews.sites.boilerplate import Boilerplate

MOST_CONTROLS = 10
"""Elements beside a hidden one among which a button that opens it is looked for."""
MOST_PARTS = 20
"""Elements or texts of a link, a button or a box that are looked at; fields of a body."""
LONGEST_BOX = 500
"""Characters of a card or a call that only what it holds gives away."""

FORM_PARTS = ("form", "input", "textarea", "select")
_WIDGET_PARTS = (*FORM_PARTS, "button", "iframe", "img", "script", "svg", "time")
_EMPTY_PARTS = ("div", "i", "ins", "span")
_ADDRESSES = frozenset({"email", "tel"})
_FIELDS = _ADDRESSES | {"text"}
_SHOWN = ("img", "picture", "iframe", "video", "audio", "figure")
_BOXES = ("aside", "blockquote", "div", "section")
_CONTROLS = ("a", "button", "label", "summary", "span", "div")
_CLICKED = frozenset({"a", "button", "label"})
_TARGETS = ("aria-controls", "data-target", "href", "for")
_QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”|\"[^\"]*\"")
_NUMBER = re.compile(r"\d[\d\s.,]*[kкKК]?")
_VIEWS = re.compile(
    r"(?:post\s)?(?:просмотр|қарал|көрілім|view|hit)\w*[\s:–—-]{0,3}", re.IGNORECASE
)
_MOSTLY = 0.6
_PARTLY = 0.33
_HARDLY = 0.2
_LABEL = 60
_TITLE_WORDS = 3
_FEW = 40
_FEWEST, _MOST = 60, 600
"""Characters of prose that is text though its element is called boilerplate: a note, a quote."""


def is_linked(element: _Element, share: float = _MOSTLY) -> bool:
    """Whether the words of an element mostly stand in links."""
    linked = sum(len("".join(content(link).split())) for link in element.iter("a"))
    return linked >= share * len("".join(content(element).split()))


def is_prose(element: _Element, boilerplate: Boilerplate) -> bool:
    """Whether an element among paragraphs holds sentences that are not said to the reader.

    It has hardly a link, and nothing that a widget, a form or a list of comments is made of.
    """
    text = text_of(element)
    is_note = _FEWEST <= len(text) <= _MOST and is_sentence(text)
    if not is_note or is_linked(element, _HARDLY):
        return False
    parts = _WIDGET_PARTS if element.tag == "aside" else (*_WIDGET_PARTS, "li")
    empty = (not content(part).strip() for part in islice(element.iter(*_EMPTY_PARTS), MOST_PARTS))
    return not (
        next(element.iter(*parts), None) is not None
        or any(empty)
        or TO_THE_READER.search(_QUOTED.sub("", text))
        or any(_is_beside(text_of(head), boilerplate) for head in element.iter(*HEADINGS))
        or next(parent(element).iterchildren("p"), None) is None
    )


def _is_beside(heading: str, boilerplate: Boilerplate) -> bool:
    """Whether a heading is of comments, of links, or of what a site says of itself."""
    known = (boilerplate.ends, BESIDE_TEXT)
    return any(each.match(heading) for each in known) or _announces_links(heading, boilerplate)


def _announces_links(label: str, boilerplate: Boilerplate) -> bool:
    label = label.strip(" :.!")
    return bool(label) and any(each.fullmatch(label) for each in boilerplate.link_phrases)


def cards(
    root: _Element, boilerplate: Boilerplate, own_article: Callable[[str], object]
) -> Iterator[_Element]:
    """Yield links of several blocks, and boxes of links that begin with a label of such.

    Such a link leads to an ``own_article``, or is an advertisement, which speaks to the reader.
    """
    links = list(root.iter("a"))
    for link in filter(len, links):
        parts = islice(link.iter("div", "p", *HEADINGS), MOST_PARTS)
        blocks = sum(bool((part.text or "").strip()) for part in parts)
        if blocks <= 1 or len(text := content(link)) > LONGEST_BOX:
            continue
        if own_article(link.get("href", "")) or TO_THE_READER.search(text):
            yield link
    for box in dict.fromkeys(link.getparent() for link in links):
        if box is not None and box is not root and box.tag in _BOXES and box[0].tag != "a":
            is_alone = not (box[0].tail or "").strip(" :.!") and len(content(box)) <= LONGEST_BOX
            label = text_of(box[0]) if is_alone and is_linked(box, _PARTLY) else ""
            if _announces_links(label, boilerplate):
                yield box


def titled(root: _Element) -> set[str]:
    """Return the addresses that links lead to which tell in words what is there."""
    told = (link for link in root.iter("a") if len(content(link).split()) >= _TITLE_WORDS)
    return {link.get("href", "") for link in told}


def boxes(root: _Element) -> Iterator[tuple[_Element, str]]:
    """Yield what asks the reader for an address, and what is around a number behind an eye."""
    fields = (e for e in root.iter("input") if e.get("type", "text").lower() in _FIELDS)
    for field in islice(fields, MOST_PARTS):
        box = next(field.iterancestors(*_BOXES), root)
        if len(content(box)) <= min(LONGEST_BOX, len(content(root)) // 2) and _asks(box, field):
            yield box, "form"
    eyes = (e for e in root.iter("i", "svg") if "eye" in class_words(e.get("class", "")))
    for around in dict.fromkeys(eye.getparent() for eye in eyes):
        if around is not None and _NUMBER.fullmatch(content(around).strip()):
            yield around, "counter"


def _asks(box: _Element, field: _Element) -> bool:
    """Whether a box is of a form: it asks for an address, is a label, or mostly links."""
    text = content(box)
    if field.get("type", "").lower() in _ADDRESSES and TO_THE_READER.search(text):
        return True
    for form in box.iter("form"):
        text = text.replace(content(form), "", 1)
    return is_linked(box) or (len(text.strip()) <= _LABEL and not is_sentence(text))


def leads_on(link: _Element) -> bool:
    """Whether a link leads to another place."""
    href = link.get("href", "").lower()
    return bool(href) and not href.startswith(("#", "javascript:"))


def is_count(element: _Element) -> bool:
    """Whether an element shows a number, the label of one, or nothing that could be text."""
    text = text_of(element)
    if _NUMBER.fullmatch(text) or _VIEWS.fullmatch(text):
        return True
    shows = element.tag in HEADINGS or next(element.iter(*_SHOWN), None) is not None
    return not shows and not is_sentence(text) and (not text or any(map(str.isdigit, text)))


def is_share(link: _Element) -> bool:
    """Whether a link of a few words only shares the page, and is not part of a sentence."""
    if not SHARES.search(link.get("href", "")[:LONGEST_CLASS]):
        return False
    around = link.getparent()
    is_told = around is not None and is_sentence(content(around)) and not is_linked(around)
    return not is_told and 0 < len(content(link).strip()) <= _FEW


def is_opener(control: _Element, name: str | None = None) -> bool:
    """Whether a control says that it shows what is hidden, or names it by its id."""
    if name and name in (control.get(target, "").removeprefix("#") for target in _TARGETS):
        return True
    is_clicked = "onclick" in control.attrib or control.get("role") == "button"
    if not is_clicked and control.tag not in _CLICKED:
        return False
    text = " ".join(content(control)[:LONGEST_BOX].split())
    return 0 < len(text) <= _LABEL and OPENERS.match(text) is not None


def has_opener(hidden: _Element, root: _Element) -> bool:
    """Whether a control stands beside a hidden element, or beside what is around it."""
    around = [each for each in outwards(hidden)[:2] if each is not root]
    beside = (e for each in around for e in (each.getnext(), each.getprevious()) if e is not None)
    return any(
        is_opener(control, hidden.get("id"))
        for each in beside
        for control in islice(each.iter(*_CONTROLS), MOST_CONTROLS)
        if not OPENS_NO_TEXT.search(content(control)[:_LABEL])
    )
