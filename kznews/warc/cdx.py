"""A web archive's index of captures (CDX): queries and answers.

The Internet Archive answers with one JSON array of rows, the first of which names the fields; pywb
with a JSON object per line, with other names.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

_INTERNET_ARCHIVE = "/cdx/search/cdx"
FIELDS = ("timestamp", "original", "mimetype", "statuscode", "digest")
PYWB = {"original": "url", "mimetype": "mime", "statuscode": "status"}
"""pywb's names of the fields that have another name there."""
PAGE_SIZE = 10_000
"""Captures per answer; the Internet Archive gives at most 150,000."""
_CLOCK = "%Y%m%d%H%M%S"
_REVISIT = "-"
"""In place of type and status if a body is the same as an earlier one."""


class NoIndexError(Exception):
    """The answer is no index of captures; the message says what it is."""


@dataclass(frozen=True, slots=True)
class Capture:
    """A capture of a page. Captures with the same ``digest`` have the same body."""

    original: str
    timestamp: str
    digest: str

    @property
    def at(self) -> datetime:
        return datetime.strptime(self.timestamp, _CLOCK).replace(tzinfo=UTC)


def index_query(
    index: str, host: str, since: date | None, until: date | None, resume_key: str | None = None
) -> str:
    """Return the address of a query for the captures of a host's pages.

    ``since`` and ``until`` are days of capture, inclusive. The Internet Archive's index filters and
    pages its answers; others are asked for everything at once.
    """
    query: list[tuple[str, object]] = [("url", host), ("matchType", "host"), ("output", "json")]
    if urlsplit(index).path.endswith(_INTERNET_ARCHIVE):
        query += [
            ("filter", "statuscode:(200|-)"),
            ("filter", "mimetype:(text/html|application/xhtml.xml|warc/revisit)"),
            ("limit", PAGE_SIZE),
            ("showResumeKey", "true"),
        ]
    if since:
        query.append(("from", f"{since:%Y%m%d}000000"))
    if until:
        query.append(("to", f"{until:%Y%m%d}235959"))
    if resume_key:
        query.append(("resumeKey", resume_key))
    return f"{index}?{urlencode(query)}"


def read_index(body: str) -> tuple[list[Capture], str | None]:
    """Return the captures of pages in an answer, and the key of the next one, None at the end.

    Rows of other types and states and malformed rows are left out. Raises ``NoIndexError``.
    """
    text = body.strip()
    if not text:
        return [], None
    try:
        if text.startswith("["):
            rows, key = _of_the_internet_archive(json.loads(text))
        else:
            rows, key = map(json.loads, text.splitlines()), None
            if "timestamp" not in json.loads(text.partition("\n")[0]):
                raise ValueError
        return list(_captures(rows)), key
    except (ValueError, TypeError, RecursionError):
        raise NoIndexError(f"no index of captures: {text[:60]!r}") from None


def _of_the_internet_archive(rows: Any) -> tuple[Iterator[dict[str, Any]], str | None]:
    names, *rest = rows or [[]]
    if names and "timestamp" not in names:
        raise ValueError
    key = None
    if len(rest) > 1 and rest[-2] == [] and isinstance(rest[-1], list) and rest[-1]:
        key = str(rest[-1][0])
        rest = rest[:-2]
    return (dict(zip(names, row, strict=False)) for row in rest if isinstance(row, list)), key


def _captures(rows: Iterable[Any]) -> Iterator[Capture]:
    for row in rows:
        if not isinstance(row, dict):
            continue
        found = {name: str(row.get(name, row.get(PYWB.get(name, name), ""))) for name in FIELDS}
        if found["statuscode"] not in {"200", _REVISIT}:
            continue
        if found["mimetype"] not in {"text/html", "application/xhtml+xml", "warc/revisit", "-"}:
            continue
        stamp = found["timestamp"]
        if len(stamp) == 14 and stamp.isascii() and stamp.isdigit() and _is_instant(stamp):
            yield Capture(found["original"], stamp, found["digest"])


def _is_instant(stamp: str) -> bool:
    try:
        return bool(datetime.strptime(stamp, _CLOCK).replace(tzinfo=UTC))
    except ValueError:
        return False


def chosen(captures: Sequence[Capture], which: str) -> list[Capture]:
    """Return the ``last``, the ``first`` or ``each`` changed capture of one address, in order.

    Captures with the digest of the one before show no change.
    """
    ordered = sorted(captures, key=lambda capture: capture.timestamp)
    if which == "last":
        return ordered[-1:]
    if which == "first":
        return ordered[:1]
    return [c for i, c in enumerate(ordered) if not i or c.digest != ordered[i - 1].digest]
