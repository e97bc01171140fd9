"""The articles: each version once, found by id, address, text and time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import bindparam, func, select, update

from kznews.items import as_json
from kznews.storage.schema import STORED, instant, now, urls, versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy.engine import Row

    from kznews.items import Article
    from kznews.storage.database import Database
    from kznews.storage.runs import Runs
    from kznews.storage.urls import Urls

MOST_WAITING = 100
"""Versions that may wait for their commit: an answer of the REST API."""

_CONFIRM = (
    update(versions)
    .where(versions.c.id == bindparam("key"), versions.c.version == bindparam("number"))
    .values(modified=bindparam("touched"))
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
    .order_by(versions.c.seen.desc(), versions.c.version.desc())
    .limit(1)
)
_HISTORY = (
    select(versions.c.version, versions.c.hash, versions.c.seen, versions.c.item)
    .where(versions.c.id == bindparam("key"))
    .order_by(versions.c.seen, versions.c.version)
)
_later = versions.alias()
_IS_LAST = ~(
    select(_later.c.id)
    .where(
        _later.c.id == versions.c.id,
        (_later.c.seen > versions.c.seen)
        | ((_later.c.seen == versions.c.seen) & (_later.c.version > versions.c.version)),
    )
    .exists()
)
"""Whether no version of the same article was seen later."""
_WITH_TEXT = (
    select(versions.c.id)
    .where(versions.c.fingerprint == bindparam("text"), versions.c.id != bindparam("key"))
    .order_by(versions.c.stored)
    .limit(1)
)
_MODIFIED = (
    select(versions.c.id, versions.c.modified)
    .where(versions.c.id.in_(bindparam("keys", expanding=True)))
    .order_by(versions.c.seen, versions.c.version)
)


class Articles:
    """The table ``versions``. What waits for its commit is found as well."""

    def __init__(self, database: Database, runs: Runs, urls: Urls) -> None:
        self._database, self._runs, self._urls = database, runs, urls
        self._insert = database.batched(database.upsert(versions))
        self._confirm = database.batched(_CONFIRM)
        self._find_latest = database.prepared(_LATEST)
        self._find_text = database.prepared(_WITH_TEXT)
        self._waiting: dict[str, dict[str, Any]] = {}  # by id, by address
        self._texts: dict[str, str] = {}  # ids by fingerprint
        database.after_flush(self._waiting.clear)
        database.after_flush(self._texts.clear)

    def latest(self, article_id: str, url: str = "") -> dict[str, Any] | None:
        """Return the last version of an article, the columns of ``versions``, None if unknown.

        It is found by its address, too: a page that hides its post ID is still the same article.
        """
        if waiting := self._waiting.get(article_id) or self._waiting.get(url):
            return waiting
        found = self._find_latest(key=article_id, address=url)
        return dict(zip(versions.columns.keys(), found[0], strict=True)) if found else None

    def history(self, article_id: str) -> Sequence[Row[Any]]:
        """Return version, hash, seen and item of all versions, in the order they were seen in."""
        self._database.flush()
        return self._database.read(_HISTORY, key=article_id)

    def with_text(self, fingerprint: str, article_id: str) -> str | None:
        """Return the id of the article that was stored first with the same text, if another."""
        waiting = self._texts.get(fingerprint)
        if waiting not in {None, article_id}:
            return waiting
        found = self._find_text(text=fingerprint, key=article_id)
        return found[0][0] if found else None

    def store(self, article: Article, fingerprint: str) -> None:
        """Keep a version of an article, and settle its address."""
        published = instant(article.published_at)
        values = {
            "id": article.id, "version": article.version, "url": article.url,
            "site": article.site, "run": self._runs.current, "hash": article.content_hash,
            "fingerprint": fingerprint, "published": published,
            "modified": instant(article.modified_at), "stored": now(),
            "seen": instant(article.fetched_at), "feed": None,
            "item": as_json(article).decode(),
        }  # fmt: skip
        last = self.latest(article.id) if article.version > 1 else None
        is_last = last is None or last["seen"] <= values["seen"]
        if is_last:
            self._waiting[article.id] = self._waiting[article.url] = values
        self._texts.setdefault(fingerprint, article.id)
        self._database.later(self._insert, values)
        self._settle(article, published)
        if not is_last or len(self._waiting) >= 2 * MOST_WAITING:
            self._database.flush()

    def confirm(self, article: Article, version: int) -> None:
        """Note that a version is still what the site shows, and when the site last touched it."""
        values = {"key": article.id, "number": version, "touched": instant(article.modified_at)}
        self._database.later(self._confirm, values)
        self._settle(article, None)

    def _settle(self, article: Article, published: str | None) -> None:
        self._urls.settle(
            article.url, article.site, STORED, article.discovered_via,
            published=published, article_id=article.id,
        )  # fmt: skip

    def modified(self, wanted: Iterable[str]) -> dict[str, str | None]:
        """Return when the site last changed each of some articles that are stored, by id."""
        self._database.flush()
        return {row.id: row.modified for row in self._database.read_keys(_MODIFIED, wanted)}

    def young(self, site: str, since: datetime) -> Sequence[Row[Any]]:
        """Return url, tries, id, modified and stored of the articles published since an instant."""
        return self._database.read(
            select(urls.c.url, urls.c.tries, versions.c.id, versions.c.modified, versions.c.stored)
            .join(urls, urls.c.url == versions.c.url)
            .where(
                versions.c.site == site,
                versions.c.published >= since.isoformat(timespec="seconds"),
                urls.c.state == STORED,
                _IS_LAST,
            )
        )

    def published_by_day(self, site: str, until: datetime, days: int) -> list[int]:
        """Return how many articles appeared in the 24 hours before an instant, and so on back."""
        since = until - timedelta(days=days)
        found = select(versions.c.published).where(
            versions.c.site == site,
            versions.c.version == 1,
            versions.c.published > since.isoformat(timespec="seconds"),
        )
        counts = [0] * days
        for row in self._database.read(found):
            at = datetime.fromisoformat(row.published)
            age = (until - (at if at.tzinfo else at.replace(tzinfo=UTC))).days
            counts[min(max(age, 0), days - 1)] += 1
        return counts

    def export(
        self, site: str | None, since: date | None, until: date | None, *, all_versions: bool
    ) -> Iterator[dict[str, Any]]:
        """Return stored items by time of publication, of some days by each site's own clock.

        An item of which only the month is known belongs to each day of it.
        """
        key = (versions.c.published, versions.c.id, versions.c.version)
        wanted = select(*key, versions.c.item)
        if since:  # a clock is at most a day away from UTC, which the column is in
            wanted = wanted.where(versions.c.published >= f"{since - timedelta(days=1):%Y-%m}")
        if until:
            wanted = wanted.where(versions.c.published < str(until + timedelta(days=2)))
        wanted = wanted.order_by(*key)
        if site:
            wanted = wanted.where(versions.c.site == site)
        if not all_versions:
            wanted = wanted.where(_IS_LAST)
        for row in self._database.stream(wanted, keys=3):
            item = orjson.loads(row.item)
            day = (item["published_at"] or "")[:10]
            if str(since or "")[: len(day)] <= day and (not until or day <= str(until)):
                yield item

    def newest(self, site: str) -> str | None:
        """Return when the newest article appeared whose day is known, in UTC."""
        known = func.length(versions.c.published) > len("2026-11")
        newest = select(func.max(versions.c.published)).where(versions.c.site == site, known)
        found: str | None = self._database.value(newest)
        return found

    def sites(self) -> list[str]:
        """Return the names of the sites that articles are stored of."""
        names = select(versions.c.site).distinct().order_by(versions.c.site)
        return [row.site for row in self._database.read(names)]

    def items(self, wanted: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return the last stored item of each article, by id."""
        return {
            found["id"]: orjson.loads(found["item"])
            for found in map(self.latest, wanted)
            if found is not None
        }
