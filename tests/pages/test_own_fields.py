"""Pages of general themes: each field is the article's own, never that of another one's card."""

from __future__ import annotations

import pytest

import kznews
from kznews import Article, NotAnArticle
from tests.pages.test_unknown_themes import SENTENCES, TITLE, URL, paragraphs, read

TEXT = f"<div class=entry-content>{paragraphs(0, 9)}</div>"
"""A body by WordPress's own name."""
PLAIN_TEXT = f"<div>{paragraphs(0, 9)}</div>"
"""A body that no known theme has."""
WINDOW = "<title>Заметка о реке</title>"
MONTH = "2024-03"
"""All that the address tells of the date."""
DAY = "<time datetime=2024-03-05T09:05:00+05:00></time>"
LATER = DAY.replace("03-05", "03-09")
AT_FIVE_PAST_NINE = "2024-03-05T09:05:00+05:00"
WORDS, LATER_WORDS = "5 марта 2024, 09:05", "9 марта 2024, 10:00"


def fields(author: str, section: str, tag: str, day: int, picture: str) -> str:
    return (
        f"<span class=byline><a rel=author href=/author/a/>{author}</a></span>"
        f"<a rel='category tag' href=/category/c/>{section}</a> <a rel=tag href=/t/t/>{tag}</a>"
        f"<time class=entry-date datetime=2024-03-{day:02}T09:05:00+05:00></time>"
        f"<div class=post-thumbnail><img class=wp-post-image src=/uploads/{picture}.jpg></div>"
    )


OWN = fields("Иван Петров", "Город", "мост", 5, "own")
OTHER = fields("Мария Ким", "Мир", "море", 9, "other")
CARD = f"<h2 class=entry-title><a href=/mir/drugaya>Другая заметка</a></h2>{OTHER}"
EXCERPT = f"<div class=entry-content>{paragraphs(20, 21)}</div>"


def pictures(article: Article) -> list[str]:
    return [image.url.rpartition("/")[2] for image in article.images]


KNOWN = f"<article class=hentry>{TEXT}</article>"
POST = f"<div class='post hentry'>{TITLE}{OWN}{TEXT}</div>"
HEADER = f"<header>{TITLE}{OWN}</header>"
CARDS = f"<article class='hentry slides'>{CARD}</article>"
LONG_CARDS = f"<article class='hentry slides'>{CARD}{EXCERPT}</article>"


@pytest.mark.parametrize(
    "page",
    [
        f"{CARDS}<article class=hentry>{TITLE}{OWN}{TEXT}</article>",
        f"{LONG_CARDS}<article class=hentry>{TITLE}{OWN}{TEXT}</article>",
        f"<main>{POST}{CARDS}</main>",
        f"<main>{POST}{LONG_CARDS}</main>",
        f"{HEADER}<main>{KNOWN}{LONG_CARDS}</main>",
        f"{HEADER}<div>{CARDS}</div><main>{KNOWN}</main>",
        f"{HEADER}<main>{KNOWN}</main><div class=latest>{CARD}</div>",
        f"<div class=post-header>{TITLE}</div>{OWN}{KNOWN}{LONG_CARDS}",
    ],
    ids=[
        "card first",
        "card with text first",
        "card behind a post",
        "card with text behind a post",
        "title outside, card behind",
        "title outside, card between",
        "title outside, card without a mark behind",
        "fields between title and article",
    ],
)
def test_the_article_is_the_element_with_the_page_s_text_and_title(page: str) -> None:
    told = read(page)
    assert told.title == "Заметка о реке"
    assert told.authors == ["Иван Петров"]
    assert [section.name for section in told.sections] == ["Город"]
    assert told.tags == ["мост"]
    assert told.published_at == "2024-03-05T09:05:00+05:00"
    assert pictures(told) == ["own.jpg"]
    assert told.text.split("\n\n") == SENTENCES[:9]


