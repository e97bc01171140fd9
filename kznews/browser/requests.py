"""What a crawl asks of the browser: a rendered page, or a listing read to its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from kznews.pages.listing import Link

RENDER = AUTO, ALWAYS, NEVER = "auto", "always", "never"
"""When a browser is used: only if nothing else works; for every section page and article; never."""

META = "browser"
"""Key of a request's meta: what the browser does with the page, a ``Rendering``."""

PAGES = 2
"""Pages that are open at the same time."""


@dataclass
class InfiniteScroll:
    """A listing that grows by a button or by scrolling: how far to read it, how far it was read.

    ``goes_on`` is called with this object and the page's HTML each time the page has grown. It adds
    to ``found`` and returns whether to continue; if not, ``stopped`` says why. ``loads`` counts how
    often the page grew, at most ``most`` times. ``ended`` means that the end was reached,
    ``problem`` why this is not known.
    """

    most: int
    goes_on: Callable[[InfiniteScroll, str], bool]
    found: dict[str, Link] = field(default_factory=dict)
    stopped: str = ""
    loads: int = 0
    ended: bool = False
    problem: str | None = None


@dataclass
class Rendering:
    """What the browser does before it returns a page.

    It waits for an element that ``wait_for`` selects (with ``filled``, until it has digits), and
    reads a listing on by ``scroll``.
    """

    wait_for: str = ""
    filled: bool = False
    scroll: InfiniteScroll | None = None
