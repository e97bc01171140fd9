"""The arguments that every spider of the project takes, checked before anything is fetched.

``scrapy crawl 365info -a sections=politika,mir -a since=2026-10-01``
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kznews import dates
from kznews.browser.requests import NEVER, RENDER
from kznews.sites.wordpress import wordpress_site
from kznews.sources.base import (
    CAPTURES,
    COMMON,
    EACH,
    GONE,
    LAST,
    MISSING,
    NEWEST,
    OLDEST,
    REST,
    SECTIONS,
    SITEMAP,
    WHICH,
)

if TYPE_CHECKING:
    from kznews.sites import Site


HELP = "`-a help=1` shows what there is."


class ArgumentError(ValueError):
    """A spider argument that is unknown or malformed; the message names it and the remedy."""


@dataclass(frozen=True)
class Arguments:
    """What a run was asked for; None and empty mean no restriction."""

    sections: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    max_pages: int | None = None
    max_articles: int | None = None
    urls: tuple[str, ...] | None = None
    """An empty list is a list, too: nothing is to be fetched."""
    base_url: str | None = None
    full: bool = False
    order: str = NEWEST
    source: str | None = None
    render: str | None = None
    types: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    jobs: str = "1"
    which: str = MISSING
    captures: str = LAST
    site: str | None = None

    def site_of(self, edition: Site | None) -> Site:
        """Return the site that is crawled: the spider's edition, or the one that was named."""
        named = wordpress_site(self.site) if self.site else edition
        assert named is not None
        return named.at(self.base_url) if self.base_url else named

    def window(self, zone: str) -> Window:
        """Return the asked-for days as instants of the site's zone."""
        tz = dates.zone(zone)
        first = self.since or dates.usable(date.min)
        after = (self.until or dates.usable(date.max)) + timedelta(days=1)
        return Window(*(datetime.combine(d, time(), tz).astimezone(UTC) for d in (first, after)))


@dataclass(frozen=True)
class Window:
    """A stretch of time, its end exclusive."""

    start: datetime
    end: datetime

    def misses(self, moment: dates.Moment | None) -> bool:
        """Whether the moment surely lies outside; what is known too vaguely may lie inside."""
        return moment is not None and (self.is_after(moment) or moment.at >= self.end)

    def is_after(self, moment: dates.Moment) -> bool:
        """Whether the moment is too old for the window."""
        return moment.last() < self.start


def _slugs(text: str) -> tuple[str, ...]:
    slugs = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not slugs or not all(re.fullmatch(r"[\w%-]+", slug) for slug in slugs):
        raise ValueError("expected section slugs such as politika,ekonomika")
    return tuple(dict.fromkeys(slugs))


def _types(text: str) -> tuple[str, ...]:
    types = tuple(part.strip() for part in text.split(",") if part.strip())
    if not types or not all(re.fullmatch(r"[\w-]{1,50}", name) for name in types):
        raise ValueError("expected types of posts such as post,news")
    return tuple(dict.fromkeys(types))


def _count(text: str) -> int:
    if not re.fullmatch(r"0*[1-9][0-9]{0,17}", text):
        raise ValueError("expected a whole number from 1 up")
    return int(text)


def _flag(text: str) -> bool:
    flags = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in flags:
        raise ValueError("expected 1 or 0")
    return flags[text.lower()]


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.strip().lower() not in words:
            raise ValueError(f"expected {' or '.join(words)}")
        return text.strip().lower()

    return read


def _base_url(text: str) -> str:
    found = re.fullmatch(r"https?://(?:[\w.-]+|\[::1\])(?::([0-9]{1,5}))?/?", text.strip())
    if not found or not 0 < int(found[1] or 80) < 2**16:
        raise ValueError("expected an address such as http://127.0.0.1:8000")
    return text.strip().rstrip("/")


def _urls(text: str) -> tuple[str, ...]:
    listed = _listed(text, "addresses")
    if not listed and not text.startswith("@"):
        raise ValueError("expected article addresses, comma-separated, or @file")
    return listed


def _listed(text: str, what: str) -> tuple[str, ...]:
    if text.startswith("@"):
        try:
            listed = Path(text[1:]).read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"cannot read the list of {what}: {error}") from None
    else:
        listed = text.split(",")
    return tuple(dict.fromkeys(part.strip() for part in listed if part.strip()))


def _files(text: str) -> tuple[str, ...]:
    listed = _listed(text, "files")
    if not listed:
        raise ValueError("expected paths or addresses of WARC files, comma-separated, or @list")
    return listed


def _jobs(text: str) -> str:
    jobs = text.strip()
    if not re.fullmatch(r"[1-9]\d?|(?:tcp|tls|ws|wss)://\S+", jobs):
        raise ValueError("expected a number from 1 to 99, or an address such as tcp://host:8786")
    return jobs


@dataclass(frozen=True)
class Argument:
    """How an argument's text becomes a value, what it means, and a text that it may be given."""

    read: Callable[[str], Any]
    meaning: str
    example: str


