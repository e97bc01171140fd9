"""Texts for the near-duplicate rule: edits that it must find, templates that it must keep apart."""

from __future__ import annotations

import random
from collections.abc import Callable

from replica import Newsroom

Rng = random.Random
Edit = Callable[[list[str], Rng, list[str]], list[str]]
"""Takes the paragraphs of a text, and paragraphs of other texts."""

CITIES = ("Астана", "Алматы", "Шымкент", "Караганда", "Актобе", "Тараз", "Павлодар", "Атырау")
NAMES = ("Ахметов", "Сулейменов", "Иванова", "Касымов", "Петренко", "Жумабаева", "Ким", "Оспанов")
FIRST_NAMES = (
    "Ермек",
    "Асхат",
    "Данияр",
    "Гульнара",
    "Марат",
    "Айгуль",
    "Серик",
    "Динара",
    "Сауле",
)
PATRONYMICS = (
    "Ержанов",
    "Болатов",
    "Сериков",
    "Маратов",
    "Кайратов",
    "Нурланов",
    "Ахметов",
    "Асанов",
)
ROADS = ("Абая", "Достык", "Сатпаева", "Толе би", "Жибек жолы", "Райымбека", "Момышулы")
MONTHS = ("января", "марта", "мая", "июля", "октября", "декабря")


