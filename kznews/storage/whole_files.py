"""Files that appear whole or not at all, even if the machine stops: written aside, then renamed."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def to_disk(file: IO[bytes]) -> None:
    """Return when everything that was written to a file is on disk."""
    file.flush()
    os.fsync(file.fileno())


def appear(part: Path, path: Path) -> None:
    """Give a file that is on disk its name."""
    part.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
