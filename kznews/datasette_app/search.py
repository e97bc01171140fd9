"""Search: what people type, and the query that finds it."""

from __future__ import annotations

import re

_LETTERS = {
    "ё": "е", "ә": "а", "ғ": "г", "қ": "к", "ң": "н", "ө": "о", "ұ": "у", "ү": "у", "һ": "х",
    "і": "и",
}  # fmt: skip
_FOLD = _LETTERS | {letter.upper(): other.upper() for letter, other in _LETTERS.items()}
_QUOTES = str.maketrans(dict.fromkeys("«»„“”", '"'))
_PART = re.compile(r'"[^"]*"?|[^\s"]+')
MOST_WORDS = 20
"""Words of a query; each costs a look-up in the index."""


def fold(text: str) -> str:
    """Return a text with the letters of Russian keyboards: «ё» as «е», «қ» as «к».

    Each letter is replaced by one letter, so positions stay the same.
    """
    for letter, other in _FOLD.items():  # many times faster than str.translate
        text = text.replace(letter, other)
    return text


def by_beginning(query: str) -> str:
    """Return an FTS5 query: words by their beginning, phrases as they are.

    Russian and Kazakh words have endings, and SQLite has no stemmer for either. A query without any
    word finds nothing.
    """
    found = []
    typed = fold(query).translate(_QUOTES)
    for part in _PART.findall(typed)[:MOST_WORDS]:
        words = part.strip('"')
        if re.search(r"\w", words):
            found.append(f'"{words}"' if part.startswith('"') else f'"{words}"*')
    return " ".join(found) or '""'
