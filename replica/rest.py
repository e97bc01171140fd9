"""The WordPress REST API, read side."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from replica.answer import JSON, Answer
from replica.metadata import graph
from replica.model import BASE, ZONE, Author, Post, Term, esc, iso
from replica.rest_query import EXPOSE, NOINDEX, Json, Query, RestError, dump, invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from replica.newsroom import Newsroom

Item = TypeVar("Item")
API = f"{BASE}/wp-json/wp/v2"
_BOUNDS = "{} must be between 1 (inclusive) and 100 (inclusive)"
_PAST_END = "The page number requested is larger than the number of pages available."


def respond(newsroom: Newsroom, route: str, query_text: str) -> Answer:
    """Answer one request below /wp-json."""
    query = Query.parse(query_text)
    try:
        return _route(newsroom, "/" + route.strip("/"), query)
    except RestError as error:
        return error.answer()


def closed(kind: int | str) -> Answer:
    """Answer as a site whose API is switched off."""
    if kind == "html":
        return Answer(200, "<!DOCTYPE html><html><body><h1>Доступ ограничен</h1></body></html>")
    status = int(kind)
    codes = {401: "rest_login_required", 403: "rest_forbidden", 404: "rest_no_route"}
    return RestError(status, codes.get(status, "rest_disabled"), "REST API restricted.").answer()


def _route(newsroom: Newsroom, route: str, query: Query) -> Answer:
    if route == "/":
        return _one(_root(), query)
    if route == "/oembed/1.0/embed":
        return _oembed(newsroom, query)
    match = re.fullmatch(r"/wp/v2/(posts|categories|tags|users|media)(?:/(\d+))?", route)
    if not match:
        message = "No route was found matching the URL and request method."
        raise RestError(404, "rest_no_route", message)
    kind, number = match[1], int(match[2] or 0)
    if kind == "posts":
        return _post(newsroom, number, query) if number else _posts(newsroom, query)
    items = _collection(newsroom, kind)
    if number:
        found = next((item for item in items if item["id"] == number), None)
        if found is None:
            code = {"users": "rest_user_invalid_id", "media": "rest_post_invalid_id"}
            raise RestError(404, code.get(kind, "rest_term_invalid"), "Нет такого объекта.")
        return _one(found, query)
    for name in ("slug", "include", "parent"):
        if name in query.values:
            key = "id" if name == "include" else name
            wanted = query.many(name)
            items = [item for item in items if str(item.get(key)) in wanted]
    if query.get("hide_empty") in {"1", "true"}:
        items = [item for item in items if item.get("count") != 0]
    return _page(items, lambda item: item, query, f"{API}/{kind}")


def _root() -> Json:
    return {
        "name": "365info.kz",
        "description": "",
        "url": BASE,
        "home": BASE,
        "gmt_offset": "5",
        "timezone_string": "Asia/Almaty",
        "namespaces": ["oembed/1.0", "yoast/v1", "wp/v2"],
        "routes": {"/wp/v2/posts": {"namespace": "wp/v2", "methods": ["GET"]}},
    }


def _oembed(newsroom: Newsroom, query: Query) -> Answer:
    path = query.get("url").removeprefix(BASE).rstrip("/")
    path = re.sub(r"^https?://[^/]+", "", path)
    post = newsroom.at(path)
    if post is None:
        raise RestError(404, "oembed_invalid_url", "Не найдено")
    data: Json = {"version": "1.0", "type": "rich", "title": post.plain_title}
    if post.authors:
        data["author_name"] = post.authors[0].name
    return _one(data, query)


def _posts(newsroom: Newsroom, query: Query) -> Answer:
    if query.get("status", "publish") != "publish":
        raise invalid("status", "Status is forbidden.")
    posts = _filtered(newsroom, query)
    orders: dict[str, Callable[[Post], object]] = {
        "date": lambda post: (post.local.replace(tzinfo=None), post.id),
        "modified": lambda post: (post.modified, post.id),
        "id": lambda post: post.id,
        "slug": lambda post: post.slug,
        "title": lambda post: post.plain_title,
        "author": lambda post: post.authors[0].id if post.authors else 0,
        "relevance": lambda post: post.published,
    }
    orderby, order = query.get("orderby", "date"), query.get("order", "desc")
    if orderby == "include":
        posts.sort(key=lambda post: query.numbers("include").index(post.id))
    elif orderby not in orders:
        raise invalid("orderby", f"orderby is not one of {', '.join(orders)}.")
    elif order not in {"asc", "desc"}:
        raise invalid("order", "order is not one of asc, desc.")
    else:
        posts.sort(key=orders[orderby], reverse=order == "desc")  # type: ignore[arg-type]
    embed = "_embed" in query.values
    return _page(posts, lambda post: _as_json(newsroom, post, embed=embed), query, f"{API}/posts")


def _filtered(newsroom: Newsroom, query: Query) -> list[Post]:
    after, before = query.moment("after"), query.moment("before")
    changed_after, changed_before = query.moment("modified_after"), query.moment("modified_before")
    terms = query.numbers("categories") + query.numbers("tags")
    include, exclude = query.numbers("include"), query.numbers("exclude")
    authors, slugs, words = query.numbers("author"), query.many("slug"), query.get("search").lower()
    sticky = query.get("sticky")
    found = []
    for post in newsroom.newest_first:
        date = post.local.replace(tzinfo=None)
        changed = post.modified.astimezone(ZONE).replace(tzinfo=None)
        ids = {term.id for term in (*post.categories, *post.tags)}
        refused = (
            (after and date <= after)
            or (before and date >= before)
            or (changed_after and changed <= changed_after)
            or (changed_before and changed >= changed_before)
            or (terms and not ids & set(terms))
            or (include and post.id not in include)
            or post.id in exclude
            or (authors and not {author.id for author in post.authors} & set(authors))
            or (slugs and post.slug not in slugs)
            or (words and (post.password or words not in f"{post.title} {post.text}".lower()))
            or (sticky and post.sticky != (sticky in {"1", "true"}))
        )
        if not refused:
            found.append(post)
    return found


def _post(newsroom: Newsroom, number: int, query: Query) -> Answer:
    post = newsroom.by_id(number)
    if post is None:
        raise RestError(404, "rest_post_invalid_id", "Неверный ID записи.")
    return _one(_as_json(newsroom, post, embed="_embed" in query.values), query)


def _as_json(newsroom: Newsroom, post: Post, *, embed: bool) -> Json:
    link = BASE + post.path
    hidden = post.password
    summary = esc((post.lead or "")[:200])
    media = post.id + 1 if post.thumbnail else 0
    author = post.authors[0].id if post.authors else 0
    answer: Json = {
        "id": post.id,
        "date": _local(post.published),
        "date_gmt": _gmt(post.published),
        "guid": {"rendered": f"{BASE}/?p={post.id}"},
        "modified": _local(post.modified),
        "modified_gmt": _gmt(post.modified),
        "slug": post.slug,
        "status": "publish",
        "type": "post",
        "link": link,
        "title": {"rendered": post.shown_title},
        "content": {"rendered": "" if hidden else f"{post.content}\n", "protected": hidden},
        "excerpt": {
            "rendered": "" if hidden else f"<p>{summary} [&hellip;]</p>\n",
            "protected": hidden,
        },
        "author": author,
        "featured_media": media,
        "comment_status": "open",
        "ping_status": "closed",
        "sticky": post.sticky,
        "template": "",
        "format": "standard",
        "meta": [],
        "categories": [term.id for term in post.categories],
        "tags": [term.id for term in post.tags],
        "yoast_head_json": {
            "og_type": "article",
            "schema": {"@context": "https://schema.org", "@graph": graph(newsroom, post)},
        },
        "_links": {
            "self": [{"href": f"{API}/posts/{post.id}"}],
            "collection": [{"href": f"{API}/posts"}],
        },
    }
    if embed:
        answer["_embedded"] = _embedded(newsroom, post, media)
    return answer


def _embedded(newsroom: Newsroom, post: Post, media: int) -> Json:
    found: Json = {
        "wp:term": [
            [_term(newsroom, term) for term in post.categories],
            [_term(newsroom, term) for term in post.tags],
        ]
    }
    if post.authors:
        found["author"] = [_author(post.authors[0])]
    if media:
        found["wp:featuredmedia"] = [_media(post)]
    return found


def _collection(newsroom: Newsroom, kind: str) -> list[Json]:
    match kind:
        case "categories":
            return [_term(newsroom, term) for term in newsroom.categories]
        case "tags":
            return [_term(newsroom, term) for term in newsroom.tags]
        case "users":
            signed = {author.id for post in newsroom.posts for author in post.authors}
            return [_author(author) for author in newsroom.authors if author.id in signed]
        case _:
            return [_media(post) for post in newsroom.newest_first if post.thumbnail]


def _term(newsroom: Newsroom, term: Term) -> Json:
    kind = "categories" if term.taxonomy == "category" else "tags"
    answer: Json = {
        "id": term.id,
        "count": len(newsroom.in_term(term)),
        "description": "",
        "link": BASE + term.path,
        "name": esc(term.name),
        "slug": term.slug,
        "taxonomy": term.taxonomy,
        "meta": [],
        "_links": {"self": [{"href": f"{API}/{kind}/{term.id}"}]},
    }
    if kind == "categories":
        answer["parent"] = term.parent.id if term.parent else 0
    return answer


def _author(author: Author) -> Json:
    return {
        "id": author.id,
        "name": author.name,
        "url": "",
        "description": "",
        "link": f"{BASE}/author/{author.slug}",
        "slug": author.slug,
    }


def _media(post: Post) -> Json:
    if post.thumbnail is None:
        return {}
    caption = post.thumbnail.below if post.thumbnail.printed else ""
    return {
        "id": post.id + 1,
        "date": _local(post.published),
        "slug": post.thumbnail.path.rsplit("/", 1)[-1].removesuffix(".jpg"),
        "type": "attachment",
        "alt_text": "",
        "caption": {"rendered": f"<p>{esc(caption)}</p>\n" if caption else ""},
        "media_type": "image",
        "mime_type": "image/jpeg",
        "media_details": {"width": 1200, "height": 800, "sizes": {}},
        "source_url": BASE + post.thumbnail.path,
        "post": post.id,
    }


def _page(items: Sequence[Item], render: Callable[[Item], Json], query: Query, url: str) -> Answer:
    size, page = query.number("per_page", 10), query.number("page", 1)
    if not 1 <= size <= 100:
        raise invalid("per_page", _BOUNDS.format("per_page"))
    if page < 1:
        raise invalid("page", "page must be greater than or equal to 1")
    total = len(items)
    pages = -(-total // size)
    if "offset" in query.values:
        start = query.number("offset", 0)
        total = 0 if start >= total else total
    else:
        start = (page - 1) * size
        if page > 1 and page > pages and total:
            raise RestError(400, "rest_post_invalid_page_number", _PAST_END)
    wanted = items[start : start + size]
    headers = [NOINDEX, EXPOSE, ("X-WP-Total", str(total)), ("X-WP-TotalPages", str(pages))]
    links = []
    for number, rel in ((page - 1, "prev"), (page + 1, "next")):
        if 1 <= number <= pages:
            values = {name: ",".join(v) for name, v in query.values.items()}
            links.append(f'<{url}?{urlencode(values | {"page": str(number)})}>; rel="{rel}"')
    if links:
        headers.append(("Link", ", ".join(links)))
    body = [_trim(render(item), query.many("_fields")) for item in wanted]
    return Answer(200, dump(body), JSON, headers)


def _one(item: Json, query: Query) -> Answer:
    return Answer(200, dump(_trim(item, query.many("_fields"))), JSON, [NOINDEX, EXPOSE])


def _trim(item: Json, fields: Sequence[str]) -> Json:
    if not fields:
        return item
    trimmed: Json = {}
    for field in fields:
        source: object = item
        target: Json = trimmed
        *parents, last = field.split(".")
        for name in parents:
            source = source.get(name) if isinstance(source, dict) else None
            if isinstance(source, dict):
                target = target.setdefault(name, {})  # type: ignore[assignment]
        if isinstance(source, dict) and last in source:
            target[last] = source[last]
    return {name: trimmed[name] for name in item if name in trimmed}


def _local(moment: datetime) -> str:
    return iso(moment)[:19]


def _gmt(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")[:19]
