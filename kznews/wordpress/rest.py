"""Posts of the WordPress REST API: how to ask for them, and a post as an ``Article``.

An article read here is the one that its page gives, field for field; only ``layout``,
``provenance``, ``discovered_via`` and ``fetched_at`` tell the way it came.
"""

from __future__ import annotations

import html
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urlencode

from kznews import dates
from kznews.items import Article, Image, Section
from kznews.pages import media
from kznews.pages.article import main_section, put_body
from kznews.pages.body import read_body
from kznews.pages.dom import content, parse_fragment
from kznews.pages.page import NotAnArticle
from kznews.wordpress.api import MOST_POSTS, POSTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kznews.sites import Site

Post = dict[str, Any]

KEYS = "id,date,date_gmt,modified,modified_gmt,link"
"""What is asked of a post that is only counted."""
WHOLE = (
    f"{KEYS},status,type,title,content,yoast_head_json.author,"
    "_links.author,_links.wp:term,_links.wp:featuredmedia,_embedded"
)
EMBEDDED = "author,wp:term,wp:featuredmedia"
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Posts:
    """A request for up to a hundred posts, and where the next one begins.

    The walk goes by the site's own clock, the column that WordPress compares and sorts by: each
    request begins at the second where the last answer ended, without that second's posts that were
    there. So nothing shifts when news is published meanwhile, and no deep page is asked for
    (``docs/the-site.md``, «REST API»). ``after`` and ``before`` are exclusive.
    """

    by: str = "date"
    newest_first: bool = True
    after: str | None = None
    before: str | None = None
    exclude: tuple[int, ...] = ()
    include: tuple[int, ...] = ()
    page: int = 1
    fields: str = WHOLE

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Return the request that ``asdict`` turned into JSON."""
        lists = {key: tuple(record[key]) for key in ("exclude", "include")}
        return cls(**{**record, **lists})

    def record(self) -> dict[str, Any]:
        return asdict(self)

    def path(self) -> str:
        prefix = "" if self.by == "date" else "modified_"
        values = {
            "per_page": MOST_POSTS,
            "orderby": self.by,
            "order": "desc" if self.newest_first else "asc",
            f"{prefix}after": self.after,
            f"{prefix}before": self.before,
            "exclude": ",".join(map(str, self.exclude)),
            "include": ",".join(map(str, self.include)),
            "page": self.page if self.page > 1 else None,
            **_wanted(self.fields),
        }
        return f"{POSTS}?{_query(values)}"

    def following(self, posts: Sequence[Post], pages: int | None) -> Posts | None:
        """Return the request for what comes after some posts, None when that was all.

        ``pages`` is how many pages the site says this very request has, None if it does not say.
        """
        if pages is not None and self.page >= pages:
            return None
        if not posts:
            return replace(self, page=self.page + 1) if pages else None
        clocks = {post["id"]: datetime.fromisoformat(post[self.by]) for post in posts}
        last = (min if self.newest_first else max)(clocks.values())
        met = tuple(sorted(post for post, clock in clocks.items() if clock == last))
        if self.newest_first:
            further = replace(self, before=(last + _SECOND).isoformat(), exclude=met, page=1)
            moved = further.before != self.before
        else:
            further = replace(self, after=(last - _SECOND).isoformat(), exclude=met, page=1)
            moved = further.after != self.after
        return further if moved else replace(self, page=self.page + 1)


def _wanted(fields: str) -> dict[str, str]:
    return {"_fields": fields, "_embed": EMBEDDED} if fields == WHOLE else {"_fields": fields}


def _query(values: Mapping[str, object]) -> str:
    return urlencode({k: v for k, v in values.items() if v not in {None, ""}}, safe=",:")


def is_post(post: Post) -> bool:
    """Whether an object has what every post has; a plugin may add others to a list."""
    return isinstance(post.get("id"), int) and all(
        _is_clock(post.get(name)) for name in ("date", "date_gmt", "modified", "modified_gmt")
    )


def are_changes(found: Sequence[Post], query: Posts) -> bool:
    """Whether an answer keeps to the asked-for time of change; old versions pass over it."""
    since = datetime.fromisoformat(query.after or "0001-01-01")
    clock = "modified_gmt" if since.tzinfo else "modified"
    return not found or datetime.fromisoformat(found[0][clock]) > since.replace(tzinfo=None)


def url_of(post: Post, site: Site) -> str | None:
    """Return the address of a post, None where it is no article's."""
    return site.article_url(str(post.get("link", "")))


