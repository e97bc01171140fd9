"""The JSON-LD graph that Yoast SEO and its like put into a page's head.

Nodes are found by ``@type``, never by place: the order changed with Yoast's versions
(``docs/the-site.md``, «Metadata»). What is no JSON is read as it is meant (``loose_json``).
"""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING, Any

from kznews.pages import limits, loose_json
from kznews.text import unescaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kznews.sites import Site

Node = dict[str, Any]

MOST_NODES = 10_000
"""Values of all scripts of a page that are looked at."""
SHORTEST_SLUG = 20
"""Characters of the last part of an address that is the same article's in each section."""

_PAGE_TYPES = frozenset({"WebPage", "ItemPage"})
_OWN_PARTS = frozenset({"@graph", "mainEntity", "mainEntityOfPage"})
"""Keys under which a node speaks of the same page, even if it names no address."""


_DECODER = json.JSONDecoder(strict=False, parse_int=loose_json.integer)


class Graph:
    """All nodes of a page's JSON-LD scripts, and the two that speak of this article."""

    def __init__(self, scripts: Iterable[str], site: Site, url: str) -> None:
        found = [_value(script) for script in scripts]
        self._own_nodes: list[Node] = []
        self.nodes: list[Node] = []
        for node, is_own in _nodes(found):
            self.nodes.append(node)
            if is_own or _named(node, site):
                self._own_nodes.append(node)
        self._by_id: dict[str, Node] = {}
        for node in self.nodes:
            if isinstance(key := node.get("@id"), str):
                self._by_id[key] = {**node, **self._by_id.get(key, {})}
        self.article = self._own(_is_article, site, url)
        self.page = self._own(_PAGE_TYPES.__contains__, site, url)

    def text(self, key: str) -> str | None:
        """Return a string of the article's node, else of the page's."""
        nodes = (self.article, self.page)
        return next((text for node in nodes for text in _strings(node.get(key))), None)

    def strings(self, key: str) -> list[str]:
        """Return a list of the article's node; a comma-joined string (Yoast ≤ 16.1) is split."""
        value = self.article.get(key)
        if isinstance(value, str):
            value = value.split(",")
        return [text for part in _listed(value) for text in _strings(part)]

    def authors(self) -> list[str]:
        """Return the names of the article's authors, through ``@id`` where only that is given."""
        value = self.article.get("author") or self.page.get("author")
        found = [name for author in _listed(value) for name in self._names(author)]
        if not found and not self.article:
            people = (node for node in self._own_nodes if _is(node, "Person"))
            found = [name for person in people for name in self._names(person)]
        return list(dict.fromkeys(found))

    def images(self) -> list[str]:
        """Return the addresses of the article's pictures, the main one first."""
        value = self.article.get("image") or self.page.get("primaryImageOfPage")
        found: list[str] = []
        for image in _listed(value):
            node = image
            if isinstance(image, dict):
                node = self._by_id.get(str(image.get("@id")), image)
            url = (node.get("url") or node.get("contentUrl")) if isinstance(node, dict) else node
            found += _strings(url)
        return found

    def breadcrumb(self) -> list[str]:
        """Return the names between the home page and the article: the main section's path."""
        for node in self.nodes:
            if _is(node, "BreadcrumbList") and isinstance(node.get("itemListElement"), list):
                names = [next(_strings(item), None) for item in node["itemListElement"]]
                return [name for name in names[1:-1] if name]
        return []

    def _own(self, is_wanted: Callable[[str], bool], site: Site, url: str) -> Node:
        """Return what the nodes of a kind say of this article, of two the first; maybe nothing."""
        own: Node = {}
        for node in self._own_nodes:
            if any(map(is_wanted, _types(node))):
                named = _named(node, site)
                if not named or url in named or _slug(url) in map(_slug, named):
                    own = {**node, **own}
        return own

    def _names(self, author: object) -> list[str]:
        if isinstance(author, dict) and not author.get("name"):
            author = self._by_id.get(str(author.get("@id")), {})
        return list(_strings(author))


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
            if "@type" in value:
                yield value, is_own
            waiting.extend(
                (part, is_own and key in _OWN_PARTS)
                for key, part in value.items()
                if isinstance(part, (dict, list))
            )
    if waiting:
        limits.met("MOST_NODES")


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _strings(value: object) -> Iterator[str]:
    """Yield the words of a string, of a list of such, or of what an object is called."""
    for part in _listed(value):
        if isinstance(part, dict):
            inner = part.get("item")
            named = part.get("name") or part.get("@value")
            named = named or (inner.get("name") if isinstance(inner, dict) else None)
            part = named  # noqa: PLW2901
        for text in _listed(part):
            if isinstance(text, str) and text.strip():
                yield unescaped(text.strip())


def _types(node: Node) -> list[str]:
    return [kind for kind in _listed(node.get("@type")) if isinstance(kind, str)]


def _is_article(kind: str) -> bool:
    return kind.lower().endswith(("article", "blogposting"))


def _is(node: Node, kind: str) -> bool:
    return kind in _types(node)


def _named(node: Node, site: Site) -> set[str]:
    """Return the articles whose address a node names; one that names none is taken at its word."""
    named = [node.get(key) for key in ("@id", "url", "mainEntityOfPage", "isPartOf")]
    urls = [n.get("@id") if isinstance(n, dict) else n for n in named]
    articles = (site.article_url(u.partition("#")[0]) for u in urls if isinstance(u, str))
    return {article for article in articles if article}


def _slug(url: str) -> str:
    """Return an address's last part where it is long enough to be one article's: in any section."""
    last = url.rstrip("/").rpartition("/")[2]
    return last if len(last) >= SHORTEST_SLUG else url
