"""The look-alike behaves as docs/the-site.md says the real site does."""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from replica import ODDITIES, Fault, Newsroom, Post, Server
from replica.cloudflare import encode
from replica.images import JPEG, PNG
from replica.routes import respond

if TYPE_CHECKING:
    from pathlib import Path

LISTING = "/category/poslednie-novosti"
POSTS = "/wp-json/wp/v2/posts"


@dataclass
class Got:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def location(self) -> str:
        """Path and query of the redirect."""
        return re.sub(r"^http://127\.0\.0\.1:\d+", "", self.headers["Location"])


def get(server: Server, path: str, method: str = "GET", **headers: str) -> Got:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=5)
    try:
        connection.request(
            method, path, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        answer = connection.getresponse()
        return Got(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def cards(page: str) -> list[str]:
    return re.findall(r'class="(?:archive__item-link|item__link)" href="([^"]+)"', page)


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(40, oddities=False)


@pytest.fixture
def post(newsroom: Newsroom) -> Post:
    return newsroom.posts[-1]


@pytest.mark.parametrize("theme", ["current", "old", "mixed"])
def test_same_arguments_give_the_same_bytes(theme: Any) -> None:
    first, second = Newsroom(130, theme=theme), Newsroom(130, theme=theme)
    assert first.truth() == second.truth()
    for post in first.posts:
        assert respond(first, post.path) == respond(second, post.path)
    assert Newsroom(130, seed=1).truth() != first.truth()


def test_posts_are_in_order_and_the_newest_is_of_today() -> None:
    newsroom = Newsroom(30, today=date(2026, 5, 4), oddities=False)
    published = [post.published for post in newsroom.posts]
    assert published == sorted(published)
    assert len(published) == 30
    assert newsroom.posts[-1].local.date() == date(2026, 5, 4)


@pytest.mark.parametrize("edition", ["main", "kaz"])
def test_every_oddity_appears_and_truth_covers_every_post(edition: Any) -> None:
    newsroom = Newsroom(200, edition=edition)
    truth = newsroom.truth()
    assert [item["id"] for item in truth] == [post.id for post in newsroom.posts]
    assert {name for post in newsroom.posts for name in post.oddities} == set(ODDITIES)
    assert len({post.path for post in newsroom.posts}) == len(truth) == 200
    outcomes = {item["outcome"] for item in truth}
    assert outcomes == {"article", "protected", "no_title", "no_body", "duplicate"}


@pytest.mark.parametrize("name", ODDITIES)
def test_every_oddity_can_be_planted_alone_and_is_served(name: str) -> None:
    themes: tuple[Any, ...] = ("current", "old")
    for theme in themes:
        newsroom = Newsroom(0, oddities=False, theme=theme)
        post = newsroom.plant(name)
        assert len(newsroom.posts) == ODDITIES[name].posts
        page = respond(newsroom, post.path)
        assert page.status == 200
        assert f"postid-{post.id}" in str(page.body)
        assert newsroom.truth()[-1]["oddities"] == [name]


def test_overrides_of_a_planted_post_hold() -> None:
    newsroom = Newsroom(0, oddities=False)
    moment = datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
    post = newsroom.plant("table", published=moment, title="Имя & имя")
    assert (post.path, post.plain_title) == ("/2025/03/imya-imya", "Имя & имя")
    with pytest.raises(TypeError, match="no field"):
        newsroom.publish(no_such_field=1)


def test_truth_of_the_doubled_hour_and_the_month_border() -> None:
    newsroom = Newsroom(0, oddities=False)
    newsroom.plant("ambiguous_hour")
    newsroom.plant("utc_previous_month")
    first, second, border = newsroom.truth()
    assert first["published_at"] == "2024-02-29T23:30:00+06:00"
    assert second["published_at"] == "2024-02-29T23:30:00+05:00"
    assert border["published_at"] == "2026-11-01T02:30:10+05:00"
    assert str(border["path"]).startswith("/2026/11/")


def test_both_themes_have_the_known_markup() -> None:
    current, old = Newsroom(3, oddities=False), Newsroom(3, oddities=False, theme="old")
    page = str(respond(current, current.posts[0].path).body)
    for mark in (
        "layout-singular",
        'class="singular__title"',
        "singular__content content-typography",
    ):
        assert mark in page
    graph = json.loads(re.search(r"ld\+json[^>]*>(.*?)</script>", page)[1])["@graph"]  # type: ignore[index]
    assert [node["@type"] for node in graph][:2] == ["Article", "WebPage"]
    page = str(respond(old, old.posts[0].path).body)
    for mark in ("row single__title", "row single__content js-mediator-article", 'name="post_id"'):
        assert mark in page
    graph = json.loads(re.search(r"ld\+json[^>]*>(.*?)</script>", page)[1])["@graph"]  # type: ignore[index]
    assert graph[0]["@type"] == "WebSite"
    assert [node["@type"] for node in graph if "datePublished" in node] == ["WebPage"]
    mixed = Newsroom(30, oddities=False, theme="mixed")
    assert {post.theme for post in mixed.posts} == {"current", "old"}


def test_addresses_redirect_as_wordpress_does(server: Server, post: Post) -> None:
    month, slug = post.path.rsplit("/", 1)
    for wrong in (f"{post.path}/", f"/?p={post.id}", f"{post.path}/2", f"/{slug}"):
        got = get(server, wrong)
        assert (got.status, got.location) == (301, post.path)
    for other in (f"{month}/{slug.upper()}", f"{post.path}?utm_source=x"):
        assert get(server, other).status == 200
    early = server.newsroom.publish(published=datetime(2019, 5, 6, tzinfo=UTC))
    assert get(server, early.path.replace("/05/", "/5/")).status == 200
    assert get(server, "/2019/05/takogo-net").status == 404
    assert get(server, "/?p=999999").status == 404


def test_a_wrong_slug_is_guessed_and_an_old_one_remembered(server: Server, post: Post) -> None:
    guess = get(server, post.path[:-4])
    assert (guess.status, guess.location) == (301, post.path)
    renamed = server.newsroom.plant("old_slug")
    old = get(server, renamed.old_slugs[0])
    assert (old.status, old.location) == (301, renamed.path)


def test_percent_encoded_slugs_answer_in_any_case(server: Server) -> None:
    post = server.newsroom.plant("cyrillic_slug")
    assert re.search(r"%d0%bd", post.path)
    assert get(server, post.path).status == get(server, post.path.upper()).status == 200
    assert get(server, f"/?p={post.id}").location == post.path


def test_split_posts_attachments_and_archives(server: Server, post: Post) -> None:
    split = server.newsroom.plant("three_pages")
    pages = [get(server, f"{split.path}{tail}") for tail in ("", "/2", "/3", "/4")]
    assert [page.status for page in pages] == [200, 200, 200, 301]
    assert "post-nav-links" in pages[0].text
    assert get(server, f"{POSTS}/{split.id}").text.count("<!--nextpage-->") == 2
    holder = server.newsroom.plant("attachment")
    [address] = re.findall(
        rf'{holder.path}/[0-9a-f]{{32}}(?=" rel="attachment)', get(server, holder.path).text
    )
    assert "single-attachment" in get(server, address).text
    for path in (
        "/2026",
        "/2026/11",
        f"/{post.local:%Y/%m/%d}",
        post.tags[0].path,
        f"/author/{post.authors[0].slug}",
        f"/?s={quote(post.plain_title[:9])}",
    ):
        assert cards(get(server, path).text), path
    assert (
        get(server, f"{post.path}/embed").status == get(server, f"{post.path}/feed").status == 200
    )


@pytest.mark.parametrize("theme", ["current", "old"])
def test_listings_page_through_everything_newest_first(theme: Any) -> None:
    newsroom = Newsroom(35, oddities=False, theme=theme)
    with Server(newsroom) as server:
        found: list[str] = []
        for number in range(1, 5):
            page = get(server, f"{LISTING}/page/{number}")
            found += cards(page.text)
            assert ('rel="prev"' in page.text, 'rel="next"' in page.text) == (
                number > 1,
                number < 4,
            )
        assert found == [server.url + post.path for post in reversed(newsroom.posts)]
        assert get(server, f"{LISTING}/page/5").status == 404
        assert get(server, "/category/spetsproekty").status == 200
        assert get(server, "/category/biznes").location == "/category/ekonomika/biznes"
        assert get(server, f"{LISTING}/").location == LISTING


def test_listings_have_odd_and_stray_links() -> None:
    newsroom = Newsroom(0)
    with Server(newsroom) as server:
        pages = range(1, -(-len(newsroom.posts) // 10) + 1)
        links = [link for n in pages for link in cards(get(server, f"{LISTING}/page/{n}").text)]
        ends = "utm_source=", "?p=", "#comments", "prezhnee-imya", "partner.example"
        assert all(any(end in link for link in links) for end in ends)
        assert any(link.endswith("/") for link in links)
        dead = next(link for link in links if "snyali" in link)
        assert get(server, dead.removeprefix(server.url)).status == 404


def test_home_page_ticker_dates_have_no_year_and_no_padded_hour() -> None:
    newsroom = Newsroom(0, oddities=False)
    newsroom.publish(published=datetime(2026, 11, 20, 4, 5, 6, tzinfo=UTC))
    newsroom.publish(published=datetime(2026, 3, 5, 4, 5, 6, tzinfo=UTC))
    page = str(respond(newsroom, "/").body)
    assert re.findall(r'lastnews__item-datetime">([^<]+)', page) == [
        "Сегодня, 9:05",
        "5 марта, 9:05",
    ]


def test_emails_are_hidden_in_html_only(server: Server) -> None:
    post = server.newsroom.plant("email_link")
    page, plain = get(server, post.path).text, get(server, f"{POSTS}/{post.id}").text
    address = "priemnaya@akimat.example"
    assert address not in page.partition("<body")[2]
    assert f"/cdn-cgi/l/email-protection#{encode(address)}" in page
    assert address in plain
    key, *rest = bytes.fromhex(encode(address))
    assert bytes(byte ^ key for byte in rest).decode() == address


def test_rest_pages_fields_and_embeds(server: Server, post: Post) -> None:
    got = get(server, f"{POSTS}?per_page=15&page=2&_fields=id,title.rendered")
    assert (got.headers["X-WP-Total"], got.headers["X-WP-TotalPages"]) == ("40", "3")
    assert [set(item) for item in got.json] == [{"id", "title"}] * 15
    assert 'rel="prev"' in got.headers["Link"]
    item = get(server, f"{POSTS}/{post.id}?_embed").json
    assert item["link"] == server.url + post.path
    assert item["date_gmt"] == f"{post.published:%Y-%m-%dT%H:%M:%S}"
    assert item["date"] == f"{post.local:%Y-%m-%dT%H:%M:%S}"
    terms = [term["slug"] for term in item["_embedded"]["wp:term"][0]]
    assert terms == [term.slug for term in post.categories]
    assert item["_embedded"]["author"][0]["name"] == post.authors[0].name
    assert get(server, f"/?rest_route=/wp/v2/posts/{post.id}").json["id"] == post.id
    assert get(server, "/wp-json/").json["timezone_string"] == "Asia/Almaty"
    assert get(server, f"{POSTS}?offset=999").headers["X-WP-Total"] == "0"


def test_rest_errors(server: Server) -> None:
    wrong = {
        f"{POSTS}?per_page=101": (400, "rest_invalid_param"),
        f"{POSTS}?per_page=0": (400, "rest_invalid_param"),
        f"{POSTS}?page=9": (400, "rest_post_invalid_page_number"),
        f"{POSTS}?after=2026-01-01": (400, "rest_invalid_param"),
        f"{POSTS}?after=2026-01-01T00:00:00+06:00": (400, "rest_invalid_param"),
        f"{POSTS}?status=draft": (400, "rest_invalid_param"),
        f"{POSTS}/1": (404, "rest_post_invalid_id"),
        "/wp-json/wp/v2/nothing": (404, "rest_no_route"),
    }
    for path, (status, code) in wrong.items():
        got = get(server, path)
        assert (got.status, got.json["code"], got.json["data"]["status"]) == (status, code, status)
    empty = get(server, f"{POSTS}?slug=takogo-net")
    assert (empty.json, empty.headers["X-WP-Total"]) == ([], "0")


def test_rest_windows_exclude_their_bounds(server: Server, newsroom: Newsroom) -> None:
    first, middle, last = newsroom.posts[-12:-9]

    def between(after: datetime, before: datetime, clock: str = "") -> list[int]:
        bounds = f"after={after:%Y-%m-%dT%H:%M:%S}{clock}&before={before:%Y-%m-%dT%H:%M:%S}{clock}"
        got = get(server, f"{POSTS}?{bounds}&order=asc")
        return [item["id"] for item in got.json]

    assert between(first.local, last.local) == [middle.id]
    assert between(first.published, last.published, "Z") == [middle.id]
    assert between(first.published, last.published, "%2B00:00") == [middle.id]
    second = timedelta(seconds=1)
    assert len(between(first.local - second, last.local + second)) == 3
    edited = newsroom.edit(first.id, add_paragraph="Уточнение.")
    since = f"{edited.modified - second:%Y-%m-%dT%H:%M:%S}Z"
    assert [p["id"] for p in get(server, f"{POSTS}?modified_after={since}").json] == [first.id]


def test_protected_posts_are_listed_without_their_text(server: Server) -> None:
    post = server.newsroom.plant("password")
    item = get(server, f"{POSTS}/{post.id}").json
    assert item["content"] == {"rendered": "", "protected": True}
    assert item["title"]["rendered"].startswith("Защищено: ")
    page = get(server, post.path).text
    assert "post-password-form" in page
    assert all(text not in page for piece in post.pieces for text in piece.texts)


def test_feeds_and_not_modified(server: Server, post: Post) -> None:
    got = get(server, "/feed/")
    items = ET.fromstring(got.body).findall("channel/item")
    assert len(items) == 10
    assert items[0].findtext("guid") == f"{server.url}/?p={post.id}"
    assert "появились сначала на" in str(items[0].findtext("description"))
    again = {
        "If_Modified_Since": got.headers["Last-Modified"],
        "If_None_Match": got.headers["ETag"],
    }
    assert (
        get(server, "/feed/", **again).status,
        get(server, "/feed/", If_None_Match="W/x").status,
    ) == (304, 200)
    server.newsroom.publish()
    assert get(server, "/feed/", **again).status == 200
    assert ET.fromstring(get(server, "/feed/atom").body).tag.endswith("feed")
    assert get(server, f"{LISTING}/feed/").status == get(server, "/feed/?paged=5").status == 200
    assert get(server, "/feed/?paged=6").status == 404


def test_both_kinds_of_sitemap(server: Server, newsroom: Newsroom) -> None:
    def locations(path: str) -> list[str]:
        tree = ET.fromstring(get(server, path).body)
        return [
            str(e.text).removeprefix(server.url) for e in tree.iter() if e.tag.endswith("9}loc")
        ]

    assert f"Sitemap: {server.url}/wp-sitemap.xml" in get(server, "/robots.txt").text
    assert get(server, "/sitemap.xml").location == "/wp-sitemap.xml"
    assert locations("/wp-sitemap.xml")[0] == "/wp-sitemap-posts-post-1.xml"
    assert locations("/wp-sitemap-posts-post-1.xml") == [post.path for post in newsroom.posts]
    assert b"lastmod" not in get(server, "/wp-sitemap-posts-post-1.xml").body
    assert get(server, "/wp-sitemap-posts-post-2.xml").status == 404
    newsroom.sitemap_kind = "yoast"
    assert get(server, "/wp-sitemap.xml").location == "/sitemap_index.xml"
    assert locations("/sitemap_index.xml")[0] == "/post-sitemap.xml"
    assert set(locations("/post-sitemap.xml")) == {post.path for post in newsroom.posts}
    assert b"lastmod" in get(server, "/post-sitemap.xml").body


def test_parts_can_be_closed(server: Server) -> None:
    assert get(server, POSTS).status == 200
    server.closed = {"rest": 401, "feed": 404, "sitemap": 404}
    assert get(server, POSTS).json["data"]["status"] == 401
    assert [get(server, path).status for path in ("/feed/", "/wp-sitemap.xml")] == [404, 404]
    server.closed = {"rest": "html"}
    page = get(server, POSTS)
    assert (page.status, page.headers.get_content_type()) == (200, "text/html")
    server.robots = "User-agent: *\nDisallow: /wp-json/\n"
    assert get(server, "/robots.txt").text == server.robots


def test_publish_edit_and_delete_show_at_once(server: Server, newsroom: Newsroom) -> None:
    fresh = newsroom.publish(title="Совсем свежая новость", paragraphs=["Один.", "Два."])
    assert cards(get(server, LISTING).text)[0].endswith(fresh.path)
    newsroom.edit(fresh.id, title="Новое имя", add_paragraph="Три.")
    page = get(server, fresh.path).text
    assert "Новое имя" in page
    assert "<p>Три.</p>" in page
    assert 'property="article:modified_time"' in page
    newsroom.delete(fresh.id)
    assert [get(server, p).status for p in (fresh.path, f"{POSTS}/{fresh.id}")] == [404, 404]


def test_both_editions_link_to_each_other() -> None:
    main, kaz = Newsroom(5, oddities=False), Newsroom(5, oddities=False, edition="kaz")
    with Server(main, kaz=kaz) as server:
        assert server.url != server.kaz_url
        page = get(server, main.posts[0].path).text
        assert f'href="{server.kaz_url}/"' in page
        assert 'lang="ru-RU"' in page
        assert "365info.kz/" not in page
    assert 'lang="kk-KZ"' in str(respond(kaz, "/category/songy-zhanalyqtar").body)
    assert {item["language"] for item in kaz.truth()} == {"kk"}


def test_images_are_images(server: Server, newsroom: Newsroom) -> None:
    path = next(post.thumbnail.path for post in newsroom.posts if post.thumbnail)
    for name in (path, path.replace(".jpg", "-600x400.jpg")):
        got = get(server, name)
        assert (got.body, got.headers["Content-Type"]) == (JPEG, "image/jpeg")
    assert (JPEG[:2], JPEG[-2:], PNG[1:4]) == (b"\xff\xd8", b"\xff\xd9", b"PNG")


ANSWERS: dict[str, tuple[Fault, Any]] = {
    "status": (
        Fault.status(503, {"X-Why": "tired"}),
        lambda g: g.status == 503 and g.headers["X-Why"],
    ),
    "rate_limited": (
        Fault.rate_limited(7),
        lambda g: (g.status, g.headers["Retry-After"]) == (429, "7"),
    ),
    "challenge": (
        Fault.challenge(),
        lambda g: (
            g.status == 403
            and g.headers["cf-mitigated"] == "challenge"
            and b"_cf_chl_opt" in g.body
        ),
    ),
    "challenge as 200": (
        Fault.challenge(status=200),
        lambda g: g.status == 200 and b"Just a moment" in g.body,
    ),
    "blocked": (Fault.blocked(), lambda g: g.status == 403 and b"Attention Required!" in g.body),
    "cut_quietly": (
        Fault.cut_quietly(),
        lambda g: b"singular__content" in g.body and b"</main>" not in g.body,
    ),
    "empty": (Fault.empty(), lambda g: (g.status, g.body) == (200, b"")),
    "not_html": (Fault.not_html(), lambda g: g.headers["Content-Type"] == "application/pdf"),
    "wrong_charset": (
        Fault.wrong_charset(),
        lambda g: (
            "windows-1251" in g.headers["Content-Type"]
            and b"<meta charset" not in g.body
            and g.text
        ),
    ),
    "octet_stream": (
        Fault.octet_stream(),
        lambda g: g.headers["Content-Type"] == "application/octet-stream" and b"</html>" in g.body,
    ),
    "huge": (
        Fault.huge(megabytes=2),
        lambda g: len(g.body) >= 2 * 2**20 and b"singular__title" in g.body,
    ),
    "redirect": (
        Fault.redirect("/elsewhere", 302),
        lambda g: (g.status, g.location) == (302, "/elsewhere"),
    ),
    "redirect_loop": (
        Fault.redirect_loop(),
        lambda g: g.status == 302 and g.location.startswith("/20"),
    ),
    "broken_json_ld": (Fault.broken_json_ld(), lambda g: b'"@graph":[,' in g.body),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_faults_that_answer(server: Server, post: Post, name: str) -> None:
    fault, shows = ANSWERS[name]
    fault.times, fault.used = 1, 0
    server.fault(post.path, fault)
    assert shows(get(server, post.path))
    assert get(server, post.path).headers["Content-Type"] == "text/html; charset=UTF-8"
    assert not [hit for hit in server.log if hit.path != post.path]


def test_no_links_empties_a_listing(server: Server) -> None:
    server.fault(re.compile(r"^/category/"), Fault.no_links())
    page = get(server, LISTING).text
    assert "archive__items" in page
    assert not cards(page)


def test_faults_of_the_connection(server: Server, post: Post) -> None:
    server.fault(post.path, Fault.truncated(times=1))
    with pytest.raises(http.client.IncompleteRead):
        get(server, post.path)
    server.fault(post.path, Fault.reset(times=1))
    with pytest.raises(ConnectionResetError):
        get(server, post.path)
    server.fault(post.path, Fault.hang(times=1))
    with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":")[-1]))) as client:
        client.settimeout(0.2)
        client.sendall(f"GET {post.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        with pytest.raises(TimeoutError):
            client.recv(1)
    server.fault("/robots.txt", Fault.slow(1000, times=1))
    began = time.monotonic()
    assert get(server, "/robots.txt").status == 200
    assert time.monotonic() - began > 0.05
    assert get(server, post.path).status == 200


def test_the_log_and_the_number_in_flight(newsroom: Newsroom) -> None:
    with Server(newsroom, delay=0.1) as server:
        together = threading.Barrier(4)

        def ask(number: int) -> int:
            together.wait()
            return get(server, f"{LISTING}?n={number}", User_Agent="test").status

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(ask, range(4))) == [200] * 4
        assert server.max_in_flight == 4
        assert sorted(hit.path for hit in server.log) == [f"{LISTING}?n={n}" for n in range(4)]
        assert {(hit.status, hit.headers["User-Agent"]) for hit in server.log} == {(200, "test")}
        server.clear_log()
        assert (server.log, server.max_in_flight) == ([], 0)
    with pytest.raises(ConnectionRefusedError):
        get(server, "/")


def test_head_has_the_headers_only(server: Server, post: Post) -> None:
    got, whole = get(server, post.path, "HEAD"), get(server, post.path)
    assert got.body == b""
    assert got.headers["Content-Length"] == str(len(whole.body))
    assert got.headers["Server"] == "cloudflare"


def test_it_runs_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "address"
    words = ["--port", "0", "--articles", "3", "--plain", "--address-file", str(file)]
    process = subprocess.Popen(
        [sys.executable, "-m", "replica", *words], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("3 articles at http://127.0.0.1:")
        assert file.read_text().startswith("http://127.0.0.1:")
    finally:
        process.terminate()
        process.communicate(timeout=5)
    assert process.returncode == 0


@pytest.mark.parametrize("port", [None, 99999])
def test_a_port_that_cannot_be_had_is_told(port: int | None) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = str(port or taken.getsockname()[1])
        words = [sys.executable, "-m", "replica", "--articles", "1", "--port", number]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith(f"port {number} is not available: name another with --port")
