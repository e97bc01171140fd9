"""A Dask worker that is killed while it reads: ``DASK_DISTRIBUTED__WORKER__PRELOAD``.

The first worker to reach its tenth page is killed; the file ``KILLED`` says that it was.
"""

from __future__ import annotations

import itertools
import os
import signal
from pathlib import Path

from kznews.sources import recorded_pages
from kznews.sources.recorded_pages import ReadPage

_read = recorded_pages.read_page
_pages = itertools.count(1)


def read_page(*asked: object) -> ReadPage | None:
    if next(_pages) == 10:
        try:
            Path(os.environ["KILLED"]).touch(exist_ok=False)
        except FileExistsError:
            pass
        else:
            os.kill(os.getpid(), signal.SIGKILL)
    return _read(*asked)  # type: ignore[arg-type]


recorded_pages.read_page = read_page  # type: ignore[assignment]
