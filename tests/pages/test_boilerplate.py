"""Boilerplate is removed and nothing else; text that looks like boilerplate stays."""

from __future__ import annotations

import re

import pytest

from kznews.items import Image
from kznews.pages.article import read_article
from tests.reading import article, page, paragraphs

LINK = '<a href="https://365info.kz/2024/02/drugaya">Совсем другая статья о том же</a>'
PICTURE = '<img src="/a.jpg">'
TEXT = "<p>Текст заметки.</p>"


@pytest.mark.parametrize(
    "text",
    [
        "Напомним, в марте здесь открыли мост.",
        f"Напомним, {LINK}.",
        f"Ранее: {LINK}",
        f"Ранее мы писали: {LINK}",
        "Читайте книги: это полезно.",
        (
            f"Читайте также стихи вслух, советует учитель, и приводит пример: {LINK}. "
            "Он уверен, что слух помогает памяти, и проверил это на трех классах за два года."
        ),
        "Подписывайтесь под каждым листом, иначе договор не примут.",
        "Следите за дорогой: ночью гололед.",
        "По теме собрания выступили трое.",
        "Фото и видео с места разошлись по чатам.",
        "Фото из семейного альбома показали в музее.",
        "На фото: старый мост.",
        "Фотограф Иван Петров снимал степь сорок лет.",
        "Фото — доказательство, сказал адвокат.",
        "Поделиться с читателями своим опытом согласился хирург.",
        "Страницы: 12 и 13 архива вырваны.",
        "При использовании материалов экспертизы суд сослался на закон.",
        "Скачать мобильное приложение можно в обоих магазинах.",
        "Сообщить новость о свадьбе он решился не сразу.",
        "Ставьте лайки осторожно, советует психолог.",
        "Опрос показал, что мост нужен всем.",
        "Всё самое ценное вывезли в наш музей.",
        "Теги на стенах закрасили за ночь.",
        "Включите свет, попросил следователь.",
        "Subscribe to a magazine, and it comes by post.",
        "Get ready: the newspaper changes in May.",
        "Follow the river to the bridge, then turn left.",
        "Есть ли другой путь? Пишите заявление, советует юрист.",
        "Реклама на мосту подорожала",
        "If you like rivers, walk along this one.",
    ],
)
def test_text_that_begins_like_furniture_stays(text: str) -> None:
    assert len(paragraphs(f"{TEXT}<p>{text}</p>{TEXT}")) == 3
    assert len(paragraphs(f"<p>{text}</p>{TEXT}")) == 2


@pytest.mark.parametrize(
    "block",
    [
        f"<p>Читайте также: {LINK}</p>",
        (
            f"<p><strong>ЧИТАЙТЕ ТАКЖЕ</strong><br>{LINK}<br>{LINK}<br>{LINK}<br>{LINK}<br>{LINK}"
            f"<br>{LINK}<br>{LINK}<br>{LINK}<br>{LINK}<br>{LINK}<br>{LINK}</p>"
        ),
        f"<h3>Читайте по теме:</h3><ul><li>{LINK}</li><li>{LINK}</li></ul>",
        f"<p>Новости по теме</p><p>{LINK}</p>",
        f"<blockquote><p>Читайте ещё: {LINK}</p></blockquote>",
        f"<p>Тағы оқыңыз: {LINK}</p>",
        '<p>Подписывайтесь на наш <a href="https://t.me/a">Telegram-канал</a></p>',
        "<p>Заметили ошибку в тексте? Выделите ее и нажмите Ctrl+Enter</p>",
        "<p>Сообщение <a href='/2024/03/zametka'>Заметка</a> появились сначала на 365info.kz.</p>",
        "<p>[gallery ids='1,2']</p><p>[vc_row]</p>",
        "<p>Subscribe now!</p><p>Subscribe to our channel for more.</p>",
        "<p>Get the day's news in your inbox. Sign up for our newsletters.</p>",
        "<p>Follow The Gazette on Facebook and Instagram.</p><p>DOWNLOAD OUR APP</p>",
        "<p>For the latest news from the city download the Gazette apps for iOS.</p>",
        "<p>Сообщить новость: +7 700 000 00 00 (WhatsApp)</p>",
        "<p>Ставьте лайк и подписывайтесь на нас в Instagram</p><p>Ставьте лайки!</p>",
        "<p>Есть новость? Пишите нам в WhatsApp: +7 700 000 00 00</p>",
        "<p>- Реклама -</p><p>Партнёрский материал</p><p>Реклама. ТОО «Река», erid: 2Vtzqx01</p>",
        "<p>Поделиться: <a href='https://vk.com/share.php?url=x'>ВКонтакте</a> Telegram</p>",
        "<p>Поделиться</p><ul><li><a href='https://t.me/share/url?url=x'>Телеграм</a></li></ul>",
        "<p><a href='https://twitter.com/intent/tweet?text=x'>Твитнуть</a></p>",
        f"<div><h4>Вам будет интересно</h4><ul><li>{LINK}</li></ul></div>",
        f"<p>Популярное</p><ul><li>{LINK}</li></ul>",
        "<div>Самое важное за неделю в одном письме.<input type=email><i>Раз в неделю</i></div>",
        "<div class='wp-polls'><p>Вы за мост?</p><ul><li>Да</li><li>Нет</li></ul></div>",
        "<h2>Заметка</h2>",
    ],
)
def test_boilerplate_goes_and_the_text_around_it_stays(block: str) -> None:
    assert paragraphs(f"{block}{TEXT}{block if '<h2>' not in block else ''}<p>Конец.</p>") == [
        "Текст заметки.",
        "Конец.",
    ]


