"""The spiders of 365info.kz and of its Kazakh edition."""

from __future__ import annotations

from kznews.crawls.sections import SectionsCrawl
from kznews.sites.info365 import INFO365, INFO365_KAZ


class Info365(SectionsCrawl):
    """Every article linked from the section listings of 365info.kz."""

    name = "365info"
    site = INFO365


class Info365Kaz(SectionsCrawl):
    """Every article linked from the section listings of kaz.365info.kz."""

    name = "365info-kaz"
    site = INFO365_KAZ
