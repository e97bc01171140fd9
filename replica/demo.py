"""`make demo`: serve the look-alike site, crawl it with the real spider, show what came out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

from replica.newsroom import Newsroom
from replica.server import Server

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data" / "demo"


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
    articles, rejected = records("articles"), records("rejected")
    duplicates = sum(record["reason"] == "duplicate" for record in rejected)
    print(
        f"\n{len(articles)} articles, {duplicates} duplicates, "
        f"{len(rejected) - duplicates} otherwise rejected: "
        f"{requests} requests in {seconds:.0f} s"
    )
    print(f"The second run: {len(articles) - found} new articles, {requests_again} requests")
    for word, ended in (("first", status), ("second", again), ("third", missing)):
        if ended:
            print(f"The {word} command ended with exit status {ended}: see {DATA / 'crawl.log'}")
    if articles:
        print("The first article:")
        show(articles[0])
    for file in sorted(DATA.iterdir()):
        print(f"  {file.relative_to(ROOT)}")
    return status or again or missing


if __name__ == "__main__":
    sys.exit(main())
