"""Players and other people's posts: which element is one, and what its address is.

They are known by kind, not by plugin: a frame shows what it loads, now or after a click, and any
element may name the address of one player or post (``kznews/sites/services.py``).
"""

from __future__ import annotations

import re
from base64 import b64decode
from itertools import islice
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
    QUOTES,
    VK_POST,
    WIDGETS,
    Service,
)
from kznews.text import is_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

MOST_PARAMETERS = 20
"""Parameters of one ``object`` that are looked at."""
LONGEST_MARKUP = 20_000
"""Characters of a script or an attribute in which the markup of a player waits."""
MOST_PARTS = 100
"""Elements of a player's placeholder."""
LONGEST_LABEL = 200
"""Characters that an element says beside the player whose address it holds."""

FRAMES = frozenset({"iframe", "embed", "object", "amp-iframe"})
SOUND = {"video": "video", "audio": "audio", "amp-video": "video", "amp-audio": "audio"}
_TOLD = ("p", "li", *HEADINGS)
_NO_ADDRESS = frozenset({"srcdoc", "style", "class", "title", "alt"})
_NO_SIZE = frozenset({"0", "1"})
_UNSEEN = {"noscript": ("iframe", "a"), "template": ("iframe",), "body": ("iframe",)}
_NO_SCRIPT = frozenset({"text/plain", "text/template", "text/x-template", "text/html"})
_MOVIE = frozenset({"movie", "src", "url"})
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
        found = (_found(url, base) for url in _frame_addresses(element, base))
        return next(filter(None, found), None)
    if tag in SOUND:
        return _sound(element, base)
    if not element.attrib:
        return None
    if post := element.get("data-telegram-post"):
        return _found(f"https://t.me/{post}", base)
    if tag == "script":
        waits = element.get("type", "") in _NO_SCRIPT
        return _in_markup(element.text or "", base) if waits else None
    return _custom(element, base) if "-" in tag else _post(element, base)


def unseen(element: _Element, base: str) -> Iterator[Embed]:
    """Yield the players that wait in an element which no browser shows, or that it links to."""
    names = _UNSEEN.get(element.tag)
    for each in element.iter(*names) if names else ():
        url = absolute(base, each.get("href"))
        if found := _found(url, base) if url and service_of(url) else embed(each, base):
            yield found


def bare(line: str, base: str) -> Embed | None:
    """Return the player or post whose address is all that stands in a line (oEmbed)."""
    if not line.startswith(("http://", "https://")) or " " in line:
        return None
    url = absolute(base, line)
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


def same_embed(found: Embed) -> tuple[str, str]:
    """Return a key that the ways to show one video or post share."""
    if found.kind == "youtube":
        parts = urlsplit(found.url)
        key = parse_qs(parts.query).get("v", [parts.path.rpartition("/")[2]])[0]
        if _VIDEO.fullmatch(key):
            return found.kind, key
    return found.kind, found.url


def _found(url: str | None, base: str) -> Embed | None:
    """Return what an address leads to, unless it is a widget, or one that a script will fill in."""
    whole = absolute(base, url)
    if whole is None or "{" in whole or _domain(host_of(whole)) in ADVERTISERS:
        return None
    service = _host_service(whole)
    if not (service_of(whole) if service else WIDGETS.isdisjoint(re.split("[./?]", whole))):
        return None
    return Embed(service.kind if service else host_of(whole), _plain(whole))


def _in_markup(text: str, base: str) -> Embed | None:
    """Return the player whose markup waits for consent, plain or coded."""
    text = text.strip()[:LONGEST_MARKUP].replace("\\", "")
    if len(text) % 4 == 0 and _BASE64.fullmatch(text):
        text = b64decode(text).decode("utf-8", "ignore")
    return next(unseen(parse_fragment(text), base), None) if "<iframe" in text else None


def _frame_addresses(element: _Element, base: str) -> Iterator[str]:
    """Yield what a frame may load: after a click or a consent, at once, or by another name."""
    if element.get("width") in _NO_SIZE and element.get("height") in _NO_SIZE:
        return
    named = [(n, v) for n, v in attributes(element) if n not in _NO_ADDRESS and "<" not in v]
    for name, value in named:
        if name not in {"src", "data"} and "src" in name and (url := absolute(base, value)):
            yield url
    yield from _held(element.get("srcdoc", ""), base)
    for name in ("src", "data"):
        if url := absolute(base, element.get(name)):
            yield url
    yield from _attributes(element, base)
    if element.tag == "object":
        for inside in islice(element.iterdescendants("param", "embed"), MOST_PARAMETERS):
            is_movie = inside.get("name", "").lower() in _MOVIE
            if url := absolute(base, inside.get("value" if is_movie else "src")):
                yield url


