"""A set of numbers in little memory."""

from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from kznews.sources.numbers import NumberSet


@given(st.lists(st.integers(-5_000, 5_000) | st.integers()))
def test_a_number_is_new_once(numbers: list[int]) -> None:
    found, plain = NumberSet(), set[int]()
    for number in numbers:
        assert found.add(number) == (number not in plain)
        plain.add(number)


def test_the_numbers_of_posts_take_a_few_bytes_each() -> None:
    tracemalloc.start()
    try:
        found = NumberSet()
        for number in range(0, 500_000, 10):
            found.add(number)
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert taken < 50_000 * 8