@pytest.mark.parametrize(
    "card",
    [
        "<div class='item post-9'>{}</div>",
        "<div id=post-9>{}</div>",
        "<div class='wp-block-post x'>{}</div>",
    ],
)
@pytest.mark.parametrize("body", [TEXT, PLAIN_TEXT], ids=["known body", "unknown body"])
@pytest.mark.parametrize("place", ["{card}{title}{own}{body}", "{title}{own}{body}{card}"])
def test_what_wordpress_calls_another_post_tells_nothing_of_this_one(
    card: str, body: str, place: str
) -> None:
    own = f"<p>Автор: Иван Петров</p><p>{DAY}</p>"
    inside = place.format(card=card.format(OTHER), title=TITLE, own=own, body=body)
    page = f"<article class='hentry post-7'>{inside}</article>"
    told = read(page, classes="single-post postid-7")
    assert (told.authors, told.sections, told.tags) == (["Иван Петров"], [], [])
    assert pictures(told) == []
    assert told.published_at == AT_FIVE_PAST_NINE


def test_the_page_s_own_number_marks_no_card() -> None:
    page = f"<article class=hentry><div class=post-7>{OWN}</div>{TITLE}{TEXT}</article>"
    told = read(page, classes="single-post postid-7")
    assert (told.authors, told.tags, pictures(told)) == (["Иван Петров"], ["мост"], ["own.jpg"])


def test_the_post_with_the_title_is_the_article_whatever_its_number() -> None:
    page = f"<article class='hentry post-8'>{TITLE}{OWN}{TEXT}</article>"
    told = read(page, classes="single-post postid-7")
    assert (told.authors, told.tags, pictures(told)) == (["Иван Петров"], ["мост"], ["own.jpg"])


@pytest.mark.parametrize(
    "line",
    [
        f"<a href={URL}>{DAY}</a>",
        f"<a href={URL}/#respond>{DAY}</a>",
        f"<a href=/2024/03/>{DAY}</a>",
        f"<a href=/2024/03/05/>{DAY}</a>",
        f"<p><a href=/2024/03/>{WORDS}</a></p>",
        f"<ul><li>{DAY}</li><li>Город</li></ul>",
        f"<ul><li><span>{WORDS}</span></li><li>Город</li></ul>",
        f"<ul><li><a href=/2024/03/>{DAY}</a></li></ul>",
    ],
)
def test_a_date_in_a_link_to_the_page_or_to_its_day_or_in_a_plain_list_is_the_page_s(
    line: str,
) -> None:
    told = read(f"<article>{TITLE}{line}{PLAIN_TEXT}</article>")
    assert told.published_at == AT_FIVE_PAST_NINE


@pytest.mark.parametrize(
    "card",
    [
        f"<a href=/2024/03/drugaya>{LATER}</a>",
        f"<p><a href=/2024/03/drugaya>{LATER_WORDS}</a></p>",
        f"<ul><li><h3>Другая</h3>{LATER}</li></ul>",
        f"<ul><li><img src=/uploads/b.jpg>{LATER}</li></ul>",
        f"<ul><li><p>Другая</p>{LATER}</li></ul>",
        f"<ul><li><a href=/2024/03/drugaya>Другая</a> {LATER}</li></ul>",
        f"<div class=related-posts><b>Другая</b> {LATER}</div>",
    ],
)
@pytest.mark.parametrize("day", [DAY, f"<p>{WORDS}</p>"], ids=["time", "words"])
def test_a_date_in_a_card_or_a_link_to_another_article_is_not_the_page_s(
    card: str, day: str
) -> None:
    told = read(f"<article>{TITLE}{card}<div>{day}</div>{PLAIN_TEXT}</article>")
    assert told.published_at == AT_FIVE_PAST_NINE


@pytest.mark.parametrize(
    ("edited", "published"),
    [
        (f"<p><time class=updated>{LATER_WORDS}</time></p>", f"<p>{WORDS}</p>"),
        (f"<span class=modified-date>{LATER}</span>", f"<span>{DAY}</span>"),
        (f"<span class=updated><b>{LATER}</b></span>", f"<span>{DAY}</span>"),
        (f"<p>Обновлено {LATER_WORDS}</p>", f"<p>{WORDS}</p>"),
        (f"<p>Жаңартылды: {LATER_WORDS}</p>", f"<p>Жарияланды: {WORDS}</p>"),
        (f"<p><span class=last-updated>{LATER_WORDS}</span></p>", f"<p>{WORDS}</p>"),
    ],
)
def test_the_day_of_an_edit_is_taken_if_no_other_is_told(edited: str, published: str) -> None:
    both, alone = (
        read(f"<article>{TITLE}{line}{PLAIN_TEXT}</article>").published_at
        for line in (edited + published, edited)
    )
    assert both == AT_FIVE_PAST_NINE
    assert alone
    assert alone.startswith("2024-03-09")


