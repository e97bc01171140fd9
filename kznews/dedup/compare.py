"""Whether two texts are the same news: found by words, decided by facts.

Shared words alone cannot tell an edited copy from another article of the same template: two days'
weather share more of them than a text and its rewrite. So candidates are found loosely, by bands,
then one text must largely be contained in the other, and then the facts in both, numbers and
names, must agree, the same in the same places. ``docs/benchmarks.md`` has the figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Set

from kznews.dedup.sketch import WORD, Sketch

_CONTAINED = 0.4
_SHORTEST = 0.25
_CONFLICT = 0.4


def similarity(one: Sketch, other: Sketch) -> float | None:
    """Return how much of the shorter text the longer one holds, None if they are other news."""
    a, b = one.shingles, other.shingles
    if not a or not b or min(len(a), len(b)) < _SHORTEST * max(len(a), len(b)):
        return None
    contained = len(a & b) / min(len(a), len(b))
    if contained < _CONTAINED or not _facts_agree(one, other):
        return None
    return round(contained, 3)


def _facts_agree(one: Sketch, other: Sketch) -> bool:
    a, b = one.facts, other.facts
    fewest = min(len(a), len(b))
    if fewest and min(len(a - b), len(b - a)) > _CONFLICT * fewest:
        return False
    return _changed_facts(one, other, a | b) <= max(1, fewest // 10)


def _changed_facts(one: Sketch, other: Sketch, facts: set[str]) -> float:
    """Return how many facts of one text stand where the other has another.

    «+5» for «-11», «Алматы» for «Астана»: what fills the slots of a template. With their facts
    covered up, such texts share more triples than as they are, three for every slot; a copy gains
    nothing by it, however its paragraphs are ordered.
    """
    return (_shared(one, other, facts) - _shared(one, other, frozenset())) / 3


def _shared(one: Sketch, other: Sketch, covered: Set[str]) -> int:
    return (_triples(one.text, covered) & _triples(other.text, covered)).total()


def _triples(text: str, covered: Set[str]) -> Counter[tuple[str, ...]]:
    """Count the triples of words inside the paragraphs, some words covered up."""
    found: Counter[tuple[str, ...]] = Counter()
    for paragraph in text.casefold().split("\n\n"):
        words = ["" if word[:5] in covered else word for word in WORD.findall(paragraph)]
        found.update(zip(words, words[1:], words[2:], strict=False))
    return found
