"""A site's RSS or Atom feed: its articles, newest first."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from kznews.pages.units import each
from kznews.wordpress.inflate import TooLargeError, inflate
from kznews.wordpress.references import without_bad_references
from kznews.wordpress.xml_end import ROOT, has_end

if TYPE_CHECKING:
    from kznews.pages.units import Each, Unit
    from kznews.sites import Site

_POST = re.compile(r"[?&]p=(\d{1,20})(?!\d)")

_YEARS = range(1970, 2100)


class NoFeedError(Exception):
    """The answer is no feed; the message says what it is."""


@dataclass(frozen=True)
class Entry:
    """An article of a feed; ``post`` is its number in WordPress, if the feed gives it."""

    url: str
    post: int | None
    published: datetime | None


def read_feed(body: bytes, site: Site, most: int, each: Each = each) -> list[Entry]:
    """Return the articles of a feed, which may be compressed.

    Broken XML is read as far as possible (``docs/the-site.md``, «Feeds»). Raises ``NoFeedError``,
    also for more than ``most`` unpacked bytes.
    """
    import feedparser  # noqa: PLC0415 (20 ms, and most runs read no feed)

    try:
        body, _ = inflate(body, most)
    except TooLargeError as error:
        raise NoFeedError(str(error)) from None
    body = without_bad_references(body)
    try:
        feed = feedparser.parse(BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    except ValueError as error:  # of a name that stands in no name space
        raise NoFeedError(f"no feed that can be read: {error}") from None
    if not feed.get("version"):
        raise NoFeedError(f"no feed: {body[:40]!r}")

    def read(unit: Unit[Any]) -> Entry | None:
        _, entry = unit
        addresses = map(site.article_url, _links(entry))
        url = next(filter(None, addresses), None)
        return Entry(url, _post(entry), _published(entry)) if url is not None else None

    units = ((entry.get("link") or "", entry) for entry in feed.entries)
    return [entry for entry in each(read, units) if entry]


def is_cut(body: bytes, most: int) -> bool:
    """Whether a feed begins and does not end; it may be compressed."""
    try:
        body, is_whole = inflate(body, most)
    except TooLargeError:
        return False
    return ROOT.search(body) is not None and not (is_whole and has_end(body))


def _links(entry: Any) -> list[str]:
    """Return what may be an entry's address: its link may be that of a service that counts."""
    names = ("link", "feedburner_origlink", "id")
    return [found for name in names if (found := entry.get(name))]


def _post(entry: Any) -> int | None:
    match = _POST.search(entry.get("id") or "")
    return int(match[1]) if match else None


def _published(entry: Any) -> datetime | None:
    """Return when an entry was published; None for an impossible time."""
    clock = entry.get("published_parsed")
    try:
        return datetime.fromtimestamp(calendar.timegm(clock), UTC) if clock[0] in _YEARS else None
    except (TypeError, ValueError, OverflowError):
        return None
