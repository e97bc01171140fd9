"""Answers of the WordPress REST API: lists of objects, with other text around the JSON.

A plugin's notice, a byte order mark or the name of a JSONP function may come before it, a comment
or a script after it. A closed API may answer HTML with status 200 (``docs/the-site.md``, «REST
API»).
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeGuard

import orjson
from scrapy.spidermiddlewares.httperror import HttpError
from w3lib.encoding import http_content_type_encoding

from kznews.pages.listing import SectionLink
from kznews.pages.units import each
from kznews.text import unescaped, whole
from kznews.wordpress.characters import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scrapy.http import Response

    from kznews.pages.units import Each, Unit
    from kznews.sites import Site

ROUTES = "/wp-json/wp/v2"
POSTS = "posts"
"""The route of posts in every WordPress; a site's own type has another."""
CATEGORIES = f"{ROUTES}/categories?per_page=100&hide_empty=1&_fields=slug,name,link,count"
CATEGORY_NUMBERS = f"{ROUTES}/categories?per_page=100&hide_empty=1&_fields=id,slug,link,parent"
TYPES = f"{ROUTES}/types"
MOST_POSTS = 100
MAX_CATEGORY_PAGES = 50
"""Answers with a hundred categories each that are read."""
MAX_DIGITS = 20
"""Digits of a number: WordPress's have 64 bits, and Python refuses to read thousands."""

_LIST = re.compile(r'\[\s*[{\]]|\{\s*"\d+"\s*:\s*\{')
_NOTICES = 20
_NEAR = 10
"""Characters: an error so close to the end means that the rest is missing."""
_PAGE = re.compile(r"^\s*<(?:!doctype|html|head|body)", re.IGNORECASE)
_INSIDE = ('":', ",", "[", "{")
_BEFORE, _AFTER = frozenset({"", "\n", ">", "\ufeff"}), frozenset({"", "\r", "\n", "<"})
"""What may stand beside an empty list: «foo([])» in a notice is no answer."""
_OWN_TYPES = frozenset({"post", "page", "attachment", "nav_menu_item"})


class ClosedApiError(Exception):
    """The answer is no list of objects: the API is closed or broken, or it is another's answer."""


class CutAnswerError(ClosedApiError):
    """The list is incomplete."""


def read_list(response: Response) -> list[dict[str, Any]]:
    """Return the objects of a REST list.

    Raises ``CutAnswerError`` for half a list, ``ClosedApiError`` with the answer for none.
    """
    with suppress(orjson.JSONDecodeError):  # a list and no more, as most are, in half the time
        found = orjson.loads(response.body)
        if isinstance(found, list) and any(isinstance(item, dict) for item in found):
            return objects(found)
    told = (response.headers.get("Content-Type") or b"").decode("latin-1")
    text = decoded(response.body, http_content_type_encoding(told) or "")
    lists = [] if _PAGE.match(text) else list(_lists(text, response.url))
    if not lists:
        raise ClosedApiError(f"{response.url} answered no JSON list: {text[:80]!r}")
    return max(lists, key=len)


def _lists(text: str, url: str) -> Iterator[list[dict[str, Any]]]:
    """Yield the separate lists of a text, not those inside a broken one."""
    end = 0
    for start in (match.start() for match in islice(_LIST.finditer(text), _NOTICES)):
        before = text[max(0, start - _NEAR) : start]
        is_line = before.endswith("\n")
        if start < end or (not is_line and before.rstrip().endswith(_INSIDE)):
            continue
        try:
            found, end = _DECODER.raw_decode(text, start)
        except json.JSONDecodeError as error:
            if error.msg.startswith("Unterminated") or error.pos >= len(text.rstrip()) - _NEAR:
                raise CutAnswerError(f"{url} answered half a JSON list") from None
            continue
        except RecursionError:
            continue
        is_alone = before[-1:] in _BEFORE and text[end : end + 1] in _AFTER
        is_inner = text[end : end + _NEAR].lstrip().startswith((",", "]", "}", ":"))
        if is_alone or (found and not is_inner):
            yield objects(found)


