"""Each source with a stub in place of a spider: requests, findings, failures."""

from __future__ import annotations

import importlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure

from kznews.browser.requests import NEVER
from kznews.finish_reasons import has_errors
from kznews.items import Article, Rejected
from kznews.pages.listing import Link, SectionLink
from kznews.pages.page import Page, as_html
from kznews.sites.info365 import INFO365
from kznews.sources import feed, home, listings, walks
from kznews.sources.backfill import Backfill
from kznews.sources.base import PLACE, Crawl, Source
from kznews.sources.date_archives import EMPTY_MONTHS, FIRST_YEAR, DateArchives
from kznews.sources.failures import Unread
from kznews.sources.feed import Feed
from kznews.sources.home import Home
from kznews.sources.request_size import RequestSize
from kznews.sources.rest import Rest
from kznews.sources.revisits import Revisits
from kznews.sources.sections import Sections
from kznews.sources.sitemaps import MAX_DEPTH, Sitemaps
from kznews.spiders.arguments import Arguments
from kznews.spiders.boundary import Boundary
from kznews.storage.archive import Archive

ROOT = INFO365.root
NOW = "Thu, 26 Nov 2026 10:00:00 GMT"
ARTICLE = f"{ROOT}/2026/11/novost"


class Stub:
    """A spider that notes what its source says to it."""

    expected = False

    def __init__(self, archive: Archive, **asked: Any) -> None:
        self.site, self.archive = INFO365, archive
        self.arguments = Arguments(**asked)
        self.window = self.arguments.window(self.site.zone)
        self.settings = Settings()
        self.settings.setmodule("kznews.settings")
        self.browser: Any = SimpleNamespace(mode=NEVER, found=None, shows_all=False)
        self.boundary = Boundary(get_crawler(settings_dict={"KZNEWS_READ_SECONDS": 0}))
        self.left: int | None = None
        self.problems: list[str] = []
        self.published: dict[str, Any] = {}
        self.dead: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.stats: dict[str, str] = {}
        self.taken: list[str] = []

    def ask(self, url: str, via: str, priority: int = 1) -> Iterator[Request]:
        yield Request(url, cb_kwargs={"via": via}, priority=priority)

    def take(
        self, links: Iterable[Link], via: str, known: Mapping[str, Any] | None = None
    ) -> Iterator[Request]:
        for link in links:
            self.taken.append(link.url)
            self.archive.urls.discover(link.url, self.site.name, via, None)
        yield from ()

    def left_over(self, vias: Sequence[str]) -> Iterator[Request]:
        yield from ()

    def wants(self, article: Article) -> bool:
        return True

    def lost(self, url: str, via: str, reason: str, detail: str | None = None) -> Any:
        yield self.reject(url, via, reason, detail)

    def missed(self, url: str) -> Iterator[Rejected]:
        yield self.reject(url, "revisit", "gone")

    def reject(self, url: str, via: str, reason: str, detail: str | None = None) -> Rejected:
        return Rejected(url=url, reason=reason, detail=detail, discovered_via=via)

    def note_malformed(self, urls: Iterable[str], via: str) -> Iterator[Rejected]:
        yield from ()

    def page(self, response: Response) -> Page | None:
        html = as_html(response)
        return Page(html, self.site, datetime.now(UTC)) if html else None

    def snapshot(self, page: Page) -> Iterator[Any]:
        yield from ()

    def again(self, response: Response, reason: str) -> Request | None:
        return None

    def shown(self, wait_for: Iterable[str], *, filled: bool = False) -> dict[str, Any]:
        return {}

    def without_browser(self, request: Request, why: str | None) -> Request:
        return request

    def problem(self, text: str, failure: str = "incomplete") -> None:
        self.problems.append(text)

    def out_of_reach(self, reason: str, detail: str | None) -> None:
        self.problems.append(reason)

    def count(self, key: str, by: int = 1) -> None:
        self.counts[key] += by

    def set_stat(self, key: str, value: str) -> None:
        self.stats[key] = value

    def recently(self) -> datetime:
        return datetime.now(UTC) - timedelta(days=2)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    store = Archive(f"sqlite:///{tmp_path}/archive.db")
    store.begin("365info", "365info", ROOT, {})
    yield store
    store.close()


