"""Bytes as text, and where in them the page begins."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

import kznews
from kznews.pages.characters import LARGEST_MIXED, decode
from kznews.pages.page import as_html

URL = "https://news.example/2026/11/shkola"
PARAGRAPHS = [
    "В посёлке открыли школу на триста мест, сообщил районный отдел образования.",
    "Её строили два года, а спортивный зал — РФ», «В» и ещё три — достроят весной.",
    "«Автобус до школы пойдёт с понедельника», — пообещал директор Пётр Лёвин.",
]
CYRILLIC = ["windows-1251", "koi8-r", "iso8859-5", "cp866"]
COMMENT = "Давно пора! Наши дети ездили за двадцать километров, и всё по бездорожью."
KAZAKH = "Әкімдік Есіл өзенінің жағасында жаңа мектеп ашты, деп хабарлады қала әкімі."
PAGE = (
    "<!DOCTYPE html><html lang=ru><head><title>Школа</title></head><body class='single-post'>"
    f"<article class='hentry'><h1>Школа</h1><p>{'</p><p>'.join(PARAGRAPHS)}</p></article>"
    "</body></html>"
)


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "kz1048"])
@pytest.mark.parametrize(
    "around", ["<p>{}</p>", "<script>var a = '{}';</script>", "<img alt='{}'>", "<p>Цитата: {}</p>"]
)
@pytest.mark.parametrize("copies", [1, 9])
def test_pieces_of_another_encoding_are_read_in_it(encoding: str, around: str, copies: int) -> None:
    words = KAZAKH if encoding == "kz1048" else COMMENT
    before, after = around.split("{}")
    piece = before.encode() + words.encode(encoding) + after.encode()
    told = decode(PAGE.encode() + piece * copies + PAGE.encode())
    assert told.startswith(PAGE)
    assert told.endswith(PAGE)
    assert told.count(max(words.split(), key=len)) == copies


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r"])
@pytest.mark.parametrize(
    "name", ["Новости дня", "Вести и факты за неделю", "районы и дороги за день"]
)
def test_one_line_may_be_in_two_encodings(name: str, encoding: str) -> None:
    start, end = PAGE.split("</title>")
    page = f"{start} на холме — ".encode() + f"{name}</title>".encode(encoding) + end.encode()
    assert decode(page) == f"{start} на холме — {name}</title>{end}"


@pytest.mark.parametrize("encoding", ["iso8859-5", "cp866"])
def test_what_no_encoding_explains_is_no_text(encoding: str) -> None:
    told = decode(PAGE.encode() + COMMENT.encode(encoding))
    assert told.startswith(PAGE)
    assert "\ufffd" in told


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r"])
def test_small_letters_alone_tell_the_encoding(encoding: str) -> None:
    words = "<p>наши дети ездили за двадцать километров"
    assert decode(PAGE.encode() + words.encode(encoding)) == PAGE + words


@pytest.mark.parametrize(
    "declared", [b"", *(f"charset={e}".encode() for e in CYRILLIC), b"charset=utf-8"]
)
@pytest.mark.parametrize("encoding", CYRILLIC)
@pytest.mark.parametrize("words", [COMMENT, "<p>наши дети ездили за двадцать километров"])
def test_what_is_declared_counts_less_than_letters(
    words: str, encoding: str, declared: bytes
) -> None:
    page = f"<title>Школа</title>{words}"
    assert decode(page.encode(encoding), declared) == page


def test_a_page_of_another_encoding_may_hold_a_piece_of_utf_8() -> None:
    page, piece = PAGE * 3, f"<p>{COMMENT}</p>"
    assert decode(page.encode("windows-1251") + piece.encode()) == page + piece


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r"])
def test_pairs_that_happen_to_be_utf_8_are_letters(encoding: str) -> None:
    text = "<p>Её <b>Лёд</b> <i>Пётр</i> берёт «РФ»\xa0и В\xa0Крыму</p>"
    page = (PAGE * 9 + text).encode(encoding, "ignore")
    assert decode(page) == page.decode(encoding)


@pytest.mark.parametrize("declared", [b"", b"text/html; charset=windows-1251", b"charset=utf-8"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (KAZAKH, "kz1048"),
        (f"{COMMENT} Аким Әлібек Қонаев приехал в Қызылорду.", "kz1048"),
        (COMMENT, "windows-1251"),
        ("Україна та світ: новини дня, її єдність і ґрунт під ногами.", "windows-1251"),
        ("Јутрос је министар рекао да ће љубитељи књига моћи да дођу.", "windows-1251"),
        ("Македонија ќе отвори нови училишта за децата, рече ѕвезда.", "windows-1251"),
        ("Беларусь і яе людзі: ўсё, што трэба ведаць сёння.", "windows-1251"),
        ("Garçon, le café est déjà très bien préparé à Genève.", "windows-1252"),
    ],
)
def test_the_letters_tell_the_encoding(text: str, encoding: str, declared: bytes) -> None:
    page = f"<html><body><h1>{text}</h1><p>{text}</p>"
    assert decode(page.encode(encoding), declared) == page


@pytest.mark.parametrize("after", ["школ", "школу", "школу ", "<p>", "<p>В", " РФ"])
@pytest.mark.parametrize("junk", [b"\xff", b"\xd0", b"\xff\xfe", b"\x9f\x98\x80", b"\xed\xa0\xbc"])
def test_a_few_bad_bytes_are_no_other_encoding(after: str, junk: bytes) -> None:
    told = decode(PAGE.encode().replace(after.encode(), after.encode() + junk, 1))
    assert told.replace("\ufffd", "") == PAGE
    assert "\ufffd" in told


def test_characters_in_halves_are_joined() -> None:
    halves = "Утро \ud83d\ude00\ud83c\udf89 и день".encode("utf-8", "surrogatepass")
    assert decode(PAGE.encode() + halves) == f"{PAGE}Утро 😀🎉 и день"


def test_a_large_page_is_read_in_one_encoding() -> None:
    told = decode(PAGE.encode() + b"x" * LARGEST_MIXED + COMMENT.encode("windows-1251"))
    assert told.startswith(PAGE)
    assert "\ufffd" in told


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Школа \ud83d утром", "Школа утром"),
        ("Школа \ude00\ud83d утром", "Школа утром"),
        ("Школа \ud83d\ude00 утром", "Школа 😀 утром"),
    ],
)
def test_halves_of_characters_are_joined_or_go(title: str, read: str) -> None:
    page = PAGE.replace("Школа", title).replace("В посёлке", title)
    told = kznews.read(page, URL)
    assert (told.title, told.suspect) == (read, None)
    assert told.text.startswith(read)


def test_what_cannot_be_read_of_a_caption_is_told() -> None:
    picture = "<figure><img src='/a.jpg' width=800><figcaption>Класс \ufffd</figcaption></figure>"
    told = kznews.read(PAGE.replace("</h1>", f"</h1>{picture}"), URL)
    assert [image.caption for image in told.images] == ["Класс \ufffd"]
    assert told.suspect == "characters that cannot be read"


NOTICE = (
    "<br />\n<b>Warning</b>:  Undefined array key in <b>/srv/x.php</b> on line <b>1</b><br />\n"
)


@pytest.mark.parametrize(
    "before",
    [
        "<?xml version='1.0' encoding='UTF-8'?>\n" + NOTICE * 60,
        f"<?xml version='1.0'?><!-- {'<rss> - ' * 900} -->\n",
        "[24-Nov-2026 10:00:00 UTC] PHP Warning:  x in /srv/x.php on line 12\n" * 80,
        '[2026-11-24 10:00:00] site.ERROR: {"exception": "<html>"}\n' * 80,
        '{"debug":[' + '{"q":"SELECT \\"<body>\\""},' * 300 + "{}]}",
        "[]",
        NOTICE * 3,
        "Notice: x in /srv/x.php\n",
    ],
)
@pytest.mark.parametrize("kind", [str, str.encode])
def test_what_stands_before_a_page_is_no_part_of_it(before: str, kind: type) -> None:
    told, page = kznews.read(kind(before + PAGE), URL), kznews.read(PAGE, URL)
    assert (told.title, told.text, told.suspect) == (page.title, page.text, page.suspect)


@pytest.mark.parametrize(
    "body",
    [
        '{"content": "<html><body><p>Текст</p></body></html>"}',
        '[{"id": 7, "content": {"rendered": "<!DOCTYPE html><body class=\\"a\\"><p>Текст"}}]',
        '[1, "<html><body>"]',
        '{"content": "<html><body><p>Обрыв',
        '{"a": 1}<!-- cached -->',
        "<?xml version='1.0'?><rss><item><![CDATA[<html><body><p>Текст</p>]]></item></rss>",
        "<?xml version='1.0'?><!-- <html> --><feed><content>&lt;html></content><html></feed>",
        "<rss><channel><description><![CDATA[<body><p>Текст</p>]]></description></channel></rss>",
        "<?xml version='1.0'?><!DOCTYPE rss><rss><html/></rss>",
        "<?xml version='1.0'?><response><body>Текст</body></response>",
    ],
)
def test_markup_inside_of_data_makes_no_page(body: str) -> None:
    assert as_html(HtmlResponse(URL, body=body.encode())) is None


@pytest.mark.parametrize(
    "before", ["", " \n", "<p>Начало.</p>", "<h1>Школа</h1><div>Начало.</div>"]
)
def test_nothing_of_a_page_is_left_out(before: str) -> None:
    told = as_html(HtmlResponse(URL, body=(before + PAGE).encode()))
    assert told is not None
    assert told.text == before + PAGE


@pytest.mark.parametrize("declared", ["base64", "idna", "punycode", "undefined", "unknown-1"])
def test_a_declared_encoding_that_is_none_of_pages_is_not_asked(declared: str) -> None:
    page = f"<html><head><meta charset={declared}></head><body><p>Мост через реку</p></body></html>"

    assert decode(page.encode("windows-1251")) == page
