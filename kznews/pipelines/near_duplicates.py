"""Nearly the same article: kept, and marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from functools import cached_property
from heapq import nsmallest

import orjson

from kznews.dedup.compare import MOST_CONFLICT, conflict, containment, in_place
from kznews.dedup.sketch import (
    FEWEST_WORDS,
    bands_of,
    day_of,
    facts_of,
    packed_facts,
    packed_triples,
    triples_of,
    unpacked,
)
from kznews.items import Article
from kznews.pipelines import ArticlePipeline
from kznews.storage import archive
from kznews.storage.archive import Archive
from kznews.storage.near_duplicates import MOST_CANDIDATES, MOST_SHARING, Sketch

_SIBLINGS = 0.001
"""The weight of a band that many siblings share: it counts only where nothing else does."""
MOST_TEXTS = 2
"""Texts an article is compared with, those whose sketches agree best."""


class NearDuplicatesPipeline(ArticlePipeline):
    """Mark an article that is nearly another one of the archive with that one's id."""

    def process_article(self, article: Article) -> Article:
        if article.version > 1 or article.word_count < FEWEST_WORDS:
            return article
        store = archive.of(self.crawler)
        own = _Own(article.text)
        day = day_of(vars(article))
        sharing = store.near_duplicates.sharing(own.bands, day)
        # its own, of a run that was killed before it was stored
        closest = rank(ids - {article.id} for ids in sharing.values())
        if closest and (original := _original(own, closest, store)):
            article.duplicate_of, article.similarity = original
        telling = [key for key in own.bands if len(sharing.get(key, ())) < MOST_SHARING]
        store.near_duplicates.add(article.id, day, telling, own.sketch)
        return article


class _Own:
    """The text of an article, and what it is compared by."""

    def __init__(self, text: str) -> None:
        self.text = text
        triples = triples_of(text)
        self.bands = bands_of(triples)
        self.sketch = Sketch(packed_triples(triples))

    @cached_property
    def triples(self) -> frozenset[int]:
        return frozenset(unpacked(self.sketch.triples))

    @cached_property
    def facts(self) -> frozenset[int]:
        """They are looked for when the text is first compared."""
        self.sketch.facts = packed_facts(facts_of(self.text))
        return frozenset(unpacked(self.sketch.facts))


def _original(own: _Own, names: Sequence[str], store: Archive) -> tuple[str, float] | None:
    """Return the article that is the same news, and how much one text holds of the other.

    Sketches tell the likely ones, their texts are compared from the one that agrees best on.
    """
    known = store.near_duplicates.sketches(names)
    likely = []
    for name in names:
        sketch = known.get(name) or _sketch(name, store)
        contained = containment(own.triples, unpacked(sketch.triples)) if sketch else None
        if sketch and contained:
            share = conflict(own.facts, _facts(sketch, name, store))
            if share <= MOST_CONFLICT:
                likely.append((share, -contained, name))
    for _, contained, name in nsmallest(MOST_TEXTS, likely):
        text = _text(name, store)
        if text and in_place(own.text, text):
            return name, -contained
    return None


def _facts(sketch: Sketch, name: str, store: Archive) -> Sequence[int]:
    """Return the facts of another article; they are looked for when it is first compared."""
    if sketch.facts is None:
        sketch.facts = packed_facts(facts_of(_text(name, store) or ""))
        store.near_duplicates.keep_facts(name, sketch.facts)
    return unpacked(sketch.facts)


def _sketch(name: str, store: Archive) -> Sketch | None:
    """Make the sketch of an article that an earlier version stored without one."""
    text = _text(name, store)
    return store.near_duplicates.add_sketch(name, text) if text else None


def _text(name: str, store: Archive) -> str | None:
    found = store.articles.latest(name)
    text: str | None = orjson.loads(found["item"])["text"] if found else None
    return text


def rank(sharing: Iterable[Set[str]]) -> list[str]:
    """Return the ``MOST_CANDIDATES`` articles that share bands, the likeliest copies first.

    A band that few share says more: those of a template are shared by all its siblings, which would
    crowd out the one text that a copy was made of.
    """
    weights: defaultdict[str, float] = defaultdict(float)
    for ids in sharing:
        weight = 1 / len(ids) if 0 < len(ids) < MOST_SHARING else _SIBLINGS
        for key in ids:
            weights[key] -= weight
    likeliest = nsmallest(MOST_CANDIDATES, zip(weights.values(), weights, strict=True))
    return [key for _, key in likeliest]
