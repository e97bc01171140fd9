"""Weather, rates and contacts, found by the form of their words."""

from __future__ import annotations

import pytest

from kznews.items import Contacts, Rate
from kznews.pages.snapshot import read_snapshot
from tests.reading import page

FOOTER = "© «365 Info», 2014–2026"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<div>Астана Сейчас -11 Завтра -3</div>", ("Астана", -11, -3)),
        ("<b>Астана</b><i>Сейчас</i><b>−11</b><i>Завтра</i><b>–3</b>", ("Астана", -11, -3)),
        ("<a>Қаз</a> <b>Усть-Каменогорск</b> Сейчас +7 °C Завтра 0°", ("Усть-Каменогорск", 7, 0)),
        ("<p>Нижний Тагил Сейчас 5° Завтра 6°</p>", ("Нижний Тагил", 5, 6)),
        ("<p>Нұр-Сұлтан&nbsp;Қазір -7 Ертең&nbsp;+1</p>", ("Нұр-Сұлтан", -7, 1)),
    ],
)
def test_the_weather_is_read(html: str, expected: tuple[str, int, int]) -> None:
    told = read_snapshot(page(f"<body>{html}</body>"))
    assert told
    assert (told.city, told.temperature_now, told.temperature_tomorrow) == expected


def test_rates_are_read_with_their_changes() -> None:
    told = read_snapshot(page("<ul><li>USD <b>499,5</b> <i>+0.35</i><li>EUR 520 −1.2</ul> RUB 5"))
    assert told
    assert told.rates == [Rate("USD", 499.5, 0.35), Rate("EUR", 520.0, -1.2)]


def test_contacts_are_the_footer_s() -> None:
    html = (
        "<p>Пишите: reklama@365info.example, +7 (700) 111-22-33</p>"
        f"<footer><p>{FOOTER} <a class='__cf_email__' data-cfemail='5a33343c351a696c6f33343c35743f"
        "223b372a363f'>[email&#160;protected]</a>, +7 (771) 228-04-01 +7(771)228-04-01 "
        "+7 (771) 228-04-01</p><p>050013, Республика Казахстан г. Алматы, дом 7 </p></footer>"
    )
    told = read_snapshot(page(html))
    assert told
    assert told.contacts == Contacts(
        email="info@365info.example",
        phones=["+7 (771) 228-04-01", "+7(771)228-04-01"],
        address="050013, Республика Казахстан г. Алматы, дом 7",
        copyright=FOOTER,
    )


@pytest.mark.parametrize(
    "html",
    [
        "<p>Обычная страница.</p>",
        f"<p>Астана Сейчас {'9' * 400} Завтра 3</p><p>USD {'9' * 400} 0.1</p>",
        "<article><p>Астана Сейчас -11 Завтра -3 USD 499 0.00</p></article>",
        "<main><p>© Иван Петров, 2014–2026</p></main>",
        "<script>var t = 'Астана Сейчас -11 Завтра -3';</script>",
    ],
)
def test_the_article_and_scripts_are_not_asked(html: str) -> None:
    assert read_snapshot(page(f"<body>{html}</body>")) is None
