"""Answers of the WordPress REST API, read with the care that real sites teach.

A plugin's notice or a byte order mark may stand before the JSON; a closed API may answer HTML with
status 200 (``docs/the-site.md``, «REST API»).
"""

from __future__ import annotations

import html
import json
import re
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from kznews.pages.listing import SectionLink

if TYPE_CHECKING:
    from scrapy.http import Response

    from kznews.sites import Site

POSTS = "/wp-json/wp/v2/posts"
CATEGORIES = "/wp-json/wp/v2/categories?per_page=100&hide_empty=1&_fields=slug,name,link,count"
POSTS_BY_ID = f"{POSTS}?per_page=100&_fields=id,modified_gmt&include="
MOST_POSTS = 100
_LIST = re.compile(r"\[\s*[{\]]")  # a notice before it may hold brackets, too
_NOTICES = 20


class ClosedApiError(Exception):
    """The answer is no list of objects: the API is closed, broken or something else's."""


def read_list(response: Response) -> list[dict[str, Any]]:
    """Return the objects of a REST list; raises ``ClosedApiError``, naming what came instead."""
    body = response.body.decode("utf-8", "replace")
    for start in islice(_LIST.finditer(body), _NOTICES):
        with suppress(ValueError):
            data = json.loads(body[start.start() :])
            return [item for item in data if isinstance(item, dict)]
    raise ClosedApiError(f"{response.url} answered no JSON list: {body[:80]!r}")


def read_categories(response: Response, site: Site) -> list[SectionLink]:
    """Return the site's sections that hold articles."""
    found = []
    for category in read_list(response):
        link, name = category.get("link"), category.get("name")
        if not isinstance(link, str) or not isinstance(name, str) or category.get("count") == 0:
            continue
        if slug := site.section_slug(link):
            url = site.absolute(link) or site.section_url(slug)
            found.append(SectionLink(slug, html.unescape(name).strip(), url.rstrip("/")))
    return found


def count(response: Response, header: str) -> int | None:
    """Return ``X-WP-Total`` or ``X-WP-TotalPages`` of a list; a cache may strip them."""
    value = response.headers.get(header) or b""
    return int(value) if value.isdigit() else None


def has_more(response: Response, number: int) -> bool:
    """Whether a list has pages after ``number``."""
    return (count(response, "X-WP-TotalPages") or 1) > number


def read_changes(response: Response) -> dict[int, str]:
    """Return when each post of a list was last changed, ISO 8601 in UTC, by post ID."""
    return {
        post["id"]: f"{post['modified_gmt']}+00:00"
        for post in read_list(response)
        if isinstance(post.get("id"), int) and isinstance(post.get("modified_gmt"), str)
    }
