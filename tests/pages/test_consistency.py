"""``suspect``: set where the page contradicts the article, unset where it only differs."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from scrapy.http import HtmlResponse

from benchmarks.drift import read, samples
from kznews.items import Article
from kznews.pages.article import read_article
from kznews.pages.consistency import yoast_words
from kznews.pages.page import Page, as_html
from kznews.sites import SITES
from tests.pages.test_frozen_pages import FROZEN, PAGES
from tests.reading import URL, article

SENTENCE = "Мост через реку Талас чинят вторую неделю подряд и обещают открыть осенью. "  # 12 words
TEXT = f"<p>{SENTENCE * 4}</p>"
OTHER = "Синоптики предупредили жителей столицы: метель продлится несколько суток"


def told(
    fragment: str, words: Any = None, description: str = "", head: str = "", after: str = ""
) -> str | None:
    """Read an article with what its head says of it; ``after`` stands beside its container."""
    node = {"@type": "Article", "@id": f"{URL}#article", "wordCount": words}
    if words is not None:
        graph = json.dumps({"@graph": [node]})
        head += f'<script type="application/ld+json">{graph}</script>'
    if description:
        head += f'<meta property="og:description" content="{description}">'
    return article(f"{fragment}</div>{after}<div>", f"<head>{head}</head>").suspect


@pytest.mark.parametrize(
    ("words", "doubt"),
    [
        (48, None),
        (55, None),
        (210, "text has 48 of 210 words"),
        ("210", "text has 48 of 210 words"),
        (12, "text has 48 words instead of 12"),
        (0, None),
        (-5, None),
        ("много", None),
        ([210], None),
    ],
)
def test_the_number_of_words_speaks_against_half_a_text_and_twice_one(
    words: object, doubt: str | None
) -> None:
    assert told(TEXT, words) == doubt


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Мост откроют осенью", 3),
        ("Мост — это дорога", 4),
        ("«Мост» откроют", 3),
        ("Выделили 312 500 тенге", 2),
        ("Мән берілді", 3),
        ("WhatsApp и кто-то", 3),
    ],
)
def test_words_are_counted_byte_by_byte_as_yoast_does(text: str, count: int) -> None:
    assert yoast_words(text) == count


def test_a_kazakh_text_is_not_doubted_however_its_words_are_counted() -> None:
    text = "Мәселе «әңгіме» — мәні бөлек, әр үйдің өз өмірі мен өнегесі бар дейді ол. " * 6
    assert yoast_words(text) > 1.3 * len(text.split())
    for count in (yoast_words(f"Заметка {text}"), len(text.split())):
        assert told(f"<p>{text}</p>", count) is None


@pytest.mark.parametrize(
    "post",
    [
        '<blockquote class="twitter-tweet" cite="https://twitter.com/a">Чужое</blockquote>',
        f'<figure><img src="/a.jpg"><figcaption>{SENTENCE * 4}</figcaption></figure>',
    ],
)
def test_words_of_posts_and_captions_are_no_lost_text(post: str) -> None:
    assert told(f"<p>Вот что пишут.</p>{post}", 48) is None


@pytest.mark.parametrize(
    ("fragment", "description", "doubt"),
    [
        (TEXT, "Мост через реку Талас чинят вторую неделю подряд и обещают…", None),
        (TEXT, "Почему ремонт моста в Таразе затянулся и кто обещает открыть движение", None),
        (TEXT, f"{OTHER}…", "text has not the words of the page's description"),
        (TEXT, OTHER, "text has not the words of the page's description"),
        (TEXT, "Новости Казахстана", None),
        ("<p>Снимки Ивана.</p><img src='/a.jpg'>", OTHER, None),
    ],
)
def test_the_description_may_be_an_editor_s_but_not_another_article_s(
    fragment: str, description: str, doubt: str | None
) -> None:
    assert told(fragment, description=description) == doubt


@pytest.mark.parametrize(
    ("window", "og", "doubt"),
    [
        ("Заметка о мостах - 365info.kz", "", None),
        ("Как чинят дороги - 365info.kz", "Заметка", None),
        ("365info.kz", "", None),
        ("Совсем другая новость", "Совсем другая новость", "title is not in the window's"),
        ("Совсем другая новость", "", "title is not in the window's"),
    ],
)
def test_a_title_that_stands_alone_is_doubted(window: str, og: str, doubt: str | None) -> None:
    meta = f'<meta property="og:title" content="{og}">' if og else ""
    assert told(TEXT, head=f"<title>{window}</title>{meta}") == doubt


@pytest.mark.parametrize(
    ("after", "doubt"),
    [
        (f"<div>{TEXT}</div>", "48 more words stand beside the text"),
        (f"<div><h3>Комментарии</h3>{TEXT}</div>", None),
        (f'<div class="share">{TEXT}</div>', None),
        (f"<footer>{TEXT}</footer>", None),
        (f'<div><a href="/2024/02/drugaya">{SENTENCE * 4}</a></div>', None),
        ("<p>Следите за новостями.</p>", None),
        (TEXT, None),
    ],
)
def test_prose_beside_the_body_is_missed_in_it(after: str, doubt: str | None) -> None:
    body = TEXT if after == TEXT else f"<p>{OTHER}, сообщили в ведомстве вечером.</p>"
    assert told(body, after=after) == doubt


def test_half_an_article_in_a_known_container_is_doubted() -> None:
    words = [f"слово{number}" for number in range(240)]
    first, *others = (f"<p>{' '.join(words[n : n + 30])}.</p>" for n in range(0, 240, 30))
    page = f"{first}</div></div><section><div>{''.join(others)}</div></section><div><div>"
    suspect = article(page).suspect
    assert suspect
    assert "words that the extractor reads are missing" in suspect
    beside = f"{''.join(others)}{first}</div></div><footer><div>{TEXT * 9}</div></footer><div><div>"
    assert article(beside).suspect is None


def test_all_doubts_are_given() -> None:
    doubts = told(TEXT, 500, f"{OTHER}…", head="<title>Совсем другая новость</title>")
    assert doubts
    assert doubts.count("; ") == 2


@pytest.mark.parametrize("theme", ["current", "old"])
@pytest.mark.parametrize("edition", ["main", "kaz"])
def test_no_page_of_the_look_alike_is_doubted(theme: Any, edition: Any) -> None:
    found = [(sample, read(sample, ())) for sample in samples(110, theme, edition)]
    assert len(found) > 100
    assert [(s.path, a.suspect) for s, a in found if a and a.suspect] == []


def test_no_frozen_article_is_doubted() -> None:
    found: list[Article] = []
    for path in FROZEN:
        frozen = json.loads(path.with_suffix(".json").read_bytes())
        if "article" in frozen:
            html = as_html(HtmlResponse(frozen["url"], body=path.read_bytes()))
            assert html
            site = SITES[path.relative_to(PAGES).parts[0]]
            seen_at = datetime.fromisoformat(frozen["seen_at"])
            found.append(read_article([Page(html, site, seen_at)]))
    assert len(found) > 8
    assert [(a.url, a.suspect) for a in found if a.suspect] == []
