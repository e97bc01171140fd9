"""Nearly the same article: kept, and marked."""

from __future__ import annotations

from kznews import archive
from kznews.items import Article
from kznews.pipelines import ArticlePipeline, CrawlerPipeline
from kznews.similar import FEWEST_WORDS, WINDOW, Sketch, day_of, similarity

MOST_CANDIDATES = 20


class SimilarPipeline(CrawlerPipeline, ArticlePipeline):
    """Mark an article that is nearly another one of the archive with that one's id."""

    def process_article(self, article: Article) -> Article:
        store = archive.of(self.crawler)
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
