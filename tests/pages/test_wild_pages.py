"""What themes, plugins and other systems put around an article in ways of their own."""

from __future__ import annotations

import pytest

import kznews
from kznews import NotAnArticle
from tests.pages.test_own_fields import AT_FIVE_PAST_NINE, DAY, PLAIN_TEXT, TEXT, WINDOW, pictures
from tests.pages.test_unknown_themes import MARK, SENTENCES, TITLE, URL, paragraphs, read
from tests.reading import SEEN_AT

EDITED = "2024-03-06T10:00:00+05:00"
BODIES = pytest.mark.parametrize("body", [TEXT, PLAIN_TEXT], ids=["known body", "unknown body"])


@BODIES
@pytest.mark.parametrize(
    "days",
    [
        (
            f"<time class=published datetime={AT_FIVE_PAST_NINE}></time>{{}}"
            f"<footer><time class=updated datetime={EDITED}></time></footer>"
        ),
        (
            f"<p class=show-updated><time class=published datetime={AT_FIVE_PAST_NINE}></time>"
            f"<time class=updated datetime={EDITED}>6 марта</time></p>{{}}"
        ),
        (
            f"<meta itemprop=datePublished content={AT_FIVE_PAST_NINE}>"
            f"<meta itemprop=dateModified content={EDITED}>{{}}"
        ),
    ],
)
def test_the_day_of_an_edit_is_read_where_it_is_shown(days: str, body: str) -> None:
    told = read(f"<article class=hentry>{TITLE}{days.format(body)}</article>")
    assert (told.published_at, told.modified_at) == (AT_FIVE_PAST_NINE, EDITED)


@pytest.mark.parametrize(
    "beside",
    [
        "",
        (
            f"<div class=block><h3><a href=/x>Другая</a></h3><time class=updated datetime={EDITED}>"
            "6 марта</time></div>"
        ),
    ],
)
def test_the_only_day_is_not_that_of_an_edit_nor_is_another_article_s(beside: str) -> None:
    own = f"<time class='entry-date updated' datetime={AT_FIVE_PAST_NINE}>5 марта</time>"
    told = read(f"<article class=hentry>{TITLE}{own}{TEXT}</article>{beside}")
    assert (told.published_at, told.modified_at) == (AT_FIVE_PAST_NINE, None)


def test_a_section_that_calls_itself_a_tag_is_none() -> None:
    filed = "<a rel=tag href=/category/gorod/>Город</a>"
    told = read(f"<article class=hentry>{TITLE}{TEXT}{filed}</article>")
    assert (told.section, told.tags) == ("Город", [])


def test_the_tags_that_a_plugin_adds_to_the_sections_are_none() -> None:
    node = '{"@type": "BlogPosting", "headline": "Заметка о реке", "articleSection": "Город, лёд"}'
    head = f"{WINDOW}<script type=application/ld+json>{node}</script>"
    told = read(f"<article class=hentry>{TITLE}{TEXT}<a rel=tag href=/t/l/>лёд</a></article>", head)
    assert ([section.name for section in told.sections], told.tags) == (["Город"], ["лёд"])


@pytest.mark.parametrize("place", ["class=rubric", "class='category grey'", "class=item-category"])
def test_what_a_theme_calls_a_section_is_one(place: str) -> None:
    filed = f"<p {place}><a href=/gorod>Город</a></p>"
    told = read(f"<article>{filed}{TITLE}{PLAIN_TEXT}</article>")
    assert (told.section, told.provenance["sections"]) == ("Город", "class")


@BODIES
@pytest.mark.parametrize(
    "signed",
    [
        "<p>Беседовала Анна Ким</p>",
        "<p>Подготовила: Анна Ким</p>",
        "<p><b>Сұхбаттасқан: Анна Ким</b></p>",
        "<dl><dt>Автор</dt><dd>Анна Ким</dd></dl>",
        "<div><span>Автор</span><span>Анна Ким</span></div>",
        "<div><div>Автор:</div><div>Анна Ким</div></div>",
        "<p><b>Текст</b> Анна Ким<br><b>Фото</b> Олег Ан</p>",
        "<p class=submitted>Опубликовано <span class=username>Анна Ким</span> в Вт, 5 марта</p>",
        "<div>By <span class=field--name-uid>Анна Ким</span></div>",
    ],
)
def test_an_author_is_named_in_words_and_elements_of_many_kinds(signed: str, body: str) -> None:
    assert read(f"<article class=hentry>{TITLE}{signed}{body}</article>").authors == ["Анна Ким"]


def test_a_label_in_an_element_of_its_own_may_name_several_authors() -> None:
    signed = "<p><b>Автор:</b> <a href=/a>Анна Ким</a>, <a href=/o>Олег Ан</a></p>"
    told = read(f"<article class=hentry>{TITLE}{signed}{TEXT}</article>")
    assert told.authors == ["Анна Ким", "Олег Ан"]


