"""The archive from Python: `kznews.articles` and `kznews.frame`."""

from __future__ import annotations

import re
import sys
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas
import polars
import pytest

import kznews
from kznews.items import Section
from kznews.storage.archive import Archive
from tests.crawling import ROOT

ARTICLES = [
    kznews.Article(
        id=f"365info:{number}", url=f"https://365info.kz/{number}", site="365info", language="ru",
        title=f"Заголовок {number}", section=section, sections=[Section(slug, section)],
        published_at=published, fetched_at="2026-11-24T00:00:00+00:00", views=number or None,
        provenance={"title": "json-ld"},
    )
    for number, (published, slug, section) in enumerate(
        [
            ("2026-10", "mir", "В мире"),
            ("2026-11-02T23:59:00+05:00", "mir", "В мире"),
            ("2026-11-03T00:00:00+05:00", "sport", "Спорт"),
        ]
    )
]  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("data")
    edited = replace(ARTICLES[2], version=2, title="Иначе", fetched_at="2026-11-25T00:00:00+00:00")
    with closing(Archive(f"sqlite:///{directory / 'archive.db'}")) as archive:
        archive.begin("365info", "365info", "https://365info.kz", {})
        for article in (*ARTICLES, edited):
            archive.articles.store(article, article.id)
        archive.end("finished")
    return directory


def ids(where: Any, **asked: Any) -> str:
    return "".join(article.id[-1] for article in kznews.articles(where, **asked))


def test_articles_are_read_as_they_were_stored(data: Path) -> None:
    found = list(kznews.articles(data))
    assert found[:2] == ARTICLES[:2]
    assert (found[2].title, found[2].sections[0].name) == ("Иначе", "Спорт")
    for where in (str(data), data / "archive.db", f"sqlite:///{data / 'archive.db'}"):
        assert list(kznews.articles(where)) == found


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({}, "012"),
        ({"versions": "all"}, "0122"),
        ({"since": "2026-11-03"}, "2"),
        ({"until": date(2026, 11, 2)}, "01"),
        ({"since": datetime(2026, 11, 2, 12), "until": "2026-11-02"}, "1"),  # noqa: DTZ001
        ({"section": "mir", "since": "2026-11-01"}, "1"),
        ({"section": "Спорт", "language": "ru", "site": "365info"}, "2"),
        ({"section": "sport", "until": "2026-11-02"}, ""),
        ({"since": "0001-01-01", "until": "9999-12-31"}, "012"),
        ({"since": date.min, "until": date.max}, "012"),
    ],
)
def test_articles_are_those_that_are_asked_for(
    asked: dict[str, Any], wanted: str, data: Path
) -> None:
    assert ids(data, **asked) == wanted
    assert len(kznews.frame(data, **asked)) == len(wanted)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"section": "sprot"}, "there is no section 'sprot', but mir, sport"),
        ({"site": "zakon"}, "the archive has nothing of 'zakon', only of 365info"),
        ({"language": "en"}, "nothing in the language 'en', only in ru"),
        ({"language": ""}, "language '': expected one name, or nothing"),
        ({"section": ["mir", "sport"]}, "section .'mir', 'sport'.: expected one name, or nothing"),
        ({"since": "yesterday"}, "since 'yesterday': expected a day such as 2026-11-23"),
        ({"until": 2026}, "until 2026: expected a day such as 2026-11-23"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "is later than until 2026-01-01"),
        ({"versions": "first"}, "versions 'first': expected last or all"),
    ],
)
def test_what_cannot_be_had_is_told(asked: dict[str, Any], said: str, data: Path) -> None:
    with pytest.raises(ValueError, match=said):
        ids(data, **asked)
    with pytest.raises(ValueError, match=said):
        kznews.frame(data, **asked)


def test_a_place_without_an_archive_is_told_at_once(tmp_path: Path) -> None:
    for where in (tmp_path, tmp_path / "no.db", f"sqlite:///{tmp_path / 'no.db'}"):
        with pytest.raises(FileNotFoundError, match=r"no archive at .*: run a crawl"):
            kznews.articles(where)
    with pytest.raises(ValueError, match="postgres://x is no address of an archive, such as"):
        kznews.articles("postgres://x")
    with pytest.raises(ValueError, match="sqlite:// is no address of an archive, such as"):
        kznews.articles("sqlite://")
    assert list(tmp_path.iterdir()) == []


def test_a_table_has_typed_columns(data: Path) -> None:
    table = kznews.frame(data)
    assert isinstance(table, pandas.DataFrame)
    kinds = {name: str(table[name].dtype) for name in ("published_at", "section", "views")}
    assert kinds == {"published_at": "datetime64[us, UTC]", "section": "category", "views": "Int64"}
    assert table["published_text"].tolist() == [article.published_at for article in ARTICLES]
    assert table["published_at"].isna().tolist() == [True, False, False]
    assert table["provenance"][0] == {"title": "json-ld"}
    same = kznews.frame(data, library="polars")
    assert isinstance(same, polars.DataFrame)
    assert same["views"].to_list() == [None, 1, 2]
    assert same["sections"].to_list()[2] == [{"slug": "sport", "name": "Спорт"}]
    assert str(same.schema["published_at"]) == "Datetime(time_unit='us', time_zone='UTC')"


def test_a_library_that_is_missing_or_unknown_is_told(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="library 'R': expected pandas or polars"):
        kznews.frame(data, library="R")  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ImportError, match="needs polars: pip install pyarrow polars"):
        kznews.frame(data, library="polars")


def test_the_example_of_the_readme_reads_what_is_there(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(import kznews\n.*?)```", readme, re.DOTALL)
    (code,) = [block for block in blocks if "kznews.articles(" in block]
    exec(compile(code.replace('"data"', repr(str(data))), "README.md", "exec"), {})
    said = capsys.readouterr().out
    assert "2026-11-02T23:59:00+05:00 В мире Заголовок 1\n" in said
    assert "Спорт" in said.partition("count")[2]
