"""Redesigns of the look-alike's article pages, and how well each is still read.

The reader does not know what changed: it has its two known themes, the hooks and the general
extractor. ``python -m benchmarks.drift`` prints one JSON line per redesign, and ends with status 1
if a target is missed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from statistics import fmean
from typing import TYPE_CHECKING, Any, Literal

from lxml import html as parser
from scrapy.http import HtmlResponse

from kznews.monitoring import rules
from kznews.pages.article import read_article
from kznews.pages.page import NotAnArticle, Page
from kznews.pipelines.clean import CleanPipeline
from kznews.sites.info365 import INFO365, INFO365_KAZ
from replica import Newsroom, theme_current, theme_old
from replica.furniture import page_count
from replica.model import BASE, OTHER_EDITION, Post

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from kznews.items import Article

TITLES_AND_DATES = 0.99
MEAN_F1 = 0.97
WORST_F1_UNTOLD = 0.85
ONLY_TOLD = frozenset({"half of the text moved"})
"""Where a known selector still finds something, the layers below it are not asked. Nothing then
brings the text back; witnesses must tell, and of the texts that are harmed this share is told."""
TOLD = 0.8
_WORD = re.compile(r"[^\W_]+")
_PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
_SAYING = frozenset(
    {"article", "main", "header", "footer", "aside", "section", "nav", "figure", "figcaption"}
    | {"time"}
)


@dataclass
class Dress:
    """A page of an article during a redesign: where its parts are, whatever their names."""

    root: HtmlElement
    rng: random.Random
    blocks: list[HtmlElement] = field(init=False)
    titles: list[HtmlElement] = field(init=False)
    figures: list[HtmlElement] = field(init=False)
    clocks: list[HtmlElement] = field(init=False)

    def __post_init__(self) -> None:
        self.blocks = self._of("singular__content", "single__content")
        self.titles = self._of("singular__title", "single__title")
        self.figures = self._of("singular__thumbnail", "single__thumb")
        self.clocks = self._of("singular__meta", "single__meta")

    def _of(self, *names: str) -> list[HtmlElement]:
        wanted = " or ".join(f"contains(concat(' ', @class, ' '), ' {name} ')" for name in names)
        return list(self.root.xpath(f"//body//*[{wanted}]"))

    def theme(self) -> Iterator[HtmlElement]:
        """Yield what is the theme's in the page's body: everything but the article's own HTML."""
        inside = {e for block in self.blocks for e in block.iterdescendants()}
        yield from (e for e in self.root.body.iter("*") if e not in inside)

    def paragraphs(self) -> list[HtmlElement]:
        """Return the article's plain paragraphs: not those of a list, a quote or a caption."""
        path = ".//p[not(@*)][not(ancestor::blockquote or ancestor::li or ancestor::form)]"
        return [p for block in self.blocks for p in block.xpath(path)]


Change = Callable[[Dress], None]


def other_names(dress: Dress) -> None:
    """Rename classes and ids as a build tool does; those of the editor stay."""
    for element in dress.theme():
        if element.tag != "body" and (name := element.attrib.pop("class", "")):
            element.set("class", f"s-{blake2b(name.encode(), digest_size=4).hexdigest()}")
        element.attrib.pop("id", None)


def mediator_hook(dress: Dress) -> None:
    for block in dress.blocks:
        block.set("class", "text js-mediator-article")


def deeper(dress: Dress) -> None:
    """Put every block six elements deeper, and every paragraph two."""
    for element in [*dress.blocks, *dress.titles]:
        _wrap(element, 6)
    for paragraph in dress.paragraphs():
        _wrap(paragraph, 2)


def _wrap(element: HtmlElement, times: int) -> None:
    for _ in range(times):
        around = parser.fragment_fromstring("<div></div>")
        around.tail, element.tail = element.tail, None
        element.getparent().replace(element, around)
        around.append(element)


