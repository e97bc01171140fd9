"""Pages with an unknown theme: body, title, and what is reported as doubtful."""

from __future__ import annotations

import pytest

import kznews
from kznews import Article
from tests.reading import SEEN_AT

URL = "https://news.example/2024/03/zametka"
MARK = "<meta property='og:type' content='article'>"
SENTENCES = [
    " ".join(f"слово{number}{chr(ord('а') + place)}" for place in range(24)) + "."
    for number in range(40)
]
"""No two share a run of words."""
TITLE = "<h1>Заметка о реке</h1>"


def read(body: str, head: str = "<title>Заметка о реке</title>", classes: str = "") -> Article:
    html = f"<html><head>{MARK}{head}</head><body class='{classes}'>{body}</body></html>"
    return kznews.read(html, URL, seen_at=SEEN_AT)


def paragraphs(start: int, end: int) -> str:
    return "".join(f"<p class=text>{sentence}</p>" for sentence in SENTENCES[start:end])


def test_a_body_in_several_parts_is_read_whole() -> None:
    part = "<div class=article-body>{}</div><div class=ad>Реклама</div>"
    body = part.format(paragraphs(0, 20)) + part.format(paragraphs(20, 40))
    text = read(f"<h1>Заметка о реке</h1><div>{body}</div>").text
    assert SENTENCES[0] in text
    assert SENTENCES[39] in text


@pytest.mark.parametrize("place", ["", "Актау. "])
@pytest.mark.parametrize("body", ["<div class=body>{}</div>", "<div class=entry-content>{}</div>"])
def test_a_lead_above_the_body_is_known_by_the_page_s_description(place: str, body: str) -> None:
    lead = "Мост через реку закрыли на ремонт, и машины пойдут в объезд до самой весны."
    meta = f"<title>Заметка о реке</title><meta property=og:description content='{lead[:60]}…'>"
    figure = f"<figure><img src=/a.jpg><figcaption>{lead}</figcaption></figure>"
    above = f"<h1>Заметка о реке</h1>{figure}<p class=lead>{place}{lead}</p><p>5 ноября, 9:05</p>"
    page = f"<article class=hentry>{above}{body.format(paragraphs(0, 20))}</article>"
    text = read(page, meta).text.split("\n\n")
    assert text == [f"{place}{lead}", *SENTENCES[:20]]


def test_a_lead_inside_the_body_is_text_whatever_its_element_is_called() -> None:
    lead = "Мост через реку закрыли на ремонт, и машины пойдут в объезд до самой весны."
    meta = f"<title>Заметка о реке</title><meta property=og:description content='{lead}'>"
    first = f"<div class='content email-subscribe'><p>{lead}</p></div>"
    title = "<h1>Заметка о реке, которая вышла из берегов раньше срока</h1>"
    page = f"<article>{title}{first}<div>{paragraphs(0, 5)}</div></article>"
    assert read(page, meta).text.split("\n\n") == [lead, *SENTENCES[:5]]


def test_an_article_inside_a_side_column_is_read() -> None:
    article = f"<h1>Заметка о реке</h1><div class=content>{paragraphs(0, 9)}</div>"
    column = f"<aside class=sidebar><div class=sidebar-sticky>{article}</div></aside>"
    promise = "<div class=promo><p>Подпишитесь на нас в соцсетях и мессенджерах.</p></div>"
    meta = "<meta name=description content='Что случилось на реке зимой и кто это увидел раньше'>"
    text = read(column + promise, f"<title>Заметка о реке</title>{meta}").text
    assert text.split("\n\n") == SENTENCES[:9]


@pytest.mark.parametrize(
    ("part", "line"),
    [
        ("ol", "<li>{}</li>"),
        ("table", "<tr><td>{}</td></tr>"),
        ("dl", "<dt>Вопрос</dt><dd>{}</dd>"),
        ("blockquote", "<p>{}</p>"),
    ],
)
def test_short_paragraphs_above_a_long_list_are_text(part: str, line: str) -> None:
    lead = ["Мост закрыли на ремонт, и машины пойдут в объезд.", "Что об этом надо знать."]
    above = "".join(f"<p>{sentence}</p>" for sentence in lead)
    rest = "".join(map(line.format, SENTENCES[:20]))
    text = read(f"{TITLE}<main>{above}<{part}>{rest}</{part}></main>").text
    assert text.split("\n\n")[:2] == lead


