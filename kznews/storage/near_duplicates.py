"""The index of near-duplicates: by which bands an article is found, by what it is compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection, bindparam, func, select, update

from kznews.dedup.sketch import (
    BANDS,
    FEWEST_WORDS,
    METHOD,
    WINDOW,
    bands_of,
    day_of,
    packed_triples,
    triples_of,
)
from kznews.storage.schema import bands, key_text, sketches, versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kznews.storage.database import Database

MOST_WAITING = 500
"""Articles whose bands wait for their commit together."""
MOST_SHARING = 16
"""Articles of a time that are found by one band: more of them are siblings of a template."""
MOST_CANDIDATES = 16
"""Sketches an article is compared with."""

_BETWEEN = "\n"
_NAMES = tuple(f"band{place}" for place in range(BANDS))
_SKETCHES = select(sketches.c.id, sketches.c.triples, sketches.c.facts).where(
    sketches.c.id.in_([bindparam(f"id{place}") for place in range(MOST_CANDIDATES)]),
    sketches.c.method == METHOD,
)


@dataclass
class Sketch:
    """The hashes of a text's word triples, and of its facts once these were asked for."""

    triples: bytes
    facts: bytes | None = None


class NearDuplicates:
    """The tables ``banded`` and ``sketches``.

    Bands go to many places of a large table, so they are committed many at a time; what a kill
    takes is made anew from the texts: it is what has no sketch.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._add_bands = database.upsert(bands)
        joined = func.group_concat if database.is_sqlite else func.string_agg
        self._find_sharing = database.prepared(_sharing(joined(bands.c.id, _BETWEEN)))
        self._find_sketches = database.prepared(_SKETCHES)
        self._add_sketches = database.upsert(sketches, ["method", "triples", "facts"])
        self._keep_facts = database.batched(
            update(sketches).where(sketches.c.id == bindparam("key")).values(facts=bindparam("new"))
        )
        self._bands: dict[int, list[tuple[int, str]]] = {}
        self._sketches: dict[str, Sketch] = {}

    def sharing(self, keys: Sequence[int], day: int) -> dict[int, set[str]]:
        """Return the ids of the articles of the days around one that have a band, by band."""
        first, last = day - WINDOW, day + WINDOW
        found = {
            key: {name for when, name in self._bands[key] if first <= when <= last}
            for key in keys
            if key in self._bands
        }
        values = dict(zip(_NAMES, keys, strict=False))
        around = {"first": first, "last": last, "period": _period(first), "next": _period(last)}
        for band, names in self._find_sharing(**values, **around):
            found.setdefault(band, set()).update(names.split(_BETWEEN))
        return found

    def sketches(self, names: Sequence[str]) -> dict[str, Sketch]:
        """Return the sketches of at most ``MOST_CANDIDATES`` articles, as far as there are."""
        found = {name: self._sketches[name] for name in names if name in self._sketches}
        if len(found) < len(names):
            values = {f"id{place}": names[place % len(names)] for place in range(MOST_CANDIDATES)}
            for name, triples, facts in self._find_sketches(**values):
                found.setdefault(name, Sketch(triples, facts))
        return found

    def add(self, name: str, day: int, keys: Iterable[int], sketch: Sketch) -> None:
        """Note by which bands an article is found, and what it is compared by."""
        place = (day, key_text(name))
        for key in keys:
            self._bands.setdefault(key, []).append(place)
        self._sketches[name] = sketch
        if len(self._sketches) >= MOST_WAITING:
            self.flush()

    def keep_facts(self, name: str, facts: bytes) -> None:
        """Add the facts to the sketch of an article that had none."""
        if name in self._sketches:
            self._sketches[name].facts = facts
        else:
            self._database.later(self._keep_facts, {"key": name, "new": facts})

    def add_sketch(self, name: str, text: str) -> Sketch:
        """Make the sketch of an article that was stored without, by an earlier version."""
        made = Sketch(packed_triples(triples_of(text)))
        self.add(name, 0, (), made)
        return made

    def flush(self) -> None:
        """Commit what waits."""
        if not self._sketches:
            return
        made = [
            {"id": name, "method": METHOD, "triples": sketch.triples, "facts": sketch.facts}
            for name, sketch in self._sketches.items()
        ]

        def commit(connection: Connection) -> None:
            self._database.plain(connection, self._add_bands, self._rows())
            self._database.many(connection, self._add_sketches, made)

        self._database.write(commit)
        self._bands.clear()
        self._sketches.clear()

    def _rows(self) -> Iterator[tuple[int, int, int, str]]:
        """Return the rows of the bands that wait, those of one place in the table together."""
        for key in sorted(self._bands):
            for day, name in self._bands[key]:
                yield _period(day), key, day, name

    def mend(self, dead: Sequence[int]) -> None:
        """Make anew what runs that died did not come to commit."""
        has_sketch = select(sketches.c.id).where(sketches.c.id == versions.c.id).exists()
        for run in dead:
            lost = select(versions.c.id, versions.c.item).where(
                versions.c.run == run, versions.c.version == 1, ~has_sketch
            )
            for row in self._database.stream(lost, keys=1):
                self._add_item(orjson.loads(row.item))
        self.flush()

    def _add_item(self, item: dict[str, Any]) -> None:
        if item["word_count"] >= FEWEST_WORDS:
            triples = triples_of(item["text"])
            sketch = Sketch(packed_triples(triples))
            self.add(item["id"], day_of(item), bands_of(triples), sketch)


def _sharing(names: Any) -> Any:
    """Return the query for the bands that articles of some days share; names come a band."""
    return (
        select(bands.c.band, names)
        .where(
            bands.c.period.in_([bindparam("period"), bindparam("next")]),
            bands.c.band.in_([bindparam(name) for name in _NAMES]),
            bands.c.day.between(bindparam("first"), bindparam("last")),
        )
        .group_by(bands.c.period, bands.c.band)
    )


def _period(day: int) -> int:
    """Return the stretch of days that bands are kept by, so that those of one time lie together.

    The days around one lie in two of them.
    """
    return day // (2 * WINDOW)
