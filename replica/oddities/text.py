"""Oddities of the words: blocks, inline markup, furniture and foreign matter in the body."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from replica.furniture import read_also_block
from replica.model import BASE, PAGE_BREAK, Piece, Post, esc, paragraph, plain
from replica.oddities.registry import add, link, oddity, precede, rewrite, table

if TYPE_CHECKING:
    from replica.newsroom import Newsroom

MOJIBAKE = "Жители села сообщили, что мост закрыт на ремонт до конца лета, а объезд занимает час."
EMAIL = "priemnaya@akimat.example"

BLOCKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "bare_text": (
        (
            "Голый текст стоит прямо в блоке.<br><br>Второй абзац отделен двумя переносами."
            "<br />\n<br />\nТретий <b>такой же</b> абзац."
        ),
        (
            "Голый текст стоит прямо в блоке.",
            "Второй абзац отделен двумя переносами.",
            "Третий такой же абзац.",
        ),
    ),
    "single_br": (
        "<p>Расписание рейсов:<br>утром — 7:40<br />\nвечером — 19:15</p>",
        ("Расписание рейсов:\nутром — 7:40\nвечером — 19:15",),
    ),
    "list_ul": (
        (
            "<ul>\n<li>паспорт или удостоверение;</li>\n<li><p>справка из школы;</p></li>\n"
            "<li>две фотографии.</li>\n</ul>"
        ),
        ("- паспорт или удостоверение;", "- справка из школы;", "- две фотографии."),
    ),
    "list_ol_nested": (
        (
            "<ol>\n<li>Подать заявку<ul><li>лично</li><li>через портал</li></ul></li>\n"
            "<li>Дождаться ответа</li>\n</ol>"
        ),
        ("- Подать заявку", "- лично", "- через портал", "- Дождаться ответа"),
    ),
    "table": (
        (
            '<figure class="wp-block-table"><table><thead><tr><th>Город</th><th>Заявок</th></tr>'
            "</thead>"
            "<tbody><tr><td>Тараз</td><td>148</td></tr>\n<tr><td>Семей</td><td>93</td></tr></tbody>"
            "</table></figure>"
        ),
        ("Город\tЗаявок", "Тараз\t148", "Семей\t93"),
    ),
    "inner_headings": (
        (
            "<h2>Что изменится весной</h2>\n<p>Тарифы станут едиными для всех районов.</p>\n"
            "<h3>Кого это коснется</h3>\n<p>Прежде всего небольших хозяйств.</p>\n<h1>Итоги</h1>"
        ),
        (
            "Что изменится весной",
            "Тарифы станут едиными для всех районов.",
            "Кого это коснется",
            "Прежде всего небольших хозяйств.",
            "Итоги",
        ),
    ),
    "quote": (
        (
            "<blockquote><p>Мы не просим льгот, нам нужна ровная дорога.</p>"
            "<p>Остальное построим сами.</p></blockquote>"
        ),
        ("Мы не просим льгот, нам нужна ровная дорога.", "Остальное построим сами."),
    ),
    "inline_tags": (
        (
            "<p>Тең<strong>ге</strong> укрепил<em>ся</em>: за <a href='https://bank.example/'>дол</a>лар"
            " дают на <span>три</span><sup>1</sup> тиына <b>мень</b>ше.</p>"
        ),
        ("Теңге укрепился: за доллар дают на три1 тиына меньше.",),
    ),
    "photo_word_in_text": (
        "<p>Фото и видео с места обвала разошлись по чатам раньше, чем приехали спасатели.</p>",
        ("Фото и видео с места обвала разошлись по чатам раньше, чем приехали спасатели.",),
    ),
    "subscribe_line": (
        (
            '<p><b>Подписывайтесь на наш <a href="https://t.me/kz365_replica">Telegram-канал'
            "</a></b> и узнавайте новости первыми!</p>"
        ),
        (),
    ),
    "typo_notice_in_body": (
        (
            '<div class="mistape_caption"><p>Заметили ошибку в тексте? '
            "Выделите ее и нажмите Ctrl+Enter</p></div>"
        ),
        (),
    ),
    "email_in_body": (
        f"<p>Предложения принимают по адресу {EMAIL} до пятницы.</p>",
        (f"Предложения принимают по адресу {EMAIL} до пятницы.",),
    ),
    "email_link": (
        (
            f'<p>Напишите <a href="mailto:{EMAIL}">{EMAIL}</a> или '
            f'<a href="mailto:{EMAIL}">в приемную</a>.</p>'
        ),
        (f"Напишите {EMAIL} или в приемную.",),
    ),
    "soft_hyphens": (
        "<p>Гидро\u00adэлектро\u00adстанция и водо&shy;хранилище закрыты.</p>",
        ("Гидроэлектростанция и водохранилище закрыты.",),
    ),
    "zero_width": (
        "<p>\ufeffНовый\u200b мост&#8203; откроют\u2060 в\u200dсрок.</p>",
        ("Новый мост откроют всрок.",),
    ),
    "nbsp": (
        "<p>Выделено 12&nbsp;500\u202fтонн угля, это\u00a0— рекорд.</p>\n<p>&nbsp;</p>\n<p></p>",
        ("Выделено 12 500 тонн угля, это — рекорд.",),
    ),
    "mixed_language": (
        "<p>Әкім кездесуде бұл мәселе шешілетінін, жаңа мектеп күзде ашылатынын айтты.</p>",
        ("Әкім кездесуде бұл мәселе шешілетінін, жаңа мектеп күзде ашылатынын айтты.",),
    ),
    "mojibake": (f"<p>{MOJIBAKE.encode().decode('cp1251')}</p>", (MOJIBAKE,)),
    "hidden_text": (
        (
            '<p style="display:none">Скрытый служебный текст.</p>\n<p>Видимый абзац'
            '<span class="screen-reader-text"> (откроется в новом окне)</span> остается.</p>\n'
            "<div hidden>И это не видно.</div>"
        ),
        ("Видимый абзац остается.",),
    ),
    "share_bar_in_body": (
        (
            '<div class="share-buttons"><span>Поделиться:</span> '
            '<a href="https://vk.com/share.php?url=x">ВКонтакте</a> '
            '<a href="https://t.me/share/url?url=x">Telegram</a></div>'
        ),
        (),
    ),
}


def _block(name: str) -> None:
    html, texts = BLOCKS[name]

    def build(_: Newsroom, post: Post) -> None:
        add(post, Piece(html, texts))

    table(name, f"The body holds: {plain(html)[:60]}", build)


for _name in BLOCKS:
    _block(_name)


@oddity()
def two_body_blocks(newsroom: Newsroom, post: Post) -> None:
    """Announce in one block, tell in the next."""
    post.announcement = [paragraph(esc(newsroom.writer().sentence()))]


@oddity()
def body_lead_repeated(newsroom: Newsroom, post: Post) -> None:
    """Repeat the first paragraphs of the body in the announcement block."""
    rewrite(newsroom, post, newsroom.language)
    post.announcement = post.pieces[:2]


@oddity()
def read_also(newsroom: Newsroom, post: Post) -> None:
    """Read-also lines in three shapes."""
    first, second, third, fourth = newsroom.others(4)
    bold = f"<p><strong>Читайте также:</strong> {link(*first)}</p>"
    short = f"<p>Читайте по теме: {link(*fourth)}</p>"
    add(
        post,
        Piece(bold, related=(first[0],)),
        read_also_block([second, third], "ru"),
        Piece(short, related=(fourth[0],)),
    )


@oddity()
def read_also_kk(newsroom: Newsroom, post: Post) -> None:
    """Point to more to read in Kazakh."""
    rewrite(newsroom, post, "kk")
    first, second = newsroom.others(2)
    line = f"<p><strong>Тағы оқыңыз:</strong> {link(*first)}</p>"
    add(post, Piece(line, related=(first[0],)), read_also_block([second], "kk"))


@oddity()
def ranee_kept(newsroom: Newsroom, post: Post) -> None:
    """Keep «Ранее мы писали» and «Напомним»: with their links they are article text."""
    (path, title), (path2, _) = newsroom.others(2)
    post.pieces += [
        paragraph(f"Ранее мы писали о похожем случае: {link(path, title)}.", (path,)),
        paragraph(f"Напомним, <a href='{BASE}{path2}'>история</a> началась еще весной.", (path2,)),
    ]


@oddity()
def aside_in_body(newsroom: Newsroom, post: Post) -> None:
    """Set a related side block inside the body."""
    others = newsroom.others(2)
    items = "".join(f"<li>{link(*other)}</li>" for other in others)
    html = f'<aside class="inline-related"><h4>По теме</h4><ul>{items}</ul></aside>'
    add(post, Piece(html, related=tuple(path for path, _ in others)))


@oddity()
def entities_in_title(_: Newsroom, post: Post) -> None:
    """Write the headline in entities."""
    post.title = "Фонд &#171;Жаңа дала&#187;: доход &amp; расход&nbsp;&#8212; что дальше&#8230;"


@oddity()
def typographic_title(_: Newsroom, post: Post) -> None:
    """Put nested quotes, dashes, a soft hyphen and a narrow space in the headline."""
    post.title = "«Роман „Степь“ — 25\u202fлет»: почему пере\u00adиздание – не ‘мелочь’"


@oddity()
def kazakh_in_main(newsroom: Newsroom, post: Post) -> None:
    """A Kazakh article, whatever the edition."""
    rewrite(newsroom, post, "kk")


@oddity()
def russian_in_kaz(newsroom: Newsroom, post: Post) -> None:
    """A Russian article, whatever the edition."""
    rewrite(newsroom, post, "ru")


def _split(newsroom: Newsroom, post: Post, pages: int) -> None:
    rewrite(newsroom, post, newsroom.language)
    for number in range(pages - 1, 0, -1):
        post.pieces.insert(number * len(post.pieces) // pages or 1, Piece(PAGE_BREAK))


@oddity()
def two_pages(newsroom: Newsroom, post: Post) -> None:
    """Split the post in two."""
    _split(newsroom, post, 2)


@oddity()
def three_pages(newsroom: Newsroom, post: Post) -> None:
    """Split the post in three."""
    _split(newsroom, post, 3)


@oddity()
def very_short(_: Newsroom, post: Post) -> None:
    """One sentence."""
    post.pieces, post.announcement = [paragraph("Матч отменен.")], []


@oddity()
def no_title(newsroom: Newsroom, post: Post) -> None:
    """No headline on the page nor in its head."""
    post.title, post.outcome = "", "no_title"
    post.slug = newsroom.name(post, f"bez-nazvaniya-{post.id}")


@oddity()
def no_body(_: Newsroom, post: Post) -> None:
    """Neither text nor image."""
    post.pieces, post.announcement, post.thumbnail = [], [], None
    post.outcome = "no_body"


@oddity()
def long_article(newsroom: Newsroom, post: Post) -> None:
    """Sixty paragraphs."""
    story = newsroom.writer().story(paragraphs=60)
    post.pieces = [paragraph(esc(text)) for text in story.paragraphs]


@oddity()
def deep_nesting(_: Newsroom, post: Post) -> None:
    """Bury the body in thirty divs."""
    post.nesting = 30


@oddity()
def comments_on_page(_: Newsroom, post: Post) -> None:
    """Readers' comments, which are no article text."""
    post.comments = ["Согласен, давно пора!", "А у нас во дворе все по-старому…"]


