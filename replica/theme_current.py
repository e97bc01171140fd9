"""Pages in the theme of about 2021 to today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from replica import furniture
from replica.dates import time_element
from replica.metadata import archive_head, article_head
from replica.model import BASE, Post, esc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from replica.newsroom import Newsroom

TICKER = 20
TICKER_SHOWN = 8


def article(newsroom: Newsroom, post: Post, page: int = 1) -> str:
    """Render an article page."""
    blocks = "\n".join(
        f'<div class="singular__content content-typography {css}">\n{html}\n</div>'
        for css, html in furniture.body_blocks(post, page)
    )
    clock = time_element(post, newsroom.now, newsroom.language)
    sections = furniture.term_links(post.categories, "category tag", "singular__category")
    tags = furniture.term_links(post.tags, "tag", "singular__tag")
    body = (
        f'<div class="layout-singular">\n<article id="post-{post.id}" class="singular">\n'
        f'<div class="singular__meta">{sections} {clock} '
        f"{furniture.author_links(post, 'singular__author')}</div>\n"
        f'<h1 class="singular__title">{post.shown_title}</h1>\n'
        f"{furniture.lead_figure(post.thumbnail, 'singular__thumbnail')}\n{blocks}\n"
        f'<div class="singular__tags">{tags}</div>\n</article>\n'
        f"{furniture.after_article(newsroom, post)}\n</div>"
    )
    css = f"post-template-default single single-post postid-{post.id} single-format-standard"
    return furniture.document(newsroom, article_head(newsroom, post), body, css)


def listing(
    newsroom: Newsroom,
    title: str,
    posts: Sequence[Post],
    path: str,
    page: int,
    pages: int,
    below: str = "",
) -> str:
    """Render one page of a listing, with what stands below its cards."""
    cards = [_card(*card) for card in furniture.cards(newsroom, posts)]
    if path == newsroom.catch_all.path and page == 1 and cards:
        cards[3:3] = [_card(link, text, "") for link, text in furniture.stray_links(newsroom)]
    body = (
        f'<div class="layout-archive archive">\n<h1 class="archive__title">{esc(title)}</h1>\n'
        f'<div class="archive__items">\n{"".join(cards)}</div>\n'
        f"{furniture.pagination(path, page, pages)}\n{below}</div>"
    )
    head = archive_head(title, path, page, pages, index="?" not in path)
    return furniture.document(newsroom, head, body, "archive category")


def home(newsroom: Newsroom, posts: Sequence[Post], page: int, pages: int) -> str:
    """Render the front page: the ticker of the latest news, then a grid of cards."""
    ticker = "".join(
        f'<div class="lastnews__item{" d-none" if n >= TICKER_SHOWN else ""}">'
        f'<a href="{BASE}{post.path}"><span class="lastnews__item-title">{post.shown_title}</span>'
        '<span class="lastnews__item-datetime">'
        f"{furniture.card_date(newsroom, post)}</span></a></div>\n"
        for n, post in enumerate(newsroom.newest_first[:TICKER])
    )
    cards = "".join(_card(BASE + post.path, post.shown_title, "") for post in posts)
    body = (
        '<div class="lastnews"><div class="lastnews__items lastnews-js">\n'
        f'{ticker}</div></div>\n<div class="archive__items">{cards}</div>\n'
        f"{furniture.pagination('/', page, pages)}"
    )
    head = archive_head("Новости Казахстана", "/", page, pages)
    return furniture.document(newsroom, head, body, "home blog")


def card_list(newsroom: Newsroom, posts: Sequence[Post]) -> str:
    """Render cards alone."""
    return "".join(_card(*card) for card in furniture.cards(newsroom, posts))


def _card(link: str, title: str, date: str) -> str:
    clock = f'<span class="archive__item-date">{date}</span>' if date else ""
    return (
        f'<article class="archive__item"><a class="archive__item-link" href="{link}">'
        f'<span class="archive__item-title">{title}</span></a>{clock}</article>\n'
    )
