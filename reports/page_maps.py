"""Maps on the page: the cells of a plane as rectangles of SVG, laid out as the figures of claims are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .page_figures import HEIGHT, WIDTH, _short, _ticks
from .plane import COLOURS, WORDS


@dataclass(frozen=True)
class Region:
    """All cells of one verdict.  path: their outlines."""

    verdict: str
    words: str
    colour: str
    path: str


@dataclass(frozen=True)
class Map:
    """What the template draws: places in units of the drawing, texts."""

    regions: list[Region]
    across: list[tuple[float, str]]
    upright: list[tuple[float, str]]
    axis: str
    width: int = WIDTH
    height: int = HEIGHT


def as_drawn(kept: Mapping[str, Any]) -> Map:
    """A map as the ledger keeps it (`Plane.as_data`), laid out."""
    (x, (x0, x1)), (y, (y0, y1)) = kept["axes"]

    def right(v: float) -> float:
        return WIDTH * (v - x0) / (x1 - x0)

    def down(v: float) -> float:
        return HEIGHT * (y1 - v) / (y1 - y0)

    paths: dict[str, list[str]] = {}
    for a, b, c, d, verdict in kept["cells"]:
        corner = f"M{_short(right(a))} {_short(down(d))}"
        paths.setdefault(verdict, []).append(f"{corner}H{_short(right(b))}V{_short(down(c))}H{_short(right(a))}z")
    regions = [Region(v, WORDS[v], COLOURS[v], "".join(paths[v])) for v in WORDS if v in paths]
    fixed = f"   ({kept['at']})" if kept["at"] else ""
    return Map(
        regions,
        [(round(right(v), 1), f"{v:g}") for v in _ticks((x0, x1))],
        [(round(down(v), 1), f"{v:g}") for v in _ticks((y0, y1))],
        f"{y} (upwards) over {x}{fixed}",
    )


__all__ = ["Map", "as_drawn"]