def copy_text(source: Post, target: Post) -> None:
    """Give a post the words of another one."""
    target.title, target.pieces = source.title, list(source.pieces)
    target.announcement, target.language = list(source.announcement), source.language


def duplicate(newsroom: Newsroom, post: Post) -> Post:
    """Make the post repeat a later one, which a crawl that goes newest first meets before it."""
    later = newsroom.companion(published=post.published)
    copy_text(later, post)
    post.published -= timedelta(minutes=40)
    post.modified = post.published
    post.outcome, post.duplicate_of = "duplicate", later.id
    return later


@oddity(posts=2)
def exact_duplicate(newsroom: Newsroom, post: Post) -> list[Post]:
    """One text under two addresses; called a duplicate is the older one."""
    return [duplicate(newsroom, post)]


@oddity(posts=2)
def exact_duplicate_after_edit(newsroom: Newsroom, post: Post) -> list[Post]:
    """An edit made the older post equal to the later one."""
    later = duplicate(newsroom, post)
    post.modified = post.published + timedelta(minutes=31)
    return [later]


@oddity(posts=2)
def near_duplicate(newsroom: Newsroom, post: Post) -> list[Post]:
    """The same long story with one sentence more: both are articles."""
    first = precede(newsroom, post)
    long_article(newsroom, first)
    first.pieces = first.pieces[:8]
    copy_text(first, post)
    post.title = f"{first.title} (дополнено)"
    post.pieces.append(paragraph("Материал дополнен ответом ведомства."))
    return [first]
