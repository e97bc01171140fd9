"""Cloudflare's challenges and blocks: recognised, never evaded."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from kznews import finish_reasons
from kznews.downloadermiddlewares.base import Middleware, Unavailable, pause_host
from kznews.pages.cloudflare import block_code, is_challenge

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)


class CloudflareMiddleware(Middleware):
    """Pause the host after a challenge or a block, and end the run after a few in a row."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self.limit = settings.getint("KZNEWS_CHALLENGES_IN_A_ROW")
        self.pause = settings.getfloat("KZNEWS_CHALLENGE_PAUSE")
        self.in_a_row = 0

    def process_response(self, request: Request, response: Response) -> Response:
        code = block_code(response)
        if is_challenge(response):
            reason, detail = "challenge", "Cloudflare asks for a browser check"
        elif code and code != "1015":  # a rate limit passes, and says when
            reason, detail = "blocked", f"Cloudflare refuses this reader ({code})"
        else:
            if response.status < 400:
                self.in_a_row = 0
            return response
        self.in_a_row += 1
        ray = (response.headers.get("cf-ray") or b"unknown").decode("latin-1")
        if self.in_a_row == self.limit:
            logger.error("%s, %d times in a row: the run ends (cf-ray %s)", detail, self.limit, ray)
            finish_reasons.end_run(self.crawler, finish_reasons.CHALLENGE)
        else:
            pause_host(self.crawler, request, self.pause * self.in_a_row)
        raise Unavailable(reason, f"{detail}, cf-ray {ray}")
