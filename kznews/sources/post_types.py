"""The types of a WordPress's posts: the routes of the requested ones, and others."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from scrapy import Request

from kznews.sources.base import Crawl, Output, Source
from kznews.sources.failures import failure_reason, in_words
from kznews.wordpress import api

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.sites import Site


class PostTypes(Source):
    """Learn the routes of the requested types, then call ``then``."""

    def __init__(self, crawl: Crawl, then: Callable[[tuple[str, ...]], Iterator[Output]]) -> None:
        super().__init__(crawl)
        self._then = then

    def begin(self) -> Iterator[Output]:
        if self.crawl.arguments.types:
            yield self._ask(self.parse, self.failed)
        else:
            yield from self._then((api.POSTS,))

    def _ask(
        self,
        callback: Callable[[Response], Iterator[Output] | None],
        errback: Callable[[Failure], Iterator[Output] | None],
    ) -> Request:
        return Request(f"{self.site.root}{api.TYPES}", callback=callback, errback=errback)

    def parse(self, response: Response) -> Iterator[Output]:
        try:
            routes = api.read_types(response)
        except api.ClosedApiError as error:
            yield from self._guess(str(error))
            return
        asked = self.crawl.arguments.types
        unknown = [name for name in asked if name not in routes]
        if unknown:
            self.crawl.problem(f"no type of posts is called {unknown}: there are {sorted(routes)}")
        found = tuple(routes[name] for name in asked if name in routes)
        self.crawl.archive.notes.keep(note_key(self.site), ",".join(found))
        yield from self._then(found)

    def failed(self, failure: Failure) -> Iterator[Output]:
        yield from self._guess(in_words(*failure_reason(failure)))

    def _guess(self, why: str) -> Iterator[Output]:
        self.log.warning("The site does not say where its types of posts are (%s)", why)
        types = self.crawl.arguments.types
        yield from self._then(tuple(api.POSTS if name == "post" else name for name in types))

    def look_for_others(self) -> Iterator[Request]:
        """Ask an unknown site whether it has other types of posts than the requested ones."""
        if self.site.any_path and not self.crawl.arguments.types:
            yield self._ask(self.parse_others, self.no_others)

    def parse_others(self, response: Response) -> None:
        with suppress(api.ClosedApiError):
            if others := [name for name in api.read_types(response) if name != "post"]:
                self.log.warning(
                    "%s has posts of other types, which may be news: `-a types=%s` asks for them",
                    self.site.root,
                    ",".join(["post", *others]),
                )

    def no_others(self, _: Failure) -> None:
        """Do without."""


def note_key(site: Site) -> str:
    """Return the key of the archive's note of posts of other types than ``post``.

    The API's list of posts lacks them, which does not mean that they are gone.
    """
    return f"types:{site.name}"
