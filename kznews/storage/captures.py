"""The captures of web archives that were asked for, each once over all runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from kznews.storage.schema import captures

if TYPE_CHECKING:
    from kznews.storage.database import Database


class Captures:
    """The table ``captures``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._note = database.batched(database.upsert(captures))

    def asked(self, site: str) -> set[tuple[str, str]]:
        """Return address and timestamp of each capture that a site's runs had an answer for."""
        self._database.flush()
        wanted = select(captures.c.url, captures.c.timestamp).where(captures.c.site == site)
        return {(row.url, row.timestamp) for row in self._database.read(wanted)}

    def note(self, site: str, url: str, timestamp: str) -> None:
        """Note an answer with the commit of what is made of it."""
        self._database.later(self._note, {"site": site, "url": url, "timestamp": timestamp})
