"""Garbage collection is rare while a command imports its modules, because modules are not garbage.

The imports take most of a second; an eighth of that went into collections.
"""

from __future__ import annotations

import gc

_USUAL = gc.get_threshold()
gc.set_threshold(200_000)


def collect_as_usual() -> None:
    """Exempt all present objects from collection, and collect the rest as often as Python does."""
    gc.freeze()
    gc.set_threshold(*_USUAL)