def test_an_event_is_doubted() -> None:
    event = read(f"{TITLE}<main>{paragraphs(0, 9)}</main>", classes="single single-tribe_events")
    assert event.suspect == "the page is an event's or a product's: its fields are not read"


def test_a_page_without_text_is_doubted() -> None:
    picture = "<h1>Заметка о реке</h1><main><img src=/uploads/a.jpg></main>"
    image = "<title>Заметка о реке</title><meta property=og:image content=/uploads/a.jpg>"
    assert read(picture, image).suspect == "no text was read"


def test_a_heading_inside_the_body_is_not_the_title() -> None:
    body = f"<h1>Поддержать нас</h1>{paragraphs(0, 9)}<h1>Наши реквизиты</h1>"
    page = (
        "<header><h1 class=headline>Заметка о реке</h1></header>"
        f"<article class=hentry><div class=entry-content>{body}</div></article>"
    )
    assert read(page).title == "Заметка о реке"


def test_a_headline_that_no_reader_sees_gives_way_to_open_graph_s() -> None:
    head = (
        "<title>Река 2024: когда откроют мост</title>"
        "<meta property=og:title content='Мост через реку откроют весной'>"
        '<script type=application/ld+json>{"@type": "NewsArticle",'
        ' "headline": "Река 2024: когда откроют мост"}</script>'
    )
    page = f"<h1>Мост через реку откроют весной</h1><main>{paragraphs(0, 9)}</main>"
    assert read(page, head).title == "Мост через реку откроют весной"


@pytest.mark.parametrize(
    "trail",
    [
        "<ol><li>Новости</li><li><h1>Река 2024: когда откроют мост</h1></li></ol>",
        "<div class=breadcrumbs><h1>Река 2024: когда откроют мост</h1></div>",
    ],
)
@pytest.mark.parametrize("kicker", ["", "<span>Дороги области</span> "])
def test_the_last_step_of_the_way_to_the_page_is_not_the_title(trail: str, kicker: str) -> None:
    head = (
        "<title>Река 2024: когда откроют мост</title>"
        "<meta property=og:title content='Мост через реку откроют весной'>"
        '<script type=application/ld+json>{"@type": "NewsArticle",'
        ' "headline": "Река 2024: когда откроют мост"}</script>'
    )
    heading = f"<h2>{kicker}Мост через реку откроют весной</h2>"
    page = f"{trail}<main>{heading}{paragraphs(0, 9)}</main>"
    assert read(page, head).title == "Мост через реку откроют весной"


def test_a_headline_ends_where_the_heading_does() -> None:
    head = (
        "<title>Мост - новости реки - Газета</title>"
        '<script type=application/ld+json>{"@type": "NewsArticle",'
        ' "headline": "Мост - новости реки - Газета"}</script>'
    )
    page = f"<h1>Мост - новости реки</h1><main>{paragraphs(0, 9)}</main>"
    assert read(page, head).title == "Мост - новости реки"


TWEET = (
    "<blockquote class=twitter-tweet><p>Мост закрыт до весны.</p>— Река (@reka) "
    "<a href=https://twitter.com/reka/status/12>5 марта 2024</a></blockquote>"
)
CAPTION = (
    "<blockquote class=instagram-media data-instgrm-permalink=https://www.instagram.com/p/Cab12/>"
    "<div><a href=/p><div>View this post on Instagram</div></a><p><a href=/p>Лёд тронулся.</a></p>"
    "<p>A post shared by <a href=/p>Река</a> (@reka) on Mar 5, 2024</p></div></blockquote>"
)
WALL_POST = (
    "<div class=fb-post data-href=https://www.facebook.com/reka/posts/1><blockquote>"
    "<p>Паром ходит.</p></blockquote></div>"
)


