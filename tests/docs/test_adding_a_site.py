"""The guide docs/adding-a-site.md, followed step by step in a copy of the project.

The site is invented. Its pages are those of a WordPress with the theme Twenty Twenty-One, kept in
`vestnik/` by their paths; a proxy on this machine serves them.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from textwrap import dedent
from urllib.parse import urlsplit

import pytest

from tests.crawling import FAST, ROOT

SITE = Path(__file__).parent / "vestnik"
TYPES = {".html": "text/html; charset=UTF-8", ".xml": "application/xml; charset=UTF-8"}
STEPS = re.findall(
    r"(?:`(kznews/\S+)`[^`]*)?^ *```(sh|python|diff)\n(.*?)^ *```",
    (ROOT / "docs" / "adding-a-site.md").read_text("utf-8"),
    re.DOTALL | re.MULTILINE,
)


class Vestnik(BaseHTTPRequestHandler):
    """A proxy that knows one host: it answers with the file of the path."""

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        place = SITE / (asked.path.strip("/").replace("/", "_") or "home")
        found = [place.with_name(place.name + suffix) for suffix in ("", ".html", ".xml")]
        file = next((path for path in found if path.is_file()), None)
        is_known = asked.hostname == "vestnik.example" and file and not asked.query
        body = file.read_bytes() if file and is_known else b""
        self.send_response(200 if is_known else 404)
        self.send_header("Content-Type", TYPES.get(file.suffix if file else "", "text/plain"))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")  # else Scrapy uses the closed connection again
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def proxy() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Vestnik) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of the project that may be changed."""
    for name in ("kznews", "tools", "tests"):
        ignored = shutil.ignore_patterns("__pycache__", "datasette_app", "vestnik")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    for name in ("scrapy.cfg", "pyproject.toml", "docs", "replica"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def change(file: Path, hunks: str) -> None:
    """Put the lines with a plus in the place of those with a minus."""
    text = file.read_text("utf-8")
    for hunk in hunks.strip().split("\n\n"):
        lines = [line.strip() for line in hunk.splitlines()]
        old, new = ("\n".join(x[1:] for x in lines if x[0] == sign) for sign in "-+")
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text, "utf-8")


def run(command: str, checkout: Path, environment: dict[str, str]) -> str:
    words = shlex.split(command, comments=True)
    if words[0] == "export":
        environment.update([words[1].split("=")])
        return ""
    options = FAST if "scrapy" in words or "tools.freeze_page" in words else ()
    module = ["-m", "scrapy", *words[1:]] if words[0] == "scrapy" else words[1:]
    done = subprocess.run(
        (sys.executable, *module, *options),
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_guide_leads_from_an_address_to_a_spider(checkout: Path, proxy: str) -> None:
    told: dict[str, str] = {}
    environment = {
        **os.environ,
        "http_proxy": proxy,
        "PYTHONPATH": str(checkout),
        "KZNEWS_DATA_DIR": "data",
        "PYTEST_ADDOPTS": "-p no:cacheprovider -n 0",
    }
    for file, kind, block in STEPS:
        if kind == "sh":
            told |= {line: run(line, checkout, environment) for line in block.splitlines()}
        elif kind == "python":
            (checkout / file).write_text(dedent(block), "utf-8")
        else:
            change(checkout / file, block)
    looks = [" ".join(said.split()) for line, said in told.items() if "scrapy inspect" in line]
    assert ["body read by: twentytwentyone." in look for look in looks] == [False, True]
    layout = looks[1].partition("SELECTORS")[2].partition("CUT")[0]
    assert re.findall(r"\b0 (\S.*?)(?= \w+ \d| \d|$)", layout) == [".entry-title a[href]"]
    feeds = checkout.glob("data*/articles-*.jsonl")
    articles = [json.loads(x) for feed in feeds for x in feed.read_text("utf-8").splitlines()]
    own = [article for article in articles if article["site"] == "vestnik"]
    assert {article["layout"] for article in own} == {"twentytwentyone"}
    assert {article["id"] for article in own} == {"vestnik:4", "vestnik:6", "vestnik:7"}
    assert len(articles) == 2 * len(own)
    (frozen,) = (checkout / "tests" / "frozen" / "vestnik" / "twentytwentyone").glob("most-*.json")
    article = json.loads(frozen.read_text("utf-8"))["article"]
    assert article["title"] == "Мост через реку закроют на неделю"
    assert (article["section"], article["authors"]) == ("Город", ["Дина Сарбас"])
    assert article["tags"] == ["дороги", "мост"]
    assert article["published_at"] == "2026-11-24T15:40:00+05:00"
    assert [image["caption"] for image in article["images"]] == ["Старый мост"]
    assert len(article["text"]) == 4
