"""The body: every word once, in order, complete; pictures and embeds between the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kznews.items import Embed, Image
from kznews.pages.body import Cut, read_body
from tests.reading import SITE, URL, article, body, paragraphs, respond, texts

OTHER = "https://365info.kz/2024/02/drugaya"
INLINE = st.sampled_from(["b", "i", "span", "a href='https://x.example/'", "em", "u", "sup", "q"])
SENTENCE = st.text("абвғқң 12,.«»—\n\u00a0&<", min_size=1, max_size=60)
BLOCKS = (
    "<div>{}</div>",
    "<div>{}<p>{}</div>{}",
    "<p>{}</p>",
    "<p>{}<br><br>{}</p>",
    "<section><h2>{}</h2>{}</section>",
    "<blockquote>{}<cite>{}</cite></blockquote>",
    "<ul><li>{}</li><li>{}</li></ul>",
    "<ol><li>{}<ul><li>{}</ul>{}</ol>",
    "<dl><dt>{}</dt><dd>{}</dd></dl>",
    "<table><caption>{}</caption><tr><th>{}</th><td>{}</td></tr></table>",
    "<table><tr><td>{}</td><td>{}</td></tr><tr><td>{}</td></tr></table>",
    "<figure>{}<figcaption>{}</figcaption></figure>",
    "<details><summary>{}</summary>{}</details>",
    "<center>{}</center>",
    "<pre>{}</pre>",
    "{}<hr>{}",
    "{}<form>подписка</form>{}",
    "{}<!-- примечание --><iframe src='about:blank'></iframe>{}",
)
SHAPES = st.recursive(
    st.just(""), lambda inner: st.tuples(st.sampled_from(BLOCKS), st.lists(inner, max_size=3))
)
Shape = str | tuple[str, list["Shape"]]


def wrap(tag: str, html: str) -> str:
    return f"<{tag}>{html}</{tag.partition(' ')[0]}>"


def render(shape: Shape, words: Iterator[str]) -> str:
    """Write a shape as HTML: its holes are filled with inner shapes while there are any."""
    if isinstance(shape, str):
        return f" {next(words)} {next(words)} "
    template, inner = shape
    filling = iter(inner)
    return re.sub(r"\{\}", lambda _: render(next(filling, ""), words), template)


@settings(max_examples=150)
@given(SENTENCE, st.lists(st.tuples(st.integers(0, 60), INLINE), max_size=8), INLINE)
def test_inline_tags_change_no_text(
    sentence: str, cuts: list[tuple[int, str]], around: str
) -> None:
    ends = [*sorted({place for place, _ in cuts}), len(sentence)]
    tags = ["", *(tag for _, tag in cuts)]
    html, start = "", 0
    for tag, end in zip(tags, ends, strict=False):
        part = escape(sentence[start:end])
        html += wrap(tag, part) if tag else part
        start = end
    html += escape(sentence[start:])
    plain = re.sub(r"[ \n]+", " ", sentence).strip()
    assert texts(f"<p>{wrap(around, html)}</p>") == ([plain] if plain else [])


@settings(max_examples=150)
@given(st.lists(SHAPES, min_size=1, max_size=4))
def test_block_tags_keep_every_word_once_and_in_order(shapes: list[Shape]) -> None:
    written = [f"слово{n}" for n in range(2000)]
    words = iter(written)
    html = "".join(render(shape, words) for shape in shapes)
    used = written[: written.index(next(words))]
    assert " ".join(texts(html)).split() == used


@pytest.mark.parametrize(
    "unseen",
    [
        "<!-- примечание -->",
        "<?php echo 1 ?>",
        "<script>var x = 1;</script>",
        "<style>b { color: red }</style>",
        "<noscript>включите скрипты</noscript>",
        '<span style="display: none">и</span>',
        '<span class="screen-reader-text">и</span>',
        "<a name='more'></a>",
        "<wbr>",
        '<img src="https://s.w.org/images/core/emoji/14/72x72/1f600.png" class="emoji">',
        '<img src="https://counter.example/hit" width="1" height="1">',
    ],
)
def test_what_is_not_seen_parts_no_word(unseen: str) -> None:
    assert texts(f"<p>за{unseen}метка</p>") == ["заметка"]


@pytest.mark.parametrize(
    "seen",
    [
        '<div class="share">Поделиться</div>',
        '<form><input value="Подписаться"></form>',
        "<aside>По теме</aside>",
        '<iframe src="https://www.youtube.com/embed/x"></iframe>',
        '<div class="fb-post" data-href="https://www.facebook.com/a/posts/1"><p>Чужое</p></div>',
        '<blockquote class="wp-embedded-content"><a href="/2024/01/a">А</a></blockquote>',
        "<video src='/a.mp4'></video>",
    ],
)
def test_what_is_cut_as_a_block_parts_the_blocks_around_it(seen: str) -> None:
    assert texts(f"до{seen}после") == ["до", "после"]


def test_a_picture_between_two_words_parts_them() -> None:
    assert texts('<p>До.<img src="/a.jpg">После.</p>') == ["До. После."]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("один<br>два", ["один\nдва"]),
        ("один<br><br>два", ["один", "два"]),
        ("один <br />\n<br />\n<br />два", ["один", "два"]),
        ("один<br>&nbsp;<br>два", ["один", "два"]),
        ("<b>один<br></b><br>два<br>", ["один", "два"]),
        ("<br><br>один<br>", ["один"]),
        ("<li>один<br><br>два</li>", ["один", "два"]),
    ],
)
def test_an_empty_line_ends_a_paragraph_and_a_single_break_a_line(
    html: str, expected: list[str]
) -> None:
    assert texts(html) == expected


def test_a_nested_list_is_read_item_by_item() -> None:
    html = "<ol><li>один<ul><li><p>два</p></li><li>три</li></ul></li><li><b>че</b>тыре</li></ol>"
    assert paragraphs(html) == ["- один", "- два", "- три", "- четыре"]


def test_the_cells_of_a_nested_table_are_words_of_the_outer_cell() -> None:
    html = (
        "<table><tr><td>Год</td><td><table><tr><td>2023</td><td>2024</td></tr>"
        "<tr><td>2025</td></tr></table></td></tr></table>"
    )
    assert texts(html) == ["Год\t2023 2024 2025"]


def test_text_of_a_table_outside_its_cells_is_not_lost() -> None:
    html = "<table>до<tr><td>один</td>между<td>два</td>после</tr>снизу</table>конец"
    assert " ".join(texts(html)).split() == [
        "до",
        "один",
        "между",
        "два",
        "после",
        "снизу",
        "конец",
    ]


def test_an_empty_cell_keeps_its_place_and_an_empty_row_is_none() -> None:
    html = "<table><tr><td></td><td>два</td></tr><tr><td>&nbsp;</td><td></td></tr></table>"
    assert texts(html) == ["\tдва"]


def test_cells_without_a_table_are_blocks() -> None:
    root = respond("<div></div>").selector.css("div")[0].root
    for word in ("один", "два"):
        cell = root.makeelement("td")
        cell.text = word
        root.append(cell)
    assert [block.text for block in read_body([root], SITE, URL).blocks] == ["один", "два"]


@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "ul><li"])
def test_a_thousand_tags_deep_is_read_like_any_other_depth(tag: str) -> None:
    opening, closing = f"<{tag}>", "".join(f"</{t}>" for t in reversed(tag.split("><")))
    html = f"<p>начало</p>{opening * 1000}внутри{closing * 1000}<p>конец</p>"
    assert texts(html) == ["начало", "внутри", "конец"]


def test_deeper_than_the_parser_goes_what_it_gives_is_read() -> None:
    html = f"<p>Начало.</p>{'<div>' * 5000}внутри{'</div>' * 5000}"
    assert article(html).lead == "Начало."


def test_a_paragraph_of_invisible_characters_is_no_lead() -> None:
    told = article("<p>&#8203;</p><p>&shy;&#65279;</p><p>Первые слова.</p>")
    assert told.lead == told.text == "Первые слова."


def test_the_lead_is_the_first_paragraph_not_a_heading() -> None:
    assert article("<h2>Главное</h2><ul><li>раз</li></ul><p>Вот оно.</p>").lead == "Вот оно."


def test_what_the_announcement_says_is_not_read_again_from_the_body() -> None:
    announcement, rest = "<p>Анонс.</p><p>Второй.</p>", "<p>Анонс.</p><p>Дальше.</p><p>Дальше.</p>"
    roots = [respond(f"<div>{x}</div>").selector.css("div")[0].root for x in (announcement, rest)]
    told = [block.text for block in read_body(roots, SITE, URL).blocks]
    assert told == ["Анонс.", "Второй.", "Дальше.", "Дальше."]


def test_links_to_own_articles_are_related_once_and_in_order() -> None:
    html = (
        f'<p><a href="{OTHER}?utm_source=x#more">раз</a> <a href="/2024/01/eshe/">два</a></p>'
        f'<ul class="related"><li><a href="{OTHER}">три</a></li><li>'
        '<a href="http://www.365info.kz/2023/12/tretya">четыре</a></li></ul>'
        '<p><a href="https://kaz.365info.kz/2024/02/basqa">нет</a> <a href="/category/mir">нет</a>'
        f'<a href="https://x.example/2024/02/net">нет</a> <a href="{URL}">сама</a></p>'
    )
    assert article(html).related == [
        OTHER,
        "https://365info.kz/2024/01/eshe",
        "https://365info.kz/2023/12/tretya",
    ]


@pytest.mark.parametrize(
    "source", ["src='{}'", "src='about:blank' data-lazy-src='{}'", "data-src='{}'"]
)
def test_an_embedded_own_article_is_related_however_it_is_loaded(source: str) -> None:
    told = body(f"<iframe {source.format(OTHER + '/embed/#?secret=a')}></iframe>")
    assert (told.related, told.embeds) == ([OTHER], [])


def test_an_address_coded_by_cloudflare_is_read_in_its_sentence() -> None:
    code = "6e040b1d1d0b040b1d1d0b5f5c5d2e09030f0702400d0103"
    link = f'<a href="/cdn-cgi/l/email-protection#{code}"><span class="__cf_email__"'
    html = f'<p>Почта: {link} data-cfemail="{code}">[email&#160;protected]</span></a>, пишите.</p>'
    assert texts(html) == ["Почта: jessejesse123@gmail.com, пишите."]


def test_a_code_that_hides_no_address_stays_as_it_is_shown() -> None:
    assert texts('<p>Почта: <b data-cfemail="zz">скрыта</b>.</p>') == ["Почта: скрыта."]


@pytest.mark.parametrize(
    "caption",
    [
        "<figcaption>Мост <b>через</b> реку</figcaption>",
        "<figcaption><p>Мост</p><p>через реку</p></figcaption>",
        "<figcaption>Мост<br>через<br><br>реку</figcaption>",
        '<p class="wp-caption-text">Мост <a href="/x">через</a> реку</p>',
        '<div class="wp-caption-text"><div>Мост через реку</div></div>',
    ],
)
def test_a_caption_goes_to_its_picture_and_not_into_the_text(caption: str) -> None:
    told = body(f'до<figure><img src="/a.jpg">{caption}</figure>после')
    assert told.images == [Image("https://365info.kz/a.jpg", "Мост через реку")]
    assert [block.text for block in told.blocks] == ["до", "после"]


def test_a_caption_in_a_layout_table_leaves_the_words_of_its_cell() -> None:
    html = (
        '<table><tr><td>До <div class="wp-caption"><img src="/a.jpg">'
        '<p class="wp-caption-text">Мост</p></div> после</td></tr></table>'
    )
    assert texts(html) == ["До после"]
    assert body(html).images[0].caption == "Мост"


def test_a_caption_without_a_picture_is_text() -> None:
    html = "<figure><table><tr><td>1</td></tr></table><figcaption>Итог</figcaption></figure>"
    assert texts(html) == ["1", "Итог"]


def test_the_caption_of_a_player_is_no_text() -> None:
    html = (
        '<p>До.</p><figure class="wp-block-embed"><iframe src="https://www.youtube.com/embed/x">'
        "</iframe><figcaption>Видео с места</figcaption></figure><p>После.</p>"
    )
    cuts: list[Cut] = []
    root = respond(f"<div id='body'>{html}</div>").selector.css("#body")[0].root
    told = read_body([root], SITE, URL, cuts=cuts)
    assert [block.text for block in told.blocks] == ["До.", "После."]
    assert [cut.words for cut in cuts] == ["Видео с места"]


def test_each_picture_of_a_gallery_has_its_own_caption() -> None:
    item = '<dl class="gallery-item"><dt><img src="/{0}.jpg"></dt>{1}</dl>'
    named = '<dd class="wp-caption-text gallery-caption">{}</dd>'
    html = item.format("a", named.format("А")) + item.format("b", "")
    html += item.format("c", named.format("В"))
    assert [image.caption for image in body(html).images] == ["А", None, "В"]


def test_the_twin_of_a_lazy_picture_or_player_counts_once() -> None:
    html = (
        '<img src="data:image/gif;base64,R0" data-src="/a-600x400.jpg">'
        '<noscript><img src="/a.jpg"></noscript>'
        '<div class="rll-youtube-player" data-id="x"></div>'
        '<noscript><iframe src="https://www.youtube.com/embed/x"></iframe></noscript>'
        '<iframe src="about:blank" data-src="https://www.youtube.com/embed/x"></iframe>'
    )
    assert body(html).images == [Image("https://365info.kz/a.jpg")]
    assert body(html).embeds == [Embed("youtube", "https://www.youtube.com/embed/x")]


@pytest.mark.parametrize(
    ("caption", "text", "credit"),
    [
        ("Мост зимой<span class=credit>Иван Ким</span>", "Мост зимой", "Иван Ким"),
        ("Мост | <span class='img-copyright'>© Иван Ким</span>", "Мост", "Иван Ким"),
        ("Мост <i class=source>(Bild: Photo by Kim)</i>", "Мост", "Kim"),
        ("Мост. Foto: <b class=photographer>Kim</b>", "Мост.", "Kim"),
        ("<span class=credits>Иван Ким</span>", None, "Иван Ким"),
        ("<span class=credits>Иван Ким</span> у моста", "Иван Ким у моста", None),
    ],
)
def test_a_credit_in_a_caption_is_told_by_its_class(
    caption: str, text: str | None, credit: str | None
) -> None:
    figure = f"<figure><img src=/a.jpg><figcaption>{caption}</figcaption></figure>"
    (inside,) = body(f"<p>Текст.</p>{figure}").images
    (lead,) = article(
        "<p>Текст.</p>",
        '<head><meta property="og:image" content="/a.jpg"></head>',
        figure.replace("<figure", "<figure class=singular__thumbnail"),
    ).images

    assert (inside.caption, inside.credit) == (text, credit)
    assert (lead.caption, lead.credit) == (text, credit)
