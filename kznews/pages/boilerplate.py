"""Boilerplate that only its words give away: cut from a body after it is read."""

from __future__ import annotations

import re
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from kznews.items import Image
from kznews.pages.dom import lines_after, text_of
from kznews.pages.extractor import words
from kznews.pages.heading import letters_of
from kznews.sites import phrases
from kznews.sites.date_words import MONTHS, NAMES_A_DAY, YEAR
from kznews.text import is_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from kznews.items import Article
    from kznews.pages.body import Block, Body
    from kznews.sites import Boilerplate

LONGEST = 300
"""Characters of a block that is cut by its phrase."""
LONGEST_CREDIT = 200
"""Characters of a line that names where a picture is from."""

MOST_BETWEEN = 50
"""Texts after a title among which the credit of the lead picture is looked for."""

_BEGINNING = 30
_IMPRINT = 80
_MOSTLY = 0.6
_SHORTCODE = re.compile(
    r"\[(?P<end>/?)(?P<name>[A-Za-z][\w-]*)(?P<rest>(?:[\s/=](?:[^\[\]]*))?)\]", re.ASCII
)
_CAPTION = re.compile(
    r"\[caption\b[^\[\]]*\](?P<text>(?:(?!\[/?caption\b).)*+)\[/caption\]", re.DOTALL
)
_ATTRIBUTE = re.compile(r"(?<![\w-])[\w-]+\s?=\s?[\"'«»„“”″&\w]")
_BUILT_IN = frozenset({"caption", "gallery", "embed", "video", "audio", "playlist"})
_YEAR_OR_CLOCK = re.compile(r"\b20\d\d\b|\b\d{1,2}:\d\d\b")
_SHOWN_AS_TEXT = frozenset({"h", "li", "tr"})
_ABOUT_THE_SIGN = re.compile(r"©\s?(?:[—–-]|(?:или|и|or|and)\b)", re.IGNORECASE)
_HEAD = 10
"""Blocks among which the title is looked for."""
_LINE = 8
"""Words of a line above the title that is text: a lead."""
_SHORT = 3
"""Letters of a word that may stand beside a name: «от», «by», «в»."""


def cut(body: Body, boilerplate: Boilerplate, title: str) -> None:
    """Remove from a body what is not the article, and give the pictures their credits."""
    _shortcodes(body)
    kept: list[Block] = []
    after_label = False
    headline = " ".join(title.split())
    shown = 0
    for block, after in zip_longest(body.blocks, body.blocks[1:]):
        is_below_picture, shown = block.images > shown, block.images
        text = " ".join(block.text.split())
        if not text:
            continue
        if not kept and block.kind == "h" and text == headline:
            body.note("repeated", "the headline has it", text)
            continue
        if after_label and block.linked / len(text) >= _MOSTLY:
            body.note("links", "after a phrase that announces links", text)
            continue
        after_label = False
        match = _first(boilerplate.phrases, text) if len(text) <= LONGEST else None
        if match and (match.re is not phrases.COUNTERS or block.kind not in _SHOWN_AS_TEXT):
            body.note("phrase", match.re.pattern, text)
            continue
        match = _first(boilerplate.link_phrases, text)
        if match and not (
            block.kind == "h" and match.groupdict().get("unsure") and _is_told(after)
        ):
            rest = text[match.end() :].strip(" :—–-.!")
            after_label = not rest
            if not rest or block.linked / len(rest) >= _MOSTLY:
                body.note("link phrase", match.re.pattern, text)
                continue
        if is_below_picture and _is_caption(block, body, boilerplate):
            body.note("caption", "it ends with a credit", text)
            continue
        _credits(block, body, boilerplate, leading=not kept or is_below_picture)
        if block.text:
            kept.append(block)
    body.blocks = kept
    _caption_credits(body, boilerplate)


def _is_caption(block: Block, body: Body, boilerplate: Boilerplate) -> bool:
    """Whether a short line below a picture without a caption ends with a credit; it is given it."""
    image = body.images[block.images - 1]
    told = Image(image.url, block.text)
    if block.kind != "p" or image.caption or "\n" in block.text or len(block.text) > LONGEST_CREDIT:
        return False
    split_credit(told, boilerplate)
    if not told.caption or not told.credit:
        return False
    image.caption, image.credit = told.caption, image.credit or told.credit
    return True


def cut_head(body: Body, article: Article, *, is_marked: bool) -> None:
    """Remove the title, labels above it, and the lines below it that name but known fields.

    Where nothing marks the body of a short article, the extractor takes its head for text; where
    something does, a line such as «Алматы» is text.
    """
    title = letters_of(article.title)
    heads = (n for n, b in enumerate(body.blocks[:_HEAD]) if letters_of(b.text) == title)
    start = next(heads, -1) + 1
    above = [b for b in body.blocks[: max(0, start - 1)] if len(words(b.text)) >= _LINE]
    terms = (*(s.name for s in article.sections if s.name), *article.tags) if start else ()
    known = {word for name in (*article.authors, *terms) for word in words(name)}
    last = len(body.blocks) - 1
    while not is_marked and start <= last and _is_label(body.blocks[start], known):
        start += 1
    for block in body.blocks[:start]:
        if block not in above:
            body.note("head", "it is above the text", block.text)
    body.blocks[:start] = above


def _is_label(block: Block, known: set[str]) -> bool:
    """Whether a line has hardly a word beside known names and a day with its year or clock."""
    told = set(words(block.text))
    named = told & known
    if _YEAR_OR_CLOCK.search(block.text) and NAMES_A_DAY.search(block.text):
        named |= told.intersection((*MONTHS, *YEAR)).union(filter(str.isdigit, told))
    left = told - named
    is_named = bool(named) and (not left or (len(left) == 1 and len(left.pop()) <= _SHORT))
    return is_named and block.kind == "p" and not is_sentence(block.text)