def test_links_elsewhere_in_a_text_of_line_breaks_make_no_paragraph_furniture() -> None:
    text = f"{LINK} начало.<br><br>Следите за ценами на хлеб.<br><br>{LINK}, {LINK} и конец."
    assert paragraphs(text)[1] == "Следите за ценами на хлеб."


def test_a_list_of_links_after_a_label_ends_where_text_begins() -> None:
    html = f"<p>Читайте также:</p><ul><li>{LINK}</li></ul>{TEXT}<p>{LINK}</p>"
    assert paragraphs(html) == ["Текст заметки.", "Совсем другая статья о том же"]


def test_the_headline_is_cut_at_the_head_only() -> None:
    assert paragraphs(f"{TEXT}<h2>Заметка</h2>") == ["Текст заметки.", "Заметка"]


@pytest.mark.parametrize(
    "line",
    [
        "<p>Фото: Иван Петров</p>",
        "<p><em>Фото:&nbsp;Иван Петров.</em></p>",
        "<p>Сурет: Иван Петров</p>",
        "<p>Источник фото — Иван Петров</p>",
        "<p>Фото:<b> </b>Иван <b>П</b>етров</p>",
        "<p>Иллюстративное фото: Иван Петров</p>",
        "<p>© Иван Петров</p>",
        "<p>Photo by Иван Петров</p>",
    ],
)
def test_a_credit_line_is_the_picture_s(line: str) -> None:
    told = article(f"<p>{PICTURE}</p>{line}{TEXT}")
    assert (told.text, [image.credit for image in told.images]) == (
        "Текст заметки.",
        ["Иван Петров"],
    )


def test_a_credit_line_in_a_paragraph_leaves_its_other_lines() -> None:
    told = article(f"<p>{PICTURE}<br>Мост весной<br>Фото: Иван Петров</p><p>Фото: X<br>Итог.</p>")
    assert told.text == "Мост весной\n\nИтог."
    assert told.images[0].credit == "Иван Петров"


def test_a_credit_belongs_to_the_last_picture_before_it() -> None:
    second = '<img src="/b.jpg">'
    told = article(f"<p>{PICTURE}</p>{TEXT}<p>{second}</p><p>Фото: Б</p>{TEXT}<p>Фото: В</p>")
    assert [image.credit for image in told.images] == [None, "Б"]


