"""Scrapy's commands in processes of their own, forked off one that has imported everything.

A command takes a second to start and next to nothing to crawl a look-alike, so most of what tests
would wait for are imports. Run as a script, this is the process that forks; it does not import what
reads its environment (``kznews.settings``), nor a reactor. What it holds is frozen for the garbage
collector, and a command ends once its exit handlers ran: nothing of it is taken down by a command.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
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
from typing import IO, Any

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
        wanted = json.loads(lines.readline())
        child = os.fork()
        if child:
            lines.write(f"{child}\n")
            lines.flush()
            lines.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
            lines.flush()
            os._exit(0)
    return _command(**wanted)


def _command(words: list[str], cwd: str, env: dict[str, str], out: str, err: str) -> int:
    for number, path in enumerate((os.devnull, out, err)):
        file = os.open(path, os.O_RDWR)
        os.dup2(file, number)
        os.close(file)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["scrapy", *words]
    sys.path[0] = cwd
    try:
        importlib.import_module("scrapy.cmdline").execute()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


@cache
def _address(_of: int) -> str:
    """Start the process that forks, once for each that asks; return where it listens."""
    folder = tempfile.TemporaryDirectory(prefix="kznews-tests-")
    address = f"{folder.name}/commands"
    root = Path(__file__).parent.parent
    server = subprocess.Popen(
        (sys.executable, "-W", "error", __file__, address),
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
    return address


def run(words: Sequence[str], cwd: Path, env: Mapping[str, str], patience: float) -> Any:
    """Run ``scrapy`` with these words; return status, standard error and output, like a subprocess.

    Raises ``TimeoutError`` for one that does not end, which is killed.
    """
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
        asked = {"words": list(words), "cwd": str(cwd), "env": dict(env)}
        status = _ask(asked | {"out": out.name, "err": err.name}, patience)
        return status, _text(err), _text(out)


def _ask(asked: Mapping[str, Any], patience: float) -> int:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(_address(os.getpid()))
        with connection.makefile("rw") as lines:
            lines.write(f"{json.dumps(asked)}\n")
            lines.flush()
            child = int(lines.readline())
            connection.settimeout(patience)
            try:
                return int(lines.readline())
            except TimeoutError:
                os.kill(child, signal.SIGKILL)
                raise


def _text(file: IO[bytes]) -> str:
    return file.read().decode()


def _leave(status: list[int]) -> None:
    """End a command without taking its interpreter down; what it lost open is still told."""
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status[0] if status else 1)


if __name__ == "__main__":
    ended: list[int] = []
    atexit.register(_leave, ended)  # the first to be registered is the last to run
    ended.append(_serve())
