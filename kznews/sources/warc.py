"""Kept pages: articles read again from WARC files, without a request to the site."""

from __future__ import annotations

import glob
from collections import deque
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from scrapy import Request

from kznews.downloadermiddlewares.exchange import seen_at
from kznews.downloadermiddlewares.replay import RECORDED
from kznews.pages.addresses import page_key
from kznews.pages.page import NotAnArticle
from kznews.sources.base import PLACE, Crawl, Output, Policy, Source
from kznews.sources.failures import Unread
from kznews.sources.post_articles import ASK_THE_PAGE
from kznews.sources.recorded_pages import Readers, read_page
from kznews.warc.reader import BrokenFileError, read_records
from kznews.warc.writer import SUFFIX
from kznews.wordpress import api
from kznews.wordpress.rest import Post, read_post

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from scrapy.http import Response

    from kznews.warc.reader import Recorded

VIA = "warc"
OFFLINE = {
    "KZNEWS_PAGES": "none",  # they are kept already
    "KZNEWS_CHALLENGES_IN_A_ROW": 0,  # a challenge that was recorded asks nobody to stop
    "KZNEWS_CHALLENGE_PAUSE": 0.0,
    "RETRY_TIMES": 0,
}
"""Settings of spiders that read files."""
LOOK_AHEAD, AHEAD_BYTES = 200, 50_000_000
"""Records that are read ahead for a further page, and as many pages wait until their first is read.
"""


class WarcFiles(Source):
    """The articles in WARC and ARC files, in the order of the files.

    Answers of the REST API are read as well as pages. A file that cannot be read to its end is
    reported; what was complete before the fault is used.
    """

    def __init__(self, crawl: Crawl) -> None:
        super().__init__(crawl)
        self._ahead: deque[Recorded] = deque()
        self._records: Iterator[Recorded | None] = iter(())
        self._parts: deque[Recorded] = deque(maxlen=LOOK_AHEAD)
        self._pages: set[int] = set()  # hashes of the addresses of articles that were met
        days = crawl.arguments.window(self.site.zone)
        self._first, self._end = days.start, days.end

    def begin(self) -> Iterator[Any]:
        """Ask for what is in the files; yield None regularly while there is nothing."""
        self.crawl.expected = True
        jobs = self.crawl.arguments.jobs
        try:
            readers = Readers(jobs, partial(read_page, self.site, self.crawl.boundary.limit))
        except OSError as error:
            self.crawl.problem(f"nothing at {jobs} can read pages: {error}")
            return
        each = self.crawl.boundary.each
        self._records = each(self._files(), self._read_file, self._lost_file)
        is_first = True  # of the first page a snapshot is taken, too
        with readers:
            for step in readers.read(self._answers()):
                if step is None:
                    yield None
                    continue
                recorded, read = step
                if self.site.article_url(recorded.url):
                    yield self.crawl.pages.read_again(recorded, VIA, None if is_first else read)
                    is_first = False
                else:
                    meta = {RECORDED: recorded, PLACE: recorded.page.file}
                    yield Request(recorded.url, callback=self.parse_posts, meta=meta)

    def _answers(self) -> Iterator[Recorded | None]:
        for found in self._records:
            yield from self._whole(found) if found else (None,)
            while self._ahead:
                yield from self._whole(self._ahead.popleft())

    def _whole(self, recorded: Recorded) -> Iterator[Recorded]:
        """Yield the page of an article or an answer of the API; further pages wait."""
        if recorded.status != 200:
            return
        url = self.site.article_url(recorded.url)
        if url and page_key(url) != page_key(recorded.url):
            self._parts.append(recorded)
            return
        if url:
            self._pages.add(hash(url))
        yield replace(recorded, url=url or recorded.url)

    def recorded(self, request: Request) -> Recorded | None:
        """Return a nearby record of an address, None if there is none.

        Of several records of a further page it is the one that was recorded nearest to the page
        before it.
        """
        for _ in range(LOOK_AHEAD - len(self._ahead)):
            if sum(len(recorded.body) for recorded in self._ahead) > AHEAD_BYTES:
                break
            if found := next(self._records, None):
                self._ahead.append(found)
        key = page_key(request.url)
        there = [found for found in (*self._parts, *self._ahead) if page_key(found.url) == key]
        if before := request.cb_kwargs.get("parts"):
            at = before[-1].seen_at
            there.sort(key=lambda found: abs(found.at - at))
        return there[0] if there else None

    def _files(self) -> Iterator[str]:
        named = self.crawl.arguments.files
        pages = Path(self.crawl.settings["KZNEWS_DATA_DIR"]) / "pages"
        kept = [] if named else sorted(pages.glob(f"*{SUFFIX}"))
        if not named and not kept:
            self.crawl.problem(f"{pages} holds no kept pages: KZNEWS_PAGES=all keeps them")
        yield from map(str, kept)
        for name in named:
            if "://" in name:
                yield name
            elif found := sorted(glob.glob(name, recursive=True)):  # noqa: PTH207 (absolute, too)
                yield from found
            else:
                self.crawl.problem(f"{name}: there is no such file")

    def _read_file(self, name: str) -> Iterator[Recorded | None]:
        most = self.crawl.settings.getint("DOWNLOAD_MAXSIZE")
        try:
            yield from read_records(name, self._is_wanted, most)
        except (BrokenFileError, OSError) as error:
            raise Unread("truncated", str(error)) from None

    def _lost_file(self, name: str, why: Unread) -> Iterator[None]:
        self.crawl.problem(f"{name} cannot be read on: {why.detail}")
        yield from ()

    def _is_wanted(self, url: str, at: datetime) -> bool:
        return self._first <= at < self._end and (
            self.site.article_url(url) is not None or self._is_api(url)
        )

    def _is_api(self, url: str) -> bool:
        own = self.site.absolute(url)
        return own is not None and "/wp/v2/" in unquote(own)

    def parse_posts(self, response: Response) -> Iterator[Output]:
        """Read the whole posts of an answer of the API."""
        try:
            found = api.read_list(response)
        except api.ClosedApiError:
            return
        posts = [post for post in map(Post.read, found) if post and "content" in post.fields]
        yield from self.crawl.boundary.each(
            posts,
            lambda post: self._read(post, response),
            self._lost,
        )

    def _read(self, post: Post, response: Response) -> Iterator[Output]:
        try:
            article = read_post(post, self.site, seen_at(response))
        except NotAnArticle as error:
            yield from self._lost(post, Unread(error.reason, error.detail or ""))
            return
        if article.text:
            yield from self.crawl.pages.deliver(article, VIA, response)
        else:
            yield from self._lost(post, Unread("no_body", "the API keeps the text back"))

    def _lost(self, post: Post, why: Unread) -> Iterator[Output]:
        url = self.site.article_url(post.link) or post.link
        if why.reason not in ASK_THE_PAGE or not self._has_page(url):
            yield from self.crawl.lost(url, VIA, why.reason, why.detail)

    def _has_page(self, url: str) -> bool:
        return hash(url) in self._pages or self.recorded(Request(url)) is not None


class Reread(Policy):
    """Every article in the files. ``since`` and ``until`` are days of recording."""

    is_offline = True
    by_publication = False
    takes = frozenset({"files", "jobs", "since", "until", "max_articles", "base_url"})

    def __init__(self, crawl: Crawl) -> None:
        super().__init__(crawl)
        self.files = WarcFiles(crawl)
        self.sources = (self.files,)

    def recorded(self, request: Request) -> Recorded | None:
        """Return what was recorded at an address, None if nothing."""
        return self.files.recorded(request)
