"""Pages as heavy as the real ones: the look-alike's are a fifth of them.

What is added is what a WordPress page carries: inline styles and scripts, menus, cards of other
news. It is no article, and a reader that takes any of it for one fails the quality rows.
"""

from __future__ import annotations

from functools import cache
from random import Random

PAGE = 83_000
"""Bytes of a page of the site, some 15,000 of them when packed (``docs/the-site.md``)."""

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


def _rules(random: Random, size: int) -> str:
    names = ["header", "nav", "card", "grid", "widget", "banner", "modal", "slider", "button"]
    rules: list[str] = []
    while sum(map(len, rules)) < size:
        name = f".{random.choice(names)}__{random.choice(names)}--{random.randrange(40)}"
        pixels, colour = random.randrange(64), random.randrange(0xFFFFFF)
        rules.append(
            f"{name}{{display:flex;margin:{pixels}px auto;padding:0 {pixels % 20}px;"
            f"color:#{colour:06x};transition:all .{pixels % 9}s ease}}"
        )
    return "\n".join(rules)


def _script(random: Random, size: int) -> str:
    calls: list[str] = []
    while sum(map(len, calls)) < size:
        number = random.randrange(16**6)
        calls.append(
            f'window.dataLayer.push({{"event":"slot_{number:x}","banner":{number},'
            f'"place":"div-gpt-ad-{number * 7}","sizes":[[{number % 970},{number % 250}]]}});'
        )
    return "\n".join(calls)


def _menus(random: Random, size: int) -> str:
    links: list[str] = []
    while sum(len(link.encode()) for link in links) < size:
        name = f"{random.choice(_WORDS)} {random.choice(_WORDS).lower()} {random.randrange(100)}"
        links.append(
            f'<li id="menu-item-{random.randrange(10**5)}" class="menu-item menu-item-type-custom">'
            f'<a href="/page-{random.randrange(10**4)}"><span>{name}</span></a></li>'
        )
    return f'<footer class="footer"><nav><ul class="menu">{"".join(links)}</ul></nav></footer>\n'