@pytest.mark.parametrize(
    "credit",
    [
        *("Фото из открытых источников", "Фото senate.parlam.kz", "Фото пресс-службы МЧС"),
        *("Фото иллюстративное", "Кадр из видео", "Скриншот видео", "Иллюстративное фото"),
    ],
)
def test_a_credit_without_a_colon_is_one_at_the_head_and_below_a_picture(credit: str) -> None:
    assert paragraphs(f"<p>{credit}</p>{TEXT}") == ["Текст заметки."]
    assert paragraphs(f"{TEXT}<p>{credit}</p>") == ["Текст заметки.", credit]
    told = article(f"{TEXT}<p>{PICTURE}</p><p>{credit}</p>")
    assert (told.text, told.images[0].credit) == ("Текст заметки.", credit.removeprefix("Фото "))


@pytest.mark.parametrize(
    ("below", "caption", "credit"),
    [
        ("Мост. Фото: Иван Петров", "Мост.", "Иван Петров"),
        ("Мост (фото: Иван Петров)", "Мост", "Иван Петров"),
        ("Мост / Фото Ивана", "Мост / Фото Ивана", None),
        ("Мост © Иван Петров", "Мост", "Иван Петров"),
        ("Мост в 1960 году © Город, 2020", "Мост в 1960 году © Город, 2020", None),
        ("Фото: Иван Петров", None, "Иван Петров"),
        ("На фото: мост", "На фото: мост", None),
        ("Мост. Фото пресс-службы акимата", "Мост.", "пресс-службы акимата"),
        ("Мост весной. Кадр из видео", "Мост весной.", "Кадр из видео"),
        ("Кадр 2: вид с моста", "Кадр 2: вид с моста", None),
        ("Фото из архива показали детям.", "Фото из архива показали детям.", None),
        ("На фото: мост. Фото: Иван Петров", "На фото: мост.", "Иван Петров"),
        ("Көпір<br>Сурет: Нұрлан", "Көпір", "Нұрлан"),
    ],
)
def test_a_caption_and_its_credit_are_told_apart(
    below: str, caption: str | None, credit: str | None
) -> None:
    figure = f"<figure>{PICTURE}<figcaption>{below}</figcaption></figure>{TEXT}"
    assert article(figure).images == [Image("https://365info.kz/a.jpg", caption, credit)]


@pytest.mark.parametrize(
    "shortcode",
    [
        f'[caption id="attachment_1" width="600"]{PICTURE} Мост[/caption]',
        f"[caption id=&#8221;a&#8221;]<a href='/a.jpg'>{PICTURE}</a>Мост. Фото: Иван[/caption]",
    ],
)
def test_the_caption_in_a_shortcode_goes_to_its_picture(shortcode: str) -> None:
    told = article(f"<p>{shortcode}</p>{TEXT}")
    assert told.text == "Текст заметки."
    assert (told.images[0].caption or "").startswith("Мост")


def test_brackets_that_are_no_shortcode_stay() -> None:
    assert paragraphs("<p>Он [министр] сказал: [нет].</p>") == ["Он [министр] сказал: [нет]."]


@pytest.mark.parametrize(
    "line",
    [
        "<p>Фото: Иван Петров</p>",
        "<div>Фото: <a href='/x'>Иван Петров</a></div>",
        "Фото: Иван Петров",
        "<figure><figcaption>Фото: Иван Петров</figcaption></figure>",
        "<time>5 марта</time><span>Сурет: Иван Петров.</span>",
    ],
)
@pytest.mark.parametrize("theme", ["current", "old", "unknown"])
@pytest.mark.parametrize(
    "lead", ["", "<p class=lead>Движение перекрыли до весны, пойдут паромы и автобусы</p>"]
)
def test_a_credit_between_title_and_text_is_the_lead_picture_s(
    lead: str, line: str, theme: str
) -> None:
    container, title, body = {
        "current": ("layout-singular", "singular__title", "singular__content"),
        "old": ("single", "single__title", "single__content"),
        "unknown": ("a", "b", "c"),
    }[theme]
    html = (
        "<html><head><title>Мост закрыт</title><meta property='og:image' content='/a.jpg'>"
        "<meta property='og:type' content='article'></head><body>"
        f"<div class='{container}'><h1 class='{title}'>Мост закрыт</h1>{lead}{line}"
        f"<div class='{body}'><p>{'Мост через реку чинят вторую неделю. ' * 9}</p></div></div>"
        "</body></html>"
    )
    told = read_article([page(html)])
    assert told.text.startswith("Движение" if lead and theme == "unknown" else "Мост через реку")
    assert "Иван" not in told.text
    assert [image.credit for image in told.images] == ["Иван Петров"]


