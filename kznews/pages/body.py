"""An article's body as blocks of text, in order, once; and the media and links that stand in it.

A block is what a reader sees as a paragraph: a ``p``, a heading, a list item, a table row, a text
node between two others, a line between empty ones. Words are joined as they are on the page:
inline tags add no space, block tags end the block. Boilerplate is cut while walking where an
element tells it, afterwards where only the words do (``kznews/pages/boilerplate.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING

from lxml import etree

from kznews.items import Embed, Image
from kznews.pages import media
from kznews.pages.cloudflare import decode_email
from kznews.pages.dom import content, select, strings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from kznews.sites import Site

_SPACE = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")
_BREAK = "\v"
_LINE = re.compile(rf"[ ]*{_BREAK}[ ]*")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TABLE = frozenset({"caption", "table", "tbody", "tfoot", "thead", "tr"})
_CELLS = frozenset({"td", "th"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "center", "details", "div", "fieldset"}
    | {"footer", "form", "header", "hr", "main", "nav", "p", "pre", "section", "summary"}
    | {"dd", "dl", "dt", "figcaption", "figure", "li", "ol", "ul"}
    | {"audio", "iframe", "video"}
    | _HEADINGS
    | _TABLE
    | _CELLS
)
_FIGURES = frozenset({"figure", "dl"})
_CAPTION_CLASSES = frozenset({"wp-caption-text", "gallery-caption", "wp-element-caption"})
_MEDIA = frozenset({"iframe", "script", "video", "audio"})
_UNSEEN = " \n\t\u00ad\u200b\u200c\u200d\u2060\ufeff"


@dataclass
class Block:
    """One block of a body. ``linked`` counts the characters that stand in links."""

    text: str
    kind: str = "p"
    linked: int = 0
    images: int = 0


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
    """

    blocks: list[Block] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    embeds: list[Embed] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    cuts: list[Cut] | None = None

    def note(self, kind: str, rule: str, words: str) -> None:
        """Note what is left out, if anybody wants to know."""
        if self.cuts is not None:
            self.cuts.append(Cut(kind, rule, " ".join(words.split())))

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
    roots: Iterable[_Element],
    site: Site,
    base: str,
    lead_image: Image | None = None,
    cuts: list[Cut] | None = None,
) -> Body:
    """Read the containers of one article's body, in order, into one body.

    ``lead_image`` stands before the body on the page; a copy of it inside is the same picture.

    The site may announce an article in one container and repeat the announcement in the next
    (``docs/the-site.md``, «Article page»): a block that an earlier container had is not read again.
    What is left out is added to ``cuts``.
    """
    body = Body(images=[lead_image] if lead_image else [], cuts=cuts)
    for root in roots:
        earlier = {block.text for block in body.blocks}
        start = len(body.blocks)
        _Walk(body, site, base).over(root)
        for block in body.blocks[start:]:
            if block.text in earlier:
                body.note("repeated", "an earlier container has it", block.text)
        body.blocks[start:] = [b for b in body.blocks[start:] if b.text not in earlier]
    return body


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
        self.caption: _Element | None = None
        self.caption_start = 0
        self.skipped: _Element | None = None

    def over(self, root: _Element) -> None:
        cut = set(select(root, self.site.boilerplate.whole))
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event == "start":
                if element in cut:
                    self._harvest(element)
                    if self.body.cuts is not None:
                        self._note_element(element, root)
                elif self._enter(element):
                    self._say(element.text)
                    continue
                if element.tag in _BLOCKS:
                    self._flush()
                walk.skip_subtree()
                self.skipped = element
            else:
                if event == "end" and element is not self.skipped:
                    self._leave(element)
                if element is not root:
                    self._say(element.tail)
        self._flush()

    def _note_element(self, element: _Element, root: _Element) -> None:
        for selector in self.site.boilerplate.selectors:
            if element in select(root, selector):
                self.body.note("element", selector, content(element))
                return

    def _say(self, text: str | None) -> None:
        if text:
            self.buffer.append(text)
            if self.links:
                self.linked += len(text.strip())

    def _enter(self, element: _Element) -> bool:
        """Begin an element; False when nothing inside it is to be read."""
        tag = element.tag
        if self._stands_for_something(element):
            return False
        if tag == "br":
            self._break()
        elif tag == "img":
            if url := media.image_url(element, self.base):
                self._picture(url)
                self.buffer.append(" ")
        elif tag == "a":
            self.links += 1
            self.body.add_related(self._own_article(element.get("href")))
        elif tag in _BLOCKS:
            self._block(element, tag)
        return True

    def _stands_for_something(self, element: _Element) -> bool:
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
            if self.body.cuts is not None and element.tag != "noscript":
                self.body.note("embedded", "its link is kept", content(element))
        return whole

    def _leave(self, element: _Element) -> None:
        tag = element.tag
        if tag == "a":
            self.links -= 1
        elif tag in _CELLS and self._in_a_table:
            self.cells.append(self._take())
        elif tag in _BLOCKS:
            if self.caption is element:
                self._end_caption()
            if tag == "caption" and self._in_a_table:
                self._add(self._take(), "p")
            self._flush(row=tag == "tr" and self._in_a_table)
            self.kind = "p"
            if tag == "table":
                self.tables -= 1
            elif tag in _FIGURES or self._is_figure(element):
                self._end_figure()

    def _block(self, element: _Element, tag: str) -> None:
        self._flush()
        if tag == "table":
            self.tables += 1
        elif tag == "li":
            self.kind = "li"
        elif tag in _HEADINGS:
            self.kind = "h"
        if tag in _FIGURES or self._is_figure(element):
            self.figures.append([])
        elif self.caption is None and any(self.figures[-1:]) and self._is_caption(element):
            self.caption, self.caption_start = element, len(self.buffer)

    @property
    def _in_a_table(self) -> bool:
        """Whether the rows and cells that come are a table's of its own, not of another's cell."""
        return self.tables == 1 and self.caption is None

    @staticmethod
    def _is_figure(element: _Element) -> bool:
        return element.tag == "div" and "wp-caption" in element.get("class", "").split()

    @staticmethod
    def _is_caption(element: _Element) -> bool:
        return element.tag == "figcaption" or not _CAPTION_CLASSES.isdisjoint(
            element.get("class", "").split()
        )

    def _break(self) -> None:
        """End a line; an empty one ends the block."""
        if self.tables or self.caption is not None:
            self.buffer.append(" ")
        elif _BREAK in takewhile(str.isspace, reversed(self.buffer)):
            self._flush()
        else:
            self.buffer.append(_BREAK)

    def _take(self, start: int = 0) -> str:
        """Take the text in hand, white space made plain."""
        text = _SPACE.sub(" ", "".join(self.buffer[start:])).strip()
        del self.buffer[start:]
        return text

    def _flush(self, *, row: bool = False) -> None:
        """End the block in hand; inside a table only the row's end does, in a caption nothing."""
        if (self.tables and not row) or self.caption is not None:
            self.buffer.append(" ")
            return
        text = _LINE.sub("\n", self._take())
        if row:
            cells, self.cells = [*self.cells, *filter(None, [text])], []
            text = "\t".join(cells)
        self._add(text, "tr" if row else self.kind)
        self.linked = 0

    def _add(self, text: str, kind: str) -> None:
        if text.strip(_UNSEEN):
            self.body.blocks.append(Block(text, kind, self.linked, len(self.body.images)))

    def _picture(self, url: str) -> None:
        place = self.body.add_image(url)
        for figure in self.figures:
            figure.append(place)

    def _end_caption(self) -> None:
        self.caption = None
        text = self._take(self.caption_start)
        bare = [p for p in dict.fromkeys(self.figures[-1]) if self.body.images[p].caption is None]
        for place in bare[-1:] if len(self.figures) > 1 else bare:
            self.body.images[place].caption = text or None

    def _end_figure(self) -> None:
        if self.figures:
            self.figures.pop()

    def _embed(self, element: _Element) -> bool:
        """Note a player or a post; an embedded own article is a related one."""
        found = media.embed(element, self.site, self.base)
        if found and (own := self._own_article(found.url)):
            self.body.add_related(own)
        elif found:
            self.body.add_embed(found)
        return found is not None

    def _harvest(self, element: _Element) -> None:
        """Of what is cut, own articles are still related, and pictures and players still shown."""
        for href in strings(element, "descendant-or-self::a/@href"):
            self.body.add_related(self._own_article(href))
        if element.tag == "noscript":
            for player in element.iter("iframe"):
                self._embed(player)
            for img in element.iter("img"):
                if url := media.image_url(img, self.base):
                    self._picture(url)

    def _own_article(self, href: str | None) -> str | None:
        if not href or href.startswith(("#", "mailto:", "tel:", "javascript:")):
            return None
        return self.site.article_url(href)
