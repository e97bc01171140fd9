"""Decompression of bodies."""

from __future__ import annotations

import sys
import zlib
from typing import TYPE_CHECKING

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable

_GZIP = b"\x1f\x8b"
_EITHER = zlib.MAX_WBITS + 32
"""Makes zlib detect gzip and zlib itself."""


def unpacked(body: bytes, encodings: str, most_bytes: int) -> bytes:
    """Return a body without the encodings of its header, cut at ``most_bytes``.

    A body that is not encoded as its header says is returned unchanged; gzip is always detected.
    """
    for name in reversed(encodings.lower().split(",")):
        body = _unpacked(body, name.strip(), most_bytes)
    return _unpacked(body, "gzip", most_bytes) if body.startswith(_GZIP) else body


def _unpacked(body: bytes, encoding: str, most_bytes: int) -> bytes:
    for unpack in _UNPACKERS.get(encoding, ()):
        try:
            return unpack(body, most_bytes)[:most_bytes]
        except (zlib.error, zstd.ZstdError, brotli.error):
            continue
    return body


def _zlib(kind: int) -> Callable[[bytes, int], bytes]:
    return lambda body, most: zlib.decompressobj(kind).decompress(body, most)


_UNPACKERS: dict[str, tuple[Callable[[bytes, int], bytes], ...]] = {
    "gzip": (_zlib(_EITHER),),
    "x-gzip": (_zlib(_EITHER),),
    "deflate": (_zlib(_EITHER), _zlib(-zlib.MAX_WBITS)),
    "br": (lambda body, most: brotli.Decompressor().process(body, output_buffer_limit=most),),
    "zstd": (lambda body, most: zstd.ZstdDecompressor().decompress(body, most),),
}
