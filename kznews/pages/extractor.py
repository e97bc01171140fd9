"""What trafilatura makes of a page: the words of its article, and its day.

It knows no site and no theme; what it says decides where no known layout does. It is asked in its
fast way first, and again with all its means where that finds little of what reads like prose.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from typing import TYPE_CHECKING

from kznews.pages.dom import INLINE, content, elements, outwards, parent, without

if TYPE_CHECKING:
    from datetime import date

    from lxml.etree import _Element

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
_DIGIT = re.compile("[0-9]")
_NOTE = re.compile(r"(?<=[^\W\d_])\d{1,2}(?!\w)")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
RUN = 4
"""Words on end that make a place in a text sure."""
PROSE = 20
"""Words of a line that reads like prose: no label, no link of a menu."""
_SILENT = frozenset({"head", "noscript", "script", "style", "template"})
BEGINNING = 8
"""Words by which the beginning of a line is known."""
SHORT = 200
"""Words of an extract that say nothing of what stands beside them."""
MOST_ELEMENTS = 10_000
"""Elements of a page that the extractor is asked about."""
_FEW = 100
_ENOUGH = 400
LONGEST_JSON = 20_000
"""Characters of a script that the extractor is given: it takes the square of their number."""

_MISLEADING = (
    f"//link | //script[not(contains(@type, 'json')) or string-length() > {LONGEST_JSON}] | //img"
    " | //meta[contains(@content, '/')] | //aside | //nav | //footer | //li"
    " | //body//*[contains(@class, 'related')]"
)


def words(text: str) -> list[str]:
    """Return the words as they are compared: lower case, nothing invisible; one a CJK letter.

    The number of a footnote, which stands at the end of a word, is none of its letters.
    """
    if not text.isascii():
        text = _UNSEEN.sub("", text)
    if _DIGIT.search(text):
        text = _NOTE.sub("", text)
    return _WORD.findall(text.casefold())


def lines_of(root: _Element) -> Iterator[tuple[_Element, list[str]]]:
    """Yield the words that each element holds itself, beside the blocks inside it."""
    for element in root.iter("*"):
        if element.tag in INLINE or element.tag in _SILENT:
            continue
        said = [element.text or ""]
        for child in element:
            said.append(content(child) if child.tag in INLINE else " ")
            said.append(child.tail or "")
        text = "".join(said)
        if not text.isspace() and (line := words(text)):
            yield element, line


class Extract:
    """What trafilatura takes for the article of a page, as words in order."""

    def __init__(self, lines: Iterable[Sequence[str]] = ()) -> None:
        self.lines: Counter[tuple[str, ...]] = Counter()
        self.words: list[str] = []
        self.runs: set[int] = set()
        self.learn(lines)

    def copy(self) -> Extract:
        """Return what may learn more, and leave this as it is."""
        other = Extract()
        other.lines, other.words, other.runs = self.lines.copy(), self.words[:], self.runs.copy()
        return other

    def learn(self, lines: Iterable[Sequence[str]]) -> None:
        """Take some more lines for the article's."""
        start = max(0, len(self.words) - RUN + 1)
        for line in lines:
            self.lines[tuple(line)] += 1
            self.words += line
        self.runs.update(_runs(self.words[start:]))

    def shares(self, lines: Sequence[Sequence[str]]) -> list[float]:
        """Return of each of some lines that follow one another the share of its known words.

        A word is known where a run of words that holds it is the article's, so a short line needs
        its neighbours, or to be a line of the article itself.
        """
        known = _known([word for line in lines for word in line], self.runs)
        found, start = [], 0
        for line in lines:
            end = start + len(line)
            is_one = tuple(line) in self.lines
            found.append(1.0 if is_one else sum(known[start:end]) / max(1, len(line)))
            start = end
        return found

    def knows(self, some: Sequence[str]) -> bool:
        return all(_known(some, self.runs)) or tuple(some) in self.lines

    def times(self, line: Sequence[str]) -> int:
        """Return how often a line stands in the article, which may be known without its ends."""
        return max(1, self.lines[tuple(line)])

    def missing(self, text: str) -> int:
        """Return how many of the article's words a text does not have."""
        return len(self.words) - sum(_known(self.words, set(_runs(words(text)))))