@pytest.fixture
def stub(archive: Archive) -> Stub:
    return Stub(archive)


def answer(request: Any, body: str = "", status: int = 200, url: str = "", **headers: str) -> Any:
    """Return what a source makes of an answer to its request."""
    kind = HtmlResponse if body.lstrip().startswith("<html") else Response
    response = kind(
        url or request.url,
        status=status,
        headers={"Date": NOW, **{k.replace("_", "-"): v for k, v in headers.items()}},
        body=body.encode(),
        request=request,
    )
    return list(request.callback(response, **request.cb_kwargs) or ())


def fail(request: Any, reason: str) -> Any:
    """Return what a source makes of a request that brought nothing."""
    failure: Any = Failure(Unread(reason, ""))
    failure.request = request
    return list(request.errback(failure) or ())


def page(*paths: str) -> str:
    cards = "".join(
        f'<article class="archive__item"><a class="archive__item-link" href="{path}">Новость</a>'
        "</article>"
        for path in paths
    )
    return f"<html><head></head><body>{cards}</body></html>"


def urls(found: Iterable[Any]) -> list[str]:
    return [request.url.removeprefix(ROOT) for request in found]


def say(name: str) -> Any:
    """Return a callback that says its name, and why it was called."""
    return lambda *why: iter([(name, *why)])


def test_sources_are_parts(stub: Stub) -> None:
    crawl: Crawl = stub  # a type checker sees that the stub is enough
    assert crawl.site is INFO365
    for source in (Sections, Sitemaps, Rest, Feed, Home, DateArchives, Revisits):
        assert source.__bases__ == (Source,)


# --- Sitemaps -------------------------------------------------------------------------------------


def sitemap(*addresses: str) -> str:
    places = "".join(f"<url><loc>{address}</loc></url>" for address in addresses)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'


def test_a_sitemap_is_asked_for_where_robots_txt_names_it(stub: Stub) -> None:
    found: list[list[str]] = []

    def take(urls: list[str]) -> Iterator[Any]:
        found.append(urls)
        yield from ()

    (robots,) = Sitemaps(stub, take, say("closed")).begin()
    (file,) = answer(robots, f"Sitemap: http://[null]/x\n SITEMAP : {ROOT}/sitemap.xml")
    assert urls([file]) == ["/sitemap.xml"]
    assert answer(file, sitemap(f"{ROOT}/2026/10/a", "http://[bad", f"{ROOT}/2026/11/b")) == []
    assert found == [[f"{ROOT}/2026/11/b", f"{ROOT}/2026/10/a"]]


def test_indexes_in_indexes_are_read_to_a_depth(stub: Stub) -> None:
    (robots,) = Sitemaps(stub, say("found"), say("closed")).begin()
    (file,) = answer(robots, f"Sitemap: {ROOT}/sitemap.xml")
    for level in range(MAX_DEPTH):
        index = sitemap(f"{ROOT}/sitemap-{level}.xml").replace("urlset", "sitemapindex")
        (file,) = answer(file, index)
        assert stub.problems == []
    answer(file, index.replace(f"-{level}", "-below"))
    assert "more than 5 deep" in stub.problems[0]


def test_without_sitemaps_the_policy_hears_of_it(stub: Stub) -> None:
    (request,) = Sitemaps(stub, say("found"), say("closed")).begin()
    outputs = fail(request, "http_404")
    for _ in range(3):
        outputs = fail(outputs[0], "http_404")
    ((name, why),) = outputs
    assert name == "closed"
    assert "http_404" in why


# --- Feed and home page ---------------------------------------------------------------------------


def rss(*addresses: str) -> str:
    items = "".join(f"<item><link>{address}</link></item>" for address in addresses)
    return f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'


