"""A real pseudo-terminal, and what a person would see on it."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyte

COLUMNS = 80


@dataclass
class Seen:
    """What stood on a terminal, after each piece that came, and how the program ended."""

    screen: pyte.Screen
    status: int = -1
    kept: list[Any] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All lines at the end as one: a terminal breaks long ones at any letter."""
        return "".join(self.screen.display)


def lines(screen: pyte.Screen) -> list[str]:
    """Return what stands on a screen, without empty lines."""
    return [row.rstrip() for row in screen.display if row.strip()]


def watch(
    *words: str,
    cwd: Path,
    rows: int = 100,
    keep: Callable[[pyte.Screen], Any] = lines,
    **variables: str,
) -> Seen:
    """Run a program on a terminal of 80 columns, in its foreground, to its end.

    What ``keep`` makes of the screen is kept for each piece that comes.
    """
    unset = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    environment = {**unset, "TERM": "xterm-256color", **variables}
    seen = Seen(pyte.Screen(COLUMNS, rows))
    stream = pyte.ByteStream(seen.screen)
    for piece in _output(words, cwd, environment, seen):
        stream.feed(piece)
        seen.kept.append(keep(seen.screen))
    return seen


def _output(
    words: tuple[str, ...], cwd: Path, environment: Mapping[str, str], seen: Seen
) -> Iterator[bytes]:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", seen.screen.lines, COLUMNS, 0, 0))
    with subprocess.Popen(
        ("setsid", "--ctty", "--wait", *words),  # noqa: S607 (wherever it is)
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
