"""Posts of the WordPress REST API: requests for them, and a post as an ``Article``.

An article from the API equals that of its page, field for field; only ``layout``, ``provenance``,
``discovered_via`` and ``fetched_at`` show the source.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urlencode, urljoin, urlsplit

from kznews import dates
from kznews.items import Article, Image, Section
from kznews.pages import media
from kznews.pages.article import main_section, put_body
from kznews.pages.body import read_body
from kznews.pages.dom import content
from kznews.pages.page import NotAnArticle
from kznews.pages.parsing import parse_fragment
from kznews.text import unescaped
from kznews.wordpress.api import MOST_POSTS, POSTS, ROUTES, clock_of, objects, string

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kznews.sites import Site

CLOCKS = ("date", "date_gmt", "modified", "modified_gmt")
KEYS = "id,date,date_gmt,modified,modified_gmt,link"
"""The requested fields of a post that is only counted."""
WHOLE = (
    f"{KEYS},status,type,title,content,yoast_head_json.author,"
    "_links.author,_links.wp:term,_links.wp:featuredmedia,_embedded"
)
EMBEDDED = "author,wp:term,wp:featuredmedia"
SIZES = (MOST_POSTS, 50, 20, 10, 5)
"""Posts per request, fewer if the server fails at more."""
EARLIEST = datetime(1970, 1, 1)  # noqa: DTZ001 (a site's own clock)
_SECOND = timedelta(seconds=1)
_NEIGHBOURS = timedelta(days=31)
"""The most that two posts of an answer may differ to confirm each other's clock."""


@dataclass(frozen=True)
class Post:
    """A post of an answer: its number, its address as the site spells it, its four clocks.

    ``date`` and ``modified`` are on the site's clock, the other two in GMT, all without an offset,
    and any of them may be absurd. ``fields`` is the unchecked post as it was received.
    """

    id: int
    link: str
    date: datetime
    date_gmt: datetime
    modified: datetime
    modified_gmt: datetime
    fields: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def read(cls, answer: Mapping[str, Any]) -> Post | None:
        """Return the post of a list's object, None for what a plugin has added."""
        number, link = answer.get("id"), string(answer.get("link"))
        clocks = {name: clock for name in CLOCKS if (clock := clock_of(answer.get(name)))}
        if type(number) is not int or number < 1 or not link or len(clocks) < len(CLOCKS):
            return None
        return cls(id=number, link=link, fields=answer, **clocks)

    def published(self, site: Site, seen_at: datetime) -> dates.Moment | None:
        """Return when it was published: by GMT, else by the site's clock, else by its address.

        A clock in the address's month is better than one outside it.
        """
        zone = dates.zone(site.zone)
        month = site.month_of(site.article_url(self.link) or "")
        clocks = (self.date_gmt.replace(tzinfo=UTC), self.date.replace(tzinfo=zone, fold=1))
        found = (
            dates.Moment(clock.astimezone(zone), "second")
            for clock in clocks
            if dates.sane(clock, seen_at)
        )
        first = next(found, None)
        if month is None or (first and dates.in_month(first, *month)):
            return first
        fitting = (moment for moment in found if dates.in_month(moment, *month))
        return next(fitting, first) or dates.month(*month, zone)

    def changed(self) -> str:
        """Return when it was last changed, ISO 8601 in UTC."""
        return f"{self.modified_gmt.isoformat()}+00:00"


