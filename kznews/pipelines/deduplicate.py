"""Each article once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kznews.pipelines import ArticlePipeline, reject
from kznews.text import fingerprint

if TYPE_CHECKING:
    from kznews.items import Article, Rejected


class DeduplicatePipeline(ArticlePipeline):
    """Of one address, one post, one text, keep the article that comes first in the run."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def process_article(self, article: Article) -> Article | Rejected:
        keys = {
            article.url: "the same address",
            article.id: "the same post",
        }
        if article.text:
            keys[fingerprint(article.title, article.text)] = "the same text"
        for key, what in keys.items():
            if first := self._first.get(key):
                return reject(article, "duplicate", what, duplicate_of=first)
        self._first.update(dict.fromkeys(keys, article.id))
        return article
