"""Sitemaps of real servers: packed, cut, with text before the XML, circular, endless."""

from __future__ import annotations

import gzip
import re
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kznews.wordpress.inflate import MAX_LAYERS, inflate
from kznews.wordpress.sitemap import NoSitemapError, is_of_articles, read_sitemap
from replica import Fault, Newsroom, Server
from replica.answer import XML, Answer
from tests.crawling import Run, crawl

MOST = 1_000_000
ARTICLES = 24


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(Newsroom(articles=ARTICLES, oddities=False)) as server:
        yield server


def backfill(server: Server, data: Path, *words: str) -> Run:
    return crawl(server.url, data, *words, spider="365info-backfill", source="sitemap")


def xml(body: str) -> Fault:
    return Fault(lambda _: Answer(200, body, XML))


def index(*urls: str) -> Fault:
    files = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return xml(f"<sitemapindex>{files}</sitemapindex>")


def asked(server: Server) -> list[str]:
    return [hit.path for hit in server.log if hit.path.endswith((".xml", ".gz"))]


INDEX = (
    b"<sitemapindex><sitemap><loc>a</loc></sitemap><sitemap><loc>b</loc></sitemap></sitemapindex>"
)
FILE = (
    b"\xef\xbb\xbf\n<?xml version='1.0'?><urlset><url><loc> a </loc></url><url/><url><loc>b</loc>"
)


@pytest.mark.parametrize(("body", "is_index"), [(INDEX, True), (FILE, False)])
def test_a_sitemap_is_read_as_far_as_it_goes(body: bytes, is_index: bool) -> None:
    found = read_sitemap(body, MOST)
    assert (found.files if is_index else found.articles) == ["a", "b"]
    assert not (found.articles if is_index else found.files)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>404</body></html>",
        b"\x1f\x8b\x08broken",
        b"not found",
        b"<a/>",
        b"<urlset><url><loc>http://a",
    ],
)
def test_what_is_no_sitemap_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(NoSitemapError):
        read_sitemap(body, MOST)


@pytest.mark.parametrize(
    ("name", "of_articles"),
    [
        ("wp-sitemap-posts-post-1.xml", True),
        ("wp-sitemap-posts-page-1.xml", False),
        ("wp-sitemap-taxonomies-category-1.xml", False),
        ("wp-sitemap-users-1.xml", False),
        ("post-sitemap.xml", True),
        ("post-sitemap12.xml", True),
        ("category-sitemap.xml", False),
        ("author-sitemap.xml", False),
        ("sitemap-2026-11.xml.gz", True),
        ("news-sitemap.xml", True),
        ("wp-sitemap-posts-news-1.xml", True),
        ("video-sitemap.xml", False),
    ],
)
def test_files_of_articles_are_known_by_their_names(name: str, of_articles: bool) -> None:
    assert is_of_articles(f"https://365info.kz/{name}") == of_articles


WHOLE = b"<urlset><url><loc>http://a/1</loc></url><url><loc>http://a/2</loc></url></urlset>"
NAMESPACES = WHOLE.replace(b"<", b"<s:").replace(b"<s:/", b"</s:").replace(
    b"<s:urlset>", b"<s:urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'>"
)  # fmt: skip


RSS = (
    b"<rss><channel><link>http://a</link><item><link>http://a/1</link></item>"
    b"<item><link>http://a/2</link></item></channel></rss>"
)
ATOM = (
    b"<feed><link href='http://a/'/><entry><link rel='replies' href='http://a/c'/>"
    b"<link href='http://a/1'/></entry><entry><link href='http://a/2'/></entry></feed>"
)