def _attributes(element: _Element, base: str, *, any_host: bool = False) -> Iterator[str]:
    """Yield the addresses of players and posts that any attribute is, or holds (JSON)."""
    held: list[str] = []
    for name, value in attributes(element):
        if name in _NO_ADDRESS or not (any_host or name.startswith("data-")):
            continue
        if "{" in value:
            held += _held(value[:LONGEST_MARKUP].replace("\\/", "/"), base)
        elif "//" in value and (url := absolute(base, value)) and (any_host or service_of(url)):
            yield url
    if held and (element.tag in FRAMES or element.tag in SOUND or _says_little(element)):
        yield held[0]


def _held(text: str, base: str) -> Iterator[str]:
    """Return the addresses of players and posts that stand in a text."""
    urls = (absolute(base, address) for address in _ADDRESS.findall(text))
    return (url for url in urls if url and service_of(url))


def _says_little(element: _Element) -> bool:
    """Whether an element is no part of a text, and no picture: at most the label of a player."""
    if element.tag == "img" or len(list(islice(element.iter("img"), 2))) > 1:
        return False
    if next(element.iter(*_TOLD), None) is not None:
        return False
    if len(list(islice(element.iter(), MOST_PARTS))) == MOST_PARTS:
        return False
    said = " ".join("".join(strings(element, _WORDS)).split())
    return len(said) <= LONGEST_LABEL and not is_sentence(said)


def _sound(element: _Element, base: str) -> Embed | None:
    sources = (element, *islice(element.iter("source"), 1))
    src = next(filter(None, (e.get(n) for e in sources for n in ("src", "data-src"))), None)
    url = absolute(base, src) or next(_attributes(element, base, any_host=True), None)
    service = service_of(url) if url else None
    return Embed(service.kind if service else SOUND[element.tag], url) if url else None


def _preview(img: _Element, base: str) -> Embed | None:
    """Read the preview of a video that leads to no page: to a player, or nowhere."""
    sources = (value for name, value in attributes(img) if "src" in name)
    preview = next(filter(None, map(PREVIEW.search, sources)), None)
    if preview is None:
        return None
    link = next(img.iterancestors("a"), None)
    url = absolute(base, link.get("href")) if link is not None else None
    if url is None:
        return _found(BY_KIND["youtube"].address.format(preview[1]), base)
    return _found(url, base) if service_of(url) else None


def _post(element: _Element, base: str) -> Embed | None:
    """Read a quotation that a script turns into the post which it names, or links to last."""
    if element.tag == "img" and (found := _preview(element, base)):
        return found
    if element.tag != "blockquote":
        return _placeholder(element, base)
    words = class_words(element.get("class", ""))
    if QUOTES.isdisjoint(words):
        return None
    service = _named(words)
    last = next((link.get("href") for link in reversed(list(element.iter("a")))), None)
    urls = (*_attributes(element, base), absolute(base, element.get("cite")), absolute(base, last))
    url = next((u for u in urls if u and (service or service_of(u))), None)
    return Embed(service.kind, _plain(url)) if service and url else _found(url, base)


def _custom(element: _Element, base: str) -> Embed | None:
    """Read ``lite-youtube``, ``amp-twitter`` and their like: the service is part of the tag."""
    service = _named(element.tag.split("-"))
    if service and (url := _by_key(element, service)):
        return Embed(service.kind, url)
    for name, value in attributes(element):
        url = absolute(base, value) if "//" in value and name not in _NO_ADDRESS else None
        if url and (service_of(url) or (service and _host_service(url) is service)):
            return _found(url, base)
    return _found(next(_attributes(element, base), None), base)


def _placeholder(element: _Element, base: str) -> Embed | None:
    """Read what stands for a player until somebody clicks or consents."""
    name = element.get("class", "")
    words = class_words(name)
    service = _named(words) if not LAZY_PLAYERS.isdisjoint(words) else None
    if element.tag == "a":
        url = absolute(base, element.get("href")) if service else None
        return _found(url, base) if url and service_of(url) else None
    if OEMBED in name:
        said = content(element).strip()
        if _ADDRESS.fullmatch(said):
            return _found(said, base)
    if post := VK_POST.fullmatch(element.get("id", "")):
        return _found(f"https://vk.com/wall{post[1]}", base)
    data = [value for name, value in attributes(element) if name.startswith("data-")]
    return _by_data(element, data, service, base) if data or service else None


def _by_data(
    element: _Element, data: list[str], service: Service | None, base: str
) -> Embed | None:
    """Read what an element's attributes hold: markup, an address, or a bare key."""
    coded = (_in_markup(value, base) for value in data if value.startswith("PG"))
    if waiting := next(filter(None, coded), None):
        return waiting
    if url := next(_attributes(element, base), None):
        return _found(url, base)
    service = service or BY_KIND.get(element.get("data-plyr-provider", ""))
    key = _by_key(element, service) if service else None
    return Embed(service.kind, key) if service and key else None


def _by_key(element: _Element, service: Service) -> str | None:
    keys = (element.get(name) for name in KEYS)
    key = next((key for key in keys if key and _KEY.fullmatch(key)), None)
    return service.address.format(key) if key and service.address else None


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
