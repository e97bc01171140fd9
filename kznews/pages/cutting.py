"""Which elements of a body are boilerplate: by tag, class, kind, and by what they hold.

Nothing that holds most of a body's words is cut, and what a reader opens by a click is text.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from kznews.pages import insides, limits
from kznews.pages.dom import HEADINGS, INLINE, LONGEST_CLASS, class_words, content, select
from kznews.pages.insides import is_linked
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

_SIMPLE = re.compile(r"(?P<mark>[.#]?)(?P<name>[A-Za-z][\w-]*)")
_NONE_SHOWN = re.compile(r"(?:^|;)\s?(?:display\s?:\s?none|visibility\s?:\s?hidden)", re.IGNORECASE)
_NEVER_TEXT = frozenset({"style", "template", "svg", "canvas", "select", "textarea"})
_CELLS = frozenset({"table", "tbody", "tr", "td", "th"})
_HEADINGS = frozenset({*HEADINGS, "dt", "summary", "legend"})
_ACCORDIONS = frozenset({"accordion", "collapse", "collapsible", "faq", "spoiler", "toggle"})
_SPEECH = re.compile(r"(?:^|:\s?)[—–«“\"]|[»”\"],\s[—–]")
_REOPENED = frozenset({"modal", "popup", "tooltip"})
_ELLIPSIS = frozenset({"...", "…"})
_LISTS = frozenset({"ul", "ol"})
_NOTED = frozenset({"a", "sup"})
_NOTE = re.compile(r"^#|#(?:_ftn|_edn|fn|cite|footnote)")
_NOTES = frozenset({"footnote", "footnotes", "fn", "reference"})
_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡↩︎↑^]{1,3})[\])]?")
_FOLDS = frozenset({"accordion", "spoiler"})
_LETTER = re.compile(r"[^\W\d_]")
_PARTING = re.compile("[-_]+")
_PARTLY = 0.4
_FEW = 3
_PROSE = 40
_LABEL = 200


class Cutter:
    """The boilerplate of one container, element by element; nothing of ``kept`` is any.

    ``cards`` are other articles', ``own_article`` knows their addresses.
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
        self._kept = kept
        self._cards = cards
        self._own_article = own_article
        self._boilerplate = boilerplate
        self._rules = _rules_of(boilerplate)
        self._others = {e: css for css in self._rules.others for e in select(root, css)}
        self.opened: set[_Element] = set()
        self._sure: set[_Element] = set()
        self._weighed = 0
        self._whole: int | None = None

    @cached_property
    def _boxes(self) -> dict[_Element, str]:
        """What holds no text of the article; no cards if they are half of it, as in a digest."""
        known = self._cards
        found = {e for e in self._root.iterdescendants() if e in known} if known else set()
        found.update(insides.cards(self._root, self._boilerplate, self._own_article))
        is_digest = 2 * sum(len(content(card)) for card in found) >= len(content(self._root))
        boxes = {} if found and is_digest else dict.fromkeys(found, _CARD)
        return boxes | dict(insides.boxes(self._root, self._boilerplate))

    def rule(self, element: _Element) -> str | None:
        """Return why an element is cut, None where it is text: a selector, or the name of a kind.

        Attributes, not looks, tell: of what is hidden, prose is text that a click opens.
        """
        if element is self._root or element in self._kept:
            return None
        tag = element.tag
        rule, kind = self.named(element)
        rule = rule or self._boxes.get(element)
        if rule:
            return None if self._is_text(element, tag, rule, kind) else rule
        if kind and tag not in _CELLS and self._is_of(kind, element):
            return kind.name
        if not element.attrib and tag not in _LISTS and tag not in _NOTED:
            return None
        return self._unseen(element, tag)

    def named(self, element: _Element) -> tuple[str | None, Kind | None]:
        """Return the selector and the kind that name an element, whatever it holds."""
        rule, kind = None, None
        if element.attrib:
            classes, name = element.get("class", ""), element.get("id", "")
            if classes or name:
                rule, kind = self._rules.by_names(classes[:LONGEST_CLASS], name[:LONGEST_CLASS])
            rule = rule or self._others.get(element)
        return rule or self._rules.simple.get(element.tag), kind

    def _unseen(self, element: _Element, tag: str) -> str | None:
        style = element.get("style")
        rule = None
        if "hidden" in element.attrib or (style and _NONE_SHOWN.search(style)):
            if not self._opens(element, tag):
                rule = "hidden"
            elif tag not in INLINE:
                self.opened.add(element)
        elif element.get("aria-hidden") == "true" and not self._has_letters(element):
            rule = "aria-hidden"
        elif tag in _LISTS:
            rule = TABLE_OF_CONTENTS if self._is_contents(element) else None
        elif tag in _NOTED and self._is_mark(element):
            rule = "footnote mark"
        elif self._only_opens(element, tag):
            rule = "opener"
        elif tag == "a" and insides.is_share(element):
            rule = "sharing"
        return rule

    def _is_text(self, element: _Element, tag: str, rule: str, kind: Kind | None) -> bool:
        """Whether an element that a selector names is text nevertheless."""
        if tag == "button":
            return self._is_question(element)
        if tag in _NEVER_TEXT or not self._may_weigh():
            return False
        if self._whole is None:
            self._whole = len(content(self._root))
        if 2 * len(content(element)) > self._whole > _LABEL and not is_linked(element):
            return True
        is_beside = tag == "aside" and self._is_beside(element, kind)
        return rule in self._boilerplate.doubtful and not is_beside and self._is_told(element, kind)

    def _is_beside(self, element: _Element, kind: Kind | None) -> bool:
        """Whether the names of an aside say that it is of the site, not of the article."""
        names = f"{element.get('class', '')} {element.get('id', '')}"
        told = class_words(names) & self._boilerplate.hidden
        return bool(kind or told or BESIDE_TERMS.search(names[:LONGEST_CLASS]))

    def _is_told(self, element: _Element, kind: Kind | None) -> bool:
        """Whether an element with a name of boilerplate is prose that is told but here."""
        if not insides.is_prose(element, self._boilerplate):
            return False
        text = " ".join(content(element).split())
        is_told = self._text.count(text) == 1
        is_about = kind is not None and kind.about and not _SPEECH.search(text)
        return is_told and not is_about and self._take_for_text(element)

    def _take_for_text(self, element: _Element) -> bool:
        """Note that an element is text for sure; it is, whatever else speaks against it."""
        self.opened.add(element)
        self._sure.add(element)
        return True

    @cached_property
    def _text(self) -> str:
        return " ".join(content(self._root).split())

    def _is_question(self, element: _Element) -> bool:
        """Whether a button is the heading of text that it opens."""
        around = element.getparent()
        if around is not None and around.tag in _HEADINGS:
            return True
        if insides.is_opener(element, self._boilerplate):
            return False
        opens = element.get("aria-controls") or element.get("aria-expanded")
        words = class_words(element.get("class", ""))
        if opens or words & self._boilerplate.collapsed:
            return True
        after = element.getnext()
        is_of_part = around is not None and class_words(around.get("class", "")) & _ACCORDIONS
        is_above = after is not None and after.tag != "button"
        return bool(is_of_part) and is_above and self._take_for_text(element)

    def _is_of(self, kind: Kind, element: _Element) -> bool:
        if not self._may_weigh():
            return False
        if kind.counts and not insides.is_count(element):
            return False
        size = len(" ".join(content(element).split()))
        return (
            size <= kind.longest
            and (not kind.linked or not size or is_linked(element, _PARTLY))
            and not self._is_told(element, kind)
        )

    def _opens(self, element: _Element, tag: str) -> bool:
        """Whether a hidden element is text that a click opens."""
        if not self._may_weigh():
            return False
        words = class_words(f"{element.get('class', '')} {element.get('id', '')}")
        has_opener = insides.has_opener(element, self._root, self._boilerplate)
        vetoes = self._boilerplate.hidden - (_REOPENED if has_opener else frozenset())
        has_form = next(element.iter(*insides.FORM_PARTS), None) is not None
        if words & vetoes or "itemprop" in element.attrib or has_form:
            return False
        if has_opener and not is_linked(element):
            self._sure.add(element)
            return True
        if tag in INLINE:
            return False
        text = content(element).strip()
        is_text = len(text) >= _PROSE and is_sentence(text) and not is_linked(element)
        return is_text or self._says_it_opens(element)

    def _only_opens(self, element: _Element, tag: str) -> bool:
        """Whether a link that leads nowhere, in a line of its own, or an ellipsis is an opener."""
        shows = tag == "a" and insides.is_opener(element, self._boilerplate)
        if shows and not insides.leads_on(element):
            around = element.getparent()
            return around is None or around is self._root or _is_alone(element, around)
        return tag == "span" and self._stands_for_hidden(element)

    def _stands_for_hidden(self, element: _Element) -> bool:
        """Whether an ellipsis stands where hidden words go on."""
        after = element.getnext()
        if after is None or (element.text or "").strip() not in _ELLIPSIS:
            return False
        is_hidden = _NONE_SHOWN.search(after.get("style", "")) or "hidden" in after.attrib
        return bool(is_hidden) and self._opens(after, after.tag)

    def is_sure(self, element: _Element) -> bool:
        """Whether it is sure of an ``opened`` element that it is text."""
        around = (element, element.getparent())
        return element in self._sure or any(
            e is not None and self._says_it_opens(e) for e in around
        )

    def _says_it_opens(self, element: _Element) -> bool:
        """Whether the tag or the attributes of an element say that a click opens it."""
        words = class_words(f"{element.get('class', '')} {element.get('id', '')}")
        return bool(
            words & self._boilerplate.collapsed
            or element.tag == "details"
            or element.get("role") in {"region", "tabpanel"}
            or element.get("hidden") == "until-found"
        )

    def folds(self, element: _Element) -> bool:
        """Whether an element is an accordion or a spoiler: text that a click folds and unfolds."""
        if element.tag == "details" or not element.attrib:
            return element.tag == "details"
        return not _FOLDS.isdisjoint(class_words(element.get("class", "")))

    def _has_letters(self, element: _Element) -> bool:
        return not self._may_weigh() or bool(_LETTER.search(content(element)))

    def _is_contents(self, element: _Element) -> bool:
        """Whether a list is nothing but links into this very page."""
        first = next(element.iter("a"), None) if self._may_weigh() else None
        if first is None or not first.get("href", "").startswith("#"):
            return False
        if element.get("role") == "tablist" or class_words(element.get("class", "")) & {
            "tab",
            "tabs",
        }:
            return False
        links = list(element.iter("a"))
        inside = all(link.get("href", "#").startswith("#") for link in links)
        return inside and len(links) > 1 and is_linked(element, 0.9)

    def _is_mark(self, element: _Element) -> bool:
        """Whether an element is the number of a footnote, or the way back from it."""
        link = element if element.tag == "a" else next(element.iter("a"), None)
        leads = link is not None and _NOTE.search(link.get("href", ""))
        if not leads and not class_words(element.get("class", "")) & _NOTES:
            return False
        return self._may_weigh() and bool(_MARK.fullmatch(content(element).strip()))

    def _may_weigh(self) -> bool:
        self._weighed += 1
        if self._weighed == MOST_WEIGHED + 1:
            limits.met("MOST_WEIGHED")
        return self._weighed <= MOST_WEIGHED


