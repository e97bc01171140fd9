"""A selector is asked only where it can match, and finds what it would find anyway."""

from __future__ import annotations

from dataclasses import fields

import pytest

from kznews.pages.dom import select
from kznews.pages.selectors import parts_of
from kznews.sites import load_more
from kznews.sites.info365 import INFO365
from kznews.sites.wordpress import wordpress_site
from replica import Newsroom, theme_current, theme_old
from tests.reading import page

LAYOUTS = (*INFO365.layouts, *wordpress_site("https://example.kz").layouts)
SELECTORS = sorted(
    {
        *(
            value
            for layout in LAYOUTS
            for field in fields(layout)[1:]
            if isinstance(value := getattr(layout, field.name), str)
        ),
        *INFO365.hooks,
        *INFO365.boilerplate.selectors,
        load_more.BUTTON,
        load_more.ENDLESS,
        load_more.NOTHING_FOUND,
        "article.singular > h1",
        "div.layout-singular .singular__content p",
        "[data-nothing], .singular__tags a[href*='tag']",
        ":is(h1, h2)",
        "P, .SINGULAR__TITLE",
    }
    - {""}
)


@pytest.mark.parametrize("render", [theme_current.article, theme_old.article])
def test_what_is_found_is_what_the_whole_selector_finds(render: object) -> None:
    newsroom = Newsroom(articles=6)
    for post in newsroom.posts:
        read = page(render(newsroom, post), f"{INFO365.root}{post.path}")  # type: ignore[operator]
        for css in SELECTORS:
            assert read.select(css) == select(read.root, css), css


def test_a_selector_that_cannot_match_is_not_asked() -> None:
    (part,) = parts_of("a.card[href*=news][data-id] span")
    assert part.classes == {"card"}
    assert part.words == (b"news",)
    assert part.names == (b"data-id",)
    assert parts_of(".a b, p")[0].begins == (None, "a")
    assert [part.css for part in parts_of(":is(.a, .b)")] == [":is(.a, .b)"]
