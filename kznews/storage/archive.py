"""The archive: what was found, stored and delivered. It is the truth, a feed a view of it.

An address is ``discovered``, then ``fetched`` (read, but outside the asked-for days), ``stored``,
``rejected`` or ``gone``. A version of an article carries the name of the feed that delivered it;
one without is delivered by the next run (``docs/architecture.md``, «Never lost, never twice»).
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    create_engine,
    event,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Row, make_url
from sqlalchemy.exc import DatabaseError

from kznews.dedup.similarity import BANDS, FEWEST_WORDS, WINDOW, Sketch, day_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from kznews.items import Article

SCHEMA_VERSION = 4
BATCH = 6
"""Changes of articles that may wait for their commit: what a kill can cost in fetching again."""
BAND_BATCH = 500
"""Articles whose bands wait for their commit together."""
QUIET_RUNS = timedelta(days=30)
"""How long a run that brought nothing is remembered."""
LEASE = timedelta(minutes=3)
"""How long a run counts as alive after its last sign of life."""

DISCOVERED, FETCHED, STORED, REJECTED, GONE = "discovered", "fetched", "stored", "rejected", "gone"

metadata = MetaData()
Words = Text().with_variant(Text(collation="C"), "postgresql")
"""Text in the order of its bytes: a language's own order would pass over the signs in instants."""
meta = Table("meta", metadata, Column("key", Words, primary_key=True), Column("value", Words))
runs = Table(
    "runs",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("spider", Words, nullable=False),
    Column("site", Words),
    Column("arguments", Words, nullable=False),
    Column("host", Words, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", Words, nullable=False),
    Column("lease", Words, nullable=False),
    Column("ended", Words),
    Column("reason", Words),
    Column("status", Integer),
    Column("report", Words),
)
urls = Table(
    "urls",
    metadata,
    Column("url", Words, primary_key=True),
    Column("site", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("via", Words, nullable=False),
    Column("run", Integer, nullable=False),
    Column("id", Words),
    Column("published", Words),
    Column("tries", Integer, nullable=False),
    Column("reason", Words),
    Column("seen", Words, nullable=False),
    sqlite_with_rowid=False,
)
Index(
    "urls_pending",
    urls.c.site,
    sqlite_where=urls.c.state == DISCOVERED,
    postgresql_where=urls.c.state == DISCOVERED,
)
versions = Table(
    "versions",
    metadata,
    Column("id", Words, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("url", Words, nullable=False),
    Column("site", Words, nullable=False),
    Column("run", Integer, nullable=False),
    Column("hash", Words, nullable=False),
    Column("fingerprint", Words, nullable=False, index=True),
    Column("published", Words),
    Column("modified", Words),
    Column("stored", Words, nullable=False),
    Column("feed", Words),
    Column("item", Words, nullable=False),
)
Index("versions_published", versions.c.site, versions.c.published)
Index(
    "versions_undelivered",
    versions.c.site,
    sqlite_where=versions.c.feed.is_(None),
    postgresql_where=versions.c.feed.is_(None),
)
feeds = Table(
    "feeds",
    metadata,
    Column("part", Words, primary_key=True),
    Column("feed", Words, nullable=False),
    Column("run", Integer, nullable=False),
    Column("ready", Integer, nullable=False),
)
walks = Table(
    "walks",
    metadata,
    Column("site", Words, primary_key=True),
    Column("section", Words, primary_key=True),
    Column("run", Integer, nullable=False),
)
bands = Table(
    "banded",
    metadata,
    Column("period", Integer, primary_key=True),
    Column("band", BigInteger, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("id", Words, primary_key=True),
    sqlite_with_rowid=False,
)

FINAL_REASONS = frozenset(
    {"duplicate", "gone", "http_404", "http_410", "invalid", "no_body", "no_date", "no_title"}
    | {"protected", "redirected"}
)
"""Reasons of a rejection that stand; what failed for another is tried again by later runs."""
PASSING_REASONS = frozenset({"not_an_article", "too_slow"})
"""Reasons that stand once an address was tried ``MOST_TRIES`` times: a guard's page may be gone."""
MOST_TRIES = 10

MIGRATIONS: dict[int, Sequence[str]] = {
    1: ("ALTER TABLE runs ADD COLUMN site TEXT", "UPDATE runs SET site = spider"),
    2: ("INSERT INTO banded SELECT day / 28, band, day, id FROM bands", "DROP TABLE bands"),
    3: ("ALTER TABLE runs ADD COLUMN status INTEGER", "ALTER TABLE runs ADD COLUMN report TEXT"),
}
"""Statements that lead from a schema version to the next."""

_PENDING_TRIES = 3
"""Runs that try an address one after the other; then it waits a day each time."""
_open: WeakKeyDictionary[Crawler, Archive] = WeakKeyDictionary()
_TOUCH = (
    update(versions)
    .where(versions.c.id == bindparam("key"), versions.c.version == bindparam("number"))
    .values(modified=bindparam("touched"))
)
_DELIVER = (
    update(versions)
    .where(versions.c.id == bindparam("key"), versions.c.version == bindparam("number"))
    .values(feed=bindparam("name"))
)
_LATEST = (
    select(versions)
    .where(
        (versions.c.id == bindparam("key"))
        | (
            versions.c.id
            == select(urls.c.id).where(urls.c.url == bindparam("address")).scalar_subquery()
        )
    )
    .order_by(versions.c.version.desc())
    .limit(1)
)
_WITH_TEXT = (
    select(versions.c.id)
    .where(versions.c.fingerprint == bindparam("text"), versions.c.id != bindparam("key"))
    .order_by(versions.c.stored)
    .limit(1)
)
_NEAR = select(bands.c.band, bands.c.id).where(
    bands.c.period.in_([bindparam("period"), bindparam("next")]),
    bands.c.band.in_([bindparam(f"band{place}") for place in range(BANDS)]),
    bands.c.day.between(bindparam("first"), bindparam("last")),
)


class Prepared:
    """A statement compiled once for a database; building one anew costs more than running it."""

    def __init__(self, engine: Engine, statement: Any) -> None:
        compiled = statement.compile(engine, compile_kwargs={"render_postcompile": True})
        self.sql = str(compiled)
        names: Sequence[str] | None = compiled.positiontup
        self._ordered = itemgetter(*names) if names else dict
        self.fixed = {name: value for name, value in compiled.params.items() if value is not None}

    def run(self, connection: Connection, values: dict[str, Any]) -> Any:
        """Return the driver's own cursor: SQLAlchemy's result takes longer than the query."""
        cursor = connection.connection.cursor()
        cursor.execute(self.sql, self._bound(values))
        return cursor

    def run_many(self, connection: Connection, values: Iterable[dict[str, Any]]) -> None:
        cursor: Any = connection.connection.cursor()  # takes a generator, whatever its type says
        cursor.executemany(self.sql, map(self._bound, values))

    def _bound(self, values: dict[str, Any]) -> Any:
        return self._ordered(self.fixed | values if self.fixed else values)


class ArchiveError(Exception):
    """The archive cannot be used; the message names it and the remedy."""


class ArchiveBusyError(ArchiveError):
    """Another run is at work at the same site."""


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


def now(later: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) + later).isoformat(timespec="milliseconds")


def instant(moment: str | None) -> str | None:
    """Return an ISO 8601 instant in UTC, comparable as text; a day or month as it is."""
    if moment is None or len(moment) <= len("2026-11-23"):
        return moment
    return datetime.fromisoformat(moment).astimezone(UTC).isoformat(timespec="seconds")


class Archive:
    """One database, used by one run (``begin`` … ``end``) or read by a command.

    Changes wait in small batches; ``flush`` commits them. Every error of the database comes out as
    an ``ArchiveError``.
    """

    def __init__(self, url: str, *, create: bool = True) -> None:
        self.url = make_url(url).render_as_string(hide_password=True)
        self._driver = _driver(url)
        file = make_url(url).database
        if not create and url.startswith("sqlite") and file and not Path(file).exists():
            raise ArchiveError(f"there is no archive at {file}: run a crawl first")
        self.run: int | None = None
        self.batch = BATCH
        self._statements: dict[tuple[str, ...], Any] = {}
        self._waiting: dict[Any, list[dict[str, Any]]] = {}
        self._prepared: dict[Any, Prepared] = {}
        self._settling: dict[str, Any] = {}
        self._articles: dict[str, dict[str, Any]] = {}  # by id, by address, by fingerprint
        self._bands: dict[int, list[tuple[int, str]]] = {}
        self._banded = 0
        with self._errors():
            self._engine = _engine(url)
            self._reader = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            try:
                with self._engine.begin() as connection:
                    self._alone(connection)
                    metadata.create_all(connection)
                    self._migrate(connection)
            except BaseException:
                self.close()
                raise

    def _migrate(self, connection: Connection) -> None:
        found = connection.scalar(select(meta.c.value).where(meta.c.key == "schema"))
        if found is None:
            connection.execute(meta.insert(), {"key": "schema", "value": str(SCHEMA_VERSION)})
            return
        if int(found) > SCHEMA_VERSION:
            raise ArchiveError(
                f"{self.url} was written by a newer kznews (schema {found}, this one knows "
                f"{SCHEMA_VERSION}): update kznews, or name another archive in KZNEWS_ARCHIVE_URL"
            )
        for version in range(int(found), SCHEMA_VERSION):
            for statement in MIGRATIONS[version]:
                connection.exec_driver_sql(statement)
        self._write(connection, meta, {"key": "schema", "value": str(SCHEMA_VERSION)}, "value")

    def _alone(self, connection: Connection) -> None:
        """Let no other run begin or migrate meanwhile; SQLite's transactions are alone anyway."""
        if not self._is_sqlite:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(365)")

    @property
    def _is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (DatabaseError, self._driver.DatabaseError) as error:
            cause = getattr(error, "orig", error)
            if "locked" in str(cause):
                message = "is locked by another program: end it and run again"
            elif isinstance(cause, self._driver.OperationalError):
                message = f"cannot be used: {cause}"
            else:
                message = (
                    f"is damaged or no archive ({cause}): put a copy in its place, or move it away "
                    "to begin anew; files that were delivered are not touched"
                )
            raise ArchiveError(f"{self.url} {message}") from None

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._errors(), self._engine.begin() as connection:
            yield connection

    def _rows(self, statement: Any) -> Sequence[Row[Any]]:
        with self._errors():
            return self._reader.execute(statement).all()

    def _prepare(self, statement: Any) -> Prepared:
        if statement not in self._prepared:
            self._prepared[statement] = Prepared(self._engine, statement)
        return self._prepared[statement]

    def _find(self, statement: Any, values: dict[str, Any]) -> Any:
        with self._errors():
            return self._prepare(statement).run(self._reader, values)

    def _write(
        self, connection: Connection, table: Table, values: dict[str, Any], *changing: str
    ) -> None:
        connection.execute(self._upsert(table, *changing), values)

    def _upsert(self, table: Table, *changing: str) -> Any:
        """Return an insert that changes the named columns of a row that is there already."""
        key = (table.name, *changing)
        if key not in self._statements:
            dialect = sqlite if self._is_sqlite else postgresql
            insert = dialect.insert(table)
            self._statements[key] = (
                insert.on_conflict_do_update(
                    index_elements=list(table.primary_key.columns),
                    set_={name: insert.excluded[name] for name in changing},
                )
                if changing
                else insert.on_conflict_do_nothing()
            )
        return self._statements[key]

    def _later(self, statement: Any, values: dict[str, Any]) -> None:
        """Let a change wait; text that no database takes fails here, not with all that waits."""
        for value in values.values():
            if isinstance(value, str):
                value.encode()
        self._waiting.setdefault(statement, []).append(values)

    # --- Runs -------------------------------------------------------------------------------------

    def begin(self, spider: str, site: str, root: str, arguments: dict[str, str]) -> list[int]:
        """Begin a run; return the runs at the same site that died, which are over now.

        A site is crawled by one run at a time, so that the polite delay holds for all of them and
        no article comes twice. Raises ``ArchiveBusyError`` naming the run that is at work,
        ``ArchiveError`` where the archive holds the same site from another address.
        """
        host, pid = socket.gethostname(), os.getpid()
        with self._transaction() as connection:
            self._alone(connection)
            known = connection.scalar(select(meta.c.value).where(meta.c.key == f"root:{site}"))
            if known not in {None, root}:
                raise ArchiveError(
                    f"{self.url} holds {site} as it is at {known}, not at {root}: name another "
                    "KZNEWS_DATA_DIR or KZNEWS_ARCHIVE_URL for it"
                )
            self._write(connection, meta, {"key": f"root:{site}", "value": root})
            dead = []
            unended = select(runs).where(runs.c.site == site, runs.c.ended.is_(None))
            for run in connection.execute(unended).all():
                if run.lease > now() and not (run.host == host and not _alive(run.pid)):
                    raise ArchiveBusyError(
                        f"{site} is being crawled by {run.spider} since {run.started} (run "
                        f"{run.run}, process {run.pid} on {run.host}): this run ends"
                    )
                dead.append(run.run)
            over = update(runs).where(runs.c.run.in_(dead))
            connection.execute(over.values(ended=now(), reason="killed"))
            values = {
                "spider": spider, "site": site,
                "arguments": json.dumps(arguments, ensure_ascii=False),
                "host": host, "pid": pid, "started": now(), "lease": now(LEASE),
            }  # fmt: skip
            key = connection.execute(runs.insert(), values).inserted_primary_key
            self.run = key[0] if key else None
        self._mend_bands(dead)
        return dead

    def keep_report(self, status: int, report: dict[str, Any] | None) -> None:
        """Keep the exit status of the run, and its report, None of a run without news.

        Runs without news are forgotten after a month: a look every minute makes half a million of
        them a year.
        """
        text = json.dumps(report, ensure_ascii=False) if report else None
        with self._transaction() as connection:
            own = update(runs).where(runs.c.run == self.run)
            connection.execute(own.values(status=status, report=text))
            past = runs.c.ended < now(-QUIET_RUNS)
            without = (runs.c.status == 0) & runs.c.report.is_(None)
            connection.execute(runs.delete().where(past, without))

    def reports(self, spider: str, most: int) -> Iterator[dict[str, Any]]:
        """Return the reports of earlier runs of a spider, newest first."""
        found = select(runs.c.report).where(runs.c.spider == spider, runs.c.report.is_not(None))
        for row in self._rows(found.order_by(runs.c.run.desc()).limit(most)):
            yield json.loads(row.report)

    def runs(self, most: int) -> Sequence[Row[Any]]:
        """Return the last runs, newest first: the columns of ``runs``."""
        return self._rows(select(runs).order_by(runs.c.run.desc()).limit(most))

    def run_of(self, number: int) -> Row[Any] | None:
        found = self._rows(select(runs).where(runs.c.run == number))
        return found[0] if found else None

    def published_by_day(self, site: str, until: datetime, days: int) -> list[int]:
        """Return how many articles appeared in the 24 hours before an instant, and so on back."""
        since = until - timedelta(days=days)
        found = select(versions.c.published).where(
            versions.c.site == site,
            versions.c.version == 1,
            versions.c.published > since.isoformat(timespec="seconds"),
        )
        counts = [0] * days
        for row in self._rows(found):
            at = datetime.fromisoformat(row.published)
            age = (until - (at if at.tzinfo else at.replace(tzinfo=UTC))).days
            counts[min(max(age, 0), days - 1)] += 1
        return counts

    def beat(self) -> None:
        """Commit what waits, and give a sign of life."""
        self.flush()
        with self._transaction() as connection:
            self._renew(connection)

    def _renew(self, connection: Connection) -> None:
        """Keep the lease; raise ``ArchiveError`` where another run has taken the site over."""
        alive = update(runs).where(runs.c.run == self.run, runs.c.ended.is_(None))
        if not connection.execute(alive.values(lease=now(LEASE))).rowcount:
            raise ArchiveError(
                f"run {self.run} gave no sign of life for so long that another took over from it"
            )

    def end(self, reason: str) -> None:
        self._flush_bands()
        with self._transaction() as connection:
            ended = update(runs).where(runs.c.run == self.run, runs.c.ended.is_(None))
            connection.execute(ended.values(ended=now(), reason=reason))

    def close(self) -> None:
        self._reader.close()
        self._engine.dispose()

    def note(self, key: str) -> str | None:
        with self._errors():
            value = self._reader.scalar(select(meta.c.value).where(meta.c.key == key))
        return value if isinstance(value, str) else None

    def keep_note(self, key: str, value: str) -> None:
        self._later(self._upsert(meta, "value"), {"key": key, "value": value})

    # --- Addresses --------------------------------------------------------------------------------

    def known(self, wanted: Iterable[str]) -> dict[str, Row[Any]]:
        """Return url, state, run and published of the addresses that were found before."""
        self.flush()
        columns = (urls.c.url, urls.c.state, urls.c.run, urls.c.published)
        return {row.url: row for row in self._rows(select(*columns).where(urls.c.url.in_(wanted)))}

    def discover(
        self, url: str, site: str, via: str, published: str | None, article_id: str | None = None
    ) -> None:
        """Note an address, so that it is fetched by a later run if this one does not come to it."""
        values = self._url(url, site, DISCOVERED, via, published)
        self._later(self._upsert(urls), values | {"id": article_id})

    def settle(
        self, url: str, site: str, state: str, via: str, *, reason: str | None = None,
        published: str | None = None, article_id: str | None = None,
    ) -> None:  # fmt: skip
        """Note what came of an address."""
        values = self._url(url, site, state, via, published)
        values |= {"reason": reason, "id": article_id, "tries": 0}
        changing = ("state", "reason", "seen", "tries", *(() if state == GONE else ("id",)))
        changing = (*changing, "published") if published else changing
        statement = self._upsert(urls, *changing)
        if self._settling.get(url, statement) is not statement:
            self.flush()  # a commit sorts by statement: what was noted first must come first
        self._settling[url] = statement
        self._later(statement, values)
        if len(self._waiting.get(self._upsert(versions), ())) >= self.batch:
            self.flush()

    def miss(self, url: str, reason: str) -> int:
        """Note that an address could not be had this time; return how often that was so on end."""
        self.flush()
        missed = update(urls).where(urls.c.url == url)
        with self._transaction() as connection:
            connection.execute(missed.values(tries=urls.c.tries + 1, reason=reason, seen=now()))
            if reason in PASSING_REASONS:
                tried = missed.where(urls.c.state == DISCOVERED, urls.c.tries >= MOST_TRIES)
                connection.execute(tried.values(state=REJECTED))
            return connection.scalar(select(urls.c.tries).where(urls.c.url == url)) or 0

    def pending(self, site: str, vias: Sequence[str]) -> Sequence[Row[Any]]:
        """Return the addresses that wait to be fetched, all or those found in some ways.

        One that failed three times waits a day before it is tried again.
        """
        self.flush()
        wanted = select(urls.c.url, urls.c.via, urls.c.published, urls.c.id).where(
            urls.c.site == site,
            urls.c.state == DISCOVERED,
            (urls.c.tries < _PENDING_TRIES) | (urls.c.seen < now(-timedelta(days=1))),
        )
        return self._rows(wanted.where(urls.c.via.in_(vias)) if vias else wanted)

    def addresses(self, site: str) -> Sequence[Row[Any]]:
        """Return url, state, reason, published and id of all that was ever found of a site."""
        self.flush()
        columns = (urls.c.url, urls.c.state, urls.c.reason, urls.c.published, urls.c.id)
        return self._rows(select(*columns).where(urls.c.site == site))

    def mark(self, site: str, section: str) -> int:
        """Return the last run that walked the section to its end or to what was known, else 0."""
        found = self._rows(
            select(walks.c.run).where(walks.c.site == site, walks.c.section == section)
        )
        return found[0].run if found else 0

    def complete(self, site: str, section: str) -> None:
        """Note that this run left no hole in the section."""
        values = {"site": site, "section": section, "run": self.run}
        self._later(self._upsert(walks, "run"), values)
        self.flush()

    def _url(
        self, url: str, site: str, state: str, via: str, published: str | None
    ) -> dict[str, Any]:
        return {
            "url": url, "site": site, "state": state, "via": via, "run": self.run, "id": None,
            "published": published, "tries": 0, "reason": None, "seen": now(),
        }  # fmt: skip

    # --- Articles ---------------------------------------------------------------------------------

    def latest(self, article_id: str, url: str = "") -> dict[str, Any] | None:
        """Return the last version of an article, the columns of ``versions``, None if unknown.

        It is found by its address, too: a page that hides its post ID is still the same article.
        """
        if waiting := self._articles.get(article_id) or self._articles.get(url):
            return waiting
        found = self._find(_LATEST, {"key": article_id, "address": url}).fetchone()
        return dict(zip(versions.columns.keys(), found, strict=True)) if found else None

    def with_text(self, fingerprint: str, article_id: str) -> str | None:
        """Return the id of the article that was stored first with the same text, if another."""
        waiting = self._articles.get(fingerprint)
        if waiting and waiting["id"] != article_id:
            return str(waiting["id"])
        found = self._find(_WITH_TEXT, {"text": fingerprint, "key": article_id}).fetchone()
        return found[0] if found else None

    def store(self, article: Article, fingerprint: str) -> None:
        """Keep a version of an article, and settle its address."""
        published = instant(article.published_at)
        values = {
            "id": article.id, "version": article.version, "url": article.url,
            "site": article.site, "run": self.run, "hash": article.content_hash,
            "fingerprint": fingerprint, "published": published,
            "modified": instant(article.modified_at), "stored": now(), "feed": None,
            "item": orjson.dumps(article).decode(),
        }  # fmt: skip
        self._articles[article.id] = self._articles[article.url] = values
        self._articles.setdefault(fingerprint, values)
        self._later(self._upsert(versions), values)
        self.settle(
            article.url, article.site, STORED, article.discovered_via,
            published=published, article_id=article.id,
        )  # fmt: skip

    def confirm(self, article: Article, version: int) -> None:
        """Note that a version is still what the site shows, and when the site last touched it."""
        values = {"key": article.id, "number": version, "touched": instant(article.modified_at)}
        self._later(_TOUCH, values)
        self.settle(
            article.url, article.site, STORED, article.discovered_via, article_id=article.id
        )

    def modified(self, wanted: Iterable[str]) -> dict[str, str | None]:
        """Return when the site last changed each of some articles that are stored, by id."""
        self.flush()
        last = select(versions.c.id, versions.c.modified).where(versions.c.id.in_(wanted))
        return {row.id: row.modified for row in self._rows(last.order_by(versions.c.version))}

    def young(self, site: str, since: datetime) -> Sequence[Row[Any]]:
        """Return url, tries, id, modified and stored of the articles published since an instant."""
        last = (
            select(versions.c.id, func.max(versions.c.version).label("version"))
            .where(
                versions.c.site == site,
                versions.c.published >= since.isoformat(timespec="seconds"),
            )
            .group_by(versions.c.id)
            .subquery()
        )
        return self._rows(
            select(urls.c.url, urls.c.tries, versions.c.id, versions.c.modified, versions.c.stored)
            .join(last, (last.c.id == versions.c.id) & (last.c.version == versions.c.version))
            .join(urls, urls.c.url == versions.c.url)
            .where(urls.c.state == STORED)
        )

    def export(
        self, site: str | None, since: date | None, until: date | None, *, all_versions: bool
    ) -> Iterator[dict[str, Any]]:
        """Return stored items by time of publication, of some days by each site's own clock.

        An item of which only the month is known belongs to each day of it.
        """
        wanted = select(versions.c.item)
        if since:  # a clock is at most a day away from UTC, which the column is in
            wanted = wanted.where(versions.c.published >= f"{since - timedelta(days=1):%Y-%m}")
        if until:
            wanted = wanted.where(versions.c.published < str(until + timedelta(days=2)))
        wanted = wanted.order_by(versions.c.published, versions.c.id, versions.c.version)
        if site:
            wanted = wanted.where(versions.c.site == site)
        if not all_versions:
            later = versions.alias()
            wanted = wanted.where(
                ~select(later.c.id)
                .where(later.c.id == versions.c.id, later.c.version > versions.c.version)
                .exists()
            )
        for row in self.stream(wanted):
            item = orjson.loads(row.item)
            day = (item["published_at"] or "")[:10]
            if str(since or "")[: len(day)] <= day and (not until or day <= str(until)):
                yield item

    def stream(self, statement: Any) -> Iterator[Row[Any]]:
        """Return the rows of a query one after the other, however many they are."""
        with self._errors(), self._engine.connect() as connection:
            options: dict[str, Any] = {"yield_per": 100}
            if self._is_sqlite:  # a transaction would keep others from writing
                options["isolation_level"] = "AUTOCOMMIT"
            yield from connection.execution_options(**options).execute(statement)

    def sites(self) -> list[str]:
        """Return the names of the sites that articles are stored of."""
        return [row.site for row in self._rows(select(versions.c.site).distinct().order_by("site"))]

    def items(self, wanted: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return the last stored item of each article, by id."""
        return {
            found["id"]: orjson.loads(found["item"])
            for found in map(self.latest, wanted)
            if found is not None
        }

    # --- Near-duplicates --------------------------------------------------------------------------

    def near(self, keys: Sequence[int], day: int) -> dict[int, set[str]]:
        """Return the ids of the articles of the days around one that have a band, by band."""
        first, last = day - WINDOW, day + WINDOW
        sharing = {
            key: {found for when, found in self._bands.get(key, ()) if first <= when <= last}
            for key in keys
        }
        values = {f"band{place}": key for place, key in enumerate(keys)}
        values |= {"first": first, "last": last, "period": _period(first), "next": _period(last)}
        with self._errors():
            rows = self._find(_NEAR, values).fetchall()
        for key, found in rows:
            sharing[key].add(found)
        return sharing

    def add_bands(self, keys: Sequence[int], day: int, article_id: str) -> None:
        """Note by which bands an article is found.

        The rows go to many places of a large table, so they are committed many at a time; what a
        kill takes is made anew from the texts.
        """
        for key in keys:
            self._bands.setdefault(key, []).append((day, article_id))
        self._banded += 1
        if self._banded >= BAND_BATCH:
            self._flush_bands()

    def _flush_bands(self) -> None:
        self.flush()
        self._banded = 0
        if not self._bands:
            return
        rows = (
            {"period": _period(day), "band": key, "day": day, "id": article_id}
            for key, found in sorted(self._bands.items())
            for day, article_id in found
        )
        with self._transaction() as connection:
            self._prepare(self._upsert(bands)).run_many(connection, rows)
            note = {"key": f"bands:{self.run}", "value": now()}
            self._write(connection, meta, note, "value")
        self._bands.clear()

    def _mend_bands(self, dead: Sequence[int]) -> None:
        for run in dead:
            since = self.note(f"bands:{run}") or ""
            lost = select(versions.c.id, versions.c.item).where(
                versions.c.run == run, versions.c.stored >= since, versions.c.version == 1
            )
            for row in self._rows(lost):
                item = orjson.loads(row.item)
                if item["word_count"] >= FEWEST_WORDS:
                    self.add_bands(Sketch(item["text"]).bands(), day_of(item), row.id)
        self._flush_bands()

    # --- Feeds ------------------------------------------------------------------------------------

    def feed_opened(self, part: Path, feed: str) -> None:
        with self._transaction() as connection:
            values = {"part": str(part), "feed": feed, "run": self.run, "ready": 0}
            self._write(connection, feeds, values, "run", "ready")

    def feed_ready(self, part: Path, feed: str, keys: Sequence[tuple[str, int]]) -> None:
        """Note which versions a file holds, just before it appears under its name."""
        self.flush()
        with self._transaction() as connection:
            self._renew(connection)
            connection.execute(update(feeds).where(feeds.c.part == str(part)).values(ready=1))
            self._deliver(connection, feed, keys)

    def feed_done(self, part: Path) -> None:
        with self._transaction() as connection:
            connection.execute(feeds.delete().where(feeds.c.part == str(part)))

    def delivered(self, feed: str, keys: Sequence[tuple[str, int]]) -> None:
        """Note that a feed that is no local file has these versions."""
        self.flush()
        with self._transaction() as connection:
            self._renew(connection)
            self._deliver(connection, feed, keys)

    def _deliver(self, connection: Connection, feed: str, keys: Sequence[tuple[str, int]]) -> None:
        rows = ({"key": key, "number": number, "name": feed} for key, number in keys)
        if keys:
            self._prepare(_DELIVER).run_many(connection, rows)

    def undeliver(self, feed: str) -> None:
        """Note that a feed is lost, so that its articles are delivered anew."""
        with self._transaction() as connection:
            lost = update(versions).where(versions.c.feed == feed)
            connection.execute(lost.values(feed=None))

    def unfinished_feeds(self, site: str) -> Sequence[Row[Any]]:
        """Return the files that runs at the site which are over did not finish, and their hosts."""
        unfinished = select(feeds, runs.c.host).join(runs, runs.c.run == feeds.c.run)
        return self._rows(unfinished.where(runs.c.site == site, runs.c.ended.is_not(None)))

    def undelivered(self, site: str) -> Iterator[dict[str, Any]]:
        """Return the items that no feed carries, of runs that are over."""
        ended = select(runs.c.run).where(runs.c.ended.is_not(None))
        found = (
            select(versions.c.item)
            .where(versions.c.site == site, versions.c.feed.is_(None), versions.c.run.in_(ended))
            .order_by(versions.c.stored)
        )
        for row in self.stream(found):
            yield orjson.loads(row.item)

    # --- Batches ----------------------------------------------------------------------------------

    def flush(self) -> None:
        """Commit what waits."""
        if not self._waiting:
            return
        with self._transaction() as connection:
            for statement, values in self._waiting.items():
                self._prepare(statement).run_many(connection, values)
        self._waiting.clear()
        self._settling.clear()
        self._articles.clear()


def _period(day: int) -> int:
    """Return the stretch of days that bands are kept by, so that those of one time lie together.

    The days around one lie in two of them.
    """
    return day // (2 * WINDOW)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True


def _driver(url: str) -> Any:
    """Return the module that speaks with the database; raises ``ArchiveError`` where it lacks."""
    try:
        return make_url(url).get_dialect().import_dbapi()
    except ModuleNotFoundError as error:
        raise ArchiveError(
            f"{make_url(url).drivername} needs the package {error.name}: "
            "pip install 'psycopg[binary]' for PostgreSQL (postgresql+psycopg://…)"
        ) from None


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url)
    if parsed.database and parsed.database != ":memory:":
        try:
            Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(parsed.database, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise ArchiveError(f"{url} cannot be made: {error}") from None
    patience = {} if "timeout" in parsed.query else {"timeout": 30}
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
