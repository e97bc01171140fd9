"""A sitemap file: the addresses in it, and which files of an index list articles."""

from __future__ import annotations

import re
import zlib
from gzip import BadGzipFile, decompress
from typing import TYPE_CHECKING

from lxml.etree import LxmlError
from scrapy.utils.sitemap import Sitemap

if TYPE_CHECKING:
    from collections.abc import Sequence

_OTHER_KINDS = re.compile(
    r"(?:taxonomies-.*|users?|authors?|category|categories|post_tag|tags?|posts-page|pages?"
    r"|attachment|images?|videos?|news|post_format|product.*)"
)
_GZIP = b"\x1f\x8b"


class NoSitemapError(Exception):
    """The file is no sitemap; the message says what it is."""


def read_sitemap(body: bytes) -> tuple[bool, Sequence[str]]:
    """Return whether a file is an index, and its addresses in order.

    A packed file is unpacked, an entry without an address is passed over. Raises
    ``NoSitemapError``.
    """
    try:
        if body.startswith(_GZIP):
            body = decompress(body)
        file = Sitemap(body.lstrip(b"\xef\xbb\xbf \t\r\n"))
        found = [entry["loc"] for entry in file if entry.get("loc")]
    except (BadGzipFile, EOFError, zlib.error) as error:
        raise NoSitemapError(f"a packed file that cannot be unpacked ({error})") from None
    except (LxmlError, StopIteration):
        raise NoSitemapError(f"no XML: {body[:40]!r}") from None
    if file.type not in {"sitemapindex", "urlset"}:
        raise NoSitemapError(f"no sitemap but <{file.type}>")
    return file.type == "sitemapindex", found


def is_of_articles(url: str) -> bool:
    """Whether a file of an index may list articles, by its name.

    Core calls them ``wp-sitemap-posts-post-1.xml``, Yoast ``post-sitemap2.xml``; what is called
    after anything but authors, terms and pages is read, too.
    """
    name = url.rpartition("/")[2].lower()
    name = re.sub(r"^wp-sitemap-|[-_]?sitemap|\.xml(?:\.gz)?$|[-_]?\d+$", "", name.split("?")[0])
    return not _OTHER_KINDS.fullmatch(re.sub(r"[-_]?\d+$", "", name))
