"""A query as SQLite takes it, for what each article asks: SQLAlchemy takes five times as long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Dialect


class Prepared:
    """The text of a query, and how its parameters are given to the driver."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._order, self._fixed = compiled.positiontup, compiled.params
        self._as_stored = {
            name: process
            for name, bound in compiled.binds.items()
            if (process := bound.type.dialect_impl(dialect).bind_processor(dialect))
        }

    def parameters(self, values: dict[str, Any]) -> Sequence[Any]:
        for name, process in self._as_stored.items():
            if name in values:
                values[name] = process(values[name])
        given = {**self._fixed, **values}
        return [given[name] for name in self._order]
