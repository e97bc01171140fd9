"""Dates that can be relied on, in one form, whatever source the article came through."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import CloseSpider

from kznews import dates, finish_reasons
from kznews.pages.final import normalize_dates
from kznews.pipelines import ArticlePipeline, reject

if TYPE_CHECKING:
    from kznews.items import Article, Rejected
    from kznews.sites import Site

logger = logging.getLogger(__name__)


class NormalizeDatesPipeline(ArticlePipeline):
    """Show instants on the site's clock; in place of an absurd date put the address's month.

    Refuses to start where the machine's zone data would put every article an hour off.
    """

    def open_spider(self) -> None:
        if problem := dates.zone_problem(self._site.zone):
            logger.error(problem)
            raise CloseSpider(finish_reasons.ZONE)

    @property
    def _site(self) -> Site:
        spider: Any = self.crawler.spider
        return spider.site  # type: ignore[no-any-return]

    def process_article(self, article: Article) -> Article | Rejected:
        normalize_dates(article, self._site)
        if article.published_at is None:
            return reject(article, "no_date", "neither the page nor the address names one")
        return article
