"""JSON with faults of spelling, read as it is meant.

Themes print JSON by hand, and what filters a page's text changes it there, too. Quotes inside a
string, commas too many or too few, values, names' quotes or brackets that are not there, comments,
tags and warnings between the values, single, curly or coded quotes: all that can be told is kept.
"""

from __future__ import annotations

import json
import re
from typing import Any

from kznews.pages import limits
from kznews.text import unescaped

MOST_TOKENS = 100_000
"""Brackets, commas, names and values of a text that are looked at."""
DEEPEST = 100
"""Lists and objects around a value; brackets that close nothing."""
LONGEST_NUMBER = 20
"""Digits of a number; one with more is none."""

_QUOTED = re.compile(r"[\"']\s*+:")
_OTHER_QUOTES = [str.maketrans(dict.fromkeys(quotes, '"')) for quotes in ("“”„‟″", "«»")]
_TOKEN = re.compile(
    r"(?P<beside>//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+|<!--|-->|</?\w[^<>]*+>)"
    r"|(?P<opens>[{\[])|(?P<closes>[}\]])|(?P<comma>,)"
    r"|(?P<quote>[\"'])|(?P<bare>[^\s,:;{}\[\]\"'<]++)",
)
_NAME = r"(?P<quote>[\"']?)(?P<name>[A-Za-z_@$][A-Za-z0-9_@$-]{,60}+)(?P=quote)\s*+:(?!//)"
_NAMED = re.compile(_NAME)
_AFTER = r"\Z|//|/\*|<(?:/?p|br)\b|[}\]]"
_STRINGS = {
    (quote, kind): re.compile(
        rf"{quote}(?P<text>(?:[^{quote}\\]++|\\.|{quote}(?!{after}))*+){quote}", re.DOTALL
    )
    for quote in "\"'"
    for kind, after in (
        (dict, rf"[\s,;]*+(?:{_AFTER}|\{{|{_NAME})"),
        (list, rf"[\s;]*+(?:{_AFTER}|,)"),
    )
}
"""A string ends at the quote behind which an object or a list goes on; others are its own."""
_ESCAPE = re.compile(r'\\(?:(?P<kept>["\\/bfnrt]|u[\da-fA-F]{4})|x(?P<code>[\da-fA-F]{2}))?|"')


def read(text: str) -> list[Any]:
    """Return the objects and lists of a text, one after the other."""
    for quotes in _OTHER_QUOTES:
        if not _QUOTED.search(text):
            text = unescaped(text).translate(quotes)
    reader = _Reader()
    place = 0
    for _ in range(MOST_TOKENS):
        token = _TOKEN.search(text, place)
        if token is None:
            return reader.found
        if max(len(reader.around), reader.strays) > DEEPEST:
            limits.met("DEEPEST")
            return reader.found
        place = reader.take(token, text)
    limits.met("MOST_TOKENS")
    return reader.found


def integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= LONGEST_NUMBER else None


class _Reader:
    """What is read, the lists and objects that are open, and the name that waits for its value."""

    def __init__(self) -> None:
        self.found: list[Any] = []
        self.around: list[Any] = [self.found]
        self.name: str | None = None
        self.strays = 0

    def take(self, token: re.Match[str], text: str) -> int:
        """Take what a token begins, and return where that ends."""
        kind, inside = token.lastgroup, self.around[-1]
        if kind == "opens":
            self._open({} if token[0] == "{" else [])
        elif kind == "closes":
            self._close(dict if token[0] == "}" else list)
        elif kind == "comma":
            self.name = None
        elif inside is self.found:
            return token.end()
        elif isinstance(inside, dict) and self.name is None:
            if name := _NAMED.match(text, token.start()):
                self.name = name["name"]
                return name.end()
            return token.start() + 1 if kind == "quote" else token.end()
        elif kind == "quote":
            string = _STRINGS[token[0], type(inside)].match(text, token.start())
            if string is None:
                return len(text)
            self._put(_plain(string["text"]))
            return string.end()
        elif kind == "bare":
            self._put(integer(token[0]) if token[0].isdecimal() else None)
        return token.end()

    def _open(self, value: dict[str, Any] | list[Any]) -> None:
        """Open a list or an object; where a name is due, the objects around lack their ends."""
        while isinstance(self.around[-1], dict) and self.name is None:
            self.around.pop()
        self._put(value)
        self.around.append(value)

    def _close(self, kind: type) -> None:
        """Close the innermost one of a kind, and what is open inside it."""
        self.name = None
        places = [place for place, each in enumerate(self.around) if place and type(each) is kind]
        if places:
            del self.around[places[-1] :]
        self.strays += not places

    def _put(self, value: object) -> None:
        inside = self.around[-1]
        if isinstance(inside, list):
            inside.append(value)
        elif self.name is not None:
            inside[self.name] = value
        self.name = None


def _plain(text: str) -> str:
    """Return a string without its escapes; one that JSON does not know is what it escapes."""
    known: str = json.loads(f'"{_ESCAPE.sub(_known, text)}"', strict=False)
    return known


def _known(escape: re.Match[str]) -> str:
    if escape["code"]:
        return f"\\u00{escape['code']}"
    return escape[0] if escape["kept"] else escape[0].replace("\\", "").replace('"', '\\"')