def test_a_theme_s_day_of_an_edit_comes_after_that_of_publication() -> None:
    edited = LATER.replace("<time", "<time class='entry-date updated'")
    published = DAY.replace("<time", "<time class='entry-date published'")
    page = f"<article class=hentry>{TITLE}{{}}{TEXT}</article>"
    assert read(page.format(edited + published)).published_at == AT_FIVE_PAST_NINE
    assert read(page.format(edited)).published_at == "2024-03-09T09:05:00+05:00"


def test_wordpress_s_block_with_the_day_of_an_edit_is_not_the_publication() -> None:
    edited = "wp-block-post-date__modified-date wp-block-post-date"
    blocks = f"<div class='{edited}'>{LATER}</div><div class=wp-block-post-date>{DAY}</div>"
    told = read(f"<article class=hentry>{TITLE}{blocks}{TEXT}</article>")
    assert told.published_at == AT_FIVE_PAST_NINE


@pytest.mark.parametrize("class_", ["entry-date", "day"])
def test_a_ticker_in_the_page_s_header_gives_way_to_the_article_s_date(class_: str) -> None:
    ticker = LATER.replace("<time", "<time class=entry-date")
    header = f"<header><div><a href=/mir/drugaya>Другая</a> {ticker}</div></header>"
    own = DAY.replace("<time", f"<time class={class_}")
    told = read(f"{header}<article class=hentry>{TITLE}{own}{TEXT}</article>")
    assert told.published_at == AT_FIVE_PAST_NINE


def test_one_line_by_the_title_tells_the_date_and_the_author_among_others() -> None:
    line = "Опубликовано: 05.03.2024 в 09:05 | Просмотров: 1523 | Автор: Иван Петров"
    told = read(f"<div>{TITLE}<div>{line}</div>{PLAIN_TEXT}</div>")

    assert (told.published_at, told.authors) == (AT_FIVE_PAST_NINE, ["Иван Петров"])


@pytest.mark.parametrize(
    "line",
    ["Алматы, 5 марта 2024, 09:05", "5 марта 2024, 09:05, Алматы", "Алматы, 05.03.2024 09:05"],
)
def test_a_place_beside_a_date_leaves_it_one(line: str) -> None:
    told = read(f"<div>{TITLE}<span>{line}</span>{PLAIN_TEXT}</div>")

    assert told.published_at == AT_FIVE_PAST_NINE


@pytest.mark.parametrize("clock", ["09:05 мск", "09:05 MSK", "09:05 (Москва)"])
def test_a_zone_behind_a_clock_is_no_place(clock: str) -> None:
    told = read(f"<div>{TITLE}<span>5 марта 2024, {clock}</span>{PLAIN_TEXT}</div>")

    assert told.published_at != AT_FIVE_PAST_NINE


@pytest.mark.parametrize(("day", "told"), [("05/03/2024", MONTH), ("31/03/2024", "2024-03-31")])
def test_a_day_with_slashes_is_no_date_where_the_month_may_come_first(day: str, told: str) -> None:
    page = f"<div>{TITLE}<span>{day}</span>{PLAIN_TEXT}</div>"
    html = f"<html lang={{}}><head>{WINDOW}</head><body>{page}</body></html>"

    assert kznews.read(html.format("en-US"), URL).published_at == told
    assert (kznews.read(html.format("ru"), URL).published_at or "") > MONTH


def test_a_date_in_a_caption_is_not_the_page_s() -> None:
    caption = "Радио города | 05.03.2024 | Иван Петров рассказывает о реке и о новом мосте"
    picture = f"<figure><img src=/a.jpg><figcaption>{caption}</figcaption></figure>"

    assert read(f"<div>{TITLE}{picture}{PLAIN_TEXT}</div>").published_at == MONTH


def test_a_date_beside_a_heading_in_one_element_with_the_text_is_in_a_line_of_its_own() -> None:
    text = "<br><br>".join(SENTENCES[:9])
    told = read(f"<div><span>05.03.2024 09:05</span>{TITLE}{text}</div>")

    assert told.published_at == AT_FIVE_PAST_NINE


