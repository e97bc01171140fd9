"""Nearly the same article: kept, and marked."""

from __future__ import annotations

from collections.abc import Iterable, Set

from kznews.dedup.compare import similarity
from kznews.dedup.sketch import FEWEST_WORDS, day_of, sketch
from kznews.items import Article
from kznews.pipelines import ArticlePipeline
from kznews.storage import archive

MOST_CANDIDATES = 8
"""Texts an article is compared with; a copy is the first or second of them."""


class NearDuplicatesPipeline(ArticlePipeline):
    """Mark an article that is nearly another one of the archive with that one's id."""

    def process_article(self, article: Article) -> Article:
        if article.version > 1 or article.word_count < FEWEST_WORDS:
            return article
        store = archive.of(self.crawler)
        own = sketch(article.text)
        keys = own.bands()
        day = day_of(vars(article))
        sharing = store.near_duplicates.sharing(keys, day).values()
        # its own, of a run that was killed before it was stored
        closest = rank(ids - {article.id} for ids in sharing)
        alike = {
            key: likeness
            for key, item in store.articles.items(closest[:MOST_CANDIDATES]).items()
            if (likeness := similarity(own, sketch(item["text"]))) is not None
        }
        if alike:
            article.duplicate_of = max(alike, key=lambda key: alike[key])
            article.similarity = alike[article.duplicate_of]
            self.crawler.stats.inc_value("duplicates/near")
        store.near_duplicates.add(keys, day, article.id)
        return article


def rank(sharing: Iterable[Set[str]]) -> list[str]:
    """Return the articles that share bands, the likeliest copies first.

    A band that few share says more: those of a template are shared by all its siblings, which would
    crowd out the one text that a copy was made of.
    """
    weights: dict[str, float] = {}
    for ids in sharing:
        for key in ids:
            weights[key] = weights.get(key, 0) + 1 / len(ids)
    return sorted(weights, key=lambda key: (-weights[key], key))
