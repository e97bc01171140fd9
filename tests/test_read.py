"""``kznews.read``: a page as the article that a crawl would deliver, without a crawl."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

import kznews
from kznews.sites import SITES
from tests.crawling import ROOT
from tests.reading import URL

SENTENCE = "Акимат объявил о ремонте моста, движение перекроют до конца месяца. "
SEEN_AT = datetime(2026, 11, 26, tzinfo=UTC)
ELSEWHERE = "https://news.example/2026/11/most"


def html(head: str = "", title: str = "Мост &amp; дорога") -> str:
    return (
        f'<html><head><meta charset="windows-1251"><title>{title}</title>{head}</head>'
        f"<body class='single-post'><article class='hentry'><h1 class='entry-title'>{title}</h1>"
        f"<time class='entry-date' datetime='2026-11-24T15:40:00'></time>"
        f"<div class='entry-content'><p>\u200b{SENTENCE * 3}</p></div></article></body></html>"
    )


def test_the_fields_are_final() -> None:
    told = kznews.read(html(), ELSEWHERE, zone="Europe/Berlin", seen_at=SEEN_AT)
    assert isinstance(told, kznews.Article)
    assert (told.title, told.site, told.language) == ("Мост & дорога", "news.example", "ru")
    assert (told.text, told.word_count) == ((SENTENCE * 3).strip(), 30)
    assert (told.published_at, told.date_precision) == ("2026-11-24T15:40:00+01:00", "second")
    assert told.fetched_at == "2026-11-26T00:00:00+00:00"
    assert len(told.content_hash) == 64


def test_bytes_are_read_as_the_same_text() -> None:
    assert kznews.read(html().encode(), ELSEWHERE, seen_at=SEEN_AT) == kznews.read(
        html(), ELSEWHERE, seen_at=SEEN_AT
    )


def test_a_known_site_is_known_by_its_address_or_named() -> None:
    assert kznews.read(html(), URL).site == "365info"
    assert (
        kznews.read(html(), ELSEWHERE, site=SITES["365info"].at(ELSEWHERE[:20])).site == "365info"
    )


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("", "empty"),
        (b" \n", "empty"),
        (b'{"code": "rest_forbidden"}', "not_html"),
        ("<body class='home blog'><p>Лента</p></body>", "not_an_article"),
        (html(title="Мост " * 120), "invalid"),
    ],
)
def test_what_is_no_article_says_why(page: Any, reason: str) -> None:
    with pytest.raises(kznews.NotAnArticle) as caught:
        kznews.read(page, ELSEWHERE)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("argument", "named"),
    [
        ({"url": "news.example/most"}, "news.example/most"),
        ({"url": "http://["}, r"http://\["),
        ({"zone": "Asia/Almata"}, "Asia/Almata"),
        ({"zone": "../x"}, "../x"),
        ({"seen_at": datetime(2026, 11, 26)}, "no offset"),  # noqa: DTZ001
    ],
)
def test_an_argument_that_cannot_be_used_is_named(argument: Any, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        kznews.read(html(), **{"url": ELSEWHERE, **argument})


def test_importing_and_reading_start_nothing() -> None:
    code = (
        "import sys, kznews; heavy = {'scrapy', 'lxml', 'trafilatura', 'sqlalchemy', 'twisted'};"
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys();"
        f"kznews.read({html()!r}, {ELSEWHERE!r});"
        "assert not {'twisted.internet.reactor', 'sqlalchemy'} & sys.modules.keys()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
