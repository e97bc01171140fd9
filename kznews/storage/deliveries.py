"""The deliveries: which versions a finished file or upload holds, and which none does."""

from __future__ import annotations

import json
import zlib
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection, bindparam, func, select, update

from kznews.storage.schema import feeds, runs, versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy.engine import Row

    from kznews.storage.database import Database
    from kznews.storage.runs import Runs

Key = tuple[str, int]
"""An article's id and version."""
KEYS_AT_ONCE = 1000

_DELIVER = (
    update(versions)
    .where(versions.c.id == bindparam("key"), versions.c.version == bindparam("number"))
    .values(feed=bindparam("name"))
)


class Keys:
    """What a file holds, however many versions that are: a tenth of the memory of a list."""

    def __init__(self) -> None:
        self._last: list[Key] = []
        self._packed: list[bytes] = []

    def __bool__(self) -> bool:
        return bool(self._last or self._packed)

    def append(self, key: Key) -> None:
        self._last.append(key)
        if len(self._last) == KEYS_AT_ONCE:
            self._packed.append(zlib.compress(json.dumps(self._last).encode()))
            self._last.clear()

    def __iter__(self) -> Iterator[Key]:
        for packed in self._packed:
            yield from json.loads(zlib.decompress(packed))
        yield from self._last


class Deliveries:
    """The table ``feeds``, files under way, and the column ``versions.feed``."""

    def __init__(self, database: Database, runs: Runs) -> None:
        self._database, self._runs = database, runs
        self._open = database.upsert(feeds, ["run", "ready"])

    def opened(self, part: Path, feed: str) -> None:
        """Note that a file is being written, and the name that it will have."""
        values = {"part": str(part), "feed": feed, "run": self._runs.current, "ready": 0}
        self._database.write(lambda connection: connection.execute(self._open, values))

    def ready(self, part: Path, feed: str, keys: Iterable[Key]) -> None:
        """Note which versions a file holds, just before it appears under its name."""

        def note(connection: Connection) -> None:
            self._runs.renew(connection)
            connection.execute(update(feeds).where(feeds.c.part == str(part)).values(ready=1))
            self._deliver(connection, feed, keys)

        self._database.write(note)

    def done(self, part: Path) -> None:
        """Forget a file that appeared or was removed."""
        gone = feeds.delete().where(feeds.c.part == str(part))
        self._database.write(lambda connection: connection.execute(gone))

    def confirmed(self, feed: str, keys: Iterable[Key]) -> None:
        """Note that a feed that is no local file has these versions."""

        def note(connection: Connection) -> None:
            self._runs.renew(connection)
            self._deliver(connection, feed, keys)

        self._database.write(note)

    def _deliver(self, connection: Connection, feed: str, keys: Iterable[Key]) -> None:
        rows = ({"key": key, "number": number, "name": feed} for key, number in keys)
        while some := list(islice(rows, KEYS_AT_ONCE)):
            self._database.many(connection, _DELIVER, some)

    def lost(self, feed: str) -> None:
        """Note that a feed is lost, so that its articles are delivered anew."""
        held = update(versions).where(versions.c.feed == feed).values(feed=None)
        self._database.write(lambda connection: connection.execute(held))

    def unfinished(self, site: str) -> Sequence[Row[Any]]:
        """Return the files that runs at the site which are over did not finish, and their hosts."""
        found = select(feeds, runs.c.host).join(runs, runs.c.run == feeds.c.run)
        return self._database.read(found.where(runs.c.site == site, runs.c.ended.is_not(None)))

    def waiting(self, site: str) -> int:
        """Return how many versions no feed carries, of runs that are over."""
        ended = select(runs.c.run).where(runs.c.ended.is_not(None))
        none = versions.c.feed.is_(None) & versions.c.run.in_(ended)
        found = select(func.count()).where(versions.c.site == site, none)
        row = self._database.first(found)
        return int(row[0]) if row else 0

    def undelivered(self, site: str) -> Iterator[dict[str, Any]]:
        """Return the items that no feed carries, of runs that are over, the oldest first."""
        ended = select(runs.c.run).where(runs.c.ended.is_not(None))
        found = (
            select(versions.c.stored, versions.c.id, versions.c.version, versions.c.item)
            .where(versions.c.site == site, versions.c.feed.is_(None), versions.c.run.in_(ended))
            .order_by(versions.c.stored, versions.c.id, versions.c.version)
        )
        for row in self._database.stream(found, keys=3):
            yield orjson.loads(row.item)
