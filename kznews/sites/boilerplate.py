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

    ``names`` matches the end of one class, whose words are separated by hyphens, before the names
    of parts. A text longer than ``longest`` is no such block; a ``linked`` one must also consist
    mostly of links, and one that ``counts`` hold a number or nothing. What is ``about`` a person is
    text where it quotes them.
    """

    name: str
    names: str
    longest: int
    linked: bool = False
    about: bool = False
    counts: bool = False
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        pattern = re.compile(rf"(?:^|-)(?:{self.names}){_PARTS}$")
        object.__setattr__(self, "pattern", pattern)


_SELECTOR = re.compile(r"[.#]?[A-Za-z][\w-]*")
_PARTS = (
    r"(?:-?(?:area|bar|block|box|button|container|count|counter|form|icon|label|link|list|number"
    r"|panel|total|wrap|wrapper)s?)*"
)
"""What the names of a block's parts add to its own."""


@dataclass(frozen=True, eq=False)  # a hash of all it holds takes longer than a short text
class Boilerplate:
    """What a body has that is not the article: elements, and short blocks of text.

    ``selectors`` (of a tag, a class or an id) and ``kinds`` are elements that are cut completely;
    those ``doubtful``, and of any kind, are text where they hold but prose.
    ``phrases`` match a block from its beginning and remove it; ``link_phrases`` remove it only if
    it consists mostly of links, or if a list of links follows. ``contents`` is the heading of a
    table of contents, ``ends`` a short block after which something else begins: comments, the
    imprint.
    """

    selectors: frozenset[str]
    doubtful: frozenset[str]
    kinds: tuple[Kind, ...]
    phrases: tuple[re.Pattern[str], ...]
    link_phrases: tuple[re.Pattern[str], ...]
    contents: re.Pattern[str]
    ends: re.Pattern[str]
    credit: re.Pattern[str]

    def __post_init__(self) -> None:
        for selector in sorted(self.selectors):
            if not _SELECTOR.fullmatch(selector):
                raise ValueError(f"{selector!r} is no tag, .class or #id; name what has it by one")


