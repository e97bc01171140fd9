"""A body where no layout of the site is sure: trafilatura tells the words, the walk reads them.

trafilatura tells best which words of a page are the article's, but loses headings, lists, players
and the joins of words. So its words only say where the article stands: the elements that hold them
are read as any body is, and what it does not know is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, dropwhile, islice, takewhile
from typing import TYPE_CHECKING, NamedTuple

from kznews.pages import media
from kznews.pages.blocks import Block, Body, Cut
from kznews.pages.body import read_body
from kznews.pages.boilerplate import credit_of
from kznews.pages.dom import HEADINGS, class_words, content, elements, outwards, text_of
from kznews.pages.extractor import BEGINNING, SHORT, Extract, lines_of, words
from kznews.pages.heading import heading_of
from kznews.pages.own import article_of, cards, has_title, is_excerpt, is_own, is_teaser
from kznews.pages.scope import HELD, LABELS, Scope, is_sentence_in, path_of
from kznews.sites.marks import LEADS
from kznews.text import is_sentence

if TYPE_CHECKING:
    from lxml.etree import _Element

    from kznews.items import Image
    from kznews.pages.page import Page
    from kznews.sites.boilerplate import Boilerplate

_KNOWN = 0.85
"""Share of a block's words that the extractor must know: a summary repeats whole clauses."""
_LINKED = 0.5
_SURE = 40
_SOME = 2
"""Paragraphs behind an imprint that show that it is none."""

_LABEL_AROUND = f"ancestor-or-self::*[{' or '.join(f'self::{tag}' for tag in sorted(LABELS))}]"
_LISTED = frozenset({"li", "tr"})


def read_generic(
    pages: Sequence[Page],
    named: Sequence[Sequence[_Element]],
    lead_image: Image | None,
    cuts: list[Cut] | None = None,
) -> tuple[Body, bool]:
    """Read the article of some pages, and return whether it stands where its markup says.

    ``named`` are each page's elements that call themselves the body; the whole page is read where
    they do not hold the article. The parts of a split post are dressed alike: where the first
    one's text stands, the others' do.
    """
    first = pages[0]
    said = first.extract.copy()
    for page in pages[1:]:
        said.learn(page.extract.lines)
    if first.layout and first.layout.is_guess and not _begins_text(first, named[0]):
        named = [[] for _ in pages]
    is_trusted = _is_trusted(first, named[0], said)
    scopes = [Scope(page, said, roots) for page, roots in zip(pages, named, strict=True)]
    is_named = is_trusted or scopes[0].is_mostly_in(named[0])
    if is_named:
        pairs = zip(scopes, named, strict=True)
        scopes = [scope.narrowed(roots) if roots else scope for scope, roots in pairs]
    roots = [root for some in named for root in some] if is_trusted else _roots(scopes, said)
    kept = {element for scope in scopes for element in scope.holders}
    if lead := _lead(first, roots):
        element, line, is_above = lead
        said.learn([] if said.knows(line) else [line])
        if is_above:
            roots.insert(0, element)
        else:
            kept.update(takewhile(lambda each: each not in roots, outwards(element)))
    if _is_told_again(roots):
        del roots[0]
    others = {card for page in pages for card in cards(page) if is_teaser(page, card)}
    body = read_body(roots, first.site, first.base, lead_image, cuts, kept=kept, cards=others)
    if is_trusted:
        _learn_prose(said, body.blocks)
    in_layout = is_named and first.layout is not None
    body.blocks = list(_own(body, said, first.site.boilerplate, in_layout=in_layout))
    return body, is_named


def _is_told_again(roots: Sequence[_Element]) -> bool:
    """Whether the first container holds but words that another one has in their place."""
    if len(roots) < 2 or next(roots[0].iter(*media.IMAGES), None) is not None:
        return False
    above = text_of(roots[0])
    return bool(above) and any(above in text_of(root) for root in roots[1:])


def _is_trusted(page: Page, roots: Sequence[_Element], said: Extract) -> bool:
    """Whether what names itself the body tells more of a short article than the extractor."""
    return (
        len(said.words) < SHORT
        and not any(has_title(page, root) for root in roots)
        and _begins_text(page, roots)
        and not _goes_on_beside(page, roots, said)
    )


def _roots(scopes: Sequence[Scope], said: Extract) -> list[_Element]:
    """Return what holds the article on each page: of a further one, what is dressed alike."""
    where = {path_of(root) for root in scopes[0].roots}
    roots: list[_Element] = []
    for scope in scopes:
        parts = () if scope.roots else scope.elements
        alike = [e for part in parts for e in part.iter() if path_of(e) in where]
        said.learn(line for root in alike for _, line in lines_of(root))
        roots += scope.roots or alike or scope.elements
    return roots


def _learn_prose(said: Extract, blocks: Sequence[Block]) -> None:
    """Take the prose among some blocks for the article's, if one of them is known to be."""
    lines = _lines(blocks, said)
    times = Counter(tuple(line.words) for line in lines)
    if any(line.is_known for line in lines):
        said.learn(x.words for x in lines if x.is_prose and times[tuple(x.words)] == 1)


def _goes_on_beside(page: Page, roots: Sequence[_Element], said: Extract) -> bool:
    """Whether a sentence that the extractor knows stands beside some elements, below the title."""
    around = {e for root in roots for e in outwards(root) if not has_title(page, e)}
    parents = {up for each in around if (up := each.getparent()) is not None}
    below = (islice(dropwhile(lambda e: e not in around, each), 1, None) for each in parents)
    plain = (e for e in chain.from_iterable(below) if next(e.iter("a", *HEADINGS), None) is None)
    beside, inside = set(plain), set(roots)
    beside.update(e for root in roots for e in root.itersiblings(preceding=True) if e.tag == "p")
    shares = said.shares([line for _, line in page.lines])
    return any(
        share >= HELD and is_sentence_in(element, line)
        for (element, line), share in zip(page.lines, shares, strict=True)
        if not beside.isdisjoint(outwards(element)) and inside.isdisjoint(outwards(element))
    )


