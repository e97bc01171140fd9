"""The JSON-LD graph that Yoast SEO and its like put into a page's head.

Nodes are found by ``@type``, never by place: the order changed with Yoast's versions
(``docs/the-site.md``, «Metadata»). What is no JSON is read as it is meant (``loose_json``).
"""

from __future__ import annotations

import json
import re
from collections import deque
from copy import copy
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kznews.pages import limits, loose_json
from kznews.pages.heading import letters_of
from kznews.text import unescaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kznews.sites import Site

Node = dict[str, Any]

MOST_NODES = 10_000
"""Values of all scripts of a page that are looked at."""
SHORTEST_SLUG = 20
"""Characters of the last part of an address that is the same article's in each section."""
WHOLE_TITLE = 20
"""Letters of a headline that are no other article's."""
LONGEST_TITLE = 500
"""Characters of a page's title with which headlines are compared."""
LIKE = 0.3
"""Share of a headline's words that the titles of its page have at least."""

_STEM = re.compile(r"(\w{4})\w*+|\d++")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*+>")
_OFFSET = re.compile(r"[+-]\d\d:\d\d|UTC|Z")
_ARTICLE_TYPES = ("article", "blogposting", "mediaposting", "report")
_PAGE_TYPES = frozenset({"WebPage", "ItemPage"})
_OWN_PARTS = frozenset({"@graph", "mainEntity", "mainEntityOfPage"})
"""Keys under which a node speaks of the same page, even if it names no address."""


_DECODER = json.JSONDecoder(strict=False, parse_int=loose_json.integer)


