"""Documents as trees of lxml's plain elements: parsed once, selectors compiled once.

A page is asked some thirty questions; parsel compiles each of them anew and wraps every answer.
"""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cache, lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from cssselect import HTMLTranslator
from cssselect import parse as parse_css
from cssselect.parser import Attrib, Class, CombinedSelector
from lxml.etree import XPath, _Element

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "del", "em", "font", "i", "img"}
    | {"ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub"}
    | {"sup", "time", "tt", "u", "var", "wbr"}
)
"""Tags that end no block: words go on through them."""
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

LONGEST_CLASS = 500
"""Characters of a class attribute that are looked at."""
MOST_PIECES = 100
"""Children of a block that are looked at for its line."""
LONGEST_LINE = 2_000
"""Characters of a block that are looked at for its line."""
_LIST = re.compile(r",\s*(?![^(\[]*[)\]])")
_ANY_WITH = re.compile(r"^descendant-or-self::\*\[(@([\w-]+)[^\[\]]*)\]")
_HOLDS = frozenset({"=", "~=", "^=", "$=", "*="})
_translator = HTMLTranslator()

_STRING = XPath("string()")


class ByClass:
    """The elements of a document by the words of their classes."""

    def __init__(self, root: _Element) -> None:
        self._root = root
        self._same: dict[str, list[_Element]] = {}
        for element in root.iter("*"):
            if value := element.get("class"):
                self._same.setdefault(value, []).append(element)
        self._values: dict[str, list[str]] = {}
        for value in self._same:
            for word in set(value.split()):
                self._values.setdefault(word, []).append(value)
        self._all = " ".join(self._same)

    def may_match(self, words: Iterable[str]) -> bool:
        """Whether each of the words stands in a class, maybe inside a longer one."""
        return all(word in self._all for word in words)

    def __getitem__(self, word: str) -> list[_Element]:
        """Return the elements that have a class, in document order."""
        return _in_order(self._root, [self._same[value] for value in self._values.get(word, ())])


class _Selector(NamedTuple):
    """One of a list of selectors: a path from a root, and one from what has its first class.

    Where the latter ``leads_on``, it goes from there to other elements.
    """

    needed: frozenset[str]
    path: XPath
    first: str | None
    from_first: XPath
    leads_on: bool

    def find(self, root: _Element, by_class: ByClass | None) -> list[_Element]:
        if by_class is not None and not by_class.may_match(self.needed):
            return []
        if by_class is None or self.first is None:
            return cast("list[_Element]", self.path(root))
        starts = by_class[self.first]
        if not self.leads_on:
            return [start for start in starts if self.from_first(start)]
        found = [cast("list[_Element]", self.from_first(start)) for start in starts]
        return _in_order(root, list(filter(None, found)))


@cache
def _css(selector: str) -> tuple[_Selector, ...]:
    return tuple(
        _Selector(
            frozenset(_needed_words(part.parsed_tree)),
            XPath(_path(part)),
            _first_class(part.parsed_tree),
            XPath(_translator.selector_to_xpath(part, prefix="self::")),
            isinstance(part.parsed_tree, CombinedSelector),
        )
        for part in parse_css(selector)
    )


def _path(part: Any) -> str:
    """Return a parsed selector as XPath.

    It begins at the attributes where any element with one is wanted: most elements have none.
    """
    path: str = _translator.selector_to_xpath(part)
    return _ANY_WITH.sub(
        lambda found: (
            f"descendant-or-self::*/@{found[2]}[{found[1].replace(f'@{found[2]}', '.')}]/parent::*"
        ),
        path,
    )


def _needed_words(tree: Any) -> Iterator[str]:
    """Yield what stands in the classes of a document that a parsed selector matches in."""
    if isinstance(tree, Class):
        yield tree.class_name
    if isinstance(tree, Attrib) and tree.attrib == "class" and tree.operator in _HOLDS:
        yield str(tree.value and tree.value.value)
    if isinstance(tree, CombinedSelector):
        yield from _needed_words(tree.subselector)
    if inner := getattr(tree, "selector", None):
        yield from _needed_words(inner)