ARGUMENTS: Mapping[str, Argument] = {
    "sections": Argument(
        _slugs, "slugs of the sections to crawl, comma-separated; all by default", "politika,mir"
    ),
    "since": Argument(dates.day, "first day of publication, on the site's clock", "2026-11-01"),
    "until": Argument(dates.day, "last day of publication, on the site's clock", "2026-11-30"),
    "max_pages": Argument(_count, "listing pages to read of each section", "20"),
    "max_articles": Argument(_count, "articles to deliver in this run", "50"),
    "urls": Argument(
        _urls,
        "articles to fetch instead of sections: comma-separated, or a file with one a line",
        "@missing.txt",
    ),
    "base_url": Argument(
        _base_url,
        "another address of the same site: a demo, a test, a mirror",
        "http://127.0.0.1:8365",
    ),
    "full": Argument(_flag, "1: fetch what is known, too, to see what changed", "1"),
    "order": Argument(
        _one_of(NEWEST, OLDEST), "which articles come first: newest (default) or oldest", OLDEST
    ),
    "source": Argument(
        _one_of(REST, SITEMAP, SECTIONS),
        "the only source of addresses to try: rest, sitemap or sections",
        SITEMAP,
    ),
    "render": Argument(
        _one_of(*RENDER),
        "use a browser: auto (where nothing else will do, default), always, never",
        NEVER,
    ),
    "types": Argument(
        _types, "types of posts to ask the API for, comma-separated; post by default", "post,news"
    ),
    "files": Argument(
        _files,
        "WARC or ARC files: paths, patterns, addresses (http, https, s3), separated by commas, or "
        "a file with one a line; those of the data directory by default",
        "kept/*.warc.gz",
    ),
    "jobs": Argument(
        _jobs,
        "processes that read pages: how many, or the address of a Dask scheduler; 1 by default",
        "2",
    ),
    "which": Argument(
        _one_of(*WHICH),
        "articles to look for in a web archive: missing (here, default), gone (from the site), all",
        GONE,
    ),
    "captures": Argument(
        _one_of(*CAPTURES), "captures of each article: last (default), first, each change", EACH
    ),
    "site": Argument(_base_url, "address of a WordPress news site", "https://example.kz"),
}

RENAMED = {"door": "source"}
"""Arguments by the names that they had in earlier versions."""


def parse(
    given: Mapping[str, str], site: Site | None, takes: Collection[str] = COMMON
) -> Arguments:
    """Return the arguments of a spider, which takes some of them, as values.

    Scrapyd's own, which begin with an underscore, are passed over. ``site`` is None for a spider
    that gets its site by an argument. Raises ``ArgumentError`` for any argument that is unknown,
    malformed, missing or contradicts another.
    """
    values: dict[str, Any] = {}
    for given_name, text in given.items():
        name = RENAMED.get(given_name, given_name)
        if name.startswith("_"):
            continue
        if name not in takes:
            near = get_close_matches(name, takes, 1)
            meant = f" (did you mean {near[0]!r}?)" if near else ""
            raise ArgumentError(f"unknown spider argument {name!r}{meant}. {HELP}")
        try:
            values[name] = ARGUMENTS[name].read(str(text))
        except ValueError as error:
            raise ArgumentError(f"spider argument {name}={text!r:.200}: {error}. {HELP}") from None
    arguments = replace(Arguments(), **values)
    if site is None and arguments.site is None:
        raise ArgumentError(f"name the site: -a site=https://example.kz. {HELP}")
    if arguments.sections and (arguments.types or arguments.source == SITEMAP):
        other = "types" if arguments.types else f"source={SITEMAP}"
        raise ArgumentError(f"sections and {other} exclude each other: leave {other} out. {HELP}")
    if arguments.since and arguments.until and arguments.since > arguments.until:
        raise ArgumentError(f"since={arguments.since} is later than until={arguments.until}.")
    own = arguments.site_of(site)
    if strange := next((url for url in arguments.urls or () if not own.article_url(url)), None):
        raise ArgumentError(
            f"spider argument urls: {strange!r:.200} is no article address of {own.root} "
            f"(expected {own.root}/2026/11/slug)."
        )
    return arguments


def manual(command: str, about: str, takes: Collection[str]) -> str:
    """Return the arguments that a spider takes, with meanings and examples, for a terminal.

    ``command`` is what the spider is run by (``scrapy crawl 365info``), ``about`` what it is.
    """
    names = [name for name in ARGUMENTS if name in takes]
    lines = [about, ""]
    for name in names:
        meaning = textwrap.fill(ARGUMENTS[name].meaning, 72)
        lines += [f"  -a {name}={ARGUMENTS[name].example}", textwrap.indent(meaning, " " * 8)]
    telling = [name for name in names if name not in {"base_url", "urls"}]
    used = ["site"] if "site" in takes else telling[:2]
    given = " ".join(f"-a {name}={ARGUMENTS[name].example}" for name in used)
    return "\n".join([*lines, "", "For example:", "", f"  {command} {given}"])
