"""Redirects that lead nowhere, and pages that redirect by a meta tag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from urllib.parse import urldefrag

from scrapy.downloadermiddlewares import redirect
from scrapy.http import HtmlResponse
from scrapy.utils.response import get_meta_refresh

from kznews.pages.addresses import absolute

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings


class _WithoutReferer(redirect.BaseRedirectMiddleware):
    """Scrapy's looks for a middleware of Referers when a run begins, and warns without one."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler.settings)
        middleware.crawler = crawler
        return middleware


class RedirectMiddleware(_WithoutReferer, redirect.RedirectMiddleware):
    """Scrapy's, but one to what is no address (``mailto:``, ``http://[``) is a bare status."""

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002
    ) -> Request | Response:
        try:
            return super().process_response(request, response)
        except ValueError:
            return response


_BEGINNING = 4 * 4096
"""Bytes of the 4,096 characters in which Scrapy looks for such a tag, in the widest encoding."""


class MetaRefreshMiddleware(_WithoutReferer, redirect.MetaRefreshMiddleware):
    """Scrapy's, but a page that reloads itself after a while, or redirects nowhere, is read.

    Such a tag is for readers who keep the page open. ``METAREFRESH_MAXDELAY`` limits the others.
    """

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self.ignored_tags = settings.getlist("METAREFRESH_IGNORE_TAGS")

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002
    ) -> Request | Response:
        beginning = response.body[:_BEGINNING].replace(b"\0", b"").lower()
        if b"refresh" not in beginning:  # nearly every page, which need not be decoded
            return response
        if isinstance(response, HtmlResponse):
            try:
                seconds, url = get_meta_refresh(response, self.ignored_tags)
            except ValueError:  # no address
                return response
            target = absolute(response.url, url)
            if target is None or (seconds and urldefrag(target)[0] == urldefrag(response.url)[0]):
                return response
        return super().process_response(request, response)
