"""Players and other people's posts: which element is one, and what its address is.

They are known by kind, not by plugin: a frame shows what it loads, now or after a click, and any
element may name the address of one player or post (``kznews/sites/services.py``).
"""

from __future__ import annotations

import re
from base64 import b64decode
from itertools import chain, islice
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from w3lib.url import url_query_cleaner

from kznews.items import Embed
from kznews.pages.addresses import absolute, host_of
from kznews.pages.dom import HEADINGS, attributes, class_words, content, strings
from kznews.pages.parsing import parse_fragment
from kznews.sites.services import (
    ADVERTISERS,
    BY_HOST,
    BY_KIND,
    FILES,
    KEYS,
    LAZY_PLAYERS,
    OEMBED,
    PREVIEW,
    VK_POST,
    WIDGETS,
    Service,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

LONGEST_MARKUP = 20_000
"""Characters of a script or an attribute in which the markup of a player waits."""
MOST_PARTS = 100
"""Elements of a player's placeholder."""
LONGEST_LABEL = 200
"""Characters that an element says beside the player whose address it holds."""

FRAMES = frozenset({"iframe", "embed", "object", "amp-iframe"})
SOUND = {"video": "video", "audio": "audio", "amp-video": "video", "amp-audio": "audio"}
_PROSE = frozenset({"p", "li", *HEADINGS})
_NO_SIZE = frozenset({"0", "1"})
_UNSEEN = frozenset({"noscript", "template", "body"})
_NO_SCRIPT = frozenset({"text/plain", "text/template", "text/x-template", "text/html"})
_ADDRESS = re.compile(r"https?://[^\s\"'<>\[\]{}\\]+")
_BASE64 = re.compile("PG[A-Za-z0-9+/]{30,}={0,2}")
_WORDS = ".//text()[not(parent::script or parent::style)]"
_SHORTCODE = re.compile(r"\[[a-z][\w-]*[\s\]=]", re.ASCII | re.IGNORECASE)
_KEY = re.compile(r"[\w-]{6,40}")
_VIDEO = re.compile(r"[\w-]{11}")
_TRACKING = (
    *("feature", "igshid", "ref_src", "ref_url", "si"),
    *("utm_source", "utm_medium", "utm_campaign"),
)


def embed(element: _Element, base: str) -> Embed | None:
    """Return the player or post that an element stands for, None when it is neither."""
    tag = element.tag
    if tag in FRAMES:
        shown = (_frame(url, base) for url in _frame_addresses(element, base))
        return next(filter(None, shown), None)
    if tag in SOUND:
        return _sound(element, base)
    if post := element.get("data-telegram-post"):
        return _item(f"https://t.me/{post}", base)
    if tag == "script":
        waits = element.get("type", "") in _NO_SCRIPT
        return _in_markup(element.text or "", base) if waits else None
    if tag == "blockquote":
        return _quotation(element, base)
    found = _preview(element, base) if tag == "img" else None
    return found or (_placeholder(element, base) if element.attrib else None)


def unseen(element: _Element, base: str) -> Iterator[Embed]:
    """Yield the players that wait in an element which no browser shows, or that it links to."""
    for each in element.iter("iframe", "a") if element.tag in _UNSEEN else ():
        if found := _item(each.get("href"), base) or embed(each, base):
            yield found


def bare(line: str, base: str) -> Embed | None:
    """Return the player or post whose address is all that stands in a line (oEmbed)."""
    url = absolute(base, line) if _ADDRESS.fullmatch(line) else None
    if url is None:
        return None
    service = service_of(url)
    kind = service.kind if service else FILES.get(urlsplit(url).path.rpartition(".")[2].lower())
    return Embed(kind, _plain(url)) if kind else None


def in_shortcode(line: str) -> str:
    """Return the address that a line is, or that a shortcode holds which is all of a line."""
    if line.endswith("]") and _SHORTCODE.match(line) and (address := _ADDRESS.search(line)):
        return address[0]
    return line


def service_of(url: str) -> Service | None:
    """Return the service of which an address is one player or post."""
    service = _host_service(url)
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return service if service and service.media.match(path) else None


def is_banner(img: _Element, base: str) -> bool:
    """Whether a picture leads to a known service, and to no player or post there: a channel."""
    link = next(img.iterancestors("a"), None)
    url = None if link is None else absolute(base, link.get("href"))
    return url is not None and _host_service(url) is not None and service_of(url) is None


def same_embed(found: Embed) -> tuple[str, str]:
    """Return a key that the ways to show one video or post share."""
    if found.kind == "youtube":
        parts = urlsplit(found.url)
        key = parse_qs(parts.query).get("v", [parts.path.rpartition("/")[2]])[0]
        if _VIDEO.fullmatch(key):
            return found.kind, key
    return found.kind, found.url


def _frame(raw: str | None, base: str) -> Embed | None:
    """Return what a frame shows, unless it is a widget, or an address that a script completes."""
    url = absolute(base, raw)
    if url is None or "{" in url or _domain(host_of(url)) in ADVERTISERS:
        return None
    if _host_service(url):
        return _item(url, base)
    is_widget = not WIDGETS.isdisjoint(re.split("[./?]", url))
    return None if is_widget else Embed(host_of(url), _plain(url))


def _item(raw: str | None, base: str) -> Embed | None:
    """Return the player or post of a known service that an address leads to."""
    url = absolute(base, raw)
    service = service_of(url) if url else None
    return Embed(service.kind, _plain(url)) if url and service and "{" not in url else None


def _in_markup(text: str, base: str) -> Embed | None:
    """Return the player whose markup waits for consent, plain or coded."""
    text = text.strip()[:LONGEST_MARKUP].replace("\\", "")
    if len(text) % 4 == 0 and _BASE64.fullmatch(text):
        text = b64decode(text).decode("utf-8", "ignore")
    return next(unseen(parse_fragment(text), base), None) if "<iframe" in text else None


def _frame_addresses(element: _Element, base: str) -> Iterator[str]:
    if element.get("width") in _NO_SIZE and element.get("height") in _NO_SIZE:
        return
    yield from _sources(element, base)
    yield from _attributes(element, base)


def _sources(element: _Element, base: str) -> Iterator[str]:
    """Yield what an element loads: after a click or a consent, then at once."""
    named = [each for each in attributes(element) if "src" in each[0] or each[0] == "data"]
    for _, value in sorted(named, key=lambda each: each[0] in {"src", "data"}):
        if "<" in value:
            yield from _held(value, base)
        elif url := absolute(base, value):
            yield url


def _attributes(element: _Element, base: str, *, any_name: bool = False) -> Iterator[str]:
    """Yield the addresses of players and posts that attributes are, or hold (JSON)."""
    held: list[str] = []
    for name, value in attributes(element):
        if not any_name and not name.startswith("data-"):
            continue
        if "{" in value:
            held += _held(value[:LONGEST_MARKUP].replace("\\/", "/"), base)
        elif "//" in value and (url := absolute(base, value)) and service_of(url):
            yield url
    if held and (element.tag in SOUND or _says_little(element)):
        yield held[0]


def _held(text: str, base: str) -> Iterator[str]:
    """Return the addresses of players and posts that stand in a text."""
    urls = (absolute(base, address) for address in _ADDRESS.findall(text))
    return (url for url in urls if url and service_of(url))


def _says_little(element: _Element) -> bool:
    """Whether an element is no part of a text, and no picture: at most the label of a player."""
    tags = [part.tag for part in islice(element.iter(), MOST_PARTS)]
    if element.tag == "img" or tags.count("img") > 1 or not _PROSE.isdisjoint(tags):
        return False
    said = " ".join("".join(strings(element, _WORDS)).split())
    return len(tags) < MOST_PARTS and len(said) <= LONGEST_LABEL


def _sound(element: _Element, base: str) -> Embed | None:
    inside = (_sources(source, base) for source in islice(element.iter("source"), 1))
    urls = chain(_sources(element, base), *inside, _attributes(element, base, any_name=True))
    url = next(urls, None)
    service = service_of(url) if url else None
    return Embed(service.kind if service else SOUND[element.tag], url) if url else None


def _preview(img: _Element, base: str) -> Embed | None:
    """Read the preview of a video that leads to no page: to a player, or nowhere."""
    sources = (value for name, value in attributes(img) if "src" in name)
    preview = next(filter(None, map(PREVIEW.search, sources)), None)
    if preview is None:
        return None
    link = next(img.iterancestors("a"), None)
    href = None if link is None else absolute(base, link.get("href"))
    return _item(href or BY_KIND["youtube"].address.format(preview[1]), base)


def _quotation(element: _Element, base: str) -> Embed | None:
    """Read a quotation that a script turns into the post which it names, or links to last."""
    service = _named(class_words(element.get("class", "")))
    own = next(_attributes(element, base), None)
    if service is None:
        return _item(own, base)
    last = [link.get("href") for link in element.iter("a")][-1:]
    urls = (absolute(base, raw) for raw in (own, element.get("cite"), *last))
    url = next(filter(None, urls), None)
    return Embed(service.kind, _plain(url)) if url else None


def _placeholder(element: _Element, base: str) -> Embed | None:
    """Read what a script turns into a player: a tag or class names it, an attribute its address."""
    is_custom = "-" in element.tag
    name = element.get("class", "")
    words = class_words(element.tag if is_custom else name)
    service = None if LAZY_PLAYERS.isdisjoint(words) and not is_custom else _named(words)
    if element.tag == "a":
        return _item(element.get("href"), base) if service else None
    if OEMBED in name and _ADDRESS.fullmatch(said := content(element).strip()):
        return _frame(said, base)
    if post := VK_POST.fullmatch(element.get("id", "")):
        return _item(f"https://vk.com/wall{post[1]}", base)
    for attribute, value in attributes(element):
        is_coded = attribute.startswith("data-") and value.startswith("PG")
        if is_coded and (waiting := _in_markup(value, base)):
            return waiting
    if url := next(_attributes(element, base, any_name=is_custom), None):
        return _item(url, base)
    service = service or BY_KIND.get(element.get("data-plyr-provider", ""))
    return _by_key(element, service) if service else None


def _by_key(element: _Element, service: Service) -> Embed | None:
    keys = (element.get(name) for name in KEYS)
    key = next((key for key in keys if key and _KEY.fullmatch(key)), None)
    return Embed(service.kind, service.address.format(key)) if key and service.address else None


def _named(words: Iterable[str]) -> Service | None:
    """Return the service that the words of a class or a tag name."""
    return next((BY_KIND[word] for word in words if word in BY_KIND), None)


def _host_service(url: str) -> Service | None:
    host = host_of(url)
    return BY_HOST.get(host) or BY_HOST.get(_domain(host))


def _domain(host: str) -> str:
    return ".".join(host.split(".")[-2:])


def _plain(url: str) -> str:
    """Return the address of the thing itself: a Facebook plugin's target, no tracking.

    A fragment that is a path says which thing it is.
    """
    parts = urlsplit(url)
    if "/plugins/" in parts.path and (target := parse_qs(parts.query).get("href")):
        return absolute(url, target[0]) or url
    is_path = "/" in parts.fragment
    return url_query_cleaner(url, _TRACKING, remove=True, keep_fragments=is_path)
