"""What a crawl asks of the browser: one page as a script fills it, or a listing to its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from kznews.pages.listing import Link

META = "browser"
"""Key of a request's meta: what the browser is to do with the page, an ``Errand``."""
PAGES = 2


@dataclass
class Unroll:
    """How far a listing is to be read that grows by a button or by scrolling, and how far it was.

    ``goes_on`` gets the page's HTML whenever it has grown, keeps what it has ``found`` and says
    whether to read on: no, because ``stopped``. ``ended`` tells that there is no more, ``problem``
    why nobody knows.
    """

    most: int
    goes_on: Callable[[str], bool] = lambda _: True
    found: dict[str, Link] = field(default_factory=dict)
    stopped: str = ""
    loads: int = 0
    ended: bool = False
    problem: str | None = None


@dataclass
class Errand:
    """What the browser waits for before it takes the page: an element of this selector that is
    ``filled`` with digits or merely there; and which listing it reads on.
    """

    wait_for: str = ""
    filled: bool = False
    unroll: Unroll | None = None
