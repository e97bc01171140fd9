"""Which elements are pictures, players and posts, and where the thing itself is."""

from __future__ import annotations

import pytest
from lxml.html import fragment_fromstring

from kznews.items import Embed
from kznews.pages.embeds import embed
from kznews.pages.media import image_url, original, same_picture
from tests.reading import SITE, URL

UPLOADS = "https://static.365info.kz/uploads/2019/07"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def picture(attributes: str) -> str | None:
    return image_url(fragment_fromstring(f"<img {attributes}>"), URL)


def player(html: str) -> Embed | None:
    return embed(fragment_fromstring(html), SITE, URL)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("a-600x400.jpg", "a.jpg"),
        ("a-1024x683.jpeg?ver=2", "a.jpeg?ver=2"),
        ("a-e1562043773248-600x400.jpg", "a-e1562043773248.jpg"),
        ("a-e1562043773248.jpg", "a-e1562043773248.jpg"),
        ("a-scaled.jpg", "a-scaled.jpg"),
        ("plan-3x4/a.webp", "plan-3x4/a.webp"),
        ("a-600x400-chertezh.png", "a-600x400-chertezh.png"),
    ],
)
def test_only_the_size_is_taken_off_a_picture_s_name(url: str, expected: str) -> None:
    assert original(f"{UPLOADS}/{url}") == f"{UPLOADS}/{expected}"


@pytest.mark.parametrize(
    "copy",
    [
        f"{UPLOADS}/a-600x400.jpg",
        f"{UPLOADS}/a-scaled.jpg",
        "https://365info.kz/wp-content/uploads/2019/07/A.jpg?x=1",
    ],
)
def test_copies_of_one_picture_are_the_same(copy: str) -> None:
    assert same_picture(copy) == same_picture(f"{UPLOADS}/a.jpg")


@pytest.mark.parametrize(
    "other",
    [
        f"{UPLOADS}/b.jpg",
        f"{UPLOADS}/a-e1562043773248.jpg",
        "https://static.365info.kz/uploads/2018/07/a.jpg",
    ],
)
def test_another_name_or_month_is_another_picture(other: str) -> None:
    assert same_picture(other) != same_picture(f"{UPLOADS}/a.jpg")


@pytest.mark.parametrize(
    "attributes",
    [
        'src="/wp-content/a.jpg"',
        f'src="{PIXEL}" data-src="/wp-content/a-300x200.jpg"',
        f'src="{PIXEL}" data-lazy-src="/wp-content/a.jpg" data-lazy-srcset="/b.jpg 9w"',
        'src="about:blank" data-original=" /wp-content/a.jpg "',
        'src="/zaglushka.png" data-cfsrc="/wp-content/a.jpg"',
        f'src="{PIXEL}" data-srcset="/wp-content/a-1024x683.jpg 1024w, /b.jpg 300w"',
        f'src="{PIXEL}" srcset="{PIXEL} 1w" data-srcset="/b.jpg 1x,/wp-content/a.jpg 2x"',
        'src="/wp-content/a-600x400.jpg" srcset="/b-300x200.jpg 300w,/wp-content/a.jpg 1200w"',
        'src="/wp-content/a.jpg" srcset=""',
    ],
)
def test_a_picture_is_found_however_it_is_loaded(attributes: str) -> None:
    assert picture(attributes) == "https://365info.kz/wp-content/a.jpg"


@pytest.mark.parametrize(
    "attributes",
    [
        f'src="{PIXEL}"',
        'src=""',
        'src="https://www.facebook.com/tr?id=1" width="1" height="1"',
        'src="https://counter.yadro.example/hit"',
        'src="/img/pixel.gif"',
        'src="https://s.w.org/images/core/emoji/14.0.0/72x72/1f600.png"',
        'src="/smile.png" class="wp-smiley"',
        'src="https://secure.gravatar.com/avatar/aa?s=96"',
        'src="/a.jpg" class="avatar avatar-96 photo"',
    ],
)
def test_what_only_decorates_or_counts_is_no_picture(attributes: str) -> None:
    assert picture(attributes) is None


@pytest.mark.parametrize("name", ["pixel-9-obzor.jpg", "encounter.jpg", "1x1.png"])
def test_a_name_that_sounds_like_a_counter_is_a_picture(name: str) -> None:
    assert picture(f'src="/uploads/{name}"') == f"https://365info.kz/uploads/{name}"


@pytest.mark.parametrize(
    ("html", "kind", "url"),
    [
        (
            '<iframe src="//www.youtube.com/embed/x?feature=oembed&amp;start=5"></iframe>',
            "youtube",
            "https://www.youtube.com/embed/x?start=5",
        ),
        (
            '<iframe src="about:blank" data-src="https://player.vimeo.com/video/1"></iframe>',
            "vimeo",
            "https://player.vimeo.com/video/1",
        ),
        (
            ('<iframe src="https://www.facebook.com/plugins/video.php?href='
            'https%3A%2F%2Fwww.facebook.com%2Fa%2Fvideos%2F1%2F&amp;width=500"></iframe>'),
            "facebook",
            "https://www.facebook.com/a/videos/1/",
        ),
        ('<iframe src="https://maps.example/x"></iframe>', "maps.example", "https://maps.example/x"),
        (
            '<script async data-telegram-post="kanal/7"></script>',
            "telegram",
            "https://t.me/kanal/7",
        ),
        (
            ('<blockquote class="twitter-tweet"><a href="https://t.co/a">x</a> '
            '<a href="https://twitter.com/a/status/1?ref_src=twsrc%5Etfw">5 мая</a></blockquote>'),
            "twitter",
            "https://twitter.com/a/status/1",
        ),
        (
            '<video controls><source src="/v/a.mp4" type="video/mp4"></video>',
            "video",
            "https://365info.kz/v/a.mp4",
        ),
    ],
)  # fmt: skip
def test_a_player_or_a_post_is_known_by_its_own_address(html: str, kind: str, url: str) -> None:
    assert player(html) == Embed(kind, url)


@pytest.mark.parametrize(
    "html",
    [
        "<iframe></iframe>",
        '<iframe src="about:blank"></iframe>',
        '<iframe src="javascript:false"></iframe>',
        "<video></video>",
        "<script>var post = 1;</script>",
        '<blockquote class="twitter-tweet">Слова без ссылки</blockquote>',
        "<blockquote>Просто цитата</blockquote>",
    ],
)
def test_what_leads_nowhere_is_no_embed(html: str) -> None:
    assert player(html) is None