def _is_alone(element: _Element, around: _Element) -> bool:
    """Whether an element has all the words of another one, which holds but a few."""
    few = list(islice(around, _FEW + 1))
    return len(few) <= _FEW and content(around).strip() == content(element).strip()


class _Rules:
    """The selectors of a site, those of one tag, class or id apart, and its kinds."""

    def __init__(self, boilerplate: Boilerplate) -> None:
        self.simple = {s: s for s in boilerplate.selectors if _SIMPLE.fullmatch(s)}
        self.others = [s for s in boilerplate.selectors if s not in self.simple]
        self._kinds = boilerplate.kinds
        self.by_names = lru_cache(maxsize=4096)(self._by_names)

    def _by_names(self, classes: str, name: str) -> tuple[str | None, Kind | None]:
        """Return the selector that a class or the id is, and the kind that one of them names."""
        names = classes.split()
        known = (*(f".{each}" for each in names), f"#{name}")
        rule = next((self.simple[each] for each in known if each in self.simple), None)
        plain = [_PARTING.sub("-", each.lower()) for each in (*names, name)]
        return rule, next((k for k in self._kinds if any(map(k.pattern.search, plain))), None)


@lru_cache(maxsize=16)
def _rules_of(boilerplate: Boilerplate) -> _Rules:
    return _Rules(boilerplate)
