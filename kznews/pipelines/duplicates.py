"""Each article once, and each of its versions once."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from scrapy.exceptions import DropItem

from kznews.items import Article, Rejected
from kznews.pipelines import ArticlePipeline, reject
from kznews.storage import archive
from kznews.text import fingerprint

_READ = (
    "title", "lead", "text", "authors", "section", "sections", "tags", "published_at", "images",
    "embeds",
)  # fmt: skip


class DuplicatesPipeline(ArticlePipeline):
    """Let through what the archive does not have: a new article, or a new version of one.

    Of one post or one text the article that was stored first stays.
    """

    def process_article(self, article: Article) -> Article | Rejected:
        store = archive.of(self.crawler)
        earlier = store.articles.latest(article.id, article.url)
        if earlier is None:
            twin = store.articles.with_text(fingerprint(article.title, article.text), article.id)
            if twin and article.text:
                return reject(article, "duplicate", "the same text", duplicate_of=twin)
            return article
        article.id = earlier["id"]
        moved = earlier["url"] != article.url
        if earlier["run"] == store.run or (moved and earlier["hash"] == article.content_hash):
            same = "the same post" if moved else "the same address"
            return reject(article, "duplicate", same, duplicate_of=article.id)
        if earlier["hash"] == article.content_hash:
            store.articles.confirm(article, earlier["version"])
            self.crawler.stats.inc_value("incremental/unchanged")
            raise DropItem("unchanged")
        return _next_version(article, earlier)


def _next_version(article: Article, earlier: dict[str, Any]) -> Article:
    was, now = json.loads(earlier["item"]), asdict(article)
    article.version = earlier["version"] + 1
    article.previous_hash = earlier["hash"]
    article.changed = [name for name in _READ if was.get(name) != now[name]]
    article.duplicate_of, article.similarity = was.get("duplicate_of"), was.get("similarity")
    return article
