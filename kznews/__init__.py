"""Turns the Kazakhstani news site 365info.kz into clean, unique, dated articles.

The names below are what another program imports; ``read`` needs no crawl, network or files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kznews.items import Article, NotAnArticle

if TYPE_CHECKING:
    from datetime import datetime

    from kznews.sites import Site

__version__ = "0.1.0"
__all__ = ["Article", "NotAnArticle", "read"]


def read(
    html: str | bytes,
    url: str,
    *,
    zone: str | None = None,
    seen_at: datetime | None = None,
    site: Site | None = None,
) -> Article:
    """Read the article of a page, with the fields that a crawl delivers (``docs/output.md``).

    ``site`` is the known one that has ``url``'s host, else any WordPress site. ``zone`` is the name
    of the clock that dates without an offset are on, the site's own by default. Dates after
    ``seen_at`` (aware; now by default) are not believed. ``published_at`` is None where nothing
    tells the date.

    Raises ``NotAnArticle`` with the reason for a page that is none, ``ValueError`` for an argument
    that cannot be used.
    """
    from kznews.pages import reading  # noqa: PLC0415 (importing kznews stays cheap)

    return reading.read(html, url, zone, seen_at, site)
