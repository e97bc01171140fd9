"""A page without what no reader reads, fit to be kept as a test."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

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
