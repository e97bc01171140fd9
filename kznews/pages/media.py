"""Pictures: which element is one, and what the address of its original is.

A lazy picture is known by its kind: what ``src`` shows is a placeholder, and another attribute, or
a ``source`` beside it, holds the address of a picture (``docs/the-site.md``, «Media»).
"""

from __future__ import annotations

import math
import re
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kznews.pages.addresses import absolute
from kznews.pages.dom import attributes
from kznews.sites.boilerplate import DECORATION, NO_PICTURE, OTHER_PICTURES, PLACEHOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

MOST_SOURCES = 20
"""Formats of one ``picture`` that are looked at."""

IMAGES = frozenset({"img", "amp-img", "amp-anim"})
_SIZE = re.compile(r"-\d{2,5}x\d{2,5}(?=\.\w{3,4}(?:\?|$))")
_SCALED = re.compile(r"-(?:scaled|rotated)(?=\.\w+$)")
_MONTH = re.compile(r"\d{4}/\d\d")
_FILE = re.compile(r"\.(?:avif|bmp|gif|heic|jfif|jpe?g|png|tiff?|webp)(?:[?#]|$)", re.IGNORECASE)
_UPLOAD = re.compile(r"/(?:uploads?|\d{4}/\d\d)/")
_NUMBER = re.compile(r"\d+")
_BACKGROUND = re.compile(r"background(?:-image)?:[^;:(]*url\([\"']?([^\"')]+)")
_KNOWN_LAZY = ("data-lazy-src", "data-src", "data-original", "data-orig-file", "data-cfsrc")
_KNOWN_SRCSETS = ("data-lazy-srcset", "data-srcset", "srcset")


def original(url: str) -> str:
    """Return the address of the picture as it was uploaded.

    WordPress names resized copies ``-600x400``; ``-scaled`` and ``-e1562043773248`` are files of
    their own and stay.
    """
    return _SIZE.sub("", url)


def same_picture(url: str) -> str:
    """Return a key that the copies of one picture share, on whatever host and in whatever size.

    It holds the month: before names were hashes, every month had its ``1.jpg``.
    """
    folder, _, name = _SCALED.sub("", urlsplit(original(url)).path).rpartition("/")
    if not name:
        return url
    month = folder[-len("2024/03") :]
    return (f"{month}/{name}" if _MONTH.fullmatch(month) else name).lower()


def image_url(img: _Element, base: str, repeated: frozenset[str] = frozenset()) -> str | None:
    """Return the original's address of a picture, lazy or not; None for what is no picture.

    ``repeated`` are the values of ``src`` that many pictures share: placeholders.
    """
    if not DECORATION.isdisjoint(img.get("class", "").split()):
        return None
    known = chain(
        (_picture(base, img.get(name)) for name in _KNOWN_LAZY),
        (_widest(base, img.get(name)) for name in _KNOWN_SRCSETS),
    )
    shown = None if img.get("src", "") in repeated else _picture(base, img.get("src"))
    if lazy := next(filter(None, known), None):
        return original(lazy)
    if shown is None or not _UPLOAD.search(shown):
        shown = next(_elsewhere(img, base), None) or shown
    if shown is None or img.get("width") in {"0", "1"} or _is_placeholder(shown):
        return next(map(original, _sources(img, base)), None)
    return original(shown)


def background_url(element: _Element, base: str) -> str | None:
    """Return the picture that a cover shows behind its words."""
    style = element.get("style", "")
    match = _BACKGROUND.search(style) if "url(" in style else None
    url = _picture(base, match[1] if match else element.get("data-bg"))
    return original(url) if url and _FILE.search(url) else None


def _picture(base: str, raw: str | None) -> str | None:
    url = absolute(base, raw)
    return None if url is None or NO_PICTURE.search(url) else url


def _elsewhere(img: _Element, base: str) -> Iterator[str]:
    """Yield the pictures that other attributes name, whatever their names are."""
    for name, value in attributes(img):
        if "src" not in name and not name.startswith("data-"):
            continue
        if name == "src" or not OTHER_PICTURES.isdisjoint(name.split("-")):
            continue
        if name.endswith("srcset"):
            url = _widest(base, value)
        else:
            url = _picture(base, value) if _FILE.search(value) else None
        if url and not _is_placeholder(url):
            yield url


def _sources(img: _Element, base: str) -> Iterator[str]:
    """Yield what stands beside a picture; to the parser a ``source`` holds what follows it."""
    sources = takewhile(lambda e: e.tag in {"source", "picture"}, img.iterancestors())
    around = next((e for e in islice(sources, MOST_SOURCES) if e.tag == "picture"), None)
    if around is None:
        return
    for source in islice(around.iter("source"), MOST_SOURCES):
        names = [*_KNOWN_SRCSETS, *(n for n, _ in attributes(source) if n.endswith("srcset"))]
        yield from filter(None, (_widest(base, source.get(name)) for name in names))
        yield from _elsewhere(source, base)


def _widest(base: str, srcset: str | None) -> str | None:
    """Return the picture of a ``srcset`` that is widest, or made for the finest screen."""
    widest_first = sorted(_candidates(srcset or ""), key=lambda each: -each[1])
    return next(filter(None, (_picture(base, raw) for raw, _ in widest_first)), None)


def _candidates(srcset: str) -> Iterator[tuple[str, float]]:
    """Yield addresses and their descriptors: «a.jpg 600w, b.jpg 2x,c.jpg 3x»."""
    raw = ""
    for token in srcset.split():
        if not raw:
            raw = token.lstrip(",")
            if raw.endswith(","):
                yield raw.rstrip(","), 0
                raw = ""
            continue
        descriptor, comma, following = token.partition(",")
        yield raw, _number(descriptor[:-1])
        raw = following if comma else ""
    if raw:
        yield raw, 0


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0
    return number if math.isfinite(number) else 0


def _is_placeholder(url: str) -> bool:
    """Whether a picture's name says that it only keeps the place; an upload may have any name."""
    path = urlsplit(url).path.lower()
    if _UPLOAD.search(path):
        return False
    stem = path.rpartition("/")[2].partition(".")[0]
    words = [word for word in re.split("[-_]", stem) if not _NUMBER.fullmatch(word)]
    return bool(words) and PLACEHOLDERS.issuperset(words)
