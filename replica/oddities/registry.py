"""Where builders of oddities sign in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from replica.model import BASE, Piece, Post, esc, paragraph
from replica.newsroom import ODDITIES, Builder, Newsroom, Oddity


def oddity(posts: int = 1) -> Callable[[Builder], Builder]:
    """Register a builder under its own name; `posts` counts the companions too."""

    def register(builder: Builder) -> Builder:
        ODDITIES[builder.__name__] = Oddity(builder, posts, builder.__doc__ or "")
        return builder

    return register


def table(name: str, doc: str, builder: Builder) -> None:
    """Register a builder that a table made."""
    ODDITIES[name] = Oddity(builder, 1, doc)


def add(post: Post, *pieces: Piece) -> None:
    """Put pieces amid the body."""
    place = min(2, len(post.pieces))
    post.pieces[place:place] = pieces


def link(path: str, title: str) -> str:
    """Link to an own article."""
    return f'<a href="{BASE}{path}">{title}</a>'


def rewrite(newsroom: Newsroom, post: Post, language: str) -> None:
    """Replace headline and body by a story in a language."""
    story = newsroom.writer(language).story()
    post.title = esc(story.title)
    post.pieces = [paragraph(esc(text)) for text in story.paragraphs]
    post.announcement = []
    post.language = language


def precede(newsroom: Newsroom, post: Post) -> Post:
    """Draft a companion that was published before the post and has the lower ID."""
    first = newsroom.companion(published=post.published - timedelta(minutes=40))
    first.id, post.id = post.id, first.id
    return first
