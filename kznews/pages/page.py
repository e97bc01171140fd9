"""A response as a page: what every reader of pages asks of it first."""

from __future__ import annotations

import re
from functools import cached_property, partial
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar, cast

from scrapy.http import HtmlResponse, Response

from kznews.items import NotAnArticle
from kznews.pages import limits
from kznews.pages.addresses import absolute
from kznews.pages.characters import decode, html_of, is_utf8
from kznews.pages.dom import LONGEST_CLASS, ByClass, content, elements, select, without
from kznews.pages.extractor import (
    MOST_ELEMENTS,
    PROSE,
    RUN,
    Extract,
    extract,
    lines_of,
)
from kznews.pages.json_ld import Graph
from kznews.pages.parsing import flatten, parse
from kznews.sites.marks import MAIN, NOTICE, NOTICES
from kznews.text import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime

    from lxml.etree import _Element

    from kznews.sites import Layout, Site

__all__ = ["NotAnArticle", "Page", "as_html"]

T = TypeVar("T")
_LAST_ID = "kznews-last"
_LAST = f"<i id={_LAST_ID}></i>".encode()
_MAY_STAY_OPEN = frozenset({"html", "body", "p"})
_OF_ARTICLE = "h1, [itemprop~=articleBody], [itemprop~=text]"
_JSON_LD = re.compile(r"application/ld\+json\b", re.IGNORECASE)
_POST_LINK = re.compile(r"[?&]p=(\d{1,18})(?!\d)|/wp/v2/posts/(\d{1,18})(?!\d)")
_POST_CLASS = re.compile(r"\bpostid-(\d{1,18})\b")
_HEADER_POST = re.compile(rb"[?&]p=(\d{1,18})>|/wp/v2/posts/(\d{1,18})>")


def as_html(response: Response) -> HtmlResponse | None:
    """Return the response as HTML in UTF-8 whatever its headers say, None when it is no HTML."""
    if not isinstance(response, HtmlResponse) or not is_utf8(response.body):
        text = decode(response.body, response.headers.get("Content-Type") or b"")
        response = HtmlResponse(
            response.url,
            status=response.status,
            headers=response.headers,
            body=whole(text).encode(),
            request=response.request,
            encoding="utf-8",
        )
    body = html_of(response.body)
    if body is None or body is response.body:
        return response if body else None
    return response.replace(body=body)


