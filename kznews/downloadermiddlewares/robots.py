"""robots.txt that cannot be fetched, is endless, or asks for too slow a pace (RFC 9309)."""

from __future__ import annotations

import logging
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.downloadermiddlewares import robotstxt
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    StopDownload,
)
from scrapy.http import Response

from kznews import finish_reasons
from kznews.downloadermiddlewares.base import Unavailable, pause_host

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)

MOST_BYTES = 500 * 1024
"""How much of a robots.txt is read (RFC 9309, 2.5)."""

UNAVAILABLE = {
    DownloadTimeoutError: "does not answer in time",
    DownloadCancelledError: "is larger than DOWNLOAD_MAXSIZE",
}


class RobotsTxtMiddleware(robotstxt.RobotsTxtMiddleware):
    """Scrapy's, but a robots.txt that cannot be fetched is no permission.

    One that answers 5xx or 429, or too late, is requested again after a pause, ``RETRY_TIMES``
    times; then nothing is fetched from the host, and the run ends as ``robots`` (RFC 9309,
    2.3.1.4). The same holds for one that cannot be unpacked within ``DOWNLOAD_MAXSIZE`` or
    redirects endlessly, and for a ``Crawl-delay`` of more than ``KZNEWS_CRAWL_DELAY_MAX`` seconds.
    If the host cannot be reached at all, its pages fail as robots.txt did.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self.pause = settings.getfloat("KZNEWS_ROBOTS_PAUSE")
        self.longest_delay = settings.getfloat("KZNEWS_CRAWL_DELAY_MAX")
        self.user_agent = settings["USER_AGENT"]
        self.refusals: dict[str, Exception] = {}
        crawler.signals.connect(self.bytes_received, signals.bytes_received)
        crawler.signals.connect(self.robots_parsed, signals.robots_parsed)

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:  # noqa: ARG002
        if _is_robots(request):
            request.meta["dont_retry"] = True  # not at once
            request.headers["Accept-Encoding"] = "identity"  # what is cut can be read
            return
        await super().process_request(request)
        if refusal := self.refusals.get(urlsplit(request.url).netloc):
            raise refusal

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Return Scrapy's parser; None means an error, which is no permission."""
        parser = await super().robot_parser(request)
        if parser is None and urlsplit(request.url).netloc not in self.refusals:
            why = "it cannot be unpacked, or redirects without an end or to another site"
            self._refuse(request, f"robots.txt cannot be read, which forbids everything: {why}")
        return parser

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if not _is_robots(request):
            return response
        if response.status >= 500 or response.status == 429:
            return self._again(request, f"answers {response.status}") or response
        if response.body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            response = response.replace(body=response.body.decode("utf-16", "replace").encode())
        if len(response.body) > MOST_BYTES:
            logger.warning("%s is longer than %d bytes: the rest is not read", request, MOST_BYTES)
            whole_lines = response.body[:MOST_BYTES].rpartition(b"\n")[0]
            return response.replace(body=whole_lines)
        return response

    def process_exception(
        self, request: Request, exception: Exception
    ) -> Request | Response | None:
        if not _is_robots(request) or isinstance(exception, IgnoreRequest):
            return None
        if what := UNAVAILABLE.get(type(exception)):
            return self._again(request, what) or Response(request.url)
        again = self._retry(request, type(exception).__name__)
        if again is None:
            self.refusals[urlsplit(request.url).netloc] = exception
        return again or Response(request.url)

    def bytes_received(self, data: bytes, request: Request) -> None:
        """Stop the download of an endless robots.txt, and keep its beginning."""
        if _is_robots(request):
            received = request.meta["robots_bytes"] = request.meta.get("robots_bytes", 0) + len(
                data
            )
            if received > MOST_BYTES:
                raise StopDownload(fail=False)

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        delay = robotparser.crawl_delay(self.user_agent)
        if delay and delay > self.longest_delay:
            most = f"more than KZNEWS_CRAWL_DELAY_MAX={self.longest_delay:g}"
            self._refuse(request, f"robots.txt asks for {delay:g} s between requests, {most}")

    def _again(self, request: Request, what: str) -> Request | None:
        again = self._retry(request, what)
        if again:
            pause_host(self.crawler, request, self.pause * again.meta["retry_times"])
        else:
            self._refuse(request, f"robots.txt {what}, which forbids everything")
        return again

    def _retry(self, request: Request, why: str) -> Request | None:
        assert self.crawler.spider
        request.meta.pop("robots_bytes", None)
        return get_retry_request(request, spider=self.crawler.spider, reason=f"robots.txt {why}")

    def _refuse(self, request: Request, why: str) -> None:
        netloc = urlsplit(request.url).netloc
        logger.error("%s: %s: the run ends", netloc, why)
        self.refusals[netloc] = Unavailable(finish_reasons.ROBOTS, why)
        finish_reasons.end_run(self.crawler, finish_reasons.ROBOTS)


def _is_robots(request: Request) -> bool:
    """Whether the request is that of Scrapy's middleware, maybe after a redirect."""
    return bool(request.meta.get("dont_obey_robotstxt"))
