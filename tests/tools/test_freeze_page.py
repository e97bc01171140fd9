"""A frozen page reads as the original did; existing files are not overwritten."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from kznews.sites import SITES
from replica import Newsroom, Server
from tests.crawling import FAST, ROOT, run_module
from tools import freeze_page
from tools.freeze_page import CannotFreezeError, Command, stripped

PAGES = ROOT / "tests" / "frozen"
WHOLE = PAGES / "365info" / "current" / "many-blocks-2026.html"
FILES = sorted(PAGES.rglob("*.html"))
USELESS = (
    "<script>track()</script>",
    '<script type="text/javascript" src="/a.js?ver=1"></script>',
    "<style>p { color: red }</style>",
    "<!-- cached page, 0.1 s -->",
    '<link rel="stylesheet" href="/style.css">',
    '<link rel="dns-prefetch" href="//s.w.org">',
    '<meta name="csrf-token" content="2f5a">',
    '<meta name="google-site-verification" content="2f5a">',
    '<input type="hidden" name="_wpnonce" value="2f5a">',
    '<noscript><img src="https://mc.yandex.ru/watch/1" alt=""></noscript>',
    '<iframe src="https://www.googletagmanager.com/ns.html?id=GTM-1"></iframe>',
)
NEEDED = (
    '<script type="application/ld+json">{"@type": "NewsArticle"} <!-- no comment --></script>',
    '<script async data-telegram-post="kz/1" src="https://telegram.org/widget.js?22"></script>',
    '<link rel="canonical" href="https://365info.kz/2024/03/zametka">',
    '<link href="/?p=12" rel=shortlink>',
    '<meta property="og:title" content="Заметка">',
    "<noscript><img src='a.jpg'></noscript>",
    '<iframe src="https://www.youtube.com/embed/1"></iframe>',
    "<p>5 < 6&nbsp;&mdash; <b>не</i> <p>закрыто",
)


def freeze(path: Path, to: Path, **options: Any) -> Path:
    """Freeze a saved page as the command does."""
    given = {"url": None, "site": None, "name": None, "listing": False, "force": False}
    command = Command()
    command.crawler_process = None
    opts = argparse.Namespace(**{**given, "to": to, **options})
    return command.freeze([str(path)], opts)


def written(tmp_path: Path, html: str) -> Path:
    path = tmp_path / "page.html"
    path.write_text(html, "utf-8")
    return path


def reading(path: Path) -> tuple[freeze_page.Record, freeze_page.Record]:
    """Return what is read from a frozen page, and what should be, as its test does."""
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    seen = {key: expected.pop(key) for key in ("url", "seen_at", "status") if key in expected}
    site = SITES[path.parent.parent.name]
    return freeze_page.read(path.name, site, path.read_bytes(), seen), expected


@pytest.mark.parametrize("piece", USELESS)
def test_what_no_reader_reads_goes(piece: str) -> None:
    assert stripped(f"<p>Раз.</p>\n{piece}\n<p>Два.</p>\n") == "<p>Раз.</p>\n<p>Два.</p>\n"
    assert stripped(f"<p>Раз{piece}два</p>") == "<p>Раздва</p>"


@pytest.mark.parametrize("piece", NEEDED)
def test_what_a_reader_reads_stays_as_it_is_written(piece: str) -> None:
    assert stripped(f"<div>\n  {piece}\n</div>") == f"<div>\n  {piece}\n</div>"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<a href='/x' onclick=\"go('>')\" class=b>", "<a href='/x' class=b>"),
        ('<body\n onload="x()" class="single">', '<body class="single">'),
        ('<form data-nonce="2f5a" action="/s">', '<form action="/s">'),
        ('<blockquote class="c" data-secret="Ab1"><p>', '<blockquote class="c"><p>'),
        ('<a href="/x?_wpnonce=2f5a&amp;a=1">', '<a href="/x?a=1">'),
        ('<a href="/x?a=1&token=2f5a">', '<a href="/x?a=1&">'),
        ('<img src="a.jpg" />', '<img src="a.jpg" />'),
    ],
)
def test_handlers_and_secrets_go_and_other_attributes_stay(before: str, after: str) -> None:
    assert stripped(before) == after


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PAGES)))
def test_every_frozen_page_can_be_frozen_again(path: Path, tmp_path: Path) -> None:
    listing = path.name.startswith("listing")
    if "challenge" in path.name:
        with pytest.raises(CannotFreezeError, match="no page of the site"):
            freeze(path, tmp_path)
        return
    again = freeze(path, tmp_path, listing=listing, name=path.stem)
    assert again.relative_to(tmp_path) == path.relative_to(PAGES)
    read, expected = reading(again)
    assert read == expected
    assert freeze_page.layout_of(read) in {None, again.parent.name}
    before = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert json.loads(again.with_suffix(".json").read_text("utf-8")) == before
    assert again.stat().st_size <= path.stat().st_size


def test_a_page_that_reads_otherwise_when_stripped_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(text: str) -> str:
        return stripped(text).replace("Сергеевка", "")

    monkeypatch.setattr("tools.freeze_page.stripped", too_much)
    with pytest.raises(CannotFreezeError, match=r"reads otherwise \(article\.text\)"):
        freeze(WHOLE, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_difference_is_named_by_its_field() -> None:
    one = {"article": {"title": "А", "text": ["x"]}, "snapshot": None}
    assert freeze_page.first_difference(one, json.loads(json.dumps(one))) is None
    other = {"article": {"title": "А", "text": ["y"]}, "snapshot": None}
    assert freeze_page.first_difference(one, other) == "article.text"
    assert freeze_page.first_difference(one, {"reason": "no_body"}) == "article"


def test_half_a_page_is_no_model(tmp_path: Path) -> None:
    half = written(tmp_path, WHOLE.read_text("utf-8").partition("Сергеевка")[0])
    with pytest.raises(CannotFreezeError, match="ends inside the article"):
        freeze(half, tmp_path / "to")
    assert not (tmp_path / "to").exists()


def test_what_is_there_is_replaced_only_on_request(tmp_path: Path) -> None:
    first = freeze(WHOLE, tmp_path, name="page")
    frozen = first.with_suffix(".json")
    frozen.write_text("{}")
    with pytest.raises(CannotFreezeError, match="is there already: --force replaces it"):
        freeze(WHOLE, tmp_path, name="page")
    first.unlink()
    with pytest.raises(CannotFreezeError, match=r"page\.json is there already"):
        freeze(WHOLE, tmp_path, name="page")
    assert (frozen.read_text(), first.exists()) == ("{}", False)
    freeze(WHOLE, tmp_path, name="page", force=True)
    assert reading(first)[0] == reading(first)[1]


def test_an_article_whose_address_begins_like_a_listing_is_frozen_as_an_article(
    tmp_path: Path,
) -> None:
    slug = "pavodok-2026-chto-izvestno-k-vecheru-14-aprelya"
    html = WHOLE.read_text("utf-8").replace(slug, "listing-na-birzhe")
    frozen = freeze(written(tmp_path, html), tmp_path / "to")
    assert "article" in reading(frozen)[0]
    assert not frozen.name.startswith("listing")


def test_a_page_of_a_copy_is_frozen_under_the_sites_own_address(tmp_path: Path) -> None:
    with Server(Newsroom(articles=20, oddities=False)) as server:
        post = server.newsroom.newest_first[2]
        words = (server.url + post.path, "--site", "365info", "--to", str(tmp_path / "to"), *FAST)
        run = run_module("tools.freeze_page", *words, data=tmp_path / "data")
        again = run_module("tools.freeze_page", *words, data=tmp_path / "data")
        here = server.url
    assert run.status == 0, run.log
    (frozen,) = (tmp_path / "to").rglob("*.html")
    assert str(frozen) in run.log
    assert "no person has accepted it yet" in run.log
    assert frozen.parent.name == "current"
    assert here.encode() not in frozen.read_bytes()
    read, expected = reading(frozen)
    assert read == expected
    assert read["article"]["url"] == f"https://365info.kz{post.path}"
    assert read["article"]["id"] == f"365info:{post.id}"
    assert (again.status, "is there already" in again.log) == (1, True)
    assert not (tmp_path / "data").exists()


def test_a_site_without_frozen_pages_is_wrong_usage(tmp_path: Path) -> None:
    run = run_module(
        "tools.freeze_page", str(WHOLE), "--site", "wordpress", "--to", str(tmp_path), data=tmp_path
    )
    assert (run.status, "docs/adding-a-site.md" in run.log) == (2, True)
