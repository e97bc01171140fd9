"""A body where no known layout fits: found by a general extractor, read by the usual walk.

trafilatura tells which words are the article's, but loses headings, lists and players and keeps
some boilerplate. So its words only point at the place: that element is read which holds most of
them and least of anything else, without the parts that are links, labels or controls.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING

from lxml.etree import tostring
from lxml.html import HTMLParser, document_fromstring

from kznews.pages import fallback_fields
from kznews.pages.body import Body, Cut, read_body
from kznews.pages.dom import elements, parent, select

if TYPE_CHECKING:
    from lxml.etree import _Element

    from kznews.items import Image
    from kznews.pages.page import Page

_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "del", "em", "font", "i", "img"}
    | {"ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub"}
    | {"sup", "time", "tt", "u", "var", "wbr"}
)
_SILENT = (
    "script, style, template, noscript, iframe, svg, form, button, select, textarea, video, audio, "
    ".wp-embedded-content"
)
_PROSE = frozenset(
    {"blockquote", "details", "dl", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol"}
    | {"p", "pre", "table", "ul"}
)
_MISLEADING = (
    "//link | //script[not(contains(@type, 'json'))] | //img | //meta[contains(@content, '/')]"
    " | //aside | //nav | //footer | //li"
)
_TALK = re.compile(r"(?:\d+\s+)?(?:Комментари|Пікірлер|Обсуждени|Отзывы)", re.IGNORECASE)
_LONGEST_LABEL = 60
_MOSTLY = 0.75
_SENTENCE = re.compile(r"[.!?…:;][\s'\"»”)\]]*$")
_TRIFLES = re.compile(r"[\W_]+")
_SURE = 40
_LONG = 200


@dataclass
class _Line:
    """The words that an element holds itself, beside the blocks inside it.

    ``good`` counts the letters that are the article's, ``linked`` those that stand in links.
    """

    holder: _Element
    parts: list[str] = field(default_factory=list)
    linked: int = 0
    good: int = 0

    @property
    def text(self) -> str:
        return "".join(self.parts)

    @property
    def size(self) -> int:
        return len(_key(self.text))


def read_generic(
    pages: Sequence[Page],
    scopes: Sequence[Sequence[_Element]],
    lead_image: Image | None,
    cuts: list[Cut] | None = None,
) -> Body:
    """Read the article's part of each page's ``scopes``.

    An ``article`` or a ``body`` holds much besides the text; any other scope is taken whole.
    """
    roots = list(_trimmed(pages, scopes))
    body = read_body(roots, pages[0].site, pages[0].response.url, lead_image, cuts)
    _drop_repeats(body)
    return body


def _drop_repeats(body: Body) -> None:
    """Drop what an announcement said already: it may stand in the same element as the text."""
    told: set[str] = set()
    kept = []
    for block in body.blocks:
        if block.text in told and len(block.text) >= _SURE:
            body.note("repeated", "an earlier block has it", block.text)
        else:
            kept.append(block)
        told.add(block.text)
    body.blocks = kept


def extracted_date(page: Page) -> str | None:
    """Return the day that the general extractor finds, where it does not have to guess.

    It reads addresses, too, and takes ``/2015/07/22-goda-tyurmy`` for a day; so they are hidden,
    as are lists and side blocks, whose dates are other articles'.
    """
    from trafilatura.metadata import extract_metadata  # noqa: PLC0415 (see below)

    source = tostring(page.root, encoding="utf-8", method="html")
    tree = document_fromstring(source, parser=HTMLParser(encoding="utf-8"))
    for misleading in elements(tree, _MISLEADING):
        parent(misleading).remove(misleading)
    options = {
        "original_date": True,
        "extensive_search": False,
        "max_date": page.seen_at.date().isoformat(),
    }
    found = extract_metadata(tree, date_config=options).date
    return str(found) if found else None


def _extracted(page: Page) -> str:
    """Return the words that trafilatura takes for the article's.

    Its deduplication stays off: it forgets text that it has seen in other articles.
    """
    import trafilatura  # noqa: PLC0415 (half a second, and few runs ever need it)

    found = trafilatura.extract(page.response.text, include_comments=False, deduplicate=False)
    return _key(found or "")


def _trimmed(pages: Sequence[Page], scopes: Sequence[Sequence[_Element]]) -> Iterator[_Element]:
    """Yield copies of the elements to read, in which what is not to be read is hidden.

    The parts of a split post are dressed alike: where the first one's text stands, the others' do.
    """
    where: _Path = ()
    for page, found in zip(pages, scopes, strict=True):
        article, description = _extracted(page), _key(page.description)
        title = _key(page.meta.get("og:title") or fallback_fields.heading(page) or "")
        known = page.site.boilerplate
        without = [_SILENT, *(f".{name}" for name, _ in known.social), *known.selectors]
        for scope in found:
            root = deepcopy(scope)
            root.tail = None
            lines = _lines(root, ", ".join(without))
            anchor = _rate(lines, article, description, title)
            if scope.tag not in {"article", "body"}:
                cores = [root]
            elif where:
                cores = [e for e in root.iter() if _path(e) == where] or [root]
            else:
                core = _core(root, lines, anchor)
                cores, where = _with_neighbours(core, root, lines), _path(core)
            for core in cores:
                _hide(core, lines, title)
                yield core


_Path = tuple[tuple[str, str | None], ...]


def _path(element: _Element) -> _Path:
    return tuple((e.tag, e.get("class")) for e in (element, *element.iterancestors()))


def _key(text: str) -> str:
    """Return the letters and digits alone: extractors differ in everything else."""
    return _TRIFLES.sub("", text).casefold()


def _lines(root: _Element, without: str) -> list[_Line]:
    """Return the lines of an element in order, without those of what the walk treats itself."""
    cut = set(select(root, without))
    lines: dict[_Element, _Line] = {}
    for element in root.iter():
        above = element if element is root else parent(element)
        if above in cut and element is not root:
            cut.add(element)
        if isinstance(element.tag, str) and element not in cut:
            if element.tag == "br":
                _say(lines, element, root, "\n")
            _say(lines, element, root, element.text)
        if element is not root and above not in cut:
            _say(lines, above, root, element.tail)
    return [line for line in lines.values() if line.text.strip()]


def _say(lines: dict[_Element, _Line], element: _Element, root: _Element, text: str | None) -> None:
    linked = False
    while element.tag in _INLINE and element is not root:
        linked = linked or element.tag == "a"
        element = parent(element)
    if text:
        line = lines.setdefault(element, _Line(element))
        line.parts.append(text)
        line.linked += len(_key(text)) if linked else 0


def _is_of_links(line: _Line) -> bool:
    if line.linked and line.size < _LONGEST_LABEL and not _SENTENCE.search(line.text):
        return True
    return line.linked > _MOSTLY * line.size


def _rate(lines: Sequence[_Line], article: str, description: str, title: str) -> _Line | None:
    """Tell the good lines, and return the one that the page's description begins with."""
    anchor = None
    for line in lines:
        whole = _key(line.text)
        if whole == title or not whole or _is_of_links(line):
            continue
        keys = map(_key, line.text.split("\n"))
        if article:
            line.good = sum(len(key) for key in keys if key in article)
        is_prose = len(whole) >= (_LONG if article else _SURE)
        if not line.good and (is_prose or not article) and _SENTENCE.search(line.text):
            line.good = len(whole)
        start = description[:_SURE]
        if anchor is None and start and (start in whole or whole == description):
            anchor = line
            line.good = len(whole)
            for earlier in lines[: lines.index(line)]:
                earlier.good = 0
    _silence(lines, title, anchor)
    return anchor


