"""A source of addresses, what it knows of its spider, and how sources make a crawl.

A source asks for something (a listing, the REST API, a sitemap, a feed) and gives what it finds to
its spider. Its policy passes the functions that it calls when it is exhausted or cannot work. A
policy is a list of sources and a rule for what follows when one of them is closed.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from scrapy import Request

from kznews import finish_reasons
from kznews.items import Article, Rejected, SiteSnapshot

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from kznews.browser.handler import Browser
    from kznews.dates import Moment
    from kznews.pages.listing import Link
    from kznews.pages.page import Page
    from kznews.sites import Site
    from kznews.spiders.arguments import Arguments, Window
    from kznews.spiders.article_pages import ArticlePages
    from kznews.spiders.boundary import Boundary
    from kznews.storage.archive import Archive

MISSING, GONE, ALL = WHICH = "missing", "gone", "all"
"""Which articles are looked for in a web archive: those that the archive has no text of, those that
the site has taken down, all.
"""
LAST, FIRST, EACH = CAPTURES = "last", "first", "each"
"""Which captures of an article are read: one, or one for each change."""
NEWEST, OLDEST = "newest", "oldest"
"""Which articles come first."""
REST, SITEMAP, SECTIONS = "rest", "sitemap", "sections"
"""Sources that a backfill tries one after the other."""
COMMON = frozenset({"since", "until", "max_articles", "urls", "base_url", "full"})
"""Arguments of every spider that fetches whole periods."""
RECORDED = frozenset({"warc", "wayback"})
"""How recorded articles are found: one run may bring several versions of them."""
PLACE = "place"
"""The key of a request's meta under which it says where in the crawl it stands, for people."""
REVISIT = "revisit"
"""How an article is found that is looked at again."""

Output = Article | Rejected | SiteSnapshot | Request


class Crawl(Protocol):
    """What a source knows of its spider."""

    @property
    def site(self) -> Site: ...
    @property
    def arguments(self) -> Arguments: ...
    @property
    def window(self) -> Window: ...
    @property
    def settings(self) -> BaseSettings: ...
    @property
    def browser(self) -> Browser: ...
    @property
    def boundary(self) -> Boundary: ...
    @property
    def archive(self) -> Archive: ...
    @property
    def left(self) -> int | None:
        """How many articles may still be delivered, None without a limit."""

    expected: bool
    """Whether articles are expected: a run that then brings none is a failure."""
    problems: list[str]
    published: dict[str, Moment]
    """When articles were published that were read, by address, where ``since`` needs it."""
    dead: Counter[str]
    """Consecutive addresses that led to no article, by how they were found."""

    @property
    def pages(self) -> ArticlePages: ...

    def ask(self, url: str, via: str, priority: int = 1) -> Iterator[Request]:
        """Ask for an article by its one address, once a run."""

    def take(
        self, links: Iterable[Link], via: str, known: Mapping[str, Any] | None = None
    ) -> Iterator[Request]:
        """Note the addresses of articles, and ask for those that are not settled.

        ``known`` is what the archive has of them, if that was looked up.
        """

    def left_over(self, vias: Sequence[str]) -> Iterator[Request]:
        """Ask for what earlier runs found and did not fetch."""

    def wants(self, article: Article) -> bool:
        """Whether an article is of the requested days and within the limit."""

    def lost(self, url: str, via: str, reason: str, why: str | None = None) -> Iterator[Rejected]:
        """Record an article that cannot be fetched."""

    def missed(self, url: str) -> Iterator[Rejected]:
        """Note that the site no longer has a stored article."""

    def reject(self, url: str, via: str, reason: str, detail: str | None = None) -> Rejected: ...
    def note_malformed(self, urls: Iterable[str], via: str) -> Iterator[Rejected]: ...
    def page(self, response: Response) -> Page | None: ...
    def snapshot(self, page: Page) -> Iterator[SiteSnapshot]: ...
    def again(self, response: Response, reason: str) -> Request | None:
        """Return a request for the same page again, None after enough tries."""

    def shown(self, wait_for: Iterable[str], *, filled: bool = False) -> dict[str, Any]:
        """Return the meta of a page that the browser renders if it renders all pages."""

    def without_browser(self, request: Request, why: str | None) -> Request: ...
    def problem(self, text: str, failure: str = finish_reasons.INCOMPLETE) -> None:
        """Note what makes the run a failure even if it brings articles."""

    def out_of_reach(self, reason: str, detail: str | None) -> None: ...
    def count(self, key: str, by: int = 1) -> None: ...
    def set_stat(self, key: str, value: str) -> None: ...
    def recently(self) -> datetime:
        """Return the instant since which an article is young: it may still be edited."""


class Source(ABC):
    """A source of addresses."""

    def __init__(self, crawl: Crawl) -> None:
        self.crawl = crawl
        self.site = crawl.site
        self.log = logging.getLogger(type(self).__module__)

    @abstractmethod
    def begin(self) -> Iterator[Output]:
        """Return the first requests of the source."""

    def serves(self, url: str) -> bool:  # noqa: ARG002
        """Whether an address outside the site belongs to the source."""
        return False

    def remaining(self) -> int | None:
        """Return how many articles are still to come, None if this is not known."""
        return None

    def add_sections(self, article: Article) -> None:  # noqa: B027
        """Add what the source knows of an article's sections."""

    def finish(self, reason: str) -> None:  # noqa: B027
        """Keep what the next run needs, after the run has ended for a reason."""


class Policy(Source):
    """Several sources, and what follows when one of them is closed."""

    takes: ClassVar[frozenset[str]]
    """The names of the arguments that the policy takes, beside ``site``."""
    is_offline: ClassVar[bool] = False
    """Whether it reads answers of its own (``recorded``) and sends no request."""
    by_publication: ClassVar[bool] = True
    """Whether ``since`` and ``until`` are days of publication."""
    sources: Sequence[Source]

    def begin(self) -> Iterator[Output]:
        for source in self.sources:
            yield from source.begin()

    def settled(self, item: object, response: object) -> None:
        """Note that an item went through the pipelines, or was dropped by one of them."""

    def serves(self, url: str) -> bool:
        return any(source.serves(url) for source in self.sources)

    def remaining(self) -> int | None:
        known = [source.remaining() for source in self.sources]
        return min((number for number in known if number is not None), default=None)

    def add_sections(self, article: Article) -> None:
        for source in self.sources:
            source.add_sections(article)

    def finish(self, reason: str) -> None:
        for source in self.sources:
            source.finish(reason)
