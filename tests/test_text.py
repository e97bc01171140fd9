"""Cleaning of text, its language and its words."""

from __future__ import annotations

import re
import unicodedata
from codecs import lookup

import ftfy  # noqa: F401 (it brings the codecs)
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kznews import text
from kznews.text import (
    clean,
    clean_line,
    content_hash,
    fingerprint,
    language,
    unescaped,
    word_count,
)

RUSSIAN = (
    "Правительство утвердило бюджет на три года, сообщает пресс-служба министерства. "
    "По словам министра, расходы на школы и больницы вырастут, а налоги останутся прежними."
)
KAZAKH = (
    "Ұлттық банк базалық мөлшерлемені жылдық он алты пайыз деңгейінде сақтау туралы шешім "
    "қабылдады. Бұл туралы реттеушінің баспасөз қызметі хабарлады."
)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("плюс\xa05\u2009°C\u3000днем", "плюс 5 °C днем"),
        ("пра\u00adви\u00adтель\u00adство", "правительство"),
        ("\ufeffАл\u200bма\u200dты\u2060", "Алматы"),
        ("\u202aслева\u202c направо\u200f", "слева направо"),
        ("и\u0306од, е\u0308лка", "йод, ёлка"),
        ("&laquo;Ауыл&raquo; &#8212; партия &#x2116;5", "«Ауыл» — партия №5"),
        ("5&nbsp;км, 6&amp;nbsp;км, 7&amp;amp;nbsp;км", "5 км, 6 км, 7 км"),
        ("R&amp;D, AT&T, a &lt; b", "R&D, AT&T, a < b"),
        ("сло&shy;во и сло&#8203;во", "слово и слово"),
        ("нет &такого; и &nosuch;", "нет &такого; и &nosuch;"),
        ("&#1087;&#1088;&#1080;", "при"),
        ("обры\ud83dв", "обрыв"),
        ("нуль\x00 и звонок\x07", "нуль и звонок"),
        ("  края \n  абзаца  ", "края\nабзаца"),
        ("раз\r\nдва\rтри\u2028четыре\x85пять", "раз\nдва\nтри\nчетыре\nпять"),
        ("\n\nодин\n\n\n \xa0\n\nдва\n\n", "один\n\nдва"),
        ("USD\t499\t 0,00 \nEUR\t\t540", "USD\t499\t0,00\nEUR\t\t540"),
        ("до\n\t\t\nпосле", "до\n\nпосле"),
        ("🇰🇿 ❤️", "🇰🇿 ❤️"),
        ("👩\u200d🔬 и 🏳️\u200d🌈, 👩🏽\u200d⚕️", "👩\u200d🔬 и 🏳️\u200d🌈, 👩🏽\u200d⚕️"),
        ("сло\u200dво, 👩\u200d и \u200d👩", "слово, 👩 и 👩"),
        ("&amp;amp;amp;laquo;а&amp;#38;raquo;", "«а»"),
        ("а" + "\u0301" * 99 + "б", "а" + "\u0301" * 30 + "б"),
        (" \t\xa0\u200b\n", ""),
    ],
)
def test_text_is_made_plain(raw: str, plain: str) -> None:
    assert clean(raw) == plain


@pytest.mark.parametrize(
    "text",
    [
        "Привет, мир",
        "Алматы",
        "Ёлка и рояль: «я», Р и С — №5",
        "Қазақстан Республикасы, әлем",
        "Өңір үшін ғылым, ШЫҢ, ҰЛЫ, ІНІ, ҺАС",
        RUSSIAN,
        KAZAKH,
    ],
)
@pytest.mark.parametrize("wrong", ["sloppy-windows-1251", "latin-1", "sloppy-windows-1252"])
def test_mojibake_is_mended(text: str, wrong: str) -> None:
    broken = lookup(wrong).decode(text.encode())[0]
    assert clean(broken) == text
    assert clean(f"Целая строка\n{broken}") == f"Целая строка\n{text}"
    assert clean("".join(f"&#{ord(letter)};" for letter in broken)) == text


@pytest.mark.parametrize(
    "text",
    [
        "Мост через Есиль закрыли",
        "В Алматы — №1: «Ёлка ещё стоит», 5 км и R&D",
        "СНЕГОПАД НАКРЫЛ СТОЛИЦУ",
        RUSSIAN,
    ],
)
def test_windows_1251_read_as_western_is_mended(text: str) -> None:
    broken = text.encode("cp1251").decode("cp1252")
    assert clean(broken) == text
    assert clean(f"{broken} Citroën, Åre 🎉\nGarçon à côté") == (
        f"{text} Citroën, Åre 🎉\nGarçon à côté"
    )


