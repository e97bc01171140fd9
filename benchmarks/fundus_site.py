"""The look-alike as a publisher of fundus, by its public interface; needs fundus.

    .venv-peers/bin/python benchmarks/fundus_site.py http://127.0.0.1:8365 articles.jsonl

Crawls the sitemaps and writes one article per line; ``make bench`` compares a crawl with it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

fundus: Any = import_module("fundus")
parser: Any = import_module("fundus.parser")
tools: Any = import_module("fundus.parser.utility")
attribute: Callable[[Callable[[Any], Any]], Any] = parser.attribute
CSSSelector: Any = import_module("lxml.cssselect").CSSSelector
Publisher: Any = import_module("fundus.publishers.base_objects").Publisher

PARAGRAPHS = CSSSelector(".singular__content p, .singular__content li")
SUBHEADLINES = CSSSelector(".singular__content h2, .singular__content h3")


class LookAlikeParser(parser.ParserProxy):  # type: ignore[misc]
    """Reads the current theme as fundus's own publishers read theirs."""

    class V1(parser.BaseParser):  # type: ignore[misc]
        @attribute
        def title(self) -> Any:
            return self.precomputed.ld.bf_search("headline")

        @attribute
        def body(self) -> Any:
            return tools.extract_article_body_with_selector(
                self.precomputed.doc,
                paragraph_selector=PARAGRAPHS,
                subheadline_selector=SUBHEADLINES,
            )

        @attribute
        def publishing_date(self) -> Any:
            return tools.generic_date_parsing(self.precomputed.ld.bf_search("datePublished"))

        @attribute
        def authors(self) -> Any:
            return tools.generic_author_parsing(self.precomputed.ld.bf_search("author"))

        @attribute
        def topics(self) -> Any:
            return tools.generic_topic_parsing(self.precomputed.ld.bf_search("keywords"))

        @attribute
        def sections(self) -> Any:
            return tools.generic_topic_parsing(self.precomputed.ld.bf_search("articleSection"))


def fields(found: dict[str, Any]) -> dict[str, Any]:
    """Return what was read under kznews's names."""
    at = found["publishing_date"]
    return {
        "title": found["title"],
        "text": str(found["body"] or ""),
        "published_at": at.isoformat() if at else None,
        "authors": found["authors"],
        "sections": found["sections"],
        "tags": found["topics"],
    }


def crawl(url: str) -> Iterator[dict[str, Any]]:
    site = Publisher(
        name="the look-alike",
        domain=f"{url}/",
        parser=LookAlikeParser,
        sources=[fundus.Sitemap(f"{url}/wp-sitemap.xml")],
    )
    crawler = fundus.Crawler(site, delay=0.0, threading=False)
    for article in crawler.crawl(error_handling="raise"):
        names = ("title", "body", "publishing_date", "authors", "topics", "sections")
        yield {
            "url": article.html.responded_url,
            **fields({name: getattr(article, name) for name in names}),
        }


def main() -> int:
    url, path = sys.argv[1:]
    with Path(path).open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(article, ensure_ascii=False) + "\n" for article in crawl(url))
    return 0


if __name__ == "__main__":
    sys.exit(main())
