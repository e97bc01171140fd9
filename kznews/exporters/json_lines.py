"""JSON Lines in a fiftieth of the time of Scrapy's exporter."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any

from scrapy.exporters import JsonLinesItemExporter

from kznews.items import as_json


class LinesExporter(JsonLinesItemExporter):
    """Scrapy's, but whole items in UTF-8 are written as the archive writes them."""

    def export_item(self, item: Any) -> None:
        is_plain = self.fields_to_export is None and not self.indent
        if is_plain and self.encoding == "utf-8" and (is_dataclass(item) or isinstance(item, dict)):
            self.file.write(as_json(item) + b"\n")
        else:
            super().export_item(item)
