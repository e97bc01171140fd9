"""Spiders for any WordPress news site: ``-a site=https://example.kz``."""

from __future__ import annotations

from kznews.sources.backfill import BackfillCrawl
from kznews.sources.latest import LatestCrawl


class WordPressBackfill(BackfillCrawl):
    """The whole archive of a site."""

    name = "wordpress-backfill"
    site = None


class WordPressLatest(LatestCrawl):
    """What is new on a site."""

    name = "wordpress-latest"
    site = None
