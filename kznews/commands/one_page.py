"""One page, from the site or from a file, outside any run: nothing is stored or delivered.

For the commands that show how a page is read.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.exceptions import UsageError
from scrapy.http import HtmlResponse

from kznews.commands import Documented
from kznews.inspection.explain import Look
from kznews.items import NotAnArticle
from kznews.pages.dom import strings
from kznews.pages.page import as_html
from kznews.pages.parsing import parse
from kznews.sites import SITES
from kznews.sites.wordpress import wordpress_site
from kznews.sources.failures import failure_reason

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from kznews.sites import Site

WORDPRESS = "wordpress"
_ADDRESS = re.compile(
    r"https?://(?:[\w.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?(?![^/?#])", re.IGNORECASE
)
_OWN_LINKS = "//link[@rel='canonical']/@href | //meta[@property='og:url']/@content"


class _OnePage(Spider):
    """Requests one address, as politely as any crawl, without archive and feeds."""

    name = "one-page"

    def __init__(self, address: str, source: Site) -> None:
        super().__init__()
        self.address = address
        self.source = source
        self.response: Response | None = None
        self.failure: tuple[str, str | None] | None = None

    async def start(self) -> AsyncIterator[Any]:
        yield Request(self.address, callback=self.saw, errback=self.failed)

    def saw(self, response: Response) -> None:
        self.response = response

    def failed(self, failure: Failure) -> None:
        self.failure = failure_reason(failure)


class ShowsPage(Documented):
    """Mixed into a command that looks at one page; it logs nothing, unless a log is asked for."""

    requires_project = True
    usage = "[options] <address or file>"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        names = ", ".join((*SITES, WORDPRESS))
        parser.add_argument(
            "--site", metavar="NAME", help=f"whose page it is, or a copy of: {names}"
        )
        parser.add_argument("--url", help="the address of a saved page that does not name its own")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if not opts.loglevel and not opts.logfile:
            self.settings.set("LOG_LEVEL", "CRITICAL", priority="cmdline")


def look_at(command: ShowsPage, args: list[str], opts: argparse.Namespace) -> Look:
    """Return the named page; raises ``NotAnArticle``, ``UsageError``."""
    if len(args) != 1:
        raise UsageError("name one page: its address, or the file it is saved in")
    (name,) = args
    if _ADDRESS.match(name):
        if opts.url:
            raise UsageError("--url is for saved pages", print_help=False)
        return _fetch(command, name, site_of(name, opts.site))
    if not Path(name).is_file():
        raise UsageError(
            f"{name!r} is neither a file nor an address such as https://365info.kz/2026/11/slug",
            print_help=False,
        )
    return open_file(Path(name), opts.url, opts.site)


def site_of(url: str, name: str | None) -> Site:
    """Return the site of an address; a named site is served at it."""
    match = _ADDRESS.match(url)
    if not match:
        raise UsageError(f"{url!r} is no address such as https://365info.kz/2026/11/slug")
    names = ", ".join((*SITES, WORDPRESS))
    if name == WORDPRESS:
        return wordpress_site(match[0])
    if name is not None:
        if name not in SITES:
            raise UsageError(f"there is no site {name!r}; there are {names}", print_help=False)
        return SITES[name] if SITES[name].serves(url) else SITES[name].at(match[0])
    host = match[0].lower().partition("://")[2]
    for site in SITES.values():
        if host in site.hosts:
            return site
    raise UsageError(
        f"{host} is none of the known hosts; say whose pages it has: --site NAME, one of {names}",
        print_help=False,
    )


def open_file(path: Path, url: str | None, name: str | None) -> Look:
    """Return a saved page; the JSON beside a frozen one says how it was seen.

    Otherwise it was seen when the file was written, at the address that it names.
    """
    body = path.read_bytes()
    frozen = path.with_suffix(".json")
    seen: dict[str, Any] = {}
    if frozen != path and frozen.is_file():
        try:
            record = json.loads(frozen.read_text("utf-8"))
            seen = record if isinstance(record, dict) else {}
        except ValueError:
            seen = {}
    address = url or seen.get("url") or _own_address(path, body)
    seen_at = seen.get("seen_at")
    return Look(
        HtmlResponse(address, status=seen.get("status", 200), body=body),
        site_of(address, name),
        datetime.fromisoformat(seen_at)
        if seen_at
        else datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0),
    )


def _own_address(path: Path, body: bytes) -> str:
    html = as_html(HtmlResponse("http://localhost", body=body))
    if html is None:
        raise NotAnArticle("not_html" if body.strip() else "empty", f"{path} holds no HTML")
    links = strings(parse(html.body), _OWN_LINKS)
    own = next((link for link in links if _ADDRESS.match(link)), None)
    if own is None:
        raise UsageError(
            f"{path} does not name its address (<link rel=canonical>); give it with --url",
            print_help=False,
        )
    return own


def _fetch(command: ShowsPage, address: str, site: Site) -> Look:
    process = command.crawler_process
    crawler: Crawler = process.create_crawler(_OnePage)
    process.crawl(crawler, address=address, source=site)
    process.start()
    spider = crawler.spider
    if isinstance(spider, _OnePage) and spider.failure:
        raise NotAnArticle(*spider.failure)
    if not isinstance(spider, _OnePage) or spider.response is None:
        raise NotAnArticle("ignored", "Scrapy did not fetch it; with -L INFO it says why")
    return Look(spider.response, site, datetime.now(UTC).replace(microsecond=0), address)
