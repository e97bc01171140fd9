"""What lets a listing go on by script, as its HTML shows it; the count of views."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy.http import TextResponse

from kznews.pages.listing import read_listing
from kznews.pages.load_more import Address, find_control, may_fill_itself, read_cards
from kznews.pages.views import read_views
from replica import Newsroom
from replica.routes import respond
from tests.reading import page

AJAX = "https://365info.kz/wp-admin/admin-ajax.php"


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
    assert find_control(page(f"<main>{html}</main>")) is not None


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
    assert find_control(page(f"<main>{html}</main>")) is None


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (
            'data-url="/wp-admin/admin-ajax.php" data-action="more" data-page="1" data-max="7"',
            Address(AJAX, (("action", "more"),), "page", 1, 7),
        ),
        (
            f'data-ajax-url="{AJAX}?action=more" data-next-page="2" data-method="POST"',
            Address(AJAX, (("action", "more"),), "page", 2, None, posts=True),
        ),
        ('data-next="/cards?offset=10"', Address("https://365info.kz/cards", (), "offset", 10)),
        ('data-url="/cards" data-section="mir"', None),
        ('data-url="https://other.example/cards" data-page="1"', None),
        ('data-share="/2026/11/slug" data-page="1"', None),
        ('data-page="1"', None),
    ],
)
def test_a_button_may_name_its_address(attributes: str, expected: Address | None) -> None:
    control = find_control(page(f"<main><button {attributes}>Показать ещё</button></main>"))
    assert control is not None
    assert control.address == expected


def test_an_address_goes_on_by_pages_or_by_cards() -> None:
    by_page = Address(AJAX, (("action", "more"),), "page", 1, 2)
    assert by_page.target == f"{AJAX}?action=more&page=1"
    assert (by_page.has_more, by_page.following(10).has_more) == (True, False)
    by_card = Address(AJAX, (), "offset", 10)
    assert (by_card.following(8).target, by_card.has_more) == (f"{AJAX}?offset=18", None)


@pytest.mark.parametrize(
    "answer",
    [
        '<div class="item"><a href="/2026/11/slug">Заметка</a></div>',
        '{"success": true, "data": {"html": "<a href=\\"\\/2026\\/11\\/slug\\">Заметка<\\/a>"}}',
        "\ufeff[\"<a href='https://365info.kz/2026/11/slug'>Заметка</a>\"]",
    ],
)
def test_cards_are_found_in_html_and_in_json(answer: str) -> None:
    cards = read_cards(TextResponse(AJAX, body=answer.encode(), encoding="utf-8"))
    (link,) = read_listing(page(cards.text)).links
    assert link.url.endswith("/2026/11/slug")


@pytest.mark.parametrize("answer", ["", "0", "-1", "{broken", '{"success": false}'])
def test_an_answer_without_cards_has_none(answer: str) -> None:
    cards = read_cards(TextResponse(AJAX, body=answer.encode(), encoding="utf-8"))
    assert read_listing(page(cards.text)).links == ()


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
