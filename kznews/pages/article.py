"""An article page as an ``Article``: each field from the first of its sources that has it.

Machine-readable sources come first: the JSON-LD graph, Open Graph, then the layout's selectors.
``SOURCES`` is the table; the item's ``provenance`` names the source that hit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from kznews import dates
from kznews.items import Article, Image, Section
from kznews.pages import boilerplate, consistency, fallback_fields, media
from kznews.pages.addresses import absolute
from kznews.pages.body import Body, Cut, read_body
from kznews.pages.dom import content, select, text_of
from kznews.pages.fallback_body import read_generic
from kznews.pages.listing import section_links
from kznews.pages.page import NotAnArticle, Page
from kznews.sites.boilerplate import AUTHOR_LABEL
from kznews.text import word_count

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from lxml.etree import _Element

    from kznews.sites import Site

NOT_SAID = "not_an_article", "nothing on the page says that it is one"
T = TypeVar("T")
Sources = tuple[tuple[str, Callable[[Page], T | None]], ...]

_OTHER_PAGES = frozenset(
    {"archive", "category", "tag", "author", "date", "search", "home", "blog", "page"}
    | {"attachment", "error404"}
)
_NEVER = re.compile(r"attachment|error404|page-id-\d+")
_BY_GUESS = frozenset({"hook", "generic"})
_MICRODATA = "[itemtype*='Article'], [itemtype*='BlogPosting'], [itemprop=articleBody]"
_MARKS = frozenset({"article:published_time", "article:section", "article:tag", "article:author"})
_DATE_NAMES = (
    "datepublished", "parsely-pub-date", "pubdate", "publishdate", "publish-date", "date",
    "dc.date.issued", "dc.date", "dcterms.created", "sailthru.date", "cxenseparse:recs:publishtime",
)  # fmt: skip
_YEAR = re.compile(r"\b20\d\d\b")
_DAY = re.compile(r"/(20\d\d)/(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])/")
_SEVERAL = re.compile(r"(?<!\s)(?:\s+(?:and|und|et|og|и|және|&)\s+|\s*;\s*)", re.IGNORECASE)
_NAME = re.compile(r"^(?!https?:)[^@]*[^\W\d_][^@]*$")
_LONG = 150
"""Words that no notice has."""
_BY_PLACE = frozenset({"time", "words"})
"""Sources that cost a look at every line of the page."""
_IN_WORDS = frozenset({"text", "words"})
_PROTECTED = ".post-password-form, form[action*=postpass]"
_PART_LINKS = ".page-links a[href], .post-nav-links a[href], a.post-page-numbers[href]"


def _layout_text(part: str) -> Callable[[Page], str | None]:
    def read(page: Page) -> str | None:
        return next(iter(_layout_texts(part)(page)), None)

    return read


def _layout_texts(part: str) -> Callable[[Page], list[str]]:
    def read(page: Page) -> list[str]:
        return page.texts(getattr(page.layout, part)) if page.layout else []

    return read


def _meta(*names: str) -> Callable[[Page], str | None]:
    return lambda page: next((page.meta[name] for name in names if name in page.meta), None)


def _agreed_title(page: Page) -> str | None:
    """Return the title for machines, unless readers see another."""
    title, seen = _meta_title(page), fallback_fields.heading(page)
    return title if seen is None or _plain(seen) == _plain(title) else None


def _meta_title(page: Page) -> str:
    title = page.meta.get("og:title") or page.meta.get("twitter:title") or ""
    return fallback_fields.without_site_name(title, page)


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
    own = {_plain(name) for name in (page.meta.get("og:site_name", ""), *page.site.hosts)}
    found = (part for name in names for part in _SEVERAL.split(name.strip()) if _NAME.search(part))
    if not fallback_fields.is_unsure(page):
        return [name for name in names if name and not name.startswith("http")]
    return [name.strip() for name in found if _plain(name) not in own]


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _byline(page: Page) -> list[str]:
    return _people(page, fallback_fields.byline(page))


def _extracted_author(page: Page) -> list[str]:
    said = page.extracted[1] if fallback_fields.is_unsure(page) else None
    return _people(page, (said or "").split(";"))


def _publisher(page: Page) -> list[str]:
    """Return the site's own name where it is said to be the author, and nobody else is."""
    return page.graph.authors()


