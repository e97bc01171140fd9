"""Furniture that only its words give away: cut from a body after it is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kznews.items import Image
    from kznews.pages.body import Block, Body
    from kznews.sites import Furniture

_LONGEST = 300
_MOSTLY = 0.6
_CAPTION_SHORTCODE = re.compile(r"\[caption\b[^\]]*\](?P<caption>.*?)\[/caption\]", re.DOTALL)
_SHORTCODE = re.compile(
    r"\[/?(?:caption|gallery|embed|video|audio|playlist|wp_[a-z_]+|vc_[a-z_]+|su_[a-z_]+)\b[^\]]*\]"
)
_LEADING_CREDIT = re.compile(
    r"Фото\s+(?P<credit>(?:из|с|со)\s+\S.{0,80}|[\w.-]+\.(?:kz|com|ru|org|net))$"
)


def cut(body: Body, furniture: Furniture, title: str | None) -> None:
    """Remove from a body what is not the article, and give the pictures their credits."""
    for block in body.blocks:
        _shortcodes(block, body)
    kept: list[Block] = []
    after_label = False
    for place, block in enumerate(body.blocks):
        text = " ".join(block.text.split())
        if not text or (not kept and block.kind == "h" and text == title):
            continue
        if after_label and _linked(block, text) >= _MOSTLY:
            continue
        after_label = False
        if _is_phrase(text, furniture):
            continue
        if match := _link_phrase(text, furniture):
            rest = text[match.end() :].strip(" :—–-.!")
            after_label = not rest
            if not rest or block.linked / len(rest) >= _MOSTLY:
                continue
        if credit := _credit(text, furniture, leading=not kept):
            _give(credit, body, 0 if place == 0 else max(block.images - 1, 0))
            continue
        kept.append(block)
    body.blocks = kept
    for image in body.images:
        split_credit(image, furniture)


def split_credit(image: Image, furniture: Furniture) -> None:
    """Take «Фото: …» out of a caption into the credit."""
    caption = image.caption
    if caption and (match := furniture.credit.search(caption)) and match["credit"]:
        image.credit = image.credit or match["credit"].strip(" ().")
        image.caption = caption[: match.start()].rstrip(" (/|—–-,") or None


def _linked(block: Block, text: str) -> float:
    return block.linked / len(text)


def _is_phrase(text: str, furniture: Furniture) -> bool:
    return len(text) <= _LONGEST and any(p.match(text) for p in furniture.phrases)


def _link_phrase(text: str, furniture: Furniture) -> re.Match[str] | None:
    if len(text) > _LONGEST:
        return None
    return next((m for p in furniture.link_phrases if (m := p.match(text))), None)


def _credit(text: str, furniture: Furniture, *, leading: bool) -> str | None:
    match = furniture.credit.fullmatch(text) or (leading and _LEADING_CREDIT.fullmatch(text))
    return match["credit"].rstrip(". ") if match else None


def _give(credit: str, body: Body, place: int) -> None:
    """A credit at the head of a body is the lead picture's, a later one the last picture's."""
    if place < len(body.images) and body.images[place].credit is None:
        body.images[place].credit = credit


def _shortcodes(block: Block, body: Body) -> None:
    """Take leftovers of unknown shortcodes out of the text; a caption goes to its picture."""
    if "[" not in block.text:
        return
    for match in _CAPTION_SHORTCODE.finditer(block.text):
        last = min(block.images, len(body.images)) - 1
        caption = " ".join(match["caption"].split())
        if last >= 0 and caption and body.images[last].caption is None:
            body.images[last].caption = caption
    block.text = _SHORTCODE.sub("", _CAPTION_SHORTCODE.sub("", block.text)).strip()
