"""The one boundary around each unit of work: a failure nobody foresaw costs that unit only.

A unit is a page, a post of an answer, a listing, a file of a sitemap, an item in the pipelines, a
line of a feed. An exception is counted by its class and place, its traceback is logged once, the
unit is rejected as ``error`` (or ``too_slow``), its neighbours go on, and the run ends with exit
status 1 (``docs/architecture.md``, «Nothing is lost silently»).
"""

from __future__ import annotations

import logging
import traceback
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.exceptions import CloseSpider, DropItem
from twisted.python.failure import Failure

import kznews
from kznews import finish_reasons
from kznews.pages import limits
from kznews.sources.failures import Unread
from kznews.spiders.time_limit import TimeLimit, TooSlow
from kznews.storage.database import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from kznews.pages.units import Each, Unit

T = TypeVar("T")
R = TypeVar("R")
logger = logging.getLogger(__name__)

PASSING = (CloseSpider, DropItem, ArchiveError)
"""Exceptions that others wait for: they end the run or drop an item, knowingly."""
LONGEST_MESSAGE = 200
_PACKAGE = Path(kznews.__file__).parent
_END = object()
_boundaries: WeakKeyDictionary[Crawler, Boundary] = WeakKeyDictionary()


def of(crawler: Crawler) -> Boundary:
    """Return the boundary of a crawl."""
    found = _boundaries.get(crawler)
    if found is None:
        found = _boundaries[crawler] = Boundary(crawler)
    return found


class Boundary:
    """Turns what is raised while a unit is read into the unit's rejection."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.limit = TimeLimit(crawler.settings.getfloat("KZNEWS_READ_SECONDS"))

    def unread(self, error: Exception, unit: str) -> Unread:
        """Return why a unit is rejected; count the exception and log its traceback once a place.

        Raises what others wait for.
        """
        if isinstance(error, PASSING):
            raise error
        if isinstance(error, Unread):
            return error
        if isinstance(error, TooSlow):
            return Unread("too_slow", str(error))
        told = describe(error)
        is_new = finish_reasons.count_error(self.crawler.stats, place(error))
        logger.error("Cannot read %s: %s", unit, told, exc_info=error if is_new else None)
        return Unread("error", told)

    def around(self, output: Iterable[Any], where: str, *, timed: bool = True) -> Iterator[Any]:
        """Return what a callback gives, each step in its time, each request inside the boundary.

        As what starts a crawl is inside, no request can be outside. ``where`` is said of limits
        of reading that are met.
        """
        steps = iter(output)
        while True:
            with limits.collected() as met, self.limit if timed else nullcontext():
                step = next(steps, _END)
            for name, times in met.items():
                self._count_limit(name, times, where)
            if step is _END:
                return
            if isinstance(step, Request):
                self._enclose(step)
            yield step

    def _count_limit(self, name: str, times: int, where: str) -> None:
        key = f"limits/{name}"
        if key not in self.crawler.stats.get_stats():
            logger.warning("%s meets the limit %s, which costs some of it (said once)", where, name)
        self.crawler.stats.inc_value(key, times)

    def each(
        self,
        units: Iterable[T],
        read: Callable[[T], Iterable[Any]],
        lost: Callable[[T, Unread], Iterable[Any]],
    ) -> Iterator[Any]:
        """Return what is read of each unit of an answer; ``lost`` writes down one that fails."""
        for unit in units:
            try:
                yield from read(unit)
            except Exception as error:
                yield from lost(unit, self.unread(error, repr(unit)[:LONGEST_MESSAGE]))

    def sparing(self, lost: dict[str, Unread]) -> Each:
        """Return an ``Each`` that puts the address of a unit that fails into ``lost``.

        What takes too long costs the whole answer.
        """

        def each(read: Callable[[Unit[T]], R], units: Iterable[Unit[T]], /) -> list[R]:
            found = []
            for unit in units:
                try:
                    found.append(read(unit))
                except TooSlow:
                    raise
                except Exception as error:
                    lost[unit[0]] = self.unread(error, repr(unit[0][:LONGEST_MESSAGE]))
            return found

        return each

    def _enclose(self, request: Request) -> None:
        if not isinstance(getattr(request.callback, "__self__", None), _Enclosed):
            enclosed = _Enclosed(self, request)
            request.callback, request.errback = enclosed.callback, enclosed.errback


class _Enclosed:
    """A request's callback and errback inside the boundary.

    An answer that cannot be read is one that did not come: its errback knows what follows. What
    its errback cannot do is a failure of the run.
    """

    def __init__(self, boundary: Boundary, request: Request) -> None:
        self._boundary = boundary
        self._callback: Callable[..., Any] | None = request.callback
        self._errback: Callable[[Failure], Any] | None = request.errback

    def callback(self, response: Response, **kwargs: Any) -> Iterator[Any]:
        assert self._callback
        assert response.request
        try:
            with self._boundary.limit:
                output = self._callback(response, **kwargs) or ()
            yield from self._boundary.around(output, response.url)
        except Exception as error:
            why = self._boundary.unread(error, response.url)
            failure: Any = Failure(why)  # type: ignore[no-untyped-call]
            failure.request = response.request
            yield from self.errback(failure)

    def errback(self, failure: Failure) -> Iterator[Any]:
        request: Request = failure.request  # type: ignore[attr-defined]
        try:
            if self._errback is None:
                failure.raiseException()
            with self._boundary.limit:
                output = self._errback(failure) or ()
            yield from self._boundary.around(output, request.url)
        except Exception as error:
            why = self._boundary.unread(error, request.url)
            spider: Any = self._boundary.crawler.spider
            yield spider.reject(request.url, "", why.reason, why.detail)


def describe(error: BaseException) -> str:
    """Return the class, the message and the place of an exception in one short line."""
    message = " ".join(str(error).encode("utf-8", "replace").decode().split())
    if len(message) > LONGEST_MESSAGE:
        message = f"{message[:LONGEST_MESSAGE]}…"
    kind, _, line = place(error).partition(" at ")
    return f"{kind}: {message} at {line}"


def place(error: BaseException) -> str:
    """Return the class of an exception, and file and line of the innermost frame.

    That is the innermost of the project's own frames if there is one.
    """
    kind = type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return f"{kind} at an unknown place"
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    last = (own or frames)[-1]
    path = Path(last.filename)
    name = path.relative_to(_PACKAGE.parent) if own else Path(path.name)
    return f"{kind} at {name}:{last.lineno}"
