"""Where each field of an article page is looked for, in order, and under which name.

Machine-readable sources come first: the JSON-LD graph, Open Graph, then the layout's selectors. The
item's ``provenance`` names the source that hit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from kznews.pages import fallback_fields, fallback_title
from kznews.pages.dom import text_of
from kznews.pages.extractor import extracted_author, words
from kznews.pages.fallback_title import is_unsure, letters_of, site_names
from kznews.pages.own import cards, is_beside, own, own_texts
from kznews.pages.page import Page
from kznews.sites.boilerplate import AUTHOR_LABEL
from kznews.sites.marks import (
    BLOCK_SECTIONS,
    SECTIONS_BY_ADDRESS,
    TAGS_BY_ADDRESS,
)

T = TypeVar("T")
Sources = tuple[tuple[str, Callable[[Page], T | None]], ...]
_PUBLISHED = ("article:published_time", "og:article:published_time", "article:published:time")
_DATE_NAMES = (
    "datepublished", "parsely-pub-date", "pubdate", "publishdate", "publish-date", "date",
    "dc.date.issued", "dc.date", "dcterms.created", "sailthru.date", "cxenseparse:recs:publishtime",
)  # fmt: skip
_DAY = re.compile(
    r"/[A-Za-z]{0,3}(20\d\d)([-/]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])"
    r"(?:(?:[01]\d|2[0-3])[0-5]\d{1,13})?(?!\d)",
    re.ASCII,
)
"""A part of an address that begins with a day, and maybe a clock and a number."""
_SEVERAL = re.compile(r"(?<!\s)(?:\s+(?:and|und|et|og|и|және|&)\s+|\s*;\s*)", re.IGNORECASE)
_SIGN = re.compile(r"\s[-–—|]\s")
_BESIDE_NAME = re.compile(r"\([^()]*+\)|(?<!\s)\s++@\w++$")
"""Behind a name: its short form, a picture's source; a name in a network."""
_LONGEST_NAME = 4
"""Words of a name among others."""
_MOST_NAMES = 10
_TERMS = f"a[rel~=tag], {SECTIONS_BY_ADDRESS}, {TAGS_BY_ADDRESS}"
_NAME = re.compile(r"^(?!https?:)[^@]*[^\W\d_][^@]*$")


def _layout_text(part: str) -> Callable[[Page], str | None]:
    def read(page: Page) -> str | None:
        return next(iter(_layout_texts(part)(page)), None)

    return read


def _layout_title(page: Page) -> str | None:
    """Return the title where the theme has it; in a general layout one that the page repeats."""
    titles = _layout_texts("title")(page)
    if page.layout and page.layout.is_general and len(titles) > 1:
        told = [letters_of(title) for title in fallback_title.told_titles(page)]
        titles = [title for title in titles if any(letters_of(title) in each for each in told)]
    return next(iter(titles), None)


def _layout_texts(part: str) -> Callable[[Page], list[str]]:
    def read(page: Page) -> list[str]:
        return own_texts(page, getattr(page.layout, part)) if page.layout else []

    return read


def meta(*names: str) -> Callable[[Page], str | None]:
    """Read the first of some meta tags that the page has."""
    return lambda page: next((page.meta[name] for name in names if name in page.meta), None)


def _headline(page: Page) -> str | None:
    """Return the headline for machines, on a page of an unknown theme if its heading is that, too.

    Where it is not, it is made for search engines, and Open Graph's is nearer to what readers see.
    """
    title = page.graph.text("headline") if page.graph.article.get("headline") else None
    title = title and fallback_title.without_site_name(title, page)
    if not title or not is_unsure(page) or not _meta_title(page):
        return title
    seen = letters_of(fallback_title.heading(page) or "")
    told = letters_of(title)
    return title if seen in told or told in seen else None


def _agreed_title(page: Page) -> str | None:
    """Return the title for machines where readers see the same, or a headline agrees with it.

    Beside a headline, readers may see a kicker, too.
    """
    title, seen = _meta_title(page), letters_of(fallback_title.heading(page) or "")
    headline = set(words(page.graph.text("headline") or ""))
    own = set(words(title))
    agrees = own <= headline or headline <= own or letters_of(title) in seen
    return title if seen in {"", letters_of(title)} or (headline and agrees) else None


