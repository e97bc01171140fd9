"""A bare Scrapy spider that downloads posts of the REST API and yields an empty item for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider

from kznews.pages.posts import Posts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


class BareRest(Spider):
    """Page after page of the list, nothing read out of it."""

    name = "bare-rest"
    base_url = ""

    async def start(self) -> AsyncIterator[Any]:
        yield self.list_of(1)

    def list_of(self, page: int) -> Request:
        url = f"{self.base_url}{Posts(page=page).path()}"
        return Request(url, callback=self.parse_list, cb_kwargs={"page": page})

    def parse_list(self, response: Any, page: int) -> Iterator[Any]:
        for _ in response.json():
            yield {}
        if page < int(response.headers["X-WP-TotalPages"] or 0):
            yield self.list_of(page + 1)
