"""How many posts the REST API is asked for at a time: a server may die of a hundred."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from kznews.storage import archive
from kznews.wordpress import api, rest

if TYPE_CHECKING:
    from kznews.sources.base import Crawl

logger = logging.getLogger(__name__)

REMEMBERED = timedelta(days=7)
"""How long a size is believed: what a server fails at in one night it may be able to do later."""


class RequestSize:
    """The number of posts a request, which an earlier run may have had to find out."""

    def __init__(self, crawl: Crawl) -> None:
        self._crawl = crawl
        self._size: int | None = None
        self._kept = api.MOST_POSTS

    @property
    def _note(self) -> str:
        return f"posts_per_request:{self._crawl.site.name}"

    def get(self) -> int:
        if self._size is None:
            kept, _, at = (self._crawl.archive.notes.read(self._note) or "").partition(" ")
            is_recent = at > archive.now(-REMEMBERED)
            sizes = rest.SIZES if is_recent else ()
            self._size = next((size for size in sizes if str(size) == kept), api.MOST_POSTS)
            self._kept = self._size
        return self._size

    def lower(self, size: int, reason: str) -> None:
        """Note that the API fails when it is asked for as many posts as it was."""
        self._size = size
        logger.warning("The API fails (%s): %d posts at a time from now on", reason, size)

    def keep(self) -> None:
        """Keep what the site is able to give, once it gave it."""
        if (size := self.get()) < self._kept:
            self._kept = size
            self._crawl.archive.notes.keep(self._note, f"{size} {archive.now()}")
