"""The spider of all crawls: its arguments, fetching an article, the account of every address."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.request import getproxies

from scrapy import Request, Spider, signals
from scrapy.downloadermiddlewares.retry import get_retry_request

from kznews import dates, finish_reasons
from kznews.browser import handler
from kznews.browser.handler import Browser
from kznews.browser.requests import ALWAYS, META, Rendering
from kznews.downloadermiddlewares.exchange import seen_at
from kznews.items import Article, Rejected
from kznews.pages.page import Page, as_html
from kznews.pages.snapshot import read_snapshot
from kznews.sites.site import spelt_out
from kznews.sources.base import RECORDED, REVISIT
from kznews.sources.failures import DEAD
from kznews.spiders import boundary
from kznews.spiders.arguments import Arguments, parse
from kznews.spiders.article_pages import ArticlePages
from kznews.spiders.boundary import Boundary
from kznews.spiders.budget import Budget
from kznews.storage import archive
from kznews.storage.schema import DISCOVERED, FETCHED, STORED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from kznews.items import SiteSnapshot
    from kznews.pages.listing import Link
    from kznews.sites import Site
    from kznews.sources.base import Policy
    from kznews.storage.archive import Archive

MISSES_OF_GONE = 2

SETTLED = ("articles", "rejected", "incremental/unchanged")
"""Statistics that count what became of addresses."""

READ_AT_ONCE = 16
"""Recorded answers that may wait to be read."""


class NewsSpider(Spider):
    """Fetches articles of one edition of a site, however its policy comes to know of them.

    ``site`` is the edition at the address that is crawled. ``Crawl`` says what sources ask of it.
    """

    edition: ClassVar[Site | None]
    """None for a spider that gets its site by an argument."""
    policy_class: ClassVar[type[Policy]]
    archive: Archive
    """What earlier runs found; there is one once the crawl has started."""

    def __init__(self, name: str | None = None, **kwargs: str) -> None:
        super().__init__(name)
        self.started_at = datetime.now(UTC)
        self.given = kwargs
        self.arguments = self.read_arguments(kwargs)
        self.site = self.arguments.site_of(self.edition)
        self.is_offline = self.policy_class.is_offline
        is_dated = self.policy_class.by_publication
        self.window = (self.arguments if is_dated else Arguments()).window(self.site.zone)
        self.published: dict[str, dates.Moment] = {}  # where listings may end by it
        self.expected = False
        self.problems: list[str] = []
        self.failure = finish_reasons.INCOMPLETE
        self._asked: set[int] = set()  # hashes: addresses would be most of a run's memory
        self.budget = Budget(self.arguments.max_articles)
        self._snapshot_taken = False
        self._passed_over: set[int] = set()
        self.dead: Counter[str] = Counter()  # on end, by how they were found
        self.policy = self.policy_class(self)
        self.pages = ArticlePages(self)

    @classmethod
    def read_arguments(cls, given: Mapping[str, str]) -> Arguments:
        """Return a run's arguments as values; raises ``ArgumentError``."""
        return parse(given, cls.edition, cls.taken())

    @classmethod
    def taken(cls) -> frozenset[str]:
        """Return the names of all arguments that the spider takes."""
        takes = cls.policy_class.takes
        return takes if cls.edition else takes | {"site"}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.policy.settled, signals.item_scraped)
        crawler.signals.connect(spider.policy.settled, signals.item_dropped)
        if spider.budget.left is not None:
            crawler.signals.connect(spider.item_scraped, signals.item_scraped)
            crawler.signals.connect(spider.budget.give_back, signals.item_dropped)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        self.archive = archive.of(self.crawler)
        if self.browser.mode == ALWAYS and self.browser.found is None:
            self.problem(self.browser.missing(), finish_reasons.NO_BROWSER)
        first = self.policy.begin() if self.arguments.urls is None else self.named()
        requests = self.boundary.around(first, self.site.root, timed=not self.is_offline)
        async for request in _paced(requests, self.crawler, READ_AT_ONCE if self.is_offline else 0):
            yield request

    def named(self) -> Iterator[Request]:
        """Ask for the articles that a person named, known or not."""
        for url in self.arguments.urls or ():
            address = self.site.article_url(url) or url
            self.archive.urls.discover(address, self.site.name, "urls", None)
            yield from self.ask(address, "urls")

    def remaining(self) -> int | None:
        """Return how many articles are still to come, None where nobody knows."""
        settled = sum(self.crawler.stats.get_value(key, 0) for key in SETTLED)
        urls = self.arguments.urls
        named = None if urls is None else len(urls) - settled
        known = (self.budget.to_deliver, named, self.policy.remaining())
        left = min((number for number in known if number is not None), default=None)
        return None if left is None else max(0, left)

    @property
    def left(self) -> int | None:
        return self.budget.left

    def closed(self, reason: str) -> None:
        """Let the policy keep what the next run needs, if this one could begin."""
        if store := archive.begun(self.crawler):
            self.archive = store
            self.policy.finish(reason)

    @property
    def boundary(self) -> Boundary:
        return boundary.of(self.crawler)

    @property
    def browser(self) -> Browser:
        return handler.of(self.crawler)

    def shown(self, wait_for: Iterable[str], *, filled: bool = False) -> dict[str, Any]:
        css = ", ".join(filter(None, wait_for))
        return {META: Rendering(css, filled=filled)} if self.browser.shows_all else {}

    def ask(self, url: str, via: str, priority: int = 1) -> Iterator[Request]:
        self.expected = True
        if hash(url) not in self._asked:
            self._asked.add(hash(url))
            yield self.pages.ask(url, via, priority)

    def take(
        self, links: Iterable[Link], via: str, known: Mapping[str, Any] | None = None
    ) -> Iterator[Request]:
        """Ask for the articles that are not settled, and note all that were found.

        One outside the asked-for days is only noted: a later run will fetch it.
        """
        links = tuple(links)
        rows = self.archive.urls.known(link.url for link in links) if known is None else known

        def take_one(link: Link) -> Iterator[Request]:
            row = rows.get(link.url)
            published = link.published
            if row is None:
                shown = published.isoformat() if published else None
                self.archive.urls.discover(link.url, self.site.name, via, shown)
            elif row.state == FETCHED:
                published = self.moment(row.published) or published
            elif row.state != DISCOVERED and not self.arguments.full:
                if row.run != self.archive.run and hash(link.url) not in self._passed_over:
                    self._passed_over.add(hash(link.url))  # once, in however many sections
                    self.count("incremental/known")
                return
            if self.window.misses(published):
                self.count("window/skipped")
            else:
                yield from self.ask(link.url, via)

        yield from self.boundary.each(links, take_one, lambda link, _: self.ask(link.url, via))

    def left_over(self, vias: Sequence[str]) -> Iterator[Request]:
        for row in self.archive.urls.pending(self.site.name, vias):
            if not self.window.misses(self.moment(row.published)):
                yield from self.ask(row.url, row.via, priority=-1)

    def recently(self) -> datetime:
        return datetime.now(UTC) - timedelta(hours=self.settings.getfloat("KZNEWS_REVISIT_HOURS"))

    def moment(self, shown: str | None) -> dates.Moment | None:
        return dates.read_machine(shown or "", dates.zone(self.site.zone))

    def page(self, response: Response) -> Page | None:
        html = as_html(response)
        return Page(html, self.site, seen_at(response)) if html else None

    def serves(self, url: str) -> bool:
        """Whether a request may go to an address."""
        return self.site.serves(url) or self.policy.serves(url)

    def without_browser(self, request: Request, why: str | None) -> Request:
        """Return the request as it is without a browser, which is lost."""
        if self.browser.found:
            self.browser.lost(why or "is lost")
            self.problem(self.browser.missing(), finish_reasons.NO_BROWSER)
        return request.replace(meta={k: v for k, v in request.meta.items() if k != META})

    def lost(self, url: str, via: str, reason: str, why: str | None = None) -> Iterator[Rejected]:
        """Write down an article that cannot be had; a stored one is gone when two runs miss it."""
        self.dead[via] += reason in DEAD
        url = spelt_out(url)
        row = self.archive.urls.known([url]).get(url)
        if row is None or row.state != STORED:
            yield self.reject(url, via, reason, why)
        elif reason in {"http_404", "http_410", "redirected"} and via not in RECORDED:
            yield from self.missed(url)
        else:
            self.logger.info("Cannot look again at %s: %s", url, why or reason)

    def note_malformed(self, urls: Iterable[str], via: str) -> Iterator[Rejected]:
        """Write down, once, what looks like an article's address and cannot be one."""
        for url in urls:
            why, shown = self.site.malformed(url), spelt_out(url)
            if why and hash(shown) not in self._asked and not self.archive.urls.known([shown]):
                self._asked.add(hash(shown))
                yield self.reject(url, via, "invalid", why)

    def missed(self, url: str) -> Iterator[Rejected]:
        if self.archive.urls.missing(url, "gone") >= MISSES_OF_GONE:
            gone = self.reject(url, REVISIT, "gone", "two runs in a row did not find it")
            if last := self.archive.articles.latest("", url):
                gone.id, gone.title = last["id"], json.loads(last["item"])["title"]
            yield gone

    def reject(self, url: str, via: str, reason: str, detail: str | None = None) -> Rejected:
        return Rejected(
            url=spelt_out(url),
            site=self.site.name,
            reason=reason,
            detail=detail,
            discovered_via=via,
            seen_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def snapshot(self, page: Page) -> Iterator[SiteSnapshot]:
        """Deliver what the page's frame shows (weather, rates, contacts), once a run."""
        if not self._snapshot_taken and (found := read_snapshot(page)):
            self._snapshot_taken = True
            yield found

    def problem(self, text: str, failure: str = finish_reasons.INCOMPLETE) -> None:
        """Note what makes the run a failure even if it brings articles; said once, in the log."""
        self.problems.append(text)
        self.failure = failure if failure != finish_reasons.INCOMPLETE else self.failure
        self.logger.error(text)

    def out_of_reach(self, reason: str, detail: str | None) -> None:
        root = self.site.root
        self.problem(f"cannot reach {root} ({reason}: {detail}): is {_network_of(root)}?")

    def again(self, response: Response, reason: str) -> Request | None:
        assert response.request
        return get_retry_request(
            response.request, spider=self, reason=reason, give_up_log_level="INFO"
        )

    def wants(self, article: Article) -> bool:
        moment = self.moment(article.published_at)
        if moment and self.arguments.since:
            self.published[article.url] = moment
        if self.window.misses(moment):
            self.count("window/outside")
            return False
        return self.budget.take()

    def item_scraped(self, item: object) -> None:
        """End the run with its last article."""
        self.budget.count(item)
        if self.budget.to_deliver == 0:
            finish_reasons.end_run(self.crawler, finish_reasons.MAX_ARTICLES)

    def count(self, key: str, by: int = 1) -> None:
        self.crawler.stats.inc_value(key, by)

    def set_stat(self, key: str, value: str) -> None:
        self.crawler.stats.set_value(key, value)


def _network_of(address: str) -> str:
    """Return what may be wrong on the way to an address, as the end of a question."""
    scheme = address.partition(":")[0]
    has_proxy = scheme in getproxies()
    return f"the network up, and {scheme}_proxy right" if has_proxy else "the network up"


async def _paced(
    requests: Iterable[Request | None], crawler: Crawler, at_once: int
) -> AsyncIterator[Request]:
    """Give some requests at once, then wait until they are read; None is a moment for others."""
    given = 0
    for request in requests:
        if request is None:
            await asyncio.sleep(0)
            continue
        yield request
        given += 1
        if at_once and given % at_once == 0:
            await crawler.signals.wait_for(signals.scheduler_empty)
