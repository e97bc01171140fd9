"""The last look at an article: what is not whole is written down, not delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kznews.pipelines import ArticlePipeline, reject

if TYPE_CHECKING:
    from kznews.items import Article, Rejected

LONGEST_TITLE = 500
LANGUAGES = frozenset({"ru", "kk"})


class ValidatePipeline(ArticlePipeline):
    """Reject an article that lacks what every article has."""

    def process_article(self, article: Article) -> Article | Rejected:
        for reason, detail, broken in (
            ("no_title", None, not article.title),
            (
                "no_body",
                "neither text nor pictures",
                not (article.text or article.images or article.embeds),
            ),
            ("no_date", None, not article.published_at),
            ("invalid", "no address", not article.url or not article.id),
            (
                "invalid",
                f"title of {len(article.title)} characters",
                len(article.title) > LONGEST_TITLE,
            ),
            ("invalid", f"language {article.language!r}", article.language not in LANGUAGES),
        ):
            if broken:
                return reject(article, reason, detail)
        return article
