"""Bytes of a page as text, by what decodes best: headers and meta tags are often wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from kznews.text import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SAMPLE = 200_000
"""Bytes by which an encoding is told."""
LARGEST_MIXED = 2_000_000
"""Bytes of a page that is read in two encodings; of a larger one UTF-8 alone is read."""

_PASTED = ("cp1251", "koi8-r")
"""Of what is pasted into a page in UTF-8; a short piece would make sense in one of many."""
_CYRILLIC = (*_PASTED, "iso8859-5", "cp866")
_WESTERN = "cp1252"
_OF_PAGES = re.compile("big5|cp|euc|gb|hz|iso|johab|koi|kz|mac|ptcp|shift|tis")
"""How the names of encodings begin in which pages that are not in UTF-8 are written."""
_ASCII, _HIGH = bytes(range(128)), bytes(range(128, 256))
_RARE = 30
"""Bytes that are no UTF-8, for each pair that happens to be, in a page of an old encoding."""
_CLEAR = 4
"""Characters that tell of a piece by themselves what it is written in."""
_FEW = 0.1
"""Share of a piece's characters beyond ASCII that may be unlikely in its encoding."""
_HALVES = re.compile(rb"(?:\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf])+")
"""Characters written as two halves (CESU-8), as some databases do."""
_PIECE = re.compile(rb"[\x80-\xff][^<>]*")
_WORD = re.compile(rb"[\x80-\xff]+")
_UNLIKELY = re.compile(
    "[\ufffd\x80-\x9f\u2500-\u257f]|\\b[ъьЪЬ]|[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]"
    "|[\u0430-\u045f][\u0400-\u042f]|[\u00c0-\u00ff]{4}"
)
"""What a text has that is read in a wrong encoding: two scripts or cases in one word, …"""
_COMMON = re.compile("[авгдеиклмнопрстуыья]")
"""The letters of which three quarters of a Russian text are."""
_SOUTHERN = re.compile("(?<![РСТУ])[ЌќЈјЅѕ]")
_NORTHERN = re.compile("[ЫыІіЭэЙйЯя]")
"""What no Slavic language has beside the former: it is Kazakh, in the code page of Kazakhstan."""
_MARKUP = re.compile(rb"<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_TAG = re.compile(rb"<(?:title|meta|main|article|div|h1|p)\b", re.IGNORECASE)
_OTHER = re.compile(
    rb"^\s*+(?:(?P<json>[{\[]\s*+(?:[\]}{\[\"]|[\w.-]++\s*+[,\]]))"
    rb"|<\?xml|<(?:rss|feed|urlset|sitemapindex)\b)",
    re.IGNORECASE,
)
"""How JSON begins, XML, feeds; a line of a log begins with a bracket, too."""
_OUTSIDE_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+"?|' + _MARKUP.pattern, re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(rb"<!--(?:[^-]|-(?!->))*+")
_NAME = re.compile(rb"<(?:!doctype\s++)?([a-z][\w:.-]*+)", re.IGNORECASE)
_FIRST = frozenset(b"html head body title meta link script style br b p div font pre table".split())
"""Elements with which HTML begins behind a line of XML; the most are of messages before it."""


def decode(body: bytes, content_type: bytes = b"") -> str:
    """Return a page's text; what no encoding explains is U+FFFD, and spoils nothing else.

    Pieces of another encoding inside UTF-8 (comments, an advertisement) are read in that one.
    """
    marked, bom = read_bom(body)
    if marked and bom:
        return body[len(bom) :].decode(marked, "replace")
    if wide := _wide(body[:1000]):
        return body.decode(wide, "replace")
    body = _HALVES.sub(_joined, body)
    good, bad = _count(body)
    is_old, declared = bad > max(good, 1), content_type.decode("latin-1")
    if is_old and good * _RARE <= bad:
        return _read(body, _old_encoding(body, body, declared, _CYRILLIC))
    is_one = not bad or len(body) > LARGEST_MIXED or b"\0" in body
    return _read(body, "utf-8") if is_one else _mixed(body, is_old, declared)


def _joined(halves: re.Match[bytes]) -> bytes:
    return whole(halves[0].decode("utf-8", "surrogatepass")).encode()


def _mixed(body: bytes, is_old: bool, declared: str) -> str:
    """Read a page in UTF-8, and what is none in the encoding that explains it all."""
    spans = list(_old_spans(body, is_old))
    old = b" ".join(body[max(0, start - 1) : end + 1] for start, end in spans)
    cyrillic = _CYRILLIC if is_old else _PASTED
    encoding = _old_encoding(old, body, declared, cyrillic)
    text: list[str] = []
    at = 0
    for start, end in spans:
        text += _read(body[at:start], "utf-8"), _explained(body[start:end], encoding)
        at = end
    return "".join([*text, _read(body[at:], "utf-8")])


def _explained(piece: bytes, encoding: str) -> str:
    text = _read(piece, encoding)
    few = 1 + _FEW * len(piece.translate(None, _ASCII))
    return text if len(_UNLIKELY.findall(text)) <= few else _read(piece, "utf-8")


def _old_spans(body: bytes, is_old: bool) -> Iterator[tuple[int, int]]:
    """Yield where a page is not in UTF-8: between two tags, or where both are, by words.

    A word too short to tell is as the one before it, the first as its piece, that as the page.
    """
    for piece in _PIECE.finditer(body):
        good, bad = _count(piece[0])
        is_part_old = _is_old(good, bad, is_old)
        if is_part_old and not good:
            yield piece.span()
        elif bad:
            for word in _WORD.finditer(body, *piece.span()):
                is_part_old = _is_old(*_count(word[0]), is_part_old)
                if is_part_old:
                    yield word.span()


def _is_old(good: int, bad: int, otherwise: bool) -> bool:
    return bad > good if max(good, bad) >= _CLEAR * max(1, min(good, bad)) else otherwise


def _count(piece: bytes) -> tuple[int, int]:
    """Count the characters beyond ASCII that are UTF-8, and what is none."""
    text = _read(piece, "utf-8")
    bad = text.count("\ufffd") - piece.count("\ufffd".encode())
    return len(text) - len(piece.translate(None, _HIGH)) - bad, bad


def is_utf8(body: bytes) -> bool:
    """Whether a body is UTF-8, and not UTF-16 of ASCII letters, which its zeros give away."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in body[:1000]


def html_of(body: bytes) -> bytes | None:
    """Return a body in UTF-8 from where its HTML begins, None when it is none.

    HTML may leave out most tags; JSON and feeds hold some. What a server writes before a document
    (warnings, a line of a log, JSON) would be read as the beginning of its text.
    """
    other = _OTHER.match(body)
    is_json = bool(other and other["json"])
    found = (_OUTSIDE_STRINGS if is_json else _MARKUP).finditer(body)
    start = next((match.start() for match in found if match[0].startswith(b"<")), None)
    if start is None or (other and not is_json and not _is_written_as_xml(body)):
        return None if other or not _TAG.search(body) else body
    if not body[:start].strip() or body[start : start + 2] != b"<!":
        return body
    return body[start:] if is_json or not _TAG.search(body, 0, start) else body


def _is_written_as_xml(body: bytes) -> bool:
    """Whether HTML begins as XML does, or the warnings before it."""
    first = _NAME.search(_COMMENT.sub(b"", body))
    return bool(first and first[1].lower() in _FIRST)


def _wide(start: bytes) -> str | None:
    """Tell UTF-16 without a mark by the zeros of its ASCII letters."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if min(even, odd) or max(even, odd) <= len(start) // 16:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _old_encoding(text: bytes, body: bytes, content_type: str, cyrillic: Sequence[str]) -> str:
    """Tell the encoding in which a text of a page reads best: a declared one, or one of some.

    Russian is letters in all Cyrillic ones, but common letters only in its own.
    """
    declared = (http_content_type_encoding(content_type), html_body_declared_encoding(body))
    named = [name for name in declared if name and _OF_PAGES.match(name)]
    sample = text[:SAMPLE]
    alike = [*(name for name in named if name in _CYRILLIC), *cyrillic]
    likely = max(alike, key=lambda name: _common(sample, name) - _unlikely(sample, name))
    others = [name for name in named if name not in _CYRILLIC]
    best = min([*others, likely, _WESTERN], key=lambda name: _unlikely(sample, name))
    read = _read(sample, best)
    is_kazakh = best == "cp1251" and _SOUTHERN.search(read) and _NORTHERN.search(read)
    return "kz1048" if is_kazakh else best


def _common(text: bytes, encoding: str) -> int:
    return len(_COMMON.findall(_read(text, encoding)))


def _unlikely(text: bytes, encoding: str) -> int:
    return len(_UNLIKELY.findall(_read(text, encoding)))


def _read(piece: bytes, encoding: str) -> str:
    return piece.decode(encoding, "replace")
