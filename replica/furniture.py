"""What stands around the news on every page, and the pieces that both themes share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from replica.cloudflare import protect
from replica.dates import for_people
from replica.metadata import LOCALE, page_path
from replica.model import BASE, OTHER_EDITION, PAGE_BREAK, Picture, Piece, Post, esc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from replica.model import Term
    from replica.newsroom import Newsroom

EMAIL = "redaktsiya@365info.example"
RELATED = {"ru": "Читайте также", "kk": "Тағы оқыңыз"}
POPULAR = {"ru": "Популярное", "kk": "Ең көп оқылған"}
COMMENTS = {"ru": "Комментарии читателей", "kk": "Пікірлер"}
PAGES = {"ru": "Страницы:", "kk": "Беттер:"}
SUBSCRIBE = {
    "ru": "Подпишитесь на рассылку, чтобы не пропустить главное",
    "kk": "Жаңалықтарға жазылыңыз",
}
PASSWORD_FORM = (
    f'<form action="{BASE}/wp-login.php?action=postpass" class="post-password-form" method="post">'
    "<p>Это содержимое защищено паролем. Для его просмотра введите, пожалуйста, пароль:</p>"
    '<p><label>Пароль: <input name="post_password" type="password" /></label></p></form>'
)


def document(newsroom: Newsroom, head: str, body: str, body_class: str) -> str:
    """Put a page together: header with weather and rates, footer with the hidden e-mail."""
    page = (
        f'<!DOCTYPE html>\n<html lang="{LOCALE[newsroom.language][1]}">\n<head>\n'
        '<meta charset="UTF-8">\n<meta name="viewport" content="width=device-width">\n'
        f'<link rel="alternate" type="application/rss+xml" title="Лента" href="{BASE}/feed/" />\n'
        f"{head}\n</head>\n"
    )
    return page + protect(
        f'<body class="{body_class}">\n{_header(newsroom)}\n<main>\n{body}\n</main>\n'
        f"{_footer(newsroom)}\n</body>\n</html>\n"
    )


def body_blocks(post: Post, page: int) -> list[tuple[str, str]]:
    """Class and HTML of the body blocks of one page: one, or an announcement and the rest."""
    if post.password:
        return [(post.body_class, PASSWORD_FORM)]
    html = "\n".join(piece.html for piece in post.pieces)
    parts = [part.strip() for part in html.split(PAGE_BREAK)]
    inner = parts[page - 1]
    if len(parts) > 1:
        inner += _page_links(post, page, len(parts))
    inner = "<div>" * post.nesting + inner + "</div>" * post.nesting
    blocks = [(post.body_class, inner)]
    if post.announcement and page == 1:
        lead = "\n".join(piece.html for piece in post.announcement)
        blocks = [("es-email-subscribe", lead), ("none-bold-first-p", inner)]
    return blocks


def page_count(post: Post) -> int:
    """Tell into how many pages the post is split."""
    return 1 + sum(piece.html == PAGE_BREAK for piece in post.pieces)


def term_links(terms: Sequence[Term], rel: str, css: str) -> str:
    """Links to categories or tags."""
    return " ".join(
        f'<a class="{css}" href="{BASE}{term.path}" rel="{rel}">{esc(term.name)}</a>'
        for term in terms
    )


def author_links(post: Post, css: str) -> str:
    """Links to the authors."""
    return ", ".join(
        f'<a class="{css}" href="{BASE}/author/{author.slug}" rel="author">{esc(author.name)}</a>'
        for author in post.authors
    )


def lead_figure(picture: Picture | None, css: str, caption_css: str = "") -> str:
    """Image above the body, its credit below it."""
    if not picture:
        return ""
    named = f' class="{caption_css}"' if caption_css else ""
    shown = picture.below if picture.printed else ""
    below = f"<figcaption{named}>{esc(shown)}</figcaption>" if shown else ""
    image = f'<img width="1200" height="800" src="{BASE}{picture.path}" alt="" />'
    return f'<figure class="{css}">{image}{below}</figure>'


def after_article(newsroom: Newsroom, post: Post) -> str:
    """Share bar, subscribe box, comments, related and popular blocks."""
    language = newsroom.language
    url = BASE + post.path
    same = [p for p in newsroom.in_term(post.section)[:6] if p is not post and p.title]
    popular = [p for p in newsroom.posts[:5] if p is not post and p.title]
    comments = "".join(
        f'<li class="comment"><cite>Читатель {n}</cite><p>{esc(text)}</p></li>'
        for n, text in enumerate(post.comments, 1)
    )
    return "\n".join(
        [
            (
                '<div class="share"><span>Поделиться:</span> '
                f'<a href="https://t.me/share/url?url={url}">Telegram</a> '
                f'<a href="https://vk.com/share.php?url={url}">ВКонтакте</a> '
                '<a href="mailto:?subject=365info">Почта</a></div>'
            ),
            (
                f'<form class="subscribe" action="{BASE}/subscribe"><p>{SUBSCRIBE[language]}</p>'
                '<input type="email" name="email" /></form>'
            ),
            _link_block("related", RELATED[language], same[:4]),
            f'<section class="comments"><h3>{COMMENTS[language]}</h3><ol>{comments}</ol></section>'
            if comments
            else "",
            _link_block("popular", POPULAR[language], popular),
        ]
    )


def pagination(path: str, page: int, pages: int) -> str:
    """WordPress' page numbers."""
    if pages < 2:
        return ""
    numbers = sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})
    links = [
        f'<span aria-current="page" class="page-numbers current">{n}</span>'
        if n == page
        else f'<a class="page-numbers" href="{BASE}{page_path(path, n)}">{n}</a>'
        for n in numbers
    ]
    if page > 1:
        back = BASE + page_path(path, page - 1)
        links.insert(0, f'<a class="prev page-numbers" href="{back}">Назад</a>')
    if page < pages:
        onward = BASE + page_path(path, page + 1)
        links.append(f'<a class="next page-numbers" href="{onward}">Далее</a>')
    return (
        f'<nav class="navigation pagination"><div class="nav-links">{" ".join(links)}</div></nav>'
    )


