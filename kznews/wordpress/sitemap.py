"""A sitemap file: its addresses, and which files of an index list articles."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml.etree import LxmlError
from scrapy.utils.sitemap import Sitemap

from kznews.wordpress.inflate import TooLargeError, inflate
from kznews.wordpress.references import without_bad_references

if TYPE_CHECKING:
    from collections.abc import Sequence

_OTHER_KINDS = re.compile(
    r"(?:taxonomies-.*|users?|authors?|category|categories|post_tag|tags?|posts-page|pages?"
    r"|attachment|images?|videos?|post_format|product.*)"
)
_ROOT = re.compile(rb"<(?:[A-Za-z]\w{0,20}:)?(?:urlset|sitemapindex)\b")
_END = re.compile(rb"</(?:[A-Za-z]\w{0,20}:)?(?:urlset|sitemapindex)\s{0,9}>")
_EMPTY = re.compile(rb"<[^<>]{0,2000}/>")
_LOC = re.compile(rb"<(/?)(?:[A-Za-z]\w{0,20}:)?loc\s{0,9}>")
_DECLARATION = re.compile(rb"<\?xml[^<>]{0,200}\?>")
_TEXT = re.compile(r"https?://\S+")


class NoSitemapError(Exception):
    """The file is no sitemap; the message says what it is."""


@dataclass(frozen=True)
class SitemapFile:
    """``addresses`` are of articles, or of files if it is an index; a cut file lacks some."""

    is_index: bool
    addresses: Sequence[str]
    is_whole: bool = True


def read_sitemap(body: bytes, most: int) -> SitemapFile:
    """Read a sitemap of XML or of plain text, compressed or not, as far as possible.

    A notice before the XML and entries without an address are ignored. Raises ``NoSitemapError``,
    also for more than ``most`` unpacked bytes.
    """
    try:
        body, is_whole = inflate(body, most)
    except TooLargeError as error:
        raise NoSitemapError(str(error)) from None
    body = without_bad_references(body)
    if addresses := _plain_text(body):
        return SitemapFile(is_index=False, addresses=addresses, is_whole=is_whole)
    root = _ROOT.search(body)
    if root:
        declaration = _DECLARATION.search(body, 0, root.start())
        body = (declaration[0] if declaration else b"") + body[root.start() :]
        ends = _END.search(body) or _EMPTY.match(body, len(declaration[0]) if declaration else 0)
        is_whole = ends is not None
    try:
        file = Sitemap(body.lstrip(b"\xef\xbb\xbf \t\r\n"))
        found = [entry["loc"] for entry in file if entry.get("loc")]
    except (LxmlError, StopIteration):
        raise NoSitemapError(f"no XML: {body[:40]!r}") from None
    if file.type not in {"sitemapindex", "urlset"}:
        raise NoSitemapError(f"no sitemap but <{file.type}>")
    if not is_whole:
        last = deque(_LOC.finditer(body), maxlen=1)
        found = found[:-1] if last and not last[0][1] else found
        if not found:
            raise NoSitemapError("cut before its first address")
    return SitemapFile(file.type == "sitemapindex", found, is_whole)


def _plain_text(body: bytes) -> list[str]:
    """Return the addresses of a sitemap of text: one per line and nothing else."""
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"http://", b"https://")):
        return []
    lines = body.decode("utf-8-sig", "replace").split("\n")
    found = [line.strip() for line in lines if line.strip()]
    return found if all(map(_TEXT.fullmatch, found)) else []


def sitemaps_of(robots: bytes) -> list[str]:
    """Return the addresses of the sitemaps in a robots.txt, as they are written."""
    lines = (line.partition(":") for line in robots.decode("utf-8-sig", "replace").splitlines())
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
