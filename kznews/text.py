"""Cleaning of every string of an article, its language, its words."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

LAYERS = 8
"""How many layers of entities or wrong charsets are removed from a text."""
LONGEST_GUESS = 2_000
"""Characters of a line in a partly wrong charset that are repaired together."""
MOST_MARKS = 30
"""Combining marks in a row that are kept: the Stream-Safe Text Format of UAX #15."""

_EMOJI = "\u2190-\u2bff\U0001f000-\U0001faff\ufe0f"
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069"
    "\ufe0e\ufeff\ufff9-\ufffb\ud800-\udfff\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f]"
    f"|(?<![{_EMOJI}])\u200d|\u200d(?![{_EMOJI}])"  # between emoji it joins them to one
)
_MARKS = re.compile(  # the first is found by ranges that hold most letters
    rf"[^\0-\u02ff\u0400-\u0481\u048a-\u052f\w\s][^\w\s\0-\u02ff]{{{MOST_MARKS},}}"
)
_LINE_ENDS = re.compile("\r\n?|[\u000b\u000c\u0085\u2028\u2029]")
_RESTS = ("&", "  ", " \n", "\n ", "\n\n\n", "\u034f", "\ufe0e")
"""What is printable, and is not clean all the same."""
_SPACES = re.compile("(?! \\S)[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_AMPERSANDS = re.compile(r"&(?:(?:amp|#38|#038|#x26);)+", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
# Cyrillic UTF-8 read as windows-1251 («Рџ», «СЃ», «Т›») or -1252 («Ð¿»): three such pairs on end,
# of the former one that nobody writes («ТІРІСІ» is a word). Or windows-1251 read as -1252 («Ìîñò»):
# a word with three on end of the letters that are frequent then, not as in a table or a shout.
_HALF = "\u0080-\u00bf\u0401-\u040f\u0451-\u045f\u0490\u0491\u2013-\u203a€№™"
_LATIN_HALF = "\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a€™"
_FREQUENT = "îåàèíòñðÎÅÀÈÍÒÑÐ"
_MOJIBAKE = re.compile(  # it begins with one set of letters, which a search can jump to
    f"[РСТУÓ{_FREQUENT}](?:(?<=[РСТУ])(?=(?:..){{0,2}}[^ЁёІі\u00a0«»№€–—\u2018-\u201e…])"
    f"[{_HALF}](?:[РСТУ][{_HALF}]){{2}}"
    f"|(?<=[ÐÑÒÓ])[{_LATIN_HALF}](?:[ÐÑÒÓ][{_LATIN_HALF}]){{2}}"
    f"|(?<=[{_FREQUENT}])(?!(?<=[ðÐ])(?:ñò|ÑÒ))(?=([{_FREQUENT}])(?!\\1)[{_FREQUENT}])"
    "(?:(?<=[À-ÿ]{2})|(?=..[À-ÿ]))(?P<western>))"
)
_WESTERN = re.compile("(?<![A-Za-zÀ-ÿ¨¸¹²³])[À-ÿ¨¸¹²³]++(?![A-Za-z])")
_NO_CHARACTER = re.compile(r"&#[xX]?[0-9A-Fa-f]{20,};?")
_AROUND_TAB = re.compile(" ?\t ?")
_EMPTY_LINES = re.compile("\n{3,}")
_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"[.!?…][\s'\"»”)\]]*$")
_JOINED = re.compile(r"\w+")
_KAZAKH = "әғқңөұүһіӘҒҚҢӨҰҮҺІ"
_KAZAKH_LETTER = re.compile(f"[{_KAZAKH}]")
_LETTERS = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile("[\u0400-\u052f]+")
_OTHER_LETTER = re.compile(f"(?![а-яёА-ЯЁ{_KAZAKH}])[\u0400-\u052f]")
_COMMON = re.compile("[ыэЫЭ]")  # of Russian and Kazakh, not of the other Slavic languages
_TURKIC = re.compile("[ңөүҢӨҮ]")
_OWN = re.compile("[әғқұіӘҒҚҰІ]")
_OTHER_CYRILLIC = frozenset({"be", "bg", "ky", "mk", "mn", "sr", "tg", "tt", "uk", "ba", "uz"})
_LIKE_KAZAKH = frozenset({"az", "crh", "kaa", "ky", "tr", "tt", "ug", "uz"})
"""What a page that calls itself Kazakh is taken for in Latin and Arabic letters."""
_PLAIN_LATIN = str.maketrans("äöüūúğǵşńñıýáóžʼ", "aouuuggsnniyaoz'")
_KAZAKH_WORDS = frozenset(
    {"arqyly", "bolatyn", "bolady", "boldy", "bolyp", "bul", "degen", "eken", "jane", "keyin"}
    | {"memleket", "osy", "otyr", "qazaq", "qazaqstan", "turaly", "ushin", "usin", "zhane"}
    | {"ارقىلى", "بولادى", "بولدى", "بولىپ", "بويىنشا", "بۇل", "تۋرالى", "جانە", "دەدى", "دەگەن"}
    | {"قازاق", "قازاقستان", "كەيىن", "وتىر", "وسى", "ۇشىن", "ەكەن"}
)
"""Frequent words of Kazakh in Latin letters without their marks, and in Arabic letters."""
_FEWEST_WORDS = 2
_SAMPLE = 2_000
_GUESSED = 300
_FEWEST_LETTERS = 40
_SHORT = 100  # names of authors, sections and tags, which come again and again
_RUSSIAN_WORD = re.compile(r"\b(?:в|во|для|и|из|к|на|о|об|по|с|со|что)\b", re.IGNORECASE)


def clean(text: str) -> str:
    """Return the text in NFC, with ordinary spaces, nothing invisible, no entities, no mojibake.

    A tab separates the cells of a table row, a newline the lines of a block, an empty line the
    blocks. Cleaning a clean text changes nothing. After ``LAYERS`` layers the rest of the encoding
    stays.
    """
    if _is_clean(text):
        return text
    for _ in range(LAYERS):
        plain = _cleaned(text)
        if plain == text or not (_ENTITY.search(plain) or _MOJIBAKE.search(plain)):
            return plain
        text = plain
    return text


def _is_clean(text: str) -> bool:
    """Whether a quick look tells that nothing of a text needs cleaning."""
    return (
        text.replace("\n", "").isprintable()
        and not any(rest in text for rest in _RESTS)
        and text == text.strip()
        and unicodedata.is_normalized("NFC", text)
        and not _MOJIBAKE.search(text)
        and not _MARKS.search(text)
    )


def _cleaned(text: str) -> str:
    if "&" in text:
        text = _ENTITY.sub(_unescape, _AMPERSANDS.sub("&", text))
    if _MOJIBAKE.search(text):
        text = "\n".join(map(_mend, text.split("\n")))
    text = _LINE_ENDS.sub("\n", _INVISIBLE.sub("", text))
    text = unicodedata.normalize("NFC", _MARKS.sub(_few_marks, text))
    text = _SPACES.sub(" ", text)
    lines = [_AROUND_TAB.sub("\t", line).strip(" ") for line in text.split("\n")]
    text = "\n".join(line if line.strip("\t") else "" for line in lines)
    return _EMPTY_LINES.sub("\n\n", text).strip("\n")


def _few_marks(run: re.Match[str]) -> str:
    """Cut runs of combining marks: sorting a run takes quadratic time."""
    kept, marks = [], 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _mend(line: str) -> str:
    found = _MOJIBAKE.search(line)
    if not found:
        return line
    if found.lastgroup:
        return _WESTERN.sub(lambda word: word[0].encode("cp1252").decode("cp1251"), line)
    import ftfy  # noqa: PLC0415 (it brings the codec, and few articles need it)

    try:
        return line.encode("sloppy-windows-1251").decode("utf-8")
    except UnicodeError:
        parts = range(0, len(line), LONGEST_GUESS)
        return "".join(ftfy.fix_encoding(line[at : at + LONGEST_GUESS]) for at in parts)


def _unescape(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


def unescaped(text: str) -> str:
    """Return a text with its entities replaced, numbers with too many digits by U+FFFD."""
    return html.unescape(_NO_CHARACTER.sub("\ufffd", text) if "&#" in text else text)


def clean_line(text: str) -> str:
    """Return the cleaned text on one line: a title, a name, a caption."""
    return _short_line(text) if len(text) <= _SHORT else _clean_line(text)


def _clean_line(text: str) -> str:
    cleaned = clean(text)
    line = " ".join(cleaned.split())
    return line if line == cleaned == text else clean(line)


_short_line = lru_cache(maxsize=1024)(_clean_line)


def whole(text: str) -> str:
    """Return a text whose halves of characters are joined; one alone, which no file holds, goes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return text


def is_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return _SENTENCE.search(text) is not None


@lru_cache(maxsize=2)  # asked twice on an article's way
def word_count(text: str) -> int:
    """Count the white-space separated tokens that hold a letter or a digit."""
    return sum(map(bool, map(_WORD.search, text.split())))


@lru_cache(maxsize=2)  # asked twice on an article's way
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, with what joins them to one (_), without regard to case."""
    return tuple(_JOINED.findall(text.casefold()))


def content_hash(title: str, text: str) -> str:
    """Return the SHA-256 of title, empty line, text: it changes when a reader sees a change."""
    return hashlib.sha256(f"{title}\n\n{text}".encode()).hexdigest()


@lru_cache(maxsize=16)  # asked twice on an article's way
def fingerprint(title: str, text: str) -> str:
    """Return a key that is equal for texts with the same words in the same order.

    The title is part of the key of a text under 12 words: «Подробности позже» under two headlines
    is two pieces of news.
    """
    words: Sequence[str] = words_of(text)
    if "_" in text:
        words = _WORD.findall(text.casefold())
    if len(words) < 12:
        words = [*_WORD.findall(title.casefold()), "\n", *words]
    return hashlib.blake2b(" ".join(words).encode(), digest_size=16).hexdigest()


def language(text: str, default: str) -> str:
    """Return the ISO 639 code of the language of a text.

    Kazakh is ``kk`` in Cyrillic, Latin and Arabic letters. ``default`` is returned for a text too
    short to distinguish Kazakh from Russian.
    """
    sample = text[:_SAMPLE]
    if not _LETTERS.search(sample):
        return default
    cyrillic = sum(map(len, _CYRILLIC.findall(sample)))
    if 3 * cyrillic >= len(sample) or 3 * cyrillic >= sum(map(len, _LETTERS.findall(sample))):
        guess = _guess(sample) if _is_of_neither(sample, cyrillic) else None
        return guess if guess in _OTHER_CYRILLIC else _russian_or_kazakh(text, default)
    words = set(_LETTERS.findall(sample.casefold().translate(_PLAIN_LATIN)))
    if len(words & _KAZAKH_WORDS) >= _FEWEST_WORDS:
        return "kk"
    guess = _guess(sample)
    if default == "kk" and guess in _LIKE_KAZAKH:
        return "kk"
    return "und" if guess == "ru" else guess  # undetermined: Russian has no other letters


def _is_of_neither(sample: str, cyrillic: int) -> bool:
    """Whether a text in Cyrillic lacks the letters of Russian and Kazakh."""
    if cyrillic < _FEWEST_LETTERS:
        return False
    if 50 * len(_OTHER_LETTER.findall(sample)) > cyrillic:
        return True
    if cyrillic < 5 * _FEWEST_LETTERS:
        return False
    if not _COMMON.search(sample):
        return True
    return 50 * len(_TURKIC.findall(sample)) > cyrillic and not _OWN.search(sample)


def _guess(sample: str) -> str:
    import py3langid  # noqa: PLC0415 (70 MB of models, and few sites ever need them)

    return str(py3langid.classify(sample[:_GUESSED])[0])


def _russian_or_kazakh(text: str, default: str) -> str:
    """Distinguish Kazakh from Russian by the letters that only Kazakh has.

    Each block votes with its length, so a Russian article that quotes Kazakh stays Russian. These
    letters are about every eighth character of a Kazakh text. A short Russian block can be full of
    Kazakh names, but then every fifth word is one that Kazakh does not have.
    """
    default = default if default in {"ru", "kk"} else "ru"
    if not _KAZAKH_LETTER.search(text):
        return "ru" if len(text) >= _FEWEST_LETTERS else default
    votes = {"ru": 0, "kk": 0}
    for block in text.split("\n\n"):
        kazakh = sum(map(block.count, _KAZAKH))
        is_kazakh = kazakh > 1 and kazakh * 25 > len(block) and not _is_russian(block)
        votes["kk" if is_kazakh else "ru"] += len(block)
    if len(text) < _FEWEST_LETTERS and not votes["kk"]:
        return default
    return "kk" if votes["kk"] > votes["ru"] else "ru"


def _is_russian(block: str) -> bool:
    return len(_RUSSIAN_WORD.findall(block)) * 12 > len(block.split())


def web_address(url: str) -> str:
    """Return a link that leads to a web page, ``#`` for one that would do anything else."""
    return url if url.lower().startswith(("http://", "https://")) else "#"
