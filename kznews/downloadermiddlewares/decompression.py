"""An answer whose compression is broken or cut is half an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import (
    HttpCompressionMiddleware as ScrapyHttpCompressionMiddleware,
)
from scrapy.exceptions import IgnoreRequest

from kznews.downloadermiddlewares.base import Unavailable

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response


class HttpCompressionMiddleware(ScrapyHttpCompressionMiddleware):
    """Scrapy's, which lets the errors of each compression's library through."""

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002
    ) -> Request | Response:
        try:
            return super().process_response(request, response)
        except IgnoreRequest:  # larger than it may be
            raise
        except Exception as error:
            how = b", ".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
            raise Unavailable("truncated", f"its {how[:50]} is broken ({error})") from None