@pytest.mark.parametrize(
    "block",
    [
        '<div class="post-views content-post entry-meta"><span>Просмотров:</span> 107</div>',
        "<p>Просмотров: 1 207</p>",
        "<p>Просмотров: 1 207, сегодня: 3</p>",
        "<p>1 207 просмотров, 3 просмотров сегодня</p>",
        "<p>(Посетили 1 207 раз, 3 посещений сегодня)</p>",
        "<p>(Visited 1,207 times, 3 visits today)</p>",
        "<p>Просмотров страницы: 1 207 | Комментариев: 12</p>",
        "<p>Читать: 4 мин · 👁 1 207</p>",
        "<div><span>На чтение</span> 4 мин<span>Опубликовано</span> 24.11.2026</div>",
        "<p>Опубликовано 4 часа назад</p>",
        "<p>Сейчас на странице: 12 человек</p>",
        "<p>Estimated reading time: 4 minutes</p>",
        "<div>Загрузка...</div>",
        "<p>Распечатано: 24.11.2026 15:40 с сайта</p>",
        "<p>Слушать новость 0:00 / 4:15</p>",
        "<div><b class='views-label'>Просмотров:</b> <b class='views-count'>1 207</b></div>",
        "<span class='eye'><i class='fa fa-eye'></i> 1 207</span>",
        "<span><i class='icon-eye'></i> 1 207</span>",
        "<small>© Газета</small>",
        "<p>© 2026</p>",
        "<p>© 365info.kz</p>",
        "<p>107 просмотров</p>",
        "<p>Қаралым: 107</p>",
        "<p>👁 107</p>",
        "<p>Время чтения: ~2 мин.</p>",
        "<p>На чтение 2 мин.</p>",
        "<p>Оқу уақыты: 3 минут</p>",
        '<div class="kk-star-ratings"><img src="/star.png"> 4,5 (12 голосов)</div>',
        "<p>Рейтинг: 4,5 из 5 (12 голосов)</p>",
        "<p>Оцените статью:</p>",
        "<p>Содержание</p><ul><li><a href='#a'>Сроки</a></li><li><a href='#b'>Цена</a></li></ul>",
        "<div id='ez-toc-container'><p>Мазмұны</p><a href='#a'>Мерзім</a></div>",
        '<div class="saboxplugin-wrap"><img src="/avtor.jpg"><p>Пишет о мостах давно.</p></div>',
        '<div class="addtoany_share_save_container"><a href="https://t.me/share">Telegram</a></div>',
        "<p>Поделитесь этой новостью с друзьями!</p>",
        "<p>Достарыңызбен бөлісіңіз:</p>",
        "<p>Подпишитесь на наш Telegram-канал, чтобы узнавать новости первыми</p>",
        "<p>Читайте нас в Google News</p>",
        "<p>Всё самое важное и интересное — в нашем Telegram</p>",
        "<p>Включите уведомления, чтобы узнавать новости первыми</p>",
        "<p>Скачайте наше приложение для телефона</p>",
        "<p>Присылайте новости в наш WhatsApp: +7 700 000 00 00</p>",
        "<p>Поделись новостью с друзьями!</p>",
        "<p>Если вы заметили ошибку в тексте, выделите её мышкой</p>",
        "<p>При использовании материалов сайта активная ссылка обязательна</p>",
        "<p>© 2026 Газета. Все права защищены.</p>",
        "<p>Теги: мост, ремонт</p>",
        "<p>Версия для печати</p>",
        "<p>Проголосуйте за эту статью: 12</p>",
        "<p>Следите за нашими новостями в Инстаграме</p>",
        "<p>Telegram-арнамызға жазылыңыздар!</p>",
        "<p><a class='readmore' href='#'>Читать полностью</a></p>",
        '<p>[latin_name id="5"]</p><p>[tie_list type="x"]</p><p>[/button]</p>',
    ],
)
def test_what_plugins_append_goes_with_its_pictures(block: str) -> None:
    told = article(f"{TEXT}{block}<p>Конец.</p>")
    assert (told.text, told.images) == ("Текст заметки.\n\nКонец.", [])