@pytest.mark.parametrize(
    ("post", "embed", "said"),
    [
        (
            TWEET,
            "https://twitter.com/reka/status/12",
            ["Мост закрыт до весны.", "— Река (@reka) 5 марта 2024"],
        ),
        (CAPTION, "https://www.instagram.com/p/Cab12/", ["Лёд тронулся."]),
        (WALL_POST, "https://www.facebook.com/reka/posts/1", ["Паром ходит."]),
    ],
)
def test_the_words_of_a_quoted_post_are_text_and_its_address_is_kept(
    post: str, embed: str, said: list[str]
) -> None:
    page = f"{TITLE}<main>{paragraphs(0, 5)}{post}{paragraphs(5, 9)}</main>"
    article = read(page)
    assert [each.url for each in article.embeds] == [embed]
    assert article.text.split("\n\n") == [*SENTENCES[:5], *said, *SENTENCES[5:9]]


HEADLINE = '<script type=application/ld+json>{{"@type": "NewsArticle", "headline": "{}"}}</script>'


def test_a_heading_that_is_a_link_to_a_home_page_is_a_logo() -> None:
    logo = "<h1><a href=https://company.example/>Газета</a></h1>"
    page = f"{logo}<main><h2>Мост через реку откроют весной</h2>{paragraphs(0, 9)}</main>"
    head = "<title>Мост через реку откроют весной - Газета о реке</title>"
    assert read(page, head).title == "Мост через реку откроют весной"


def test_a_heading_that_leads_to_another_page_is_not_the_title() -> None:
    other = "<h1><a href=/oblast>Ещё новости области</a></h1>"
    page = f"<main><h1>Мост через реку откроют весной</h1>{paragraphs(0, 9)}</main>{other}"
    assert read(page, "<title>Когда можно будет проехать</title>").title == (
        "Мост через реку откроют весной"
    )


@pytest.mark.parametrize(
    ("headline", "title"),
    [
        ("Река 2024: когда откроют мост", "Мост через реку откроют весной"),
        ("Новости о мосте и реке", "Свежие новости о мосте и реке"),
    ],
)
def test_readers_see_the_title_unless_the_titles_for_machines_agree(
    headline: str, title: str
) -> None:
    head = (
        "<title>Газета</title><meta property=og:title content='Свежие новости о мосте и реке'>"
        + HEADLINE.format(headline)
    )
    page = f"<h1>Мост через реку откроют весной</h1><main>{paragraphs(0, 9)}</main>"
    assert read(page, head).title == title


@pytest.mark.parametrize(
    ("filed", "section", "tags", "source"),
    [
        (
            "<footer><a rel='category tag' href=/x>Город</a> <a rel=tag href=/y>мост</a></footer>",
            "Город", ["мост"], "rel",
        ),
        ("<ul><li><a rel=tag href=/t/y>мост</a><li><a rel=tag href=/t/z>лёд</a></ul>", None,
         ["мост", "лёд"], "rel"),
        ("<b itemprop=articleSection>Город</b><meta itemprop=keywords content='мост, лёд'>",
         "Город", ["мост", "лёд"], "microdata"),
        (
            "<p class=taxonomy-category><a rel=tag href=c>Город</a></p><a rel=tag href=t>мост</a>",
            "Город", ["мост"], "rel",
        ),
        ("<div class=elementor-widget><a rel=tag href=/t/y>мост</a></div>", None, ["мост"], "rel"),
        ("<div class=related><a rel=tag href=/t/y>чужое</a></div>", None, [], None),
        ("<div class='widget'><a rel=tag href=/t/y>чужое</a></div>", None, [], None),
        ("<article><a rel=tag href=/t/y>чужое</a></article>", None, [], None),
    ],
)  # fmt: skip
def test_sections_and_tags_are_those_inside_the_article(
    filed: str, section: str | None, tags: list[str], source: str | None
) -> None:
    page = f"<article>{TITLE}{paragraphs(0, 5)}{filed}</article><a rel=tag href=/t/q>облако</a>"
    article = read(page)
    assert (article.section, article.tags) == (section, tags)
    assert article.provenance.get("tags") == source


