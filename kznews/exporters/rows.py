"""Rows of tables: an article's fields, with instants in UTC beside the date as it is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any, get_args, get_type_hints

from kznews.dates import zone
from kznews.items import Article
from kznews.sites import SITES, site_at

INSTANTS = ("published_at", "modified_at", "fetched_at")
"""Fields that are timestamps: of a day its beginning on the site's clock, of a month null."""
PUBLISHED_TEXT = "published_text"
"""The column after ``published_at``: the date of publication as precise as it is known."""


def columns() -> Iterator[tuple[str, Any]]:
    """Yield the name and the Python type of each column, without None."""
    types = get_type_hints(Article)
    for field in fields(Article):
        known = [part for part in get_args(types[field.name]) if part is not type(None)]
        is_optional = len(known) < len(get_args(types[field.name]))
        yield field.name, known[0] if is_optional else types[field.name]
        if field.name == "published_at":
            yield PUBLISHED_TEXT, str


def row(record: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a record, instants as ISO 8601 in UTC."""
    numbers = {name: _stored(record.get(name)) for name in _counts()}
    moments = {name: _instant(record[name], record["site"]) for name in INSTANTS}
    return {**record, PUBLISHED_TEXT: record["published_at"], **numbers, **moments}


@cache
def _counts() -> list[str]:
    return [name for name, hint in columns() if hint is int]


def _stored(number: Any) -> int | None:
    """Return a number that fits 64 bits, else None: a page may show any number."""
    return number if isinstance(number, int) and abs(number) < 2**63 else None


def _instant(text: str | None, site: str) -> str | None:
    if text is None or len(text) < len("2026-11-23"):
        return None
    if len(text) == len("2026-11-23"):
        at = datetime.combine(date.fromisoformat(text), time(), _zone(site))
    else:
        at = datetime.fromisoformat(text)
    return at.astimezone(UTC).isoformat()


@cache
def _zone(site: str) -> Any:
    return zone((SITES.get(site) or site_at(f"https://{site}")).zone)
