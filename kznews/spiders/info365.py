"""The spiders of 365info.kz and of its Kazakh edition."""

from __future__ import annotations

from kznews.sites.info365 import INFO365, INFO365_KAZ
from kznews.sources.backfill import BackfillCrawl
from kznews.sources.latest import LatestCrawl
from kznews.sources.sections import SectionsCrawl


class Info365(SectionsCrawl):
    """Every article linked from the section listings of 365info.kz."""

    name = "365info"
    site = INFO365


class Info365Kaz(SectionsCrawl):
    """Every article linked from the section listings of kaz.365info.kz."""

    name = "365info-kaz"
    site = INFO365_KAZ


class Info365Backfill(BackfillCrawl):
    """The whole archive of 365info.kz, a hundred articles a request."""

    name = "365info-backfill"
    site = INFO365


class Info365KazBackfill(BackfillCrawl):
    """The whole archive of kaz.365info.kz, a hundred articles a request."""

    name = "365info-kaz-backfill"
    site = INFO365_KAZ


class Info365Latest(LatestCrawl):
    """What is new on 365info.kz since the last look."""

    name = "365info-latest"
    site = INFO365


class Info365KazLatest(LatestCrawl):
    """What is new on kaz.365info.kz since the last look."""

    name = "365info-kaz-latest"
    site = INFO365_KAZ
