"""Which address gives what: WordPress' rewriting, redirects and guesses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from replica import rest, scripted, theme_current, theme_old
from replica.answer import Answer, redirect
from replica.feed import feed
from replica.furniture import document, page_count
from replica.images import JPEG, PNG
from replica.metadata import SITE_NAME, archive_head
from replica.model import BASE, Post, esc
from replica.sitemap import robots, sitemap

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from replica.model import Term
    from replica.newsroom import Newsroom

_IMAGE = re.compile(r"/uploads/\d{4}/\d\d/[0-9a-f]{32}(?:-e\d{13})?(?:-\d+x\d+)?\.(jpg|png)")
_ARTICLE = re.compile(r"/(\d{4})/(\d{1,2})/([^/]+)(?:/([^/]+))?")
_DATES = re.compile(r"/(\d{4})(?:/(\d\d))?(?:/(\d\d))?")
_PAGED = re.compile(r"(.*)/page/(\d+)")
_FEED = re.compile(r"(.*)/feed(?:/(atom|rss2?))?")
_API_LINK = ("Link", f'<{BASE}/wp-json/>; rel="https://api.w.org/"')
SPECIAL = {"feed", "embed", "amp", "page"}


def respond(newsroom: Newsroom, target: str) -> Answer:
    """Answer a request target (path and query)."""
    parts = urlsplit(target)
    path, query = unquote(parts.path), parts.query
    values = dict(parse_qsl(query, keep_blank_values=True))
    if path == "/wp-json" or path.startswith("/wp-json/"):
        return rest.respond(newsroom, path.removeprefix("/wp-json"), query)
    if "rest_route" in values:
        return rest.respond(newsroom, values["rest_route"], query)
    if path == scripted.AJAX:
        return _ajax(newsroom, values)
    if path == "/robots.txt":
        return Answer(200, robots(newsroom), "text/plain; charset=utf-8")
    if match := _IMAGE.fullmatch(path):
        is_png = match[1] == "png"
        return Answer(200, PNG if is_png else JPEG, f"image/{'png' if is_png else 'jpeg'}")
    answer = _page(newsroom, path, query, values)
    if answer is None:
        return not_found(newsroom)
    if not any(name == "Location" for name, _ in answer.headers):
        answer.headers.insert(0, _API_LINK)
    return answer


def not_found(newsroom: Newsroom) -> Answer:
    """Return the page for addresses that lead nowhere."""
    head = f"<title>Страница не найдена - {SITE_NAME}</title>"
    body = '<div class="error-404"><h1>Страница не найдена</h1><p>Возможно, ее удалили.</p></div>'
    return Answer(404, document(newsroom, head, body, "error404"), headers=[_API_LINK])


def _page(newsroom: Newsroom, path: str, query: str, values: dict[str, str]) -> Answer | None:
    if "p" in values and path == "/":
        post = newsroom.by_id(int(values["p"])) if values["p"].isdigit() else None
        return redirect(BASE + post.path) if post else None
    if path.endswith(".xml"):
        return sitemap(newsroom, path)
    if match := _FEED.fullmatch(path.rstrip("/")):
        return _feed(newsroom, match[1], values, atom=match[2] == "atom")
    if path != "/" and path.endswith("/"):
        return redirect(BASE + quote(path.rstrip("/")).lower() + (f"?{query}" if query else ""))
    base, page = path, 1
    if match := _PAGED.fullmatch(path):
        base, page = match[1] or "/", max(1, int(match[2]))
    found = _listed(newsroom, base, values)
    if found:
        title, posts, canonical = found
        if base != canonical.partition("?")[0]:
            return redirect(BASE + canonical)
        return _listing(newsroom, title, posts, canonical, page)
    return _article(newsroom, path) if base == path else None


def _listed(
    newsroom: Newsroom, path: str, values: dict[str, str]
) -> tuple[str, Sequence[Post], str] | None:
    """Title, posts and canonical address of the listing at a path."""
    if path == "/":
        if "s" in values:
            return _search(newsroom, values["s"])
        rest_of = [post for post in newsroom.newest_first if not post.sticky]
        return "", [post for post in newsroom.newest_first if post.sticky] + rest_of, "/"
    kind, _, name = path[1:].partition("/")
    if kind in {"category", "tag"}:
        terms = newsroom.categories if kind == "category" else newsroom.tags
        term = _term(terms, name)
        return (term.name, newsroom.in_term(term), term.path) if term else None
    if kind == "author":
        author = next((author for author in newsroom.authors if author.slug == name), None)
        if author is None:
            return None
        return author.name, [p for p in newsroom.newest_first if author in p.authors], path
    if match := _DATES.fullmatch(path):
        prefix = "-".join(part for part in match.groups() if part)
        dated = [p for p in newsroom.newest_first if f"{p.local:%Y-%m-%d}".startswith(prefix)]
        return (prefix, dated, path) if dated else None
    return None


def _term(terms: Sequence[Term], name: str) -> Term | None:
    *parents, slug = name.split("/")
    return next(
        (
            term
            for term in terms
            if term.slug == slug and (not parents or (term.parent and term.parent.slug in parents))
        ),
        None,
    )


def _search(newsroom: Newsroom, words: str) -> tuple[str, Sequence[Post], str]:
    wanted = words.lower()
    found = [
        post
        for post in newsroom.newest_first
        if not post.password and wanted in f"{post.plain_title} {post.text}".lower()
    ]
    return f"Результаты поиска: {words}", found, f"/?s={quote(words)}"


def _listing(
    newsroom: Newsroom, title: str, posts: Sequence[Post], path: str, number: int
) -> Answer | None:
    size = newsroom.per_page
    pages = max(1, -(-len(posts) // size))
    if number > pages:
        return None
    shown = posts[(number - 1) * size : number * size]
    slug = path.rpartition("/")[2]
    if path.startswith("/category/") and (kind := newsroom.scripted.get(slug)):
        shown = [] if kind == "late" else shown
        below = scripted.control(kind, slug)
        page = _theme(newsroom).listing(newsroom, title, shown, path, 1, 1, below)
        return Answer(200, page) if number == 1 else None
    if path == "/" and newsroom.theme != "old":
        return Answer(200, theme_current.home(newsroom, shown, number, pages))
    return Answer(200, _theme(newsroom).listing(newsroom, title, shown, path, number, pages))


def _theme(newsroom: Newsroom) -> ModuleType:
    return theme_old if newsroom.theme == "old" else theme_current


def _ajax(newsroom: Newsroom, values: dict[str, str]) -> Answer:
    """Answer a script: 400 and «0» where WordPress knows no such action."""
    post, page, slug = (values.get(name, "") for name in ("post", "page", "section"))
    if values.get("action") == "views" and post.isdigit():
        return scripted.views_answer(int(post))
    term = _term(newsroom.categories, slug)
    if values.get("action") != "load_more" or term is None or not page.isdigit():
        return Answer(400, "0")
    number = int(page)
    if values.get("proof") != str(scripted.key(slug, number - 1)):
        return Answer(403, "-1")
    size = newsroom.per_page
    shown = newsroom.in_term(term)[(number - 1) * size : number * size]
    return Answer(200, _theme(newsroom).card_list(newsroom, shown))


def _feed(newsroom: Newsroom, path: str, values: dict[str, str], *, atom: bool) -> Answer | None:
    page = int(values["paged"]) if values.get("paged", "").isdigit() else 1
    where = f"{path}/feed/{'atom' if atom else ''}"
    if path == "/comments" or newsroom.at(path):
        return feed(newsroom, [], SITE_NAME, where, 1, atom=atom)
    listed = _listed(newsroom, path or "/", values)
    if listed is None:
        return None
    title = f"{listed[0]} - {SITE_NAME}" if listed[0] else SITE_NAME
    posts = listed[1] if path else newsroom.newest_first
    return feed(newsroom, posts, title, where, page, atom=atom)


def _article(newsroom: Newsroom, path: str) -> Answer | None:
    match = _ARTICLE.fullmatch(path)
    if not match:
        slug = path[1:]
        return _guess(newsroom, slug, "") if "/" not in slug else None
    year, month, slug, below = match.groups()
    folder = f"/{year}/{int(month):02}"
    slug = quote(slug.lower()).lower()
    post = newsroom.at(f"{folder}/{slug}")
    if post is None:
        moved = next((p for p in newsroom.posts if f"{folder}/{slug}" in p.old_slugs), None)
        if moved:
            return redirect(BASE + moved.path)
        return None if below else _guess(newsroom, slug, folder)
    if below is None:
        return _render(newsroom, post, 1)
    if below.isdigit():
        number = int(below)
        if 1 < number <= page_count(post):
            return _render(newsroom, post, number)
        return redirect(BASE + post.path)
    if below == "embed":
        link = f'<p class="wp-embed-heading"><a href="{BASE}{post.path}">{post.title}</a></p>'
        return Answer(
            200, f'<!DOCTYPE html><html><body><div class="wp-embed">{link}</div></body></html>'
        )
    return _attachment(newsroom, post, below)


def _render(newsroom: Newsroom, post: Post, number: int) -> Answer:
    theme = theme_old if post.theme == "old" else theme_current
    headers = [
        (
            "Link",
            f'<{BASE}/wp-json/wp/v2/posts/{post.id}>; rel="alternate"; type="application/json"',
        ),
        ("Link", f"<{BASE}/?p={post.id}>; rel=shortlink"),
    ]
    return Answer(200, theme.article(newsroom, post, number), headers=headers)


def _guess(newsroom: Newsroom, slug: str, folder: str) -> Answer | None:
    """Redirect to the first post whose slug begins so, as WordPress does."""
    if not slug or slug in SPECIAL:
        return None
    for post in sorted(newsroom.posts, key=lambda post: post.id):
        if post.slug.startswith(slug) and post.path.startswith(folder):
            return redirect(BASE + post.path)
    return None


def _attachment(newsroom: Newsroom, post: Post, name: str) -> Answer | None:
    picture = next((p for p in post.pictures if f"/{name}." in p.path), None)
    if picture is None or post.password:
        return None
    head = archive_head(name, f"{post.path}/{name}", 1, 1)
    image = f'<a href="{BASE}{picture.path}"><img src="{BASE}{picture.path}" alt="" /></a>'
    body = (
        f'<div class="layout-singular"><h1 class="singular__title">{name}</h1>'
        f'<div class="singular__content content-typography"><p class="attachment">{image}</p></div>'
        f'<a href="{BASE}{post.path}" rev="attachment">{esc(post.plain_title)}</a></div>'
    )
    return Answer(200, document(newsroom, head, body, "attachment single single-attachment"))