def _begins_text(page: Page, roots: Sequence[_Element]) -> bool:
    """Whether the first sentence of the article below the title stands in some elements, if any."""
    title, article = heading_of(page), page.once(article_of)
    below = None if title is None else set(elements(title, "following::*"))
    for element, line in page.lines:
        is_below = below is None or element in below
        is_own = page.layout is None or article is None or article in outwards(element)
        if is_below and is_own and is_sentence_in(element, line):
            return _is_inside(element, roots)
    return page.layout is not None


def _lead(page: Page, roots: Sequence[_Element]) -> tuple[_Element, list[str], bool] | None:
    """Return the line that the page calls its description, its words, and if it is above the body.

    The first paragraph inside the body is text if it is that, whatever its element is called.
    """
    told = [words(description) for description in page.descriptions]
    starts = {start for some in told for start in islice(_spans(some), 1)}
    spans = {span for some in told for span in _spans(some)}
    for element, line in page.lines:
        is_told = tuple(line[:BEGINNING]) in spans or not starts.isdisjoint(_spans(line))
        is_told = is_told or _is_called_lead(page, element, line)
        if is_told and not elements(element, _LABEL_AROUND):
            is_above = not _is_inside(element, roots)
            is_whole = not is_above or words(content(element)) == line
            return (element, line, is_above) if is_whole else None
        if element.tag == "p" and len(line) >= BEGINNING and _is_inside(element, roots):
            break
    return None


def _is_called_lead(page: Page, element: _Element, line: Sequence[str]) -> bool:
    """Whether a line of the article is called its lead."""
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return (
        not LEADS.isdisjoint(class_words(names))
        and len(line) >= BEGINNING
        and is_own(page, element)
        and not is_excerpt(page, element)
    )


def _is_inside(element: _Element, roots: Sequence[_Element]) -> bool:
    return any(around in roots for around in outwards(element))


def _spans(line: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield so many words on end as make the beginning of a line sure, from each place."""
    return zip(*(line[start:] for start in range(BEGINNING)), strict=False)


def _own(body: Body, said: Extract, site: Boilerplate, *, in_layout: bool) -> Iterator[Block]:
    """Yield the blocks that the extractor knows, each once, and what it loses between two such.

    It leaves out what is hidden until a click, posts, which are text behind text, and credits. In
    what the markup names as the body, all that reads like prose is text.

    Comments and the imprint, which read like an article, end it once most of it is there; what may
    be a heading of the text does not where the markup's body goes on with prose of the article.
    """
    lines = _lines(body.blocks, said)
    whole = sum(len(line.words) for line in lines if line.is_known)
    if not whole:
        yield from body.blocks
        return
    times = Counter(block.text for block in body.blocks)
    told: Counter[str] = Counter()
    read = 0
    waiting: list[_Line] = []
    left = sum(line.is_known and line.is_prose for line in lines)
    for line in lines:
        block = line.block
        left -= line.is_known and line.is_prose
        if 2 * read > whole and _begins_another(block.text, site.ends, left, in_layout=in_layout):
            body.note("end", site.ends.pattern, block.text)
            return
        if not line.is_known and body.images and credit_of(block.text, site):
            yield block
            continue
        if not line.is_known and not (read and block.is_sure):
            waiting.append(line)
            continue
        between = _lost_between([each.block for each in waiting]) if read else ()
        if in_layout and not between:
            between = [x.block for x in waiting if x.is_prose and times[x.block.text] == 1]
        yield from between
        waiting = []
        read += len(line.words)
        told[block.text] += 1
        if len(block.text) >= _SURE and told[block.text] > said.times(line.words):
            body.note("repeated", "an earlier block has it", block.text)
            continue
        yield block


class _Line(NamedTuple):
    """A block, its words, and the share of them that the extractor knows."""

    block: Block
    words: list[str]
    share: float

    @property
    def is_known(self) -> bool:
        return self.share >= _KNOWN

    @property
    def is_prose(self) -> bool:
        is_long = len(self.words) >= BEGINNING and is_sentence(self.block.text)
        return is_long and 2 * self.block.linked < len(self.block.text)


def _lines(blocks: Sequence[Block], said: Extract) -> list[_Line]:
    told = [words(block.text) for block in blocks]
    return list(map(_Line, blocks, told, said.shares(told)))


def _begins_another(text: str, ends: re.Pattern[str], left: int, *, in_layout: bool) -> bool:
    """Whether a block is the heading of comments, or the imprint.

    It may be a line of the text where prose of the article is ``left``; comments are such, too.
    """
    match = ends.match(text)
    if match is None or not match["unsure"]:
        return match is not None
    return not left if in_layout else left < _SOME or "©" not in match[0]


def _lost_between(blocks: Sequence[Block]) -> Sequence[Block]:
    """Return what stands between two blocks of the article if it is text, too."""
    if sum(b.linked for b in blocks) > _LINKED * sum(len(b.text) for b in blocks):
        return ()
    if all(b.kind in _LISTED for b in blocks):
        return blocks
    *labels, last = blocks
    if last.kind == "h" and all(b.text.isdecimal() for b in labels):
        return [last]
    return blocks if not labels and is_sentence(last.text) else ()
