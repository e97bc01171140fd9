"""The tables of the archive, and the statements that lead from one version of them to the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator

from kznews.text import whole

SCHEMA_VERSION = 5
LONGEST_KEY = 2400
"""Bytes: a row of an index of PostgreSQL takes 2,704 in all."""

DISCOVERED, FETCHED, STORED, REJECTED, GONE = "discovered", "fetched", "stored", "rejected", "gone"

FINAL_REASONS = frozenset(
    {"duplicate", "gone", "http_404", "http_410", "invalid", "no_body", "no_date", "no_title"}
    | {"protected", "redirected"}
)
"""Reasons of a rejection that stand; what failed for another is tried again by later runs."""
PASSING_REASONS = frozenset({"not_an_article", "too_slow"})
"""Reasons that stand once an address was tried ``MOST_TRIES`` times: a guard's page may be gone."""
MOST_TRIES = 10


class StorableText(TypeDecorator[str]):
    """Text as UTF-8 and both databases take it: without NUL and halves of surrogate pairs.

    It is sorted by its bytes: a language's own order would pass over the signs in instants.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        is_postgresql = dialect.name == "postgresql"
        return dialect.type_descriptor(Text(collation="C") if is_postgresql else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else storable(value)


class KeyText(StorableText):
    """Text that is part of a key; the end of one that no index takes gives way to its hash."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else key_text(storable(value))


def storable(text: str) -> str:
    """Return a text as both databases take it."""
    is_plain = text.isascii() and "\0" not in text  # as addresses and instants are
    return text if is_plain else whole(text).replace("\0", "")


def key_text(text: str) -> str:
    """Return a text as it is kept where it is part of a key."""
    if len(text) * 4 <= LONGEST_KEY or len(encoded := text.encode()) <= LONGEST_KEY:
        return text
    end = sha256(encoded).hexdigest()
    return encoded[: LONGEST_KEY - len(end)].decode(errors="ignore") + end


metadata = MetaData()
meta = Table(
    "meta", metadata, Column("key", KeyText, primary_key=True), Column("value", StorableText)
)
runs = Table(
    "runs",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("spider", StorableText, nullable=False),
    Column("site", StorableText),
    Column("arguments", StorableText, nullable=False),
    Column("host", StorableText, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", StorableText, nullable=False),
    Column("lease", StorableText, nullable=False),
    Column("ended", StorableText),
    Column("reason", StorableText),
    Column("status", Integer),
    Column("report", StorableText),
)
urls = Table(
    "urls",
    metadata,
    Column("url", KeyText, primary_key=True),
    Column("site", KeyText, nullable=False),
    Column("state", StorableText, nullable=False),
    Column("via", StorableText, nullable=False),
    Column("run", Integer, nullable=False),
    Column("id", KeyText),
    Column("published", StorableText),
    Column("tries", Integer, nullable=False),
    Column("reason", StorableText),
    Column("seen", StorableText, nullable=False),
    sqlite_with_rowid=False,
)
Index(
    "urls_pending",
    urls.c.site,
    sqlite_where=urls.c.state == DISCOVERED,
    postgresql_where=urls.c.state == DISCOVERED,
)
versions = Table(
    "versions",
    metadata,
    Column("id", KeyText, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("url", KeyText, nullable=False),
    Column("site", KeyText, nullable=False),
    Column("run", Integer, nullable=False),
    Column("hash", StorableText, nullable=False),
    Column("fingerprint", KeyText, nullable=False, index=True),
    Column("published", StorableText),
    Column("modified", StorableText),
    Column("stored", StorableText, nullable=False),
    Column("seen", StorableText),
    Column("feed", StorableText),
    Column("item", StorableText, nullable=False),
)
Index("versions_published", versions.c.site, versions.c.published)
Index(
    "versions_undelivered",
    versions.c.site,
    sqlite_where=versions.c.feed.is_(None),
    postgresql_where=versions.c.feed.is_(None),
)
feeds = Table(
    "feeds",
    metadata,
    Column("part", KeyText, primary_key=True),
    Column("feed", StorableText, nullable=False),
    Column("run", Integer, nullable=False),
    Column("ready", Integer, nullable=False),
)
walks = Table(
    "walks",
    metadata,
    Column("site", KeyText, primary_key=True),
    Column("section", KeyText, primary_key=True),
    Column("run", Integer, nullable=False),
)
bands = Table(
    "banded",
    metadata,
    Column("period", Integer, primary_key=True),
    Column("band", BigInteger, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("id", KeyText, primary_key=True),
    sqlite_with_rowid=False,
)
sketches = Table(
    "sketches",
    metadata,
    Column("id", KeyText, primary_key=True),
    Column("method", Integer, nullable=False),
    Column("triples", LargeBinary, nullable=False),
    Column("facts", LargeBinary),
)

captures = Table(
    "captures",
    metadata,
    Column("site", KeyText, primary_key=True),
    Column("url", KeyText, primary_key=True),
    Column("timestamp", KeyText, primary_key=True),
    sqlite_with_rowid=False,
)

MIGRATIONS: dict[int, Sequence[str]] = {
    1: ("ALTER TABLE runs ADD COLUMN site TEXT", "UPDATE runs SET site = spider"),
    2: ("INSERT INTO banded SELECT day / 28, band, day, id FROM bands", "DROP TABLE bands"),
    3: ("ALTER TABLE runs ADD COLUMN status INTEGER", "ALTER TABLE runs ADD COLUMN report TEXT"),
    4: (
        "ALTER TABLE versions ADD COLUMN seen TEXT",
        "UPDATE versions SET seen = substr(stored, 1, 19) || '+00:00'",
    ),
}
"""Statements that lead from a schema version to the next."""


def now(later: timedelta = timedelta()) -> str:
    """Return this instant, or a later one, in UTC to the millisecond."""
    return (datetime.now(UTC) + later).isoformat(timespec="milliseconds")


def instant(moment: str | None) -> str | None:
    """Return an ISO 8601 instant in UTC, comparable as text; a day or month as it is."""
    if moment is None or len(moment) <= len("2026-11-23"):
        return moment
    return datetime.fromisoformat(moment).astimezone(UTC).isoformat(timespec="seconds")
