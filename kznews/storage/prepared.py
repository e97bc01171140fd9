"""A statement as SQLite takes it, for what each article does: SQLAlchemy takes much longer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Dialect


class Prepared:
    """The text of a statement, and how its parameters are given to the driver."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._order = [
            (name, _as_stored(compiled.binds[name].type, dialect), compiled.params[name])
            for name in compiled.positiontup
        ]

    def parameters(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the values of one row, and those that are part of the statement."""
        return tuple(
            [
                process(values[name]) if process and name in values else values.get(name, fixed)
                for name, process, fixed in self._order
            ]
        )


def _as_stored(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    """Return what makes of a value what the driver takes, None where it takes it as it is."""
    process: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return process
