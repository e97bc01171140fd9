"""The words of dates in Russian, Kazakh and English: labels, months, days, «… назад».

The patterns get texts of at most ``kznews.dates.LONGEST`` characters in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

PUBLISHED = (
    r"(?:опубликован[оа]?|размещен[оа]?|добавлен[оа]?|создан[оа]?|(?:дата|время)\s+"
    r"(?:публикации|создания)|жарияланды|жарияланған(?:\s+(?:күні|уақыты))?|"
    r"қосылды|published|posted|created|date)"
)
UPDATED = (
    r"(?:(?:последн\w+\s+)?обновлен(?:[оа]|ие)?|(?:дата|время)\s+обновления|изменен[оа]?|"
    r"жаңартыл(?:ды|ған)(?:\s+(?:күні|уақыты))?|(?:last\s+)?(?:updated|modified))"
)
_WEEKDAY = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|"
    r"(?:дүй|сей|сәр|бей|жек)?сенбі|жұма|понедельник|вторник|сред[аы]|четверг|пятниц[аы]|"
    r"суббот[аы]|воскресенье|пн|вт|ср|чт|пт|сб|вс)"
)
SEVERAL = re.compile(rf"[\s.,;(|/]*\b(?=(?:{UPDATED}|{PUBLISHED})\b)")
LABEL = re.compile(
    rf"^(?:{UPDATED}|(?P<published>{PUBLISHED}|дата|время|күні|уақыты))\b(?:\s+on\b)?\s*[:—-]?\s*"
    rf"(?:[^\W\d][\w.@-]{{1,40}}\s+в\s+(?={_WEEKDAY}|\d\d?(?:[./]\d|\s[^\W\d])))?"
)
ZONE_WORDS = re.compile(
    r",?\s*\(?(?:(?:по\s+времени|время)\s+(?:астан|алмат|нур-султан|казахстан)\w*|по\s+местному\s+времени|"
    r"(?:астана|алматы)\s+уақыты(?:мен)?|almt)\)?\s*$"
)
OFFSET = re.compile(r",?\s*\(?\b(?:gmt|utc)\s?([+−-])\s?(\d\d?)(?::?(\d\d))?\)?$")
_CASE = (
    "(?:(?:сы|сі|ы|і)?(?:нда|нде|ның|нің)?|[дт][аеыі]|[дт][аe]ғы|[дт]егі|[дт]ың|[дт]ің|[ғг][ыі])"
)
_MONTH = rf"""(?<![^\W\d_])(?:
    (янв(?:ар[ьяе])?|қаң(?:тар{_CASE})?|jan(?:uary)?)
    |(фев(?:р(?:ал[ьяе])?)?|ақп(?:ан{_CASE})?|feb(?:ruary)?)
    |(мар(?:т[ае]?)?|нау(?:рыз{_CASE})?|mar(?:ch)?)
    |(апр(?:ел[ьяе])?|сәу(?:ір{_CASE})?|apr(?:il)?)
    |(ма[йяе]|мам(?:ыр{_CASE})?|may)
    |(июн[ьяе]?|мау(?:сым{_CASE})?|june?)
    |(июл[ьяе]?|шіл(?:де{_CASE})?|july?)
    |(авг(?:уст[ае]?)?|там(?:ыз{_CASE})?|aug(?:ust)?)
    |(сен(?:т(?:ябр[ьяе])?)?|қыр(?:күйе[кг]{_CASE})?|sept?(?:ember)?)
    |(окт(?:ябр[ьяе])?|қаз(?:ан{_CASE})?|oct(?:ober)?)
    |(ноя(?:б(?:р[ьяе])?)?|қар(?:аша{_CASE})?|nov(?:ember)?)
    |(дек(?:абр[ьяе])?|жел(?:тоқсан{_CASE})?|dec(?:ember)?)
    )(?![^\W\d_])\.?"""
MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября"),
    *("октября", "ноября", "декабря"),
)
YEAR = frozenset({"год", "года", "жыл", "жылы", "жылғы"})
_ANY_MONTH = f"({'|'.join(MONTHS)})"
_UNITS = {"s": "секунд", "m": "минут", "h": "часов", "d": "дней"}


def _clock(match: re.Match[str]) -> str:
    """Return a clock of twelve hours as one of twenty-four; one that cannot be stays."""
    hour = int(match[1])
    if not 1 <= hour <= 12:
        return match[0]
    return f"{hour % 12 + (12 if match[3] == 'p' else 0)}:{match[2]}"


@cache
def rewrites() -> tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]:
    """Return what is replaced in a date, in order; a run without dates in words compiles none."""
    return (
        (re.compile(r"(?<=\d)[.-](?=[^\W\d_])|(?<=[^\W\d_])[.-](?=\d)"), " "),
        (re.compile(r"(?<=\d)(?:st|nd|rd|th)\b(?: of\b)?"), ""),
        (re.compile(_MONTH, re.VERBOSE), lambda match: MONTHS[(match.lastindex or 1) - 1]),
        (re.compile(r"\b(?:г|ж)\.?(?=\s|,|$)|\b(?:год[ау]?|жыл(?:ғы|дың|ы|да)?)\b"), ""),
        (re.compile(rf"\b(\d{{4}})[\s,]+(\d\d?) {_ANY_MONTH}"), r"\2 \3 \1"),
        (re.compile(rf"\b{_ANY_MONTH} (\d\d?),? +(\d{{4}})\b"), r"\2 \1 \3"),
        (re.compile(rf"(?<!\d )\b{_ANY_MONTH} (\d\d?)(?![\d:])"), r"\2 \1"),
        (re.compile(rf"^{_WEEKDAY}\b[.,]*\s+"), ""),
        (re.compile(rf",?\s+\(?{_WEEKDAY}\b\.?\)?(?=[\s,]|$)"), ""),
        (re.compile(r"\b((?:19|20)\d\d)/(\d\d?)/(\d\d?)\b"), r"\3.\2.\1"),
        (re.compile(r"\b(\d\d?)(?:-|\.\s)(\d\d?)(?:-|\.\s)((?:19|20)\d\d)\b"), r"\1.\2.\3"),
        (re.compile(r"\s+by\s.*$"), ""),
        (re.compile(r"\b(\d\d?):(\d\d)\s?([ap])\.?m\b\.?"), _clock),
        (re.compile(r"^(?:about\s+)?an?\s+(?=(?:minute|hour|day)\s+ago)"), "1 "),
        (
            re.compile(r"\b(\d+)\s?([smhd])(?:ec(?:ond)?|in(?:ute)?|(?:ou)?r|ay)?s?\.?\s+ago$"),
            lambda match: f"{match[1]} {_UNITS[match[2]]} назад",
        ),
        (re.compile(r"^today\b"), "сегодня"),
        (re.compile(r"^yesterday\b"), "вчера"),
        (re.compile(r"(?<=\d)\s?ч\.?\s+(?=назад$)"), " часов "),
        (re.compile(r"(?<=\d)\s?д\.?\s+(?=назад$)"), " дней "),
        (re.compile(r"^(?:около|шамамен)\s+(?=(?:\d+\s+)?(?:час|сағ))"), ""),
        (re.compile(r"^(?:только что|жаңа ғана|just now)$"), "0 минут назад"),
        (re.compile(r"^алдыңғы күні"), "позавчера"),
        (re.compile(r"\b(\d\d?) ?ч(?:ас(?:ов|а)?)?\.? (\d\d) ?мин(?:ут[аы]?)?\.?$"), r"\1:\2"),
        (re.compile(r"(?<=\d{4})[,\s]+(?:в\s+)?(\d\d?)\.(\d\d)$"), r" \1:\2"),
        (re.compile(r"\b(?:в|сағат|at)\s+(?=\d\d?:\d\d)"), ""),
        (re.compile(r"(?<=:\d\d)\s?[дт][ае]\b"), ""),
        (re.compile(r"[|•·]"), " "),
    )


AGO = re.compile(r"(?:сек|мин|час|сағ|дн|день|сут|күн)\w*\.?\s+(?:назад|бұрын)")
MINUTES_AGO = re.compile(r"(?:\d\d?\s+)?(?:сек|мин)\w*\.?\s+(?:назад|бұрын)")
DAY_WORD = re.compile(r"сегодня|вчера|бүгін|кеше")
PLAIN = re.compile(
    rf"(?:\d\d? {_ANY_MONTH}(?: (?:19|20)\d\d)?|{DAY_WORD.pattern})(?:,? \d?\d:\d\d)?"
)
"""What has no label, no zone and nothing to be rewritten."""
DATED = re.compile(rf"\d|{DAY_WORD.pattern}|назад|бұрын")
NAMES_A_DAY = re.compile(
    r"\b(?:январ|феврал|март|апрел|ма[йя]\b|июн|июл|август|сентябр|октябр|ноябр|декабр"
    r"|қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйе|қазан|қараша|желтоқсан"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)(?:[a-z]{2,6})?\b|may\b)"
    r"|\b\d{1,2}[\s.-]{1,3}(?:янв|фев|мар|апр|июн|июл|авг|сен|окт|ноя|дек|қаң|ақп|нау|сәу|мам|мау"
    r"|шіл|там|қыр|қаз|қар|жел)"
    r"|\d{1,2}\.\d\d\.\d\d|\d{1,2}/\d\d/20\d\d|сегодня|вчера|назад|бүгін|кеше|бұрын|\b20\d\d[-/]\d\d[-/]\d\d|\b\d\d(?:-|\.\s)\d\d(?:-|\.\s)20\d\d"
    r"|\b(?:today|yesterday|ago)\b",
    re.IGNORECASE,
)
"""What a short line of any case holds if it may be a date."""
