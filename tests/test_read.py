"""``kznews.read``: a page becomes the article that a crawl would deliver."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from scrapy.http import HtmlResponse

import kznews
from kznews.pages.page import Page
from kznews.sites import SITES
from tests.crawling import ROOT
from tests.reading import URL

SENTENCE = "Акимат объявил о ремонте моста, движение перекроют до конца месяца. "
SEEN_AT = datetime(2026, 11, 26, tzinfo=UTC)
README = ROOT / "README.md"
ELSEWHERE = "https://news.example/2026/11/most"


def html(head: str = "", title: str = "Мост &amp; дорога") -> str:
    return (
        f'<html><head><meta charset="windows-1251"><title>{title}</title>{head}</head>'
        f"<body class='single-post'><article class='hentry'><h1 class='entry-title'>{title}</h1>"
        f"<time class='entry-date' datetime='2026-11-24T15:40:00'></time>"
        f"<div class='entry-content'><p>\u200b{SENTENCE * 3}</p></div></article></body></html>"
    )


@pytest.mark.parametrize("path", ["2026/11/most", "2026/11/26/most"])
def test_a_day_in_the_address_says_nothing_of_the_page(path: str) -> None:
    notice = f"<title>Ошибка</title><body><h1>Нет соединения с базой</h1><p>{SENTENCE * 3}</p>"
    with pytest.raises(kznews.NotAnArticle) as caught:
        kznews.read(notice, f"https://news.example/{path}")
    assert caught.value.reason == "not_an_article"


@pytest.mark.parametrize(
    "spoilt",
    [
        f"{'<div>' * 220}<p>&#27;слово</p><p>&#xFFFE;ещё</p>",
        "<time datetime='2026-11-20T10:00:00+99:99'>когда-то</time>",
    ],
)
def test_what_a_library_cannot_take_costs_no_page(spoilt: str) -> None:
    head = "<meta property='og:type' content='article'>"
    page = f"<html><head>{head}</head><body><h1>Мост</h1><p>{SENTENCE * 3}</p>{spoilt}</html>"
    article = kznews.read(page, ELSEWHERE.replace("2026/11/", ""))
    assert article.title == "Мост"
    assert "Акимат объявил" in article.text


@pytest.mark.parametrize("url", [URL, ELSEWHERE])
def test_a_page_that_was_read_is_free_at_once(url: str) -> None:
    """A page in a cycle of references stays until the garbage collector comes, with its tree."""
    node = '{"@type": "NewsArticle", "headline": "Мост"}'
    graph = f'<script type="application/ld+json">{node}</script>'
    kznews.read(html(graph), url, seen_at=SEEN_AT)
    gc.collect()
    gc.disable()
    try:
        kznews.read(html(graph), url, seen_at=SEEN_AT)
        left = [each for each in gc.get_objects() if isinstance(each, Page)]
    finally:
        gc.enable()
    assert left == []


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
        ("page.html", "not_html"),
        ('{"code": "rest_forbidden"}', "not_html"),
    ],
)
def test_what_is_no_article_says_why(page: Any, reason: str) -> None:
    with pytest.raises(kznews.NotAnArticle) as caught:
        kznews.read(page, ELSEWHERE)
    assert caught.value.reason == reason
    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize(
    ("argument", "named"),
    [
        ({"url": "news.example/most"}, "news.example/most"),
        ({"url": "http://["}, r"http://\["),
        ({"zone": "Asia/Almata"}, "Asia/Almata"),
        ({"zone": "../x"}, "../x"),
        ({"zone": "Asia"}, "zone 'Asia' is unknown"),
        ({"seen_at": datetime(2026, 11, 26)}, "no offset"),  # noqa: DTZ001
    ],
)
def test_an_argument_that_cannot_be_used_is_named(argument: Any, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        kznews.read(html(), **{"url": ELSEWHERE, **argument})


@pytest.mark.parametrize(
    "argument",
    [
        {"html": None},
        {"html": Path("page.html")},
        {"html": HtmlResponse(ELSEWHERE, body=b"<p>")},
        {"url": 5},
        {"zone": ZoneInfo("Asia/Almaty")},
        {"seen_at": "2026-11-26"},
        {"site": "365info"},
    ],
)
def test_an_argument_of_another_type_is_named_with_the_right_one(argument: dict[str, Any]) -> None:
    (name,) = argument
    with pytest.raises(TypeError, match=f"^{name} is of type .+: expected "):
        kznews.read(**{"html": html(), "url": ELSEWHERE, **argument})


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


def test_the_example_of_the_readme_does_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(import kznews\n.*?)```", README.read_text("utf-8"), re.DOTALL)
    (code,) = [block for block in blocks if "kznews.read(" in block]
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out.splitlines() == [
        "Мост закрыт",
        "2026-11-24T15:40:00+05:00",
        "Движение по мосту закрыли на неделю, сообщил акимат города.",
    ]


def test_a_page_that_says_nothing_of_being_an_article_is_none() -> None:
    guard = f"<html><head><title>Проверка</title></head><body><h1>Проверка</h1><p>{SENTENCE}</p>"
    with pytest.raises(kznews.NotAnArticle) as caught:
        kznews.read(guard, ELSEWHERE)
    assert caught.value.reason == "not_an_article"
    long = kznews.read(guard.replace(SENTENCE, SENTENCE * 20), ELSEWHERE)
    assert long.suspect == "nothing but its length says that the page is an article"


def test_a_short_article_with_a_date_may_call_itself_a_website() -> None:
    head = "<title>Мост</title><meta property='og:type' content='website'>"
    date = "<div>14:05, 26 ноября 2026</div>"
    text = "".join(f"<p>{SENTENCE} {n}-я улица станет свободнее.</p>" for n in range(4))
    page = f"<html><head>{head}</head><body><h1>Мост</h1>{date}<div>{text}</div></body></html>"
    article = kznews.read(page, ELSEWHERE, zone="Asia/Almaty")
    assert article.published_at == "2026-11-26T14:05:00+05:00"
    assert article.suspect == "nothing but its length says that the page is an article"
    with pytest.raises(kznews.NotAnArticle):
        kznews.read(page.replace(date, ""), ELSEWHERE)


ITEM = (
    "<div class='item'><a href='/2026/11/novost-{0}'>Новость {0} о мостах города</a>"
    f"<span>1{{0}} ноября 2026, 10:00</span><p>{SENTENCE}</p></div>"
)
CARD = (
    "<article class='post'><h2><a href='/2026/11/novost-{0}'>Новость {0} о мостах города</a></h2>"
    f"<time datetime='2026-11-1{{0}}T10:00:00+05:00'></time><p>{SENTENCE}</p></article>"
)


POST = (
    "<article id='post-{0}' class='post-{0} post hentry'><h2 class='entry-title'>"
    "<a href='/2026/11/novost-{0}'>Новость {0} о мостах города</a></h2>"
    "<time class='entry-date' datetime='2026-11-1{0}T10:00:00+05:00'></time>"
    f"<div class='entry-content'><p>{SENTENCE * 2}</p></div></article>"
)


@pytest.mark.parametrize("item", [ITEM, CARD, POST])
@pytest.mark.parametrize("heading", ["Город", "Вы искали: мост", "Страница не найдена", ""])
@pytest.mark.parametrize("path", ["2026/11/net", "gorod/", ""])
@pytest.mark.parametrize("root", ["https://news.example/", "https://365info.kz/"])
def test_a_list_of_articles_is_none_by_their_dates_and_bodies(
    root: str, path: str, heading: str, item: str
) -> None:
    title = f"<h1>{heading}</h1>" if heading else "<h1><a href='/'>Вестник</a></h1>"
    items = "".join(map(item.format, range(3)))
    page = (
        f"<html><head><title>{heading} - Вестник</title></head><body>{title}{items}</body></html>"
    )
    with pytest.raises(kznews.NotAnArticle) as caught:
        kznews.read(page, root + path, seen_at=SEEN_AT)
    assert caught.value.reason == "not_an_article"


@pytest.mark.parametrize("head", ["", "<meta property='og:type' content='article'>"])
@pytest.mark.parametrize("times", [2, 40])
def test_an_archive_of_whole_posts_is_no_article(times: int, head: str) -> None:
    items = "".join(POST.replace(SENTENCE * 2, SENTENCE * times).format(n) for n in range(4))
    title = f"<title>Город - Вестник</title>{head}"
    body = f"<body class='archive category'><h1>Рубрика: Город</h1>{items}</body>"
    with pytest.raises(kznews.NotAnArticle) as caught:
        kznews.read(f"<html><head>{title}</head>{body}</html>", "https://news.example/gorod/")
    assert caught.value.detail == "the page calls itself archive, category"


@pytest.mark.parametrize(
    "wrapper",
    [
        "<form>{}</form>",
        "<aside>{}</aside>",
        "<div hidden>{}</div>",
        "<div class='share'>{}</div>",
        "<div class='instagram-media'>{}</div>",
        "<div>{}<footer>© Сайт, 2026</footer></div>",
    ],
)
def test_nothing_is_cut_that_holds_the_article(wrapper: str) -> None:
    head = '<head><meta property="og:type" content="article"><title>Мост закрыт</title></head>'
    text = "".join(f"<p>{n}. {SENTENCE}</p>" for n in range(5))
    told = kznews.read(f"<html>{head}<body>{wrapper.format(text)}</body></html>", ELSEWHERE)
    assert [told.text.count(f"{n}. Акимат") for n in range(5)] == [1] * 5


def test_what_stands_beside_the_article_is_another_s() -> None:
    other = (
        "<div class='related'><article class='post type-post'><h3 class='entry-title'>Чужая</h3>"
        "<a rel='author'>Чужой Автор</a><p class='entry-content'>Отрывок чужой новости, чужой и "
        "здесь.</p></article></div>"
    )
    logo = "<header><h1 class='site-title'><a href='/'>Сайт</a></h1></header>"
    page = html().replace("<article", f"{logo}<article").replace("</article>", f"</article>{other}")
    page = re.sub("<h1 class='entry-title'>(.*?)</h1>", r"<h2 class='entry-title'>\1</h2>", page)
    told = kznews.read(page, ELSEWHERE)
    assert (told.title, told.authors) == ("Мост & дорога", [])
    assert "чужой" not in told.text


@pytest.mark.parametrize(
    ("head", "day", "source"),
    [
        ("<meta itemprop='datePublished' content='2026-11-24'>", "2026-11-24", "microdata"),
        ("<meta name='parsely-pub-date' content='2026-11-24'>", "2026-11-24", "meta name"),
        ("<meta name='DC.date.issued' content='2026-11-24'>", "2026-11-24", "meta name"),
        (
            "<meta property='article:published:time' content='2026-11-23T19:00:00Z'>",
            "2026-11-24T00:00:00+05:00",
            "meta",
        ),
        (
            "<meta property='article:published_time' content='1795460400000'>",
            "2026-11-24T00:00:00+05:00",
            "meta",
        ),
    ],
)
def test_a_date_is_named_in_many_ways(head: str, day: str, source: str) -> None:
    bare = re.sub("<time.*?</time>", "", html(head))
    told = kznews.read(bare, ELSEWHERE, seen_at=SEEN_AT)
    assert (told.published_at, told.provenance["published_at"]) == (day, source)
    told = kznews.read(re.sub("<time.*?</time>", "", html()), ELSEWHERE.replace("most", "18/most"))
    assert (told.published_at, told.provenance["published_at"]) == ("2026-11-18", "address")


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("city/2026-11-18-most-zakryt", "2026-11-18"),
        ("20261118/most", "2026-11-18"),
        ("news/A2026111814320005196", "2026-11-18"),
        ("web/20261118120000/http://news.example/most", None),
        ("news/202611185", None),
        ("news/20261118999", None),
    ],
)
def test_a_part_of_an_address_begins_with_the_day(path: str, day: str | None) -> None:
    bare = re.sub("<time.*?</time>", "", html())
    told = kznews.read(bare, f"https://news.example/{path}", seen_at=SEEN_AT)
    assert told.published_at == day


def test_the_day_of_the_address_comes_before_a_line_that_reads_like_one() -> None:
    page = re.sub("<time.*?</time>", "<p>Открытие 12.11.2026</p>", html())
    told = kznews.read(page, ELSEWHERE.replace("most", "18/most"), seen_at=SEEN_AT)
    assert told.published_at == "2026-11-18"


def test_a_date_inside_a_quoted_post_is_another_s() -> None:
    quote = "<blockquote><time datetime='2026-11-20T10:00:00Z'>20 ноября</time></blockquote>"
    page = re.sub("<time.*?</time>", f"{quote}<p>24.11.2026</p>", html())
    assert kznews.read(page, ELSEWHERE, seen_at=SEEN_AT).published_at == "2026-11-24"


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Дана Ли, Иван Ким и Олжас Сеит", ["Дана Ли", "Иван Ким", "Олжас Сеит"]),
        ("Дана Ли (дл)", ["Дана Ли"]),
        ("Дана Ли, (фото: Иван Ким)", ["Дана Ли"]),
        ("Дана Ли @danali", ["Дана Ли"]),
        ("Газета - Дана Ли", ["Дана Ли"]),
        ("Дана Ли | news.example", ["Дана Ли"]),
        ("Ли, Дана", ["Ли, Дана"]),
        (
            "Дана Ли, профессор кафедры истории Казахского университета",
            ["Дана Ли, профессор кафедры истории Казахского университета"],
        ),
    ],
)
def test_an_author_is_a_name_and_no_more(said: str, names: list[str]) -> None:
    head = f"<meta name='author' content='{said}'><meta property='og:site_name' content='Газета'>"
    assert kznews.read(html(head), ELSEWHERE, seen_at=SEEN_AT).authors == names


def test_all_tags_of_the_head_are_taken() -> None:
    head = "".join(f"<meta property='article:tag' content='{tag}'>" for tag in ("мост", "река"))
    told = kznews.read(html(head + "<meta property='article:section' content='Город'>"), ELSEWHERE)
    assert (told.tags, told.section) == (["мост", "река"], "Город")


@pytest.mark.parametrize(
    "before", ["<br>\n<b>Warning</b>: x<br>\n" * 300, f"<!--{'x' * 9000}-->", "\n" * 9000]
)
def test_a_page_begins_wherever_it_likes(before: str) -> None:
    assert kznews.read((before + html()).encode(), ELSEWHERE).title == "Мост & дорога"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "windows-1251", "koi8-r"])
def test_characters_are_what_decodes_best(encoding: str) -> None:
    told = kznews.read(html().replace("\u200b", "").encode(encoding), ELSEWHERE)
    assert (told.title, told.text) == ("Мост & дорога", (SENTENCE * 3).strip())


def test_one_bad_byte_spoils_one_letter_and_is_told() -> None:
    whole = html().encode()
    at = whole.index("движение".encode()) + 1
    told = kznews.read(whole[:at] + whole[at + 1 :], ELSEWHERE)
    assert told.text.count("\ufffd") == 1
    assert told.suspect == "characters that cannot be read"


def test_relative_addresses_are_joined_to_the_page_s_base() -> None:
    page = html("<base href='https://cdn.example/x/'><meta property='og:image' content='a.jpg'>")
    told = kznews.read(page, ELSEWHERE)
    assert [image.url for image in told.images] == ["https://cdn.example/x/a.jpg"]


@pytest.mark.parametrize(
    "head",
    [
        "<link rel='canonical' href='http://[bad'>",
        f"<link rel='shortlink' href='/?p={'9' * 5000}'>",
        "<meta property='og:image' content='http://[bad'>",
        '<script type="application/ld+json">{"@type":"Article","wordCount":"'
        + "9" * 5000
        + '"}</script>',
    ],
)
def test_a_bad_value_costs_the_value(head: str) -> None:
    assert kznews.read(html(head), ELSEWHERE).title == "Мост & дорога"
