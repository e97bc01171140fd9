"""``scrapy inspect``: sources, selectors, bodies, cuts, and why a page is no article."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kznews.commands import one_page
from kznews.commands.inspect import Command
from kznews.inspection import explain
from kznews.inspection.explain import Record
from kznews.inspection.render import as_text
from kznews.items import Article
from kznews.monitoring.messages import WIDTH
from kznews.pages.article import read_article
from kznews.pages.body import Cut
from kznews.sites import SITES
from replica import Newsroom, Server
from replica.faults import Fault
from tests.crawling import FAST, ROOT, Run, scrapy
from tests.reading import SITE, page

PAGES = ROOT / "tests" / "frozen" / "365info"
WHOLE = PAGES / "current" / "many-blocks-2026.html"
FILES = sorted(PAGES.parent.rglob("*.html"))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Newsroom(articles=30, oddities=False)) as server:
        yield server


def inspect(path: Path, url: str | None = None) -> Record:
    return explain.inspect(one_page.open_file(path, url, None))


def written(tmp_path: Path, html: str) -> Path:
    path = tmp_path / "page.html"
    path.write_text(html, "utf-8")
    return path


def fragment(tmp_path: Path, inside: str, head: str = "") -> Record:
    """Inspect a page of the current theme with a fragment in its container."""
    html = (
        '<html><head><link rel="canonical" href="https://365info.kz/2024/03/zametka">'
        f'{head}</head><body><div class="layout-singular"><h1 class="singular__title">Заметка</h1>'
        f'<div class="singular__content">{inside}</div></div></body></html>'
    )
    return inspect(written(tmp_path, html))


def says(found: Record, field: str) -> dict[str, Any]:
    return {said["source"]: said["value"] for said in found["fields"][field]["sources"]}


def notes(found: Record, field: str) -> dict[str, Any]:
    return {said["source"]: said["note"] for said in found["fields"][field]["sources"]}


def counts(found: Record, layout: str) -> dict[str, int]:
    (theme,) = [theme for theme in found["layouts"] if theme["name"] == layout]
    return {match["selector"]: match["elements"] for match in theme["selectors"]}


def run(*words: str, data: Path) -> Run:
    return scrapy("inspect", *words, *FAST, data=data)


def test_every_source_of_a_field_has_its_say() -> None:
    found = inspect(WHOLE)
    title = "Паводок-2026: что известно к вечеру 14 апреля"
    assert found["fields"]["title"]["value"] == title
    assert found["fields"]["title"]["source"] == "json-ld"
    said = says(found, "title")
    assert {said[x].replace("\xa0", " ") for x in ("json-ld", "layout", "meta")} == {title}
    authors = says(found, "authors")
    assert authors["json-ld"] == ["Асель Нурланова", "Игорь Пак"]
    assert authors["layout"] is None
    dates = {
        said["source"]: (said["value"], said["note"])
        for said in found["fields"]["published_at"]["sources"]
    }
    assert dates["text"] == ("14 апреля, 18:20", "2026-04-14T18:20:00+05:00")
    assert dates["url"] == ("2026-04", None)
    assert says(found, "modified_at")["meta"] == "2026-04-15T04:01:09+00:00"
    assert set(says(found, "images")) == {"layout", "json-ld", "meta", "thumbnail", "below title"}
    lines = as_text(found).splitlines()
    assert f"  > json-ld     {title}" in lines
    assert f"    layout      {title}" in lines
    assert "    layout      -" in lines


def test_what_is_shown_is_what_a_crawl_delivers() -> None:
    found = inspect(WHOLE)
    delivered = json.loads(WHOLE.with_suffix(".json").read_text("utf-8"))["article"]
    article = Article()
    for name, field in found["fields"].items():
        setattr(article, name, field["value"])
    assert article.text.split("\n\n") == delivered["text"]
    assert article.sections == delivered["sections"]
    for name in ("title", "lead", "authors", "tags", "section", "published_at", "modified_at"):
        assert found["fields"][name]["value"] == delivered[name]
        source = {"lead": "text", "section": "sections"}.get(name, name)
        assert found["fields"][name]["source"] == delivered["provenance"][source]


def test_a_date_that_is_passed_over_is_shown_with_the_reason(tmp_path: Path) -> None:
    head = (
        '<meta property="article:published_time" content="2023-01-05T10:00:00+00:00">'
        '<meta property="article:modified_time" content="1970-01-01T00:00:00+00:00">'
    )
    found = fragment(tmp_path, "<p>Слова.</p>", head)
    assert (
        notes(found, "published_at")["meta"]
        == "2023-01-05T16:00:00+06:00, not in the month of the address"
    )
    assert notes(found, "modified_at")["meta"] == "no date that can be an article's"


def test_a_renamed_class_matches_nothing_and_another_reader_takes_over(tmp_path: Path) -> None:
    before = inspect(WHOLE)
    assert counts(before, "current")["div.singular__content"] == 2
    assert before["fields"]["text"]["source"] == "current"
    html = WHOLE.read_text("utf-8").replace("singular__content", "post__words")
    after = inspect(written(tmp_path, html))
    assert counts(after, "current")["div.singular__content"] == 0
    assert counts(after, "current")["h1.singular__title"] == 1
    assert after["layout"] is None
    assert after["fields"]["text"]["source"] == "generic"
    shown = as_text(after)
    assert re.search(r"^    body +0  div\.singular__content$", shown, re.MULTILINE)
    assert re.search(r"^  > generic +\d+ words +\d+ blocks$", shown, re.MULTILINE)
    assert "body read by: generic" in " ".join(shown.split())


def test_every_reader_of_a_body_says_what_it_would_have_found(tmp_path: Path) -> None:
    html = WHOLE.read_text("utf-8").replace("singular__content", "js-mediator-article")
    bodies = {(x["source"], x["selector"]): x for x in inspect(written(tmp_path, html))["bodies"]}
    hook = bodies["hook", ".js-mediator-article"]
    assert hook["elements"] == 2
    assert hook["words"] > 50
    assert hook["first"]
    assert bodies["current", "div.singular__content"]["words"] == 0
    assert bodies["generic", None]["words"] > 50
    assert list(dict.fromkeys(source for source, _ in bodies)) == [
        *(layout.name for layout in SITE.layouts), "hook", "generic",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("inside", "kind", "rule", "words"),
    [
        ('<div class="share">Поделиться</div>', "element", ".share", "Поделиться"),
        ("<form><b>Имя</b></form>", "element", "form", "Имя"),
        ("<p>Заметили ошибку? Пишите</p>", "phrase", r"(?:Если\s+вы\s+)?", "Заметили ошибку"),
        ("<p>Жарнама</p>", "phrase", r"\W*(?:Реклама|Жарнама", "Жарнама"),
        (
            '<p>Читайте также: <a href="/2024/01/x">Другое</a></p>',
            "link phrase", r"(?:Чита(?:", "Читайте также",
        ),
        ('<p>По теме:</p><p><a href="/2024/01/x">Другое</a></p>', "links", "after a ", "Другое"),
        ("<p>Слова.<br>Фото: Тенгри</p>", "credit", "a line of its own", "Фото: Тенгри"),
        (
            '<figure><img src="a.jpg"><figcaption>Мост. Фото: АП</figcaption></figure>',
            "credit", "in a caption", "Мост. Фото: АП",
        ),
        ('<p>Слова [gallery ids="1,2"]</p>', "shortcode", "[gallery]", '[gallery ids="1,2"]'),
        ("<h2>Заметка</h2>", "repeated", "the headline has it", "Заметка"),
        (
            '</div><div class="singular__content"><p>Первый абзац.</p>',
            "repeated", "an earlier container has it", "Первый абзац.",
        ),
        (
            '<blockquote class="wp-embedded-content"><a href="/2024/01/x">Другое</a></blockquote>',
            "embedded", "its link is kept", "Другое",
        ),
    ],
)  # fmt: skip
def test_what_is_cut_is_shown_with_its_rule(
    tmp_path: Path, inside: str, kind: str, rule: str, words: str
) -> None:
    before = "" if kind == "repeated" and "h2" in inside else "<p>Первый абзац.</p>"
    found = fragment(tmp_path, f"{before}{inside}<p>Второй.</p>")
    cuts = [cut for cut in found["cuts"] if cut["kind"] == kind]
    assert len(cuts) == 1
    assert cuts[0]["rule"].startswith(rule)
    assert cuts[0]["words"].startswith(words)
    shown = as_text(found).partition("CUT")[2]
    assert cuts[0]["rule"][:40] in shown
    assert f"«{words}" in shown


def test_noting_what_is_cut_changes_no_reading() -> None:
    html = WHOLE.read_text("utf-8")
    one = read_article([page(html)])
    cuts: list[Cut] = []
    other = read_article([page(html)], cuts)
    assert cuts
    assert one == other


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("not-an-article-password", "protected (the site asks for a password)"),
        ("not-an-article-category", "not_an_article (the page calls itself archive, category)"),
        ("not-an-article-challenge", "challenge (Cloudflare asks for a browser check). It is not"),
    ],
)
def test_a_page_that_is_no_article_says_why(name: str, told: str) -> None:
    found = inspect(PAGES / "current" / f"{name}.html")
    assert not found["verdict"]["article"]
    assert told in " ".join(as_text(found).split())


def test_a_page_without_a_body_says_what_was_cut_of_it(tmp_path: Path) -> None:
    found = fragment(tmp_path, "<p>Подписывайтесь на наш Telegram-канал</p>")
    assert found["verdict"]["reason"] == "no_body"
    assert [cut["kind"] for cut in found["cuts"]] == ["phrase"]


def test_half_a_page_and_none_are_told_apart(tmp_path: Path) -> None:
    half = WHOLE.read_text("utf-8").partition("Сергеевка")[0]
    assert inspect(written(tmp_path, half))["verdict"]["reason"] == "truncated"
    url = "https://365info.kz/2026/04/pavodok"
    assert inspect(written(tmp_path, ""), url)["verdict"]["reason"] == "empty"
    assert inspect(written(tmp_path, "%PDF-1.7"), url)["verdict"]["reason"] == "not_html"


def test_a_listing_is_told_as_one() -> None:
    found = inspect(PAGES / "current" / "listing-category.html")
    assert found["verdict"]["reason"] == "not_an_article"
    assert found["listing"]
    assert found["listing"]["layout"] == "current"
    assert found["listing"]["links"] > 1
    assert counts(found, "current")["a.archive__item-link"] > 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PAGES.parent)))
def test_every_frozen_page_can_be_inspected_on_a_terminal_of_80_columns(path: Path) -> None:
    found = inspect(path)
    record = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert found["verdict"]["article"] == ("article" in record)
    assert found["verdict"]["reason"] == record.get("reason") or path.name.startswith("listing")
    address = max(len(line) for line in as_text(found).splitlines() if line.startswith("http"))
    assert max(map(len, as_text(found).splitlines())) <= max(WIDTH, address)


def test_an_address_and_the_saved_page_give_the_same(server: Server, tmp_path: Path) -> None:
    url = server.url + server.newsroom.newest_first[3].path
    fetched = run(url, "--site", "365info", "--json", data=tmp_path)
    assert fetched.status == 0, fetched.log
    one = json.loads(fetched.log)
    assert one["fields"]["title"]["source"] == "json-ld"
    hits = [hit.path for hit in server.log]
    assert hits == ["/robots.txt", server.newsroom.newest_first[3].path]
    html = server._listeners[0].answer(server.newsroom.newest_first[3].path, server.url).body
    assert isinstance(html, str | bytes)
    path = tmp_path / "saved.html"
    path.write_bytes(html.encode() if isinstance(html, str) else html)
    two = json.loads(run(str(path), "--site", "365info", "--json", data=tmp_path).log)
    del one["seen_at"], two["seen_at"]
    assert one == two
    assert sorted(tmp_path.iterdir()) == [path]  # neither archive nor feeds


def test_a_page_that_cannot_be_had_is_one_clear_line(server: Server, tmp_path: Path) -> None:
    gone = run(f"{server.url}/2026/11/net-takoj", "--site", "365info", data=tmp_path)
    assert gone.status == 1
    assert gone.log.startswith("Cannot be fetched: http_404.")
    path = server.newsroom.newest_first[5].path
    server.fault(path, Fault.challenge())
    challenged = run(server.url + path, "--site", "365info", "--json", data=tmp_path)
    assert challenged.status == 1
    verdict = json.loads(challenged.log)["verdict"]
    assert (verdict["article"], verdict["reason"]) == (False, "challenge")


def test_an_unreachable_site_is_one_clear_line(tmp_path: Path) -> None:
    found = run("http://127.0.0.1:9/2026/11/slug", "--site", "365info", data=tmp_path)
    assert found.status == 1
    assert found.log.startswith("Cannot be fetched: unreachable (")
    assert "Traceback" not in found.log
    assert "network up?" in found.log


@pytest.mark.parametrize(
    ("args", "site", "url", "told"),
    [
        ([], None, None, "name one page"),
        (["one.html", "two.html"], None, None, "name one page"),
        (["no-such-file.html"], None, None, "is neither a file nor an address"),
        (["http://[bad/2026/11/x"], None, None, "is neither a file nor an address"),
        (["https://example.kz/2026/11/x"], None, None, "example.kz is none of the known hosts"),
        (["https://365info.kz/2026/11/x"], "365", None, "there is no site '365'; there are"),
        (["https://365info.kz/2026/11/x"], None, "https://365info.kz/x", "is for saved pages"),
        ([str(ROOT / "README.md")], None, "365info.kz/x", "is no address such as"),
    ],
)
def test_wrong_usage_is_named(
    args: list[str], site: str | None, url: str | None, told: str
) -> None:
    with pytest.raises(one_page.UsageError, match=told):
        one_page.look_at(Command(), args, argparse.Namespace(site=site, url=url))


def test_wrong_usage_has_status_2(tmp_path: Path) -> None:
    found = run("http://127.0.0.1:9/2026/11/slug", data=tmp_path)
    assert found.status == 2
    assert "say whose pages it has: --site" in found.log


def test_a_saved_page_must_name_its_address_or_be_given_one(tmp_path: Path) -> None:
    path = written(tmp_path, "<html><body><article>Слова.</article></body></html>")
    with pytest.raises(one_page.UsageError, match="give it with --url"):
        one_page.open_file(path, None, None)
    given = one_page.open_file(path, "https://kaz.365info.kz/2026/11/soz", None)
    assert given.site is SITES["365info-kaz"]


@pytest.mark.parametrize(
    ("url", "name", "root"),
    [
        ("https://www.365info.kz/2026/11/x", None, "https://365info.kz"),
        ("http://127.0.0.1:8365/2026/11/x", "365info-kaz", "http://127.0.0.1:8365"),
        ("https://example.kz/2026/11/x", "wordpress", "https://example.kz"),
    ],
)
def test_the_site_is_told_by_the_address_or_by_name(url: str, name: str | None, root: str) -> None:
    assert one_page.site_of(url, name).root == root


def test_a_doubted_article_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def doubting(*given: Any) -> Article:
        article = read_article(*given)
        article.suspect = "text has 12 of 300 words"
        return article

    monkeypatch.setattr(explain, "read_article", doubting)
    found = inspect(WHOLE)
    assert found["verdict"]["article"]
    assert found["verdict"]["suspect"] == "text has 12 of 300 words"
    assert "Suspect: text has 12 of 300 words." in as_text(found).splitlines()
