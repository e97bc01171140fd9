"""The last look at an article: what is not whole is written down, not delivered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kznews.pipelines import ArticlePipeline, reject

if TYPE_CHECKING:
    from kznews.items import Article, Rejected

LONGEST_TITLE = 500
LANGUAGE = re.compile(r"[a-z]{2,3}")
"""A code of ISO 639; which language it is is no reason to reject an article."""


class ValidatePipeline(ArticlePipeline):
    """Reject an article that lacks what every article has."""

    def process_article(self, article: Article) -> Article | Rejected:
        wrong = defect(article) or (None if article.published_at else ("no_date", None))
        return reject(article, *wrong) if wrong else article


def defect(article: Article) -> tuple[str, str | None] | None:
    """Return the reason and the detail of what an article cannot be delivered with."""
    if not article.title:
        return "no_title", None
    if not (article.text or article.images or article.embeds):
        return "no_body", "neither text nor pictures"
    if not article.url or not article.id:
        return "invalid", "no address"
    if len(article.title) > LONGEST_TITLE:
        return "invalid", f"title of {len(article.title)} characters"
    if not LANGUAGE.fullmatch(article.language):
        return "invalid", f"language {article.language!r}"
    return None