def _meta_tags(page: Page) -> list[str]:
    return page.metas.get("article:tag", []) + page.metas.get("og:article:tag", [])


def _keywords(page: Page) -> list[str]:
    said = page.meta.get("news_keywords") or page.meta.get("keywords") or ""
    return [word.strip() for word in said.split(",") if word.strip()]


def _microdata_date(page: Page) -> str | None:
    for element in page.select("[itemprop~=datePublished]"):
        said = element.get("content") or element.get("datetime") or text_of(element)
        if said.strip():
            return said
    return None


def _address_day(page: Page) -> str | None:
    found = _DAY.search(page.canonical)
    return "-".join(found.groups()) if found else None


def _breadcrumb(page: Page) -> list[str]:
    return page.graph.breadcrumb()[-1:]


def _lead_figure_url(page: Page) -> str | None:
    if page.layout is None:
        return None
    for figure in page.select(page.layout.image):
        for img in figure.iter("img"):
            if url := media.image_url(img, page.base):
                return url
    return None


TITLE: Sources[str] = (
    ("json-ld", lambda page: page.graph.article.get("headline") and page.graph.text("headline")),
    ("layout", _layout_text("title")),
    ("meta", _agreed_title),
    ("heading", fallback_fields.heading),
    ("window", fallback_fields.window_title),
)
AUTHORS: Sources[list[str]] = (
    ("json-ld", _json_ld_authors),
    ("layout", _layout_texts("author")),
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
    ("breadcrumb", _breadcrumb),
)
TAGS: Sources[list[str]] = (
    ("json-ld", lambda page: page.graph.strings("keywords")),
    ("layout", _layout_texts("tag")),
    ("meta", _meta_tags),
    ("keywords", lambda page: _keywords(page) if fallback_fields.is_unsure(page) else None),
)
PUBLISHED: Sources[str] = (
    ("json-ld", lambda page: page.graph.text("datePublished")),
    ("meta", _meta("article:published_time", "og:article:published_time")),
    ("layout", lambda page: _attribute(page, "date", "datetime")),
    ("microdata", _microdata_date),
    ("meta name", _meta(*_DATE_NAMES)),
    ("text", _layout_text("date")),
    ("time", fallback_fields.machine_date),
    ("words", fallback_fields.date_in_words),
    ("address", _address_day),
)
MODIFIED: Sources[str] = (
    ("json-ld", lambda page: page.graph.text("dateModified")),
    ("meta", _meta("article:modified_time", "og:updated_time")),
)
IMAGE: Sources[str] = (
    ("layout", _lead_figure_url),
    ("json-ld", lambda page: next(iter(page.graph.images()), None)),
    ("meta", _meta("og:image", "twitter:image")),
)


def read_article(pages: Sequence[Page], cuts: list[Cut] | None = None) -> Article:
    """Read an article from its page, or from all the pages of a split post, in order.

    Raises ``NotAnArticle`` with the reason for a page that is none: it is never guessed into one.
    Strings are as they stand on the page; the pipelines clean them. What is left out of the body
    is added to ``cuts``.
    """
    page = pages[0]
    _must_be_article(page)
    article = Article(
        url=page.canonical,
        id=page.site.article_id(page.post_id, page.canonical),
        site=page.site.name,
        language=page.language,
        fetched_at=page.seen_at.isoformat(timespec="seconds"),
    )
    sources = article.provenance
    article.title = _choose("title", TITLE, page, sources) or ""
    _read_dates(page, article)
    article.authors = list(dict.fromkeys(_choose("authors", AUTHORS, page, sources) or []))
    article.tags = list(dict.fromkeys(_choose("tags", TAGS, page, sources) or []))
    _read_sections(page, article)
    if not article.title:
        raise NotAnArticle("no_title") if _says_article(page, article) else NotAnArticle(*NOT_SAID)
    try:
        put_body(find_body(pages, article, cuts), page.site, article)
    except NotAnArticle as error:
        raise error if _says_article(page, article) else NotAnArticle(*NOT_SAID) from None
    if article.images and not article.images[0].credit:
        article.images[0].credit = boilerplate.credit_below_title(
            page.root, article.title, article.text, page.site.boilerplate
        )
    known = article.layout not in _BY_GUESS
    last = next(reversed(body_roots(pages[-1])[0]), None) if known else None
    doubts = [consistency.doubts(page, article, last)]
    if not _says_article(page, article):
        if word_count(article.text) < _LONG:
            raise NotAnArticle(*NOT_SAID)
        doubts.append("nothing but its length says that the page is an article")
    if page.is_extracted:
        doubts.append(consistency.by_extractor(page, article))
    if "\ufffd" in article.title + article.text:
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
    article.related = [url for url in body.related if url != article.url]


