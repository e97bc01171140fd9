"""Finds the browser, and makes scrapy-playwright's settings."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kznews.browser.requests import PAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.settings import BaseSettings

INSTALL = "`apt-get install chromium` (Debian) or `python -m playwright install chromium`"
SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APP = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
CACHES = {"darwin": "~/Library/Caches/ms-playwright", "win32": "~/AppData/Local/ms-playwright"}
OWN = (
    "chromium*-*/chrome-linux*/chrome",
    "chromium*-*/chrome-*/headless_shell",
    "chromium*-*/chrome-*/chrome-headless-shell",
    "chromium*-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium*-*/chrome-win*/chrome.exe",
)
"""Where Playwright installs its browsers."""
ARGUMENTS = (
    *("--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


@dataclass(frozen=True)
class BrowserLocation:
    """A browser on this machine by its path, or a running one by the address of its debugger."""

    path: str | None = None
    cdp: str | None = None


def find(settings: Mapping[str, Any] | BaseSettings) -> BrowserLocation | None:
    """Return the first browser of: the named one, a running one, the system's, Playwright's.

    If the browser that ``KZNEWS_BROWSER`` names does not exist, None is returned, not another
    browser.
    """
    if named := settings.get("KZNEWS_BROWSER"):
        path = shutil.which(named)
        return BrowserLocation(path) if path else None
    if address := settings.get("KZNEWS_BROWSER_CDP"):
        return BrowserLocation(cdp=address)
    for name in (*SYSTEM, MAC_APP):
        if path := shutil.which(name):
            return BrowserLocation(path)
    cache = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or CACHES.get(sys.platform)
    root = Path(cache or "~/.cache/ms-playwright").expanduser()
    installed = [path for pattern in OWN for path in root.glob(pattern)]
    usable = [str(path) for path in installed if os.access(path, os.X_OK)]
    return BrowserLocation(max(usable)) if usable else None


def playwright_settings(found: BrowserLocation, settings: BaseSettings) -> dict[str, Any]:
    """Return the settings of scrapy-playwright."""
    milliseconds = settings.getfloat("KZNEWS_BROWSER_TIMEOUT") * 1000
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    launch = {
        "executable_path": found.path,
        "args": [*ARGUMENTS, *(["--no-sandbox"] if root else [])],
        "handle_sigint": False,  # a run that is asked to stop still needs it
        "handle_sigterm": False,
        "handle_sighup": False,
    }
    return {
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_CDP_URL": found.cdp,
        "PLAYWRIGHT_CDP_KWARGS": {"timeout": milliseconds},
        "PLAYWRIGHT_LAUNCH_OPTIONS": launch if found.path else {},
        "PLAYWRIGHT_MAX_CONTEXTS": 1,
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": PAGES,
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": milliseconds,
        "PLAYWRIGHT_RESTART_DISCONNECTED_BROWSER": False,  # ``Chromium`` counts
    }
