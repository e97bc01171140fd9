"""The spiders of 365info.kz and of its Kazakh edition."""

from __future__ import annotations

from kznews.sites.info365 import INFO365, INFO365_KAZ
from kznews.sources.backfill import Backfill
from kznews.sources.latest import Latest
from kznews.sources.listed import Listed
from kznews.sources.warc import OFFLINE, Reread
from kznews.sources.wayback import Recover
from kznews.spiders.base import NewsSpider


class Info365(NewsSpider):
    """Every article linked from the section listings of 365info.kz."""

    name = "365info"
    edition = INFO365
    policy_class = Listed


class Info365Kaz(NewsSpider):
    """Every article linked from the section listings of kaz.365info.kz."""

    name = "365info-kaz"
    edition = INFO365_KAZ
    policy_class = Listed


class Info365Backfill(NewsSpider):
    """The whole archive of 365info.kz, a hundred articles a request."""

    name = "365info-backfill"
    edition = INFO365
    policy_class = Backfill


class Info365KazBackfill(NewsSpider):
    """The whole archive of kaz.365info.kz, a hundred articles a request."""

    name = "365info-kaz-backfill"
    edition = INFO365_KAZ
    policy_class = Backfill


class Info365Latest(NewsSpider):
    """What is new on 365info.kz since the last look."""

    name = "365info-latest"
    edition = INFO365
    policy_class = Latest


class Info365KazLatest(NewsSpider):
    """What is new on kaz.365info.kz since the last look."""

    name = "365info-kaz-latest"
    edition = INFO365_KAZ
    policy_class = Latest


class Info365Warc(NewsSpider):
    """The articles of 365info.kz in kept pages, read again."""

    name = "365info-warc"
    edition = INFO365
    policy_class = Reread
    custom_settings = OFFLINE


class Info365KazWarc(NewsSpider):
    """The articles of kaz.365info.kz in kept pages, read again."""

    name = "365info-kaz-warc"
    edition = INFO365_KAZ
    policy_class = Reread
    custom_settings = OFFLINE


class Info365Wayback(NewsSpider):
    """The articles of 365info.kz in a public web archive."""

    name = "365info-wayback"
    edition = INFO365
    policy_class = Recover


class Info365KazWayback(NewsSpider):
    """The articles of kaz.365info.kz in a public web archive."""

    name = "365info-kaz-wayback"
    edition = INFO365_KAZ
    policy_class = Recover
