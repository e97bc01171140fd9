"""The sections and tags of the look-alike, and which section a topic stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from replica.model import Term
from replica.words import KAZAKH_TAGS, TOPICS, Topic, slugify

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

Edition = Literal["main", "kaz"]

MAIN_SECTIONS = (
    ("poslednie-novosti", "Последние новости"),
    ("glavnoe", "Главное"),
    *((topic.slug, topic.name) for topic in TOPICS),
    ("spetsproekty", "Спецпроекты"),
)
KAZ_SECTIONS = (
    ("songy-zhanalyqtar", "Соңғы жаңалықтар"),
    ("basty-zhanalyqtar", "Басты жаңалықтар"),
    ("ekonomika", "Экономика"),
    ("qogam", "Қоғам"),
    ("saiasat", "Саясат"),
    ("sport", "Спорт"),
    ("madeniet", "Мәдениет"),
    ("oqiga", "Оқиға"),
    ("alem", "Әлем"),
    ("arnaiy-zhoba", "Арнайы жоба"),
)
CHILD = {"main": ("biznes", "Бизнес"), "kaz": ("kasipkerlik", "Кәсіпкерлік")}


def make_categories(edition: Edition) -> list[Term]:
    """Return the sections of an edition; the first holds everything, the last is a child."""
    sections = MAIN_SECTIONS if edition == "main" else KAZ_SECTIONS
    terms = [Term(number, slug, name) for number, (slug, name) in enumerate(sections, 2)]
    parent = next(term for term in terms if term.slug == "ekonomika")
    slug, name = CHILD[edition]
    return [*terms, Term(len(terms) + 2, slug, name, parent=parent)]


def make_tags(edition: Edition) -> list[Term]:
    """Return the tags of an edition."""
    names: Iterable[str] = [tag for topic in TOPICS for tag in topic.tags]
    if edition == "kaz":
        names = KAZAKH_TAGS
    return [Term(number, slugify(name), name, "post_tag") for number, name in enumerate(names, 40)]


def categories_for(topic: Topic, categories: list[Term], rng: Random) -> list[Term]:
    """Choose the sections of an article on a topic."""
    number = 2 + TOPICS.index(topic)
    chosen = [categories[0]]
    if rng.random() < 0.15:
        chosen.append(categories[1])
    chosen.append(categories[number])
    if topic.slug == "ekonomika" and rng.random() < 0.4:
        chosen.append(categories[-1])
    return chosen
