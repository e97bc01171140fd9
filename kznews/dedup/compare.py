"""Decides whether two texts are the same news: by shared words, then by facts.

Shared words are not enough to distinguish an edited copy from another article of the same template:
the weather of two days shares more words than a text and its rewrite. So bands find loose
candidates; then one text must contain most of the other; then the facts in both (numbers and names)
must agree in the same places. ``docs/benchmarks.md`` has the figures.

Hashes are enough for containment and agreement; the places need the texts.
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
    """Return which share of the smaller set is in the larger one, None if it is too small."""
    fewest, most = sorted((len(triples), len(others)))
    if not fewest or fewest < _SHORTEST * most:
        return None
    contained = len(triples.intersection(others)) / fewest
    return round(contained, 3) if contained >= _CONTAINED else None


def conflict(facts: AnySet[Fact], others: Collection[Fact]) -> float:
    """Return the share of facts that only the text with fewer facts has."""
    fewest = min(len(facts), len(others))
    return (fewest - len(facts.intersection(others))) / fewest if fewest else 0


def in_place(one: str, other: str) -> bool:
    """Whether hardly any fact of one text is replaced by another fact in the other.

    «+5» in place of «-11», «Алматы» in place of «Астана»: the slots of a template. Without their
    facts such texts share more triples than with them, three for each slot; a copy gains nothing,
    whatever the order of its paragraphs.
    """
    here, there = _Words.of(one), _Words.of(other)
    covered = here.facts | there.facts
    shared = (here.triples & there.triples).total()
    gained = (here.covered(covered) & there.covered(covered)).total() - shared
    return gained / 3 <= max(1, min(len(here.facts), len(there.facts)) // 10)


class _Words:
    """The words of each paragraph of a text, its triples, and its facts."""

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
