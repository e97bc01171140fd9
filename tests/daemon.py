"""A real Scrapyd with the project's configuration, in its own directory."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from scrapyd_client import ScrapydClient

from tests.crawling import ROOT

CREDENTIALS = ("kznews", "correct horse")


def within(seconds: float, true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def environment(**given: str) -> dict[str, str]:
    """Return ours without what would lead elsewhere."""
    strange = re.compile("KZNEWS_|SCRAPY|PYTHONPATH|MAKEFLAGS")
    return {**{k: v for k, v in os.environ.items() if not strange.match(k)}, **given}


@dataclass
class Daemon:
    """A Scrapyd, and all that it keeps."""

    directory: Path
    url: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def client(self) -> ScrapydClient:
        return ScrapydClient(self.url, *CREDENTIALS)

    def versions(self) -> list[str]:
        return sorted(path.stem for path in self.directory.glob("eggs/*/*.egg"))

    def jobs_under_way(self) -> list[str]:
        jobs = requests.get(f"{self.url}/listjobs.json", auth=CREDENTIALS, timeout=30).json()
        return [job["id"] for state in ("pending", "running") for job in jobs[state]]

    def articles(self) -> list[str]:
        files = self.directory.glob("data/articles-*.jsonl")
        return [line for file in files for line in file.read_text("utf-8").splitlines()]

    def target(self, password: str = CREDENTIALS[1]) -> dict[str, str]:
        return {
            "KZNEWS_SCRAPYD_URL": self.url,
            "KZNEWS_SCRAPYD_USERNAME": CREDENTIALS[0],
            "KZNEWS_SCRAPYD_PASSWORD": password,
        }

    def answers(self) -> bool:
        try:
            status = requests.get(f"{self.url}/daemonstatus.json", timeout=5).status_code
        except requests.ConnectionError:
            return False
        return status == requests.codes.unauthorized

    def kill(self) -> None:
        """End it with its crawls, as a power cut does."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@contextmanager
def scrapyd(
    directory: Path, *wrapped: str, configuration: str = "", **given: str
) -> Iterator[Daemon]:
    """Start a daemon; ``wrapped`` are words before its command, ``given`` goes to its environment.

    ``configuration`` is added to the one that the project ships; only jobs are begun sooner.
    """
    port = free_port()
    directory.mkdir(parents=True)
    shipped = (ROOT / "deploy" / "scrapyd.conf").read_text("utf-8")
    assert "\npoll_interval     = 1.0\n" in shipped
    quick = shipped.replace("= 1.0\n", "= 0.1\n")
    (directory / "scrapyd.conf").write_text(quick + configuration)
    names = ("SCRAPYD_USERNAME", "SCRAPYD_PASSWORD")
    secrets = dict(zip(names, CREDENTIALS, strict=True))
    own = environment(**secrets, SCRAPYD_HTTP_PORT=str(port), **given)
    with (
        directory.with_suffix(".log").open("wb") as log,
        subprocess.Popen(
            (*wrapped, sys.executable, "-m", "scrapyd", "--pidfile="),
            cwd=directory,
            env=own,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        daemon = Daemon(directory, f"http://127.0.0.1:{port}", process)
        try:
            within(20, lambda: daemon.answers() or process.poll() is not None)
            assert process.poll() is None, directory.with_suffix(".log").read_text()
            yield daemon
        finally:
            daemon.kill()
