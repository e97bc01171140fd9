"""What a news site is: addresses, zone, sections, layouts, boilerplate. Data, and addresses.

The addresses are WordPress's ``/%year%/%monthnum%/%postname%`` (``docs/the-site.md``, «Addresses»).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, unquote, urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kznews.sites.boilerplate import Boilerplate

ARTICLE_PATH = re.compile(r"/(20\d\d)/(0?[1-9]|1[0-2])/([^/]+)((?:/[^/]+)*)/?")
DAY_ARCHIVE = re.compile(r"\d{1,2}")
NOT_A_SLUG = frozenset({"page", "feed", "embed", "amp"})
ADDENDA = re.compile(r"/(?:\d{1,2}|amp|feed(?:/\w+)?|embed|trackback|comment-page-\d+)")
LISTINGS = frozenset({"author", "category", "comments", "feed", "page", "search", "tag"})
SERVERS = ("wp-", "cdn-cgi")
"""How the paths of WordPress's and Cloudflare's own pages begin."""
ANY_PATH = re.compile(r"(?:/[^/.][^/]*)*/[^/.][^/.]*(?:\.html?)?/?")
DATE_ARCHIVE = re.compile(r"/\d{4}(?:/\d\d){0,2}/?")
ANY_ADDENDA = re.compile(r"/(?:amp|embed|feed|trackback)/?$")
MONTH = re.compile(r"/(20\d\d)/(0[1-9]|1[0-2])/")
POST_NUMBER = re.compile(r"[0-9]{1,20}")
MAX_ADDRESS = 2048
"""Characters of an article's address: databases index no more, and no site has longer ones."""
LONGEST_SHOWN = 300
"""Characters of a longer address that are shown."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
HALF_CODE = re.compile(r"%(?![0-9A-Fa-f]{2})")
SLASHES = re.compile(r"(?<!:)//+")
UNSEEN = "\u200b\u2060\ufeff"
"""Characters without a width, which come along where an address is pasted."""


@dataclass(frozen=True)
class Layout:
    """CSS selectors of one theme. If a selector finds nothing, the next source is used.

    ``is_general`` are class names that many themes share, each in its own way: they show where the
    article may be, not that everything inside is its text. The names of a body that
    ``is_guess`` are used for other things, too: one counts if the text begins in it.

    Text selectors name elements, whose whole text is read (``::text`` loses words at inline tags).
    """

    name: str
    article: str
    card: str
    card_link: str
    card_date: str
    title: str
    body: str
    date: str
    image: str
    image_caption: str
    category: str
    author: str
    tag: str
    views: str = ""
    is_general: bool = False
    is_guess: bool = False


@dataclass(frozen=True)
class Site:
    """One edition of a news site.

    ``root`` is where it is crawled, ``hosts`` are the names it is known by: links to any of them
    are links to ``root``, so a crawl of a copy never strays to the real site.
    ``sections`` maps slug to name, the most complete listing first; ``catch_all`` are slugs and
    names of sections that say nothing of an article's subject. ``any_path`` is true of a site whose
    articles may have whatever addresses WordPress allows. ``assumed`` are slugs of ``sections``
    that no source confirms: one that is not there is no failure. ``quotes_posts`` is true where the
    words of a network's post that a page quotes are text.
    """

    name: str
    root: str
    hosts: tuple[str, ...]
    language: str
    zone: str
    sections: Mapping[str, str]
    catch_all: frozenset[str]
    layouts: tuple[Layout, ...]
    hooks: tuple[str, ...]
    boilerplate: Boilerplate
    id_prefix: str = ""
    any_path: bool = False
    quotes_posts: bool = False
    assumed: frozenset[str] = frozenset()
    _netlocs: frozenset[str] = field(default=frozenset(), init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", self.root.rstrip("/"))
        names = {urlsplit(self.root).netloc.lower(), *self.hosts}
        object.__setattr__(self, "_netlocs", frozenset(names))

    def at(self, base_url: str) -> Site:
        """Return the same site served at another address: a demo, a test, a mirror."""
        return replace(self, root=base_url)

    def serves(self, url: str) -> bool:
        """Whether a request may go there: a crawl of a copy never goes to the site itself."""
        netloc, root = urlsplit(url).netloc.lower(), urlsplit(self.root).netloc.lower()
        return netloc == root or (root in self.hosts and netloc in self.hosts)

    def absolute(self, url: str) -> str | None:
        """Return an own address under ``root``; None for another site's and for no address."""
        return _absolute(self.root, self._netlocs, url)

    def article_url(self, url: str) -> str | None:
        """Return the one address of the article that ``url`` leads to, or None.

        The same article with another scheme, a query, an upper-case path, a final slash, ``/amp``
        or ``/2`` is one address, spelt as WordPress spells it. ``?p=ID`` stays: only the site
        knows where it leads. Category, day, feed and attachment pages are no articles, nor is
        what ``malformed`` names.
        """
        own = self.absolute(url)
        return own and _article_url(self.root, own, any_path=self.any_path)

    def malformed(self, url: str) -> str | None:
        """Return why an address that looks like an own article's cannot be one, else None."""
        own = self.absolute(url)
        fault = own and _fault(own)
        looks_like_one = fault and own and (self.any_path or MONTH.search(own[:MAX_ADDRESS]))
        return fault if looks_like_one else None

    def month_of(self, article_url: str) -> tuple[int, int] | None:
        """Return (year, month) of publication on the site's clock, as in the address."""
        return _month_of(article_url, any_path=self.any_path)

    def article_id(self, post_id: int | None, url: str) -> str:
        """Return the lasting name of an article: its post ID, else its path."""
        key = str(post_id) if post_id else unquote(urlsplit(url).path).strip("/")
        return f"{self.id_prefix or self.name}:{key}"

    def section_url(self, slug: str) -> str:
        return f"{self.root}/category/{slug}"

    def section_slug(self, url: str) -> str | None:
        """Return the slug of a section's own listing address (the last part of a nested one)."""
        own = self.absolute(url)
        return own and _section_slug(own)

    def is_catch_all(self, slug: str | None, name: str | None) -> bool:
        return slug in self.catch_all or name in self.catch_all