@pytest.mark.parametrize(
    "date",
    ["<abbr class=published title={}>09:05</abbr>", "<abbr itemprop=datePublished title={}>"],
)
def test_an_abbreviation_tells_the_date_in_its_title(date: str) -> None:
    own = date.format("2024-03-05T09:05:00+05:00")

    assert read(f"<article class=hentry>{TITLE}{own}{TEXT}</article>").published_at == (
        AT_FIVE_PAST_NINE
    )


@pytest.mark.parametrize("words", [WORDS, "5 марта"])
@pytest.mark.parametrize("page", ["{own}{text}{other}", "{other}{own}{text}"])
def test_a_date_in_words_by_the_title_goes_before_a_time_far_from_it(page: str, words: str) -> None:
    other = f"<div class=item><b><a href=/mir/drugaya>Другая</a></b> <i>{LATER}</i></div>"
    own = f"<div>{TITLE}<span class=day>{words}</span></div>"
    told = read(page.format(own=own, text=PLAIN_TEXT, other=other))

    assert (told.published_at or "").startswith("2024-03-05")


@pytest.mark.parametrize(
    ("lines", "published"),
    [
        ("<p>9 марта 2024</p><div>{}</div>", AT_FIVE_PAST_NINE),
        ("<p>5 марта 2024</p><div>Иван Петров {}</div>", AT_FIVE_PAST_NINE),
        ("<p>9 марта 2024, 10:00</p><div>{}</div>", "2024-03-09T10:00:00+05:00"),
        ("<p>Река | 9 марта 2024</p><div>{}</div>", "2024-03-09"),
        ("<p>9 марта 2024</p><div>Обновлено: {}</div>", "2024-03-09"),
        ("<p>9 марта 2024</p><div class=updated>{}</div>", "2024-03-09"),
        (f"<p>9 марта 2024</p>{PLAIN_TEXT}<div>{{}}</div>", "2024-03-09"),
    ],
)
def test_a_bare_day_below_the_title_gives_way_to_a_time_above_the_text(
    lines: str, published: str
) -> None:
    time = DAY.replace("></time>", ">5 марта 2024</time>")
    told = read(f"<div>{TITLE}{lines.format(time)}{PLAIN_TEXT}</div>")
    assert told.published_at == published


def test_a_short_part_of_a_long_line_is_the_date() -> None:
    rest = "Что будет с мостом, с паромом и с объездом, пока река не вернётся в берега"
    line = f"<span>{rest}</span> {{0}} <span>{WORDS}</span> {{0}} <span>{rest}</span>"
    for sign, published in (("|", AT_FIVE_PAST_NINE), ("•", AT_FIVE_PAST_NINE), (",", MONTH)):
        told = read(f"<article>{TITLE}<p>{line.format(sign)}</p>{PLAIN_TEXT}</article>")
        assert told.published_at == published


@pytest.mark.parametrize(
    ("link", "authors"),
    [
        ("Больше от Иван Петров", ["Иван Петров"]),
        ("от Иван Петров", ["Иван Петров"]),
        ("Посмотреть все записи автора Иван Петров.", ["Иван Петров"]),
        ("Все статьи автора: Иван Петров", ["Иван Петров"]),
        ("Посмотреть архив →", ["Асель Ким"]),
        ("Все записи", ["Асель Ким"]),
        ("Иван Петров и Мария Ким", ["Иван Петров", "Мария Ким"]),
        ("Иван Петров, Мария Ким", ["Иван Петров", "Мария Ким"]),
        ("Иван Петров и Мария Ким, Анна Ли", ["Иван Петров", "Мария Ким", "Анна Ли"]),
    ],
)
@pytest.mark.parametrize("body", [TEXT, PLAIN_TEXT], ids=["known body", "unknown body"])
def test_a_link_to_an_author_s_articles_is_read_for_its_name(
    body: str, link: str, authors: list[str]
) -> None:
    by = f"<div class=by><a rel=author href=/team/a/>{link}</a></div><p>Автор: Асель Ким</p>"
    assert read(f"<article class=hentry>{TITLE}{by}{body}</article>").authors == authors


