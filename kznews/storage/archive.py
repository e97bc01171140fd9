"""The archive: what was found, stored and delivered. It is the truth, a feed a view of it.

An address is ``discovered``, then ``fetched`` (read, but outside the asked-for days), ``stored``,
``rejected`` or ``gone``. A version of an article carries the name of the feed that delivered it;
one without is delivered by the next run (``docs/architecture.md``, «Never lost, never twice»).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import inspect, select

from kznews.storage.articles import Articles
from kznews.storage.captures import Captures
from kznews.storage.database import ArchiveError, Database
from kznews.storage.deliveries import Deliveries
from kznews.storage.near_duplicates import NearDuplicates
from kznews.storage.notes import Notes
from kznews.storage.runs import Runs
from kznews.storage.schema import MIGRATIONS, SCHEMA_VERSION, meta, metadata
from kznews.storage.urls import Urls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from sqlalchemy import Connection

_open: WeakKeyDictionary[Crawler, Archive] = WeakKeyDictionary()


def open_for(crawler: Crawler) -> Archive:
    """Open the archive of a crawl, which other components then find with ``of``."""
    _open[crawler] = Archive(crawler.settings["KZNEWS_ARCHIVE_URL"])
    return _open[crawler]


def begun(crawler: Crawler) -> Archive | None:
    """Return the archive of a crawl, None where no run could begin in it."""
    found = _open.get(crawler)
    return found if found is not None and found.run is not None else None


def of(crawler: Crawler) -> Archive:
    """Return the archive of a crawl that is at work."""
    found = begun(crawler)
    assert found is not None
    return found


class Archive:
    """One database, used by one run (``begin`` … ``end``) or read by a command.

    Its stores share one connection and one batch: changes wait, ``flush`` commits them.
    """

    def __init__(self, url: str, *, create: bool = True) -> None:
        self.database = Database(url, create=create)
        try:
            self.database.write(self._prepare)
        except BaseException:
            self.close()
            raise
        self.notes = Notes(self.database)
        self.runs = Runs(self.database)
        self.urls = Urls(self.database, self.runs)
        self.articles = Articles(self.database, self.runs, self.urls)
        self.near_duplicates = NearDuplicates(self.database)
        self.deliveries = Deliveries(self.database, self.runs)
        self.captures = Captures(self.database)

    def _prepare(self, connection: Connection) -> None:
        """Make the tables, or bring those of an older version up to date."""
        self.database.lock(connection)
        names = set(inspect(connection).get_table_names())
        if meta.name not in names and (others := names & metadata.tables.keys()):
            raise ArchiveError(
                f"{self.database.name} is no archive, it has another program's {min(others)!r}: "
                "name another one in KZNEWS_ARCHIVE_URL"
            )
        metadata.create_all(connection)
        found = connection.scalar(select(meta.c.value).where(meta.c.key == "schema"))
        if found is not None and int(found) > SCHEMA_VERSION:
            raise ArchiveError(
                f"{self.database.name} was written by a newer kznews (schema {found}, this one "
                f"knows {SCHEMA_VERSION}): update kznews, or name another archive in "
                "KZNEWS_ARCHIVE_URL"
            )
        for version in range(int(found or SCHEMA_VERSION), SCHEMA_VERSION):
            for statement in MIGRATIONS[version]:
                connection.exec_driver_sql(statement)
        schema = {"key": "schema", "value": str(SCHEMA_VERSION)}
        connection.execute(self.database.upsert(meta, ["value"]), schema)

    @property
    def run(self) -> int | None:
        """The number of the run that is at work here."""
        return self.runs.current

    def begin(self, spider: str, site: str, root: str, arguments: Mapping[str, str]) -> list[int]:
        """Begin a run; return the runs at the same site that died, which are over now.

        What they left is repaired first: where that is cut short, the next run does it again.
        """
        self.near_duplicates.mend(self.runs.dead(site))
        return self.runs.begin(spider, site, root, arguments)

    def flush(self) -> None:
        """Commit what waits."""
        self.database.flush()

    def end(self, reason: str) -> None:
        self.near_duplicates.flush()
        self.runs.end(reason)

    def close(self) -> None:
        self.database.close()
