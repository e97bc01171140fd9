"""Every recipe of docs/web-archives.md runs as written."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from replica import Newsroom, Server
from tests import misreading
from tests.crawling import FAST, ROOT, Record, Run, crawl
from tests.docs.test_recipes import Kitchen, lines
from tests.forkserver import launcher
from tests.web_archive import WebArchive, recorded

pytestmark = pytest.mark.xdist_group("web archives")  # one crawl for all

TEXT = (ROOT / "docs" / "web-archives.md").read_text("utf-8")
RECIPES = {
    part.partition("\n")[0]: blocks
    for part in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
    if (blocks := re.findall(r"^```(?:sh|bash)\n(.*?)^```", part, re.DOTALL | re.MULTILINE))
}
FRESH = {"discovered_via", "page", "fetched_at", "archived_url"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Newsroom(articles=30, oddities=False)) as server:
        yield server


@pytest.fixture(scope="module")
def kept(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A crawl that kept its pages."""
    return crawl(server.url, tmp_path_factory.mktemp("kept"), "-s", "KZNEWS_PAGES=all")


@pytest.fixture
def kitchen(server: Server, kept: Run, tmp_path: Path) -> Kitchen:
    """A directory with an archive of its own, which is empty; ``MORE`` are a crawl's options."""
    server.clear_log()
    here = " ".join(("-a", f"base_url={server.url}", *FAST))
    (tmp_path / "scrapy").write_text(
        f'#!/bin/sh\ncase $1 in crawl) set -- "$@" {here} $MORE;; esac\n'
        f'exec {" ".join(launcher())} scrapy "$@"\n'
    )
    (tmp_path / "scrapy").chmod(0o755)
    (tmp_path / "scrapy.cfg").write_text((ROOT / "scrapy.cfg").read_text("utf-8"))
    data = tmp_path / "data"
    variables = {
        "PATH": f"{tmp_path}:{sys.prefix}/bin:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "KZNEWS_DATA_DIR": str(data),
    }
    return Kitchen(server, data, "", tmp_path, variables)


def delivered(kitchen: Kitchen) -> list[Record]:
    return Run(0, "", kitchen.data).articles


def comparable(articles: list[Record]) -> dict[str, Record]:
    return {
        article["url"]: {name: article[name] for name in article.keys() - FRESH}
        for article in articles
    }


def test_there_is_a_test_for_every_recipe() -> None:
    assert list(RECIPES) == [
        "Read again with a repaired selector",
        "Recover removed articles",
        "Read Common Crawl's news",
        "More processes, more machines",
    ]


def test_read_again_after_a_mended_selector(kitchen: Kitchen, kept: Run) -> None:
    crawled, reread = RECIPES["Read again with a repaired selector"]
    kitchen.variables["MORE"] = f"-s LOG_FORMATTER={misreading.FORMATTER}"
    kitchen.run("sh", crawled)
    kitchen.server.clear_log()
    kitchen.variables["MORE"] = ""
    kitchen.run("sh", reread)
    assert kitchen.server.log == []
    right = {article["url"]: article["text"] for article in kept.articles}
    mended = {a["url"]: a["text"] for a in delivered(kitchen) if a["cause"] == "reread"}
    assert mended
    assert mended.items() <= right.items()
    assert {a["url"]: a["text"] for a in kitchen.exported()} == right


def test_recover_what_is_gone(kitchen: Kitchen, kept: Run) -> None:
    newsroom = kitchen.server.newsroom
    gone = newsroom.newest_first[3]
    newsroom.delete(gone.id)
    with WebArchive(list(recorded(kept.data))) as web_archive:
        kitchen.variables["MORE"] = " ".join(word.replace(" ", "") for word in web_archive.settings)
        for block in RECIPES["Recover removed articles"]:
            kitchen.run("sh", block)
    newsroom.posts.append(gone)
    (found,) = lines(kitchen.directory / "recovered.jsonl")
    assert found["url"] == kitchen.server.url + gone.path
    assert found["archived_url"].startswith(web_archive.url)


def test_read_common_crawl_s_news(kitchen: Kitchen, kept: Run) -> None:
    (block,) = RECIPES["Read Common Crawl's news"]
    name = block.rpartition("files=")[2].strip()
    (pages,) = (kept.data / "pages").glob("*.warc.gz")
    with pages.open("rb") as source, (kitchen.directory / name).open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, record in enumerate(ArchiveIterator(source, no_record_parse=True)):
            if record.rec_type != "response":
                continue
            for host in ("https://news.example", "https://365info.example"):
                html = b"<body class='single-post'><article>...</article></body>"
                headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.1")
                other = writer.create_warc_record(
                    f"{host}/2026/11/novost-{number}", "response", BytesIO(html),
                    length=len(html), http_headers=headers,
                )  # fmt: skip
                writer.write_record(other)
            writer.write_record(record)
    kitchen.run("sh", block)
    assert kitchen.server.log == []
    assert comparable(delivered(kitchen)) == comparable(kept.articles)


def test_past_one_machine_where_a_worker_is_killed(
    kitchen: Kitchen, kept: Run, tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    *servers, crawl = (
        text.replace("8786", port) for text in RECIPES["More processes, more machines"]
    )
    killed = tmp_path / "killed"
    kitchen.variables |= {
        "DASK_DISTRIBUTED__WORKER__PRELOAD": "tests.killing",
        "KILLED": str(killed),
    }
    (kitchen.data / "pages").mkdir(parents=True)
    for file in (kept.data / "pages").iterdir():
        (kitchen.data / "pages" / file.name).symlink_to(file)
    with ExitStack() as running:
        for words in servers:
            running.enter_context(in_the_background(words, kitchen))
        kitchen.run("sh", crawl)
    assert killed.exists()
    assert kitchen.server.log == []
    assert comparable(delivered(kitchen)) == comparable(kept.articles)


@contextmanager
def in_the_background(words: str, kitchen: Kitchen) -> Iterator[None]:
    """Run a server and what it starts, until the block is left."""
    with subprocess.Popen(
        ("bash", "-c", words),
        cwd=kitchen.directory,
        env={**os.environ, **kitchen.variables},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
