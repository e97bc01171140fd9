"""Feeds of real servers: RSS and Atom, broken, packed, with impossible dates."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from kznews.sites.info365 import INFO365
from kznews.wordpress.rss import NoFeedError, is_cut, read_feed
from replica import Newsroom
from replica.routes import respond

MOST = 1_000_000


@pytest.mark.parametrize("kind", ["", "atom/"])
def test_a_feed_names_its_articles(kind: str) -> None:
    newsroom = Newsroom(articles=30)
    body = respond(newsroom, f"/feed/{kind}").body
    assert isinstance(body, str)
    entries = read_feed(body.encode(), INFO365.at("https://replica.example"), MOST)
    assert len(entries) == 0  # another site's addresses are no articles of this one
    body = body.replace("@@BASE@@", "https://365info.kz")
    entries = read_feed(body.encode(), INFO365, MOST)
    newest = [post.id for post in newsroom.newest_first[:10]]
    assert [entry.post for entry in entries] == newest


NO_FEEDS = (
    b"",
    b"<html><body>404</body></html>",
    b"{}",
    b"/etc/hostname",
    "<rss version='2.0' xmlns:a='b\u2003c\u2003d'><channel><a:x/></channel></rss>".encode(),
)


@pytest.mark.parametrize("body", NO_FEEDS)
def test_what_is_no_feed_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(NoFeedError, match="no feed"):
        read_feed(body, INFO365, MOST)


def test_a_broken_feed_is_read_as_far_as_it_goes() -> None:
    item = (
        "<item><title>Цена & качество</title><link>https://365info.kz/2026/11/slug?utm_source=rss"
        "</link><guid isPermaLink='false'>https://365info.kz/?p=5</guid>"
        "<pubDate>Tue, 24 Nov 2026 16:37:13 +0000</pubDate></item>"
    )
    entries = read_feed(
        f"\n\ufeff<rss version='2.0'><channel>{item}<item>\x01".encode(), INFO365, MOST
    )
    assert [(e.url, e.post, e.published) for e in entries[:1]] == [
        ("https://365info.kz/2026/11/slug", 5, datetime(2026, 11, 24, 16, 37, 13, tzinfo=UTC))
    ]


def feed(item: str) -> bytes:
    return f"<rss version='2.0'><channel>{item}</channel></rss>".encode()


SLUG = "https://365info.kz/2026/11/slug"
COUNTED = "<link>https://feeds.example/~r/news/~3/AbC/</link>"
BURNER = "xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'"


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link>/2026/11/slug</link>", SLUG),
        (f"<guid>{SLUG}</guid>", SLUG),
        (f"<guid isPermaLink='false'>{SLUG}</guid>", SLUG),
        (f"{COUNTED}<f:origLink {BURNER}>{SLUG}</f:origLink>", SLUG),
        (f"{COUNTED}<guid isPermaLink='false'>{SLUG}</guid>", SLUG),
        (
            f"{COUNTED}<guid isPermaLink='false'>https://365info.kz/?p=57</guid>",
            "https://365info.kz/?p=57",
        ),
    ],
)
def test_an_entry_has_the_address_of_its_article_wherever_it_stands(item: str, url: str) -> None:
    (entry,) = read_feed(feed(f"<item><title>x</title>{item}</item>"), INFO365, MOST)
    assert entry.url == url


@pytest.mark.parametrize(
    "date",
    [
        "0000-00-00",
        "0000-00-00 00:00:00",
        "Fri, 31 Dec 9999 23:59:59 -1200",
        "вчера",
        "",
        "9" * 5000,
    ],
)
def test_a_date_that_no_news_can_have_costs_itself(date: str) -> None:
    link = "https://365info.kz/2026/11/slug"
    body = feed(f"<item><link>{link}</link><pubDate>{date}</pubDate></item>")
    (entry,) = read_feed(body, INFO365, MOST)
    assert (entry.url, entry.published) == (link, None)


def test_a_number_of_thousands_of_digits_is_no_post() -> None:
    guid = f"https://365info.kz/?p={'1' * 9000}"
    link = "https://365info.kz/2026/11/slug"
    (entry,) = read_feed(
        feed(f"<item><link>{link}</link><guid>{guid}</guid></item>"), INFO365, MOST
    )
    assert entry.post is None


def test_a_feed_of_rdf_is_read_too() -> None:
    body = (
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
        "xmlns='http://purl.org/rss/1.0/'><channel><title>a</title></channel><item rdf:about='x'>"
        "<link>https://365info.kz/2026/11/slug</link></item></rdf:RDF>"
    )
    assert [e.url for e in read_feed(body.encode(), INFO365, MOST)] == [
        "https://365info.kz/2026/11/slug"
    ]


def test_a_packed_feed_is_unpacked_within_a_bound() -> None:
    body = feed("<item><link>https://365info.kz/2026/11/slug</link></item>")
    assert len(read_feed(gzip.compress(body), INFO365, MOST)) == 1
    with pytest.raises(NoFeedError, match="more than 1,000,000 bytes"):
        read_feed(gzip.compress(b" " * 30_000_000), INFO365, MOST)


def test_an_entry_without_an_address_hides_no_other() -> None:
    link = "<link>https://365info.kz/2026/11/slug</link>"
    (entry,) = read_feed(feed(f"<item><guid>h<tp:</guid></item><item>{link}</item>"), INFO365, MOST)
    assert entry.url == "https://365info.kz/2026/11/slug"


@pytest.mark.parametrize("number", ["xD83D", "x110000", "0", "9" * 6000, "x" + "f" * 6000])
def test_a_reference_to_no_character_costs_itself(number: str) -> None:
    items = f"<item><title>&#{number};</title><link>https://365info.kz/2026/11/a</link></item>"
    (entry,) = read_feed(feed(items), INFO365, MOST)
    assert entry.url == "https://365info.kz/2026/11/a"


@pytest.mark.parametrize(
    ("end", "is_whole"),
    [
        ("</channel></rss>", True),
        ("</channel></rss><!-- made in 0.1 s -->", True),
        ("<item><title><![CDATA[</rss>]]></title></item><item><link>http", False),
        ("", False),
    ],
)
def test_a_feed_is_cut_where_entries_follow_its_last_end(end: str, is_whole: bool) -> None:
    assert is_cut(f"<rss><channel><item/>{end}".encode(), MOST) is not is_whole
