"""Into the archive, before the feed counts."""

from __future__ import annotations

from typing import Any

from kznews.items import Article, Rejected
from kznews.pipelines import ArticlePipeline
from kznews.spiders import boundary
from kznews.storage import archive
from kznews.storage.schema import FINAL_REASONS, GONE, REJECTED
from kznews.text import fingerprint

PAGES_AT_RISK = 6
"""Articles read from pages that may wait for their commit: what a kill costs in fetching again."""
NOT_KEPT = "not_kept"
REST = "rest"
"""The layout of articles that come a hundred an answer: a kill costs one request."""


class StorePipeline(ArticlePipeline):
    """Keep every article and every verdict."""

    _pages = 0

    def process_item(self, item: Any) -> Any:
        item = super().process_item(item)
        if isinstance(item, Rejected) and (item.id is None or item.id != item.duplicate_of):
            around = boundary.of(self.crawler)
            try:
                self._keep(item)
            except Exception as error:
                around.unread(error, item.url)
        return item

    def process_article(self, article: Article) -> Article:
        store = archive.of(self.crawler)
        store.articles.store(article, fingerprint(article.title, article.text))
        self._pages += article.layout != REST
        if self._pages == PAGES_AT_RISK:
            self._pages = 0
            store.flush()
        return article

    def _keep(self, rejected: Rejected) -> None:
        """Note what came of an address; a failure of an article leaves it to be fetched.

        What was recorded or not says nothing of the site.
        """
        if rejected.reason == NOT_KEPT:
            return
        store = archive.of(self.crawler)
        url, site, via = rejected.url, rejected.site, rejected.discovered_via
        if rejected.reason in FINAL_REASONS:
            state = GONE if rejected.reason == "gone" else REJECTED
            store.urls.settle(url, site, state, via, reason=rejected.reason)
            return
        if rejected.id:  # it may have been found under another address
            store.urls.discover(url, site, via, None)
        store.urls.missing(url, rejected.reason)
