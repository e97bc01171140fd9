"""Pictures: which element is one, and what the address of its original is.

A lazy picture is known by its kind: what ``src`` shows is a placeholder, and another attribute, or
a ``source`` beside it, holds the address of a picture (``docs/the-site.md``, «Media»).
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice, takewhile
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from kznews.pages.addresses import absolute
from kznews.pages.dom import attributes
from kznews.sites.boilerplate import (
    ANY_NAME,
    ANY_PICTURE,
    BACKGROUNDS,
    DECORATION,
    NO_PICTURE,
    OTHER_PICTURES,
    PLACEHOLDERS,
    SIZES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

MOST_SOURCES = 20
"""Formats of one ``picture``, and sizes of one format, that are looked at."""
LONGEST_SRCSET = 20_000
"""Characters of a list of sizes."""
REPEATED = 3
"""Pictures that show the same at first, and something else later."""
SHORT_NAME = 3
"""Characters of a picture's name, beside general words, that do not tell which one it is."""
ICON = range(8, 33)
"""Pixels of the sides of an icon, which is about as wide as high."""
COUNTER = (88, 31)
"""Width and height of a counter's button."""

IMAGES = frozenset({"img", "amp-img", "amp-anim"})
_SIZE = re.compile(r"-\d{2,5}x\d{2,5}(?=(?:\.\w{3,4}){1,2}(?:[?&]|$))")
_PENDING = re.compile(r"[?&]is-pending-load=1$")
_COPY = re.compile(r"(?:-(?:scaled|rotated))?(\.\w{3,4})(?:\.(?:avif|webp))?$")
_SIZED = re.compile(
    r"/(?:(?:resize_)?cache|thumbs?|mini|small|medium|large|big|full|orig(?:inal)?"
    r"|\d{2,4}[x_]\d{2,4}(?:_\d)?|[hsw]_?\d{2,4}(?:-[\w-]*)?)(?=/)"
)
_DAY = re.compile(r"\d{4}/\d\d(?:/\d\d)?$")
_ID = re.compile(r"/(?=[^/\d]*\d)[\w-]{6,}$")
_PARTS = re.compile(r"[\W_]+|(?<=[^\W\d_])(?=\d)")
_STORE = re.compile(r"^.*/(?:uploads?|(?:[\w-]+\.)+[a-z]{2,6})(?=/)")
_FILE = re.compile(r"\.(?:avif|bmp|gif|heic|jfif|jpe?g|png|tiff?|webp)(?:[?#&]|$)", re.IGNORECASE)
_UPLOAD = re.compile(r"/(?:uploads?|\d{4}/\d\d)/")
_URL = re.compile(r"url\([\"']?([^\"')]+)")
_SIDE = re.compile(r"(?:^|[;\s])(width|height)\s?:\s?([\w.%]+)")
_OFF_SCREEN = re.compile(r"(?:^|[;\s])left\s?:\s?-\d{3,5}px")
_CANDIDATE = re.compile(r"(\S++)(?:\s++(\d++(?:\.\d++)?)[a-z],?)?")
"""An address of a ``srcset`` and its descriptor: «a.jpg 600w, b.jpg 2x,c.jpg 3x»."""
_KNOWN = (
    *("data-lazy-src", "data-src", "data-original", "data-orig-file", "data-cfsrc"),
    *("data-lazy-srcset", "data-srcset", "srcset"),
)


def original(url: str) -> str:
    """Return the address of the picture as it was uploaded.

    WordPress names resized copies ``-600x400``; ``-scaled`` and ``-e1562043773248`` are files of
    their own and stay.
    """
    return _SIZE.sub("", _PENDING.sub("", url))


def same_picture(url: str) -> str:
    """Return a key that the copies of one picture share, on whatever host and in whatever size.

    It is the name, with the day or month of its folder: before names were hashes, every month had
    its ``1.jpg``. A name that tells little counts with all its folders; of what a script serves it
    is the name of the picture that it is asked for.
    """
    parts = urlsplit(original(url))
    path = parts.path
    if parts.query and not _FILE.search(path) and not _ID.search(path):
        asked = [(name, value) for name, value in parse_qsl(parts.query) if name not in SIZES]
        picture = next((value for _, value in asked if _FILE.search(value)), None)
        if picture is None:
            return f"{path}?{asked}".lower()
        path = original(picture).partition("?")[0]
    path = _COPY.sub(r"\1", path).lower()
    folder, _, name = path.rpartition("/")
    words = (word for word in _PARTS.split(name.rpartition(".")[0]) if word not in ANY_NAME)
    if not _ID.search(path) and len("".join(words)) <= SHORT_NAME:
        return _SIZED.sub("", _STORE.sub("", path))
    day = _DAY.search(folder)
    return f"{day[0]}/{name}" if day else name


