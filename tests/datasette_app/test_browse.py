"""The archive in Datasette: search in Russian, access from this machine only, read-only."""

from __future__ import annotations

import csv
import io
import json
import re
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import sync_playwright

from kznews.browser.handler import INSTALL, find
from kznews.datasette_app.plugin import FACETS, WORDS, language_of, marked
from kznews.datasette_app.reading_db import prepare
from kznews.datasette_app.search import MOST_WORDS, by_beginning
from kznews.datasette_app.server import refused, without_empty
from kznews.datasette_app.versions import differences
from kznews.items import Article, Image, PageRecord
from kznews.reporting import LANGUAGES
from kznews.storage.archive import Archive
from tests.crawling import browsing, scrapy

FOUND = find({})
needs_browser = pytest.mark.skipif(
    FOUND is None or FOUND.path is None, reason=f"no browser: {INSTALL}"
)
SITE = "https://365info.kz"


def article(number: int, **changes: Any) -> Article:
    values = {
        "id": f"365info:{number}", "url": f"{SITE}/2026/11/slug-{number}", "site": "365info",
        "language": "ru", "title": f"Новость {number}", "lead": "Коротко.", "section": "Спорт",
        "text": "Первый абзац.\n\nВторой абзац.", "published_at": "2026-11-20T10:07:33+05:00",
        "tags": ["тенге", "зерно"], "authors": ["Дина Сарбас"], "content_hash": str(number),
    }  # fmt: skip
    article = Article(**{**values, **changes})
    article.images = [Image(f"{SITE}/uploads/{number}.jpg", "Мост", "Дина"), Image("javascript:x")]
    return article


ARTICLES = (
    article(1, text="Министра здравоохранения спросили о ценах. Об этом сообщили в Алматы."),
    article(2, title="Тарифы вырастут", section="Экономика", text="Кто-то рад, кто-то нет."),
    article(3, language="kk", title="Әкімдік жаңа мектептер ашады", section="Қоғам"),
    article(4, title="<b>Жирная</b> & новость", duplicate_of="365info:2", similarity=0.8),
)


CAPTURE = f"https://web.archive.org/web/20240301120000id_/{SITE}/2026/11/slug-3"


def store(data: Path, *articles: Article) -> None:
    archive = Archive(f"sqlite:///{data}/archive.db")
    archive.begin("365info", "365info", SITE, {})
    for each in articles:
        archive.articles.store(each, each.content_hash)
    archive.end("finished")
    archive.close()


# --- The database for reading ---------------------------------------------------------------------


@pytest.fixture
def update(tmp_path: Path) -> Callable[[], list[int]]:
    """Bring ``reading.db`` up to date; return how many articles were taken over."""

    def bring() -> list[int]:
        told: list[int] = []
        archive = Archive(f"sqlite:///{tmp_path}/archive.db")
        prepare(tmp_path / "reading.db", archive, told.append)
        archive.close()
        return told

    return bring


def rows(data: Path, sql: str, *values: object) -> list[Any]:
    with closing(sqlite3.connect(data / "reading.db")) as connection:
        return connection.execute(sql, values).fetchall()


MATCHING = "SELECT id FROM articles WHERE rowid IN (SELECT rowid FROM articles_fts(?)) ORDER BY id"


def test_only_what_is_new_or_edited_is_taken_over(
    tmp_path: Path, update: Callable[[], list[int]]
) -> None:
    store(tmp_path, article(1), article(2))
    assert update() == [2]
    assert update() == []
    edited = article(
        1, version=2, changed=["title", "text"], title="Поправка", text="Слон", content_hash="b"
    )
    store(tmp_path, edited, article(3))
    assert update() == [2]
    assert rows(tmp_path, "SELECT id, title, version FROM articles ORDER BY id") == [
        ("365info:1", "Поправка", 2),
        ("365info:2", "Новость 2", 1),
        ("365info:3", "Новость 3", 1),
    ]
    assert rows(tmp_path, "SELECT version, changed, title FROM versions ORDER BY version") == [
        (1, "", "Новость 1"),
        (2, "title, text", "Поправка"),
    ]
    assert rows(tmp_path, MATCHING, "слон") == [("365info:1",)]
    assert rows(tmp_path, MATCHING, "абзац") == [("365info:2",), ("365info:3",)]
    assert rows(tmp_path, "SELECT published, day, tags FROM articles LIMIT 1") == [
        ("2026-11-20 10:07", "2026-11-20", '["тенге","зерно"]')
    ]


