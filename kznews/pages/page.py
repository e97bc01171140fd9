"""A response as a page: what every reader of pages asks of it first."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from scrapy.http import HtmlResponse, Response

from kznews.pages.metadata import Graph

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.html import HtmlElement
    from parsel import Selector

    from kznews.sites import Layout, Site

_POST_LINK = re.compile(r"[?&]p=(\d+)|/wp/v2/posts/(\d+)")
_POST_CLASS = re.compile(r"\bpostid-(\d+)\b")
_MARKUP = re.compile(rb"<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_HEADER_POST = re.compile(rb"[?&]p=(\d+)>|/wp/v2/posts/(\d+)>")


class NotAnArticle(Exception):
    """The page is no article that can be delivered; ``reason`` is a key of ``docs/output.md``."""

    def __init__(self, reason: str, detail: str | None = None) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def as_html(response: Response) -> HtmlResponse | None:
    """Return the response as HTML whatever its headers say, or None when it is something else.

    Bytes that are valid UTF-8 beyond ASCII are UTF-8: a wrong charset in a header or a meta tag
    would turn them into mojibake.
    """
    if not _MARKUP.search(response.body[:4096]):
        return None
    if isinstance(response, HtmlResponse) and response.encoding == "utf-8":
        return response
    try:
        response.body.decode()
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = getattr(response, "encoding", "utf-8")
    return HtmlResponse(
        response.url,
        status=response.status,
        headers=response.headers,
        body=response.body,
        request=response.request,
        encoding=encoding,
    )


def text_of(element: Selector) -> str:
    """Return all the text of an element on one line; a ``br`` parts words as it does to the eye."""
    nodes = element.root.xpath(".//text() | .//br")
    return " ".join("".join(n if isinstance(n, str) else " " for n in nodes).split())


class Page:
    """One page of a site as it was seen at an instant; everything is looked up once, lazily."""

    def __init__(self, response: HtmlResponse, site: Site, seen_at: datetime) -> None:
        self.response = response
        self.site = site
        self.seen_at = seen_at
        self.root: Selector = response.selector

    def first(self, css: str) -> Selector | None:
        found = self.root.css(css)
        return found[0] if found else None

    def texts(self, css: str) -> list[str]:
        """Return the whole text of every element that matches beside the page's side blocks."""
        found = self.root.css(css).xpath("self::*[not(ancestor::aside or ancestor::nav)]")
        return [text for text in map(text_of, found) if text]

    @property
    def is_whole(self) -> bool:
        """Whether the document has its end."""
        return b"</html>" in self.response.body[-20_000:].lower()

    @cached_property
    def meta(self) -> dict[str, str]:
        """The head's meta tags, by property or name; of several alike the first."""
        found: dict[str, str] = {}
        for tag in self.root.xpath("//meta[@content]"):
            attributes = tag.attrib
            key = attributes.get("property") or attributes.get("name")
            if key and attributes["content"].strip():
                found.setdefault(key.strip().lower(), attributes["content"].strip())
        return found

    @cached_property
    def description(self) -> str:
        """What the page says it is about: its first words or an editor's; empty where nothing."""
        told = self.meta.get("og:description") or self.meta.get("description")
        return told or self.graph.text("description") or ""

    @cached_property
    def canonical(self) -> str:
        """The article address that the page claims, else the one it was got from."""
        for href in self.root.xpath("//link[@rel='canonical']/@href").getall():
            if (url := self.site.article_url(href)) and "?p=" not in url:
                return url
        return self.site.article_url(self.response.url) or self.response.url

    @cached_property
    def graph(self) -> Graph:
        scripts = self.root.xpath('//script[@type="application/ld+json"]/text()').getall()
        return Graph(scripts, self.site, self.canonical)

    @cached_property
    def classes(self) -> frozenset[str]:
        """WordPress's own words for the kind of page: ``single-post``, ``attachment``, …"""
        return frozenset(self.root.xpath("string(//body/@class)").get("").split())

    @cached_property
    def post_id(self) -> int | None:
        links = self.root.xpath(
            "//link[@rel='shortlink' or @type='application/json']/@href"
        ).getall()
        header = b" ".join(self.response.headers.getlist("Link"))
        for match in (
            *map(_POST_LINK.search, links),
            _POST_CLASS.search(" ".join(self.classes)),
            re.fullmatch(r"(\d+)", self.meta.get("post_id", "")),
            re.search(r"^post-(\d+)$", self.root.xpath("string(//article/@id)").get("")),
            _HEADER_POST.search(header),
        ):
            if match:
                return int(match[match.lastindex or 1])
        return None

    @cached_property
    def language(self) -> str:
        """The edition's language by ``html[lang]``, else by the site."""
        tag = self.root.xpath("string(/html/@lang)").get("")[:2].lower()
        return {"kk": "kk", "kz": "kk", "ru": "ru"}.get(tag, self.site.language)

    @cached_property
    def layout(self) -> Layout | None:
        """The theme that the page is dressed in, as far as it is known."""
        return next((x for x in self.site.layouts if self.root.css(x.article)), None)

    def elements(self, css: str) -> list[HtmlElement]:
        """Return the outermost elements that match, in document order."""
        found = [selector.root for selector in self.root.css(css)]
        inside = set(found)
        return [e for e in found if not any(a in inside for a in e.iterancestors())]
