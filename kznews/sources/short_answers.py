"""Answers of the REST API that name fewer posts than the site counts: what they held back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Self

from kznews.sources.post_articles import VIA
from kznews.storage.schema import MOST_TRIES
from kznews.wordpress import api
from kznews.wordpress.rest import WHOLE, Posts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response

    from kznews.items import Rejected
    from kznews.sources.base import Crawl

MAX_KEPT = 200
"""Requests that are kept for the next runs; what has no room is asked for from the top."""
_MARGIN = timedelta(seconds=2)


class Counted(NamedTuple):
    """What the site says of the posts that a request asks for.

    ``pages`` is none less than a full answer and ``total`` make; ``promised`` is how many posts the
    answer must name, 0 where the headers do not agree.
    """

    total: int | None
    pages: int | None
    promised: int

    @classmethod
    def read(cls, response: Response, query: Posts, named: int) -> Self:
        total = api.count(response, "X-WP-Total")
        pages = api.count(response, "X-WP-TotalPages")
        if total is None:
            return cls(None, pages, 0)
        due = -(-total // query.size)
        if pages == due:
            return cls(total, pages, min(query.size, max(0, total - (query.page - 1) * query.size)))
        return cls(total, max(pages or 0, due) if named >= query.size else pages, 0)


class ShortAnswers:
    """Keeps the requests whose answers were short, for the next runs to ask again.

    A plugin may hide a post for good, so an answer that was short in ``MOST_TRIES`` runs is taken
    as it is.
    """

    def __init__(self, crawl: Crawl) -> None:
        self._crawl = crawl
        self._tries: dict[str, int] | None = None
        self._met: set[str] = set()
        self._before: dict[str, int] = {}
        self._room = MAX_KEPT

    @property
    def _note(self) -> str:
        return f"short_answers:{self._crawl.site.name}"

    def _kept(self) -> dict[str, int]:
        if self._tries is None:
            self._tries = json.loads(self._crawl.archive.notes.read(self._note) or "{}")
            self._before = dict(self._tries or {})
            self._room -= len(self._before)
        return self._tries

    def waiting(self) -> list[Posts]:
        """Return the requests that earlier runs kept."""
        return [Posts.from_record(json.loads(key)) for key in self._kept()]

    def add(
        self, query: Posts, following: Posts | None, named: int, promised: int
    ) -> Iterator[Rejected]:
        """Keep a request, write down its answer, and let the run fail unless it is given up."""
        key = _key(_bounded(query, following))
        if key in self._met:
            return
        self._met.add(key)
        kept = self._kept()
        if key not in self._before and self._room <= 0:
            key = _key(_from_the_top(query))  # which asks for all that is not kept
            self._met.add(key)
        elif key not in self._before:
            self._room -= 1
        tries = self._before.get(key, 0)
        what = f"the REST API names {named} of {promised} posts ({query.path()})"
        if tries >= MOST_TRIES:
            self._drop(key)
        else:
            self._crawl.problem(what)
            kept[key] = tries + 1
            self._write()
        yield self._crawl.reject(f"{self._crawl.site.root}{query.path()}", VIA, "invalid", what)

    def hold(self, kept: Posts) -> None:
        """Keep a request that this run asked again and did not take all posts of."""
        self._met.add(_key(kept))

    def settle(self, kept: Posts) -> None:
        """Forget a request that was asked again, unless it was short again or is held."""
        key = _key(kept)
        if key not in self._met and self._crawl.left is None:
            self._drop(key)

    def _drop(self, key: str) -> None:
        if self._kept().pop(key, None) is not None:
            self._write()

    def _write(self) -> None:
        self._crawl.archive.notes.keep(self._note, json.dumps(self._kept()))


def _key(query: Posts) -> str:
    return json.dumps(query.record(), sort_keys=True)


def _from_the_top(query: Posts) -> Posts:
    """Return a request for all posts that a walk asks for."""
    return replace(query, fields=WHOLE, after=None, before=None, exclude=(), page=1)


def _bounded(query: Posts, following: Posts | None) -> Posts:
    """Return a request for the same posts that newer ones do not push out of its first page."""
    whole = replace(query, fields=WHOLE)
    moved = query.newest_first and following and following.before != query.before
    if not moved or following is None or following.before is None:
        return whole
    oldest = datetime.fromisoformat(following.before) - _MARGIN
    return replace(whole, after=max(query.after or "", oldest.isoformat()))