def half_moved(dress: Dress) -> None:
    """Keep the known container for the first half of the text, and put the rest beside it."""
    for block in dress.blocks:
        moved = list(block)[(len(block) + 1) // 2 :]
        around = parser.Element("div", {"class": "text-continued"})
        block.addnext(around)
        around.extend(moved)


def no_json_ld(dress: Dress) -> None:
    for script in _json_ld(dress):
        script.drop_tree()


def broken_json_ld(dress: Dress) -> None:
    for script in _json_ld(dress):
        script.text = script.text[: len(script.text) // 20]


def _json_ld(dress: Dress) -> list[HtmlElement]:
    return list(dress.root.xpath("//script[@type='application/ld+json']"))


def no_metadata(dress: Dress) -> None:
    """Keep in the head only what a page without any SEO plugin has."""
    no_json_ld(dress)
    for meta in dress.root.xpath("//meta[@property or starts-with(@name, 'twitter')]"):
        meta.drop_tree()
    for meta in dress.root.xpath("//meta[@name='author' or @name='description']"):
        meta.drop_tree()


def no_clock(dress: Dress) -> None:
    """Show the date in words only."""
    for clock in dress.root.iter("time"):
        clock.attrib.pop("datetime", None)


def only_an_odd_date(dress: Dress) -> None:
    """Give the date only in a meta tag that no source of the reader knows."""
    name = dress.rng.choice(("date", "DC.date.issued"))
    for clock in dress.root.xpath("//body//time"):
        dress.root.head.append(
            parser.Element("meta", name=name, content=clock.get("datetime")[:10])
        )
        clock.drop_tree()


def title_after_text(dress: Dress) -> None:
    last = _outermost(dress.blocks[-1], dress)
    for part in [*dress.titles, *dress.figures]:
        last.addnext(_lifted(part))
    first = _outermost(dress.blocks[0], dress)
    for part in dress.clocks:
        first.addprevious(_lifted(part))


def _outermost(element: HtmlElement, dress: Dress) -> HtmlElement:
    """Return the ancestor that holds this block of the article alone."""
    others = {*dress.titles, *dress.figures, *dress.clocks, *dress.blocks} - {element}
    while not any(other in others for other in element.getparent().iter()):
        element = element.getparent()
    return element


def _lifted(element: HtmlElement) -> HtmlElement:
    element.drop_tree()
    element.tail = None
    return element


_RELATED = (
    "Хлебозаводу в Риддере ищут нового владельца",
    "Кто чинит лифты в старых домах Темиртау",
    "Верблюдов пересчитали с вертолета",
    "Тюльпаны под охраной: зачем степи заказник",
)
FURNITURE = (
    (
        '<div class="x1"><div class="x2">Материалы по теме</div><ul>'
        + "".join(
            f'<li><a href="/2024/02/{n}-zametka">{t}</a></li>' for n, t in enumerate(_RELATED)
        )
        + "</ul></div>"
    ),
    (
        '<div class="x3"><span>Реклама</span><a href="https://ads.example/1">Окна и двери со '
        "скидкой до тридцати процентов</a></div>"
    ),
    (
        '<div class="x4"><div>Подпишитесь на нашу рассылку</div><form action="/s"><input '
        'type="email"><button>Подписаться</button></form></div>'
    ),
    (
        '<ul class="x5"><li><a href="https://t.me/share/url?url=x">Telegram</a></li><li>'
        '<a href="https://vk.com/share.php?url=x">ВКонтакте</a></li><li><a href="#">Скопировать '
        "ссылку</a></li></ul>"
    ),
)


def furniture_inside(dress: Dress) -> None:
    """Put a block of each kind after the second paragraph, the third, and so on."""
    paragraphs = dress.paragraphs()[1:]
    for place, piece in zip(paragraphs, FURNITURE, strict=False):
        block = parser.fragment_fromstring(piece)
        block.tail, place.tail = place.tail, None
        place.addnext(block)


def lazy_pictures(dress: Dress) -> None:
    for picture in list(dress.root.body.iter("img")):
        if picture.getparent().tag == "noscript" or picture.get("data-src"):
            continue
        twin = parser.Element("noscript")
        twin.append(deepcopy(picture))
        twin[0].tail = None
        twin.tail, picture.tail = picture.tail, None
        picture.set("data-src", picture.get("src", ""))
        picture.set("src", _PIXEL)
        picture.attrib.pop("srcset", None)
        picture.addnext(twin)


def line_breaks(dress: Dress) -> None:
    """Write the paragraphs as lines with empty lines between them, without elements."""
    for paragraph in dress.paragraphs():
        if paragraph.getparent() in dress.blocks:
            for _ in range(2):
                paragraph.addnext(parser.Element("br"))
            second = paragraph.getnext().getnext()
            second.tail, paragraph.tail = paragraph.tail, None
            paragraph.drop_tag()


def only_divs(dress: Dress) -> None:
    """Use no element with a meaning."""
    for element in list(dress.theme()):
        if element.tag in _SAYING:
            element.tag = "span" if element.tag == "time" else "div"
            element.attrib.pop("datetime", None)


def amp(dress: Dress) -> None:
    """Serve what the AMP plugin serves: its own elements and names, one plain JSON-LD node."""
    dress.root.set("amp", "")
    for script in _json_ld(dress):
        nodes = {node["@type"]: node for node in _nodes(script.text) if str(node["@type"])}
        old = nodes.get("Article", {})
        kept = {k: old[k] for k in ("headline", "datePublished", "dateModified") if k in old}
        page = old.get("mainEntityOfPage", {}).get("@id")
        node = {"@context": "https://schema.org", "@type": "NewsArticle", "mainEntityOfPage": page}
        script.text = json.dumps(node | kept, ensure_ascii=False)
    other_names(dress)
    dress.root.body.attrib.pop("class", None)
    for block in dress.blocks:
        block.set("class", "amp-wp-article-content")
    lazy_pictures(dress)
    for element in list(dress.root.body.iter("img", "iframe")):
        if element.getparent().tag != "noscript":
            element.tag = f"amp-{element.tag}"
    share = '<amp-social-share type="telegram" aria-label="Поделиться"></amp-social-share>'
    dress.blocks[-1].addnext(parser.fragment_fromstring(share))


def _nodes(text: str) -> list[dict[str, Any]]:
    try:
        graph = json.loads(text)["@graph"]
    except ValueError:
        return []
    return [node for node in graph if isinstance(node["@type"], str)]


REDESIGNS: dict[str, tuple[Change, ...]] = {
    "as it is": (),
    "half of the text moved": (half_moved,),
    "JSON-LD removed": (no_json_ld,),
    "JSON-LD broken": (broken_json_ld,),
    "other names": (other_names,),
    "other names, a hook kept": (other_names, mediator_hook),
    "nested deeper": (other_names, deeper),
    "title after the text": (other_names, title_after_text),
    "furniture between paragraphs": (other_names, furniture_inside),
    "lazy pictures": (other_names, lazy_pictures),
    "line breaks for paragraphs": (other_names, line_breaks),
    "nothing but divs": (other_names, only_divs),
    "AMP": (amp,),
    "no metadata": (other_names, no_metadata),
    "no metadata, date in words": (other_names, no_metadata, no_clock),
    "date in an odd place": (other_names, only_an_odd_date, no_metadata),
    "names, order, furniture": (other_names, title_after_text, furniture_inside),
    "divs, breaks, no JSON-LD": (other_names, line_breaks, only_divs, no_json_ld),
    "all at once": (
        other_names,
        title_after_text,
        furniture_inside,
        deeper,
        lazy_pictures,
        only_divs,
        no_metadata,
    ),
}


@dataclass(frozen=True)
class Sample:
    """An article of the look-alike: its pages as text, and what must be read from them."""

    path: str
    pages: tuple[str, ...]
    truth: dict[str, Any]
    kazakh: bool
    seen_at: datetime


def samples(
    articles: int, theme: Literal["current", "old"], edition: Literal["main", "kaz"]
) -> list[Sample]:
    newsroom = Newsroom(articles=articles, theme=theme, edition=edition)
    render = theme_current.article if theme == "current" else theme_old.article
    return [
        Sample(
            post.path,
            tuple(render(newsroom, post, n) for n in range(1, page_count(post) + 1)),
            post.truth(newsroom.now) | {"instant": post.local},
            edition == "kaz",
            newsroom.now,
        )
        for post in newsroom.posts
        if _is_readable(post)
    ]


def _is_readable(post: Post) -> bool:
    return post.outcome in {"article", "duplicate"}


def read(sample: Sample, changes: Sequence[Change]) -> Article | None:
    """Read an article in its redesign; None if it is not taken for one."""
    site = INFO365_KAZ if sample.kazakh else INFO365
    pages = []
    for number, page in enumerate(sample.pages, 1):
        text = page.replace(BASE, site.root).replace(OTHER_EDITION, "https://other.example")
        dress = Dress(parser.document_fromstring(text), random.Random(f"{sample.path}/{number}"))
        for change in changes:
            change(dress)
        body = parser.tostring(dress.root, encoding="utf-8", doctype="<!DOCTYPE html>")
        url = site.root + sample.path + (f"/{number}" if number > 1 else "")
        pages.append(Page(HtmlResponse(url, body=body, encoding="utf-8"), site, sample.seen_at))
    try:
        return CleanPipeline().process_article(read_article(pages))
    except NotAnArticle:
        return None


def words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))


