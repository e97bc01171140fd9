"""The page of an article: asked for, read, or written down with the reason why it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from scrapy import Request

from kznews import finish_reasons
from kznews.browser.requests import META
from kznews.downloadermiddlewares.replay import RECORD, RECORDED
from kznews.pages import limits
from kznews.pages.article import is_cut_short, next_page_url, read_article, read_views
from kznews.pages.page import NotAnArticle
from kznews.sources.base import PLACE, REVISIT
from kznews.sources.failures import failure_reason
from kznews.sources.recorded_pages import fitting
from kznews.storage.schema import FETCHED, STORED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.items import Article
    from kznews.pages.page import Page
    from kznews.sources.base import Output
    from kznews.sources.recorded_pages import ReadPage
    from kznews.spiders.base import NewsSpider
    from kznews.warc.reader import Recorded

MAX_PARTS = 20
"""Pages of one split post that are followed, a bound against endless paging."""


class ArticlePages:
    """Asks for the pages of articles, and reads them."""

    def __init__(self, spider: NewsSpider) -> None:
        self._spider = spider

    def ask(self, url: str, via: str, priority: int) -> Request:
        return self._request(url, priority, asked=url, via=via)

    def read_again(self, recorded: Recorded, via: str, read: ReadPage | None) -> Request:
        """Read an article out of a recorded page; ``read`` is what another process has read."""
        return Request(
            recorded.url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"asked": recorded.url, "via": via, "read": read},
            meta={RECORDED: recorded, PLACE: recorded.page.file},
        )

    def _request(self, url: str, priority: int, **kwargs: Any) -> Request:
        layouts = self._spider.site.layouts
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs=kwargs,
            meta=self._spider.shown((layout.views for layout in layouts), filled=True),
            priority=priority,
        )

    def parse(
        self,
        response: Response,
        asked: str,
        via: str,
        *,
        parts: tuple[Page, ...] = (),
        read: ReadPage | None = None,
    ) -> Iterator[Output]:
        if read:
            self._count(read.counts)
            yield from self._accept(read.article, asked, via, response)
            return
        page = self._spider.page(response)
        if page is None or is_cut_short(page):
            yield from self._again_or_lost(response, asked, via, page)
            return
        yield from self._spider.snapshot(page)
        parts = (*parts, page)
        following = next_page_url(page)
        if following and len(parts) == MAX_PARTS:
            limits.met("MAX_PARTS")
        elif following:
            yield self._request(following, 2, asked=asked, via=via, parts=parts)
            return
        self._count(fitting(parts[0]))
        try:
            article = read_article(parts)
        except NotAnArticle as error:
            yield from self._spider.lost(asked, via, error.reason, error.detail)
            return
        article.views = read_views(parts[0]) if META in response.meta else None
        yield from self._accept(article, asked, via, response)

    def _accept(
        self, article: Article, asked: str, via: str, response: Response
    ) -> Iterator[Output]:
        self._spider.dead[via] = 0
        self._spider.policy.add_sections(article)
        if landed := another_article(asked, article):
            yield from self._spider.lost(
                asked, via, "redirected", f"leads to another article, {landed}"
            )
            return
        if asked != article.url:
            self._settle(asked, article, STORED)
        yield from self.deliver(article, via, response)

    def deliver(self, article: Article, via: str, response: Response) -> Iterator[Output]:
        """Deliver an article that was read of an answer, if it is wanted."""
        article.discovered_via = via
        article.page = response.meta.get(RECORD)
        if self._spider.wants(article):
            yield article
        elif via != REVISIT:
            self._settle(article.url, article, FETCHED)

    def _count(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._spider.count(key)

    def _settle(self, url: str, article: Article, state: str) -> None:
        published = article.published_at
        self._spider.archive.urls.settle(
            url, article.site, state, article.discovered_via,
            published=published, article_id=article.id if state == STORED else None,
        )  # fmt: skip

    def failed(self, failure: Failure) -> Iterator[Output]:
        request: Request = failure.request  # type: ignore[attr-defined]
        asked, via = request.cb_kwargs["asked"], request.cb_kwargs["via"]
        reason, detail = failure_reason(failure)
        if reason == finish_reasons.NO_BROWSER:
            yield self._spider.without_browser(request, detail)
            return
        yield from self._spider.lost(asked, via, reason, detail)

    def _again_or_lost(
        self, response: Response, asked: str, via: str, page: Page | None
    ) -> Iterator[Output]:
        reason = "truncated" if page else "not_html" if response.body.strip() else "empty"
        if reason != "not_html" and (again := self._spider.again(response, reason)):
            yield again
            return
        kind = (response.headers.get("Content-Type") or b"no type").decode("latin-1")
        yield from self._spider.lost(asked, via, reason, f"{len(response.body)} bytes of {kind}")


def another_article(asked: str, article: Article) -> str | None:
    """Return the article that a redirect led to, if it is another than the one asked for.

    WordPress redirects an old address of an article to its new one, which is the same article, and
    guesses by the beginning of a slug, which is another (``docs/the-site.md``, «Addresses»).
    """
    if "?p=" in asked:
        post = asked.partition("?p=")[2]
        named = article.id.rpartition(":")[2]
        return article.url if named.isdigit() and named != post else None
    paths = (unquote(urlsplit(url).path).rstrip("/") for url in (asked, article.url))
    slug, landed = (path.rpartition("/")[2] for path in paths)
    return article.url if landed != slug and landed.startswith(slug) else None
