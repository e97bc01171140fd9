"""The last look at an article: what is not whole is written down, not delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kznews.pages.final import defect
from kznews.pipelines import ArticlePipeline, reject

if TYPE_CHECKING:
    from kznews.items import Article, Rejected


class ValidatePipeline(ArticlePipeline):
    """Reject an article that lacks what every article has."""

    def process_article(self, article: Article) -> Article | Rejected:
        wrong = defect(article) or (None if article.published_at else ("no_date", None))
        return reject(article, *wrong) if wrong else article
