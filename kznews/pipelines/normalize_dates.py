"""Dates that can be relied on, in one form, whatever door the article came through."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import CloseSpider

from kznews import dates, finish_reasons
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
        return spider.source  # type: ignore[no-any-return]

    def process_article(self, article: Article) -> Article | Rejected:
        if normalize_dates(article, self._site):
            self.crawler.stats.inc_value("dates/absurd")
        if article.published_at is None:
            return reject(article, "no_date", "neither the page nor the address names one")
        return article


def normalize_dates(article: Article, site: Site) -> bool:
    """Put an article's instants on the site's clock; return whether the address's month is used.

    ``published_at`` becomes None where neither the page nor the address names a date.
    """
    tz = dates.zone(site.zone)
    seen_at = datetime.fromisoformat(article.fetched_at)
    modified = dates.read_machine(article.modified_at or "", tz)
    article.modified_at = (
        modified.isoformat() if modified and dates.sane(modified.at, seen_at) else None
    )
    published = dates.read_machine(article.published_at or "", tz)
    if published and dates.sane(published.at, seen_at):
        article.published_at = published.isoformat()
        article.date_precision = article.date_precision or published.precision
        return False
    month = site.month_of(article.url)
    article.published_at = article.date_precision = None
    if month is None:
        return False
    article.published_at, article.date_precision = dates.month(*month, tz).isoformat(), "month"
    article.provenance["published_at"] = "url"
    return True
