"""A Scrapy spider as in the tutorial, for comparison: pages of a listing, articles, a feed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import scrapy


class Stock(scrapy.Spider):
    name = "stock"
    base_url: str

    async def start(self) -> AsyncIterator[Any]:
        yield scrapy.Request(f"{self.base_url}/category/poslednie-novosti", self.parse)

    def parse(self, response: Any) -> Iterator[Any]:
        yield from response.follow_all(css="a.archive__item-link", callback=self.parse_article)
        yield from response.follow_all(css="a.next", callback=self.parse)

    def parse_article(self, response: Any) -> dict[str, str | None]:
        return {"url": response.url, "title": response.css("h1.singular__title::text").get()}
