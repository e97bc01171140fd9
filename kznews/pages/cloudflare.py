"""What Cloudflare puts between the site and a reader: coded e-mail addresses, challenges, blocks.

Source: Cloudflare's documentation, see ``docs/the-site.md``, «Cloudflare».
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.http import Response

LONGEST_EMAIL = 320
"""Characters of an e-mail address: 64 before the sign, 255 behind it (RFC 3696)."""

_HEX = re.compile(rf"(?:[0-9a-fA-F]{{2}}){{2,{4 * LONGEST_EMAIL}}}")
_EMAIL = re.compile(r"^[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_CHALLENGE_BODY = re.compile(
    rb"_cf_chl_opt|/cdn-cgi/challenge-platform/h/\w+/orchestrate/"
    rb"|id=[\"'](?:challenge-running|challenge-form|cf-please-wait)"
)
_CHALLENGE_TITLE = re.compile(
    r"<title>\s*(?:Just a moment|Один момент|Подождите)(?:\.+|…)?\s*</title>".encode()
)
_BLOCK_TITLE = re.compile(
    rb"<title>\s*(?:Attention Required!|Access denied)[^<]*Cloudflare", re.IGNORECASE
)
_BLOCK_CODE = re.compile(rb"error code: ?(1006|1007|1008|1009|1010|1015|1020)\b", re.IGNORECASE)
_HEAD = 20_000


def decode_email(code: str) -> str | None:
    """Return the address hidden in ``data-cfemail``: the first byte is XORed over the others.

    None for what is no such code or hides no address (share links are coded the same way).
    """
    if not _HEX.fullmatch(code):
        return None
    key, *rest = bytes.fromhex(code)
    try:
        address = bytes(byte ^ key for byte in rest).decode()
    except UnicodeDecodeError:
        return None
    address = address.partition("?")[0]
    return address if len(address) <= LONGEST_EMAIL and _EMAIL.fullmatch(address) else None


def is_challenge(response: Response) -> bool:
    """Whether Cloudflare asks for a browser check instead of giving the page.

    The header is the documented mark; the body's marks count only on an error or a short page. The
    site's own pages carry Cloudflare's scripts, too, but none that makes a challenge.
    """
    if response.headers.get("cf-mitigated") == b"challenge":
        return True
    body = response.body[:_HEAD]
    if _CHALLENGE_TITLE.search(body):
        return True
    suspicious = response.status != 200 or len(response.body) < _HEAD
    return suspicious and bool(_CHALLENGE_BODY.search(body))


def block_code(response: Response) -> str | None:
    """Return why Cloudflare refuses this reader («1020», …, or «blocked»); None if it does not."""
    if response.status not in {403, 429, 503}:
        return None
    body = response.body[:_HEAD]
    if match := _BLOCK_CODE.search(body):
        return match[1].decode()
    return "blocked" if _BLOCK_TITLE.search(body) else None