def next_page_url(page: Page) -> str | None:
    """Return the address of the next part of a post that is split over ``/slug``, ``/slug/2``, …"""
    own = re.search(r"/(\d{1,2})/?$", page.base)
    wanted = f"{page.canonical}/{int(own[1]) + 1 if own else 2}"
    links = [a.get("href", "") for a in page.select(_PART_LINKS)]
    return (
        wanted if any((page.site.absolute(x) or "").rstrip("/") == wanted for x in links) else None
    )


def is_cut_short(page: Page) -> bool:
    """Whether the document ends inside the article or before it: half a page came over the line."""
    if page.is_whole:
        return False
    roots = body_roots(page)[0]
    return not roots or not roots[-1].xpath("following::*[1]")


def _must_be_article(page: Page) -> None:
    if page.select(_PROTECTED):
        raise NotAnArticle("protected", "the site asks for a password")
    is_post = "single-post" in page.classes or "article:published_time" in page.meta
    is_post = is_post or bool(page.graph.article or page.layout)
    wrong = set(filter(_NEVER.fullmatch, page.classes))
    if not is_post:
        wrong |= page.classes & _OTHER_PAGES
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
    dated = article.provenance.get("published_at", "url") != "url"
    return dated and page.meta.get("og:type", "").lower() != "website"


def _choose(field: str, sources: Sources[T], page: Page, provenance: dict[str, str]) -> T | None:
    for name, read in sources:
        if value := read(page):
            provenance[field] = name
            return value
    return None


def _attribute(page: Page, part: str, name: str) -> str | None:
    if page.layout is None:
        return None
    values = (element.get(name) or "" for element in page.select(getattr(page.layout, part)))
    return next((value for value in values if value.strip()), None)


def _read_dates(page: Page, article: Article) -> None:
    """Take the first sane date in the address's month, else the first sane one, else the month.

    The address's month is WordPress's own (``docs/the-site.md``, «Addresses»), so a source that
    disagrees with it speaks of something else if another one agrees.
    """
    tz = dates.zone(page.site.zone)
    year_month = page.site.month_of(article.url)
    found = sane_dates(page, PUBLISHED)
    agreeing = [f for f in found if year_month and dates.in_month(f[2], *year_month)]
    shift = timedelta()
    chosen = next(iter(agreeing or found), None)
    if chosen and chosen[2].precision == "day":  # its clock may stand in another source
        sharper = (
            f for f in found if f[2].precision != "day" and f[2].at.date() == chosen[2].at.date()
        )
        chosen = next(sharper, chosen)
    if chosen:
        source, raw, moment = chosen
        if source in _IN_WORDS:
            article.date_raw = raw
        elif shift := _gmt_shift(raw, moment, found):
            source, moment = f"{source}, read as GMT", moment.later(shift)
    elif day := _extracted_day(page, year_month):
        source, moment = "extractor", day
    elif year_month:
        source, moment = "url", dates.month(*year_month, tz)
    else:
        return
    article.provenance["published_at"] = source
    article.published_at, article.date_precision = moment.isoformat(), moment.precision
    for source, _, modified in sane_dates(page, MODIFIED)[:1]:
        article.provenance["modified_at"] = source
        article.modified_at = modified.later(shift).isoformat()


