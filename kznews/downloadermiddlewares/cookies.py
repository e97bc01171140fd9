"""Cookies of the site, kept for the run."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import NotConfigured
from scrapy.http.cookies import CookieJar

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

MOST_COOKIES = 50
LONGEST_COOKIE = 4096
"""What a browser keeps for a host at least (RFC 6265, 6.1): nothing beyond is kept."""

MOST_BYTES = 8000
"""Bytes of all cookies: a server refuses every request with a longer header."""


class CookiesMiddleware:
    """Sends back the cookies of the site, as a page that redirects to itself expects.

    Scrapy's own middleware queries a server of public suffixes before it keeps the first cookie,
    but a crawl requests only its site. ``COOKIES_ENABLED`` switches it off.
    """

    def __init__(self) -> None:
        self.jar = CookieJar()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("COOKIES_ENABLED"):
            raise NotConfigured
        return cls()

    def process_request(self, request: Request) -> None:
        request.headers.pop("Cookie", None)  # a retry has the one of before
        self.jar.add_cookie_header(request)

    def process_response(self, request: Request, response: Response) -> Response:
        if "Set-Cookie" in response.headers:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a cookie that cannot be read, with a traceback
                found = self.jar.make_cookies(response, request)
            for cookie in found:
                if len(f"{cookie.name}={cookie.value}") <= LONGEST_COOKIE:
                    self.jar.set_cookie_if_ok(cookie, request)
                if len(self.jar) > MOST_COOKIES or self._size() > MOST_BYTES:
                    self.jar.clear(cookie.domain, cookie.path, cookie.name)
        return response

    def _size(self) -> int:
        return sum(len(f"{cookie.name}={cookie.value}; ") for cookie in self.jar)
