"""Bad answers of a site: each costs its own page at most, and is recorded."""

from __future__ import annotations

import gzip
import re
import signal
import socket
import zlib
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import brotli
import pytest

from kznews.spiders.article_pages import MAX_PARTS
from replica import Fault, Newsroom, Server
from replica.answer import JSON, Answer
from replica.model import PAGE_BREAK, Piece
from tests.crawling import FAST, Run, crawl, scrapy, start

ARTICLES = 11


LISTING = "/category/poslednie-novosti"


def changed(*words: str) -> Fault:
    """Replace each first word by the second in an answer."""

    def change(answer: Answer) -> Answer:
        assert isinstance(answer.body, bytes)
        text = answer.body.decode()
        for old, new in zip(words[::2], words[1::2], strict=True):
            text = text.replace(old, new)
        return replace(answer, body=text)

    return Fault(change)


def site() -> tuple[Newsroom, str]:
    """Return eleven articles, and the path of the one that goes wrong."""
    newsroom = Newsroom(articles=ARTICLES, oddities=False)
    return newsroom, newsroom.truth()[5]["path"]


def reason(run: Run) -> str:
    """Return why a run ended."""
    (told,) = re.findall(r"'finish_reason': '(\w+)'", run.log)
    return str(told)


def answer(body: bytes | str = b"", **headers: str) -> Fault:
    """Answer with 200 and these headers."""
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Fault(lambda _: Answer(200, body, headers=named))


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.status(403), "http_403"),
        (Fault.status(404), "http_404"),
        (Fault.status(410), "http_410"),
        (Fault.status(500), "http_500"),
        (Fault.status(503), "http_503"),
        (Fault.truncated(), "truncated"),
        (Fault.cut_quietly(), "truncated"),
        (Fault.empty(), "empty"),
        (answer(b"\x1f\x8bhalf", Content_Encoding="gzip"), "truncated"),
        (answer(b"\xff\xff", Content_Encoding="deflate"), "truncated"),
        (answer(b"half of it", Content_Encoding="br"), "truncated"),
        (answer(b"half of it", Content_Encoding="zstd"), "truncated"),
        (Fault.not_html(), "not_html"),
        (Fault.reset(), "unreachable"),
        (Fault.redirect_loop(), "redirect_loop"),
        (Fault.challenge(), "challenge"),
        (Fault.challenge(status=200), "challenge"),
        (Fault.blocked(), "blocked"),
        (Fault.hang(), "timeout"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_lost_page_costs_that_page_only(tmp_path: Path, fault: Fault, reason: str) -> None:
    newsroom, path = site()
    with Server(newsroom) as server:
        server.fault(path, fault)
        run = crawl(server.url, tmp_path, "-s", "DOWNLOAD_TIMEOUT=2")
    assert run.rejected[server.url + path]["reason"] == reason
    assert len(run.articles) == ARTICLES - 1
    assert run.status == 0
    assert "Traceback" not in run.log


@pytest.mark.parametrize(
    "fault",
    [
        Fault.status(503, times=1),
        Fault.truncated(times=1),
        Fault.cut_quietly(times=1),
        Fault.empty(times=1),
        Fault.reset(times=1),
        Fault.wrong_charset(),
        Fault.octet_stream(),
        Fault.huge(),
        Fault.broken_json_ld(),
    ],
)
def test_what_passes_or_can_be_read_costs_nothing(tmp_path: Path, fault: Fault) -> None:
    newsroom, path = site()
    with Server(newsroom) as server:
        server.fault(path, fault)
        run = crawl(server.url, tmp_path)
    titles = {article["url"]: article["title"] for article in run.articles}
    assert titles[server.url + path] == newsroom.truth()[5]["title"]
    assert len(run.articles) == ARTICLES


def test_what_has_no_bounds_is_given_up_and_costs_that_page_only(tmp_path: Path) -> None:
    newsroom, _ = site()
    many = bytes(21_000_000)
    without_end = Fault(lambda _: Answer(200, "", headers=[("X-Filler", "x" * 100)] * 50_000))
    faults = {
        "gzip": answer(gzip.compress(many), Content_Encoding="gzip"),
        "deflate": answer(zlib.compress(many), Content_Encoding="deflate"),
        "br": answer(brotli.compress(many, quality=1), Content_Encoding="br"),
        "body": answer(many),
        "headers": without_end,
    }
    with Server(newsroom) as server:
        paths = {post["path"]: name for post, name in zip(newsroom.truth(), faults, strict=False)}
        for path, name in paths.items():
            server.fault(path, faults[name])
        run = crawl(server.url, tmp_path)
    reasons = {paths[url.removeprefix(server.url)]: x["reason"] for url, x in run.rejected.items()}
    assert reasons == dict.fromkeys(faults, "too_large")
    assert len(run.articles) == ARTICLES - len(faults)
    assert "more than 262144 bytes of headers" in run.log
    assert "Traceback" not in run.log


def test_a_page_is_read_once_however_it_sends_its_readers_round(tmp_path: Path) -> None:
    newsroom, _ = site()
    reloaded, walled, minified = (post["path"] for post in newsroom.truth()[3:6])
    with Server(newsroom) as server:
        refresh = f'<meta http-equiv="Refresh" content="3; URL=\'{server.url}{reloaded}\'">'
        server.fault(reloaded, changed("<head>", f"<head>{refresh}"))
        server.fault(
            LISTING, changed("<head>", '<head><meta http-equiv=refresh content="60;url=/">')
        )
        cookie = {"Location": walled, "Set-Cookie": "seen=1; Path=/"}
        server.fault(walled, Fault.status(302, cookie, times=1))
        server.fault(minified, changed("</body>", "", "</html>", ""))
        server.fault(f"{LISTING}/page/2", changed("</body>", "", "</html>", ""))
        run = crawl(server.url, tmp_path, sections="poslednie-novosti")
        asked = [hit.path for hit in server.log]
        (_, seen) = [hit for hit in server.log if hit.path == walled]
    assert (run.status, len(run.articles)) == (0, ARTICLES)
    assert len(asked) == len(set(asked)) + 1
    assert seen.headers["Cookie"] == "seen=1"


@pytest.mark.parametrize("lost", [Fault.status(500), Fault.no_links(), Fault.cut_quietly(times=1)])
def test_a_lost_listing_page_ends_no_walk(tmp_path: Path, lost: Fault) -> None:
    newsroom = Newsroom(articles=35, oddities=False)
    with Server(newsroom) as server:
        server.fault(re.compile("^/category/poslednie-novosti/page/2$"), lost)
        run = crawl(server.url, tmp_path)
    assert len(run.articles) == 35


def test_a_listing_that_stays_cut_is_said(tmp_path: Path) -> None:
    newsroom, _ = site()
    with Server(newsroom) as server:
        server.fault(LISTING, Fault.cut_quietly())
        run = crawl(server.url, tmp_path, sections="poslednie-novosti")
    assert run.status == 1
    assert f"{LISTING} is cut: what it lists below is not known" in run.log


def test_a_run_warns_of_nothing_that_nobody_can_change(tmp_path: Path) -> None:
    newsroom, _ = site()
    with Server(newsroom) as server:
        run = crawl(server.url, tmp_path, sections="poslednie-novosti")
    assert (run.status, "WARNING" in run.log) == (0, False)


def test_retry_after_is_kept(tmp_path: Path) -> None:
    newsroom, path = site()
    with Server(newsroom) as server:
        server.fault(path, Fault.rate_limited(retry_after=2, times=1))
        run = crawl(server.url, tmp_path)
    assert len(run.articles) == ARTICLES
    assert "(429): waiting 2 s" in run.log


def test_a_retry_after_beyond_reason_ends_the_run(tmp_path: Path) -> None:
    newsroom, path = site()
    with Server(newsroom) as server:
        server.fault(path, Fault.rate_limited(retry_after=100_000))
        run = crawl(server.url, tmp_path)
    assert run.status == 1
    assert "rate_limited" in run.log


def test_a_run_that_is_asked_to_end_sits_out_no_pause(tmp_path: Path) -> None:
    newsroom, path = site()
    with Server(newsroom) as server:
        server.fault(path, Fault.rate_limited(retry_after=300, times=1))
        words = ("scrapy", "crawl", "365info", "-a", f"base_url={server.url}", *FAST)
        with start(*words, data=tmp_path) as process:
            next(line for line in process.stderr if "waiting 300 s" in line)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=120)
        assert process.returncode == 1
        later = crawl(server.url, tmp_path)
    assert (later.status, len(later.articles)) == (0, ARTICLES)


