"""Which articles of a time have a band: the index that near-duplicates are found by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection, bindparam, delete, select

from kznews.dedup.sketch import BANDS, FEWEST_WORDS, WINDOW, Sketch, day_of
from kznews.storage.schema import bands, meta, now, runs, versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kznews.storage.database import Database
    from kznews.storage.notes import Notes
    from kznews.storage.runs import Runs

MOST_WAITING = 500
"""Articles whose bands wait for their commit together."""

_NOTE = "bands:"
_SHARING = select(bands.c.band, bands.c.id).where(
    bands.c.period.in_([bindparam("period"), bindparam("next")]),
    bands.c.band.in_([bindparam(f"band{place}") for place in range(BANDS)]),
    bands.c.day.between(bindparam("first"), bindparam("last")),
)


class NearDuplicates:
    """The table ``banded``.

    Its rows go to many places of a large table, so they are committed many at a time; what a kill
    takes is made anew from the texts. A note ``bands:RUN`` says what a run has committed.
    """

    def __init__(self, database: Database, runs: Runs, notes: Notes) -> None:
        self._database, self._runs, self._notes = database, runs, notes
        self._upsert = database.upsert(bands)
        self._waiting: dict[int, list[tuple[int, str]]] = {}
        self._count = 0

    def sharing(self, keys: Sequence[int], day: int) -> dict[int, set[str]]:
        """Return the ids of the articles of the days around one that have a band, by band."""
        first, last = day - WINDOW, day + WINDOW
        found = {
            key: {name for when, name in self._waiting.get(key, ()) if first <= when <= last}
            for key in keys
        }
        values = {f"band{place}": key for place, key in enumerate(keys)}
        around = {"first": first, "last": last, "period": _period(first), "next": _period(last)}
        for row in self._database.read(_SHARING, **values, **around):
            found[row.band].add(row.id)
        return found

    def add(self, keys: Sequence[int], day: int, article_id: str) -> None:
        """Note by which bands an article is found."""
        for key in keys:
            self._waiting.setdefault(key, []).append((day, article_id))
        self._count += 1
        if self._count >= MOST_WAITING:
            self.flush()

    def flush(self) -> None:
        """Commit the bands that wait."""
        self._count = 0
        if not self._waiting:
            return
        rows = [
            {"period": _period(day), "band": key, "day": day, "id": name}
            for key, found in sorted(self._waiting.items())
            for day, name in found
        ]

        def commit(connection: Connection) -> None:
            connection.execute(self._upsert, rows)
            note = {"key": f"{_NOTE}{self._runs.current}", "value": now()}
            connection.execute(self._database.upsert(meta, ["value"]), note)

        self._database.write(commit)
        self._waiting.clear()

    def mend(self, dead: Sequence[int]) -> None:
        """Make the bands anew that runs which died did not come to commit."""
        for run in dead:
            since = self._notes.read(f"{_NOTE}{run}") or ""
            lost = select(versions.c.id, versions.c.item).where(
                versions.c.run == run, versions.c.stored >= since, versions.c.version == 1
            )
            for row in self._database.stream(lost):
                item: dict[str, Any] = orjson.loads(row.item)
                if item["word_count"] >= FEWEST_WORDS:
                    self.add(Sketch(item["text"]).bands(), day_of(item), row.id)
        self.flush()

    def forget_notes(self) -> None:
        """Delete the notes of runs that are over: their bands are whole."""
        at_work = select(_NOTE + runs.c.run.cast(meta.c.key.type)).where(runs.c.ended.is_(None))
        over = delete(meta).where(meta.c.key.startswith(_NOTE), meta.c.key.not_in(at_work))
        self._database.write(lambda connection: connection.execute(over))


def _period(day: int) -> int:
    """Return the stretch of days that bands are kept by, so that those of one time lie together.

    The days around one lie in two of them.
    """
    return day // (2 * WINDOW)
