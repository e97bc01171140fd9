"""``scrapy report``: correct figures, in three languages, in a real browser."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, sync_playwright

from benchmarks.year import fill
from kznews import finish_reasons
from kznews.browser.find import INSTALL, find
from kznews.items import Article
from kznews.reporting import LANGUAGES, figures
from kznews.reporting.charts import bins, ticks
from kznews.reporting.figures import Figures
from kznews.reporting.labels import WORDS, Labels
from kznews.reporting.page import render
from kznews.sources.audit import Month, note_key, note_of
from kznews.storage.archive import Archive
from kznews.storage.schema import GONE
from tests.crawling import scrapy

ARTICLES = 3000
MADE = datetime(2026, 11, 26, 6, tzinfo=UTC)
ROOT = "https://365info.kz"
FOUND = find({})
needs_browser = pytest.mark.skipif(
    FOUND is None or FOUND.path is None, reason=f"no browser: {INSTALL}"
)


def article(number: int, **changes: Any) -> Article:
    values = {
        "id": f"365info:{number}", "url": f"{ROOT}/2026/11/slug-{number}", "site": "365info",
        "language": "ru", "title": f"Новость {number}", "text": "Слово", "section": "Спорт",
        "published_at": f"2026-11-20T10:{number:02}:00+05:00", "date_precision": "second",
        "content_hash": str(number), "word_count": 100, "layout": "current",
    }  # fmt: skip
    return Article(**{**values, **changes})


def archive_of(directory: Path, *articles: Article, audit: list[Month] | None = None) -> Path:
    archive = Archive(f"sqlite:///{directory}/archive.db")
    archive.begin("365info", "365info", ROOT, {})
    for number, each in enumerate(articles):
        archive.articles.store(each, str(number))
    if audit:
        archive.notes.keep(note_key("365info"), json.dumps(note_of("the REST API", audit)))
    archive.end("finished")
    archive.close()
    return directory


def read(data: Path, site: str | None = None, **days: date) -> Figures:
    archive = Archive(f"sqlite:///{data}/archive.db")
    found = figures.read(archive, site, **days)
    archive.close()
    return found


def page(found: Figures, language: str = "en") -> str:
    return render(found, Labels(language), MADE)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with an archive of a year, and a page of it in each language."""
    data = tmp_path_factory.mktemp("year")
    fill(f"sqlite:///{data}/archive.db", ARTICLES, stories_invented=50)
    found = read(data)
    for language in ("en", "kk"):
        (data / f"{language}.html").write_text(page(found, language), "utf-8")
    run = scrapy("report", "--lang", "ru", "-o", str(data / "ru.html"), data=data)
    assert run.status == 0, run.log
    assert re.search(rf"ru.html: {ARTICLES} articles, \d+ KB", run.log)
    return data


# --- Figures --------------------------------------------------------------------------------------


def test_days_and_hours_are_those_of_the_site_and_known_ones_only(tmp_path: Path) -> None:
    late = "2026-11-20T00:30:00+05:00"  # the 19th in UTC
    found = read(
        archive_of(
            tmp_path,
            article(1, published_at=late),
            article(2, published_at="2026-11-21", date_precision="day"),
            article(3, published_at="2026-11", date_precision="month", section=None),
        )
    )
    assert found.articles == 3
    assert found.days == {date(2026, 11, 20): {"Спорт": 1}, date(2026, 11, 21): {"Спорт": 1}}
    assert found.hours == {(4, 0): 1}
    assert found.sections == {"Спорт": 2, None: 1}


def test_edits_and_groups_of_copies_are_counted_by_article(tmp_path: Path) -> None:
    found = read(
        archive_of(
            tmp_path,
            article(1),
            article(1, version=2, changed=["title"], title="Другая", content_hash="b"),
            article(1, version=3, changed=["text"], title="Третья", content_hash="c"),
            *(article(number, duplicate_of=f"365info:{number - 1}") for number in (3, 2)),
            article(7),
            article(8, duplicate_of="365info:7"),
        )
    )
    assert (found.articles, found.edited, found.edits.total(), len(found.copies)) == (5, 1, 2, 3)
    assert found.changed == {"text": 1}
    titles = [[article["title"] for article in group] for group in found.groups]
    assert titles == [["Третья", "Новость 2", "Новость 3"], ["Новость 7", "Новость 8"]]
    assert [article["title"] for article in found.latest][:2] == ["Новость 8", "Новость 7"]


