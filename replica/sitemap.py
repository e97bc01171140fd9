"""Sitemaps of WordPress core or of Yoast, and robots.txt that names them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from replica.answer import XML, Answer, redirect
from replica.dates import gmt
from replica.model import BASE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from replica.newsroom import Newsroom

CORE_SIZE, YOAST_SIZE = 2000, 1000
_SCHEMA = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_IMAGE = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'


def robots(newsroom: Newsroom) -> str:
    """Return the robots.txt of an untouched WordPress."""
    name = "wp-sitemap.xml" if newsroom.sitemap_kind == "core" else "sitemap_index.xml"
    return (
        "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\n"
        f"Sitemap: {BASE}/{name}\n"
    )


def sitemap(newsroom: Newsroom, path: str) -> Answer | None:
    """Answer a sitemap address; None when there is no such file."""
    return _core(newsroom, path) if newsroom.sitemap_kind == "core" else _yoast(newsroom, path)


def _core(newsroom: Newsroom, path: str) -> Answer | None:
    if path == "/sitemap.xml":
        return redirect(f"{BASE}/wp-sitemap.xml", 302)
    posts = sorted(newsroom.posts, key=lambda post: post.id)
    if path == "/wp-sitemap.xml":
        files = [f"wp-sitemap-posts-post-{n}.xml" for n in _files(len(posts), CORE_SIZE)]
        files += ["wp-sitemap-taxonomies-category-1.xml", "wp-sitemap-taxonomies-post_tag-1.xml"]
        files.append("wp-sitemap-users-1.xml")
        entries = "".join(f"<sitemap><loc>{BASE}/{name}</loc></sitemap>" for name in files)
        return _xml(f"<sitemapindex {_SCHEMA}>{entries}</sitemapindex>")
    if match := re.fullmatch(r"/wp-sitemap-posts-post-(\d+)\.xml", path):
        start = (int(match[1]) - 1) * CORE_SIZE
        shown = posts[start : start + CORE_SIZE] if start >= 0 else []
        return _urls(f"<loc>{BASE}{post.path}</loc>" for post in shown) if shown else None
    others = {
        "/wp-sitemap-taxonomies-category-1.xml": [t.path for t in newsroom.categories],
        "/wp-sitemap-taxonomies-post_tag-1.xml": [t.path for t in newsroom.tags],
        "/wp-sitemap-users-1.xml": [f"/author/{a.slug}" for a in newsroom.authors],
    }
    if path in others:
        return _urls(f"<loc>{BASE}{other}</loc>" for other in others[path])
    return None


def _yoast(newsroom: Newsroom, path: str) -> Answer | None:
    if path in {"/sitemap.xml", "/wp-sitemap.xml"}:
        return redirect(f"{BASE}/sitemap_index.xml")
    if path == "/post-sitemap1.xml":
        return redirect(f"{BASE}/post-sitemap.xml")
    posts = sorted(newsroom.posts, key=lambda post: (post.modified, post.id))
    pages = {
        f"/post-sitemap{n if n > 1 else ''}.xml": posts[(n - 1) * YOAST_SIZE : n * YOAST_SIZE]
        for n in _files(len(posts), YOAST_SIZE)
    }
    if path == "/sitemap_index.xml":
        entries = "".join(
            f"<sitemap><loc>{BASE}{name}</loc><lastmod>{gmt(part[-1].modified)}</lastmod></sitemap>"
            for name, part in pages.items()
            if part
        )
        terms = f"<sitemap><loc>{BASE}/category-sitemap.xml</loc></sitemap>"
        return _xml(f"<sitemapindex {_SCHEMA}>{entries}{terms}</sitemapindex>")
    if path == "/category-sitemap.xml":
        return _urls(f"<loc>{BASE}{term.path}</loc>" for term in newsroom.categories)
    if path not in pages:
        return None
    return _urls(
        f"<loc>{BASE}{post.path}</loc><lastmod>{gmt(post.modified)}</lastmod>"
        + "".join(
            f"<image:image><image:loc>{BASE}{picture.path}</image:loc></image:image>"
            for picture in post.pictures
        )
        for post in pages[path]
    )


def _files(count: int, size: int) -> range:
    return range(1, max(1, -(-count // size)) + 1)


def _urls(entries: Iterable[str]) -> Answer:
    urls = "".join(f"<url>{entry}</url>" for entry in entries)
    return _xml(f"<urlset {_SCHEMA} {_IMAGE}>{urls}</urlset>")


def _xml(body: str) -> Answer:
    return Answer(200, f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n', XML)
