"""The words of the page in English, Russian and Kazakh, and their numbers and dates."""

from __future__ import annotations

import json
from datetime import date, datetime
from importlib.resources import files

from babel import dates, numbers
from babel.support import Format

WORDS: dict[str, dict[str, str]] = json.loads(
    files(__package__).joinpath("labels.json").read_text("utf-8")
)
"""Each label in each language, for translators; ``{}`` stands for a number or a name."""
AXES = {"day": "MMMd", "week": "MMMd", "month": "yMMM", "year": "y"}
"""What names a column of each unit, as CLDR's skeletons."""


class Labels(Format):
    """One language of the page: words, and Babel's own methods for numbers, dates and ages."""

    def __getitem__(self, name: str) -> str:
        return WORDS[name][self.locale.language]

    def say(self, name: str, *values: object) -> str:
        """Return a label with its values; integers are written as in the language."""
        return self[name].format(*(self.number(v) if isinstance(v, int) else v for v in values))

    def named(self, kind: str, name: str) -> str:
        """Return the label of a ``field`` or a ``reason``, else its name."""
        return self[f"{kind}:{name}"] if f"{kind}:{name}" in WORDS else name

    def language_name(self, code: str) -> str:
        return str(self.locale.languages.get(code, code))

    def amount(self, number: int, total: int = 0) -> str:
        """Return a number, and its share of a total if there is one."""
        text = self.number(number)
        return f"{text} · {self.share(number, total)}" if total else text

    def share(self, part: float, whole: float) -> str:
        """Return a percentage; 0 % and 100 % are only nothing and all."""
        share = round(part / whole, 2)
        if share in {0, 1} and part not in {0, whole}:
            share = min(max(round(part / whole, 3), 0.001), 0.999)
        return numbers.format_percent(share, decimal_quantization=False, locale=self.locale)

    def interval(self, first: date, last: date) -> str:
        return dates.format_interval(first, last, "yMMMd", locale=self.locale)

    def axis(self, day: date, unit: str) -> str:
        """Return a short name of the column that begins on a day."""
        return dates.format_skeleton(AXES[unit], day, locale=self.locale)

    def moment(self, iso: str | None) -> str:
        """Return a date of the feeds as people write it, with its own precision."""
        if not iso:
            return ""
        if len(iso) == len("2026-11"):
            return self.axis(date.fromisoformat(f"{iso}-01"), "month")
        at = datetime.fromisoformat(iso)
        return f"{self.date(at)}, {at:%H:%M}" if "T" in iso else self.date(at)