def changed_at(post: Post) -> str:
    """Return when a post was last changed, ISO 8601 in UTC."""
    return f"{post['modified_gmt']}+00:00"


def published_at(post: Post) -> datetime:
    return datetime.fromisoformat(post["date_gmt"]).replace(tzinfo=UTC)


def read_post(post: Post, site: Site, seen_at: datetime) -> Article:
    """Read a post that was asked for ``WHOLE``.

    Raises ``NotAnArticle`` with the reason for a post that is none, as its page would.
    """
    content = post.get("content") or {}
    url = url_of(post, site)
    if url is None:
        raise NotAnArticle("not_an_article", f"its address is {post.get('link')!r}")
    if content.get("protected"):
        raise NotAnArticle("protected", "the site asks for a password")
    zone = dates.zone(site.zone)
    embedded = post.get("_embedded") or {}
    article = Article(
        url=url,
        id=site.article_id(post["id"], url),
        site=site.name,
        language=site.language,
        title=_plain(post.get("title")),
        published_at=published_at(post).astimezone(zone).isoformat(),
        modified_at=datetime.fromisoformat(changed_at(post)).astimezone(zone).isoformat(),
        date_precision="second",
        layout="rest",
        fetched_at=seen_at.isoformat(timespec="seconds"),
        authors=_authors(post, embedded),
    )
    if not article.title:
        raise NotAnArticle("no_title")
    terms = [term for some in _lists(embedded.get("wp:term")) for term in some if "name" in term]
    article.tags = [_plain(term["name"]) for term in terms if term.get("taxonomy") == "post_tag"]
    article.sections = [
        Section(unquote(str(term.get("slug", ""))).lower() or None, _plain(term["name"]))
        for term in terms
        if term.get("taxonomy") == "category"
    ]
    article.section = main_section(article.sections, site.is_catch_all)
    root = parse_fragment(str(content.get("rendered") or ""))
    put_body(read_body([root], site, url, _lead_image(embedded)), site, article)
    for field in ("title", "published_at", "modified_at", "authors", "tags", "sections", "images"):
        if getattr(article, field):
            article.provenance[field] = "rest"
    article.provenance["text"] = "rest"
    return article


def _authors(post: Post, embedded: Mapping[str, Any]) -> list[str]:
    """Return the author's name; where users are not shown, Yoast may name them."""
    names = [_plain(user["name"]) for user in _objects(embedded.get("author")) if user.get("name")]
    if not names and isinstance(head := post.get("yoast_head_json"), dict) and head.get("author"):
        names = [_plain(head["author"])]
    return list(dict.fromkeys(names))


def _lead_image(embedded: Mapping[str, Any]) -> Image | None:
    """Return the featured picture; one that may not be shown is an error object."""
    for picture in _objects(embedded.get("wp:featuredmedia")):
        if isinstance(url := picture.get("source_url"), str):
            return Image(media.original(url), _plain(picture.get("caption")) or None)
    return None


def _plain(value: object) -> str:
    """Return the words of a string of HTML, or of an object that holds one as ``rendered``."""
    text = value.get("rendered", "") if isinstance(value, dict) else value
    if not isinstance(text, str) or not text.strip():
        return ""
    if "<" in text:
        return " ".join(content(parse_fragment(text)).split())
    return " ".join(html.unescape(text).split())


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _lists(value: object) -> list[list[dict[str, Any]]]:
    return [_objects(item) for item in value] if isinstance(value, list) else []


def _is_clock(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is None
    except ValueError:
        return False