def test_another_archive_in_the_same_place_replaces_all(
    tmp_path: Path, update: Callable[[], list[int]]
) -> None:
    store(tmp_path, article(1), article(2))
    update()
    for file in tmp_path.glob("archive.db*"):
        file.unlink()
    store(tmp_path, article(1, title="Другая"))
    assert update() == [2]
    assert rows(tmp_path, "SELECT id, title FROM articles") == [("365info:1", "Другая")]


@pytest.mark.parametrize("layout", [b"no database at all" * 100, 99])
def test_a_database_of_another_kind_is_made_anew(
    tmp_path: Path, update: Callable[[], list[int]], layout: bytes | int
) -> None:
    store(tmp_path, article(1))
    if isinstance(layout, bytes):
        (tmp_path / "reading.db").write_bytes(layout)
    else:
        with closing(sqlite3.connect(tmp_path / "reading.db")) as connection:
            connection.execute(f"PRAGMA user_version={layout}")
    assert update() == [1]
    assert rows(tmp_path, "SELECT count(*) FROM articles") == [(1,)]


def test_an_update_that_is_cut_off_leaves_what_was_there(
    tmp_path: Path, update: Callable[[], list[int]]
) -> None:
    store(tmp_path, article(1))
    update()
    store(tmp_path, article(2))
    archive = Archive(f"sqlite:///{tmp_path}/archive.db")

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(tmp_path / "reading.db", archive, stop)
    archive.close()
    assert rows(tmp_path, "SELECT id FROM articles") == [("365info:1",)]
    assert update() == [1]


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("министр", '"министр"*'),
        ("  рост  цен ", '"рост"* "цен"*'),
        ('"рост цен" акимат', '"рост цен" "акимат"*'),
        ('"рост цен', '"рост цен"'),
        ("«рост цен» “на хлеб”", '"рост цен" "на хлеб"'),
        ("«", '""'),
        ("кто-то AND (не*", '"кто-то"* "AND"* "(не*"*'),
        ('"', '""'),
        ('""', '""'),
        ("- слон", '"слон"*'),
        ("Қазақ ЁЛКА", '"Казак"* "ЕЛКА"*'),
        ("а " * 50, " ".join(['"а"*'] * MOST_WORDS)),
    ],
)
def test_what_people_type_becomes_a_query(typed: str, query: str) -> None:
    assert by_beginning(typed) == query


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (
            "Цены росли вдвое",
            "Цены упали вдвое",
            "Цены<del> росли</del><ins> упали</ins> вдвое",
        ),
        ("Первый\n\nТретий", "Первый\n\nВторой\n\nТретий", "Первый\n\n<ins>Второй\n\n</ins>Третий"),
        ("", "<b>", "<ins>&lt;b&gt;</ins>"),
        ("Рост цен", "Рост цен, но", "Рост цен<ins>, но</ins>"),
        ("Рост цен.", "Рост цен (учтено).", "Рост цен<ins> (учтено)</ins>."),
        ("а", "а", "а"),
    ],
)
def test_an_edit_is_shown_word_by_word(before: str, after: str, shown: str) -> None:
    assert differences(before, after) == shown


def test_long_texts_that_have_nothing_in_common_are_not_compared_word_by_word() -> None:
    one, other = "а б " * 10_000, "б а " * 10_000
    assert differences(one, other) == f"<del>{one}</del><ins>{other}</ins>"


