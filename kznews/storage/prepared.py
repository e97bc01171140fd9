"""A statement as SQLite takes it, for what each article does: SQLAlchemy takes much longer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Dialect


class Prepared:
    """The text of a statement, and how its parameters are given to the driver."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._fixed = compiled.params
        self._order = compiled.positiontup
        self._as_stored = [
            (name, process)
            for name in dict.fromkeys(self._order)
            if (process := compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
        ]

    def parameters(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the values of one row, and those that are part of the statement."""
        given = {**self._fixed, **values}
        for name, process in self._as_stored:
            given[name] = process(given[name])
        return tuple([given[name] for name in self._order])
