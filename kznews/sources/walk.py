"""A walk through one section: where it is, what it has seen, what it knows of its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kznews.pages.listing import Link, SectionLink

ON, KNOWN, BEHIND, NOTHING = "on", "known", "behind", "nothing"
"""What some links mean for the walk: it goes on; an earlier run walked what lies below; the days
that were asked for lie above; there is no new link.
"""


@dataclass
class Walk:
    """How far the walk through one section has come.

    ``seen`` holds the hashes of addresses; ``loads_more`` tells that the last page goes on by
    script, ``unrolled`` that a browser has read it to its end.
    """

    section: SectionLink
    number: int = 1
    mark: int = 0
    misses: int = 0
    whole: bool = True
    is_section: bool = True
    seen: set[int] = field(default_factory=set)
    previous: tuple[Link, ...] = ()
    loads_more: bool = False
    unrolled: bool = False

    @property
    def url(self) -> str:
        return self.page_url(self.number)

    @property
    def via(self) -> str:
        """How an article is said to be found that is found here."""
        return f"section:{self.section.slug}"

    def page_url(self, number: int) -> str:
        return self.section.url if number == 1 else f"{self.section.url}/page/{number}"
