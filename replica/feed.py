"""RSS and Atom feeds."""

from __future__ import annotations

from datetime import UTC
from email.utils import format_datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from replica.answer import Answer
from replica.metadata import LOCALE, SITE_NAME
from replica.model import BASE, Post, esc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from replica.newsroom import Newsroom

RSS = "application/rss+xml; charset=UTF-8"
ATOM = "application/atom+xml; charset=UTF-8"
_SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
)


def feed(
    newsroom: Newsroom, posts: Sequence[Post], title: str, path: str, page: int, *, atom: bool
) -> Answer:
    """Ten posts, newest first; past the end a 404 that still calls itself a feed."""
    kind = ATOM if atom else RSS
    size = newsroom.per_page
    shown = posts[(page - 1) * size : page * size]
    stamp = _stamp(newsroom)
    tag = blake2b(stamp.encode(), digest_size=16).hexdigest()
    headers = [("Last-Modified", stamp), ("ETag", f'"{tag}"')]
    if not shown and page > 1:
        return Answer(404, '<?xml version="1.0"?><rss version="2.0"><channel/></rss>', kind)
    text = _atom(newsroom, shown, title, path) if atom else _rss(newsroom, shown, title, path)
    return Answer(200, text, kind, headers)


def _rss(newsroom: Newsroom, posts: Sequence[Post], title: str, path: str) -> str:
    items = "".join(_item(post) for post in posts)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {_SPACES}>\n<channel>\n'
        f"<title>{esc(title)}</title>\n"
        f'<atom:link href="{BASE}{path}" rel="self" type="application/rss+xml" />\n'
        f"<link>{BASE}</link>\n<description>Новости</description>\n"
        f"<lastBuildDate>{_stamp(newsroom).replace('GMT', '+0000')}</lastBuildDate>\n"
        f"<language>{LOCALE[newsroom.language][1]}</language>\n"
        f"<generator>https://wordpress.org/?v=6.1.9</generator>\n{items}</channel>\n</rss>\n"
    )


def _item(post: Post) -> str:
    url = BASE + post.path
    title = post.shown_title
    author = (
        f"<dc:creator><![CDATA[{post.authors[0].name}]]></dc:creator>\n" if post.authors else ""
    )
    terms = "".join(
        f"<category><![CDATA[{term.name}]]></category>\n" for term in (*post.categories, *post.tags)
    )
    tail = (
        f'<p>Сообщение <a href="{url}">{title}</a> появились сначала на '
        f'<a href="{BASE}">{SITE_NAME}</a>.</p>'
    )
    hidden = "<p>Нет отрывка, потому что запись защищена.</p>"
    summary = (
        hidden if post.password else f"<p>{esc((post.lead or '')[:300])} [&#8230;]</p>\n{tail}"
    )
    content = hidden if post.password else f"{post.content}\n{tail}"
    when = format_datetime(post.published.astimezone(UTC))
    return (
        f"<item>\n<title>{title.replace('&nbsp;', '&#160;')}</title>\n<link>{url}</link>\n{author}"
        f"<pubDate>{when}</pubDate>\n"
        f'{terms}<guid isPermaLink="false">{BASE}/?p={post.id}</guid>\n'
        f"<description>{_cdata(summary)}</description>\n"
        f"<content:encoded>{_cdata(content)}</content:encoded>\n"
        f"<slash:comments>{len(post.comments)}</slash:comments>\n</item>\n"
    )


def _atom(newsroom: Newsroom, posts: Sequence[Post], title: str, path: str) -> str:
    entries = "".join(
        f'<entry><title type="html">{_cdata(post.title)}</title>'
        f'<link rel="alternate" type="text/html" href="{BASE}{post.path}" />'
        f"<id>{BASE}/?p={post.id}</id><updated>{post.modified:%Y-%m-%dT%H:%M:%SZ}</updated>"
        f"<published>{post.published:%Y-%m-%dT%H:%M:%SZ}</published>"
        f'<content type="html">{_cdata("" if post.password else post.content)}</content></entry>\n'
        for post in posts
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        f'xml:lang="{LOCALE[newsroom.language][1]}"><title>{esc(title)}</title>'
        f'<link rel="self" href="{BASE}{path}" /><id>{BASE}{path}</id>\n{entries}</feed>\n'
    )


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]&gt;')}]]>"


def _stamp(newsroom: Newsroom) -> str:
    changed = max((post.modified for post in newsroom.posts), default=newsroom.now)
    return format_datetime(changed.astimezone(UTC), usegmt=True)