@pytest.mark.parametrize(
    "text",
    [
        "Просмотров у ролика 107 тысяч, и это рекорд.",
        "Время чтения прошло: в библиотеке ремонт.",
        "Рейтинг банков: 5 лидеров и 3 неудачника, по словам аналитиков.",
        "Цена [в тенге] выросла [1], сообщил он [sic].",
        "Содержание закона не изменилось.",
        "Поделиться опытом приехали 12 врачей.",
        "Посетили 120 человек",
        "Читать по 20 страниц в день",
        "Сегодня в 15:40",
        "1 207",
        "© — знак, который ставят на чертежах моста.",
        "© — знак на чертежах",
        "Прочитали 120 человек",
        "— 2 часа назад",
        "Последний паром ушёл в 2019 году",
        "Обновлено 2 дня назад.",
        (
            "Пишите <a href='https://api.whatsapp.com/send?phone=77010000000'>мастеру</a> или "
            "звоните"
        ),
        "Тег <a href='https://twitter.com/intent/tweet?hashtags=m'>#паром</a> забыт.",
        "Подписался на канал и попал в суд: житель Актау рассказал, как это было.",
    ],
)
def test_text_that_sounds_like_a_plugin_stays(text: str) -> None:
    assert paragraphs(f"{TEXT}<p>{text}</p>{TEXT}")[1] == re.sub("<[^<>]*>", "", text)


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<h3>5 дней назад</h3>", "5 дней назад"),
        ("<ul><li>Чтение — 15 минут</li></ul>", "- Чтение — 15 минут"),
        (
            "<table><tr><td>Опубликовано</td><td>12 марта</td></tr></table>",
            "Опубликовано\t12 марта",
        ),
        ("<h3>© и паром</h3>", "© и паром"),
        ("<h2>Популярное</h2><p>Чаще всего просят паром.</p>", "Популярное"),
        ("<h2 class='section-view'>Вид с реки</h2>", "Вид с реки"),
        ("<div class='river-view'><p>Река видна отовсюду.</p></div>", "Река видна отовсюду."),
        ("<div><p>Введите имя парома, и он найдётся.</p><input></div>", "Введите имя парома"),
        ("<div><h3>Паром</h3><p>Вы поплывёте.</p><form><input></form></div>", "Паром"),
        (
            "<a href='/d/p.pdf'><div>Закон о паромах</div><div>PDF, 2 МБ</div></a>",
            "Закон о паромах",
        ),
        ("<a href='https://ab.example/1'><h3>Ян Ли</h3><p>Водит паром.</p></a>", "Ян Ли"),
        ("<div><b>По теме</b> паромов есть <a href='/x'>закон</a>.</div>", "По теме паромов"),
    ],
)
def test_text_in_the_shape_of_furniture_stays(html: str, told: str) -> None:
    assert paragraphs(f"{TEXT * 3}{html}{TEXT}")[3].startswith(told)


@pytest.mark.parametrize(
    "frame",
    [
        "<figure class='photo-view'><img src='/b.jpg'></figure>",
        "<div class='view view-gallery gallery-view'><div><img src='/b.jpg'></div></div>",
    ],
)
def test_a_picture_in_a_view_is_the_article_s(frame: str) -> None:
    (image,) = article(f"{TEXT}{frame}{TEXT}").images
    assert image.url == "https://365info.kz/b.jpg"


def test_a_counter_may_have_a_picture_of_an_eye() -> None:
    told = article(f"{TEXT}<div class='post-views'><img src='/e.png'> 1 207</div>")
    assert (told.text, told.images) == ("Текст заметки.", [])


