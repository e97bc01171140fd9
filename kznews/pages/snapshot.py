"""What stands around every article: weather, exchange rates, contacts.

No class names are known for them, so they are read by the shape of their words, anywhere outside
the article (``docs/the-site.md``, «Boilerplate»).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kznews.items import Contacts, Rate, SiteSnapshot
from kznews.pages.dom import strings
from kznews.sites.boilerplate import WEATHER_NOW, WEATHER_TOMORROW

if TYPE_CHECKING:
    from kznews.pages.page import Page

_NAME = r"(?<![\w-])[А-ЯЁӘҒҚҢӨҰҮҺІ][\w-]++"
_DEGREES = r"[+−–-]?\d{1,3}(?!\d)"
_AMOUNT = r"\d{1,9}(?:[.,]\d{1,9})?(?!\d)"
_WEATHER = re.compile(
    rf"(?P<city>{_NAME}(?: {_NAME})?)\s+(?:{WEATHER_NOW})\s+(?P<now>{_DEGREES})\s*°?C?"
    rf"\s+(?:{WEATHER_TOMORROW})\s+(?P<tomorrow>{_DEGREES})"
)
_RATE = re.compile(rf"\b(USD|EUR|RUB|CNY|GBP)\s+({_AMOUNT})\s+([+−–-]?{_AMOUNT})")
_COPYRIGHT = re.compile(r"©\s*[^,\n]{2,40},\s*\d{4}\s*[–—-]\s*\d{4}")
_PHONE = re.compile(r"\+7\s*\(?\d{3}\)?[\s-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(r"\b\d{6}, [^\n©]{10,200}")
_OUTSIDE = "[not(ancestor::script or ancestor::style or ancestor::article or ancestor::main)]"
_TEXTS = f"//body//text(){_OUTSIDE}"


def read_snapshot(page: Page) -> SiteSnapshot | None:
    """Return what the page's boilerplate says; None when it says nothing of the kind."""
    lines = [" ".join(text.split()) for text in strings(page.root, _TEXTS)]
    text = " ".join(line for line in lines if line)
    weather = _WEATHER.search("\n".join(lines))  # a city's name stands in one piece
    rates = [
        Rate(code, _number(value), _number(change)) for code, value, change in _RATE.findall(text)
    ]
    contacts = _contacts(text, lines)
    if not weather and not rates and contacts == Contacts():
        return None
    return SiteSnapshot(
        site=page.site.name,
        city=weather["city"] if weather else None,
        temperature_now=int(_number(weather["now"])) if weather else None,
        temperature_tomorrow=int(_number(weather["tomorrow"])) if weather else None,
        rates=rates,
        contacts=contacts,
        observed_at=page.seen_at.isoformat(timespec="seconds"),
    )


def _contacts(text: str, lines: list[str]) -> Contacts:
    start = text.find("©")
    footer = text[start:] if start >= 0 else ""
    email = _EMAIL.search(footer)
    address = next((m[0] for line in lines if (m := _ADDRESS.search(line))), None)
    found = _COPYRIGHT.search(footer)
    return Contacts(
        email=email[0] if email else None,
        phones=list(dict.fromkeys(_PHONE.findall(footer))),
        address=address.strip() if address else None,
        copyright=found[0] if found else None,
    )


def _number(text: str) -> float:
    return float(text.replace("−", "-").replace("–", "-").replace(",", ".").removeprefix("+"))
