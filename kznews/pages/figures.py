"""Figures of a body: which pictures a caption belongs to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kznews.pages.dom import class_words, text_of
from kznews.sites.marks import CREDIT_LABEL, CREDITS

if TYPE_CHECKING:
    from lxml.etree import _Element

    from kznews.pages.blocks import Body

_LABELS = re.compile(rf"^(?:{CREDIT_LABEL})+", re.IGNORECASE)
_LABEL_BEHIND = re.compile(rf"\s?{CREDIT_LABEL}$", re.IGNORECASE)
_CAPTION_CLASSES = frozenset({"wp-caption-text", "gallery-caption", "wp-element-caption"})


def is_figure(element: _Element) -> bool:
    """Whether an element is a figure: WordPress makes some of ``dl`` and ``div``."""
    tag = element.tag
    return tag in {"figure", "dl"} or (
        tag == "div" and "wp-caption" in element.get("class", "").split()
    )


def is_caption(element: _Element) -> bool:
    return element.tag == "figcaption" or not _CAPTION_CLASSES.isdisjoint(
        element.get("class", "").split()
    )


def without_credit(text: str, caption: _Element) -> tuple[str, str | None]:
    """Return the text of a caption without the credit that an element in it is, and that credit."""
    for element in caption.iterdescendants():
        if element.attrib and not CREDITS.isdisjoint(class_words(element.get("class", ""))):
            credit = text_of(element)
            if credit and text.endswith(credit):
                rest = text.removesuffix(credit).rstrip(" |/–—-(")
                return _LABEL_BEHIND.sub("", rest), _LABELS.sub("", credit.strip(" ()©"))
    return text, None


class Figures:
    """The figures that are open at a place of a body, by where each begins in what they show.

    That is pictures, by their places among the body's, and None for a player or for what has
    its caption.
    """

    def __init__(self) -> None:
        self._open: list[int] = []
        self._shown: list[int | None] = []

    @property
    def shows(self) -> bool:
        """Whether the innermost figure has anything that a caption can be of."""
        return bool(self._open) and len(self._shown) > self._open[-1]

    def open(self) -> None:
        self._open.append(len(self._shown))

    def show(self, place: int | None = None) -> None:
        """Note a picture by its place among the body's, or a player."""
        if self._open:
            self._shown.append(place)

    def caption(self, text: str, credit: str | None, body: Body) -> None:
        """Give a caption and its credit to the pictures of its figure before it that have none."""
        if not text and not credit:
            return
        start = self._open[-1]
        images = [body.images[place] for place in self._shown[start:] if place is not None]
        if not images:
            body.note("caption", "of a player", text)
        for image in images:
            image.caption = image.caption or text or None
            image.credit = image.credit or credit
        self._shown[start:] = [None]

    def close(self) -> None:
        del self._open[-1:]
        if not self._open:
            self._shown.clear()
