"""An article page as an ``Article``: each field from the first of its sources that has it.

``fields`` is the table of sources, ``article_dates`` settles between dates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kznews.items import Article, Section
from kznews.pages import boilerplate, consistency
from kznews.pages.article_dates import read_dates
from kznews.pages.body import Body, Cut, read_body
from kznews.pages.dom import content, outwards
from kznews.pages.fallback_body import read_generic
from kznews.pages.fields import AUTHORS, SECTIONS, TAGS, TITLE, choose
from kznews.pages.lead_image import read_lead_image
from kznews.pages.listing import section_slugs
from kznews.pages.only_node import believe_only_node
from kznews.pages.other_articles import own_article
from kznews.pages.own import cards, has_title, own, own_bodies, own_texts
from kznews.pages.page import NotAnArticle, Page
from kznews.sites.phrases import NOT_FOUND
from kznews.sites.site import LISTINGS
from kznews.text import word_count

if TYPE_CHECKING:
    from lxml.etree import _Element

    from kznews.sites import Site
NOT_SAID = "not_an_article", "nothing on the page says that it is one"
_OTHER_PAGES = frozenset(
    {"archive", "category", "tag", "author", "date", "search", "home", "blog"}
    | {"attachment", "error404"}
)
_NEVER = re.compile(r"attachment|error404|page-id-\d+|bbpress")
_BY_GUESS = frozenset({"hook", "generic"})
_MICRODATA = "[itemtype*='Article'], [itemtype*='BlogPosting'], [itemprop=articleBody]"
_MARKS = frozenset({"article:published_time", "article:section", "article:tag", "article:author"})
_LONG, _LONG_DATED = 150, 50
"""Words that no notice has, and none with a date."""
_PROTECTED = ".post-password-form, form[action*=postpass]"
_COUNT = re.compile(r"\d{1,3}(?:[\s\u00a0\u202f]?\d{3})*|\d+")
_PART_LINKS = ".page-links a[href], .post-nav-links a[href], a.post-page-numbers[href]"


def read_article(pages: Sequence[Page], cuts: list[Cut] | None = None) -> Article:
    """Read an article from its page, or from all the pages of a split post, in order.

    Raises ``NotAnArticle`` with the reason for a page that is none: it is never guessed into one.
    Strings are as they stand on the page; the pipelines clean them. What is left out of the body
    is added to ``cuts``.
    """
    _must_be_article(pages[0])
    pages = list(map(own_article, pages))
    page = pages[0]
    article = Article(
        url=page.canonical,
        id=page.site.article_id(page.post_id, page.canonical),
        site=page.site.name,
        language=page.language,
        fetched_at=page.seen_at.isoformat(timespec="seconds"),
    )
    sources = article.provenance
    article.title = choose("title", TITLE, page, sources) or ""
    believe_only_node(page)
    read_dates(page, article)
    article.authors = list(dict.fromkeys(choose("authors", AUTHORS, page, sources) or []))
    article.tags = list(dict.fromkeys(choose("tags", TAGS, page, sources) or []))
    _read_sections(page, article)
    if not article.title:
        raise NotAnArticle("no_title") if _says_article(page, article) else NotAnArticle(*NOT_SAID)
    if NOT_FOUND.fullmatch(article.title) and not _is_dated(article):
        raise NotAnArticle("not_an_article", f"the page calls itself {article.title!r}")
    try:
        put_body(find_body(pages, article, cuts), page.site, article)
    except NotAnArticle as error:
        raise error if _says_article(page, article) else NotAnArticle(*NOT_SAID) from None
    if article.images and not article.images[0].credit:
        site = page.site.boilerplate
        article.images[0].credit = boilerplate.credit_below_title(page.root, article, site)
    known = article.layout not in _BY_GUESS
    last = next(reversed(body_roots(pages[-1])[0]), None) if known else None
    captions = (f"{image.caption}{image.credit}" for image in article.images)
    doubts = [consistency.doubts(page, article, last)]
    if not _says_article(page, article):
        if word_count(article.text) < (_LONG_DATED if _is_dated(article) else _LONG):
            raise NotAnArticle(*NOT_SAID)
        doubts.append("nothing but its length says that the page is an article")
    if any("\ufffd" in text for text in (article.title, article.text, *captions)):
        doubts.append("characters that cannot be read")
    article.suspect = "; ".join(filter(None, doubts)) or None
    return article


def put_body(body: Body, site: Site, article: Article) -> None:
    """Cut the boilerplate out of a body, and make it the article's text, pictures and players.

    Raises ``NotAnArticle`` when nothing is left.
    """
    boilerplate.cut(body, site.boilerplate, article.title)
    if not body.blocks and not body.images and not body.embeds:
        raise NotAnArticle("no_body", "neither text nor pictures")
    article.text = "\n\n".join(f"- {b.text}" if b.kind == "li" else b.text for b in body.blocks)
    first = next((b for b in body.blocks if b.kind == "p"), None) or next(iter(body.blocks), None)
    article.lead = first.text if first else None
    article.images, article.embeds = body.images, body.embeds
    article.related = [url for url in body.related if not _is_part(url, article.url)]


def _is_part(url: str, article_url: str) -> bool:
    """Whether an address is the article's own or, as ``/slug/2``, that of another part of it."""
    own, url = article_url.rstrip("/"), url.rstrip("/")
    head, _, number = url.rpartition("/")
    return url == own or (head == own and number.isdigit())


