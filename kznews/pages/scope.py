"""Where on a page an article stands: which elements hold how many of its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from typing import TYPE_CHECKING

from kznews.pages.cutting import Cutter
from kznews.pages.dom import HEADINGS, content, outwards
from kznews.pages.extractor import BEGINNING, PROSE, SHORT, Extract
from kznews.text import is_sentence

if TYPE_CHECKING:
    from lxml.etree import _Element

    from kznews.pages.page import Page

HELD = 0.5
"""Share of a line's words that the extractor must know."""
LABELS = frozenset({"figcaption", "figure", *HEADINGS})
_MOSTLY = 0.5
_HOLDS = 0.8
"""Share of the article that makes an element its container."""
_STRAY = 20
"""Words that a part of the article outside the container must have: a lead, not a label."""
_PARTS_OF_TEXT = frozenset({"blockquote", "details", "dl", "ol", "pre", "table", "ul"})
"""What stands in a text, and is no container of one, however much of it it holds."""


def is_sentence_in(element: _Element, line: Sequence[str]) -> bool:
    """Whether the words that an element holds itself are a sentence of some length."""
    return len(line) >= BEGINNING and is_sentence(content(element))


class Scope:
    """Part of a page, and how many of the extractor's words each element in it holds.

    ``named`` are elements that call themselves the body, ``roots`` those that hold the article, in
    order.
    """

    def __init__(self, page: Page, said: Extract, named: Sequence[_Element]) -> None:
        self.elements: Sequence[_Element] = page.bodies
        self._named = {around for root in named for around in outwards(root)}
        self._boilerplate = page.site.boilerplate
        shares = said.shares([line for _, line in page.lines])
        known = [each for each, share in zip(page.lines, shares, strict=True) if share >= HELD]
        alike = _dressed_alike(page.lines, known)
        said.learn(line for _, line in alike)
        self.held: dict[_Element, int] = {}
        self._own = {element for element, _ in [*known, *alike]}
        for element, line in [*known, *alike]:
            for around in outwards(element):
                self.held[around] = self.held.get(around, 0) + len(line)
        self._set()

    def _set(self) -> None:
        self.words = self._held_by(self.elements)
        self.roots = list(self._find_roots())

    def narrowed(self, elements: Sequence[_Element]) -> Scope:
        """Return the scope of some elements inside this one."""
        inside = copy(self)
        inside.elements = elements
        inside._set()  # noqa: SLF001 (it is one of its own)
        return inside

    def is_mostly_in(self, elements: Iterable[_Element]) -> bool:
        """Whether some elements hold most of the article."""
        held = self._held_by(elements)
        return held > 0 and held >= _MOSTLY * self.words

    def _held_by(self, elements: Iterable[_Element]) -> int:
        return sum(self.held.get(element, 0) for element in elements)

    @property
    def holders(self) -> Iterator[_Element]:
        """The elements that hold most of the article."""
        return (element for element, size in self.held.items() if 2 * size > self.words)

    def _find_roots(self) -> Iterator[_Element]:
        """Go down as long as one part holds the article, and take what goes on beside it."""
        waiting = [(root, self.words) for root in reversed(self.elements) if root in self.held]
        while waiting:
            element, whole = waiting.pop()
            parts = [child for child in element if child in self.held]
            largest = max(parts, key=lambda part: self.held[part], default=element)
            is_part = largest.tag in _PARTS_OF_TEXT and len(parts) > 1
            if element in self._own or is_part or self.held[largest] < _HOLDS * whole:
                yield element
                continue
            waiting += (
                (part, whole if part is largest else self.held[part])
                for part in reversed(parts)
                if part is largest or self._goes_on_in(part, largest)
            )

    def _goes_on_in(self, part: _Element, largest: _Element) -> bool:
        """Whether a part beside the largest is text: a lead, a paragraph, or dressed as that is."""
        if part in self._named:
            return True
        is_short = self.held[part] < _STRAY and not self._is_sentence(part)
        if is_short or part.tag in LABELS:
            return False
        is_alike = part.tag == "p" or _dress(part) == _dress(largest)
        if not is_alike and part in largest.itersiblings():
            return False
        return Cutter(part, self._boilerplate).named(part) == (None, None)

    def _is_sentence(self, part: _Element) -> bool:
        return self.held[part] >= BEGINNING and is_sentence(content(part))


def _dressed_alike(
    lines: Iterable[tuple[_Element, list[str]]], known: Sequence[tuple[_Element, list[str]]]
) -> list[tuple[_Element, list[str]]]:
    """Return the prose that stands where prose of the article does, by tags and classes, if much.

    Of a body in several parts, with advertisements between them, the extractor may know one only.
    """
    held = {element for element, _ in known}
    paths = {path_of(element) for element, line in known if len(line) >= PROSE}
    alike = [
        (element, line)
        for element, line in lines
        if len(line) >= PROSE and element not in held and path_of(element) in paths
    ]
    size = sum(len(line) for _, line in known)
    much = size >= SHORT and sum(len(line) for _, line in alike) >= _MOSTLY * size
    return alike if much else []


def path_of(element: _Element) -> tuple[tuple[str, str | None], ...]:
    """Return the tags and classes of an element and of what is around it."""
    return tuple(map(_dress, outwards(element)))


def _dress(element: _Element) -> tuple[str, str | None]:
    return element.tag, element.get("class")
