"""A PostgreSQL server on a loopback port for the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import create_engine, text

control: dict[str, Callable[[str], None]] = {}
"""What stops, starts and restarts each server, by its URL: who uses it is hung up on."""
MISSING = "no PostgreSQL server: apt-get install postgresql, or put its initdb into PATH"


def binaries() -> Path | None:
    """Return the directory of the server's programs, None where there are none."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


def new_database(server: str) -> str:
    """Make a database beside another one; return its URL."""
    name = f"test_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    url = f"{server.rpartition('/')[0]}/{name}"
    control[url] = control[server]
    return url


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Yield the URL of an empty database; it is gone afterwards.

    Only a durable one waits for the disk at each commit, as it does where it is used.
    """
    programs = binaries()
    assert programs
    directory = Path(tempfile.mkdtemp(prefix="kznews-postgresql-"))
    user = None
    if os.geteuid() == 0:  # the server refuses to be root
        user = "postgres"
        os.chown(directory, pwd.getpwnam(user).pw_uid, -1)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(*words: str) -> None:
        command = (str(programs / words[0]), "-D", str(directory / "data"), *words[1:])
        subprocess.run(command, check=True, cwd=directory, user=user, stdout=subprocess.DEVNULL)

    fsync = "on" if durable else "off"
    options = f"-p {port} -k {directory} -c listen_addresses=127.0.0.1 -c fsync={fsync}"
    run("initdb", "-A", "trust", "-U", "kznews", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
    url = f"postgresql+psycopg://kznews@127.0.0.1:{port}/postgres"
    control[url] = partial(
        run, "pg_ctl", "-w", "-m", "immediate", "-l", str(directory / "log"), "-o", options
    )
    control[url]("start")
    try:
        yield url
    finally:
        control[url]("stop")
        shutil.rmtree(directory)
