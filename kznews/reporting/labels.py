"""The words of the page in English, Russian and Kazakh, and how each writes numbers and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from babel import Locale, dates, numbers

LANGUAGES = ("en", "ru", "kk")

WORDS: dict[str, tuple[str, str, str]] = {
    "title": ("News archive", "Архив новостей", "Жаңалықтар мұрағаты"),
    "made": ("Made on {}", "Составлено {}", "Жасалған күні: {}"),
    "clock": (
        "All times are the site’s own.",
        "Время везде местное, как на сайте.",
        "Уақыт барлық жерде сайттың жергілікті уақыты.",
    ),
    "articles": ("Articles", "Статьи", "Мақалалар"),
    "a_day": ("Articles a day", "Статей в день", "Күніне мақала"),
    "words": ("Words, median", "Слов, медиана", "Сөз саны, медиана"),
    "edited": ("Edited articles", "Исправленные", "Түзетілгендер"),
    "copies": ("Near-duplicates", "Почти одинаковые", "Ұқсас мақалалар"),
    "missing": ("Missing", "Не хватает", "Жетіспейді"),
    "in_time": (
        "Articles in the course of time",
        "Статьи с течением времени",
        "Мақалалар уақыт бойынша",
    ),
    "with_mean": (
        "By day; the line is the mean of seven days.",
        "По дням; линия — среднее за семь дней.",
        "Күндер бойынша; сызық — жеті күннің орташасы.",
    ),
    "by_day": ("By day.", "По дням.", "Күндер бойынша."),
    "by_week": ("By week.", "По неделям.", "Апталар бойынша."),
    "by_month": ("By month.", "По месяцам.", "Айлар бойынша."),
    "by_year": ("By year.", "По годам.", "Жылдар бойынша."),
    "sections": ("Sections", "Разделы", "Айдарлар"),
    "sections_in_time": (
        "Sections in the course of time",
        "Разделы с течением времени",
        "Айдарлар уақыт бойынша",
    ),
    "no_section": ("no section", "без раздела", "айдарсыз"),
    "others": ("others", "прочие", "басқалары"),
    "hours": ("When articles appear", "Когда выходят статьи", "Мақалалар қашан шығады"),
    "hours_note": (
        "Articles by weekday and hour; the stronger the colour, the more.",
        "Статьи по дням недели и часам; чем насыщеннее цвет, тем больше.",
        "Апта күндері мен сағаттар бойынша; түс неғұрлым қанық болса, соғұрлым көп.",
    ),
    "languages": ("Languages", "Языки", "Тілдер"),
    "lengths": ("Length of articles", "Объём статей", "Мақалалардың көлемі"),
    "lengths_note": (
        "Articles by their number of words; the line is the median, {}.",
        "Статьи по числу слов; линия — медиана, {}.",
        "Сөз саны бойынша мақалалар; сызық — медиана, {}.",
    ),
    "more_than": ("{} words or more", "{} слов и больше", "{} сөз және одан көп"),
    "from_to": ("{} to {} words", "от {} до {} слов", "{}–{} сөз"),
    "changes": ("Edits", "Правки", "Түзетулер"),
    "changes_note": (
        "Edits noticed: {}. What the last edit of an article changed:",
        "Замечено правок: {}. Что изменила последняя правка статьи:",
        "Байқалған түзетулер: {}. Соңғы түзету нені өзгертті:",
    ),
    "groups": ("Near-duplicates", "Почти одинаковые статьи", "Бір-біріне ұқсас мақалалар"),
    "groups_note": (
        "Groups: {}. The largest:",
        "Групп: {}. Самые большие:",
        "Топтар: {}. Ең үлкендері:",
    ),
    "none_found": ("None found.", "Не найдено.", "Табылмады."),
    "fields": ("Coverage by field", "Полнота полей", "Өрістердің толықтығы"),
    "fields_note": (
        "Share of the articles that have a field, run by run.",
        "Доля статей, у которых есть поле, по запускам.",
        "Өрісі бар мақалалардың үлесі, іске қосулар бойынша.",
    ),
    "run_share": ("run {}: {}", "запуск {}: {}", "{}-іске қосу: {}"),
    "sources": ("Sources of the fields", "Откуда взяты поля", "Өрістер қайдан алынған"),
    "sources_note": (
        "Last runs that brought articles: {}, with articles: {}.",
        "Последних запусков со статьями: {}, статей в них: {}.",
        "Мақала әкелген соңғы іске қосулар: {}, мақалалар: {}.",
    ),
    "no_runs": (
        "No report of a run is in the archive.",
        "В архиве нет отчётов о запусках.",
        "Мұрағатта іске қосу есептері жоқ.",
    ),
    "audit": ("Last audit", "Последняя сверка", "Соңғы салыстыру"),
    "audit_note": (
        "{site}, {at}: the site lists {listed}, the archive has {stored}, missing: {missing}.",
        "{site}, {at}: на сайте {listed}, в архиве {stored}, не хватает: {missing}.",
        "{site}, {at}: сайтта {listed}, мұрағатта {stored}, жетіспейді: {missing}.",
    ),
    "no_audit": (
        "None yet. This asks the site what it has:",
        "Ещё не было. Спросить сайт, что у него есть:",
        "Әлі болған жоқ. Сайттан не бар екенін сұрау:",
    ),
    "fetch_missing": (
        "Missing addresses can be fetched:",
        "Недостающее можно получить:",
        "Жетіспейтінін алуға болады:",
    ),
    "stored": ("in the archive", "в архиве", "мұрағатта"),
    "rejected": ("rejected", "отклонено", "қабылданбады"),
    "lost": ("missing", "не хватает", "жетіспейді"),
    "gone": ("gone from the site", "удалено с сайта", "сайттан жойылған"),
    "runs": ("Last runs", "Последние запуски", "Соңғы іске қосулар"),
    "run": ("Run", "Запуск", "Іске қосу"),
    "spider": ("Spider", "Паук", "Өрмекші"),
    "began": ("Began (UTC)", "Начат (UTC)", "Басталды (UTC)"),
    "ending": ("Ended", "Итог", "Нәтиже"),
    "at_work": ("at work", "идёт", "жүріп жатыр"),
    "new": ("Articles", "Статей", "Мақала"),
    "alarms": ("Alarms", "Тревоги", "Дабылдар"),
    "latest": ("Latest articles", "Последние статьи", "Соңғы мақалалар"),
    "n_words": ("words: {}", "слов: {}", "сөз: {}"),
    "field:title": ("title", "заголовок", "тақырып"),
    "field:lead": ("lead", "лид", "лид"),
    "field:text": ("text", "текст", "мәтін"),
    "field:authors": ("authors", "авторы", "авторлар"),
    "field:section": ("section", "раздел", "айдар"),
    "field:sections": ("sections", "разделы", "айдарлар"),
    "field:tags": ("tags", "теги", "тегтер"),
    "field:published_at": ("published", "опубликовано", "жарияланған"),
    "field:modified_at": ("modified", "изменено", "өзгертілген"),
    "field:images": ("pictures", "фото", "суреттер"),
    "field:embeds": ("embeds", "вставки", "кірістірмелер"),
}
"""Each label in the order of ``LANGUAGES``; ``{}`` is for a number or a name."""


@dataclass(frozen=True)
class Labels:
    """One language of the page; numbers and dates are those of its country (CLDR, by Babel)."""

    language: str

    @cached_property
    def locale(self) -> Locale:
        return Locale(self.language)

    def __getitem__(self, name: str) -> str:
        return WORDS[name][LANGUAGES.index(self.language)]

    def say(self, name: str, *values: object, **named: object) -> str:
        """Return a label with its values put in, whole numbers written the language's way."""
        written = [self.number(v) if isinstance(v, int) else v for v in values]
        counts = {k: self.number(v) if isinstance(v, int) else v for k, v in named.items()}
        return self[name].format(*written, **counts)

    def field(self, name: str) -> str:
        """Return what a field of an article is called; one that has no label is called itself."""
        return self[f"field:{name}"] if f"field:{name}" in WORDS else name

    def number(self, value: float) -> str:
        return numbers.format_decimal(value, "#,##0.#", locale=self.locale)

    def share(self, part: float, whole: float) -> str:
        """Return a percentage; a little is not nothing, nearly all not all."""
        share = part / whole if whole else 0.0
        if 0 < share < 0.01 or 0.99 < share < 1:
            exact = self.locale.percent_formats[None].pattern.replace("0", "0.0", 1)
            share = min(max(share, 0.001), 0.999)
            return numbers.format_percent(share, exact, locale=self.locale)
        return numbers.format_percent(share, locale=self.locale)

    def day(self, day: date) -> str:
        return dates.format_date(day, "medium", locale=self.locale)

    def month(self, day: date) -> str:
        return dates.format_skeleton("yMMM", day, locale=self.locale)

    def moment(self, iso: str) -> str:
        """Return an instant of the feeds as people write it; a day or a month as what it is."""
        if len(iso) < len("2026-11-23"):
            return self.month(date.fromisoformat(f"{iso[:7]}-01")) if iso else ""
        if "T" not in iso:
            return self.day(date.fromisoformat(iso))
        at = datetime.fromisoformat(iso)
        return f"{self.day(at.date())}, {at:%H:%M}"

    def weekdays(self) -> list[str]:
        """Return the short names of the days, Monday first."""
        names = dates.get_day_names("abbreviated", "stand-alone", self.locale)
        return [names[number] for number in range(7)]

    def language_name(self, code: str) -> str:
        return str(self.locale.languages.get(code, code))

    def number_locale(self) -> dict[str, Any]:
        """Return what D3 has to know to write numbers."""
        return {
            "decimal": numbers.get_decimal_symbol(self.locale),
            "thousands": numbers.get_group_symbol(self.locale),
            "grouping": [3],
            "currency": ["", ""],
        }

    def time_locale(self) -> dict[str, Any]:
        """Return what D3 has to know to write dates."""

        def months(width: Any) -> list[str]:
            names = dates.get_month_names(width, "stand-alone", self.locale)
            return [names[number] for number in range(1, 13)]

        def days(width: Any) -> list[str]:
            names = dates.get_day_names(width, "stand-alone", self.locale)
            return [names[(number - 1) % 7] for number in range(7)]

        day_first = dates.format_skeleton("MMMd", date(2000, 1, 30), locale=self.locale)[0] == "3"
        return {
            "dateTime": "%c",
            "date": "%-d %b" if day_first else "%b %-d",
            "time": "%X",
            "periods": ["AM", "PM"],
            "days": days("wide"),
            "shortDays": days("abbreviated"),
            "months": months("wide"),
            "shortMonths": months("abbreviated"),
        }
