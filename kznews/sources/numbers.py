"""A set of numbers that costs little where they lie close together, as those of posts do."""

from __future__ import annotations

_BITS = 10
"""A page holds 1024 numbers, a bit each: it takes the memory of four entries of a set."""


class NumberSet:
    """Whole numbers of any size."""

    def __init__(self) -> None:
        self._pages: dict[int, int] = {}

    def add(self, number: int) -> bool:
        """Add a number; return whether it was not there."""
        place, bit = number >> _BITS, 1 << (number & ((1 << _BITS) - 1))
        page = self._pages.get(place, 0)
        self._pages[place] = page | bit
        return not page & bit
