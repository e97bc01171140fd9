"""What else the page says of its article: does what was read agree with it?

The page's own words about the article (Yoast's ``wordCount``, the description, the window's title)
take another way than the selectors, so one mistake does not spoil both. They are heard after
reading and change nothing; where they contradict badly, the article says why it is doubted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from kznews.pages import heading
from kznews.pages.body import read_body
from kznews.pages.cutting import Cutter
from kznews.pages.dom import elements, parent, text_of
from kznews.pages.extractor import SHORT
from kznews.pages.parsing import MOST_DEPTH
from kznews.sites.marks import FIELDS
from kznews.text import is_sentence, word_count

if TYPE_CHECKING:
    from lxml.etree import _Element

    from kznews.items import Article
    from kznews.pages.page import Page

_YOAST_WORD = re.compile(rb"[A-Za-z'\x80-\xbf\xd0-\xd2-]+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_STEM = 5
_CUT_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])$")

_LEAST = 0.8
_MOST = 1.25
_SLACK = 3
_FEW = 20
_ANNOUNCEMENT = 25
_LINK = 10
_POST = 60
_POSTS = frozenset({"facebook", "instagram", "tiktok", "twitter"})
_FEWEST_STEMS = 6
_NEWS = 30
_SHARE = 1 / 3
_EDITOR_SHARE = 0.15
_BESIDE = 0.4
_LINKED = 0.3
_PARAGRAPH = 120
_SILENT = frozenset({"footer", "script"})
_PROSE = f"//p[string-length() > {_PARAGRAPH}][not(ancestor::footer or ancestor::form)]"
_START = 40
_MUCH = 500


def doubts(page: Page, article: Article, last: _Element | None) -> str | None:
    """Return why an article that was read from a page is doubted; None when nothing says so.

    ``last`` is the last container that a known layout names as the body's. Where the general
    extractor was asked, it is the witness: what an editor wrote of the text is not compared. It is
    asked, too, where much prose of the page is not in the text, unless the page tells a number of
    words that agrees.
    """
    told = _told_words(page)
    too_few, too_many = _by_word_count(article, told) if told else (None, None)
    is_whole = told and not too_few and not too_many
    is_asked = page.is_extracted or (not is_whole and _is_prose_left(page, article))
    by_extractor = _by_extractor(page, article) if is_asked else None
    found = [too_few]
    if by_extractor or not page.is_extracted:
        found += [too_many, _by_description(page, article)]
        found += [_by_what_follows(page, article, last)] if last is not None else []
    found += [_by_title(page, article), by_extractor]
    if any(map(FIELDS.fullmatch, page.classes)):
        found.append("the page is an event's or a product's: its fields are not read")
    if page.is_flattened:
        found.append(f"elements stand more than {MOST_DEPTH} deep")
    return "; ".join(filter(None, found)) or None


def yoast_words(text: str) -> int:
    """Count words as Yoast SEO does (``word_count`` of its Article node).

    It gives PHP's ``str_word_count``, which works byte by byte, the bytes of the Russian letters.
    So a number is no word, a dash and a closing quotation mark are words, and every ә and ө, whose
    first byte is not among them, makes two words of one.
    """
    return len(_YOAST_WORD.findall(text.encode("utf-8", "replace")))


def _told_words(page: Page) -> int:
    """Return the number of words that Yoast tells, 0 if none."""
    number = str(page.graph.article.get("wordCount", ""))
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0


def _by_word_count(article: Article, told: int) -> tuple[str | None, str | None]:
    """Say whether the text has too few words, and too many, for the number that is told.

    Generously: it is the editor's HTML that was counted. That holds captions, links to read more
    and the words of embedded posts, which are no text; and newer versions of Yoast count the title,
    too. An announcement may stand outside it.
    """
    text = _UNSEEN.sub("", article.text)
    plain = word_count(text)
    least, most = _LEAST * told - _SLACK, _MOST * told + _ANNOUNCEMENT
    if least <= plain <= most:
        return None, None
    yoast = yoast_words(text)
    captions = " ".join(f"{image.caption or ''} {image.credit or ''}" for image in article.images)
    beside = yoast_words(f"{article.title} {captions}")
    beside += _LINK * (len(article.related) + len(article.embeds))
    beside += _POST * sum(embed.kind in _POSTS for embed in article.embeds)
    return (
        f"text has {plain} of {told} words" if max(plain, yoast) + beside < least else None,
        f"text has {plain} words instead of {told}" if min(plain, yoast) > most else None,
    )


def _by_extractor(page: Page, article: Article) -> str | None:
    """Look for the words that the general extractor takes for the article's."""
    if page.is_too_large:
        return "the page has too many elements for the extractor"
    if not article.text:
        return "no text was read"
    said = page.extract
    if article.layout != "generic" and len(said.words) < SHORT:  # the body's name tells more
        return None
    missing = said.missing(f"{article.title}\n{article.text}")
    if 2 * missing <= len(said.words) or missing < _FEW:
        return None
    return f"{missing} of {len(said.words)} words that the extractor reads are missing"