def test_copies_that_name_each_other_are_a_group_that_ends() -> None:
    originals = {"a": "b", "b": "a", "d": "c", "e": "d"}
    assert figures.groups_of(originals)[0] == {"c", "d", "e"}
    assert {"a", "b"} in figures.groups_of(originals)


def test_a_long_chain_of_copies_is_followed_once() -> None:
    """A text that comes every hour is a copy of the one before, for years."""
    chain = {str(number): str(number + 1) for number in range(200_000)}
    assert [len(group) for group in figures.groups_of(chain)] == [200_001]
    backwards = dict(reversed(chain.items()))
    assert [len(group) for group in figures.groups_of(backwards)] == [200_001]


def test_what_a_web_archive_brought_is_counted_and_linked(tmp_path: Path) -> None:
    capture = f"https://web.archive.org/web/20240301120000id_/{ROOT}/2026/11/slug-2"
    found = read(archive_of(tmp_path, article(1), article(2, archived_url=capture)))
    assert (found.recovered, [record["id"] for record in found.latest_recovered]) == (
        1, ["365info:2"],
    )  # fmt: skip
    assert page(found).count(f'<a href="{capture}">From a web archive</a>') == 2
    assert "From a web archive" not in page(read(archive_of(tmp_path / "b", article(1))))


def test_a_site_and_days_can_be_chosen(tmp_path: Path) -> None:
    kaz = article(2, site="365info-kaz", language="kk")
    earlier = article(3, published_at="2026-11-19T23:59:59+05:00")
    data = archive_of(tmp_path, article(1), kaz, earlier)
    assert read(data, "365info-kaz").languages == {"kk": 1}
    assert read(data, since=date(2026, 11, 20)).articles == 2
    assert read(data, until=date(2026, 11, 19)).articles == 1


def test_runs_tell_of_fields_and_sources(year: Path) -> None:
    found = read(year)
    assert [run["run"] for run in found.coverage] == list(range(1, 13))
    assert [run["run"] for run in found.runs] == list(range(12, 0, -1))
    last = found.coverage[-1]
    assert 0.8 < last["fields"]["tags"] / last["articles"] < 0.95
    assert sum(last["sources"]["title"].values()) == last["articles"]


def test_edits_and_removals_are_counted_by_the_day_of_the_site(tmp_path: Path) -> None:
    data = archive_of(
        tmp_path,
        article(1),
        article(1, version=2, changed=["text"]),
        article(2, authors=["А", "Б"]),
    )
    archive = Archive(f"sqlite:///{data}/archive.db")
    archive.begin("365info", "365info", ROOT, {})
    archive.urls.settle(f"{ROOT}/2026/11/slug-2", "365info", GONE, "", reason="gone")
    archive.end("finished")
    archive.close()
    found = read(data)
    today = datetime.now(ZoneInfo("Etc/GMT-5")).date()
    assert (found.edits, found.gone) == ({today: 1}, {today: 1})
    assert (found.authors, found.newest) == ({"А": 1, "Б": 1}, "2026-11-20T10:02:00+05:00")


MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("first", "last", "today", "unit", "starts"),
    [
        (1, 3, 0, "day", ["2026-11-24", "2026-11-25", "2026-11-26"]),
        (-70, -1, 0, "week", ["2026-09-14", "2026-11-16"]),
        (-71, 1, 2, "week", ["2026-09-14", "2026-11-16"]),
        (-70, 6, 7, "week", ["2026-09-14", "2026-11-23"]),
        (-760, -1, 0, "month", ["2024-10-01", "2026-10-01"]),
        (-9000, -1, 0, "year", ["2002-01-01", "2025-01-01"]),
    ],
)
def test_a_chart_has_whole_weeks_and_no_month_that_goes_on(
    first: int, last: int, today: int, unit: str, starts: list[str]
) -> None:
    days = {MONDAY + timedelta(days=n): 1 for n in (first, last)}
    found_unit, found = bins(days, MONDAY + timedelta(days=today))
    shown = [str(start) for start, _ in found]
    assert (found_unit, shown[0], shown[-1]) == (unit, starts[0], starts[-1])
    assert [end for _, end in found[:-1]] == [start for start, _ in found[1:]]


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (7, [0, 2, 4, 6, 8]),
        (740, [0, 200, 400, 600, 800]),
    ],
)
def test_an_axis_has_round_numbers(most: int, expected: list[int]) -> None:
    assert ticks(most) == expected