def test_a_feed_is_asked_only_for_what_changed(stub: Stub) -> None:
    source = Feed(stub, say("heard"))
    source.seen = "Wed, 25 Nov 2026 10:00:00 GMT"
    (request,) = source.begin()
    assert request.headers["If-Modified-Since"] == source.seen.encode()
    assert answer(request, status=304) == []
    assert stub.counts["incremental/nothing_new"] == 1
    changed = "Thu, 26 Nov 2026 09:00:00 GMT"
    assert answer(request, rss(ARTICLE), Last_Modified=changed) == [("heard",)]
    assert source.changed == changed
    assert list(source.take()) == []
    assert stub.taken == [ARTICLE]
    assert request.meta[PLACE] == feed.VIA


def test_a_feed_that_is_cut_is_asked_for_again_each_time(stub: Stub) -> None:
    source = Feed(stub, say("heard"))
    (request,) = source.begin()
    cut = rss(ARTICLE).partition("</channel>")[0]
    assert answer(request, cut, Last_Modified="Thu, 26 Nov 2026 09:00:00 GMT") == [("heard",)]
    assert (source.is_cut, source.changed) == (True, None)
    assert [entry.url for entry in source.entries or ()] == [ARTICLE]


def test_a_feed_is_gone_down_until_it_names_what_is_known(stub: Stub) -> None:
    source = Feed(stub, say("heard"))
    (request,) = source.begin()
    answer(request, rss(ARTICLE))
    (older,) = source.go_down()
    assert urls([older]) == ["/feed/?paged=2"]
    source.hole = stub.archive.run  # an earlier look came no further
    assert fail(older, "http_404") == []
    assert not stub.problems
    fail(older, "http_500")
    assert stub.problems


def test_a_home_page_that_is_all_new_may_hide_more(stub: Stub) -> None:
    source = Home(stub)
    (request,) = source.begin()
    answer(request, page("/2026/11/a"))
    assert stub.taken == [f"{ROOT}/2026/11/a"]
    assert "all of" in stub.problems[0]
    assert source.looked == "2026-11-26T09:59:00Z"
    assert home.VIA == "home"


# --- Listings -------------------------------------------------------------------------------------


def test_sections_are_those_of_the_api(stub: Stub) -> None:
    (request,) = Sections(stub, say("no api")).begin()
    category = {"slug": "mir", "name": "Мир", "link": f"{ROOT}/category/mir", "count": 3}
    found = urls(answer(request, json.dumps([category])))
    assert found == ["/category/poslednie-novosti", "/category/mir"]


def test_without_api_the_home_page_names_the_sections(stub: Stub) -> None:
    (request,) = Sections(stub, say("no api")).begin()
    told, front = fail(request, "http_403")
    assert told == ("no api",)
    assert urls([front]) == ["/"]


def test_a_listing_is_walked_until_there_is_nothing_new(stub: Stub, archive: Archive) -> None:
    stub = Stub(archive, sections=("mir",))
    source = Sections(stub, say("no api"))
    (first,) = source.begin()
    (second,) = answer(first, page("/2026/11/a", "/2026/11/b"))
    assert urls([second]) == ["/category/mir/page/2"]
    assert second.meta[PLACE] == "mir, page 2"
    assert answer(second, page("/2026/11/b")) == []
    archive.flush()
    assert archive.urls.mark("365info", "mir") == archive.run
    article = Article(url=f"{ROOT}/2026/11/a")
    source.add_sections(article)
    assert [section.slug for section in article.sections] == ["mir"]


def test_a_listing_that_missed_a_page_moves_no_mark(archive: Archive) -> None:
    stub = Stub(archive, sections=("mir",))
    (first,) = Sections(stub, say("no api")).begin()
    (second,) = answer(first, page("/2026/11/a"))
    rejected, third = fail(second, "http_500")
    assert rejected.reason == "http_500"
    assert fail(third, "http_404") == []
    archive.flush()
    assert archive.urls.mark("365info", "mir") == 0


