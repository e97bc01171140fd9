"""Reading takes time in proportion to the input.

Steps of the project's own code are counted, not seconds: twice the input may take 2.5 times the
steps. Steps inside libraries (regular expressions, the parser) are not counted. For these a test
reads a large input, which would take minutes if the time grew with the square.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import kznews
import kznews.pages
import kznews.sites
import kznews.wordpress
from kznews import NotAnArticle, dates
from kznews.pages import boilerplate
from kznews.pages.listing import read_listing
from kznews.sites import SITES, date_words, phrases
from kznews.text import clean, clean_line, fingerprint, language, word_count
from tests.reading import SEEN_AT, page

PACKAGE = str(Path(kznews.__file__).parent)
SIZE = 8_000
LARGE = 60_000
SECONDS = 20

BODIES: dict[str, Callable[[int], str]] = {
    "pictures": lambda n: "".join(f'<img src="/wp-content/uploads/{i}.jpg">' for i in range(n)),
    "one placeholder": lambda n: "".join(f'<img src="/b.gif" data-x="/{i}.jpg">' for i in range(n)),
    "players": lambda n: "".join(f'<iframe src="https://x.com/{i}"></iframe>' for i in range(n)),
    "players in attributes": lambda n: (
        "<div data-a='{https://youtu.be/AbCdEfGhIjK'>Предложение." * min(n, 2_000)
    ),
    "scripts that wait": lambda n: "<script type=text/plain><iframe src=/a></script>" * n,
    "links": lambda n: "".join(f'<a href="/2024/03/z{i}">x</a>' for i in range(n)),
    "openings of a shortcode": lambda n: "<p>" + "[caption " * n,
    "shortcodes": lambda n: "<p>" + "[caption]x " * n,
    "attributes of a shortcode": lambda n: "<p>" + "[a_b c='" * n,
    "a coded address": lambda n: f"<b data-cfemail='{'61' * n}'>x</b>",
    "coded addresses": lambda n: f"<b data-cfemail='00{'612e' * 90}'>x</b>" * (n // 20),
    "nested inline tags": lambda n: "<b>" * min(n, 2_000) + "x",
    "inline tags": lambda n: "<b>x</b> " * n,
    "nested blocks": lambda n: "<div>x" * min(n, 2_000),
    "paragraphs": lambda n: "<p>Предложение, и ещё одно." * n,
    "breaks": lambda n: "<br> " * n,
    "nested figures": lambda n: "<figure>" * min(n, 2_000) + "<img src=/a.jpg>",
    "captions": lambda n: "<figure>" + "<img src=/a.jpg><figcaption>x</figcaption>" * n,
    "captions of many": lambda n: (
        "<figure><figure>"
        + "".join(f"<img src=/{i}.jpg>" for i in range(n))
        + "<figcaption>x</figcaption>" * n
    ),
    "a set of sources": lambda n: f"<img srcset='{'a' * n}'><img srcset='{'a ' * n}'>",
    "sources": lambda n: "<picture>" + "<source srcset=x>" * n + "<img src=data:x>" * n,
    "a long address": lambda n: f"<img src='{'a' * n}/'><iframe src='//{'a.' * n}'></iframe>",
    "signatures": lambda n: "<b>Автор: Имя</b> " * n,
    "rows": lambda n: "<table>" + "<tr><td>x" * n,
    "nested tables": lambda n: "<table><tr><td>" * min(n, 700),
    "nested lists": lambda n: "<ul><li>x" * min(n, 1_000),
    "buttons": lambda n: "<button>x</button>" * n,
    "counters": lambda n: "<div class=post-views>1</div>" * n,
    "fields outside": lambda n: "</div>" + "<p class=singular__content><input>текст" * (n // 4),
    "things of microdata": lambda n: (
        "<div itemscope itemtype=Article>"
        + "<i itemprop=author>x</i>" * (n // 4)
        + "<a itemprop=url></a>" * (n // 2)
    ),
    "openers": lambda n: "<div>" + "<a href=#>Читать</a>" * n,
    "folds": lambda n: "".join(f"<details>текст {i}</details>" for i in range(n)),
    "a player with parts": lambda n: (
        "<div data-a='{https://youtu.be/AbCdEfGhIjK'>" * 150 + "<b>x</b>" * n
    ),
    "nested buttons": lambda n: "<button class=tab>" * 190 + "слово " * n,
    "sources of a picture": lambda n: (
        f"<picture><source srcset='{'data:a 1w,' * n}'>" + "<img src=data:x>" * (n // 4)
    ),
    "nested counters": lambda n: "<div class=post-views>xxxx" * min(n, 2_000),
    "hidden elements": lambda n: "<div hidden>Предложение из слов, и ещё одно.</div>" * n,
    "nested forms of a share bar": lambda n: "<div class=share>x" * min(n, 2_000),
    "posts without an address": lambda n: "<blockquote class=twitter-tweet>x" * min(n, 2_000),
    "objects": lambda n: "<object>x" * min(n, 2_000),
    "«Фото»": lambda n: "<p>" + "Фото - " * n,
    "«Фото» in a caption": lambda n: f"<figure><img src=/a.jpg><figcaption>{'Фото - ' * n}",
    "«Читайте»": lambda n: f"<p>Читайте{'&nbsp;' * n}x",
    "one class attribute": lambda n: f"<div class='{'a ' * n}'>x</div>",
    "attributes": lambda n: "<p " + " ".join(f"data-a{i}=1" for i in range(n)) + ">x",
    "links into the page": lambda n: "<ul>" + "<li><a href=#a>x</a>" * n,
    "bare addresses": lambda n: "https://youtu.be/AbCdEfGhIjK<br>" * n,
    "copyright signs": lambda n: "<p>© Сайт" * n,
    "labels of comments": lambda n: "<div><p>Комментарии</p></div>" * n,
    "containers": lambda n: "</div><div class='singular__content entry-content'>x" * n,
    "headings": lambda n: "<h1>Заметка</h1>" * n,
    "dates": lambda n: "<span>5 марта</span> <time>12 марта 2024</time>" * n,
    "a date": lambda n: f"</div><time class='updated'>{'5 марта ' * n}</time><div>",
    "a copy of the text": lambda n: f"<p>{'слово ' * n}</p>" * 2,
}
HEADS: dict[str, Callable[[int], str]] = {
    "spaces in JSON-LD": lambda n: f"<script type=application/ld+json>{' ' * n}x</script>",
    "comments in JSON-LD": lambda n: f"<script type=application/ld+json>{'<!--' * n}{{</script>",
    "nested JSON-LD": lambda n: f"<script type=application/ld+json>{'[' * n}</script>",
    "nodes of JSON-LD": lambda n: (
        "<script type=application/ld+json>["
        + ",".join(f'{{"@type":"Person","@id":"{i}","name":"{i}"}}' for i in range(n))
        + "]</script>"
    ),
    "scripts": lambda n: '<script type=application/ld+json>{"a":1}</script>' * n,
    "words of a number": lambda n: (
        '<script type=application/ld+json>{"@type":"NewsArticle","wordCount":"'
        + "9" * n
        + '"}</script>'
    ),
    "spaces in a title": lambda n: f"<meta property=og:title content='a{' ' * n}x'>",
    "dashes in a title": lambda n: f"<title>a{' - ' * n}x</title>",
    "meta tags": lambda n: "".join(f"<meta name=a{i} content=b>" for i in range(n)),
    "a description": lambda n: f"<meta name=description content='{'слово ' * n}'>",
    "links": lambda n: "<link rel=shortlink href='/?p=1x'>" * n,
    "a link": lambda n: f"<link rel=canonical href='/{'a' * n}'><link rel=canonical href=//[bad>",
    "a date": lambda n: f"<meta property=article:published_time content='{'2024-03-05' * n}'>",
    "classes of the body": lambda n: f"</head><body class='{'page-id-1 ' * n}'>",
}
TEXTS: dict[str, Callable[[int], str]] = {
    "ampersands": lambda n: "&" * n,
    "ampersands, coded": lambda n: "&" + "amp;" * n,
    "ampersands, coded as numbers": lambda n: "&#38;amp;#38;" * n,
    "ampersands without an end": lambda n: "&" + "ampamp;" * n,
    "codes in codes": lambda n: "&#82" * n + "&#8203;" + "03;" * n,
    "a number": lambda n: f"&#{'9' * n};",
    "bytes in a wrong charset": lambda n: "ÐŸÑ€Ð¸Ã\x83" + "\x83" * n,
    "bytes in a charset that is half right": lambda n: "РџСЂРё 日 " * n,
    "combining marks": lambda n: "a" + "\u0301\u0327" * n,
    "spaces": lambda n: " " * n + "x",
    "tabs": lambda n: " \t " * n + "x",
    "lines": lambda n: "\n \n" * n + "x",
    "joiners": lambda n: "\u200d" * n,
    "halves": lambda n: "\ud83d" * n,
    "Kazakh": lambda n: "ә \n\n" * n,
    "one word": lambda n: "а" * n,
}
OF_THE_FALLBACK = (
    *("pictures", "links", "nested inline tags", "inline tags", "nested blocks", "paragraphs"),
    *("rows", "captions", "copyright signs", "labels of comments", "headings", "dates"),
    *("hidden elements", "a copy of the text", "nested figures", "signatures"),
    "things of microdata",
)
"""Inputs that the extractor's reader treats in its own way."""
UNITS = (
    *(" ", "a", "1", "я", "-", ".", "/", "[", "<", "(", ":", "_", "\n", "=", "&", "@", "'"),
    *("a ", "a.", "1.", " -", "a-", "a/", "[a ", "<a ", "1 1", "Фото ", "Фото: ", "/2024/03/"),
    *("2024-", "<!--", "]]>", "?p=1", "a@", "&amp;", "+7 ", "USD 1 ", "© a", "a, ", "«»", "a|"),
    *("a\n", "\t", ", ", "background:", "srcset ", "a=b ", "#a", "(?", "id=", "12:", "г. "),
    *("Я", "A", "Яя ", "Aa ", "я-", "USD ", "+", "°", "©", "—", "%", "#", ";", "{", "\u0301", "ә"),
)
OWN_INPUT = {"kznews.pages.selectors"}
"""Modules whose patterns meet what the project's own tables say."""
BOUNDS = {
    "kznews.dates": dates.LONGEST,
    "kznews.sites.date_words": dates.LONGEST,
    "kznews.sites.boilerplate": boilerplate.LONGEST,
    "kznews.sites.phrases": boilerplate.LONGEST,
    "kznews.sites.info365": boilerplate.LONGEST,
}
"""Characters that the patterns of a module are given at most; any other meets whole pages."""


