"""A crash at each critical moment: the next run delivers everything once and cleans up."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.crash import POINTS
from replica import Newsroom, Server
from tests.crawling import FAST, Run, crawl, run_module
from tests.warc.test_keep_pages import kept, page
from tests.web_archive import WebArchive, recorded

ARTICLES = 14
ALONE = ("committing", "committed", "page half kept", "file written", "file appeared")
IN_A_ROW = [point for point in POINTS if point not in {*ALONE, "line written", "delivery noted"}]
NUMBERS = {
    "walking": 5,
    "committing": 8,
    "committed": 8,
    "stored": 9,
    "line written": 12,
    "page half kept": 16,
}
"""At which call of a point it happens, where not at the first."""


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(articles=ARTICLES, oddities=False)


def crash(
    server: Server,
    data: Path,
    point: str,
    *words: str,
    number: int | None = None,
    spider: str = "365info",
) -> None:
    """Crawl until the process dies at a point."""
    when, name = POINTS[point]
    where = (when, name, str(number or NUMBERS.get(point, 1)))
    command = ("crawl", spider, "-a", f"base_url={server.url}", *FAST, *words)
    died = run_module("benchmarks.crash", *where, *command, data=data)
    assert died.status == -signal.SIGKILL, died.log


def assert_whole(run: Run, articles: int = ARTICLES, pages_of: Path | None = None) -> None:
    counts = Counter(article["id"] for article in run.articles)
    assert (run.status, len(counts), counts.total()) == (0, articles, articles), run.log
    assert not [*run.data.glob(".*"), *run.data.glob("pages/.*")]
    pages = kept(pages_of or run.data)
    assert all(pages[page(a)].url == a["url"] for a in run.articles if a["page"])


@pytest.mark.parametrize("point", ALONE)
def test_a_crash_costs_nothing(server: Server, tmp_path: Path, point: str) -> None:
    crash(server, tmp_path, point)
    assert_whole(crawl(server.url, tmp_path))


@pytest.mark.parametrize("points", [IN_A_ROW[::2], IN_A_ROW[1::2]], ids="-".join)
def test_one_crash_after_another_costs_nothing(
    server: Server, newsroom: Newsroom, tmp_path: Path, points: list[str]
) -> None:
    for point in points:
        newsroom.publish()
        crash(server, tmp_path, point, number=1)
        delivered = [article["id"] for article in Run(0, "", tmp_path).articles]
        assert len(delivered) == len(set(delivered)), point
    assert_whole(crawl(server.url, tmp_path), ARTICLES + len(points))


def test_a_line_torn_by_a_crash_is_in_no_file(server: Server, tmp_path: Path) -> None:
    crash(server, tmp_path, "line written")
    (part,) = tmp_path.glob(".articles*.part")
    with part.open("ab") as file:
        file.write(b'{"schema": 1, "id": "365inf')
    assert_whole(crawl(server.url, tmp_path))


def test_a_crash_while_a_crash_is_repaired_costs_nothing(server: Server, tmp_path: Path) -> None:
    crash(server, tmp_path, "delivery noted")
    crash(server, tmp_path, "file appeared")
    assert_whole(crawl(server.url, tmp_path))


def test_a_crash_while_a_file_grows_leaves_its_lines_as_they_are(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(POINTS, "file half joined", ("after", "shutil.copyfileobj"))
    out = tmp_path / "articles-all.jsonl"
    crawl(server.url, tmp_path, "-o", str(out), max_articles="4")
    before = out.read_text("utf-8")
    assert before.count("\n") == 4
    for point in ("file half joined", "delivery noted"):
        crash(server, tmp_path, point, "-o", str(out))
        assert out.read_text("utf-8") == before
    assert_whole(crawl(server.url, tmp_path, "-o", str(out)))
    assert out.read_text("utf-8").startswith(before)


@pytest.mark.parametrize(
    ("spider", "point"), [("365info-warc", "stored"), ("365info-wayback", "committed")]
)
def test_a_crash_while_recorded_pages_are_read_costs_nothing(
    server: Server, tmp_path: Path, spider: str, point: str
) -> None:
    first = tmp_path / "first"
    crawl(server.url, first, "-s", "KZNEWS_PAGES=all")
    with WebArchive(list(recorded(first))) as web_archive:
        files = ("-a", f"files={first}/pages/*.warc.gz")
        words = files if spider == "365info-warc" else web_archive.settings
        crash(server, tmp_path, point, *words, number=5, spider=spider)
        run = crawl(server.url, tmp_path, *words, spider=spider)
    assert_whole(run, pages_of=first if spider == "365info-warc" else None)
    captures = [path for path in web_archive.asked if path.startswith("/web/20")]
    assert len(captures) < 2 * ARTICLES
