"""Boilerplate that only its words give away: cut from a body after it is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kznews.items import Image
    from kznews.pages.body import Block, Body
    from kznews.sites import Boilerplate

_LONGEST = 300
_MOSTLY = 0.6
_CAPTION_SHORTCODE = re.compile(r"\[caption\b[^\]]*\](?P<caption>.*?)\[/caption\]", re.DOTALL)
_SHORTCODE = re.compile(
    r"\[/?(?P<name>caption|gallery|embed|video|audio|playlist|(?:wp|vc|su)_[a-z_]+)\b[^\]]*\]"
)
_LEADING_CREDIT = re.compile(
    r"Фото\s+(?P<credit>(?:из|с|со)\s+\S.{0,80}(?<![.!?…])|[\w.-]+\.(?:kz|com|ru|org|net))$"
)


def cut(body: Body, boilerplate: Boilerplate, title: str) -> None:
    """Remove from a body what is not the article, and give the pictures their credits."""
    for block in body.blocks:
        _shortcodes(block, body)
    kept: list[Block] = []
    after_label = False
    for block in body.blocks:
        text = " ".join(block.text.split())
        if not text:
            continue
        if not kept and block.kind == "h" and text == " ".join(title.split()):
            body.note("repeated", "the headline has it", text)
            continue
        if after_label and block.linked / len(text) >= _MOSTLY:
            body.note("links", "after a phrase that announces links", text)
            continue
        after_label = False
        if len(text) <= _LONGEST and (
            phrase := next((p for p in boilerplate.phrases if p.match(text)), None)
        ):
            body.note("phrase", phrase.pattern, text)
            continue
        if match := next((m for p in boilerplate.link_phrases if (m := p.match(text))), None):
            rest = text[match.end() :].strip(" :—–-.!")
            after_label = not rest
            if not rest or block.linked / len(rest) >= _MOSTLY:
                body.note("link phrase", match.re.pattern, text)
                continue
        _credits(block, body, boilerplate, leading=not kept)
        if block.text:
            kept.append(block)
    body.blocks = kept
    _caption_credits(body, boilerplate)


def _caption_credits(body: Body, boilerplate: Boilerplate) -> None:
    for image in body.images:
        caption = image.caption
        split_credit(image, boilerplate)
        if caption and image.caption != caption:
            body.note("credit", "in a caption", caption)


def split_credit(image: Image, boilerplate: Boilerplate) -> None:
    """Take «Фото: …» out of a caption into the credit; «На фото: …» is the caption itself."""
    caption = image.caption or ""
    for start, letter in enumerate(caption):
        before = caption[:start].rstrip()
        if not letter.isupper() and before[-1:].isalnum():
            continue
        if match := boilerplate.credit.match(caption, start):
            image.credit = image.credit or match["credit"].strip(" ().")
            image.caption = before.rstrip(" (/|—–-,") or None
            return


def _credits(block: Block, body: Body, boilerplate: Boilerplate, *, leading: bool) -> None:
    """Take the lines that are credits out of a block: they are the last picture's before it."""
    lines = []
    for line in block.text.split("\n"):
        match = boilerplate.credit.fullmatch(line) or (leading and _LEADING_CREDIT.fullmatch(line))
        if not match:
            lines.append(line)
            continue
        body.note("credit", "a line of its own", line)
        if pictures := body.images[max(block.images - 1, 0) :]:
            pictures[0].credit = pictures[0].credit or match["credit"].rstrip(". ")
    block.text = "\n".join(lines)


def _shortcodes(block: Block, body: Body) -> None:
    """Take leftovers of unknown shortcodes out of the text; a caption goes to its picture."""
    if "[" not in block.text:
        return
    for match in _CAPTION_SHORTCODE.finditer(block.text):
        last = min(block.images, len(body.images)) - 1
        caption = " ".join(match["caption"].split())
        if last >= 0 and caption and body.images[last].caption is None:
            body.images[last].caption = caption
        body.note("shortcode", "[caption]", match[0])
    text = _CAPTION_SHORTCODE.sub("", block.text)
    for match in _SHORTCODE.finditer(text):
        body.note("shortcode", f"[{match['name']}]", match[0])
    block.text = _SHORTCODE.sub("", text).strip()
