"""Pages in the theme used until about 2021."""

from __future__ import annotations

from typing import TYPE_CHECKING

from replica import furniture
from replica.dates import time_element
from replica.metadata import archive_head, article_head
from replica.model import Post, esc
from replica.scripted import views_script

if TYPE_CHECKING:
    from collections.abc import Sequence

    from replica.newsroom import Newsroom


def article(newsroom: Newsroom, post: Post, page: int = 1) -> str:
    """Render an article page."""
    blocks = "\n".join(
        f'<div class="row single__content js-mediator-article">\n{html}\n</div>'
        for _, html in furniture.body_blocks(post, page)
    )
    clock = time_element(post, newsroom.now, newsroom.language)
    image = furniture.lead_figure(post.thumbnail, "row single__thumb", "single__thumb-caption")
    sections = furniture.term_links(post.categories, "category tag", "meta__category")
    body = (
        f'<div class="container single" id="post-{post.id}">\n'
        f'<div class="row single__title"><h1>{post.shown_title}</h1></div>\n'
        f'<div class="row single__category">{sections}</div>\n'
        f'<div class="row single__meta">{clock} '
        f'<span class="meta__details"></span> '
        f"{furniture.author_links(post, 'meta__author')}</div>\n{views_script(post.id)}\n"
        f"{image}\n{blocks}\n"
        f'<div class="row single__tags">{furniture.term_links(post.tags, "tag", "tag")}</div>\n'
        f"</div>\n{furniture.after_article(newsroom, post)}"
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
        f'<div class="container category">\n<h1 class="category__title">{esc(title)}</h1>\n'
        f'<div class="row items category__items">\n{"".join(cards)}</div>\n'
        f"{furniture.pagination(path, page, pages)}\n{below}</div>"
    )
    head = archive_head(title, path, page, pages, index="?" not in path)
    return furniture.document(newsroom, head, body, "archive category")


def card_list(newsroom: Newsroom, posts: Sequence[Post]) -> str:
    """Render cards alone."""
    return "".join(_card(*card) for card in furniture.cards(newsroom, posts))


def _card(link: str, title: str, date: str) -> str:
    return (
        f'<div class="item"><a class="item__link" href="{link}">'
        f'<span class="item__title">{title}</span><span class="item__date">{date}</span>'
        "</a></div>\n"
    )
