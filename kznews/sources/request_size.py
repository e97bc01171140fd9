"""How many posts the REST API is asked for at a time: some servers fail at a hundred."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from kznews.storage.schema import now
from kznews.wordpress import api, rest

if TYPE_CHECKING:
    from kznews.sources.base import Crawl

logger = logging.getLogger(__name__)

REMEMBERED = timedelta(days=7)
"""How long a size is kept: a server that fails one night may do better later."""


class RequestSize:
    """The number of posts per request, as an earlier run may have found it."""

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
            is_recent = at > now(-REMEMBERED)
            sizes = rest.SIZES if is_recent else ()
            self._size = next((size for size in sizes if str(size) == kept), api.MOST_POSTS)
            self._kept = self._size
        return self._size

    def lower(self, size: int, reason: str) -> None:
        """Note that the API fails with the current size."""
        self._size = size
        logger.warning("The API fails (%s): %d posts at a time from now on", reason, size)

    def keep(self) -> None:
        """Keep a size that the site was able to answer."""
        if (size := self.get()) < self._kept:
            self._kept = size
            self._crawl.archive.notes.keep(self._note, f"{size} {now()}")
