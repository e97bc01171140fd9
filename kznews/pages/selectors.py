"""What a CSS selector needs of a page, so that it is asked only where it can find something.

Most selectors are other themes'. One that names a class or an attribute which the page does not
have finds nothing; one that begins with a class is answered from an index of the page's classes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_OPAQUE = re.compile(r"[('\"\\]")
_ATTRIBUTE = re.compile(r"\[([\w-]+)(?:[~|^$*]?=([\w-]+))?\]")
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_BY_CLASS = re.compile(r"([a-z][a-z0-9]*)?\.([\w-]+)(?:\s+([^>+~\s].*))?")


@dataclass(frozen=True)
class Part:
    """One of a selector's alternatives.

    ``classes`` are all that it names, ``words`` attributes' values, ``names`` attributes without a
    value. ``begins`` is the tag (or None) and the class of its first element where those are all
    that is said of it, ``inside`` the selector of what is wanted within.
    """

    css: str
    classes: frozenset[str] = frozenset()
    words: tuple[bytes, ...] = ()
    names: tuple[bytes, ...] = ()
    begins: tuple[str | None, str] | None = None
    inside: str | None = None


@cache
def parts_of(css: str) -> tuple[Part, ...]:
    """Return a selector's alternatives; what is too intricate to take apart is one of its own."""
    if _OPAQUE.search(css):
        return (Part(css),)
    return tuple(map(_part, re.split(r"\s*,\s*", css)))


def _part(css: str) -> Part:
    attributes = _ATTRIBUTE.findall(css)
    begins = _BY_CLASS.fullmatch(css)
    return Part(
        css,
        frozenset(_CLASS.findall(_ATTRIBUTE.sub("", css))),
        tuple(value.encode() for _, value in attributes if value),
        tuple(name.encode() for name, value in attributes if not value),
        (begins[1], begins[2]) if begins else None,
        begins[3] if begins else None,
    )