def next_page_url(page: Page) -> str | None:
    """Return the address of the next part of a post that is split over ``/slug``, ``/slug/2``, …"""
    base = page.canonical.rstrip("/")
    wanted = [f"{base}/2"]
    if own := re.search(r"/(\d{1,2})/?$", page.base):
        number = int(own[1])
        if base.endswith(f"/{number}"):  # a part, or a post whose slug is a number
            wanted.append(f"{base.removesuffix(f'/{number}')}/{number + 1}")
        else:
            wanted = [f"{base}/{number + 1}"]
    links = (page.site.absolute(a.get("href", "")) or "" for a in page.select(_PART_LINKS))
    return next((url for link in links if (url := link.rstrip("/")) in wanted), None)


def is_cut_short(page: Page) -> bool:
    """Whether the document ends inside the article or before it: half a page came over the line."""
    if page.is_whole:
        return False
    roots = body_roots(page)[0]
    return not roots or not roots[-1].xpath("following::*[1]")


def read_views(page: Page) -> int | None:
    """Return how often an article was read, from an element that holds an integer and no more.

    Only a page that a browser showed is worth asking: a script fills the element.
    """
    if page.layout is None or not page.layout.views:
        return None
    counts = [text for text in own_texts(page, page.layout.views) if _COUNT.fullmatch(text)]
    return int(re.sub(r"\s", "", counts[0])) if counts else None


def _must_be_article(page: Page) -> None:
    if own(page, _PROTECTED):
        raise NotAnArticle("protected", "the site asks for a password")
    is_post = "single-post" in page.classes or "article:published_time" in page.meta
    is_post = is_post or bool(page.graph.article or body_roots(page)[0])
    wrong = set(filter(_NEVER.fullmatch, page.classes))
    if not is_post:
        wrong |= page.classes & _OTHER_PAGES
        wrong |= LISTINGS.intersection(urlsplit(page.response.url).path.split("/")[1:3])
    if wrong:
        raise NotAnArticle("not_an_article", f"the page calls itself {', '.join(sorted(wrong))}")


def _says_article(page: Page, article: Article) -> bool:
    """Whether a page says in any way that it is an article.

    A guard's page, a notice of maintenance and a soft 404, which come with status 200, too, do not:
    they have no date, and no mark of an article for machines.
    """
    if not _MARKS.isdisjoint(page.meta) or page.meta.get("og:type", "").lower() == "article":
        return True
    if page.graph.article or "single-post" in page.classes or page.select(_MICRODATA):
        return True
    if body_roots(page)[0]:
        return True
    return _is_dated(article) and page.meta.get("og:type", "").lower() != "website"


def _is_dated(article: Article) -> bool:
    """Whether the page itself tells a date."""
    return article.provenance.get("published_at", "url") not in {"url", "address"}


def _read_sections(page: Page, article: Article) -> None:
    names = list(dict.fromkeys(choose("sections", SECTIONS, page, article.provenance) or []))
    slugs = section_slugs(page, names)
    article.sections = [Section(slugs.get(name), name) for name in names]
    article.section = main_section(article.sections, page.site.is_catch_all)


def main_section(
    sections: Sequence[Section], is_catch_all: Callable[[str | None, str | None], bool]
) -> str | None:
    """Return the name of the first section that says something of the subject, else the first."""
    told = [s.name for s in sections if not is_catch_all(s.slug, s.name)]
    return next(iter(told or [s.name for s in sections]), None)


def body_roots(page: Page) -> tuple[list[_Element], str]:
    """Return the containers of the body, and the name of the layout that found them."""
    first = page.layout
    layouts = ([first] if first else []) + [x for x in page.site.layouts if x is not first]
    for layout in layouts:
        bodies = own_bodies if layout.is_general else Page.elements
        if roots := bodies(page, layout.body):
            return roots, layout.name
    for hook in page.site.hooks:
        others = (e for e in page.elements(hook) if cards(page).isdisjoint(outwards(e)))
        if roots := own_bodies(page, hook) or list(others):
            longest = max(roots, key=lambda root: len(content(root)))
            beside = [root for root in roots if root.getparent() is longest.getparent()]
            return beside if longest.tag != "article" else [longest], "hook"
    return [], ""


def find_body(pages: Sequence[Page], article: Article, cuts: list[Cut] | None) -> Body:
    page = pages[0]
    found = [body_roots(part) for part in pages]
    article.layout = found[0][1]
    lead = read_lead_image(page, article.provenance)
    if page.layout and not page.layout.is_general and article.layout == page.layout.name:
        roots = [root for roots, _ in found for root in roots]
        body = read_body(roots, page.site, page.base, lead, cuts)
    else:
        named = [roots for roots, _ in found]
        body, is_named = read_generic(pages, named, lead, cuts)
        article.layout = article.layout if is_named else "generic"
        is_marked = is_named and not any(has_title(page, root) for root in named[0])
        boilerplate.cut_head(body, article, is_marked=is_marked)
    article.provenance["text"] = article.layout
    return body
