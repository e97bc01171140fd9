"""Requests and redirects that leave the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kznews.downloadermiddlewares.base import Middleware, Unavailable
from kznews.downloadermiddlewares.exchange import TARGET

if TYPE_CHECKING:
    from scrapy import Request


class OffsiteMiddleware(Middleware):
    """Refuses a redirect that leaves the site, so that it is recorded.

    Scrapy's own check drops such a request without a log line.
    """

    def process_request(self, request: Request) -> None:
        spider: Any = self.crawler.spider
        owner = spider.policy if TARGET in request.meta else spider  # a capture leads to no site
        serves = getattr(owner, "serves", None)
        if serves is not None and not serves(request.url):
            raise Unavailable("redirected", f"leads to another site, {request.url}")
