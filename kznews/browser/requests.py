"""What a crawl asks of the browser: one page as its scripts fill it, or a listing to its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from kznews.pages.listing import Link

RENDER = AUTO, ALWAYS, NEVER = "auto", "always", "never"
"""When a browser is used: where nothing else will do; for every section page and article; never."""

META = "browser"
"""Key of a request's meta: what the browser does with the page, a ``Rendering``."""

PAGES = 2
"""Pages that the browser has open at once."""


@dataclass
class InfiniteScroll:
    """How far a listing is read that grows by a button or by scrolling, and how far it was read.

    ``goes_on`` gets this object and the page's HTML whenever the page has grown, keeps what it has
    ``found``, and says whether to read on: no, because ``stopped``. ``loads`` counts how often the
    page grew, at ``most``. ``ended`` says that there is no more, ``problem`` why that is not known.
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
    """What the browser does before it takes a page: it waits for an element that ``wait_for``
    selects, to be there or to be ``filled`` with digits, and reads a listing on by ``scroll``.
    """

    wait_for: str = ""
    filled: bool = False
    scroll: InfiniteScroll | None = None
