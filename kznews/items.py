"""What the project delivers. The order of the fields is the order of the keys in the feeds.

``docs/output.md`` is the reader's page on the same fields.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson

from kznews.text import whole

SCHEMA = 1
_Item = TypeVar("_Item")


class NotAnArticle(Exception):
    """The page is no article that can be delivered; ``reason`` is a key of ``docs/output.md``."""

    def __init__(self, reason: str, detail: str | None = None) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


@dataclass
class Section:
    """A category of the site; ``slug`` is None where the page gives only the name."""

    slug: str | None
    name: str | None


@dataclass
class Image:
    """``url`` is the original, not a resized copy; ``credit`` comes without the word «Фото:»."""

    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass
class Embed:
    """A player or somebody's post inside the article; ``kind`` is youtube, telegram, …"""

    kind: str
    url: str


@dataclass
class PageRecord:
    """The place of a kept page: a WARC file's name and the offset of the record in bytes."""

    file: str
    offset: int


@dataclass
class Article:
    """One article. Instants are ISO 8601 strings in the site's zone, ``fetched_at`` is in UTC."""

    schema: int = SCHEMA
    id: str = ""
    url: str = ""
    site: str = ""
    language: str = ""
    title: str = ""
    lead: str | None = None
    text: str = ""
    authors: list[str] = field(default_factory=list)
    section: str | None = None
    sections: list[Section] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    published_at: str | None = None
    modified_at: str | None = None
    date_precision: str | None = None
    date_raw: str | None = None
    images: list[Image] = field(default_factory=list)
    embeds: list[Embed] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    views: int | None = None
    word_count: int = 0
    content_hash: str = ""
    version: int = 1
    previous_hash: str | None = None
    changed: list[str] = field(default_factory=list)
    cause: str | None = None
    duplicate_of: str | None = None
    similarity: float | None = None
    discovered_via: str = ""
    archived_url: str | None = None
    layout: str = ""
    suspect: str | None = None
    provenance: dict[str, str] = field(default_factory=dict)
    page: PageRecord | None = None
    fetched_at: str = ""

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Article:
        """Return the article that was written as a JSON object.

        Fields that only a newer version of the program knows are kept, and written again as they
        are: JSON Lines hold all attributes of an item.
        """
        article = _filled(cls(), record)
        article.sections = [_filled(Section(None, None), each) for each in record["sections"]]
        article.images = [_filled(Image(""), each) for each in record["images"]]
        article.embeds = [_filled(Embed("", ""), each) for each in record["embeds"]]
        if page := record.get("page"):
            article.page = _filled(PageRecord("", 0), page)
        return article


def as_json(item: Any) -> bytes:
    """Return an item as one line of JSON, whatever its texts and numbers hold."""
    try:
        return orjson.dumps(item)
    except orjson.JSONEncodeError:  # half a surrogate pair, or a number beyond 64 bits
        plain = json.dumps(vars(item), default=vars, ensure_ascii=False, separators=(",", ":"))
        return whole(plain).encode()


def _filled(item: _Item, record: Mapping[str, Any]) -> _Item:
    vars(item).update(record)
    return item


@dataclass
class Rejected:
    """Something that is not delivered as an article, with the reason."""

    schema: int = SCHEMA
    url: str = ""
    site: str = ""
    reason: str = ""
    detail: str | None = None
    duplicate_of: str | None = None
    id: str | None = None
    title: str | None = None
    discovered_via: str = ""
    seen_at: str = ""


@dataclass
class Rate:
    """An exchange rate in tenge, as the site's header shows it."""

    currency: str
    value: float
    change: float


@dataclass
class Contacts:
    """The editorial office, as the site's footer shows it."""

    email: str | None = None
    phones: list[str] = field(default_factory=list)
    address: str | None = None
    copyright: str | None = None


@dataclass
class SiteSnapshot:
    """What is around the articles: weather (°C), rates, contacts; once a crawl."""

    schema: int = SCHEMA
    site: str = ""
    city: str | None = None
    temperature_now: int | None = None
    temperature_tomorrow: int | None = None
    rates: list[Rate] = field(default_factory=list)
    contacts: Contacts = field(default_factory=Contacts)
    observed_at: str = ""
