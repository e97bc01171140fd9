"""Charts as SVG, drawn by Vega-Lite while the page is made, so that the page needs no script.

Three kinds: columns over an axis, bars beside names, cells of a grid. Colours are the page's own
variables, so that one drawing serves light and dark. Places and sums are worked out by the caller.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import vl_convert
from lxml import etree
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kznews.reporting.labels import Labels

Spec = dict[str, Any]

VEGA_LITE = "6.4"
SVG = "{http://www.w3.org/2000/svg}"
FONT = "DejaVu Sans"
"""As wide as any font of a reader's system, which the page uses in its place."""
READABLE = 0.55
LEGIBLE_DAYS = 100
DAY = 86_400_000.0
TEXT_WIDTH = 96
"""Pixels that are left for the text behind a bar."""
CONTROLS = dict.fromkeys((*range(0x20), 0x7F))
"""Characters that SVG cannot hold; some of them crash the drawing."""
LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}")
CONFIG: Spec = {
    "background": None,
    "font": FONT,
    "padding": 0,
    "view": {"stroke": None},
    "axis": {
        "domainColor": "var(--rule)",
        "gridColor": "var(--rule)",
        "tickColor": "var(--rule)",
        "labelColor": "var(--soft)",
        "labelFontSize": 11.5,
        "labelPadding": 6,
        "ticks": False,
        "title": None,
    },
    "axisX": {"grid": False, "labelOverlap": True},
    "axisY": {"domain": False, "tickCount": 4},
    "axisYBand": {"grid": False},
}


@dataclass(frozen=True)
class Size:
    """Pixels of a whole chart."""

    width: int
    height: int


@dataclass(frozen=True)
class Column:
    """From ``x`` to ``x2`` (in UTC, or numbers), from ``y`` to ``y2``; ``label`` is its tooltip."""

    x: str | float
    x2: str | float
    y: float
    y2: float
    color: str
    label: str
    strength: float = 1


@dataclass(frozen=True)
class Point:
    """A point of a line over columns."""

    x: str | float
    y: float


@dataclass(frozen=True)
class Bar:
    """A stretch from ``x`` to ``x2`` in the row of ``name``; ``text`` is written behind it."""

    name: str
    x: float
    x2: float
    color: str
    label: str
    text: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell of a grid; ``strength`` from 0 to 1 is how much of its colour it shows."""

    x: str
    y: str
    strength: float
    label: str
    text: str = ""

    @property
    def ink(self) -> str:
        """The colour in which its text can be read."""
        return "var(--card)" if self.strength > READABLE else "var(--ink)"


def columns(
    found: Sequence[Column], size: Size, *, line: Sequence[Point] = (), rule: float | None = None
) -> Spec:
    """Return columns over days or numbers, with a line over them, or an upright rule."""
    is_time = isinstance(found[0].x, str)
    kind = {"type": "temporal", "scale": {"type": "utc", "nice": False}}
    if not is_time:
        kind = {"type": "quantitative", "scale": {"nice": False}}
    x: Spec = {"field": "x", **kind, "axis": _ticks(found, size)}
    whole = {"format": ",d", "tickMinStep": 1}
    y: Spec = {"field": "y", "type": "quantitative", "axis": {"title": None, **whole}}
    layers: list[Spec] = [
        {
            "data": {"values": [asdict(column) for column in found]},
            "mark": {"type": "rect"},
            "encoding": {
                "x": x,
                "x2": {"field": "x2"},
                "y": y,
                "y2": {"field": "y2"},
                "color": _as_it_is("color"),
                "fillOpacity": _as_it_is("strength"),
                "description": {"field": "label"},
            },
        }
    ]
    if line:
        layers.append(
            {
                "data": {"values": [asdict(point) for point in line]},
                "mark": {"type": "line", "color": "var(--ink)", "strokeWidth": 1.8, "aria": False},
                "encoding": {"x": x, "y": y},
            }
        )
    if rule is not None:
        layers.append(
            {
                "data": {"values": [{"x": rule}]},
                "mark": {"type": "rule", "color": "var(--ink)", "strokeWidth": 1.5, "aria": False},
                "encoding": {"x": x},
            }
        )
    return {"layer": layers, "width": size.width, "height": size.height}


def _ticks(found: Sequence[Column], size: Size) -> Spec:
    """Return an axis of numbers, or of time: never of hours, of each day where they are few."""
    axis: Spec = {"title": None, "tickCount": max(3, size.width // 75)}
    if isinstance(found[0].x, str):
        days = (_instant(found[-1].x2) - _instant(found[0].x)) / DAY
        if days <= axis["tickCount"]:
            middles = {_instant(column.x) + 0.44 * DAY for column in found}
            axis |= {"values": sorted(middles), "labelFlush": False}
        if days <= LEGIBLE_DAYS:
            axis["format"] = "%x"
    return axis


def _instant(moment: str | float) -> float:
    """Return a day or an instant as JavaScript's milliseconds."""
    return datetime.fromisoformat(str(moment)).replace(tzinfo=UTC).timestamp() * 1000


