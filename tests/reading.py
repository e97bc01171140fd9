"""Small pages and fragments, read as a crawl reads whole pages."""

from __future__ import annotations

from datetime import datetime

from scrapy.http import HtmlResponse

from kznews.items import Article
from kznews.pages.article import read_article
from kznews.pages.body import Body, read_body
from kznews.pages.page import Page
from kznews.pages.parsing import parse_fragment
from kznews.sites import SITES, Site

SITE = SITES["365info"]
URL = "https://365info.kz/2024/03/zametka"
SEEN_AT = datetime.fromisoformat("2024-03-20T06:00:00+00:00")


def respond(text: str, url: str = URL, status: int = 200, **headers: str) -> HtmlResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HtmlResponse(url, status=status, headers=named, body=text.encode(), encoding="utf-8")


def page(html: str, url: str = URL, site: Site = SITE, seen_at: datetime = SEEN_AT) -> Page:
    return Page(respond(html, url), site, seen_at)


def body(fragment: str) -> Body:
    """Read a fragment as the inside of an article's container."""
    root = parse_fragment(f"<div>{fragment}</div>")[0]
    return read_body([root], SITE, URL)


def texts(fragment: str) -> list[str]:
    return [block.text for block in body(fragment).blocks]


def article(fragment: str, head: str = "", above: str = "", url: str = URL) -> Article:
    """Read a page of the current theme with a fragment in its container."""
    title = '<h1 class="singular__title">Заметка</h1>'
    container = f'<div class="singular__content content-typography">{fragment}</div>'
    html = f'{head}<body><div class="layout-singular">{above}{title}{container}</div></body>'
    return read_article([page(html, url)])


def paragraphs(fragment: str) -> list[str]:
    """Return the blocks of the article with a fragment in its container, boilerplate cut."""
    return article(fragment).text.split("\n\n")
