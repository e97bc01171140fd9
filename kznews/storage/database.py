"""The archive's database: how it is opened, read, and written in batches; SQLite or PostgreSQL."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event, func, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Row, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from kznews.storage.prepared import Prepared

RECONNECT_SECONDS = 30.0
"""How long a server that was lost is called again: as long as SQLite waits for a lock."""
ROWS_AT_ONCE = 100
"""Rows of a stream that are in memory together."""
KEYS_AT_ONCE = 1000
"""Keys that one query asks for: SQLite takes 32,766 parameters, PostgreSQL 65,535."""

T = TypeVar("T")


class ArchiveError(Exception):
    """The archive cannot be used; the message names it and the remedy."""


class ArchiveBusyError(ArchiveError):
    """Another run is at work at the same site."""


def is_archive(value: str) -> bool:
    """Whether a text is the address of a database that keeps an archive: no memory."""
    try:
        return make_url(value).get_backend_name() == "postgresql" or file_of(value) is not None
    except (ArgumentError, ValueError):
        return False


class Database:
    """One connection for reading and one for writing, and the changes that wait for their commit.

    Every error of the database comes out as an ``ArchiveError``. A server that is lost is called
    again; a transaction that it had not confirmed is done once more.
    """

    def __init__(self, url: str, *, create: bool = True) -> None:
        parsed = make_url(url)
        self._driver: Any = _driver(parsed)
        self._file = file_of(url)
        self.name = str(self._file or parsed.render_as_string(hide_password=True))
        if self._file and not create and not self._file.exists():
            raise ArchiveError(f"there is no archive at {self._file}: run a crawl first")
        self._waiting: dict[Any, list[Mapping[str, Any]]] = {}
        self._after_flush: list[Callable[[], None]] = []
        self._prepared: dict[Any, Prepared] = {}
        self._engine = _engine(parsed, self._file)
        self._inode = _inode(self._file)
        self._reader: Connection | None = None
        self._was_there = False

    def close(self) -> None:
        if self._reader:
            self._reader.close()
        self._engine.dispose()

    @property
    def is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    def is_file(self, path: Path) -> bool:
        return bool(self._file and path.exists() and path.samefile(self._file))

    # --- Reading ----------------------------------------------------------------------------------

    def read(self, statement: Any, **values: Any) -> Sequence[Row[Any]]:
        """Return the rows of a query; ``values`` are its parameters. Sees what was committed."""
        return self._again(lambda: self._reading().execute(statement, values).all())

    def _reading(self) -> Connection:
        if self._reader is None or self._reader.invalidated:
            self._reader = self._engine.connect()
            self._reader.execution_options(isolation_level="AUTOCOMMIT")
        return self._reader

    def value(self, statement: Any, **values: Any) -> Any:
        """Return the first value of the first row of a query, None where there is none."""
        rows = self.read(statement, **values)
        return rows[0][0] if rows else None

    def prepared(self, statement: Any) -> Callable[..., Sequence[Any]]:
        """Return what runs a query, for one that each article asks; its rows are tuples."""
        if not self.is_sqlite:  # beside the network it is nothing, and connections may be lost
            return partial(self.read, statement)
        query = Prepared(statement, self._engine.dialect)

        def read(**values: Any) -> Sequence[Any]:
            given = query.parameters(values)
            return self._again(lambda: list(_driven(self._reading()).execute(query.sql, given)))

        return read

    def read_keys(self, statement: Any, keys: Iterable[str]) -> Iterator[Row[Any]]:
        """Return the rows of a query for any number of keys, its parameter ``keys``."""
        wanted = list(keys)
        for start in range(0, len(wanted), KEYS_AT_ONCE):
            yield from self.read(statement, keys=wanted[start : start + KEYS_AT_ONCE])

    def stream(self, statement: Any, keys: int, *, falling: bool = False) -> Iterator[Row[Any]]:
        """Return the rows of a query one after the other, however many they are.

        No two rows have the same values in the first ``keys`` columns; a query that asks for an
        order asks for theirs. Where a server is lost, the stream goes on behind the last row.
        """
        options: dict[str, Any] = {"yield_per": ROWS_AT_ONCE}
        if self.is_sqlite:  # a transaction would keep others from writing
            options["isolation_level"] = "AUTOCOMMIT"
        last: Row[Any] | None = None
        lost_at: float | None = None
        while True:
            wanted = statement if self.is_sqlite else _behind(statement, last, keys, falling)
            try:
                with (
                    self._again(self._engine.connect, lost_at) as connection,
                    connection.execution_options(**options).execute(wanted) as rows,
                ):
                    for row in rows:
                        last, lost_at = row, None
                        yield row
                return
            except (DatabaseError, self._driver.DatabaseError) as error:
                lost_at = lost_at or time.monotonic()
                waited = time.monotonic() - lost_at
                if waited >= RECONNECT_SECONDS or not self._is_lost(error):
                    raise self._failure(error) from None

    # --- Writing ----------------------------------------------------------------------------------

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do something in one transaction of its own, after what waits."""
        self.flush()
        return self._transaction(work)

    def execute(self, statement: Any, values: Any = None) -> None:
        """Run a statement, for one row or many, in a transaction of its own."""
        self.write(lambda connection: connection.execute(statement, values))

    def batched(self, statement: Any) -> Any:
        """Return a statement for ``later``: those of a batch run in the order of these calls."""
        self._waiting[statement] = []
        return statement

    def later(self, statement: Any, values: Mapping[str, Any]) -> None:
        """Let a change wait for the next commit."""
        self._waiting[statement].append(values)

    def after_flush(self, forget: Callable[[], None]) -> None:
        """Call something whenever nothing waits any more."""
        self._after_flush.append(forget)

    def flush(self) -> None:
        """Commit what waits."""
        waiting = {statement: rows for statement, rows in self._waiting.items() if rows}
        if not waiting:
            return

        def commit(connection: Connection) -> None:
            for statement, rows in waiting.items():
                self.many(connection, statement, rows)

        self._transaction(commit)
        for rows in waiting.values():
            rows.clear()
        for forget in self._after_flush:
            forget()

    def upsert(self, table: Table, changing: Mapping[str, Any] | Sequence[str] = ()) -> Any:
        """Return an insert that changes a row that is there already, or else leaves it.

        ``changing`` names the columns, or gives for each a function of the new row.
        """
        insert = (sqlite if self.is_sqlite else postgresql).insert(table)
        if not changing:
            return insert.on_conflict_do_nothing()
        values = {
            name: changing[name](insert.excluded)
            if isinstance(changing, Mapping)
            else insert.excluded[name]
            for name in changing
        }
        return insert.on_conflict_do_update(
            index_elements=list(table.primary_key.columns), set_=values
        )

    def many(
        self, connection: Connection, statement: Any, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """Run a statement for many rows."""
        if not self.is_sqlite:
            connection.execute(statement, rows)
            return
        if statement not in self._prepared:
            self._prepared[statement] = Prepared(statement, self._engine.dialect)
        query = self._prepared[statement]
        _driven(connection).executemany(query.sql, map(query.parameters, rows))

    def plain(
        self, connection: Connection, insert: Any, rows: Iterable[tuple[str | int, ...]]
    ) -> None:
        """Run an insert for many rows that are as the driver takes them, in the table's order."""
        sql = str(insert.compile(dialect=self._engine.dialect))
        if self.is_sqlite:
            _driven(connection).executemany(sql, rows)
            return
        names = insert.table.columns.keys()
        if named := [dict(zip(names, row, strict=True)) for row in rows]:
            connection.exec_driver_sql(sql, named)

    def lock(self, connection: Connection) -> None:
        """Let nobody else begin or migrate meanwhile; SQLite's transactions are alone anyway."""
        if not self.is_sqlite:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(365)")

    # --- Failures ---------------------------------------------------------------------------------

    def _transaction(self, work: Callable[[Connection], T]) -> T:
        if _inode(self._file) != self._inode:
            raise ArchiveError(
                f"{self.name} was removed or replaced while it was used: put it back, or run again"
            )

        def attempt() -> T:
            with self._engine.begin() as connection:
                return work(connection)

        return self._again(attempt)

    def _again(self, attempt: Callable[[], T], lost_at: float | None = None) -> T:
        """Do something, again and again while a server is lost that was there before."""
        while True:
            try:
                done = attempt()
            except (DatabaseError, self._driver.DatabaseError) as error:
                if lost_at is None and self._was_there and self._is_lost(error):
                    lost_at = time.monotonic()
                waited = RECONNECT_SECONDS if lost_at is None else time.monotonic() - lost_at
                if waited >= RECONNECT_SECONDS or not self._is_operational(error):
                    raise self._failure(error) from None
                time.sleep(min(waited, 1.0))
            else:
                self._was_there = True
                return done

    def _is_lost(self, error: Exception) -> bool:
        """Whether a server hung up, or takes no call: PostgreSQL has no code for that."""
        if getattr(error, "connection_invalidated", False):
            return True
        code = getattr(getattr(error, "orig", error), "sqlstate", "")
        return not self.is_sqlite and self._is_operational(error) and code is None

    def _is_operational(self, error: Exception) -> bool:
        """Whether the server or the disk failed, not what was asked of it."""
        return isinstance(getattr(error, "orig", error), self._driver.OperationalError)

    def _failure(self, error: Exception) -> ArchiveError:
        cause = getattr(error, "orig", error)
        if "locked" in str(cause):
            message = "is locked by another program: end it and run again"
        elif self._is_operational(error):
            message = f"cannot be used: {cause}"
        else:
            message = (
                f"is damaged or no archive ({cause}): put a copy in its place, or move it away "
                "to begin anew; files that were delivered are not touched"
            )
        return ArchiveError(f"{self.name} {message}")


def _driven(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _behind(statement: Any, last: Row[Any] | None, keys: int, falling: bool) -> Any:
    """Return a query for its rows behind the last one in the order of their keys."""
    columns = list(statement.selected_columns)[:keys]
    order = [column.desc() if falling else column.nulls_first() for column in columns]
    if last is not None:
        values = [func.coalesce(column, "") if column.nullable else column for column in columns]
        met = tuple_(*("" if value is None else value for value in last[:keys]))
        statement = statement.where(tuple_(*values) < met if falling else tuple_(*values) > met)
    return statement.order_by(None).order_by(*order)


def _driver(url: URL) -> Any:
    """Return the module that speaks with the database; raises ``ArchiveError`` where it lacks."""
    try:
        return url.get_dialect().import_dbapi()
    except ModuleNotFoundError as error:
        raise ArchiveError(
            f"{url.drivername} needs the package {error.name}: "
            "pip install 'psycopg[binary]' for PostgreSQL (postgresql+psycopg://…)"
        ) from None


def file_of(address: str) -> Path | None:
    """Return the file that holds a database, None where a server or the memory does."""
    url = make_url(address)
    name = url.database if url.get_backend_name() == "sqlite" else None
    return Path(name) if name and name != ":memory:" else None


def _inode(file: Path | None) -> tuple[int, int] | None:
    """Return what tells a file from another one of the same name, None where there is no file."""
    try:
        found = file.stat() if file else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None


def _engine(url: URL, file: Path | None) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if file:
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            hint = ": a copy where you may write can be read" if file.exists() else ""
            raise ArchiveError(f"{file} cannot be written: {error.strerror}{hint}") from None
    patience = {} if "timeout" in url.query else {"timeout": RECONNECT_SECONDS}
    engine = create_engine(url, connect_args=patience)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # SQLAlchemy says when a transaction begins
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=4000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
