"""Broken answers lose no other article; ``python -m tests.fuzz`` is the long form."""

from __future__ import annotations

import pytest

from tests.fuzz import KINDS, READING, explore

EXAMPLES = {name: 1 + kind.names_all for name, kind in KINDS.items()} | {READING: 20}


@pytest.mark.parametrize("name", list(KINDS))
def test_the_law_of_conservation_holds(name: str) -> None:
    assert not explore(name, number=365, examples=EXAMPLES[name])
