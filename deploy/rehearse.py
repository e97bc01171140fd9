"""The steps of the Dockerfile without a container engine: in a new virtual environment.

``python -m deploy.rehearse`` copies and installs what the Dockerfile names, starts its command
with and without a password, asks its health check, and deploys to it with a crawl of the
look-alike site. Users and Debian packages are left out, and it says so.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from pathlib import Path

from deploy.egg import ROOT
from replica import Newsroom, Server

PATIENCE = 30.0
LEFT_OUT = ("useradd", "apt-get")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kznews-rehearsal-") as directory:
        Rehearsal(Path(directory)).play()
    print("All steps went well.")


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Return the instructions of a Dockerfile without comments."""
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, rest = line.partition(" ")
            yield name, rest.strip()


class Rehearsal:
    """A directory that stands for the root of the image."""

    def __init__(self, directory: Path) -> None:
        self.root, self.place = directory / "root", Path("/")
        self.command: list[str] = []
        self.check: list[str] = []
        venv.create(directory / "venv", with_pip=True)
        self.environment = {
            "PATH": f"{directory / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            **{name: value for name, value in os.environ.items() if name.startswith("PIP_")},
        }

    def play(self) -> None:
        for name, rest in instructions((ROOT / "deploy" / "Dockerfile").read_text("utf-8")):
            print(f"{name} {rest}", flush=True)
            step = getattr(self, f"_{name.lower()}", None)
            if step:
                step(rest)
        self._start()

    def _inside(self, path: str) -> Path:
        return self.root / str(self.place / path).lstrip("/")

    def _from(self, image: str) -> None:
        ours = f"{sys.version_info.major}.{sys.version_info.minor}"
        if not image.startswith(f"python:{ours}-"):
            print(f"  rehearsed with Python {ours} instead")

    def _workdir(self, path: str) -> None:
        self.place = Path(path)
        self._inside(".").mkdir(parents=True, exist_ok=True)

    def _copy(self, rest: str) -> None:
        *sources, target = rest.split()
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, self._inside(target), dirs_exist_ok=True)
                continue
            into = self._inside(target) / (Path(source).name if target.endswith("/") else "")
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, into)

    def _run(self, rest: str) -> None:
        if any(word in rest for word in LEFT_OUT):
            print("  left out")
            return
        subprocess.run(
            ("/bin/sh", "-c", rest), cwd=self._inside("."), env=self.environment, check=True
        )

    def _env(self, rest: str) -> None:
        self.environment.update(_pair(word) for word in shlex.split(rest))

    def _cmd(self, rest: str) -> None:
        self.command = json.loads(rest)

    def _healthcheck(self, rest: str) -> None:
        self.check = json.loads(rest.partition("CMD ")[2])

    def _start(self) -> None:
        place, port = self._inside("."), _free_port()
        (self.root / "etc/scrapyd/scrapyd.conf").replace(place / "scrapyd.conf")
        open_to_all = subprocess.run(
            self.command,
            cwd=place,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        print(f"  without a password: {open_to_all.stderr.strip()}")
        assert open_to_all.returncode, "Scrapyd started without a password"
        own = {"SCRAPYD_USERNAME": "kznews", "SCRAPYD_PASSWORD": "rehearsal"}
        given = {**self.environment, **own, "SCRAPYD_HTTP_PORT": str(port)}
        with subprocess.Popen(self.command, cwd=place, env=given, start_new_session=True) as daemon:
            try:
                self._use(port, given)
            finally:
                os.killpg(daemon.pid, signal.SIGTERM)

    def _use(self, port: int, given: dict[str, str]) -> None:
        check = [re.sub(r"\b6800\b", str(port), word) for word in self.check]
        end = time.monotonic() + PATIENCE
        while subprocess.run(check, env=given, capture_output=True, check=False).returncode:
            assert time.monotonic() < end, "the health check does not succeed"
            time.sleep(0.2)
        target = {"KZNEWS_SCRAPYD_URL": f"http://127.0.0.1:{port}"}
        with Server(Newsroom(articles=12, oddities=False)) as site:
            smoke = f"base_url={site.url} setting=DOWNLOAD_DELAY=0.01"
            subprocess.run(
                (sys.executable, "-m", "deploy", "--smoke", smoke),
                cwd=ROOT,
                env={**os.environ, **given, **target, "PATH": os.environ["PATH"]},
                check=True,
            )


def _pair(word: str) -> tuple[str, str]:
    name, _, value = word.partition("=")
    return name, value


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    main()
