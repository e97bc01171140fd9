"""Addresses: which are articles, which are sections, and which belong to another site."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kznews.sites import SITES
from kznews.sites.boilerplate import WORDPRESS
from kznews.sites.info365 import INFO365, INFO365_KAZ
from kznews.sites.site import spelt_out

ROOT = "https://365info.kz"
SLUG = f"{ROOT}/2026/10/novyj-zakon"
CYRILLIC = f"{ROOT}/2026/10/%d0%bd%d0%be%d0%b2%d1%8b%d0%b9"


@pytest.mark.parametrize(
    ("url", "article"),
    [
        (SLUG, SLUG),
        (f"{SLUG}/", SLUG),
        (f"{SLUG}?utm_source=telegram&utm_medium=social", SLUG),
        (f"{SLUG}/?fbclid=x#comments", SLUG),
        (f"{SLUG}?p=5", SLUG),
        ("http://365info.kz/2026/10/novyj-zakon", SLUG),
        ("https://www.365info.kz/2026/10/novyj-zakon", SLUG),
        ("HTTPS://365INFO.KZ/2026/10/Novyj-Zakon", SLUG),
        ("//365info.kz/2026/10/novyj-zakon", SLUG),
        ("/2026/10/novyj-zakon", SLUG),
        (f" {SLUG}\n", SLUG),
        (f" \u200b{SLUG}\ufeff\n", SLUG),
        (f"{ROOT}//2026/10//novyj-zakon", SLUG),
        (f"{SLUG}/amp", SLUG),
        (f"{SLUG}/AMP/", SLUG),
        (f"{SLUG}/2", SLUG),
        (f"{SLUG}/12/", SLUG),
        (f"{SLUG}/feed", SLUG),
        (f"{SLUG}/feed/atom/", SLUG),
        (f"{SLUG}/embed/", SLUG),
        (f"{SLUG}/trackback/", SLUG),
        (f"{SLUG}/comment-page-3/", SLUG),
        (f"{ROOT}/2026/5/slug", f"{ROOT}/2026/05/slug"),
        (f"{ROOT}/2026/10/365", f"{ROOT}/2026/10/365"),
        (f"{ROOT}/2026/10/2026", f"{ROOT}/2026/10/2026"),
        (f"{ROOT}/2026/10/12-let", f"{ROOT}/2026/10/12-let"),
        (f"{ROOT}/2026/10/novyj-zakon-2", f"{ROOT}/2026/10/novyj-zakon-2"),
        (f"{ROOT}/2026/10/page-turner", f"{ROOT}/2026/10/page-turner"),
        (f"{ROOT}/2026/10/%D0%BD%D0%BE%D0%B2%D1%8B%D0%B9", CYRILLIC),
        (f"{ROOT}/2026/10/%d0%9d%d0%be%d0%b2%d1%8b%d0%b9/", CYRILLIC),
        (f"{ROOT}/2026/10/новый", CYRILLIC),
        (f"{ROOT}/?p=123", f"{ROOT}/?p=123"),
        (f"{ROOT}?p=123", f"{ROOT}/?p=123"),
        ("http://www.365info.kz/?preview=true&p=123#more", f"{ROOT}/?p=123"),
    ],
)  # fmt: skip
def test_an_article_has_one_address(url: str, article: str) -> None:
    assert INFO365.article_url(url) == article


@pytest.mark.parametrize(
    "url",
    [
        ROOT, f"{ROOT}/", f"{ROOT}/?s=zakon", f"{ROOT}/?p=", f"{ROOT}/?p=abc", f"{ROOT}/?p=٣",
        f"{ROOT}/2026", f"{ROOT}/2026/10", f"{ROOT}/2026/10/", f"{ROOT}/2026/10/7",
        f"{ROOT}/2026/10/31/", f"{ROOT}/2026/10/31/page/2", f"{ROOT}/2026/10/page/2",
        f"{ROOT}/2026/10/feed", f"{ROOT}/2026/10/embed", f"{ROOT}/2026/10/amp",
        f"{ROOT}/2026/13/x", f"{ROOT}/2026/00/x", f"{ROOT}/1926/10/x", f"{ROOT}/20261/10/x",
        f"{SLUG}/0cc175b9c0f1b6a831c399e269772661", f"{SLUG}/attachment/foto", f"{SLUG}/page/2/3",
        f"{ROOT}/category/mir", f"{ROOT}/category/mir/page/2", f"{ROOT}/tag/zakon",
        f"{ROOT}/author/redaktor", f"{ROOT}/about", f"{ROOT}/novyj-zakon",
        f"{ROOT}/wp-content/uploads/2026/10/foto.jpg", f"{ROOT}/wp-json/wp/v2/posts/5",
        "https://kaz.365info.kz/2026/10/slug", "https://static.365info.kz/2026/10/slug",
        "https://zakon.kz/2026/10/slug", "https://365info.kz.zakon.kz/2026/10/slug",
        "https://zakon.kz/?u=https://365info.kz/2026/10/slug", "ftp://365info.kz/2026/10/slug",
        "javascript:void(0)", "mailto:a@365info.kz", "tel:+77272500000", "data:text/html,x",
        "", "#", "http://", "http://[", "http://[/2026/10/slug", "//",
    ],
)  # fmt: skip
def test_what_is_no_article_has_no_address(url: str) -> None:
    assert INFO365.article_url(url) is None


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/2026/11/" + "a" * 2048, "an address of 2,0"),
        ("/2026/11/" + "ж" * 500, "an address of 3,0"),
        ("/2026/11/a%00b", "a control character"),
        ("/2026/11/a%0Ab", "a control character"),
        ("/2026/11/a%c2%85b", "a control character"),
        ("/2026/11/a\x01b", "a control character"),
        ("/2026/11/a%2", "half a %-code"),
        ("/2026/11/100%-skidka", "half a %-code"),
        ("/2026/11/%D0%BC%D0", "half a character"),
    ],
)
def test_a_malformed_address_is_no_article_s_and_said_to_be_malformed(path: str, why: str) -> None:
    assert INFO365.article_url(ROOT + path) is None
    assert (INFO365.malformed(ROOT + path) or "").startswith(why)
    assert INFO365.malformed(f"{ROOT}/category/x{path[8:]}") is None
    assert INFO365.malformed(f"https://example.org{path}") is None
    assert len(spelt_out(ROOT + path)) <= 2048
    assert spelt_out(ROOT + path).isprintable()


def test_what_is_spelt_as_it_should_be_is_not_touched() -> None:
    for url in (f"{ROOT}/2026/11/%D0%BC%D0%B8%D1%80", f"{ROOT}/category/мир?a=%"):
        assert spelt_out(url) == url
    assert INFO365.article_url(f"{ROOT}/2026/11/slug?utm={'x' * 5000}") == f"{ROOT}/2026/11/slug"
    assert INFO365.article_url(f"{ROOT}/?p={'1' * 21}") is None


def test_even_a_broken_string_from_a_script_is_no_error() -> None:
    url = INFO365.article_url(f"{ROOT}/2026/10/obry\ud83dv")
    assert url is not None
    assert url.isascii()
    assert INFO365.article_url(url) == url


parts = st.sampled_from(
    [
        "https://365info.kz", "http://www.365info.kz", "HTTPS://365INFO.KZ", "//", "/", "2026",
        "10", "1", "31", "365", "slug", "SLUG", "новый", "Ё", "%D0%BD", "%d0%bd", "%25", "%2525",
        "%2F", "%3F", "%ff", "%0a", "İ", "ΑΣ", "page", "feed", "amp", "..", ".", ";", "&", "?",
        "?p=7", "#", " ", "[",
    ]
)  # fmt: skip
heaps = st.lists(parts, max_size=9).map("/".join) | st.lists(parts, max_size=9).map("".join)
slugs = st.text(min_size=1).map(lambda slug: f"{ROOT}/2026/10/{slug}")


@given(heaps | slugs | st.text())
def test_the_address_of_an_address_is_itself(url: str) -> None:
    for site in (INFO365, INFO365.at("http://127.0.0.1:8000")):
        article = site.article_url(url)
        if article is not None:
            assert site.article_url(article) == article
            assert article.startswith(f"{site.root}/")
            assert article.isascii()
            assert "?p=" in article or site.month_of(article) is not None


@given(heaps | st.text())
def test_no_link_is_too_strange_to_look_at(url: str) -> None:
    absolute = INFO365.absolute(url)
    assert absolute is None or absolute.startswith(f"{ROOT}/")
    INFO365.section_slug(url)


@pytest.mark.parametrize(
    ("url", "absolute"),
    [
        (f"{ROOT}/category/mir/?page=2#top", f"{ROOT}/category/mir/?page=2"),
        ("http://www.365info.kz", f"{ROOT}/"),
        ("category/mir", f"{ROOT}/category/mir"),
        ("https://zakon.kz/", None),
        ("https://kaz.365info.kz/", None),
        ("mailto:a@365info.kz", None),
        ("http://[", None),
    ],
)
def test_own_addresses_are_under_the_root(url: str, absolute: str | None) -> None:
    assert INFO365.absolute(url) == absolute


@pytest.mark.parametrize("base", ["http://127.0.0.1:8000", "http://127.0.0.1:8000/"])
def test_a_copy_is_crawled_without_straying_to_the_real_site(base: str) -> None:
    copy = INFO365.at(base)
    assert copy.root == "http://127.0.0.1:8000"
    article = "http://127.0.0.1:8000/2026/10/slug"
    for url in (article, f"{ROOT}/2026/10/slug", "http://www.365info.kz/2026/10/slug/"):
        assert copy.article_url(url) == article
    assert copy.article_url(f"{ROOT}/?p=7") == "http://127.0.0.1:8000/?p=7"
    assert copy.section_slug(f"{ROOT}/category/mir") == "mir"
    assert copy.section_url("mir") == "http://127.0.0.1:8000/category/mir"
    for url in ("http://127.0.0.1:8001/2026/10/slug", "https://kaz.365info.kz/2026/10/slug"):
        assert copy.article_url(url) is None
    assert INFO365.article_url(article) is None


@pytest.mark.parametrize(
    ("url", "month"),
    [
        (SLUG, (2026, 10)),
        (f"{ROOT}/2026/5/slug/amp", (2026, 5)),
        ("http://127.0.0.1:8000/2024/02/%d0%bd", (2024, 2)),
        (f"{ROOT}/?p=7", None),
        (f"{ROOT}/category/mir", None),
    ],
)
def test_the_address_tells_the_month(url: str, month: tuple[int, int] | None) -> None:
    assert INFO365.month_of(url) == month


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        (f"{ROOT}/category/mir", "mir"),
        ("http://www.365info.kz/Category/MIR/?utm_source=x", "mir"),
        ("/category/mir/aziya/", "aziya"),
        (f"{ROOT}/category/%D0%BC%D0%B8%D1%80", "мир"),
        (f"{ROOT}/category/mir/page/2", None),
        (f"{ROOT}/category/mir/feed/", None),
        (f"{ROOT}/category/", None),
        (f"{ROOT}/category", None),
        (f"{ROOT}/tag/mir", None),
        (f"{ROOT}/2026/10/category", None),
        (ROOT, None),
        ("https://kaz.365info.kz/category/mir", None),
        ("https://zakon.kz/category/mir", None),
        ("http://[", None),
    ],
)
def test_a_listing_names_its_section(url: str, slug: str | None) -> None:
    assert INFO365.section_slug(url) == slug


def test_a_section_is_found_at_its_own_address() -> None:
    for site in SITES.values():
        for slug in site.sections:
            assert site.section_slug(site.section_url(slug)) == slug


def test_an_article_is_named_by_its_post_else_by_its_path() -> None:
    assert INFO365.article_id(17, SLUG) == "365info:17"
    assert INFO365.article_id(None, SLUG) == "365info:2026/10/novyj-zakon"
    assert INFO365.article_id(None, CYRILLIC) == "365info:2026/10/новый"
    assert INFO365_KAZ.article_id(17, SLUG) == "365info-kaz:17"
    assert INFO365.at("http://127.0.0.1:8000").article_id(17, SLUG) == "365info:17"


def test_a_catch_all_is_known_by_slug_or_name() -> None:
    assert INFO365.is_catch_all("poslednie-novosti", None)
    assert INFO365.is_catch_all(None, "Последние новости")
    assert INFO365_KAZ.is_catch_all("songy-zhanalyqtar", "Соңғы жаңалықтар")
    assert not INFO365.is_catch_all("mir", "Мир")
    assert not INFO365.is_catch_all(None, None)


def test_the_editions_are_two_sites() -> None:
    assert list(SITES) == ["365info", "365info-kaz"]
    assert INFO365.root != INFO365_KAZ.root
    assert (INFO365.language, INFO365_KAZ.language) == ("ru", "kk")
    kazakh = "https://kaz.365info.kz/2026/10/slug"
    assert INFO365_KAZ.article_url(kazakh) == kazakh
    for url in (SLUG, "https://www.365info.kz/2026/10/slug"):
        assert INFO365_KAZ.article_url(url) is None


def test_boilerplate_is_selected_by_one_name() -> None:
    with pytest.raises(ValueError, match=r"'\.post \.advert' is no tag, \.class or #id"):
        replace(WORDPRESS, selectors=WORDPRESS.selectors | {".post .advert"})
