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
        self._database.execute(self._open, values)

    def done(self, part: Path) -> None:
        """Forget a file that appeared or was removed."""
        self._database.execute(feeds.delete().where(feeds.c.part == str(part)))

    def confirmed(self, feed: str, keys: Iterable[Key], part: Path | None = None) -> None:
        """Note which versions a feed has: an upload, or the file that ``part`` is about to be."""

        def note(connection: Connection) -> None:
            self._runs.renew(connection)
            if part:
                connection.execute(update(feeds).where(feeds.c.part == str(part)).values(ready=1))
            rows = ({"key": key, "number": number, "name": feed} for key, number in keys)
            while some := list(islice(rows, KEYS_AT_ONCE)):
                self._database.many(connection, _DELIVER, some)

        self._database.write(note)

    def lost(self, feed: str) -> None:
        """Note that a feed is lost, so that its articles are delivered anew."""
        self._database.execute(update(versions).where(versions.c.feed == feed).values(feed=None))

    def unfinished(self, site: str) -> Sequence[Row[Any]]:
        """Return the files that runs at the site which are over did not finish, and their hosts."""
        found = select(feeds, runs.c.host).join(runs, runs.c.run == feeds.c.run)
        return self._database.read(found.where(runs.c.site == site, runs.c.ended.is_not(None)))

    def waiting(self, site: str) -> int:
        """Return how many versions no feed carries, of runs that are over."""
        return int(self._database.value(_undelivered(site, func.count())))

    def undelivered(self, site: str) -> Iterator[dict[str, Any]]:
        """Return the items that no feed carries, of runs that are over, the oldest first."""
        key = (versions.c.stored, versions.c.id, versions.c.version)
        found = _undelivered(site, *key, versions.c.item).order_by(*key)
        for row in self._database.stream(found, keys=3):
            yield orjson.loads(row.item)


def _undelivered(site: str, *columns: Any) -> Any:
    """Return a query for the versions of a site that no feed carries, of runs that are over."""
    ended = select(runs.c.run).where(runs.c.ended.is_not(None))
    return select(*columns).where(
        versions.c.site == site, versions.c.feed.is_(None), versions.c.run.in_(ended)
    )
