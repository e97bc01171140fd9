"""Make docs/images/demo.svg: what `make demo` shows on a terminal, as a recording that plays.

`python -m replica.picture`. Where nothing is played, the end is shown.
"""

from __future__ import annotations

import io
import re
import sys
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console
from rich.style import Style
from rich.text import Text

from replica.demo import ROOT
from replica.terminal import COLUMNS, watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyte

PICTURE = ROOT / "docs" / "images" / "demo.svg"
ROWS = 34
FRAMES = 16
SECONDS = 0.4
"""How long a frame is shown, the last one thirty times as long."""
_LAST = 30

_WINDOW = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<style>
text {{ font: 20px monospace; white-space: pre }}
.{unique_id}-title {{ font: bold 18px sans-serif }}
@media (prefers-reduced-motion: no-preference) {{ .frame {{ animation: TIME step-end infinite }} }}
@media (prefers-reduced-motion: reduce) {{ .frame:not(:last-child) {{ display: none }} }}
STYLES
</style>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
MATRICES</g>
</svg>
"""
_CLUTTER = re.compile(r'<text [^>]*>\s*</text>| clip-path="[^"]*"|^\s+', re.MULTILINE)


def main() -> int:
    """Run the demo on a terminal and draw it; the exit status is the demo's."""
    seen = watch(sys.executable, "-m", "replica.demo", cwd=ROOT, rows=ROWS, keep=picture_of)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(animated(list(chosen(seen.kept))), "utf-8")
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size // 1024} KB")
    return seen.status


def picture_of(screen: pyte.Screen) -> Text:
    """Return what stands on a screen, with its colours."""
    rows = []
    for number, shown in enumerate(screen.display):
        cells = [screen.buffer[number][column] for column in range(len(shown.rstrip()))]
        parts = groupby(cells, key=lambda cell: (cell.fg, cell.bold))
        rows.append(
            Text.assemble(*(("".join(c.data for c in run), _style(*look)) for look, run in parts))
        )
    while rows and not rows[-1].plain:
        rows.pop()
    return Text("\n").join(rows)


def _style(colour: str, bold: bool) -> Style:
    return Style(color=None if colour == "default" else colour, bold=bold)


def chosen(pictures: Sequence[Text]) -> Iterator[Text]:
    """Return some that differ, spread over all, the last one last."""
    different = [last for _, (*_, last) in groupby(pictures, key=lambda text: text.plain)]
    step = max(1, len(different) // FRAMES)
    yield from different[:-1:step]
    yield different[-1]


def animated(frames: Sequence[Text]) -> str:
    """Return a window of a terminal in which frames follow each other."""
    steps = len(frames) - 1 + _LAST
    styles, matrices = "", ""
    for number, frame in enumerate(frames):
        name, is_last = f"f{number}", number == len(frames) - 1
        start, end = 100 * number / steps, 100 if is_last else 100 * (number + 1) / steps
        shown = f"0% {{ opacity: 0 }} {start:.1f}% {{ opacity: 1 }} {end:.1f}% {{ opacity: 0 }}"
        first = "" if number else " .f0 { opacity: 1 }"
        looks, matrix = _drawn(frame, name, "{styles}\f{matrix}").split("\f")
        styles += f"@keyframes {name} {{ {shown} }}{first}\n{looks}\n"
        hidden = "" if is_last else ' opacity="0"'
        matrices += f'<g class="frame" style="animation-name: {name}"{hidden}>{matrix}</g>\n'
    window = _drawn(frames[-1], "demo", _WINDOW)
    whole = window.replace("TIME", f"{steps * SECONDS:.1f}s").replace("STYLES", styles)
    return _CLUTTER.sub("", whole.replace("MATRICES", matrices))


def _drawn(frame: Text, name: str, template: str) -> str:
    console = Console(
        width=COLUMNS, file=io.StringIO(), record=True, force_terminal=True, color_system="256"
    )
    console.print(frame, soft_wrap=True, highlight=False)
    console.print("\n" * (ROWS - frame.plain.count("\n") - 1), end="")
    return console.export_svg(title="make demo", unique_id=name, code_format=template)


if __name__ == "__main__":
    sys.exit(main())
