"""What a body holds: blocks of text, pictures, players, links; and what was left out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kznews.items import Embed, Image
from kznews.pages import embeds, media

if TYPE_CHECKING:
    from collections.abc import Container


@dataclass
class Block:
    """One block of a body. ``linked`` counts the characters that stand in links.

    ``is_sure`` is true of what its markup says is text: hidden until a reader clicks, or a post.
    """

    text: str
    kind: str = "p"
    linked: int = 0
    images: int = 0
    is_sure: bool = False


@dataclass(frozen=True)
class Cut:
    """What was left out of a body: the kind of rule that did it, the rule, and the words."""

    kind: str
    rule: str
    words: str


@dataclass
class Body:
    """What a body holds, as the page has it: nothing is cleaned yet.

    ``cuts`` is where a person who repairs a rule has noted what was left out; None for a crawl.
    Of each picture, player and link the first place counts.
    """

    blocks: list[Block] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    embeds: list[Embed] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    cuts: list[Cut] | None = None
    _places: dict[str, int] = field(default_factory=dict, repr=False)
    _known: set[object] = field(default_factory=set, repr=False)
    _first: dict[str, int] = field(default_factory=dict, repr=False)
    _indexed: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        for place, image in enumerate(self.images):
            self._places.setdefault(media.same_picture(image.url), place)

    def note(self, kind: str, rule: str, words: str) -> None:
        """Note what is left out, if anybody wants to know."""
        if self.cuts is not None:
            self.cuts.append(Cut(kind, rule, " ".join(words.split())))

    def add_image(self, url: str) -> int:
        """Note a picture once, however often and in whatever size it is shown; return its place."""
        place = self._places.setdefault(media.same_picture(url), len(self.images))
        if place == len(self.images):
            self.images.append(Image(url))
        return place

    def add_embed(self, found: Embed) -> None:
        if self._is_new(embeds.same_embed(found)):
            self.embeds.append(found)

    def add_related(self, url: str | None) -> None:
        if url and self._is_new(url):
            self.related.append(url)

    def forget(self, start: int, earlier: Container[str], why: str) -> None:
        """Drop the blocks from a place on that were there before."""
        kept = []
        for block in self.blocks[start:]:
            if block.text in earlier:
                self.note("repeated", why, block.text)
            else:
                kept.append(block)
        self.blocks[start:] = kept

    def forget_shown(self, start: int) -> None:
        """Drop the blocks from a place on that are shown before it."""
        for place, block in enumerate(self.blocks[self._indexed : start], self._indexed):
            self._first[block.text] = min(place, self._first.get(block.text, place))
        self._indexed = start
        shown = {b.text for b in self.blocks[start:] if self._first.get(b.text, start) < start}
        self.forget(start, shown, "it is shown before")

    def _is_new(self, key: object) -> bool:
        before = len(self._known)
        self._known.add(key)
        return len(self._known) > before
