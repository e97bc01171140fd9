"""The documents are true: commands run, tables are complete, links work."""

from __future__ import annotations

import csv
import html
import json
import os
import re
import shlex
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from kznews import finish_reasons
from kznews.items import Article, Rejected
from replica import Newsroom, Server
from replica.answer import Answer
from replica.faults import Fault
from tests.crawling import FAST, ROOT, browsing, crawl, run_module, scrapy
from tests.web_archive import WebArchive, recorded

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
COMMANDS = list(
    dict.fromkeys(
        line.partition(" #")[0].strip()
        for document in DOCUMENTS
        if document.name not in {"recipes.md", "adding-a-site.md"}  # which have tests of their own
        for block in re.findall(r"```sh\n(.*?)```", document.read_text("utf-8"), re.DOTALL)
        for line in block.splitlines()
        if line.strip()
    )
)
READY = [f"--old-file={sys.prefix}/{name}" for name in (".ready", ".ready-dev")]
MAKE = ("make", "--no-print-directory", *READY, f"VENV={sys.prefix}")


def first_columns(text: str, heading: str) -> list[str]:
    """Return the names in the first column of the tables under a heading."""
    part = re.split(r"^## ", text, flags=re.MULTILINE)
    (section,) = [p for p in part if p.startswith(heading)]
    cells = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def output(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


@pytest.fixture(scope="module")
def site() -> Iterator[Server]:
    kaz = Newsroom(articles=12, edition="kaz", oddities=False)
    with Server(Newsroom(articles=40, oddities=False), kaz=kaz) as server:
        yield server


def make(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*MAKE, *words),
        cwd=ROOT,
        env={**os.environ, "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


KEPT = [c for c in COMMANDS if re.match(r"scrapy crawl \S+-(?:warc|wayback)\b", c)]


@pytest.mark.parametrize(
    "command", [c for c in COMMANDS if c.startswith("scrapy crawl") and c not in KEPT]
)
def test_a_scrapy_command_does_what_it_says(command: str, tmp_path: Path, site: Server) -> None:
    words = shlex.split(command)[1:]
    base = site.kaz_url if "365info-kaz" in words else site.url
    (tmp_path / "missing.txt").write_text(base + site.newsroom.newest_first[0].path)
    run = scrapy(*words, "-a", f"base_url={base}", *FAST, data=tmp_path, cwd=tmp_path)
    assert run.status == 0, run.log
    assert list(tmp_path.glob("*.jsonl")) or ("help=1" in words and "  -a since=" in run.log)


@pytest.mark.parametrize("command", KEPT)
def test_a_command_reads_kept_pages_as_it_says(command: str, tmp_path: Path) -> None:
    newsroom = Newsroom(articles=8, oddities=False)
    with Server(newsroom) as server:
        before = len(crawl(server.url, tmp_path, "-s", "KZNEWS_PAGES=all").articles)
        (tmp_path / "archive.db").unlink()
        newsroom.delete(newsroom.newest_first[0].id)
        with WebArchive(list(recorded(tmp_path))) as web_archive:
            words = (*shlex.split(command)[1:], "-a", f"base_url={server.url}")
            run = scrapy(*words, *FAST, *web_archive.settings, data=tmp_path, cwd=tmp_path)
    assert run.status == 0, run.log
    assert len(run.articles) - before in {1, before}


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("scrapy audit")])
def test_an_audit_command_shows_that_nothing_is_missing(
    command: str, tmp_path: Path, site: Server
) -> None:
    words = shlex.split(command)[1:]
    options = ("-a", f"base_url={site.url}", *FAST)
    given = words[words.index("-a") :] if "-a" in words else ()
    spider = "wordpress-backfill" if given else "365info-backfill"
    scrapy("crawl", spider, *given, *options, data=tmp_path, cwd=tmp_path)
    run = scrapy(*words, *options, data=tmp_path, cwd=tmp_path)
    assert run.status == 0, run.log
    assert "By the REST API" in run.log
    if "--missing" in words:
        assert (tmp_path / "missing.txt").read_text() == ""


def test_a_runs_command_tells_how_a_crawl_ended(tmp_path: Path, site: Server) -> None:
    crawl(site.url, tmp_path, max_articles="3")
    for command in (c for c in COMMANDS if c.startswith("scrapy runs")):
        run = scrapy(*shlex.split(command)[1:], data=tmp_path)
        assert (run.status, "max_articles" in run.log) == (0, "--failed" not in command)


