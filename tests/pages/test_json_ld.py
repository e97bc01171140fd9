"""The JSON-LD graph: the nodes about this article, in any spelling and order."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kznews.items import Article
from kznews.pages.article import read_article
from kznews.pages.json_ld import Graph
from tests.reading import SITE, URL, article, page

OTHER = "https://365info.kz/2024/03/drugaya"
ME = {"@type": "Article", "@id": f"{URL}#article", "headline": "Заметка"}
PAGE = {"@type": "WebPage", "@id": URL, "url": URL, "name": "Заметка - 365info.kz"}


def graph(*nodes: Any) -> Graph:
    return Graph([json.dumps({"@graph": nodes})], SITE, URL)


@pytest.mark.parametrize(
    "kind",
    [
        "Article",
        "NewsArticle",
        "newsarticle",
        "BlogPosting",
        "LiveBlogPosting",
        ["WebPage", "NewsArticle"],
    ],
)
def test_an_article_is_known_by_any_of_its_types(kind: Any) -> None:
    assert graph(PAGE, ME | {"@type": kind}).text("headline") == "Заметка"


@pytest.mark.parametrize("kind", ["WebPage", ["WebPage", "ItemPage"], "ItemPage"])
def test_the_page_s_node_stands_in_where_no_article_s_is(kind: Any) -> None:
    node = PAGE | {"@type": kind, "datePublished": "2024-03-05T04:05:00+00:00"}
    assert graph({"@type": "WebSite"}, node).text("datePublished") == "2024-03-05T04:05:00+00:00"


@pytest.mark.parametrize("kind", ["CollectionPage", "ArticleList", "Person", None, 5, [7]])
def test_other_nodes_are_neither(kind: Any) -> None:
    told = graph(ME | {"@type": kind})
    assert (told.article, told.page) == ({}, {})


@pytest.mark.parametrize(
    "named",
    [
        {"@id": f"{URL}/#article"},
        {"@id": "x", "url": "http://www.365info.kz/2024/03/zametka/?utm_source=x"},
        {"@id": f"{URL}#a", "mainEntityOfPage": {"@id": f"{URL}#webpage"}},
        {"@id": f"{URL}#a", "mainEntityOfPage": URL},
        {"@id": "#article", "isPartOf": {"@id": "https://365info.kz/#website"}},
    ],
)
def test_a_node_is_this_article_s_by_any_spelling_of_its_address(named: dict[str, Any]) -> None:
    other = {"@type": "NewsArticle", "@id": f"{OTHER}#article", "headline": "Другая"}
    assert graph(other, {"@type": "NewsArticle", "headline": "Эта", **named}).text("headline") == (
        "Эта"
    )


def test_the_same_long_name_in_another_section_is_the_same_article() -> None:
    url, other = (f"https://365info.kz/{year}/03/most-zakryli-na-remont" for year in (2024, 2023))
    node = {"@type": "NewsArticle", "headline": "Мост", "mainEntityOfPage": other}
    assert Graph([json.dumps(node)], SITE, url).text("headline") == "Мост"


@pytest.mark.parametrize("key", ["@id", "url", "mainEntityOfPage"])
def test_another_article_s_node_is_nobody_s(key: str) -> None:
    told = graph({"@type": "Article", "headline": "Другая", key: OTHER})
    assert told.text("headline") is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("экспорт,шерсть, овцы ", ["экспорт", "шерсть", "овцы"]),
        (["экспорт", "нефть, газ", ""], ["экспорт", "нефть, газ"]),
        (["чай &amp; кофе", None, 5, {"name": "x"}], ["чай & кофе", "x"]),
        ("", []),
        ({"name": "x"}, ["x"]),
        ({"name": ["x", "y"]}, ["x", "y"]),
        ({"id": "x"}, []),
        (None, []),
    ],
)
def test_terms_are_a_list_or_a_string_joined_by_commas(value: Any, expected: list[str]) -> None:
    assert graph(ME | {"keywords": value}).strings("keywords") == expected


@pytest.mark.parametrize(
    "author",
    [
        {"@id": "#p1"},
        [{"@id": "#p1"}],
        {"name": "Дана &laquo;D&raquo; Ли", "@id": "#other"},
        "Дана «D» Ли",
        ["Дана «D» Ли", {"@id": "#p1"}, {"@id": "#nobody"}, None, {"@id": ["#p1"]}],
    ],
)
def test_an_author_is_named_in_place_or_by_reference(author: Any) -> None:
    person = {"@type": ["Person"], "@id": "#p1", "name": " Дана &laquo;D&raquo; Ли "}
    assert graph(ME | {"author": author}, person).authors() == ["Дана «D» Ли"]


def test_a_person_of_the_graph_is_the_author_only_where_no_article_is() -> None:
    person = {"@type": "Person", "@id": "#p1", "name": "Дана Ли"}
    assert graph(PAGE, person).authors() == ["Дана Ли"]
    assert graph(ME, person).authors() == []


@pytest.mark.parametrize(
    "image",
    [
        {"@id": "#image"},
        [{"@id": "#image"}, {"@id": "#lost"}],
        {"@type": "ImageObject", "contentUrl": "https://365info.kz/a.jpg"},
        "https://365info.kz/a.jpg",
    ],
)
def test_a_picture_is_given_in_place_or_by_reference(image: Any) -> None:
    node = {"@type": "ImageObject", "@id": "#image", "url": "https://365info.kz/a.jpg"}
    assert graph(ME | {"image": image}, node).images() == ["https://365info.kz/a.jpg"]


def test_the_breadcrumb_is_what_stands_between_the_home_page_and_the_article() -> None:
    crumbs = [
        {"name": "Главная"},
        {"item": {"name": "Мир &amp; мы"}},
        {"name": "Азия"},
        {"name": "Заметка"},
    ]
    told = graph({"@type": "BreadcrumbList", "itemListElement": crumbs})
    assert told.breadcrumb() == ["Мир & мы", "Азия"]


@pytest.mark.parametrize(
    "script",
    [
        '{"@type":"Article","headline":"Другая"',
        '{"@type":"Article","headline":"Другая"]',
        "",
        "undefined",
        "[" * 100_000,
        '{"@graph":' * 5_000 + "[]" + "}" * 5_000,
    ],
)
def test_a_broken_script_does_not_hide_the_next_one(script: str) -> None:
    assert Graph([script, json.dumps(ME)], SITE, URL).text("headline") == "Заметка"


@pytest.mark.parametrize(
    "wrapped",
    [
        "<!-- {} -->",
        "//<![CDATA[\n{}\n//]]>",
        "<![CDATA[{}]]>",
        "\n[{}]\n",
        '[[{{"@graph": [{}]}}]]',
    ],
)
def test_a_wrapped_script_is_read(wrapped: str) -> None:
    assert Graph([wrapped.format(json.dumps(ME))], SITE, URL).text("headline") == "Заметка"


@pytest.mark.parametrize(
    "script",
    [
        '{"@type":"Article","headline":"Мост // [1],} ; /* */",};',
        '{"@type":"WebSite","name":"x"}\n{"@type":"Article","headline":"Мост // [1],} ; /* */"}',
        '/* тема */ {"@type":"Article", // вид\n"headline":"Мост // [1],} ; /* */"}',
        '{"@graph":{"@type":"Article","headline":"Мост // [1],} ; /* */"}}',
        '{"@type":"WebPage","mainEntity":{"@type":"Article","headline":"Мост // [1],} ; /* */"}}',
        '{"@type":"Article","headline":["Мост // [1],} ; /* */"],"wordCount":' + "9" * 5_000 + "}",
    ],
)
def test_a_script_is_read_as_it_is_meant(script: str) -> None:
    assert Graph([script], SITE, URL).text("headline") == "Мост // [1],} ; /* */"


NOTICE = 'Undefined key "a" in <b>/x.php</b> on line <b>6</b>'
CLOCK = "2024-03-05 09:05:00.000000"
BROKEN = ('{"@type":"Organization","name": Газета }', '{"@type":"WebSite"')
TYPES = ("Report", "SocialMediaPosting", " NewsArticle ", ["x", "Article"])


@pytest.mark.parametrize(
    "fault",
    [
        '"description":"Повесть "Тоғжан" вышла в свет",',
        '"description":""Тоғжан", и не только",',
        '"description":"Повесть "Тоғжан"",',
        '"description":"<a href="https://news.example/a">повесть</a>",',
        '"keywords":["повесть "Тоғжан"","книги"],',
        r""""description":"О\'Нил и \x41нна, C:\папка",""",
        '"image": ,',
        '"image": undefined,',
        '"image": get_image("a"),',
        '"image": <?php echo 1 ?>,',
        '"image":"a.jpg",,',
        '"image":"a.jpg"',
        '"image":"a.jpg";',
        '<br />"image":"a.jpg",<br />\n<p>',
        f'"image":<br />\n<b>Warning</b>:  {NOTICE}<br />\n"",',
        f'"image":"<b>Notice</b>: {NOTICE}<br />",',
        "'image':'О'Нил',",
        'image:"a.jpg",',
        '\u00a0\ufeff"image":"a.jpg",',
    ],
)
def test_a_fault_of_spelling_costs_no_more_than_itself(fault: str) -> None:
    head = '{"@context":"https://schema.org",' + fault
    script = head + '"@type":"Article","author":{"name":"Дана Ли"},"headline":"Мост"}'
    told = Graph([script], SITE, URL)
    assert (told.text("headline"), told.authors()) == ("Мост", ["Дана Ли"])


@pytest.mark.parametrize(
    ("quote", "other"), [('"', "&quot;"), ('"', "”"), ('"', "&#8221;"), ('"', "«"), ('"', "'")]
)
@pytest.mark.parametrize("end", ["}", "", "}}", "]", '},{"@type":"Organ', ',"url":"https://365i'])
def test_quotes_and_ends_are_told_whatever_they_are(quote: str, other: str, end: str) -> None:
    script = '{"@type":"Article","headline":"Мост","author":{"name":"Дана Ли"}' + end
    told = Graph([script.replace(quote, other)], SITE, URL)
    assert (told.text("headline"), told.authors()) == ("Мост", ["Дана Ли"])


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_object_does_not_hide_the_next_one(broken: str) -> None:
    assert Graph([f"{broken}\n{json.dumps(ME)}"], SITE, URL).text("headline") == "Заметка"


def test_json_inside_a_string_is_read() -> None:
    assert Graph([json.dumps(json.dumps(ME))], SITE, URL).text("headline") == "Заметка"


MINE = "Мост через реку закрыли до самой весны"


@pytest.mark.parametrize(
    "node",
    [
        {},
        {"url": "https://partner.example/pogoda"},
        {"url": "https://365info.kz/category/mir"},
        {"url": OTHER},
        {"url": "https://365info.kz/?p=6"},
        {"headline": None, "name": "Синоптики обещают дожди"},
    ],
)
@pytest.mark.parametrize("own", [{}, {"url": URL}, None])
def test_a_node_that_is_called_otherwise_than_the_page_is_another_s(
    node: dict[str, Any], own: dict[str, Any] | None
) -> None:
    other = {"@type": "NewsArticle", "headline": "Синоптики обещают дожди", "author": "Ян Кох"}
    nodes = [other | node]
    nodes += [] if own is None else [{"@type": "NewsArticle", "headline": MINE, **own}]
    for script in (nodes, {"@type": "WebPage", "url": URL, "mainEntity": nodes}):
        told = Graph([json.dumps(script)], SITE, URL, lambda: [f"{MINE} | Газета", MINE])
        assert (told.text("headline"), told.authors()) == (None if own is None else MINE, [])


@pytest.mark.parametrize(
    "titles",
    [
        f"<title>{MINE} - Газета</title>",
        f"<meta property=og:title content='{MINE}'>",
        f"<h1>Газета</h1><h1>{MINE}</h1>",
        f"<title>Газета</title><h2>{MINE}</h2>",
    ],
)
def test_a_page_is_called_what_machines_the_window_or_a_heading_say(titles: str) -> None:
    nodes = [ME | {"@id": "#a", "headline": title} for title in ("Синоптики обещают дожди", MINE)]
    html = f'{titles}<script type="application/ld+json">{json.dumps(nodes)}</script>'
    assert page(html).graph.text("headline") == MINE


@pytest.mark.parametrize(
    ("headline", "named"),
    [
        (MINE, OTHER),
        (MINE, "https://365info.kz/?p=6"),
        ("Мост через реку закрыли до сам...", OTHER),
        ("Ремонт моста: когда закроют реку", None),
        ("Most zakryli", URL),
        ("Most zakryli", f"{URL}/?utm_source=x"),
    ],
)
def test_a_node_is_this_article_s_by_its_headline_or_its_address(
    headline: str, named: str | None
) -> None:
    node = {"@type": "NewsArticle", "headline": headline, "mainEntityOfPage": named}
    told = Graph([json.dumps(node)], SITE, URL, lambda: [f"{MINE} | Газета", MINE])
    assert told.text("headline") == headline


def test_what_a_node_is_part_of_is_not_its_address() -> None:
    offer = {"@type": ["CreativeWork", "Product"], "@id": "https://365info.kz/2020/01/podpiska"}
    assert graph(ME | {"@id": "#a", "isPartOf": offer}).text("headline") == "Заметка"


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ({"name": {"@value": "Дана Ли", "@language": "ru"}}, ["Дана Ли"]),
        ({"@type": "Person", "givenName": "Дана", "familyName": "Ли"}, ["Дана Ли"]),
        ({"@list": [{"name": "Дана Ли"}, "Ян Кох"]}, ["Дана Ли", "Ян Кох"]),
        ({"@type": "Role", "author": {"name": "Дана Ли"}}, ["Дана Ли"]),
        ({"name": '<a href="/author/dana">Дана Ли</a>'}, ["Дана Ли"]),
        ("&lt;b&gt;Дана Ли&lt;/b&gt;", ["Дана Ли"]),
        ({"@type": "Role"}, []),
    ],
)
def test_an_author_is_spelt_in_any_way(author: Any, names: list[str]) -> None:
    assert graph(ME | {"author": author}).authors() == names


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("key", ["type", "@type"])
def test_a_type_is_spelt_in_any_way(kind: Any, key: str) -> None:
    assert graph({key: kind, "headline": "Заметка"}).text("headline") == "Заметка"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1_711_000_000, "1711000000"),
        ({"date": CLOCK, "timezone": "+05:00"}, f"{CLOCK}+05:00"),
        ({"date": CLOCK, "timezone": "Asia/Almaty"}, CLOCK),
        ({"@value": "2024-03-05"}, "2024-03-05"),
        ([None, "2024-03-05"], "2024-03-05"),
        ({"date": 5}, None),
        (None, None),
    ],
)
def test_a_date_is_a_string_a_number_or_what_a_program_makes_of_it(
    value: Any, expected: str | None
) -> None:
    assert graph(ME | {"datePublished": value}).date("datePublished") == expected


def test_another_s_article_inside_a_node_is_not_this_one() -> None:
    other = {"@type": "NewsArticle", "headline": "Другая"}
    told = graph({"@type": "WebPage", "mentions": [other], "url": URL})
    assert told.article == {}
    own = {"@type": "NewsArticle", "headline": "Эта", "url": URL}
    assert graph({"@type": "ItemList", "itemListElement": [own]}).text("headline") == "Эта"


def test_two_nodes_of_one_article_complete_each_other() -> None:
    told = graph(ME, {"@type": "NewsArticle", "headline": "Вторая", "datePublished": "2024-03-05"})
    assert (told.text("headline"), told.text("datePublished")) == ("Заметка", "2024-03-05")


@pytest.mark.parametrize("kind", ["application/ld+json; charset=utf-8", " Application/LD+JSON"])
def test_a_script_s_type_is_spelt_in_any_way(kind: str) -> None:
    script = json.dumps(ME | {"author": "Дана Ли"})
    told = article("<p>Текст.</p>", f'<head><script type="{kind}">{script}</script></head>')
    assert told.authors == ["Дана Ли"]


@pytest.mark.parametrize(
    "piece",
    [
        *(" ", "/*", '\\"', '"\\', ", ", "[", '{"a":', ";", "//", "<!--", '{"@type":"A"} '),
        *("'", '","', '{"a":"x" ', "<p ", "<b>Warning</b>:", '"a"', "a", "\\"),
    ],
)
def test_no_script_takes_long(piece: str) -> None:
    """Twice the script takes no more than some twice the time; this one would take minutes."""
    for start in ("", '{"a":"', "["):
        assert Graph([start + piece * 200_000 + "x"], SITE, URL).article == {}


def test_line_breaks_inside_strings_are_forgiven() -> None:
    told = Graph(['{"@type":"Article","headline":"Две\nстроки"}'], SITE, URL)
    assert told.text("headline") == "Две\nстроки"


def head(published: str, modified: str = "") -> str:
    node = ME | {"datePublished": published, "dateModified": modified}
    script = json.dumps(node)
    return f'<head><script type="application/ld+json">{script}</script></head>'


def clock(text: str) -> str:
    return f'<time class="updated">{text}</time>'


@pytest.mark.parametrize(
    ("printed", "visible", "published"),
    [
        # the GMT clock with the site's offset, as the visible clock gives away
        ("2024-03-14T03:10:42+05:00", "14 марта 2024, 8:10", "2024-03-14T08:10:42+05:00"),
        # an instant that says what it means
        ("2024-03-14T03:10:42+00:00", "14 марта 2024, 8:10", "2024-03-14T08:10:42+05:00"),
        ("2024-03-14T03:10:42Z", "14 марта 2024, 3:10", "2024-03-14T08:10:42+05:00"),
        ("2024-03-14T08:10:42+05:00", "14 марта 2024, 8:10", "2024-03-14T08:10:42+05:00"),
        ("2024-03-14T08:10:42", "14 марта 2024, 8:10", "2024-03-14T08:10:42+05:00"),
        # nothing, or something else, beside it
        ("2024-03-14T03:10:42+05:00", "", "2024-03-14T03:10:42+05:00"),
        ("2024-03-14T03:10:42+05:00", "14 марта 2024", "2024-03-14T03:10:42+05:00"),
        ("2024-03-14T03:10:42+05:00", "14 марта 2024, 9:25", "2024-03-14T03:10:42+05:00"),
    ],
)
def test_a_gmt_clock_with_the_site_s_offset_is_mended_by_the_visible_one(
    printed: str, visible: str, published: str
) -> None:
    told = article("<p>Текст.</p>", head(printed), clock(visible))
    assert told.published_at == published


def test_what_mends_the_publication_mends_the_modification() -> None:
    stamps = head("2024-03-14T03:10:42+05:00", "2024-03-14T20:30:00+05:00")
    told = article("<p>Текст.</p>", stamps, clock("14 марта 2024, 8:10"))
    assert told.modified_at == "2024-03-15T01:30:00+05:00"
    assert told.provenance["published_at"] == "json-ld, read as GMT"


def test_the_day_of_an_article_has_the_clock_of_its_page() -> None:
    page = PAGE | {"datePublished": "2024-03-14T03:10:42+00:00"}
    script = json.dumps([ME | {"datePublished": "2024-03-14"}, page])
    told = article("<p>Текст.</p>", f'<script type="application/ld+json">{script}</script>')
    assert told.published_at == "2024-03-14T08:10:42+05:00"


@pytest.mark.parametrize(
    ("told", "others", "known"),
    [
        ("2024-03-14 03:10:42", "2024-03-14T03:10:42Z", "2024-03-14T08:10:42+05:00"),
        ("2024-03-14 03:10:42", "2024-03-14T08:10:42+05:00", "2024-03-14T08:10:42+05:00"),
        ("2024-03-14", "2024-03-14T08:10+05:00", "2024-03-14T08:10:00+05:00"),
        ("2024-03-14 08:10:42", "2024-03-14", "2024-03-14T08:10:42+05:00"),
        ("2024-03-14 08:10:42", "2024-03-15T09:00:00Z", "2024-03-14T08:10:42+05:00"),
        ("2024-03-14T08:10:42Z", "2024-03-14T09:00:00Z", "2024-03-14T13:10:42+05:00"),
    ],
)
@pytest.mark.parametrize("place", ["meta", "page"])
def test_of_one_day_s_dates_the_one_that_knows_the_instant_counts(
    told: str, others: str, known: str, place: str
) -> None:
    node = PAGE | {"datePublished": others, "dateModified": others}
    beside = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    if place == "meta":
        beside = f'<meta property="article:published_time" content="{others}">'
        beside += f'<meta property="article:modified_time" content="{others}">'
    read = article("<p>Текст.</p>", head(told, told) + beside)
    assert (read.published_at, read.modified_at) == (known, known)


ALONE = {
    "@type": "NewsArticle",
    "headline": "Почему режиссёр отказался от премии",
    "datePublished": "2024-03-14T08:10:42+05:00",
    "author": {"name": "Дана Ли"},
}


def read_with(node: dict[str, Any], below_title: str, *others: dict[str, Any]) -> Article:
    sentence = "Мост через реку чинят вторую неделю подряд, и конца этому не видно. "
    script = json.dumps([node, *others])
    html = (
        f'<title>«Не верю»</title><script type="application/ld+json">{script}</script>'
        f"<div><h1>«Не верю»</h1>{below_title}<p>{sentence * 20}</p></div>"
    )
    return read_article([page(html)])


@pytest.mark.parametrize(
    "below_title",
    ["", "<p>14 марта 2024</p>", "<p class=byline>Дана Ли</p>", "<p>14 марта 2024, 8:10</p>"],
)
@pytest.mark.parametrize("named", [{}, {"@id": "#article"}, {"url": "https://365info.kz/"}])
def test_the_only_article_is_believed_whatever_it_is_called(
    named: dict[str, str], below_title: str
) -> None:
    told = read_with(ALONE | named, below_title)
    assert (told.title, told.authors) == ("«Не верю»", ["Дана Ли"])
    assert told.published_at == "2024-03-14T08:10:42+05:00"


@pytest.mark.parametrize(
    ("node", "below_title"),
    [
        ({}, "<p>11 марта 2024</p>"),
        ({}, "<time datetime=2024-03-15T08:10:42+05:00>15 марта</time>"),
        ({"datePublished": "2024-02-14T08:10:42+05:00"}, ""),
        ({"datePublished": None}, ""),
        ({"url": OTHER}, ""),
        ({"url": "https://partner.example/pogoda"}, ""),
    ],
)
def test_the_only_article_is_another_one_where_the_page_gainsays_it(
    node: dict[str, Any], below_title: str
) -> None:
    told = read_with(ALONE | node, below_title)
    assert (told.title, told.authors) == ("«Не верю»", [])
    assert told.provenance["published_at"] != "json-ld"


def test_a_byline_gainsays_the_only_article() -> None:
    assert read_with(ALONE, "<p class=byline>Ян Кох</p>").authors == ["Ян Кох"]


def test_of_two_articles_called_otherwise_none_is_believed() -> None:
    assert read_with(ALONE, "", ALONE | {"headline": "Синоптики обещают дожди"}).authors == []


def test_the_date_of_creation_stands_in_where_no_other_is() -> None:
    node = ME | {"dateCreated": "2024-03-14T08:10:42+05:00"}
    script = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    published = '<meta property="article:published_time" content="2024-03-15T09:00:00+05:00">'
    assert article("<p>Текст.</p>", script).published_at == "2024-03-14T08:10:42+05:00"
    both = article("<p>Текст.</p>", script + published)
    assert both.published_at == "2024-03-15T09:00:00+05:00"


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ({"author": "Дана Ли, Ян Кох"}, ["Дана Ли", "Ян Кох"]),
        ({"author": "Дана Ли и Ян Кох"}, ["Дана Ли", "Ян Кох"]),
        ({"author": "Автор: Дана Ли"}, ["Дана Ли"]),
        ({"author": "Бюро расследований, Казахстан"}, ["Бюро расследований, Казахстан"]),
        ({"creator": [{"name": "Дана Ли"}]}, ["Дана Ли"]),
        ({"creator": "admin", "author": "Дана Ли"}, ["Дана Ли"]),
    ],
)
def test_authors_of_the_site_are_told_apart(part: dict[str, Any], names: list[str]) -> None:
    script = f'<script type="application/ld+json">{json.dumps(ME | part)}</script>'
    assert article("<p>Текст.</p>", script).authors == names


@pytest.mark.parametrize(
    ("headline", "title"),
    [
        ("Мост через реку закрыли...", MINE),
        ("Мост через реку закрыли до с…", MINE),
        (MINE.upper(), MINE),
        (f"<b>{MINE}</b>", MINE),
        (f"{MINE}...", MINE),
        (f"Срочно: {MINE}...", f"Срочно: {MINE}..."),
        ("Мост. Продолжение следует…", "Мост. Продолжение следует…"),
    ],
)
@pytest.mark.parametrize(
    "theme",
    [
        "<div class=layout-singular><h1 class=singular__title>{}</h1><div class=singular__content>",
        "<article class=hentry><h1 class=entry-title>{}</h1><div class=entry-content>",
        "<div><h1>{}</h1><div class=text>",
    ],
)
def test_a_headline_is_taken_whole_and_as_readers_see_it(
    headline: str, title: str, theme: str
) -> None:
    node = json.dumps(ME | {"headline": headline})
    text = "Мост через реку чинят вторую неделю подряд, и конца не видно. " * 9
    html = (
        f'<head><title>Иное</title><script type="application/ld+json">{node}</script></head>'
        f"<body>{theme.format(MINE)}<p>{text}</p>"
    )
    assert read_article([page(html)]).title == title


@pytest.mark.parametrize(
    ("printed", "visible", "published", "precision"),
    [
        ("2021-01-01T00:00:00+00:00", "14 марта 2024, 8:10", "2024-03-14T08:10:00+05:00", "minute"),
        ("1970-01-01T00:00:00+00:00", "", "2024-03", "month"),
        ("2060-03-14T00:00:00+00:00", "", "2024-03", "month"),
        ("2023-05-05T00:00:00+00:00", "", "2023-05-05T06:00:00+06:00", "second"),
        ("2024-03-14", "14 марта 2024, 8:10", "2024-03-14T08:10:00+05:00", "minute"),
        ("2024-03-14", "15 марта 2024, 8:10", "2024-03-14", "day"),
        ("", "14 марта 2024", "2024-03-14", "day"),
        ("вчера", "", "2024-03", "month"),
    ],
)
def test_the_date_is_the_first_sane_one_in_the_address_s_month(
    printed: str, visible: str, published: str, precision: str
) -> None:
    told = article("<p>Текст.</p>", head(printed), clock(visible))
    assert (told.published_at, told.date_precision) == (published, precision)