def test_a_storm_of_429_ends_the_run_early(tmp_path: Path) -> None:
    newsroom = Newsroom(articles=40, oddities=False)
    with Server(newsroom) as server:
        server.fault(re.compile(r"^/20\d\d/"), Fault.status(429))
        run = crawl(server.url, tmp_path)
        asked = [hit for hit in server.log if hit.path.startswith("/20")]
    assert (run.status, reason(run)) == (1, "rate_limited")
    assert "it answered 429 6 times in a row: the run ends" in run.log
    assert len(asked) <= 8


def test_challenges_in_a_row_end_the_run_and_are_no_articles(tmp_path: Path) -> None:
    newsroom = Newsroom(articles=40, oddities=False)
    with Server(newsroom) as server:
        server.fault(re.compile(r"^/20\d\d/"), Fault.challenge())
        run = crawl(server.url, tmp_path)
        asked = [hit for hit in server.log if hit.path.startswith("/20")]
        assert run.articles == []
        server.clear_faults()
        later = crawl(server.url, tmp_path)
    assert (run.status, len(asked) < 12) == (1, True)
    assert "3 times in a row" in run.log
    assert (later.status, len(later.articles)) == (0, 40)


def test_after_a_challenge_nothing_is_asked_for_a_while(tmp_path: Path) -> None:
    with Server(Newsroom(articles=10, oddities=False)) as server:
        server.fault(re.compile(r"^/20\d\d/"), Fault.challenge(times=1))
        run = crawl(server.url, tmp_path, "-s", "KZNEWS_CHALLENGE_PAUSE=3")
    assert len(run.articles) == 9
    (seconds,) = re.findall(r"'elapsed_time_seconds': ([\d.]+)", run.log)
    assert float(seconds) > 3


