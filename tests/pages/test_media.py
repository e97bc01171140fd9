"""Pictures, players and embedded posts: which elements are some, and their addresses."""

from __future__ import annotations

from base64 import b64encode
from html import escape

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
        ("a-600x400.jpg.webp", "a.jpg.webp"),
        ("a-600x400.jpg?is-pending-load=1", "a.jpg"),
        ("a.jpg?w=605&is-pending-load=1", "a.jpg?w=605"),
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
        f"{UPLOADS}/a-600x400.jpg.webp",
        "https://365info.kz/wp-content/uploads/2019/07/A.jpg?x=1",
        "https://i0.wp.com/365info.kz/wp-content/uploads/2019/07/a.jpg?resize=600%2C400",
        "/_next/image?url=https%3A%2F%2F365info.kz%2Fuploads%2F2019%2F07%2Fa.jpg&w=1920&q=75",
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
    ("one", "other"),
    [
        ("/upload/iblock/0a1/1.jpg", "/upload/iblock/0b2/1.jpg"),
        ("/img/17/preview.jpg", "/img/18/preview.jpg"),
        ("https://cdn.example/5f3a/large.jpg", "https://cdn.example/77c0/large.jpg"),
        ("/uploads/2024/03/12/most.jpg", "/uploads/2024/03/13/most.jpg"),
        ("/files/a/photo-2.jpg", "/files/b/photo-2.jpg"),
        ("/files/a/image001.jpg", "/files/b/image001.jpg"),
        ("/media/7/view", "/media/8/view"),
        ("/timthumb.php?src=http://[a.jpg", "/timthumb.php?src=http://[b.jpg"),
        ("/timthumb.php?src=/a/most.jpg&w=600", "/timthumb.php?src=/a/reka.jpg&w=600"),
        ("/image?id=1", "/image?id=2"),
        ("/_next/image?url=%2Fa%2Fmost.jpg&w=640", "/_next/image?url=%2Fa%2Freka.jpg&w=640"),
    ],
)
def test_two_pictures_of_one_name_are_two(one: str, other: str) -> None:
    html = f'<figure><img src="{one}"><figcaption>Мост</figcaption></figure>'
    html += f'<figure><img src="{other}"><figcaption>Река</figcaption></figure>'
    assert [image.caption for image in body(html).images] == ["Мост", "Река"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/upload/iblock/0a1/1.jpg", "/upload/resize_cache/iblock/0a1/600_400_1/1.jpg"),
        ("/uploads/posts/2024-03/1.jpg", "/uploads/posts/2024-03/thumbs/1.jpg"),
        ("/img/1200/194191.jpg", "https://cdn.example/img/450/194191.jpg"),
        ("https://i0.wp.com/365info.kz/img/7/1.jpg?w=9", "/img/7/1.jpg"),
        ("/thumb.php?id=7&w=600", "/thumb.php?id=7&w=1200"),
        ("/storage/novosti/big/12.jpg", "/storage/novosti/small/12.jpg"),
        ("/foto/7/1.jpg", "/foto/cache/640x360/7/1.jpg"),
        ("/foto/original/1.jpg", "/foto/mini/1.jpg"),
        ("/resizer/v2/DLJSG4UH2NFN?auth=0a", "/resizer/v2/DLJSG4UH2NFN?auth=0b&width=600"),
    ],
)
def test_one_picture_in_two_sizes_is_one(one: str, other: str) -> None:
    assert len(body(f'<img src="{one}"><img src="{other}">').images) == 1


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
        'src="/wp-content/a.jpg" data-src="{{ image }}"',
        'src="/wp-content/a.jpg" data-src="/i/${size}.jpg"',
        'src="/wp-content/a.jpg" width="16" height="9"',
        'src="/wp-content/a.jpg" width="0" height="0" style="width:100%;height:auto"',
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
        'src="https://c.zero.kz/z.png?u=7"',
        'src="https://www.tns-counter.example/V13a"',
        'src="https://pixel.wp.com/b.gif?v=noscript"',
        'src="https://vk.com/rtrg?p=VK-RTRG-7"',
        'src="https://informer.yandex.ru/informer/7/3_1_FFFFFFFF_0_pageviews"',
        'src="https://news.example/?republication-pixel=true&post=7"',
        'src="/hit?7" style="width:1px; height: 1px"',
        'src="/hit?7" height="1"',
        'src="/hit?7" style="position:absolute; left:-9999px"',
        'src="/logo.gif" width="88" height="31"',
        'src="/uploads/icon.png" width="24" height="24"',
        'data-src="/uploads/icon.png" style="height:16px;width:16px"',
        'src="https://i.ytimg.com/vi/AbCdEfGhIjK/hqdefault.jpg"',
        'src="https://img.youtube.com/vi/AbCdEfGhIjK/0.jpg"',
        'src="/wp-content/plugins/cookies/no-thumbnail.png"',
        *('src="/no-image.png"', 'src="/img/no_photo.jpg"', 'src="/img/nophoto.jpg"'),
    ],
)
def test_what_only_decorates_or_counts_is_no_picture(attributes: str) -> None:
    assert picture(attributes) is None


