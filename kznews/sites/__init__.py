"""All knowledge of the sites."""

from urllib.parse import urlsplit

from kznews.sites.boilerplate import Boilerplate
from kznews.sites.info365 import INFO365, INFO365_KAZ
from kznews.sites.site import Layout, Site
from kznews.sites.wordpress import wordpress_site

SITES: dict[str, Site] = {site.name: site for site in (INFO365, INFO365_KAZ)}

__all__ = ["SITES", "Boilerplate", "Layout", "Site", "site_at"]


def site_at(root: str) -> Site:
    """Return the known site that has the host of an address, else any WordPress site there."""
    host = urlsplit(root).netloc.lower()
    return next((s for s in SITES.values() if host in s.hosts), None) or wordpress_site(root)
