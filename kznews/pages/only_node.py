"""The only article that JSON-LD tells of, called otherwise than its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kznews import dates
from kznews.pages import authors
from kznews.pages.article_dates import sane_dates
from kznews.pages.fields import PUBLISHED
from kznews.pages.heading import letters_of

if TYPE_CHECKING:
    from kznews.pages.page import Page


def believe_only_node(page: Page) -> None:
    """Take the only article of a page's graph for its own if nothing that is seen gainsays it.

    Editors give search engines a headline of their own, and themes a fixed one. Another story's
    was published on another day than the page says, or written by somebody else.
    """
    told = page.graph.believing()
    raw = told and told.date("datePublished")
    own = raw and dates.read_machine(raw, dates.zone(page.site.zone))
    if not told or not own:
        return
    month = page.site.month_of(page.canonical)
    is_same_day = all(m.at.date() == own.at.date() for _, _, m in sane_dates(page, PUBLISHED)[:1])
    shown = set(map(letters_of, authors.layout(page) or authors.byline(page)))
    named = set(map(letters_of, told.authors()))
    is_same_author = not shown or not named or not shown.isdisjoint(named)
    if is_same_day and is_same_author and (not month or dates.in_month(own, *month)):
        page.graph = told
