"""What ``scrapy inspect`` tells of a page, for machines and for an 80-column terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kznews.inspection import fetch
from kznews.inspection.explain import Candidate, Said, Theme, explain, plain_rules
from kznews.inspection.fetch import WIDTH
from kznews.items import Article, Image, Section
from kznews.pages.article import next_page_url
from kznews.pages.listing import read_listing
from kznews.text import word_count

if TYPE_CHECKING:
    from kznews.pages.body import Cut

_SHOWN = (
    "title",
    "authors",
    "section",
    "sections",
    "tags",
    "published_at",
    "modified_at",
    "images",
)
_NOTHING = "-"


@dataclass
class Field:
    """A field as a crawl delivers it, where it is from, and what each of its sources says."""

    value: Any
    source: str | None
    sources: list[Said] = field(default_factory=list)


@dataclass
class Inspection:
    """How a page is read; ``layout`` is the one it wears, ``verdict`` what a crawl makes of it."""

    url: str
    site: str
    seen_at: str
    verdict: dict[str, Any]
    layout: str | None = None
    fields: dict[str, Field] = field(default_factory=dict)
    bodies: list[Candidate] = field(default_factory=list)
    layouts: list[Theme] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    next_part: str | None = None
    listing: dict[str, Any] | None = None


def inspect(look: fetch.Look) -> Inspection:
    """Read a page as a crawl does, and ask everything that could have been asked of it."""
    reading = fetch.read(look)
    page = reading.page
    verdict = {
        "article": reading.reason is None,
        "reason": reading.reason,
        "detail": reading.detail,
        "suspect": reading.article.suspect if reading.article else None,
    }
    found = Inspection(look.response.url, look.site.name, look.seen_at.isoformat(), verdict)
    if page is None:
        return found
    told = explain(page)
    found.url = page.canonical
    found.layout = told.worn
    found.fields = _fields(reading.article, told.fields)
    found.bodies = told.bodies
    found.layouts = told.themes
    found.cuts = plain_rules(reading.cuts)
    found.next_part = next_page_url(page)
    if reading.article is None:
        listing = read_listing(page)
        found.listing = {"layout": listing.layout or None, "links": len(listing.links)}
    return found


def _fields(article: Article | None, said: dict[str, list[Said]]) -> dict[str, Field]:
    provenance = article.provenance if article else {}
    taken = {name: getattr(article, name, None) for name in (*_SHOWN, "lead", "text")}
    source = {**provenance, "section": provenance.get("sections"), "lead": provenance.get("text")}
    return {
        name: Field(value, source.get(name) if value else None, said.get(name, []))
        for name, value in taken.items()
    }


def as_text(found: Inspection) -> str:
    """Return an inspection as lines for people."""
    lines = [found.url, *textwrap.wrap(_verdict(found), WIDTH)]
    if found.verdict["suspect"]:
        lines += textwrap.wrap(f"Suspect: {found.verdict['suspect']}.", WIDTH)
    if found.next_part:
        lines.append(f"It goes on at {found.next_part}: only this part is shown.")
    if found.listing:
        count, layout = found.listing["links"], found.listing["layout"]
        lines.append(f"As a listing it has {count} links (layout: {layout or 'none'}).")
    if found.layouts:
        lines += ["", "FIELDS: what is taken; below, what each source says (> the one that hit)"]
        lines += _field_lines(found)
        lines += ["", "BODY: what each reader finds (> the one that is taken)"]
        lines += _body_lines(found)
        lines += ["", "SELECTORS: how many elements of the page each one matches"]
        lines += _selector_lines(found)
        lines += ["", "CUT: what is left out of the body, and the rule that did it"]
        lines += _cut_lines(found.cuts) or ["  nothing"]
    return "\n".join(lines)


def _verdict(found: Inspection) -> str:
    verdict = found.verdict
    seen = f"seen {found.seen_at}"
    if not verdict["article"]:
        why = fetch.why_not(verdict["reason"], verdict["detail"])
        return f"No article of {found.site} ({seen}): {why}"
    body = found.fields["text"].source
    words = word_count(found.fields["text"].value)
    return f"An article of {found.site} ({seen}): {words} words, body read by: {body}."


def _field_lines(found: Inspection) -> Iterator[str]:
    for name in _SHOWN:
        shown = found.fields[name]
        yield _fit(f"{name:14}", shown.value, shown.source)
        for said in shown.sources:
            value = said.value
            if said.note and said.note != value:
                value = f"{value} = {said.note}"
            yield _fit(f"  {_mark(said.source, shown.source)} {said.source:12}", value)


def _body_lines(found: Inspection) -> Iterator[str]:
    text, lead = found.fields["text"], found.fields["lead"]
    hits = (x for x in found.bodies if x.source == text.source and (x.elements or not x.selector))
    taken = next(hits, None)
    for body in found.bodies:
        start = f"  {'>' if body is taken else ' '} {body.source:10}"
        if body.selector and not body.elements:
            yield _fit(f"{start}{'no element':23}", body.selector)
            continue
        yield _fit(f"{start}{body.words:>5} words {body.blocks:>3} blocks  ", body.selector or "")
        if body.first:
            yield _fit("      ", f"«{body.first}»")
    yield _fit(f"{'lead':14}", lead.value, lead.source)
    yield _fit(f"{'text':14}", text.value, text.source)


def _selector_lines(found: Inspection) -> Iterator[str]:
    for theme in found.layouts:
        yield f"  {theme.name}{' (the page wears it)' if theme.worn else ''}"
        last = ""
        for match in theme.selectors:
            part = match.part if match.part != last else ""
            last = match.part
            yield _fit(f"    {part:14}{match.elements:>3}  ", match.selector)
    if found.layout is None:
        yield "  The page wears none of the known layouts."


def _cut_lines(cuts: Iterable[Cut]) -> list[str]:
    lines = []
    for cut in cuts:
        lines.append(_fit(f"  {cut.kind:12}", cut.rule))
        if cut.words:
            lines.append(_fit("      ", f"«{cut.words}»"))
    return lines


def _mark(source: str, taken: str | None) -> str:
    """Point at the source that hit; provenance may say more than its name."""
    return ">" if taken and taken.partition(",")[0] == source else " "


def _fit(start: str, value: Any, source: str | None = None) -> str:
    """Return a value after its name on one line of the terminal, cut where it is too long."""
    end = f"  ({source})" if source else ""
    text = " ".join(_plain(value).split()) or (_NOTHING if value != "" else "")
    room = WIDTH - len(start) - len(end)
    if len(text) > room:
        text = f"{text[: room - 1]}…"
    return f"{start}{text}{end}".rstrip()


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, Section):
        return f"{value.name or _NOTHING} [{value.slug or _NOTHING}]"
    if isinstance(value, Image):
        notes = [x for x in (value.caption, value.credit and f"© {value.credit}") if x]
        return " ".join([value.url, *notes])
    return "" if value is None else str(value)
