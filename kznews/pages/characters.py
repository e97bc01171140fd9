"""Bytes of a page as text, by what decodes best: headers and meta tags are often wrong."""

from __future__ import annotations

import codecs
import re

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding

SAMPLE = 200_000
"""Bytes by which an encoding is told."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OLD = ("windows-1251", "koi8-r", "windows-1252")
_FEW = 0.05
"""Share of a text's letters beyond ASCII that may be spoilt before it is no UTF-8 at all."""
_BEYOND = re.compile("[^\0-\x7f]")
_UNLIKELY = re.compile(
    "[\ufffd\x80-\x9f]|[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]"
    "|[\u0430-\u045f][\u0400-\u042f]|[\u00c0-\u00ff]{4}"
)
"""What a text has that is read in a wrong encoding: two scripts or cases in one word."""
_MARKUP = re.compile(rb"<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_TAG = re.compile(rb"<(?:title|meta|main|article|div|h1|p)\b", re.IGNORECASE)
_OTHER = re.compile(rb"^\s*+(?:[{\[]|<\?xml|<(?:rss|feed|urlset|sitemapindex)\b)", re.IGNORECASE)


def decode(body: bytes, content_type: bytes = b"") -> str:
    """Return a page's text; what no encoding explains is U+FFFD, and spoils nothing else."""
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(encoding, "replace")
    if wide := _wide(body[:1000]):
        return body.decode(wide, "replace")
    try:
        return body.decode()
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    spoilt = text.count("\ufffd")
    if spoilt <= _FEW * len(_BEYOND.findall(text)) or spoilt == 1:
        return text
    return body.decode(_old_encoding(body, content_type.decode("latin-1")), "replace")


def is_utf8(body: bytes) -> bool:
    """Whether a body is UTF-8, and not UTF-16 of ASCII letters, which its zeros give away."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in body[:1000]


def is_html(body: bytes) -> bool:
    """Whether a body in UTF-8 is HTML, which may leave out most tags; JSON and feeds hold some."""
    if _OTHER.match(body):
        return bool(_MARKUP.search(body[:4096]))
    return bool(_MARKUP.search(body) or _TAG.search(body))


def _wide(start: bytes) -> str | None:
    """Tell UTF-16 without a mark by the zeros of its ASCII letters."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if min(even, odd) or max(even, odd) <= len(start) // 16:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _old_encoding(body: bytes, content_type: str) -> str:
    declared = (http_content_type_encoding(content_type), html_body_declared_encoding(body))
    named = [name for name in declared if name and name != "utf-8"]
    sample = body[:SAMPLE]
    return min([*named, *_OLD], key=lambda name: len(_UNLIKELY.findall(_read(sample, name))))


def _read(sample: bytes, encoding: str) -> str:
    return sample.decode(encoding, "replace")
