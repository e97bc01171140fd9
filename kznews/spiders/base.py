"""What every crawl shares: arguments, fetching an article, writing down what cannot be had."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.parse import unquote, urlsplit

from scrapy import Request, Spider, signals
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError

from kznews import dates, finish_reasons
from kznews.browser import handler
from kznews.browser.handler import Browser
from kznews.browser.requests import ALWAYS, META, Rendering
from kznews.downloadermiddlewares.base import Unavailable
from kznews.items import Article, Rejected
from kznews.monitoring.rules import SELECTORS
from kznews.pages.article import is_cut_short, next_page_url, read_article
from kznews.pages.page import NotAnArticle, Page, as_html
from kznews.pages.snapshot import read_snapshot
from kznews.pages.views import read_views
from kznews.sites.site import spelt_out
from kznews.spiders import boundary
from kznews.spiders.arguments import COMMON, Arguments, parse
from kznews.spiders.boundary import Boundary, Unread
from kznews.storage import archive

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.items import SiteSnapshot
    from kznews.sites import Site
    from kznews.storage.archive import Archive

MAX_PARTS = 20
"""Pages of one split post that are followed, a bound against endless paging."""

OUT_OF_REACH = frozenset({"dns", "unreachable", "timeout"})
"""Reasons why a first request that fails says that the whole site cannot be had."""

IGNORED = (
    ("robots.txt", "robots"),
    ("redirections", "redirect_loop"),
    ("DOWNLOAD_MAXSIZE", "too_large"),
)
"""What Scrapy says of a request that it ignores, and the reason that it is."""

REVISIT = "revisit"
"""How an article is found that is only looked at again."""

MISSES_OF_GONE = 2

DEAD = frozenset({"http_404", "http_410", "not_an_article", "redirected"})
"""Reasons of an address that leads to no article."""

Output = Article | Rejected | Request


class ArticleCrawl(Spider):
    """A spider that fetches articles of one site, however it comes to know of them."""

    site: ClassVar[Site | None]
    """None for a spider that is told its site by an argument."""
    takes: ClassVar[frozenset[str]] = COMMON
    """The names of the arguments that the spider takes, beside ``site``."""

    def __init__(self, name: str | None = None, **kwargs: str) -> None:
        super().__init__(name)
        self.started_at = datetime.now(UTC)
        self.given = kwargs
        self.arguments = self.read_arguments(kwargs)
        self.source = self.arguments.source(self.site)
        self.window = self.arguments.window(self.source.zone)
        self.published: dict[str, dates.Moment] = {}  # where listings may end by it
        self.expected = False
        self.problems: list[str] = []
        self.failure = finish_reasons.INCOMPLETE
        self._asked: set[int] = set()  # hashes: addresses would be most of a run's memory
        self._budget = self.arguments.max_articles
        self._delivered = 0
        self._snapshot_taken = False
        self.dead: Counter[str] = Counter()
        """Articles on end that are not there, by how they were found."""

    @classmethod
    def read_arguments(cls, given: Mapping[str, str]) -> Arguments:
        """Return a run's arguments as values; raises ``ArgumentError``."""
        return parse(given, cls.site, cls.taken())

    @classmethod
    def taken(cls) -> frozenset[str]:
        """Return the names of all arguments that the spider takes."""
        return cls.takes if cls.site else cls.takes | {"site"}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.count_delivered, signals.item_scraped)
        crawler.signals.connect(spider.give_back, signals.item_dropped)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        if self.browser.mode == ALWAYS and self.browser.found is None:
            self.problem(self.browser.missing(), finish_reasons.NO_BROWSER)
        first = self.named() if self.arguments.urls else self.begin()
        for request in self.boundary.around(first):
            yield request

    def begin(self) -> Iterator[Request]:
        """Return the first requests of a run that was given no addresses."""
        raise NotImplementedError

    def named(self) -> Iterator[Request]:
        """Ask for the articles that a person named, known or not."""
        for url in self.arguments.urls:
            address = self.source.article_url(url) or url
            self.archive().discover(address, self.source.name, "urls", None)
            yield from self.ask(address, "urls")

    def place(self, request: Request) -> str | None:  # noqa: ARG002
        """Return in a few words where in its walk a request stands, None where it stands nowhere.

        For people who watch the run.
        """
        return None

    def remaining(self) -> int | None:
        """Return how many articles are still to come, None where nobody knows."""
        left = []
        if self.arguments.max_articles is not None:
            left.append(self.arguments.max_articles - self._delivered)
        if self.arguments.urls:
            settled = ("articles", "rejected", "incremental/unchanged")
            stats = self.crawler.stats
            left.append(len(self.arguments.urls) - sum(stats.get_value(x, 0) for x in settled))
        return max(0, min(left)) if left else None

    def archive(self) -> Archive:
        """What earlier runs found; every crawl has one."""
        return archive.of(self.crawler)

    @property
    def boundary(self) -> Boundary:
        return boundary.of(self.crawler)

    @property
    def browser(self) -> Browser:
        return handler.of(self.crawler)

    def shown(self, wait_for: Iterable[str], *, filled: bool = False) -> dict[str, Any]:
        """Return the meta of a page that is asked of the browser where all are."""
        css = ", ".join(filter(None, wait_for))
        return {META: Rendering(css, filled=filled)} if self.browser.shows_all else {}

    def _article_meta(self) -> dict[str, Any]:
        return self.shown((layout.views for layout in self.source.layouts), filled=True)

    def ask(self, url: str, via: str, priority: int = 1) -> Iterator[Request]:
        """Ask for an article by its one address, once a run."""
        self.expected = True
        if hash(url) not in self._asked:
            self._asked.add(hash(url))
            yield Request(
                url,
                callback=self.parse_article,
                errback=self.article_failed,
                cb_kwargs={"asked": url, "via": via},
                meta=self._article_meta(),
                priority=priority,
            )

    def page(self, response: Response) -> Page | None:
        html = as_html(response)
        return Page(html, self.source, datetime.now(UTC)) if html else None

    def parse_article(
        self, response: Response, asked: str, via: str, parts: tuple[Page, ...] = ()
    ) -> Iterator[Output | SiteSnapshot]:
        page = self.page(response)
        if page is None or is_cut_short(page):
            yield from self._again_or_lost(response, asked, via, page)
            return
        yield from self.snapshot(page)
        parts = (*parts, page)
        if len(parts) < MAX_PARTS and (following := next_page_url(page)):
            yield Request(
                following,
                callback=self.parse_article,
                errback=self.article_failed,
                cb_kwargs={"asked": asked, "via": via, "parts": parts},
                meta=self._article_meta(),
                priority=2,
            )
            return
        self._count_layout(parts[0])
        try:
            article = read_article(parts)
        except NotAnArticle as error:
            yield from self.lost(asked, via, error.reason, error.detail)
            return
        self.dead[via] = 0
        article.discovered_via = via
        article.views = read_views(parts[0]) if META in response.meta else None
        self.add_sections(article)
        if landed := another_article(asked, article):
            yield from self.lost(asked, via, "redirected", f"leads to another article, {landed}")
            return
        if asked != article.url:
            self._settle(asked, article, archive.STORED)
        if self._wanted(article):
            yield article
        elif via != REVISIT:
            self._settle(article.url, article, archive.FETCHED)

    def _count_layout(self, page: Page) -> None:
        """Count which of the layout's selectors fit: one that is only a fallback breaks unseen."""
        layout = page.layout
        self._count(f"page/{layout.name if layout else 'none'}")
        if layout:
            for part in SELECTORS:
                if page.select(getattr(layout, part)):
                    self._count(f"selector/{layout.name}/{part}")

    def _settle(self, url: str, article: Article, state: str) -> None:
        published = article.published_at
        self.archive().settle(
            url, article.site, state, article.discovered_via,
            published=published, article_id=article.id if state == archive.STORED else None,
        )  # fmt: skip

    def article_failed(self, failure: Failure) -> Iterator[Output]:
        request: Request = failure.request  # type: ignore[attr-defined]
        asked, via = request.cb_kwargs["asked"], request.cb_kwargs["via"]
        reason, detail = failure_reason(failure)
        if reason == finish_reasons.NO_BROWSER:
            yield self.plainly(request, detail)
            return
        yield from self.lost(asked, via, reason, detail)

    def plainly(self, request: Request, why: str | None) -> Request:
        """Return the request as it is without a browser, which is lost."""
        if self.browser.found:
            self.browser.lost(why or "is lost")
            self.problem(self.browser.missing(), finish_reasons.NO_BROWSER)
        return request.replace(meta={k: v for k, v in request.meta.items() if k != META})

    def lost(
        self, url: str, via: str, reason: str, detail: str | None = None
    ) -> Iterator[Rejected]:
        """Write down an article that cannot be had; a stored one is gone when two runs miss it."""
        self.dead[via] += reason in DEAD
        url = spelt_out(url)
        row = self.archive().known([url]).get(url)
        if row is None or row.state != archive.STORED:
            yield self.reject(url, via, reason, detail)
        elif reason in {"http_404", "http_410", "redirected"}:
            yield from self.missed(url)
        else:
            self.logger.info("Cannot look again at %s: %s", url, detail or reason)

    def note_malformed(self, urls: Iterable[str], via: str) -> Iterator[Rejected]:
        """Write down, once, what looks like an article's address and cannot be one."""
        for url in urls:
            why, shown = self.source.malformed(url), spelt_out(url)
            if why and hash(shown) not in self._asked and not self.archive().known([shown]):
                self._asked.add(hash(shown))
                yield self.reject(url, via, "invalid", why)

    def missed(self, url: str) -> Iterator[Rejected]:
        """Note that the site does not have a stored article any more."""
        if self.archive().miss(url, "gone") >= MISSES_OF_GONE:
            gone = self.reject(url, REVISIT, "gone", "two runs in a row did not find it")
            if last := self.archive().latest("", url):
                gone.id, gone.title = last["id"], json.loads(last["item"])["title"]
            yield gone

    def reject(self, url: str, via: str, reason: str, detail: str | None = None) -> Rejected:
        return Rejected(
            url=spelt_out(url),
            site=self.source.name,
            reason=reason,
            detail=detail,
            discovered_via=via,
            seen_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def add_sections(self, article: Article) -> None:
        """Add the sections that the article was found in, where a crawl knows of any."""

    def snapshot(self, page: Page) -> Iterator[SiteSnapshot]:
        """Deliver the page's furniture, once a run."""
        if not self._snapshot_taken and (found := read_snapshot(page)):
            self._snapshot_taken = True
            yield found

    def problem(self, text: str, failure: str = finish_reasons.INCOMPLETE) -> None:
        """Note what makes the run a failure even if it brings articles; said once, in the log."""
        self.problems.append(text)
        self.failure = failure if failure != finish_reasons.INCOMPLETE else self.failure
        self.logger.error(text)

    def out_of_reach(self, reason: str, detail: str | None) -> None:
        self.problem(
            f"cannot reach {self.source.root} ({reason}: {detail}); "
            "`make demo` crawls a look-alike on this machine instead"
        )

    def again(self, response: Response, reason: str) -> Request | None:
        """Return a request for the same page once more, None when that was tried enough."""
        assert response.request is not None
        return get_retry_request(
            response.request, spider=self, reason=reason, give_up_log_level="INFO"
        )

    def _again_or_lost(
        self, response: Response, asked: str, via: str, page: Page | None
    ) -> Iterator[Output]:
        reason = "truncated" if page else "not_html" if response.body.strip() else "empty"
        if reason != "not_html" and (again := self.again(response, reason)):
            yield again
            return
        kind = (response.headers.get("Content-Type") or b"no type").decode("latin-1")
        yield from self.lost(asked, via, reason, f"{len(response.body)} bytes of {kind}")

    def _wanted(self, article: Article) -> bool:
        moment = dates.read_machine(article.published_at or "", dates.zone(self.source.zone))
        if moment and self.arguments.since:
            self.published[article.url] = moment
        if self.window.misses(moment):
            self._count("window/outside")
            return False
        if self._budget is not None:
            if self._budget == 0:
                return False
            self._budget -= 1
        return True

    def count_delivered(self, item: object) -> None:
        """End the run with its last article; a rejected one gives its place back."""
        if self._budget is None:
            return
        if isinstance(item, Article):
            self._delivered += 1
        elif isinstance(item, Rejected) and item.id:
            self._budget += 1
        if self._delivered == self.arguments.max_articles:
            finish_reasons.end_run(self.crawler, finish_reasons.MAX_ARTICLES)

    def give_back(self) -> None:
        """Take an article off the budget that turned out to be known."""
        if self._budget is not None:
            self._budget += 1

    def _count(self, key: str) -> None:
        self.crawler.stats.inc_value(key)


def another_article(asked: str, article: Article) -> str | None:
    """Return the article that a redirect led to, if it is another than the one asked for.

    WordPress redirects an old address of an article to its new one, which is the same article, and
    guesses by the beginning of a slug, which is another (``docs/the-site.md``, «Addresses»).
    """
    if "?p=" in asked:
        post = asked.partition("?p=")[2]
        named = article.id.rpartition(":")[2]
        return article.url if named.isdigit() and named != post else None
    slug, landed = (unquote(urlsplit(url).path).rpartition("/")[2] for url in (asked, article.url))
    return article.url if landed != slug and landed.startswith(slug) else None


def told(reason: str, detail: str | None) -> str:
    """Return a reason and its detail in a few words."""
    return f"{reason}: {detail}" if detail else reason


def failure_reason(failure: Failure) -> tuple[str, str | None]:
    """Return the reason and the detail of a request that brought no page."""
    error = failure.value
    if isinstance(error, (Unavailable, Unread)):
        return error.reason, error.detail
    if isinstance(error, HttpError):
        return f"http_{error.response.status}", None
    if isinstance(error, IgnoreRequest):
        text = str(error)
        return next((reason for mark, reason in IGNORED if mark in text), "ignored"), text
    for kind, reason in (
        (CannotResolveHostError, "dns"),
        (DownloadTimeoutError, "timeout"),
        (ResponseDataLossError, "truncated"),
        (DownloadCancelledError, "too_large"),  # by DOWNLOAD_MAXSIZE, the only one who cancels
    ):
        if isinstance(error, kind):
            return reason, str(error) or None
    return "unreachable", re.sub(r"\s+", " ", f"{type(error).__name__}: {error}")[:300]
