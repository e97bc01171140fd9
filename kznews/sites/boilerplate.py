"""Boilerplate common to WordPress news sites in Russian and Kazakh: the file to edit for a phrase.

Sources: site facts in ``docs/the-site.md``, «Boilerplate». What is cut by selector needs no words;
what is cut by words must be a short block of its own, so a sentence that merely begins alike stays.
"""

from __future__ import annotations

import re

from kznews.sites.site import Boilerplate


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(phrases)})", re.IGNORECASE)


WORDPRESS = Boilerplate(
    selectors=(
        # never shown, or not text
        "style",
        "template",
        "svg",
        "object",
        "canvas",
        "form",
        "button",
        "select",
        "textarea",
        "nav",
        "aside",
        "[hidden]",
        '[style*="display:none"]',
        '[style*="display: none"]',
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
    phrases=(
        _any(
            r"Заметили\s+ошибку",
            r"Нашли\s+(?:ошибку|опечатку)",
            r"(?:Мәтіннен\s+)?[Ққ]ате(?:ні)?\s+(?:тапсаңыз|байқасаңыз)",
            r"Сообщение\s.+\sпоявил(?:ось|ись)\s+сначала\s+на",
            r"The post\s.+\sappeared first on",
            r"Страницы:\s*\d+(?:\s+\d+)*$",
            r"Поделиться(?:\s+(?:в|на)\s+\S+)?:?$",
            r"Бөлісу:?$",
            r"(?:Реклама|Жарнама)$",
        ),
    ),
    link_phrases=(
        _any(
            r"Чита(?:йте|ть)\s+(?:также|еще|ещё|далее|подробнее|по\s+теме)",
            r"(?:Смотрите|Смотри)\s+также",
            r"(?:Материалы|Новости|Также|Ещё|Еще)?\s*по\s+теме",
            r"Похожие\s+(?:новости|статьи|материалы)",
            r"Другие\s+новости",
            r"Подпи(?:сывайтесь|шитесь|саться)",
            r"Следите\s+за",
            r"Наш\s+(?:Telegram|Телеграм)",
            r"(?:Тағы|Сондай-ақ|Тағы\s+да)\s+оқыңыз(?:дар)?",
            r"Оқи\s+отырыңыз(?:дар)?",
            r"Осы\s+тақырып(?:та|қа)?",
            r"Біздің\s+(?:Telegram|Телеграм)",
            r"Telegram\s+арнамызға\s+жазылыңыз",
            r"Жазылыңыз",
        ),
    ),
    credit=re.compile(
        r"(?:Фото|Сурет|Суретті\s+түсірген|Автор\s+фото|Источник\s+фото|Коллаж|Скриншот)"
        r"\s*(?::|[–—-](?!.*[.!?]$))\s*(?P<credit>\S.{0,119})",
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
