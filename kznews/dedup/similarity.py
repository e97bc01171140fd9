"""Nearly the same news under another address: found by words, decided by facts.

Shared words alone cannot tell an edited copy from another article of the same template: two days'
weather share more of them than a text and its rewrite. So candidates are found loosely, by MinHash
bands of word triples, then one text must largely be contained in the other, and then the facts in
both, numbers and names, must agree, the same in the same places. ``docs/benchmarks.md`` has the
figures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Set
from datetime import date
from functools import cached_property, lru_cache
from typing import Any
from zlib import crc32

WINDOW = 14
"""Days before and after in which a copy is looked for; templates would meet for ever without."""
FEWEST_WORDS = 20
"""Texts under this many words say too little to be compared."""

BANDS = 42
"""Keys of a text by which copies of it are found."""

_BINS = 128
_PLACE = 64 - 7
_A, _B, _C = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93
_CONTAINED = 0.4
_SHORTEST = 0.25
_CONFLICT = 0.4
_MASK = (1 << 64) - 1
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[\w,;:–—(«\"'-] )[«\"(]?([^\W\d_]\w+)")


class Sketch:
    """A text and the hashes of its word triples."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.shingles = _shingles(_WORD.findall(text.casefold()))

    @cached_property
    def facts(self) -> set[str]:
        """The numbers of the text and the stems of names inside its sentences."""
        names = {n[:5].casefold() for n in _NAME.findall(self.text) if n[0].isupper()}
        numbers = {p[:5] for n in _NUMBER.findall(self.text) for p in re.split("[.,]", n)}
        return names | numbers

    def bands(self) -> list[int]:
        """Return 42 signed 64-bit keys; texts that share many triples share one most likely.

        One-permutation MinHash: the smallest hash in each of 128 bins, an empty bin borrowing from
        the next full one. The number of the band is part of its key.
        """
        lowest = [_MASK] * _BINS
        for shingle in self.shingles:
            place = shingle >> _PLACE
            if shingle < lowest[place]:  # noqa: PLR1730 (min() takes twice as long)
                lowest[place] = shingle
        for place in range(_BINS - 1, -_BINS - 1, -1):
            if lowest[place] == _MASK:
                lowest[place] = lowest[(place + 1) % _BINS]
        rows = zip(lowest[::3], lowest[1::3], lowest[2::3], strict=False)
        return [
            ((first * _A + second * _B + third + band) * _C & _MASK) - (1 << 63)
            for band, (first, second, third) in enumerate(rows)
        ]


@lru_cache(maxsize=256)  # siblings of a template are compared again and again
def sketch(text: str) -> Sketch:
    return Sketch(text)


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
        words = ["" if word[:5] in covered else word for word in _WORD.findall(paragraph)]
        found.update(zip(words, words[1:], words[2:], strict=False))
    return found


def _shingles(words: list[str]) -> set[int]:
    hashes = [_hash(word) for word in words]
    triples = zip(hashes, hashes[1:], hashes[2:], strict=False)
    return {(a * _A + b * _B + c) * _C & _MASK for a, b, c in triples}


@lru_cache(maxsize=16_384)
def _hash(word: str) -> int:
    return crc32(word.encode())


def day_of(item: Mapping[str, Any]) -> int:
    """Return the number of the day that an article is of: published, else fetched."""
    shown = item["published_at"] or item["fetched_at"]
    return date.fromisoformat(f"{shown}-01"[:10]).toordinal()