def f1(got: str, wanted: str) -> float:
    ours, theirs = words(got), words(wanted)
    if not ours and not theirs:
        return 1.0
    return 2 * (ours & theirs).total() / (ours.total() + theirs.total())


def is_date_right(article: Article, truth: dict[str, Any]) -> bool:
    """Whether the date is the true one as far as it is given, to the minute if it has a clock.

    A day is right if no more can be known, a month only if the look-alike itself gives no more.
    """
    date, wanted = article.published_at or "", str(truth["published_at"])
    if not date:
        return False
    if article.date_raw and "ambiguous_hour" in truth["oddities"]:
        return date[:16] == wanted[:16]  # words do not tell which of the two it was
    if article.date_precision in {"second", "minute"} and truth["date_precision"] != "month":
        gap = datetime.fromisoformat(date) - datetime.fromisoformat(wanted)
        return abs(gap) < timedelta(minutes=1)
    if article.date_precision == "day":
        return str(truth["instant"]).startswith(date)
    return date == wanted or (truth["date_precision"] == "month" and date.startswith(wanted))


def alarms(found: Sequence[Article], before: Sequence[Article]) -> list[str]:
    """Return the causes of the alarms of a crawl of some articles after one of others.

    All count as young, and often enough for a sample that is judged.
    """
    now, then = (Counter[str](), Counter[str]())
    for counts, articles in ((now, found), (then, before)):
        for article in articles:
            rules.count_article(counts, article)
        counts.pop("old", None)
    times = -(-2 * rules.FEWEST // max(1, len(found)))
    now, then = (Counter({k: n * times for k, n in counts.items()}) for counts in (now, then))
    return [alarm.cause for alarm in rules.judge(now, [then], rules.LIMITS)]


def measure(name: str, taken: Sequence[Sample]) -> dict[str, Any]:
    """Read the samples in one redesign; return how well."""
    as_it_was = [article for sample in taken if (article := read(sample, ()))]
    read_ones = [(sample.truth, read(sample, REDESIGNS[name])) for sample in taken]
    found = [(truth, article) for truth, article in read_ones if article]
    fits = [f1(article.text, truth["text"]) for truth, article in found]
    ours = [words(article.text) for _, article in found]
    foreign = [our - words(truth["text"]) for our, (truth, _) in zip(ours, found, strict=True)]
    harmed = [a for fit, (_, a) in zip(fits, found, strict=True) if fit < WORST_F1_UNTOLD]
    noticed = [a for a in harmed if a.suspect or a.layout in {"hook", "generic"}]
    total = len(read_ones)
    return {
        "redesign": name,
        "pages": total,
        "rejected": total - len(found),
        "titles": round(sum(a.title == truth["title"] for truth, a in found) / total, 4),
        "dates": round(sum(is_date_right(a, truth) for truth, a in found) / total, 4),
        "f1": round(fmean(fits or [0]), 4),
        "f1_min": round(min(fits, default=0.0), 4),
        "harmed": len(harmed),
        "told": round(len(noticed) / len(harmed), 4) if harmed else 1,
        "furniture": round(
            sum(each.total() for each in foreign) / max(1, sum(each.total() for each in ours)), 4
        ),
        "alarms": alarms([article for _, article in found], as_it_was),
        "suspect": round(sum(bool(article.suspect) for _, article in found) / total, 4),
        "layouts": _shares([article.layout for _, article in found]),
        "sources": {
            key: _shares([article.provenance.get(key, "none") for _, article in found])
            for key in ("title", "published_at")
        },
    }


def _shares(values: Sequence[str]) -> dict[str, float]:
    return {name: round(n / len(values), 3) for name, n in Counter(values).most_common()}


def show_worst(name: str, taken: Sequence[Sample]) -> None:
    """Print the articles that a redesign harms most, with what differs."""
    found = [(sample, read(sample, REDESIGNS[name])) for sample in taken]
    scored = [(f1(a.text if a else "", s.truth["text"]), s, a) for s, a in found]
    for fit, sample, article in sorted(scored, key=lambda each: each[0])[:10]:
        text = article.text if article else ""
        ours, theirs = words(text), words(sample.truth["text"])
        more, less = " ".join(ours - theirs)[:150], " ".join(theirs - ours)[:150]
        print(f"  {fit:.2f} {sample.path[:60]} {sample.truth['oddities']} +[{more}] -[{less}]")
    for sample, article in found:
        truth = sample.truth
        if article is None or article.title != truth["title"]:
            print(f"  title {sample.path} {article and article.title!r} {truth['title']!r}")
        if article is None or not is_date_right(article, truth):
            print(
                f"  date {sample.path} {truth['oddities']} {truth['published_at']} "
                f"{article and (article.published_at, article.provenance.get('published_at'))}"
            )


def missed(result: dict[str, Any]) -> list[str]:
    """Return the targets that a redesign misses."""
    checks = {
        "titles": result["titles"] >= TITLES_AND_DATES,
        "dates": result["dates"] >= TITLES_AND_DATES,
    }
    checks["alarms"] = bool(result["alarms"]) == bool(REDESIGNS[result["redesign"]])
    if result["redesign"] in ONLY_TOLD:
        checks["told"] = result["told"] >= TOLD
    else:
        checks["f1"] = result["f1"] >= MEAN_F1
        checks["told"] = result["told"] == 1
    return [name for name, kept in checks.items() if not kept]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=150, help="of each theme and edition")
    options.add_argument("--only", choices=REDESIGNS)
    options.add_argument("--show", action="store_true", help="the articles that are read worst")
    chosen = options.parse_args()
    taken = [
        sample
        for theme in ("current", "old")
        for edition in ("main", "kaz")
        for sample in samples(chosen.articles, theme, edition)
    ]
    failed = False
    for name in [chosen.only] if chosen.only else REDESIGNS:
        result = measure(name, taken)
        result["missed"] = missed(result)
        if chosen.show:
            show_worst(name, taken)
        failed = failed or bool(result["missed"])
        print(json.dumps(result, ensure_ascii=False), flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
