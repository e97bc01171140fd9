"""Crawls of broken answers: no address may be lost, whatever the site sends.

    python -m tests.fuzz --minutes 30

Hypothesis breaks pages, posts, listings, sitemaps and feeds of the look-alike: values of other
types, missing keys, bytes cut out and put in, deep nesting, very long numbers. A spider crawls the
broken site, then the repaired one. The checks from outside: every address is accounted for,
healthy neighbours are complete, the exit status shows errors, and the second run brings what was
missing, and nothing twice. ``tests/spiders/test_fuzz.py`` is the short form.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from itertools import count, product
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import kznews
from kznews.storage.schema import FINAL_REASONS
from replica import Fault, Newsroom, Server
from replica.answer import HTML, Answer
from replica.model import BASE
from replica.routes import respond
from tests.crawling import Run, crawl

DEEP = "\u2063deep"
"""Stands in JSON for what only text can hold: more lists in lists than a writer would write."""
DIGITS = "9" * 6000
WORDS: tuple[str, ...] = (
    "", " ", "0", "x", "\0", "\x1b[31m", "\ud83d", "\u202e", "null", "http://[bad",
    "//", "?p=", "#",
    "http://[bad/a b", "javascript:alert(1)", "https://365info.kz:99999/2026/11/x", "/2026/13/x",
    "data:image/png;base64,AAAA", DIGITS, f"-{DIGITS}", f"&#{DIGITS};", "&#xD83D;", "&#0;",
    "&amp;" * 500, "<b>" * 800, "<!--", "<![CDATA[", "]]>", "</html>", "<script>", "<p>a</p>" * 300,
    "[caption" * 300, "\u00a0" * 3000, "©" * 500, "<img src='http://[bad' srcset='http://[bad 2x'>",
    "<iframe src='http://[bad'></iframe><a href='http://[bad'>x</a>", "9999-12-31T23:59:59",
    "0001-01-01T00:00:00", "0000-00-00 00:00:00", "2026-11-31", "Thu, 00 Nov 0000 00:00:00 +0000",
    "Fri, 31 Dec 9999 23:59:59 GMT", "2026-11-20T10:00:00+99:99", "31 ноября 99999", "١٢٣",
    "²", "1e999", "&#x110000;", "&#xDFFF", "\u0301" * 500, "//365info.kz/2026/11/%ff%fe",
    "https://365info.kz/2026/11/a%00b", "https://365info.kz/?p=²", "0;url=http://[bad",
    "-0001-11-20T10:00:00", "2026-11-20T24:00:00", "2026-W47-5", "a=1; Max-Age=" + DIGITS,
    "text/html; charset=rot13", "<base href='http://[bad'>", "<meta charset=utf-16>", "gzip",
    "<plaintext>", "<time datetime='9999-99-99T'>", "<img srcset=', ,, 1x, http://[ 2x, a 9w'>",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    *WORDS, None, True, False, 0, -1, 1.5, 10**30, 1e308, [], {}, [[]], [None], ["x"], {"x": None},
    {"rendered": None}, {"rendered": ["x"]}, {"rendered": {"rendered": "x"}}, [[{"name": 5}]], DEEP,
    [{"id": DIGITS}], {"@graph": [{"@type": ["NewsArticle", None], "headline": {}}]},
)  # fmt: skip


@dataclass(frozen=True)
class Mutation:
    """What is done to one answer: how, where (0 to 1, from its beginning), and with what."""

    target: int
    how: str
    where: float
    value: Any


def mutations(ways: Sequence[str], targets: int, fewest: int) -> st.SearchStrategy[list[Mutation]]:
    """Return lists of mutations of different targets."""
    one = st.builds(
        Mutation,
        target=st.integers(0, targets - 1),
        how=st.sampled_from(ways),
        where=st.floats(0, 1, exclude_max=True),
        value=st.sampled_from(VALUES),
    )
    return st.lists(
        one, min_size=fewest, max_size=fewest + 10, unique_by=lambda mutation: mutation.target
    )


# --- What is spoilt -------------------------------------------------------------------------------


def spoilt(answer: Answer, mutation: Mutation) -> Answer:
    """Return an answer as a mutation leaves it."""
    body = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
    match mutation.how:
        case "json":
            return replace(answer, body=_spoilt_json(body, mutation))
        case "script":
            return replace(answer, body=_spoilt_script(body, mutation))
        case "attribute":
            return replace(answer, body=_put(body, rb'="([^"]*)"', mutation))
        case "text":
            return replace(answer, body=_put(body, rb">([^<]+)<", mutation))
        case "header":
            return _spoilt_header(answer, mutation)
    return replace(answer, body=_spoilt_bytes(body, mutation))


def _bytes_of(value: Any) -> bytes:
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "surrogatepass")


def _put(body: bytes, pattern: bytes, mutation: Mutation) -> bytes:
    places = list(re.finditer(pattern, body))
    if not places:
        return body
    found = places[int(mutation.where * len(places))]
    return body[: found.start(1)] + _bytes_of(mutation.value) + body[found.end(1) :]


def _spoilt_bytes(body: bytes, mutation: Mutation) -> bytes:
    start = int(mutation.where * len(body))
    match mutation.how:
        case "cut":
            return body[:start]
        case "out":
            return body[:start] + body[start + 200 :]
        case "twice":
            return body[:start] + body[start : start + 500] * 2 + body[start + 500 :]
        case "noise":
            noise = random.Random(mutation.where).randbytes(60)
            return body[:start] + noise + body[start + 60 :]
    return body[:start] + _bytes_of(mutation.value) + body[start:]


def _spoilt_json(body: bytes, mutation: Mutation) -> bytes:
    try:
        data = json.loads(body)
    except ValueError:
        return body
    return _written(_changed(data, mutation))


def _spoilt_script(body: bytes, mutation: Mutation) -> bytes:
    found = re.search(rb'<script type="application/ld\+json"[^>]*>(.*?)</script>', body, re.DOTALL)
    if found is None:
        return body
    return body[: found.start(1)] + _spoilt_json(found[1], mutation) + body[found.end(1) :]


def _written(data: Any) -> bytes:
    text = json.dumps(data)
    return text.replace(json.dumps(DEEP), "[" * 5000 + "]" * 5000).encode()


def _changed(data: Any, mutation: Mutation) -> Any:
    """Return data with one of its values replaced, or taken out."""
    places = list(_places(data))
    if not places:
        return mutation.value
    owner, key = places[int(mutation.where * len(places))]
    if mutation.value == "x":
        del owner[key]
    else:
        owner[key] = mutation.value
    return data


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in list(items):
        yield data, key
        if isinstance(value, (dict, list)):
            yield from _places(value)


def _spoilt_header(answer: Answer, mutation: Mutation) -> Answer:
    names = (
        "Last-Modified", "X-WP-Total", "X-WP-TotalPages", "Link", "Content-Language", "ETag",
        "Date", "Set-Cookie", "Content-Encoding", "Refresh", "Content-Disposition",
    )  # fmt: skip
    name = names[int(mutation.where * len(names))]
    value = str(mutation.value).encode("utf-8", "replace").decode("latin-1")
    value = re.sub(r"[\r\n\0]", "", value)[:2000]
    others = [(key, text) for key, text in answer.headers if key != name]
    return replace(answer, headers=[*others, (name, value)])


# --- What is crawled ------------------------------------------------------------------------------

MARKUP = ("script", "attribute", "attribute", "text", "insert", "cut", "out", "twice", "noise")


@dataclass(frozen=True)
class Kind:
    """A spider, the answers that are spoilt for it, and how.

    ``names_all`` is true where the spider learns all addresses in spite of the spoilt answers,
    ``new`` is how many articles appear after a first crawl.
    """

    spider: str
    articles: int
    fewest: int
    ways: Sequence[str]
    names_all: bool
    arguments: Mapping[str, str] = field(default_factory=dict)
    new: int = 0
    examples: int = 6

    def strategy(self) -> st.SearchStrategy[list[Mutation]]:
        return mutations(self.ways, self.articles, self.fewest)


READING = "reading"
"""The kind that crawls nothing: pages of known themes and of unknown ones are read at once."""
ROOTS = ("https://365info.kz", "https://news.example")

KINDS: dict[str, Kind] = {
    READING: Kind("", 40, 10, MARKUP, names_all=False, examples=60),
    "pages": Kind("365info", 36, 24, (*MARKUP, "header"), names_all=True),
    "posts": Kind("365info-backfill", 130, 40, ("json",), names_all=True),
    "answers": Kind(
        "365info-backfill", 130, 2, ("json", "insert", "cut", "noise", "header"), names_all=False
    ),
    "listings": Kind("365info", 36, 6, (*MARKUP, "json", "header"), names_all=False),
    "sitemaps": Kind(
        "365info-backfill", 36, 2, ("text", "insert", "cut", "out", "twice", "noise", "header"),
        names_all=False, arguments={"source": "sitemap"},
    ),
    "feeds": Kind(
        "365info-latest", 24, 2, ("text", "insert", "cut", "out", "twice", "noise", "header"),
        names_all=False, new=5,
    ),
}  # fmt: skip
LISTS = {
    "answers": ("/wp-json/wp/v2/posts", "/wp-json/wp/v2/categories"),
    "listings": (
        "/", "/wp-json/wp/v2/categories", *(
            f"/category/{slug}{page}"
            for slug in ("poslednie-novosti", "mir", "politika", "ekonomika", "proisshestviya")
            for page in ("", "/page/2", "/page/3")
        ),
    ),
    "sitemaps": ("/robots.txt", "/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml",
        "/wp-sitemap-posts-post-1.xml", "/post-sitemap.xml"),
    "feeds": ("/feed/", "/wp-json/wp/v2/posts"),
}  # fmt: skip


def spoil(server: Server, name: str, truth: Sequence[Any], some: Sequence[Mutation]) -> None:
    """Let a server give the answers of a kind spoilt."""
    if name == "pages":
        for mutation in some:
            server.fault(truth[mutation.target]["path"], _fault(mutation))
    elif name == "posts":
        by_id = {truth[mutation.target]["id"]: mutation for mutation in some}

        def change(answer: Answer) -> Answer:
            posts = json.loads(answer.body)
            if isinstance(posts, list):
                posts = [
                    _changed(post, by_id[post["id"]]) if post.get("id") in by_id else post
                    for post in posts
                ]
            return replace(answer, body=_written(posts))

        server.fault(re.compile(r"^/wp-json/wp/v2/posts\?"), Fault(change))
    else:
        paths = LISTS[name]
        for mutation in some:
            server.fault(paths[mutation.target % len(paths)], _fault(mutation))


def _fault(mutation: Mutation) -> Fault:
    return Fault(lambda answer: spoilt(answer, mutation) if answer.status == 200 else answer)


# --- The law --------------------------------------------------------------------------------------


def misread(some: Sequence[Mutation]) -> Iterator[str]:
    """Read spoilt pages; yield what is neither an article that can be written nor none."""
    pages = _pages()
    for mutation, root in product(some, ROOTS):
        path, html = pages[mutation.target % len(pages)]
        spoilt_html = spoilt(Answer(200, html, HTML), mutation).body
        try:
            article = kznews.read(spoilt_html, root + path)
            json.dumps(asdict(article), ensure_ascii=False).encode()
        except kznews.NotAnArticle:
            continue
        except Exception as error:
            yield f"reading: {root}{path}: {error!r}\n    by {mutation}"


@cache
def _pages() -> list[tuple[str, str]]:
    """Return the articles of both themes by their paths."""
    newsrooms = [
        Newsroom(articles=KINDS[READING].articles // 2, theme=theme) for theme in ("current", "old")
    ]
    return [
        (post.path, str(respond(newsroom, post.path).body).replace(BASE, ROOTS[0]))
        for newsroom in newsrooms
        for post in newsroom.posts
    ]


def trial(name: str, some: Sequence[Mutation], data: Path) -> list[str]:
    """Crawl a spoilt site, then the healed one; return what breaks the law."""
    if name == READING:
        return list(misread(some))
    kind = KINDS[name]
    newsroom = Newsroom(articles=kind.articles, oddities=False)
    truth = newsroom.truth()
    with Server(newsroom) as server:
        if kind.new:
            crawl(server.url, data, spider="365info-backfill")
            for _ in range(kind.new):
                newsroom.publish()
            truth = newsroom.truth()
        spoil(server, name, truth, some)
        log = "KZNEWS_CHALLENGE_PAUSE=0"
        first = crawl(server.url, data, "-s", log, spider=kind.spider, **kind.arguments)
        wrong = list(_errors(first, "spoilt"))
        if kind.names_all:
            targets = {truth[mutation.target]["path"] for mutation in some}
            wrong += _unaccounted(first, server.url, truth)
            wrong += _neighbours(first, server.url, [x for x in truth if x["path"] not in targets])
        server.clear_faults()
        second = crawl(server.url, data, spider=kind.spider, **kind.arguments)
        wrong += _errors(second, "healed")
        if second.status not in {0, 3}:
            wrong.append(f"the healed site ends with exit status {second.status}")
        wrong += _missing(second, server.url, truth)
    return [_explained(text, truth, some, name) for text in wrong]


def _errors(run: Run, which: str) -> Iterator[str]:
    rejected = [x for x in run.records("rejected") if x["reason"] in {"error", "too_slow"}]
    for record in rejected:
        yield f"{which}: {record['url']} is rejected as {record['reason']} ({record['detail']})"
    traces = re.findall(r"^(?:\w+\.)*\w*(?:Error|Exception)\b.*$", run.log, re.MULTILINE)
    for trace in traces:
        yield f"{which}: exception {trace[:300]}"
    failed = any(record["reason"] == "error" for record in rejected) or "Traceback" in run.log
    if failed and which == "spoilt" and run.status != 1:
        yield f"{which}: errors, and exit status {run.status}"
    if run.status not in {0, 1, 3}:
        yield f"{which}: exit status {run.status}"


def _states(data: Path) -> dict[str, tuple[str, int, str | None]]:
    with closing(sqlite3.connect(data / "archive.db")) as connection:
        rows = connection.execute("SELECT url, state, tries, reason FROM urls")
        return {url: (state, tries, reason) for url, state, tries, reason in rows}


def _unaccounted(run: Run, root: str, truth: Sequence[Any]) -> Iterator[str]:
    states = _states(run.data)
    for article in truth:
        url = root + article["path"]
        numbered = f"{root}/?p={article['id']}"
        state, tries, _ = states.get(url) or states.get(numbered) or ("", 0, None)
        if state not in {"stored", "rejected", "fetched", "gone"} and not tries:
            yield f"{url} is not accounted for ({state or 'unknown'})"


def _neighbours(run: Run, root: str, healthy: Sequence[Any]) -> Iterator[str]:
    titles = {article["url"]: article["title"] for article in run.articles}
    for article in healthy:
        url = root + article["path"]
        if titles.get(url) != article["title"]:
            yield f"{url} is healthy and comes as {titles.get(url)!r}"


def _missing(run: Run, root: str, truth: Sequence[Any]) -> Iterator[str]:
    """Return what two runs did not bring, or brought twice."""
    states = _states(run.data)
    delivered = {article["id"] for article in run.articles} | run.urls()
    for article in truth:
        url = root + article["path"]
        is_there = {url, f"365info:{article['id']}"} & delivered
        state, _, reason = states.get(url, ("unknown", 0, None))
        if state == "rejected" and reason in FINAL_REASONS:
            continue
        if state != "stored" or not is_there:
            yield f"{url} is missing after the healed run ({state}, {reason})"
    twice = Counter((article["id"], article["version"]) for article in run.articles)
    for key, times in twice.items():
        if times > 1:
            yield f"{key} comes {times} times"


def _explained(text: str, truth: Sequence[Any], some: Sequence[Mutation], name: str) -> str:
    named = (
        [m for m in some if truth[m.target]["path"] in text] if name in {"pages", "posts"} else some
    )
    shown = "; ".join(
        f"{m.how} at {m.where:.4f} of {m.target}: {repr(m.value)[:60]}" for m in named[:8]
    )
    return f"{name}: {text}\n    by {shown or 'none of its own'}"


# --- The long form --------------------------------------------------------------------------------


def explore(name: str, number: int, examples: int) -> list[str]:
    """Return what some examples of a kind break, found with a seed."""
    found: list[str] = []

    @seed(number)
    @settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(KINDS[name].strategy())
    def look(some: list[Mutation]) -> None:
        with tempfile.TemporaryDirectory(prefix="kznews-fuzz-") as data:
            found.extend(trial(name, some, Path(data)))

    look()
    return found


def main(report: Callable[[str], None]) -> int:
    parser = argparse.ArgumentParser(description="Crawl spoilt sites and look for what is lost.")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=0, help="of the first round")
    parser.add_argument("--kinds", nargs="*", choices=list(KINDS), default=list(KINDS))
    options = parser.parse_args()
    until = time.monotonic() + options.minutes * 60
    known: set[str] = set()
    rounds = 0
    for number in count(options.seed):
        for name in options.kinds:
            if time.monotonic() > until:
                report(f"{rounds} rounds, {len(known)} findings")
                return int(bool(known))
            for text in explore(name, number, KINDS[name].examples):
                shape = re.sub(r"\d+|http\S+", "…", text.partition("\n")[0])
                if shape not in known:
                    known.add(shape)
                    report(f"seed {number}, {text}")
            rounds += 1
    return 0


if __name__ == "__main__":
    sys.exit(main(lambda line: print(line, flush=True)))