def test_what_was_found_is_marked_and_the_rest_is_text() -> None:
    assert marked("<b>\x02рост\x03 & спад") == "&lt;b&gt;<mark>рост</mark> &amp; спад"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"), ("kk", "kk"), ("de,kk;q=0.7,ru;q=0.5", "kk"), ("", "en"),
        ("en;q=0.1,ru;q=0.9", "ru"), ("ru;q=x, kk;q=0.1", "kk"), ("de-DE", "en"), ("," * 999, "en"),
    ],
)  # fmt: skip
def test_the_pages_speak_what_the_browser_asks_for(header: str, language: str) -> None:
    assert language_of(header) == language


def test_every_word_is_there_in_each_language() -> None:
    for name, words in WORDS.items():
        assert tuple(words) == LANGUAGES, name
        assert all(words.values()), name
        assert len({word.count("{}") for word in words.values()}) == 1, name


# --- Datasette ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the articles in a running Datasette."""
    data = tmp_path_factory.mktemp("browse")
    store(data, *ARTICLES)
    edited = replace(ARTICLES[1], version=2, title="Тарифы упадут", changed=["title"])
    store(data, replace(edited, content_hash="2b"))
    reread = replace(
        ARTICLES[2], version=2, cause="reread", archived_url=CAPTURE, content_hash="3b"
    )
    store(data, replace(reread, text="Мәтін толық.", page=PageRecord("a.warc.gz", 7)))
    data = data.rename(data.with_name("q?x=1#50%2F"))
    with browsing(data) as address:
        yield address


def get(url: str) -> str:
    with urlopen(url) as response:
        text: str = response.read().decode()
        return text


def found(site: str, query: str) -> list[str]:
    answer = json.loads(get(f"{site}.json?_shape=objects&_search={quote(query)}"))
    return sorted(row["id"].partition(":")[2] for row in answer["rows"])


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("министр", ["1"]), ("МИНИСТРА ценах", ["1"]), ("министр тариф", []), ("мектеп", ["3"]),
        ("кто-то рад", ["2"]), ('"кто-то нет"', ["2"]), ('"нет кто-то"', []), ("упад", ["2"]),
        ("(", []), ('"', []), ("алматы ценах", ["1"]), ("АКИМДИК", ["3"]), ("әкімд", ["3"]),
        ("кто-то рәд", ["2"]),
    ],
)  # fmt: skip
def test_words_are_found_by_their_beginning_and_phrases_whole(
    site: str, query: str, ids: list[str]
) -> None:
    assert found(site, query) == ids


def test_articles_are_filtered_listed_and_read(site: str) -> None:
    answer = json.loads(get(f"{site}.json?_shape=objects&language=ru&_size=0&{FACETS}"))
    facets = {
        name: {value["value"]: value["count"] for value in facet["results"]}
        for name, facet in answer["facet_results"].items()
    }
    assert answer["filtered_table_rows_count"] == 3
    assert facets["section"] == {"Спорт": 2, "Экономика": 1}
    assert facets["tags"] == {"тенге": 3, "зерно": 3}
    asked = f"{site}?tags__arraycontains={quote('зерно')}"
    assert f'href="?{asked.partition("?")[2]}&amp;{FACETS.replace("&", "&amp;")}#narrow"' in get(
        asked
    )
    request = Request(f"{asked}&{FACETS}", headers={"Accept-Language": "ru"})
    with urlopen(request) as page:
        shown = page.read().decode()
    assert "<h3>Теги</h3>" in shown
    assert re.search('aria-current="true">зерно <small>4 ✖', shown)
    with pytest.raises(HTTPError) as missing:
        urlopen(f"{site}/nobody")
    assert 'href="/reading/articles"' in missing.value.read().decode()
    assert facets.keys() == {"section", "language", "site", "day", "tags"}
    listed = get(site)
    assert "Тарифы упадут" in listed
    assert "&lt;b&gt;Жирная&lt;/b&gt; &amp; новость" in listed
    shown = get(f"{site}/365info~3A4")
    assert "<p>Второй абзац.</p>" in shown
    edits = get(site.replace("articles", "edits"))
    assert "Тарифы<del> вырастут</del><ins> упадут</ins>" in edits
    alike = get(site.replace("articles", "near_duplicates"))
    assert "365info.kz/2026/11/slug-4" in alike
    assert 'href="/reading/articles/365info~3A2">Тарифы упадут' in alike
    tables = json.loads(get(site.replace("/articles", ".json")))["tables"]
    assert [table["name"] for table in tables if not table["hidden"]] == ["articles", "versions"]