def everything_forbidden(server: Server) -> None:
    server.robots = "User-agent: *\nDisallow: /\n"


def everything_refused(server: Server) -> None:
    server.fault(re.compile("."), Fault.status(403))


def no_cards(server: Server) -> None:
    server.fault(re.compile("^/category/"), Fault.no_links())


@pytest.mark.parametrize("trouble", [everything_forbidden, everything_refused, no_cards])
def test_a_run_that_brings_nothing_fails(tmp_path: Path, trouble: Callable[[Server], None]) -> None:
    newsroom, _ = site()
    with Server(newsroom) as server:
        trouble(server)
        run = crawl(server.url, tmp_path)
    assert (run.status, run.articles) == (1, [])
    assert re.search(rf" ERROR: .*{server.url.partition('://')[2]}", run.log)
    assert "Traceback" not in run.log


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
def test_robots_rules_are_kept_where_they_forbid_a_part(tmp_path: Path, encoding: str) -> None:
    newsroom, path = site()
    with Server(newsroom) as server:
        rules = f"# Правила\nUser-agent: *\nDisallow: /wp-json/\nDisallow: {path}\n"
        server.fault("/robots.txt", answer(rules.encode(encoding)))
        run = crawl(server.url, tmp_path)
        paths = [hit.path for hit in server.log]
    assert run.rejected[server.url + path]["reason"] == "robots"
    assert len(run.articles) == ARTICLES - 1
    assert path not in paths
    assert not [p for p in paths if "wp-json" in p]


UNREAD = "robots.txt cannot be read, which forbids everything"


@pytest.mark.parametrize(
    ("robots", "said"),
    [
        (Fault.status(503), "robots.txt answers 503, which forbids everything: the run ends"),
        (Fault.hang(), "robots.txt does not answer in time, which forbids everything"),
        (answer("User-agent: *\nCrawl-delay: 86400\n"), "robots.txt asks for 86400 s between"),
        (answer("User-agent: *\nCrawl-delay: 1e18\n"), "more than KZNEWS_CRAWL_DELAY_MAX=120"),
        (answer(gzip.compress(bytes(21_000_000)), Content_Encoding="gzip"), UNREAD),
        (answer(b"\x1f\x8b\x08 no gzip", Content_Encoding="gzip"), UNREAD),
        (Fault.redirect_loop(), UNREAD),
    ],
    ids=["503", "hang", "86400", "1e18", "bomb", "broken", "loop"],
)
def test_robots_txt_that_allows_nothing_ends_the_run(
    tmp_path: Path, robots: Fault, said: str
) -> None:
    with Server(site()[0]) as server:
        server.fault("/robots.txt", robots)
        run = crawl(server.url, tmp_path, "-s", "DOWNLOAD_TIMEOUT=1")
        asked = {hit.path for hit in server.log}
    assert (run.status, reason(run), run.articles) == (1, "robots", [])
    assert said in run.log
    assert asked == {"/robots.txt"}
    assert "Traceback" not in run.log or said == UNREAD  # Scrapy's own, for what is broken


