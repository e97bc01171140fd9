"""Spoilt answers lose no neighbour and no truth; ``python -m tests.fuzz`` looks for longer."""

from __future__ import annotations

import pytest

from tests.fuzz import KINDS, explore


@pytest.mark.parametrize("name", list(KINDS))
def test_the_law_of_conservation_holds(name: str) -> None:
    assert not explore(name, number=365, examples=1 + KINDS[name].names_all)