class Graph:
    """All nodes of a page's JSON-LD scripts, and the two that speak of this article."""

    def __init__(
        self,
        scripts: Iterable[str],
        site: Site,
        url: str,
        titles: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self._site, self._url, self._told_titles = site, url, titles
        self.nodes: list[Node] = []
        self._own_nodes: list[Node] = []
        for node, is_own in _nodes(list(map(_value, scripts))):
            self.nodes.append(node)
            if is_own or _named(node, site):
                self._own_nodes.append(node)
        self._by_id: dict[str, Node] = {}
        for node in self.nodes:
            if isinstance(key := node.get("@id"), str):
                _complete(self._by_id.setdefault(key, {}), node)
        self.article = self._own(_is_article)
        self.page = self._own(_PAGE_TYPES.__contains__)

    def believing(self) -> Graph | None:
        """Return what the graph says if its only article is this one, whatever that is called.

        None where it knows this article, or where the only one has an address of its own.
        """
        found = [node for node in self.nodes if any(map(_is_article, _types(node)))]
        if self.article or len(found) != 1 or found[0] not in self._own_nodes:
            return None
        if any(urlsplit(url).path.strip("/") for url in _addresses(found[0])):
            return None
        told = copy(self)
        told.article = {k: part for k, part in found[0].items() if k != "headline"}
        return told

    @cached_property
    def _titles(self) -> tuple[list[str], set[str]]:
        """The letters of each title of the page, and how the words of all begin."""
        told = [title[:LONGEST_TITLE] for title in self._told_titles()]
        return list(filter(None, map(letters_of, told))), _stems(" ".join(told))

    def text(self, key: str) -> str | None:
        """Return a string of the article's node, else of the page's."""
        nodes = (self.article, self.page)
        return next((text for node in nodes for text in _strings(node.get(key))), None)

    def date(self, key: str) -> str | None:
        """Return a date of the article's node, else of the page's."""
        nodes = (self.article, self.page)
        return next((text for node in nodes for text in _dates(node.get(key))), None)

    def other_date(self) -> str | None:
        """Return when the page was published, which may tell the clock, else when it was begun."""
        return self.page_date("datePublished") or self.date("dateCreated")

    def page_date(self, key: str) -> str | None:
        return next(_dates(self.page.get(key)), None)

    def strings(self, key: str) -> list[str]:
        """Return a list of the article's node; a comma-joined string (Yoast ≤ 16.1) is split."""
        value = self.article.get(key)
        if isinstance(value, str):
            value = value.split(",")
        return list(_strings(value))

    def authors(self) -> list[str]:
        """Return the names of the article's authors, through ``@id`` where only that is given."""
        found = self.people("author")
        if not found and not self.article:
            people = (node for node in self._own_nodes if _is(node, "Person"))
            found = [name for person in people for name in self._names(person)]
        return list(dict.fromkeys(found))

    def people(self, part: str) -> list[str]:
        """Return the names of those who had a part in the article."""
        value = self.article.get(part) or self.page.get(part)
        return [name for person in _listed(value) for name in self._names(person)]

    def images(self) -> list[str]:
        """Return the addresses of the article's pictures, the main one first."""
        value = self.article.get("image") or self.page.get("primaryImageOfPage")
        images = map(self._resolved, _listed(value))
        urls = (i.get("url") or i.get("contentUrl") if isinstance(i, dict) else i for i in images)
        return [text for url in urls for text in _strings(url)]

    def breadcrumb(self) -> list[str]:
        """Return the names between the home page and the article: the main section's path."""
        for node in self.nodes:
            if _is(node, "BreadcrumbList"):
                items = _listed(node.get("itemListElement"))[1:-1]
                return [name for item in items for name in islice(_strings(item), 1)]
        return []

    def _own(self, is_wanted: Callable[[str], bool]) -> Node:
        """Return what the nodes of a kind say of this article, of two the first; maybe nothing.

        Those that are called as the page, or name its address, speak before those that are like it.
        """
        found = [node for node in self._own_nodes if any(map(is_wanted, _types(node)))]
        alike = [(self._likeness(node), node) for node in found]
        least = 1 if any(likeness == 1 for likeness, _ in alike) else LIKE
        own: Node = {}
        for likeness, node in alike:
            if likeness >= least:
                _complete(own, node)
        return own

    def _likeness(self, node: Node) -> float:
        """Return how like the page a node is, from 0 to 1, by its address, else by its headline.

        The words of headlines are compared by how they begin: their ends are bent.
        """
        named = _named(node, self._site)
        if _slug(self._url) in map(_slug, named):
            return 1
        headline = next(_strings(node.get("headline") or node.get("name")), "")
        told, words = letters_of(headline), _stems(headline)
        titles, stems = self._titles
        likeness: float = 1
        if headline and titles and not any(told in title for title in titles):
            likeness = len(words & stems) / len(words) if words else 0
        is_whole = likeness == 1 and len(told) >= WHOLE_TITLE
        return likeness if is_whole or not named else 0

    def _resolved(self, value: object) -> Any:
        """Return the node that one without a name refers to by its ``@id``, else the value."""
        if isinstance(value, dict) and not value.get("name"):
            return self._by_id.get(str(value.get("@id")), value)
        return value

    def _names(self, author: object) -> Iterator[str]:
        """Yield the names in what stands for an author: a node, a list, or a part in the work."""
        inside = author.get("@list") or author.get("author") if isinstance(author, dict) else None
        for each in _listed(inside or author):
            person = self._resolved(each)
            if isinstance(person, dict) and not person.get("name"):
                parts = [_strings(person.get(key)) for key in ("givenName", "familyName")]
                person = " ".join(chain.from_iterable(parts))
            yield from _strings(person)


def _value(script: str) -> object:
    """Return what a script holds; JSON may be written into a string."""
    try:
        value = _DECODER.decode(script.strip())
    except (ValueError, RecursionError):
        return loose_json.read(script)
    return _value(value) if isinstance(value, str) else value


def _nodes(values: Iterable[object]) -> Iterator[tuple[Node, bool]]:
    """Yield all nodes, outer before inner, and whether they stand where the page's own do."""
    waiting = deque((value, True) for value in values)
    seen = 0
    while waiting and seen < MOST_NODES:
        seen += 1
        value, is_own = waiting.popleft()
        if isinstance(value, list):
            waiting.extend((part, is_own) for part in value)
        elif isinstance(value, dict):
            if "@type" in value or "type" in value:
                yield value, is_own
            waiting.extend(
                (part, is_own and key in _OWN_PARTS)
                for key, part in value.items()
                if isinstance(part, (dict, list))
            )
    if waiting:
        limits.met("MOST_NODES")


def _complete(own: Node, other: Node) -> None:
    """Add to a node what another one says beside it."""
    for key, value in other.items():
        own.setdefault(key, value)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _strings(value: object) -> Iterator[str]:
    """Yield the words of a string, of a list of such, or of what an object is called."""
    for part in _listed(value):
        if isinstance(part, dict):
            inner = part.get("item")
            named = part.get("name") or part.get("@value")
            named = named or (inner.get("name") if isinstance(inner, dict) else None)
            part = named.get("@value") if isinstance(named, dict) else named  # noqa: PLW2901
        for text in _listed(part):
            if isinstance(text, str) and (plain := _TAG.sub("", unescaped(text)).strip()):
                yield plain


def _dates(value: object) -> Iterator[str]:
    """Yield dates as strings: also a number, and what PHP makes of its own kind of date."""
    for part in _listed(value):
        if isinstance(part, dict) and isinstance(part.get("date"), str):
            zone = str(part.get("timezone"))
            yield part["date"] + (zone if _OFFSET.fullmatch(zone) else "")
        elif isinstance(part, int):
            yield str(part)
        else:
            yield from _strings(part)


def _types(node: Node) -> list[str]:
    kinds = _listed(node.get("@type") or node.get("type"))
    return [kind.strip() for kind in kinds if isinstance(kind, str)]


def _is_article(kind: str) -> bool:
    return kind.lower().endswith(_ARTICLE_TYPES)


def _is(node: Node, kind: str) -> bool:
    return kind in _types(node)


def _named(node: Node, site: Site) -> set[str]:
    """Return the articles whose address a node names; a number may be that of any."""
    articles = map(site.article_url, _addresses(node))
    return {article for article in articles if article and "?p=" not in article}


def _addresses(node: Node) -> list[str]:
    named = [node.get(key) for key in ("@id", "url", "mainEntityOfPage")]
    urls = [n.get("@id") if isinstance(n, dict) else n for n in named]
    return [url.partition("#")[0] for url in urls if isinstance(url, str)]


def _slug(url: str) -> str:
    """Return an address's last part where it is long enough to be one article's: in any section."""
    last = url.rstrip("/").rpartition("/")[2]
    return last if len(last) >= SHORTEST_SLUG else url


def _stems(text: str) -> set[str]:
    return {match[1] or match[0] for match in _STEM.finditer(text.casefold())}