@pytest.mark.parametrize(
    "path",
    [
        *("/uploads/pixel-9-obzor.jpg", "/uploads/encounter.jpg", "/uploads/1x1.png"),
        *("/image?id=1", "/_next/image?url=%2Fa.jpg&w=640", "/storage/77/image.jpg", "/img-2.png"),
    ],
)
def test_a_name_that_sounds_like_a_counter_is_a_picture(path: str) -> None:
    assert picture(f'src="{path}"') == f"https://365info.kz{path}"


@pytest.mark.parametrize(
    "attributes",
    [
        'class="emoji" src="https://s.w.org/images/core/emoji/15.0.3/svg/1f600.svg"',
        'class="emoji_img" src="https://vk.com/emoji/e/d83dde00.png"',
        'src="https://static.xx.fbcdn.net/images/emoji.php/v9/t4c/1/16/1f600.png" width="16"',
        f'src="{PIXEL}" data-src="https://abs.twimg.com/emoji/v2/72x72/1f600.png"',
    ],
)
def test_the_picture_of_a_character_is_the_character(attributes: str) -> None:
    told = body(f'<p>Мост открыт <img {attributes} alt="😀">, проезд свободен.</p>')
    assert [block.text for block in told.blocks] == ["Мост открыт 😀, проезд свободен."]
    assert told.images == []


def test_what_a_picture_of_a_character_is_called_is_no_text() -> None:
    assert paragraphs('<p>Мост <img class="emoji" alt="Улыбка">открыт.</p>') == ["Мост открыт."]


def test_a_still_that_waits_for_a_moving_picture_is_not_shown() -> None:
    told = body('<amp-anim src="/a.gif"><amp-img placeholder src="/b.png"></amp-img></amp-anim>')
    assert [image.url for image in told.images] == ["https://365info.kz/a.gif"]


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
            '<iframe src="https://music.yandex.ru/iframe/#track/1/2"></iframe>',
            "yandexmusic",
            "https://music.yandex.ru/iframe/#track/1/2",
        ),
        (
            '<iframe src="https://vk.com/widget_post.php?owner_id=-1&amp;post_id=2"></iframe>',
            "vk",
            "https://vk.com/widget_post.php?owner_id=-1&post_id=2",
        ),
        ('<div id="vk_post_-22822305_17"></div>', "vk", "https://vk.com/wall-22822305_17"),
        ('<div data-telegram-post="kanal/7"></div>', "telegram", "https://t.me/kanal/7"),
        (
            '<div class="wp-block-embed__wrapper">\nhttps://radio.example/zapis/7\n</div>',
            "radio.example",
            "https://radio.example/zapis/7",
        ),
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
        '<iframe src="https://www.facebook.com/plugins/like.php?href=https%3A%2F%2Fa.kz"></iframe>',
        '<iframe src="https://www.facebook.com/plugins/page.php?href=a"></iframe>',
        '<iframe src="https://www.facebook.com/v19.0/plugins/comments.php?href=a"></iframe>',
        '<iframe src="https://vk.com/widget_community.php?gid=7"></iframe>',
        '<iframe src="https://www.google.com/recaptcha/api2/anchor?k=7"></iframe>',
        '<iframe src="https://disqus.com/embed/comments/?base=default"></iframe>',
        '<iframe src="https://www.youtube.com/subscribe_embed?channelid=UC7"></iframe>',
        '<iframe src="https://platform.twitter.com/widgets/tweet_button.html?url=a"></iframe>',
        '<amp-facebook-page data-href="https://www.facebook.com/365info"></amp-facebook-page>',
        '<iframe data-src="{{ video.url }}"></iframe>',
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
        f'<div class="lazyload" data-bg="url({UPLOAD})"></div>',
        f"<div class=lazy data-background-image='{UPLOAD}'></div>",
        f'<div class="b-lazy" data-src="{UPLOAD}" data-src-thumb="/b.jpg"></div>',
        f'<div class="lazyload" data-bgset="/b-300x200.jpg 300w, {UPLOAD} 1200w"></div>',
        f'<span class="td-thumb-css" data-type="css_image" data-img-url="{UPLOAD}"></span>',
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


