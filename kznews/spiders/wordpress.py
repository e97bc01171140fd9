"""Spiders for any WordPress news site: ``-a site=https://example.kz``."""

from __future__ import annotations

from kznews.sources.backfill import Backfill
from kznews.sources.latest import Latest
from kznews.sources.warc import OFFLINE, Reread
from kznews.sources.wayback import Recover
from kznews.spiders.base import NewsSpider


class WordPressBackfill(NewsSpider):
    """The whole archive of a site."""

    name = "wordpress-backfill"
    edition = None
    policy_class = Backfill


class WordPressLatest(NewsSpider):
    """What is new on a site."""

    name = "wordpress-latest"
    edition = None
    policy_class = Latest


class WordPressWarc(NewsSpider):
    """The articles of a site in kept pages, read again."""

    name = "wordpress-warc"
    edition = None
    policy_class = Reread
    custom_settings = OFFLINE


class WordPressWayback(NewsSpider):
    """The articles of a site in a public web archive."""

    name = "wordpress-wayback"
    edition = None
    policy_class = Recover