def _is_told(block: Block | None) -> bool:
    """Whether a block is a sentence without a link."""
    return block is not None and not block.linked and is_sentence(block.text)


def _first(phrases: Iterable[re.Pattern[str]], text: str) -> re.Match[str] | None:
    return next(filter(None, (phrase.match(text) for phrase in phrases)), None)


def credit_of(line: str, boilerplate: Boilerplate) -> str | None:
    """Return whom a line names as the source of a picture; None for any other line."""
    if len(line) > LONGEST_CREDIT:
        return None
    match = boilerplate.credit.fullmatch(line)
    return match["credit"].rstrip(". ") if match and _is_credit(match) else None


def credit_below_title(root: _Element, article: Article, boilerplate: Boilerplate) -> str | None:
    """Return the credit between the title and the text below its first block, if there is one.

    It may be a caption, a paragraph, or a line outside both. Below the first block, which may be a
    lead above the picture, it is no other picture's.
    """
    headings = islice(root.iter("h1", "h2"), MOST_BETWEEN)
    wanted = " ".join(article.title.split())
    heading = next((each for each in headings if text_of(each) == wanted), None)
    if heading is None:
        return None
    lines = (block.partition("\n")[0] for block in article.text.split("\n\n", 2)[:2])
    starts = [" ".join(line.split())[:_BEGINNING] for line in lines if line]
    others = {image.credit for image in article.images[1:]}
    known: set[str | None] = set()
    for text, around in lines_after(heading, MOST_BETWEEN):
        line = " ".join(text.split())
        if starts and line.startswith(starts[-1]):
            return None
        if starts and line.startswith(starts[0]):
            known = others
        if len(line) <= LONGEST_CREDIT and around is not None:
            whole = text_of(around)
            line = whole if len(whole) <= LONGEST_CREDIT else line
        if (credit := credit_of(line, boilerplate)) and credit not in known:
            return credit
    return None


def _is_credit(match: re.Match[str]) -> bool:
    """Whether «Фото: …» is a credit: after a dash, «Фото — доказательство.» is a sentence."""
    return match["sign"] == ":" or not is_sentence(match.string)


def _caption_credits(body: Body, boilerplate: Boilerplate) -> None:
    for image in body.images:
        caption = image.caption
        split_credit(image, boilerplate)
        if caption and image.caption != caption:
            body.note("credit", "in a caption", caption)


def split_credit(image: Image, boilerplate: Boilerplate) -> None:
    """Take «Фото: …» out of a caption into the credit; «На фото: …» is the caption itself."""
    caption = image.caption or ""
    match = boilerplate.credit.search(caption)
    while match:
        before = caption[max(0, match.start() - LONGEST_CREDIT) : match.start()].rstrip()
        begins = not match[0][0].islower() or not before[-1:].isalnum()
        if begins and _is_credit(match):
            image.credit = image.credit or match["credit"].strip(" ().")
            image.caption = caption[: match.start()].rstrip().rstrip(" (/|—–-,") or None
            return
        match = boilerplate.credit.search(caption, match.start() + 1)
    if plain := phrases.PLAIN_CREDIT.search(caption[-LONGEST_CREDIT:]):
        image.credit = image.credit or plain["credit"]
        image.caption = caption[: len(caption) - len(plain[0])].rstrip() or None


def _credits(block: Block, body: Body, boilerplate: Boilerplate, *, leading: bool) -> None:
    """Take the lines that are credits out of a block: they are the last picture's before it."""
    lines = []
    for line in block.text.split("\n"):
        is_signed = line.startswith("©")
        is_text = is_signed and (block.kind == "h" or _ABOUT_THE_SIGN.match(line))
        credit = None
        if leading and (plain := phrases.PLAIN_CREDIT.fullmatch(line)):
            credit = plain["credit"]
        elif not is_text and (leading or not is_signed):
            credit = credit_of(line, boilerplate)
        if credit:
            body.note("credit", "a line of its own", line)
            for image in body.images[max(block.images - 1, 0) :][:1]:
                image.credit = image.credit or credit
        elif is_signed and not is_text and len(line) <= _IMPRINT and not is_sentence(line):
            body.note("imprint", "a line of its own", line)
        else:
            lines.append(line)
    block.text = "\n".join(lines)


def _shortcodes(body: Body) -> None:
    """Take leftovers of unknown shortcodes out of the text; a caption goes to its picture."""
    with_brackets = [block for block in body.blocks if "[" in block.text]
    closed = {m["name"] for b in with_brackets for m in _SHORTCODE.finditer(b.text) if m["end"]}

    def left_of(match: re.Match[str]) -> str:
        if not _is_shortcode(match, closed):
            return match[0]
        body.note("shortcode", f"[{match['name']}]", match[0])
        return ""

    for block in with_brackets:
        for caption in _CAPTION.finditer(block.text):
            _give_caption(block, body, caption["text"])
        block.text = _SHORTCODE.sub(left_of, _CAPTION.sub("", block.text)).strip()


def _is_shortcode(match: re.Match[str], closed: set[str]) -> bool:
    """Whether brackets hold a shortcode: «[в тенге]», «[1]» and «[sic]» are text.

    One has a name of two words, attributes, or its end elsewhere.
    """
    name = match["name"]
    return (
        bool(match["end"])
        or name in _BUILT_IN
        or name in closed
        or "_" in name
        or bool(_ATTRIBUTE.search(match["rest"]))
    )


def _give_caption(block: Block, body: Body, text: str) -> None:
    for image in body.images[max(block.images - 1, 0) : block.images]:
        image.caption = image.caption or " ".join(text.split()) or None
