"""The spiders: one for each edition and policy, and those of any WordPress site."""

from __future__ import annotations

from kznews.sites import SITES, Site
from kznews.sources.backfill import Backfill
from kznews.sources.base import Policy
from kznews.sources.latest import Latest
from kznews.sources.listed import Listed
from kznews.sources.warc import OFFLINE, Reread
from kznews.sources.wayback import Recover
from kznews.spiders.base import NewsSpider

POLICIES: dict[str, tuple[type[Policy], str]] = {
    "": (Listed, "Every article linked from the section listings of {}."),
    "-backfill": (Backfill, "The whole archive of {}, a hundred articles a request."),
    "-latest": (Latest, "What is new on {} since the last look."),
    "-warc": (Reread, "The articles of {} in kept pages, read again."),
    "-wayback": (Recover, "The articles of {} in a public web archive."),
}
"""What a spider does by the end of its name, and how it is described."""


def spider(name: str, edition: Site | None, policy: type[Policy], about: str) -> type[NewsSpider]:
    """Return the spider of a policy; one without an edition gets its site by an argument."""
    return type(
        name,
        (NewsSpider,),
        {
            "__doc__": about.format(edition.hosts[0] if edition else "a site"),
            "__module__": __name__,  # Scrapy takes only a module's own classes
            "name": name,
            "edition": edition,
            "policy_class": policy,
            "custom_settings": OFFLINE if policy.is_offline else None,
        },
    )


for end, (policy, about) in POLICIES.items():
    for start, edition in {**SITES, "wordpress": None}.items():
        if edition or end:  # the sections of an unknown site are not known
            vars()[start + end] = spider(start + end, edition, policy, about)
