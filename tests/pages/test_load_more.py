"""Listings that load more by script, recognised in their HTML; the count of views."""

from __future__ import annotations

from typing import Any

import pytest

from kznews.pages.article import read_views
from kznews.pages.load_more import loads_more, may_fill_itself
from replica import Newsroom
from replica.routes import respond
from tests.reading import page


@pytest.mark.parametrize(
    "html",
    [
        "<button>Показать ещё</button>",
        "<button>  ПОКАЗАТЬ ЕЩЕ новости </button>",
        '<a href="#">Загрузить ещё</a>',
        '<a href="javascript:void(0)" class="btn">Тағы көрсету</a>',
        '<div class="load-more"><span>↓</span></div>',
        '<input type="button" value="Load more">',
        '<div class="infinite-scroll"></div>',
    ],
)
def test_what_loads_more_is_seen(html: str) -> None:
    assert loads_more(page(f"<main>{html}</main>"))


@pytest.mark.parametrize(
    "html",
    [
        "<button>Подписаться</button>",
        "<p>Показать ещё</p>",
        '<a href="/2026/11/slug">Показать ещё</a>',
        '<a href="https://other.example/">Больше новостей</a>',
        "<aside><button>Показать ещё</button></aside>",
        '<article><a href="#">Show more</a></article>',
        f"<button>Показать ещё {'очень ' * 10}много</button>",
    ],
)
def test_what_does_not_is_not(html: str) -> None:
    assert not loads_more(page(f"<main>{html}</main>"))


@pytest.mark.parametrize(
    ("html", "may"),
    [
        ("<script>load()</script>", True),
        ('<script type="module" src="/app.js"></script>', True),
        ('<script type="application/ld+json">{}</script>', False),
        ('<script src="/cdn-cgi/scripts/email-decode.min.js"></script>', False),
        ('<section class="no-results">Ничего нет</section><script>count()</script>', False),
        ("", False),
    ],
)
def test_only_a_script_fills_an_empty_list(html: str, may: bool) -> None:
    assert may_fill_itself(page(f"<main></main>{html}")) is may


def old_page(counter: str) -> Any:
    newsroom = Newsroom(1, oddities=False, theme="old")
    html = str(respond(newsroom, newsroom.posts[0].path).body)
    empty = '<span class="meta__details"></span>'
    assert empty in html
    return page(html.replace(empty, f'<span class="meta__details">{counter}</span>'))


@pytest.mark.parametrize(
    ("shown", "views"),
    [
        ("97 456", 97456),
        ("1\u00a0234\u202f567", 1234567),
        ("1234567", 1234567),
        (" 7 ", 7),
        ("", None),
        ("12 просмотров", None),
        ("12:45", None),
        ("1 23", None),
    ],
)
def test_views_are_an_integer_and_nothing_else(shown: str, views: int | None) -> None:
    assert read_views(old_page(shown)) == views
