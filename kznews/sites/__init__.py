"""All knowledge of the sites, and nothing else."""

from kznews.sites.info365 import INFO365, INFO365_KAZ
from kznews.sites.site import Furniture, Layout, Site

SITES: dict[str, Site] = {site.name: site for site in (INFO365, INFO365_KAZ)}

__all__ = ["SITES", "Furniture", "Layout", "Site"]
