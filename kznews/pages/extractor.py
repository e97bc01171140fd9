"""What trafilatura makes of a page: the words of its article, and its day.

It knows no site and no theme; what it says decides where no known layout does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lxml.etree import tostring
from lxml.html import HTMLParser, document_fromstring

from kznews.pages.dom import elements, parent

if TYPE_CHECKING:
    from datetime import date

    from lxml.etree import _Element

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
RUN = 4
"""Words on end that make a place in a text sure."""
_FEW = 100
_BEGINNING = 8
LONGEST_JSON = 20_000
"""Characters of a script that the extractor is given: it takes the square of their number."""

_MISLEADING = (
    f"//link | //script[not(contains(@type, 'json')) or string-length() > {LONGEST_JSON}] | //img"
    " | //meta[contains(@content, '/')] | //aside | //nav | //footer | //li"
    " | //body//*[contains(@class, 'related')]"
)


def words(text: str) -> list[str]:
    """Return the words as they are compared: lower case, nothing invisible; one a CJK letter."""
    return _WORD.findall(_UNSEEN.sub("", text).casefold())


class Extract:
    """What trafilatura takes for the article of a page, as words in order."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.sources: list[str] = []
        self.lines: Counter[tuple[str, ...]] = Counter()
        self.words: list[str] = []
        self.runs: set[tuple[str, ...]] = set()
        self.learn(lines)

    def learn(self, lines: Iterable[str]) -> None:
        """Take some more lines for the article's."""
        new = [line for line in lines if not line.isspace()]
        each = [tuple(words(line)) for line in new]
        self.sources += new
        self.lines.update(each)
        self.words += (word for line in each for word in line)
        self.runs.update(_runs(self.words))

    def shares(self, texts: Iterable[str]) -> list[tuple[float, int]]:
        """Return of each of some texts that follow one another the known share, and its words.

        A word is known where a run of words that holds it is the article's, so a short line needs
        its neighbours, or to be a line of the article itself.
        """
        each = [words(text) for text in texts]
        known = _known([word for some in each for word in some], self.runs)
        found, start = [], 0
        for some in each:
            end = start + len(some)
            share = sum(known[start:end]) / len(some) if some else 0.0
            found.append((1.0 if tuple(some) in self.lines else share, len(some)))
            start = end
        return found

    def knows(self, some: Sequence[str]) -> bool:
        return all(_known(some, self.runs)) or tuple(some) in self.lines

    def times(self, line: str) -> int:
        """Return how often a line stands in the article, which may be known without its ends."""
        return max(1, self.lines[tuple(words(line))])

    def missing(self, text: str) -> int:
        """Return how many of the article's words a text does not have."""
        return len(self.words) - sum(_known(self.words, set(_runs(words(text)))))


def _runs(some: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(some[start:] for start in range(RUN)), strict=False)


def _known(some: Sequence[str], runs: set[tuple[str, ...]]) -> bytearray:
    known = bytearray(len(some))
    for start, run in enumerate(_runs(some)):
        if run in runs:
            known[start : start + RUN] = b"\1" * RUN
    return known


def extract(html: str, description: str) -> Extract:
    """Return what trafilatura takes for the article's words; none where it finds no article.

    Of a few words that do not hold the beginning of the page's description, more are asked for.
    """
    said = Extract(_lines(html, recall=False))
    start = words(description)[:_BEGINNING]
    if start and len(said.words) < _FEW and not said.knows(start):
        more = Extract(_lines(html, recall=True))
        return more if more.knows(start) else said
    return said


def _lines(html: str, *, recall: bool) -> Iterable[str]:
    """Return the article's lines; deduplication would forget what other articles have."""
    import trafilatura  # noqa: PLC0415 (half a second, and few runs ever need it)

    found = trafilatura.bare_extraction(
        html, include_comments=False, deduplicate=False, favor_recall=recall
    )
    body = getattr(found, "body", None)
    return () if body is None else body.itertext()


def extracted_metadata(root: _Element, latest: date) -> tuple[str | None, str | None]:
    """Return the day and the author that the general extractor finds without guessing.

    It reads addresses, too, and takes ``/2015/07/22-goda-tyurmy`` for a day; so they are hidden,
    as are lists and side blocks, whose dates are other articles'.
    """
    from trafilatura.metadata import extract_metadata  # noqa: PLC0415 (as above)

    source = tostring(root, encoding="utf-8", method="html")
    tree = document_fromstring(source, parser=HTMLParser(encoding="utf-8"))
    for misleading in elements(tree, _MISLEADING):
        if misleading.getparent() is not None:
            parent(misleading).remove(misleading)
    options = {
        "original_date": True,
        "extensive_search": False,
        "max_date": latest.isoformat(),
    }
    found = extract_metadata(tree, date_config=options)
    return found.date, found.author
