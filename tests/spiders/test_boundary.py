"""An unexpected exception costs one unit and is reported; the next run brings the rest."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from kznews import finish_reasons
from kznews.extensions.finish_reason import Outcome
from kznews.items import Rejected
from kznews.spiders import boundary
from kznews.spiders.boundary import Boundary
from kznews.spiders.time_limit import TimeLimit, TooSlow
from kznews.storage.database import ArchiveError
from replica import Newsroom, Server
from tests.breaking import COMPUTING, FORMATTER
from tests.crawling import FAST, Run, crawl, start
from tests.reading import article

ARTICLES = 11


def broken(*named: str, slow: str = "") -> tuple[str, ...]:
    """Return the options of a crawl in which functions fail."""
    options = ["-s", f"LOG_FORMATTER={FORMATTER}", "-s", f"BREAK={','.join(named)}"]
    return (*options, "-s", f"SLOW={slow}", "-s", "KZNEWS_READ_SECONDS=0.5")


def settled(run: Run) -> dict[str, str]:
    return {url: record["reason"] for url, record in run.rejected.items()}


def report(run: Run) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(max(run.data.glob("report-*.json")).read_text()))


def test_each_page_that_fails_costs_itself_only(tmp_path: Path) -> None:
    newsroom = Newsroom(articles=ARTICLES, oddities=False)
    page, clean, store, slow, line = (x["path"] for x in newsroom.truth()[2:7])
    with Server(newsroom) as server:
        run = crawl(
            server.url,
            tmp_path,
            *broken(
                f"kznews.spiders.article_pages:read_article:{page}",
                f"kznews.pipelines.clean:CleanPipeline.process_article:{clean}",
                f"kznews.storage.articles:Articles.store:{store}",
                f"kznews.exporters.json_lines:LinesExporter.export_item:{line}",
                slow=f"kznews.spiders.article_pages:read_article:{slow}",
            ),
        )
        assert run.status == 1
        assert "errors" in run.log
        assert settled(run) == {
            server.url + page: "error",
            server.url + clean: "error",
            server.url + store: "error",
            server.url + slow: "too_slow",
        }
        detail = run.rejected[server.url + page]["detail"]
        assert re.fullmatch(
            r"ZeroDivisionError: nobody foresaw this \? at kznews/spiders/article_pages.py:\d+",
            detail,
        )
        assert len(run.articles) == ARTICLES - 5
        assert run.log.count("Traceback") == 4
        found = report(run)
        assert found["reason"] == "errors"
        assert sum(found["errors"].values()) == 4

        healed = crawl(server.url, tmp_path)
        assert healed.status == 0
        assert len(healed.articles) == len(healed.urls()) == ARTICLES
        assert len(crawl(server.url, tmp_path).articles) == ARTICLES


def test_a_post_that_fails_is_read_from_its_page(tmp_path: Path) -> None:
    newsroom = Newsroom(articles=ARTICLES, oddities=False)
    first, second = (x["path"] for x in newsroom.truth()[2:4])
    with Server(newsroom) as server:
        run = crawl(
            server.url,
            tmp_path,
            *broken(
                f"kznews.wordpress.rest:read_post:{first}",
                f"kznews.wordpress.rest:Post.read:{second}",
            ),
            spider="365info-backfill",
        )
        assert run.status == 1
        assert len(run.articles) == ARTICLES
        assert {a["url"]: a["discovered_via"] for a in run.articles}[server.url + first] == "rest"
        healed = crawl(server.url, tmp_path, spider="365info-backfill")
    assert healed.status == 0
    assert len(healed.articles) == ARTICLES


@pytest.mark.parametrize(
    ("named", "spider", "missing"),
    [
        ("kznews.sources.listings:read_listing:/category/mir", "365info", 0),
        ("kznews.sources.sitemaps:read_sitemap:wp-sitemap-posts-post-1", "365info-backfill", 11),
        ("kznews.wordpress.api:read_list:/wp-json/wp/v2/posts", "365info-backfill", 0),
        ("kznews.pages.listing:_published:/2026/1", "365info", 0),
    ],
)
def test_an_answer_that_fails_is_one_that_did_not_come(
    tmp_path: Path, named: str, spider: str, missing: int
) -> None:
    newsroom = Newsroom(articles=ARTICLES, oddities=False)
    source = {"source": "sitemap"} if missing else {}
    with Server(newsroom) as server:
        run = crawl(server.url, tmp_path, *broken(named), spider=spider, **source)
        assert run.status == 1
        assert len(run.articles) == ARTICLES - missing
        healed = crawl(server.url, tmp_path, spider=spider, **source)
    assert healed.status == 0
    assert len(healed.articles) == ARTICLES


def test_a_signal_is_heard_while_a_page_is_read(tmp_path: Path) -> None:
    newsroom = Newsroom(articles=ARTICLES, oddities=False)
    slow = newsroom.truth()[3]["path"]
    options = broken(slow=f"kznews.spiders.article_pages:read_article:{slow}")
    options = (*FAST, *options, "-s", "KZNEWS_READ_SECONDS=300")
    with Server(newsroom) as server:
        words = ("scrapy", "crawl", "365info", "-a", f"base_url={server.url}", *options)
        with start(*words, data=tmp_path) as process:
            next(line for line in process.stderr if COMPUTING in line)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
        assert process.returncode == 1
        assert crawl(server.url, tmp_path).status == 0
    assert len(Run(0, "", tmp_path).articles) == ARTICLES


# --- The boundary itself --------------------------------------------------------------------------


@pytest.fixture
def around() -> Boundary:
    crawler = get_crawler(settings_dict={"KZNEWS_READ_SECONDS": 0.2})
    spider = Spider("x")
    spider.reject = lambda url, via, reason, detail: Rejected(url=url, reason=reason)  # type: ignore[attr-defined]
    crawler.spider = spider
    return boundary.of(crawler)


def fail(_: object) -> Iterator[Any]:
    yield "first"
    raise ValueError("second")


def answer(request: Request) -> Response:
    return Response(request.url, request=request)


def run(around: Boundary, request: Request) -> list[Any]:
    (request,) = around.around([request], "start")
    assert request.callback
    return list(request.callback(answer(request)))


def test_an_answer_that_fails_is_given_to_the_errback(around: Boundary) -> None:
    request = Request("http://x.kz", callback=fail, errback=lambda failure: [failure.value.reason])
    assert run(around, request) == ["first", "error"]
    stats = around.crawler.stats.get_stats()
    assert finish_reasons.has_errors(stats)
    assert finish_reasons.exit_status(stats | {"finish_reason": "finished"}) == 1


def test_an_errback_that_fails_leaves_a_rejection(around: Boundary) -> None:
    request = Request("http://x.kz", callback=fail, errback=fail)
    assert run(around, request) == ["first", "first", Rejected(url="http://x.kz", reason="error")]


def test_requests_of_requests_are_inside(around: Boundary) -> None:
    inner = Request("http://x.kz/2", callback=fail, errback=lambda _: ["inner"])
    outer = Request("http://x.kz/1", callback=lambda _: [inner], errback=lambda _: ["outer"])
    (found,) = run(around, outer)
    assert list(found.copy().callback(answer(found))) == ["first", "inner"]


def test_what_others_wait_for_passes(around: Boundary) -> None:
    def stop(_: object) -> None:
        raise ArchiveError("full")

    with pytest.raises(ArchiveError):
        run(around, Request("http://x.kz", callback=stop, errback=stop))
    assert not finish_reasons.has_errors(around.crawler.stats.get_stats())


def test_one_of_many_fails_alone(around: Boundary) -> None:
    def read(number: int) -> Iterator[float]:
        yield 6 / number

    lost = around.each([1, 0, 2], read, lambda unit, why: [(unit, why.reason)])
    assert list(lost) == [6.0, (0, "error"), 3.0]


def test_a_step_has_its_time_and_the_next_one_too(around: Boundary) -> None:
    def read(unit: str) -> Iterator[str]:
        while unit == "slow":
            pass
        yield unit

    lost = around.each(["a", "slow", "b"], read, lambda _, why: [why.reason])
    assert list(around.around(lost, "start")) == ["a", "too_slow", "b"]


def test_a_library_that_swallows_the_limit_meets_it_again() -> None:
    def read() -> None:
        for _ in range(2):
            try:
                while True:
                    pass
            except Exception:
                continue
        while True:
            pass

    with pytest.raises(TooSlow), TimeLimit(0.1):
        read()


def test_without_a_limit_nothing_is_raised() -> None:
    with TimeLimit(0):
        assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_what_scrapy_only_logs_is_counted(around: Boundary) -> None:
    Outcome.from_crawler(around.crawler)

    def handler() -> None:
        raise KeyError("x")

    around.crawler.signals.connect(handler, signal="tested", weak=False)
    around.crawler.signals.send_catch_log(signal="tested")
    assert finish_reasons.has_errors(around.crawler.stats.get_stats())


CHAPTER = '<ul><li><a href="#a">Глава</a><li><a href="#b">Глава</a></ul>'
GRAPH = f'<script type="application/ld+json">[{"{}," * 20_000}{{}}]</script>'


@pytest.mark.parametrize(
    ("name", "fragment"),
    [
        ("MOST_WEIGHED", f"<p>Текст статьи.</p>{CHAPTER * 120}"),
        ("MOST_ATTRIBUTES", f"<p {' '.join(f'data-{n}=1' for n in range(2000))}>Текст статьи."),
        ("MOST_NODES", f"<p>Текст статьи.</p>{GRAPH}"),
        ("LONGEST_ADDRESS", f'<p>Текст статьи.<img src="/{"a" * 3000}.jpg">'),
    ],
)
def test_a_limit_of_reading_that_is_met_is_counted_and_said_once(
    around: Boundary, caplog: pytest.LogCaptureFixture, name: str, fragment: str
) -> None:
    pages = (article(fragment) for _ in range(2))
    around.limit = TimeLimit(60)
    assert [found.title for found in around.around(pages, "https://x.kz")] == ["Заметка"] * 2
    assert around.crawler.stats.get_value(f"limits/{name}") >= 2
    assert caplog.text.count(f"https://x.kz meets the limit {name}") == 1
