"""Edited copies are found, siblings of a template are not merged."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.duplicates import run
from benchmarks.texts import EDITS, FAMILIES, news
from kznews.dedup.compare import MOST_CONFLICT, conflict, containment, in_place
from kznews.dedup.sketch import BANDS, bands_of, facts_of, packed_triples, triples_of, unpacked
from kznews.pipelines.near_duplicates import rank


def similarity(one: str, other: str) -> float | None:
    """Return how much of the shorter text the longer one holds, None if they are other news."""
    contained = containment(triples_of(one), triples_of(other))
    is_same = contained is not None and conflict(facts_of(one), facts_of(other)) <= MOST_CONFLICT
    return contained if is_same and in_place(one, other) else None


@pytest.mark.parametrize("family", FAMILIES)
def test_siblings_are_other_news_and_a_correction_is_not(family: Callable[[Any], str]) -> None:
    one, other = family(random.Random(1)), family(random.Random(2))
    assert similarity(one, other) is None
    number = re.findall(r"\d+", one)[-1]
    corrected = "100".join(one.rsplit(number, 1))
    assert similarity(one, corrected)


def test_copies_are_found_and_siblings_kept_apart_also_after_a_restart() -> None:
    lines = list(run(count=12, siblings=24, stored=0, rng=random.Random(1)))
    recall = {(line["of"], line["edit"]): line["recall"] for line in lines if "edit" in line}
    assert recall.keys() == set(product(("news", "template", "all"), EDITS))
    assert {name for name, share in recall.items() if share < 0.9} == set()
    assert [line["merged"] for line in lines if "merged" in line] == [0, 0]
    assert lines[-1]["answered_otherwise"] == 0


def test_a_crowd_of_siblings_does_not_hide_the_original() -> None:
    crowd = {f"sibling {number}" for number in range(100)}
    sharing = [crowd | {"original"}] * 5 + [crowd] * 10 + [{"original"}]
    assert rank(sharing)[0] == "original"
    assert "original" not in rank([*sharing[:-1], set()])


def test_a_round_up_that_holds_the_article_is_another() -> None:
    texts = news(40)
    shortest = min(texts, key=len)
    assert similarity(shortest, "\n\n".join([shortest, *texts[:8]])) is None


@given(st.lists(st.text("абвгд ", min_size=1, max_size=8), min_size=3, max_size=60))
def test_a_text_is_like_itself_and_bands_are_signed_64_bit(words: list[str]) -> None:
    text = " ".join(words)
    triples = triples_of(text)
    keys = bands_of(triples)
    assert keys == bands_of(triples_of(text))
    assert len(keys) == BANDS
    assert all(-(1 << 63) <= key < 1 << 63 for key in keys)
    assert unpacked(packed_triples(triples)) == (*sorted({triple >> 32 for triple in triples}),)
    if triples:
        assert similarity(text, text) == 1
