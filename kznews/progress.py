"""How far a run has come, in figures and in the words that a person reads."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

MINUTE = 60.0


@dataclass(frozen=True)
class Figures:
    """A run at one moment. Times are seconds; ``left`` and ``share`` are None where nobody knows.

    ``known`` were passed over, ``pause`` is how long the site wants to be left alone.
    """

    place: str = ""
    seconds: float = 0.0
    articles: int = 0
    known: int = 0
    duplicates: int = 0
    rejected: int = 0
    requests: int = 0
    per_minute: float = 0.0
    delay: float = 0.0
    pause: float = 0.0
    share: float | None = None
    left: float | None = None

    @property
    def counts(self) -> str:
        return (
            f"{self.articles:,} new, {self.known:,} known, "
            f"{self.duplicates:,} duplicate, {self.rejected:,} rejected"
        )

    @property
    def pace(self) -> str:
        held = f"waits {self.pause:.0f} s" if self.pause else f"delay {self.delay:.2g} s"
        return f"{self.requests:,} requests, {self.per_minute:,.0f}/min, {held}"

    @property
    def end(self) -> str:
        if self.share is None or self.left is None:
            return f"{clock(self.seconds)} so far"
        return f"{self.share:.0%}, {clock(self.left)} left"

    def line(self) -> str:
        """Return all of it as one line of a log."""
        said = f"{self.counts}; {self.pace}; {self.end}"
        return f"At {self.place}: {said}" if self.place else said


@dataclass
class Rate:
    """How many a minute, over the last minute."""

    seen: deque[tuple[float, int]] = field(default_factory=lambda: deque([(0.0, 0)]))

    def at(self, seconds: float, count: int) -> float:
        """Return the rate at a moment, at which ``count`` have come in all."""
        self.seen.append((seconds, count))
        while self.seen[1][0] <= seconds - MINUTE:
            self.seen.popleft()
        (first, then), (last, now) = self.seen[0], self.seen[-1]
        return (now - then) / (last - first) * MINUTE if last > first else 0.0


@dataclass
class Estimate:
    """When a run will end, from what was to be done when that became known."""

    began: tuple[float, int] | None = None

    def at(self, seconds: float, remaining: int | None) -> tuple[float | None, float | None]:
        """Return the share that is done and the seconds that are left, None for what is unknown."""
        if remaining is None:
            return None, None
        if self.began is None or remaining > self.began[1]:
            self.began = (seconds, remaining)
        since, first = self.began
        done = first - remaining
        left = (seconds - since) / done * remaining if done else None
        return (done / first if first else 1.0), left


def clock(seconds: float) -> str:
    """Return a stretch of time as 0:01:02, or 3 days, 4:05:06."""
    return str(timedelta(seconds=round(seconds)))