def spelt_out(url: str) -> str:
    """Return an address that every file and database accepts.

    Forbidden characters become %-codes, and a long address is cut.
    """
    plain = CONTROL.sub(lambda match: quote(match[0]), url.encode("utf-8", "ignore").decode())
    return plain if len(plain.encode()) <= MAX_ADDRESS else f"{plain[:LONGEST_SHOWN]}…"


def _fault(url: str) -> str | None:
    """Return what is wrong with the spelling of an absolute address, None if it is right."""
    path = url.partition("?")[0]
    if len(path) > MAX_ADDRESS:
        return f"an address of {len(path):,} characters"
    if HALF_CODE.search(path):
        return "half a %-code in the address"
    try:
        plain = unquote(path, errors="strict")
    except UnicodeDecodeError:
        return "half a character in the address"
    if CONTROL.search(plain):
        return "a control character in the address"
    spelt = len(quote(plain, errors="ignore")) if len(path) * 12 > MAX_ADDRESS else 0
    return f"an address of {spelt:,} characters" if spelt > MAX_ADDRESS else None


@lru_cache(maxsize=1024)  # every page has the same menus
def _absolute(root: str, netlocs: frozenset[str], url: str) -> str | None:
    try:
        absolute = urljoin(f"{root}/", url.strip().strip(UNSEEN))
        parts = urlsplit(absolute)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or parts.netloc.lower() not in netlocs:
        return None
    return f"{root}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")


@lru_cache(maxsize=1024)  # asked again and again on an article's way
def _article_url(root: str, own: str, *, any_path: bool) -> str | None:
    if _fault(own):
        return None
    parts = urlsplit(own)
    path = SLASHES.sub("/", unquote(parts.path))
    if path in {"", "/"}:
        post = POST_NUMBER.fullmatch(parse_qs(parts.query).get("p", [""])[0])
        return f"{root}/?p={post[0]}" if post else None
    article = _any_article(path) if any_path else _dated_article(path.lower())
    return article and root + article


@lru_cache(maxsize=1024)  # as often
def _month_of(article_url: str, *, any_path: bool) -> tuple[int, int] | None:
    path = unquote(urlsplit(article_url).path).lower()
    match = (MONTH.match if any_path else ARTICLE_PATH.fullmatch)(path)
    return (int(match[1]), int(match[2])) if match else None


def _dated_article(path: str) -> str | None:
    match = ARTICLE_PATH.fullmatch(path)
    if match is None:
        return None
    year, month, slug, rest = match.groups()
    if slug in NOT_A_SLUG or DAY_ARCHIVE.fullmatch(slug):
        return None
    if rest and not ADDENDA.fullmatch(rest):
        return None
    return f"/{year}/{int(month):02d}/{quote(slug, errors='replace').lower()}"


def _any_article(path: str) -> str | None:
    """Return the path of what may be an article, a final slash as the site writes it."""
    path = ANY_ADDENDA.sub("/", path)
    first = path.split("/")[1].lower()
    if first in LISTINGS or first.startswith(SERVERS) or DATE_ARCHIVE.fullmatch(path):
        return None
    if not ANY_PATH.fullmatch(path):
        return None
    return quote(path, errors="ignore")


@lru_cache(maxsize=1024)
def _section_slug(url: str) -> str | None:
    head, *rest = [p for p in unquote(urlsplit(url).path).lower().split("/") if p] or [""]
    if head != "category" or not rest or any(part in {"page", "feed"} for part in rest):
        return None
    return rest[-1]
