"""Links of a listing: which ones, in which order, and how reliable their dates are."""

from __future__ import annotations

from datetime import datetime

import pytest

from kznews.pages.dom import select
from kznews.pages.listing import SectionLink, read_listing, section_links, section_slugs
from tests.reading import page

SEEN_AT = datetime.fromisoformat("2024-01-02T06:00:00+00:00")


def card(href: str, date: str = "") -> str:
    clock = f'<span class="archive__item-date">{date}</span>' if date else ""
    link = f'<a class="archive__item-link" href="{href}">Заметка</a>'
    return f'<div class="archive__item">{link}{clock}</div>'


def links(html: str) -> list[str]:
    return [link.url for link in read_listing(page(html, seen_at=SEEN_AT)).links]


@pytest.mark.parametrize(
    ("path", "date", "expected"),
    [
        # the address knows the year of a date without one
        ("/2019/05/a", "14 мая, 9:05", "2019-05-14T09:05:00+06:00"),
        ("/2023/12/a", "31 декабря, 23:59", "2023-12-31T23:59:00+06:00"),
        ("/2024/02/a", "29 февраля", "2024-02-29"),
        # and puts a date of another month right
        ("/2019/05/a", "Сегодня, 9:05", "2019-05"),
        ("/2019/05/a", "14.05.2020", "2019-05"),
        ("/2023/02/a", "29 февраля", "2023-02"),
        ("/2019/05/a", "", "2019-05"),
        ("/2019/05/a", "Спецпроект", "2019-05"),
        # a short link knows nothing
        ("/?p=7", "Вчера, 9:05", "2024-01-01T09:05:00+06:00"),
        ("/?p=7", "", None),
    ],
)
def test_a_card_s_date_is_held_against_its_address(
    path: str, date: str, expected: str | None
) -> None:
    (link,) = read_listing(page(card(path, date), seen_at=SEEN_AT)).links
    assert (link.published and link.published.isoformat()) == expected


def test_only_articles_of_this_edition_are_links_each_once_in_the_page_s_order() -> None:
    hrefs = (
        "/2024/01/b", "https://365info.kz/2024/01/a/?utm_source=x", "/2024/01/B#more",
        "/2024/01/b/2", "/category/mir", "/2024/01/02", "/2024/01/a/kartinka",
        "https://kaz.365info.kz/2024/01/c", "https://x.example/2024/01/d", "", "#", "http://[",
    )  # fmt: skip
    assert links("".join(map(card, hrefs))) == [
        "https://365info.kz/2024/01/b",
        "https://365info.kz/2024/01/a",
    ]


def test_cards_of_a_known_theme_win_over_any_other_link() -> None:
    assert links(f'<a href="/2024/01/other">1</a>{card("/2024/01/a")}') == [
        "https://365info.kz/2024/01/a"
    ]


@pytest.mark.parametrize("around", ["header", "footer", "aside", "nav", "main><aside", "nav><ul"])
def test_without_cards_the_page_s_furniture_is_no_listing(around: str) -> None:
    closing = "".join(f"</{tag}>" for tag in reversed(around.split("><")))
    html = f'<{around}><a href="/2024/01/other">1</a>{closing}<p><a href="/2024/01/a">2</a></p>'
    told = read_listing(page(html))
    assert ([link.url for link in told.links], told.layout) == (
        ["https://365info.kz/2024/01/a"],
        "generic",
    )


@pytest.mark.parametrize("around", ["article><header", "main><div><header", "article><footer"])
def test_the_header_of_a_card_is_no_furniture(around: str) -> None:
    assert links(f'<{around}><a href="/2024/01/a">1</a>') == ["https://365info.kz/2024/01/a"]


def test_a_page_without_links_says_so() -> None:
    told = read_listing(page("<body><p>Ничего не найдено</p></body>"))
    assert (told.links, told.layout) == ((), "")


def test_sections_are_known_by_their_links() -> None:
    hrefs = (
        "/category/mir/", "https://365info.kz/category/obshhestvo/Obrazovanie?x=1",
        "/category/mir", "/category/mir/page/2", "/category/mir/feed", "/tag/category/",
        "https://kaz.365info.kz/category/alem", "/2024/01/category/",
    )  # fmt: skip
    html = "".join(f'<a href="{href}"> Мир<br> и  мы </a>' for href in hrefs)
    told = section_links(page(f'<a href="/category/mir"><img src="/a.svg"></a>{html}'))
    assert [(link.slug, link.name) for link in told] == [
        ("mir", "Мир и мы"),
        ("obrazovanie", "Мир и мы"),
    ]
    assert told[0] == SectionLink("mir", "Мир и мы", "https://365info.kz/category/mir")


def test_a_section_s_name_leads_to_the_slug_of_its_first_link() -> None:
    hrefs = ("/category/mir", "/2024/01/a", "/category/mir", "/category/novosti", "/category/alem")
    names = ("", "Мир", "Мир", "Мир", "Новости  мира")
    anchors = (f'<a href="{h}">{n}</a>' for h, n in zip(hrefs, names, strict=True))
    shown = page(f"<a>Мир</a>{''.join(anchors)}")
    assert section_slugs(shown, ["Новости мира", "Мир", "Спорт"]) == {
        "Новости мира": "alem",
        "Мир": "mir",
    }
    by_all = {link.name: link.slug for link in reversed(section_links(shown))}
    assert by_all == {"Новости мира": "alem", "Мир": "mir"}


def test_malformed_addresses_stand_beside_the_links() -> None:
    listing = read_listing(page(card("/2019/05/a") + card("/2019/05/b%2") * 2 + card("/about%2")))
    assert [link.url for link in listing.links] == ["https://365info.kz/2019/05/a"]
    assert listing.malformed == ("/2019/05/b%2",)


def test_alternatives_of_a_selector_give_each_element_once_in_the_order_of_the_page() -> None:
    html = "<p class='b'>1</p><i class='a b'>2</i><p class='a'>3</p><div><b class='b'>4</b></div>"
    found = select(page(html).root, ".a, .b, p, .none")
    assert [element.text for element in found] == ["1", "2", "3", "4"]
