"""The words of the page in English, Russian and Kazakh, and their numbers and dates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from importlib.resources import files

from babel import Locale, dates, numbers

WORDS: dict[str, dict[str, str]] = json.loads(
    files(__package__).joinpath("labels.json").read_text("utf-8")
)
"""Each label in each language, for translators; ``{}`` stands for a number or a name."""


@dataclass(frozen=True)
class Labels:
    """One language of the page; numbers and dates follow CLDR (Babel)."""

    language: str

    @cached_property
    def locale(self) -> Locale:
        return Locale(self.language)

    def __getitem__(self, name: str) -> str:
        return WORDS[name][self.language]

    def say(self, name: str, *values: object, **named: object) -> str:
        """Return a label with its values; integers are written as in the language."""
        written = [self.number(v) if isinstance(v, int) else v for v in values]
        counts = {k: self.number(v) if isinstance(v, int) else v for k, v in named.items()}
        return self[name].format(*written, **counts)

    def named(self, kind: str, name: str) -> str:
        """Return the label of a ``field`` or a ``reason``, else its name."""
        return self[f"{kind}:{name}"] if f"{kind}:{name}" in WORDS else name

    def number(self, value: float) -> str:
        return numbers.format_decimal(value, "#,##0.#", locale=self.locale)

    def share(self, part: float, whole: float) -> str:
        """Return a percentage; 0 % and 100 % are only nothing and all."""
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

    def axis(self, day: date, unit: str) -> str:
        """Return a short name of the column that begins on a day."""
        if unit == "year":
            return str(day.year)
        if unit == "month":
            return dates.format_date(day, "LLL yyyy", locale=self.locale)
        return dates.format_skeleton("MMMd", day, locale=self.locale)

    def ago(self, age: timedelta) -> str:
        """Return how long ago something was: up to ten days in days, and so on."""
        return dates.format_timedelta(-age, threshold=1.5, add_direction=True, locale=self.locale)

    def moment(self, iso: str) -> str:
        """Return a date of the feeds as people write it, with its own precision."""
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
