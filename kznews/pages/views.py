"""How often an article was read, where the page shows it to a reader with a browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kznews.pages.page import Page

_COUNT = re.compile(r"\d{1,3}(?:[\s\u00a0\u202f]?\d{3})*|\d+")


def read_views(page: Page) -> int | None:
    """Return the count whose element holds an integer and nothing else, thousands set off or not.

    Only a page that a browser showed is worth asking: a script fills it.
    """
    if page.layout is None or not page.layout.views:
        return None
    counts = [text for text in page.texts(page.layout.views) if _COUNT.fullmatch(text)]
    return int(re.sub(r"\s", "", counts[0])) if counts else None
