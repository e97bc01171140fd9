"""Why a request brought nothing readable, as a reason of ``docs/output.md``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError

from kznews.downloadermiddlewares.base import Unavailable

if TYPE_CHECKING:
    from twisted.python.failure import Failure

OUT_OF_REACH = frozenset({"dns", "unreachable", "timeout"})
"""Reasons of a failed first request that mean that the whole site cannot be reached."""

DEAD = frozenset({"http_404", "http_410", "not_an_article", "redirected"})
"""Reasons of an address that leads to no article."""

OVERLOADED = frozenset(
    {"http_500", "http_502", "http_504", "http_520", "http_524", "too_large", "truncated"}
)
"""Failures of a server that may have been asked for too much at once."""

IGNORED = (
    ("robots.txt", "robots"),
    ("redirections", "redirect_loop"),
    ("DOWNLOAD_MAXSIZE", "too_large"),
)
"""What Scrapy says of a request that it ignores, and the reason that this means."""


class Unread(Exception):
    """A unit that could not be read: ``reason`` and ``detail`` of its rejection."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


def in_words(reason: str, detail: str | None) -> str:
    """Return a reason and its detail in a few words."""
    return f"{reason}: {detail}" if detail else reason


def failure_reason(failure: Failure) -> tuple[str, str | None]:
    """Return the reason and the detail of a request that brought no page."""
    error = failure.value
    if isinstance(error, (Unavailable, Unread)):
        return error.reason, error.detail
    if isinstance(error, HttpError):
        return f"http_{error.response.status}", None
    if isinstance(error, IgnoreRequest):
        text = str(error)
        return next((reason for mark, reason in IGNORED if mark in text), "ignored"), text
    for kind, reason in (
        (CannotResolveHostError, "dns"),
        (DownloadTimeoutError, "timeout"),
        (ResponseDataLossError, "truncated"),
        (DownloadCancelledError, "too_large"),  # by DOWNLOAD_MAXSIZE, the only one who cancels
    ):
        if isinstance(error, kind):
            return reason, str(error) or None
    return "unreachable", re.sub(r"\s+", " ", f"{type(error).__name__}: {error}")[:300]
