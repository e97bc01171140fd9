"""Whether two texts are the same news: found by words, decided by facts.

Shared words alone cannot tell an edited copy from another article of the same template: two days'
weather share more of them than a text and its rewrite. So candidates are found loosely, by bands,
then one text must largely be contained in the other, and then the facts in both, numbers and
names, must agree, the same in the same places. ``docs/benchmarks.md`` has the figures.

Containment and agreement are told by hashes; the texts themselves are needed for the places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Set
from functools import lru_cache
from typing import TypeAlias, TypeVar

from kznews.dedup.sketch import STEM, WORD, facts_of

_CONTAINED = 0.4
_SHORTEST = 0.25
MOST_CONFLICT = 0.4

Triples = Counter[tuple[str, ...]]
Fact = TypeVar("Fact")
AnySet: TypeAlias = set[Fact] | frozenset[Fact]


def containment(triples: AnySet[int], others: Collection[int]) -> float | None:
    """Return how much of the smaller set the larger one holds, None if that is too little."""
    fewest, most = sorted((len(triples), len(others)))
    if not fewest or fewest < _SHORTEST * most:
        return None
    contained = len(triples.intersection(others)) / fewest
    return round(contained, 3) if contained >= _CONTAINED else None


def conflict(facts: AnySet[Fact], others: Collection[Fact]) -> float:
    """Return the share that the text with fewer facts has alone: an addition does no harm."""
    fewest = min(len(facts), len(others))
    return (fewest - len(facts.intersection(others))) / fewest if fewest else 0


def in_place(one: str, other: str) -> bool:
    """Whether hardly a fact of one text stands where the other has another.

    «+5» for «-11», «Алматы» for «Астана»: what fills the slots of a template. With their facts
    covered up, such texts share more triples than as they are, three for every slot; a copy gains
    nothing by it, however its paragraphs are ordered.
    """
    here, there = _Words.of(one), _Words.of(other)
    covered = here.facts | there.facts
    shared = (here.triples & there.triples).total()
    gained = (here.covered(covered) & there.covered(covered)).total() - shared
    return gained / 3 <= max(1, min(len(here.facts), len(there.facts)) // 10)


class _Words:
    """The words of each paragraph of a text, the triples inside them, and the facts."""

    def __init__(self, text: str) -> None:
        paragraphs = [WORD.findall(paragraph) for paragraph in text.casefold().split("\n\n")]
        self._paragraphs = [(words, [word[:STEM] for word in words]) for words in paragraphs]
        self.triples = _count(paragraphs)
        self.facts = facts_of(text)

    @classmethod
    @lru_cache(maxsize=64)  # siblings of a template are compared again and again
    def of(cls, text: str) -> _Words:
        return cls(text)

    def covered(self, facts: Set[str]) -> Triples:
        """Return the triples with the words of some facts left out."""
        return _count(
            ["" if stem in facts else word for word, stem in zip(words, stems, strict=True)]
            for words, stems in self._paragraphs
        )


def _count(paragraphs: Iterable[list[str]]) -> Triples:
    found: Triples = Counter()
    for words in paragraphs:
        found.update(zip(words, words[1:], words[2:], strict=False))
    return found
