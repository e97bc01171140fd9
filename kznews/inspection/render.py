"""An inspection as lines for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from kznews.monitoring.messages import WIDTH
from kznews.text import word_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kznews.inspection.explain import Record
    from kznews.items import NotAnArticle

_SAVE_IT = "save the page from a browser and name the file instead of the address"
_REMEDIES = {
    "challenge": f"It is not evaded: {_SAVE_IT}.",
    "blocked": f"It is not evaded: {_SAVE_IT}.",
    "robots": f"It is obeyed: {_SAVE_IT}.",
    "rate_limited": "Try again when the site allows it.",
    "dns": "Is the name right, and the network up? A saved page needs neither.",
    "unreachable": "Is the address right, and the network up? A saved page needs neither.",
    "timeout": f"Try again later, or {_SAVE_IT}.",
    "redirected": "Name the address that it leads to.",
    "http_404": "Is the address right? A browser shows where the article went.",
    "truncated": "Fetch or save the page again.",
    "empty": "Fetch or save the page again.",
    "not_html": "Save the page as HTML, not as an archive or an image.",
}


def as_text(record: Record) -> str:
    """Return what ``explain.inspect`` found as text for people."""
    return "\n".join(_lines(record))


def _lines(record: Record) -> Iterator[str]:
    yield record["url"]
    yield from textwrap.wrap(_verdict(record), WIDTH)
    if suspect := record["verdict"]["suspect"]:
        yield from textwrap.wrap(f"Suspect: {suspect}.", WIDTH)
    if record.get("next_part"):
        yield f"It goes on at {record['next_part']}: only this part is shown."
    if listing := record.get("listing"):
        layout = listing["layout"] or "none"
        yield f"As a listing it has {listing['links']} links (layout: {layout})."
    if record.get("layouts"):
        yield from ("", "FIELDS: what is taken; below, what each source says (> the one that hit)")
        yield from _field_lines(record["fields"])
        yield from ("", "BODY: what each reader finds (> the one that is taken)")
        yield from _body_lines(record)
        yield from ("", "SELECTORS: how many elements of the page each one matches")
        yield from _selector_lines(record)
        yield from ("", "CUT: what is left out of the body, and the rule that did it")
        for cut in record["cuts"]:
            yield _fit(f"  {cut['kind']:12}", cut["rule"])
            if cut["words"]:
                yield _fit("      ", f"«{cut['words']}»")
        if not record["cuts"]:
            yield "  nothing"


def _verdict(record: Record) -> str:
    of = f"of {record['site']} (seen {record['seen_at']})"
    verdict = record["verdict"]
    if not verdict["article"]:
        return f"No article {of}: {why_not(verdict['reason'], verdict['detail'])}"
    text = record["fields"]["text"]
    return f"An article {of}: {word_count(text['value'])} words, body read by: {text['source']}."


def _field_lines(fields: Record) -> Iterator[str]:
    for name, field in fields.items():
        if name in {"lead", "text"}:
            continue
        yield _fit(f"{name:14}", field["value"], field["source"])
        hit = (field["source"] or "").partition(",")[0]
        for said in field["sources"]:
            value, note = said["value"], said["note"]
            if note and note != value:
                value = f"{value} = {note}"
            yield _fit(f"  {'>' if said['source'] == hit else ' '} {said['source']:12}", value)


def _body_lines(record: Record) -> Iterator[str]:
    text, lead = (record["fields"][name] for name in ("text", "lead"))
    pointed = text["source"]
    for body in record["bodies"]:
        is_there = body["elements"] or not body["selector"]
        start = f"  {'>' if is_there and body['source'] == pointed else ' '} {body['source']:10}"
        if not is_there:
            yield _fit(f"{start}{'no element':23}", body["selector"])
            continue
        if body["source"] == pointed:
            pointed = None
        counts = f"{body['words']:>5} words {body['blocks']:>3} blocks  "
        yield _fit(f"{start}{counts}", body["selector"] or "")
        if body["first"]:
            yield _fit("      ", f"«{body['first']}»")
    yield _fit(f"{'lead':14}", lead["value"], lead["source"])
    yield _fit(f"{'text':14}", text["value"], text["source"])


def _selector_lines(record: Record) -> Iterator[str]:
    for layout in record["layouts"]:
        yield f"  {layout['name']}{' (the page has it)' if layout['found'] else ''}"
        last = None
        for match in layout["selectors"]:
            part = match["part"] if match["part"] != last else ""
            last = match["part"]
            yield _fit(f"    {part:14}{match['elements']:>3}  ", match["selector"])
    if record["layout"] is None:
        yield "  The page has none of the known layouts."


def _fit(start: str, value: Any, source: str | None = None) -> str:
    """Return a name and its value on one line of the terminal, cut if it is too long."""
    end = f"  ({source})" if source else ""
    text = " ".join(_plain(value).split()) or ("-" if value != "" else "")
    room = WIDTH - len(start) - len(end)
    if len(text) > room:
        text = f"{text[: room - 1]}…"
    return f"{start}{text}{end}".rstrip()


def _plain(value: Any) -> str:
    """Return a field's value as text; sections and pictures are dictionaries."""
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, dict) and "slug" in value:
        return f"{value['name'] or '-'} [{value['slug'] or '-'}]"
    if isinstance(value, dict):
        credit = f"© {value['credit']}" if value["credit"] else None
        return " ".join(filter(None, (value["url"], value["caption"], credit)))
    return "" if value is None else str(value)


def not_to_be_had(error: NotAnArticle) -> str:
    """Return why a page could not be fetched, wrapped for a terminal."""
    message = f"Cannot be fetched: {why_not(error.reason, error.detail)}"
    return textwrap.fill(message, WIDTH, break_long_words=False, break_on_hyphens=False)


def why_not(reason: str | None, detail: str | None) -> str:
    """Return on one line why there is no article, and what a person can do."""
    remedy = _REMEDIES.get(reason or "", "")
    return f"{reason}{f' ({detail})' if detail else ''}. {remedy}".rstrip()
