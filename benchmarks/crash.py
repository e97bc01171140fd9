"""Runs Scrapy and kills it with SIGKILL at a certain call of a function: a repeatable crash.

python -m benchmarks.crash before kznews.exporters.file_storage.appear 1 crawl 365info
"""

from __future__ import annotations

import inspect
import os
import pkgutil
import signal
import sys
from collections.abc import Callable
from functools import wraps
from itertools import count
from typing import Any

from scrapy.cmdline import execute

POINTS = {
    "walking": ("after", "kznews.storage.urls.Urls.discover"),
    "walked": ("before", "kznews.storage.urls.Urls.complete"),
    "walk noted": ("after", "kznews.storage.urls.Urls.complete"),
    "committing": ("after", "sqlalchemy.Connection.execute"),
    "committed": ("after", "kznews.storage.database.Database.flush"),
    "stored": ("after", "kznews.storage.articles.Articles.store"),
    "page half kept": ("after", "kznews.warc.writer._member"),
    "pages kept": ("before", "kznews.warc.writer._appear"),
    "file opened": ("after", "kznews.storage.deliveries.Deliveries.opened"),
    "line written": ("after", "kznews.exporters.json_lines.LinesExporter.export_item"),
    "file written": ("before", "kznews.storage.deliveries.Deliveries.confirmed"),
    "noting delivery": ("after", "kznews.storage.runs.Runs.renew"),
    "delivery noted": ("before", "kznews.exporters.file_storage.appear"),
    "file appeared": ("before", "kznews.storage.deliveries.Deliveries.done"),
    "file done": ("after", "kznews.storage.deliveries.Deliveries.done"),
    "ending": ("before", "kznews.storage.archive.Archive.end"),
    "bands noted": ("after", "kznews.storage.near_duplicates.NearDuplicates.flush"),
    "ended": ("after", "kznews.storage.archive.Archive.end"),
}
"""Moments at which a crash would hurt, if one did."""
REPEATED = {"walking", "committing", "committed", "stored", "page half kept", "line written"}
"""Those that come again and again in a run."""


def arm(when: str, name: str, number: int) -> None:
    """Make the process die before or after the n-th call of a function."""
    place, _, attribute = name.rpartition(".")
    owner = pkgutil.resolve_name(place)
    function: Callable[..., Any] = getattr(owner, attribute)
    calls = count(1)

    @wraps(function)
    def deadly(*values: Any, **named: Any) -> Any:
        is_last = next(calls) == number
        if is_last and when == "before":
            die()
        result = function(*values, **named)
        if is_last:
            die()
        return result

    is_static = isinstance(inspect.getattr_static(owner, attribute), staticmethod)
    setattr(owner, attribute, staticmethod(deadly) if is_static else deadly)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    arm(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    execute(["scrapy", *sys.argv[4:]])