def test_the_health_of_a_site_is_told(tmp_path: Path, site: Server) -> None:
    crawl(site.url, tmp_path, max_articles="3")
    (command,) = (c for c in COMMANDS if c.startswith("scrapy health"))
    run = scrapy(*shlex.split(command)[1:], data=tmp_path)
    assert re.match(r"(good|bad ) 365info: newest article \d+ days ago", run.log)


def test_a_page_is_inspected_and_frozen_as_the_walk_through_says(
    tmp_path: Path, site: Server
) -> None:
    path = site.newsroom.newest_first[2].path
    site.fault(path, Fault(_renamed))
    told = {"https://365info.kz/2026/11/slug": site.url + path, "slug.html": f"{path[9:]}.html"}
    freeze = "python -m tools.freeze_page"
    commands = [c for c in COMMANDS if c.startswith(("scrapy inspect", freeze))]
    for command in commands:
        real = re.sub("|".join(map(re.escape, told)), lambda word: told[word[0]], command)
        words = [*shlex.split(real), *(["--site", "365info"] if site.url in real else [])]
        if command.startswith(freeze):
            words += ["--to", "frozen"] if "--to" not in words else []
            run = run_module(*words[2:], *FAST, data=tmp_path, cwd=tmp_path)
        else:
            run = scrapy(*words[1:], *FAST, data=tmp_path, cwd=tmp_path)
            assert "body read by: hook" in " ".join(run.log.split())
        assert run.status == 0, run.log
    assert len(list(tmp_path.glob("frozen/365info/hook/*.html"))) == 1
    site.clear_faults()


def _renamed(answer: Answer) -> Answer:
    assert isinstance(answer.body, bytes)
    return replace(answer, body=answer.body.replace(b"singular__content", b"story__text"))


