"""Figures of a body: which pictures a caption belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

    from kznews.pages.blocks import Body

FIGURES = frozenset({"figure", "dl"})
_CAPTION_CLASSES = frozenset({"wp-caption-text", "gallery-caption", "wp-element-caption"})


def is_figure(element: _Element) -> bool:
    """Whether an element is a figure: WordPress makes some of ``dl`` and ``div``."""
    if element.tag in FIGURES:
        return True
    return element.tag == "div" and "wp-caption" in element.get("class", "").split()


def is_caption(element: _Element) -> bool:
    return element.tag == "figcaption" or not _CAPTION_CLASSES.isdisjoint(
        element.get("class", "").split()
    )


@dataclass
class _Figure:
    """An open figure: where its pictures begin, and whether it shows any, or a player."""

    start: int
    shows: bool = False


class Figures:
    """The figures that are open at a place of a body; ``_shown`` are pictures by their places."""

    def __init__(self) -> None:
        self._open: list[_Figure] = []
        self._shown: list[int] = []

    @property
    def shows(self) -> bool:
        """Whether the innermost figure has anything that a caption can be of."""
        return bool(self._open) and self._open[-1].shows

    def open(self) -> None:
        self._open.append(_Figure(len(self._shown)))

    def show(self, place: int | None = None) -> None:
        """Note a picture by its place among the body's, or a player."""
        if self._open:
            self._open[-1].shows = True
            if place is not None:
                self._shown.append(place)

    def caption(self, text: str, body: Body) -> None:
        """Give a caption to the picture before it, in an outermost figure to all without one."""
        if text and not self._shown:
            body.note("caption", "of a player", text)
        start = self._open[-1].start
        while text and len(self._shown) > start:
            image = body.images[self._shown.pop()]
            if image.caption is None:
                image.caption = text
                if len(self._open) > 1:
                    return

    def close(self) -> None:
        if self._open:
            ended = self._open.pop()
            if not self._open:
                self._shown.clear()
            elif ended.shows:
                self._open[-1].shows = True