LONG_ROBOTS = "User-agent: *\n" + "# filler\n" * 60_000 + "Disallow: /\n"


@pytest.mark.parametrize(
    ("robots", "said"),
    [
        (Fault.status(503, times=1), "articles"),
        (Fault.status(404), "articles"),
        (answer("User-agent: *\nCrawl-delay: nan\nCrawl-delay: inf\nCrawl-delay: -5\n"), ""),
        (answer(LONG_ROBOTS), "is longer than 512000 bytes: the rest is not read"),
        (answer(gzip.compress(LONG_ROBOTS.encode()), Content_Encoding="gzip"), "512000 bytes"),
    ],
    ids=["503 once", "404", "no number", "long", "packed"],
)
def test_robots_txt_that_allows_the_crawl(tmp_path: Path, robots: Fault, said: str) -> None:
    with Server(site()[0]) as server:
        server.fault("/robots.txt", robots)
        run = crawl(server.url, tmp_path)
    assert (run.status, len(run.articles)) == (0, ARTICLES)
    assert said in run.log


@pytest.mark.parametrize("proxy", [None, "nonsense://"])
def test_an_unreachable_site_is_said_in_one_line(
    proxy: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if proxy:
        monkeypatch.setenv("http_proxy", proxy)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        run = crawl(f"http://127.0.0.1:{free.getsockname()[1]}", tmp_path)
    assert run.status == 1
    assert len(re.findall(r"cannot reach http://127\.0\.0\.1:\d+ ", run.log)) == 1
    right = ", and http_proxy right" if proxy else ""
    assert f"is the network up{right}?" in run.log
    assert "Traceback" not in run.log


def test_results_that_cannot_be_written_fail_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    newsroom, _ = site()
    with Server(newsroom) as server:
        run = crawl(server.url, tmp_path / "file" / "data")
    assert run.status == 1
    assert run.log.count("archive.db cannot be written") == 1
    assert "Traceback" not in run.log


def test_a_full_disk_ends_the_run_and_loses_nothing(tmp_path: Path) -> None:
    newsroom, _ = site()
    with Server(newsroom) as server:
        run = crawl(server.url, tmp_path, "-O", "/dev/full:jsonlines")
        assert run.status == 1
        assert "No space left on device" in run.log
        run = crawl(server.url, tmp_path)
    assert run.status == 0
    assert len({article["id"] for article in run.articles}) == len(run.articles) == ARTICLES


def test_a_section_that_does_not_exist_is_named_and_fails_the_run(tmp_path: Path) -> None:
    newsroom, _ = site()
    with Server(newsroom) as server:
        run = crawl(server.url, tmp_path, sections="poslednie-novosti,net-takoj")
    assert run.status == 1
    assert "'net-takoj'" in run.log
    assert len(run.articles) == ARTICLES


def test_a_section_that_is_only_assumed_may_be_missing(tmp_path: Path) -> None:
    newsroom = Newsroom(articles=ARTICLES, oddities=False, edition="kaz")
    with Server(newsroom) as server:
        server.fault("/category/songy-zhanalyqtar", Fault.status(404))
        run = crawl(server.url, tmp_path, spider="365info-kaz")
        assert (run.status, run.rejected) == (0, {})
        assert run.log.count("There is no section 'songy-zhanalyqtar'") == 1
        server.closed = {"rest": 403}
        server.fault("/", Fault.status(404))
        unnamed = crawl(server.url, tmp_path, spider="365info-kaz")
    assert unnamed.status == 1


def test_a_section_that_invents_addresses_for_ever_is_given_up(tmp_path: Path) -> None:
    number = count()

    def invent(answer: Answer) -> Answer:
        links = (f'<a href="/2026/11/nothing-{next(number)}">x</a>' for _ in range(10))
        return Answer(200, f"<html><body><main>{''.join(links)}</main></body></html>")

    with Server(Newsroom(articles=ARTICLES, oddities=False)) as server:
        server.fault(re.compile("^/category/mir"), Fault(invent))
        words = ("-s", "KZNEWS_DEAD_IN_A_ROW=15")
        run = crawl(server.url, tmp_path, *words, sections="poslednie-novosti,mir")
    assert (run.status, len(run.articles)) == (1, ARTICLES)
    assert "section 'mir' is given up" in run.log
    assert "KZNEWS_DEAD_IN_A_ROW=15" in run.log
    assert 15 <= len(run.rejected) <= 40


@pytest.mark.parametrize("is_empty", [True, False])
def test_categories_that_are_promised_without_an_end_are_bounded(
    tmp_path: Path, is_empty: bool
) -> None:
    def endless(answer: Answer) -> Answer:
        body = "[]" if is_empty or answer.status != 200 else answer.body
        return Answer(200, body, JSON, [("X-WP-TotalPages", "999999999")])

    with Server(Newsroom(articles=ARTICLES, oddities=False)) as server:
        server.fault(re.compile("/wp/v2/categories"), Fault(endless))
        run = crawl(server.url, tmp_path)
        asked = [hit for hit in server.log if "/wp/v2/categories" in hit.path]
    assert len(run.articles) == ARTICLES
    assert len(asked) <= 2
    assert run.status == (0 if is_empty else 1)
    assert is_empty or "the API has more categories than the" in run.log


def test_malformed_addresses_of_a_listing_are_written_down_once(tmp_path: Path) -> None:
    bad = [f"/2026/11/{slug}" for slug in ("a" * 5000, "x%2", "y%00", "%D0", "z%01")]
    links = "".join(f'<a class="archive__item-link" href="{path}">x</a>' for path in bad)

    def spoil(answer: Answer) -> Answer:
        assert isinstance(answer.body, bytes)
        return replace(answer, body=answer.body.replace(b"</main>", links.encode() + b"</main>"))

    with Server(Newsroom(articles=25, oddities=False)) as server:
        server.fault(re.compile("^/category/"), Fault(spoil))
        run = crawl(server.url, tmp_path)
    records = run.records("rejected")
    assert (run.status, len(run.articles)) == (0, 25)
    assert [record["reason"] for record in records] == ["invalid"] * len(bad)
    assert max(len(record["url"]) for record in records) < 2048


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-a", "colour=red"), "'colour'"),
        (("-a", "since=yesterday"), "since='yesterday'"),
        (("-a", "max_pages=0"), "max_pages='0'"),
        (("-a", "urls=https://example.org/x"), "https://example.org/x"),
        (("-a", "since=2026-02-01", "-a", "until=2026-01-01"), "later than until"),
    ],
)
def test_wrong_usage_ends_at_once_with_status_2(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    run: Run = scrapy("crawl", "365info", *words, data=tmp_path)
    assert run.status == 2
    assert said in run.log
    assert not tmp_path.joinpath("articles").exists()
    assert "Traceback" not in run.log


def test_an_unknown_spider_is_answered_with_the_names_of_all(tmp_path: Path) -> None:
    run = scrapy("crawl", "365", data=tmp_path)
    assert run.status == 2
    assert "365info, 365info-kaz" in run.log


def test_a_delay_of_zero_is_refused(tmp_path: Path) -> None:
    run = scrapy("crawl", "365info", "-s", "DOWNLOAD_DELAY=0", data=tmp_path)
    assert run.status != 0
    assert "DOWNLOAD_DELAY=0: expected seconds above 0" in run.log


def test_at_most_the_allowed_number_of_requests_is_in_flight(tmp_path: Path) -> None:
    with Server(Newsroom(articles=30, oddities=False), delay=0.02) as server:
        crawl(server.url, tmp_path)
        assert server.max_in_flight <= 2


@pytest.mark.parametrize("to", ["http://127.0.0.1:9/2026/01/elsewhere", "https://365info.kz/"])
def test_a_redirect_to_another_site_is_not_followed(tmp_path: Path, to: str) -> None:
    newsroom, path = site()
    with Server(newsroom) as server:
        server.fault(path, Fault.redirect(to))
        run = crawl(server.url, tmp_path)
    rejected = run.rejected[server.url + path]
    assert (rejected["reason"], to in rejected["detail"]) == ("redirected", True)
    assert len(run.articles) == ARTICLES - 1


def test_an_article_of_too_many_pages_is_read_as_far_as_allowed_and_that_is_said(
    tmp_path: Path,
) -> None:
    newsroom, path = site()
    [post] = [post for post in newsroom.posts if post.path == path]
    for number in range(MAX_PARTS + 1):
        post.pieces += [Piece(PAGE_BREAK), Piece(f"<p>Страница {number}.</p>")]
    with Server(newsroom) as server:
        run = crawl(server.url, tmp_path)
        assert sum(hit.path.startswith(path) for hit in server.log) == MAX_PARTS
    [article] = [article for article in run.articles if article["url"].endswith(path)]
    assert (run.status, len(run.articles)) == (0, ARTICLES)
    assert article["text"].endswith(f"Страница {MAX_PARTS - 2}.")
    assert run.log.count("meets the limit MAX_PARTS") == 1
