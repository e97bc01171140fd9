"""Datasette over the database for reading: on this machine only, and only to read."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import uvicorn
from datasette import Response
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import parse_metadata

from kznews.datasette_app import plugin

if TYPE_CHECKING:
    from pathlib import Path
    from socket import socket

HOST = "127.0.0.1"
"""Nobody else's machine: what is stored of a site is not ours to publish."""
SETTINGS: dict[str, Any] = {
    "default_cache_ttl": 0,  # another start may bring more
    "default_facet_size": 8,
    "default_page_size": 50,
    "facet_time_limit_ms": 2000,
    "sql_time_limit_ms": 5000,
    "suggest_facets": False,
    "truncate_cells_html": 200,
}
READING = frozenset({"GET", "HEAD"})


def serve(path: Path, listening: socket) -> None:
    """Show the database until it is interrupted; it is opened with ``mode=ro``."""
    pm.register(plugin)
    failures: Any = pm.get_plugin("datasette.handle_exception")
    failures.rich = None  # would show each variable of each frame for a slip in a query
    metadata = parse_metadata(files(__package__).joinpath("datasette.yaml").read_text("utf-8"))
    datasette = Datasette([str(path)], metadata=metadata, settings=SETTINGS)
    server = uvicorn.Server(uvicorn.Config(Reader(datasette.app()), log_level="warning"))
    server.run(sockets=[listening])


class Reader:
    """An application that answers only what cannot change anything."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] not in READING:
            await Response.text("This is only for reading.", status=405).asgi_send(send)
        else:
            await self.application(scope, receive, send)
