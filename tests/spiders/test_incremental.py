"""Repeated runs: known articles are skipped, new and edited ones come once, none is lost."""

from __future__ import annotations

import gzip
import json
import re
import signal
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from benchmarks.torture import torture
from kznews.storage.archive import Archive
from replica import Fault, Newsroom, Server
from replica.answer import Answer
from tests.crawling import FAST, Run, asked, crawl, start
from tests.forkserver import Process

ARTICLES = 40
TODAY = datetime.now(ZoneInfo("Asia/Almaty")).date()


@pytest.fixture
def newsroom() -> Newsroom:
    """Articles, the newest of them of today: those can still be edited."""
    return Newsroom(articles=ARTICLES, oddities=False, today=TODAY)


def versions(run: Run) -> list[tuple[str, int]]:
    return [(article["id"], article["version"]) for article in run.articles]


@pytest.mark.parametrize("api", ["open", "closed"])
def test_a_second_run_with_nothing_new_asks_for_no_article(
    server: Server, tmp_path: Path, api: str
) -> None:
    if api == "closed":
        server.closed = {"rest": 403}
    crawl(server.url, tmp_path)
    server.clear_log()
    run = crawl(server.url, tmp_path)
    assert (run.status, len(run.articles)) == (0, ARTICLES)
    assert asked(server) == []
    listings = asked(server, "/category/")
    assert len(listings) == len(set(listings))
    assert not [path for path in listings if "/page/" in path]
    assert "known articles were passed over" in run.log
    assert "-a full=1" in run.log
    assert "scrapy export" in run.log