@pytest.mark.parametrize(
    "body",
    [
        WHOLE,
        b"<?xml version='1.0' encoding='UTF-8'?>\n" + WHOLE,
        b"<br />\n<b>Warning</b>: x in <b>a.php</b><br />\n<?xml version='1.0'?>" + WHOLE,
        b"<?xml version='1.0'?>\n<br />\n<b>Warning</b>: x\n" + WHOLE,
        WHOLE + b"\n<!-- made in 0.1 s -->",
        NAMESPACES,
        gzip.compress(WHOLE, mtime=0),
        gzip.compress(gzip.compress(WHOLE, mtime=0), mtime=0),
        gzip.compress(WHOLE[:40], mtime=0) + gzip.compress(WHOLE[40:], mtime=0),
        gzip.compress(WHOLE, mtime=0) + b"rubbish",
        b"\xef\xbb\xbfhttp://a/1\r\nhttp://a/2\n",
        b"# all\r\rhttp://a/1\t2026-11-24\rhttp://a/2\rend",
        "http://a/1\nhttp://a/2\n".encode("utf-16"),
        WHOLE.upper().replace(b"HTTP://A", b"http://a"),
        NAMESPACES.replace(b" xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'", b""),
        b"<?xml version='1.0' encoding='UTF-16'?>" + WHOLE,
        f"<?xml version='1.0' encoding='UTF-16'?>{WHOLE.decode()}".encode("utf-16"),
        "<?xml version='1.0' encoding='windows-1251'?><!-- карта -->".encode("cp1251") + WHOLE,
        WHOLE.replace(b"</urlset>", b"<image><loc>http://a/3.jpg</loc></image></urlset>"),
        WHOLE.replace(b"http://a/1", b"<b>http://a/1</b>"),
        WHOLE.replace(b"</url><url>", b"<url>"),
        WHOLE.replace(b"</url><url>", b"</url></urlset>\n<?xml version='1.0'?><urlset><url>"),
        RSS,
        ATOM,
    ],
)
def test_a_sitemap_in_any_dress_is_read_whole(body: bytes) -> None:
    found = read_sitemap(body, MOST)
    assert (found.articles, found.is_whole) == (["http://a/1", "http://a/2"], True)


@pytest.mark.parametrize("end", [-9, -20, -25, -30])
@pytest.mark.parametrize("packed", [False, True])
def test_a_cut_sitemap_is_said_to_be_cut_and_gives_no_half_address(end: int, packed: bool) -> None:
    body = gzip.compress(WHOLE[:end]) if packed else WHOLE[:end]
    found = read_sitemap(body, MOST)
    assert found.articles in (["http://a/1"], ["http://a/1", "http://a/2"])
    assert not found.is_whole


@pytest.mark.parametrize("before", ["<!-- </urlset> -->", "<x><![CDATA[</urlset>]]></x>"])
def test_an_end_tag_that_entries_follow_is_no_end(before: str) -> None:
    entry = "<url><loc>http://a/1</loc></url>"
    found = read_sitemap(f"<urlset>{before}{entry}<url><loc>http://a".encode(), MOST)
    assert (found.articles, found.is_whole) == (["http://a/1"], False)


def test_a_file_is_told_from_an_article_by_its_entry_or_its_name() -> None:
    entries = (
        "<url><loc>http://a/1</loc></url><url><loc>http://a/b.xml.gz?x</loc></url>"
        "<sitemap><loc>http://a/c</loc></sitemap>"
    )
    found = read_sitemap(f"<urlset>{entries}</urlset>".encode(), MOST)
    assert (found.articles, found.files) == (["http://a/1"], ["http://a/b.xml.gz?x", "http://a/c"])
    index = read_sitemap(f"<sitemapindex>{entries}</sitemapindex>".encode(), MOST)
    assert (list(index.articles), len(index.files)) == ([], 3)


def test_an_empty_sitemap_is_whole() -> None:
    assert read_sitemap(b"<?xml version='1.0'?><urlset/>", MOST).is_whole


def test_what_is_packed_small_and_huge_is_not_unpacked() -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 50_000_000))
    tracemalloc.start()
    with pytest.raises(NoSitemapError, match="more than 1,000,000 bytes"):
        read_sitemap(bomb, MOST)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * MOST
    assert inflate(b"plain", MOST) == (b"plain", True)


def test_what_is_packed_again_and_again_is_given_up() -> None:
    body = b"<urlset><url><loc>a</loc></url></urlset>"
    for _ in range(MAX_LAYERS):
        body = gzip.compress(body)
    assert read_sitemap(body, MOST).articles == ["a"]
    with pytest.raises(NoSitemapError):
        read_sitemap(gzip.compress(body), MOST)


