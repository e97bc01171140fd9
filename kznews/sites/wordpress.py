"""Any WordPress news site, by the names that WordPress and its own themes use.

Knowledge of a particular site goes into its own data file (``docs/adding-a-site.md``).
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from kznews.sites.boilerplate import WORDPRESS
from kznews.sites.marks import BLOCK_SECTIONS
from kznews.sites.site import Layout, Site

HENTRY = Layout(
    name="wordpress",
    article="article.hentry, article.type-post, .single-post article",
    card="article, .hentry, .post",
    card_link=".entry-title a[href], .wp-block-post-title a[href], [rel=bookmark][href]",
    card_date="time, .entry-date, .published",
    title="h1.entry-title, h1.wp-block-post-title, .entry-title, h1",
    body=".entry-content, .wp-block-post-content",
    date=(
        "time.entry-date, time.published, abbr.published, .entry-date, "
        ".wp-block-post-date:not(.wp-block-post-date__modified-date) time"
    ),
    image=".post-thumbnail, .wp-block-post-featured-image",
    image_caption="figcaption",
    category=f"a[rel~=category], a[rel~=tag][href*='/category/'], {BLOCK_SECTIONS}",
    author=(".author .fn, a[rel~=author], .wp-block-post-author__name, .wp-block-post-author-name"),
    tag="a[rel=tag]:not([href*='/category/'])",
    is_general=True,
)
"""The class names of the themes that come with WordPress, and of most that were made from them."""


OTHERS = replace(
    HENTRY,
    name="wordpress-other",
    is_guess=True,
    body=(
        ".td-post-content, .tdb_single_content, .post-content, .post-entry, .post-body, .entry, "
        ".entry-inner, .article-content, .article-body, .article-text, .news-content, .news-text, "
        ".post-text, .single-content, .cm-entry-summary, .et_pb_post_content, "
        ".elementor-widget-theme-post-content"
    ),
)
"""Other themes, by what they call the body; some call what is around it and the title so, too."""


def wordpress_site(root: str) -> Site:
    """Return a WordPress site of which only the address is known."""
    host = urlsplit(root).netloc.lower().removeprefix("www.")
    return Site(
        name=host,
        root=root,
        hosts=(host, f"www.{host}"),
        language="ru",
        zone="Asia/Almaty",
        sections={},
        catch_all=frozenset(),
        layouts=(HENTRY, OTHERS),
        hooks=(".js-mediator-article", "[itemprop=articleBody]"),
        boilerplate=WORDPRESS,
        any_path=True,
        quotes_posts=True,
    )