def test_new_edited_and_deleted_articles_come_once_each(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    edited, deleted = newsroom.publish(), newsroom.publish()
    assert len(crawl(server.url, tmp_path).articles) == ARTICLES + 2
    fresh = [newsroom.publish().id for _ in range(3)]
    newsroom.edit(edited.id, title="Совсем другой заголовок", add_paragraph="Добавлено позже.")
    newsroom.delete(deleted.id)
    server.clear_log()
    second = versions(crawl(server.url, tmp_path))[ARTICLES + 2 :]
    assert sorted(second) == sorted(
        [*((f"365info:{post}", 1) for post in fresh), (f"365info:{edited.id}", 2)]
    )
    assert len(asked(server)) == 4
    third = crawl(server.url, tmp_path)
    assert len(third.articles) == ARTICLES + 6
    gone = [record for record in third.rejected.values() if record["reason"] == "gone"]
    assert [record["id"] for record in gone] == [f"365info:{deleted.id}"]
    fourth = crawl(server.url, tmp_path)
    assert len(fourth.records("rejected")) == len(third.records("rejected"))
    (change,) = [article for article in fourth.articles if article["version"] == 2]
    (before,) = [a for a in fourth.articles if (a["id"], a["version"]) == (change["id"], 1)]
    assert change["previous_hash"] == before["content_hash"] != change["content_hash"]
    assert change["changed"] == ["title", "text"]


def test_edits_are_noticed_where_the_api_is_closed(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    server.closed = {"rest": "html"}
    edited = newsroom.publish()
    crawl(server.url, tmp_path)
    newsroom.edit(edited.id, title="Другой заголовок")
    run = crawl(server.url, tmp_path)
    assert (f"365info:{edited.id}", 2) in versions(run)


@pytest.mark.parametrize(
    "cut",
    [
        {"max_pages": "1", "sections": "poslednie-novosti"},
        {"max_articles": "5"},
        {"since": TODAY.isoformat()},
    ],
)
def test_a_run_cut_short_leaves_no_hole(
    server: Server, tmp_path: Path, cut: dict[str, str]
) -> None:
    first = crawl(server.url, tmp_path, **cut)
    assert 0 <= len(first.articles) < ARTICLES
    run = crawl(server.url, tmp_path)
    assert len(run.urls()) == len(run.articles) == ARTICLES


@pytest.mark.parametrize(
    "fault",
    [
        Fault.no_links(), Fault.cut_quietly(), Fault.status(500), Fault.status(404),
        Fault.redirect("/"), Fault.redirect("/category/poslednie-novosti"),
    ],
)  # fmt: skip
def test_a_spoilt_listing_page_leaves_no_hole(
    server: Server, newsroom: Newsroom, tmp_path: Path, fault: Fault
) -> None:
    section = {"sections": "poslednie-novosti"}
    crawl(server.url, tmp_path, **section)
    fresh = {f"365info:{newsroom.publish().id}" for _ in range(25)}
    server.fault("/category/poslednie-novosti/page/2", fault)
    crawl(server.url, tmp_path, **section)
    server.clear_faults()
    run = crawl(server.url, tmp_path, **section)
    assert fresh <= {article["id"] for article in run.articles}
    assert len(run.urls()) == len(run.articles) == ARTICLES + 25


@pytest.mark.parametrize("end", [Fault.status(404), Fault.redirect("/")])
def test_pages_that_a_listing_links_to_and_does_not_have_are_its_end_for_the_second_run(
    server: Server, tmp_path: Path, end: Fault
) -> None:
    section = {"sections": "poslednie-novosti"}
    server.fault(re.compile("/category/poslednie-novosti/page/[2-9]"), end)
    first = crawl(server.url, tmp_path, **section)
    assert first.status == 1
    assert "/page/4 cannot be read" in first.log
    assert crawl(server.url, tmp_path, **section).status == 0
    server.clear_log()
    assert crawl(server.url, tmp_path, **section).status == 0
    assert asked(server, "/category/") == ["/category/poslednie-novosti"]


def test_an_article_that_was_stored_is_never_rejected_for_a_bad_day(
    server: Server, tmp_path: Path
) -> None:
    first = crawl(server.url, tmp_path)
    url = first.articles[-1]["url"]
    server.fault(url.removeprefix(server.url), Fault.status(404))
    run = crawl(server.url, tmp_path, urls=url)
    assert url not in run.rejected
    server.clear_faults()
    server.clear_log()
    crawl(server.url, tmp_path)
    assert asked(server) == []


def test_batches_and_gzip_hold_every_article_once(server: Server, tmp_path: Path) -> None:
    feed = {
        f"{tmp_path}/part-%(batch_id)03d.jsonl.gz": {
            "format": "jsonlines",
            "batch_item_count": 15,
            "item_classes": ["kznews.items.Article"],
            "postprocessing": ["scrapy.extensions.postprocessing.GzipPlugin"],
        }
    }
    for _ in range(2):
        assert crawl(server.url, tmp_path, "-s", f"FEEDS={json.dumps(feed)}").status == 0
    counts = [
        len(gzip.decompress(file.read_bytes()).splitlines())
        for file in sorted(tmp_path.glob("part-*.gz"))
    ]
    assert counts == [15, 15, 10]
    assert not list(tmp_path.glob(".*"))


def test_full_fetches_all_and_delivers_only_what_changed(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    crawl(server.url, tmp_path)
    old = newsroom.posts[0].id
    newsroom.edit(old, add_paragraph="Уточнение через годы.")
    server.clear_log()
    run = crawl(server.url, tmp_path, full="1")
    assert len(asked(server)) == ARTICLES
    assert versions(run)[ARTICLES:] == [(f"365info:{old}", 2)]


@pytest.mark.parametrize("flag", ["-o", "-O"])
def test_a_run_that_brings_nothing_leaves_the_file_as_it_is(
    server: Server, newsroom: Newsroom, tmp_path: Path, flag: str
) -> None:
    out = tmp_path / "out.jsonl"
    crawl(server.url, tmp_path, flag, str(out))
    before = out.read_text("utf-8")
    assert before.count("\n") == ARTICLES
    crawl(server.url, tmp_path, flag, str(out))
    assert out.read_text("utf-8") == before
    newsroom.publish()
    crawl(server.url, tmp_path, flag, str(out))
    assert out.read_text("utf-8").count("\n") == (ARTICLES + 1 if flag == "-o" else 1)


def begin(server: Server, data: Path) -> Process:
    words = ("scrapy", "crawl", "365info", "-a", f"base_url={server.url}", *FAST)
    return start(*words, "-s", "LOGSTATS_INTERVAL=0.1", data=data)


def test_a_second_run_at_once_is_refused_and_the_first_is_named(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    with Server(newsroom, delay=0.1) as server, begin(server, tmp_path) as first:
        next(line for line in first.stderr if "kznews.extensions.progress" in line)
        second = crawl(server.url, tmp_path)
        assert second.status == 1
        assert f"process {first.pid}" in second.log
        assert "Traceback" not in second.log
        server.delay = 0
        first.communicate()
    assert first.returncode == 0
    assert len(Run(0, "", tmp_path).articles) == ARTICLES


@pytest.mark.parametrize("signals", [[signal.SIGTERM], [signal.SIGINT, signal.SIGINT]])
def test_a_run_told_to_stop_keeps_what_it_has(
    newsroom: Newsroom, tmp_path: Path, signals: list[signal.Signals]
) -> None:
    with Server(newsroom, delay=0.05) as server:
        with begin(server, tmp_path) as run:
            next(line for line in run.stderr if "kznews.extensions.progress" in line)
            for number in signals:
                run.send_signal(number)
            run.communicate()
        assert run.returncode != 0
        server.delay = 0
        last = crawl(server.url, tmp_path)
    assert last.status == 0
    assert len(last.urls()) == len(last.articles) == ARTICLES


def test_killed_again_and_again_nothing_is_lost_and_nothing_twice(tmp_path: Path) -> None:
    damage = torture(articles=120, kills=6, seed=1, data=tmp_path, start=Process)
    assert damage.kills >= 6
    assert (damage.lost, damage.doubled, damage.corrupt, damage.status) == (0, 0, 0, 0)
    assert damage.fetched_again <= 8 * damage.kills
    assert not list(tmp_path.glob("*.part"))


def test_a_damaged_archive_ends_the_run_with_a_clear_word(server: Server, tmp_path: Path) -> None:
    crawl(server.url, tmp_path)
    (tmp_path / "archive.db").write_bytes(b"no database" * 1000)
    for name in ("archive.db-wal", "archive.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    run = crawl(server.url, tmp_path)
    assert run.status == 1
    assert "is damaged or no archive" in run.log
    assert len(run.articles) == ARTICLES
    assert "Traceback" not in run.log


def test_an_archive_that_another_program_holds_ends_the_run_with_a_clear_word(
    server: Server, tmp_path: Path
) -> None:
    crawl(server.url, tmp_path)
    file = tmp_path / "archive.db"
    with closing(sqlite3.connect(file)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        run = crawl(server.url, tmp_path, "-s", f"KZNEWS_ARCHIVE_URL=sqlite:///{file}?timeout=0.1")
    assert run.status == 1
    assert "is locked by another program" in run.log
    assert "Traceback" not in run.log
    assert crawl(server.url, tmp_path).status == 0


def test_an_archive_that_is_deleted_under_a_run_ends_it(
    server: Server, newsroom: Newsroom, tmp_path: Path
) -> None:
    def delete(answer: Answer) -> Answer:
        (tmp_path / "archive.db").unlink()
        return answer

    server.fault(newsroom.newest_first[15].path, Fault(delete, times=1))
    run = crawl(server.url, tmp_path)
    assert (run.status, run.articles) == (1, [])
    assert "'finish_reason': 'archive'" in run.log
    assert "archive.db was removed or replaced" in run.log
    assert "Traceback" not in run.log
    again = crawl(server.url, tmp_path)
    assert (again.status, len(again.urls()), len(again.articles)) == (0, ARTICLES, ARTICLES)


def test_an_archive_belongs_to_one_address(server: Server, tmp_path: Path) -> None:
    crawl(server.url, tmp_path)
    run = crawl("http://127.0.0.1:1", tmp_path)
    assert run.status == 1
    assert f"as it is at {server.url}" in run.log
    assert (
        Archive(f"sqlite:///{tmp_path}/archive.db").urls.mark("365info", "poslednie-novosti") == 1
    )


def test_what_is_resumed_has_the_sections_that_list_it(tmp_path: Path) -> None:
    def unnamed(html: str) -> str:
        """Name no section of an article on its page: the listings alone tell."""
        return re.sub(r'<div class="row single__category">.*?</div>', "", html, flags=re.DOTALL)

    newsroom = Newsroom(articles=9, theme="old", oddities=False)
    everything = newsroom.catch_all
    with Server(newsroom, dress=unnamed) as server:
        assert len(crawl(server.url, tmp_path, max_articles="2").articles) == 2
        server.clear_log()
        run = crawl(server.url, tmp_path)
        asked = [server.url + hit.path for hit in server.log]
    listed = asked.index(server.url + everything.path)
    later = [x for x in run.articles if x["url"] in asked and asked.index(x["url"]) > listed + 2]
    assert later
    for article in later:
        assert everything.slug in [section["slug"] for section in article["sections"]]
