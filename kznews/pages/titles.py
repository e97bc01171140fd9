"""The title: for machines where readers see it, too, else as they see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kznews.pages.extractor import words
from kznews.pages.heading import heading, letters_of, told_titles, window_title, without_site_name
from kznews.pages.own import layout_texts

if TYPE_CHECKING:
    from kznews.pages.page import Page


def headline(page: Page) -> str | None:
    """Return the headline for machines, on a page of an unknown theme if its heading is that, too.

    Where it is not, it is made for search engines, and Open Graph's is nearer to what readers see,
    or the heading, if the window repeats it. One that is cut off or in capitals is taken from where
    it is whole.
    """
    title = page.graph.text("headline") if page.graph.article.get("headline") else None
    title = title and _as_told(without_site_name(title, page), page)
    seen = heading(page)
    if not title or not seen:
        return title
    is_seen = letters_of(seen) in letters_of(window_title(page) or "")
    if not is_seen and not _meta_title(page):
        return title
    return title if _is_part(title, seen) or _is_part(seen, title) else None


def _as_told(title: str, page: Page) -> str:
    """Return a headline as the page has it whole, and not in capitals, if it has it so."""
    start, is_cut = letters_of(title), title.endswith(("…", "..."))
    if not is_cut and not title.isupper():
        return title
    shown = [*layout_texts(page, "title"), heading(page) or "", _meta_title(page)]
    for other in (*shown, window_title(page) or ""):
        told, is_whole = letters_of(other), not other.endswith(("…", "..."))
        if start and (is_cut and is_whole and told.startswith(start)):
            return _as_told(other, page)
        if told == start and title.isupper() and not other.isupper():
            return other
    return title


def _is_part(part: str, title: str) -> bool:
    return letters_of(part) in letters_of(title)


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
