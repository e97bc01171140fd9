"""Boilerplate of WordPress news sites in Russian and Kazakh. Edit this file for a new phrase.

Facts of the site: ``docs/the-site.md``, «Boilerplate». Selectors cut elements whatever their words.
Phrases cut only a short block, so a sentence that merely begins alike stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Kind:
    """A kind of block that plugins put into bodies, recognised by its class or id.

    ``names`` matches the end of one class, whose words are separated by hyphens. A text longer than
    ``longest`` is no such block; a ``linked`` one must also consist mostly of links.
    """

    name: str
    names: str
    longest: int
    linked: bool = False
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(rf"(?:^|-)(?:{self.names})$"))


@dataclass(frozen=True)
class Boilerplate:
    """What a body has that is not the article: elements, and short blocks of text.

    ``selectors`` and ``kinds`` are elements that are cut completely. ``collapsed`` are words in the
    classes of what a reader opens by a click, ``hidden`` of what is hidden for another reason.
    ``social`` names the service of an embedded post by the class of its element. ``phrases`` match
    a block from its beginning and remove it; ``link_phrases`` remove it only if it consists mostly
    of links, or if a list of links follows. ``contents`` is the heading of a table of contents,
    ``ends`` a short block after which something else begins: comments, the imprint.
    """

    selectors: tuple[str, ...]
    kinds: tuple[Kind, ...]
    collapsed: frozenset[str]
    hidden: frozenset[str]
    phrases: tuple[re.Pattern[str], ...]
    link_phrases: tuple[re.Pattern[str], ...]
    contents: re.Pattern[str]
    ends: re.Pattern[str]
    credit: re.Pattern[str]
    social: tuple[tuple[str, str], ...]


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(phrases)})", re.IGNORECASE)


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
    kinds=(
        Kind(
            "counter",
            r"(?:post|page|entry|article|news|story|single)-(?:views?|hits)|post-?counter|pageviews?"
            r"|views?-?(?:count|counter|number|num|total|label|icon)|hits?-?counter",
            80,
        ),
        Kind(
            "reading time",
            r"(?:rt|estimated|post|entry|article)?-?read(?:ing)?-?(?:time|duration)|time-to-read"
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
        | {"login", "menu", "meta", "microdata", "mobile", "modal", "nav", "navigation", "overlay"}
        | {"popup", "print", "schema", "search", "share", "sharing", "signup", "social"}
        | {"subscribe", "subscription", "tooltip", "vcard"}
    ),
    phrases=(
        _any(
            r"Заметили\s+(?:ошибку|опечатку|неточность)",
            r"(?:Если\s+вы\s+)?(?:Нашли|обнаружили|увидели)\s+(?:ошибку|опечатку|неточность)",
            r"(?:Мәтіннен\s+)?[Ққ]ате(?:ні|лік|лікті)?\s+(?:тапсаңыз|байқасаңыз|көрсеңіз)",
            r"Сообщение\s.+\sпоявил(?:ось|ись)\s+сначала\s+на",
            r"Запись\s.+\sвпервые\s+появилась",
            r"The post\s.+\s(?:appeared first on|first appeared on)",
            r"Страницы:\s*\d+(?:\s+\d+)*$",
            r"(?:Реклама|Жарнама|Advertisement)$",
            r"На\s+правах\s+рекламы$",
        ),
        # sharing
        _any(
            r"Поделит(?:ь|е)с[ья](?:\s+(?:в|на|через)\s+\S+|\s+(?:этой\s+|этим\s+)?(?:новостью|"
            r"стать[её]й|материалом|записью|ссылкой|публикацией|постом|страницей)"
            r"(?:\s+(?:в|с|на)\s+.{1,40})?|\s+с\s+друзьями)?[\s:!.]*$",
            r"(?:Расскажи(?:те)?|Отправь(?:те)?)\s+(?:об\s+этом\s+)?друзьям[\s:!.]*$",
            r"(?:Достар\S{3,12}\s+)?б[өо]лі[сц](?:у|іңіз|іңіздер|іп\s+қойыңыз)(?:\s*үшін)?[\s:!.]*$",
            r"Share(?:\s+(?:this|on|via)(?:\s+\w+){0,2})?[\s:!.]*$",
        ),
        # counters, reading times, votes
        _any(
            r"(?:👁\W*|Количество\s+|Число\s+|Кол-во\s+|Всего\s+)?"
            r"(?:Просмотр(?:ов|ы|а|ено|ели)?|Прочит(?:али|ано)|Прочтени[йя]|Қарал(?:ым|ды|ған)|"
            r"Қаралым\s+саны|Қарау\s+саны|Көрілім|Оқылды|Оқылым|(?:Post\s+|Total\s+|Page\s+)?Views?|"
            r"Hits)[\s:–—-]*[\d][\d\s.,]*[kкKКмM]?\+?\s*(?:раз[а]?|рет|times)?[\s.]*$",
            r"[\d][\d\s.,]*[kкKК]?\s*(?:просмотр(?:ов|а|ы)?|прочтени[йяе]|қаралым|рет\s+(?:қаралды|"
            r"оқылды)|views?|reads?)[\s.]*$",
            r"👁\W*[\d\s.,]+[kкKК]?$",
            r"(?:Примерное\s+)?Время\s+(?:на\s+)?(?:про)?чтени[яюе]?[\s:–—~≈-]*(?:менее\s+)?\d+"
            r"(?:[-–]\d+)?\s*м[а-я]{0,5}\.?$",
            r"(?:На\s+чтение|Чтение|Читать|Читается\s+за)[\s:–—~≈-]*\d+(?:[-–]\d+)?\s*м[а-я]{0,5}\.?$",
            r"[~≈]?\s*\d+(?:[-–]\d+)?\s*мин(?:\.|ута|уты|ут)?\s+(?:на\s+)?(?:про)?чтени[яюе]\.?$",
            r"Оқу\s+(?:уақыты|ұзақтығы)[\s:–—~-]*\d+\s*мин(?:\.|ут)?$",
            r"\d+\s*мин(?:\.|ут)?\s+оқу(?:\s+уақыты)?\.?$",
            r"(?:Estimated\s+)?Read(?:ing)?\s+time[\s:–—~-]*\d+\s*min(?:ute)?s?\.?(?:\s+read)?$",
            r"\d+\s*min(?:ute)?s?\s+read$",
            r"(?:Оцените|Бағалаңыз|Rate)(?:\s+(?:эту|этот|this|осы))?(?:\s+(?:статью|материал|новость|"
            r"запись|публикацию|post|article|мақаланы|жаңалықты))?[\s:!.★☆]*$",
            r"(?:Рейтинг|Средняя\s+оценка|Средний\s+рейтинг|Оценка|Голосов|Всего\s+голосов|Орташа\s+баға|"
            r"Average\s+rating|Votes?)[\s:–—-]*\d[\s\d.,;:()|/]*(?:(?:из|of|голосов|голоса|голос|"
            r"votes?|оценок|оценки|дауыс|всего)[\s\d.,;:()|/]*){0,5}$",
            r"[\[(]?\s*(?:Всего|Голосов|голосов|Total|Votes?)[\s:]*\d+[\s,.;:|]*(?:Средн\w+|"
            r"в\s+среднем|Average)(?:\s+оценка)?[\s:]*[\d.,]+(?:\s*(?:/|из|out\s+of|of)\s*\d+)?"
            r"\s*[\])]?$",
        ),
        # what opens collapsed text
        _any(
            r"(?:Читать|Показать|Развернуть|Раскрыть|Свернуть|Скрыть|Подробнее)"
            r"(?:\s+(?:полностью|далее|дальше|ещ[её]|вс[её]|больше|весь\s+текст|всю\s+статью|"
            r"текст|статью|полный\s+текст))?[\s.…»→>↓]*$",
            r"(?:Толығырақ|Толық\s+оқу|Әрі\s+қарай(?:\s+оқу)?|Көбірек)[\s.…»→>↓]*$",
            r"(?:Read|Show)\s+(?:more|less)[\s.…»→>↓]*$",
        ),
        # subscriptions that name a channel need no link
        _any(
            r"(?:(?:А\s+также\s+|И\s+)?(?:Подпи(?:сывай(?:ся|тесь)|шись|шитесь|саться)|"
            r"Присоединя(?:йся|йтесь)|Вступай(?:те)?|Оформ(?:и|ите)\s+подписку|Следи(?:те)?|"
            r"Читай(?:те)?\s+нас|Больше\s+(?:новостей|интересного)|(?:Самые\s+)?(?:свежие|последние|"
            r"важные|оперативные)\s+новости)\s.{0,60}?"
            r"(?:телеграм+\S*|telegram\S*|инстаграм+\S*|instagram\S*|фейсбук\S*|facebook\S*|"
            r"вконтакте|ютуб\S*|youtube\S*|whats-?app\S*|ватсап\S*|вотсап\S*|tiktok\S*|тик-?ток\S*|"
            r"viber\S*|дзен\S*|рассылк\S*|(?:наш|наши|нашу|нашем|наших)\s+(?:канал\S*|групп\S*|"
            r"страниц\S*|аккаунт\S*|соцсет\S*|социальн\S*\s+сет\S*)).{0,80})$",
            r"(?:(?:Біздің\s+)?(?:telegram|телеграм|instagram|инстаграм|facebook|фейсбук|youtube|ютуб|"
            r"whats-?app|ватсап|tiktok|тикток)\S*.{0,40}(?:жазыл|қосыл|тіркел|оқы)\S*.{0,60})$",
            r"Subscribe(?:\s+now)?(?:\s+(?:to|on)\s.{0,80}?\b(?:our|newsletters?|channel|youtube|telegram)"
            r"\b.{0,80})?[\s.!:]*$",
            r"(?:Get|Receive|Sign\s+up|For\s+the\s+latest)\s.{0,120}?\b(?:inbox|newsletters?)\b.{0,80}$",
            r"(?:Follow|Join|Find)\s+\S+(?:\s\S+){0,2}\s+on\s+(?:facebook|google\s+news|instagram|"
            r"telegram|tiktok|twitter|x|youtube|whatsapp)\b.{0,150}$",
            r"(?:For\s+the\s+latest\s.{1,80}\s|Click\s+here\s+to\s+)?(?:download|get)\s+(?:the|our)\s"
            r".{0,60}\bapps?\b.{0,60}$",
        ),
    ),
    link_phrases=(
        _any(
            r"(?:Чита(?:й|йте|ть)|Смотри(?:те)?|Узнай(?:те)?)\s+"
            r"(?:также|ещ[её]|далее|подробнее|по\s+теме|больше)",
            r"(?:Также|Ещ[её])\s+(?:читайте|смотрите|по\s+теме)",
            r"(?:Материалы|Новости|Стать[ия]|Публикации)?\s*по\s+(?:этой\s+)?теме",
            r"Похожие\s+(?:новости|статьи|материалы|записи|публикации)",
            r"Другие\s+(?:новости|статьи|материалы)",
            r"(?:Вам\s+(?:может|также)\s+(?:быть\s+)?(?:понравит\S+|интересно)|Рекомендуем)"
            r"(?:\s+(?:почитать|прочитать|также))?",
            r"Подпи(?:сывай(?:ся|тесь)|шись|шитесь|саться)",
            r"(?:Следите|Следи)\s+за",
            r"Присоединя(?:йся|йтесь)",
            r"(?:Мы|Наш)\s+(?:в\s+)?(?:Telegram|Телеграм+|Instagram|Инстаграм+|Facebook|YouTube)\S*",
            r"(?:Тағы|Сондай-ақ|Тағы\s+да)\s+(?:да\s+)?(?:оқыңыз(?:дар)?|қараңыз(?:дар)?|оқу)",
            r"Оқи\s+отырыңыз(?:дар)?",
            r"Осы\s+тақырып(?:та|қа|\s+бойынша)?",
            r"Ұқсас\s+(?:жаңалықтар|мақалалар|материалдар)",
            r"Басқа\s+(?:да\s+)?(?:жаңалықтар|мақалалар)",
            r"Біздің\s+(?:Telegram|Телеграм+|Instagram|Инстаграм+)\S*",
            r"(?:Telegram|Телеграм+)\S*\s+(?:арна\S*|канал\S*)\s+(?:жазылыңыз|қосылыңыз)(?:дар)?",
            r"Жазылыңыз(?:дар)?",
            r"(?:Read|See)\s+(?:also|more)",
            r"Related(?:\s+(?:posts?|articles?|news|stories))?",
        ),
    ),
    contents=_any(
        r"(?:Содержание|Оглавление|Мазмұны|Contents|Table\s+of\s+contents)(?:\s+статьи|\s+мақалы)?"
        r"(?:\s*[\[(]?(?:скрыть|показать|hide|show|toggle|жасыру)[\])]?)?[\s:]*$"
    ),
    ends=_any(
        r"(?:\d+\s+)?(?:Комментари|Пікірлер|Обсуждени|Отзывы)",
        r"(?:\d+\s+(?:comments?|responses?|replies)|comments(?:\s*\(\d+\))?)(?:\s+(?:on|to)\b|:?$)",
        r"(?:leave|post)\s+a\s+(?:comment|reply)",
        r"(?:copyright\s+)?©.*\b20\d\d",
    ),
    credit=re.compile(
        r"(?:Фото(?:графи[яи])?|Видео|Сурет(?:тер)?|Суретті\s+түсірген|Автор\s+(?:фото|снимка)|"
        r"Источник\s+(?:фото|изображения)|Фото\s+(?:автора|с\s+сайта)|Фотосурет|Коллаж|Скриншот|"
        r"Иллюстрация|Photo(?:\s+by)?|Image(?:\s+credit)?)"
        r"\s*(?P<sign>[:–—-])\s*(?P<credit>\S.{0,119})",
        re.IGNORECASE,
    ),
    social=(
        ("instagram-media", "instagram"),
        ("twitter-tweet", "twitter"),
        ("twitter-video", "twitter"),
        ("tiktok-embed", "tiktok"),
        ("fb-post", "facebook"),
        ("fb-video", "facebook"),
        ("telegram-post", "telegram"),
    ),
)

DECORATION = frozenset({"avatar", "emoji", "wp-smiley"})
"""Classes of pictures that belong to no article."""
NO_PICTURE = re.compile(
    r"//s\.w\.org/|gravatar\.com/|/pixel\.(?:gif|png)|//counter\.|mc\.yandex\.ru/watch"
)
"""Addresses of smileys, portraits and counters."""
PLACEHOLDERS = frozenset(
    {"1x1", "blank", "clear", "default", "dummy", "empty", "gray", "grey", "image", "img", "lazy"}
    | {"lazyload", "load", "loader", "loading", "no", "noimage", "picture", "pixel", "placeholder"}
    | {"preload", "preloader", "spacer", "spinner", "trans", "transparent", "white", "zaglushka"}
)
"""Words of which the names of placeholders are made."""
OTHER_PICTURES = frozenset(
    {"avatar", "background", "blur", "blurred", "error", "fallback", "hover", "icon", "lqip", "pin"}
    | {"placeholder", "poster", "preview", "share", "small", "thumb", "thumbnail", "tiny"}
)
"""Words in the names of attributes that hold another picture than the one to show."""
AUTHOR_LABEL = re.compile(r"автор|Written by|Жазған", re.IGNORECASE)
"""What Yoast writes before the name of an author."""
WEATHER_NOW, WEATHER_TOMORROW = "Сейчас|Қазір", "Завтра|Ертең"
"""The words of a weather widget."""
