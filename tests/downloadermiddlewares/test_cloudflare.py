"""Cloudflare: hidden addresses are decoded, challenges and blocks are recognised."""

from __future__ import annotations

import pytest

from kznews.pages.cloudflare import block_code, decode_email, is_challenge
from tests.reading import respond

CODE = "6e040b1d1d0b040b1d1d0b5f5c5d2e09030f0702400d0103"
ADDRESS = "jessejesse123@gmail.com"
MARK = "<script>window._cf_chl_opt={cvId:'3'};</script>"
ORCHESTRATE = (
    "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray=1'></script>"
)
LONG = "<p>Слово за слово.</p>" * 2000


def code(text: str, key: int = 0x5A) -> str:
    return bytes([key, *(byte ^ key for byte in text.encode())]).hex()


@pytest.mark.parametrize(
    ("hidden", "address"),
    [
        (CODE, ADDRESS),
        (CODE.upper(), ADDRESS),
        (code(f"{ADDRESS}?subject=Письмо"), ADDRESS),
        (code("почта@сайт.қаз"), "почта@сайт.қаз"),
    ],
)
def test_a_hidden_address_is_read(hidden: str, address: str) -> None:
    assert decode_email(hidden) == address


@pytest.mark.parametrize(
    "hidden",
    [
        "",
        "6e",
        CODE[:-1],
        f"{CODE}zz",
        f" {CODE}",
        code("?subject=Заметка&body=https://365info.kz/2024/03/zametka"),
        code("поделиться"),
        code("a@b"),
        "5aff",
    ],
)
def test_what_hides_no_address_is_left_alone(hidden: str) -> None:
    assert decode_email(hidden) is None


@pytest.mark.parametrize("status", [200, 403, 429, 503])
@pytest.mark.parametrize(
    "html",
    [
        "<title>Just a moment...</title>",
        "<title>Один момент…</title>",
        "<title>\nПодождите...</title>",
        f"<title>365info.kz</title>{MARK}",
        f"<title>Бір сәт күтіңіз…</title>{ORCHESTRATE}",
        '<title>DDoS protection</title><div id="cf-please-wait">…</div>',
        "<form id='challenge-form' action='/?__cf_chl_f_tk=x'></form>",
    ],
)
def test_a_challenge_is_known_whatever_its_status(html: str, status: int) -> None:
    assert is_challenge(respond(f"<html><head>{html}</head></html>", status=status))


def test_a_challenge_of_any_size_is_known_where_the_status_tells_of_one() -> None:
    assert is_challenge(respond(f"<title>Сайт</title>{MARK}{LONG}", status=403))


def test_the_documented_header_is_enough() -> None:
    assert is_challenge(respond("", status=403, cf_mitigated="challenge"))
    assert not is_challenge(respond("", status=403, cf_mitigated="other"))


@pytest.mark.parametrize("long", ["", LONG])
@pytest.mark.parametrize(
    "html",
    [
        (
            "<script data-cfasync='false' src='/cdn-cgi/scripts/5c5dd728/cloudflare-static/"
            "email-decode.min.js'></script>"
        ),
        "<script>a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js';</script>",
        (
            "<script>a.src='/cdn-cgi/challenge-platform/h/g/scripts/jsd/4dbd/main.js';"
            "window['__CF$cv$params']={r:'8a',t:'MTc='};</script>"
        ),
        "<script defer src='https://static.cloudflareinsights.com/beacon.min.js'></script>",
        "<title>Подождите, не выбрасывайте чеки - 365info.kz</title>",
        "<title>Один момент из жизни города</title>",
        "<title>Заметка</title><p>Just a moment... — так называется песня.</p>",
        "<a href='#comment-form' id='challenge'>Вызов</a>",
    ],
)
def test_a_page_that_only_carries_cloudflare_s_scripts_is_no_challenge(
    html: str, long: str
) -> None:
    assert not is_challenge(respond(f"<html><body>{html}{long}</body></html>"))


@pytest.mark.parametrize(
    ("html", "status", "why"),
    [
        ("error code: 1020", 403, "1020"),
        ("<p>Error code: 1015</p>", 429, "1015"),
        ("<title>Attention Required! | Cloudflare</title>", 403, "blocked"),
        ("<title>Access denied | 365info.kz used Cloudflare to restrict access</title>", 403,
         "blocked"),
        ("error code: 1020", 200, None),
        ("error code: 10201", 403, None),
        ("<title>403 Forbidden</title>", 403, None),
        ("<title>Внимание | Cloudflare</title>", 503, None),
    ],
)  # fmt: skip
def test_a_block_is_told_with_its_code(html: str, status: int, why: str | None) -> None:
    assert block_code(respond(html, status=status)) == why


def test_a_long_code_is_read_in_no_more_steps_than_it_has_characters() -> None:
    assert decode_email(code("a@" + "." * 100_000 + "@")) is None
