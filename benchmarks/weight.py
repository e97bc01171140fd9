"""Pages as heavy as the real ones; those of the look-alike are a fifth of them.

They get what a WordPress page has: inline styles and scripts, menus, cards of other news. It does
not belong to the article, and a reader that takes it for text fails the rows of quality.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random

PAGE = 83_000
"""Bytes of a page of the site, some 15,000 of them when packed (``docs/the-site.md``)."""

_NAMES = ("header", "nav", "card", "grid", "widget", "banner", "modal", "slider", "button")
_WORDS = ("Главное", "Экономика", "Политика", "Общество", "Спорт", "Культура", "Регионы", "Мир")
_STYLE, _SCRIPT = 0.15, 0.15  # of what is added; the rest are menus


@cache
def _added(size: int) -> tuple[str, str]:
    """Return what goes before the end of the head, and before the end of the body."""
    random = Random(size)
    style, script = int(size * _STYLE), int(size * _SCRIPT)
    head = f"<style>{_rules(random, style)}</style>\n<script>{_script(random, script)}</script>\n"
    return head, _menus(random, size - len(head))


def heavy(html: str, size: int = PAGE) -> str:
    """Return the document with as much furniture of the theme as makes it ``size`` bytes."""
    missing = max(0, size - len(html.encode()))
    head, body = _added(missing // 1000 * 1000)
    return html.replace("</head>", f"{head}</head>", 1).replace("</body>", f"{body}</body>", 1)


def _filled(size: int, piece: Callable[[], str]) -> list[str]:
    """Return so many pieces that they are ``size`` bytes."""
    pieces: list[str] = []
    while size > 0:
        pieces.append(piece())
        size -= len(pieces[-1].encode())
    return pieces


def _rules(random: Random, size: int) -> str:
    def rule() -> str:
        name = f".{random.choice(_NAMES)}__{random.choice(_NAMES)}--{random.randrange(40)}"
        pixels, colour = random.randrange(64), random.randrange(0xFFFFFF)
        return (
            f"{name}{{display:flex;margin:{pixels}px auto;padding:0 {pixels % 20}px;"
            f"color:#{colour:06x};transition:all .{pixels % 9}s ease}}"
        )

    return "\n".join(_filled(size, rule))


def _script(random: Random, size: int) -> str:
    def call() -> str:
        number = random.randrange(16**6)
        return (
            f'window.dataLayer.push({{"event":"slot_{number:x}","banner":{number},'
            f'"place":"div-gpt-ad-{number * 7}","sizes":[[{number % 970},{number % 250}]]}});'
        )

    return "\n".join(_filled(size, call))


def _menus(random: Random, size: int) -> str:
    def link() -> str:
        name = f"{random.choice(_WORDS)} {random.choice(_WORDS).lower()} {random.randrange(100)}"
        return (
            f'<li id="menu-item-{random.randrange(10**5)}" class="menu-item menu-item-type-custom">'
            f'<a href="/page-{random.randrange(10**4)}"><span>{name}</span></a></li>'
        )

    links = "".join(_filled(size, link))
    return f'<footer class="footer"><nav><ul class="menu">{links}</ul></nav></footer>\n'
