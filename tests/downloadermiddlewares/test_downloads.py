"""The downloader middlewares, one by one."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from kznews.downloadermiddlewares.base import Unavailable
from kznews.downloadermiddlewares.cookies import MOST_COOKIES, CookiesMiddleware
from kznews.downloadermiddlewares.redirect import MetaRefreshMiddleware
from kznews.downloadermiddlewares.retry_after import RetryAfterMiddleware, seconds_to_wait
from kznews.pages.article import is_cut_short
from tests.reading import page

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PAGE = "https://365info.kz/2026/11/slug"


# --- Retry-After ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("9" * 5000, float("inf")),
        ("Thu, 26 Nov 2026 12:01:00 GMT", 60),
        ("Thu, 26 Nov 2026 12:01:00", 60),
        ("Thu, 26 Nov 2026 11:00:00 GMT", 0),
        ("Mon, 01 Jan 0001 00:00:00 +1400", 0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 251606692739),
        *((value, None) for value in ("", "²", "٣", "-5", "1.5", "soon")),
        (f"1 Jan {'9' * 30} 00:00:00 GMT", None),
        (f"1 Jan {'9' * 5000} 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_whatever_it_says(value: str, seconds: float | None) -> None:
    response = Response(PAGE, headers={"Retry-After": value.encode()})
    assert seconds_to_wait(response, NOW) == seconds


def test_a_page_that_can_be_had_ends_a_row_of_refusals() -> None:
    settings = {
        "KZNEWS_RETRY_AFTER_MAX": 600,
        "KZNEWS_RATE_LIMITS_IN_A_ROW": 3,
        "KZNEWS_RATE_LIMIT_PAUSE": 5,
    }
    stats = SimpleNamespace(inc_value=lambda _: None)
    crawler: Any = SimpleNamespace(settings=Settings(settings), stats=stats, engine=None)
    middleware = RetryAfterMiddleware(crawler)
    request = Request(PAGE)
    for status in (429, 429, 200, 429, 500, 429):
        middleware.process_response(request, Response(PAGE, status=status))
    with pytest.raises(Unavailable, match="429 3 times in a row"):
        middleware.process_response(request, Response(PAGE, status=429))


# --- Cookies --------------------------------------------------------------------------------------


def cookies(middleware: CookiesMiddleware, url: str = PAGE) -> bytes:
    request = Request(url)
    middleware.process_request(request)
    return request.headers.get("Cookie") or b""


def test_a_cookie_that_cannot_be_read_costs_itself(recwarn: pytest.WarningsRecorder) -> None:
    middleware = CookiesMiddleware.from_crawler(get_crawler(settings_dict={}))
    odd = "a=1; Max-Age=" + "9" * 5000
    response = Response(PAGE, headers={"Set-Cookie": [odd, "b=c; Domain=[::1]", "=;=", "a=\xff"]})
    assert middleware.process_response(Request(PAGE), response) is response
    assert not recwarn.list


def test_cookies_are_sent_back_to_the_site_within_bounds() -> None:
    middleware = CookiesMiddleware.from_crawler(get_crawler(settings_dict={}))
    for number in range(2 * MOST_COOKIES):
        named = [f"c{number}=1; Path=/", "long=" + "x" * 5000, "far=1; Domain=example.kz"]
        middleware.process_response(Request(PAGE), Response(PAGE, headers={"Set-Cookie": named}))
    middleware.process_response(
        Request(PAGE), Response(PAGE, headers={"Set-Cookie": "c1=2; Path=/"})
    )
    sent = cookies(middleware).split(b"; ")
    assert len(sent) == MOST_COOKIES
    assert {b"c1=2", b"c2=1"} <= set(sent)
    assert cookies(middleware, "https://example.kz/") == b""


def test_all_cookies_together_are_no_longer_than_a_server_takes() -> None:
    middleware = CookiesMiddleware.from_crawler(get_crawler(settings_dict={}))
    large = [f"c{number}={'x' * 3000}; Path=/" for number in range(9)]
    middleware.process_response(Request(PAGE), Response(PAGE, headers={"Set-Cookie": large}))
    assert len(cookies(middleware).split(b"; ")) == 2


def test_cookies_can_be_switched_off() -> None:
    with pytest.raises(NotConfigured):
        CookiesMiddleware.from_crawler(get_crawler(settings_dict={"COOKIES_ENABLED": False}))


# --- Pages that reload themselves -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "leads_to"),
    [
        (f"60; url={PAGE}", None),
        (f"3; URL='{PAGE}'", None),
        ("1;url=/2026/11/slug#top", None),
        ("60", None),
        ("60; url=/", None),
        ("0; url=/2026/11/other", "https://365info.kz/2026/11/other"),
        ("3; url=/2026/11/other", "https://365info.kz/2026/11/other"),
        (f"0; url={PAGE}", PAGE),
        ("0; url=http://[bad", None),
        ("0; url=javascript:history.back()", None),
    ],
)
def test_only_a_refresh_that_is_a_redirect_is_followed(tag: str, leads_to: str | None) -> None:
    settings = Settings()
    settings.setmodule("kznews.settings")
    middleware = MetaRefreshMiddleware(settings)
    middleware.crawler = SimpleNamespace(spider=None)  # type: ignore[assignment]
    html = f'<html><head><meta http-equiv="refresh" content="{tag}"></head></html>'
    response = HtmlResponse(PAGE, body=html, encoding="utf-8")
    result: Any = middleware.process_response(Request(PAGE), response)
    assert (result.url if isinstance(result, Request) else None) == leads_to


@pytest.mark.parametrize("around", ["script", "style", "noscript"])
def test_a_refresh_in_what_readers_do_not_see_is_none(around: str) -> None:
    settings = Settings()
    settings.setmodule("kznews.settings")
    middleware = MetaRefreshMiddleware(settings)
    html = f'<html><{around}><meta http-equiv=refresh content="0;url=/"></{around}></html>'
    response = HtmlResponse(PAGE, body=html, encoding="utf-8")
    assert middleware.process_response(Request(PAGE), response) is response


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "utf-16", "utf-32"])
@pytest.mark.parametrize("before", [0, 3900])
def test_a_refresh_is_found_in_every_encoding(encoding: str, before: int) -> None:
    settings = Settings()
    settings.setmodule("kznews.settings")
    middleware = MetaRefreshMiddleware(settings)
    middleware.crawler = SimpleNamespace(spider=None)  # type: ignore[assignment]
    html = f'{"я" * before}<meta HTTP-EQUIV="Refresh" content="0; url=/2026/11/other">'
    response = HtmlResponse(PAGE, body=html.encode(encoding), encoding=encoding)
    result: Any = middleware.process_response(Request(PAGE), response)
    assert isinstance(result, Request)


# --- Whole pages and halves -----------------------------------------------------------------------

HEAD = "<!doctype html><html lang=ru><head><title>Заметка</title></head>"
MINIFIED = (
    "<!doctype html><html lang=ru><meta charset=utf-8><title>Заметка</title><body>"
    "<div class=layout-singular><h1 class=singular__title>Заметка</h1>"
    "<div class=singular__content><p>Первый абзац.<p>Второй.</div></div>"
)


@pytest.mark.parametrize(
    "html",
    [
        f"{HEAD}<body><div><p>Текст</p></body></html>",
        f"{HEAD}<body><div><p>Текст</p></HTML>\n<!-- 12 queries -->",
        f"{HEAD}<body><div><p>Текст</p></body>",
        MINIFIED,
        f"{MINIFIED}<footer>Сайт</footer>\n",
        f"{MINIFIED}<script>count()</script><!-- cached -->",
        f"{MINIFIED}<p>Сайт",
    ],
)
def test_a_document_is_whole_without_the_end_tags_that_html_does_not_ask_for(html: str) -> None:
    assert page(html).is_whole
    assert not is_cut_short(page(html))


@pytest.mark.parametrize("length", range(len(HEAD) - 7, len(MINIFIED) - 1, 7))
def test_a_document_that_ends_before_its_article_does_is_cut_short(length: int) -> None:
    assert is_cut_short(page(MINIFIED[:length]))


@pytest.mark.parametrize("end", ["<div", "<div class='", "<!-- ", "<script>count(", "<ul><li>Сайт"])
def test_a_document_is_not_whole_that_ends_amid_something(end: str) -> None:
    assert not page(MINIFIED + end).is_whole
