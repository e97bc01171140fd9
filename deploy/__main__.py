"""`make deploy`: a version is used after Scrapyd has loaded it and crawled a page with it.

Scrapyd keeps an egg that it cannot load and uses it from then on, and does not say how a job ended.
So the egg is first uploaded under a name that sorts before all others, which no scheduled job uses,
is tested there, and only then uploaded under its own name.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from deploy import joblog
from deploy.client import Client, ScrapydSaysNoError
from deploy.egg import build, new_version
from deploy.target import DeployError, Target
from kznews import finish_reasons

SMOKE_SPIDER = "365info"
SMOKE = {"max_pages": "1", "max_articles": "1"}
DEADLINE = 300.0
"""Seconds for the smoke crawl, with the wait for a run that is at the site."""
_PAUSE = 0.5
_CANCELLED_WITHIN = 2.0


def main() -> None:
    """Deploy; exit status 1 and one line if that is not possible."""
    parser = argparse.ArgumentParser(prog="deploy", description=__doc__)
    parser.add_argument(
        "--smoke", default="", metavar="'NAME=VALUE …'", help="arguments of the smoke crawl"
    )
    parser.add_argument("--deadline", type=float, default=DEADLINE, help="seconds for that crawl")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was uploaded is removed first
    try:
        words = [_pair(word) for word in shlex.split(options.smoke)]
        deploy([Client(target) for target in Target.read(os.environ)], words, options.deadline)
    except DeployError as error:
        sys.exit(f"deploy: {error}")
    except KeyboardInterrupt:
        sys.exit("deploy: interrupted, and what was uploaded is removed")


def deploy(clients: Sequence[Client], smoke: list[tuple[str, str]], deadline: float) -> None:
    """Build the egg and bring it to one Scrapyd after another; the first error stops this.

    Those before keep the version, which works there.
    """
    for client in clients:
        client.daemonstatus()
    with tempfile.TemporaryDirectory(prefix="kznews-deploy-") as directory:
        egg, version = build(Path(directory)), new_version()
        for client in clients:
            try:
                bring(client, version, egg, smoke, time.monotonic() + deadline)
            except DeployError as error:
                raise DeployError(f"{client.url}: {error}" if clients[1:] else error) from None


def bring(
    client: Client, version: str, egg: Path, smoke: list[tuple[str, str]], end: float
) -> None:
    """Upload, list, crawl; after an error nothing of it stays on the server."""
    with uploaded(client, f"0-{version}", egg) as trial:
        spiders = listed(client, trial)
        outcome = crawl(client, trial, smoke, end)
    with uploaded(client, version, egg, keep=True):
        newest = client.versions(client.project)[-1]
        if newest != version:
            raise DeployError(
                f"version {newest} sorts after {version}, so Scrapyd would go on using it: "
                "remove it with delversion.json, and deploy again"
            )
    print(f"deploy: {SMOKE_SPIDER} crawled a page: {outcome}")
    print(f"deploy: version {version} is in use at {client.url}: {', '.join(spiders)}", flush=True)


@contextmanager
def uploaded(client: Client, version: str, egg: Path, *, keep: bool = False) -> Iterator[str]:
    """Have a version on the server for a while, or permanently if nothing fails."""
    try:
        try:
            client.add_version(version, egg)
        except ScrapydSaysNoError as error:
            raise unusable(error) from None
        yield version
    except BaseException as error:
        _remove(client, version, error)
        raise
    if not keep:
        _remove(client, version)


def _remove(client: Client, version: str, after: BaseException | None = None) -> None:
    try:
        client.delversion(client.project, version)
    except ScrapydSaysNoError:
        return  # it is not there
    except DeployError as error:
        before = f"{after}; " if isinstance(after, DeployError) else ""
        raise DeployError(
            f"{before}version {version} may still be on the server ({error}): remove it with "
            "delversion.json when Scrapyd answers again"
        ) from None


def listed(client: Client, version: str) -> list[str]:
    """Return the spiders that Scrapyd finds in a version."""
    try:
        spiders = client.spiders_in(version)
    except ScrapydSaysNoError as error:
        raise unusable(error) from None
    if SMOKE_SPIDER not in spiders:
        raise DeployError(
            f"there is no spider {SMOKE_SPIDER} in the egg ({', '.join(spiders) or 'none'}): "
            "see that `scrapy list` names it, and deploy again"
        )
    return spiders


def crawl(client: Client, version: str, words: list[tuple[str, str]], end: float) -> str:
    """Crawl a page with a version; return the last line of the run.

    While another run crawls the site, this one ends at once; it is tried again until the deadline.
    """
    named = {name for name, _ in words}
    usual = [(name, value) for name, value in SMOKE.items() if name not in named]
    apart = _apart(version) if "base_url" in named else []
    given = [*usual, *words, *apart, ("_version", version), *joblog.TELLING]
    busy = ""
    while True:
        try:
            job = client.schedule(client.project, SMOKE_SPIDER, given)
        except ScrapydSaysNoError as error:
            raise unusable(error) from None
        try:
            if not _ended(client, job, end):
                raise _too_late(client, busy)
        except BaseException:
            _cancel(client, job)
            raise
        log = client.log(SMOKE_SPIDER, job)
        stats = joblog.stats(log)
        if stats.get("finish_reason") != finish_reasons.BUSY:
            return _verdict(log, stats)
        busy = joblog.last_error(log)
        if time.monotonic() > end:
            raise _too_late(client, busy)
        time.sleep(10 * _PAUSE)


def _apart(version: str) -> list[tuple[str, str]]:
    """Return the arguments that keep a crawl of a look-alike out of the archive and the feeds in
    use.

    An archive has a site at one address: after such a crawl it would refuse the site's own.
    """
    directory = f"/tmp/kznews-smoke-{version}-{token_hex(4)}"  # noqa: S108 (on the server)
    settings = {
        "KZNEWS_DATA_DIR": directory,
        "KZNEWS_ARCHIVE_URL": f"sqlite:///{directory}/archive.db",
        "KZNEWS_ALERT_WEBHOOK": "",
        "KZNEWS_HEARTBEAT": "",
        "KZNEWS_METRICS_FILE": "",
        "FEEDS": "{}",
    }
    return [("setting", f"{name}={value}") for name, value in settings.items()]


def _too_late(client: Client, busy: str) -> DeployError:
    if busy:
        return DeployError(f"the smoke crawl could not begin ({busy}): deploy when that has ended")
    return DeployError(
        "the smoke crawl did not end in time: look at the jobs that run and wait at "
        f"{client.url}/jobs, cancel what hangs, and deploy again"
    )


def _ended(client: Client, job: str, end: float) -> bool:
    while client.is_at_work(job=job):
        if time.monotonic() > end:
            return False
        time.sleep(_PAUSE)
    return True


def _cancel(client: Client, job: str) -> None:
    """End a job: the first request lets it finish what it does, the second one ends it at once."""
    try:
        for _ in range(2):
            client.cancel(client.project, job)
            if _ended(client, job, time.monotonic() + _CANCELLED_WITHIN):
                return
    except DeployError:
        return  # the error that led here says more


def _verdict(log: str, stats: dict[str, str]) -> str:
    reason, error = stats.get("finish_reason"), joblog.last_error(log)
    if reason is None:
        raise DeployError(
            f"the smoke crawl died ({error or 'it left no log'}): Scrapyd's own log has "
            "the cause (journalctl -u scrapyd); repair it and deploy again"
        )
    if finish_reasons.exit_status(stats) == finish_reasons.EXIT_FAILED:
        raise DeployError(
            f"the smoke crawl failed as {reason} ({error or 'see its log'}): repair "
            "what it names and deploy again; docs/architecture.md explains the reason"
        )
    return joblog.outcome(log) or reason


def unusable(error: ScrapydSaysNoError) -> DeployError:
    why = error.last_line
    remedy = (
        "install requirements-scrapyd.txt with constraints.txt on the server"
        if re.search(r"No module named '(?!kznews)", why)
        else "repair it, `scrapy list` must name the spiders,"
    )
    return DeployError(f"Scrapyd cannot use the egg ({why}): {remedy} and deploy again")


def _pair(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not (name and equals):
        raise DeployError(f"SMOKE: {word!r} is no argument: write it as NAME=VALUE")
    return name, value


if __name__ == "__main__":
    main()
