"""A small, deterministic look-alike of 365info.kz for demonstrations, tests and benchmarks.

It behaves as ``docs/the-site.md`` says the real site does.
"""

from __future__ import annotations

from replica.answer import Hit
from replica.faults import Fault
from replica.model import Post
from replica.newsroom import ODDITIES, Newsroom
from replica.oddities import media, page, text  # noqa: F401 (they sign in)
from replica.server import Server

__all__ = ["ODDITIES", "Fault", "Hit", "Newsroom", "Post", "Server"]
