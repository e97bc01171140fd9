"""The last resort: a body found by a general extractor, where no known layout fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kznews.pages.body import Block, Body

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.http import HtmlResponse

    from kznews.items import Image


def read_generic(responses: Iterable[HtmlResponse], lead_image: Image | None) -> Body:
    """Return what trafilatura takes for the text of the pages, paragraph by paragraph.

    Its own deduplication stays off: it forgets text that it has seen in other articles.
    """
    import trafilatura  # noqa: PLC0415 (half a second, and few runs ever need it)

    body = Body(images=[lead_image] if lead_image else [])
    for response in responses:
        text = trafilatura.extract(
            response.text, include_comments=False, favor_precision=True, deduplicate=False
        )
        for line in (text or "").splitlines():
            if line.strip():
                kind = "li" if line.startswith("- ") else "p"
                body.blocks.append(Block(line.removeprefix("- ").strip(), kind))
    return body