def test_months_are_walked_back_past_empty_ones(stub: Stub) -> None:
    stub.arguments = Arguments(until=datetime(2026, 1, 5, tzinfo=UTC).date())
    (january,) = DateArchives(stub).begin()
    assert urls([january]) == ["/2026/01"]
    (december,) = fail(january, "http_404")
    assert urls([december]) == ["/2025/12"]
    assert answer(december, page("/2025/12/a"), url=f"{ROOT}/") == []  # there are none


def test_months_end_after_empty_ones_in_a_row(stub: Stub) -> None:
    stub.arguments = Arguments(until=datetime(2026, 1, 5, tzinfo=UTC).date())
    (request,) = DateArchives(stub).begin()
    for number in range(2 * EMPTY_MONTHS - 1):
        if number == EMPTY_MONTHS - 1:  # a month that has one: those before it do not count
            (further,) = answer(request, page("/2024/02/a"))
            (request,) = fail(further, "http_404")
        else:
            (request,) = fail(request, "http_404")
    assert fail(request, "http_404") == []
    assert not stub.problems


def test_months_that_are_not_looked_at_are_said(stub: Stub) -> None:
    stub.arguments = Arguments(until=date(FIRST_YEAR, 1, 5))
    (request,) = DateArchives(stub).begin()
    (further,) = answer(request, page(f"/{FIRST_YEAR}/01/a"))
    assert fail(further, "http_404") == []
    assert f"the months before {FIRST_YEAR}" in stub.problems[0]


def test_a_listing_is_given_up_after_pages_that_fail_in_a_row(archive: Archive) -> None:
    stub = Stub(archive, sections=("mir",))
    (request,) = Sections(stub, say("no api")).begin()
    (request,) = answer(request, page("/2026/11/a"))
    for _ in range(listings.MAX_FAILURES - 1):
        _, request = fail(request, "http_500")
    assert len(fail(request, "http_500")) == 1
    assert "cannot be read" in stub.problems[0]


def test_what_links_mean_is_said_in_words() -> None:
    assert len({meaning.value for meaning in walks.Meaning}) == 4
    walk = walks.Walk(SectionLink("mir", None, f"{ROOT}/category/mir"), number=3)
    assert (walk.url, walk.via) == (f"{ROOT}/category/mir/page/3", "section:mir")


# --- The REST API ---------------------------------------------------------------------------------


def post(number: int) -> dict[str, Any]:
    clock = f"2026-11-{number:02d}T10:00:00"
    return {
        "id": number,
        "link": f"{ROOT}/2026/11/novost-{number}",
        **dict.fromkeys(("date", "date_gmt", "modified", "modified_gmt"), clock),
        "title": {"rendered": "Новость"},
        "content": {"rendered": "<p>Правительство утвердило бюджет на три года.</p>"},
    }


def rest(stub: Stub) -> Rest:
    return Rest(stub, RequestSize(stub), say("closed"), say("revisit"))


def test_posts_are_delivered_and_the_walk_is_kept(stub: Stub, archive: Archive) -> None:
    (request,) = rest(stub).begin()
    *articles, following = answer(
        request, json.dumps([post(20), post(10)]), X_WP_TotalPages="2", X_WP_Total="3"
    )
    assert [article.id for article in articles] == ["365info:20", "365info:10"]
    archive.flush()
    kept = json.loads(archive.notes.read("backfill:365info:newest:..") or "")
    assert kept["newest"] == "2026-11-20T10:00:00"
    assert kept["following"]["before"] == "2026-11-10T10:00:01"
    (again, *_) = rest(stub).begin()  # by the numbers that were noted and not stored
    assert "include=" in again.url
    assert "before=2026-11-10T10:00:01" in following.url


def test_a_closed_api_is_said_and_one_that_fails_is_a_problem(stub: Stub) -> None:
    (request,) = rest(stub).begin()
    assert fail(request, "http_403") == [("closed", "http_403")]
    assert fail(request, "http_503") == []
    assert "the REST API fails" in stub.problems[0]


