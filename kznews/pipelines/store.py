"""Into the archive, before the feed counts."""

from __future__ import annotations

from typing import Any

from kznews.items import Article, Rejected
from kznews.pipelines import CrawlerPipeline
from kznews.storage import archive
from kznews.text import fingerprint


class StorePipeline(CrawlerPipeline):
    """Keep every article and every verdict."""

    def process_item(self, item: Any) -> Any:
        store = archive.of(self.crawler)
        if isinstance(item, Article):
            store.store(item, fingerprint(item.title, item.text))
        elif isinstance(item, Rejected) and (item.id is None or item.id != item.duplicate_of):
            if item.reason in archive.FINAL_REASONS:
                state = archive.GONE if item.reason == "gone" else archive.REJECTED
                store.settle(item.url, item.site, state, item.discovered_via, reason=item.reason)
            else:
                store.miss(item.url, item.reason)
        return item