def test_what_an_account_is_called_at_first_is_no_author() -> None:
    head = f"{WINDOW}<meta name=author content='Super User'>"
    assert read(f"<article>{TITLE}<p>Автор: Анна Ким</p>{TEXT}</article>", head).authors == [
        "Анна Ким"
    ]


@pytest.mark.parametrize(
    "line",
    ["Опубликовано ivanov в Вт, 5 марта 2024, 09:05", "5 марта 2024, 09:05 (GMT+5), Астана"],
)
def test_a_line_may_say_more_than_the_date(line: str) -> None:
    assert read(f"{TITLE}<p>{line}</p>{PLAIN_TEXT}").published_at == AT_FIVE_PAST_NINE


@pytest.mark.parametrize(
    "inside",
    [
        "<table><tr><td>Банк</td><td>Курс</td></tr><tr><td>Дала</td><td>450</td></tr></table>",
        "<ul><li>Иван Петров</li><li>Анна Ким</li></ul>",
        "<p>Мост откроют завтра.</p>",
    ],
)
def test_a_body_without_a_line_of_prose_is_the_body(inside: str) -> None:
    body = f"<div class=entry-content>{inside}</div>"
    head = f"<p>{DAY}5 марта 2024 от <span class=author>Анна Ким</span></p>"
    imprint = "<footer><p>При использовании материалов ссылка на газету обязательна.</p></footer>"
    told = read(f"<article class=hentry>{TITLE}{head}{body}</article>{imprint}")
    assert "Анна Ким" not in told.text.partition("\n")[0]
    assert (told.layout, "ссылка" in told.text) == ("wordpress", False)


def test_a_post_without_a_body_is_no_article() -> None:
    head = f"<p>{DAY}5 марта 2024</p>"
    with pytest.raises(NotAnArticle):
        read(f"<article class=hentry>{TITLE}{head}<div class=entry-content></div></article>")


CARD = "<a href=/mir/drugaya><img src=/uploads/{}.jpg>{}</a>"


@BODIES
@pytest.mark.parametrize(
    "card",
    [
        CARD.format("card", "<b>Другая заметка о море</b>"),
        f"{CARD.format('card', '')}<a href=/mir/drugaya>Другая заметка о море</a>",
        "<figure>{}<figcaption>Фото: Анна Ким</figcaption></figure>".format(
            CARD.format("card", "<span>Другая заметка о море</span>")
        ),
    ],
)
def test_the_picture_of_a_link_to_another_article_is_not_the_article_s(
    card: str, body: str
) -> None:
    head = f"{WINDOW}<meta property=og:image content=/uploads/own.jpg>"
    inside = body.replace("</p>", "</p>\v").replace("\v", "", 3).replace("\v", f"<p>{card}</p>", 1)
    told = read(f"<article class=hentry>{TITLE}{inside}</article>", head)
    assert pictures(told) == ["own.jpg"]
    assert told.images[0].credit is None


def test_a_picture_that_leads_to_a_page_of_its_own_is_the_article_s() -> None:
    body = TEXT.replace("</p>", f"</p><p>{CARD.format('own', '')}</p>", 1)
    assert pictures(read(f"<article class=hentry>{TITLE}{body}</article>")) == ["own.jpg"]


@BODIES
@pytest.mark.parametrize(
    "block",
    [
        "<div class=jeg_ad><a href=https://shop.example/><img src=/uploads/b.png></a></div>",
        "<div class='code-block code-block-3'><img src=/uploads/b.png></div>",
        "<div class=wpml-ls><p>This post is also available in: <a href=/en/x>English</a></p></div>",
        "<div><h3>Другие видео</h3><a href=/v/1><img src=/uploads/b.png>Волк вышел</a></div>",
    ],
)
def test_what_a_body_holds_beside_the_article_is_none_of_it(block: str, body: str) -> None:
    inside = body.replace("</p>", f"</p>{block}", 1)
    told = read(f"<article class=hentry>{TITLE}{inside}</article>")
    assert (told.text.split("\n\n"), told.images) == (SENTENCES[:9], [])


CONSENT = (
    "<p>Мы используем файлы, чтобы сайт работал лучше и был удобен для каждого читателя, который"
    " сюда приходит, а партнёры могут объединять эти сведения с другими.</p>"
)


@pytest.mark.parametrize(
    "dialog",
    [
        "<div class='cmplz-cookiebanner optin'>{}</div>",
        "<div id=CybotCookiebotDialog><div>{}</div></div>",
        "<div class=cky-modal>{}</div>",
    ],
)
def test_a_question_for_consent_is_no_text(dialog: str) -> None:
    short = "<p>Мост через реку закрыли на ремонт до самой весны.</p>"
    told = read(f"<div>{TITLE}<p>5 марта 2024</p><div>{short}</div></div>{dialog.format(CONSENT)}")
    assert told.text == "Мост через реку закрыли на ремонт до самой весны."


