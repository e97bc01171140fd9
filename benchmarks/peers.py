"""Other readers of the pages, each in its own process and environment.

    .venv-peers/bin/python benchmarks/peers.py trafilatura pages.jsonl

Reads lines of ``{"url": …, "html": …}``; prints for each the fields that the reader found and its
CPU milliseconds. Nothing here knows kznews.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

Fields = dict[str, Any]


def trafilatura() -> Callable[[str, str], Fields]:
    extract: Any = import_module("trafilatura").bare_extraction

    def read(html: str, url: str) -> Fields:
        found = extract(html, url=url, with_metadata=True, include_comments=False)
        if found is None:
            return {}
        return {
            "title": found.title,
            "text": found.text,
            "published_at": found.date,
            "authors": (found.author or "").split("; "),
            "sections": found.categories,
            "tags": found.tags,
        }

    return read


def newspaper4k() -> Callable[[str, str], Fields]:
    kind: Any = import_module("newspaper").Article

    def read(html: str, url: str) -> Fields:
        article = kind(url, language="ru")
        article.download(input_html=html)
        article.parse()
        at = article.publish_date
        return {
            "title": article.title,
            "text": article.text,
            "published_at": at.isoformat() if at else None,
            "authors": article.authors or [],
            "sections": [],
            "tags": list(article.tags or []),
        }

    return read


def news_please() -> Callable[[str, str], Fields]:
    please: Any = import_module("newsplease").NewsPlease

    def read(html: str, url: str) -> Fields:
        article = please.from_html(html, url=url)
        at = article.date_publish
        return {
            "title": article.title,
            "text": article.maintext,
            "published_at": at.isoformat() if at else None,
            "authors": article.authors or [],
            "sections": [],
            "tags": [],
        }

    return read


def fundus() -> Callable[[str, str], Fields]:
    site: Any = import_module("fundus_site")  # beside this file
    parser = site.LookAlikeParser()

    def read(html: str, _: str) -> Fields:
        return dict(site.fields(parser().parse(html)))

    return read


READERS = {
    "trafilatura": trafilatura,
    "fundus": fundus,
    "newspaper4k": newspaper4k,
    "news-please": news_please,
}


def main() -> int:
    name, pages = sys.argv[1:]
    read = READERS[name]()
    for number, line in enumerate(Path(pages).read_text("utf-8").splitlines()):
        page = json.loads(line)
        if number == 0:
            read(page["html"], page["url"])  # what is loaded once counts for nobody
        started = time.process_time()
        fields = read(page["html"], page["url"])
        fields["ms"] = (time.process_time() - started) * 1000
        print(json.dumps(fields, ensure_ascii=False, default=str), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
