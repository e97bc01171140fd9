"""Live lines at the foot of a terminal, and the log above them.

Imported only where there is a terminal: ``rich`` takes its time to load.
"""

from __future__ import annotations

import io
import logging
import sys
from typing import IO, TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.text import Text

if TYPE_CHECKING:
    from kznews.progress import Figures


ECHO = 4
"""Columns left free for the ^C that a terminal echoes: it must not begin a line."""


class Above(io.TextIOBase):
    """Takes the place of a terminal's stream: whole lines appear above the live ones.

    Lines are not wrapped here, so what is copied from the terminal is what was logged.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rest = ""

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        if lines:
            self._console.out("\n".join(lines), highlight=False)
        return len(text)

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._console.file.fileno()

    def give_back(self) -> str:
        """Return what was written since the last end of a line."""
        rest, self._rest = self._rest, ""
        return rest


class Screen:
    """The live lines. Drawn only when told to: there is no thread and no timer."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        console = Console(file=stream, highlight=False)
        self._above = Above(console)
        self._live = Live(
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def start(self) -> None:
        """Begin to draw. The cursor stays visible: nobody would bring it back after a kill."""
        self._live.start()
        self._live.console.show_cursor()
        self._redirect(self._stream, self._above)

    def show(self, figures: Figures) -> None:
        lines = two_lines(figures, self._live.console.width - ECHO)
        self._live.update(lines, refresh=True)

    def stop(self) -> None:
        """Take the lines away and give the terminal back; may be called again."""
        self._redirect(self._above, self._stream)
        try:
            self._live.stop()
        finally:
            self._stream.write(self._above.give_back())

    @staticmethod
    def _redirect(old: object, new: IO[str] | Above) -> None:
        for handler in logging.root.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is old:
                handler.setStream(new)
        if sys.stderr is old:
            sys.stderr = new


def two_lines(figures: Figures, width: int) -> Text:
    """Return two lines of a width; of what does not fit the left part is cut."""
    first = _line(Text(figures.place, "bold"), Text(figures.pace, "dim"), width)
    second = _line(Text(figures.counts), Text(figures.end, "cyan"), width)
    return Text("\n", no_wrap=True, overflow="ellipsis").join([first, second])


def _line(left: Text, right: Text, width: int) -> Text:
    left.truncate(max(0, width - right.cell_len - 1), overflow="ellipsis", pad=True)
    return Text.assemble(left, " ", right)
