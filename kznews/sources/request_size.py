"""How many posts the REST API is asked for at a time: a server may die of a hundred."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from kznews.wordpress import api, rest

if TYPE_CHECKING:
    from kznews.sources.base import Crawl

logger = logging.getLogger(__name__)


class RequestSize:
    """The number of posts a request, which an earlier run may have had to find out."""

    def __init__(self, crawl: Crawl) -> None:
        self._crawl = crawl
        self._size: int | None = None

    @property
    def _note(self) -> str:
        return f"posts_per_request:{self._crawl.site.name}"

    def get(self) -> int:
        if self._size is None:
            kept = self._crawl.archive.notes.read(self._note)
            self._size = next((x for x in rest.SIZES if str(x) == kept), api.MOST_POSTS)
        return self._size

    def lower(self, size: int, reason: str) -> None:
        """Note that the API fails when it is asked for as many posts as it was."""
        self._size = size
        logger.warning("The API fails (%s): %d posts at a time from now on", reason, size)

    def keep(self) -> None:
        """Keep what the site is able to give, once it gave it."""
        size = self.get()
        if size < api.MOST_POSTS and self._crawl.archive.notes.read(self._note) != str(size):
            self._crawl.archive.notes.keep(self._note, str(size))
