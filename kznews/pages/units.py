"""An answer that names many things, read one by one: one that fails need not cost the others.

A reader is given an ``Each``: the one of this module raises what is raised, the one of a crawl's
boundary leaves a unit out that fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")
R = TypeVar("R")

Unit = tuple[str, T]
"""The address that an answer names, and what is read of it."""


class Each(Protocol):
    def __call__(self, read: Callable[[Unit[T]], R], units: Iterable[Unit[T]], /) -> list[R]:
        """Return what is read of each unit."""


def each(read: Callable[[Unit[T]], R], units: Iterable[Unit[T]], /) -> list[R]:
    """Return what is read of each unit."""
    return list(map(read, units))
