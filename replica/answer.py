"""One answer of the site, before it knows the address it is served at."""

from __future__ import annotations

from dataclasses import dataclass, field

HTML = "text/html; charset=UTF-8"
JSON = "application/json; charset=UTF-8"
XML = "application/xml; charset=UTF-8"


@dataclass
class Answer:
    """Status, body and headers; BASE tokens are still in it."""

    status: int = 200
    body: str | bytes = ""
    content_type: str = HTML
    headers: list[tuple[str, str]] = field(default_factory=list)


def redirect(location: str, status: int = 301) -> Answer:
    """Send the reader on, as WordPress does."""
    return Answer(status, "", headers=[("X-Redirect-By", "WordPress"), ("Location", location)])
