"""Pictures, players and embedded posts: which elements are some, and their addresses."""

from __future__ import annotations

import pytest
from lxml.html import fragment_fromstring

from kznews.items import Embed
from kznews.pages.embeds import embed
from kznews.pages.media import image_url, original, same_picture
from tests.reading import URL, body, paragraphs

UPLOADS = "https://static.365info.kz/uploads/2019/07"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def picture(attributes: str) -> str | None:
    return image_url(fragment_fromstring(f"<img {attributes}>"), URL)


def player(html: str) -> Embed | None:
    return embed(fragment_fromstring(html), URL)


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


UPLOAD = "/wp-content/uploads/2026/11/p.jpg"


@pytest.mark.parametrize(
    "html",
    [
        f'<img src="/plugins/cache/blank.gif" data-wpfc-original-src="{UPLOAD}">',
        f'<img src="/themes/news/wait.png" data-echo="{UPLOAD}">',
        f'<img src="{PIXEL}" data-breeze="{UPLOAD}" data-thumb="/uploads/small.jpg">',
        f'<img src="{PIXEL}" data-ll-srcset="/b-300x200.jpg 300w, {UPLOAD} 1200w">',
        f'<amp-img src="{UPLOAD}" width="600" height="400"></amp-img>',
        f'<picture><source data-srcset="{UPLOAD} 1200w"><img src="{PIXEL}"></picture>',
        f'<picture><source type="image/webp" srcset="/p.webp"><img src="{UPLOAD}"></picture>',
        f'<div class="wp-block-cover" style="background-image:url({UPLOAD})"><p>Мост</p></div>',
        f'<img src="http://[bad"><img src="{UPLOAD}" srcset="http://[bad 900w">',
        f'<img src="/{"a" * 3_000}.jpg"><img src="{UPLOAD}">',
        f'<img src="{UPLOAD}"><noscript><img src="{UPLOAD}"></noscript>',
    ],
)
def test_one_picture_is_found_behind_any_placeholder(html: str) -> None:
    found = [image.url for image in body(f"<p>Текст.</p>{html}").images]
    assert found == [f"https://365info.kz{UPLOAD}"]


def test_a_width_that_is_no_number_is_none() -> None:
    assert picture('src="/b.jpg" srcset="/a.jpg 1w, /b.jpg 1.1.1w"') == "https://365info.kz/a.jpg"


def test_what_many_pictures_show_at_first_is_a_placeholder() -> None:
    html = "".join(f'<img src="/uploads/x.svg" data-u="/uploads/{n}.jpg">' for n in range(3))
    found = [image.url for image in body(html).images]
    assert found == [f"https://365info.kz/uploads/{n}.jpg" for n in range(3)]


@pytest.mark.parametrize(
    "html",
    [
        '<iframe src="about:blank" data-cookieblock-src="https://youtu.be/AbCdEfGhIjK"></iframe>',
        '<iframe consent-original-src-_="https://www.youtube.com/embed/AbCdEfGhIjK"></iframe>',
        '<amp-youtube data-videoid="AbCdEfGhIjK"></amp-youtube>',
        '<div class="rll-youtube-player" data-id="AbCdEfGhIjK"><div class="play"></div></div>',
        '<div data-src="https://www.youtube.com/embed/AbCdEfGhIjK">Разрешите куки</div>',
        '<embed src="//www.youtube.com/v/AbCdEfGhIjK">',
        '<object data="https://www.youtube.com/v/AbCdEfGhIjK"></object>',
        "<p>[embed width=600]https://www.youtube.com/watch?v=AbCdEfGhIjK[/embed]</p>",
        "<p>[youtube https://www.youtube.com/watch?v=AbCdEfGhIjK]</p>",
        "<iframe srcdoc='<a href=https://www.youtube.com/watch?v=AbCdEfGhIjK>'></iframe>",
        "<p>https://www.youtube.com/watch?v=AbCdEfGhIjK</p>",
        "<p>Ролик:<br>https://youtu.be/AbCdEfGhIjK<br>Конец.</p>",
        (
            '<lite-youtube videoid="AbCdEfGhIjK"></lite-youtube><noscript><iframe '
            'src="https://www.youtube.com/embed/AbCdEfGhIjK"></iframe></noscript>'
        ),
    ],
)
def test_a_player_is_found_however_it_waits(html: str) -> None:
    told = body(html)
    assert [found.kind for found in told.embeds] == ["youtube"]
    assert "AbCdEfGhIjK" in told.embeds[0].url
    assert not any("http" in block.text for block in told.blocks)


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<p>https://t.me/kanal/77</p>", "telegram"),
        ("<p>https://x.com/a/status/12</p>", "twitter"),
        ("<p>https://www.instagram.com/reel/Abc/</p>", "instagram"),
        ("<p>https://vk.com/video-1_2</p>", "vk"),
        ('<amp-twitter data-tweetid="1234567"></amp-twitter>', "twitter"),
        (
            ('<blockquote class="text-post-media" data-text-post-permalink='
            '"https://www.threads.net/@a/post/b">Чужое</blockquote>'),
            "threads",
        ),
        (('<blockquote class="reddit-embed-bq"><a href="https://www.reddit.com/r/a/comments/b/">x'
         "</a></blockquote>"), "reddit"),
    ],
)  # fmt: skip
def test_posts_of_any_service_are_known_by_their_address(html: str, kind: str) -> None:
    told = body(html)
    assert [found.kind for found in told.embeds] == [kind]
    assert told.blocks == []


@pytest.mark.parametrize(
    "html",
    [
        "<p>Источник: https://youtu.be/AbCdEfGhIjK</p>",
        "<p>https://t.me/kanal</p>",
        "<p>https://example.com/doklad.pdf</p>",
        '<p><a href="https://youtu.be/AbCdEfGhIjK">Смотреть ролик</a></p>',
    ],
)
def test_an_address_in_a_sentence_and_any_other_is_text(html: str) -> None:
    told = body(html)
    assert told.embeds == []
    assert len(told.blocks) == 1


def test_an_own_address_on_a_line_of_its_own_is_related() -> None:
    told = body("<p>https://365info.kz/2024/02/drugaya</p>")
    assert (told.related, told.blocks) == (["https://365info.kz/2024/02/drugaya"], [])


def test_a_frame_that_is_not_shown_counts_visitors() -> None:
    assert player('<iframe src="https://www.example.com/ns.html" width="0" height="0">') is None


def test_a_file_that_waits_for_a_click_is_found() -> None:
    told = body('<video data-src="/a.mp4"></video><video><source data-src="/b.mp4"></video>')
    assert [found.url.rpartition("/")[2] for found in told.embeds] == ["a.mp4", "b.mp4"]


def test_a_frame_of_an_advertiser_is_no_player() -> None:
    assert body('<iframe src="https://ads.g.doubleclick.net/pagead/x"></iframe>').embeds == []


@pytest.mark.parametrize("tag", ["embed", "source", "track", "wbr"])
def test_what_follows_an_element_without_an_inside_is_not_in_it(tag: str) -> None:
    fragment = f"<p>Один.<{tag} src='//youtu.be/AbCdEfGhIjK'> Два.</p><{tag}>Три.<p>Четыре.</p>"
    assert " ".join(paragraphs(fragment)) == "Один. Два. Три. Четыре."