def test_each_file_is_read_once_however_indexes_refer_to_each_other(
    server: Server, tmp_path: Path
) -> None:
    url = server.url
    server.fault("/wp-sitemap.xml", index(f"{url}/wp-sitemap.xml", f"{url}/a-sitemap.xml"))
    server.fault("/a-sitemap.xml", index(f"{url}/b-sitemap.xml", f"{url}/wp-sitemap.xml"))
    posts = f"{url}/wp-sitemap-posts-post-1.xml"
    server.fault("/b-sitemap.xml", index(f"{url}/a-sitemap.xml", posts, posts))
    run = backfill(server, tmp_path)
    assert (run.status, len(run.articles)) == (0, ARTICLES)
    assert len(asked(server)) == len(set(asked(server))) == 4


@pytest.mark.parametrize(
    ("limit", "articles"),
    [
        ("KZNEWS_SITEMAP_FILES=2", 0),
        ("KZNEWS_SITEMAP_ADDRESSES=5", 5),
    ],
)
def test_what_goes_on_without_an_end_is_bounded_and_said(
    server: Server, tmp_path: Path, limit: str, articles: int
) -> None:
    server.fault("/wp-sitemap.xml", index(f"{server.url}/a-sitemap.xml"))
    server.fault("/a-sitemap.xml", index(f"{server.url}/wp-sitemap-posts-post-1.xml"))
    run = backfill(server, tmp_path, "-s", limit)
    assert (run.status, len(run.articles)) == (1, articles)
    assert f"{limit} " in run.log
    assert "Traceback" not in run.log


