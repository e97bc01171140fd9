"""Crawl a WordPress that looks like the site through every source, and compare all results.

    python tests/acceptance/run.py RIG

RIG is a command with the words `up`, `down`, `status`, `theme new|old`, `publish -n N`, `edit ID`,
`delete ID`. Its status names the addresses of both editions, of a proxy for the real host names,
and the files of ground truth. A server that is already up is used and left running. The exit
status is 1 if anything differs.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
QUICK = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=0")
SPIDERS = {"main": "365info", "kaz": "365info-kaz"}


class Rig:
    """The WordPress, by the command that runs it."""

    def __init__(self, command: str) -> None:
        self.command = command
        self.was_up = answers(addresses(self("status")).get("main"))
        self("up")
        status = self("status")
        self.addresses = addresses(status)
        found = re.search(r"truth (\S+) \(canonical\), (\S+)", status)
        assert found, status
        self.canonical, self.local = Path(found[1]), Path(found[2])
        self.certificate = self.canonical.parent / "tls" / "site.crt"

    def __call__(self, *words: str) -> str:
        done = subprocess.run(
            (self.command, *words), check=True, text=True, stdout=subprocess.PIPE, timeout=900
        )
        return done.stdout


def addresses(status: str) -> dict[str, str]:
    return dict(re.findall(r"(main|kaz|proxy) (http://[\d.:]+)", status))


def answers(address: str | None) -> bool:
    """Whether somebody listens there: a status is also printed from what a dead one left."""
    if address is None:
        return False
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def scrapy(rig: Rig, edition: str, way: str, data: Path, *words: str) -> int:
    """Run a command on one edition, directly or through the proxy with the real host names."""
    command = [sys.executable, "-m", "scrapy", *words, *QUICK]
    command += ["--logfile", str(data / "crawl.log")]
    environment = {**os.environ, "KZNEWS_DATA_DIR": str(data)}
    if way == "direct":
        command += ["-a", f"base_url={rig.addresses[edition]}"]
    else:
        proxy = rig.addresses["proxy"]
        environment |= {"http_proxy": proxy, "https_proxy": proxy}
        environment["SSL_CERT_FILE"] = str(rig.certificate)
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, timeout=600, check=False
    )
    return done.returncode


def crawl(rig: Rig, edition: str, way: str, data: Path, kind: str = "", source: str = "") -> int:
    options = ("-a", f"source={source}") if source else ()
    return scrapy(rig, edition, way, data, "crawl", f"{SPIDERS[edition]}{kind}", *options)


def compare(truth: Path, data: Path, edition: str) -> int:
    script = Path(__file__).with_name("compare.py")
    command = (sys.executable, str(script), str(truth), str(data), "--edition", edition)
    return subprocess.run(command, check=False).returncode


def later_runs(rig: Rig, data: Path, kind: str) -> list[str]:
    """Publish, edit and delete between crawls; each must bring exactly that, once.

    The listings are walked for deleted articles, too, which the other ways leave to the audit.
    """

    def published(count: int) -> list[str]:
        return re.findall(r" (\d+) \d{4}-", rig("publish", "-n", str(count)))

    finds_gone = kind == ""
    edited, deleted = published(2)
    crawl(rig, "main", "direct", data, "-backfill" if kind else "")
    wrong = [] if compare(rig.local, data, "main") == 0 else ["the first run"]
    if kind == "-latest":
        crawl(rig, "main", "direct", data, kind)
    before = lines(data, "articles")
    fresh = published(3)
    rig("edit", edited, "--title", f"Заголовок после правки {edited}")
    rig("delete", deleted, "--force")
    for name, articles, gone in (
        ("the run after", [*fresh, edited], []),
        ("the second run after", [], [deleted] if finds_gone else []),
        ("the third run after", [], []),
    ):
        rejected = len(lines(data, "rejected"))
        status = crawl(rig, "main", "direct", data, kind)
        brought = [record["id"] for record in lines(data, "articles")[len(before) :]]
        missing = [r["id"] for r in lines(data, "rejected")[rejected:] if r["reason"] == "gone"]
        wanted = sorted(f"365info:{post}" for post in articles)
        if status or sorted(brought) != wanted or missing != [f"365info:{post}" for post in gone]:
            wrong.append(f"{name}: exit status {status}, brought {brought}, gone {missing}")
        before = lines(data, "articles")
    if scrapy(rig, "main", "direct", data, "audit", SPIDERS["main"]):
        wrong.append("the audit: something is missing")
    return wrong


def redressed(rig: Rig, data: Path) -> int:
    """Crawl while the site changes its theme; return the exit status."""
    rig("theme", "new")
    command = [sys.executable, "-m", "scrapy", "crawl", SPIDERS["main"], *QUICK]
    command += ["-a", f"base_url={rig.addresses['main']}", "--logfile", str(data / "crawl.log")]
    environment = {**os.environ, "KZNEWS_DATA_DIR": str(data)}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        while process.poll() is None and not any(
            part.stat().st_size > 50_000 for part in data.glob(".articles-*.part")
        ):
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
        rig("theme", "old")
    return process.returncode


def runs() -> Iterator[tuple[str, str, str, str, str]]:
    """Return theme, edition, way, spider and source of every first crawl."""
    for theme, edition, way in product(("new", "old"), SPIDERS, ("direct", "proxy")):
        yield theme, edition, way, "", ""
    for edition, way in product(SPIDERS, ("direct", "proxy")):
        yield "new", edition, way, "-backfill", "rest"
    for edition, source in product(SPIDERS, ("sitemap", "sections")):
        yield "old", edition, "direct", "-backfill", source


def lines(data: Path, kind: str) -> list[dict[str, Any]]:
    files = sorted(data.glob(f"{kind}-*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def new_theme(rig: Rig) -> list[str]:
    """Switch the theme in the middle of a crawl; return what is wrong.

    It is tried twice: a page that WordPress makes at that moment can be neither of the two.
    """
    wrong: list[str] = []
    for _ in range(2):
        data = Path(tempfile.mkdtemp(prefix="kznews-acceptance-"))
        print("a new theme in the middle of a crawl: ", end="", flush=True)
        status = redressed(rig, data)
        layouts = {article["layout"] for article in lines(data, "articles")}
        if not compare(rig.local, data, "main") and status in {0, 3} and len(layouts) == 2:
            shutil.rmtree(data)
            return []
        wrong = [f"a new theme: exit status {status}, {layouts}, see {data}"]
        rig("theme", "new")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rig", metavar="RIG")
    rig = Rig(parser.parse_args().rig)
    failed = []
    try:
        for theme, edition, way, kind, source in runs():
            rig("theme", theme)
            data = Path(tempfile.mkdtemp(prefix="kznews-acceptance-"))
            name = f"{SPIDERS[edition]}{kind} {source}, {theme} theme, {way}"
            print(f"{name}: ", end="", flush=True)
            status = crawl(rig, edition, way, data, kind, source)
            truth = rig.local if way == "direct" else rig.canonical
            audit = scrapy(rig, edition, way, data, "audit", SPIDERS[edition])
            if compare(truth, data, edition) or status or audit:
                failed.append(f"{name}: exit status {status}, audit {audit}, see {data}")
            else:
                shutil.rmtree(data)
        failed += new_theme(rig)
        rig("theme", "new")
        for kind in ("", "-backfill", "-latest"):
            data = Path(tempfile.mkdtemp(prefix="kznews-acceptance-"))
            print(f"365info{kind} after publishing, editing, deleting: ", end="", flush=True)
            wrong = later_runs(rig, data, kind)
            failed += [f"365info{kind}, {name}, see {data}" for name in wrong]
            if not wrong:
                shutil.rmtree(data)
    finally:
        rig("theme", "new")
        if not rig.was_up:
            rig("down")
    print("\n".join(failed) or "Every crawl agrees with the site, field by field.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
