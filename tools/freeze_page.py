"""Save a page of a site as a test page, with what is read from it, for a person to accept.

``python -m tools.freeze_page https://365info.kz/2026/11/slug``

A frozen page is ``<site>/<layout>/<name>.html``; a name that begins with ``listing`` is read as a
listing, any other as an article, which it may turn out not to be. The JSON beside it says where and
when the page was seen, and what is read from it. Exit status: 0 it is written, 1 it is not (the
page cannot be had, or is there already), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.http import HtmlResponse
from scrapy.settings import Settings

from kznews.commands import fail, one_page
from kznews.inspection import render
from kznews.inspection.explain import Look
from kznews.items import Article, NotAnArticle, SiteSnapshot
from kznews.monitoring.messages import say
from kznews.pages.article import is_cut_short, read_article
from kznews.pages.cloudflare import is_challenge
from kznews.pages.listing import read_listing, section_links
from kznews.pages.page import Page, as_html
from kznews.pages.snapshot import read_snapshot
from kznews.pipelines.clean import CleanPipeline
from kznews.sites import SITES, Site

Record = dict[str, Any]

PAGES = Path(__file__).parent.parent / "tests" / "frozen"
LISTING = "listing-"
OF_THE_PAGE = frozenset(
    {"id", "url", "language", "title", "lead", "text", "word_count", "authors", "tags"}
    | {"section", "sections", "published_at", "modified_at", "date_precision", "date_raw"}
    | {"images", "embeds", "related", "layout", "provenance"}
    | {"city", "temperature_now", "temperature_tomorrow", "rates", "contacts"}
)

_NEXT = {
    False: (
        "Read the JSON against the page, line by line: put right what a reader would\n"
        "deliver otherwise, then the code. From now on `make test` holds it to be true."
    ),
    True: (
        "The JSON says what is read from the page; no person has accepted it yet.\n"
        "Freeze the file without --to to make it a test."
    ),
}

_KEPT_LINKS = frozenset({"alternate", "canonical", "next", "prev", "shortlink"})
_SECRET = re.compile(r"nonce|token|csrf|secret|verif|integrity", re.IGNORECASE)
_IN_ADDRESS = re.compile(
    r"(?<=[?&;])(?:_wpnonce|nonce|token)=[^&#\"']*(?:&(?:amp;)?)?", re.IGNORECASE
)
_TRACKER = re.compile(
    r"//(?:[\w-]+\.)*(?:googletagmanager\.com|google-analytics\.com|doubleclick\.net|zero\.kz"
    r"|mc\.yandex\.\w+|counter\.yadro\.ru|top-fwz1\.mail\.ru|gemius\.pl)/|facebook\.com/tr\b"
)
_ATTRIBUTES = r"(?:[^>\"']|\"[^\"]*\"|'[^']*')*"
_TOKEN = re.compile(
    r"(?P<comment><!--.*?-->)"
    rf"|<(?P<whole>script|style|iframe)\b(?P<inner>{_ATTRIBUTES})>(?P<inside>.*?</(?P=whole)\s*>)"
    rf"|<(?P<tag>[a-z][a-z0-9:-]*)(?P<attributes>{_ATTRIBUTES})>",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"\s*([^\s=>\"'/]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>\"']+))?")
_GONE = "\0"
_EMPTY_NOSCRIPT = re.compile(rf"<noscript>[\s{_GONE}]*</noscript>", re.IGNORECASE)


class CannotFreezeError(Exception):
    """The page is no model for a test, or is there already; the message says why."""


class Command(one_page.ShowsPage, ScrapyCommand):
    """Save a page under tests/frozen, without scripts, styles and trackers, beside it what is read
    from it, for a person to accept.
    """

    summary = "Save a page for the tests"
    examples = (
        "python -m tools.freeze_page https://365info.kz/2026/11/slug",
        "python -m tools.freeze_page https://365info.kz/category/politika --listing",
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--to", type=Path, metavar="DIR", help="instead of tests/frozen")
        parser.add_argument("--name", help="name of the file (default: the address's last part)")
        parser.add_argument("--listing", action="store_true", help="the page lists articles")
        parser.add_argument("--force", action="store_true", help="replace what is there")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if opts.name and not re.fullmatch(r"[\w.-]+", opts.name):
            raise UsageError("--name takes letters, digits and hyphens", print_help=False)
        if opts.to is None and not PAGES.is_dir():
            raise UsageError(f"there is no {PAGES}: name a directory with --to", print_help=False)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            path = self.freeze(args, opts)
        except NotAnArticle as error:
            fail(self, render.not_to_be_had(error))
        except CannotFreezeError as error:
            fail(self, str(error))
        else:
            files = f"  {path}\n  {path.with_suffix('.json')}"
            say(f"Written:\n{files}\n{_NEXT[bool(opts.to)]}")

    def freeze(self, args: list[str], opts: argparse.Namespace) -> Path:
        """Write a page and what is read from it; return where it is."""
        look = one_page.look_at(self, args, opts)
        if look.site.name not in SITES:
            raise UsageError(
                f"{look.site.name} has no frozen pages: docs/adding-a-site.md", print_help=False
            )
        return _freeze(look, opts)


def _freeze(look: Look, opts: argparse.Namespace) -> Path:
    """Write a page and its record; raises ``CannotFreezeError``."""
    site = SITES[look.site.name]
    if is_challenge(look.response):
        why = render.why_not("challenge", "Cloudflare asks for a browser check")
        raise CannotFreezeError(f"That is no page of the site: {why}")
    page = Page(_at_home(look, site), site, look.seen_at)
    if is_cut_short(page):
        raise CannotFreezeError("The document ends inside the article: fetch or save it again.")
    seen: Record = {
        "url": page.canonical,
        "seen_at": look.seen_at.isoformat(timespec="seconds"),
    }
    if look.response.status != 200:
        seen["status"] = look.response.status
    prefix = LISTING if opts.listing else ""
    record = read(prefix, site, page.response.body, seen)
    body = stripped(page.response.body.decode()).encode()
    again = read(prefix, site, body, seen)
    if place := first_difference(record, again):
        raise CannotFreezeError(
            f"Nothing is written: stripped of scripts and styles the page reads otherwise ({place})"
            ".\nSave it by hand, as it is, and run the tests: they write the JSON."
        )
    if "reason" in record and not opts.listing:
        prefix = "not-an-article-"
    layout = layout_of(record) or (page.layout or site.layouts[0]).name
    name = prefix + (opts.name or _slug(page.canonical)).removeprefix(prefix or LISTING)
    path = (opts.to or PAGES) / site.name / layout / f"{name}.html"
    _write(path, body, seen | record, force=opts.force)
    return path


def _at_home(look: Look, site: Site) -> HtmlResponse:
    """Return a page under the site's own address, also where a copy served it."""
    found = as_html(look.response)
    if found is None:
        raise CannotFreezeError("That is no HTML: save the page as HTML.")
    text = found.text
    copy = urlsplit(look.site.root).netloc
    if look.site.root != site.root:
        host = re.escape(copy)
        text = re.sub(rf"https?://{host}(?![\w.:-])", site.root, text)
        text = re.sub(rf"https?:\\/\\/{host}(?![\w.:-])", _escaped(site.root), text)
    url = look.response.url.replace(look.site.root, site.root, 1)
    return HtmlResponse(url, status=look.response.status, body=text.encode(), encoding="utf-8")


