"""What an article goes through; the order stands in settings.py. A pipeline never sees HTML.

Whatever is no article passes by. A pipeline that turns an article down returns a ``Rejected`` in
its place, which then passes by the others on its way to the feed of the rejected.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from kznews.items import Article, Rejected
from kznews.spiders import boundary

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class ArticlePipeline(ABC):
    """One job, done on articles only; an article that it fails at is rejected as ``error``."""

    crawler: Crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        pipeline = cls()
        pipeline.crawler = crawler
        return pipeline

    def process_item(self, item: Any) -> Any:
        if not isinstance(item, Article):
            return item
        around = boundary.of(self.crawler)
        try:
            with around.limit:
                return self.process_article(item)
        except Exception as error:
            why = around.unread(error, item.url)
            return reject(item, why.reason, why.detail)

    @abstractmethod
    def process_article(self, article: Article) -> Article | Rejected: ...


def reject(
    article: Article, reason: str, detail: str | None = None, duplicate_of: str | None = None
) -> Rejected:
    """Return what is written down in place of the article."""
    return Rejected(
        url=article.url,
        site=article.site,
        reason=reason,
        detail=detail,
        duplicate_of=duplicate_of,
        id=article.id,
        title=article.title or None,
        discovered_via=article.discovered_via,
        seen_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
