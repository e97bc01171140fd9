"""What is kept of a text to find its edited copies: hashes of word triples and of facts."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Mapping, Set
from datetime import date
from functools import lru_cache
from typing import Any
from zlib import crc32

from kznews.text import words_of

METHOD = 1
"""Version of what a sketch holds: one of another version is made anew from its text."""

WINDOW = 14
"""Days before and after in which a copy is looked for; templates would meet for ever without."""
FEWEST_WORDS = 20
"""Texts under this many words say too little to be compared."""

BANDS = 42
"""Keys of a text by which copies of it are found."""

WORD = re.compile(r"\w+")
STEM = 5
"""Letters of a word that stand for all its forms."""

_BINS = 128
_PLACE = 64 - 7
_A, _B, _C = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93
_MASK = (1 << 64) - 1
_AC, _BC = _A * _C & _MASK, _B * _C & _MASK
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[\w,;:–—(«\"'-] )[«\"(]?([^\W\d_]\w+)")


def triples_of(text: str) -> set[int]:
    """Return the 64-bit hashes of all sequences of three words."""
    hashes = list(map(_hash, words_of(text)))
    triples = zip(hashes, hashes[1:], hashes[2:], strict=False)
    return {a * _AC + b * _BC + c * _C & _MASK for a, b, c in triples}


@lru_cache(maxsize=16_384)
def _hash(word: str) -> int:
    return crc32(word.encode())


def bands_of(triples: Iterable[int]) -> list[int]:
    """Return 42 signed 64-bit keys; texts with many common triples very likely share one.

    One-permutation MinHash: the smallest hash in each of 128 bins; an empty bin takes that of the
    next full one. The number of the band is part of its key.
    """
    lowest = [_MASK] * _BINS
    for triple in triples:
        place = triple >> _PLACE
        if triple < lowest[place]:  # noqa: PLR1730 (min() takes twice as long)
            lowest[place] = triple
    following = next((low for low in lowest if low != _MASK), _MASK)
    for place in range(_BINS - 1, -1, -1):
        if lowest[place] == _MASK:
            lowest[place] = following
        following = lowest[place]
    rows = zip(lowest[::3], lowest[1::3], lowest[2::3], strict=False)
    return [
        (first * _AC + second * _BC + (third + band) * _C & _MASK) - (1 << 63)
        for band, (first, second, third) in enumerate(rows)
    ]


def facts_of(text: str) -> set[str]:
    """Return the numbers of a text and the stems of names inside its sentences."""
    names = {n[:STEM].casefold() for n in _NAME.findall(text) if n[0].isupper()}
    numbers = {p[:STEM] for n in _NUMBER.findall(text) for p in n.replace(",", ".").split(".")}
    return names | numbers


def packed_triples(triples: Iterable[int]) -> bytes:
    """Return the upper halves of hashes as they are stored, 32 bits each."""
    return _pack({triple >> 32 for triple in triples})


def packed_facts(facts: Iterable[str]) -> bytes:
    """Return hashes of facts as they are stored, 32 bits each."""
    return _pack({crc32(fact.encode()) for fact in facts})


def _pack(hashes: Set[int]) -> bytes:
    return struct.pack(f"<{len(hashes)}I", *sorted(hashes))


def unpacked(data: bytes) -> tuple[int, ...]:
    """Return the hashes that were packed, each once."""
    return struct.unpack(f"<{len(data) // 4}I", data)


def day_of(item: Mapping[str, Any]) -> int:
    """Return the ordinal number of an article's day: of publication, else of fetching."""
    shown = item["published_at"] or item["fetched_at"]
    return date.fromisoformat(f"{shown}-01"[:10]).toordinal()