def _first_class(tree: Any) -> str | None:
    """Return a class that the first, outermost element of a parsed selector has."""
    while isinstance(tree, CombinedSelector):
        tree = tree.selector
    while tree is not None and not isinstance(tree, Class):
        tree = getattr(tree, "selector", None)
    return None if tree is None else str(tree.class_name)


@cache
def _xpath(path: str) -> XPath:
    return XPath(path)


def select(root: _Element, css: str, by_class: ByClass | None = None) -> list[_Element]:
    """Return what a CSS selector matches below ``root``, itself included, in order.

    ``by_class`` has all elements below ``root``; who asks much of a document makes it once.
    """
    found = (selector.find(root, by_class) for selector in _css(css))
    return _in_order(root, list(filter(None, found)))


def _in_order(root: _Element, found: list[list[_Element]]) -> list[_Element]:
    """Return all that was found below a root once, in document order."""
    if len(found) <= 1:
        return found[0] if found else []
    wanted = set(chain.from_iterable(found))  # libxml2 compares each with all others
    tags = {str(element.tag) for element in wanted}
    return [element for element in root.iter(*tags) if element in wanted]


@cache
def alternatives(css: str) -> tuple[str, ...]:
    """Return the selectors of a list one by one."""
    return tuple(_LIST.split(css))


def elements(root: _Element, path: str) -> list[_Element]:
    """Return the elements that an XPath leads to."""
    return cast("list[_Element]", _xpath(path)(root))


def strings(root: _Element, path: str) -> list[str]:
    """Return the texts or attributes that an XPath leads to."""
    return cast("list[str]", _xpath(path)(root))


@lru_cache(maxsize=4096)
def class_words(names: str) -> frozenset[str]:
    """Return the words of an element's classes or id, in lower case."""
    return frozenset(re.split(r"[\s_-]+", names[:LONGEST_CLASS].lower()))


def attributes(element: _Element) -> list[tuple[str, str]]:
    """Return the names and values of an element's attributes."""
    return cast("list[tuple[str, str]]", element.items())


def content(element: _Element) -> str:
    """Return the text of an element as it stands in the source."""
    return str(_STRING(element)) if len(element) else element.text or ""


def text_of(element: _Element) -> str:
    """Return all the text of an element on one line; a ``br`` parts words as it does to the eye."""
    if not len(element):
        return " ".join((element.text or "").split())
    nodes = cast("list[object]", _xpath(".//text() | .//br")(element))
    return " ".join("".join(n if isinstance(n, str) else " " for n in nodes).split())


def line_of(element: _Element) -> str:
    """Return the line of an element's block, beside the blocks inside it."""
    return " ".join(pieces_of(element))


def pieces_of(element: _Element) -> list[str]:
    """Return what an element's block says before, between and behind the blocks inside it."""
    block = next((each for each in outwards(element) if each.tag not in INLINE), element)
    said = (block.text or "")[:LONGEST_LINE]
    for child in islice(block, MOST_PIECES):
        if len(said) >= LONGEST_LINE:
            break
        inside = islice(child.itertext(), MOST_PIECES) if child.tag in INLINE else "\v"
        said = f"{said}{''.join(map(str, inside))}{child.tail or ''}"[:LONGEST_LINE]
    return [" ".join(piece.split()) for piece in said.split("\v") if piece.strip()]


def outwards(element: _Element) -> tuple[_Element, ...]:
    """Return an element and all that are around it."""
    return (element, *element.iterancestors())


def parent(element: _Element) -> _Element:
    """Return the element around one that is not the root."""
    return cast("_Element", element.getparent())


def without(root: _Element, left_out: Collection[_Element]) -> _Element:
    """Return a copy of a document without some of its elements."""
    tree = deepcopy(root)
    copies = zip(root.iter(), tree.iter(), strict=True) if left_out else ()
    for copy in [copy for original, copy in copies if original in left_out]:
        if copy.getparent() is not None:
            parent(copy).remove(copy)
    return tree


def lines_after(element: _Element, most: int) -> Iterator[tuple[str, _Element | None]]:
    """Yield the texts that follow an element, up to so many, each with the element it begins.

    A text behind an element's end begins none.
    """
    path = f"following::text()[normalize-space()][position() <= {most}]"
    for text in cast("list[Any]", _xpath(path)(element)):
        yield str(text), text.getparent() if text.is_text else None