def _extracted_day(page: Page, year_month: tuple[int, int] | None) -> dates.Moment | None:
    """Return what the general extractor takes for the day, on a page without any other date."""
    raw = page.extracted[0] if fallback_fields.is_unsure(page) else None
    day = dates.read_machine(raw, dates.zone(page.site.zone)) if raw else None
    if day is None or not dates.sane(day.at, page.seen_at):
        return None
    return day if not year_month or dates.in_month(day, *year_month) else None


def sane_dates(page: Page, sources: Sources[str]) -> list[tuple[str, str, dates.Moment]]:
    """Return what the sources give that can be the date of an article: source, raw text, moment."""
    tz = dates.zone(page.site.zone)
    found: list[tuple[str, str, dates.Moment]] = []
    for source, read in sources:
        if source in _BY_PLACE and any(_settles(page, moment) for _, _, moment in found):
            break
        raw = read(page) or ""
        moment = (
            dates.read_text(raw, tz, page.seen_at)
            if source in _IN_WORDS
            else dates.read_machine(raw, tz) or _told_date(raw, tz, page)
        )
        if moment and dates.sane(moment.at, page.seen_at):
            found.append((source, raw, moment))
    return found


def _settles(page: Page, moment: dates.Moment) -> bool:
    """Whether no other source can make a date better."""
    month = page.site.month_of(page.canonical)
    return moment.precision in {"minute", "second"} and (
        not month or dates.in_month(moment, *month)
    )


def _told_date(raw: str, tz: ZoneInfo, page: Page) -> dates.Moment | None:
    """Read a date for machines that is spelt for people; it must name its year."""
    return dates.read_text(raw, tz, page.seen_at) if _YEAR.search(raw) else None


def _gmt_shift(
    raw: str, moment: dates.Moment, found: list[tuple[str, str, dates.Moment]]
) -> timedelta:
    """Return what mends a GMT clock that is printed with the site's offset (Yoast up to 12.7).

    Only what the reader sees can tell: the visible clock must be right for the mended instant.
    """
    visible = next((m for source, _, m in found if source in _IN_WORDS), None)
    offset = moment.at.utcoffset()
    if not offset or not visible or visible.precision != "minute" or raw.endswith(("Z", "+00:00")):
        return timedelta()
    gap = moment.later(offset).at - visible.at
    return offset if abs(gap) < timedelta(minutes=1) else timedelta()


def _read_sections(page: Page, article: Article) -> None:
    names = list(dict.fromkeys(_choose("sections", SECTIONS, page, article.provenance) or []))
    slugs = {link.name: link.slug for link in reversed(section_links(page))}
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
    own = page.layout
    layouts = ([own] if own else []) + [x for x in page.site.layouts if x is not own]
    for layout in layouts:
        roots = page.elements(layout.body)
        if layout.is_general:
            roots = [root for root in roots if root in page.own(layout.body)]
        if roots:
            return roots, layout.name
    for hook in page.site.hooks:
        if roots := page.elements(hook):
            longest = max(roots, key=lambda root: len(content(root)))
            beside = [root for root in roots if root.getparent() is longest.getparent()]
            return beside if longest.tag != "article" else [longest], "hook"
    return [], ""


def find_body(pages: Sequence[Page], article: Article, cuts: list[Cut] | None) -> Body:
    page = pages[0]
    found = [body_roots(part) for part in pages]
    article.layout = found[0][1]
    lead = _lead_image(page, article)
    if page.layout and not page.layout.is_general and article.layout == page.layout.name:
        roots = [root for roots, _ in found for root in roots]
        body = read_body(roots, page.site, page.base, lead, cuts)
    else:
        named = [roots for roots, _ in found]
        body, is_named = read_generic(pages, named, lead, cuts)
        article.layout = article.layout if is_named else "generic"
    article.provenance["text"] = article.layout
    return body


def _lead_image(page: Page, article: Article) -> Image | None:
    url = _choose("images", IMAGE, page, article.provenance)
    url = url and absolute(page.base, url)
    if not url:
        return None
    image = Image(media.original(url))
    figure = page.first(page.layout.image) if page.layout else None
    if page.layout and figure is not None:
        captions = select(figure, page.layout.image_caption)
        image.caption = " ".join(map(text_of, captions)) or None
    return image
