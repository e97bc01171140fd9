"""Arguments of spiders: what is accepted, messages for the rest, bounds of the days."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kznews import dates
from kznews.sites.info365 import INFO365, INFO365_KAZ
from kznews.spiders import editions
from kznews.spiders.arguments import (
    ARGUMENTS,
    COMMON,
    ArgumentError,
    Arguments,
    Window,
    manual,
    parse,
)
from kznews.spiders.base import NewsSpider
from tests.crawling import scrapy

SPIDERS = [
    spider
    for spider in vars(editions).values()
    if isinstance(spider, type) and spider.__module__ == editions.__name__
]
ALMATY = ZoneInfo("Asia/Almaty")
URL = "https://365info.kz/2026/11/slug"
OTHER = "https://365info.kz/2026/11/other"
EXPECTED = {
    "sections": "slugs",
    "since": "a day such as",
    "until": "a day such as",
    "max_pages": "a whole number from 1 up",
    "max_articles": "a whole number from 1 up",
    "urls": "article address",
    "base_url": "an address such as http",
    "full": "1 or 0",
    "order": "newest or oldest",
    "source": "rest or sitemap or sections",
    "site": "an address such as http",
}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("sections", "politika", ("politika",)),
        ("sections", " Politika, mir,,politika ", ("politika", "mir")),
        ("sections", "v-mire,новости,%d0%bc", ("v-mire", "новости", "%d0%bc")),
        ("since", "2026-11-01", date(2026, 11, 1)),
        ("until", " 2024-02-29 ", date(2024, 2, 29)),
        ("max_pages", "1", 1),
        ("max_articles", "5000", 5000),
        ("urls", f"{URL}, {OTHER},{URL},", (URL, OTHER)),
        ("urls", "https://365info.kz/?p=17", ("https://365info.kz/?p=17",)),
        ("base_url", "http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("base_url", " https://mirror.kz ", "https://mirror.kz"),
        ("base_url", "http://[::1]:8000", "http://[::1]:8000"),
        ("full", "1", True),
        ("full", "TRUE", True),
        ("full", "yes", True),
        ("full", "0", False),
        ("full", "no", False),
        ("order", " Oldest", "oldest"),
        ("source", "sitemap", "sitemap"),
        ("site", "https://example.kz/", "https://example.kz"),
    ],
)
def test_a_good_value_is_read(name: str, text: str, value: Any) -> None:
    assert getattr(parse({name: text}, INFO365, ARGUMENTS), name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sections", ""),
        ("sections", " , "),
        ("sections", "politika mir"),
        ("sections", "https://365info.kz/category/mir"),
        ("since", ""),
        ("since", "01.11.2026"),
        ("since", "2026-11-31"),
        ("since", "вчера"),
        ("until", "2026-11"),
        ("until", "2026-11-01T10:00"),
        ("max_pages", "0"),
        ("max_pages", "-1"),
        ("max_pages", "2.5"),
        ("max_pages", "²"),
        ("max_articles", ""),
        ("max_articles", "all"),
        ("urls", ""),
        ("urls", " , "),
        ("base_url", ""),
        ("base_url", "365info.kz"),
        ("base_url", "ftp://365info.kz"),
        ("base_url", "http://"),
        ("base_url", "http://:8000"),
        ("base_url", "http://127.0.0.1:99999"),
        ("base_url", "http://["),
        ("base_url", "http://x.kz/copy"),
        ("base_url", "http://x.kz/?page=2"),
        ("full", ""),
        ("full", "2"),
    ],
)
def test_a_bad_value_is_refused_with_the_name_and_the_remedy(name: str, text: str) -> None:
    with pytest.raises(ArgumentError, match=f"expected .*{EXPECTED[name]}") as refused:
        parse({name: text}, INFO365, ARGUMENTS)
    assert f"spider argument {name}={text!r}: " in str(refused.value)
    assert "`-a help=1`" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_unknown_argument_is_refused_and_the_likely_one_is_named() -> None:
    with pytest.raises(ArgumentError, match="unknown spider argument 'sektions'") as refused:
        parse({"sektions": "mir"}, INFO365, ARGUMENTS)
    assert "(did you mean 'sections'?)" in str(refused.value)
    assert "`-a help=1`" in str(refused.value)


def test_every_argument_is_explained_in_the_order_of_its_declaration() -> None:
    assert [field.name for field in fields(Arguments)] == list(ARGUMENTS)
    shown = manual("scrapy crawl x", "Everything.", ARGUMENTS)
    assert re.findall(r"^  -a (\w+)=", shown, re.MULTILINE) == list(ARGUMENTS)
    for name, argument in ARGUMENTS.items():
        assert f"-a {name}={argument.example} {argument.meaning}" in " ".join(shown.split())


def test_the_example_of_an_argument_is_one_that_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "missing.txt").write_text(URL)
    examples = {name: argument.example for name, argument in ARGUMENTS.items()}
    for name, example in examples.items():
        site = {"site": examples["site"]} if name == "site" else {}
        assert parse({name: example, **site}, INFO365, ARGUMENTS) != Arguments()


@pytest.mark.parametrize("spider", SPIDERS, ids=lambda spider: spider.name)
def test_what_a_spider_says_of_itself_fits_a_terminal(spider: type[NewsSpider]) -> None:
    shown = manual(f"scrapy crawl {spider.name}", str(spider.__doc__), spider.taken())
    assert set(re.findall(r"^  -a (\w+)=", shown, re.MULTILINE)) == spider.taken()
    assert max(map(len, shown.splitlines())) <= 80
    *_, example = shown.splitlines()
    assert example.startswith(f"  scrapy crawl {spider.name} -a ")
    given = dict(word.split("=") for word in example.split()[3:] if "=" in word)
    assert spider.read_arguments(given) != Arguments()


@pytest.mark.parametrize("words", [("crawl", "365info-kaz"), ("audit", "wordpress-latest")])
def test_help_explains_and_leaves_everything_alone(words: tuple[str, str], tmp_path: Path) -> None:
    run = scrapy(*words, "-a", "help=1", data=tmp_path / "data")
    assert run.status == 0
    assert f"  scrapy {' '.join(words)} -a " in run.log
    assert "INFO" not in run.log
    assert list(tmp_path.iterdir()) == []


def test_what_scrapyd_adds_is_passed_over() -> None:
    assert parse({"_job": "6487ec79947edab3", "_version": "1"}, INFO365, ARGUMENTS) == Arguments()


def test_nothing_given_restricts_nothing() -> None:
    assert parse({}, INFO365, ARGUMENTS) == Arguments()
    assert Arguments().site_of(INFO365) is INFO365


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    one_day = {"since": "2026-11-01", "until": "2026-11-01"}
    assert parse(one_day, INFO365, ARGUMENTS).since == date(2026, 11, 1)
    with pytest.raises(ArgumentError, match="since=2026-11-02 is later than until=2026-11-01"):
        parse({**one_day, "since": "2026-11-02"}, INFO365, ARGUMENTS)


def test_addresses_come_from_a_file(tmp_path: Path) -> None:
    listed = tmp_path / "адреса.txt"
    listed.write_text(f"\ufeff{URL}\r\n\r\n  {OTHER}\n{URL}\n", encoding="utf-8")
    assert parse({"urls": f"@{listed}"}, INFO365, ARGUMENTS).urls == (URL, OTHER)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot read the list of addresses: .*No such file.*list.txt"),
        ("Привет".encode("cp1251"), "cannot read the list of addresses: .*utf-8"),
        (b"https://365info.kz/about\n", "'https://365info.kz/about' is no article address"),
    ],
)
def test_a_list_of_addresses_that_cannot_be_read_is_refused(
    content: bytes | None, message: str, tmp_path: Path
) -> None:
    listed = tmp_path / "list.txt"
    if content is not None:
        listed.write_bytes(content)
    with pytest.raises(ArgumentError, match=message) as refused:
        parse({"urls": f"@{listed}"}, INFO365, ARGUMENTS)
    assert "spider argument urls" in str(refused.value)


def test_an_empty_list_of_addresses_is_nothing_to_fetch(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(" \n\n")
    assert parse({"urls": f"@{listed}"}, INFO365, ARGUMENTS).urls == ()


@pytest.mark.parametrize(
    "url",
    [
        "https://zakon.kz/2026/11/slug",
        "https://kaz.365info.kz/2026/11/slug",
        "https://365info.kz/category/mir",
        "https://365info.kz/",
        "http://[",
        "nonsense",
    ],
)
def test_an_address_that_is_no_article_of_the_site_is_refused(url: str) -> None:
    with pytest.raises(ArgumentError, match=rf"expected {INFO365.root}/2026/11/slug") as refused:
        parse({"urls": f"{URL},{url}"}, INFO365, ARGUMENTS)
    assert repr(url) in str(refused.value)


def test_the_base_address_decides_what_is_an_own_address() -> None:
    copy = "http://127.0.0.1:8000"
    arguments = parse({"base_url": copy, "urls": f"{URL},{copy}/2026/11/slug"}, INFO365, ARGUMENTS)
    assert arguments.site_of(INFO365).root == copy
    assert arguments.site_of(INFO365_KAZ).root == copy
    with pytest.raises(ArgumentError, match=f"no article address of {copy} "):
        parse({"base_url": copy, "urls": "http://127.0.0.1:8001/2026/11/slug"}, INFO365, ARGUMENTS)


def window(since: str | None, until: str | None) -> Window:
    given = {"since": since, "until": until}
    asked = parse({name: day for name, day in given.items() if day}, INFO365, ARGUMENTS)
    return asked.window(INFO365.zone)


@pytest.mark.parametrize(
    ("since", "until", "raw", "misses"),
    [
        # both days belong to the window, by the site's clock
        ("2026-11-01", None, "2026-10-31T23:59:59+05:00", True),
        ("2026-11-01", None, "2026-11-01T00:00:00+05:00", False),
        ("2026-11-01", None, "2026-10-31T19:00:00Z", False),
        ("2026-11-01", None, "2026-10-31T18:59:59Z", True),
        (None, "2026-11-01", "2026-11-01T23:59:59+05:00", False),
        (None, "2026-11-01", "2026-11-02T00:00:00+05:00", True),
        # the day of 25 hours: 2024-02-29 ends at 19:00 UTC and began at 18:00 UTC
        ("2024-02-29", "2024-02-29", "2024-02-28T17:59:59Z", True),
        ("2024-02-29", "2024-02-29", "2024-02-28T18:00:00Z", False),
        ("2024-02-29", "2024-02-29", "2024-02-29T17:30:00Z", False),
        ("2024-02-29", "2024-02-29", "2024-02-29T18:59:59Z", False),
        ("2024-02-29", "2024-02-29", "2024-02-29T19:00:00Z", True),
        ("2024-03-01", None, "2024-02-29T18:59:59Z", True),
        ("2024-03-01", None, "2024-02-29T19:00:00Z", False),
        # what is known only to the minute, the day or the month may lie inside
        ("2026-11-23", None, "2026-11-22T23:59", True),
        ("2026-11-23", "2026-11-23", "2026-11-23", False),
        ("2026-11-23", None, "2026-11-22", True),
        (None, "2026-11-23", "2026-11-24", True),
        ("2026-11-30", None, "2026-11", False),
        ("2026-12-01", None, "2026-11", True),
        (None, "2026-11-01", "2026-11", False),
        (None, "2026-10-31", "2026-11", True),
        ("2024-02-29", None, "2024-02", False),
        # no restriction, and days that only a careless user writes
        (None, None, "2000-01-01T00:00:00Z", False),
        (None, None, "2035-12-31T23:59:59Z", False),
        ("0001-01-01", "9999-12-31", "2026-11-23", False),
    ],
)
def test_a_window_holds_its_first_and_its_last_day(
    since: str | None, until: str | None, raw: str, misses: bool
) -> None:
    moment = dates.read_machine(raw, ALMATY)
    assert moment is not None
    assert window(since, until).misses(moment) is misses


def test_what_has_no_date_is_not_missed() -> None:
    assert not window("2026-11-01", "2026-11-01").misses(None)


def test_too_old_and_too_young_are_told_apart() -> None:
    asked = window("2026-11-10", "2026-11-20")
    for raw, after, before in (
        ("2026-11-09", True, False),
        ("2026-11-10", False, False),
        ("2026-11-20", False, False),
        ("2026-11-21", False, True),
        ("2026-11", False, False),
    ):
        moment = dates.read_machine(raw, ALMATY)
        assert moment is not None
        assert (asked.is_after(moment), asked.misses(moment)) == (after, after or before)


def test_a_spider_takes_its_own_arguments_only() -> None:
    with pytest.raises(ArgumentError, match="unknown spider argument 'source'"):
        parse({"source": "rest"}, INFO365)
    assert "-a source=" not in manual("scrapy crawl x", "x", COMMON)


def test_a_spider_without_a_site_must_be_told_one() -> None:
    with pytest.raises(ArgumentError, match="name the site: -a site="):
        parse({}, None, {"site"})
    arguments = parse({"site": "https://www.example.kz"}, None, {"site"})
    site = arguments.site_of(None)
    assert (site.name, site.root) == ("example.kz", "https://www.example.kz")


def test_an_argument_is_understood_by_its_earlier_name() -> None:
    assert parse({"door": "sitemap"}, INFO365, {"source"}).source == "sitemap"
