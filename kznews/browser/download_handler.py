"""The download handler: pages that need a browser go to it, all others over HTTP.

It is a separate module so that commands without downloads need not import Scrapy's handler (0.1 s).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kznews.browser import handler
from kznews.browser.requests import META
from kznews.downloadermiddlewares.http11 import BoundedHeadersHandler

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class DownloadHandler(BoundedHeadersHandler):
    """Downloads as ``BoundedHeadersHandler`` does, but for pages that are asked of the browser."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._browser = handler.of(crawler)

    async def download_request(self, request: Request) -> Response:
        if META in request.meta:
            return await self._browser.fetch(request)
        return await super().download_request(request)

    async def close(self) -> None:
        await super().close()
        await self._browser.close()