# --- One of many that fails -----------------------------------------------------------------------

A, B, C = (f"{ROOT}/2026/11/{name}" for name in ("aaa", "bbb", "ccc"))
MIR, MAN = (
    {"slug": slug, "name": slug, "link": f"{ROOT}/category/{slug}"} for slug in ("mir", "man")
)


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Let a function of a module fail where one of its arguments, as text, holds what is named."""

    def break_one(place: str, named: str) -> None:
        module, _, name = place.rpartition(".")
        function = getattr(importlib.import_module(module), name)

        def fails(*args: Any) -> Any:
            if any(named in str(arg) for arg in args):
                raise ZeroDivisionError("nobody foresaw this")
            return function(*args)

        monkeypatch.setattr(place, fails)

    return break_one


def test_an_entry_of_a_feed_that_fails_costs_itself(stub: Stub, breaks: Any) -> None:
    breaks("kznews.wordpress.rss._published", "/bbb")
    source = Feed(stub, say("heard"))
    (request,) = source.begin()
    assert answer(request, rss(A, B, C)) == [("heard",)]
    assert stub.taken == [B]  # by its page
    assert [entry.url for entry in source.entries or ()] == [A, C]
    assert has_errors(stub.boundary.crawler.stats.get_stats())


def test_an_address_of_a_sitemap_that_fails_costs_itself(stub: Stub, breaks: Any) -> None:
    breaks("kznews.dates.month", "12")
    stub.arguments = Arguments(source="sitemap")
    *_, robots = Backfill(stub).begin()
    (file,) = answer(robots, f"Sitemap: {ROOT}/sitemap.xml")
    december = f"{ROOT}/2026/12/x"
    assert answer(file, sitemap(A, december, C)) == []
    assert stub.taken == [december, C, A]


def test_a_category_that_fails_costs_itself(stub: Stub, breaks: Any) -> None:
    breaks("kznews.wordpress.api.SectionLink", "man")
    (request,) = Sections(stub, say("no api")).begin()
    (rejected, *walks) = answer(request, json.dumps([MAN, MIR]))
    assert (rejected.url, rejected.reason) == (MAN["link"], "error")
    assert urls(walks) == ["/category/poslednie-novosti", "/category/mir"]


def test_a_card_that_fails_costs_itself_and_moves_no_mark(archive: Archive, breaks: Any) -> None:
    breaks("kznews.pages.listing._published", "/bbb")
    stub = Stub(archive, sections=("mir",))
    (first,) = Sections(stub, say("no api")).begin()
    (second,) = answer(first, page(A, B, C))
    assert stub.taken == [B, A, C]
    fail(second, "http_404")
    archive.flush()
    assert archive.urls.mark("365info", "mir") == 0


def test_cards_that_all_fail_are_a_page_that_is_missed(archive: Archive, breaks: Any) -> None:
    breaks("kznews.pages.listing._published", "/")
    stub = Stub(archive, sections=("mir",))
    (first,) = Sections(stub, say("no api")).begin()
    (rejected,) = answer(first, page(A, B))
    assert (rejected.reason, stub.taken) == ("error", [A, B])
    assert "cannot be read" in stub.problems[0]


# --- A policy -------------------------------------------------------------------------------------


def test_a_backfill_goes_on_by_the_next_source(stub: Stub) -> None:
    (posts,) = Backfill(stub).begin()
    assert stub.stats["source"] == "rest"
    (robots,) = fail(posts, "http_401")
    assert urls([robots]) == ["/robots.txt"]
    assert stub.stats == {"source": "sitemap", "source/closed/rest": "http_401"}
    assert fail(posts, "http_401") == []  # once


def test_a_source_that_was_asked_for_is_the_only_one(archive: Archive) -> None:
    stub = Stub(archive, source="rest")
    (posts,) = Backfill(stub).begin()
    assert fail(posts, "http_401") == []
    assert stub.problems == ["the source 'rest' is closed (http_401)"]
