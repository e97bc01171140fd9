"""A full disk: the run reports it and fails, and the next run delivers everything once."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from replica import Newsroom, Server
from tests.crawling import FAST, Run, crawl, run_module

ARTICLES = 14


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(Newsroom(articles=ARTICLES, oddities=False)) as server:
        yield server


def crawl_with_room(room: int, server: Server, data: Path, *words: str) -> Run:
    """Crawl where no file may grow beyond so many bytes."""
    command = ("crawl", "365info", "-a", f"base_url={server.url}", *FAST, *words)
    return run_module("scrapy", *command, data=data, room=room)


def assert_failed(run: Run, reason: str, said: str) -> None:
    assert run.status == 1
    assert f"'finish_reason': '{reason}'" in run.log
    assert re.search(f"ERROR: .*{said}", run.log), run.log
    assert "Traceback" not in run.log


def assert_whole(run: Run) -> None:
    counts = Counter(article["id"] for article in run.articles)
    assert (run.status, len(counts), counts.total()) == (0, ARTICLES, ARTICLES), run.log
    assert not list(run.data.glob(".*"))


def test_no_room_for_the_archive(server: Server, tmp_path: Path) -> None:
    before = crawl(server.url, tmp_path, max_articles="4").articles
    room = (tmp_path / "archive.db").stat().st_size + 40_000
    run = crawl_with_room(room, server, tmp_path)
    assert_failed(run, "archive", r"archive\.db cannot be used: .*the next one goes on from there")
    assert run.articles == before
    assert_whole(crawl(server.url, tmp_path))


def test_no_room_for_a_file_that_grows(server: Server, tmp_path: Path) -> None:
    out = tmp_path / "all.jsonl"
    old = '{"id": "old"}\n' * 200_000
    out.write_text(old, "utf-8")
    run = crawl_with_room(2_000_000, server, tmp_path, "-o", str(out))
    assert_failed(run, "output", r"cannot write .*all\.jsonl: .*File too large")
    assert out.read_text("utf-8") == old
    assert not list(tmp_path.glob("*.joined"))
    assert_whole(crawl(server.url, tmp_path))


def test_no_room_for_the_results(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KZNEWS_ARCHIVE_URL", f"sqlite:///{tmp_path}/archive.db")
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", "size=20k", "none", str(disk))
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small file system: run the tests as root")
    try:
        assert_failed(crawl(server.url, disk), "output", "No space left on device")
        subprocess.run(("mount", "-o", "remount,size=4m", str(disk)), check=True)
        assert_whole(crawl(server.url, disk))
    finally:
        subprocess.run(("umount", str(disk)), check=True)
