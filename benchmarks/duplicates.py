"""Hold the near-duplicate rule against edits it must find and templates it must not merge.

    python -m benchmarks.duplicates --pairs 400

Texts are the look-alike's; each edit makes a pair that must be found (recall), each template family
gives siblings that must stay apart (false merges). Then what a lookup costs in an archive of
`--stored` articles.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from kznews.archive import BATCH, Archive
from kznews.items import Article
from kznews.similar import WINDOW, Sketch, similarity
from replica import Newsroom

Rng = random.Random
CITIES = ("Астана", "Алматы", "Шымкент", "Караганда", "Актобе", "Тараз", "Павлодар", "Атырау")
NAMES = ("Ахметов", "Сулейменов", "Иванова", "Касымов", "Петренко", "Жумабаева", "Ким", "Оспанов")
ROADS = ("Абая", "Достык", "Сатпаева", "Толе би", "Жибек жолы", "Райымбека", "Момышулы")
MONTHS = ("января", "марта", "мая", "июля", "октября", "декабря")


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
    return [rng.choice(others), *blocks[1:]]


def words_changed(share: float) -> Callable[[list[str], Rng, list[str]], list[str]]:
    def change(blocks: list[str], rng: Rng, _: list[str]) -> list[str]:
        def other(match: re.Match[str]) -> str:
            return "иначе" if rng.random() < share else match[0]

        return [re.sub(r"\b[а-яәғқңөұүһі]{4,}\b", other, block) for block in blocks]

    return change


EDITS: dict[str, tuple[Callable[[list[str], Rng, list[str]], list[str]], float]] = {
    "paragraph added": (paragraph_added, 0.99),
    "paragraph removed": (paragraph_removed, 0.99),
    "paragraphs reordered": (reordered, 0.99),
    "agency prefix": (agency_prefix, 0.99),
    "10 % of words changed": (words_changed(0.1), 0.99),
    "lead rewritten": (lead_rewritten, 0.92),
}


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


FAMILIES = (weather, rates, accident, kazakh_weather)


def is_found(one: Sketch, other: Sketch) -> bool:
    shares_band = not set(one.bands()).isdisjoint(other.bands())
    return shares_band and similarity(one, other) is not None


def recall(texts: list[str], pairs: int, rng: Rng) -> Iterator[tuple[str, float, float]]:
    others = [block for text in texts for block in text.split("\n\n") if len(block) > 60]
    for name, (edit, wanted) in EDITS.items():
        found = 0
        for _ in range(pairs):
            text = rng.choice(texts)
            changed = "\n\n".join(edit(text.split("\n\n"), rng, others))
            found += is_found(Sketch(text), Sketch(changed))
        yield name, found / pairs, wanted


def false_merges(pairs: int, rng: Rng) -> tuple[int, int]:
    merged = 0
    for family in FAMILIES:
        for _ in range(pairs):
            merged += is_found(Sketch(family(rng)), Sketch(family(rng)))
    return merged, pairs * len(FAMILIES)


def cost(texts: list[str], stored: int, rng: Rng) -> tuple[float, float]:
    """Return CPU milliseconds an article for the archive alone, and with the index of bands."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(f"sqlite:///{Path(folder) / 'archive.db'}")
        archive.begin("365info", "https://365info.kz", {})
        archive.batch = 1000
        words = sorted({word for text in texts for word in text.split()})
        for number in range(stored):
            _keep(archive, number, [rng.getrandbits(63) for _ in range(42)], texts)
        archive.flush()
        archive.batch = BATCH
        fresh = [" ".join(rng.choices(words, k=300)) for _ in range(400)]
        start = time.process_time()
        for number, _ in enumerate(fresh):
            _keep(archive, stored + number, [], texts)
        plain = time.process_time() - start
        start = time.process_time()
        for number, text in enumerate(fresh):
            keys = Sketch(text).bands()
            archive.near(keys, 738_000 - WINDOW, 738_000 + WINDOW)
            _keep(archive, 2 * stored + number, keys, texts)
        whole = time.process_time() - start
        archive.close()
    return plain / len(fresh) * 1000, (whole - plain) / len(fresh) * 1000


def _keep(archive: Archive, number: int, keys: list[int], texts: list[str]) -> None:
    url = f"https://365info.kz/2024/02/slug-{number}"
    article = Article(
        id=f"365info:{number}", url=url, site="365info", text=texts[number % len(texts)],
        published_at="2024-02-01T10:00:00+06:00", content_hash=str(number),
    )  # fmt: skip
    archive.latest(article.id, article.url)
    archive.with_text(str(number), article.id)
    archive.add_bands(keys, 738_000 + number % 3650, article.id)
    archive.store(article, str(number))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=400)
    parser.add_argument("--stored", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=365)
    options = parser.parse_args()
    rng = Rng(options.seed)
    posts = Newsroom(articles=600, oddities=False).truth()
    texts = [str(p["text"]) for p in posts if str(p["text"]).count("\n\n") >= 4]
    failed = False
    for name, share, wanted in recall(texts, options.pairs, rng):
        print(json.dumps({"edit": name, "recall": round(share, 4), "wanted": wanted}))
        failed |= share < wanted
    merged, pairs = false_merges(options.pairs, rng)
    print(json.dumps({"siblings": pairs, "merged": merged}))
    failed |= merged > pairs / 1000
    if options.stored:
        plain, index = cost(texts, options.stored, rng)
        print(
            json.dumps(
                {
                    "stored": options.stored,
                    "archive_ms": round(plain, 3),
                    "near_ms": round(index, 3),
                }
            )
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
