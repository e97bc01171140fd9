"""The program ``kznews``: Scrapy with the settings of this project, from any directory."""

from __future__ import annotations

import os
import sys

from scrapy.cmdline import execute


def main() -> None:
    """Run a Scrapy command with this project's settings, from any directory."""
    os.environ["SCRAPY_SETTINGS_MODULE"] = "kznews.settings"
    execute(["kznews", *sys.argv[1:]])
