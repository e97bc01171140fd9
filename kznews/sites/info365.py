"""365info.kz and its Kazakh edition. Edit this file when the site changes.

``docs/the-site.md`` says where each selector comes from.
"""

from __future__ import annotations

import re
from dataclasses import replace

from kznews.sites.boilerplate import WORDPRESS
from kznews.sites.site import Layout, Site

CURRENT = Layout(
    name="current",
    article="div.layout-singular",
    card=".archive__item, .lastnews__item",
    card_link="a.archive__item-link, .lastnews__item a[href]",
    card_date=".archive__item-date, .lastnews__item-datetime",
    title="h1.singular__title",
    body="div.singular__content",
    date=".updated",
    image="figure.singular__thumbnail",
    image_caption="figcaption",
    category=".singular__category, a[rel~=category]",
    author=".singular__author a, .singular__author, a[rel~=author]",
    tag=".singular__tags a, a[rel=tag]",
    views=".meta__details, .post-views-count",
)
OLD = replace(
    CURRENT,
    name="old",
    article=".single__content",
    card=".category__items .item, .items .item",
    card_link="a.item__link, .items .item a[href]",
    card_date=".item__date",
    title=".single__title",
    body=".single__content",
    date=".updated, .meta__date",
    image=".single__thumb",
    image_caption=".single__thumb-caption",
    category=".single__category a",
    author=".meta__author",
    tag=".single__tags a",
)

INFO365 = Site(
    name="365info",
    root="https://365info.kz",
    hosts=("365info.kz", "www.365info.kz"),
    language="ru",
    zone="Asia/Almaty",
    sections={"poslednie-novosti": "Последние новости"},
    catch_all=frozenset({"poslednie-novosti", "Последние новости", "glavnoe", "Главное"}),
    layouts=(CURRENT, OLD),
    hooks=(".js-mediator-article", "[itemprop=articleBody]", "article .entry-content", "article"),
    boilerplate=replace(
        WORDPRESS,
        phrases=(
            *WORDPRESS.phrases,
            re.compile(r"Подпи(?:сывайтесь|шитесь)\s+на\s+(?:наш|365info)", re.IGNORECASE),
        ),
    ),
)

INFO365_KAZ = replace(
    INFO365,
    name="365info-kaz",
    root="https://kaz.365info.kz",
    hosts=("kaz.365info.kz",),
    language="kk",
    sections={"songy-zhanalyqtar": "Соңғы жаңалықтар"},
    assumed=frozenset({"songy-zhanalyqtar"}),
    catch_all=frozenset(
        {"songy-zhanalyqtar", "Соңғы жаңалықтар", "basty-zhanalyqtar", "Басты жаңалықтар"}
    ),
)