# --- The page -------------------------------------------------------------------------------------


def test_a_year_fits_into_a_page_that_needs_nothing_else(year: Path) -> None:
    for language in LANGUAGES:
        text = (year / f"{language}.html").read_text("utf-8")
        assert len(text.encode()) < 600_000
        assert not re.search(r"<script|<link|<img|@import|url\(|\bsrc=", text)


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ("News archive", "3,000", "Nov 25, 2026", "Mon", "15 hours ago", "Russian")),
        ("ru", ("Архив новостей", "3\N{NO-BREAK SPACE}000", "25 нояб. 2026", "пн", "завершён")),
        ("kk", ("Жаңалықтар мұрағаты", "3\N{NO-BREAK SPACE}000", "дс", "сағат бұрын", "орыс тілі")),
    ],
)
def test_a_page_speaks_its_language_in_numbers_and_dates_too(
    year: Path, language: str, shown: tuple[str, ...]
) -> None:
    text = (year / f"{language}.html").read_text("utf-8")
    assert f'<html lang="{language}">' in text
    assert [word for word in shown if word not in text] == []


def test_each_part_of_a_chart_says_what_it_counts(year: Path) -> None:
    text = (year / "en.html").read_text("utf-8")
    for said in (
        r'<i title="[A-Z][a-z]{2} \d+[^"]* · \d+: Политика: \d+, [^"]*"><b',
        r'<b title="Mon, 9:00: \d+ · \d\.?\d?%" style',
        r'<b title="tags, #12: \d+ · \d\d%" style',
        r'<b title="json-ld: [\d,]+ · \d\d%" style',
        r'<i title="2026-10 · \d+: in the archive: \d+',
        r"<span>100–199</span>.*<small>[\d,]+ · \d\d%</small>",
    ):
        assert re.search(said, text), said


def test_every_label_is_there_in_each_language_with_the_same_places() -> None:
    for name, words in WORDS.items():
        assert tuple(words) == LANGUAGES, name
        assert all(words.values()), name
        places = {tuple(sorted(re.findall(r"\{\w*\}", word))) for word in words.values()}
        assert len(places) == 1, name


def test_every_way_to_end_has_a_name() -> None:
    reasons = {
        text
        for name, text in vars(finish_reasons).items()
        if name.isupper() and isinstance(text, str)
    }
    assert {f"reason:{reason}" for reason in reasons} <= set(WORDS)


def test_what_a_site_writes_is_text_and_its_links_lead_to_the_web(tmp_path: Path) -> None:
    evil = '"><script>alert(1)</script>'
    data = archive_of(
        tmp_path,
        article(1, title=evil, section=evil, url="javascript:alert(1)"),
        article(2, title=evil, duplicate_of="365info:1", language=evil, url="http://[bad"),
        article(3, section="\x00\x1b[31m"),
        audit=[Month("2026-11", listed=3, stored=2, missing=["javascript:alert(2)"])],
    )
    text = page(read(data))
    assert "<script" not in text
    assert 'href="javascript:' not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize(
    ("language", "part", "share"),
    [
        ("en", 500, "50%"), ("ru", 1, "0,1\N{NO-BREAK SPACE}%"), ("kk", 1, "0,1%"),
        ("en", 999, "99.9%"), ("en", 1000, "100%"), ("en", 0, "0%"),
    ],
)  # fmt: skip
def test_little_is_not_nothing_and_nearly_all_not_all(language: str, part: int, share: str) -> None:
    assert Labels(language).share(part, 1000) == share
    assert Labels("en").share(1, 1_000_000) == "0.1%"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"published_at": "2026-11", "date_precision": "month"},
        {"word_count": 0, "section": None},
    ],
)
def test_a_page_of_one_article_is_made(tmp_path: Path, changes: dict[str, Any]) -> None:
    text = page(read(archive_of(tmp_path, article(1, **changes))), "kk")
    assert "Новость 1" in text
    assert "scrapy audit 365info" in text


def test_ten_years_are_shown_by_month(tmp_path: Path) -> None:
    articles = (
        article(n, published_at=f"{2016 + n // 12}-{n % 12 + 1:02}-05T10:00:00+06:00")
        for n in range(120)
    )
    text = page(read(archive_of(tmp_path, *articles)))
    assert "By month" in text
    assert "By day" not in text
    assert "Jan 1\u2009–\u200931, 2016 · 1: Спорт: 1" in text
    assert "Dec 1\u2009–\u200931, 2025 · 1: Спорт: 1" in text