def _silence(lines: Sequence[_Line], title: str, anchor: _Line | None) -> None:
    """Take comments and the imprint, which read like an article, for what they call themselves."""
    whole = sum(line.good for line in lines)
    for label in lines:
        is_imprint = "©" in label.text
        is_talk = label.size <= _LONGEST_LABEL and _TALK.match(label.text.strip())
        if not is_imprint and not is_talk:
            continue
        around = label.holder.getparent()
        if around is None:
            continue
        talk = [
            line for line in lines if line.holder is around or around in line.holder.iterancestors()
        ]
        holds_article = anchor in talk or any(_key(line.text) == title for line in talk)
        is_sure = is_imprint or anchor or 2 * sum(line.good for line in talk) < whole
        if is_sure and not holds_article:
            for line in talk:
                line.good, line.linked = 0, line.size


def _core(root: _Element, lines: Sequence[_Line], anchor: _Line | None) -> _Element:
    """Return the element with the most of the article and the least of anything else.

    The search goes up from where the paragraphs stand side by side, so boilerplate between them
    does not drive it away.
    """
    worth: dict[_Element, float] = {}
    held: Counter[_Element] = Counter()
    for line in lines:
        points = line.good or -line.linked - (line.size - line.linked) / 2
        for element in _upwards(line.holder, root):
            worth[element] = worth.get(element, 0) + points
            held[element] += 1
    groups: dict[_Element, list[_Line]] = {}
    for line in filter(lambda line: line.good, lines):
        alone = [e for e in _upwards(line.holder, root) if held[e] == 1] or [line.holder]
        group = alone[-1] if alone[-1] is root else parent(alone[-1])
        groups.setdefault(group, []).append(line)
    start = anchor.holder if anchor else root
    for group, beside in groups.items():
        if len(beside) > 1 and anchor in beside:
            start = group
    if anchor is None and groups:
        start = max(groups, key=lambda group: sum(line.good for line in groups[group]))
    return max(_upwards(start, root), key=lambda e: worth.get(e, 0))


