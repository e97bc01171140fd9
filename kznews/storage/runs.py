"""The runs: which is at work where, how each ended, what it reported."""

from __future__ import annotations

import json
import os
import socket
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, select, update

from kznews.finish_reasons import FAILURES
from kznews.storage.database import ArchiveBusyError, ArchiveError
from kznews.storage.schema import meta, now, runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.engine import Row

    from kznews.storage.database import Database

QUIET_RUNS = timedelta(days=30)
"""How long a run that brought nothing is remembered."""
LEASE = timedelta(minutes=3)
"""How long a run counts as alive after its last sign of life."""

_UNENDED = select(runs).where(runs.c.site == bindparam("site"), runs.c.ended.is_(None))


class Runs:
    """The table ``runs``, and the number of the run that is at work here."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.current: int | None = None

    def begin(self, spider: str, site: str, root: str, arguments: Mapping[str, str]) -> list[int]:
        """Begin a run; return the runs at the same site that died, which are over now.

        A site is crawled by one run at a time, so that the polite delay holds for all of them and
        no article comes twice. Raises ``ArchiveBusyError`` naming the run that is at work,
        ``ArchiveError`` where the archive holds the same site from another address.
        """

        def begin(connection: Connection) -> list[int]:
            self._database.lock(connection)
            self._own_site(connection, site, root)
            dead = _dead(connection.execute(_UNENDED, {"site": site}).all())
            over = update(runs).where(runs.c.run.in_(dead))
            connection.execute(over.values(ended=now(), reason="killed"))
            values = {
                "spider": spider, "site": site,
                "arguments": json.dumps(arguments, ensure_ascii=False),
                "host": socket.gethostname(), "pid": os.getpid(),
                "started": now(), "lease": now(LEASE),
            }  # fmt: skip
            key = connection.execute(runs.insert(), values).inserted_primary_key
            self.current = key[0] if key else None
            return dead

        return self._database.write(begin)

    def dead(self, site: str) -> list[int]:
        """Return the runs at a site that did not end; raises as ``begin`` does."""
        return _dead(self._database.read(_UNENDED, site=site))

    def _own_site(self, connection: Connection, site: str, root: str) -> None:
        name = f"root:{site}"
        known = connection.scalar(select(meta.c.value).where(meta.c.key == name))
        if known not in {None, root}:
            raise ArchiveError(
                f"{self._database.name} holds {site} as it is at {known}, not at {root}: name "
                "another KZNEWS_DATA_DIR or KZNEWS_ARCHIVE_URL for it"
            )
        connection.execute(self._database.upsert(meta), {"key": name, "value": root})

    def heartbeat(self) -> None:
        """Commit what waits, and give a sign of life."""
        self._database.write(self.renew)

    def renew(self, connection: Connection) -> None:
        """Keep the lease; raise ``ArchiveError`` where another run has taken the site over."""
        alive = update(runs).where(runs.c.run == self.current, runs.c.ended.is_(None))
        if not connection.execute(alive.values(lease=now(LEASE))).rowcount:
            raise ArchiveError(
                f"run {self.current} gave no sign of life for so long that another took over "
                "from it"
            )

    def end(self, reason: str) -> None:
        own = update(runs).where(runs.c.run == self.current, runs.c.ended.is_(None))
        self._database.execute(own.values(ended=now(), reason=reason))

    def keep_report(self, status: int, report: dict[str, Any] | None) -> None:
        """Keep the exit status of the run, and its report, None of a run without news.

        Runs without news are forgotten after a month: a look every minute makes half a million of
        them a year.
        """
        text = json.dumps(report, ensure_ascii=False) if report else None

        def keep(connection: Connection) -> None:
            own = update(runs).where(runs.c.run == self.current)
            connection.execute(own.values(status=status, report=text))
            past = runs.c.ended < now(-QUIET_RUNS)
            without = (runs.c.status == 0) & runs.c.report.is_(None)
            connection.execute(runs.delete().where(past, without))

        self._database.write(keep)

    def reports(self, spider: str, most: int) -> Iterator[dict[str, Any]]:
        """Return the reports of earlier runs of a spider, newest first."""
        found = select(runs.c.report).where(runs.c.spider == spider, runs.c.report.is_not(None))
        for row in self._database.read(found.order_by(runs.c.run.desc()).limit(most)):
            yield json.loads(row.report)

    def latest(
        self, most: int, *, spider: str | None = None, since: str = "", failed: bool = False
    ) -> Sequence[Row[Any]]:
        """Return the last runs, newest first: the columns of ``runs``.

        ``since`` is an instant or a day; ``failed`` leaves out those that went well, with an alarm
        or not, and those that are at work.
        """
        found = select(runs).where(runs.c.started >= since)
        if spider:
            found = found.where(runs.c.spider == spider)
        found = found.order_by(runs.c.run.desc())
        if not failed:
            return self._database.read(found.limit(most))
        found = found.where(runs.c.status.is_(None) | runs.c.status.in_(FAILURES))
        over = (
            run
            for run in self._database.stream(found, 1, falling=True)
            if run.ended or is_dead(run)
        )
        return list(islice(over, most))

    def outcomes(self, since: str) -> Iterator[Row[Any]]:
        """Yield all runs since an instant without their reports, newest first."""
        columns = [column for column in runs.columns if column is not runs.c.report]
        found = select(*columns).where(runs.c.started >= since)
        yield from self._database.stream(found.order_by(runs.c.run.desc()), 1, falling=True)

    def one(self, number: int) -> Row[Any] | None:
        rows = self._database.read(select(runs).where(runs.c.run == number))
        return rows[0] if rows else None


def _dead(unended: Sequence[Row[Any]]) -> list[int]:
    """Return the runs that did not end; raise where one of them is at work."""
    for run in unended:
        if not is_dead(run):
            raise ArchiveBusyError(
                f"{run.site} is being crawled by {run.spider} since {run.started} (run {run.run}, "
                f"process {run.pid} on {run.host}): this run ends"
            )
    return [run.run for run in unended]


def is_dead(run: Row[Any]) -> bool:
    """Whether a run is over that did not end: its process is gone, or gives no sign of life."""
    is_here = run.host == socket.gethostname()
    return run.ended is None and (run.lease <= now() or (is_here and not _is_alive(run.pid)))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True
