"""An article's body as blocks of text, in order, once; and the media and links that stand in it.

A block is what a reader sees as a paragraph: a ``p``, a heading, a list item, a table row, a text
node between two others, a line between empty ones. Words are joined as they are on the page:
inline tags add no space, block tags end the block. Furniture is cut while walking where an element
tells it, afterwards where only the words do (``kznews/pages/furniture.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, cast

from cssselect import HTMLTranslator
from lxml import etree

from kznews.items import Embed, Image
from kznews.pages import media
from kznews.pages.cloudflare import decode_email

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

    from kznews.sites import Site

_SPACE = re.compile(r"[ \t\n\r\f]+")
_BREAK = "\v"
_PARAGRAPHS = re.compile(rf"\s*{_BREAK}\s*(?:{_BREAK}\s*)+")
_LINE = re.compile(rf"[ ]*{_BREAK}[ ]*")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TABLE = frozenset({"caption", "table", "tbody", "tfoot", "thead", "tr"})
_BLOCKS = frozenset(
    {"address", "article", "blockquote", "body", "center", "details", "div", "fieldset", "footer"}
    | {"header", "hr", "main", "p", "pre", "section", "summary"}
    | {"dd", "dl", "dt", "figcaption", "figure", "li", "ol", "ul"}
    | _HEADINGS
    | _TABLE
)
_CELLS = frozenset({"td", "th"})
_FIGURES = frozenset({"figure", "dl"})
_CAPTION_CLASSES = frozenset({"wp-caption-text", "gallery-caption", "wp-element-caption"})
_MEDIA = frozenset({"iframe", "script", "video", "audio"})


@dataclass
class Block:
    """One block of a body. ``linked`` counts the characters that stand in links."""

    text: str
    kind: str = "p"
    linked: int = 0
    images: int = 0


@dataclass
class Body:
    """What a body holds, as the page has it: nothing is cleaned yet."""

    blocks: list[Block] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    embeds: list[Embed] = field(default_factory=list)
    related: list[str] = field(default_factory=list)

    def add_image(self, url: str) -> int:
        """Note a picture once, however often and in whatever size it is shown; return its place."""
        key = media.same_picture(url)
        for place, image in enumerate(self.images):
            if media.same_picture(image.url) == key:
                return place
        self.images.append(Image(url))
        return len(self.images) - 1

    def add_embed(self, found: Embed) -> None:
        if found not in self.embeds:
            self.embeds.append(found)

    def add_related(self, url: str | None) -> None:
        if url and url not in self.related:
            self.related.append(url)


def read_body(
    roots: Iterable[HtmlElement], site: Site, base: str, lead_image: Image | None = None
) -> Body:
    """Read the containers of one article's body, in order, into one body.

    ``lead_image`` stands before the body on the page; a copy of it inside is the same picture.

    The site may announce an article in one container and repeat the announcement in the next
    (``docs/the-site.md``, «Article page»): a block that an earlier container had is not read again.
    """
    body = Body(images=[lead_image] if lead_image else [])
    for root in roots:
        earlier = {block.text for block in body.blocks}
        start = len(body.blocks)
        _Walk(body, site, base).over(root)
        body.blocks[start:] = [b for b in body.blocks[start:] if b.text not in earlier]
    return body


@cache
def _cut_xpath(selectors: tuple[str, ...]) -> etree.XPath:
    to_xpath = HTMLTranslator().css_to_xpath
    return etree.XPath("|".join(to_xpath(selector) for selector in selectors))


class _Walk:
    """One pass over one container, without recursion: pages nest as deep as they like."""

    def __init__(self, body: Body, site: Site, base: str) -> None:
        self.body = body
        self.site = site
        self.base = base
        self.buffer: list[str] = []
        self.kind = "p"
        self.linked = 0
        self.links = 0
        self.tables = 0
        self.cells: list[str] = []
        self.figures: list[list[int]] = []
        self.caption: HtmlElement | None = None
        self.skipped: HtmlElement | None = None

    def over(self, root: HtmlElement) -> None:
        cut = set(cast("list[HtmlElement]", _cut_xpath(self.site.furniture.selectors)(root)))
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event == "start":
                if element in cut:
                    self._harvest(element)
                elif self._enter(element):
                    self._say(element.text)
                    continue
                walk.skip_subtree()
                self.skipped = element
            else:
                if event == "end" and element is not self.skipped:
                    self._leave(element)
                if element is not root:
                    self._say(element.tail)
        self._flush()

    def _say(self, text: str | None) -> None:
        if text:
            self.buffer.append(text)
            if self.links:
                self.linked += len(text.strip())

    def _enter(self, element: HtmlElement) -> bool:
        """Begin an element; False when nothing inside it is to be read."""
        tag = element.tag
        if self._stands_for_something(element):
            return False
        if tag == "br":
            self.buffer.append(" " if self.tables else _BREAK)
        elif tag == "img":
            if url := media.image_url(element, self.base):
                self._picture(url)
        elif tag == "a":
            self.links += 1
            self.body.add_related(self._own_article(element.get("href")))
        elif tag in _CELLS and self.tables == 1:
            self.buffer.clear()
        elif tag in _BLOCKS:
            self._block(element, tag)
        return True

    def _stands_for_something(self, element: HtmlElement) -> bool:
        """Whether an element is read as a whole: a player, a post, a hidden address, a fallback."""
        if element.tag in _MEDIA:
            self._embed(element)
            return True
        if code := element.get("data-cfemail"):
            address = decode_email(code)
            self._say(address)
            return address is not None
        whole = (
            element.tag == "noscript"
            or "wp-embedded-content" in element.get("class", "")
            or self._embed(element)
        )
        if whole:
            self._harvest(element)
        return whole

    def _leave(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "a":
            self.links -= 1
        elif tag in _CELLS and self.tables == 1:
            self.cells.append(_SPACE.sub(" ", "".join(self.buffer)).strip())
            self.buffer.clear()
        elif tag in _BLOCKS:
            if self.caption is element:
                self._end_caption()
            if tag == "caption" and self.tables == 1:
                self._add(_SPACE.sub(" ", "".join(self.buffer)).strip(), "p")
                self.buffer.clear()
            self._flush(row=tag == "tr" and self.tables == 1)
            self.kind = "p"
            if tag == "table":
                self.tables -= 1
            elif tag in _FIGURES or self._is_figure(element):
                self._end_figure()

    def _block(self, element: HtmlElement, tag: str) -> None:
        self._flush()
        if tag == "table":
            self.tables += 1
        elif tag == "li":
            self.kind = "li"
        elif tag in _HEADINGS:
            self.kind = "h"
        if tag in _FIGURES or self._is_figure(element):
            self.figures.append([])
        elif self.figures and self.caption is None and self._is_caption(element):
            self.caption = element

    @staticmethod
    def _is_figure(element: HtmlElement) -> bool:
        return element.tag == "div" and "wp-caption" in element.get("class", "").split()

    @staticmethod
    def _is_caption(element: HtmlElement) -> bool:
        return element.tag == "figcaption" or not _CAPTION_CLASSES.isdisjoint(
            element.get("class", "").split()
        )

    def _flush(self, *, row: bool = False) -> None:
        """End the block in hand; inside a table only the row's end does."""
        if self.tables and not row:
            self.buffer.append(" ")
            return
        if row:
            text, self.cells = "\t".join(self.cells), []
            self._add(text if text.strip() else "", "tr")
        else:
            text = _SPACE.sub(" ", "".join(self.buffer))
            for part in _PARAGRAPHS.split(text):
                self._add(_LINE.sub("\n", part).strip(), self.kind)
        self.buffer.clear()
        self.linked = 0

    def _add(self, text: str, kind: str) -> None:
        if text:
            self.body.blocks.append(Block(text, kind, self.linked, len(self.body.images)))

    def _picture(self, url: str) -> None:
        place = self.body.add_image(url)
        for figure in self.figures:
            figure.append(place)

    def _end_caption(self) -> None:
        text = _SPACE.sub(" ", "".join(self.buffer).replace(_BREAK, " ")).strip()
        self.caption = None
        if not self.figures or not self.figures[-1]:
            return
        self.buffer.clear()
        self.linked = 0
        bare = [p for p in dict.fromkeys(self.figures[-1]) if self.body.images[p].caption is None]
        for place in bare[-1:] if len(self.figures) > 1 else bare:
            self.body.images[place].caption = text or None

    def _end_figure(self) -> None:
        if self.figures:
            self.figures.pop()

    def _embed(self, element: HtmlElement) -> bool:
        """Note a player or a post; an embedded own article is a related one."""
        if element.tag == "iframe" and (own := self._own_article(element.get("src"))):
            self.body.add_related(own)
            return True
        found = media.embed(element, self.site, self.base)
        if found:
            self.body.add_embed(found)
        return found is not None

    def _harvest(self, element: HtmlElement) -> None:
        """Of what is cut, own articles are still related and hidden pictures still pictures."""
        for href in element.xpath("descendant-or-self::a/@href"):
            self.body.add_related(self._own_article(href))
        if element.tag == "noscript":
            for img in element.xpath(".//img"):
                if url := media.image_url(img, self.base):
                    self._picture(url)

    def _own_article(self, href: str | None) -> str | None:
        if not href or href.startswith(("#", "mailto:", "tel:", "javascript:")):
            return None
        return self.site.article_url(href)
