"""A spider that does hardly anything: the cost of Scrapy itself.

``-a what=pages`` downloads the addresses of a file, ``posts`` reads the REST API and yields an
empty item per post; ``none`` does nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

_POSTS = (
    "/wp-json/wp/v2/posts?per_page=100&orderby=date&order=desc&_fields=id,date,date_gmt,modified,"
    "modified_gmt,link,status,type,title,content,yoast_head_json.author,_links.author,"
    "_links.wp:term,_links.wp:featuredmedia,_embedded&_embed=author,wp:term,wp:featuredmedia"
)


class Bare(Spider):
    """A spider of one of the kinds."""

    name = "bare"
    what = "none"
    base_url = ""
    addresses = ""

    async def start(self) -> AsyncIterator[Any]:
        if self.what == "posts":
            yield self.posts(1)
        elif self.what == "pages":
            for url in Path(self.addresses).read_text().split():
                yield Request(url, callback=self.leave)

    def posts(self, page: int) -> Request:
        url = f"{self.base_url}{_POSTS}&page={page}"
        return Request(url, callback=self.parse_posts, cb_kwargs={"page": page})

    def parse_posts(self, response: Any, page: int) -> Iterator[Any]:
        for _ in response.json():
            yield {}
        if page < int(response.headers["X-WP-TotalPages"] or 0):
            yield self.posts(page + 1)

    def leave(self, response: Any) -> None:
        """Do nothing with a page."""