def _meta_title(page: Page) -> str:
    title = page.meta.get("og:title") or page.meta.get("twitter:title") or ""
    return fallback_title.without_site_name(title, page)


def _by_twitter_label(page: Page) -> list[str]:
    """Yoast writes the author's name beside the label «Написано автором»."""
    for number in ("1", "2"):
        label = page.meta.get(f"twitter:label{number}", "")
        if AUTHOR_LABEL.search(label):
            return [page.meta.get(f"twitter:data{number}", "")]
    return []


def _meta_author(page: Page) -> list[str]:
    said = (page.metas.get(name, ()) for name in ("author", "article:author", "parsely-author"))
    return next((list(found) for names in said if (found := _people(page, names))), [])


def _json_ld_authors(page: Page) -> list[str]:
    return _people(page, page.graph.authors())


def _people(page: Page, names: Iterable[str]) -> list[str]:
    """Return what can be the names of people: no address, no number, and not the site's own."""
    if not is_unsure(page):
        return [name for name in names if name and not name.startswith("http")]
    own = site_names(page)
    found = (_without_own(name, own) for name in names)
    parts = (part for name in found for each in _SEVERAL.split(name) for part in _listed(each))
    return [name for name in parts if _NAME.search(name) and letters_of(name) not in own]


def _without_own(name: str, own: set[str]) -> str:
    """Return a name without the site's beside it, and without what explains it."""
    name = _BESIDE_NAME.sub("", name.strip())
    parts = [part for part in _SIGN.split(name) if letters_of(part) not in own]
    return parts[0] if len(parts) == 1 else name


def _listed(text: str) -> list[str]:
    """Return the names between commas, unless one is no name, or they are the parts of one."""
    parts = [plain for part in text.split(",") if (plain := part.strip())]
    sizes = [len(part.split()) for part in parts]
    are_names = parts and max(sizes) <= _LONGEST_NAME and sizes != [1, 1]
    return parts if are_names else [text.strip()]


def _layout_authors(page: Page) -> list[str]:
    """Return the authors that the theme shows; in a general layout without what names are not."""
    told = _layout_texts("author")(page)
    if not is_unsure(page):
        return told
    names = (name for text in told for name in _full_names(fallback_fields.name_in(text)))
    return [name for name in names if _NAME.search(name)]


def _full_names(text: str) -> list[str]:
    """Return the names in a line, or the line where a part is none; who they are is left out."""
    listed = [part.strip() for part in text.split(",")]
    named = [part for part in listed if not part[:1].islower()]
    parts = [part.strip() for each in named for part in _SEVERAL.split(each)]
    are_names = all(
        2 <= len(part.split()) <= _LONGEST_NAME and not part[:1].islower() for part in parts
    )
    return parts if are_names and len(named) in {1, len(listed)} else [text]


def _byline(page: Page) -> list[str]:
    return _people(page, fallback_fields.byline(page))


def _extracted_author(page: Page) -> list[str]:
    is_asked = is_unsure(page) and not page.is_too_large
    said = extracted_author(page.root, cards(page)) if is_asked else None
    names = _people(page, (said or "").split(";"))
    terms = {letters_of(text_of(link)) for link in page.select(_TERMS)}
    return [
        name
        for name in names[:_MOST_NAMES]
        if letters_of(name) not in terms and fallback_fields.stands_alone(page, name)
    ]


def _publisher(page: Page) -> list[str]:
    """Return the site's own name where it is said to be the author, and nobody else is."""
    return page.graph.authors()


def _meta_tags(page: Page) -> list[str]:
    return page.metas.get("article:tag", []) + page.metas.get("og:article:tag", [])


def _by_address(css: str) -> Callable[[Page], list[str]]:
    return lambda page: fallback_fields.terms_by_address(page, css) if is_unsure(page) else []


def _terms(css: str, other: str = "") -> Callable[[Page], list[str]]:
    """Read what the article of an unknown theme is filed under; a line of several at its commas.

    What ``other`` selects is left out.
    """

    def read(page: Page) -> list[str]:
        if not is_unsure(page):
            return []
        others = fallback_fields.terms(page, other) if other else ()
        told = (text for text in fallback_fields.terms(page, css) if text not in others)
        found = (part.strip() for text in told for part in text.split(","))
        return [name for name in found if name]

    return read


