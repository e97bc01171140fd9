"""Boilerplate of WordPress news sites in Russian and Kazakh. Phrases stand in ``phrases.py``.

Facts of the site: ``docs/the-site.md``, «Boilerplate». Selectors cut elements whatever their words.
Phrases cut only a short block, so a sentence that merely begins alike stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kznews.sites import phrases


@dataclass(frozen=True)
class Kind:
    """A kind of block that plugins put into bodies, recognised by its class or id.

    ``names`` matches the end of one class, whose words are separated by hyphens. A text longer than
    ``longest`` is no such block; a ``linked`` one must also consist mostly of links, and one that
    ``counts`` hold a number or nothing. What is ``about`` a person is text where it quotes them.
    """

    name: str
    names: str
    longest: int
    linked: bool = False
    about: bool = False
    counts: bool = False
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(rf"(?:^|-)(?:{self.names})$"))


@dataclass(frozen=True, eq=False)  # a hash of all it holds takes longer than a short text
class Boilerplate:
    """What a body has that is not the article: elements, and short blocks of text.

    ``selectors`` and ``kinds`` are elements that are cut completely; those ``doubtful``, and of any
    kind, are text where they hold but prose that is not said ``to_the_reader``. ``collapsed`` are
    words in the classes of what a reader opens by a click, ``hidden`` of what is hidden for another
    reason, ``openers`` the words on a button that shows it.
    ``phrases`` match a block from its beginning and remove it; ``link_phrases`` remove it only if
    it consists mostly of links, or if a list of links follows. ``contents`` is the heading of a
    table of contents, ``ends`` a short block after which something else begins: comments, the
    imprint.
    """

    selectors: tuple[str, ...]
    doubtful: frozenset[str]
    kinds: tuple[Kind, ...]
    to_the_reader: re.Pattern[str]
    collapsed: frozenset[str]
    hidden: frozenset[str]
    openers: re.Pattern[str]
    phrases: tuple[re.Pattern[str], ...]
    link_phrases: tuple[re.Pattern[str], ...]
    contents: re.Pattern[str]
    ends: re.Pattern[str]
    credit: re.Pattern[str]


WORDPRESS = Boilerplate(
    selectors=(
        # never shown, or not text
        "style",
        "template",
        "title",
        "dialog",
        "noembed",
        "svg",
        "canvas",
        "form",
        "button",
        "select",
        "textarea",
        "nav",
        "aside",
        ".screen-reader-text",
        # sharing, subscribing, voting
        ".sharedaddy",
        ".addtoany_share_save_container",
        ".ya-share2",
        ".social-likes",
        ".share",
        ".share-bar",
        ".share-buttons",
        ".singular__share",
        ".singular__subscribe",
        ".subscribe",
        ".mc4wp-form",
        ".es_subscription_form",
        # other articles
        ".read-also",
        ".related",
        ".related-posts",
        ".jp-relatedposts",
        ".yarpp",
        ".wp-block-latest-posts",
        ".singular__tags",
        ".single__tags",
        # paging, comments, typo reporters, advertisements
        ".page-links",
        ".post-nav-links",
        "#comments",
        ".comments",
        ".comments-area",
        ".comment-list",
        ".mistape_caption",
        "#orphus",
        ".adsbygoogle",
        ".advertisement",
        ".banner",
    ),
    doubtful=frozenset({"aside", ".share", ".banner"}),
    to_the_reader=phrases.TO_THE_READER,
    kinds=(
        Kind(
            "counter",
            r"(?:post|page|entry|article|news|story|single)-(?:views?|hits)|post-?counter|pageviews?"
            r"|views?(?:-?(?:count|counter|number|num|total|label|icon))?|hits?-?counter|eye",
            80,
            counts=True,
        ),
        Kind(
            "reading time",
            r"(?:rt|estimated|post|entry|article)?-?read(?:ing)?-?(?:time|duration)(?:-wrapper)?|time-to-read"
            r"|min-read",
            80,
        ),
        Kind(
            "rating",
            r"(?:kk-)?star-?ratings?|(?:post|user|article|entry|page)-?ratings?|ratings?"
            r"|rating-?(?:stars?|box|wrap|wrapper|block|form)|rate-this|rmp-widgets?(?:-container)?"
            r"|(?:post-?)?votes?|voting|yasr(?:-vv|-ov)?|gdrts(?:-rating-block)?|wp-?ulike|reactions?"
            r"|post-?likes?|likes?-?(?:box|button|count|dislike|block)|thumbs-?rating",
            200,
        ),
        Kind(
            "poll",
            r"(?:wp-?|post-?|y-?op-?|totalpoll-?|perfect-?)?(?:polls?|opros)(?:-?(?:container|wrap"
            r"|wrapper|box|form|block|question|holder|\d+))*|surveys?-?(?:box|form|block)",
            600,
        ),
        Kind(
            "table of contents",
            r"(?:ez|lwp?|rank-math|joli|simple|yoast|wp|block|uagb)?-?toc(?:-container|-wrap|-list)?"
            r"|lwptoc|(?:yoast-)?table-?of-?contents?|contents-?(?:list|table)",
            2_000,
            linked=True,
        ),
        Kind(
            "author box",
            r"(?:about-?|post-?|entry-?|article-?|single-?|the-?)?authors?-?"
            r"(?:box|bio|biography|info|card|profile|wrap|description|area|widget|about|block)"
            r"|saboxplugin(?:-wrap)?|abh-box|m-a-box|about-author|pp-multiple-authors(?:-wrapper|-box)?",
            1_500,
            about=True,
        ),
        Kind(
            "sharing",
            r"(?:post-?|social-?|entry-?|article-?|single-?|ya-?|news-?)?"
            r"(?:shar(?:e|es|ing|er|edaddy)\d?)(?:-?(?:bar|block|box|buttons?|icons?|links?|list|wrap"
            r"|wrapper|post|this|count|container|panel|title|label|text))?"
            r"|socials?(?:-?(?:bar|block|box|buttons?|icons?|links?|list|likes|wrap|wrapper|media))?"
            r"|addtoany(?:-.*)?|addthis(?:-.*)?|pluso|uptolike(?:-buttons)?|likely|goodshare|essb(?:-.*)?"
            r"|heateor(?:-.*)?|ssba|a2a(?:-kit)?|jssocials",
            300,
        ),
        Kind(
            "subscription",
            r"(?:email-?|post-?|news-?|es-?|single-?)?subscri(?:be|bers?|ption|ptions)"
            r"(?:-?(?:form|box|block|wrap|wrapper|widget|container|banner|text|title|us|link|shortcode"
            r"|telegram))*"
            r"|newsletters?(?:-.*)?|mailpoet(?:-.*)?|mc4wp(?:-.*)?|optin(?:-.*)?|sendpulse(?:-.*)?"
            r"|(?:tg|telegram|whatsapp|instagram|messenger)-?"
            r"(?:banner|block|subscribe|channel|box|widget|promo|invite|cta|button)s?",
            400,
        ),
        Kind(
            "related",
            r"(?:jp-?)?related-?(?:posts?|news|articles?|stories|content|links?|block|items|materials)?"
            r"|yarpp(?:-.*)?|crp-related|read-?(?:also|next|more)|also-?read|similar-?(?:posts?|news)"
            r"|recommend(?:ed|ations?)(?:-.*)?|inline-?related(?:-.*)?|more-?(?:news|posts)",
            3_000,
            linked=True,
        ),
        Kind(
            "terms",
            r"(?:post|entry|article|single|bottom)-?tags?(?:-?(?:links?|list|block|wrap))?"
            r"|tags-?links?|tag-?(?:cloud|list)|cat-?links|post-?(?:bottom|footer)-?meta",
            300,
            linked=True,
        ),
        Kind(
            "comments",
            r"comments?-?(?:area|list|respond|form|section|block|template|wrap|link)|respond|disqus"
            r"|(?:wp)?discuz(?:-.*)?|hypercomments(?:-.*)?|cackle(?:-.*)?",
            20_000,
        ),
        Kind(
            "paging",
            r"breadcrumbs?(?:-.*)?|post-?nav(?:igation)?|nav-?(?:links|previous|next)|page-?links"
            r"|post-?nav-?links|pagination",
            1_000,
        ),
    ),
    collapsed=frozenset(
        {"accordion", "answer", "collapse", "collapsed", "collapsible", "expand", "expandable"}
        | {"faq", "fold", "folded", "more", "pane", "panel", "readmore", "spoiler", "spoilers"}
        | {"tab", "tabs", "tabpanel", "toggle", "unfold"}
    ),
    hidden=frozenset(
        {"ad", "ads", "advert", "banner", "cookie", "cookies", "dialog", "hatom", "lightbox"}
        | {"login", "menu", "meta", "microdata", "modal", "nav", "navigation", "overlay"}
        | {"popup", "print", "schema", "search", "share", "sharing", "signup", "social"}
        | {"subscribe", "subscription", "tooltip", "vcard"}
    ),
    openers=phrases.OPENERS,
    phrases=phrases.WHOLE_LINES,
    link_phrases=phrases.BEFORE_LINKS,
    contents=phrases.CONTENTS,
    ends=phrases.ENDS,
    credit=phrases.CREDIT,
)

SHARES = re.compile(
    r"(?:(?:twitter|x)\.com/(?:intent|share)|facebook\.com/(?:sharer|share\.php|dialog)|vk\.com/share"
    r"|t(?:elegram)?\.me/share|wa\.me/\?|whatsapp(?:\.com|:/)/send/?\?(?!.*phone=)|connect\.ok\.ru/|ok\.ru/dk\?"
    r"|pinterest\.\w{2,3}/pin/create|linkedin\.com/(?:share|cws)|viber://forward)"
)
"""Addresses at which a reader shares a page."""
DECORATION = frozenset({"avatar", "emoji", "emoji_img", "wp-smiley"})
"""Classes of pictures that belong to no article, or stand for a character."""
NO_PICTURE = re.compile(
    r"//s\.w\.org/|gravatar\.com/|/pixel\.(?:gif|png)|/emoji(?:/|\.php)"
    r"|/wp-content/plugins/(?![^?]{0,99}\?.{0,299}\.(?:jpe?g|png|webp)(?:&|$))"
    r"|//[\w.-]*(?<![a-z])(?:counter|informer|pixel)\.|mc\.yandex\.ru/|//c\.zero\.kz/"
    r"|scorecardresearch\.com/|google-analytics\.com/|doubleclick\.net/|hotlog\.ru/"
    r"|stats\.(?:wordpress|wp)\.com/|top-fwz1\.mail\.ru/|facebook\.com/tr\?|/rtrg\?|[?&][\w-]{0,40}pixel="
    r"|(?:/|%2F)(?:i\d?\.ytimg|img\.youtube)\.com(?:/|%2F)vi"
)
"""Addresses of smileys, portraits, counters, what plugins draw, and the previews of players."""
PLACEHOLDERS = frozenset(
    {"1x1", "blank", "clear", "default", "dummy", "empty", "gray", "grey", "lazy", "lazyload"}
    | {"load", "loader", "loading", "no", "nofoto", "noimage", "nophoto", "pixel", "placeholder"}
    | {"preload", "preloader", "spacer", "spinner", "trans", "transparent", "white", "zaglushka"}
)
"""Words of which the names of placeholders are made."""
ANY_PICTURE = frozenset({"foto", "image", "img", "photo", "picture"})
"""Words in the names of pictures and placeholders alike."""
ANY_NAME = ANY_PICTURE | {
    *("anons", "article", "big", "cover", "default", "detail", "full", "gallery", "head"),
    *("header", "large", "main", "medium", "mini", "news", "orig", "original", "pic"),
    *("post", "poster", "preview", "screenshot", "slide", "small", "thumb", "thumbnail", "title"),
}
"""Words in the names of pictures that tell nothing."""
BACKGROUNDS = frozenset({"background", "bg", "bgset", "img", "original", "parallax", "src"})
"""Words in the names of attributes that hold what an element is to show behind its words."""
SIZES = frozenset({"crop", "dpr", "fit", "h", "height", "q", "quality", "size", "w", "width", "zc"})
"""Parameters of scripts that serve one picture in many sizes."""
OTHER_PICTURES = frozenset(
    {"avatar", "background", "blur", "blurred", "error", "fallback", "hover", "icon", "lqip", "pin"}
    | {"placeholder", "poster", "preview", "share", "small", "thumb", "thumbnail", "tiny"}
)
"""Words in the names of attributes that hold another picture than the one to show."""
AUTHOR_LABEL = re.compile(r"автор|Written by|Жазған", re.IGNORECASE)
"""What Yoast writes before the name of an author."""
WEATHER_NOW, WEATHER_TOMORROW = "Сейчас|Қазір", "Завтра|Ертең"
"""The words of a weather widget."""