def test_hits_are_marked_where_they_are(site: str) -> None:
    listed = get(f"{site}?_search={quote('ЦЕНАХ акимдик')}")
    assert "<mark>" not in listed
    assert "спросили о <mark>ценах</mark>" in get(f"{site}?_search={quote('ценах')}")
    assert "<mark>Әкімдік</mark> жаңа мектептер" in get(f"{site}?_search={quote('акимдик')}")


def test_a_form_is_narrowed_by_what_is_filled_in(site: str) -> None:
    asked = f"_search=&section={quote('Спорт')}&language=&day__gte=2026-11-20&day__lte="
    with urlopen(f"{site}?{asked}") as answer:
        assert answer.url == f"{site}?section={quote('Спорт')}&day__gte=2026-11-20"
        listed = answer.read().decode()
    assert listed.count("<li lang=") == 2
    assert '<option value="Спорт" selected>' in listed
    assert 'name="day__gte" value="2026-11-20"' in listed
    with urlopen(f"{site}?_search=") as answer:
        assert answer.url == site
    kept = get(f"{site}?site=365info")
    assert '<input type="hidden" name="site" value="365info">' in kept


def test_an_article_shows_what_belongs_to_it(site: str) -> None:
    shown = get(f"{site}/365info~3A2")
    assert f'<img loading="lazy" alt="" src="{SITE}/uploads/2.jpg">' in shown
    assert "javascript:" not in shown
    assert f'articles?tags__arraycontains={quote("зерно")}">зерно' in shown
    assert "Тарифы<del> вырастут</del><ins> упадут</ins>" in shown
    assert re.search(r"Says nearly the same.*365info~3A4", shown, re.DOTALL)
    previous, following = re.findall(r'class="(?:previous|next)">.*?href="([^"]*)"', shown)
    assert (previous[-1], following[-1]) == ("1", "3")
    last = get(f"{site}/365info~3A4")
    assert re.search(r"Says nearly the same.*365info~3A2", last, re.DOTALL)
    assert 'class="next"' not in last
    assert "Was edited" not in last
    assert (
        len(json.loads(get(f"{site}.json?_shape=array&tags__arraycontains={quote('зерно')}"))) == 4
    )


def test_what_is_only_read_again_is_no_edit_and_its_pages_are_named(site: str) -> None:
    shown = get(f"{site}/365info~3A3")
    assert "Was edited" not in shown
    assert f'<a href="{CAPTURE}" rel="noreferrer">In a web archive</a>' in shown
    assert "<code>pages/a.warc.gz:7</code>" in shown
    assert get(site).count("<b>edited</b>") == 1
    assert "slug-3" not in get(site.replace("articles", "edits"))


def test_a_page_speaks_the_language_of_its_reader(site: str) -> None:
    for language, words in (("ru", "Все разделы"), ("kk", "Барлық айдар"), ("en", "All sections")):
        request = Request(site, headers={"Accept-Language": f"{language};q=0.9"})
        with urlopen(request) as answer:
            assert words in answer.read().decode()


@needs_browser
@pytest.mark.parametrize(("scheme", "ground"), [("light", "255"), ("dark", "18")])
def test_the_first_hit_is_on_the_first_screen_of_a_phone(
    site: str, scheme: Any, ground: str
) -> None:
    assert FOUND
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=FOUND.path, args=["--no-sandbox", "--disable-gpu"]
        )
        tab = browser.new_page(viewport={"width": 360, "height": 640}, color_scheme=scheme)
        tab.goto(f"{site}?_search={quote('новость')}")
        hit = tab.locator(".news li").first.bounding_box()
        wide = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        color = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        browser.close()
    assert hit
    assert hit["y"] + hit["height"] < 640
    assert wide == 0
    assert color.startswith(f"rgb({ground},")


