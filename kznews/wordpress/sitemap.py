"""A sitemap file: its addresses, and which files of an index list articles."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from lxml.etree import XMLSyntaxError, iterparse

from kznews.wordpress.characters import decoded
from kznews.wordpress.inflate import TooLargeError, inflate
from kznews.wordpress.references import without_bad_references
from kznews.wordpress.xml_end import ROOT, has_end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element

_OTHER_KINDS = re.compile(
    r"(?:taxonomies-.*|users?|authors?|category|categories|post_tag|tags?|posts-page|pages?"
    r"|attachment|images?|videos?|post_format|product.*)"
)
_DECLARED = re.compile(rb"<\?xml[^<>]{0,200}encoding=[\"']([\w-]{1,40})")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_FILE = re.compile(r"\.xml(?:\.gz)?(?:[?#]|$)", re.IGNORECASE)
_INDEX = "sitemapindex"
_SENTINEL = b"<end/>"
"""Stands behind a file: an element that is still open there is cut."""
_ADDRESS_OF = dict.fromkeys(("url", "sitemap", "urlset", "sitemapindex"), "loc") | dict.fromkeys(
    ("item", "entry"), "link"
)
"""The element with the address in each kind of entry."""


class NoSitemapError(Exception):
    """The file is no sitemap; the message says what it is."""


@dataclass(frozen=True)
class SitemapFile:
    """``files`` are those of an index; a cut file lacks some of either."""

    articles: Sequence[str]
    files: Sequence[str] = ()
    is_whole: bool = True


def read_sitemap(body: bytes, most: int) -> SitemapFile:
    """Read a sitemap of XML, a feed or plain text, compressed or not, as far as possible.

    A notice before the XML and entries without an address are ignored. Raises ``NoSitemapError``,
    also for more than ``most`` unpacked bytes.
    """
    try:
        body, is_whole = inflate(body, most)
    except TooLargeError as error:
        raise NoSitemapError(str(error)) from None
    declared = _DECLARED.search(body[:1000])
    text = decoded(body, declared[1].decode() if declared else "")
    if "<" not in text and (articles := _plain_text(text)):
        return SitemapFile(articles, is_whole=is_whole)
    body = without_bad_references(text.encode("utf-8", "replace"))
    root = ROOT.search(body)
    if root is None:
        raise NoSitemapError(f"no sitemap: {body[:40]!r}")
    body = body[root.start() :]
    found, is_read = _entries(body)
    is_whole = is_read and has_end(body)
    if not is_whole and not found:
        raise NoSitemapError("cut before its first address")
    articles = [address for address, is_file in found if not is_file]
    return SitemapFile(articles, [address for address, is_file in found if is_file], is_whole)


def _entries(xml: bytes) -> tuple[list[tuple[str, bool]], bool]:
    """Return each entry's address, and whether it is a file's; then whether all was read.

    The parser goes only so deep. Broken XML is read as far as possible, and so are several
    documents in one file.
    """
    found: list[tuple[str, bool]] = []
    steps = iterparse(
        BytesIO(b"<files>" + xml + _SENTINEL), events=("end",), recover=True,
        resolve_entities=False, remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    with suppress(XMLSyntaxError):
        for _, element in steps:
            name, parent = _name(element), element.getparent()
            entry = _name(parent)
            if name == _ADDRESS_OF.get(entry):
                address = "".join(element.itertext()).strip()
                if name == "link" and element.get("rel", "alternate") == "alternate":
                    address = address or element.get("href", "").strip()
                is_file = entry.startswith("sitemap") or _name(parent.getparent()) == _INDEX
                if address:
                    found.append((address, is_file or _FILE.search(address) is not None))
            elif name in _ADDRESS_OF:
                element.clear()
                while element.getprevious() is not None:
                    del parent[0]
            elif name == "end":
                return found, True
    return found, False


def _name(element: _Element | None) -> str:
    """Return an element's name without a prefix, declared or not, in lower case."""
    tag = element.tag if element is not None else ""
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _plain_text(text: str) -> list[str]:
    """Return the addresses of a sitemap of text: the first word of each line that is one."""
    words = (line.split(maxsplit=1)[:1] for line in text.splitlines())
    return [word for some in words for word in some if _ADDRESS.fullmatch(word)]


def sitemaps_of(robots: bytes) -> list[str]:
    """Return the addresses of the sitemaps in a robots.txt, as they are written."""
    lines = (line.partition(":") for line in decoded(robots, "").splitlines())
    return [address.strip() for name, _, address in lines if name.strip().lower() == "sitemap"]


def is_of_articles(url: str) -> bool:
    """Whether a file of an index may list articles, by its name.

    Core names them ``wp-sitemap-posts-post-1.xml``, Yoast ``post-sitemap2.xml``. Every name but
    those of authors, terms and pages is read: ``news-sitemap.xml`` is a type of posts on one site,
    the news of two days on another.
    """
    name = url.rpartition("/")[2].lower()
    name = re.sub(r"^wp-sitemap-|[-_]?sitemap|\.xml(?:\.gz)?$|[-_]?\d+$", "", name.split("?")[0])
    return not _OTHER_KINDS.fullmatch(re.sub(r"[-_]?\d+$", "", name))
