"""Make the picture of `scrapy report` that the README shows: python -m docs.images.report

A year of invented news, on a wide screen in light and on a phone in the dark, side by side.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.year import fill
from kznews.browser.handler import INSTALL, find

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PICTURE = HERE / "report.png"
SHEET = """<body style="margin:0;display:flex;gap:24px;align-items:flex-start;background:#8e99a6;
padding:24px;width:max-content">{}</body>"""
FRAME = '<img style="border-radius:10px;height:720px" src="data:image/png;base64,{}">'
VIEWS = ((1180, 1340, "light"), (390, 1340, "dark"))
"""Width, height and colour scheme of the screens that are shown."""


def shown(browser: Browser, page: Path, width: int, height: int, scheme: str) -> str:
    """Return a screenshot of the page in HTML."""
    tab = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    tab.goto(page.as_uri())
    return FRAME.format(base64.b64encode(tab.screenshot()).decode())


def main() -> int:
    found = find(os.environ)
    if found is None or found.path is None:
        print(f"a browser is needed: {INSTALL}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        fill(f"sqlite:///{directory}/archive.db", 36_500)
        page = Path(directory) / "report.html"
        subprocess.run(
            (sys.executable, "-m", "scrapy", "report", "-o", str(page)),
            cwd=ROOT,
            env={**os.environ, "KZNEWS_DATA_DIR": directory},
            check=True,
        )
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        browser = playwright.chromium.launch(
            executable_path=found.path, args=["--no-sandbox"] if is_root else []
        )
        frames = "".join(shown(browser, page, *view) for view in VIEWS)
        sheet = browser.new_page(viewport={"width": 900, "height": 768})
        sheet.set_content(SHEET.format(frames))
        sheet.locator("body").screenshot(path=PICTURE)
        browser.close()
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size / 1000:.0f} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