def _number(digits: str) -> int | None:
    return int(digits) if len(digits) <= MAX_DIGITS else None


_DECODER = json.JSONDecoder(parse_int=_number)


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; PHP writes a list with gaps as an object."""
    if isinstance(value, dict):
        value = list(value.values()) if all(map(str.isdigit, value)) else [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def string(value: object) -> str:
    """Return a string without lone surrogates, "" for anything else."""
    return whole(value) if isinstance(value, str) else ""


def clock_of(value: object) -> datetime | None:
    """Return a clock of a post, without an offset; None for anything else."""
    with suppress(ValueError):
        clock = datetime.fromisoformat(value) if isinstance(value, str) else None
        return clock if clock and clock.tzinfo is None else None
    return None


def read_categories(response: Response, site: Site, each: Each = each) -> list[SectionLink]:
    """Return the site's sections that hold articles, each once, by the addresses that it tells."""
    found: dict[str, SectionLink] = {}

    def read(unit: Unit[dict[str, Any]]) -> None:
        link, category = unit
        told, name = string(category.get("slug")), unescaped(string(category.get("name")))
        url = site.absolute(link or site.section_url(told))
        slug = url and (site.section_slug(url) or told)
        if url and slug and slug not in found and category.get("count") != 0:
            found[slug] = SectionLink(slug, name.strip() or None, url.rstrip("/"))

    each(read, ((string(category.get("link")), category) for category in read_list(response)))
    return list(found.values())


@dataclass(frozen=True)
class Category:
    """A category by its number, its parent's (0: none), and the slug of its section."""

    id: int
    parent: int
    slug: str


def read_category_numbers(response: Response, site: Site) -> list[Category]:
    """Return the categories of an answer; raises ``ClosedApiError``."""
    found = []
    for category in read_list(response):
        number, parent = category.get("id"), category.get("parent")
        slug = site.section_slug(string(category.get("link"))) or string(category.get("slug"))
        if type(number) is int and slug:
            found.append(Category(number, parent if type(parent) is int else 0, slug))
    return found


def read_types(response: Response) -> dict[str, str]:
    """Return the route of each of a site's post types, without pages and WordPress's own.

    Raises ``ClosedApiError``.
    """
    try:
        found = json.loads(response.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ClosedApiError(f"{response.url} answered no types: {response.body[:80]!r}")
    routes = {
        name: string(kind.get("rest_base")) or name
        for name, kind in found.items()
        if isinstance(kind, dict) and re.fullmatch(r"[\w-]{1,50}", name)
    }
    return {
        name: route
        for name, route in routes.items()
        if name == "post" or (name not in _OWN_TYPES and not name.startswith("wp_"))
    }


def count(response: Response, header: str) -> int | None:
    """Return ``X-WP-Total`` or ``X-WP-TotalPages`` of a list; a cache may remove them."""
    value = response.headers.get(header) or b""
    return int(value) if value.isdigit() and len(value) <= MAX_DIGITS else None


def has_more(response: Response, number: int) -> bool:
    """Whether a list has pages after ``number``."""
    return (count(response, "X-WP-TotalPages") or 1) > number


def is_past_the_end(error: BaseException | None) -> TypeGuard[HttpError]:
    """Whether an answer says that a list has fewer pages."""
    return isinstance(error, HttpError) and b"invalid_page_number" in error.response.body[:500]


def changes_path(numbers: Sequence[int]) -> str:
    """Return the path of a request for when some posts were changed."""
    included = ",".join(map(str, numbers))
    return f"{ROUTES}/{POSTS}?per_page={len(numbers)}&_fields=id,modified_gmt&include={included}"


def read_changes(response: Response) -> dict[int, str | None]:
    """Return when each post of a list was last changed, ISO 8601 in UTC, by post ID.

    None means that the time cannot be read: the post exists.
    """
    found: dict[int, str | None] = {}
    for post in read_list(response):
        if type(number := post.get("id")) is int:
            clock = clock_of(post.get("modified_gmt"))
            found[number] = f"{clock.isoformat()}+00:00" if clock else None
    return found
