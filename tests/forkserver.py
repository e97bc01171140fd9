"""Commands in their own processes, forked from one that has imported everything.

A command takes a second to start and hardly any time to crawl a look-alike, so tests would mostly
wait for imports. Run as a script, this module is the process that forks. It imports neither what
reads its environment (``kznews.settings``) nor a reactor. Its objects are frozen for the garbage
collector, and a command ends after its exit handlers, without taking the interpreter down.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import resource
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import IO, Self

MODULES = (
    "scrapy.cmdline", "scrapy.core.downloader.handlers.http11", "scrapy.core.engine",
    "scrapy.dupefilters", "scrapy.pqueues", "scrapy.robotstxt", "scrapy.squeues",
    "scrapy.statscollectors", "twisted.internet.asyncioreactor", "twisted.web.client",
    "sqlalchemy.dialects.sqlite.pysqlite", "feedparser", "protego",
)  # fmt: skip
PACKAGES = (
    "scrapy.commands", "scrapy.downloadermiddlewares", "scrapy.extensions",
    "scrapy.spidermiddlewares", "kznews",
)  # fmt: skip
LONGEST_REQUEST = 1 << 20
NOT = ("kznews.settings", "kznews.spiders", "kznews.datasette_app", "kznews.reporting")


def _preload() -> None:
    for name in MODULES:
        importlib.import_module(name)
    for package in map(importlib.import_module, PACKAGES):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.startswith(NOT):
                with suppress(ImportError, Warning):  # a command that needs it will tell
                    importlib.import_module(found.name)
    importlib.import_module("kznews.dates").read_text("вчера", UTC, datetime.now(UTC))
    assert {"twisted.internet.reactor", "kznews.settings"}.isdisjoint(sys.modules)
    gc.collect()
    gc.freeze()


def _serve() -> int:
    """Answer each request by a process of its own; return in that one, with its exit status."""
    _preload()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(sys.argv[1])
        listener.listen()
        print("ready", flush=True)
        while True:
            if sys.stdin in select.select([listener, sys.stdin], [], [])[0]:
                return 0  # who asked is gone
            connection, _ = listener.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                break
            connection.close()
    with connection, connection.makefile("rw") as lines:
        wanted, files, *_ = socket.recv_fds(connection, LONGEST_REQUEST, 2)
        child = os.fork()
        if child:
            for file in files:
                os.close(file)
            lines.write(f"{child}\n")
            lines.flush()
            lines.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
            lines.flush()
            os._exit(0)
    return _command(files, **json.loads(wanted))


def _command(files: list[int], words: list[str], cwd: str, env: dict[str, str], room: int) -> int:
    for number, file in enumerate((os.open(os.devnull, os.O_RDWR), *files)):
        os.dup2(file, number)
        os.close(file)
    if room:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = words
    sys.path[0] = cwd
    try:
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


@cache
def address(_of: int) -> str:
    """Start the process that forks, once for each that asks; return where it listens."""
    folder = tempfile.TemporaryDirectory(prefix="kznews-tests-")
    place = f"{folder.name}/commands"
    root = Path(__file__).parent.parent
    server = subprocess.Popen(
        (sys.executable, "-W", "error", __file__, place),
        env={**os.environ, "PYTHONPATH": str(root)},
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    atexit.register(folder.cleanup)
    atexit.register(server.wait)
    atexit.register(server.kill)
    assert server.stdout
    assert server.stdout.readline() == b"ready\n"
    return place


class Process:
    """A module's command at work, as `python -m` runs it; so much of ``Popen`` as tests need.

    ``stderr`` is read while it runs, unless it goes to a file. No file may grow beyond ``room``.
    """

    def __init__(
        self, words: Sequence[str], cwd: Path, env: Mapping[str, str], *,
        stdout: int | None = None, stderr: int | None = None, room: int = 0, at: str | None = None,
    ) -> None:  # fmt: skip
        readable, writable = os.pipe()
        nothing = os.open(os.devnull, os.O_WRONLY)
        self.stderr = os.fdopen(readable, encoding="utf-8")
        self.returncode: int | None = None
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(at or address(os.getpid()))
        wanted = {"words": list(words), "cwd": str(cwd), "env": dict(env), "room": room}
        files = [nothing if stdout is None else stdout, writable if stderr is None else stderr]
        socket.send_fds(self._connection, [json.dumps(wanted).encode()], files)
        os.close(nothing)
        os.close(writable)
        self._lines = self._connection.makefile("r")
        self.pid = int(self._lines.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.communicate()

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def poll(self, seconds: float = 0) -> int | None:
        """Return the exit status if it ends within some seconds."""
        if self.returncode is None and select.select([self._connection], [], [], seconds)[0]:
            self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status. Raises ``TimeoutError``, and kills what does not end by then."""
        if self.returncode is None:
            self._connection.settimeout(timeout)
            try:
                self.returncode = int(self._lines.readline())
            except TimeoutError:
                self.kill()
                raise
            self._lines.close()
            self._connection.close()
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[None, str]:
        """Return what is left of standard error, once it has ended."""
        said = "" if self.stderr.closed else self.stderr.read()
        self.wait(timeout)
        self.stderr.close()
        return None, said


def run(
    words: Sequence[str], cwd: Path, env: Mapping[str, str], patience: float, room: int = 0
) -> tuple[int, str, str]:
    """Run a module's command; return status, standard error and output.

    Raises ``TimeoutError`` for one that does not end, which is killed.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        out_file, err_file = out.fileno(), err.fileno()
        with Process(words, cwd, env, stdout=out_file, stderr=err_file, room=room) as process:
            status = process.wait(patience)
        return status, _text(err), _text(out)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _leave(status: list[int]) -> None:
    """End a command without taking its interpreter down; what it lost open is still told."""
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status[0] if status else 1)


def launcher() -> tuple[str, ...]:
    """Return a program that runs a module's command as a shell is used to."""
    return sys.executable, "-IS", __file__, address(os.getpid())


if __name__ == "__main__":
    if len(sys.argv) > 2:
        _, place, *words = sys.argv
        sys.exit(Process(words, Path.cwd(), os.environ, stdout=1, stderr=2, at=place).wait())
    ended: list[int] = []
    atexit.register(_leave, ended)  # the first to be registered is the last to run
    ended.append(_serve())
