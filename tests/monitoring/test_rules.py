"""The rules of the alarms: what is a sign that the site has changed, and what is not."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from kznews.items import Article
from kznews.monitoring import rules
from kznews.monitoring.rules import LIMITS, Alarm, Counts, count_article, judge, judge_silence


def counts(articles: int = 40, **changes: Any) -> Counts:
    """Return the counts of a run in which all is well, with some changed."""
    well = {
        "articles": articles,
        "words": 200 * articles,
        "layouts/current": articles,
        "precision/second": articles,
        "pages/current": articles,
        "listings/current": 10,
        **{f"selectors/current/{part}": articles for part in rules.SELECTORS},
        **{f"fields/{name}": articles for name in rules.FIELDS},
        **{f"sources/{name}/json-ld": articles for name in ("title", "published_at", "authors")},
    }
    named = {name.replace("__", "/"): count for name, count in changes.items()}
    return Counter({name: n for name, n in (well | named).items() if n})


def causes(now: Counts, *earlier: Counts, **limits: float | None) -> list[str]:
    return [alarm.cause for alarm in judge(now, earlier, {**LIMITS, **limits})]


@pytest.mark.parametrize("earlier", [(), (counts(),), (counts(400), counts(400))])
@pytest.mark.parametrize("articles", [1, 19, 20, 300])
def test_an_ordinary_run_raises_none(articles: int, earlier: tuple[Counts, ...]) -> None:
    assert causes(counts(articles), *earlier) == []


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"layouts__current": 30, "layouts__generic": 10}, "last_resort:body"),
        ({"layouts__current": 30, "layouts__hook": 10}, "last_resort:body"),
        ({"pages__current": 30, "pages__none": 10}, "unknown_page:page"),
        ({"selectors__current__title": 1}, "selector:current.title"),
        ({"selectors__current__image": 0}, "selector:current.image"),
        ({"listings__current": 5, "listings__generic": 5}, "listing:cards"),
        ({"precision__second": 20, "precision__month": 20}, "dates:precision"),
        ({"rejected__no_body": 30, "rejected__http_404": 5}, "rejected:no_body"),
        ({"suspect": 8}, "suspect:text"),
    ],
)
def test_a_sign_is_seen_on_the_first_run(changes: dict[str, int], cause: str) -> None:
    assert causes(counts(**changes)) == [cause]
    assert causes(counts(**changes), **{cause.partition(":")[0]: None}) == []


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"layouts__current": 4, "layouts__old": 36}, "layout:layouts/current"),
        (
            {"sources__title__json-ld": 0, "sources__title__layout": 40},
            "source:sources/title/json-ld",
        ),
        ({"fields__authors": 10}, "coverage:fields/authors"),
        ({"words": 40 * 60}, "words:mean"),
        ({"words": 40 * 900}, "words:mean"),
    ],
)
def test_a_change_is_seen_against_earlier_runs(changes: dict[str, int], cause: str) -> None:
    changed = counts(**changes)
    assert causes(changed, counts(100)) == [cause]
    assert causes(changed) == []  # nothing to compare with
    assert causes(changed, counts(5)) == []
    assert causes(changed | Counter({"old": 30}), counts(100)) == []  # another time, another make


def test_what_the_articles_themselves_are_to_blame_for_is_no_sign() -> None:
    blameless = {f"rejected/{reason}": 10 for reason in rules.EXPECTED_REJECTIONS}
    assert causes(counts() + Counter(blameless)) == []


def test_small_runs_are_judged_together() -> None:
    changed = counts(3, layouts__current=0, layouts__generic=3)
    assert causes(changed, changed, changed) == []
    assert causes(changed, *[changed] * 6) == ["last_resort:body"]
    assert causes(changed, *[counts(30)] * 2) == []  # one odd article of a healthy site
    assert causes(Counter(), *[changed] * 9) == []  # nothing was read


def test_listings_are_judged_where_no_article_came() -> None:
    listings = Counter({"listings/generic": 8, "listings/current": 1})
    assert causes(listings, counts(100)) == ["listing:cards"]
    assert causes(Counter({"listings/generic": 1})) == []


@pytest.mark.parametrize(
    ("today", "before", "alarmed"),
    [
        (0, [40] * 14, True),
        (9, [40] * 14, True),
        (10, [40] * 14, False),
        (0, [3] * 14, False),
        (0, [0] * 8 + [90] * 6, False),
        (0, [], False),
    ],
)
def test_a_day_with_far_fewer_articles_is_a_silence(
    today: int,
    before: list[int],
    alarmed: bool,
) -> None:
    found = judge_silence(today, before, 0.25)
    assert [alarm.cause for alarm in found] == ["silence:day"] * alarmed
    assert judge_silence(today, before, None) == []


@pytest.mark.parametrize(
    ("rule", "at_the_limit", "beyond"),
    [
        ("last_resort", {"layouts__hook": 20}, {"layouts__hook": 21}),
        ("unknown_page", {"pages__none": 20, "pages__current": 180}, {"pages__none": 23}),
        ("selector", {"selectors__current__body": 10}, {"selectors__current__body": 9}),
        ("selector", {"pages__current": 19, "selectors__current__body": 0}, {}),
        ("listing", {"listings__current": 7, "listings__generic": 3}, {"listings__generic": 5}),
        ("listing", {"listings__current": 0, "listings__generic": 2}, {"listings__generic": 5}),
        ("dates", {"precision__day": 40}, {"precision__day": 20, "precision__month": 21}),
        ("rejected", {"rejected__no_body": 85}, {"rejected__no_body": 86}),
        ("suspect", {"suspect": 20}, {"suspect": 21}),
        ("layout", {"layouts__current": 100}, {"layouts__current": 99}),
        ("source", {"sources__title__json-ld": 100}, {"sources__title__json-ld": 99}),
        ("coverage", {"fields__lead": 120}, {"fields__lead": 119}),
        ("words", {"words": 100 * 200}, {"words": 99 * 200}),
        ("words", {"words": 400 * 200}, {"words": 401 * 200}),
    ],
)
def test_a_rule_speaks_beyond_its_limit_and_not_at_it(
    rule: str, at_the_limit: dict[str, int], beyond: dict[str, int]
) -> None:
    def told(changes: dict[str, int]) -> set[str]:
        return {cause.partition(":")[0] for cause in causes(counts(200, **changes), counts(200))}

    assert rule not in told(at_the_limit)
    assert rule in told(beyond) or not beyond


def test_a_limit_of_one_is_never_passed() -> None:
    changed = counts(layouts__current=0, layouts__generic=40, words=1, fields__lead=0)
    every = dict.fromkeys(LIMITS, 1.0)
    assert causes(changed, counts(100), **every | {"selector": 0.0}) == []


def test_every_rule_has_a_limit_and_every_alarm_a_sentence() -> None:
    assert {rule.name for rule in rules.RULES} | {"silence"} == set(LIMITS)
    assert set(LIMITS) > rules.OF_OWN_LAYOUTS
    (alarm,) = judge(counts(suspect=20), [], LIMITS)
    assert alarm == Alarm(
        "suspect", "suspect:text", "50 % of the texts disagree with what their pages say of them"
    )


def test_an_article_tells_how_it_was_read() -> None:
    counted: Counts = Counter()
    article = Article(
        published_at="2026-11-23T09:05:00+05:00",
        fetched_at="2026-11-25T12:00:00+00:00",
        layout="hook",
        date_precision="second",
        word_count=7,
        tags=["а"],
        suspect="text has 7 of 90 words",
        provenance={"title": "json-ld", "published_at": "meta"},
    )
    count_article(counted, article)
    article.published_at = "2024-01"
    count_article(counted, article)
    assert counted == {
        "articles": 2,
        "words": 14,
        "layouts/hook": 2,
        "precision/second": 2,
        "fields/tags": 2,
        "sources/title/json-ld": 2,
        "sources/published_at/meta": 2,
        "suspect": 2,
        "old": 1,
    }