def test_a_sitemap_that_came_cut_is_asked_for_again_and_then_said(
    server: Server, tmp_path: Path
) -> None:
    def cut(answer: Answer) -> Answer:
        assert isinstance(answer.body, bytes)
        return replace(answer, body=answer.body[: len(answer.body) * 2 // 3])

    posts = "/wp-sitemap-posts-post-1.xml"
    server.fault(posts, Fault(cut))
    run = backfill(server, tmp_path)
    assert (run.status, 10 < len(run.articles) < ARTICLES) == (1, True)
    assert f"{posts} is cut" in run.log
    assert asked(server).count(posts) == 2
    server.clear_faults()
    run = backfill(server, tmp_path)
    assert (run.status, len(run.articles)) == (0, ARTICLES)


def test_files_that_are_named_may_be_a_part_of_the_sitemaps(server: Server, tmp_path: Path) -> None:
    newest = f"{server.url}{server.newsroom.newest_first[0].path}"
    server.fault("/news-sitemap.xml", xml(f"<urlset><url><loc>{newest}</loc></url></urlset>"))
    server.fault("/video-sitemap.xml", xml("<urlset/>"))
    names = "".join(f"Sitemap: {server.url}/{name}-sitemap.xml\n" for name in ("news", "video"))
    server.robots = f"User-agent: *\nDisallow:\n{names}"
    run = backfill(server, tmp_path)
    assert (run.status, len(run.articles)) == (0, ARTICLES)
    assert len(asked(server)) == len(set(asked(server)))


def test_a_leftover_in_one_of_the_usual_places_hides_no_other(
    server: Server, tmp_path: Path
) -> None:
    newest = f"{server.url}{server.newsroom.newest_first[0].path}"
    server.fault("/sitemap.xml", xml(f"<urlset><url><loc>{newest}</loc></url></urlset>"))
    server.robots = "User-agent: *\nDisallow:\n"
    run = backfill(server, tmp_path)
    assert (run.status, len(run.articles)) == (0, ARTICLES)


def test_files_of_another_site_are_not_passed_over_in_silence(
    server: Server, tmp_path: Path
) -> None:
    files = f"{server.url}/wp-sitemap-posts-post-1.xml", "https://cdn.example/posts.xml"
    server.fault("/wp-sitemap.xml", index(*files))
    run = backfill(server, tmp_path)
    assert (run.status, len(run.articles)) == (1, ARTICLES)
    assert files[1] in run.log


def test_a_broken_address_of_a_file_costs_no_other_one(server: Server, tmp_path: Path) -> None:
    files = "http://[bad/posts.xml", f"{server.url}/wp-sitemap-posts-post-1.xml"
    server.fault("/wp-sitemap.xml", index(*files))
    run = backfill(server, tmp_path)
    assert (run.status, len(run.articles)) == (1, ARTICLES)
    assert files[0] in run.log


def test_an_index_that_is_named_and_leads_nowhere_leaves_the_usual_places(
    server: Server, tmp_path: Path
) -> None:
    server.fault("/old-index.xml", index(f"{server.url}/old-posts.xml"))
    server.robots = f"User-agent: *\nDisallow:\nSitemap: {server.url}/old-index.xml\n"
    run = backfill(server, tmp_path)
    assert (run.status, len(run.articles)) == (1, ARTICLES)
    assert re.search(r"a sitemap cannot be read \(\S+/old-posts.xml: http_404\)", run.log)
    assert asked(server)[:2] == ["/old-index.xml", "/old-posts.xml"]


def test_a_file_that_is_named_and_not_there_is_a_hole_beside_one_that_is(
    server: Server, tmp_path: Path
) -> None:
    names = (f"Sitemap: {server.url}/{name}\n" for name in ("gone.xml", "wp-sitemap.xml"))
    server.robots = "User-agent: *\nDisallow:\n" + "".join(names)
    run = backfill(server, tmp_path)
    assert (run.status, len(run.articles)) == (1, ARTICLES)
    assert re.search(r"a sitemap cannot be read \(\S+/gone.xml: http_404\)", run.log)


def test_thousands_of_files_in_robots_txt_leave_room_for_the_usual_places(
    server: Server, tmp_path: Path
) -> None:
    posts = f"{server.url}/wp-sitemap-posts-post-1.xml"
    server.fault("/sitemap.xml", index(posts))
    names = (f"Sitemap: {server.url}/nothing-{number}.xml\n" for number in range(1000))
    server.robots = "User-agent: *\nDisallow:\n" + "".join(names)
    run = backfill(server, tmp_path, "-s", "KZNEWS_SITEMAP_FILES=20")
    assert (run.status, len(run.articles)) == (1, ARTICLES)
    assert "more than 10 files in robots.txt" in run.log


def test_a_malformed_address_is_written_down_once(server: Server, tmp_path: Path) -> None:
    bad = [f"{server.url}/2026/11/{slug}" for slug in ("a" * 3000, "x%2", "y%00z", "%D0")]
    listed = "".join(f"<url><loc>{url}</loc></url>" for url in bad)
    server.fault("/wp-sitemap.xml", xml(f"<urlset>{listed}</urlset>"))
    newest = f"{server.url}{server.newsroom.newest_first[0].path}"
    server.fault("/a.xml", xml(f"<urlset><url><loc>{newest}</loc></url>{listed}</urlset>"))
    server.robots = f"Sitemap: {server.url}/wp-sitemap.xml\nSitemap: {server.url}/a.xml\n"
    run = backfill(server, tmp_path)
    again = backfill(server, tmp_path)
    assert len(run.articles) == 1
    rejected = run.records("rejected")
    assert [record["reason"] for record in rejected] == ["invalid"] * 4
    assert sorted(len(record["url"]) < 2048 for record in rejected) == [True] * 4
    assert len(again.records("rejected")) == 4
    assert asked(server).count("/a.xml") == 2


def test_a_reference_to_no_character_costs_itself() -> None:
    body = "<urlset><url><loc>https://x.kz/&#xD83D;a</loc></url><url><loc>&#x110000;b</loc></url>"
    assert read_sitemap(f"{body}</urlset>".encode(), MOST).articles == ["https://x.kz/a", "b"]


def test_what_the_parser_does_not_go_through_is_said_to_be_missing() -> None:
    deep = WHOLE.replace(b"</url><url>", b"<a>" * 100_000 + b"</url><url>")
    found = read_sitemap(deep, MOST)
    assert (found.articles, found.is_whole) == (["http://a/1"], False)
