"""Two live lines at the bottom of a terminal, with the log above them.

Imported only on a terminal, because importing ``rich`` takes time.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

from rich.console import Console, ConsoleRenderable, RenderableType
from rich.highlighter import NullHighlighter
from rich.logging import RichHandler
from rich.progress import Progress, TextColumn
from rich.table import Column
from rich.traceback import Traceback

if TYPE_CHECKING:
    from kznews.extensions.progress import Status

ECHO = "   "
"""Columns left free for the ^C that a terminal echoes, so that it does not wrap."""


class LogHandler(RichHandler):
    """Log lines are not wrapped, so that text copied from the terminal is what was logged."""

    def render(
        self,
        *,
        record: logging.LogRecord,  # noqa: ARG002
        traceback: Traceback | None,  # noqa: ARG002
        message_renderable: ConsoleRenderable,
    ) -> ConsoleRenderable:
        return message_renderable


class Rows(Progress):
    """Progress in which every line has its own column widths."""

    def get_renderables(self) -> Iterable[RenderableType]:
        for task in self.tasks:
            yield self.make_tasks_table([task])


class LiveLines:
    """The two lines, and the root logger's output to the same stream.

    They are drawn only by ``show``: there is no thread and no timer.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._console = Console(file=stream, soft_wrap=True, highlight=False)
        left = Column(ratio=1, no_wrap=True, overflow="ellipsis")
        self._progress = Rows(
            TextColumn("{task.description}", markup=False, table_column=left),
            TextColumn(
                "{task.fields[right]}" + ECHO, markup=False, table_column=Column(no_wrap=True)
            ),
            console=self._console,
            auto_refresh=False,
            transient=True,
            expand=True,
        )
        self._rows = [self._progress.add_task("", total=None, right="") for _ in range(2)]
        self._replaced: list[tuple[logging.Handler, logging.Handler]] = []

    def start(self) -> None:
        """Begin to draw. The cursor stays visible: after a kill nothing would restore it."""
        for old in logging.root.handlers[:]:
            if isinstance(old, logging.StreamHandler) and old.stream is self._stream:
                new = LogHandler(
                    old.level, self._console, highlighter=NullHighlighter(), keywords=[]
                )
                new.setFormatter(old.formatter)
                self._replaced.append((old, new))
                logging.root.removeHandler(old)
                logging.root.addHandler(new)
        self._progress.start()
        self._console.show_cursor()

    def show(self, status: Status) -> None:
        for row, left, right in zip(
            self._rows, (status.place, status.counts), (status.pace, status.end), strict=True
        ):
            self._progress.update(row, description=left, right=right)
        self._progress.refresh()

    def stop(self) -> None:
        """Remove the lines and restore the terminal; may be called again."""
        for old, new in self._replaced:
            logging.root.removeHandler(new)
            logging.root.addHandler(old)
        self._replaced.clear()
        self._progress.stop()
