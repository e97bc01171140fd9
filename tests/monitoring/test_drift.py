"""A redesigned site: what is still read correctly, and whether the alarms report it.

These are a few pages of each redesign; ``benchmarks/drift.py`` reads all of them.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import pytest

from benchmarks.drift import REDESIGNS, Sample, measure, missed, samples
from kznews.items import Article
from kznews.pages import article_dates, authors
from kznews.pages.article import read_article
from kznews.pages.page import NotAnArticle
from tests.reading import URL, page

TEXT = (
    "Мост через реку Талас чинят вторую неделю. Рабочие меняют опоры и обещают открыть движение "
    "к осени, сообщили в акимате."
)
PARAGRAPHS = "".join(f"<p>{n}. {TEXT}</p>" for n in (1, 2, 3))
READ = "\n\n".join(f"{n}. {TEXT}" for n in (1, 2, 3))


@cache
def few() -> list[Sample]:
    return [*samples(110, "current", "main")[::12], *samples(110, "old", "kaz")[5::12]]


def read(body: str, head: str = "<title>Заметка о мосте - 365info.kz</title>") -> Article:
    """Read a page that says no more than that it is an article."""
    head += '<meta property="og:type" content="article">'
    return read_article([page(f"<html><head>{head}</head><body>{body}</body></html>")])


@pytest.mark.parametrize("name", REDESIGNS)
def test_a_redesign_costs_no_article(name: str) -> None:
    result = measure(name, few())
    assert result["pages"] > 15
    assert missed(result) == []


@pytest.mark.parametrize("name", [name for name, changes in REDESIGNS.items() if changes])
def test_a_redesign_shows_in_what_is_counted(name: str) -> None:
    result = measure(name, few()[::3])
    layouts = result["layouts"].keys()
    sources = result["sources"]["published_at"].keys()
    assert layouts <= {"hook", "generic"} or "json-ld" not in sources or result["suspect"] > 0.5


def test_pages_of_a_known_layout_never_wake_the_extractor() -> None:
    """Even where they lack a date, a title in the head, or a text: there is a layout to tell."""
    code = """
import sys
from kznews.pages.page import NotAnArticle
from tests.reading import article
article("<p>Текст.</p>")
article('<img src="/a.jpg">', url="https://365info.kz/?p=7")
try:
    article("<p>&nbsp;</p>")
