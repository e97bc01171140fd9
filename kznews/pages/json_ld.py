"""The JSON-LD graph that Yoast SEO and its like put into a page's head.

Nodes are found by ``@type``, never by place: the order changed with Yoast's versions
(``docs/the-site.md``, «Metadata»).
"""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kznews.sites import Site

Node = dict[str, Any]

_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)?|(?:-->|//\s*\]\]>|\]\]>)?\s*$")
_BARE = re.compile(r"^\s*[{\[]")
_PAGE_TYPES = frozenset({"WebPage", "ItemPage"})


class Graph:
    """All nodes of a page's JSON-LD scripts, and the two that speak of this article."""

    def __init__(self, scripts: Iterable[str], site: Site, url: str) -> None:
        self.broken = 0
        self.nodes: list[Node] = []
        for script in scripts:
            try:
                self.nodes.extend(_nodes(json.loads(_unwrapped(script), strict=False)))
            except (ValueError, RecursionError):
                self.broken += 1
        self._by_id = {node["@id"]: node for node in self.nodes if isinstance(node.get("@id"), str)}
        self.article = self._own(lambda kind: kind.endswith(("Article", "BlogPosting")), site, url)
        self.page = self._own(_PAGE_TYPES.__contains__, site, url)

    def text(self, key: str) -> str | None:
        """Return a string of the article's node, else of the page's."""
        for node in (self.article, self.page):
            value = node.get(key)
            if isinstance(value, str) and value.strip():
                return html.unescape(value.strip())
        return None

    def strings(self, key: str) -> list[str]:
        """Return a list of the article's node; a comma-joined string (Yoast ≤ 16.1) is split."""
        value = self.article.get(key)
        if isinstance(value, str):
            value = value.split(",")
        if not isinstance(value, list):
            return []
        return [html.unescape(v.strip()) for v in value if isinstance(v, str) and v.strip()]

    def authors(self) -> list[str]:
        """Return the names of the article's authors, through ``@id`` where only that is given."""
        value = self.article.get("author") or self.page.get("author")
        names = [self._name(author) for author in (value if isinstance(value, list) else [value])]
        found = [name for name in names if name]
        if not found and not self.article:
            found = [
                name for node in self.nodes if _is(node, "Person") and (name := self._name(node))
            ]
        return list(dict.fromkeys(found))

    def images(self) -> list[str]:
        """Return the addresses of the article's pictures, the main one first."""
        value = self.article.get("image") or self.page.get("primaryImageOfPage") or []
        found = []
        for image in value if isinstance(value, list) else [value]:
            node = image
            if isinstance(image, dict):
                node = self._by_id.get(str(image.get("@id")), image)
            url = (node.get("url") or node.get("contentUrl")) if isinstance(node, dict) else node
            if isinstance(url, str):
                found.append(url)
        return found

    def breadcrumb(self) -> list[str]:
        """Return the names between the home page and the article: the main section's path."""
        for node in self.nodes:
            if _is(node, "BreadcrumbList") and isinstance(node.get("itemListElement"), list):
                names = [_crumb(item) for item in node["itemListElement"]]
                return [html.unescape(name) for name in names[1:-1] if name]
        return []

    def _own(self, is_wanted: Callable[[str], bool], site: Site, url: str) -> Node:
        """Return the first node of a kind that speaks of this article, else an empty one."""
        nodes = (node for node in self.nodes if any(map(is_wanted, _types(node))))
        return next((node for node in nodes if _speaks_of(node, site, url)), {})

    def _name(self, author: object) -> str | None:
        if isinstance(author, dict):
            name = author.get("name") or self._by_id.get(str(author.get("@id")), {}).get("name")
            author = name
        return html.unescape(author.strip()) if isinstance(author, str) and author.strip() else None


def _unwrapped(script: str) -> str:
    return script if _BARE.match(script) else _WRAPPING.sub("", script)


def _nodes(data: object) -> Iterator[Node]:
    if isinstance(data, list):
        for part in data:
            yield from _nodes(part)
    elif isinstance(data, dict):
        if isinstance(data.get("@graph"), list):
            yield from _nodes(data["@graph"])
        if "@type" in data:
            yield data


def _types(node: Node) -> list[str]:
    kind = node.get("@type")
    return [k for k in (kind if isinstance(kind, list) else [kind]) if isinstance(k, str)]


def _is(node: Node, kind: str) -> bool:
    return kind in _types(node)


def _speaks_of(node: Node, site: Site, url: str) -> bool:
    """Whether a node names this article's address; one that names none is taken at its word."""
    named = [node.get(key) for key in ("@id", "url", "mainEntityOfPage", "isPartOf")]
    urls = [n.get("@id") if isinstance(n, dict) else n for n in named]
    articles = [site.article_url(u.partition("#")[0]) for u in urls if isinstance(u, str)]
    told = [a for a in articles if a]
    return not told or url in told


def _crumb(item: object) -> str | None:
    if not isinstance(item, dict):
        return None
    inner = item.get("item")
    name = item.get("name") or (inner.get("name") if isinstance(inner, dict) else None)
    return name if isinstance(name, str) else None