class Slow(Exception): ...


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """End what does not end by itself; libraries are stopped, too, as far as they listen."""

    def stop(*_: object) -> None:
        raise Slow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def steps(call: Callable[[], object]) -> int:
    """Count the lines of the project's code that a call runs."""
    count = 0

    def line(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal count
        count += event == "line"
        return line

    def enter(frame: FrameType, event: str, arg: Any) -> Any:
        return line if frame.f_code.co_filename.startswith(PACKAGE) else None

    sys.settrace(enter)
    try:
        call()
    finally:
        sys.settrace(None)
    return count


def read(html: str, url: str) -> None:
    with suppress(NotAnArticle):
        kznews.read(html, url, seen_at=SEEN_AT)


def known(body: str, head: str = "") -> None:
    html = (
        f"<html><head>{head}</head><body class=single-post><div class=layout-singular>"
        f"<h1 class=singular__title>Заметка</h1><div class=singular__content><p>Начало.</p>{body}"
        "</div></div></body></html>"
    )
    read(html, "https://365info.kz/2024/03/zametka")


def unknown(body: str, head: str = "") -> None:
    html = (
        f"<html><head><title>Заметка о реке</title>{head}</head><body><h1>Заметка о реке</h1>"
        f"<div><div><p>Первое предложение заметки, в нём много слов.</p>{body}</div></div></body>"
        "</html>"
    )
    read(html, "https://news.example/2024/03/zametka")


def cleaned(text: str) -> None:
    plain = clean(text)
    clean_line(text)
    language(plain, "ru")
    word_count(plain)
    fingerprint("Заметка", plain)


READERS: dict[str, tuple[Callable[[str], object], dict[str, Callable[[int], str]]]] = {
    "known": (known, BODIES),
    "unknown": (unknown, {name: BODIES[name] for name in OF_THE_FALLBACK}),
    "known head": (lambda head: known("", head), HEADS),
    "unknown head": (lambda head: unknown("", head), HEADS),
    "text": (cleaned, TEXTS),
    "listing": (lambda html: read_listing(page(html)), {
        "cards": lambda n: "".join(
            f"<div class='archive__item'><a class='archive__item-link' href='/2024/03/z{i}'>x</a>"
            "<span class='archive__item-date'>5 марта</span></div>" for i in range(n)
        ),
        "nested cards": lambda n: "<div class='archive__item'><a href=/2024/03/z>" * min(n, 900),
        "any links": lambda n: "".join(f"<li><a href='/2024/03/z{i}'>x</a>" for i in range(n)),
        "dates": lambda n: f"<div class='archive__item'><i class=archive__item-date>{'5 м ' * n}",
    }),
    "dates": (
        lambda raw: dates.read_text(raw, dates.zone("Asia/Almaty"), datetime.now(dates.UTC)),
        {"digits": lambda n: "1" * n, "days": lambda n: "5 марта " * n, "dots": lambda n: "1." * n},
    ),
}  # fmt: skip
CASES = [
    pytest.param(reader, make, id=f"{where}: {name}")
    for where, (reader, inputs) in READERS.items()
    for name, make in inputs.items()
]


def sized(make: Callable[[int], str], size: int) -> str:
    """Return an input of about so many characters."""
    unit = max(1, (len(make(200)) - len(make(100))) // 100)
    return make(max(1, size // unit))


@pytest.mark.parametrize(("reader", "make"), CASES)
def test_twice_the_input_takes_twice_the_steps(
    reader: Callable[[str], object], make: Callable[[int], str]
) -> None:
    once, twice = sized(make, SIZE), sized(make, 2 * SIZE)
    reader(twice)  # what is imported, compiled and kept at first is not counted
    with limit(SECONDS):
        assert steps(lambda: reader(twice)) <= 2.5 * steps(lambda: reader(once)) + 1_000


@pytest.mark.parametrize(("reader", "make"), CASES)
def test_a_large_input_comes_to_an_end(
    reader: Callable[[str], object], make: Callable[[int], str]
) -> None:
    with limit(SECONDS):
        reader(sized(make, LARGE))


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Yield the patterns that meet what a site says, with the names of their modules."""
    for package in (kznews.pages, kznews.wordpress, kznews.sites):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            if module.name in OWN_INPUT:
                continue
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, re.Pattern):
                    yield module.name, value
    for name in ("kznews.text", "kznews.dates"):
        found = vars(importlib.import_module(name)).values()
        yield from ((name, value) for value in found if isinstance(value, re.Pattern))
    for pattern, _ in date_words.rewrites():
        yield "kznews.sites.date_words", pattern
    rules = SITES["365info"].boilerplate
    of_pictures = (rules.credit, phrases.PLAIN_CREDIT)
    for pattern in (*rules.phrases, *rules.link_phrases, rules.contents, *of_pictures):
        yield "kznews.sites.boilerplate", pattern
    for kind in rules.kinds:
        yield "kznews.sites.boilerplate", kind.pattern


def test_no_pattern_goes_back_over_its_input() -> None:
    slow = set()
    for module, pattern in dict.fromkeys(patterns()):
        length = BOUNDS.get(module, LARGE)
        for unit in UNITS:
            text: Any = (unit * (length // len(unit)) + "\0")[-length:]
            if isinstance(pattern.pattern, bytes):
                text = text.encode()
            try:
                with limit(1):
                    pattern.search(text)
            except Slow:
                slow.add((module, pattern.pattern, unit))
                break
    assert not slow
