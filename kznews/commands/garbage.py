"""When garbage is collected: hardly while modules are imported, as they are none.

A command imports for most of a second, an eighth of which went into looking through modules.
"""

from __future__ import annotations

import gc

_USUAL = gc.get_threshold()
gc.set_threshold(50_000)


def collect_as_usual() -> None:
    """Keep all that there is for good, and look for garbage in the rest as often as Python does."""
    gc.freeze()
    gc.set_threshold(*_USUAL)