def _json_ld_tags(page: Page) -> list[str]:
    """Return the keywords for machines; in a general layout only where nothing tells the tags."""
    is_general = page.layout is not None and page.layout.is_general
    if is_general and (_layout_tags(page) or _meta_tags(page)):
        return []
    return page.graph.strings("keywords")


def _layout_tags(page: Page) -> list[str]:
    """Return the tags of the theme; WordPress's block of sections calls its links tags, too."""
    is_general = page.layout is not None and page.layout.is_general
    sections = own_texts(page, BLOCK_SECTIONS) if is_general else ()
    names = (name.lstrip("# ") if is_general else name for name in _layout_texts("tag")(page))
    return [name for name in names if name not in sections]


def _keywords(page: Page) -> list[str]:
    said = page.meta.get("news_keywords") or page.meta.get("keywords") or ""
    return [word.strip() for word in said.split(",") if word.strip()]


def _microdata_date(page: Page) -> str | None:
    found = page.select("[itemprop~=datePublished]")
    for element in (e for e in found if page.is_of_article(e) and not is_beside(page, e)):
        said = element.get("content") or element.get("datetime") or text_of(element)
        if said.strip():
            return said
    return None


def _address_day(page: Page) -> str | None:
    found = _DAY.search(page.canonical.rpartition(":/")[2])  # an archive's address holds another
    return "-".join(found.group(1, 3, 4)) if found else None


def _breadcrumb(page: Page) -> list[str]:
    return page.graph.breadcrumb()[-1:]


TITLE: Sources[str] = (
    ("json-ld", _headline),
    ("layout", _layout_title),
    ("meta", _agreed_title),
    ("heading", fallback_title.heading),
    ("window", fallback_title.window_title),
)
AUTHORS: Sources[list[str]] = (
    ("json-ld", _json_ld_authors),
    ("layout", _layout_authors),
    ("meta", _meta_author),
    ("twitter", _by_twitter_label),
    ("byline", _byline),
    ("extractor", _extracted_author),
    ("publisher", _publisher),
)
SECTIONS: Sources[list[str]] = (
    ("json-ld", lambda page: page.graph.strings("articleSection")),
    ("layout", _layout_texts("category")),
    ("meta", lambda page: page.metas.get("article:section")),
    ("microdata", _terms("[itemprop~=articleSection]")),
    ("rel", _terms(f"a[rel~=category], {BLOCK_SECTIONS}")),
    ("breadcrumb", _breadcrumb),
    ("address", _by_address(SECTIONS_BY_ADDRESS)),
)
TAGS: Sources[list[str]] = (
    ("json-ld", _json_ld_tags),
    ("layout", _layout_tags),
    ("meta", _meta_tags),
    ("rel", _terms("a[rel~=tag]:not([rel~=category])", BLOCK_SECTIONS)),
    ("microdata", _terms("[itemprop~=keywords]")),
    ("keywords", lambda page: _keywords(page) if is_unsure(page) else None),
    ("address", _by_address(TAGS_BY_ADDRESS)),
)
PUBLISHED: Sources[str] = (
    ("json-ld", lambda page: page.graph.text("datePublished")),
    ("meta", meta(*_PUBLISHED)),
    ("layout", lambda page: attribute(page, "date", "datetime")),
    ("microdata", _microdata_date),
    ("meta name", meta(*_DATE_NAMES)),
    ("text", _layout_text("date")),
    ("time", fallback_fields.machine_date),
    ("address", _address_day),
    ("words", fallback_fields.date_in_words),
)
MODIFIED: Sources[str] = (
    ("json-ld", lambda page: page.graph.text("dateModified")),
    ("meta", meta("article:modified_time", "og:updated_time")),
)


def choose(field: str, sources: Sources[T], page: Page, provenance: dict[str, str]) -> T | None:
    for name, read in sources:
        if value := read(page):
            provenance[field] = name
            return value
    return None


def attribute(page: Page, part: str, name: str) -> str | None:
    if page.layout is None:
        return None
    found = own(page, getattr(page.layout, part))
    return fallback_fields.published((each, each.get(name, "").strip()) for each in found)
