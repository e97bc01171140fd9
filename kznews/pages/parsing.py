"""Bytes of a document as a tree, however broken it is: parsed once, of bounded depth."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from lxml.etree import ElementDefaultClassLookup, HTMLParser, XPath, fromstring
from lxml.html import HtmlElement

from kznews.pages import limits
from kznews.pages.cloudflare import decode_email
from kznews.pages.dom import elements, strings

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_ATTRIBUTES = 1_000
"""Attributes of one tag; of a tag with more none is read."""
MOST_DEPTH = 200
"""Elements inside one another; the words of deeper ones are their outermost one's."""
LONGEST_TAG = 5_000
"""Bytes of a tag whose attributes are not counted."""
_TAG_NAME = re.compile(rb"[A-Za-z][\w-]*")
_ATTRIBUTE = re.compile(rb"\"[^\"]*+\"?|'[^']*+'?|([\w:-]+)")
_BODY_END = re.compile(rb"</(?:body|html)\s*+>", re.IGNORECASE)
_PARSER = HTMLParser(
    encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False
)
_PARSER.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
_NO_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What lxml reads where it is written as a reference, and takes from nobody."""
_VOID = ("embed", "source", "track", "wbr")
_DEEPEST = XPath("/*" * MOST_DEPTH)


def parse(html: bytes) -> _Element:
    """Return the root of a document in UTF-8, however broken; one of nothing is empty.

    It has neither comments nor processing instructions, and is such as trafilatura takes. Hidden
    e-mail addresses are shown.
    """
    html = _open_to_the_end(_few_attributes(html.replace(b"\0", b"").strip()))
    root = fromstring(html or b"<html/>", _PARSER)
    if root is None:
        return fromstring(b"<html/>", _PARSER)
    _empty(root)
    if b"data-cfemail" in html:
        _show_emails(root)
    return root


def _open_to_the_end(html: bytes) -> bytes:
    """Leave out the end of the body where text follows: what is open stays open, as in browsers.

    A document in a document, pasted by an editor, brings its own end tags.
    """
    end = html.find(b"</body")
    if end < 0 or not any(html.find(tag, end) >= 0 for tag in (b"<p", b"<div")):
        return html
    return _BODY_END.sub(b"", html)


def _empty(root: _Element) -> None:
    """Move what stands inside of elements that have no inside behind them.

    libxml2 knows them not, and puts all that follows into them (HTML, 13.1.2 «Void elements»).
    """
    for element in list(root.iter(*_VOID)):
        text, inner = element.text, list(element)
        for child in reversed(inner):
            element.addnext(child)
        if text:
            element.text = None
            element.tail = text if inner else text + (element.tail or "")


def _show_emails(root: _Element) -> None:
    for element in elements(root, "//@data-cfemail/parent::*"):
        if address := decode_email(element.get("data-cfemail", "")):
            del element[:]
            element.text = address


def flatten(root: _Element) -> bool:
    """Make plain text of what is nested too deep, and return whether anything is.

    Much that is asked of an element is asked of all that are around it, too.
    """
    deep = [element for element in cast("list[_Element]", _DEEPEST(root)) if len(element)]
    for element in deep:
        text = " ".join(strings(element, ".//text()[not(parent::script or parent::style)]"))
        del element[:]
        element.text = _NO_XML.sub("", text)
        limits.met("MOST_DEPTH")
    return bool(deep)


def parse_fragment(html: str) -> _Element:
    """Return the elements of a piece of HTML under one; no stray end tag leads out of it."""
    root = parse(f"<html><body>{html}</body></html>".encode("utf-8", "ignore"))
    return next(root.iter("body"))


def _few_attributes(html: bytes) -> bytes:
    """Leave out the attributes of a tag that has too many: each is compared with all others."""
    if not _may_have_long_tag(html):
        return html
    parts = html.split(b"<")
    for place, part in enumerate(parts):
        if len(part) <= LONGEST_TAG or b">" in part[:LONGEST_TAG]:
            continue
        tag, end, rest = part.partition(b">")
        name = _TAG_NAME.match(tag)
        if name and sum(map(bool, _ATTRIBUTE.findall(tag))) > MOST_ATTRIBUTES:
            limits.met("MOST_ATTRIBUTES")
            parts[place] = name[0] + b" " + end + rest
    return b"<".join(parts)


def _may_have_long_tag(html: bytes) -> bool:
    """Whether a stretch of half such a tag, inside one, has neither a beginning nor an end."""
    is_open = False
    stretch = LONGEST_TAG // 2
    for start in range(0, len(html), stretch):
        part = html[start : start + stretch]
        opens, closes = part.rfind(b"<"), part.rfind(b">")
        if opens == closes:
            if is_open:
                return True
        else:
            is_open = opens > closes
    return False