def test_a_few_days_have_each_its_name_wherever_the_page_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = archive_of(
        tmp_path, *(article(n, published_at=f"2026-11-{n}T10:00:00+05:00") for n in (18, 20))
    )
    here = page(read(data)).partition("<footer>")[0]
    monkeypatch.setenv("TZ", "America/New_York")
    assert scrapy("report", "-o", f"{data}/page.html", data=data).status == 0
    there = (data / "page.html").read_text("utf-8").partition("<footer>")[0]
    age = re.compile(r"<b>[^<]* ago</b>")
    assert age.sub("", there) == age.sub("", here) != here
    assert re.search(r">Nov 18</span>.*>Nov 20</span>", here)
    single = page(read(data, since=date(2026, 11, 20)))
    assert "in the course of time" not in single
    assert "365info<span>Nov 20, 2026</span>" in single


def test_an_audit_shows_months_and_what_is_missing(tmp_path: Path) -> None:
    months = [
        Month("2026-10", listed=3, stored=1, missing=[f"{ROOT}/a"], rejected=Counter(invalid=1)),
        Month("2026-11", listed=2, stored=1, missing=[f"{ROOT}/b"], gone=4),
        Month("undated", listed=1, stored=1),
        Month("0000-00", listed=1, stored=1),
        Month("9999-12", listed=1, stored=1),
    ]
    text = page(read(archive_of(tmp_path, article(1), audit=months)))
    assert "the site lists 8, the archive has 5, missing: 2." in text
    assert f'href="{ROOT}/b"' in text
    for label in ("in the archive: 1", "rejected: 1", "missing: 1", "gone from the site: 4"):
        assert label in text
    assert "scrapy crawl 365info -a urls=@missing.txt" in text


# --- In a browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert FOUND
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=FOUND.path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


MEASURES = """() => {
  const charts = [...document.querySelectorAll('.plot, .bars')];
  const texts = [...document.querySelectorAll('main *')]
    .filter(e => e.clientWidth && [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()));
  const ends = e => [e.getBoundingClientRect().left, e.getBoundingClientRect().right];
  const inside = (e, outer) => ends(e)[0] > ends(outer)[0] && ends(e)[1] < ends(outer)[1];
  const names = [...document.querySelectorAll('.names')]
    .map(e => [...e.children].filter(x => x.clientWidth).map(x => x.getBoundingClientRect()));
  return {
    charts: charts.length, ground: getComputedStyle(document.body).background,
    small: texts.filter(e => parseFloat(getComputedStyle(e).fontSize) < 9).length,
    marks: Math.min(...charts.map(e => [...e.querySelectorAll('b')]
      .filter(m => m.getBoundingClientRect().height > 2).length)),
    wide: document.documentElement.scrollWidth - innerWidth,
    cut: texts.filter(e => e.closest('.card') && !inside(e, e.closest('.card'))).length,
    over: names.filter(row => row.some((x, n) => n && x.left < row[n - 1].right)).length,
  };
}"""


@needs_browser
@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [
        ("en", "light", 1280), ("ru", "dark", 1280), ("kk", "light", 1024), ("en", "dark", 760),
        ("ru", "light", 390), ("kk", "dark", 390), ("en", "light", 340),
    ],
)  # fmt: skip
def test_the_page_is_whole_on_every_screen(
    year: Path, browser: Browser, language: str, scheme: Any, width: int
) -> None:
    said: list[str] = []
    asked: list[str] = []
    tab = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto((year / f"{language}.html").as_uri())
    seen = tab.evaluate(MEASURES)
    tab.close()
    assert said == []
    assert asked == [(year / f"{language}.html").as_uri()]
    assert (seen["charts"], seen["wide"]) == (11, 0)
    assert (seen["small"], seen["cut"], seen["over"]) == (0, 0, 0)
    assert seen["marks"] >= 2
    assert ("rgb(18, 22, 28)" in seen["ground"]) == (scheme == "dark")


# --- The command ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("--site", "365"), 1, "no articles of these days or this site"),
        (("-o", "none/report.html"), 1, "there is no directory none"),
    ],
)
def test_a_wrong_report_is_told_what_is_wrong(
    year: Path, words: tuple[str, ...], status: int, told: str
) -> None:
    run = scrapy("report", *words, data=year)
    assert (run.status, told in run.log, "Traceback" in run.log) == (status, True, False)