def _is_prose_left(page: Page, article: Article) -> bool:
    """Whether long paragraphs stand anywhere on the page, and not in the text.

    A known container may hold but the beginning of an article.
    """
    paragraphs = map(text_of, elements(page.root, _PROSE))
    left = sum(len(text) for text in paragraphs if text[:_START] not in article.text)
    return left > max(_MUCH, _BESIDE * len(article.text))


def _by_description(page: Page, article: Article) -> str | None:
    """Look for the description's words in the text.

    One that is cut off is the beginning of the text, taken by a machine. Any other may be an
    editor's own words, which still share some with an article of some length.
    """
    description = page.description.strip()
    if _CUT_OFF.sub("", description).rstrip() in article.text:
        return None
    wanted = _stems([description])
    if len(wanted) < _FEWEST_STEMS:
        return None
    is_excerpt = bool(_CUT_OFF.search(description))
    if not is_excerpt and word_count(article.text) < _NEWS:
        return None
    shared = len(wanted & _stems([article.title, article.text])) / len(wanted)
    if shared < (_SHARE if is_excerpt else _EDITOR_SHARE):
        return "text has not the words of the page's description"
    return None


def _by_title(page: Page, article: Article) -> str | None:
    """Look for the title in at least two of the places where a page has it."""
    title = f" {article.title} "
    same = (place for place in _titles(page) if any(title in f" {text} " for text in place))
    if len(list(islice(same, 2))) == 2:
        return None
    places = [stems for stems in map(_stems, _titles(page)) if stems]
    own = _stems([article.title])
    agreeing = [stems for stems in places if _is_alike(own, stems)]
    if own and len(places) > 1 and len(agreeing) < 2:
        return "title is not in the window's"
    return None


def _by_what_follows(page: Page, article: Article, last: _Element) -> str | None:
    """Look beside the body for prose that goes on as if it were the article.

    Many pages tell no number of words (``docs/the-site.md``, «Metadata»).
    """
    cutter = Cutter(parent(last), page.site.boilerplate)
    left: list[str] = []
    for element in last.itersiblings("*"):
        if element.tag in _SILENT or cutter.named(element)[0]:
            continue
        blocks = read_body([element], page.site, page.response.url).blocks
        if blocks and page.site.boilerplate.ends.match(blocks[0].text):
            continue
        left += [
            block.text
            for block in blocks
            if block.linked < len(block.text) * _LINKED
            and is_sentence(block.text)
            and block.text not in article.text
        ]
    more = sum(map(len, left))
    if more < _PARAGRAPH or more < _BESIDE * len(article.text):
        return None
    return f"{sum(map(word_count, left))} more words stand beside the text"


def _titles(page: Page) -> Iterator[Sequence[str]]:
    yield [page.graph.text("headline") or ""]
    yield [page.meta.get("og:title", "")]
    yield [heading.window_title(page) or ""]
    yield [text_of(heading) for heading in page.root.iter("h1")]
    if (own := heading.heading_of(page)) is not None and own.tag != "h1":
        yield [text_of(own)]


def _is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _SHARE * min(len(one), len(other))


def _stems(texts: Iterable[str]) -> frozenset[str]:
    """Return the beginnings of the long words, which Russian and Kazakh endings leave alone."""
    text = _UNSEEN.sub("", " ".join(texts)).casefold()
    return frozenset(word[:_STEM] for word in _LONG_WORD.findall(text))