def test_an_export_command_writes_what_a_crawl_stored(tmp_path: Path, site: Server) -> None:
    articles = crawl(site.url, tmp_path).articles
    for command in (c for c in COMMANDS if c.startswith("scrapy export")):
        run = scrapy(*shlex.split(command)[1:], data=tmp_path, cwd=tmp_path)
        assert run.status == 0, run.log
        assert re.search(r"^\d+ articles$", run.log, re.MULTILINE)
    with (tmp_path / "2026.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    recent = [a for a in articles if a["published_at"] > "2026" and a["language"] == "ru"]
    assert {row["id"] for row in rows} == {article["id"] for article in recent}
    assert recent


def test_the_archive_is_shown_as_the_commands_say(tmp_path: Path, site: Server) -> None:
    found = crawl(site.url, tmp_path, max_articles="5").articles
    for command in (c for c in COMMANDS if c.startswith("scrapy report")):
        since = command.partition("--since ")[2]
        run = scrapy(*shlex.split(command)[1:], data=tmp_path, cwd=tmp_path)
        assert run.status == 0, run.log
        written, count = re.findall(r"^(\S+): (\d+) articles", run.log, re.MULTILINE)[0]
        assert int(count) == sum(article["published_at"] >= since for article in found), run.log
        assert 'class="card"' in (tmp_path / written).read_text("utf-8")
    for command in (c for c in COMMANDS if c.startswith("scrapy browse")):
        with (
            browsing(tmp_path, *shlex.split(command)[2:]) as address,
            urllib.request.urlopen(address) as response,
        ):
            assert f"Articles: {len(found)}" in response.read().decode()


def test_make_demo_shows_what_came_out_and_what_to_type_next() -> None:
    demo = make("demo")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    picture = html.unescape((ROOT / "docs" / "images" / "demo.svg").read_text("utf-8"))
    shown = re.findall(r"\d+ articles, \d+ rejected, \d+ gone", picture.replace("\xa0", " "))
    assert shown  # `python -m replica.picture` draws it anew
    assert shown[-1] in demo.stdout
    articles, rejected, _ = re.findall(r"\d+", shown[-1])
    (audited,) = re.findall(r"^  all +(\d+) +(\d+) +0 +0 +(\d+)$", demo.stdout, re.MULTILINE)
    assert audited == (str(int(articles) + int(rejected)), articles, rejected)
    assert f"One of the {articles} lines" in output("output.md")
    (named,) = [x for x in demo.stdout.split() if re.search(r"articles-.*\.jsonl", x)]
    assert (ROOT / named).stat().st_size
    report, export, browse = demo.stdout.splitlines()[-3:]
    for command in (report, export):
        done = subprocess.run(
            command, shell=True, cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert f"{articles} articles" in done.stdout + done.stderr
    words = [*shlex.split(browse), "--port", "0"]
    with subprocess.Popen(["env", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline().startswith(f"{articles} articles at http://127.0.0.1:")
        process.terminate()


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("make crawl")])
def test_make_crawl_passes_arguments_on(
    command: str, tmp_path: Path, site: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KZNEWS_DATA_DIR", str(tmp_path))
    _, target, arguments = shlex.split(command)
    done = make(target, " ".join((arguments, f"-a base_url={site.url}", *FAST)))
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("articles-*.jsonl"))


def test_make_site_serves_the_look_alike() -> None:
    environment = {**os.environ, "MAKEFLAGS": ""}
    with subprocess.Popen(
        (*MAKE, "site", "PORT=0"), cwd=ROOT, env=environment, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        address = process.stdout.readline().decode().split()[-1]
        with urllib.request.urlopen(address) as response:
            assert "365" in response.read().decode()
        process.terminate()


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("make ")])
def test_a_make_command_has_its_target(command: str) -> None:
    done = make("--dry-run", *shlex.split(command)[1:])
    assert (done.returncode, bool(done.stdout)) == (0, True)


def test_a_variable_to_export_is_one_that_is_read() -> None:
    exported = [c for c in COMMANDS if c.startswith("export ")]
    names = {command.split()[1].partition("=")[0] for command in exported}
    scrapyd = {f"KZNEWS_SCRAPYD_{name}" for name in ("URL", "USERNAME", "PASSWORD")}
    settings = (ROOT / "kznews" / "settings.py").read_text("utf-8")
    assert names > scrapyd
    assert all(f'"{name}"' in settings for name in names - scrapyd)


def test_every_command_is_one_that_a_test_knows() -> None:
    assert COMMANDS
    assert not [
        c for c in COMMANDS if not c.startswith(("scrapy ", "make ", "export ", "python -m tools."))
    ]


def test_the_line_in_the_document_is_a_real_one(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", output("output.md"), re.DOTALL)
    line = json.loads(shown)
    port = line["url"].split("/")[2]

    def comparable(text: str) -> Any:
        record = json.loads(text)
        return {k: record[k] for k in record if k not in {"fetched_at", "discovered_via", "page"}}

    with Server(Newsroom(articles=300)) as server:
        here = server.url.removeprefix("http://")
        run = crawl(server.url, tmp_path, urls=line["url"].replace(port, here))
    (article,) = run.articles
    assert list(article) == list(line)
    assert comparable(json.dumps(article).replace(here, port)) == comparable(shown)


@pytest.mark.parametrize("name", ["README.md", "README.ru.md"])
def test_the_shortened_line_is_of_the_whole_one(name: str) -> None:
    short, whole = (
        json.loads(re.findall(r"```json\n(.*?)```", text, re.DOTALL)[0])
        for text in ((ROOT / name).read_text("utf-8"), output("output.md"))
    )
    assert whole["text"].startswith(short.pop("text"))
    assert short.items() <= {key: whole[key] for key in short}.items()


def test_the_tables_of_fields_are_whole() -> None:
    assert first_columns(output("output.md"), "Articles") == [f.name for f in fields(Article)]
    rejected = output("output.md").partition("## Rejected")[2].partition("| reason |")[0]
    assert [f.name for f in fields(Rejected)] == list(
        dict.fromkeys(re.findall(r"`(\w+)`", rejected))
    )


def test_every_reason_to_reject_or_to_end_is_explained() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in ROOT.glob("kznews/**/*.py"))
    raised = set(re.findall(r'(?:NotAnArticle|Unavailable)\(\s*"(\w+)"', sources))
    raised |= set(re.findall(r'reject\((?:article|asked, via), "(\w+)"', sources))
    explained = set(first_columns(output("output.md"), "Rejected"))
    assert raised
    assert raised <= explained
    reasons = {v for k, v in vars(finish_reasons).items() if k.isupper() and isinstance(v, str)}
    assert not [r for r in reasons if f"`{r}`" not in output("architecture.md")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_paths_in_a_document_lead_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    paths = re.findall(r"`((?:kznews|replica|tests|docs|deploy)/[\w/.-]+)`", text)
    assert not [link for link in links if not (document.parent / link).exists()]
    made = "vestnik"  # by who follows the guide to a site
    assert not [path for path in paths if not (ROOT / path).exists() and made not in path]


def test_a_chapter_that_the_code_names_exists() -> None:
    missing = [
        (path.name, document, chapter)
        for path in ROOT.glob("kznews/**/*.py")
        for document, chapters in re.findall(
            r"docs/([\w-]+\.md)``((?:(?:, | and )«[^»]+»)+)",
            re.sub(r"\s+", " ", path.read_text("utf-8")),
        )
        for chapter in re.findall("«([^»]+)»", chapters)
        if f"## {chapter}\n" not in output(document)
    ]
    assert missing == []
