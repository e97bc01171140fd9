"""Files that are compressed themselves (``.xml.gz``), unpacked up to a limit."""

from __future__ import annotations

import zlib
from gzip import BadGzipFile, GzipFile
from io import BytesIO

MAGIC = b"\x1f\x8b"
MAX_LAYERS = 3
"""How many times a file may be compressed: a server may compress a compressed file."""
_PIECE = 1 << 16


class TooLargeError(Exception):
    """The file is larger than allowed once it is unpacked."""


def inflate(body: bytes, most: int) -> tuple[bytes, bool]:
    """Return a file unpacked, and whether it is complete.

    Raises ``TooLargeError`` for more than ``most`` bytes.
    """
    is_whole = True
    for _ in range(MAX_LAYERS):
        if not body.startswith(MAGIC):
            break
        body, is_end = _unpacked(body, most)
        is_whole = is_whole and is_end
    return body, is_whole


def _unpacked(body: bytes, most: int) -> tuple[bytes, bool]:
    """Unpack a file as far as possible."""
    found = bytearray()
    with GzipFile(fileobj=BytesIO(body)) as file:
        try:
            while piece := file.read1(_PIECE):
                found += piece
                if len(found) > most:
                    raise TooLargeError(f"more than {most:,} bytes once it is unpacked")
        except (BadGzipFile, EOFError, zlib.error):
            return bytes(found), False
    return bytes(found), True
