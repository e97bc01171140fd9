"""Messages for people: control characters are shown, secrets are masked."""

from __future__ import annotations

import io
import json
import logging
import sys

import pytest

from kznews.monitoring import messages
from kznews.monitoring.messages import Record, hide, masked, on_one_line, say, shown


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[2Jhi", "\\u001b[2Jhi"),
        ("\x9b31m\x7f\b\r", "\\u009b31m\\u007f\\u0008\\u000d"),
        ("abc\u202etxt.exe\u2066", "abc\\u202etxt.exe\\u2066"),
        ("half \ud83d of it", "half \\ud83d of it"),
        ("Қазақ тілі\tи\nрусский 😀", "Қазақ тілі\tи\nрусский 😀"),
    ],
)
def test_control_characters_are_seen(text: str, seen: str) -> None:
    assert shown(text) == seen
    shown(text).encode()


def test_json_stays_json_of_the_same_meaning() -> None:
    record = {"title": "\x1b[31m\x9b\u202e\ud83d\n«а»"}
    assert json.loads(shown(json.dumps(record, ensure_ascii=False))) == record


@pytest.mark.parametrize("encoding", ["ascii", "cp1251", "utf-8"])
def test_a_letter_that_a_terminal_lacks_is_shown_by_its_number(encoding: str) -> None:
    terminal = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    say("a «Қ»", to=terminal)
    lacking = {"ascii": "a \\xab\\u049a\\xbb", "cp1251": "a «\\u049a»"}
    written = terminal.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]
    assert written.strip() == lacking.get(encoding, "a «Қ»")


def test_a_text_makes_no_line_of_its_own() -> None:
    assert on_one_line("x\n2026-11-26 ERROR: invented") == "x\\n2026-11-26 ERROR: invented"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("postgresql+psycopg://me:s3cret@db/x fails", "postgresql+psycopg://me:***@db/x fails"),
        ("postgresql://me:p@ss@db/news", "postgresql://me:***@db/news"),
        ("ftp://u:pw@h/a.jsonl, s3://KEY:SECRET@b/c", "ftp://u:***@h/a.jsonl, s3://KEY:***@b/c"),
        ("http://127.0.0.1:8365/2026/11/@slug", "http://127.0.0.1:8365/2026/11/@slug"),
        ("postgresql://db/news?user=me&password=s3cret&x=1", "postgresql://db/news?user=me&password=***&x=1"),
        ("https://a.kz/f?access_token=s3cret#x", "https://a.kz/f?access_token=***#x"),
        ("https://hooks.slack.com/services/T0/B0/s3cret", "https://hooks.slack.com/***"),
        ("at https://api.telegram.org/bot1:s3cret/sendMessage!", "at https://api.telegram.org/***"),
        ("https://365info.kz/2026/11/slug?page=2", "https://365info.kz/2026/11/slug?page=2"),
        ("base_url='https://u:s3cret@365info.kz'", "base_url='https://u:***@365info.kz'"),
        ("password=s3cret host=db", "password=*** host=db"),
    ],
)  # fmt: skip
def test_passwords_are_masked(text: str, seen: str) -> None:
    assert masked(text) == seen


def test_what_the_settings_hold_in_secret_is_masked_everywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(messages, "_known", set())
    hide(
        {
            "KZNEWS_ALERT_WEBHOOK": "https://alerts.example.kz/in/s3cret-path?k=v",
            "KZNEWS_HEARTBEAT": "http://[bad",
            "AWS_SECRET_ACCESS_KEY": "abcdef123",
            "FTP_PASSWORD": "kz",
            "BOT_NAME": "kznews",
        }
    )
    told = masked("to alerts.example.kz/in/s3cret-path?k=v by abcdef123 of kznews kz")
    assert told == "to alerts.example.kz/*** by *** of kznews kz"


def test_the_log_is_fit_to_be_shown() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    for name in ("kznews.x", "scrapy.x"):
        try:
            raise ValueError("\x1b]0;title\x07 ftp://u:pw@h")
        except ValueError:
            line = Record(name, 20, "", 1, "at %s\n%s", ("\x1b[2J", "ftp://u:pw@h"), sys.exc_info())
        handler.handle(line)
    ours, theirs = (part for part in out.getvalue().split("at \\u001b[2J") if part)
    assert ours.startswith("\\nftp://u:***@h\nTraceback")
    assert theirs.startswith("\nftp://u:***@h\nTraceback")
    assert theirs.endswith("ValueError: \\u001b]0;title\\u0007 ftp://u:***@h\n")


def test_what_is_printed_is_fit_to_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    say("\x1b[2J ftp://u:pw@h")
    say("\u202e", to=sys.stderr)
    assert capsys.readouterr() == ("\\u001b[2J ftp://u:***@h\n", "\\u202e\n")
