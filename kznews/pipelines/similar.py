"""Nearly the same article: kept, and marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from kznews import archive
from kznews.items import Article
from kznews.pipelines import ArticlePipeline
from kznews.similar import FEWEST_WORDS, WINDOW, Sketch, day_of, similarity

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MOST_CANDIDATES = 20


class SimilarPipeline(ArticlePipeline):
    """Mark an article that is nearly another one of the archive with that one's id."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_article(self, article: Article) -> Article:
        store = archive.of(self.crawler)
        assert store is not None
        if article.version > 1 or article.word_count < FEWEST_WORDS:
            return article
        sketch = Sketch(article.text)
        keys = sketch.bands()
        day = day_of(vars(article))
        found = store.near(keys, day - WINDOW, day + WINDOW)
        found.pop(article.id, None)  # of a run that was killed before it was stored
        closest = sorted(found, key=lambda key: (-found[key], key))[:MOST_CANDIDATES]
        alike = {
            key: likeness
            for key, item in store.items(closest).items()
            if (likeness := similarity(sketch, Sketch(item["text"]))) is not None
        }
        if alike:
            article.duplicate_of = max(alike, key=lambda key: (alike[key], found[key]))
            article.similarity = alike[article.duplicate_of]
            self.crawler.stats.inc_value("duplicates/near")
        store.add_bands(keys, day, article.id)
        return article