@pytest.mark.parametrize(
    "text",
    [
        "L'été où l'on a aîné, reçu, créées: à, è, î, ô", "Coração, ações, são, à noite, Índia",
        "Það er síðan í ríði, æðið, níð, áróður", "tíðindi, øði, ráðið", "öööö, ÄÖÅ åäö æøå äöüß",
        "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ àáâãäåæçèéêëìíîïðñòóôõö", "àèìòù ÀÈÌÒÙ áéíóú ñ Ñ", "Ñandú, Îles",
        "Nguyễn Thị Hoà, toàn", "5 m², 3 m³, ¹", "Ààààà! Cioèèèè è òàè", "brûlée à l'Île",
    ],
)  # fmt: skip
def test_western_words_are_not_taken_for_windows_1251(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "СССР, РСФСР, РФ и США", "РС РС РС", "РУСТЁМ, СЁМГА, СТЁРТЫЙ", "ТЁТЯ, ТЁТЯ, ТЁТЁТЁ",
        "РФ–США–КНР", "«Р»«С»«Т»", "С№1, Р№2, Т№3", "Р…С…Т…", "ТІРІСІ, РІСІТІ", "УІ РІ СІ",
        "№№№ — «УСТЬ»…", "Сербское Њ, украинское ґ и Ѓ", "Цена: 5 €, 6 ₸, 7 ₽", "Ð", "naïve Ñandú",
    ],
)  # fmt: skip
def test_correct_text_is_not_taken_for_mojibake(text: str) -> None:
    assert clean(text) == text


LETTERS = "РСТУРСТУёЁіІАБВгдеӘәҒғҚқҢңӨөҰұҮүҺһ«»„“—–…№ .,-!?5"


@given(st.text(LETTERS, max_size=40))
@example("ТІРІСІ")
def test_no_russian_or_kazakh_letters_are_taken_for_mojibake(text: str) -> None:
    assert clean(text).replace(" ", "") == text.replace(" ", "")


SCRAPS = st.sampled_from(
    [
        "\t", "\n", " ", "\xa0", "\r", "\x85", "\u2028", "\u00ad", "\u200b", "\ufeff",
        "\x00", "\ud800",
        "&", "amp;", "&amp;", "&amp;amp;", "nbsp;", "&nbsp;", "#", "x41;", "&#9;", "&#10;", "&#13;",
        "&#8203;", "&shy;", "&Tab;", "&NewLine;", "&#208;", "&#191;", "&#xD800;",
        "&#0;", "&lt;b&gt;",
        "Рџ", "СЂ", "Рё", "Т›", "У™", "Р", "Ð¿", "Ñ€", "Ð", "Â", "â€”", "\x9f", "\x80",
        "и", "\u0306", "е", "\u0308", "a", "1", "«", "Ё", "І", "îñò", "Ðåê", "å¸",
    ]
)  # fmt: skip


@given(st.text() | st.lists(SCRAPS, max_size=12).map("".join))
@example("&#208;&#191;&#208;&#191;&#208;&#191;")
@example("\xa0Р«Р«Р–Р°")
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    plain = clean(text)
    assert clean(plain) == plain
    assert unicodedata.is_normalized("NFC", plain)
    assert not set("\xa0\xad\u200b\ufeff\r\0") & set(plain)
    assert "\n\n\n" not in plain
    assert "  " not in plain
    plain.encode()


@given(st.text() | st.lists(SCRAPS, max_size=12).map("".join))
def test_a_quick_look_takes_nothing_for_clean_that_is_not(raw: str) -> None:
    assert not text._is_clean(raw) or text._cleaned(raw) == raw


@given(st.text() | st.lists(SCRAPS, max_size=12).map("".join))
def test_a_cleaned_line_is_one_line(text: str) -> None:
    line = clean_line(text)
    assert line == " ".join(line.split())
    assert clean_line(line) == line


def test_a_line_has_neither_breaks_nor_tabs() -> None:
    assert clean_line(" Итоги\n\nдня:\tглавное&nbsp;") == "Итоги дня: главное"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Итоги дня", 2),
        ("Алматы — 2026: что-то новое…", 4),
        ("один\tдва\n\nтри", 3),
        ("— … «» *** ___ №", 0),
        ("Ёлка әлем", 2),
    ],
)
def test_words_are_what_holds_a_letter_or_a_digit(text: str, count: int) -> None:
    assert word_count(text) == count


def test_the_content_hash_changes_with_every_visible_change() -> None:
    same = content_hash("Заголовок", "Текст.")
    assert content_hash("Заголовок", "Текст.") == same
    others = [("Заголовок", "Текст!"), ("заголовок", "Текст."), ("Заголовок\n\nТекст.", "")]
    assert len({same, *(content_hash(*other) for other in others)}) == 4


def test_the_content_hash_is_what_the_documents_say() -> None:
    """Anybody can compute it: SHA-256 of title, empty line, text."""
    assert content_hash("a", "b") == (
        "38022fd2b8dbc5cb3d2cee74e083edbf59e3d4e13d067ebcb5db633d4cff4d8c"
    )


def test_the_fingerprint_sees_words_only() -> None:
    same = fingerprint("Один заголовок", RUSSIAN)
    shouted = RUSSIAN.upper().replace(" ", "\n\n— ").replace(".", "…!")
    assert fingerprint("Другой заголовок", shouted) == same
    assert fingerprint("Один заголовок", RUSSIAN.replace("три", "два")) != same
    assert fingerprint("Один заголовок", f"{RUSSIAN} Дополнено.") != same
    assert fingerprint("Один заголовок", " ".join(reversed(RUSSIAN.split()))) != same


