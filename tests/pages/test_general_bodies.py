"""Bodies of general themes: all of the article, and nothing of what a theme puts around it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy.http import HtmlResponse

from kznews.pages.article import read_article
from kznews.pages.page import Page
from kznews.sites.wordpress import wordpress_site
from tests.pages.test_own_fields import PLAIN_TEXT, TEXT, WINDOW, pictures
from tests.pages.test_unknown_themes import SENTENCES, TITLE, URL, paragraphs, read

FLASH = (
    "Мост через реку закрыли на ремонт до самой весны, и машины пойдут в объезд по старой дороге."
)
SECOND = "Паром начнёт ходить, когда с реки сойдёт последний лёд, сообщили в городе."
SHORT = f"<p>{FLASH}</p><p>{SECOND}</p>"
SUBTITLE = "<p class=subtitle>Что случилось на реке, и кому теперь ехать через соседний район</p>"
TERMS = "<div class=meta><a rel=tag href=/tag/most/>мост</a>, <a rel=tag href=/tag/l/>лёд</a></div>"
AUTHOR = (
    "<div class=person><h4>Иван Петров</h4><p>Журналист и редактор, который пишет о реке, о мостах"
    " и о дорогах уже много лет подряд.</p></div>"
)
HEADLINES = (
    "<div class=more><h3>Ещё новости</h3><ul>"
    "<li><a href=/mir/a>Паром через озеро снова ходит каждый день по расписанию</a></li>"
    "<li><a href=/mir/b>Дорогу на перевал закрыли из-за снега и ветра до утра</a></li></ul></div>"
)
COMMENTS = (
    "<div class=opinions><h3>Мнения</h3><p>Спасибо за новость, теперь я знаю, как проехать на дачу"
    " в эти выходные.</p></div>"
)
PROMO = (
    "<h3>Письма из редакции</h3><p>Каждое утро мы рассказываем в письме, что случилось за ночь, что"
    " будет днём и куда сходить вечером: оставьте адрес, и первое придёт уже завтра.</p>"
)
MORE = (
    "В следующем году обещают построить вторую дорогу, которая обойдёт старый город с севера, и"
    " тогда грузовики больше не поедут мимо школ и больниц."
)
EXCERPT = "<p>Это другая заметка, и она о море и о кораблях, которые в нём плавают.</p>"
CUT_OFF = EXCERPT.replace(".", "…")
PICTURE = "<img src=/uploads/other.jpg>"
NAMED = "<div class=entry-content>{}</div>"
PLAIN = "<div>{}</div>"
MARKED = "<div itemprop=articleBody>{}</div>"
of_any_body = pytest.mark.parametrize(
    "body", [NAMED, PLAIN, MARKED], ids=["known body", "unknown body", "marked body"]
)


def lines(page: str, head: str = WINDOW, classes: str = "") -> list[str]:
    return read(page, head, classes).text.split("\n\n")


def dressed(body: str, text: str) -> str:
    return f"<article class=hentry>{TITLE}{body.format(text)}</article>"


def page_of(html: str) -> Page:
    site = wordpress_site("https://news.example")
    return Page(HtmlResponse(URL, body=html.encode()), site, datetime(2024, 3, 10, tzinfo=UTC))


def in_divs(start: int, end: int) -> str:
    return "".join(f"<div>{sentence}</div>" for sentence in SENTENCES[start:end])


@pytest.mark.parametrize(
    "body",
    [
        "<div class=entry-content>{}</div>",
        "<div class=post-content>{}</div>",
        "<div class=td-post-content>{}</div>",
        "<section class='box article-text'>{}</section>",
        "<div itemprop=articleBody>{}</div>",
    ],
)
@pytest.mark.parametrize("around", ["<article class=hentry>{}</article>", "<div>{}</div>"])
@pytest.mark.parametrize(
    ("text", "told"),
    [(f"<p>{FLASH}</p>", [FLASH]), (FLASH, [FLASH]), (SHORT, [FLASH, SECOND])],
    ids=["one sentence", "no paragraph", "two sentences"],
)
def test_the_text_of_flash_news_is_the_body_that_markup_names(
    around: str, body: str, text: str, told: list[str]
) -> None:
    beside = TERMS + AUTHOR + HEADLINES + COMMENTS
    assert lines(around.format(TITLE + SUBTITLE + body.format(text) + beside)) == told


@pytest.mark.parametrize("name", ["class=post-content", "class=entry", "itemprop=articleBody"])
def test_what_is_around_the_title_too_is_no_body(name: str) -> None:
    told = read(f"<div {name}>{TITLE}<p>5 марта 2024, 09:05</p><div>{SHORT}</div></div>")
    assert told.text.split("\n\n") == [FLASH, SECOND]


@pytest.mark.parametrize("name", ["entry-content", "post-content"])
@pytest.mark.parametrize(
    "card",
    [
        "<article><h2><a href=/mir/drugaya>Другая</a></h2>{}</article>",
        "<div class='wp-block-post post-9'><h3><a href=/mir/drugaya>Другая</a></h3>{}</div>",
        "<div class='item post-9'><h3><a href=/mir/drugaya>Другая</a></h3>{}</div>",
    ],
)
@pytest.mark.parametrize("place", ["{card}{own}", "{own}{card}"])
def test_the_body_of_a_card_is_not_the_article_s(place: str, card: str, name: str) -> None:
    named = f"<div class={name}>{{}}</div>"
    other = card.format(named.format(EXCERPT))
    own = f"<article class=post-7>{TITLE}{named.format(SHORT)}</article>"
    classes = "single-post postid-7"
    assert lines(place.format(own=own, card=other), classes=classes) == [FLASH, SECOND]
    teaser = card.format(named.format(CUT_OFF))
    unnamed = f"<article class=post-7>{TITLE}<div>{SHORT}</div>{teaser}</article>"
    told = read(unnamed, classes=classes)
    assert (told.layout, told.text.split("\n\n")) == ("generic", [FLASH, SECOND])


DATE = "<p>5 марта 2024, 09:05</p>"
SECTION = "<p><a href=/category/gorod/>Город</a></p>"
BYLINE = "<p>от <a href=/author/petrov/>Иван Петров</a></p>"
TAG = "<p><a href=/tag/most/>мост</a></p>"


@pytest.mark.parametrize("around", ["<div>{}</div>", "<article>{}</article>"])
@pytest.mark.parametrize(
    "head",
    [
        f"{TITLE}{DATE}",
        f"{SECTION}{TITLE}{BYLINE}{DATE}{TAG}",
        f"<p>Новости</p>{TITLE}{DATE}",
        f"{TITLE}<p>от <a href=/author/petrov/>Иван Петров</a> | 5 марта 2024, 09:05</p>",
    ],
    ids=["date", "each in its line", "label above", "in one line"],
)
def test_what_stands_above_a_body_without_a_name_is_no_text(head: str, around: str) -> None:
    assert lines(around.format(head + SHORT)) == [FLASH, SECOND]


def test_a_lead_above_the_title_is_text() -> None:
    assert lines(f"<div><p>{SECOND}</p>{TITLE}{DATE}<p>{FLASH}</p></div>") == [SECOND, FLASH]


def test_a_heading_of_one_word_above_a_short_text_is_text() -> None:
    page = f"<div>{TITLE}{DATE}<h2>Итоги</h2>{SHORT}</div>"
    assert lines(page) == ["Итоги", FLASH, SECOND]


@pytest.mark.parametrize(
    "text",
    [
        in_divs(0, 1) + paragraphs(1, 12),
        paragraphs(0, 5) + in_divs(5, 7) + paragraphs(7, 12),
        in_divs(0, 1) + paragraphs(1, 5) + in_divs(5, 7) + paragraphs(7, 12),
    ],
    ids=["first", "two in a row", "both"],
)
def test_paragraphs_of_a_known_body_may_be_divs(text: str) -> None:
    assert lines(dressed(NAMED, text)) == SENTENCES[:12]


NOTICE = "<div>Мы бережём ваши данные, читая наш сайт, вы соглашаетесь с этим правилом.</div>"


@pytest.mark.parametrize(
    "text",
    [
        NOTICE + in_divs(0, 1) + paragraphs(1, 6) + NOTICE + in_divs(6, 7) + paragraphs(7, 12),
        in_divs(0, 1) + paragraphs(1, 6) + NOTICE + in_divs(6, 7) + NOTICE + paragraphs(7, 12),
    ],
)
def test_a_sentence_that_comes_twice_among_such_divs_is_no_paragraph(text: str) -> None:
    assert lines(dressed(NAMED, text)) == SENTENCES[:12]


def test_of_a_body_that_no_theme_names_such_divs_are_left_to_the_extractor() -> None:
    text = in_divs(0, 1) + paragraphs(1, 6) + in_divs(6, 8) + paragraphs(8, 12)
    assert lines(dressed(MARKED, text)) == [*SENTENCES[1:6], *SENTENCES[8:12]]


@of_any_body
@pytest.mark.parametrize(
    "question",
    [
        "<div class=head><h4><a href='#t1' aria-expanded=false>{}</a></h4></div>",
        "<div class=head><h4><a href=/mir/t aria-expanded=false>{}</a></h4></div>",
        "<div class=head><h4><a tabindex=0>{}</a></h4></div>",
        "<div class=elementor-tab-title><a tabindex=0>{}</a></div>",
    ],
)
@pytest.mark.parametrize(
    "answer", ["<div id=t1>{}</div>", "<div id=t1 class=collapse style='display:none'>{}</div>"]
)
def test_the_questions_of_accordions_are_text(answer: str, question: str, body: str) -> None:
    asked = ["Когда откроют мост?", "Когда пойдёт паром?"]
    opened = [
        question.format(asked[place]) + answer.format(paragraphs(6 + place, 7 + place))
        for place in (0, 1)
    ]
    text = paragraphs(0, 6) + "".join(opened) + paragraphs(8, 10)
    expected = [*SENTENCES[:6], asked[0], SENTENCES[6], asked[1], SENTENCES[7], *SENTENCES[8:10]]
    assert lines(dressed(body, text)) == expected


@of_any_body
def test_hidden_answers_at_the_end_are_text_with_their_questions(body: str) -> None:
    question = "<h4><a href='#t1' aria-expanded=false>Когда откроют мост?</a></h4>"
    answer = f"<div id=t1 class=collapse style='display:none'>{paragraphs(9, 10)}</div>"
    text = paragraphs(0, 9) + question + answer
    assert lines(dressed(body, text)) == [*SENTENCES[:9], "Когда откроют мост?", SENTENCES[9]]


LINK = "<a href=/mir/drugaya>Другая заметка о море</a>"


@of_any_body
@pytest.mark.parametrize("item", ["<ol><li>{}</li></ol>", "<article>{}</article>"])
def test_an_item_with_a_sentence_of_its_own_is_text(item: str, body: str) -> None:
    item = item.format(f"{PICTURE}<h3>{LINK}</h3>{EXCERPT}")
    text = paragraphs(0, 5) + item + paragraphs(5, 9)
    assert EXCERPT[3:-4] in lines(dressed(body, text))


@of_any_body
@pytest.mark.parametrize(
    "card",
    [
        f"<ul><li class='wp-block-post x'>{PICTURE}<h2>{LINK}</h2>{EXCERPT}</li></ul>",
        f"<article class='item post-9'>{PICTURE}<h3>{LINK}</h3>{EXCERPT}</article>",
        f"<ul><li>{PICTURE}<h3>{LINK}</h3>{CUT_OFF}</li></ul>",
        f"<ul><li><a href=/mir/drugaya>{PICTURE}<h3>Другая заметка</h3></a>{CUT_OFF}</li></ul>",
        f"<article>{PICTURE}<h3>{LINK}</h3>{CUT_OFF}</article>",
        f"<ul class=wp-block-latest-posts><li>{PICTURE}{LINK}<div>{EXCERPT}</div></li></ul>",
    ],
    ids=["block", "number", "linked heading", "heading in a link", "article", "latest posts"],
)
@pytest.mark.parametrize("place", [5, 9], ids=["inside", "at the end"])
def test_another_article_s_card_in_a_body_is_but_related(place: int, card: str, body: str) -> None:
    text = paragraphs(0, place) + card + paragraphs(place, 9)
    html = f"<div class=post-7>{dressed(body, text)}</div>"
    told = read(html, classes="single-post postid-7")
    assert told.text.split("\n\n") == SENTENCES[:9]
    assert pictures(told) == []
    assert told.related == ["https://news.example/mir/drugaya"]


@of_any_body
@pytest.mark.parametrize(
    "item",
    [
        "<li><h3><a href=/mir/{0}>Новость {0}</a></h3><p>{1}</p></li>",
        "<li class=wp-block-post><h3><a href=/mir/{0}>Новость {0}</a></h3><p>{1}</p></li>",
        "<article class=post-9{0}><h3><a href=/mir/{0}>Новость {0}</a></h3><p>{1}</p></article>",
    ],
)
def test_a_digest_that_is_made_of_cards_is_text(item: str, body: str) -> None:
    items = "".join(item.format(place, SENTENCES[place]) for place in range(2, 10))
    page = dressed(body, f"{paragraphs(0, 2)}<ul>{items}</ul>")
    told = [each for place in range(2, 10) for each in (f"Новость {place}", SENTENCES[place])]
    assert lines(page, classes="single-post postid-7") == [*SENTENCES[:2], *told]


PULLED = (
    "<figure class=wp-block-pullquote><blockquote><p>{}</p><cite>Иван Петров, инженер</cite>"
    "</blockquote></figure>"
)
QUOTE = "Мост простоит ещё сто лет, если за ним следить."


@of_any_body
@pytest.mark.parametrize("place", [5, 9], ids=["inside", "at the end"])
def test_a_pull_quote_is_text_with_whom_it_quotes(place: int, body: str) -> None:
    text = paragraphs(0, place) + PULLED.format(QUOTE) + paragraphs(place, 9)
    expected = [*SENTENCES[:place], QUOTE, "Иван Петров, инженер", *SENTENCES[place:9]]
    assert lines(dressed(body, text)) == expected


@of_any_body
def test_a_pull_quote_of_an_earlier_paragraph_is_not_told_again(body: str) -> None:
    quotes = PULLED.format(SENTENCES[2]) + paragraphs(5, 7) + PULLED.format(QUOTE)
    told = lines(dressed(body, paragraphs(0, 5) + quotes + paragraphs(7, 9)))
    told = [line for line in told if line != "Иван Петров, инженер"]
    assert told == [*SENTENCES[:7], QUOTE, *SENTENCES[7:9]]


NOTE = "<sup class=fn><a href='#a{0}'>{0}</a></sup>"


@of_any_body
@pytest.mark.parametrize("place", [5, 9], ids=["inside", "at the end"])
def test_the_numbers_of_footnotes_are_no_part_of_words(place: int, body: str) -> None:
    said = "{} через реку закрыли{} на ремонт до самой весны{}, и машины пойдут в объезд.{}"
    clean = [said.format(first, "", "", "") for first in ("Мост", "Проезд")]
    notes = [NOTE.format(number) for number in (2, 3, 14)]
    noted = "".join(
        f"<p>{said.format(first + NOTE.format(1), *notes)}</p>" for first in ("Мост", "Проезд")
    )
    told = lines(dressed(body, paragraphs(0, place) + noted + paragraphs(place, 9)))
    assert told == [*SENTENCES[:place], *clean, *SENTENCES[place:9]]


@of_any_body
@pytest.mark.parametrize("place", [0, 5, 9], ids=["first", "inside", "at the end"])
def test_numbers_that_are_parts_of_words_stay(place: int, body: str) -> None:
    said = ["Снова ищут covid19 и h1n1 в городе, сказали врачи.", "Ту154 и Ан2 сели в Актау5."]
    text = "".join(f"<p>{sentence}</p>" for sentence in said)
    told = lines(dressed(body, paragraphs(0, place) + text + paragraphs(place, 9)))
    assert told == [*SENTENCES[:place], *said, *SENTENCES[place:9]]


@of_any_body
def test_the_lines_of_verse_stay_lines(body: str) -> None:
    verse = "Первая строка о реке,\nвторая строка о мосте,\n\nтретья строка о весне."
    text = f"{paragraphs(0, 5)}<pre>\n{verse}\n</pre><p>А за ней\nтекст.</p>{paragraphs(5, 9)}"
    told = [*SENTENCES[:5], *verse.split("\n\n"), "А за ней текст.", *SENTENCES[5:9]]
    assert lines(dressed(body, text)) == told


FILED = (
    "<a rel=tag href=/tag/a/>мост через реку</a>, <a rel=tag href=/tag/b/>ремонт дорог</a>, "
    "<a rel=tag href=/tag/c/>паром</a>"
)


@of_any_body
@pytest.mark.parametrize("name", ["tags-links", "tagcloud", "post-bottom-meta", "cat-links"])
@pytest.mark.parametrize(
    "block", ["<div class={}>{}</div>", "<div class={}><p>Об этом: {}</p></div>"]
)
def test_a_block_of_terms_in_a_body_is_no_text(block: str, name: str, body: str) -> None:
    page = dressed(body, SHORT + block.format(name, FILED))
    assert lines(page) == [FLASH, SECOND]


@of_any_body
@pytest.mark.parametrize("name", ["tags-links", "tagcloud", "post-bottom-meta", "cat-links"])
def test_prose_is_text_though_it_is_called_terms(name: str, body: str) -> None:
    told = "Мост через реку закрыли на ремонт, о чём мы писали ещё зимой."
    prose = f"<p class={name}>{told.replace('писали', '<a href=/mir/a>писали</a>')}</p>"
    page = dressed(body, paragraphs(0, 5) + prose + paragraphs(5, 9))
    assert lines(page) == [*SENTENCES[:5], told, *SENTENCES[5:9]]


@pytest.mark.parametrize("around", ["<div>{}</div>", "<article>{}</article>"])
@pytest.mark.parametrize("size", [4, 9])
def test_an_author_box_beside_a_body_without_a_name_is_no_text(size: int, around: str) -> None:
    about = (
        "Журналист и редактор газеты, пишет о реке, о мостах и о дорогах города уже много лет"
        " подряд, а живёт на берегу реки."
    )
    name = "<div class=saboxplugin-authorname><a href=/author/petrov/>Иван Петров</a></div>"
    box = f"<div class=saboxplugin-wrap>{name}<div class=desc><p>{about}</p></div></div>"
    page = around.format(f"{TITLE}<div>{paragraphs(0, size)}</div>{box}")
    assert lines(page) == SENTENCES[:size]


@of_any_body
@pytest.mark.parametrize(
    "line",
    [
        "Последнее обновление 22.11.2026 от Имя",
        "Обновлено: 22 ноября 2026, 10:00",
        "Last updated on 22 November 2026",
    ],
)
@pytest.mark.parametrize("place", [0, 5, 9], ids=["first", "inside", "at the end"])
def test_the_day_of_an_edit_is_no_text(place: int, line: str, body: str) -> None:
    text = f"{paragraphs(0, place)}<p>{line}</p>{paragraphs(place, 9)}"
    assert lines(dressed(body, text)) == SENTENCES[:9]


@of_any_body
def test_yoast_s_reading_time_is_no_text(body: str) -> None:
    name = "yoast-reading-time__"
    time = (
        f"<p class={name}wrapper><span class={name}icon></span><span class={name}descriptive-text>"
        f"Приблизительное время чтения: </span><span class={name}reading-time>3</span>"
        f"<span class={name}time-unit> минуты</span></p>"
    )
    assert lines(dressed(body, paragraphs(0, 1) + time + paragraphs(1, 9))) == SENTENCES[:9]


@pytest.mark.parametrize("body", [TEXT, PLAIN_TEXT], ids=["known body", "unknown body"])
@pytest.mark.parametrize(
    "caption", ["<p class=wp-caption-text>{}</p>", "<span class=featured-image-caption>{}</span>"]
)
@pytest.mark.parametrize(
    "figure",
    [
        "<div class=hero>{picture}{caption}</div>",
        "<div class=hero>{picture}</div>{caption}",
        "<div class=hero><a href=/uploads/a.jpg>{picture}</a></div>{caption}",
    ],
)
def test_a_caption_behind_the_lead_picture_is_its_own(figure: str, caption: str, body: str) -> None:
    head = f"{WINDOW}<meta property=og:image content=/uploads/a.jpg>"
    shown = figure.format(
        picture="<img src=/uploads/a.jpg>", caption=caption.format("Река. Фото: Иван")
    )
    told = read(f"<article class=hentry>{TITLE}{shown}{body}</article>", head)
    assert [(each.caption, each.credit) for each in told.images] == [("Река.", "Иван")]
    assert told.text.split("\n\n") == SENTENCES[:9]


@pytest.mark.parametrize("text", [SHORT, paragraphs(0, 9)], ids=["short", "long"])
def test_a_page_that_is_read_twice_says_the_same(text: str) -> None:
    page = page_of(f"<article>{TITLE}{NAMED.format(text)}{COMMENTS}</article>")

    assert read_article([page]) == read_article([page])


@pytest.mark.parametrize("around", ["<div>{}</div>", "<article>{}</article>"])
def test_prose_of_another_kind_below_a_body_without_a_name_is_no_text(around: str) -> None:
    story = f"<div class=story>{paragraphs(0, 9)}</div><div class=letters>{PROMO}</div>"

    assert lines(around.format(TITLE + story)) == list(SENTENCES[:9])


@pytest.mark.parametrize("part", ["<p>{}</p>", "<div class=story><p>{}</p></div>"])
def test_a_body_without_a_name_goes_on_behind_its_largest_part(part: str) -> None:
    story = f"<div class=story>{paragraphs(0, 9)}</div><hr>{part.format(MORE)}"

    assert lines(f"<article>{TITLE}{story}</article>") == [*SENTENCES[:9], MORE]


@pytest.mark.parametrize(
    "around",
    [
        "<div class='lazy video' data-video=https://www.youtube.com/embed/abcdefghijk>{}</div>",
        "<blockquote class=twitter-tweet cite=https://twitter.com/a/status/1>{}</blockquote>",
        "<div class=wp-embedded-content>{}</div>",
        "<noscript>{}</noscript>",
        "<form>{}</form>",
        "<div class=share>{}</div>",
    ],
)
@pytest.mark.parametrize("body", [NAMED, PLAIN, MARKED])
def test_what_holds_the_article_is_text_whatever_it_looks_like(body: str, around: str) -> None:
    assert lines(dressed(body, around.format(paragraphs(0, 9)))) == list(SENTENCES[:9])


@of_any_body
@pytest.mark.parametrize(
    "heading",
    [
        *("Комментарий юриста", "Комментарии экспертов", "Отзывы жителей", "Обсуждение проекта"),
        *("Обсуждение в соцсетях", "5 комментариев от экспертов", "Пікірлер қайшылығы"),
        *("3 responses to critics", "Comments on the plan"),
    ],
)
def test_a_heading_about_what_people_say_ends_no_text(heading: str, body: str) -> None:
    text = f"{paragraphs(0, 6)}<h2>{heading}</h2>{paragraphs(6, 9)}"
    assert lines(dressed(body, text)) == [*SENTENCES[:6], heading, *SENTENCES[6:9]]


@pytest.mark.parametrize("heading", ["Комментарии", "Отзывы", "Обсуждение", "Пікірлер", "Comments"])
def test_in_what_the_theme_calls_the_body_a_bare_word_ends_no_text(heading: str) -> None:
    text = f"{paragraphs(0, 6)}<h2>{heading}</h2>{paragraphs(6, 9)}"
    assert lines(dressed(NAMED, text)) == [*SENTENCES[:6], heading, *SENTENCES[6:9]]


@of_any_body
@pytest.mark.parametrize("line", ["© Акимат, 2024", "© 2024"])
def test_an_imprint_in_the_middle_ends_no_text(line: str, body: str) -> None:
    text = f"{paragraphs(0, 6)}<p>{line}</p>{paragraphs(6, 9)}"
    assert lines(dressed(body, text)) == SENTENCES[:9]


@of_any_body
@pytest.mark.parametrize(
    "heading",
    [
        *("Комментарии (3)", "3 комментария", "Комментарии: 3", "Один комментарий на «Мост»"),
        *("3 комментария к записи «Мост через реку закрыли»", "Комментариев пока нет"),
        *("3 Responses to “The bridge”", "Leave a Reply", "Добавить комментарий", "5 пікір"),
    ],
)
def test_the_heading_of_comments_ends_the_text(heading: str, body: str) -> None:
    text = f"{paragraphs(0, 6)}<h2>{heading}</h2>{paragraphs(6, 9)}"
    assert lines(dressed(body, text)) == SENTENCES[:6]


@pytest.mark.parametrize("place", [5, 9], ids=["inside", "at the end"])
@pytest.mark.parametrize(
    "note",
    [
        "<aside><h4>Справка</h4><p>{}</p></aside>",
        "<div class=comment-block><h4>Справка</h4><p>{}</p></div>",
        "<div class=full hidden><h4>Справка</h4><p>{}</p></div><a href='#'>Развернуть</a>",
    ],
)
def test_a_note_in_the_body_is_text_with_its_heading(note: str, place: int) -> None:
    told = "Первый мост через реку построили из дерева, и он сгорел через год."
    text = paragraphs(0, place) + note.format(told) + paragraphs(place, 9)
    expected = [*SENTENCES[:place], "Справка", told, *SENTENCES[place:9]]
    assert lines(dressed(NAMED, text)) == expected


@pytest.mark.parametrize("rest", ["<div>{}</div>", "{}"], ids=["in a block", "beside it"])
@pytest.mark.parametrize("name", ["entry-content", "post-content", "entry"])
def test_a_body_that_holds_but_the_first_sentence_is_not_all(name: str, rest: str) -> None:
    more = f"<p>{SECOND}</p>{paragraphs(0, 5)}"
    page = f"<div class={name}><p>{FLASH}</p></div>{rest.format(more)}"

    assert lines(f"<article class=hentry>{TITLE}{page}</article>") == [
        FLASH,
        SECOND,
        *SENTENCES[:5],
    ]


@pytest.mark.parametrize("second", [NAMED, PLAIN])
@pytest.mark.parametrize("first", [NAMED, PLAIN])
def test_each_part_of_a_split_post_is_read_however_it_is_dressed(first: str, second: str) -> None:
    parts = [dressed(first, paragraphs(0, 5)), dressed(second, paragraphs(5, 9))]

    assert read_article([page_of(part) for part in parts]).text.split("\n\n") == list(SENTENCES[:9])


@pytest.mark.parametrize("place", [5, 9], ids=["inside", "at the end"])
@pytest.mark.parametrize(
    "fold",
    [
        "<div class=su-spoiler><div class=su-spoiler-title role=button>{}</div><div>{}</div></div>",
        "<div class=elementor-accordion><div role=button><a>{}</a></div><div><p>{}</p></div></div>",
        "<details><summary>{}</summary><div><p>{}</p></div></details>",
    ],
)
@of_any_body
def test_short_answers_in_open_accordions_are_text(fold: str, place: int, body: str) -> None:
    told = ("Когда откроют мост?", "В марте, если не будет поздних морозов.")
    text = paragraphs(0, place) + fold.format(*told) + paragraphs(place, 9)

    assert lines(dressed(body, text)) == [*SENTENCES[:place], *told, *SENTENCES[place:9]]


@of_any_body
def test_a_last_line_with_an_address_that_cloudflare_hides_is_text(body: str) -> None:
    hidden = "<a class=__cf_email__ data-cfemail=5a33343c351a3735292e743120>[email protected]</a>"
    last = "<p>Редакция ждёт писем о дорогах и мостах города по адресу {}.</p>"
    told = lines(dressed(body, paragraphs(0, 9) + last.format(hidden)))

    assert told == [*SENTENCES[:9], last[3:-4].format("info@most.kz")]


@pytest.mark.parametrize("lead", ["<p class=lead>{}</p>", "<div class='article__anons'>{}</div>"])
@pytest.mark.parametrize("told", [FLASH, FLASH.rstrip(".")])
def test_what_is_called_the_lead_between_title_and_body_is_text(told: str, lead: str) -> None:
    page = f"<div>{TITLE}{lead.format(told)}<div class=text>{paragraphs(0, 9)}</div></div>"

    assert lines(page) == [told, *SENTENCES[:9]]


def test_headings_of_numbered_cards_are_text() -> None:
    card = "<div class=card><div>{0}</div><h3>Что известно {0}?</h3><div><p>{1}</p></div></div>"
    cards = "".join(card.format(n, SENTENCES[n]) for n in range(5))
    told = lines(f"<div class=cards>{TITLE}<div>05.03.2024</div>{cards}</div>")

    assert told[-2:] == ["Что известно 4?", SENTENCES[4]]


def test_a_day_below_the_title_is_no_text() -> None:
    page = f"<div>{TITLE}<p>5 марта 2024 года</p>{paragraphs(0, 3)}</div>"

    assert lines(page) == SENTENCES[:3]


def test_a_subtitle_inside_the_heading_is_no_part_of_the_title() -> None:
    title = "<h1><span>Заметка о реке</span><div>Что случилось на реке</div></h1>"
    window = "<title>Заметка о реке: Город: Вестник</title>"
    page = f"<article>{title}<div class=text>{paragraphs(0, 9)}</div></article>"

    assert read(page, window).title == "Заметка о реке"


@of_any_body
def test_a_credit_that_the_extractor_does_not_know_is_the_picture_s(body: str) -> None:
    picture = f"<div>{PICTURE}<div class=about><span>Фото: Иван Ким / Вестник</span></div></div>"
    told = read(dressed(body, picture + paragraphs(0, 9)), WINDOW)

    assert told.text.split("\n\n") == SENTENCES[:9]
    assert [image.credit for image in told.images] == ["Иван Ким / Вестник"]


def test_a_paragraph_that_is_shown_above_the_text_too_stays_in_its_place() -> None:
    above = f"<div class=anons>{SENTENCES[2]}</div>"
    page = f"<div>{TITLE}{above}<div class=text>{paragraphs(0, 9)}</div></div>"

    assert lines(page) == SENTENCES[:9]


CARD_OF_ANOTHER = (
    "<div class=card><h3><a href=/mir/drugaya>Другая заметка</a></h3>"
    "<div class=excerpt>Это другая заметка, и она о море и о кораблях, которые в нём плавают.</div>"
    "</div>"
)


@pytest.mark.parametrize(
    "page",
    ["{card}<div>{title}{text}</div>", "<main>{card}{title}{text}</main>",
     "<div>{title}{text}</div>{card}", "<main>{title}{text}{card}</main>"],
)  # fmt: skip
@pytest.mark.parametrize("tag", ["p", "div"])
def test_the_excerpt_of_another_article_is_no_lead(tag: str, page: str) -> None:
    inside = "".join(f"<{tag}>{sentence}</{tag}>" for sentence in SENTENCES[:9])
    text = f"<div class=text>{inside}</div>"

    assert lines(page.format(card=CARD_OF_ANOTHER, title=TITLE, text=text)) == SENTENCES[:9]


def test_a_container_of_nothing_but_a_picture_is_read() -> None:
    first = "<div class=entry-content><img src=/uploads/one.jpg></div>"
    told = read(f"<article class=hentry>{TITLE}{first}{NAMED.format(SHORT)}</article>", WINDOW)

    assert pictures(told) == ["one.jpg"]
    assert told.text.split("\n\n") == [FLASH, SECOND]