WORDPRESS = Boilerplate(
    selectors=frozenset(
        # never shown, or not text
        {"style", "template", "title", "dialog", "noembed", "svg", "canvas", "form", "button"}
        | {"select", "textarea", "nav", "aside", ".screen-reader-text"}
        # other articles, terms
        | {".related", ".related-posts", ".jp-relatedposts", ".wp-block-latest-posts"}
        | {".singular__tags", ".single__tags"}
        # comments, typo reporters, sharing, advertisements
        | {"#comments", ".comments", ".mistape_caption", "#orphus", ".share"}
        | {".adsbygoogle", ".advertisement", ".banner"}
    ),
    doubtful=frozenset({"aside", ".share", ".banner"}),
    kinds=(
        Kind(
            "counter",
            r"(?:page)?views?|post-?counter|hits?-?counter|(?:post|page|article|news)-hits|eye",
            80,
            counts=True,
        ),
        Kind(
            "advertisement",
            r"ads?(?:-(?:wrapper|inner|inline|content|article|slot|unit|zone|place|top|middle|bottom))*"
            r"|advert(?:s|isements?|ising)?|adv|a-rec|code-block-\d+",
            200,
        ),
        Kind(
            "languages",
            r"wpml-ls(?:-.*)?|lang(?:uage)?s?-?(?:switch(?:er)?|selector|items?|menu)",
            300,
        ),
        Kind("reading time", r"read(?:ing)?-?(?:time|duration)|min-read|time-to-read", 80),
        Kind(
            "rating",
            r"(?:post|star)?ratings?(?:-?stars?)?|rate-this|rmp-widgets?|(?:post)?votes?|voting"
            r"|yasr(?:-vv|-ov)?|gdrts|wp-?ulike|reactions?|post-?likes?"
            r"|likes?-?(?:box|button|count|dislike|block)",
            200,
        ),
        Kind(
            "poll",
            r"(?:wp|post|yop|totalpoll)?(?:polls?|opros)(?:-(?:\d+|form|question|holder))*"
            r"|surveys?-?(?:box|form|block)",
            600,
        ),
        Kind(
            "table of contents",
            r"(?:ez|lwp?)?toc|table-?of-?contents?|contents-?(?:list|table)",
            2_000,
            linked=True,
        ),
        Kind(
            "author box",
            r"(?:about|post|entry|article)?authors?-?(?:box|bio|biography|info|card|profile|wrap"
            r"|description|area|widget|about|block)"
            r"|saboxplugin|abh-box|m-a-box|about-author|pp-multiple-authors",
            1_500,
            about=True,
        ),
        Kind(
            "sharing",
            r"(?:social|post|ya)?shar(?:e|es|ing|er|edaddy)\d?(?:-(?:this|post|text|title))?|pluso|likely"
            r"|socials?-?(?:likes|media)?|(?:addtoany|addthis|essb|heateor)(?:-.*)?|uptolike"
            r"|goodshare|ssba|a2a(?:-kit)?|jssocials",
            300,
        ),
        Kind(
            "subscription",
            r"subscri(?:be|bers?|ptions?)(?:-(?:us|text|title|banner|widget|shortcode|telegram))*"
            r"|(?:newsletters?|mailpoet|mc4wp|optin|sendpulse)(?:-.*)?"
            r"|(?:tg|telegram|whatsapp|instagram|messenger)-?"
            r"(?:banner|block|subscribe|channel|box|widget|promo|invite|cta|button)s?",
            400,
        ),
        Kind(
            "related",
            r"related-?(?:posts?|news|articles?|stories|content|items|materials)?|also-?read"
            r"|read-?(?:also|next|more)|similar-?(?:posts?|news)|more-?(?:news|posts)"
            r"|(?:yarpp|recommend(?:ed|ations?)|inline-?related)(?:-.*)?",
            3_000,
            linked=True,
        ),
        Kind(
            "terms",
            r"(?:post|entry|article|single|bottom)-?tags?|tags-?links?|tag-?(?:cloud|list)|cat-?links"
            r"|post-?(?:bottom|footer)-?meta",
            300,
            linked=True,
        ),
        Kind(
            "comments",
            r"comments?-?(?:area|list|respond|form|section|block|template|wrap|link)|respond|disqus"
            r"|(?:(?:wp)?discuz|hypercomments|cackle)(?:-.*)?",
            20_000,
        ),
        Kind(
            "paging",
            r"breadcrumbs?(?:-.*)?|post-?nav(?:igation)?|nav-?(?:links|previous|next)|page-?links"
            r"|pagination",
            1_000,
        ),
    ),
    phrases=phrases.WHOLE_LINES,
    link_phrases=phrases.BEFORE_LINKS,
    contents=phrases.CONTENTS,
    ends=phrases.ENDS,
    credit=phrases.CREDIT,
)

COLLAPSED = frozenset(
    {"accordion", "answer", "collapse", "collapsed", "collapsible", "expand", "expandable"}
    | {"faq", "fold", "folded", "more", "pane", "panel", "readmore", "spoiler", "spoilers"}
    | {"tab", "tabs", "tabpanel", "toggle", "unfold"}
)
"""Words in the classes of what a reader opens by a click."""
HIDDEN = frozenset(
    {"ad", "ads", "advert", "banner", "cookie", "cookies", "dialog", "hatom", "lightbox"}
    | {"login", "menu", "meta", "microdata", "modal", "nav", "navigation", "overlay"}
    | {"popup", "print", "schema", "search", "share", "sharing", "signup", "social"}
    | {"subscribe", "subscription", "tooltip", "vcard"}
)
"""Words in the classes of what is hidden for another reason."""
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