def test_degrees_behind_a_name_are_no_authors() -> None:
    by = "<a rel=author href=/team/a/>Ilana Muhlstein, MS, RDN</a>"
    told = read(f"<article class=hentry>{TITLE}{by}{TEXT}</article>")
    assert told.authors == ["Ilana Muhlstein, MS, RDN"]


@pytest.mark.parametrize(
    "by",
    [
        "<p class=byline><span class=screen-reader-text>Опубликовал</span> Иван Петров</p>",
        "<p><a href=/author/petrov/>Иван Петров</a></p>",
        "<p><a href=/author/petrov/><img src=/a.jpg></a> <a href=/author/petrov/>Иван Петров</a>",
        "<div class=box><h4 class=author-box-name>Иван Петров</h4></div>",
    ],
)
@pytest.mark.parametrize("body", [TEXT, PLAIN_TEXT], ids=["known body", "unknown body"])
def test_marks_of_a_byline_tell_the_author(body: str, by: str) -> None:
    told = read(f"<article class=hentry>{TITLE}{by}{body}</article>")
    assert told.authors == ["Иван Петров"]
    assert told.provenance["authors"] == "byline"


@pytest.mark.parametrize("address", ["/tag/most/", "/category/gorod/"])
@pytest.mark.parametrize("body", [TEXT, PLAIN_TEXT], ids=["known body", "unknown body"])
def test_what_the_article_is_filed_under_is_no_author(body: str, address: str) -> None:
    filed = f"<p class=author-tags><a href={address}>Старый мост</a></p>"
    assert read(f"<article class=hentry>{TITLE}{body}{filed}</article>").authors == []


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("<b class=author>Иван Петров, корреспондент</b>", ["Иван Петров"]),
        ("<b class=author>Иван Петров, Анна Ли</b>", ["Иван Петров", "Анна Ли"]),
        ("<b class=author>Иван Петров, dpa</b>", ["Иван Петров", "dpa"]),
        ("<b class=author>Иван Петров / Вестник</b>", ["Иван Петров"]),
        ("<div class=author__name><a href=/a/5>Иван Петров</a><i>Обозреватель</i></div>",
         ["Иван Петров"]),
        ("<div class=author__name><a href=/t/5>#мост</a></div>", []),
        ("<a href=/authors/12>Иван Петров</a>", ["Иван Петров"]),
        ("<div>Мақала авторы: Иван Петров</div>", ["Иван Петров"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["{byline}{text}", "{text}<div class=author-box>{byline}</div>"])
def test_a_byline_names_its_authors_however_it_is_written(
    place: str, byline: str, authors: list[str]
) -> None:
    head = f"{WINDOW}<meta property=og:site_name content=Вестник>"
    page = f"<div>{TITLE}{place.format(byline=byline, text=PLAIN_TEXT)}</div>"

    assert read(page, head).authors == authors


def test_the_credit_of_a_picture_is_no_author() -> None:
    credit = (
        "<div class=picture><img src=/a.jpg><div class=picture-author>Фото: Иван Ким</div></div>"
    )
    assert read(f"<article>{TITLE}{credit}{PLAIN_TEXT}</article>").authors == []


def test_a_link_to_another_article_s_author_is_no_byline() -> None:
    card = "<article><h3>Другая</h3><a href=/author/kim/>Мария Ким</a></article>"
    related = "<div class=related-posts><a href=/author/kim/>Мария Ким</a></div>"
    for beside in (card, related):
        assert read(f"<article>{TITLE}{PLAIN_TEXT}{beside}</article>").authors == []


THING = "itemscope itemtype=https://schema.org/NewsArticle"


@pytest.mark.parametrize(
    "day",
    ["<meta itemprop=datePublished content={}>", "<span itemprop=datePublished content={}></span>"],
)
@pytest.mark.parametrize("body", [TEXT, PLAIN_TEXT], ids=["known body", "unknown body"])
def test_of_several_things_the_one_with_the_title_tells_the_date(day: str, body: str) -> None:
    card = f"<div {THING}><a href=/mir/drugaya>Другая</a>{day.format('2024-03-09T10:00')}</div>"
    own = f"<div {THING}>{TITLE}{day.format('2024-03-05T09:05')}{body}</div>"
    silent = f"<div {THING}>{TITLE}{DAY}{body}</div>"
    assert read(card + own).published_at == AT_FIVE_PAST_NINE
    assert read(card + silent).published_at == AT_FIVE_PAST_NINE


def test_of_several_things_the_one_with_the_body_tells_the_date() -> None:
    day = "<meta itemprop=datePublished content={}>"
    card = f"<div {THING}><a href=/mir/drugaya>Другая</a>{day.format('2024-03-09T10:00')}</div>"
    body = f"<div itemprop=articleBody>{paragraphs(0, 9)}</div>"
    own = f"{TITLE}<div {THING}>{day.format('2024-03-05T09:05')}{body}</div>"
    assert read(card + own).published_at == AT_FIVE_PAST_NINE


def test_a_thing_that_names_another_address_tells_nothing_of_the_article() -> None:
    name = "<span itemprop=author>{}</span><meta itemprop=datePublished content=2024-03-09T10:00>"
    card = (
        f"<div {THING}><a itemprop=url href=/mir/drugaya>Другая</a>{name.format('Мария Ким')}</div>"
    )
    told = read(f"{TITLE}<p>{WORDS}</p><p>Автор: Иван Петров</p>{PLAIN_TEXT}{card}")

    assert told.authors == ["Иван Петров"]
    assert told.published_at == AT_FIVE_PAST_NINE


def test_of_two_spellings_of_a_date_in_microdata_the_sharper_one_counts() -> None:
    day = "<time itemprop=datePublished datetime=2024-03-05>5 марта</time>"
    clock = "<meta itemprop=datePublished content=2024-03-05T09:05:00+05:00>"
    told = read(f"<div {THING}>{TITLE}{day}{clock}{PLAIN_TEXT}</div>")

    assert told.published_at == AT_FIVE_PAST_NINE


@pytest.mark.parametrize(
    "line",
    ["<div><i>Вчера</i> <span>Автор: Иван Петров</span></div>", "<p>Автор: Иван Петров</p>"],
    ids=["part of a line", "line"],
)
def test_a_signed_line_goes_before_the_marks_of_other_people(line: str) -> None:
    other = "<div class=columns><a rel=author href=/author/m/>Мария Ким</a></div>"

    assert read(f"<div>{TITLE}{line}{PLAIN_TEXT}</div>{other}").authors == ["Иван Петров"]


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("<a href=/author/i/>Иван Петров</a>", ["Иван Петров"]),
        ("<a href=/author/i/>Иван Петров</a><p><a href=/author/a/>Анна Ли</a></p>", ["Мария Ким"]),
        ("<i>Город</i>", ["Мария Ким"]),
    ],
)
def test_the_only_link_to_an_author_by_the_title_goes_before_marks_far_from_it(
    byline: str, authors: list[str]
) -> None:
    other = "<div class=columns><b class=author>Мария Ким</b></div>"
    told = read(f"<div>{TITLE}<div>{byline}</div>{PLAIN_TEXT}</div>{other}")
    assert told.authors == authors


