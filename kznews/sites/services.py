"""Services whose players and posts are embedded in articles. Edit this file for another one.

``media`` says which addresses of a service are one player or post, as its oEmbed entry does
(https://oembed.com/providers.json); any other is a link.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """``media`` matches path and query of one item, ``address`` is its address by its bare key."""

    kind: str
    hosts: tuple[str, ...]
    media: re.Pattern[str]
    address: str = ""


def _service(kind: str, hosts: str, media: str, address: str = "") -> Service:
    return Service(kind, tuple(hosts.split()), re.compile(media), address)


SERVICES = (
    _service("youtube", "youtu.be", r"/[\w-]{11}(?:\?|$)"),
    _service(
        "youtube",
        "youtube.com youtube-nocookie.com",
        r"/(?:embed|v|e|shorts|live)/[\w-]|/(?:watch|playlist|embed/?)\?",
        "https://www.youtube.com/embed/{}",
    ),
    _service("telegram", "t.me telegram.org", r"/(?:s/|c/)?\w+/\d+", "https://t.me/{}"),
    _service(
        "instagram",
        "instagram.com",
        r"/(?:[\w.]+/)?(?:p|reels?|tv)/[\w-]",
        "https://www.instagram.com/p/{}/",
    ),
    _service(
        "twitter",
        "twitter.com x.com",
        r"/\w+(?:/\w+)?/status(?:es)?/\d|/i/(?:videos|broadcasts|spaces)/|/embed/\w",
        "https://twitter.com/i/status/{}",
    ),
    _service("facebook", "fb.watch", r"/[\w-]{6}"),
    _service(
        "facebook",
        "facebook.com",
        r"(?:/v[\d.]+)?/plugins/(?:post|video|comment_embed)|/[^/]+/(?:posts|videos|photos)/"
        r"|/(?:video|photo|story|permalink)\.php|/watch/(?:live/?)?\?|/reel/|/share/[prv]/|/video/embed"
        r"|/groups/[^/]+/(?:permalink|posts)/",
    ),
    _service("tiktok", "vm.tiktok.com vt.tiktok.com", r"/\w{6}"),
    _service("tiktok", "tiktok.com", r"/@[^/]+/(?:video|photo)/\d|/embed/|/player/|/t/\w"),
    _service(
        "vk",
        "vk.com vk.ru vkvideo.ru",
        r"/video_ext\.php|/(?:video|wall|clip|post)-?\d+_\d|/widget_(?:article|playlist|post)\.php"
        r"|/app/embed/",
    ),
    _service(
        "vimeo",
        "vimeo.com",
        r"/(?:video|event|showcase)/\d|/\d{4}",
        "https://player.vimeo.com/video/{}",
    ),
    _service("rutube", "rutube.ru", r"/(?:video|shorts|live|(?:play/)?embed)/\w"),
    _service("ok", "ok.ru", r"/(?:video|videoembed|live)/\d|/\w+/\w+/(?:topic|statuses)/\d"),
    _service("coub", "coub.com", r"/(?:view|embed)/\w"),
    _service(
        "soundcloud",
        "soundcloud.com",
        r"/player/?\?|/[\w-]+/[\w-]{2}",
        "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/{}",
    ),
    _service(
        "dailymotion",
        "dailymotion.com dai.ly",
        r"/(?:embed/)?(?:video|playlist)/\w|/player|/x\w{4}",
        "https://www.dailymotion.com/video/{}",
    ),
    _service(
        "spotify",
        "spotify.com",
        r"/(?:embed(?:-podcast)?/)?(?:track|album|artist|episode|playlist|show|user)/\w",
    ),
    _service("dzen", "dzen.ru", r"/embed/\w|/video/watch/\w"),
    _service("threads", "threads.net threads.com", r"/@[^/]+/post/\w"),
    _service("reddit", "reddit.com", r"/r/\w+/comments/\w"),
    _service("pinterest", "pinterest.com", r"/pin/\d|/ext/embed"),
    _service(
        "yandexmusic",
        "music.yandex.ru music.yandex.kz music.yandex.com",
        r"/iframe|/(?:album|track)/\d|/users/[^/]+/playlists/\d",
    ),
    _service(
        "apple",
        "podcasts.apple.com music.apple.com embed.podcasts.apple.com embed.music.apple.com",
        r"/(?:\w\w/)?(?:album|episode|playlist|podcast|song)/\S",
    ),
    _service("mailru", "my.mail.ru videoapi.my.mail.ru", r"/videos?/embed/|/\w+/[^/]+/video/"),
)
BY_HOST = {host: service for service in SERVICES for host in service.hosts}
BY_KIND = {service.kind: service for service in SERVICES}

ADVERTISERS = frozenset(
    {"adfox.ru", "adriver.ru", "criteo.com", "dianomi.com", "doubleclick.net", "mgid.com"}
    | {"googlesyndication.com", "googletagmanager.com"}
)
"""Domains whose frames are no players."""
WIDGETS = frozenset(
    {"cackle", "captcha", "comments", "disqus", "hcaptcha", "hypercomments", "recaptcha"}
    | {"turnstile", "vuukle"}
)
"""Parts of the addresses of frames that ask a reader something: no players either."""
LAZY_PLAYERS = frozenset({"embed", "facade", "lazy", "lazyload", "lite", "lyte", "player", "video"})
"""Words in the class of what stands for a player until somebody clicks."""
OEMBED = "wp-block-embed__wrapper"
"""The class of what holds an address that WordPress makes a player of, or did not."""
FILES = {
    **dict.fromkeys(("m4v", "mov", "mp4", "ogv", "webm"), "video"),
    **dict.fromkeys(("m4a", "mp3", "ogg", "wav"), "audio"),
}
"""Endings of the addresses that WordPress makes players of, too."""
KEYS = (
    *("videoid", "video-id", "data-videoid", "data-video-id", "data-video", "data-id", "data-yt"),
    *("data-youtube-id", "data-youtube", "data-vimeo-id", "data-tweetid", "data-shortcode"),
    *("data-trackid", "data-plyr-embed-id"),
)
"""Attributes that hold the bare key of a player or post."""
PREVIEW = re.compile(
    r"(?:/|%2F)(?:i\d?\.ytimg|img\.youtube)\.com(?:/|%2F)vi(?:_webp)?(?:/|%2F)([\w-]{11})(?:/|%2F)"
)
"""The address of a picture that stands for a video of YouTube, by its key."""
VK_POST = re.compile(r"vk_post_(-?\d+_\d+)")
"""The ``id`` of the element into which VK's script puts a post."""
