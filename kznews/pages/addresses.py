"""Addresses as pages write them, made whole: or none, where no browser would follow them."""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin, urlsplit

from kznews.pages import limits

LONGEST_ADDRESS = 2_048
"""Characters of an address; what is longer leads nowhere."""

_UNSEEN = re.compile("[\0-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff\ud800-\udfff]")


def absolute(base: str, raw: str | None) -> str | None:
    """Return the whole http address that ``raw`` means on a page at ``base``, else None.

    Spaces are coded, characters that no address has are left out.
    """
    if not raw or raw.startswith(("data:", "#")):
        return None
    if len(raw) > LONGEST_ADDRESS:
        limits.met("LONGEST_ADDRESS")
        return None
    raw = _UNSEEN.sub("", raw).strip().replace(" ", "%20")
    try:
        url = urljoin(base, raw)
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return url if known and raw else None


def host_of(url: str) -> str:
    """Return the host of an address without the names that say nothing of the site."""
    host = urlsplit(url).hostname or ""
    return host.removeprefix("www.").removeprefix("m.").removeprefix("player.")


def page_key(url: str) -> str:
    """Return what two spellings of one page's address share: a further page has its own."""
    return unquote(urlsplit(url).path).rstrip("/").lower()
