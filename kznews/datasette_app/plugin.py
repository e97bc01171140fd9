"""A plugin of Datasette's: search by the beginning of words, articles as articles look."""

from __future__ import annotations

import re
import sqlite3
from importlib.resources import files
from typing import Any

from datasette import hookimpl
from datasette.utils import tilde_encode
from jinja2 import DictLoader

from kznews.text import web_address


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Put our reading of what people type in the place of Datasette's own."""
    conn.create_function("escape_fts", 1, by_beginning)


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Any) -> None:
    """Let Datasette find the templates of the package, also within an egg."""
    found = files(__package__).joinpath("templates").iterdir()
    env.loader.loaders.insert(0, DictLoader({file.name: file.read_text("utf-8") for file in found}))
    env.filters |= {"tilde": tilde_encode, "web_address": web_address}


def by_beginning(query: str) -> str:
    """Return a query of FTS5 for what people type: words by their beginning, phrases as they are.

    Russian and Kazakh put endings on words, and SQLite has no stemmer for either.
    """
    found = []
    for part in re.findall(r'"[^"]*"?|[^\s"]+', query):
        words = part.strip('"')
        if words:
            found.append(f'"{words}"' if part.startswith('"') else f'"{words}"*')
    return " ".join(found)
