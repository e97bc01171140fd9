"""Text made plain, and what follows from plain text: language, number of words, hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kznews.pages.final import clean_article
from kznews.pipelines import ArticlePipeline

if TYPE_CHECKING:
    from kznews.items import Article


class CleanPipeline(ArticlePipeline):
    """Clean every string; find the language; count and hash the words."""

    def process_article(self, article: Article) -> Article:
        return clean_article(article)
