"""One answer of the site, before it knows the address it is served at; and what was asked."""

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


@dataclass(frozen=True)
class Hit:
    """One request as it was answered; status 0 when no whole answer was sent.

    ``at`` is the instant it came, in seconds of ``time.monotonic``; ``url`` that of the newsroom.
    """

    path: str
    status: int
    headers: dict[str, str]
    at: float
    url: str


def redirect(location: str, status: int = 301) -> Answer:
    """Send the reader on, as WordPress does."""
    return Answer(status, "", headers=[("X-Redirect-By", "WordPress"), ("Location", location)])
