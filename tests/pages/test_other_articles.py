"""A page that goes on with other whole articles is read as its own one alone."""

from __future__ import annotations

import pytest

import kznews

URL = "https://news.example/2026/11/most"
NEXT = "https://news.example/2026/11/rynok"
OWN = (
    (
        "Акимат объявил о ремонте моста через реку, движение перекроют до конца месяца, автобусы "
        "пойдут в объезд по набережной и двум соседним улицам города."
    ),
    (
        "Специалисты осмотрели опоры и нашли трещины, поэтому грузовикам запретили въезд, "
        "рассказали в управлении дорог жителям на встрече."
    ),
    (
        "Подрядчика выберут по итогам торгов, деньги на работы выделили из резерва, и бригады "
        "выйдут на переправу сразу после паводка."
    ),
    (
        "Водителям советуют заранее менять маршрут, для школьников с левого берега пустят свой "
        "автобус, который будет ходить каждые полчаса."
    ),
    (
        "Мост построили полвека назад, с тех пор нагрузка выросла втрое, а последний раз его "
        "проверяли ещё до того, как рядом открыли завод."
    ),
)
OTHER = (
    (
        "Торговый рынок на окраине закрыли после проверки, продавцам обещают места в павильоне, "
        "который построят к весне рядом с автовокзалом."
    ),
    (
        "Покупатели жалуются, что теперь за овощами приходится ездить через весь город, и просят "
        "открыть ярмарку хотя бы по выходным дням."
    ),
    (
        "Инспекторы нашли в рядах испорченное мясо и старую проводку, владельца оштрафовали и дали "
        "ему два месяца, чтобы всё исправить."
    ),
    (
        "Часть торговцев уже собрала подписи под письмом, в котором просит не сносить старые "
        "прилавки и оставить хотя бы цветочный ряд."
    ),
    (
        "В прошлом году похожую площадку закрывали из-за пожара, тогда её привели в порядок за "
        "одну осень, и покупатели вернулись."
    ),
)
HEAD = (
    "<title>Мост закроют на ремонт - Вестник</title>"
    "<meta property='og:type' content='article'>"
    "<meta property='og:title' content='Мост закроют на ремонт'>"
)


def page(*parts: str) -> str:
    head = f"<meta charset='utf-8'>{HEAD}<link rel='canonical' href='{URL}'>"
    return f"<!doctype html><html><head>{head}</head><body>{''.join(parts)}</body></html>"


def told(title: str, paragraphs: tuple[str, ...], author: str, heading: str = "h1") -> str:
    text = "".join(f"<p>{each}</p>" for each in paragraphs)
    return (
        f"<{heading} class='name'>{title}</{heading}><span class='author'>{author}</span>"
        f"<time datetime='2026-11-20T10:00:00+05:00'>20.11.2026</time>"
        f"<div class='words'>{text}</div>"
    )


FIRST = told("Мост закроют на ремонт", OWN, "Иван Иванов")
SECOND = told("Рынок закрыли", OTHER, "Пётр Петров")
LINKED = told(f"<a href='{NEXT}'>Рынок закрыли</a>", OTHER, "", "h2")
WORDPRESS = "<article id='post-{}' class='post hentry'>{}</article>"


@pytest.mark.parametrize(
    "html",
    [
        page(f"<article>{FIRST}</article>", f"<article>{SECOND}</article>"),
        page(f"<div class='story'>{FIRST}</div>", f"<div class='story'>{SECOND}</div>"),
        page(
            f"<div class='story active'>{FIRST}</div>",
            f"<div class='next'><div class='story'>{SECOND}</div><p>{OTHER[0]}</p></div>",
        ),
        page(f"<div class='story'>{FIRST}</div>", f"<div class='story'>{LINKED}</div>"),
        page(
            f"<div class='story'>{FIRST.replace('time', 'b')}</div>",
            f"<div class='story' data-url='{NEXT}'><h1 class='name'>Рынок закрыли</h1>"
            f"<p>{OTHER[0]}</p><p>{OTHER[1]}</p></div>",
        ),
        page(WORDPRESS.format(7, FIRST), WORDPRESS.format(8, SECOND)).replace(
            "words", "entry-content"
        ),
        page(f"<div class='story'>{SECOND}</div>", f"<div class='story'>{FIRST}</div>"),
    ],
)
@pytest.mark.parametrize("site", ["https://news.example", "https://365info.kz"])
def test_another_whole_article_is_left_out(html: str, site: str) -> None:
    html = html.replace("https://news.example", site)
    article = kznews.read(html, URL.replace("https://news.example", site))
    assert article.title == "Мост закроют на ремонт"
    assert article.text.split("\n\n") == list(OWN)
    assert article.authors == ["Иван Иванов"]
    assert article.suspect is None


def test_another_whole_article_of_a_known_theme_is_left_out() -> None:
    singular = "<div class='layout-singular'><h1 class='singular__title'>{}</h1>{}</div>"
    own, other = (
        f"<div class='singular__content'><p>{'</p><p>'.join(some)}</p></div>"
        for some in (OWN, OTHER)
    )
    html = page(singular.format("Мост закроют", own), singular.format("Рынок закрыли", other))
    article = kznews.read(html, URL.replace("news.example", "365info.kz"))
    assert (article.title, article.layout) == ("Мост закроют", "current")
    assert article.text.split("\n\n") == list(OWN)


@pytest.mark.parametrize(
    "heading",
    [
        "<h2 class='name'>Что дальше</h2>",
        "<h1 class='name'>Что дальше</h1>",
        "<h1 class='name'>Мост закроют на ремонт</h1><time datetime='2026-11-20'></time>",
    ],
)
def test_the_parts_of_one_article_are_read(heading: str) -> None:
    """Builders dress each part of a page alike; some repeat its title."""
    part = "<section class='part'>{}</section>"
    rest = f"{heading}<p>{'</p><p>'.join(OTHER)}</p>"
    article = kznews.read(page(part.format(FIRST), part.format(rest)), URL)
    assert [each for each in OWN + OTHER if each not in article.text] == []


def test_the_parts_inside_an_article_are_read() -> None:
    inside = f"<h1 class='name'>Что дальше</h1><p>{'</p><p>'.join(OTHER)}</p>"
    html = page(f"<article class='story'>{FIRST}<article>{inside}</article></article>")
    assert OWN[1] in kznews.read(html, URL).text