def news(count: int) -> list[str]:
    """Return texts of the look-alike that have five paragraphs or more."""
    posts = Newsroom(articles=count * 5 // 4, oddities=False).truth()
    texts = [str(post["text"]) for post in posts]
    return [text for text in texts if text.count("\n\n") >= 4][:count]


def paragraph_added(blocks: list[str], rng: Rng, others: list[str]) -> list[str]:
    place = rng.randrange(len(blocks) + 1)
    return [*blocks[:place], rng.choice(others), *blocks[place:]]


def paragraph_removed(blocks: list[str], rng: Rng, _: list[str]) -> list[str]:
    place = rng.randrange(len(blocks))
    return blocks[:place] + blocks[place + 1 :]


def reordered(blocks: list[str], rng: Rng, _: list[str]) -> list[str]:
    return rng.sample(blocks, len(blocks))


def agency_prefix(blocks: list[str], rng: Rng, _: list[str]) -> list[str]:
    return [f"{rng.choice(CITIES)}. Казинформ — {blocks[0]}", *blocks[1:]]


def lead_rewritten(blocks: list[str], rng: Rng, others: list[str]) -> list[str]:
    """Replace the first paragraph by one of another text: none of its words and facts stays."""
    return [rng.choice(others), *blocks[1:]]


def words_changed(blocks: list[str], rng: Rng, others: list[str]) -> list[str]:
    """Change a tenth of all words, none of them a name or a number."""
    words = "\n\n".join(blocks).split(" ")
    plain = [place for place, word in enumerate(words) if word.isalpha() and word.islower()]
    for place in rng.sample(plain, min(len(plain), len(words) // 10)):
        words[place] = next(w for w in rng.choice(others).lower().split() if w.isalpha())
    return " ".join(words).split("\n\n")


EDITS: dict[str, tuple[Edit, float]] = {
    "paragraph added": (paragraph_added, 0.99),
    "paragraph removed": (paragraph_removed, 0.99),
    "paragraphs reordered": (reordered, 0.99),
    "agency prefix": (agency_prefix, 0.99),
    "10 % of words changed": (words_changed, 0.99),
    "lead rewritten": (lead_rewritten, 0.92),
}
"""Each with the share of copies that must be found."""


def weather(rng: Rng) -> str:
    """Return a day's forecast: the same sentences, other figures."""
    first = (
        f"По данным синоптиков, {rng.randint(1, 28)} {rng.choice(MONTHS)} в Казахстане ожидается "
        f"переменная облачность, ветер {rng.randint(2, 9)}-{rng.randint(10, 18)} метров в секунду."
    )
    lines = [
        f"В городе {city} днем столбик термометра покажет {rng.randint(-30, 35)} градусов, ночью "
        f"{rng.randint(-35, 20)}, влажность воздуха {rng.randint(20, 95)} процентов."
        for city in rng.sample(CITIES, 6)
    ]
    return "\n\n".join(
        [first, *lines, "Водителей просят соблюдать осторожность на дорогах страны."]
    )


def rates(rng: Rng) -> str:
    """Return a day's exchange rates."""
    return (
        f"Национальный банк установил официальные курсы валют на {rng.randint(1, 28)} "
        f"{rng.choice(MONTHS)}.\n\nСогласно данным регулятора, доллар стоит "
        f"{rng.randint(300, 560)},{rng.randint(10, 99)} тенге, евро {rng.randint(350, 620)},"
        f"{rng.randint(10, 99)} тенге, российский рубль {rng.randint(4, 7)},{rng.randint(10, 99)} "
        f"тенге, китайский юань {rng.randint(60, 80)},{rng.randint(10, 99)} тенге.\n\n"
        "В обменных пунктах крупных городов страны курсы могут отличаться от официальных, "
        f"по итогам торгов объем составил {rng.randint(50, 300)} миллионов долларов."
    )


def accident(rng: Rng) -> str:
    """Return a road accident."""
    city, road, name = rng.choice(CITIES), rng.choice(ROADS), rng.choice(NAMES)
    return (
        f"В городе {city} на улице {road} произошло дорожно-транспортное происшествие, пострадали "
        f"{rng.randint(1, 9)} человек, сообщает пресс-служба департамента полиции.\n\nПо словам "
        f"очевидцев, автомобиль выехал на встречную полосу около {rng.randint(0, 23)} часов "
        f"{rng.randint(1, 59)} минут. Водитель {name} доставлен в больницу номер "
        f"{rng.randint(1, 15)}.\n\nСостояние пострадавших оценивается как средней тяжести, "
        "проводится расследование. С начала года в регионе зарегистрировано "
        f"{rng.randint(100, 999)} подобных происшествий, уточнили в ведомстве."
    )


def kazakh_weather(rng: Rng) -> str:
    """Return a day's forecast in Kazakh."""
    first = (
        f"Синоптиктердің болжамынша, {rng.randint(1, 28)} қаңтарда еліміздің басым бөлігінде ауа "
        f"райы құбылмалы болады, желдің жылдамдығы секундына {rng.randint(2, 20)} метр."
    )
    lines = [
        f"Ертең {city} қаласында күндіз {rng.randint(-30, 35)} градус, түнде "
        f"{rng.randint(-35, 20)} градус болады, ылғалдылық {rng.randint(20, 95)} пайыз."
        for city in rng.sample(CITIES, 5)
    ]
    return "\n\n".join([first, *lines, "Жүргізушілерден жолда абай болу сұралады."])


def forecast(rng: Rng) -> str:
    """Return a day's forecast for the same cities in the same order."""
    lines = [
        f"В городе {city} ночью {rng.randint(-25, -15)}, днем {rng.randint(-14, -5)} градусов, "
        f"ветер {rng.randint(3, 9)} метров в секунду."
        for city in CITIES
    ]
    first = (
        f"Казгидромет представил прогноз погоды на {rng.randint(1, 28)} {rng.choice(MONTHS)}, "
        "сообщает корреспондент издания."
    )
    last = (
        "На отдельных участках трасс ожидаются гололед, метель и низовой ветер, спасатели просят "
        "отказаться от дальних поездок без необходимости."
    )
    return "\n\n".join([first, *lines, last])


def appointment(rng: Rng) -> str:
    """Return an appointment to an office."""
    name, city = rng.choice(NAMES), rng.choice(CITIES)
    person = f"{rng.choice(FIRST_NAMES)} {rng.choice(PATRONYMICS)}ич {name}"
    return (
        f"Распоряжением премьер-министра на должность заместителя руководителя управления "
        f"образования города {city} назначен {person}, сообщает пресс-служба "
        f"правительства.\n\nНовый руководитель родился {rng.randint(1, 28)} "
        f"{rng.choice(MONTHS)} {rng.randint(1955, 1990)} года, окончил государственный университет "
        "по специальности юрист, начинал трудовую деятельность в районном отделе образования.\n\n"
        f"В разные годы {name} возглавлял районные отделы и управления, с "
        f"{rng.randint(2010, 2023)} года работал советником акима. Назначение согласовано с "
        "администрацией президента, представил нового руководителя коллективу аким города."
    )


FAMILIES = (weather, rates, accident, kazakh_weather, forecast, appointment)
