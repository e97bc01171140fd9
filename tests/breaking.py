"""A crawl in which some functions fail, or never return, for what a test names.

``-s LOG_FORMATTER=tests.breaking.LogFormatter -s BREAK=module:name:part`` makes a function raise
if an address among its arguments contains ``part``; ``SLOW`` makes it compute without end. Several
are separated by commas. The log formatter is used because Scrapy loads it before anything else.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Self

from scrapy.crawler import Crawler

from kznews import logformatter

COMPUTING = "computing without an end"
FORMATTER = "tests.breaking.LogFormatter"


class LogFormatter(logformatter.LogFormatter):
    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        for setting, failure in (("BREAK", _fail), ("SLOW", _compute)):
            for named in crawler.settings.getlist(setting):
                module, name, part = named.split(":")
                *path, last = name.split(".")
                owner: Any = importlib.import_module(module)
                for step in path:
                    owner = getattr(owner, step)
                setattr(owner, last, _failing(getattr(owner, last), part, failure))
        return super().from_crawler(crawler)


def _failing(function: Any, part: str, failure: Callable[[], None]) -> Any:
    @wraps(function)
    def fails(*args: Any, **kwargs: Any) -> Any:
        if any(part in address for arg in (*args, *kwargs.values()) for address in _of(arg)):
            failure()
        return function(*args, **kwargs)

    return fails


def _of(arg: Any) -> Iterator[str]:
    """Return the addresses in an argument of any kind."""
    for some in arg if isinstance(arg, (list, tuple)) else [arg]:
        yield some if isinstance(some, str) else ""
        yield str(some.get("link")) if isinstance(some, dict) else ""
        yield str(getattr(getattr(some, "response", some), "url", ""))
        yield some.decode("latin-1") if isinstance(some, bytes) else ""


def _fail() -> None:
    raise ZeroDivisionError("nobody foresaw\nthis \ud83d")


def _compute() -> None:
    print(COMPUTING, file=sys.stderr, flush=True)
    while True:
        pass
