"""Whether an XML file of entries (a sitemap, a feed) is complete."""

from __future__ import annotations

import re

_PREFIX = rb"(?:[A-Za-z]\w{0,20}:)?"
_ROOTS = rb"(?:urlset|sitemapindex|rss|feed|RDF)\b"
ROOT = re.compile(rb"<" + _PREFIX + _ROOTS, re.IGNORECASE)
_MARK = re.compile(
    rb"<(?:/%b(?P<end>%b\s{0,9}>)|%b(?P<empty>%b[^<>]{0,2000}/>)|/?%b(?:loc|item|entry)\b)"
    % (_PREFIX, _ROOTS, _PREFIX, _ROOTS, _PREFIX),
    re.IGNORECASE,
)


def has_end(xml: bytes) -> bool:
    """Whether the last thing to be met is the end of the root, which no entry follows."""
    last = None
    for last in _MARK.finditer(xml):  # noqa: B007
        pass
    return bool(last and (last["end"] or last["empty"]))