class Page:
    """One page of a site as it was seen at an instant; everything is looked up once, lazily.

    The body of ``response`` is in UTF-8, as ``as_html`` returns it.
    """

    def __init__(self, response: HtmlResponse, site: Site, seen_at: datetime) -> None:
        self.site = site
        self.seen_at = seen_at
        self.response = response
        self.root = parse(response.body)
        if site.any_path:
            _empty_notices(self.root)
        self.is_flattened = flatten(self.root)
        self._selected: dict[str, list[_Element]] = {}
        self._told: dict[Callable[[Page], object], object] = {}

    def without(self, elements: Collection[_Element]) -> Page:
        """Return the page as it is without some elements."""
        other = Page(self.response, self.site, self.seen_at)
        other.root = without(self.root, elements)
        return other

    def select(self, css: str) -> list[_Element]:
        """Return the elements that match, in document order."""
        if css not in self._selected:
            self._selected[css] = select(self.root, css, self._by_class)
        return self._selected[css]

    @cached_property
    def _by_class(self) -> ByClass:
        return ByClass(self.root)

    def once(self, ask: Callable[[Page], T]) -> T:
        """Return what a function says of the page; it is asked once."""
        if ask not in self._told:
            self._told[ask] = ask(self)
        return cast("T", self._told[ask])

    def first(self, css: str) -> _Element | None:
        return next(iter(self.select(css)), None)

    @cached_property
    def is_whole(self) -> bool:
        """Whether the document has its end: its end tags, or nothing open that needs one.

        Minifiers leave out the end tags that HTML allows to (its standard, «Optional tags»). What
        is open at the end is seen where an element comes to stand that is put there.
        """
        end = self.response.body[-20_000:].lower()
        if b"</html>" in end or b"</body>" in end:
            return True
        if end.rfind(b"<") > end.rfind(b">"):
            return False
        last = parse(self.response.body + _LAST).find(f".//i[@id='{_LAST_ID}']")
        if last is None or not all(e.tag in _MAY_STAY_OPEN for e in last.iterancestors()):
            return False
        return last.xpath("boolean(preceding-sibling::node()[normalize-space()])") is True

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """What meta tags say, by property or name, in order."""
        found: dict[str, list[str]] = {}
        for tag in self.root.iter("meta"):
            key = tag.get("property") or tag.get("name")
            if key and (content := (tag.get("content") or "").strip()):
                found.setdefault(key.strip().lower(), []).append(content)
        return found

    def is_of_article(self, element: _Element) -> bool:
        """Whether microdata that hold an element are the article's, and no other thing's.

        What is a part of a thing, such as its author, is none of its own. A thing that names
        another article's address is that one's.
        """
        thing = next((e for e in _things_around(element) if "itemprop" not in e.attrib), None)
        if thing is None:
            return True
        named = self._named_by_things.get(thing)
        is_another = named is not None and self.canonical not in named
        return (not self._things or thing in self._things) and not is_another

    @cached_property
    def _named_by_things(self) -> dict[_Element, set[str]]:
        """The addresses of articles that things of microdata name as their own."""
        found: dict[_Element, set[str]] = {}
        for link in self.root.iter("a"):
            is_named = link.get("itemprop") == "url"
            url = self.site.article_url(link.get("href", "")) if is_named else None
            if url and (thing := next(_things_around(link), None)) is not None:
                found.setdefault(thing, set()).add(url)
        return found

    @cached_property
    def _things(self) -> frozenset[_Element]:
        """Things of microdata that hold a heading or a body, and the only article among them."""
        inside = chain.from_iterable(e.iterancestors() for e in self.select(_OF_ARTICLE))
        articles = self.select("[itemscope][itemtype*=Article], [itemscope][itemtype*=Posting]")
        only = articles if len(articles) == 1 else ()
        return frozenset(e for e in (*inside, *only) if "itemscope" in e.attrib)

    @cached_property
    def meta(self) -> dict[str, str]:
        """Of several meta tags of one name the first."""
        return {name: contents[0] for name, contents in self.metas.items()}

    @cached_property
    def descriptions(self) -> list[str]:
        """What the page says it is about: its first words or an editor's."""
        told = (self.meta.get("og:description"), self.meta.get("description"))
        return [text for text in (*told, self.graph.text("description")) if text]

    @property
    def description(self) -> str:
        return next(iter(self.descriptions), "")

    @cached_property
    def base(self) -> str:
        """The address that relative ones are joined to: the page's own, or what it names."""
        named = next((b.get("href") for b in self.root.iter("base") if b.get("href")), None)
        return absolute(self.response.url, named) or self.response.url

    @cached_property
    def is_too_large(self) -> bool:
        """Whether the page has more elements than the extractor is asked about."""
        return bool(self.root.xpath(f"count(//*) > {MOST_ELEMENTS}"))

    @cached_property
    def bodies(self) -> list[_Element]:
        return self.elements("body") or [self.root]

    @cached_property
    def lines(self) -> list[tuple[_Element, list[str]]]:
        """The words that each element holds itself, beside the blocks inside it, if not too few."""
        return [line for body in self.bodies for line in lines_of(body) if len(line[1]) >= RUN]

    @cached_property
    def extract(self) -> Extract:
        """What a general extractor takes for the article; asked only where a doubt is."""
        if self.is_too_large:
            limits.met("MOST_ELEMENTS")
            return Extract()
        prose = sum(len(line) for _, line in self.lines if len(line) >= PROSE)
        return extract(self.root, prose, self.description)

    @property
    def is_extracted(self) -> bool:
        """Whether the general extractor was asked."""
        return "extract" in vars(self)

    @cached_property
    def canonical(self) -> str:
        """The article address that the page claims, else the one it was got from."""
        told = (link.get("href", "") for link in self._links if link.get("rel") == "canonical")
        for url in map(self.site.article_url, told):
            if url and "?p=" not in url:
                return url
        return self.site.article_url(self.response.url) or self.response.url

    @cached_property
    def graph(self) -> Graph:
        scripts = (s for s in self.root.iter("script") if _JSON_LD.match(s.get("type", "").strip()))
        texts = [script.text for script in scripts if script.text]
        return Graph(texts, self.site, self.canonical, partial(_titles, self.root, self.meta))

    @cached_property
    def classes(self) -> frozenset[str]:
        """WordPress's own words for the kind of page: ``single-post``, ``attachment``, …"""
        return frozenset(self._first_of("body", "class").split())

    @cached_property
    def post_id(self) -> int | None:
        found = (match for match in self._post_numbers() if match)
        match = next(found, None)
        return int(match[match.lastindex or 1]) if match else None

    def _post_numbers(self) -> Iterator[re.Match[str] | re.Match[bytes] | None]:
        for link in self._links:
            if link.get("rel") == "shortlink" or link.get("type") == "application/json":
                yield _POST_LINK.search(link.get("href", ""))
        yield _POST_CLASS.search(" ".join(self.classes))
        yield re.fullmatch(r"(\d{1,18})", self.meta.get("post_id", ""))
        yield re.search(r"^post-(\d{1,18})$", self._first_of("article", "id"))
        yield _HEADER_POST.search(b" ".join(self.response.headers.getlist("Link")))

    @cached_property
    def language(self) -> str:
        """The edition's language by ``html[lang]``, else by the site."""
        tag = (self.root.get("lang") or "")[:2].lower()
        return {"kk": "kk", "kz": "kk", "ru": "ru"}.get(tag, self.site.language)

    @cached_property
    def layout(self) -> Layout | None:
        """The theme that the page is dressed in: known where its article and its body are."""
        for layout in self.site.layouts:
            if self.select(layout.body) and self._may_be(layout):
                return layout
        return None

    def _may_be(self, layout: Layout) -> bool:
        """Whether the page holds what holds the articles of a layout."""
        return bool(self.select(layout.article) or (layout.is_general and self.select(MAIN)))

    @cached_property
    def _links(self) -> list[_Element]:
        return [link for link in self.root.iter("link") if link.get("href")]

    def _first_of(self, tag: str, attribute: str) -> str:
        """Return an attribute of the first element of a tag that has it, else nothing."""
        return next(filter(None, (e.get(attribute) for e in self.root.iter(tag))), "")

    def elements(self, css: str) -> list[_Element]:
        """Return the outermost elements that match, in document order."""
        found = self.select(css)
        inside = set(found)
        return [e for e in found if not any(a in inside for a in e.iterancestors())]


def _titles(root: _Element, meta: Mapping[str, str]) -> list[str]:
    """What machines, the window and the first headings say: one of these may be a logo."""
    told = [meta.get("og:title", ""), meta.get("twitter:title", "")]
    headings = [*islice(root.iter("h1"), 2)] or islice(root.iter("h2"), 1)
    return [*told, *map(content, chain(islice(root.iter("title"), 1), headings))]


def _empty_notices(root: _Element) -> None:
    """Leave out what a site asks every visitor before he reads."""
    for element in elements(root, NOTICES):
        if NOTICE.search(f"{element.get('class', '')} {element.get('id', '')}"[:LONGEST_CLASS]):
            tail = element.tail
            element.clear()
            element.tail = tail


def _things_around(element: _Element) -> Iterator[_Element]:
    """Yield the things of microdata that hold an element, innermost first."""
    return (e for e in element.iterancestors() if "itemscope" in e.attrib)
