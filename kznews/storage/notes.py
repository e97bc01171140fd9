"""What spiders and the archive itself remember from run to run, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from kznews.storage.schema import meta

if TYPE_CHECKING:
    from kznews.storage.database import Database

_VALUE = select(meta.c.value).where(meta.c.key == bindparam("name"))


class Notes:
    """The table ``meta``: short texts by name."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._keep = database.batched(database.upsert(meta, ["value"]))

    def read(self, name: str) -> str | None:
        """Return a note as it was committed."""
        found: str | None = self._database.value(_VALUE, name=name)
        return found

    def keep(self, name: str, value: str) -> None:
        """Note something with the next commit."""
        self._database.later(self._keep, {"key": name, "value": value})
