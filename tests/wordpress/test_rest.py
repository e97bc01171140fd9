"""Posts of the REST API: requested so that nothing is missed, read as their pages are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from scrapy.http import HtmlResponse

from kznews.items import Article
from kznews.pages.article import next_page_url, read_article
from kznews.pages.page import NotAnArticle, Page
from kznews.pipelines.clean import CleanPipeline
from kznews.sites.info365 import INFO365, INFO365_KAZ
from kznews.wordpress import rest
from kznews.wordpress.rest import Post, Posts, read_post
from replica import Newsroom
from replica.model import BASE
from replica.routes import respond

SEEN_AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
WAY = {"layout", "provenance", "discovered_via", "fetched_at"}
"""Fields that tell how an article came, not what it is."""
ONLY_THE_API_KNOWS = {"published_at", "modified_at", "date_precision", "date_raw"}
NOW = datetime(2026, 12, 31)  # noqa: DTZ001 (a site's own clock)


def post(**changes: Any) -> dict[str, Any]:
    return {
        "id": 17,
        "date": "2026-11-24T21:37:13",
        "date_gmt": "2026-11-24T16:37:13",
        "modified": "2026-11-24T22:00:00",
        "modified_gmt": "2026-11-24T17:00:00",
        "link": "https://365info.kz/2026/11/slug",
        "title": {"rendered": "Заголовок"},
        "content": {"rendered": "<p>Текст статьи.</p>", "protected": False},
        **changes,
    }


def known(**changes: Any) -> Post:
    found = Post.read(post(**changes))
    assert found
    return found


def read(**changes: Any) -> Article:
    return read_post(known(**changes), INFO365, SEEN_AT)


def posts(found: Sequence[dict[str, Any]]) -> list[Post]:
    return [whole for each in found if (whole := Post.read(each))]


def answer(newsroom: Newsroom, path: str) -> tuple[list[dict[str, Any]], int | None]:
    """Return the posts of an answer of the look-alike, and how many pages it says there are."""
    got = respond(newsroom, path)
    assert isinstance(got.body, str)
    return json.loads(got.body), int(dict(got.headers)["X-WP-TotalPages"])


def page_of(newsroom: Newsroom, path: str, site: Any) -> Page:
    got = respond(newsroom, path)
    assert isinstance(got.body, str)
    body = got.body.replace(BASE, site.root).encode()
    return Page(HtmlResponse(f"{site.root}{path}", body=body, encoding="utf-8"), site, SEEN_AT)


def whole(newsroom: Newsroom, path: str, site: Any) -> list[Page]:
    pages = [page_of(newsroom, path, site)]
    while following := next_page_url(pages[-1]):
        pages.append(page_of(newsroom, following.removeprefix(site.root), site))
    return pages


@pytest.mark.parametrize("edition", ["main", "kaz"])
def test_a_post_is_the_item_that_its_page_gives(edition: Any) -> None:
    newsroom = Newsroom(articles=150, edition=edition)
    site = INFO365 if edition == "main" else INFO365_KAZ
    clean = CleanPipeline().process_article
    query: Posts | None = Posts()
    compared = 0
    while query:
        found, pages = answer(newsroom, query.path().replace(":", "%3A"))
        text = json.dumps(found).replace(BASE, site.root)
        for got in json.loads(text):
            path = urlsplit(got["link"]).path
            try:
                by_post: dict[str, Any] = asdict(clean(read_post(*posts([got]), site, SEEN_AT)))
            except NotAnArticle as error:
                with pytest.raises(NotAnArticle, match=error.reason):
                    read_article(whole(newsroom, path, site))
                continue
            by_page = asdict(clean(read_article(whole(newsroom, path, site))))
            hidden = by_page["provenance"].get("published_at") not in {"json-ld", "meta"}
            skipped = WAY | (ONLY_THE_API_KNOWS if hidden else set())
            if by_page["modified_at"] is None:
                skipped = skipped | {"modified_at"}
            if len(by_page["authors"]) > 1:  # the API names one
                assert by_post["authors"] == by_page["authors"][:1]
                skipped = skipped | {"authors"}
            differing = {
                name: (by_post[name], by_page[name])
                for name in by_post.keys() - skipped
                if by_post[name] != by_page[name]
            }
            assert differing == {}, path
            compared += 1
        query = query.following(posts(found), pages, NOW)
    assert compared > 130


def walk(newsroom: Newsroom, query: Posts, meanwhile: Any = lambda: None) -> list[int]:
    found: list[int] = []
    following: Posts | None = query
    while following:
        some, pages = answer(newsroom, following.path())
        found += [each["id"] for each in some]
        following = following.following(posts(some), pages, NOW)
        meanwhile()
    return found


@pytest.mark.parametrize("by", ["date", "modified"])
@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("size", [1, 99, 100, 101, 250])
def test_a_walk_meets_each_post_once(by: str, newest_first: bool, size: int) -> None:
    newsroom = Newsroom(articles=size, oddities=False)
    met = walk(newsroom, Posts(by=by, newest_first=newest_first))
    assert sorted(met) == sorted(each.id for each in newsroom.posts)


@pytest.mark.parametrize("newest_first", [True, False])
def test_posts_of_one_second_are_met_once_each(newest_first: bool) -> None:
    newsroom = Newsroom(articles=30, oddities=False)
    imported = newsroom.now - timedelta(days=40)
    for number in range(230):
        newsroom.publish(published=imported, title=f"Из старого архива {number}")
    met = walk(newsroom, Posts(newest_first=newest_first))
    assert sorted(met) == sorted(each.id for each in newsroom.posts)


def test_a_walk_through_the_hour_that_came_twice_meets_each_post_once() -> None:
    newsroom = Newsroom(articles=10, oddities=False)
    twice = datetime(2024, 2, 29, 17, 30, tzinfo=UTC)
    for minute in range(0, 120, 1):
        newsroom.publish(published=twice + timedelta(minutes=minute), title=f"Час {minute}")
    met = walk(newsroom, Posts())
    assert sorted(met) == sorted(each.id for each in newsroom.posts)


def test_what_is_published_or_deleted_meanwhile_shifts_nothing() -> None:
    newsroom = Newsroom(articles=350, oddities=False)
    there = [each.id for each in newsroom.posts]
    doomed = newsroom.newest_first[5].id

    def meanwhile() -> None:
        newsroom.publish()
        if newsroom.by_id(doomed):
            newsroom.delete(doomed)

    met = walk(newsroom, Posts(), meanwhile)
    assert len(met) == len(set(met))
    assert set(there) <= set(met)


@pytest.mark.parametrize(
    ("found", "pages", "goes_on"),
    [
        ([], 0, False),
        ([], None, False),
        ([], 3, True),
        ([known()], 1, False),
        ([known()], None, True),
    ],
)
def test_the_end_is_told_by_the_site_s_count_else_by_an_empty_answer(
    found: list[Post], pages: int | None, goes_on: bool
) -> None:
    assert (Posts().following(found, pages, NOW) is not None) == goes_on


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize(
    "lie", ["0001-01-01T00:00:00", "2003-05-01T00:00:00", "9999-12-31T23:59:59"]
)
@pytest.mark.parametrize("place", [0, 50, 99])
def test_a_clock_that_lies_leads_a_walk_past_nothing(
    lie: str, place: int, newest_first: bool
) -> None:
    newsroom = Newsroom(articles=350, oddities=False)
    met: set[int] = set()
    following: Posts | None = Posts(newest_first=newest_first)
    while following:
        some, pages = answer(newsroom, following.path())
        met.update(each["id"] for each in some)
        if len(some) > place:
            some[place]["date"] = lie
        following = following.following(posts(some), pages, NOW)
    assert met == {each.id for each in newsroom.posts}


@pytest.mark.parametrize("order", ["title", "modified", "id"])
def test_a_site_that_sorts_as_it_likes_is_walked_by_the_numbers_of_its_pages(order: str) -> None:
    newsroom = Newsroom(articles=350, oddities=False)
    for place in (150, 250, 330):
        newsroom.edit(newsroom.newest_first[place].id, title="Новый заголовок")
    met: set[int] = set()
    following: Posts | None = Posts()
    while following:
        path = following.path().replace("orderby=date", f"orderby={order}")
        some, pages = answer(newsroom, path)
        met.update(each["id"] for each in some)
        following = following.following(posts(some), pages, NOW)
    assert met == {each.id for each in newsroom.posts}


def test_a_full_answer_is_never_the_last() -> None:
    newsroom = Newsroom(articles=101, oddities=False)
    some, _ = answer(newsroom, Posts().path())
    following = Posts().following(posts(some), 1, NOW)
    assert following
    rest_of, pages = answer(newsroom, following.path())
    assert len(rest_of) == 1
    assert following.following(posts(rest_of), pages, NOW) is None


def test_fewer_posts_at_a_time_are_the_same_posts() -> None:
    (half,) = Posts(page=3).smaller()
    assert (half.size, half.page) == (50, 5)
    parts = Posts(include=tuple(range(120)), size=100).smaller()
    assert [len(part.include) for part in parts] == [50, 50, 20]
    assert Posts(size=rest.SIZES[-1]).smaller() == []


def test_a_type_of_posts_has_its_own_address() -> None:
    assert urlsplit(Posts(route="news").path()).path == "/wp-json/wp/v2/news"


def test_a_request_survives_the_archive() -> None:
    query = Posts(by="modified", newest_first=False, after="2026-11-24T00:00:00Z", exclude=(1, 2))
    assert Posts.from_record(json.loads(json.dumps(query.record()))) == query


def test_a_request_asks_for_no_more_than_is_needed() -> None:
    asked = dict(parse_qsl(urlsplit(Posts(fields=rest.KEYS, exclude=(5, 7)).path()).query))
    assert asked == {
        "per_page": "100",
        "orderby": "date",
        "order": "desc",
        "exclude": "5,7",
        "_fields": rest.KEYS,
    }


def test_every_part_of_a_post_has_its_field() -> None:
    article = read(
        title={"rendered": "&#171;Алтын&#187; &amp; <em>күміс</em>"},
        _embedded={
            "author": [{"id": 4, "name": "Асель &amp; Ко"}],
            "wp:featuredmedia": [
                {
                    "source_url": "https://static.365info.kz/uploads/2026/11/ab-600x400.jpg",
                    "caption": {"rendered": "<p>Площадь. Фото: Иван Петров</p>"},
                }
            ],
            "wp:term": [
                [
                    {
                        "slug": "poslednie-novosti",
                        "name": "Последние новости",
                        "taxonomy": "category",
                    },
                    {"slug": "%D0%BC%D0%B8%D1%80", "name": "Мир", "taxonomy": "category"},
                ],
                [{"slug": "a", "name": "нефть &amp; газ", "taxonomy": "post_tag"}],
                [{"slug": "gallery", "name": "Галерея", "taxonomy": "post_format"}],
            ],
        },
    )
    assert article.title == "«Алтын» & күміс"
    assert article.authors == ["Асель & Ко"]
    assert [(s.slug, s.name) for s in article.sections] == [
        ("poslednie-novosti", "Последние новости"),
        ("мир", "Мир"),
    ]
    assert (article.section, article.tags) == ("Мир", ["нефть & газ"])
    (image,) = article.images
    assert image.url == "https://static.365info.kz/uploads/2026/11/ab.jpg"
    assert (image.caption, image.credit) == ("Площадь.", "Иван Петров")
    assert (article.published_at, article.modified_at, article.date_precision) == (
        "2026-11-24T21:37:13+05:00",
        "2026-11-24T22:00:00+05:00",
        "second",
    )
    assert article.text == article.lead == "Текст статьи."


def test_an_instant_of_the_hour_that_came_twice_is_the_one_in_gmt() -> None:
    first = read(date="2024-02-29T23:30:00", date_gmt="2024-02-29T17:30:00")
    second = read(date="2024-02-29T23:30:00", date_gmt="2024-02-29T18:30:00")
    assert first.published_at == "2024-02-29T23:30:00+06:00"
    assert second.published_at == "2024-02-29T23:30:00+05:00"


@pytest.mark.parametrize(
    "embedded",
    [
        None,
        {},
        {"author": [{"code": "rest_user_invalid_id", "message": "…", "data": {"status": 404}}]},
        {"author": None, "wp:term": None, "wp:featuredmedia": [{"code": "rest_forbidden"}]},
        {"wp:term": [[{"code": "rest_forbidden"}], {"code": "x"}], "author": [None]},
        [],
        "нет",
        7,
        {"author": 5, "wp:term": {"a": {"name": 7}}, "wp:featuredmedia": [{"source_url": 9}]},
        {"author": [{"name": {"a": 1}}], "wp:term": [[{"name": None, "taxonomy": "category"}]]},
        {"wp:featuredmedia": [{"source_url": "http://[bad"}]},
        {"wp:featuredmedia": [{"source_url": "javascript:alert(1)"}]},
    ],
)
def test_what_may_not_be_shown_is_left_out(embedded: Any) -> None:
    article = read(_embedded=embedded, yoast_head_json={"author": "Асель"})
    assert (article.authors, article.images, article.sections) == (["Асель"], [], [])
    assert read(_embedded=embedded).authors == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"content": {"rendered": "", "protected": True}}, "protected"),
        ({"content": {"rendered": "", "protected": False}}, "no_body"),
        ({"content": None}, "no_body"),
        ({"content": []}, "no_body"),
        ({"content": {"rendered": 7}}, "no_body"),
        ({"title": {"rendered": " "}}, "no_title"),
        ({"title": None}, "no_title"),
        ({"title": {"rendered": ["x"]}}, "no_title"),
        ({"link": "https://365info.kz/about"}, "not_an_article"),
        ({"link": "https://365info.kz/2026/11/" + "a" * 3000}, "not_an_article"),
    ],
)
def test_a_post_that_is_no_article_is_told_why(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotAnArticle) as refused:
        read(**changes)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "html",
    [
        "Без абзаца",
        "<p>Первый</div></div><p>Второй",
        "<p>Первый</p><!--nextpage--><p>Второй</p>",
        "<p>Первый\x00</p>\ud83d",
        '<?xml version="1.0" encoding="utf-8"?><p>Первый</p>',
        "<html><body><p>Первый</p></body></html>",
    ],
)
def test_broken_html_loses_no_words(html: str) -> None:
    text = read(content={"rendered": html}).text
    assert [word for word in ("Первый", "Второй", "Без абзаца") if word in html] == [
        word for word in ("Первый", "Второй", "Без абзаца") if word in text
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "17"},
        {"id": True},
        {"id": 0},
        {"date": None},
        {"date_gmt": "вчера"},
        {"date_gmt": "0000-00-00T00:00:00"},
        {"modified_gmt": "2026-11-24T17:00:00Z"},
        {"link": None},
        {"link": {"rendered": "https://365info.kz/2026/11/slug"}},
    ],
)
def test_an_object_without_number_address_or_clocks_is_no_post(changes: dict[str, Any]) -> None:
    assert Post.read(post())
    assert Post.read(post(**changes)) is None


@pytest.mark.parametrize(
    ("object_", "url"),
    [
        (post(date=None), "https://365info.kz/2026/11/slug"),
        (post(link=None), "https://365info.kz/?p=17"),
        (post(link="https://example.org/2026/11/slug"), None),
        ({"advertisement": 1}, None),
        ({"id": "x" * 50}, None),
    ],
)
def test_what_is_no_whole_post_has_a_page_still(object_: dict[str, Any], url: str | None) -> None:
    assert rest.url_of(object_, INFO365) == url


def test_a_value_of_another_type_that_says_the_same_is_read() -> None:
    article = read(
        title="Заголовок &amp; слово",
        content="<p>Текст статьи.</p>",
        _embedded={
            "author": {"0": {"name": "Асель"}},
            "wp:term": [{"name": "Мир", "slug": "mir", "taxonomy": "category"}],
            "wp:featuredmedia": {"source_url": "/wp-content/uploads/2026/11/ab.jpg"},
        },
    )
    assert (article.title, article.text) == ("Заголовок & слово", "Текст статьи.")
    assert (article.authors, article.section) == (["Асель"], "Мир")
    assert [image.url for image in article.images] == [
        "https://365info.kz/wp-content/uploads/2026/11/ab.jpg"
    ]


def test_half_a_character_costs_itself() -> None:
    half = "\ud83d"
    article = read(
        link=f"https://365info.kz/2026/11/slug{half}",
        title={"rendered": f"За{half}головок"},
        content={"rendered": f"<p>Текст {half}статьи.</p>"},
        _embedded={
            "wp:term": [[{"name": "Мир", "slug": f"mir{half}", "taxonomy": "category"}]],
            "wp:featuredmedia": [{"source_url": f"https://365info.kz/a{half}.jpg"}],
        },
    )
    assert (article.url, article.title, article.text) == (
        "https://365info.kz/2026/11/slug",
        "Заголовок",
        "Текст статьи.",
    )
    assert article.sections[0].slug == "mir"
    assert article.images[0].url == "https://365info.kz/a.jpg"


@pytest.mark.parametrize("absurd", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_an_absurd_date_gives_way_to_the_next_best(absurd: str) -> None:
    by_clock = read(date_gmt=absurd)
    assert (by_clock.published_at, by_clock.date_precision) == (
        "2026-11-24T21:37:13+05:00",
        "second",
    )
    by_address = read(date_gmt=absurd, date=absurd, modified_gmt=absurd)
    assert (by_address.published_at, by_address.date_precision) == ("2026-11", "month")
    assert by_address.provenance["published_at"] == "url"
    assert by_address.modified_at is None


def test_a_date_that_fits_the_address_is_better() -> None:
    assert read(date_gmt="2020-01-01T00:00:00").published_at == "2026-11-24T21:37:13+05:00"


@pytest.mark.parametrize(
    ("changed", "keeps"),
    [("2026-11-24T17:00:01", True), ("2026-11-24T17:00:00", False), ("2013-01-01T00:00:00", False)],
)
def test_an_old_wordpress_is_known_by_answers_to_another_question(
    changed: str, keeps: bool
) -> None:
    query = Posts(by="modified", newest_first=False, after="2026-11-24T17:00:00Z")
    assert rest.are_changes([known(modified_gmt=changed)], query) == keeps
    assert rest.are_changes([], query)