except NotAnArticle:
    print([name for name in ("trafilatura", "htmldate", "justext") if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "body",
    [
        f"<article><header><h1>Заметка о мосте</h1><p>Алматы</p></header>{PARAGRAPHS}</article>",
        (
            f"<article><h1>Заметка о мосте</h1><div><a href='/category/mir'>Мир</a> 5 марта "
            f"2024</div><div>{PARAGRAPHS}</div><div>Поделиться: <a href='#'>Telegram</a></div>"
            "<ul><li><a href='/tag/most'>мост</a></li><li><a href='/tag/taraz'>Тараз</a></li></ul>"
            "<section><h4>Комментарии (2)</h4><p>Давно пора, сколько можно ждать!</p></section>"
            "</article>"
        ),
        PARAGRAPHS.replace("<p>", "<div class='js-mediator-article'><p>").replace(
            "</p>", "</p></div>"
        ),
        f"<h1>Заметка о мосте</h1><div><div>{PARAGRAPHS}</div></div><footer>© Издание</footer>",
        "<h1>Заметка о мосте</h1><div>" + READ.replace("\n\n", "<br><br>") + "</div>",
    ],
)
def test_the_text_alone_is_read_whatever_holds_it(body: str) -> None:
    told = read(body)
    assert told.text.removeprefix("Алматы\n\n") == READ
    assert told.title == "Заметка о мосте"


def test_what_the_extractor_loses_is_read_from_the_page() -> None:
    list_, table = "<ul><li>опора</li></ul>", "<table><tr><td>Длина</td><td>90</td></tr></table>"
    player = "<video src='/most.mp4'><a href='/most.mp4'>Скачать</a></video>"
    told = read(
        f"<main><h1>Заметка о мосте</h1>{PARAGRAPHS}{list_}{player}{table}<p>Всё.</p></main>"
    )
    assert told.text == f"{READ}\n\n- опора\n\nДлина\t90\n\nВсё."
    assert [embed.kind for embed in told.embeds] == ["video"]


def test_the_parts_of_a_split_post_are_found_where_the_first_one_s_text_stands() -> None:
    head = "<meta property='og:type' content='article'>"
    html = f"{head}<body><div class='a'><h1>Заметка</h1></div><div class='b'>{{}}</div></body>"
    parts = [page(html.format(PARAGRAPHS)), page(html.format("<p>Конец.</p>"), f"{URL}/2")]
    assert read_article(parts).text.split("\n\n")[-1] == "Конец."


@pytest.mark.parametrize(
    ("heading", "window", "title"),
    [
        ("<h1>365info</h1><h1>Мост в Таразе</h1>", "Мост в Таразе - 365info.kz", "Мост в Таразе"),
        ("<h1>Мост в Таразе</h1>", "Мост: что известно", "Мост в Таразе"),
        ("<h2>Мост в Таразе</h2>", "Мост: что известно | 365info.kz", "Мост: что известно"),
        ("<aside><h1>Читайте</h1></aside>", "Мост — в Таразе", "Мост — в Таразе"),
    ],
)
def test_a_title_without_metadata_is_the_heading_else_the_window_s(
    heading: str, window: str, title: str
) -> None:
    assert read(f"{heading}<div>{PARAGRAPHS}</div>", f"<title>{window}</title>").title == title


def test_the_site_s_name_is_no_title() -> None:
    with pytest.raises(NotAnArticle, match="no_title"):
        read(f"<div>{PARAGRAPHS}</div>", "<title>365info.kz</title>")


@pytest.mark.parametrize(
    ("above", "date"),
    [
        ("<time datetime='2024-03-05T09:05:00+05:00'>вчера</time>", "2024-03-05T09:05:00+05:00"),
        (
            "<div><a href='/category/mir'>Мир</a> 5 марта 2024, 9:05</div>",
            "2024-03-05T09:05:00+05:00",
        ),
        ("<span>05.03.2024</span>", "2024-03-05"),
        (
            "<ul><li><h3>Карточка</h3><time datetime='2024-03-07'>7 марта</time></li></ul>",
            "2024-03",
        ),
        ("<ul><li><time datetime='2024-03-07'>7 марта 2024</time></li></ul>", "2024-03-07"),
        ("<p>Погода на 7 апреля 2024</p><b>5 наурыз 2024</b>", "2024-03-05"),
        (f"<p>Как решили <b>5 марта 2024</b>, {TEXT}</p>", "2024-03"),
        ("<aside>5 марта 2024</aside><a href='/'>6 марта 2024</a>", "2024-03"),
    ],
)
def test_a_date_without_metadata_stands_by_itself_near_the_heading(above: str, date: str) -> None:
    told = read(f"<div><h1>Заметка о мосте</h1>{above}<div>{PARAGRAPHS}</div></div>")
    assert told.published_at == date


@pytest.mark.parametrize(
    ("head", "date", "source"),
    [
        ('<meta name="DC.date.issued" content="2024-03-05">', "2024-03-05", "meta name"),
        ('<meta name="DC.date.issued" content="2024-04-05">', "2024-03", "url"),
        (f'<link rel="canonical" href="{URL[:-7]}22-goda">', "2024-03", "url"),
        (
            '<script type="application/ld+json">{"datePublished":"2024-03-05",}</script>',
            "2024-03-05",
            "extractor",
        ),
    ],
)
def test_what_only_the_extractor_finds_is_a_day_of_the_address_s_month(
    head: str, date: str, source: str
) -> None:
    told = read(f"<h1>Заметка</h1>{PARAGRAPHS}", f"<title>Заметка</title>{head}")
    assert (told.published_at, told.provenance["published_at"]) == (date, source)
    assert told.date_precision == ("month" if source == "url" else "day")


def test_the_extractor_is_not_asked_for_a_date_that_another_source_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(article_dates, "extracted_day", lambda *_: pytest.fail("asked"))
    monkeypatch.setattr(authors, "extracted_author", lambda *_: pytest.fail("asked"))
    meta = '<meta name="author" content="Дана Ли">'
    meta += '<meta property="article:published_time" content="2024-03-05T04:05:00+00:00">'
    told = read(f"<h1>Заметка</h1>{PARAGRAPHS}", f"<title>Заметка</title>{meta}")
    assert told.published_at == "2024-03-05T09:05:00+05:00"


def test_a_theme_may_call_every_page_a_page() -> None:
    """Only posts have a time of publication (``docs/the-site.md``, «Metadata»)."""
    meta = '<meta property="article:published_time" content="2024-03-05T04:05:00+00:00">'
    html = (
        f"<head><title>Заметка</title>{meta}</head><body class='page'><h1>Заметка</h1>{PARAGRAPHS}"
    )
    assert read_article([page(html)]).title == "Заметка"