@pytest.mark.parametrize("statement", ["delete from articles", "pragma query_only=0"])
def test_nothing_can_be_written(site: str, statement: str) -> None:
    address = site.replace("/articles", "")
    with pytest.raises(HTTPError, match="400"):
        get(f"{address}.json?sql={quote(statement)}")
    for url in (site, address, f"{address}/edits"):
        with pytest.raises(HTTPError, match="405"):
            urlopen(Request(url, data=b"sql=delete+from+articles", method="POST"))
    assert found(site, "новость") == ["1", "4"]


def test_only_this_machine_is_answered(site: str) -> None:
    host, port = site.split("/")[2].split(":")
    assert host == "127.0.0.1"
    for family, other in ((socket.AF_INET, "127.0.0.2"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as probe:
            assert probe.connect_ex((other, int(port))) != 0


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "", "127.0.0.1:x"]
)
def test_a_name_that_was_made_to_point_here_is_refused(site: str, host: str) -> None:
    port = site.split(":")[2].partition("/")[0]
    for url in (site, f"{site}.json", site.replace("/reading/articles", "/-/static/app.css")):
        with pytest.raises(HTTPError, match="421"):
            urlopen(Request(url, headers={"Host": host.format(port=port)}))
    with urlopen(Request(site, headers={"Host": f"LocalHost:{port}"})) as answer:
        assert answer.status == 200


def test_no_form_leads_to_another_site() -> None:
    scope = {"query_string": b"a=&b=1", "raw_path": b"//evil.example/articles"}
    answer = without_empty(scope)
    assert answer
    assert answer.headers["Location"] == "/evil.example/articles?b=1"
    assert without_empty({**scope, "query_string": b"b=1"}) is None


def test_two_hosts_or_none_are_refused() -> None:
    good = (b"Host", b"127.0.0.1:8001")
    assert refused("GET", [good]) is None
    for headers in ([], [good, good], [good, (b"host", b"evil.example")]):
        refusal = refused("GET", headers)
        assert refusal
        assert refusal.status == 421


def test_what_a_site_says_is_text_and_its_links_lead_to_the_web(tmp_path: Path) -> None:
    evil = '"><script>alert(1)</script>'
    link = "javascript:alert(1)"
    said = article(1, title=evil, lead=evil, text=evil, section=evil, authors=[evil], tags=[evil],
                   url=link, language=evil)  # fmt: skip
    store(tmp_path, said)
    store(tmp_path, replace(said, version=2, changed=["title"], content_hash="b"))
    store(
        tmp_path, article(2, duplicate_of="365info:1", similarity=0.9, title="=1+1", lead='@a\n"-')
    )
    with browsing(tmp_path) as site:
        base = site.replace("/articles", "")
        for way in ("?id=365info:2&_dl=1", "?id=365info:2&_stream=1"):
            (row,) = csv.DictReader(io.StringIO(get(f"{site}.csv{way}"), newline=""))
            assert (row["title"], row["lead"]) == ("'=1+1", "'@a\n\"-")
        for page in (
            "/articles", "/articles/365info~3A1", "/articles?_search=script", "/versions", "/edits",
            "/near_duplicates", "?sql=select+*+from+articles",
        ):  # fmt: skip
            text = get(base + page)
            assert "<script>alert" not in text, page
            assert 'href="javascript:' not in text, page
        assert "&lt;script&gt;alert" in get(f"{base}/articles/365info~3A1")


def test_wrong_calls_are_told_what_is_wrong(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        run = scrapy("browse", "--port", port, data=tmp_path)
    assert (run.status, f"port {port} is not available" in run.log) == (1, True)
    run = scrapy("browse", data=tmp_path)
    assert (run.status, "run a crawl first" in run.log) == (1, True)
    (tmp_path / "datasette.py").write_text("raise ModuleNotFoundError(name='datasette')")
    run = scrapy("browse", data=tmp_path, cwd=tmp_path)
    told = f"browse needs datasette: {sys.executable} -m pip install datasette"
    assert (run.status, told in run.log) == (2, True)
