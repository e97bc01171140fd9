"""Dates as people write them in Russian and Kazakh, and dates for machines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import dateparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kznews import dates
from kznews.dates import Moment, Precision, _before, read_machine, read_printed, read_text

ALMATY = ZoneInfo("Asia/Almaty")
SEEN = datetime(2026, 11, 23, 16, 20, tzinfo=ALMATY)
NEW_YEAR = datetime(2027, 1, 2, 9, 0, tzinfo=ALMATY)
MIDNIGHT = datetime(2026, 12, 31, 23, 50, tzinfo=ALMATY)
AFTER_MIDNIGHT = datetime(2026, 11, 23, 0, 30, tzinfo=ALMATY)
LEAP_DAY = datetime(2028, 2, 29, 12, 0, tzinfo=ALMATY)

TODAY = (
    ("Сегодня, 9:05", "2026-11-23T09:05:00+05:00", "minute"),
    ("СЕГОДНЯ, 09:05", "2026-11-23T09:05:00+05:00", "minute"),
    ("сегодня в 9:05", "2026-11-23T09:05:00+05:00", "minute"),
    ("Сегодня, 16:20", "2026-11-23T16:20:00+05:00", "minute"),
    ("Сегодня", "2026-11-23", "day"),
    ("Вчера, 23:59", "2026-11-22T23:59:00+05:00", "minute"),
    ("Вчера", "2026-11-22", "day"),
    ("Позавчера, 0:05", "2026-11-21T00:05:00+05:00", "minute"),
    ("бүгін, 10:00", "2026-11-23T10:00:00+05:00", "minute"),
    ("Бүгін сағат 10:00", "2026-11-23T10:00:00+05:00", "minute"),
    ("кеше", "2026-11-22", "day"),
    ("Кеше, 23:10", "2026-11-22T23:10:00+05:00", "minute"),
    ("алдыңғы күні, 8:00", "2026-11-21T08:00:00+05:00", "minute"),
)
WITHOUT_A_YEAR = (
    ("5 марта, 9:05", "2026-03-05T09:05:00+05:00", "minute"),
    ("5 марта", "2026-03-05", "day"),
    ("9:05, 5 марта", "2026-03-05T09:05:00+05:00", "minute"),
    ("вторник, 5 марта, 10:00", "2026-03-05T10:00:00+05:00", "minute"),
    ("5 марта, четверг, 10:00", "2026-03-05T10:00:00+05:00", "minute"),
    ("5 наурыз (бейсенбі) 10:00", "2026-03-05T10:00:00+05:00", "minute"),
    ("12 янв., 08:30", "2026-01-12T08:30:00+05:00", "minute"),
    ("5 ақпан, 12:30", "2026-02-05T12:30:00+05:00", "minute"),
    ("22.11, 9:05", "2026-11-22T09:05:00+05:00", "minute"),
    ("23 ноября", "2026-11-23", "day"),
    ("Nov 21", "2026-11-21", "day"),
    ("5 наурызда", "2026-03-05", "day"),
    ("5-наурыз, 9:05", "2026-03-05T09:05:00+05:00", "minute"),
    ("23 ноября, 16:25", "2026-11-23T16:25:00+05:00", "minute"),
    ("24 ноября, 9:05", "2025-11-24T09:05:00+05:00", "minute"),
    ("31 декабря, 23:50", "2025-12-31T23:50:00+05:00", "minute"),
    ("29 февраля", "2024-02-29", "day"),
    ("29 февраля, 23:30", "2024-02-29T23:30:00+05:00", "minute"),
)
AGO = (
    ("2 часа назад", "2026-11-23", "day"),
    ("час назад", "2026-11-23", "day"),
    ("около часа назад", "2026-11-23", "day"),
    ("20 часов назад", "2026-11-22", "day"),
    ("2 сағат бұрын", "2026-11-23", "day"),
    ("шамамен 2 сағат бұрын", "2026-11-23", "day"),
    ("3 дня назад", "2026-11-20", "day"),
    ("3 күн бұрын", "2026-11-20", "day"),
    ("15 минут назад", "2026-11-23T16:05:00+05:00", "minute"),
    ("15 мин. назад", "2026-11-23T16:05:00+05:00", "minute"),
    ("5 минут бұрын", "2026-11-23T16:15:00+05:00", "minute"),
    ("около 15 минут назад", "2026-11-23", "day"),
    ("1 час 20 минут назад", "2026-11-23", "day"),
    ("15 ч. назад", "2026-11-23", "day"),
    ("20 ч назад", "2026-11-22", "day"),
    ("2 дн. назад", "2026-11-21", "day"),
    ("1 д. назад", "2026-11-22", "day"),
    ("15h ago", "2026-11-23", "day"),
    ("3 days ago", "2026-11-20", "day"),
    ("a day ago", "2026-11-22", "day"),
    ("15 minutes ago", "2026-11-23T16:05:00+05:00", "minute"),
    ("только что", "2026-11-23T16:20:00+05:00", "minute"),
    ("жаңа ғана", "2026-11-23T16:20:00+05:00", "minute"),
)
WITH_A_YEAR = (
    ("21 ноября 2024, 14:05", "2024-11-21T14:05:00+05:00", "minute"),
    ("21\xa0Ноября 2024 г.\n в 14:05", "2024-11-21T14:05:00+05:00", "minute"),
    ("21 ноября 2024 • 14:05:33", "2024-11-21T14:05:00+05:00", "minute"),
    ("14:05 | 21 ноября 2024 года", "2024-11-21T14:05:00+05:00", "minute"),
    ("12 янв. 2024, 08:30", "2024-01-12T08:30:00+06:00", "minute"),
    ("Вт, 5 мар. 2024", "2024-03-05", "day"),
    ("29 февраля 2024, 23:30", "2024-02-29T23:30:00+05:00", "minute"),
    ("1 марта 2024, 0:00", "2024-03-01T00:00:00+05:00", "minute"),
    ("2024 жылғы 5 ақпан", "2024-02-05", "day"),
    ("2024 ж. 5 ақпан, 12:30", "2024-02-05T12:30:00+06:00", "minute"),
    ("дүйсенбі, 5 ақпан 2024 ж.", "2024-02-05", "day"),
    ("5 ақп. 2024", "2024-02-05", "day"),
    ("05.03.2024", "2024-03-05", "day"),
    ("5.3.24", "2024-03-05", "day"),
    ("03.04.05", "2005-04-03", "day"),
    ("23.11.26, 16:21", "2026-11-23T16:21:00+05:00", "minute"),
    ("05/03/2024 9:05", "2024-03-05T09:05:00+05:00", "minute"),
    ("01-02-2024", "2024-02-01", "day"),
    ("21. 11. 2024, 14:05", "2024-11-21T14:05:00+05:00", "minute"),
    ("2024/11/21 14:05", "2024-11-21T14:05:00+05:00", "minute"),
    ("21 ноября 2024 (четверг) 14:05", "2024-11-21T14:05:00+05:00", "minute"),
    ("2024-02-01", "2024-02-01", "day"),
    ("2024-03-05T09:05:00+06:00", "2024-03-05T08:05:00+05:00", "second"),
    ("Опубликовано: 21 ноября 2024, 14:05", "2024-11-21T14:05:00+05:00", "minute"),
    ("Дата публикации: 21.11.2024", "2024-11-21", "day"),
    ("Обновлено 15 минут назад", "2026-11-23T16:05:00+05:00", "minute"),
    ("Жарияланды: 21 қараша 2024, 14:05", "2024-11-21T14:05:00+05:00", "minute"),
    ("21 ноября 2024, 14:05 (по времени Астаны)", "2024-11-21T14:05:00+05:00", "minute"),
    ("21 ноября 2024, 14:05 (время Астаны)", "2024-11-21T14:05:00+05:00", "minute"),
    ("21 ноября 2024 в 14 часов 05 минут", "2024-11-21T14:05:00+05:00", "minute"),
    ("21 ноября 2024, 14 ч. 05 мин.", "2024-11-21T14:05:00+05:00", "minute"),
    ("21 ноября 2024 14.05", "2024-11-21T14:05:00+05:00", "minute"),
    ("21 қараша 2024, 14:05 Астана уақытымен", "2024-11-21T14:05:00+05:00", "minute"),
    ("21 ноября 2024 г., 14:05 (GMT+5)", "2024-11-21T14:05:00+05:00", "minute"),
    ("21.11.2024, 14:05 (GMT+3)", "2024-11-21T16:05:00+05:00", "minute"),
    ("21.11.2024, 23:30 UTC+03:30", "2024-11-22T01:00:00+05:00", "minute"),
    ("Сегодня, 14:05 (GMT+5)", "2026-11-23T14:05:00+05:00", "minute"),
    ("Обновлено в 14:05, 21.11.2024", "2024-11-21T14:05:00+05:00", "minute"),
    ("Последнее обновление: 21 ноября 2024", "2024-11-21", "day"),
    ("21.11.2024, 14:05. Обновлено 22.11.2024, 10:00", "2024-11-21T14:05:00+05:00", "minute"),
    ("Обновлено: 22.11.2024. Опубликовано: 21.11.2024", "2024-11-21", "day"),
    ("Время публикации: 21.11.2024 14:05", "2024-11-21T14:05:00+05:00", "minute"),
    ("Жарияланған күні: 21 қараша 2024", "2024-11-21", "day"),
    ("2024 жылғы 21 қарашада", "2024-11-21", "day"),
    ("2024 жылдың 21 қарашасында сағат 14:05-те", "2024-11-21T14:05:00+05:00", "minute"),
    ("дүйсенбі, 5-наурыз, 2024 жыл", "2024-03-05", "day"),
    ("7 қыркүйегі 2024", "2024-09-07", "day"),
    ("Ноябрь 21, 2024", "2024-11-21", "day"),
    ("21-ноября-2024", "2024-11-21", "day"),
    ("21.нояб.2024", "2024-11-21", "day"),
    ("Posted on November 21, 2024 by admin", "2024-11-21", "day"),
    ("Thursday, 21st of November 2024", "2024-11-21", "day"),
    ("Sept. 7, 2024 at 12:05 a.m.", "2024-09-07T00:05:00+05:00", "minute"),
    ("Updated: 21 Nov 2024, 2:05 PM", "2024-11-21T14:05:00+05:00", "minute"),
)


@pytest.mark.parametrize(("text", "at", "precision"), TODAY + WITHOUT_A_YEAR + AGO + WITH_A_YEAR)
def test_a_written_date_is_read_as_far_as_it_goes(text: str, at: str, precision: Precision) -> None:
    moment = read_text(text, ALMATY, SEEN)
    assert moment is not None
    assert (moment.isoformat(), moment.precision) == (at, precision)


@pytest.mark.parametrize(
    "text",
    [
        "", " \n\xa0", ",", "…", "Политика", "Сегодня в мире", "Выпуск 2024",
        "5", "2024", "14:05", "14.05", "ноябрь 2024", "2024 год", "20240305", "1709596800",
        "6 минут", "5 мин", "45 просмотров", "через 2 часа", "завтра, 10:00",
        "неделю назад", "2 месяца назад", "год назад", "99999999999 дней назад",
        "31 ноября 2024", "29 февраля 2023", "31.02, 9:05", "21 ноября 2024, 25:05",
        "32.1.24", "12.30.2025", "5 и 6 марта", "21 ноября 2024, 14:05 15:00",
        "21 ноября 2024, 14:05 МСК", "Сегодня, 9:05 МСК", "5 марта, 9:05 по московскому времени",
        "21 ноября 2024, 14:05 по времени Москвы", "21 ноября 2024, 14:05 +0300",
        "1" * (dates.LONGEST + 1), "5 марта" + " и" * dates.LONGEST, "21.11.2024, 9:05 (GMT+99)",
        "21 ноября 2024, 14:05 GMT", "5 марта, 9:05 EST",
    ],
)  # fmt: skip
def test_what_names_no_day_of_this_zone_gives_no_date(text: str) -> None:
    assert read_text(text, ALMATY, SEEN) is None


@pytest.mark.parametrize("text", ["Сегодня, 25:10", "Сегодня 9:05 10:30", "Сегодня, 24:00"])
def test_an_unclear_clock_leaves_the_day(text: str) -> None:
    moment = read_text(text, ALMATY, SEEN)
    assert moment is not None
    assert (moment.isoformat(), moment.precision) == ("2026-11-23", "day")


@pytest.mark.parametrize(
    ("text", "seen_at", "at"),
    [
        ("31 декабря", NEW_YEAR, "2026-12-31"),
        ("31 декабря, 23:50", NEW_YEAR, "2026-12-31T23:50:00+05:00"),
        ("2 января, 8:59", NEW_YEAR, "2027-01-02T08:59:00+05:00"),
        ("3 января", NEW_YEAR, "2026-01-03"),
        ("Вчера, 23:10", NEW_YEAR, "2027-01-01T23:10:00+05:00"),
        ("Позавчера", NEW_YEAR, "2026-12-31"),
        ("1 января, 0:05", MIDNIGHT, "2027-01-01T00:05:00+05:00"),
        ("Сегодня, 0:05", AFTER_MIDNIGHT, "2026-11-23T00:05:00+05:00"),
        ("45 минут назад", AFTER_MIDNIGHT, "2026-11-22T23:45:00+05:00"),
        ("2 часа назад", AFTER_MIDNIGHT, "2026-11-22"),
        ("29 февраля, 8:00", LEAP_DAY, "2028-02-29T08:00:00+05:00"),
    ],
)
def test_the_day_on_which_the_page_was_seen_decides(text: str, seen_at: datetime, at: str) -> None:
    moments = [read_text(text, ALMATY, seen) for seen in (seen_at, seen_at.astimezone(UTC))]
    assert [moment and moment.isoformat() for moment in moments] == [at, at]


RUSSIAN = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
KAZAKH = (
    "қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым",
    "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "number"),
    [(name, n) for names in (RUSSIAN, KAZAKH) for n, name in enumerate(names, start=1)],
)
def test_every_month_is_known_with_and_without_a_year(name: str, number: int) -> None:
    for text, year in ((f"5 {name} 2025, 9:05", 2025), (f"5 {name.title()}, 9:05", None)):
        moment = read_text(text, ALMATY, SEEN)
        assert moment is not None
        latest = 2026 if number <= SEEN.month else 2025
        assert moment.isoformat() == f"{year or latest}-{number:02d}-05T09:05:00+05:00"


@pytest.mark.parametrize(
    ("raw", "at", "precision"),
    [
        ("2026-11-23T09:05:00Z", "2026-11-23T14:05:00+05:00", "second"),
        ("2026-11-23T04:05:59.999999+00:00", "2026-11-23T09:05:59+05:00", "second"),
        ("2026-11-23T09:05:00+0300", "2026-11-23T11:05:00+05:00", "second"),
        ("2026-11-23 09:05:00 +06:00", "2026-11-23T08:05:00+05:00", "second"),
        ("2026-11-23 09:05:00+05", "2026-11-23T09:05:00+05:00", "second"),
        ("2026-11-23T09:05 Z", "2026-11-23T14:05:00+05:00", "minute"),
        ("2026-11-23T09:05:07", "2026-11-23T09:05:07+05:00", "second"),
        (" 2026-11-23 09:05\n", "2026-11-23T09:05:00+05:00", "minute"),
        ("2026-11-23", "2026-11-23", "day"),
        ("2026-11", "2026-11", "month"),
        ("Mon, 23 Nov 2026 04:05:00 +0000", "2026-11-23T09:05:00+05:00", "second"),
        ("Mon, 23 Nov 2026 04:05:00 -0000", "2026-11-23T09:05:00+05:00", "second"),
        ("23 Nov 2026 04:05 GMT", "2026-11-23T09:05:00+05:00", "minute"),
        ("20261123T090507+0500", "2026-11-23T09:05:07+05:00", "second"),
        ("20261123T040507Z", "2026-11-23T09:05:07+05:00", "second"),
        ("20261123090507", "2026-11-23T09:05:07+05:00", "second"),
        ("2026-11-23t04:05:07z", "2026-11-23T09:05:07+05:00", "second"),
        ("2026-11-23 04:05:07 UTC", "2026-11-23T09:05:07+05:00", "second"),
        ("2026-11-23T04:05GMT", "2026-11-23T09:05:00+05:00", "minute"),
        ("2026-11-23T09:05:07+5:00", "2026-11-23T09:05:07+05:00", "second"),
        ("2026-11-23T09:05:07+05:00[Asia/Almaty]", "2026-11-23T09:05:07+05:00", "second"),
        # the basic format
        ("20261123T0905", "2026-11-23T09:05:00+05:00", "minute"),
        ("20261123T0405Z", "2026-11-23T09:05:00+05:00", "minute"),
        # both sides of 2024-03-01
        ("2024-02-29T12:00:00", "2024-02-29T12:00:00+06:00", "second"),
        ("2024-03-01T00:00:00", "2024-03-01T00:00:00+05:00", "second"),
        ("2024-03-01T12:00:00+06:00", "2024-03-01T11:00:00+05:00", "second"),
        # the hour that came twice: by instant
        ("2024-02-29T16:59:59Z", "2024-02-29T22:59:59+06:00", "second"),
        ("2024-02-29T17:00:00Z", "2024-02-29T23:00:00+06:00", "second"),
        ("2024-02-29T17:59:59Z", "2024-02-29T23:59:59+06:00", "second"),
        ("2024-02-29T18:00:00Z", "2024-02-29T23:00:00+05:00", "second"),
        ("2024-02-29T18:59:59Z", "2024-02-29T23:59:59+05:00", "second"),
        ("2024-02-29T19:00:00Z", "2024-03-01T00:00:00+05:00", "second"),
        # and by a bare clock
        ("2024-02-29T22:59:59", "2024-02-29T22:59:59+06:00", "second"),
        ("2024-02-29T23:00:00", "2024-02-29T23:00:00+05:00", "second"),
        ("2024-02-29 23:59", "2024-02-29T23:59:00+05:00", "minute"),
        # far away, which is for ``sane`` to judge
        ("1970-01-01", "1970-01-01", "day"),
        ("0001-01-01", "0001-01-01", "day"),
        ("9999-01-01T00:00:00Z", "9999-01-01T05:00:00+05:00", "second"),
    ],
)
def test_a_machine_date_is_shown_on_the_sites_clock(
    raw: str, at: str, precision: Precision
) -> None:
    moment = read_machine(raw, ALMATY)
    assert moment is not None
    assert (moment.isoformat(), moment.precision) == (at, precision)


@pytest.mark.parametrize(
    "raw",
    [
        "", "2026", "2026-13", "2026-00-01", "2026-11-31", "2023-02-29", "0000-00-00",
        "0000-00-00 00:00:00", "2026-11-23T24:00:00", "2026-11-23T09:60", "2026-11-23T09:05:60",
        "2026-11-23T", "2026-11-23T09", "2026-11T09:05", "2026-11-23T09:05:00+99:00",
        "20261123", "20261323T090507", "202611230905", "2026112309050700", "1732338300",
        "23.11.2026", "٢٠٢٦-١١-٢٣", "сегодня, 9:05",
        "0001-01-01T00:00:00+06:00", "9999-12-31T23:59:59-05:00",
        "Mon, 31 Nov 2026 04:05:00 +0000", "Mon, 23 Foo 2026 04:05:00 +0000",
        "Mon, 23 Nov 2026 04:05:00 MSK", "Mon, 23 Nov 2026 04:05:00 +9999",
        "Mon, 23 Nov 2026 04:05:00 +99999999999999999999",
    ],
)  # fmt: skip
def test_what_is_no_machine_date_gives_none(raw: str) -> None:
    assert read_machine(raw, ALMATY) is None


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("1732338300", "2024-11-23T10:05:00+05:00"),
        (" 1732338300000 ", "2024-11-23T10:05:00+05:00"),
        ("Sat Nov 23 10:05:07 ALMT 2024", "2024-11-23T10:05:07+05:00"),
        ("Sat Nov  2 05:05:07 UTC 2024", "2024-11-02T10:05:07+05:00"),
        ("Sat Nov 23 2024 10:05:07 GMT+0500 (East Kazakhstan Time)", "2024-11-23T10:05:07+05:00"),
        ("Sat Nov 23 2024 05:05:07 GMT+0000", "2024-11-23T10:05:07+05:00"),
        ("11/23/2024 3:05:07 PM", "2024-11-23T15:05:07+05:00"),
        ("1/2/2024 11:05:07 AM", "2024-01-02T11:05:07+06:00"),
        ("23/11/2024 3:05:07 PM", None),
        ("1/1/0001 12:00:00 AM", None),
        ("Sat Nov 31 10:05:07 ALMT 2024", None),
        ("Sat Foo 23 10:05:07 ALMT 2024", None),
        ("20241123", None),
        ("17323383000", None),
        ("٢٠٢٦١١٢٣٠٠", None),
    ],
)
def test_what_programs_print_is_read_as_an_instant(raw: str, at: str | None) -> None:
    moment = read_printed(raw, ALMATY)
    assert (moment and moment.isoformat()) == at


TWICE = datetime(2024, 2, 29, 18, tzinfo=UTC)  # here the clocks of Almaty went back to 23:00
instants = st.one_of(
    st.integers(946_684_800, 2_082_758_399).map(lambda s: datetime.fromtimestamp(s, UTC)),
    st.integers(-7200, 7200).map(lambda s: TWICE + timedelta(seconds=s)),
)


@given(instants)
def test_an_instant_survives_being_written_and_read(instant: datetime) -> None:
    moment = Moment(instant.astimezone(ALMATY), "second")
    again = read_machine(moment.isoformat(), ALMATY)
    assert again is not None
    assert again.at.astimezone(UTC) == instant
    assert again.isoformat() == moment.isoformat()


@given(st.dates(), st.sampled_from(["day", "month"]))
def test_a_day_and_a_month_survive_being_written_and_read(day: date, precision: Precision) -> None:
    start = datetime(day.year, day.month, day.day if precision == "day" else 1, tzinfo=ALMATY)
    moment = Moment(start, precision)
    assert read_machine(moment.isoformat(), ALMATY) == moment


tokens = st.sampled_from(
    [
        "сегодня", "вчера", "бүгін", "кеше", "5", "31", "99", "0", "-1", "29", "февраля", "марта",
        "қараша", "мин", "2024", "2023", "0000", "9999", "жылғы", "г.", ",", "|", "9:05", "24:00",
        "25:61", "5.3.24", "31.02", "31.02.2024", "99999999999", "часов", "минут", "дней", "лет",
        "назад", "бұрын", "опубликовано:", "по времени", "Астаны", "мск", "utc+5", "+0300", "z",
        "т", "٥", "²",
    ]
)  # fmt: skip


@given(st.text())
def test_no_text_is_too_strange_to_read(text: str) -> None:
    read_text(text, ALMATY, SEEN)
    read_machine(text, ALMATY)


@settings(max_examples=150)
@given(st.lists(tokens, max_size=6).map(" ".join))
def test_no_heap_of_date_words_is_too_strange_to_read(text: str) -> None:
    moment = read_text(text, ALMATY, SEEN)
    assert moment is None or moment.at.tzinfo is ALMATY


@given(st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.,+Z-]{4,20})?\Z"))
def test_nothing_that_looks_like_a_machine_date_is_too_strange_to_read(raw: str) -> None:
    moment = read_machine(raw, ALMATY)
    assert moment is None or moment.at.tzinfo is ALMATY


@pytest.mark.parametrize(
    ("raw", "last"),
    [
        ("2026-11-23T09:05:07", "2026-11-23T09:05:07+05:00"),
        ("2026-11-23T09:05", "2026-11-23T09:05:59+05:00"),
        ("2026-11-23", "2026-11-23T23:59:59+05:00"),
        ("2026-11", "2026-11-30T23:59:59+05:00"),
        ("2026-12", "2026-12-31T23:59:59+05:00"),
        ("2024-01", "2024-01-31T23:59:59+06:00"),
        ("2024-02", "2024-02-29T23:59:59+05:00"),
        ("2024-02-29", "2024-02-29T23:59:59+05:00"),
    ],
)
def test_a_moment_lasts_as_long_as_it_is_vague(raw: str, last: str) -> None:
    moment = read_machine(raw, ALMATY)
    assert moment is not None
    assert moment.last().isoformat() == last


@pytest.mark.parametrize(
    ("raw", "hours", "later"),
    [
        ("2026-11-23T09:05:00", 5, "2026-11-23T14:05:00+05:00"),
        ("2024-02-29T22:30:00", 1, "2024-02-29T23:30:00+06:00"),
        ("2024-02-29T22:30:00", 2, "2024-02-29T23:30:00+05:00"),
        ("2024-02-29T20:00:00", 6, "2024-03-01T01:00:00+05:00"),
        ("2024-03-01T00:30:00", -1, "2024-02-29T23:30:00+05:00"),
    ],
)
def test_later_counts_true_hours(raw: str, hours: int, later: str) -> None:
    moment = read_machine(raw, ALMATY)
    assert moment is not None
    assert moment.later(timedelta(hours=hours)).isoformat() == later


def test_another_year_keeps_the_day_or_gives_none() -> None:
    moment = Moment(datetime(2024, 2, 28, 9, 5, tzinfo=ALMATY), "minute")
    moved = dates.with_year(moment, 2025)
    assert moved is not None
    assert (moved.isoformat(), moved.precision) == ("2025-02-28T09:05:00+05:00", "minute")
    assert dates.with_year(Moment(datetime(2024, 2, 29, tzinfo=ALMATY), "day"), 2025) is None


def test_the_month_of_a_moment_is_the_one_on_the_sites_clock() -> None:
    moment = read_machine("2026-10-31T20:00:00Z", ALMATY)
    assert moment is not None
    assert dates.in_month(moment, 2026, 11)
    assert not dates.in_month(moment, 2026, 10)
    assert not dates.in_month(moment, 2025, 11)


@pytest.mark.parametrize(
    ("at", "sane"),
    [
        (datetime(1999, 12, 31, 12, tzinfo=UTC), False),
        (datetime(2000, 1, 1, tzinfo=UTC), True),
        (SEEN + timedelta(hours=24), True),
        (SEEN + timedelta(hours=24, seconds=1), False),
    ],
)
def test_a_sane_date_is_of_this_century_and_not_after_tomorrow(at: datetime, sane: bool) -> None:
    assert dates.sane(at, SEEN) is sane


def test_this_machine_knows_the_zone_change() -> None:
    assert dates.zone_problem("Asia/Almaty") is None


def test_zone_data_of_before_2024_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "zone", lambda name: timezone(timedelta(hours=6)))
    problem = dates.zone_problem("Asia/Almaty")
    assert problem is not None
    assert "tzdata" in problem
    assert dates.zone_problem("Europe/Berlin") is None


@pytest.mark.parametrize(
    "text",
    [
        *("сегодня", "вчера", "кеше", "бүгін", "минуту назад", "2 минуты назад", "15 мин. назад"),
        *("5 минут бұрын", "час назад", "3 часа назад", "20 часов назад", "2 сағат бұрын"),
        *("день назад", "3 дня назад", "31 день назад", "3 күн бұрын"),
    ],
)
def test_the_usual_ways_to_say_how_long_ago_are_read_as_dateparser_reads_them(text: str) -> None:
    now = SEEN.replace(tzinfo=None)
    given: Any = {"RELATIVE_BASE": now, "PARSERS": ["relative-time"]}
    assert _before(text, now) == dateparser.parse(text, languages=["ru", "kk"], settings=given)
