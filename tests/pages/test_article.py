"""An article from its page: each field from the best source, or why the page is no article."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from scrapy.http import Response

from kznews.pages.article import is_cut_short, next_page_url, read_article
from kznews.pages.page import NotAnArticle, as_html
from kznews.sites.wordpress import wordpress_site
from tests.reading import SITE, URL, article, page, paragraphs, respond

BODY = '<div class="singular__content content-typography">{}</div>'


def split(part: int, parts: int = 3) -> str:
    links = "".join(
        f'<span class="post-page-numbers current">{n}</span>'
        if n == part
        else f'<a class="post-page-numbers" href="{URL}/{n}/">{n}</a>'
        for n in range(1, parts + 1)
    )
    paging = f'<p class="post-nav-links">Страницы: {links}</p>'
    text = BODY.format(f"<p>Часть {part}.</p>{paging}")
    title = '<h1 class="singular__title">Заметка</h1>'
    return f'<body class="single-post"><div class="layout-singular">{title}{text}</div></body>'


def test_a_split_post_is_read_from_all_its_parts_in_order() -> None:
    parts = [page(split(n), f"{URL}/{n}" if n > 1 else URL) for n in (1, 2, 3)]
    assert [next_page_url(part) for part in parts] == [f"{URL}/2", f"{URL}/3", None]
    told = read_article(parts)
    assert (told.url, told.text) == (URL, "Часть 1.\n\nЧасть 2.\n\nЧасть 3.")


@pytest.mark.parametrize("slug", ["zametka", "12"])
def test_parts_follow_where_each_calls_itself_the_canonical_address(slug: str) -> None:
    """WordPress does so unless an SEO plugin says otherwise."""
    own = f"https://news.example/2024/03/{slug}"
    addresses = [own, f"{own}/2", f"{own}/3"]
    for number, address in enumerate(addresses, 1):
        link = f'<link rel="canonical" href="{address}/">'
        html = link + split(number).replace(URL, own)
        part = page(html, address, wordpress_site("https://news.example"))
        assert next_page_url(part) == (addresses[number] if number < 3 else None)


@pytest.mark.parametrize(
    "links",
    [
        '<a class="post-page-numbers" href="https://365info.kz/2024/03/drugaya/2">2</a>',
        f'<a href="{URL}/2">2</a>',
        f'<a class="post-page-numbers" href="{URL}/comment-page-2">2</a>',
        "",
    ],
)
def test_other_links_are_no_next_part(links: str) -> None:
    assert next_page_url(page(f"<body>{links}</body>")) is None


@pytest.mark.parametrize(
    ("html", "cut"),
    [
        ("<html><body><div class='singular__content'><p>Текст.</p></div></body></html>", False),
        ("<html><body><div class='singular__content'><p>Текст.</p></div><footer>©", False),
        ("<html><body><div class='singular__content'><p>Текст.</p><p>И е", True),
        ("<html><head><title>Заметка</title>", True),
    ],
)
def test_a_page_that_ends_in_its_text_or_before_is_cut_short(html: str, *, cut: bool) -> None:
    assert is_cut_short(page(html)) is cut


def test_fields_fall_back_from_source_to_source() -> None:
    head = (
        '<head><meta property="og:title" content="Из заголовка окна"><meta name="author" '
        'content="https://www.facebook.com/a"><meta name="twitter:label2" content="Жазған">'
        '<meta name="twitter:data2" content="Дана Ли"></head>'
    )
    told = article("<p>Текст.</p>", head)
    assert (told.title, told.authors, told.published_at) == ("Заметка", ["Дана Ли"], "2024-03")
    assert told.provenance == {
        "title": "layout",
        "authors": "twitter",
        "published_at": "url",
        "text": "current",
    }


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("Заметка о мостах - 365info.kz", "Заметка о мостах"),
        ("Заметка о мостах | Мой сайт", "Заметка о мостах"),
        ("Мосты - дороги", "Мосты - дороги"),
        ("Что пишет 365info.kz", "Что пишет 365info.kz"),
    ],
)
def test_a_title_from_the_window_loses_the_site_s_name(printed: str, title: str) -> None:
    meta = '<meta property="og:{}" content="{}">'
    head = meta.format("title", printed) + meta.format("site_name", "Мой сайт")
    html = f"<head>{head}</head><body><div class='js-mediator-article'><p>Текст.</p></div></body>"
    assert read_article([page(html)]).title == title


def test_sections_and_authors_of_side_blocks_are_not_the_article_s() -> None:
    label = '<a href="/category/{0}" rel="category tag">{0}</a>'
    side = f'<aside>{label.format("sport")}<a rel="author">Чужой</a></aside>'
    told = article("<p>Текст.</p>", above=f"{side}{label.format('mir')}")
    assert ([section.slug for section in told.sections], told.authors) == (["mir"], [])


def test_the_longest_element_with_a_hook_is_the_body() -> None:
    card = "<article><a href='/2024/02/drugaya'>Другая</a></article>"
    html = f"<h1>Заметка</h1><body>{card}<article><p>Текст заметки о мостах.</p></article>{card}"
    told = read_article([page(f'<head><meta property="og:title" content="Заметка"></head>{html}')])
    assert (told.layout, told.text) == ("hook", "Текст заметки о мостах.")


def test_paragraphs_that_no_element_holds_come_from_the_extractor() -> None:
    sentence = "Очередное длинное предложение о том, как в городе чинят мосты и дороги. " * 3
    text = "".join(f"<div><div>{n}. {sentence}</div></div>" for n in range(6))
    head = '<head><meta property="og:title" content="Заметка"></head>'
    told = read_article([page(f"{head}<body><div>{text}</div></body>")])
    assert told.layout == "generic"
    assert [told.text.count(f"{n}. Очередное") for n in range(6)] == [1] * 6


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<body class='home blog'><p>Лента</p></body>", "not_an_article"),
        ("<body class='search search-results'><p>Нашлось</p></body>", "not_an_article"),
        ("<head><meta property='og:type' content='website'></head><p>О нас</p>", "not_an_article"),
        ("<body class='single-post'><p>Текст без названия.</p></body>", "no_title"),
        (
            (
                "<div class='layout-singular'><h1 class='singular__title'>Заметка</h1>"
                "<div class='singular__content'><p>&nbsp;</p></div></div>"
            ),
            "no_body",
        ),
    ],
)
def test_what_is_no_article_says_why(html: str, reason: str) -> None:
    with pytest.raises(NotAnArticle) as caught:
        read_article([page(html)])
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "inside", ['<img src="/a.jpg">', '<iframe src="https://www.youtube.com/embed/x"></iframe>']
)
def test_an_article_without_words_but_with_something_to_see_is_one(inside: str) -> None:
    assert article(inside).text == ""


@pytest.mark.parametrize(
    ("head", "post_id"),
    [
        ("<link rel='shortlink' href='https://365info.kz/?p=7'>", "7"),
        ('<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/8">', "8"),
        ('<meta name="post_id" content="9">', "9"),
        ('<meta name="post_id" content="нет">', "2024/03/zametka"),
        ("<link rel='shortlink' href='https://365info.kz/'>", "2024/03/zametka"),
    ],
)
def test_the_id_is_the_post_s_else_the_path(head: str, post_id: str) -> None:
    assert article("<p>Текст.</p>", f"<head>{head}</head>").id == f"365info:{post_id}"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://365info.kz/2024/03/novoe-imya/", "https://365info.kz/2024/03/novoe-imya"),
        ("/2024/03/novoe-imya/amp", "https://365info.kz/2024/03/novoe-imya"),
        ("https://365info.kz/?p=7", URL),
        ("https://365info.kz/category/mir", URL),
        ("https://partner.example/2024/03/novoe-imya", URL),
        ("", URL),
    ],
)
def test_the_address_is_the_canonical_one_if_that_is_an_article_s(href: str, url: str) -> None:
    head = f'<head><link rel="canonical" href="{href}"></head>'
    assert article("<p>Текст.</p>", head, url=f"{URL}/?utm_source=x").url == url


@pytest.mark.parametrize("charset", ["windows-1251", "iso-8859-1", "utf-8"])
def test_utf_8_is_read_as_such_whatever_the_page_says(charset: str) -> None:
    html = f'<html><head><meta charset="{charset}"></head><body><h1>Ақтөбе</h1></body></html>'
    told = as_html(
        Response(URL, headers={"Content-Type": f"text/html; charset={charset}"}, body=html.encode())
    )
    assert told
    assert told.css("h1::text").get() == "Ақтөбе"


def test_what_has_no_markup_is_no_page() -> None:
    assert as_html(respond('{"code": "rest_forbidden"}')) is None


@pytest.mark.parametrize("date", ["Nov 21, 2024", "15 ч. назад", "2024 жылғы 21 қарашада"])
def test_a_date_in_words_of_an_unknown_theme(date: str) -> None:
    html = (
        "<html><head><title>Мост закрыт</title><meta property='og:type' content='article'></head>"
        f"<body><div><h1>Мост закрыт</h1><span>{date}</span>"
        f"<div><p>{'Мост через реку чинят вторую неделю. ' * 9}</p></div></div></body></html>"
    )
    seen_at = datetime.fromisoformat("2024-11-21T16:00:00+00:00")
    site = replace(SITE, any_path=True)
    told = read_article([page(html, "https://365info.kz/most", site, seen_at)])
    assert told.published_at == "2024-11-21"


@pytest.mark.parametrize("end", ["</body></html>", "</BODY >", "</body><script>x</script></html>"])
def test_the_end_of_a_pasted_document_is_not_the_end_of_the_article(end: str) -> None:
    pasted = f"<p>Один.</p><html><body><p>Два.</p>{end}<p>Три.</p>"
    assert paragraphs(pasted) == ["Один.", "Два.", "Три."]


@pytest.mark.parametrize("tag", ["dialog", "title", "noembed", "template", "textarea"])
def test_what_no_browser_shows_is_no_text(tag: str) -> None:
    assert paragraphs(f"<p>Один.</p><{tag}><p>Скрыто.</p></{tag}><p>Два.</p>") == ["Один.", "Два."]
