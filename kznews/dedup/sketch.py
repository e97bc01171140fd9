"""What is kept of a text to find its edited copies by: MinHash bands of its word triples."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
_MASK = (1 << 64) - 1
WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[\w,;:–—(«\"'-] )[«\"(]?([^\W\d_]\w+)")


class Sketch:
    """A text and the hashes of its word triples."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.shingles = _shingles(WORD.findall(text.casefold()))

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
