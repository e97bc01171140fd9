"""The archive from Python: its articles one by one, or as a table."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kznews import dates
from kznews.items import Article
from kznews.storage.archive import Archive
from kznews.storage.database import file_of, is_archive
from kznews.storage.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

ARCHIVE = "archive.db"
Day = date | str | None


def selection(
    *,
    since: Day,
    until: Day,
    section: str | None,
    language: str | None,
    site: str | None,
    versions: str,
) -> Selection:
    """Return the selection of ``kznews.articles``' arguments; raises ``ValueError``."""
    if versions not in {"last", "all"}:
        raise ValueError(f"versions {versions!r}: expected last or all")
    days = (_day("since", since), _day("until", until))
    return Selection(*days, section, language, site, all_versions=versions == "all")


def _day(name: str, value: Day) -> date | None:
    if value is None:
        return None
    if isinstance(value, date):  # a datetime, too
        return dates.usable(date(value.year, value.month, value.day))
    try:
        return dates.day(str(value))
    except ValueError as error:
        raise ValueError(f"{name} {value!r}: {error}") from None


def address_of(where: str | PathLike[str]) -> str:
    """Return the address of the archive in a directory, or the given address.

    Raises ``FileNotFoundError`` if there is no archive, ``ValueError`` for an invalid address.
    """
    path: Path | None = Path(where)
    if "://" in str(where):
        if not is_archive(str(where)):
            raise ValueError(
                f"{where} is no address of an archive, such as sqlite:///data/archive.db or "
                "postgresql+psycopg://host/name"
            )
        path = file_of(str(where))
    if path is None:
        return str(where)
    file = path / ARCHIVE if path.is_dir() else path
    if not file.is_file():
        raise FileNotFoundError(
            f"there is no archive at {file}: run a crawl first, or name the directory of its data"
        )
    return f"sqlite:///{file.absolute()}"


def records(address: str, wanted: Selection) -> Iterator[dict[str, Any]]:
    """Yield the selected items of an archive as they are stored.

    Raises ``ValueError`` for a site or section that the archive does not have.
    """
    with closing(Archive(address, create=False)) as archive:
        is_empty = True
        for record in wanted.records(archive):
            is_empty = False
            yield record
        if is_empty and (unknown := wanted.unknown(archive)):
            raise ValueError(unknown)


def articles(address: str, wanted: Selection) -> Iterator[Article]:
    return map(Article.from_record, records(address, wanted))


def frame(address: str, wanted: Selection, library: str) -> Any:
    """Return a pandas or polars table; raises ``ImportError`` if a package is missing."""
    if library not in {"pandas", "polars"}:
        raise ValueError(f"library {library!r}: expected pandas or polars")
    for name in ("pyarrow", library):
        try:
            import_module(name)
        except ImportError:
            message = f"kznews.frame needs {name}: pip install pyarrow {library}"
            raise ImportError(message, name=name) from None
    from kznews.exporters import arrow  # noqa: PLC0415 (pyarrow is an optional extra)

    table = arrow.table(records(address, wanted))
    return arrow.as_pandas(table) if library == "pandas" else arrow.as_polars(table)
