"""The last resort: a body found by a general extractor, where no known layout fits."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from parsel import Selector

from kznews.pages.body import Body, Cut, read_body
from kznews.pages.page import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from kznews.items import Image
    from kznews.pages.page import Page


def read_generic(
    pages: Sequence[Page], lead_image: Image | None, cuts: list[Cut] | None = None
) -> Body:
    """Read what trafilatura takes for the text of the pages."""
    roots = [root for page in pages for root in _containers(page)]
    return read_body(roots, pages[0].site, pages[0].response.url, lead_image, cuts)


def _containers(page: Page) -> list[HtmlElement]:
    """Return the elements that hold the paragraphs which trafilatura finds, in order.

    Its own document, which loses headings, lists and players, is taken where none does. Its
    deduplication stays off: it forgets text that it has seen in other articles.
    """
    import trafilatura  # noqa: PLC0415 (half a second, and few runs ever need it)

    found = trafilatura.extract(
        page.response.text,
        output_format="html",
        include_links=True,
        include_images=True,
        include_comments=False,
        favor_precision=True,
        deduplicate=False,
    )
    if not found:
        return []
    document = Selector(found)
    text = text_of(document)
    held: Counter[HtmlElement] = Counter()
    for paragraph in page.root.css("p"):
        if (line := text_of(paragraph)) and line in text:
            held[paragraph.root.getparent()] += len(line)
    best, size = next(iter(held.most_common(1)), (None, 0))
    if best is None or 2 * size <= len(text):
        return [document.root]
    around = set(best.iterancestors())
    beside = {element for element in held if element not in around}
    return [e for e in held if e in beside and beside.isdisjoint(e.iterancestors())]
