"""A real pseudo-terminal, and what a person would see on it."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyte

COLUMNS = 80
ROWS = 100


@dataclass
class Seen:
    """What stood on a terminal, after each piece that came, and how the program ended."""

    status: int = -1
    raw: bytes = b""
    screen: pyte.Screen = field(default_factory=lambda: pyte.Screen(COLUMNS, ROWS))
    frames: list[list[str]] = field(default_factory=list)

    @property
    def rows(self) -> list[str]:
        """The lines at the end, without the empty ones."""
        return self.frames[-1]

    @property
    def text(self) -> str:
        """All lines at the end as one: a terminal breaks long ones at any letter."""
        return "".join(self.screen.display)


def watch(*words: str, cwd: Path, **variables: str) -> Seen:
    """Run a program on a terminal of 80 columns, in its foreground, to its end."""
    unset = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    environment = {**unset, "TERM": "xterm-256color", **variables}
    seen = Seen()
    stream = pyte.ByteStream(seen.screen)
    for piece in _output(words, cwd, environment, seen):
        seen.raw += piece
        stream.feed(piece)
        seen.frames.append([row.rstrip() for row in seen.screen.display if row.strip()])
    return seen


def _output(
    words: tuple[str, ...], cwd: Path, environment: Mapping[str, str], seen: Seen
) -> Iterator[bytes]:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    with subprocess.Popen(
        ("setsid", "--ctty", "--wait", *words),
        cwd=cwd,
        env=environment,
        stdin=slave,
        stdout=slave,
        stderr=slave,
    ) as process:
        os.close(slave)
        with suppress(OSError):  # how Linux says that nobody has the terminal open any more
            while piece := os.read(master, 65536):
                yield piece
        os.close(master)
    seen.status = process.returncode
