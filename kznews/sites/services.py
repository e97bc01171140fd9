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
        r"/(?:embed|v|e|shorts|live)/[\w-]{6}|/(?:watch|playlist)\?",
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
        r"/\w+(?:/\w+)?/status(?:es)?/\d|/i/(?:videos|broadcasts|spaces)/",
        "https://twitter.com/i/status/{}",
    ),
    _service(
        "facebook",
        "facebook.com fb.watch",
        r"/plugins/(?:post|video)|/[^/]+/(?:posts|videos|photos)/|/(?:video|photo|story|permalink)\.php"
        r"|/watch/?\?|/reel/|/share/[prv]/|/groups/[^/]+/(?:permalink|posts)/",
    ),
    _service("tiktok", "tiktok.com", r"/@[^/]+/(?:video|photo)/\d|/embed/|/player/|/t/\w"),
    _service("vk", "vk.com vkvideo.ru", r"/video_ext\.php|/(?:video|wall|clip|post)-?\d+_\d"),
    _service("vimeo", "vimeo.com", r"/(?:video/)?\d{4}", "https://player.vimeo.com/video/{}"),
    _service("rutube", "rutube.ru", r"/(?:video|shorts|play/embed)/\w"),
    _service("ok", "ok.ru", r"/(?:video|videoembed|live)/\d|/\w+/\w+/(?:topic|statuses)/\d"),
    _service("coub", "coub.com", r"/(?:view|embed)/\w"),
    _service("soundcloud", "soundcloud.com", r"/player/?\?|/[\w-]+/[\w-]{2}"),
    _service(
        "dailymotion",
        "dailymotion.com dai.ly",
        r"/(?:embed/)?video/\w|/x\w{4}",
        "https://www.dailymotion.com/video/{}",
    ),
    _service("spotify", "spotify.com", r"/(?:embed/)?(?:track|album|episode|playlist|show)/\w"),
    _service("dzen", "dzen.ru", r"/embed/\w|/video/watch/\w"),
    _service("threads", "threads.net threads.com", r"/@[^/]+/post/\w"),
    _service("reddit", "reddit.com", r"/r/\w+/comments/\w"),
    _service("pinterest", "pinterest.com", r"/pin/\d"),
)
BY_HOST = {host: service for service in SERVICES for host in service.hosts}
BY_KIND = {service.kind: service for service in SERVICES}

ADVERTISERS = frozenset(
    {"adfox.ru", "adriver.ru", "criteo.com", "doubleclick.net", "googlesyndication.com", "mgid.com"}
)
"""Domains whose frames are no players."""
QUOTES = frozenset({"embed", "embedded", "media", "post", "pub", "toot", "tweet", "video"})
"""Words in the class of a quotation that a service's script turns into its post."""
LAZY_PLAYERS = frozenset({"embed", "facade", "lazy", "lazyload", "lite", "lyte", "player", "video"})
"""Words in the class of what stands for a player until somebody clicks."""
KEYS = (
    *("videoid", "video-id", "data-videoid", "data-video-id", "data-video", "data-id", "data-yt"),
    *("data-youtube-id", "data-youtube", "data-vimeo-id", "data-tweetid", "data-shortcode"),
)
"""Attributes that hold the bare key of a player or post."""
