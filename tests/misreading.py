"""A crawl that misreads: every text loses its last paragraph.

``-s LOG_FORMATTER=tests.misreading.LogFormatter``: the log formatter is used because Scrapy loads
it before anything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from scrapy.crawler import Crawler

from kznews import logformatter
from kznews.items import Article
from kznews.pages.article import read_article
from kznews.pages.page import Page
from kznews.spiders import article_pages

FORMATTER = "tests.misreading.LogFormatter"


class LogFormatter(logformatter.LogFormatter):
    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        article_pages.read_article = misread  # type: ignore[assignment]
        return super().from_crawler(crawler)


def misread(parts: Sequence[Page]) -> Article:
    article = read_article(parts)
    article.text = article.text.rpartition("\n\n")[0] or article.text
    return article