def cards(newsroom: Newsroom, posts: Sequence[Post]) -> list[tuple[str, str, str]]:
    """Link, title and date of each card; some posts are always linked in an odd way."""
    return [(_odd_link(post), post.shown_title, card_date(newsroom, post)) for post in posts]


def card_date(newsroom: Newsroom, post: Post) -> str:
    """Date on a card, unless the site does not tell it."""
    if post.clock == "none":
        return ""
    return for_people(post.published, newsroom.now, newsroom.language)


def stray_links(newsroom: Newsroom) -> list[tuple[str, str]]:
    """Cards that lead to no article of this edition: gone, elsewhere, the other language."""
    if not newsroom.oddities:
        return []
    return [
        (f"{BASE}/{newsroom.today:%Y/%m}/zametka-kotoruyu-snyali", "Заметка, которую сняли"),
        ("https://partner.example/2026/11/reklama", "Материал партнера"),
        (f"{OTHER_EDITION}/2026/11/basqa-basylym", "Басқа тілдегі басылым"),
    ]


def _odd_link(post: Post) -> str:
    url = BASE + post.path
    odd = {
        "utm": f"{url}?utm_source=main&amp;utm_medium=card",
        "short": f"{BASE}/?p={post.id}",
        "slash": f"{url}/",
        "http": f"{BASE}#http{post.path}",
        "fragment": f"{url}#comments",
        "old": BASE + "".join(post.old_slugs[:1]),
    }
    return odd.get(post.link_style, url)


def _page_links(post: Post, page: int, pages: int) -> str:
    numbers = []
    for n in range(1, pages + 1):
        url = BASE + post.path + (f"/{n}" if n > 1 else "")
        numbers.append(
            f'<span class="post-page-numbers current">{n}</span>'
            if n == page
            else f'<a class="post-page-numbers" href="{url}">{n}</a>'
        )
    return f'\n<p class="post-nav-links">{PAGES[post.language]} {" ".join(numbers)}</p>'


def _link_block(css: str, heading: str, posts: Sequence[Post]) -> str:
    items = "".join(
        f'<li class="{css}__item"><a href="{BASE}{post.path}">{post.title}</a></li>'
        for post in posts
    )
    return f'<aside class="{css}"><h3>{heading}</h3><ul>{items}</ul></aside>'


def _header(newsroom: Newsroom) -> str:
    menu = "".join(
        f'<li><a href="{BASE}{term.path}">{term.name}</a></li>' for term in newsroom.categories
    )
    other = "Қазақша" if newsroom.edition == "main" else "Русский"
    cells = [
        "Астана",
        "Сейчас",
        "-7",
        "Завтра",
        "-1",
        "USD",
        "512",
        "0.00",
        "EUR",
        "561",
        "0.00",
        "RUB",
        "6.12",
        "0.00",
    ]
    informer = "".join(f"<span>{cell}</span>\n" for cell in cells)
    return (
        f'<header class="header"><a class="logo" href="{BASE}/">365info.kz</a>'
        f'<div class="informer">{informer}</div><ul class="menu">{menu}</ul>'
        f'<a class="header__language" href="{OTHER_EDITION}/">{other}</a></header>'
    )


def _footer(newsroom: Newsroom) -> str:
    return (
        f'<footer class="footer"><p>© «365 Info», 2014–{newsroom.today.year} {EMAIL}, '
        "+7 (700) 000-36-65</p>\n<p>050000, Республика Казахстан г. Алматы, мкр. Выдуманный, "
        "дом 1, корпус 2, оф. 3</p>\n<p>Заметили ошибку в тексте? Выделите ее и нажмите "
        "Ctrl+Enter</p></footer>"
    )


def read_also_block(links: Sequence[tuple[str, str]], language: str) -> Piece:
    """Heading and list of own articles inside a body."""
    items = "".join(f'<li><a href="{BASE}{path}">{title}</a></li>' for path, title in links)
    html = f"<h3>{RELATED[language]}:</h3>\n<ul>{items}</ul>"
    return Piece(html, related=tuple(path for path, _ in links))
