"""Datasette for the database for reading: on this machine only, read-only."""

from __future__ import annotations

import csv
import io
import re
from contextlib import chdir
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import uvicorn
from datasette import Response
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import parse_metadata

from kznews.datasette_app import plugin
from kznews.exporters.csv_table import without_formula

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from pathlib import Path
    from socket import socket

    Send = Callable[[dict[str, Any]], Awaitable[None]]

HOST = "127.0.0.1"
"""Only this machine: the stored texts are not ours to publish."""
HOST_HEADER = re.compile(r"(127\.0\.0\.1|localhost)(:[0-9]{1,5})?", re.IGNORECASE)
"""The Host header of a browser that uses the address above. A foreign page whose name points to
this machine (DNS rebinding) sends its own name, and could otherwise read everything."""
METHODS = frozenset({"GET", "HEAD"})
SETTINGS: dict[str, Any] = {
    "default_cache_ttl": 0,  # another start may bring more
    "default_facet_size": 8,
    "default_page_size": 50,
    "facet_time_limit_ms": 2000,
    "sql_time_limit_ms": 5000,
    "suggest_facets": False,
    "truncate_cells_html": 200,
}


def serve(path: Path, listening: socket) -> None:
    """Serve the database, opened with ``mode=ro``, until it is interrupted."""
    pm.register(plugin)
    failures: Any = pm.get_plugin("datasette.handle_exception")
    failures.rich = None  # would show each variable of each frame for a slip in a query
    metadata = parse_metadata(files(__package__).joinpath("datasette.yaml").read_text("utf-8"))
    with chdir(path.parent):  # Datasette puts a path into a URI unquoted
        datasette = Datasette([path.name], metadata=metadata, settings=SETTINGS)
        server = uvicorn.Server(uvicorn.Config(ReadOnly(datasette.app()), log_level="warning"))
        server.run(sockets=[listening])


class ReadOnly:
    """An application that answers only this machine, and only requests that change nothing."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
        elif answer := refused(scope["method"], scope["headers"]) or without_empty(scope):
            await answer.asgi_send(send)
        elif scope["path"].endswith(".csv"):
            await self.application(scope, receive, for_spreadsheets(send))
        else:
            await self.application(scope, receive, send)


def for_spreadsheets(send: Send) -> Send:
    """Remove formulas from the cells of a CSV answer; each message has whole rows."""
    is_table = False

    async def pass_on(message: dict[str, Any]) -> None:
        nonlocal is_table
        if message["type"] == "http.response.start":
            is_table = message["status"] == 200
        elif is_table and message.get("body"):
            rows = csv.reader(io.StringIO(message["body"].decode(), newline=""))
            harmless = io.StringIO(newline="")
            csv.writer(harmless).writerows([without_formula(cell) for cell in row] for row in rows)
            message = {**message, "body": harmless.getvalue().encode()}
        await send(message)

    return pass_on


def refused(method: str, headers: Iterable[tuple[bytes, bytes]]) -> Response | None:
    """Return the answer to a request that is not for this server, else None."""
    hosts = [value.decode("latin-1") for name, value in headers if name.lower() == b"host"]
    if len(hosts) != 1 or not HOST_HEADER.fullmatch(hosts[0]):
        return Response.text(f"Only http://{HOST} is answered here.", status=421)
    if method not in METHODS:
        return Response.text("This is only for reading.", status=405)
    return None


def without_empty(scope: Any) -> Response | None:
    """Redirect a form with empty fields to the address without them."""
    query = scope["query_string"].decode("latin-1")
    filled = "&".join(part for part in query.split("&") if part and not part.endswith("="))
    if filled == query:
        return None
    path = "/" + scope["raw_path"].decode("latin-1").partition("?")[0].lstrip("/")
    return Response.redirect(f"{path}?{filled}" if filled else path)
