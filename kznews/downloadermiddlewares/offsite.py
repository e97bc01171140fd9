"""Requests and redirects that leave the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from kznews.downloadermiddlewares.base import Unavailable
from kznews.downloadermiddlewares.exchange import TARGET

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class OffsiteMiddleware:
    """Refuse a redirect that leaves the site, so that it is written down.

    Scrapy's own check drops such a request before anybody hears of it.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        spider: Any = self.crawler.spider
        asked = spider.policy if TARGET in request.meta else spider  # a capture leads to no site
        serves = getattr(asked, "serves", None)
        if serves is not None and not serves(request.url):
            raise Unavailable("redirected", f"leads to another site, {request.url}")
