"""What is asked of the REST API, and how it answers: parameters, errors, JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from replica.answer import JSON, Answer
from replica.model import ZONE

Json = dict[str, object]
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)?", re.IGNORECASE
)
NOINDEX = ("X-Robots-Tag", "noindex")
EXPOSE = ("Access-Control-Expose-Headers", "X-WP-Total, X-WP-TotalPages, Link")
_BAD_DATE = "Invalid date."


class RestError(Exception):
    """An error object of the API."""

    def __init__(self, status: int, code: str, message: str, params: Json | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.params = status, code, params

    def answer(self) -> Answer:
        """Render it."""
        data: Json = {"status": self.status}
        if self.params is not None:
            data["params"] = self.params
        body: Json = {"code": self.code, "message": str(self), "data": data}
        return Answer(self.status, dump(body), JSON, [NOINDEX, EXPOSE])


@dataclass
class Query:
    """Parameters of one request; `name[]=a&name[]=b` and `name=a,b` mean the same."""

    values: dict[str, list[str]]

    @classmethod
    def parse(cls, text: str) -> Query:
        """Read a query string, where a raw plus is a space."""
        values: dict[str, list[str]] = {}
        for name, value in parse_qsl(text, keep_blank_values=True):
            values.setdefault(re.sub(r"\[\d*\]$", "", name), []).append(value)
        return cls(values)

    def get(self, name: str, default: str = "") -> str:
        """Last value of a parameter."""
        return self.values.get(name, [default])[-1]

    def many(self, name: str) -> list[str]:
        """All values of a list parameter."""
        return [part for value in self.values.get(name, []) for part in value.split(",") if part]

    def numbers(self, name: str) -> list[int]:
        """All values of a list of IDs."""
        found = self.many(name)
        if not all(value.isdigit() for value in found):
            raise invalid(name, f"{name}[0] is not of type integer.")
        return [int(value) for value in found]

    def number(self, name: str, default: int) -> int:
        """Read a whole number."""
        text = self.get(name, str(default))
        if not re.fullmatch(r"-?\d+", text):
            raise invalid(name, f"{name} is not of type integer.")
        return int(text)

    def moment(self, name: str) -> datetime | None:
        """Read a bound as naive site-local time, the clock the database compares."""
        text = self.get(name)
        if not text:
            return None
        if not _MOMENT.fullmatch(text):
            raise invalid(name, _BAD_DATE)
        try:
            moment = datetime.fromisoformat(text.upper())
        except ValueError:
            raise invalid(name, _BAD_DATE) from None
        return moment.astimezone(ZONE).replace(tzinfo=None) if moment.tzinfo else moment


def invalid(name: str, reason: str) -> RestError:
    message = f"Invalid parameter(s): {name}"
    return RestError(400, "rest_invalid_param", message, {name: reason})


def dump(data: object) -> str:
    return json.dumps(data, separators=(",", ":")).replace("/", "\\/")
