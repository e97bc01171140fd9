"""The last resort: a body found by a general extractor, where no known layout fits."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from parsel import Selector

from kznews.pages.body import Body, read_body
from kznews.pages.page import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from kznews.items import Image
    from kznews.pages.page import Page


def read_generic(pages: Sequence[Page], lead_image: Image | None) -> Body:
    """Read what trafilatura takes for the text of the pages."""
    roots = [root for page in pages if (root := _container(page)) is not None]
    return read_body(roots, pages[0].site, pages[0].response.url, lead_image)


def _container(page: Page) -> HtmlElement | None:
    """Return the element that holds most of the paragraphs that trafilatura finds.

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
        return None
    document = Selector(found)
    text = text_of(document)
    held: Counter[HtmlElement] = Counter()
    for paragraph in page.root.css("p"):
        if (line := text_of(paragraph)) in text:
            held[paragraph.root.getparent()] += len(line)
    best, size = next(iter(held.most_common(1)), (None, 0))
    return best if 2 * size > len(text) else document.root