def test_what_holds_the_article_is_no_question_for_consent() -> None:
    page = f"<div class=cookie-bar-open>{TITLE}{PLAIN_TEXT}</div>"
    assert read(page).text.split("\n\n") == SENTENCES[:9]


@pytest.mark.parametrize(
    ("above", "caption"),
    [
        ("<div><img src=/uploads/own.jpg></div>", None),
        ("<div style='background-image:url(/uploads/own.jpg)'></div>", None),
        (
            (
                "<div class=x__cover><img src=/uploads/own.jpg></div>"
                "<div class=x__caption>Вид с моста</div>"
            ),
            "Вид с моста",
        ),
    ],
)
def test_a_picture_between_title_and_text_is_the_article_s(above: str, caption: str | None) -> None:
    told = read(f"<div>{TITLE}<p>5 марта 2024</p>{above}{PLAIN_TEXT}</div>")
    assert pictures(told) == ["own.jpg"]
    assert told.images[0].caption == caption


@pytest.mark.parametrize(
    "above",
    [
        "<div class=who><img src=/uploads/x.jpg><b>Анна Ким</b></div>",
        "<div class=author-photo><img src=/uploads/x.jpg></div>",
        "<a href=/mir/drugaya><img src=/uploads/x.jpg></a>",
        "<div><img src=/uploads/x.svg></div>",
    ],
)
def test_a_portrait_or_an_icon_is_not_the_picture_of_the_article(above: str) -> None:
    assert pictures(read(f"<div>{TITLE}{above}{PLAIN_TEXT}</div>")) == []


@pytest.mark.parametrize("classes", ["page", ""])
def test_a_page_of_another_system_may_call_itself_a_page(classes: str) -> None:
    page = f"<html><body class='{classes}'><div>{TITLE}<p>5 марта 2024</p>{PLAIN_TEXT}</div></body>"
    assert kznews.read(page, URL, seen_at=SEEN_AT).title == "Заметка о реке"


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("tag/most/", "Мост"),
        ("kk/category/gorod/", "Город"),
        ("search?q=x", "Поиск"),
        ("x", "Ошибка 404"),
        ("x", "Страница не найдена"),
    ],
)
def test_a_list_or_a_page_that_is_not_there_is_no_article(path: str, title: str) -> None:
    page = f"<html><head>{MARK}</head><body><h1>{title}</h1><div>{paragraphs(0, 3)}</div></body>"
    with pytest.raises(NotAnArticle):
        kznews.read(page, f"https://news.example/{path}", seen_at=SEEN_AT)


@pytest.mark.parametrize(
    "title",
    [
        "<h1><a href=/mir/drugaya>Рынок закрыли</a></h1><p>5 марта 2024</p>",
        "<h1>Рынок закрыли</h1><p>4 марта 2024</p>",
    ],
)
def test_a_whole_article_may_follow_in_the_same_element(title: str) -> None:
    own = f"{TITLE}<p>5 марта 2024</p>{paragraphs(0, 9)}"
    told = read(f"<main>{own}{title}{paragraphs(20, 29)}</main>")
    assert told.text.split("\n\n") == SENTENCES[:9]


def test_headings_of_the_first_rank_inside_one_article_part_nothing() -> None:
    own = f"{TITLE}<p>5 марта 2024</p>{paragraphs(0, 9)}"
    told = read(f"<main>{own}<h1>Что дальше</h1>{paragraphs(20, 29)}</main>")
    assert told.text.split("\n\n")[-9:] == SENTENCES[20:29]


@BODIES
@pytest.mark.parametrize(
    "line",
    [
        "Опубликовано: 05.03.2024, 09:05. Обновлено: 06.03.2024, 10:00",
        "5 марта 2024, 09:05 | Обновлено: <b>6 марта 2024, 10:00</b>",
    ],
)
def test_a_line_names_the_day_of_an_edit(line: str, body: str) -> None:
    told = read(f"<article class=hentry>{TITLE}<p>{line}</p>{body}</article>")
    assert (told.published_at, told.modified_at) == (AT_FIVE_PAST_NINE, EDITED)


def test_what_was_renewed_in_the_text_is_no_edit() -> None:
    body = TEXT.replace("<p ", "<p>Обновлено 12 домов, работы шли с 6 марта 2024 года.</p><p ", 1)
    assert read(f"<article class=hentry>{TITLE}{DAY}{body}</article>").modified_at is None


@BODIES
def test_a_line_below_a_picture_that_ends_with_a_credit_is_its_caption(body: str) -> None:
    picture = "<p><img src=/uploads/own.jpg><br><em>Вид с моста. Фото: Анна Ким</em></p>"
    inside = body.replace("</p>", f"</p>{picture}", 1)
    told = read(f"<article class=hentry>{TITLE}{inside}</article>")
    assert told.text.split("\n\n") == SENTENCES[:9]
    assert [(x.caption, x.credit) for x in told.images] == [("Вид с моста.", "Анна Ким")]
