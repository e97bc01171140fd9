"""Posts of the REST API on their way to the archive: noted, read, or asked for by their pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kznews.pages.page import NotAnArticle
from kznews.sources.numbers import NumberSet
from kznews.storage.schema import DISCOVERED, GONE, REJECTED, instant
from kznews.wordpress import api, rest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kznews.dates import Moment
    from kznews.sources.base import Crawl, Output
    from kznews.sources.failures import Unread
    from kznews.wordpress.rest import Post

VIA = "rest"

ASK_THE_PAGE = frozenset({"no_body", "no_title"})
"""What the API may keep back and the page shows: a page builder writes no text into a post."""


class PostArticles:
    """Delivers the posts that are new or changed, each once a run."""

    def __init__(self, crawl: Crawl) -> None:
        self.crawl, self.site = crawl, crawl.site
        self._met = NumberSet()

    def take(self, found: Sequence[Post], *, edits: bool = False) -> Sequence[Post]:
        """Return the posts that are new or changed, each noted as one to be fetched.

        So what a kill takes on its way to the archive is asked for again by the next run.
        """
        same = unchanged(self.crawl, found, edits=edits)
        now = datetime.now(UTC)
        fresh = [
            (post, published)
            for post in found
            if post.id not in same
            and self._is_wanted(post, published := post.published(self.site, now))
        ]
        fresh = fresh[: self.crawl.left] if self.crawl.left is not None else fresh
        for post, published in fresh:
            if url := self.site.article_url(post.link):
                self.crawl.archive.urls.settle(
                    url, self.site.name, DISCOVERED, VIA,
                    published=published.isoformat() if published else None,
                    article_id=self.site.article_id(post.id, url),
                )  # fmt: skip
        return [post for post, _ in fresh]

    def _is_wanted(self, post: Post, published: Moment | None) -> bool:
        """Whether a post is of the asked-for days, and comes for the first time in this run."""
        if self.crawl.window.misses(published):
            self.crawl.count("window/outside")
            return False
        return self._met.add(post.id)

    def deliver(self, fresh: Sequence[Post]) -> Iterator[Output]:
        """Read posts; what a kill takes of them costs a single request again."""
        yield from self.crawl.boundary.each(
            fresh, self._read, lambda post, why: self.ask_for_page(post.fields, why)
        )

    def _read(self, post: Post) -> Iterator[Output]:
        """Deliver a post, or ask for its page where the API keeps back what the page shows."""
        url = self.site.article_url(post.link)
        try:
            article = rest.read_post(post, self.site, datetime.now(UTC))
        except NotAnArticle as error:
            if url is None:
                yield from self.crawl.note_malformed([post.link], VIA)
                yield from self._ask_by_number(post)
            elif error.reason in ASK_THE_PAGE:
                yield from self.crawl.ask(url, VIA)
            else:
                yield from self.crawl.lost(url, VIA, error.reason, error.detail)
            return
        if not article.text:  # a builder's, beside the picture that it is known by
            yield from self.crawl.ask(article.url, VIA)
            return
        article.discovered_via = VIA
        if self.crawl.wants(article):
            yield article

    def _ask_by_number(self, post: Post) -> Iterator[Output]:
        """Ask for the page of a post whose own address cannot be read, or is another site's."""
        address = f"{self.site.root}/?p={post.id}"
        self.crawl.archive.urls.discover(address, self.site.name, VIA, None)
        yield from self.crawl.ask(address, VIA)

    def ask_for_page(self, answer: Mapping[str, Any], why: Unread) -> Iterator[Output]:
        """Ask for the page of what cannot be read out of the API."""
        url = rest.url_of(answer, self.site)
        if url is None:
            yield self.crawl.reject(f"{self.site.root}{api.ROUTES}", VIA, why.reason, why.detail)
            return
        row = self.crawl.archive.urls.known([url]).get(url)
        if row is None or row.state == DISCOVERED or self.crawl.arguments.full:
            self.crawl.archive.urls.discover(url, self.site.name, VIA, None)
            yield from self.crawl.ask(url, VIA)


def unchanged(crawl: Crawl, found: Sequence[Post], *, edits: bool) -> set[int]:
    """Return the posts that the archive has as they are; all of them are fetched if asked.

    A verdict on what is no article stands until the post is edited.
    """
    if crawl.arguments.full:
        return set()
    ids = {post.id: crawl.site.article_id(post.id, "") for post in found}
    urls = {post.id: crawl.site.article_url(post.link) or "" for post in found}
    stored = crawl.archive.articles.modified(ids.values())
    rows = crawl.archive.urls.known(urls.values())
    same = set()
    for post in found:
        row = rows.get(urls[post.id])
        changed = instant(post.changed())
        if row and row.state == REJECTED:
            is_same = not edits
        else:
            gone = row is not None and row.state == GONE
            is_same = not gone and stored.get(ids[post.id]) == changed
        if is_same:
            same.add(post.id)
    crawl.count("incremental/known", len(same))
    return same
