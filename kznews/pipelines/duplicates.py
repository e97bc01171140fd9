"""Each article once, and each of its versions once."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NoReturn

from scrapy.exceptions import DropItem

from kznews.items import Article, PageRecord, Rejected
from kznews.pipelines import ArticlePipeline, reject
from kznews.sources.base import RECORDED
from kznews.storage import archive
from kznews.storage.schema import instant
from kznews.text import fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

_READ = (
    "title", "lead", "text", "authors", "section", "sections", "tags", "published_at", "images",
    "embeds",
)  # fmt: skip


EDITED, REREAD = "edited", "reread"
"""Why there is another version: the site changed it, or it is read in another way."""


class DuplicatesPipeline(ArticlePipeline):
    """Let through what the archive does not have: a new article, or a new version of one.

    Of one post or one text the article that was stored first stays. A version that was seen before
    the last one joins the history, and replaces nothing.
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
        is_recorded = article.discovered_via in RECORDED
        is_again = earlier["run"] == store.run and not is_recorded
        if is_again or (moved and earlier["hash"] == article.content_hash):
            same = "the same post" if moved else "the same address"
            return reject(article, "duplicate", same, duplicate_of=article.id)
        if earlier["hash"] == article.content_hash:
            if not is_recorded:
                store.articles.confirm(article, earlier["version"])
            self._drop()
        history = store.articles.history(article.id)
        if is_recorded and any(row.hash == article.content_hash for row in history):
            self._drop()
        if same_page := next((row for row in history if _page(row) == article.page), None):
            article.fetched_at = json.loads(same_page.item)["fetched_at"]
        seen = instant(article.fetched_at) or ""
        before = [row for row in history if row.seen <= seen]
        return _next_version(article, history, before[-1] if before else None)

    def _drop(self) -> NoReturn:
        self.crawler.stats.inc_value("incremental/unchanged")
        raise DropItem("unchanged")


def _next_version(article: Article, history: Sequence[Any], before: Any) -> Article:
    """Number a version after all there are; say what changed since the one it was seen after."""
    article.version = max(row.version for row in history) + 1
    if before is None:
        article.cause = EDITED
        return article
    was, now = json.loads(before.item), asdict(article)
    article.previous_hash = before.hash
    article.changed = [name for name in _READ if was.get(name) != now[name]]
    article.cause = REREAD if _is_same_page(was, now) else EDITED
    article.duplicate_of, article.similarity = was.get("duplicate_of"), was.get("similarity")
    return article


def _page(version: Any) -> PageRecord:
    """Return where the page stands that a stored version was read of."""
    page = json.loads(version.item).get("page") or {}
    return PageRecord(page.get("file", ""), page.get("offset", 0))


def _is_same_page(was: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether two versions were read of one page, or of pages that the site calls unchanged."""
    if now["page"] is not None and now["page"] == was.get("page"):
        return True
    is_recorded = now["discovered_via"] in RECORDED
    return is_recorded and now["modified_at"] and now["modified_at"] == was.get("modified_at")