def _escaped(url: str) -> str:
    return url.replace("/", "\\\\/")


def _slug(url: str) -> str:
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    return re.sub(r"[^\w.-]+", "-", last).strip("-.") or "page"


def _write(path: Path, body: bytes, record: Record, *, force: bool) -> None:
    frozen = path.with_suffix(".json")
    for file in (path, frozen):
        if file.exists() and not force:
            raise CannotFreezeError(
                f"{file} is there already: --force replaces it, --name gives another name."
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    frozen.write_text(f"{json.dumps(record, ensure_ascii=False, indent=1)}\n", "utf-8")


def read(name: str, site: Site, body: bytes, seen: Record) -> Record:
    """Return what a crawl reads from a page, by the name of its file.

    ``seen`` has the page's ``url``, ``seen_at`` and, where it was not 200, ``status``.
    """
    response = HtmlResponse(seen["url"], status=seen.get("status", 200), body=body)
    if is_challenge(response):
        return {"reason": "challenge"}
    found = as_html(response)
    if found is None:
        return {"reason": "not_html"}
    page = Page(found, site, datetime.fromisoformat(seen["seen_at"]))
    if name.startswith(LISTING):
        return {"listing": _listing(page)}
    try:
        article = CleanPipeline().process_article(read_article([page]))
    except NotAnArticle as error:
        return {"reason": error.reason, "detail": error.detail}
    # the text as a list of blocks: JSON has no lines
    record = _record(article) | {"text": article.text.split("\n\n")}
    around = read_snapshot(page)
    return {"article": record, "snapshot": _record(around) if around else None}


def layout_of(record: Record) -> str | None:
    """Return the layout by which a page was read, None for one that is not delivered."""
    layout = (record.get("article") or record.get("listing") or {}).get("layout")
    return str(layout) if layout else None


def _record(item: Article | SiteSnapshot) -> Record:
    return {key: value for key, value in asdict(item).items() if key in OF_THE_PAGE}


def _listing(page: Page) -> Record:
    found = read_listing(page)
    return {
        "layout": found.layout,
        "links": [[x.url, x.published and x.published.isoformat()] for x in found.links],
        "sections": [asdict(section) for section in section_links(page)],
    }


def first_difference(one: Any, other: Any, place: str = "") -> str | None:
    """Return where two records differ, such as ``article.text``; None if they do not."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys((*one, *other)):
            where = f"{place}.{key}" if place else str(key)
            if found := first_difference(one.get(key), other.get(key), where):
                return found
        return None
    return None if one == other else place


def stripped(text: str) -> str:
    """Return a page without what no reader reads: scripts, styles, comments, trackers, secrets.

    All else stays as it is written, mistakes included: parsing and writing would mend them.
    """
    text = _TOKEN.sub(_without_useless, text.replace(_GONE, ""))
    text = _EMPTY_NOSCRIPT.sub(_GONE, text)
    return re.sub(rf"(?m)^[ \t]*{_GONE}[{_GONE} \t]*\n", "", text).replace(_GONE, "")


def _without_useless(token: re.Match[str]) -> str:
    if token["comment"]:
        return _GONE
    tag = token["whole"] or token["tag"]
    written = token["inner"] if token["whole"] else token["attributes"]
    attributes = {
        name.lower(): html.unescape(value.strip("\"'"))
        for name, value in _ATTRIBUTE.findall(written)
    }
    if _is_useless(tag.lower(), attributes):
        return _GONE
    return f"<{tag}{_ATTRIBUTE.sub(_without_secret, written)}>{token['inside'] or ''}"


def _is_useless(tag: str, attributes: Mapping[str, str]) -> bool:
    get = attributes.get
    useless = {
        "style": True,
        "script": get("type") != "application/ld+json" and "data-telegram-post" not in attributes,
        "link": _KEPT_LINKS.isdisjoint(get("rel", "").lower().split()),
        "meta": bool(_SECRET.search(get("name", "") + get("property", ""))),
        "input": get("type") == "hidden",
        "iframe": bool(_TRACKER.search(get("src", ""))),
        "img": bool(_TRACKER.search(get("src", ""))),
    }
    return useless.get(tag, False)


def _without_secret(attribute: re.Match[str]) -> str:
    name, value = attribute.groups()
    if name.lower().startswith("on") or _SECRET.search(name):
        return ""
    if value and name.lower() in {"action", "href", "src"}:
        return attribute[0].replace(value, _IN_ADDRESS.sub("", value))
    return attribute[0]


def main(words: list[str]) -> int:
    """Freeze what a person names; return the exit status."""
    command = Command()
    parser = argparse.ArgumentParser(
        prog="python -m tools.freeze_page",
        usage="%(prog)s [options] <address or file>",
        description=command.long_desc(),
        conflict_handler="resolve",
    )
    parser.add_argument("page", nargs="*", help=argparse.SUPPRESS)
    command.settings = Settings()
    command.settings.setmodule("kznews.settings", priority="project")
    command.add_options(parser)
    opts = parser.parse_args(words)
    try:
        command.process_options(opts.page, opts)
        command.crawler_process = AsyncCrawlerProcess(command.settings)
        command.run(opts.page, opts)
    except UsageError as error:
        parser.error(str(error))
    return command.exitcode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