FRAME = '<iframe src="https://www.youtube.com/embed/AbCdEfGhIjK"></iframe>'
CODED = b64encode(FRAME.encode()).decode()
JSON = escape('{"youtube_url":"https:\\/\\/www.youtube.com\\/watch?v=AbCdEfGhIjK","loop":"yes"}')


@pytest.mark.parametrize(
    "html",
    [
        f'<div data-settings="{JSON}"><div class="video">Смотреть</div></div>',
        f'<video data-setup="{JSON}"></video>',
        f'<video-player data-options="{JSON}"></video-player>',
        f'<div data-consent-content="{CODED}"><p>Чтобы увидеть ролик, нажмите кнопку.</p></div>',
        f'<script type="text/template">{CODED}</script>',
        f"<script type='text/plain'>document.write('{FRAME}')</script>",
        f"<template>{FRAME}</template>",
        (
            '<div data-src="https://i.ytimg.com/vi/AbCdEfGhIjK/0.jpg"></div><noscript>'
            '<a href="https://youtu.be/AbCdEfGhIjK">Ролик</a></noscript>'
        ),
        '<div data-plyr-provider="youtube" data-plyr-embed-id="AbCdEfGhIjK"></div>',
        '<iframe src="about:blank" data-cookieblock-src="https://youtu.be/AbCdEfGhIjK"></iframe>',
        '<iframe consent-original-src-_="https://www.youtube.com/embed/AbCdEfGhIjK"></iframe>',
        '<amp-youtube data-videoid="AbCdEfGhIjK"></amp-youtube>',
        '<div class="rll-youtube-player" data-id="AbCdEfGhIjK"><div class="play"></div></div>',
        '<div data-src="https://www.youtube.com/embed/AbCdEfGhIjK">Разрешите куки</div>',
        '<embed src="//www.youtube.com/v/AbCdEfGhIjK">',
        f'<video data-setup="{JSON}"><p>Браузер не показывает роликов.</p></video>',
        (
            '<a href="https://www.youtube.com/watch?v=AbCdEfGhIjK">'
            '<img src="https://i.ytimg.com/vi/AbCdEfGhIjK/hqdefault.jpg"></a>'
        ),
        '<img data-src="https://img.youtube.com/vi_webp/AbCdEfGhIjK/0.webp"><b class="play"></b>',
        '<img src="/wp-content/plugins/p/c.php?u=%2F%2Fi.ytimg.com%2Fvi%2FAbCdEfGhIjK%2F0.jpg">',
        '<a href="#play"><img src="//i1.ytimg.com/vi/AbCdEfGhIjK/0.jpg"></a>',
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
    assert told.images == []
    assert not any("http" in block.text for block in told.blocks)


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<p>https://t.me/kanal/77</p>", "telegram"),
        ("<p>https://x.com/a/status/12</p>", "twitter"),
        ("<p>https://www.instagram.com/reel/Abc/</p>", "instagram"),
        ("<p>https://vk.com/video-1_2</p>", "vk"),
        ("<p>https://vm.tiktok.com/ZMabcdefg/</p>", "tiktok"),
        ("<p>https://fb.watch/abCDefGHij/</p>", "facebook"),
        ("<p>https://music.yandex.ru/album/1/track/7890123</p>", "yandexmusic"),
        ("<p>https://podcasts.apple.com/kz/podcast/novosti/id7?i=1</p>", "apple"),
        ("<p>https://my.mail.ru/mail/redaktor/video/_myvideo/7.html</p>", "mailru"),
        ("<p>https://news.example/zapis.mp4</p>", "video"),
        ('<p>[audio mp3="https://news.example/zapis.mp3"]</p>', "audio"),
        ('<amp-soundcloud data-trackid="243169232"></amp-soundcloud>', "soundcloud"),
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


@pytest.mark.parametrize(
    "inside",
    [
        "<p>Мост через реку закроют на ремонт.</p>",
        "<img src=/a.jpg><img src=/b.jpg>",
        "<h2>Как строили мост</h2>",
        "<div><p>Мост и люди</p></div>",
        "<ul><li>Опоры моста</li></ul>",
    ],
)
def test_what_stands_before_a_video_is_no_player(inside: str) -> None:
    told = body(f'<section data-settings="{JSON}">{inside}</section>')
    assert told.embeds == []
    assert told.blocks or told.images


@pytest.mark.parametrize("tag", ["p", "h3", "li"])
def test_a_paragraph_that_names_a_video_is_text(tag: str) -> None:
    told = body(f'<{tag} data-share="{JSON}">Глава города</{tag}>')
    assert [block.text for block in told.blocks] == ["Глава города"]
    assert told.embeds == []


@pytest.mark.parametrize("href", ["/2019/07/drugaya-zametka", "https://www.youtube.com/@kanal"])
def test_the_preview_of_a_video_that_leads_to_a_page_is_no_player(href: str) -> None:
    preview = '<img src="https://i.ytimg.com/vi/AbCdEfGhIjK/hqdefault.jpg">'
    told = body(f'<a href="{href}">{preview}</a>')
    assert (told.embeds, told.images) == ([], [])


@pytest.mark.parametrize(
    ("query", "is_picture"),
    [("src=/uploads/most.jpg&w=600", True), ("src=/uploads/most.webp", True), ("id=7", False)],
)
def test_a_plugin_s_script_serves_the_picture_that_it_is_asked_for(
    query: str, is_picture: bool
) -> None:
    address = f"/wp-content/plugins/resizer/timthumb.php?{query}"
    assert (picture(f'src="{address}"') is not None) == is_picture


@pytest.mark.parametrize("attribute", ["data-a='{{{}}}'", "srcdoc='{}'", "data-a='{}'"])
def test_what_no_browser_takes_for_an_address_is_none(attribute: str) -> None:
    assert player(f"<iframe {attribute.format('https://a℀b.kz/c')}></iframe>") is None
    assert player(f"<div {attribute.format('https://a℀b.kz/c')}></div>") is None


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


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://t.me/vestnik", False),
        ("https://www.instagram.com/vestnik/", False),
        ("https://t.me/vestnik/15", True),
        ("https://example.com/a", True),
        ("/wp-content/uploads/2026/11/a.jpg", True),
    ],
)
@pytest.mark.parametrize("picture", ["{}", f"<img src='{PIXEL}'><noscript>{{}}</noscript>"])
def test_a_picture_that_leads_to_a_channel_is_a_banner(
    picture: str, address: str, shown: bool
) -> None:
    banner = picture.format("<img src='/wp-content/uploads/b.jpg'>")
    told = body(f"<p>Текст.</p><a href='{address}'>{banner}</a>")

    assert bool(told.images) == shown