@pytest.mark.parametrize(
    ("above", "published"),
    [
        (
            "<time class=updated datetime=2024-03-09></time> <time datetime=2024-03-05T09:05>",
            "2024-03-05T09:05:00+05:00",
        ),
        ("<div>Город / 5 марта 2024, 09:05</div>", "2024-03-05T09:05:00+05:00"),
        ("<p>Автор: Иван Петров | 05.03.2024 09:05</p>", "2024-03-05T09:05:00+05:00"),
        ("<p>5 марта 2024 | 09:05 | Иван Петров</p>", "2024-03-05T09:05:00+05:00"),
        (
            "<p>Опубликовано 5 марта 2024 года, 09:05, обновлено 7 марта 2024 года, 10:00</p>",
            "2024-03-05T09:05:00+05:00",
        ),
        ("<p>Ким — 5 нояб. 2023</p>", None),
    ],
)
def test_the_day_of_an_unknown_theme(above: str, published: str | None) -> None:
    article = read(f"<article>{TITLE}{above}{paragraphs(0, 5)}</article>")
    assert article.published_at == (published or "2024-03")


def test_what_is_nested_too_deep_is_plain_text_and_the_article_says_so() -> None:
    page = f"<h1>Заметка о реке</h1><main>{paragraphs(0, 9)}{'<div>слово ' * 1_000}</main>"
    article = read(page)
    assert SENTENCES[8] in article.text
    assert article.suspect == "elements stand more than 200 deep"


def test_a_page_of_too_many_elements_is_read_without_the_extractor() -> None:
    lines = "".join(f"<p>{SENTENCES[number % 40]} {number}</p>" for number in range(11_000))
    article = read(f"<h1>Заметка о реке</h1><main>{lines}</main>")
    assert article.text.endswith(" 10999")
    assert article.suspect == "the page has too many elements for the extractor"


def test_what_a_click_opens_is_text_at_the_end_too() -> None:
    shown, last = paragraphs(0, 9), SENTENCES[9]
    for hidden, expected in (
        (f"<div class=spoiler><p>Ещё</p><div style='display:none'><p>{last}</p></div></div>", True),
        (f"<div style='display:none'><p>{last}</p></div>", False),
    ):
        told = read(f"<h1>Заметка о реке</h1><div class=entry-content>{shown}{hidden}</div>")
        assert (last in told.text) is expected


@pytest.mark.parametrize(
    ("beside", "authors"),
    [
        ("<p>Автор: Иван Петров</p>", ["Иван Петров"]),
        ("<div><b>Автор статьи:</b> Иван Петров</div>", ["Иван Петров"]),
        ("<p>Авторы: Иван Петров, Мария Ким</p>", ["Иван Петров", "Мария Ким"]),
        ("<p>Автор <a href=/a>Иван Петров</a> | 5 марта</p>", ["Иван Петров"]),
        ("<p>Текст: Иван Петров. Фото: Мария Ким</p>", ["Иван Петров"]),
        ("<p>Автор проекта рассказал о мосте</p>", []),
        ("<i class=elementor-post-info__item--type-author>Иван Петров</i>", ["Иван Петров"]),
        ("<p>Автор: тот, кто это написал, и больше о нём ничего не известно</p>", []),
        ("<div class=author-box><h4>Иван Петров</h4><p>Журналист, пишет о реке.</p></div>", []),
    ],
)
def test_the_author_of_an_unknown_theme_stands_on_a_line_of_its_own(
    beside: str, authors: list[str]
) -> None:
    told = read(f"<article><h1>Заметка о реке</h1><div>{paragraphs(0, 9)}</div>{beside}</article>")
    assert told.authors == authors


