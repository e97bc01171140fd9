"""CSV for spreadsheets: lists and objects are JSON in their cell, no text is a formula."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any

import orjson
from scrapy.exporters import CsvItemExporter

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of a text that a spreadsheet takes for a formula."""


class CsvExporter(CsvItemExporter):
    """Scrapy's; an apostrophe comes before a text that could be a formula, unless ``raw``."""

    def __init__(self, file: Any, *, raw: bool = False, **kwargs: Any) -> None:
        super().__init__(file, **kwargs)
        self.raw = raw

    def serialize_field(self, field: Any, name: str, value: Any) -> Any:  # noqa: ARG002
        if isinstance(value, list | dict) or is_dataclass(value):
            return orjson.dumps(value).decode()
        return without_formula(value) if isinstance(value, str) and not self.raw else value


def without_formula(text: str) -> str:
    """Return a text that a spreadsheet takes for a text."""
    return f"'{text}" if text.startswith(FORMULA) else text
