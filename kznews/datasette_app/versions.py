"""The changes of an edit, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_COMPARED = 250_000
"""Pairs of paragraphs, or of the words of a changed part, that are compared. If there are more, the
whole old text is shown, then the whole new one."""
_PARAGRAPH = re.compile(r"[^\n]+\n*|\n+")
_WORD = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")


def differences(before: str, after: str) -> Markup:
    """Return a text after an edit as HTML, new words in ``ins``, removed ones in ``del``."""
    found = []
    for old, new in _pairs(_PARAGRAPH.findall(before), _PARAGRAPH.findall(after)):
        if old == new:
            found.append(Markup("").join(new))
            continue
        for was, now in _pairs(_WORD.findall("".join(old)), _WORD.findall("".join(new))):
            if was == now:
                found.append(Markup("").join(now))
                continue
            for tag, words in (("del", was), ("ins", now)):
                if words:
                    found.append(Markup("<{0}>{1}</{0}>").format(tag, "".join(words)))
    return Markup("").join(found)


def _pairs(old: list[str], new: list[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Return the parts of both texts in order: equal ones, and ones that replace each other."""
    if len(old) * len(new) > MOST_COMPARED:
        yield old, new
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        yield old[i1:i2], new[j1:j2]
