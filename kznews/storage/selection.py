"""Which of an archive's articles are meant, for the command `scrapy export` and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from kznews.storage.archive import Archive


@dataclass(frozen=True)
class Selection:
    """Articles published on some days, in a section (its slug or name), a language, of a site.

    Of each it is the last version, unless all are wanted. Raises ``ValueError``.
    """

    since: date | None = None
    until: date | None = None
    section: str | None = None
    language: str | None = None
    site: str | None = None
    all_versions: bool = False

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"since {self.since} is later than until {self.until}")
        for name in ("section", "language", "site"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, str) or not value):
                raise ValueError(f"{name} {value!r}: expected one name, or nothing")

    def records(self, archive: Archive) -> Iterator[dict[str, Any]]:
        """Yield the items as they are stored, the oldest publication first."""
        days = (self.since, self.until)
        for record in archive.articles.export(self.site, *days, all_versions=self.all_versions):
            names = {name for found in record["sections"] for name in found.values()}
            is_inside = self.section is None or self.section in names
            if is_inside and self.language in {None, record["language"]}:
                yield record

    def unknown(self, archive: Archive) -> str | None:
        """Return what was asked for that the archive has nothing of, and what it has instead."""
        sites = archive.articles.sites()
        if self.site is not None and self.site not in sites:
            had = ", ".join(sites) or "no site"
            return f"the archive has nothing of {self.site!r}, only of {had}"
        slugs: dict[str | None, str | None] = {}
        languages: set[str] = set()
        for record in archive.articles.export(self.site, None, None, all_versions=True):
            languages.add(record["language"])
            slugs |= {section["slug"]: section["name"] for section in record["sections"]}
        if self.language and self.language not in languages:
            had = ", ".join(sorted(languages)) or "no language"
            return f"the archive has nothing in the language {self.language!r}, only in {had}"
        if self.section and self.section not in {*slugs, *slugs.values()}:
            had = ", ".join(sorted(filter(None, slugs))) or "no section"
            return f"there is no section {self.section!r}, but {had}"
        return None
