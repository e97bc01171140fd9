"""The title: for machines where readers see it, too, else as they see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kznews.pages.extractor import words
from kznews.pages.heading import heading, is_unsure, letters_of, told_titles, without_site_name
from kznews.pages.own import layout_texts

if TYPE_CHECKING:
    from kznews.pages.page import Page


def headline(page: Page) -> str | None:
    """Return the headline for machines, on a page of an unknown theme if its heading is that, too.

    Where it is not, it is made for search engines, and Open Graph's is nearer to what readers see.
    """
    title = page.graph.text("headline") if page.graph.article.get("headline") else None
    title = title and without_site_name(title, page)
    if not title or not is_unsure(page) or not _meta_title(page):
        return title
    seen = letters_of(heading(page) or "")
    told = letters_of(title)
    return title if seen in told or told in seen else None


def layout_title(page: Page) -> str | None:
    """Return the title where the theme has it; in a general layout one that the page repeats."""
    titles = layout_texts(page, "title")
    if page.layout and page.layout.is_general and len(titles) > 1:
        told = [letters_of(title) for title in told_titles(page)]
        titles = [title for title in titles if any(letters_of(title) in each for each in told)]
    return next(iter(titles), None)


def agreed_title(page: Page) -> str | None:
    """Return the title for machines where readers see the same, or a headline agrees with it.

    Beside a headline, readers may see a kicker, too.
    """
    title, seen = _meta_title(page), letters_of(heading(page) or "")
    headline = set(words(page.graph.text("headline") or ""))
    own = set(words(title))
    agrees = own <= headline or headline <= own or letters_of(title) in seen
    return title if seen in {"", letters_of(title)} or (headline and agrees) else None


def _meta_title(page: Page) -> str:
    title = page.meta.get("og:title") or page.meta.get("twitter:title") or ""
    return without_site_name(title, page)
