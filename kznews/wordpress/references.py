"""Removes references to invalid characters, at which XML parsers fail."""

from __future__ import annotations

import re
import sys

_REFERENCE = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));?")
_MOST_DIGITS = 7


def without_bad_references(xml: bytes) -> bytes:
    """Return a document without references to surrogates, NUL and beyond Unicode."""
    return _REFERENCE.sub(_of_a_character, xml)


def _of_a_character(reference: re.Match[bytes]) -> bytes:
    hexadecimal, decimal = reference.groups()
    digits = (hexadecimal or decimal).lstrip(b"0") or b"0"
    number = int(digits, 16 if hexadecimal else 10) if len(digits) <= _MOST_DIGITS else 0
    is_character = 0 < number < 0xD800 or 0xDFFF < number <= sys.maxunicode
    return reference[0] if is_character else b""