def bars(found: Sequence[Bar], width: int, *, row: int = 30) -> Spec:
    """Return bars beside their names, from the top in the given order."""
    names = list(dict.fromkeys(bar.name for bar in found))
    y = {
        "field": "name",
        "type": "nominal",
        "sort": names,
        "axis": {"domain": False, "labelLimit": width * 0.36, "labelColor": "var(--ink)"}
        if names != [""]
        else None,
        "scale": {"paddingInner": 0.3, "paddingOuter": 0.1},
        "title": None,
    }
    far = max(bar.x2 for bar in found)
    room = 1 / (1 - TEXT_WIDTH / (0.68 * width)) if any(bar.text for bar in found) else 1
    scale = {"domain": [0, far * room or 1], "nice": False}
    values = [asdict(bar) for bar in found]
    x = {"field": "x", "type": "quantitative", "axis": None, "scale": scale}
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "cornerRadius": 2},
            "encoding": {
                "x": x,
                "x2": {"field": "x2"},
                "color": _as_it_is("color"),
                "description": {"field": "label"},
            },
        },
        {
            "transform": [{"filter": "datum.text !== ''"}],
            "mark": {
                "type": "text", "align": "left", "dx": 6, "fontSize": 11.5, "color": "var(--soft)",
                "aria": False,
            },
            "encoding": {"x": {**x, "field": "x2"}, "text": {"field": "text"}},
        },
    ]  # fmt: skip
    return {
        "data": {"values": values},
        "encoding": {"y": y},
        "layer": layers,
        "width": width,
        "height": row * len(names),
    }


def cells(found: Sequence[Cell], width: int, *, row: int, shown: Sequence[str] = ()) -> Spec:
    """Return a grid; of the columns only those in ``shown`` are named, all if it is empty."""
    across = list(dict.fromkeys(cell.x for cell in found))
    down = list(dict.fromkeys(cell.y for cell in found))
    tight = {"paddingInner": 0.08, "paddingOuter": 0}
    axis: Spec = {"domain": False, "title": None}
    values = [{**asdict(cell), "ink": cell.ink} for cell in found]
    layers: list[Spec] = [
        {
            "mark": {"type": "rect", "color": "var(--c1)", "cornerRadius": 2},
            "encoding": {
                "fillOpacity": _as_it_is("strength"),
                "description": {"field": "label"},
            },
        }
    ]
    if any(cell.text for cell in found):
        layers.append(
            {
                "mark": {"type": "text", "fontSize": 10.5 if width > 400 else 9, "aria": False},
                "encoding": {"text": {"field": "text"}, "color": _as_it_is("ink")},
            }
        )
    return {
        "data": {"values": values},
        "encoding": {
            "x": {
                "field": "x", "type": "ordinal", "sort": across, "scale": tight,
                "axis": {**axis, "labelAngle": 0, "values": list(shown or across)},
            },
            "y": {
                "field": "y", "type": "ordinal", "sort": down, "scale": tight,
                "axis": {**axis, "labelColor": "var(--ink)"},
            },
        },
        "layer": layers,
        "width": width,
        "height": row * len(down),
    }  # fmt: skip


def _as_it_is(field: str) -> Spec:
    return {"field": field, "type": "nominal", "scale": None}


def draw(spec: Spec, title: str, labels: Labels) -> Markup:
    """Return a chart as SVG that takes the page's font, colours and width."""
    whole = {**spec, "config": CONFIG, "autosize": {"type": "fit", "contains": "padding"}}
    text = vl_convert.vegalite_to_svg(
        _printable(whole),
        vl_version=VEGA_LITE,
        allowed_base_urls=[],
        format_locale=labels.number_locale(),
        time_format_locale=labels.time_locale(),
    )
    root = etree.fromstring(text.encode())
    for element in list(root.iter()):
        _simplify(element)
    for name in ("width", "height", "version"):
        del root.attrib[name]
    root.set("role", "img")
    root.set("aria-label", title)
    etree.cleanup_namespaces(root)
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704 (made here, from a tree)


def _printable(value: Any) -> Any:
    """Return a specification whose texts have no control characters."""
    if isinstance(value, dict):
        return {name: _printable(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(part) for part in value]
    return value.translate(CONTROLS) if isinstance(value, str) else value


def _simplify(element: Any) -> None:
    """Take out what nobody sees, and turn Vega's description of a mark into its tooltip."""
    attributes = element.attrib
    if attributes.get("class") in {"background", "foreground"}:
        element.getparent().remove(element)
        return
    if attributes.get("role") == "graphics-symbol" and (label := attributes.get("aria-label")):
        title = etree.SubElement(element, f"{SVG}title")
        title.text = label
    for name in list(attributes):
        if name.startswith("aria-") or name in {"role", "class", "pointer-events", "font-family"}:
            del attributes[name]
        elif name in {"d", "transform"}:
            attributes[name] = LONG_NUMBER.sub(lambda n: f"{float(n[0]):.1f}", attributes[name])