def image_url(img: _Element, base: str, repeated: frozenset[str] = frozenset()) -> str | None:
    """Return the original's address of a picture, lazy or not; None for what is no picture.

    ``repeated`` are the values of ``src`` that many pictures share: placeholders.
    """
    sides = _sides(img)
    if _decorates(img) or _is_icon(sides):
        return None
    known = (_named(base, name, img.get(name, "")) for name in _KNOWN)
    if lazy := next(filter(None, known), None):
        return original(lazy)
    shown = None if img.get("src", "") in repeated else _picture(base, img.get("src"))
    if shown is None or not _UPLOAD.search(shown):
        shown = next(_elsewhere(img, base), None) or shown
    counts = not {0, 1}.isdisjoint(sides) or _OFF_SCREEN.search(img.get("style", ""))
    if shown is None or counts or _is_placeholder(shown):
        return next(map(original, _sources(img, base)), None)
    return original(shown)


def repeated(root: _Element) -> frozenset[str]:
    """Return what many pictures show at first: placeholders."""
    shown = Counter(img.get("src", "") for img in root.iter("img"))
    return frozenset(src for src, times in shown.items() if times >= REPEATED)


def emoji(img: _Element) -> str:
    """Return the character that a picture of one stands for."""
    alt = img.get("alt", "")
    is_one = any("emoji" in value or "smiley" in value for _, value in attributes(img))
    return alt if is_one and not any(map(str.isalpha, alt)) else ""


def background_url(element: _Element, base: str) -> str | None:
    """Return the picture that a cover shows behind its words, lazy or not."""
    for name, value in attributes(element):
        if not _names_background(name, value):
            continue
        match = _URL.search(value)
        url = _picture(base, match[1]) if match else _widest(base, value)
        if url and _FILE.search(url):
            return original(url)
    return None


def _names_background(name: str, value: str) -> bool:
    if name == "style":
        return "background" in value and "url(" in value
    words = set(name.split("-")) if name.startswith("data-") else set()
    return bool(words & BACKGROUNDS) and not words & (OTHER_PICTURES - BACKGROUNDS)


def _decorates(img: _Element) -> bool:
    """Whether a picture belongs to no article, or stands for another one (AMP)."""
    is_amp_s = "-" in img.tag and ("placeholder" in img.attrib or "fallback" in img.attrib)
    return is_amp_s or not DECORATION.isdisjoint(img.get("class", "").split())


def _sides(img: _Element) -> list[int | None]:
    """Return a picture's width and height in pixels, as far as attributes or its style say them."""
    style = dict(_SIDE.findall(img.get("style", "")))
    said = (style.get(name, img.get(name, "")).removesuffix("px") for name in ("width", "height"))
    return [int(side) if side.isdecimal() and len(side) < 5 else None for side in said]


def _is_icon(sides: list[int | None]) -> bool:
    """Whether a picture is an icon or a button; 16 by 9 is a ratio, not a size."""
    width, height = sides
    if width is None or height is None:
        return False
    is_even = 2 * max(width, height) < 3 * min(width, height)
    return (width, height) == COUNTER or (is_even and width in ICON and height in ICON)


def _picture(base: str, raw: str | None) -> str | None:
    url = absolute(base, raw)
    return None if url is None or "{" in url or NO_PICTURE.search(url) else url


def _named(base: str, name: str, value: str) -> str | None:
    """Return the picture that an attribute names."""
    return _widest(base, value) if name.endswith("srcset") else _picture(base, value)


def _elsewhere(img: _Element, base: str) -> Iterator[str]:
    """Yield the pictures that other attributes name, whatever their names are."""
    for name, value in attributes(img):
        is_named = name != "src" and ("src" in name or name.startswith("data-"))
        if not is_named or not OTHER_PICTURES.isdisjoint(name.split("-")):
            continue
        url = _named(base, name, value) if _FILE.search(value) or "srcset" in name else None
        if url and not _is_placeholder(url):
            yield url


def _sources(img: _Element, base: str) -> Iterator[str]:
    """Yield what stands beside a picture; to the parser a ``source`` holds what follows it."""
    sources = takewhile(lambda e: e.tag in {"source", "picture"}, img.iterancestors())
    around = next((e for e in islice(sources, MOST_SOURCES) if e.tag == "picture"), None)
    for source in () if around is None else islice(around.iter("source"), MOST_SOURCES):
        yield from _elsewhere(source, base)


def _widest(base: str, srcset: str) -> str | None:
    """Return the picture of a ``srcset`` that is widest, or made for the finest screen."""
    candidates = islice(_CANDIDATE.finditer(srcset[:LONGEST_SRCSET]), MOST_SOURCES)
    widest_first = sorted(candidates, key=lambda each: -float(each[2] or 0))
    urls = (_picture(base, each[1].strip(",")) for each in widest_first)
    return next(filter(None, urls), None)


def _is_placeholder(url: str) -> bool:
    """Whether a picture's name says that it only keeps the place; an upload may have any name."""
    path = urlsplit(url).path.lower()
    if _UPLOAD.search(path):
        return False
    stem = path.rpartition("/")[2].partition(".")[0]
    words = {word for word in re.split("[-_]", stem) if not word.isdecimal()} - ANY_PICTURE
    return bool(words) and PLACEHOLDERS.issuperset(words)
