"""Which elements of a body are boilerplate: by tag, class, kind, and by what they hold.

Nothing that holds most of a body's words is cut, and what a reader opens by a click is text.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from kznews.pages import insides, limits
from kznews.pages.dom import HEADINGS, INLINE, LONGEST_CLASS, class_words, content, parent, text_of
from kznews.pages.insides import is_linked
from kznews.sites.boilerplate import COLLAPSED, HIDDEN
from kznews.sites.marks import BESIDE_TERMS
from kznews.text import is_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from lxml.etree import _Element

    from kznews.sites.boilerplate import Boilerplate, Kind

MOST_WEIGHED = 100
"""Elements of one body whose words are weighed before they are cut; what follows is cut unweighed
by its selector, and kept where only its kind speaks against it."""

TABLE_OF_CONTENTS = "table of contents"
_CARD = "another article's card"

_NONE_SHOWN = re.compile(r"(?:^|;)\s?(?:display\s?:\s?none|visibility\s?:\s?hidden)", re.IGNORECASE)
_NEVER_TEXT = frozenset({"style", "template", "svg", "canvas", "select", "textarea"})
_CELLS = frozenset({"table", "tbody", "tr", "td", "th"})
_HEADINGS = frozenset({*HEADINGS, "dt", "summary", "legend"})
_SPEECH = re.compile(r"(?:^|:\s?)[—–«“\"]|[»”\"],\s[—–]")
_REOPENED = frozenset({"modal", "popup", "tooltip"})
_ELLIPSIS = frozenset({"...", "…"})
_NOTE = re.compile(r"^#|#(?:_ftn|_edn|fn|cite|footnote)")
_NOTES = frozenset({"footnote", "footnotes", "fn", "reference"})
_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡↩︎↑^]{1,3})[\])]?")
_FOLDS = frozenset({"accordion", "spoiler"})
_LETTER = re.compile(r"[^\W\d_]")
_PARTING = re.compile("[-_]+")
_PARTLY = 0.4
_ONLY = 0.9
_PROSE = 40
_LABEL = 200


class Cutter:
    """The boilerplate of one container, element by element; nothing of ``kept`` is any.

    ``cards`` are other articles', ``own_article`` knows their addresses. ``opened`` is what looks
    like boilerplate and is text, such as what a click opens, and whether that is sure.
    """

    def __init__(
        self,
        root: _Element,
        boilerplate: Boilerplate,
        kept: Collection[_Element] = (),
        cards: Collection[_Element] = (),
        own_article: Callable[[str], object] = str,
    ) -> None:
        self._root = root
        self._boilerplate = boilerplate
        self._kept = kept
        self._cards = cards
        self._own_article = own_article
        self.opened: dict[_Element, bool] = {}
        self._weighed = 0

    @cached_property
    def _text(self) -> str:
        return text_of(self._root)

    @cached_property
    def _boxes(self) -> dict[_Element, str]:
        """What holds no text of the article; no cards if they are half of it, as in a digest."""
        known = self._cards
        found = {e for e in self._root.iterdescendants() if e in known} if known else set()
        found.update(insides.cards(self._root, self._boilerplate, self._own_article))
        is_digest = 2 * sum(len(content(card)) for card in found) >= len(content(self._root))
        boxes = {} if found and is_digest else dict.fromkeys(found, _CARD)
        return boxes | dict(insides.boxes(self._root))

    def rule(self, element: _Element) -> str | None:
        """Return why an element is cut, None where it is text: a selector, or the name of a kind.

        Attributes, not looks, tell: of what is hidden, prose is text that a click opens.
        """
        if element is self._root or element in self._kept:
            return None
        rule, kind = self.named(element)
        rule = rule or self._boxes.get(element)
        if rule:
            return None if self._is_text(element, rule, kind) else rule
        if kind and element.tag not in _CELLS and self._is_of(kind, element):
            return kind.name
        return self._by_attributes(element)

    def named(self, element: _Element) -> tuple[str | None, Kind | None]:
        """Return the selector and the kind that name an element, whatever it holds."""
        rule, kind = None, None
        if element.attrib:
            classes, name = element.get("class", ""), element.get("id", "")
            if classes or name:
                known = classes[:LONGEST_CLASS], name[:LONGEST_CLASS]
                rule, kind = _by_names(self._boilerplate, *known)
        tag = element.tag
        return rule or (tag if tag in self._boilerplate.selectors else None), kind

    def _by_attributes(self, element: _Element) -> str | None:
        tag = element.tag
        if tag in {"ul", "ol"} and self._is_contents(element):
            return TABLE_OF_CONTENTS
        if tag in {"a", "sup"} and self._is_mark(element):
            return "footnote mark"
        if not element.attrib and tag != "a":
            return None
        rule = None
        if _is_hidden(element):
            rule = None if self._opens(element) else "hidden"
        elif element.get("aria-hidden") == "true":
            rule = None if self._has_letters(element) else "aria-hidden"
        elif self._only_opens(element):
            rule = "opener"
        elif tag == "a" and insides.is_share(element):
            rule = "sharing"
        return rule

    def _is_text(self, element: _Element, rule: str, kind: Kind | None) -> bool:
        """Whether an element that a selector names is text nevertheless."""
        if element.tag == "button":
            return self._is_question(element)
        if element.tag in _NEVER_TEXT or not self._may_weigh():
            return False
        if 2 * len(text_of(element)) > len(self._text) > _LABEL and not is_linked(element):
            return True
        if element.tag == "aside" and (kind or BESIDE_TERMS.search(_names(element))):
            return False  # of the site, not of the article
        return rule in self._boilerplate.doubtful and self._is_told(element, kind)

    def _is_told(self, element: _Element, kind: Kind | None) -> bool:
        """Whether an element with a name of boilerplate is prose that is told but here."""
        if not insides.is_prose(element, self._boilerplate):
            return False
        text = text_of(element)
        is_about = kind is not None and kind.about and not _SPEECH.search(text)
        if is_about or self._text.count(text) != 1:
            return False
        self.opened[element] = True
        return True

    def _is_question(self, element: _Element) -> bool:
        """Whether a button is the heading of text that it opens."""
        around, after = parent(element), element.getnext()
        if around.tag in _HEADINGS:
            return True
        if insides.is_opener(element):
            return False
        if "aria-controls" in element.attrib or "aria-expanded" in element.attrib:
            return True
        if not _words(around) & COLLAPSED or after is None or after.tag == "button":
            return bool(_words(element) & COLLAPSED)
        self.opened[element] = True
        return True

    def _is_of(self, kind: Kind, element: _Element) -> bool:
        if not self._may_weigh():
            return False
        if kind.counts and not insides.is_count(element):
            return False
        size = len(text_of(element))
        return (
            size <= kind.longest
            and (not kind.linked or not size or is_linked(element, _PARTLY))
            and not self._is_told(element, kind)
        )

    def _opens(self, element: _Element) -> bool:
        """Whether a hidden element is text that a click opens."""
        if not self._may_weigh():
            return False
        has_opener = insides.has_opener(element, self._root)
        vetoes = HIDDEN - _REOPENED if has_opener else HIDDEN
        has_form = next(element.iter(*insides.FORM_PARTS), None) is not None
        if _words(element) & vetoes or has_form:
            return False
        is_sure = has_opener and not is_linked(element)
        if element.tag in INLINE:
            return is_sure
        text = text_of(element)
        is_text = len(text) >= _PROSE and is_sentence(text) and not is_linked(element)
        if not is_sure and not is_text and not _says_it_opens(element):
            return False
        self.opened[element] = is_sure
        return True

    def _only_opens(self, element: _Element) -> bool:
        """Whether a link that leads nowhere, in a line of its own, or an ellipsis is an opener."""
        if element.tag == "a":
            is_opener = insides.is_opener(element) and not insides.leads_on(element)
            return is_opener and self._is_alone(element)
        after = element.getnext()
        is_ellipsis = element.tag == "span" and element.text in _ELLIPSIS
        return is_ellipsis and after is not None and _is_hidden(after) and self._opens(after)

    def _is_alone(self, element: _Element) -> bool:
        """Whether an element has all the words of the one around it, if that is not the body."""
        around = parent(element)
        if around is self._root:
            return True
        return self._may_weigh() and text_of(element) == text_of(around)

    def is_sure(self, element: _Element) -> bool:
        """Whether it is sure of an ``opened`` element that it is text."""
        return self.opened.get(element, False) or _says_it_opens(element)

    def folds(self, element: _Element) -> bool:
        """Whether an element is an accordion or a spoiler: text that a click folds and unfolds."""
        return element.tag == "details" or bool(class_words(element.get("class", "")) & _FOLDS)

    def _has_letters(self, element: _Element) -> bool:
        return not self._may_weigh() or bool(_LETTER.search(content(element)))

    def _is_contents(self, element: _Element) -> bool:
        """Whether a list is nothing but links into this very page."""
        if element.get("role") == "tablist" or not self._may_weigh():
            return False
        inside = [link.get("href", "").startswith("#") for link in element.iter("a")]
        return len(inside) > 1 and all(inside) and is_linked(element, _ONLY)

    def _is_mark(self, element: _Element) -> bool:
        """Whether an element is the number of a footnote, or the way back from it."""
        link = next(element.iter("a"), None)
        leads = link is not None and _NOTE.search(link.get("href", ""))
        if not leads and not _words(element) & _NOTES:
            return False
        return self._may_weigh() and bool(_MARK.fullmatch(text_of(element)))

    def _may_weigh(self) -> bool:
        self._weighed += 1
        if self._weighed == MOST_WEIGHED + 1:
            limits.met("MOST_WEIGHED")
        return self._weighed <= MOST_WEIGHED


def _names(element: _Element) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}"[:LONGEST_CLASS]


def _words(element: _Element) -> frozenset[str]:
    """Return the words of an element's classes and id."""
    return class_words(_names(element))


def _is_hidden(element: _Element) -> bool:
    return "hidden" in element.attrib or bool(_NONE_SHOWN.search(element.get("style", "")))


def _says_it_opens(element: _Element) -> bool:
    """Whether the tag or the attributes of an element say that a click opens it."""
    return bool(
        _words(element) & COLLAPSED
        or element.tag == "details"
        or element.get("role") in {"region", "tabpanel"}
        or element.get("hidden") == "until-found"
    )


@lru_cache(maxsize=4096)
def _by_names(boilerplate: Boilerplate, classes: str, name: str) -> tuple[str | None, Kind | None]:
    """Return the selector that a class or the id is, and the kind that one of them names."""
    names = classes.split()
    known = (*(f".{each}" for each in names), f"#{name}")
    rule = next((each for each in known if each in boilerplate.selectors), None)
    plain = [_PARTING.sub("-", each.lower()) for each in (*names, name)]
    return rule, next((k for k in boilerplate.kinds if any(map(k.pattern.search, plain))), None)