PROSE = "Жители левого берега недовольны: дорога до работы занимает теперь целый час."
NAMED_ALIKE = [
    "<aside>{}</aside>",
    "<aside class='spravka'><h4>Справка</h4><p>{}</p></aside>",
    *(
        f"<div class='{name}'><h3>Мнение юриста</h3><p>{{}}</p></div>"
        for name in ("comment-block", "reactions", "votes", "rating", "poll", "social-block")
    ),
    *(f"<div class='{name}'><p>{{}}</p></div>" for name in ("telegram-block", "banner", "share")),
    "<div class='author-block'><b>Марат, инженер:</b><p>— {}</p></div>",
]


@pytest.mark.parametrize("element", NAMED_ALIKE)
@pytest.mark.parametrize("text", [PROSE, "«Мы ждём вас на мосту», — сказал аким жителям города."])
def test_prose_is_text_though_its_element_is_called_like_a_widget(text: str, element: str) -> None:
    text = text + " " + "Об этом он говорил и раньше."
    assert paragraphs(f"{TEXT}{element.format(text)}")[-1].endswith(text)
    assert paragraphs(f"{TEXT}{element.format(text)}{TEXT}{TEXT}")[-3].endswith(text)


@pytest.mark.parametrize("element", NAMED_ALIKE)
@pytest.mark.parametrize(
    "inside",
    [
        f"<a href='/2024/02/drugaya'>{PROSE}</a>",
        f"{PROSE}<input>",
        f"<img src='/avatar.jpg'>{PROSE}",
        f"<i class='icon'></i>{PROSE}",
        "Раз в неделю мы присылаем самые важные новости города и ничего лишнего.",
        "Понравилась эта новость? Расскажите о ней друзьям в социальных сетях.",
        "Сегодня здесь голосуют за лучший мост",
    ],
)
def test_a_widget_is_no_text_whatever_it_says(inside: str, element: str) -> None:
    assert paragraphs(f"{TEXT}{element.format(inside)}{TEXT}") == ["Текст заметки."] * 2


@pytest.mark.parametrize("element", ["<aside>{}</aside>", "<div class='banner'><p>{}</p></div>"])
def test_what_a_side_block_repeats_is_told_once(element: str) -> None:
    text = f"{PROSE} Об этом сообщил аким."
    assert paragraphs(f"<p>{text}</p>{element.format(PROSE)}{TEXT}") == [text, "Текст заметки."]


@pytest.mark.parametrize(
    "card",
    [
        f"<div><span>По теме</span>{LINK}<p>Открыли каток, вход на него свободный.</p></div>",
        "<a href='/2024/02/k'><div>Открыли каток</div><div>Вход на него свободный.</div></a>",
        "<a href='https://bank.example'><h4>Ставка</h4><p>Оформите заявку за день.</p></a>",
    ],
)
def test_a_card_with_an_excerpt_is_no_text(card: str) -> None:
    text = f"<p>{PROSE}</p>{TEXT}<p>{PROSE} Это не всё.</p>"
    assert paragraphs(f"{text}{card}<p>Конец.</p>") == [*paragraphs(text), "Конец."]


@pytest.mark.parametrize(
    "element",
    [
        f"<div class='comment-block'><h3>Комментарии (1)</h3><p>{PROSE}</p></div>",
        f"<ul class='comments-block'><li>{PROSE}</li></ul>",
        f"<div class='author-box'><h4>Анна</h4><p>{PROSE}</p></div>",
        f"<aside class='widget'><p>{PROSE}</p></aside>",
        f"<aside class='author-box'><p>— {PROSE}</p></aside>",
        f"<div class='author-bio'><p>Анна — автор газеты «Река». {PROSE}</p></div>",
        f"<div class='advertisement'><p>{PROSE}</p></div>",
        f"<div class='banner'><p>{PROSE} Рассрочка на три года.</p></div>",
        f"<aside><h4>О проекте</h4><p>{PROSE}</p></aside>",
        f"<aside><h4>Читайте также</h4><p>{PROSE}</p></aside>",
        f"<div><aside><p>{PROSE}</p></aside></div>",
    ],
)
def test_comments_portraits_and_side_blocks_are_no_text(element: str) -> None:
    assert paragraphs(f"{TEXT}{element}") == ["Текст заметки."]


