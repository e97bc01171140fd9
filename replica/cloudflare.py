"""What Cloudflare does to a page on its way: hidden e-mail addresses, block pages."""

from __future__ import annotations

import re

_PARTS = re.compile(r"(<script\b.*?</script>|<style\b.*?</style>|<[^>]+>)", re.DOTALL)
_EMAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_MAILTO = re.compile(r'href="mailto:([^"]+)"')
_KEY = 0x5A
_SCRIPT = (
    '<script data-cfasync="false" '
    'src="/cdn-cgi/scripts/5c5dd728/cloudflare-static/email-decode.min.js"></script>'
)

CHALLENGE = (
    '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>'
    '<meta name="robots" content="noindex,nofollow"></head><body><div class="main-wrapper">'
    '<div id="challenge-running">Checking your browser</div><noscript>Enable JavaScript and '
    "cookies to continue</noscript></div><script>window._cf_chl_opt={cType:'managed'};</script>"
    '<script src="/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1"></script></body></html>'
)
BLOCKED = (
    '<!DOCTYPE html><html lang="en-US"><head><title>Attention Required! | Cloudflare</title></head>'
    '<body><div id="cf-error-details"><h1 data-translate="block_headline">Sorry, you have been '
    "blocked</h1><p>Error code 1020</p><p>Cloudflare Ray ID: <strong>8f00ba5eca11ab1e</strong></p>"
    "</div></body></html>"
)


def encode(text: str) -> str:
    """Hex pairs: the key, then every byte of the text XOR the key."""
    return f"{_KEY:02x}" + "".join(f"{byte ^ _KEY:02x}" for byte in text.encode())


def protect(page: str) -> str:
    """Hide every address that a reader of the HTML would see."""
    if "@" not in page:
        return page
    inside_link = False
    out: list[str] = []
    for part in _PARTS.split(page):
        if part.startswith("<"):
            if part.startswith(("<a ", "</a")):
                inside_link = part.startswith("<a ")
            out.append(_MAILTO.sub(_hidden_link, part))
        else:
            out.append(_EMAIL.sub(_hidden_in_link if inside_link else _hidden, part))
    hidden = "".join(out)
    if hidden == page:
        return page
    return hidden.replace("</body>", f"{_SCRIPT}</body>")


def _hidden(match: re.Match[str]) -> str:
    mark = f'class="__cf_email__" data-cfemail="{encode(match[0])}"'
    return f'<a href="/cdn-cgi/l/email-protection" {mark}>[email&#160;protected]</a>'


def _hidden_in_link(match: re.Match[str]) -> str:
    mark = f'class="__cf_email__" data-cfemail="{encode(match[0])}"'
    return f"<span {mark}>[email&#160;protected]</span>"


def _hidden_link(match: re.Match[str]) -> str:
    return f'href="/cdn-cgi/l/email-protection#{encode(match[1])}"'