def test_the_lead_picture_of_an_unknown_theme_has_its_caption() -> None:
    head = "<title>Заметка о реке</title><meta property=og:image content=/2024/03/a-800x600.jpg>"
    other = "<figure><img src=/2024/03/b.jpg><figcaption>Не она</figcaption></figure>"
    own = "<figure><img src=/2024/03/a.jpg><figcaption>Река. Фото: Иван</figcaption></figure>"
    told = read(f"{other}<h1>Заметка о реке</h1>{own}<div>{paragraphs(0, 9)}</div>", head)
    lead = told.images[0]
    assert (lead.caption, lead.credit) == ("Река.", "Иван")


def test_a_page_that_tells_no_picture_has_wordpress_s_own() -> None:
    shown = "<img class='size-large wp-post-image' src=/wp-content/uploads/2024/03/{}-600x400.jpg>"
    others = f"<aside>{shown.format('b')}</aside>"
    article = f"<h1>Заметка о реке</h1>{shown.format('a')}<div class=entry-content>"
    page = f"{others}<article class=hentry>{article}{paragraphs(0, 9)}</div></article>{others}"
    told = read(page)
    assert [image.url.rpartition("/")[2] for image in told.images] == ["a.jpg"]
    assert told.provenance["images"] == "thumbnail"


def test_the_block_themes_of_wordpress_are_read() -> None:
    """They have no element of the article's own but ``main``, and call links to sections tags."""
    picture = "<figure class=wp-block-post-featured-image><img src=/2024/03/a.jpg></figure>"
    sections, tags = (
        f"<div class='taxonomy-{kind} wp-block-post-terms'><a href=/{name} rel=tag>{name}</a></div>"
        for kind, name in (("category", "Мир"), ("post_tag", "река"))
    )
    terms = sections + tags
    by = "<div class=wp-block-post-author><p class=wp-block-post-author__name>Река ТВ</p></div>"
    text = f"<div class='entry-content wp-block-post-content'>{paragraphs(0, 9)}</div>"
    card = (
        "<ul class=wp-block-post-template><li class='wp-block-post post-8'>"
        f"{picture.replace('a.jpg', 'b.jpg')}<h2 class=wp-block-post-title>Другая</h2>"
        f"{terms.replace('река', 'море')}</li></ul>"
    )
    title = "<h1 class=wp-block-post-title>24</h1>"
    main = f"<main>{picture}{title}{text}{terms}{by}{card}</main>"
    html = f"<html><head>{MARK}<title>24 — Новости</title></head><body class=single-post>{main}"
    told = kznews.read(f"{html}</body></html>", URL, seen_at=SEEN_AT)
    assert (told.title, told.authors, told.tags) == ("24", ["Река ТВ"], ["река"])
    assert [section.name for section in told.sections] == ["Мир"]
    assert [image.url.rpartition("/")[2] for image in told.images] == ["a.jpg"]
    assert told.text.split("\n\n") == SENTENCES[:9]
    assert told.layout == "wordpress"


def test_neither_parts_of_the_article_nor_a_server_s_pages_are_related() -> None:
    links = "".join(
        f"<a href={url}>дальше</a> "
        for url in (f"{URL}/2", "/cdn-cgi/l/email-protection", "/mir/a")
    )
    text = f"<div class=entry-content>{paragraphs(0, 9)}<p class=page-links>{links}</p></div>"
    told = read(f"<article class=hentry><h1>Заметка о реке</h1>{text}</article>")
    assert told.related == ["https://news.example/mir/a"]


NOTICE = "<br />\n<b>Warning</b>:  No key «a» in <b>/srv/theme/a.php</b> on line <b>12</b><br />"


@pytest.mark.parametrize("notices", [NOTICE * 60, "[05-Mar-2024] PHP Notice: no index\n" * 99])
def test_what_a_server_prints_before_the_document_is_no_text(notices: str) -> None:
    text = (
        f"<article class=hentry>{TITLE}<div class=entry-content>{paragraphs(0, 5)}</div></article>"
    )
    page = f"<!DOCTYPE html><html><head>{MARK}</head><body>{text}</body></html>"

    assert kznews.read(notices + page, URL).text.split("\n\n") == SENTENCES[:5]
