"""Limits of reading that are met: what lies behind one in a page is not read as it might be.

Whoever wants to know puts the reading inside ``collected``; a reader needs no way to tell it, and
says nothing to anybody else.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_collected: ContextVar[Counter[str] | None] = ContextVar("limits", default=None)


def met(limit: str) -> None:
    """Note that a limit, by the name of its constant, was met."""
    if (counter := _collected.get()) is not None:
        counter[limit] += 1


@contextmanager
def collected() -> Iterator[Counter[str]]:
    """Count the limits that are met inside the block, and not by a block inside this one."""
    counter: Counter[str] = Counter()
    before = _collected.set(counter)
    try:
        yield counter
    finally:
        _collected.reset(before)
