"""A site's list compared with the archive: counts and gaps, month by month."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kznews import dates
from kznews.storage.schema import GONE, REJECTED, STORED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kznews.sites import Site

UNDATED = "undated"
SETTLED = frozenset({STORED, REJECTED, GONE})


@dataclass
class Month:
    """A month on the site's clock: what the site lists, and what the archive has of it.

    ``gone`` are articles that the archive has and the site no longer lists.
    """

    name: str
    listed: int = 0
    stored: int = 0
    missing: list[str] = field(default_factory=list)
    gone: int = 0
    rejected: Counter[str] = field(default_factory=Counter)


class Comparison:
    """Counts listed addresses against those of the archive, each article once."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._months: dict[str, Month] = {}
        self._rows: dict[str, list[Any]] = defaultdict(list)
        self._by_key: dict[str, Any] = {}
        self._seen: set[str] = set()
        self._counted: set[str] = set()

    def compare_with(self, rows: Iterable[Any]) -> None:
        """Take what the archive has: rows of its addresses."""
        for row in rows:
            self._rows[self.month_of(row.url, row.published)].append(row)
            self._by_key[row.url] = row
            if row.id:
                self._by_key[row.id] = row

    def month_of(self, url: str, published: str | None = None) -> str:
        """Return the month of an article by its address, else by its publication."""
        if month := self.site.month_of(url):
            return "{}-{:02d}".format(*month)
        moment = dates.read_machine(published or "", dates.zone(self.site.zone))
        return f"{moment.at:%Y-%m}" if moment else UNDATED

    def add(self, name: str, url: str, article_id: str = "") -> bool:
        """Count an article of a month; return whether it is new to the comparison."""
        if url in self._seen:
            return False
        row = self._by_key.get(article_id) or self._by_key.get(url)
        self._seen |= {url, article_id} if article_id else {url}
        if row and row.id:
            self._seen.add(row.id)
        month = self._month(name)
        month.listed += 1
        if row and row.state == STORED:
            month.stored += 1
        elif row and row.state == REJECTED:
            month.rejected[row.reason] += 1
        else:
            month.missing.append(url)
        return True

    def add_month(self, name: str, total: int) -> bool:
        """Accept a site's count of a month if it equals the archive's; return whether it does."""
        own = [row for row in self._rows[name] if row.state in {STORED, REJECTED}]
        if total != len({row.id or row.url for row in own}):
            return False
        month = self._month(name)
        month.listed = total
        month.rejected.update(row.reason for row in own if row.state == REJECTED)
        month.stored = total - month.rejected.total()
        month.gone = sum(row.state == GONE for row in self._rows[name])
        self._counted.add(name)
        return True

    def is_new(self, url: str) -> bool:
        """Whether an article was neither counted yet nor settled by an earlier run."""
        row = self._by_key.get(url)
        return url not in self._seen and (row is None or row.state not in SETTLED)

    def months(self) -> Sequence[Month]:
        """Return the months in order, with what the site no longer lists; to be called once."""
        for name in self._rows.keys() - self._counted:
            for row in self._rows[name]:
                lost = row.state == STORED and not {row.url, row.id} & self._seen
                if row.state == GONE or lost:
                    self._month(name).gone += 1
        return [self._months[name] for name in sorted(self._months)]

    def _month(self, name: str) -> Month:
        return self._months.setdefault(name, Month(name))
