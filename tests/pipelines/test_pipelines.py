"""The pipelines, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem
from scrapy.utils.test import get_crawler
from sqlalchemy import create_engine

from kznews import dates, finish_reasons
from kznews.items import Article, Embed, Image, Rejected, Section, SiteSnapshot
from kznews.pipelines import ArticlePipeline
from kznews.pipelines.clean import CleanPipeline
from kznews.pipelines.duplicates import DuplicatesPipeline
from kznews.pipelines.near_duplicates import NearDuplicatesPipeline
from kznews.pipelines.normalize_dates import NormalizeDatesPipeline
from kznews.pipelines.store import StorePipeline
from kznews.pipelines.validate import ValidatePipeline
from kznews.sites.info365 import INFO365
from kznews.storage import archive
from kznews.storage.near_duplicates import MOST_SHARING
from kznews.storage.schema import REJECTED

WHOLE = Article(
    id="365info:17",
    url="https://365info.kz/2026/10/slug",
    site="365info",
    language="ru",
    title="Заголовок",
    text="Правительство утвердило бюджет на три года, сообщает пресс-служба министерства финансов, "
    "а налоги останутся прежними.",
    published_at="2026-10-23T09:05:00+05:00",
    date_precision="second",
    fetched_at="2026-11-23T11:20:00+00:00",
    discovered_via="section:mir",
)


def article(**changes: Any) -> Article:
    """Return a new whole article with some fields changed."""
    return replace(WHOLE, provenance={"published_at": "json-ld"}, **changes)


@pytest.fixture
def crawler(tmp_path: Path) -> Iterator[Crawler]:
    """A crawl that has begun a run in an archive of its own."""
    crawler = get_crawler(settings_dict={"KZNEWS_ARCHIVE_URL": f"sqlite:///{tmp_path}/archive.db"})
    store = archive.open_for(crawler)
    store.begin("365info", "365info", "https://365info.kz", {})
    yield crawler
    store.close()


@pytest.fixture
def compare(crawler: Crawler) -> Callable[[Any], Any]:
    """What an item goes through from its comparison on."""
    first, last = DuplicatesPipeline.from_crawler(crawler), StorePipeline.from_crawler(crawler)
    return lambda item: last.process_item(first.process_item(item))


def dates_pipeline() -> NormalizeDatesPipeline:
    crawler = get_crawler()
    crawler.spider = cast("Spider", SimpleNamespace(site=INFO365))
    return NormalizeDatesPipeline.from_crawler(crawler)


@pytest.mark.parametrize("item", [Rejected(url="x"), SiteSnapshot(site="x"), {"title": "&amp;"}])
def test_what_is_no_article_passes_by(item: Any, crawler: Crawler) -> None:
    before = dict(item) if isinstance(item, dict) else replace(item)
    pipelines: tuple[ArticlePipeline, ...] = (
        CleanPipeline(),
        dates_pipeline(),
        ValidatePipeline(),
        DuplicatesPipeline.from_crawler(crawler),
        NearDuplicatesPipeline.from_crawler(crawler),
    )
    for pipeline in pipelines:
        assert pipeline.process_item(item) is item
        assert pipeline.process_item(item) is item
    assert item == before


def test_a_rejection_tells_what_was_rejected_and_when() -> None:
    rejected = ValidatePipeline().process_article(article(published_at=None))
    assert isinstance(rejected, Rejected)
    assert rejected == Rejected(
        url=WHOLE.url,
        site="365info",
        reason="no_date",
        id="365info:17",
        title="Заголовок",
        discovered_via="section:mir",
        seen_at=rejected.seen_at,
    )
    assert rejected.seen_at.endswith("+00:00")


def test_every_string_is_cleaned() -> None:
    cleaned = CleanPipeline().process_article(
        article(
            title=" &laquo;Итоги&raquo;\n дня\xa0",
            text="Пер\u00adвый\xa0абзац.\n\n\n\nВторой &amp;amp; третий.",
            lead="  Пер\u00adвый\xa0абзац. ",
            authors=[" Асель\xa0Ким", "Асель Ким", "\u200b", "Руслан"],
            tags=["&quot;бюджет&quot;", '"бюджет"', ""],
            section="В\xa0мире",
            sections=[Section("v-mire", " В\xa0мире "), Section("mir", "\xa0"), Section("x", None)],
            images=[
                Image("https://365info.kz/a.jpg", " Вид\nна\xa0город ", "&copy; Асель"),
                Image("https://365info.kz/b.jpg", "\xa0", ""),
                Image("https://365info.kz/c.jpg"),
            ],
        )
    )
    assert (cleaned.title, cleaned.section) == ("«Итоги» дня", "В мире")
    assert cleaned.text == "Первый абзац.\n\nВторой & третий."
    assert cleaned.lead == "Первый абзац."
    assert (cleaned.authors, cleaned.tags) == (["Асель Ким", "Руслан"], ['"бюджет"'])
    assert [section.name for section in cleaned.sections] == ["В мире", None, None]
    assert [(image.caption, image.credit) for image in cleaned.images] == [
        ("Вид на город", "© Асель"),
        (None, None),
        (None, None),
    ]
    assert cleaned.word_count == 4


def test_a_lead_of_nothing_is_no_lead() -> None:
    assert CleanPipeline().process_article(article(lead="\xa0\n\u200b")).lead is None
    assert CleanPipeline().process_article(article(lead=None)).lead is None


def test_the_words_tell_the_language_and_the_hash() -> None:
    kazakh = "Ұлттық банк базалық мөлшерлемені жылдық он алты пайыз деңгейінде сақтау туралы айтты."
    clean = CleanPipeline().process_article
    assert clean(article(text=kazakh)).language == "kk"
    assert clean(article(text="", title=kazakh)).language == "kk"
    assert clean(article(text="", title="Фото", language="kk")).language == "kk"
    dirty = clean(article(text=WHOLE.text.replace(" ", "\xa0 ")))
    assert dirty.content_hash == clean(article()).content_hash
    assert dirty.content_hash != clean(article(title="Другой")).content_hash


def test_an_article_with_a_broken_letter_is_not_lost() -> None:
    cleaned = CleanPipeline().process_article(article(title="Обры\ud83dв"))
    assert cleaned.title == "Обрыв"


@pytest.mark.parametrize(
    ("published", "precision", "shown", "known"),
    [
        ("2026-10-23T04:05:00Z", None, "2026-10-23T09:05:00+05:00", "second"),
        ("2024-01-23T04:05:00+00:00", "second", "2024-01-23T10:05:00+06:00", "second"),
        ("2026-10-23T09:05:00+05:00", "minute", "2026-10-23T09:05:00+05:00", "minute"),
        ("2026-10-23", "day", "2026-10-23", "day"),
        ("2026-10-23", None, "2026-10-23", "day"),
        ("2026-10", "month", "2026-10", "month"),
        ("2024-02-29T23:30:00+06:00", "second", "2024-02-29T23:30:00+06:00", "second"),
    ],
)
def test_an_instant_is_shown_on_the_sites_clock(
    published: str, precision: str | None, shown: str, known: str
) -> None:
    pipeline = dates_pipeline()
    dated = pipeline.process_item(article(published_at=published, date_precision=precision))
    assert (dated.published_at, dated.date_precision) == (shown, known)
    assert dated.provenance == {"published_at": "json-ld"}
    assert pipeline.crawler.stats.get_stats() == {}


@pytest.mark.parametrize(
    ("published", "precision"),
    [
        ("1970-01-01T00:00:00+00:00", "second"),
        ("2036-10-23T09:05:00+05:00", "second"),
        ("2026-11-24T11:20:01+00:00", "second"),
        ("2036-10-23", "day"),
        ("2036-10", "month"),
        ("0000-00-00 00:00:00", "second"),
        ("вчера", None),
        ("", None),
        (None, None),
    ],
)
def test_an_absurd_date_gives_way_to_the_month_of_the_address(
    published: str | None, precision: str | None
) -> None:
    pipeline = dates_pipeline()
    dated = pipeline.process_item(article(published_at=published, date_precision=precision))
    assert (dated.published_at, dated.date_precision) == ("2026-10", "month")
    assert dated.provenance == {"published_at": "url"}


def test_what_a_web_archive_lacks_says_nothing_of_the_site(crawler: Crawler) -> None:
    store = archive.of(crawler)
    url = "https://365info.kz/2026/10/slug"
    store.urls.settle(url, "365info", REJECTED, "sections", reason="http_404")
    lost = Rejected(url=url, site="365info", reason="not_kept", discovered_via="wayback")
    StorePipeline.from_crawler(crawler).process_item(lost)
    [row] = store.urls.all_of("365info")
    assert (row.state, row.reason) == (REJECTED, "http_404")


def test_no_date_and_no_month_is_rejected() -> None:
    lost = article(published_at="1970-01-01T00:00:00Z", url="https://365info.kz/?p=17")
    rejected = dates_pipeline().process_item(lost)
    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.url) == ("no_date", "https://365info.kz/?p=17")


@pytest.mark.parametrize(
    ("modified", "shown"),
    [
        ("2026-10-23T05:05:00+00:00", "2026-10-23T10:05:00+05:00"),
        ("2026-10-24", "2026-10-24"),
        ("2036-10-23T05:05:00+00:00", None),
        ("1970-01-01T00:00:00+00:00", None),
        ("nonsense", None),
        (None, None),
    ],
)
@pytest.mark.parametrize(
    ("published", "precision"), [(WHOLE.published_at, None), ("2026-10", "month")]
)
def test_an_absurd_time_of_change_is_left_out(
    modified: str | None, shown: str | None, published: str, precision: str | None
) -> None:
    dated = dates_pipeline().process_item(
        article(modified_at=modified, published_at=published, date_precision=precision)
    )
    assert (dated.modified_at, dated.published_at) == (shown, published)


def test_a_machine_with_old_zone_data_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = dates_pipeline()
    pipeline.open_spider()
    monkeypatch.setattr(dates, "zone", lambda name: timezone(timedelta(hours=6)))
    with pytest.raises(CloseSpider) as closed:
        pipeline.open_spider()
    assert closed.value.reason == finish_reasons.ZONE


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"title": "З" * 500},
        {"language": "kk"},
        {"language": "en"},
        {"text": "", "images": [Image("https://365info.kz/a.jpg")]},
        {"text": "", "embeds": [Embed("youtube", "https://youtu.be/x")]},
        {"published_at": "2026-10", "date_precision": "month"},
        {"authors": [], "section": None, "lead": None},
    ],
)
def test_a_whole_article_is_valid(changes: dict[str, Any]) -> None:
    whole = article(**changes)
    assert ValidatePipeline().process_article(whole) is whole


@pytest.mark.parametrize(
    ("changes", "reason", "detail"),
    [
        ({"title": ""}, "no_title", None),
        ({"title": "З" * 501}, "invalid", "title of 501 characters"),
        ({"text": ""}, "no_body", "neither text nor pictures"),
        ({"published_at": None}, "no_date", None),
        ({"url": ""}, "invalid", "no address"),
        ({"id": ""}, "invalid", "no address"),
        ({"language": "English"}, "invalid", "language 'English'"),
        ({"language": ""}, "invalid", "language ''"),
    ],
)
def test_what_is_not_whole_is_rejected_with_its_reason(
    changes: dict[str, Any], reason: str, detail: str | None
) -> None:
    rejected = ValidatePipeline().process_article(article(**changes))
    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.detail) == (reason, detail)


def other(**changes: Any) -> Article:
    """Return an article that has nothing in common with the first."""
    text = " ".join(f"слово{n}" for n in range(20))
    return article(
        **{"id": "365info:18", "url": "https://365info.kz/2026/10/other", "text": text, **changes}
    )


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"url": WHOLE.url}, "the same address"),
        ({"id": WHOLE.id}, "the same post"),
        ({"text": WHOLE.text}, "the same text"),
        ({"text": WHOLE.text.upper().replace(" ", "\n\n"), "title": "Иначе"}, "the same text"),
    ],
)
def test_of_the_same_address_post_or_text_the_first_stays(
    changes: dict[str, Any], detail: str, compare: Callable[[Any], Any]
) -> None:
    first = article()
    assert compare(first) is first
    for _ in range(2):
        rejected = compare(other(**changes))
        assert isinstance(rejected, Rejected)
        assert (rejected.reason, rejected.detail) == ("duplicate", detail)
        assert rejected.duplicate_of == first.id


@pytest.mark.parametrize(
    "pair",
    [
        ({}, {}),
        ({"text": "Подробности позже.", "title": "Пожар"}, {"text": "Подробности позже."}),
        ({"text": "", "title": "Фото дня"}, {"text": "", "title": "Фото дня"}),
    ],
)
def test_two_pieces_of_news_are_no_duplicates(
    pair: tuple[dict[str, Any], dict[str, Any]], compare: Callable[[Any], Any]
) -> None:
    for one in (article(**pair[0]), other(**pair[1])):
        assert compare(one) is one


def test_a_duplicate_leaves_no_trace(compare: Callable[[Any], Any]) -> None:
    compare(article())
    assert isinstance(compare(other(text=WHOLE.text)), Rejected)
    later = other(text="Совсем другой текст того же адреса.")
    assert compare(later) is later


def run(crawler: Crawler) -> None:
    """End the run in hand and begin the next."""
    store = archive.of(crawler)
    store.end("finished")
    store.begin("365info", "365info", "https://365info.kz", {})


def test_an_unchanged_article_gives_nothing_in_a_later_run(
    crawler: Crawler, compare: Callable[[Any], Any]
) -> None:
    compare(article())
    run(crawler)
    with pytest.raises(DropItem):
        compare(article())


def test_a_changed_article_is_its_next_version(
    crawler: Crawler, compare: Callable[[Any], Any]
) -> None:
    compare(article(content_hash="1"))
    run(crawler)
    second = compare(article(content_hash="2", title="Иначе"))
    assert (second.version, second.previous_hash, second.changed) == (2, "1", ["title"])
    run(crawler)
    moved = compare(article(content_hash="3", text="Новый текст.", url=WHOLE.url + "-2"))
    assert (moved.id, moved.version, moved.previous_hash) == (WHOLE.id, 3, "2")


def test_a_page_that_hides_its_post_id_is_still_the_same_article(
    crawler: Crawler, compare: Callable[[Any], Any]
) -> None:
    compare(article(content_hash="1"))
    run(crawler)
    second = compare(article(id="365info:2026/10/slug", content_hash="2"))
    assert (second.id, second.version) == (WHOLE.id, 2)


def test_nearly_the_same_article_is_kept_and_marked(
    crawler: Crawler, compare: Callable[[Any], Any]
) -> None:
    similar = NearDuplicatesPipeline.from_crawler(crawler)
    news = " ".join(f"слово{n}" for n in range(80))
    first = compare(similar.process_item(article(text=news, word_count=80)))
    run(crawler)
    again = similar.process_item(other(text=f"{news} добавлено в конце", word_count=83))
    assert (first.duplicate_of, again.duplicate_of) == (None, first.id)
    assert 0.9 < again.similarity <= 1


def test_an_archive_without_sketches_finds_copies_and_makes_the_sketches(
    crawler: Crawler, compare: Callable[[Any], Any]
) -> None:
    similar = NearDuplicatesPipeline.from_crawler(crawler)
    news = " ".join(f"слово{n} Город{n}" for n in range(60))
    first = compare(similar.process_item(article(text=news, word_count=120)))
    run(crawler)
    engine = create_engine(crawler.settings["KZNEWS_ARCHIVE_URL"])
    with engine.begin() as connection:  # as an earlier version left it
        connection.exec_driver_sql("DELETE FROM sketches")
    engine.dispose()
    again = similar.process_item(other(text=f"{news} добавлено в конце", word_count=123))
    assert again.duplicate_of == first.id
    run(crawler)
    made = archive.of(crawler).near_duplicates.sketches([first.id])
    assert made[first.id].facts


def test_of_many_copies_each_is_marked(crawler: Crawler, compare: Callable[[Any], Any]) -> None:
    similar = NearDuplicatesPipeline.from_crawler(crawler)
    news = " ".join(f"слово{n}" for n in range(80))
    marked = []
    for number in range(2 * MOST_SHARING):
        fresh = article(id=f"365info:{number}", url=f"{WHOLE.url}-{number}", word_count=81)
        fresh.text = f"{news} {number}"
        marked.append(compare(similar.process_item(fresh)).duplicate_of)
    assert marked[0] is None
    assert all(marked[1:])
