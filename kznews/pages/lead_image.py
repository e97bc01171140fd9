"""The picture that an article is shown by, and its caption."""

from __future__ import annotations

from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING

from kznews.items import Image
from kznews.pages import media
from kznews.pages.addresses import absolute
from kznews.pages.dom import INLINE, elements, line_of, select, text_of
from kznews.pages.fields import Sources, choose, meta
from kznews.pages.figures import is_caption, without_credit
from kznews.pages.heading import heading_of, is_unsure
from kznews.pages.own import inside_opening, is_beside, links_to_another, own
from kznews.pages.scope import is_sentence_in
from kznews.sites.marks import CAPTION, THUMBNAIL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

    from kznews.pages.page import Page

MOST_BETWEEN = 100
"""Elements below a title among which such a picture is looked for."""
MOST_PICTURES = 200
"""Pictures of a page among which the lead picture's figure is looked for."""

_LONGEST_NAME = 60


def read_lead_image(page: Page, provenance: dict[str, str]) -> Image | None:
    """Return the picture that an article is shown by, with its caption."""
    url = choose("images", IMAGE, page, provenance)
    url = url and absolute(page.base, url)
    if not url:
        return None
    image = Image(media.original(url))
    captions = _lead_captions(page, image.url)
    told = [without_credit(text_of(caption), caption) for caption in captions]
    image.caption = " ".join(text for text, _ in told if text) or None
    image.credit = next((credit for _, credit in told if credit), None)
    return image


def _lead_captions(page: Page, picture: str) -> list[_Element]:
    """Return the captions of the theme's lead figure, in an unknown theme of the picture's own."""
    for figure in _lead_figures(page)[:1]:
        if page.layout and (captions := select(figure, page.layout.image_caption)):
            return captions
    if not is_unsure(page):
        return []
    key = media.same_picture(picture)
    for img in islice(page.root.iter("img"), MOST_PICTURES):
        captions = _captions_of(img)
        url = media.image_url(img, page.base) if captions else None
        if url and media.same_picture(url) == key:
            return captions
    return []


def _captions_of(img: _Element) -> list[_Element]:
    """Return what a picture's figure calls a caption, else what is called so behind it."""
    figure = next(img.iterancestors("figure"), None)
    if figure is not None:
        return [e for e in figure.iter() if is_caption(e)]
    behind = (e.getnext() for e in (img, *islice(img.iterancestors(), 2)))
    return [e for e in behind if e is not None and CAPTION.search(e.get("class", ""))][:1]


def _lead_figures(page: Page) -> list[_Element]:
    return own(page, page.layout.image) if page.layout else []


def _lead_figure_url(page: Page) -> str | None:
    return next(_pictures(page, _lead_figures(page)), None)


def _thumbnail_url(page: Page) -> str | None:
    """Return the picture that WordPress shows an article by, where no theme says another.

    It may stand above the article; those of other articles are links to them.
    """
    above = (e for e in page.select(THUMBNAIL) if is_unsure(page) and not _is_of_list(page, e))
    return next(_pictures(page, chain(own(page, THUMBNAIL), above)), None)


def _between_url(page: Page) -> str | None:
    """Return the picture between the title and the first sentence, where nothing else tells one.

    It stands in a block without a word of its own, and is nobody's portrait.
    """
    title = heading_of(page)
    if title is None or not is_unsure(page):
        return None
    sentences = {e for e, line in page.lines if is_sentence_in(e, line)}
    below = takewhile(lambda e: e not in sentences, elements(title, "following::*"))
    for element in inside_opening(page, islice(below, MOST_BETWEEN)):
        url = media.background_url(element, page.base)
        if element.tag in media.IMAGES and not _is_of_people(element):
            url = media.image_url(element, page.base)
        links = (e for e in element.iterancestors() if e.tag == "a")
        is_own = not is_beside(page, element) and not links_to_another(page, links)
        if url and is_own and ".svg" not in url:
            return url
    return None


def _is_of_people(img: _Element) -> bool:
    """Whether words stand beside a picture, or it is in the element of an author."""
    block = next((e for e in img.iterancestors() if e.tag not in INLINE), img)
    around = " ".join(e.get("class", "") for e in islice(img.iterancestors(), 3))
    is_named = block.tag != "figure" and 0 < len(text_of(block)) <= _LONGEST_NAME
    return is_named or bool(line_of(img)) or "author" in around.lower()


def _is_of_list(page: Page, element: _Element) -> bool:
    around = next(element.iterancestors("aside", "footer", "li", "nav"), None)
    return around is not None or is_beside(page, element)


def _pictures(page: Page, figures: Iterable[_Element]) -> Iterator[str]:
    """Yield the pictures of figures; where no theme is sure, of those that are no links away."""
    for figure in figures:
        links = chain(figure.iter("a"), figure.iterancestors("a"))
        if is_unsure(page) and links_to_another(page, links):
            continue
        for img in figure.iter("img"):
            if url := media.image_url(img, page.base):
                yield url


IMAGE: Sources[str] = (
    ("layout", _lead_figure_url),
    ("json-ld", lambda page: next(iter(page.graph.images()), None)),
    ("meta", meta("og:image", "twitter:image")),
    ("thumbnail", _thumbnail_url),
    ("below title", _between_url),
)