@pytest.mark.parametrize(
    ("opened", "told"),
    [
        (
            (
                "<p>Мост<span id='dots'>...</span><span id='more' style='display:none'> на реке"
                "</span></p><button onclick='f()'>Читать далее</button>"
            ),
            ["Мост на реке"],
        ),
        (
            "<ul style='display:none'><li>ТОО «Река»</li></ul><a href='#'>Показать всех</a>",
            ["- ТОО «Река»"],
        ),
        (
            (
                "<p><a href='#'>Показать таблицу</a></p><div hidden><table><tr><td>10</td>"
                "<td>12</td></tr></table></div>"
            ),
            ["10\t12"],
        ),
        (
            "<div id='all' hidden>Река, мост, паром</div><button data-target='#all'>Все</button>",
            ["Река, мост, паром"],
        ),
        (f"<div class='text-mobile' style='display:none'><p>{PROSE}</p></div>", [PROSE]),
        (f"<div class='modal' hidden>{PROSE}</div><a href='#'>Читать далее</a>", [PROSE]),
        (
            f"<div class='faq-item'><button>Что с мостом</button><div>{PROSE}</div></div>",
            ["Что с мостом", PROSE],
        ),
        (f"<div class='faq'><button>Показать ответ</button><div>{PROSE}</div></div>", [PROSE]),
        (
            "<p>Как проехать, <a href='#'>смотрите здесь</a>.</p>",
            ["Как проехать, смотрите здесь."],
        ),
    ],
)
def test_what_a_button_beside_it_opens_is_text_and_the_button_is_none(
    opened: str, told: list[str]
) -> None:
    assert paragraphs(f"{TEXT}{opened}") == ["Текст заметки.", *told]


@pytest.mark.parametrize(
    "collapsed",
    [
        "<div style='display: none'><p>{}</p></div>",
        "<div hidden='until-found'><p>{}</p></div>",
        "<div class='tab-pane' role='tabpanel' aria-hidden='true' style='display:none'>{}</div>",
        "<div class='spoiler-body' hidden>{}</div>",
        "<details><summary>Ответ</summary><p>{}</p></details>",
        "<form action='/'><p>{}</p></form>",
        "<h3><button type='button' aria-expanded='false'>{}</button></h3>",
    ],
)
def test_what_a_click_opens_is_text(collapsed: str) -> None:
    prose = "Мост через реку закрыли на ремонт до самой осени, объезд проложат через старый город."
    assert prose in paragraphs(collapsed.format(prose * 4 if "form" in collapsed else prose))[
        -1
    ].replace(prose * 4, prose)


@pytest.mark.parametrize(
    "hidden",
    [
        "<span style='display:none'>невидимое слово.</span>",
        "<div hidden class='modal'>Оставьте адрес, и мы пришлём вам все новости дня.</div>",
        "<div style='display:none'><input> Оставьте адрес, и мы пришлём вам новости.</div>",
        "<div hidden><a href='/2024/02/a'>Совсем другая новость о том же мосте.</a></div>",
        "<div hidden><p>Текст заметки.</p></div>",
        "<ul hidden><li><a href='/a'>Спорт</a></li></ul><a href='#'>Показать меню</a>",
        "<div hidden><input>Поиск по сайту</div><a href='#'>Показать поиск</a>",
        "<a href='#'>Показать 2 комментария</a><ul hidden><li>Ян: давно пора</li></ul>",
        "<button aria-controls='m'>Открыть меню</button><div id='m' hidden><p>О нас</p></div>",
        "<button>Открыть чат</button><div hidden>Ответят за минуту</div>",
        "<button>Нравится</button>",
        "<span aria-hidden='true'>+</span>",
        "<sup><a href='#fn1'>[1]</a></sup>",
        "<a href='#fnref1'>↩</a>",
    ],
)
def test_what_no_click_opens_is_none(hidden: str) -> None:
    assert article(f"{TEXT}{hidden}").text == "Текст заметки."


def test_a_number_that_links_elsewhere_is_text() -> None:
    html = "<p>В пункте <a href='https://adilet.example/K1#z12'>12</a> и 5 м<sup>2</sup>.</p>"
    assert paragraphs(html) == ["В пункте 12 и 5 м2."]
