"""Kept pages in other programs (warcio, pywb, a browser), and back into an archive."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from kznews.browser.find import ARGUMENTS, INSTALL, find
from replica import Newsroom, Server
from tests.crawling import ROOT, SCRAPY, Record, Run, crawl
from tests.daemon import free_port, within
from tests.web_archive import pointing_at

PYWB = ROOT / ".venv-pywb" / "bin"
"""Where `make test` installs it."""
OWN = {"discovered_via", "page", "fetched_at", "archived_url"}
"""Fields that tell how an article was read, and when."""
ORDER = ("duplicate_of", "similarity")
"""Fields that tell what was read before: an index has an order of its own. So which of two articles
with the same text is stored is another matter, too.
"""
BROWSER = find({})


@pytest.fixture(scope="module")
def newsroom() -> Newsroom:
    return Newsroom(articles=12)


@pytest.fixture(scope="module")
def server(newsroom: Newsroom) -> Iterator[Server]:
    with Server(newsroom) as server:
        yield server


@pytest.fixture(scope="module")
def first(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = crawl(server.url, tmp_path_factory.mktemp("first"), "-s", "KZNEWS_PAGES=all")
    assert run.status == 0, run.log
    return run


@pytest.fixture(scope="module")
def pywb(first: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real web archive of the kept pages; its address."""
    assert PYWB.exists(), "`make .venv-pywb/.ready` installs pywb"
    home, port = tmp_path_factory.mktemp("pywb"), free_port()
    (home / "config.yaml").write_text("framed_replay: false\n")
    for words in (["init", "kz"], ["add", "kz", *kept(first)]):
        subprocess.run([PYWB / "wb-manager", *words], cwd=home, check=True, capture_output=True)
    with subprocess.Popen(
        [PYWB / "wayback", "-b", "127.0.0.1", "-p", str(port)],
        cwd=home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        within(60, lambda: answers(port))
        yield f"http://127.0.0.1:{port}/kz"
        process.terminate()


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/", timeout=5).ok
    except requests.ConnectionError:
        return False


def kept(run: Run) -> list[Path]:
    return sorted((run.data / "pages").glob("*.warc.gz"))


def comparable(run: Run, *but: str) -> dict[str, Record]:
    """The articles by address, without what depends on when and how they were read."""
    return {
        article["url"]: {k: v for k, v in article.items() if k not in OWN.union(but)}
        for article in run.articles
    }


def rejected_twins(*runs: Run) -> list[Record]:
    return [r for run in runs for r in run.rejected.values() if r["reason"] == "duplicate"]


def recover(server: Server, pywb: str, data: Path, **arguments: str) -> Run:
    there = pointing_at(f"{pywb}/cdx", pywb)
    return crawl(server.url, data, *there, spider="365info-wayback", **arguments)


def test_warcio_finds_nothing_wrong(first: Run) -> None:
    words = [Path(SCRAPY[0]).parent / "warcio", "check", "--verbose", *kept(first)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("digest pass") > 30


@pytest.mark.skipif(BROWSER is None, reason=f"no browser: {INSTALL}")
def test_a_browser_shows_an_article_from_the_archive(first: Run, pywb: str) -> None:
    article = first.articles[0]
    assert BROWSER
    assert BROWSER.path
    options = (*ARGUMENTS, "--headless", "--no-sandbox", "--dump-dom")
    shown = subprocess.run(
        [BROWSER.path, *options, f"{pywb}/{article['fetched_at'][:4]}/{article['url']}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    assert article["title"] in shown
    assert article["text"].partition("\n")[0] in shown


def test_an_empty_archive_filled_from_the_files_holds_the_same(
    server: Server, first: Run, tmp_path: Path
) -> None:
    server.clear_log()
    run = crawl(server.url, tmp_path, spider="365info-warc", files=f"{first.data}/pages/*.warc.gz")
    assert (run.status, server.log) == (0, []), run.log
    assert comparable(run) == comparable(first)
    assert {article["discovered_via"] for article in run.articles} == {"warc"}
    assert all(article["page"] for article in run.articles)


def test_an_empty_archive_filled_from_pywb_holds_the_same(
    server: Server, first: Run, pywb: str, tmp_path: Path
) -> None:
    server.clear_log()
    run = recover(server, pywb, tmp_path)
    assert (run.status, server.log) == (0, []), run.log
    twins = {key for r in rejected_twins(first, run) for key in (r["id"], r["duplicate_of"])}
    mine, theirs = (comparable(each, *ORDER).items() for each in (run, first))
    assert len(mine) == len(theirs)
    assert {url: a for url, a in mine if a["id"] not in twins} == {
        url: a for url, a in theirs if a["id"] not in twins
    }
    assert all(a["archived_url"].startswith(f"{pywb}/") for a in run.articles)


def test_only_what_was_deleted_comes_from_pywb(
    server: Server, newsroom: Newsroom, first: Run, pywb: str, tmp_path: Path
) -> None:
    gone = first.articles[-3:]
    for article in gone:
        newsroom.delete(int(article["id"].rpartition(":")[2]))
    run = recover(server, pywb, tmp_path, which="gone")
    assert run.status == 0, run.log
    assert run.urls() == {article["url"] for article in gone}