@dataclass(frozen=True)
class Posts:
    """A request for up to ``size`` posts of one type, and how to continue it.

    Requests follow the site's own clock, the column that WordPress compares and sorts by: each one
    begins at the second where the last answer ended, and excludes that answer's posts of this
    second. So nothing shifts when news is published meanwhile, and no deep page is requested
    (``docs/the-site.md``, «REST API»). ``after`` and ``before`` are exclusive.
    """

    by: str = "date"
    newest_first: bool = True
    after: str | None = None
    before: str | None = None
    exclude: tuple[int, ...] = ()
    include: tuple[int, ...] = ()
    categories: tuple[int, ...] = ()
    page: int = 1
    fields: str = WHOLE
    size: int = MOST_POSTS
    route: str = POSTS

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Return the request that ``asdict`` turned into JSON."""
        names = ("exclude", "include", "categories")
        lists = {key: tuple(record[key]) for key in names if key in record}
        return cls(**{**record, **lists})

    def record(self) -> dict[str, Any]:
        return asdict(self)

    def path(self) -> str:
        prefix = "" if self.by == "date" else "modified_"
        values = {
            "per_page": self.size,
            "orderby": self.by,
            "order": "desc" if self.newest_first else "asc",
            f"{prefix}after": self.after,
            f"{prefix}before": self.before,
            "exclude": ",".join(map(str, self.exclude)),
            "include": ",".join(map(str, self.include)),
            "categories": ",".join(map(str, self.categories)),
            "page": self.page if self.page > 1 else None,
            **_wanted(self.fields),
        }
        return f"{ROUTES}/{self.route}?{_query(values)}"

    def smaller(self) -> list[Posts]:
        """Return requests for the same posts with fewer at a time; none if that is impossible."""
        size = next((size for size in SIZES if size < self.size), None)
        if size is None:
            return []
        if not self.include:
            return [replace(self, size=size, page=(self.page - 1) * self.size // size + 1)]
        parts = (self.include[i : i + size] for i in range(0, len(self.include), size))
        return [replace(self, size=size, include=part) for part in parts]

    def following(self, posts: Sequence[Post], pages: int | None, now: datetime) -> Posts | None:
        """Return the request for what comes after some posts, None if that was all.

        ``pages`` is the number of pages of this request according to the site, None if it is
        unknown; ``now`` is the latest time that the site's clock can show. A full answer is never
        the last: the count may come from a cache.
        """
        is_last = self.page >= pages if pages is not None else not posts
        if is_last and len(posts) < self.size:
            return None
        last = self._last_clock(posts, now)
        if last is not None:
            met = tuple(sorted(post.id for post in posts if getattr(post, self.by) == last))
            if self.newest_first:
                further = replace(self, before=(last + _SECOND).isoformat(), exclude=met, page=1)
                moved = further.before != self.before
            else:
                further = replace(self, after=(last - _SECOND).isoformat(), exclude=met, page=1)
                moved = further.after != self.after
            if moved:
                return further
        return None if is_last else replace(self, page=self.page + 1)

    def _last_clock(self, posts: Sequence[Post], now: datetime) -> datetime | None:
        """Return the clock of the last post from which the list can be continued, if any.

        An absurd clock would skip everything in between, so one that is far from the others is
        ignored: the list meets it again, and nothing else is lost. Where the posts stand in another
        order (a plugin's), no clock says what follows.
        """
        clocks: list[datetime] = [getattr(post, self.by) for post in posts]
        sane = [clock for clock in clocks if EARLIEST < clock <= now]
        ordered = sorted(sane, reverse=not self.newest_first)
        if not sane or sane[::-1] != ordered:
            return None
        far = max(_NEIGHBOURS, abs(ordered[-1] - ordered[0]) / 4)
        near = (a for a, b in pairwise(ordered) if abs(b - a) <= far)
        return next(near, ordered[0])


def url_of(answer: Mapping[str, Any], site: Site) -> str | None:
    """Return the address of an incomplete post: its own, else the one by its number."""
    number = answer.get("id")
    return site.article_url(string(answer.get("link")) or f"/?p={number}")


def name_of(answer: Mapping[str, Any], site: Site) -> int | str | None:
    """Return what tells a post of an answer from the others: its number, else its address."""
    number = answer.get("id")
    if type(number) is int and number > 0:
        return number
    return site.article_url(string(answer.get("link")))


def _wanted(fields: str) -> dict[str, str]:
    return {"_fields": fields, "_embed": EMBEDDED} if fields == WHOLE else {"_fields": fields}


def _query(values: Mapping[str, object]) -> str:
    return urlencode({k: v for k, v in values.items() if v not in {None, ""}}, safe=",:")


def are_changes(found: Sequence[Post], query: Posts) -> bool:
    """Whether an answer respects ``modified_after``, which old versions ignore."""
    since = datetime.fromisoformat(query.after or "0001-01-01")
    clock = "modified_gmt" if since.tzinfo else "modified"
    return not found or any(getattr(post, clock) > since.replace(tzinfo=None) for post in found)


def read_post(post: Post, site: Site, seen_at: datetime) -> Article:
    """Read a post that was requested ``WHOLE``.

    A value of an unexpected type is ignored. Raises ``NotAnArticle`` with the reason that its page
    would give.
    """
    content = post.fields.get("content")
    content = content if isinstance(content, dict) else {"rendered": content}
    url = site.article_url(post.link)
    if url is None:
        raise NotAnArticle("not_an_article", f"its address is {post.link[:200]!r}")
    if content.get("protected") is True:
        raise NotAnArticle("protected", "the site asks for a password")
    embedded = post.fields.get("_embedded")
    embedded = embedded if isinstance(embedded, dict) else {}
    published, modified = post.published(site, seen_at), post.modified_gmt.replace(tzinfo=UTC)
    article = Article(
        url=url,
        id=site.article_id(post.id, url),
        site=site.name,
        language=site.language,
        title=_plain(post.fields.get("title")),
        published_at=published.isoformat() if published else None,
        date_precision=published.precision if published else None,
        layout="rest",
        fetched_at=seen_at.isoformat(timespec="seconds"),
        authors=_authors(post, embedded),
    )
    if dates.sane(modified, seen_at):
        article.modified_at = modified.astimezone(dates.zone(site.zone)).isoformat()
    if not article.title:
        raise NotAnArticle("no_title")
    terms = [(term, _plain(term.get("name"))) for term in _objects(embedded.get("wp:term"))]
    article.tags = [name for term, name in terms if name and term.get("taxonomy") == "post_tag"]
    article.sections = [
        Section(unquote(string(term.get("slug"))).lower() or None, name)
        for term, name in terms
        if name and term.get("taxonomy") == "category"
    ]
    article.section = main_section(article.sections, site.is_catch_all)
    root = parse_fragment(string(content.get("rendered")))
    put_body(read_body([root], site, url, _lead_image(embedded, site)), site, article)
    for name in ("title", "published_at", "modified_at", "authors", "tags", "sections", "images"):
        if getattr(article, name):
            article.provenance[name] = "rest"
    if published and published.precision == "month":
        article.provenance["published_at"] = "url"
    article.provenance["text"] = "rest"
    return article


def _authors(post: Post, embedded: Mapping[str, Any]) -> list[str]:
    """Return the author's name; if users are hidden, Yoast may name them."""
    names = [_plain(user.get("name")) for user in _objects(embedded.get("author"))]
    if not any(names) and isinstance(head := post.fields.get("yoast_head_json"), dict):
        names = [_plain(head.get("author"))]
    return list(dict.fromkeys(filter(None, names)))


def _lead_image(embedded: Mapping[str, Any], site: Site) -> Image | None:
    """Return the featured picture; a hidden one is an error object."""
    for picture in _objects(embedded.get("wp:featuredmedia")):
        if url := string(picture.get("source_url")).strip():
            with suppress(ValueError):
                if not url.startswith(("http://", "https://")):
                    url = urljoin(f"{site.root}/", url)
                if urlsplit(url).scheme in {"http", "https"}:
                    return Image(media.original(url), _plain(picture.get("caption")) or None)
    return None


def _plain(value: object) -> str:
    """Return the text of an HTML string, or of an object with one as ``rendered``."""
    text = string(value.get("rendered") if isinstance(value, dict) else value)
    if "<" in text:
        return " ".join(content(parse_fragment(text)).split())
    return " ".join(unescaped(text).split())


def _objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list of objects or of lists of them."""
    lists = value if isinstance(value, list) else [value]
    return [found for some in lists for found in objects(some)]
