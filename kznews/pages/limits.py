"""Limits of reading that were met: what lies behind one in a page is not read as it might be.

Readers note them here, a crawl takes them after each step, and says so. So no reader needs a way
to tell it.
"""

from __future__ import annotations

from collections import Counter

_met: Counter[str] = Counter()


def met(limit: str) -> None:
    """Note that a limit, by the name of its constant, was met."""
    _met[limit] += 1


def take() -> dict[str, int]:
    """Return which limits were met since the last time, and how often."""
    found = dict(_met)
    _met.clear()
    return found
