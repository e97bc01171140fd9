"""An article's body as blocks of text, in order, once; and the media and links that stand in it.

A block is what a reader sees as a paragraph: a ``p``, a heading, a list item, a table row, a text
node between two others, a line between empty ones. Words are joined as they are on the page:
inline tags add no space, block tags end the block. Boilerplate is cut while walking where an
element tells it, afterwards where only the words do (``kznews/pages/boilerplate.py``).
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from lxml import etree

from kznews.items import Embed, Image
from kznews.pages import embeds, insides, media
from kznews.pages.blocks import Block, Body, Cut
from kznews.pages.cutting import TABLE_OF_CONTENTS, Cutter
from kznews.pages.dom import HEADINGS, content, parent
from kznews.pages.figures import Figures, is_caption, is_figure, without_credit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from lxml.etree import _Element

    from kznews.sites import Site

__all__ = ["Block", "Body", "Cut", "read_body"]

_SPACE = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")
_BREAK = "\v"
_LINE = re.compile(f" ?{_BREAK} ?")
_TABLE = frozenset({"caption", "table", "tbody", "tfoot", "thead", "tr"})
_CELLS = frozenset({"td", "th"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "center", "details", "div", "fieldset"}
    | {"footer", "form", "header", "hr", "main", "nav", "p", "pre", "section", "summary"}
    | {"dd", "dl", "dt", "figcaption", "figure", "li", "ol", "ul"}
    | {"amp-iframe", "audio", "embed", "iframe", "object", "video"}
    | {*HEADINGS}
    | _TABLE
    | _CELLS
)
_BACKED = _BLOCKS | {"span"}
_NOT_READ = frozenset({"script", *embeds.FRAMES, *embeds.SOUND})
_UNSEEN = " \n\t\u00ad\u200b\u200c\u200d\u2060\ufeff"


def read_body(
    roots: Iterable[_Element],
    site: Site,
    base: str,
    lead_image: Image | None = None,
    cuts: list[Cut] | None = None,
    *,
    kept: Collection[_Element] = (),
    cards: Collection[_Element] = (),
) -> Body:
    """Read the containers of one article's body, in order, into one body.

    ``lead_image`` stands before the body on the page; a copy of it inside is the same picture.

    The site may announce an article in one container and repeat the announcement in the next
    (``docs/the-site.md``, «Article page»): a block that an earlier container had is not read again.
    No element of ``kept`` is boilerplate, whatever it is called; ``cards`` are other articles'.
    What is left out is added to ``cuts``.
    """
    body = Body(images=[lead_image] if lead_image else [], cuts=cuts)
    earlier: set[str] = set()
    for root in roots:
        start = len(body.blocks)
        _Walk(body, site, base, kept).over(root, cards)
        body.forget(start, earlier, "an earlier container has it")
        earlier.update(block.text for block in body.blocks[start:])
    return body


class _Walk:
    """One pass over one container, without recursion: pages nest as deep as they like."""

    def __init__(self, body: Body, site: Site, base: str, kept: Collection[_Element]) -> None:
        self.body = body
        self.kept = kept
        self.site = site
        self.base = base
        self.buffer: list[str] = []
        self.kind = "p"
        self.linked = 0
        self.links = 0
        self.tables = 0
        self.verbatim = 0
        self.cells: list[str] = []
        self.figures = Figures()
        self.caption: _Element | None = None
        self.caption_start = 0
        self.skipped: _Element | None = None
        self.quoted: set[_Element] = set()
        self.repeated = self.titled = frozenset[str]()

    def over(self, root: _Element, cards: Collection[_Element] = ()) -> None:
        cutter = Cutter(root, self.site.boilerplate, self.kept, cards, self._own_article)
        self.repeated = media.repeated(root)
        self.titled = frozenset(filter(self._own_article, insides.titled(root)))
        parts: dict[_Element, int] = {}
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event == "start":
                if rule := cutter.rule(element):
                    self._cut(element, rule)
                elif self._enter(element):
                    if element in cutter.opened or element in self.quoted or cutter.folds(element):
                        parts[element] = len(self.body.blocks)
                    self._say(element.text)
                    continue
                if element.tag in _BLOCKS:
                    self._flush()
                walk.skip_subtree()
                self.skipped = element
            else:
                if event == "end" and element is not self.skipped:
                    self._leave(element)
                    if element in parts:
                        is_sure = element in self.quoted or cutter.is_sure(element)
                        self._end_part(parts[element], is_sure=is_sure)
                if element is not root:
                    self._say(element.tail)
        self._flush()

    def _end_part(self, start: int, *, is_sure: bool) -> None:
        """Drop of what is hidden, or a post, copies of what stands before; mark what is sure."""
        self._flush()
        self.body.forget_shown(start)
        for block in self.body.blocks[start:]:
            block.is_sure = is_sure

    def _cut(self, element: _Element, rule: str) -> None:
        if rule == TABLE_OF_CONTENTS:
            self._flush()
            if self.body.blocks and self.site.boilerplate.contents.match(self.body.blocks[-1].text):
                self.body.blocks.pop()
        self._harvest(element)
        if self.body.cuts is not None:
            self.body.note("element", rule, content(element))

    def _say(self, text: str | None) -> None:
        if text:
            self.buffer.append(text.replace("\n", _BREAK) if self.verbatim else text)
            if self.links:
                self.linked += len(text.strip())

    def _enter(self, element: _Element) -> bool:
        """Begin an element; False when nothing inside it is to be read."""
        tag = element.tag
        if element not in self.kept and self._stands_for_something(element):
            return False
        if tag == "br":
            self._break()
        elif tag in media.IMAGES:
            self._image(element)
        elif tag == "a":
            self.links += _leads_away(element)
            self.body.add_related(self._own_article(element.get("href")))
        elif tag in _BLOCKS:
            self._block(element, tag)
        if tag in _BACKED:
            self._picture(media.background_url(element, self.base))
        return True

    def _stands_for_something(self, element: _Element) -> bool:
        """Whether an element is read as a whole: a player, a post, a fallback."""
        if element.tag in _NOT_READ and (self._embed(element) or element.tag != "object"):
            return True
        whole = element.tag == "noscript" or "wp-embedded-content" in element.get("class", "")
        if not whole and self._embed(element):
            if self.site.quotes_posts and next(element.iter("blockquote"), None) is not None:
                self.quoted.add(element)
                return False
            whole = True
        if whole:
            self._harvest(element)
            if self.body.cuts is not None and element.tag != "noscript":
                self.body.note("embedded", "its link is kept", content(element))
        return whole

    def _leave(self, element: _Element) -> None:
        tag = element.tag
        if tag == "a":
            self.links -= _leads_away(element)
        elif tag in _CELLS and self._in_a_table:
            self.cells.append(self._take())
        elif tag in _BLOCKS:
            if self.caption is element:
                self._end_caption(element)
            if tag == "caption" and self._in_a_table:
                self._add(self._take(), "p")
            self._flush(row=tag == "tr" and self._in_a_table)
            self.kind = "p"
            self.verbatim -= tag == "pre"
            if tag == "table":
                self.tables -= 1
            elif is_figure(element):
                self.figures.close()

    def _block(self, element: _Element, tag: str) -> None:
        self._flush()
        self.verbatim += tag == "pre"
        if tag == "table":
            self.tables += 1
        elif tag == "blockquote" and is_figure(parent(element)):
            self.quoted.add(element)
        elif tag == "li":
            self.kind = "li"
        elif tag in HEADINGS:
            self.kind = "h"
        if is_figure(element):
            self.figures.open()
        elif self.caption is None and self.figures.shows and is_caption(element):
            self.caption, self.caption_start = element, len(self.buffer)

    @property
    def _in_a_table(self) -> bool:
        """Whether the rows and cells that come are a table's of its own, not of another's cell."""
        return self.tables == 1 and self.caption is None

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
        if not self.buffer and not row:
            self.linked = 0
            return
        text = _LINE.sub("\n", self._take())
        if row:
            cells, self.cells = [*self.cells, *filter(None, [text])], []
            text = "\t".join(cells)
        if text:
            self._add(text, "tr" if row else self.kind)
        self.linked = 0

    def _add(self, text: str, kind: str) -> None:
        if "://" in text:
            text = self._without_bare_addresses(text)
        if text.strip(_UNSEEN):
            self.body.blocks.append(Block(text, kind, self.linked, len(self.body.images)))

    def _without_bare_addresses(self, text: str) -> str:
        """Take out the lines that are nothing but the address of a player, a post, an article."""
        kept = []
        for line in text.split("\n"):
            found = embeds.bare(embeds.in_shortcode(line), self.base)
            if found is None and line.startswith("http") and " " not in line:
                own = self._own_article(line)
                found = Embed("article", own) if own else None
            if found is None:
                kept.append(line)
            else:
                self._add_embed(found)
                self.body.note("embedded", "an address on a line of its own", line)
        return "\n".join(kept)

    def _picture(self, url: str | None) -> bool:
        """Note a picture, if there is one."""
        if url:
            self.figures.show(self.body.add_image(url))
        return url is not None

    def _image(self, element: _Element) -> None:
        if self._picture(self._image_url(element)):
            self.buffer.append(" ")
        else:
            self._say(media.emoji(element))

    def _image_url(self, element: _Element) -> str | None:
        link = next(element.iterancestors("a"), element)
        if link.get("href") in self.titled or embeds.is_banner(element, self.base):
            self.figures.show()
            self.body.note("element", "leads elsewhere", element.get("src", ""))
            return None
        return media.image_url(element, self.base, self.repeated)

    def _end_caption(self, caption: _Element) -> None:
        self.caption = None
        text, credit = without_credit(self._take(self.caption_start), caption)
        self.figures.caption(text, credit, self.body)

    def _embed(self, element: _Element) -> bool:
        """Note a player or a post; an embedded own article is a related one."""
        if found := embeds.embed(element, self.base):
            self._add_embed(found)
        return found is not None

    def _add_embed(self, found: Embed) -> None:
        if own := self._own_article(found.url):
            self.body.add_related(own)
        else:
            self.body.add_embed(found)
        self.figures.show()

    def _harvest(self, element: _Element) -> None:
        """Of what is cut, own articles are still related, and pictures and players still shown."""
        for link in element.iter("a"):
            self.body.add_related(self._own_article(link.get("href")))
        for found in embeds.unseen(element, self.base):
            self._add_embed(found)
        for img in element.iter("img") if element.tag == "noscript" else ():
            self._picture(self._image_url(img))

    def _own_article(self, href: str | None) -> str | None:
        if not href or href.startswith(("#", "mailto:", "tel:", "javascript:")):
            return None
        return self.site.article_url(href)


def _leads_away(element: _Element) -> bool:
    """Whether a link leads anywhere, and does not open text on the page."""
    href = element.get("href")
    opens = href is None or (href.startswith("#") and href != "#")
    return not opens and "aria-expanded" not in element.attrib
