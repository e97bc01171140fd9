"""Answers that are no pages, in whatever encoding they declare."""

from __future__ import annotations

import pytest

from kznews.wordpress.characters import decoded


@pytest.mark.parametrize("declared", ["idna", "base64", "undefined", "no-such", ""])
def test_what_is_no_encoding_of_texts_spoils_no_answer(declared: str) -> None:
    assert decoded(b"[1] \xff", declared) == "[1] \ufffd"


def test_a_text_that_is_no_utf_8_is_read_as_it_declares() -> None:
    assert decoded("Мост".encode("cp1251"), "cp1251") == "Мост"
