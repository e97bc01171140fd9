"""Two Scrapyds, one PostgreSQL, two sites in date windows; one node is killed in the middle.

    python -m benchmarks.machines --articles 1000 --delay 0.2

The nodes have their own directories, ports and, if `unshare` is allowed, host names. So neither
sees whether a process of the other lives: what a dead one held is free when its lease has run out.
The Russian edition comes through the REST API, the Kazakh one by its pages. The killed node
(SIGKILL, the daemon and its crawls) is in the middle of the second. Only `deploy.windows` acts
after that. The exit status is 1 if an article is lost or comes twice, in the archive or in the
files of both nodes, or if in any period the requests to a site are ahead of the delay by a whole
delay: a slow request makes the next one seem early, but two crawls at once would get further ahead
with each request. `--unharmed` kills no node.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Connection, create_engine, text

from replica import Newsroom, Server
from replica.answer import Hit
from tests import postgresql
from tests.crawling import ROOT
from tests.daemon import Daemon, environment, scrapyd

RUSSIAN, KAZAKH = "365info-backfill", "365info-kaz-backfill"
SINCE, UNTIL = "2014-01-01", "2026-11-20"
ON_ITS_WAY = 0.1
"""Seconds that a request may take from the crawl to the server, on a busy machine."""
_OWN_NAME = 'hostname "$0"; exec "$@"'


@dataclass
class Measure:
    """What was measured during the run."""

    began: float = 0.0
    ended: float = 0.0
    killed: str = ""
    killed_at: float = 0.0
    waits: int = 0
    statuses: list[int] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=lambda: defaultdict(float))


@dataclass(frozen=True)
class Site:
    """One site, what it has, and the result."""

    name: str
    url: str
    truth: frozenset[str]
    archive: Counter[str]
    files: Counter[str]
    gaps: list[float]

    def broken(self, delay: float) -> list[str]:
        """Return the promises that were not kept."""
        found = []
        for place, lines in (("archive", self.archive), ("files", self.files)):
            if lost := len(self.truth - lines.keys()):
                found.append(f"{self.name}: {lost} articles are not in the {place}")
            if twice := sum(lines.values()) - len(lines):
                found.append(f"{self.name}: {twice} come twice in the {place}")
        if (ahead := self.ahead(delay)) >= max(delay, ON_ITS_WAY):
            found.append(f"{self.name}: requests came {ahead:.2f} s ahead of {delay} s each")
        return found

    def ahead(self, delay: float) -> float:
        """Return the most seconds by which requests were ahead of the delay."""
        most = lead = 0.0
        for gap in self.gaps:
            lead = max(0.0, lead + delay - gap)
            most = max(most, lead)
        return most


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=1000, help="of each site")
    parser.add_argument("--delay", type=float, default=0.2, help="seconds between two requests")
    parser.add_argument("--days", type=int, default=730, help="length of a window")
    parser.add_argument("--source", default="sitemap", help="of the Kazakh edition: rest, sitemap")
    parser.add_argument("--unharmed", action="store_true", help="let both nodes live")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started ends, too
    russian = Newsroom(articles=options.articles, oddities=False)
    kazakh = Newsroom(articles=options.articles, edition="kaz", oddities=False)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kznews-machines-")))
        server = stack.enter_context(Server(russian, kaz=kazakh))
        archive = stack.enter_context(postgresql.server(durable=True))
        nodes = [stack.enter_context(node(folder / name, archive)) for name in ("one", "two")]
        deploy(nodes, server, options.delay)
        server.clear_log()
        measure = Measure(began=time.monotonic())
        add_cpu(nodes, measure, -1)
        bring(nodes, server, archive, options, measure)
        engine = create_engine(archive)
        with engine.connect() as connection:
            sites = [
                seen("365info", server.url, russian, nodes, server.log, connection),
                seen("365info-kaz", server.kaz_url, kazakh, nodes, server.log, connection),
            ]
            tell(sites, measure, options.delay, server.log, connection)
        engine.dispose()
    broken = [promise for site in sites for promise in site.broken(options.delay)]
    if any(measure.statuses):
        broken.append(f"deploy.windows ended with {measure.statuses}")
    if not (options.unharmed or measure.killed):
        broken.append("it was all there before a node could be killed: take more articles")
    print("\n".join(broken) or "All promises were kept.")
    return 1 if broken else 0


@contextmanager
def node(directory: Path, archive: str) -> Iterator[Daemon]:
    named = ("unshare", "--uts", "sh", "-c", _OWN_NAME, directory.name)
    trial = subprocess.run((*named, "true"), capture_output=True, check=False)
    if trial.returncode:
        print("The nodes share a host name, as unshare --uts is not allowed to this user.")
    wrapped = () if trial.returncode else named
    with scrapyd(directory, *wrapped, KZNEWS_ARCHIVE_URL=archive) as daemon:
        yield daemon


def target(nodes: list[Daemon]) -> dict[str, str]:
    urls = " ".join(daemon.url for daemon in nodes)
    return environment(**nodes[0].target() | {"KZNEWS_SCRAPYD_URL": urls})


def settings(delay: float) -> tuple[str, ...]:
    values = (f"DOWNLOAD_DELAY={delay}", "DOWNLOAD_DELAY_JITTER=0", "AUTOTHROTTLE_ENABLED=0")
    return tuple(f"setting={value}" for value in values)


def deploy(nodes: list[Daemon], server: Server, delay: float) -> None:
    smoke = " ".join((f"base_url={server.url}", *settings(delay)))
    command = (sys.executable, "-m", "deploy", "--smoke", smoke)
    subprocess.run(command, cwd=ROOT, env=target(nodes), check=True, stdout=subprocess.DEVNULL)


def bring(
    nodes: list[Daemon],
    server: Server,
    archive: str,
    options: argparse.Namespace,
    measure: Measure,
) -> None:
    """Start the windows of both sites, and kill the node that has the Kazakh one."""
    asked = (
        (RUSSIAN, f"base_url={server.url}"),
        (KAZAKH, f"base_url={server.kaz_url}", f"source={options.source}"),
    )
    command = (sys.executable, "-m", "deploy.windows", f"--days={options.days}")
    common = (f"since={SINCE}", f"until={UNTIL}", *settings(options.delay))
    engine = create_engine(archive)
    with ExitStack() as stack, engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        complaints = stack.enter_context(tempfile.TemporaryFile("w+"))
        queues = [
            stack.enter_context(
                subprocess.Popen(
                    (*command, *words, *common), cwd=ROOT, env=target(nodes), stderr=complaints
                )
            )
            for words in asked
        ]
        while any(queue.poll() is None for queue in queues):
            if not (options.unharmed or measure.killed) and is_amid(connection, options.articles):
                strike(nodes, measure)
            time.sleep(0.2)
        measure.ended = time.monotonic()
        measure.statuses = [queue.returncode for queue in queues]
        complaints.seek(0)
        log = complaints.read()
        measure.waits = log.count("(busy")
        print(log, end="")
        backend = connection.scalar(text("SELECT pg_backend_pid()"))
        measure.cpu["PostgreSQL"] = cpu(parents()[int(backend or 0)])
    engine.dispose()
    add_cpu(nodes, measure)


def is_amid(connection: Connection, articles: int) -> bool:
    """Whether a run is in the middle of the Kazakh articles."""
    own = "SELECT count(*) FROM versions WHERE site = '365info-kaz'"
    open_run = "run = (SELECT run FROM runs WHERE spider = :spider AND ended IS NULL)"
    here = connection.scalar(text(own)) or 0
    of_run = connection.scalar(text(f"{own} AND {open_run}"), {"spider": KAZAKH}) or 0
    return here > articles / 2 and of_run > articles / 50


def strike(nodes: list[Daemon], measure: Measure) -> None:
    for daemon in nodes:
        if any(job["spider"] == KAZAKH for job in daemon.client.jobs("kznews")["running"]):
            add_cpu([daemon], measure)
            daemon.kill()
            measure.killed, measure.killed_at = daemon.directory.name, time.monotonic()
            print(f"Killed {measure.killed} with its crawls.", flush=True)
            return


def seen(
    name: str,
    url: str,
    newsroom: Newsroom,
    nodes: list[Daemon],
    log: list[Hit],
    connection: Connection,
) -> Site:
    """Return the result of a site: articles by path, seconds between requests."""
    stored = connection.execute(text("SELECT url FROM versions WHERE site = :site"), {"site": name})
    lines = (json.loads(line)["url"] for daemon in nodes for line in daemon.articles())
    at = sorted(hit.at for hit in log if hit.url == url)
    return Site(
        name=name,
        url=url,
        truth=frozenset(post.path for post in newsroom.posts),
        archive=Counter(urlsplit(row.url).path for row in stored),
        files=Counter(urlsplit(line).path for line in lines if line.startswith(url)),
        gaps=[later - earlier for earlier, later in pairwise(at)],
    )


def tell(
    sites: list[Site], measure: Measure, delay: float, log: list[Hit], connection: Connection
) -> None:
    print("\n| site | articles | lost | twice | requests | ahead of the delay, s |")
    print("|---|---|---|---|---|---|")
    for site in sites:
        lost = len(site.truth - (site.archive.keys() & site.files.keys()))
        twice = sum((site.archive + site.files).values()) - len(site.archive) - len(site.files)
        requests = len(site.gaps) + 1
        print(
            f"| {site.name} | {len(site.truth)} | {lost} | {twice} | {requests} "
            f"| {site.ahead(delay):.3f} |"
        )
    seconds = measure.ended - measure.began
    articles = sum(len(site.truth) for site in sites)
    size, commits = connection.execute(
        text(
            "SELECT pg_database_size(datname), xact_commit FROM pg_stat_database "
            "WHERE datname = current_database()"
        )
    ).one()
    print(f"\n{articles} articles in {seconds:.0f} s, {articles / seconds:.1f} a second.")
    if measure.killed:
        kazakh = sites[-1].url
        after = [hit.at for hit in log if hit.url == kazakh and hit.at > measure.killed_at + 0.5]
        gone_on = min(after, default=measure.ended) - measure.killed_at
        print(
            f"{measure.killed} was killed after {measure.killed_at - measure.began:.0f} s; its "
            f"site went on after another {gone_on:.0f} s; {measure.waits} windows had to wait."
        )
    shares = ", ".join(f"{name} {spent:.1f}" for name, spent in sorted(measure.cpu.items()))
    print(
        f"PostgreSQL: {commits / seconds:.1f} transactions a second, "
        f"{size / 1e6:.1f} MB. CPU seconds: {shares}."
    )


def add_cpu(nodes: list[Daemon], measure: Measure, sign: int = 1) -> None:
    for daemon in nodes:
        if daemon.process and daemon.process.poll() is None:
            measure.cpu[f"node {daemon.directory.name}"] += sign * cpu(daemon.process.pid)


def parents() -> dict[int, int]:
    """Return the parent of each process."""
    return {pid: int(fields[1]) for pid, fields in _processes()}


def cpu(root: int) -> float:
    """Return the CPU seconds of a process and of all its children, also ended ones."""
    known, above = dict(_processes()), parents()
    ticks = 0
    for pid, fields in known.items():
        ancestor = pid
        while ancestor not in {0, root}:
            ancestor = above.get(ancestor, 0)
        if ancestor == root:
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _processes() -> Iterator[tuple[int, list[str]]]:
    """Return the fields of each process's ``stat`` from the state on."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            line = path.read_text()
        except OSError:
            continue  # it has just ended
        yield int(path.parent.name), line.rpartition(")")[2].split()


if __name__ == "__main__":
    sys.exit(main())
