"""The characters of an answer that is no page."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE


def decoded(body: bytes, declared: str) -> str:
    """Return a text: UTF-8 where it is that, else in the encoding that it declares.

    What cannot be read becomes U+FFFD.
    """
    if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return body.decode("utf-16", "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return body.decode(declared or "utf-8", "replace")
        except (LookupError, UnicodeError):  # "idna" and the like are no encodings of texts
            return body.decode("utf-8", "replace")