def _with_neighbours(core: _Element, root: _Element, lines: Sequence[_Line]) -> list[_Element]:
    """Return the core between the blocks beside it that are the article's, too.

    A theme may put an announcement, or every part of the body, into a container of its own.
    """
    good: Counter[_Element] = Counter()
    size: Counter[_Element] = Counter()
    for line in lines:
        for element in _upwards(line.holder, root):
            good[element] += line.good
            size[element] += line.size
    block = core
    while block is not root and size[parent(block)] == size[core]:
        block = parent(block)
    if block is root:
        return [core]
    before, after = (
        list(takewhile(lambda e: good[e] and good[e] > _MOSTLY * size[e], beside))
        for beside in (block.itersiblings(preceding=True), block.itersiblings())
    )
    return [*before[::-1], core, *after]


def _upwards(element: _Element, root: _Element) -> Iterator[_Element]:
    while element is not root:
        yield element
        element = parent(element)
    yield root


def _hide(core: _Element, lines: Sequence[_Line], title: str) -> None:
    """Hide in the core what is no part of the article."""
    inside: dict[_Element, list[int]] = {}
    for number, line in enumerate(lines):
        for element in (line.holder, *line.holder.iterancestors()):
            inside.setdefault(element, []).append(number)
            if element is core:
                break
    good = [n for n in inside.get(core, []) if lines[n].good]
    first, last = (good[0], good[-1]) if good else (0, len(lines))
    waiting = [core]
    while waiting:
        for child in waiting.pop():
            numbers = inside.get(child, []) if child.tag not in _INLINE else []
            if not numbers:
                continue
            held = [lines[n] for n in numbers]
            if _is_boilerplate(child, held, title, between=first < numbers[0] < last):
                child.set("hidden", "")
            elif child.tag not in _PROSE:
                waiting.append(child)


def _is_boilerplate(
    element: _Element, lines: Sequence[_Line], title: str, *, between: bool
) -> bool:
    """Whether an element inside the core is no part of the article.

    What the extractor knows nothing of is text where it looks like text: a list, a table, a
    heading, or a sentence between two others.
    """
    good, size = sum(line.good for line in lines), sum(line.size for line in lines)
    if "".join(_key(line.text) for line in lines) == title:
        return True
    if good or not size:
        return False
    if sum(line.linked for line in lines) / size >= _MOSTLY:
        return True
    if element.tag in _PROSE:
        return False
    own = [line for line in lines if line.holder is element]
    return bool(own) and not (between and _SENTENCE.search(own[0].text))
