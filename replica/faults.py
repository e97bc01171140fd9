"""Things that go wrong on the way: each fault turns a good answer into a bad one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from replica.answer import HTML, Answer
from replica.cloudflare import BLOCKED, CHALLENGE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CARDS = re.compile(
    r'<article class="archive__item">.*?</article>|<div class="item">.*?</div>'
    r'|<div class="lastnews__item.*?</div>',
    re.DOTALL,
)
_AD = '<div class="banner"><span>Реклама</span><i></i></div>\n'


@dataclass(eq=False)
class Fault:
    """One kind of failure; `times` is how many answers it spoils (None: all of them).

    `wire` names what must be done to the connection itself; `change` alters the answer.
    """

    change: Callable[[Answer], Answer]
    times: int | None = None
    wire: str = ""
    amount: float = 0
    used: int = field(default=0, init=False)

    @classmethod
    def status(
        cls,
        code: int,
        headers: Mapping[str, str] | None = None,
        body: str = "",
        times: int | None = None,
    ) -> Fault:
        """Answer with a bare status."""
        page = body or f"<html><head><title>{code}</title></head><body>{code}</body></html>"
        fixed = Answer(code, page, HTML, list((headers or {}).items()))
        return cls(lambda _: fixed, times)

    @classmethod
    def rate_limited(cls, retry_after: int | str = 5, times: int | None = None) -> Fault:
        """429 with Retry-After in seconds or as an HTTP date."""
        return cls.status(429, {"Retry-After": str(retry_after)}, times=times)

    @classmethod
    def challenge(cls, status: int = 403, times: int | None = None) -> Fault:
        """Cloudflare's challenge."""
        return cls.status(status, {"cf-mitigated": "challenge"}, CHALLENGE, times)

    @classmethod
    def blocked(cls, times: int | None = None) -> Fault:
        """Cloudflare's block page."""
        return cls.status(403, None, BLOCKED, times)

    @classmethod
    def hang(cls, times: int | None = None) -> Fault:
        """Never answer; ends when the client leaves."""
        return cls(_same, times, "hang")

    @classmethod
    def slow(cls, bytes_per_second: float, times: int | None = None) -> Fault:
        """Answer in drops."""
        return cls(_same, times, "slow", bytes_per_second)

    @classmethod
    def truncated(cls, cut: float = 0.5, times: int | None = None) -> Fault:
        """Promise the whole length, send a part of it, close."""
        return cls(_same, times, "truncated", cut)

    @classmethod
    def reset(cls, times: int | None = None) -> Fault:
        """Reset the connection."""
        return cls(_same, times, "reset")

    @classmethod
    def cut_quietly(cls, cut: float = 0.5, times: int | None = None) -> Fault:
        """Send a document that ends amid the article and looks complete to HTTP."""
        return cls(lambda answer: replace(answer, body=_cut(_text(answer), cut)), times)

    @classmethod
    def empty(cls, times: int | None = None) -> Fault:
        """200 and nothing."""
        return cls(lambda answer: replace(answer, body=""), times)

    @classmethod
    def not_html(cls, content_type: str = "application/pdf", times: int | None = None) -> Fault:
        """Send bytes of another kind."""
        return cls(lambda _: Answer(200, b"%PDF-1.4\n\x00\xff\xfe\n%%EOF\n", content_type), times)

    @classmethod
    def wrong_charset(cls, times: int | None = None) -> Fault:
        """Say windows-1251 in the header while the bytes are UTF-8, with no word in the page."""
        return cls(
            lambda answer: replace(
                answer,
                body=_text(answer).replace('<meta charset="UTF-8">\n', ""),
                content_type="text/html; charset=windows-1251",
            ),
            times,
        )

    @classmethod
    def octet_stream(cls, times: int | None = None) -> Fault:
        """Send HTML that calls itself a download."""
        kind = "application/octet-stream"
        return cls(lambda answer: replace(answer, content_type=kind), times)

    @classmethod
    def huge(cls, megabytes: float = 5, times: int | None = None) -> Fault:
        """Pad a valid page with furniture."""

        def pad(answer: Answer) -> Answer:
            text = _text(answer)
            missing = int(megabytes * 2**20) - len(text.encode())
            banners = _AD * (missing // len(_AD.encode()) + 1)
            return replace(answer, body=text.replace("</body>", f"{banners}</body>"))

        return cls(pad, times)

    @classmethod
    def redirect(cls, to: str, code: int = 301, times: int | None = None) -> Fault:
        """Send the reader elsewhere."""
        return cls.status(code, {"Location": to}, times=times)

    @classmethod
    def redirect_loop(cls, times: int | None = None) -> Fault:
        """Send the reader back to the same address."""
        return cls(_same, times, "loop")

    @classmethod
    def no_links(cls, times: int | None = None) -> Fault:
        """Serve a listing without its cards."""
        return cls(lambda answer: replace(answer, body=_CARDS.sub("", _text(answer))), times)

    @classmethod
    def broken_json_ld(cls, times: int | None = None) -> Fault:
        """Make every JSON-LD script of the page invalid."""
        return cls(
            lambda answer: replace(answer, body=_text(answer).replace('"@graph":[', '"@graph":[,')),
            times,
        )


def _same(answer: Answer) -> Answer:
    return answer


def _text(answer: Answer) -> str:
    return answer.body if isinstance(answer.body, str) else answer.body.decode("utf-8", "replace")


def _cut(page: str, share: float) -> str:
    start = page.rfind('<div class="singular__content')
    start = start if start >= 0 else page.rfind('<div class="row single__content')
    end = max(page.find('<div class="singular__tags'), page.find('<div class="row single__tags'))
    if start < 0 or end < 0:
        return page[: int(len(page) * share)]
    start = page.find(">", start) + 1
    return page[: start + int((end - start) * share)]
