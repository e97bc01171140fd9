"""Answers from files instead of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from kznews.downloadermiddlewares.base import Middleware, Unavailable
from kznews.downloadermiddlewares.exchange import SEEN_AT

if TYPE_CHECKING:
    from scrapy import Request

    from kznews.warc.reader import Recorded

RECORDED = "recorded"
"""The key of a request's meta under which the ``Recorded`` answer stands."""
RECORD = "page_record"
"""The key of a request's meta under which its kept page stands."""


class ReplayMiddleware(Middleware):
    """Answers requests with recorded answers if the spider reads files only."""

    def process_request(self, request: Request) -> Response | None:
        spider: Any = self.crawler.spider
        if not getattr(spider, "is_offline", False):
            return None
        if RECORDED not in request.meta:
            found = spider.policy.recorded(request)
            if found is None:
                raise Unavailable("not_kept", "the files do not have it")
            request.meta[RECORDED] = found
        recorded: Recorded = request.meta[RECORDED]
        request.meta.update({RECORD: recorded.page, SEEN_AT: recorded.at})
        return response_of(recorded, request.url)


def response_of(recorded: Recorded, url: str) -> Response:
    """Return a recorded answer as a response."""
    headers = Headers(list(recorded.headers))
    kind = responsetypes.from_args(headers=headers, url=url, body=recorded.body)
    return kind(url, status=recorded.status, headers=headers, body=recorded.body)
