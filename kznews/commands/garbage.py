"""Garbage collection is rare while a command imports its modules, because modules are not garbage.

The imports take most of a second; an eighth of that went into collections. A crawl makes hardly any
garbage that Python does not free by itself, so it looks for some seldom.
"""

from __future__ import annotations

import gc

IN_A_RUN = 5_000
"""New objects after which a run collects; Python's own 700 takes a thirtieth of a crawl's time."""

gc.set_threshold(200_000)


def collect_seldom() -> None:
    """Exempt all present objects from collection, and collect the rest now and then."""
    gc.freeze()
    gc.set_threshold(IN_A_RUN)
