"""Edited copies are found, siblings of a template are not merged."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.duplicates import EDITS, FAMILIES, false_merges, is_found, recall
from kznews.similar import BANDS, Sketch, similarity
from replica import Newsroom


@pytest.fixture(scope="module")
def texts() -> list[str]:
    posts = Newsroom(articles=150, oddities=False).truth()
    return [str(p["text"]) for p in posts if str(p["text"]).count("\n\n") >= 4]


def test_edited_copies_are_found(texts: list[str]) -> None:
    found = {name: share for name, share, _ in recall(texts, 60, random.Random(1))}
    assert found.keys() == EDITS.keys()
    assert {name for name, share in found.items() if share < 0.9} == set()


def test_siblings_of_a_template_stay_apart() -> None:
    merged, pairs = false_merges(60, random.Random(1))
    assert (merged, pairs) == (0, 60 * len(FAMILIES))


def test_a_round_up_that_holds_the_article_is_another(texts: list[str]) -> None:
    shortest = min(texts, key=len)
    assert similarity(Sketch(shortest), Sketch("\n\n".join([shortest, *texts[:8]]))) is None


@given(st.lists(st.text("абвгд ", min_size=1, max_size=8), min_size=3, max_size=60))
def test_a_text_is_like_itself_and_bands_are_signed_64_bit(words: list[str]) -> None:
    text = " ".join(words)
    sketch, again = Sketch(text), Sketch(text)
    keys = sketch.bands()
    assert keys == again.bands()
    assert len(keys) == BANDS
    assert all(-(1 << 63) <= key < 1 << 63 for key in keys)
    if sketch.shingles:
        assert is_found(sketch, again)
        assert similarity(sketch, again) == 1
