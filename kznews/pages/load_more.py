"""How a listing goes on by script: a button, scrolling, or an address that a button names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapy.http import HtmlResponse, Response

from kznews.pages.dom import elements, text_of
from kznews.pages.page import Page
from kznews.sites import load_more

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

_WORDS = re.compile(load_more.BUTTON_WORDS, re.IGNORECASE)
_NAMES = re.compile(load_more.BUTTON_NAMES, re.IGNORECASE)
_RUNS = re.compile(r"^(?:|module|(?:text|application)/(?:java|ecma)script)$", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,6}")
_CF = "/cdn-cgi/"
"""Cloudflare's own scripts, which show hidden e-mail addresses and the like, have such a path."""
_INNER = ".//button | .//a | .//input | .//*[@role='button']"
_BESIDE = (
    "ancestor::*[self::aside or self::nav or self::article"
    " or (self::header or self::footer) and parent::body]"
)
"""``controls.BESIDE``, as XPath."""


@dataclass(frozen=True)
class Address:
    """Where a button's script asks for further cards, as the button's data attributes say.

    ``number`` is what the attribute of that name holds: the page that is shown, or the next one;
    to ask for it leaves no hole in either case.
    """

    url: str
    values: tuple[tuple[str, str], ...]
    name: str
    number: int
    last: int | None = None
    posts: bool = False

    @property
    def asks(self) -> dict[str, str]:
        return {**dict(self.values), self.name: str(self.number)}

    @property
    def target(self) -> str:
        """The address to get; a form's values go into the body instead."""
        return self.url if self.posts else f"{self.url}?{urlencode(self.asks)}"

    @property
    def has_more(self) -> bool | None:
        """Whether there is a further page; None where the button does not say."""
        return None if self.last is None else self.number < self.last

    def following(self, cards: int) -> Address:
        """Return what comes after an answer with so many cards."""
        return replace(self, number=self.number + (cards if self.name == "offset" else 1))


@dataclass(frozen=True)
class Control:
    """What a reader of a listing uses to see more of it; ``address`` if plain HTTP may do, too."""

    address: Address | None = None


def find_control(page: Page) -> Control | None:
    """Return what lets the listing go on, None where nothing shows that it does."""
    own = urlsplit(page.response.url).path.rstrip("/")
    for element in page.select(load_more.BUTTON):
        href = element.get("href", "")
        if href.startswith(("/", "http")) and own not in href:
            continue  # nearly all links of a page
        if _is_button(page, element):
            return Control(_address(page, {str(k): str(v) for k, v in element.items()}))
    return Control() if page.select(load_more.ENDLESS) else None


def may_fill_itself(page: Page) -> bool:
    """Whether a script could put cards into a listing that has none."""
    if page.select(load_more.NOTHING_FOUND):
        return False
    return any(
        _RUNS.match(script.get("type", ""))
        for script in page.root.iter("script")
        if (script.text or "").strip() or _CF not in script.get("src", _CF)
    )


def _is_button(page: Page, element: _Element) -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}"
    words = text_of(element) or element.get("value", "")
    if len(words) > load_more.LONGEST_WORDS or not (_WORDS.match(words) or _NAMES.search(names)):
        return False
    if elements(element, _INNER) or elements(element, _BESIDE):
        return False
    return not _leads_elsewhere(page, element)


def _leads_elsewhere(page: Page, element: _Element) -> bool:
    """Whether it is a plain link to another page than the listing's own."""
    href = element.get("href", "").partition("#")[0].strip()
    if not href or href.lower().startswith("javascript:"):
        return False
    own = urlsplit(page.response.url).path.rstrip("/")
    target = page.site.absolute(href)
    return target is None or not f"{urlsplit(target).path}/".startswith(f"{own}/")


def _address(page: Page, attributes: Mapping[str, str]) -> Address | None:
    told = {
        name.removeprefix("data-").replace("-", "_"): value.strip()
        for name, value in attributes.items()
        if name.startswith("data-")
    }
    posts = told.pop("method", "").lower() == "post"
    for key, value in told.items():
        is_path = value.startswith(("/", "http://", "https://"))
        url = page.site.absolute(value) if is_path else None
        if url is None or page.site.article_url(url):
            continue
        where, _, query = url.partition("?")
        values = {**{k: v for k, v in told.items() if k != key}, **dict(parse_qsl(query))}
        last = next((int(values.pop(k)) for k in load_more.LAST if _is_number(values.get(k))), None)
        name = next((k for k in load_more.NUMBER if _is_number(values.get(k))), None)
        if name is None:
            continue
        number = int(values.pop(name))
        name = {"next_page": "page", "current_page": "page"}.get(name, name)
        return Address(where, tuple(values.items()), name, number, last, posts)
    return None


def _is_number(value: str | None) -> bool:
    return value is not None and _NUMBER.fullmatch(value) is not None


def read_cards(response: Response) -> HtmlResponse:
    """Return the cards of a script's answer, HTML or HTML within JSON, as a page."""
    text = response.body.decode("utf-8", "replace")
    if text.lstrip("\ufeff \n\r\t")[:1] in {"{", "[", '"'}:
        try:
            text = "\n".join(_strings(json.loads(text.lstrip("\ufeff"))))
        except ValueError:
            text = ""
    body = f"<html><body>{text}</body></html>".encode()
    return HtmlResponse(response.url, body=body, encoding="utf-8", request=response.request)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)
