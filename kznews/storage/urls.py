"""The addresses: found, fetched, stored, rejected or gone; and how far sections were walked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, case, func, select, update

from kznews.storage.schema import (
    DISCOVERED,
    GONE,
    MOST_TRIES,
    PASSING_REASONS,
    REJECTED,
    now,
    urls,
    walks,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.engine import Row

    from kznews.storage.database import Database
    from kznews.storage.runs import Runs

TRIES_ON_END = 3
"""Runs that try an address one after the other; then it waits a day each time."""

_KNOWN = select(urls.c.url, urls.c.state, urls.c.run, urls.c.published).where(
    urls.c.url.in_(bindparam("keys", expanding=True))
)
_WALKED = select(walks.c.run).where(
    walks.c.site == bindparam("site"), walks.c.section == bindparam("section")
)


class Urls:
    """The tables ``urls`` and ``walks``."""

    def __init__(self, database: Database, runs: Runs) -> None:
        self._database, self._runs = database, runs
        self._discover = database.batched(database.upsert(urls))
        self._settle = database.batched(
            database.upsert(
                urls,
                {
                    "state": lambda new: new.state,
                    "reason": lambda new: new.reason,
                    "seen": lambda new: new.seen,
                    "tries": lambda new: new.tries,
                    "id": lambda new: case((new.state == GONE, urls.c.id), else_=new.id),
                    "published": lambda new: func.coalesce(new.published, urls.c.published),
                },
            )
        )
        self._waiting: set[str] = set()
        database.after_flush(self._waiting.clear)
        self._complete = database.batched(database.upsert(walks, ["run"]))

    def known(self, wanted: Iterable[str]) -> dict[str, Row[Any]]:
        """Return url, state, run and published of the addresses that were found before."""
        keys = list(wanted)
        if not self._waiting.isdisjoint(keys):
            self._database.flush()
        return {row.url: row for row in self._database.read_keys(_KNOWN, keys)}

    def discover(self, url: str, site: str, via: str, published: str | None) -> None:
        """Note an address, so that it is fetched by a later run if this one does not come to it."""
        self._database.later(self._discover, self._row(url, site, DISCOVERED, via, published))

    def settle(
        self, url: str, site: str, state: str, via: str, *, reason: str | None = None,
        published: str | None = None, article_id: str | None = None,
    ) -> None:  # fmt: skip
        """Note what came of an address."""
        values = self._row(url, site, state, via, published)
        self._database.later(self._settle, values | {"reason": reason, "id": article_id})

    def missing(self, url: str, reason: str) -> int:
        """Note that an address could not be had this time; return how often that was so on end."""

        def miss(connection: Connection) -> int:
            one = update(urls).where(urls.c.url == url)
            connection.execute(one.values(tries=urls.c.tries + 1, reason=reason, seen=now()))
            if reason in PASSING_REASONS:
                tried = one.where(urls.c.state == DISCOVERED, urls.c.tries >= MOST_TRIES)
                connection.execute(tried.values(state=REJECTED))
            return connection.scalar(select(urls.c.tries).where(urls.c.url == url)) or 0

        return self._database.write(miss)

    def pending(self, site: str, vias: Sequence[str]) -> Sequence[Row[Any]]:
        """Return the addresses that wait to be fetched, all or those found in some ways.

        One that failed three times waits a day before it is tried again.
        """
        self._database.flush()
        wanted = select(urls.c.url, urls.c.via, urls.c.published, urls.c.id).where(
            urls.c.site == site,
            urls.c.state == DISCOVERED,
            (urls.c.tries < TRIES_ON_END) | (urls.c.seen < now(-timedelta(days=1))),
        )
        return self._database.read(wanted.where(urls.c.via.in_(vias)) if vias else wanted)

    def all_of(self, site: str) -> Sequence[Row[Any]]:
        """Return url, state, reason, published and id of all that was ever found of a site."""
        self._database.flush()
        columns = (urls.c.url, urls.c.state, urls.c.reason, urls.c.published, urls.c.id)
        return self._database.read(select(*columns).where(urls.c.site == site))

    def mark(self, site: str, section: str) -> int:
        """Return the last run that walked the section to its end or to what was known, else 0."""
        return self._database.value(_WALKED, site=site, section=section) or 0

    def complete(self, site: str, section: str) -> None:
        """Note that this run left no hole in the section."""
        values = {"site": site, "section": section, "run": self._runs.current}
        self._database.later(self._complete, values)
        self._database.flush()

    def _row(
        self, url: str, site: str, state: str, via: str, published: str | None
    ) -> dict[str, Any]:
        self._waiting.add(url)
        return {
            "url": url, "site": site, "state": state, "via": via, "run": self._runs.current,
            "id": None, "published": published, "tries": 0, "reason": None, "seen": now(),
        }  # fmt: skip