def test_of_several_things_the_one_with_the_title_tells_the_author() -> None:
    name = "<meta itemprop=author content='{}'>"
    card = f"<div {THING}><a href=/mir/drugaya>Другая</a>{name.format('Мария Ким')}</div>"
    own = f"<div {THING}>{TITLE}{name.format('Иван Петров')}{PLAIN_TEXT}</div>"
    assert read(card + own).authors == ["Иван Петров"]


@pytest.mark.parametrize(
    ("filed", "section", "tags"),
    [
        ("<p><a href=/category/gorod/>Город</a> <a href=/tag/most/>#мост</a></p>", "Город",
         ["мост"]),
        ("<p>Об этом: <a href=/tag/most/>мост</a>, <a href=/tag/led/>лёд</a></p>", None,
         ["мост", "лёд"]),
        ("<p>Теги: <a href=/tags/most>мост</a>, <a href=/tags/led>лёд</a></p>", None,
         ["мост", "лёд"]),
        ("<p><a href=https://instagram.com/explore/tags/x>@наш</a></p>", None, []),
        ("<p>Ещё в рубрике <a href=/category/mir/>Мир</a> и <a href=/tag/led/>лёд</a>.</p>", None,
         []),
        ("<div class=related-posts><a href=/category/mir/>Мир</a> <a href=/tag/a/>лёд</a></div>",
         None, []),
        ("<article><h3>Другая</h3><a href=/category/mir/>Мир</a> <a href=/tag/a/>лёд</a></article>",
         None, []),
        ("<aside><h3>Другая</h3><a href=/category/mir/>Мир</a> <a href=/tag/a/>лёд</a></aside>",
         None, []),
        ("<aside><a href=/category/gorod/>Город</a> <a href=/tag/most/>мост</a></aside>", "Город",
         ["мост"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("body", [TEXT, PLAIN_TEXT], ids=["known body", "unknown body"])
def test_usual_addresses_tell_section_and_tags(
    body: str, filed: str, section: str | None, tags: list[str]
) -> None:
    told = read(f"<article class=hentry>{TITLE}{body}{filed}</article>")
    assert (told.section, told.tags) == (section, tags)
    assert told.provenance.get("tags") == ("address" if tags else None)
    assert told.provenance.get("sections") == ("address" if section else None)


@pytest.mark.parametrize("name", ["tags", "post-tags", "article__tags", "tag-list"])
@pytest.mark.parametrize("place", ["{}", "<aside><h3>Другая</h3>{}</aside>"])
def test_what_a_theme_calls_tags_are_the_article_s(place: str, name: str) -> None:
    tags = f"<div class={name}>Темы: <a href=/theme/most>мост</a>, <a href=/theme/r>река</a></div>"
    told = read(f"<article>{TITLE}{PLAIN_TEXT}{place.format(tags)}</article>")

    assert told.tags == (["мост", "река"] if place == "{}" else [])


@pytest.mark.parametrize(
    "trail",
    [
        "<div class=breadcrumbs><a href=/>Главная</a> / <a href=/gorod>Город</a> / Заметка</div>",
        (
            "<ul id=breadcrumb><li><a href=/>Главная</a></li><li><a href=/n>Новости</a></li>"
            "<li><a href=/gorod>Город</a></li><li><a href={url}>Заметка</a></li></ul>"
        ),
    ],
)
def test_the_visible_way_to_the_page_tells_its_section(trail: str) -> None:
    told = read(f"<div>{trail.format(url=URL)}{TITLE}{PLAIN_TEXT}</div>")

    assert (told.section, told.provenance["sections"]) == ("Город", "trail")


@pytest.mark.parametrize(
    ("filed", "section", "tags"),
    [
        ("<a rel=tag href=/category/gorod/>Город</a> <a rel=tag href=/t/m/>мост</a>", "Город",
         ["мост"]),
        ("<a rel=tag href=/t/m/>#мост</a> <a rel=tag href=/t/l/># лёд</a>", None, ["мост", "лёд"]),
        ("<aside><a rel='category tag' href=/c/>Город</a> <a rel=tag href=/t/m/>мост</a></aside>",
         "Город", ["мост"]),
        ("<aside><h3>Другая</h3><a rel='category tag' href=/c/>Мир</a> <a rel=tag href=/t/>лёд</a>",
         None, []),
    ],
)  # fmt: skip
def test_links_that_call_themselves_tags(filed: str, section: str | None, tags: list[str]) -> None:
    told = read(f"<article class=hentry>{TITLE}{TEXT}{filed}</article>")
    assert (told.section, told.tags) == (section, tags)


@pytest.mark.parametrize("classes", ["has-sidebar", "has-breadcrumbs"])
def test_classes_of_the_whole_page_hide_nothing(classes: str) -> None:
    filed = "<p><a rel='category tag' href=/c/>Город</a> <a rel=tag href=/t/m/>мост</a></p>"
    told = read(f"{TITLE}{PLAIN_TEXT}{filed}", "<title>Газета</title>", classes)
    assert (told.title, told.section, told.tags) == ("Заметка о реке", "Город", ["мост"])


THUMBNAIL = "<img class=wp-post-image src=/uploads/{}.jpg>"


@pytest.mark.parametrize(
    "page",
    [
        f"<div class=hero>{{}}</div><article class=hentry>{TITLE}{TEXT}</article>",
        f"<div class=hero>{{}}</div><article>{TITLE}{PLAIN_TEXT}</article>",
        f"<a href={URL}>{{}}</a><article class=hentry>{TITLE}{TEXT}</article>",
        f"<article><div class=hero>{{}}</div>{TITLE}{PLAIN_TEXT}</article>",
    ],
)
def test_the_picture_of_the_article_may_stand_above_it_or_in_an_unknown_theme(page: str) -> None:
    card = f"<div><a href=/mir/drugaya>{THUMBNAIL.format('other')}</a></div>"
    told = read(card + page.format(THUMBNAIL.format("own")))
    assert pictures(told) == ["own.jpg"]
    assert told.provenance["images"] == "thumbnail"


def test_the_picture_of_a_page_without_an_element_of_the_article_s_is_known() -> None:
    assert pictures(read(f"{TITLE}{THUMBNAIL.format('own')}{PLAIN_TEXT}")) == ["own.jpg"]


@pytest.mark.parametrize("body", [TEXT, PLAIN_TEXT], ids=["known body", "unknown body"])
@pytest.mark.parametrize(
    "beside",
    [
        "<div><a href=/mir/drugaya>{}</a></div>",
        "<ul><li>{}</li></ul>",
        "<aside>{}</aside>",
        "<div class=related-posts>{}</div>",
    ],
)
def test_a_picture_of_another_article_is_not_the_article_s(beside: str, body: str) -> None:
    others = beside.format(THUMBNAIL.format("other"))
    told = read(f"{others}<article class=hentry>{TITLE}{body}</article>{others}")
    assert pictures(told) == []


def test_the_caption_of_a_figure_of_amp_is_the_picture_s() -> None:
    head = f"{WINDOW}<meta property=og:image content=/uploads/a.jpg>"
    caption = "<p class=wp-caption-text>Река. Фото: Иван</p>"
    figure = f"<figure class=amp-wp-article-featured-image><img src=/uploads/a.jpg>{caption}"
    told = read(f"<article>{TITLE}{figure}</figure>{PLAIN_TEXT}</article>", head)
    assert (told.images[0].caption, told.images[0].credit) == ("Река.", "Иван")


def test_a_topic_of_a_forum_is_no_article() -> None:
    page = f"<article class=hentry>{TITLE}{TEXT}</article>"
    with pytest.raises(NotAnArticle, match="the page calls itself bbpress"):
        read(page, classes="single bbpress")


def test_a_product_is_doubted() -> None:
    told = read(f"<article class=hentry>{TITLE}{TEXT}</article>", classes="single single-product")
    assert told.suspect == "the page is an event's or a product's: its fields are not read"


FORM = "<form class=post-password-form action=/wp-login.php?action=postpass></form>"


@pytest.mark.parametrize("body", [TEXT, PLAIN_TEXT], ids=["known body", "unknown body"])
def test_a_form_that_asks_for_another_article_s_password_refuses_nothing(body: str) -> None:
    cards = (
        f"<article class=hentry><h2><a href=/mir/drugaya>Другая</a></h2>{FORM}</article>",
        f"<div class=post-9><h3>Другая</h3>{FORM}</div>",
        f"<aside><h3>Другая</h3>{FORM}</aside>",
    )
    for card in cards:
        page = f"<main><article class='hentry post-7'>{TITLE}{body}</article>{card}</main>"
        told = read(page, classes="single-post postid-7")
        assert told.text.split("\n\n") == SENTENCES[:9]


@pytest.mark.parametrize(
    "page",
    [
        f"<article class=hentry>{TITLE}<div class=entry-content>{FORM}</div></article>",
        f"<article>{TITLE}{FORM}</article>",
        f"{TITLE}<div>{FORM}</div>",
    ],
)
def test_a_form_that_asks_for_the_article_s_password_refuses_it(page: str) -> None:
    with pytest.raises(NotAnArticle, match="password"):
        read(page)


@pytest.mark.parametrize("body", [TEXT, PLAIN_TEXT], ids=["known body", "unknown body"])
def test_a_title_in_the_second_rank_that_the_window_repeats_is_not_doubted(body: str) -> None:
    other = "<h1><a href=/oblast>Ещё новости области</a></h1>"
    own = f"<h2 class=entry-title>Мост через реку откроют весной</h2>{body}"
    page = f"{other}<article class=hentry>{own}</article>"
    told = read(page, "<title>Мост через реку откроют весной</title>")
    assert told.title == "Мост через реку откроют весной"
    assert told.suspect is None
