"""Turns the Kazakhstani news site 365info.kz into clean, unique, dated articles.

Other programs import the names below: ``read`` reads a page, ``articles`` and ``frame`` return what
crawls have stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kznews.items import Article, NotAnArticle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from os import PathLike
    from typing import Any, Literal

    from kznews.sites import Site

__version__ = "0.1.0"
__all__ = ["Article", "NotAnArticle", "articles", "frame", "read"]


def read(
    html: str | bytes,
    url: str,
    *,
    zone: str | None = None,
    seen_at: datetime | None = None,
    site: Site | None = None,
) -> Article:
    """Read the article of a page, with the fields that a crawl delivers (``docs/output.md``).

    ``site`` is the known one that has ``url``'s host, else any WordPress site. ``zone`` is the name
    of the clock that dates without an offset are on, the site's own by default. Dates after
    ``seen_at`` (aware; now by default) are not believed. ``published_at`` is None where nothing
    tells the date.

    Raises ``NotAnArticle`` with the reason for a page that is none, ``ValueError`` or ``TypeError``
    for an argument that cannot be used.
    """
    from kznews.pages import reading  # noqa: PLC0415 (importing kznews stays cheap)

    return reading.read(html, url, zone, seen_at, site)


def articles(
    where: str | PathLike[str],
    *,
    since: date | str | None = None,
    until: date | str | None = None,
    section: str | None = None,
    language: str | None = None,
    site: str | None = None,
    versions: Literal["last", "all"] = "last",
) -> Iterator[Article]:
    """Yield the articles of an archive one after the other, the oldest publication first.

    ``where`` is the directory of a crawl's data, or the archive's address (``sqlite:///…``,
    ``postgresql+psycopg://…``). ``since`` and ``until`` are the first and the last day of
    publication on the site's clock, ``section`` is a slug or a name, ``language`` an ISO 639 code,
    ``site`` an edition such as 365info-kaz. Of each article it is the last version, or ``all``.

    Raises ``FileNotFoundError`` where there is no archive, ``ValueError`` for an argument that
    cannot be used; a site, section or language that the archive lacks is told in the first step,
    and so is an archive that cannot be read (``kznews.storage.archive.ArchiveError``).
    """
    from kznews.exporters import library  # noqa: PLC0415 (importing kznews stays cheap)

    wanted = library.selection(
        since=since, until=until, section=section, language=language, site=site, versions=versions
    )
    return library.articles(library.address_of(where), wanted)


def frame(
    where: str | PathLike[str],
    *,
    since: date | str | None = None,
    until: date | str | None = None,
    section: str | None = None,
    language: str | None = None,
    site: str | None = None,
    versions: Literal["last", "all"] = "last",
    library: Literal["pandas", "polars"] = "pandas",
) -> Any:
    """Return the articles that ``articles`` yields as a table of pandas or polars.

    Its columns are those of ``scrapy export -o articles.parquet`` (``docs/recipes.md``): instants
    are timestamps, of a day its beginning and of less null; ``published_text`` is what is known.

    Raises ``ImportError`` where pyarrow or the library is missing, else as ``articles`` does.
    """
    from kznews.exporters import library as archives  # noqa: PLC0415 (as above)

    wanted = archives.selection(
        since=since, until=until, section=section, language=language, site=site, versions=versions
    )
    return archives.frame(archives.address_of(where), wanted, library)
