"""`make demo`: serve the look-alike site, crawl it with the real spider, show what came out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from replica.newsroom import Newsroom
from replica.server import Server

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data" / "demo"
GONE = ("http_404", "http_410")
"""Reasons of addresses that the site itself lists no more, so that no audit counts them."""


def scrapy(verb: str, base_url: str) -> tuple[int, float]:
    """Run `scrapy <verb> 365info` against an address; return its exit status and the seconds."""
    command = [sys.executable, "-m", "scrapy", verb, "365info", "-a", f"base_url={base_url}"]
    command += ["-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=0"]
    print(f"$ scrapy {verb} 365info -a base_url={base_url} \\", flush=True)
    print("    " + " ".join(command[-4:]), flush=True)
    started = time.monotonic()
    log = DATA / "crawl.log"
    done = subprocess.run(
        [*command, "--logfile", str(log)],
        cwd=ROOT,
        env={**os.environ, "KZNEWS_DATA_DIR": str(DATA)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if lines := done.stdout.splitlines():
        print("\n".join(["  " + lines[0], "  …", *(f"  {line}" for line in lines[-5:])]))
    return done.returncode, time.monotonic() - started


def records(kind: str) -> list[dict[str, Any]]:
    """Return what the feeds of a kind hold."""
    files = sorted(DATA.glob(f"{kind}-*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def show(article: dict[str, Any]) -> None:
    """Print an article for people."""
    authors = ", ".join(article["authors"]) or "—"
    print(f"\n  {_bold(article['title'])}\n  {'─' * min(len(article['title']), 76)}")
    print(f"  {article['published_at']} · {article['section']} · {authors} · {article['language']}")
    print(f"  {article['url']}\n")
    for block in article["text"].split("\n\n")[:3]:
        print(textwrap.fill(block, 78, initial_indent="  ", subsequent_indent="  ") + "\n")


def _bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m" if sys.stdout.isatty() else text


def next_commands() -> list[str]:
    """Return what can be typed next on the data of the demo, in a shell of this system."""
    programs = Path(sys.executable).parent
    programs = programs.relative_to(ROOT) if programs.is_relative_to(ROOT) else programs
    there = DATA.relative_to(ROOT)
    sets = f'set "KZNEWS_DATA_DIR={there}" &&' if os.name == "nt" else f"KZNEWS_DATA_DIR={there}"
    scrapy = f"{sets} {programs / 'scrapy'}"
    browse = f"{scrapy} browse"
    if find_spec("datasette") is None:
        browse = f"{programs / 'pip'} install -q datasette -c constraints.txt && {browse}"
    return [f"{scrapy} report --lang ru", f"{scrapy} export -o {there / 'news.csv'}", browse]


def main() -> int:
    """Crawl from nothing and tell what came of it; the exit status is the crawl's."""
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir(parents=True)
    newsroom = Newsroom(articles=300, oddities=True)
    with Server(newsroom) as server:
        print(f"A look-alike of 365info.kz with {len(newsroom.posts)} articles is at {server.url}")
        status, seconds = scrapy("crawl", server.url)
        requests, found = len(server.log), len(records("articles"))
        print("Once more, to see that it finds nothing new:")
        again, _ = scrapy("crawl", server.url)
        requests_again = len(server.log) - requests
        print("Is anything missing?")
        missing, _ = scrapy("audit", server.url)
    articles = records("articles")
    reasons = Counter(record["reason"] for record in records("rejected"))
    gone = sum(reasons.pop(reason, 0) for reason in GONE)
    summary = f"{len(articles)} articles, {reasons.total()} rejected, {gone} gone"
    print(f"\n{summary}: {requests} requests in {seconds:.0f} s")
    print("Rejected: " + ", ".join(f"{n} {reason}" for reason, n in sorted(reasons.items())))
    print(f"The second run: {len(articles) - found} new articles, {requests_again} requests")
    for word, ended in (("first", status), ("second", again), ("third", missing)):
        if ended:
            print(f"The {word} command ended with exit status {ended}: see {DATA / 'crawl.log'}")
    if articles:
        print("The first article:")
        show(articles[0])
    for file in sorted(DATA.iterdir()):
        print(f"  {file.relative_to(ROOT)}")
    print("\nNext, type: a page with charts, a table, and all of it to read and search")
    print("\n".join(next_commands()))
    return status or again or missing


if __name__ == "__main__":
    sys.exit(main())
