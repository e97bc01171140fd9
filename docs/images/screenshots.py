"""Make the pictures that the README shows: python -m docs.images.screenshots

`scrapy report` and `scrapy browse` of a year of invented news, on a wide screen in light and on a
phone in the dark, side by side.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, sync_playwright

from benchmarks.year import fill
from kznews.browser.find import INSTALL, find

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SHEET = """<body style="margin:0;display:flex;gap:24px;align-items:flex-start;background:#8e99a6;
padding:24px;width:max-content">{}</body>"""
FRAME = '<img style="border-radius:10px;height:720px" src="data:image/png;base64,{}">'
SCRAPY = (sys.executable, "-m", "scrapy")
LOOKED_FOR = "биржу зерн"


def take(browser: Browser, name: str, address: str, height: int) -> None:
    """Write a picture of a page on both screens."""
    frames = ""
    for width, is_dark in ((1180, False), (390, True)):
        tab = browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme="dark" if is_dark else "light",
            locale="en-US",
        )
        tab.goto(address)
        frames += FRAME.format(base64.b64encode(tab.screenshot()).decode())
    sheet = browser.new_page(viewport={"width": 900, "height": 768})
    sheet.set_content(SHEET.format(frames))
    sheet.locator("body").screenshot(path=HERE / name)
    print(f"{name}: {(HERE / name).stat().st_size / 1000:.0f} KB")


def main() -> int:
    found = find(os.environ)
    if found is None or found.path is None:
        print(f"a browser is needed: {INSTALL}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        fill(f"sqlite:///{data}/archive.db", 36_500)
        environment = {**os.environ, "KZNEWS_DATA_DIR": data}
        subprocess.run((*SCRAPY, "report"), cwd=ROOT, env=environment, check=True)
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        browser = playwright.chromium.launch(
            executable_path=found.path, args=["--no-sandbox"] if is_root else []
        )
        take(browser, "report.png", Path(data, "report.html").as_uri(), 1340)
        browse = (*SCRAPY, "browse", "--port", "0")
        with subprocess.Popen(browse, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as server:
            assert server.stdout
            address = server.stdout.readline().decode().split(" at ")[1].split()[0]
            take(browser, "browse.png", f"{address}?_search={quote(LOOKED_FOR)}", 900)
            server.terminate()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
