"""Keeps pages as WARC files: all, or the doubtful ones."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from kznews import __version__, finish_reasons
from kznews.downloadermiddlewares.exchange import META
from kznews.downloadermiddlewares.replay import RECORD
from kznews.exporters.feeds import stamp
from kznews.extensions.base import Extension
from kznews.items import Article, PageRecord, Rejected
from kznews.spiders import boundary
from kznews.warc.writer import PageFiles, finish_files

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

MODES = NONE, DOUBTFUL, ALL = "none", "doubtful", "all"
FIRST = 10
"""Articles at the start of a run whose pages are always kept."""
FILE_BYTES = 1_000_000_000
DOUBTED_LAYOUTS = frozenset({"hook", "generic"})
NOT_OF_THE_PAGE = frozenset({"duplicate", "gone", "redirected"})
"""Reasons of rejections that another reading would not change."""


class KeepPagesMiddleware(Extension):
    """Writes answers to ``<data dir>/pages`` and names an article's page in its line.

    ``KZNEWS_PAGES`` is ``all``, ``none`` or ``doubtful``: pages of rejections, of articles that
    contradict their page or were read by a fallback, and the first ten of a run. The oldest of
    these files are removed when they exceed ``KZNEWS_PAGES_MAX`` bytes together.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.mode = crawler.settings["KZNEWS_PAGES"]
        if self.mode not in MODES:
            raise ValueError(f"KZNEWS_PAGES={self.mode!r}: expected {', '.join(MODES)}")
        if self.mode == NONE:
            raise NotConfigured
        self.directory = Path(crawler.settings["KZNEWS_DATA_DIR"]) / "pages"
        self._articles = 0
        self._files: PageFiles | None = None

    def spider_opened(self, spider: Any) -> None:
        try:
            for path, cut in finish_files(self.directory):
                logger.info("Finished %s of a run that did not end, %d bytes cut off", path, cut)
        except OSError as error:
            self._fail(error)
            return
        settings = self.crawler.settings
        info = {
            "software": f"kznews/{__version__}",
            "format": "WARC File Format 1.1",
            "http-header-user-agent": settings["USER_AGENT"],
            "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
            "isPartOf": self.mode,
        }
        most_in_all = None if self.mode == ALL else settings.getint("KZNEWS_PAGES_MAX")
        most = FILE_BYTES if most_in_all is None else min(FILE_BYTES, most_in_all // 4)
        stem = f"{spider.name}-{stamp(spider.started_at)}"
        self._files = PageFiles(self.directory, stem, info, most, most_in_all)

    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        is_answer = isinstance(response, Response)
        if is_answer and self.mode == ALL:
            self._keep(response)
        async for item in result:
            if is_answer and isinstance(item, Article):
                item.page = self._page_of(response, item)
            elif is_answer and isinstance(item, Rejected):
                self._keep_rejected(item, response)
            yield item

    def item_scraped(self, item: object, response: Response | None) -> None:
        """Keep the page of an article that a pipeline rejected."""
        if isinstance(item, Rejected) and isinstance(response, Response):
            self._keep_rejected(item, response)

    def spider_closed(self) -> None:
        if self._files is None:
            return
        try:
            self._files.close()
        except OSError as error:
            self._fail(error)

    def _page_of(self, response: Response, article: Article) -> PageRecord | None:
        self._articles += 1
        is_doubtful = article.suspect or article.layout in DOUBTED_LAYOUTS
        if self.mode == ALL or is_doubtful or self._articles <= FIRST:
            return self._keep(response)
        return None

    def _keep_rejected(self, item: Rejected, response: Response) -> None:
        if response.status == 200 and item.reason not in NOT_OF_THE_PAGE:
            self._keep(response)

    def _keep(self, response: Response) -> PageRecord | None:
        """Write an answer and, of a split post, those of the pages before it, each once."""
        request = response.request
        if request is None:
            return None
        earlier = [page.response for page in request.cb_kwargs.get("parts", ())]
        records = [self._record(answer) for answer in (*earlier, response)]
        return records[0]

    def _record(self, response: Response) -> PageRecord | None:
        meta = response.request.meta if response.request else {}
        exchange = meta.get(META)
        if exchange is None or self._files is None:
            return meta.get(RECORD)
        del meta[META]
        try:
            meta[RECORD] = record = self._files.write(exchange)
        except OSError as error:
            self._fail(error)
            return None
        except Exception as error:
            boundary.of(self.crawler).unread(error, f"to keep {response.url}")
            return None
        return record

    def _fail(self, error: OSError) -> None:
        logger.error("cannot keep pages in %s: %s", self.directory, error)
        if self._files:
            self._files.abandon()
            self._files = None
        self.crawler.stats.set_value("finish_reason", finish_reasons.OUTPUT)
        finish_reasons.end_run(self.crawler, finish_reasons.OUTPUT)