def test_the_fingerprint_of_a_short_text_takes_the_title_in() -> None:
    short = "Подробности позже."
    assert fingerprint("Пожар в Актау", short) != fingerprint("Выборы в Астане", short)
    assert fingerprint("Пожар в Актау", short) == fingerprint(
        "«Пожар в Актау»", "подробности позже"
    )
    assert fingerprint("Пожар", "в Актау") != fingerprint("Пожар в", "Актау")


@given(st.text(), st.text())
def test_the_fingerprint_is_blind_to_case_and_space(title: str, text: str) -> None:
    shown = f"  «{text.casefold()}» \n"
    assert fingerprint(title, shown) == fingerprint(title, text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (RUSSIAN, "ru"),
        (KAZAKH, "kk"),
        (f"{RUSSIAN}\n\n«Бұл біздің ортақ міндетіміз», — деді ол.\n\n{RUSSIAN}", "ru"),
        (f"{KAZAKH}\n\nДепутат: «Мы обсудили закон и приняли решение».\n\n{KAZAKH}", "kk"),
        (f"{KAZAKH} Депутат сказал: «Мы обсудили закон и приняли решение».", "kk"),
        ("Футболдан Қазақстан құрамасы Астана Арена стадионында Норвегиямен ойнады.", "kk"),
        ("Аким Өскемена Әлібек Құрманғалиұлы в Ақорде рассказал о ремонте дорог.", "ru"),
        ("Партия «Ауыл» и фонд «Халық қаһарманы» открыли школу в городе Қызылорда.", "ru"),
        ("The quick brown fox jumps over the lazy dog again and again.", "en"),
        ("Der Präsident hat heute ein neues Gesetz über den Haushalt unterzeichnet.", "de"),
        ("Україна та світ: новини дня, які варто знати кожному", "uk"),
        ("Кыргызстандын президенти бүгүн өкмөт мүчөлөрү менен жолугушту. " * 5, "ky"),
        ("Правителството прие нов закон за бюджета на страната днес. " * 5, "bg"),
        ("Qazaqstan Prezidenti bügin jaña zañğa qol qoidy jäne bul turaly mälimdedi.", "kk"),
        ("Qazaqstan Prezıdenti búgin jańa zańǵa qol qoıdy jáne bul týraly málimdedi.", "kk"),
        ("قازاقستان پرەزيدەنتى بۇگىن جاڭا زاڭعا قول قويدى جانە بۇل تۋرالى مالىمدەدى", "kk"),
        ("今天的新闻报道说总统访问了北京", "zh"),
        (f"Обзор: {'iPhone Pro Max с чипом Bionic вышел на рынок вчера вечером. ' * 3}", "ru"),
    ],
)
@pytest.mark.parametrize("default", ["ru", "kk"])
def test_the_text_tells_its_language(text: str, told: str, default: str) -> None:
    assert language(text, default) == told


def test_a_kazakh_name_in_a_russian_text_does_not_load_the_models(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kznews.text._guess", lambda _: pytest.fail("70 MB of models"))
    assert language(f"Фонд «Жаңа дала» меняет подрядчика. {RUSSIAN} {RUSSIAN}", "ru") == "ru"


def test_emoji_are_no_letters_of_another_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kznews.text._guess", lambda _: "bg")
    assert language(f"{RUSSIAN} {'🎉' * 20}", "ru") == "ru"


@given(st.text("abcdeXYZ 123.,«»—", min_size=1).filter(lambda text: re.search("[a-zX-Z]", text)))
def test_a_text_without_a_cyrillic_letter_is_not_russian(text: str) -> None:
    assert re.fullmatch("[a-z]{2,3}", language(text, "ru"))
    assert language(text, "ru") != "ru"


@pytest.mark.parametrize("text", ["", "Коротко", "Тоқаев прилетел", "Қонаев: новый мост", "12345"])
@pytest.mark.parametrize("default", ["ru", "kk"])
def test_a_text_too_short_to_tell_has_the_language_of_its_page(text: str, default: str) -> None:
    assert language(text, default) == default


def test_even_a_short_text_in_kazakh_letters_is_kazakh() -> None:
    assert language("Жаңа мектептің құрылысы", "ru") == "kk"


@pytest.mark.parametrize("number", ["9" * 6000, "x" + "f" * 6000, "xD83D", "0"])
def test_a_number_of_no_character_is_none(number: str) -> None:
    assert unescaped(f"&quot;А&#{number};Б") == '"А\ufffdБ'


@pytest.mark.parametrize(
    "text",
    [
        "Mamandar jol jöndeu kezınde qūral-jabdyq keşıgıp jatyr dep eskertedı, dedı inşener.",
        "ماماندار جول جٶندەۋ كەزٸندە قۇرال-جابدىق كەشٸگٸپ جاتىر دەپ ەسكەرتەدٸ",
    ],
)
def test_a_page_in_kazakh_is_believed_where_the_letters_are_those_of_other_languages(
    text: str,
) -> None:
    assert (language(text, "kk"), language(text, "ru") == "kk") == ("kk", False)