def _runs(some: Sequence[str]) -> Iterator[int]:
    """Yield the runs of words by their hashes, of which a set is small and quickly asked."""
    return map(hash, zip(*(some[start:] for start in range(RUN)), strict=False))


def _known(some: Sequence[str], runs: set[int]) -> bytes:
    """Return for each word whether a run that holds it is known, as a byte."""
    starts = int.from_bytes(bytes(map(runs.__contains__, _runs(some))), "little")
    held = 0
    for place in range(RUN):
        held |= starts << 8 * place
    return held.to_bytes(len(some), "little")


def extract(page: _Element, prose: int, description: str) -> Extract:
    """Return what trafilatura takes for the article's words; none where it finds no article.

    It is asked again where it finds little, and less than half of the ``prose``, words of the page
    in long lines. Of a few words that do not hold the beginning of the page's description, more
    are asked for, and taken where they hold that, or most of the prose.
    """
    said = Extract(_lines(page, fast=True))
    if len(said.words) < _ENOUGH and 2 * len(said.words) < prose:
        said = Extract(_lines(page))
    start = words(description)[:BEGINNING]
    if start and len(said.words) < _FEW and not said.knows(start):
        more = Extract(_lines(page, recall=True, prose=prose))
        is_most = 2 * len(said.words) < prose <= 2 * len(more.words)
        return more if is_most or more.knows(start) else said
    return said


def _lines(
    page: _Element, *, fast: bool = False, recall: bool = False, prose: int = 0
) -> Iterator[list[str]]:
    """Yield the article's lines; what holds most of the ``prose``, if it is told, stays."""
    import trafilatura  # noqa: PLC0415 (half a second, and few runs ever need it)

    found = trafilatura.bare_extraction(
        _made_plain(page, prose) if prose else page,
        include_comments=False,
        output_format="txt",
        fast=fast,
        favor_recall=recall,
    )
    body = getattr(found, "body", None)
    lines = map(words, () if body is None else body.itertext())
    return filter(None, lines)


def _made_plain(page: _Element, prose: int) -> _Element:
    """Return a copy without what the elements that hold most of the prose might be cut for."""
    tree = deepcopy(page)
    held: Counter[_Element] = Counter()
    for element, line in lines_of(tree):
        if len(line) >= PROSE:
            held.update({each: len(line) for each in outwards(element)})
    for element, size in held.items():
        if 2 * size > prose and element.tag not in {"html", "body", "p"}:
            element.tag = "div"
            element.attrib.clear()
    return tree


def extracted_day(page: _Element, cards: Collection[_Element], latest: date) -> str | None:
    """Return the day that the general extractor finds without guessing, other articles' apart."""
    from htmldate import find_date  # noqa: PLC0415 (as above)

    tree = _without_misleading(page, cards)
    try:
        return find_date(
            tree, original_date=True, extensive_search=False, max_date=latest.isoformat()
        )
    except (ValueError, OverflowError):  # of a date that no calendar has
        return None


def extracted_author(page: _Element, cards: Collection[_Element]) -> str | None:
    from trafilatura.metadata import extract_metadata  # noqa: PLC0415 (as above)

    with suppress(ValueError, OverflowError):  # of a date that no calendar has
        return extract_metadata(_without_misleading(page, cards), extensive=False).author
    return None


def _without_misleading(page: _Element, cards: Collection[_Element]) -> _Element:
    """Return a copy without addresses, lists, side blocks and cards.

    The extractor takes ``/2015/07/22-goda-tyurmy`` for a day, and other articles' dates.
    """
    tree = without(page, cards)
    for misleading in elements(tree, _MISLEADING):
        if misleading.getparent() is not None:
            parent(misleading).remove(misleading)
    return tree
