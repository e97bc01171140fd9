"""A limit of time for reading one page or post, and signals that are heard meanwhile.

Time is the process's own (CPU seconds): waiting for a disk or a lock does not count, and a machine
that sleeps rejects nothing. The limit works in the main thread, where Scrapy runs; what takes its
time inside one call of a C library is interrupted when that call returns.
"""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType
from typing import Any

AFTER_SIGNAL = 1.0
"""CPU seconds that a page being read has left once the process is asked to end."""
_AGAIN = 1.0
"""CPU seconds until the limit is raised again where a library swallowed it."""
_ENDING = (signal.SIGTERM, signal.SIGINT)
_LOOK_EVERY = 1.0
"""Seconds after which it is looked again who hears of signals; asking takes as long as all else."""


class TooSlow(Exception):
    """Reading takes longer than it may; the message says how long that is."""


class TimeLimit:
    """Raise ``TooSlow`` inside a ``with`` block that takes more than some CPU seconds; 0: never."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._is_reading = False
        self._looked = float("-inf")
        self._works = False

    def __reduce__(self) -> tuple[type[TimeLimit], tuple[float]]:
        return TimeLimit, (self.seconds,)  # another process has signals of its own

    def __enter__(self) -> None:
        is_main = threading.current_thread() is threading.main_thread()
        self._works = is_main and self.seconds > 0
        if self._works:
            now = time.monotonic()
            if now - self._looked >= _LOOK_EVERY:
                self._looked = now
                signal.signal(signal.SIGVTALRM, self._expired)
                self._listen()
            self._is_reading = True
            signal.setitimer(signal.ITIMER_VIRTUAL, self.seconds, _AGAIN)

    def __exit__(self, *_: object) -> None:
        if self._works:
            self._is_reading = False
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    def _expired(self, _: int, __: FrameType | None) -> None:
        if self._is_reading:
            raise TooSlow(f"reading it takes more than {self.seconds:g} s")

    def _listen(self) -> None:
        """Hear of a signal first: Scrapy's own handler only takes a note of it for later."""
        for number in _ENDING:
            handler = signal.getsignal(number)
            if callable(handler) and not isinstance(handler, _Heard):
                signal.signal(number, _Heard(handler, self))

    def hurry(self) -> None:
        """Leave what is being read, and what will be, only a moment."""
        self.seconds = min(self.seconds, AFTER_SIGNAL)
        if self._is_reading:
            signal.setitimer(signal.ITIMER_VIRTUAL, self.seconds, _AGAIN)


class _Heard:
    """A signal's handler that hurries the reading after it did what it did before."""

    def __init__(self, handler: Any, limit: TimeLimit) -> None:
        self.handler, self.limit = handler, limit

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.handler(number, frame)
        self.limit.hurry()
