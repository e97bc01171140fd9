"""Lists of the REST API as real servers answer them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scrapy.http import TextResponse

from kznews.pages.listing import SectionLink
from kznews.wordpress.api import (
    ClosedApiError,
    CutAnswerError,
    count,
    has_more,
    read_categories,
    read_changes,
    read_list,
    read_types,
)
from tests.reading import SITE

URL = "https://365info.kz/wp-json/wp/v2/categories"
MIR = {"slug": "mir", "name": "Мир", "link": "https://365info.kz/category/mir/", "count": 5}


def answer(body: str | bytes, **headers: str) -> TextResponse:
    raw = body if isinstance(body, bytes) else body.encode()
    return TextResponse(URL, body=raw, headers=headers, encoding="utf-8")


@pytest.mark.parametrize(
    "before",
    [
        "",
        "\ufeff",
        "\n\n",
        "<br />\n<b>Notice</b>:  Undefined index: x in <b>/var/www/a.php</b> on line <b>7</b>\n",
        "Warning: Undefined array key [0] in /srv/[wp]/a.php on line 7\n",
        "Deprecated: foo([]) is deprecated; use [bar] instead\n",
    ],
)
@pytest.mark.parametrize("items", [[], [MIR], [MIR, {"name": "[видео] {фото}"}]])
@pytest.mark.parametrize(
    "after",
    [
        "",
        "\n",
        "<!-- Performance optimized by W3 Total Cache [x] -->",
        "\n<br />\n<b>Notice</b>: [a] in <b>/a.php</b>\n",
        "<script>var a = [];</script>",
    ],
)
def test_what_stands_around_a_list_does_not_hide_it(
    before: str, items: list[Any], after: str
) -> None:
    body = before + json.dumps(items, ensure_ascii=False) + after
    assert read_list(answer(body)) == items


@pytest.mark.parametrize(
    "body",
    [
        ")]}',\n" + '[{"slug": "mir"}]',
        'cb([{"slug": "mir"}]);',
        '[{"slug": "mir"}]0',
        '{"3": {"slug": "mir"}}',
    ],
)
def test_a_list_in_another_dress_is_read(body: str) -> None:
    assert read_list(answer(body)) == [{"slug": "mir"}]


def test_a_number_of_thousands_of_digits_costs_itself() -> None:
    body = '[{"id": 1%s, "slug": "a"}, {"id": 2}]' % ("0" * 9000)
    assert read_list(answer(body)) == [{"id": None, "slug": "a"}, {"id": 2}]
    assert count(answer("[]", **{"X-WP-Total": "1" * 9000}), "X-WP-Total") is None


@pytest.mark.parametrize(
    "body",
    [
        '[{"slug":"mir"',
        '[{"a": 1, "b": [{"c": 1}], "d": "',
        '[{"a": 1, "b": [{"c": 1}]',
        '<b>Notice</b> []\n[{"a": [{"c": 1}], "d": 5',
    ],
)
def test_half_a_list_is_none_and_said_to_be_half(body: str) -> None:
    with pytest.raises(CutAnswerError):
        read_list(answer(body))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<!DOCTYPE html><html><!--[if lt IE 9]>[{}]<![endif]--><body>Минуту...</body></html>",
        '{"code":"rest_forbidden","message":"Нельзя","data":{"status":401,"params":[]}}',
        '{"code":"rest_x","data":[{"status":401}]}',
        '[{"slug":"mir"',
        b"\xff\xfe\x00\x00",
        "null",
        "Deprecated: foo([]) is deprecated\nFatal error",
        '[{"a": 1, "b": [{"c": 1}], broken, "d": [{"e": 1}]}]' + " " * 50,
        '<!DOCTYPE html><html><body><script>y = [{"a": 1}]</script></body></html>',
        "[" * 100_000,
        "[[" * 50_000 + "{",
        '[{"a":' * 50_000,
    ],
)
def test_anything_else_is_a_closed_api(body: str | bytes) -> None:
    with pytest.raises(ClosedApiError, match=r"365info\.kz"):
        read_list(answer(body))


def test_what_is_no_object_in_a_list_is_passed_over() -> None:
    assert read_list(answer('[{"a":1},2,"x",null,[{}]]')) == [{"a": 1}]
    assert read_list(answer('[null,{"a":1}]')) == [{"a": 1}]


@pytest.mark.parametrize("told", ["windows-1251", "utf-8", "nothing"])
def test_an_answer_in_another_encoding_is_read_in_the_one_that_it_tells(told: str) -> None:
    kind = {"Content-Type": f"application/json; charset={told}"}
    body = '[{"a": "Мост"}]'.encode("cp1251" if told == "windows-1251" else "utf-8")
    assert read_list(TextResponse("https://x.kz/", headers=kind, body=body)) == [{"a": "Мост"}]


def test_categories_with_articles_of_this_edition_are_sections() -> None:
    nested = "https://365info.kz/category/a/Kultura"
    odd = [
        MIR | {"slug": "x", "link": nested, "name": "Кино &amp; мы"},
        MIR | {"slug": "pusto", "link": "https://365info.kz/category/pusto", "count": 0},
        MIR | {"slug": "alem", "link": "https://kaz.365info.kz/category/alem"},
        MIR | {"link": None},
        MIR | {"name": None},
        {"link": "https://365info.kz/category/sport", "name": " Спорт "},
        {"slug": "nauka", "name": {"rendered": 7}, "link": []},
        {"slug": 7, "link": 7, "name": 7, "count": "много"},
    ]
    assert read_categories(answer(json.dumps([MIR, *odd])), SITE) == [
        SectionLink("mir", "Мир", "https://365info.kz/category/mir"),
        SectionLink("kultura", "Кино & мы", nested),
        SectionLink("sport", "Спорт", "https://365info.kz/category/sport"),
        SectionLink("nauka", None, "https://365info.kz/category/nauka"),
    ]


def test_categories_may_stand_at_other_addresses() -> None:
    told = [
        MIR | {"link": f"https://365info.kz/{path}"} for path in ("archives/category/mir", "mir")
    ]
    found = [read_categories(answer(json.dumps([category])), SITE) for category in told]
    assert found == [[SectionLink("mir", "Мир", category["link"])] for category in told]


@pytest.mark.parametrize(
    ("total", "more"), [("3", True), ("2", False), ("0", False), ("много", False), (None, False)]
)
def test_a_list_has_more_pages_only_if_it_says_so(total: str | None, *, more: bool) -> None:
    headers = {"X-WP-TotalPages": total} if total else {}
    assert has_more(answer("[]", **headers), 2) is more


def test_types_of_posts_are_those_that_are_no_part_of_every_wordpress() -> None:
    kinds = {
        "post": {"slug": "post", "rest_base": "posts"},
        "page": {"rest_base": "pages"},
        "wp_block": {"rest_base": "blocks"},
        "news": {"rest_base": "novosti"},
        "video": {"rest_base": False},
        "bad": [],
        "../x": {"rest_base": "y"},
    }
    assert read_types(answer(json.dumps(kinds))) == {
        "post": "posts",
        "news": "novosti",
        "video": "video",
    }


@pytest.mark.parametrize("body", ["", "[]", "<html>", "[" * 100_000])
def test_what_names_no_types_is_a_closed_api(body: str) -> None:
    with pytest.raises(ClosedApiError, match="no types"):
        read_types(answer(body))


def test_a_post_whose_change_cannot_be_read_is_there() -> None:
    posts: list[object] = [
        {"id": 1, "modified_gmt": "2026-11-20T10:00:00"},
        {"id": 2, "modified_gmt": None},
        {"id": "3", "modified_gmt": "2026-11-20T10:00:00"},
    ]
    assert read_changes(answer(json.dumps(posts))) == {1: "2026-11-20T10:00:00+00:00", 2: None}
