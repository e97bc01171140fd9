"""Captures of a web archive are unpacked, whatever their headers say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.responsetypes import responsetypes

from kznews.downloadermiddlewares.exchange import TARGET
from kznews.warc.packing import unpacked

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class CaptureMiddleware:
    """Unpacks a capture: an archive may send the headers of a body that it has unpacked itself."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_response(self, request: Request, response: Response) -> Response:
        if TARGET not in request.meta:
            return response
        headers = response.headers.copy()
        packings = b",".join(headers.pop("Content-Encoding", [])).decode("latin-1")
        body = unpacked(response.body, packings, self.most_bytes)
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return response.replace(cls=kind, headers=headers, body=body)
