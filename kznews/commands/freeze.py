"""``scrapy freeze``: a page of the site as a test page, with what is read from it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.http import HtmlResponse

from kznews import freezing
from kznews.commands import examples, fail
from kznews.inspection import fetch
from kznews.items import NotAnArticle
from kznews.messages import say
from kznews.pages.article import is_cut_short
from kznews.pages.cloudflare import is_challenge
from kznews.pages.page import Page, as_html
from kznews.sites import SITES
from kznews.stripping import stripped

if TYPE_CHECKING:
    import argparse

    from kznews.sites import Site

PAGES = Path(__file__).parent.parent.parent / "tests" / "pages"


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


class CannotFreezeError(Exception):
    """The page is no model for a test, or is there already; the message says why."""


class Command(ScrapyCommand):
    """Exit status: 0 it is written, 1 it is not (the page cannot be had, or is there), 2 usage."""

    requires_project = True

    def syntax(self) -> str:
        return "[options] <address or file>"

    def short_desc(self) -> str:
        return "Save a page as a frozen test page"

    def long_desc(self) -> str:
        return (
            "Save a page under tests/pages, without scripts, styles and trackers, beside it what "
            "is read from it, for a person to accept."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        fetch.add_options(parser)
        parser.add_argument("--to", type=Path, metavar="DIR", help="instead of tests/pages")
        parser.add_argument("--name", help="name of the file (default: the address's last part)")
        parser.add_argument("--listing", action="store_true", help="the page lists articles")
        parser.add_argument("--force", action="store_true", help="replace what is there")
        examples(
            parser,
            "scrapy freeze https://365info.kz/2026/11/slug",
            "scrapy freeze https://365info.kz/category/politika --listing",
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        fetch.be_quiet(self, opts)
        if opts.name and not re.fullmatch(r"[\w.-]+", opts.name):
            raise UsageError("--name takes letters, digits and hyphens", print_help=False)
        if opts.to is None and not PAGES.is_dir():
            raise UsageError(f"there is no {PAGES}: name a directory with --to", print_help=False)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            path = self.freeze(args, opts)
        except NotAnArticle as error:
            fail(self, fetch.not_to_be_had(error))
        except CannotFreezeError as error:
            fail(self, str(error))
        else:
            files = f"  {path}\n  {path.with_suffix('.json')}"
            say(f"Written:\n{files}\n{_NEXT[bool(opts.to)]}")

    def freeze(self, args: list[str], opts: argparse.Namespace) -> Path:
        """Write a page and what is read from it; return where it is."""
        look = fetch.look_at(self, args, opts)
        if look.site.name not in SITES:
            raise UsageError(
                f"{look.site.name} has no frozen pages: docs/adding-a-site.md", print_help=False
            )
        return _freeze(look, opts)


def _freeze(look: fetch.Look, opts: argparse.Namespace) -> Path:
    """Write a page and its record; raises ``CannotFreezeError``."""
    site = SITES[look.site.name]
    if is_challenge(look.response):
        why = fetch.why_not("challenge", "Cloudflare asks for a browser check")
        raise CannotFreezeError(f"That is no page of the site: {why}")
    page = Page(_at_home(look, site), site, look.seen_at)
    if is_cut_short(page):
        raise CannotFreezeError("The document ends inside the article: fetch or save it again.")
    seen: freezing.Record = {
        "url": page.canonical,
        "seen_at": look.seen_at.isoformat(timespec="seconds"),
    }
    if look.response.status != 200:
        seen["status"] = look.response.status
    prefix = freezing.LISTING if opts.listing else ""
    record = freezing.read(prefix, site, page.response.body, seen)
    body = stripped(page.response.text).encode()
    again = freezing.read(prefix, site, body, seen)
    if place := freezing.first_difference(record, again):
        raise CannotFreezeError(
            f"Nothing is written: stripped of scripts and styles the page reads otherwise ({place})"
            ".\nSave it by hand, as it is, and run the tests: they write the JSON."
        )
    if "reason" in record and not opts.listing:
        prefix = "not-an-article-"
    layout = freezing.layout_of(record) or (page.layout or site.layouts[0]).name
    name = prefix + (opts.name or _slug(page.canonical)).removeprefix(prefix or freezing.LISTING)
    path = (opts.to or PAGES) / site.name / layout / f"{name}.html"
    _write(path, body, seen | record, force=opts.force)
    return path


def _at_home(look: fetch.Look, site: Site) -> HtmlResponse:
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


def _write(path: Path, body: bytes, record: freezing.Record, *, force: bool) -> None:
    frozen = path.with_suffix(".json")
    for file in (path, frozen):
        if file.exists() and not force:
            raise CannotFreezeError(
                f"{file} is there already: --force replaces it, --name gives another name."
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    frozen.write_text(f"{json.dumps(record, ensure_ascii=False, indent=1)}\n", "utf-8")
