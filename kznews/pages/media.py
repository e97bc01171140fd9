"""Pictures, players and other people's posts: which element is one, and what its address is.

Sources: ``docs/the-site.md``, «Media» and «Boilerplate».
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urljoin, urlsplit

from w3lib.url import url_query_cleaner

from kznews.items import Embed
from kznews.pages.dom import strings

if TYPE_CHECKING:
    from lxml.etree import _Element

    from kznews.sites import Site

_SIZE = re.compile(r"-\d{2,5}x\d{2,5}(?=\.\w{3,4}(?:\?|$))")
_SCALED = re.compile(r"-(?:scaled|rotated)(?=\.\w+$)")
_NAME = re.compile(r"(?:\d{4}/\d\d/)?[^/]+$")
_LAZY = ("data-lazy-src", "data-src", "data-original", "data-orig-file", "data-cfsrc")
_SRCSETS = ("data-lazy-srcset", "data-srcset", "srcset")
_NO_PICTURE = re.compile(
    r"^(?:data:|about:)|//s\.w\.org/|gravatar\.com/|/pixel\.(?:gif|png)|//counter\."
)
_NO_PLAYER = ("about:", "data:", "javascript:")
_TRACKING = (
    "feature",
    "igshid",
    "ref_src",
    "ref_url",
    "si",
    "utm_source",
    "utm_medium",
    "utm_campaign",
)
_HOSTS = {
    "youtube.com": "youtube",
    "youtube-nocookie.com": "youtube",
    "youtu.be": "youtube",
    "t.me": "telegram",
    "telegram.org": "telegram",
    "instagram.com": "instagram",
    "twitter.com": "twitter",
    "x.com": "twitter",
    "facebook.com": "facebook",
    "tiktok.com": "tiktok",
    "vk.com": "vk",
    "vimeo.com": "vimeo",
    "rutube.ru": "rutube",
    "ok.ru": "ok",
    "coub.com": "coub",
    "soundcloud.com": "soundcloud",
}


def original(url: str) -> str:
    """Return the address of the picture as it was uploaded.

    WordPress names resized copies ``-600x400``; ``-scaled`` and ``-e1562043773248`` are files of
    their own and stay.
    """
    return _SIZE.sub("", url)


def same_picture(url: str) -> str:
    """Return a key that the copies of one picture share, on whatever host and in whatever size.

    It holds the month: before names were hashes, every month had its ``1.jpg``.
    """
    match = _NAME.search(_SCALED.sub("", urlsplit(original(url)).path))
    return match[0].lower() if match else url


def image_url(img: _Element, base: str) -> str | None:
    """Return the original's address of an ``img``, lazy or not; None for what is no picture."""
    classes = img.get("class", "").split()
    if img.get("width") in {"0", "1"} or not {"emoji", "wp-smiley", "avatar"}.isdisjoint(classes):
        return None
    for candidate in (
        *(img.get(name) for name in _LAZY),
        *(_widest(img.get(name, "")) for name in _SRCSETS),
        img.get("src"),
    ):
        if candidate and candidate.strip() and not _NO_PICTURE.search(candidate.strip()):
            return original(urljoin(base, candidate.strip()))
    return None


def _widest(srcset: str) -> str | None:
    sizes = re.findall(r"([^\s,]\S*)\s+([\d.]+)[wx]", srcset)
    return max(sizes, key=lambda size: float(size[1]))[0] if sizes else None


def embed(element: _Element, site: Site, base: str) -> Embed | None:
    """Return the player or post that an element stands for, None when it is neither."""
    tag = element.tag
    if tag == "iframe":
        sources = (element.get(name, "").strip() for name in (*_LAZY, "src"))
        src = next((src for src in sources if src and not src.startswith(_NO_PLAYER)), None)
        if src is None:
            return None
        url = urljoin(base, src)
        return Embed(_kind_of(url), _plain(url))
    if tag == "script":
        post = element.get("data-telegram-post")
        return Embed("telegram", f"https://t.me/{post}") if post else None
    if tag in {"video", "audio"}:
        src = element.get("src") or next(iter(strings(element, ".//source/@src")), "")
        return Embed(tag, urljoin(base, src)) if src else None
    classes = element.get("class", "").split()
    kind = next((kind for name, kind in site.boilerplate.social if name in classes), None)
    if kind is None:
        return None
    named = (
        element.get("data-instgrm-permalink")
        or element.get("cite")
        or element.get("data-href")
        or next(reversed(strings(element, ".//a/@href")), None)
    )
    return Embed(kind, _plain(urljoin(base, named))) if named else None


def _kind_of(url: str) -> str:
    host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("player.")
    parts = host.split(".")
    return _HOSTS.get(host) or _HOSTS.get(".".join(parts[-2:])) or host or "iframe"


def _plain(url: str) -> str:
    """Return the address of the thing itself: a Facebook plugin's target, no tracking."""
    parts = urlsplit(url)
    if (target := parse_qs(parts.query).get("href")) and "/plugins/" in parts.path:
        return target[0]
    return url_query_cleaner(url, _TRACKING, remove=True)
