"""Maps on the page: the cells of a plane as rectangles of SVG, laid out as the figures of claims are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .page_figures import HEIGHT, WIDTH, Axes, short, ticks
from .plane import COLOURS, WORDS


@dataclass(frozen=True)
class Region:
    """All cells of one verdict.  path: their outlines."""

    verdict: str
    words: str
    colour: str
    path: str


@dataclass(frozen=True)
class Map(Axes):
    """What the template draws: places in units of the drawing, texts."""

    regions: list[Region]


def as_drawn(kept: Mapping[str, Any]) -> Map:
    """A map as the ledger keeps it (`Plane.as_data`), laid out."""
    (x, (x0, x1)), (y, (y0, y1)) = kept["axes"]

    def right(v: float) -> float:
        return WIDTH * (v - x0) / (x1 - x0)

    def down(v: float) -> float:
        return HEIGHT * (y1 - v) / (y1 - y0)

    paths: dict[str, list[str]] = {}
    for a, b, c, d, verdict in kept["cells"]:
        corner = f"M{short(right(a))} {short(down(d))}"
        paths.setdefault(verdict, []).append(f"{corner}H{short(right(b))}V{short(down(c))}H{short(right(a))}z")
    regions = [Region(v, WORDS[v], COLOURS[v], "".join(paths[v])) for v in WORDS if v in paths]
    fixed = f"   ({kept['at']})" if kept["at"] else ""
    return Map(
        across=[(round(right(v), 1), f"{v:g}") for v in ticks((x0, x1))],
        upright=[(round(down(v), 1), f"{v:g}") for v in ticks((y0, y1))],
        axis=f"{y} (upwards) over {x}{fixed}",
        regions=regions,
    )


__all__ = ["Map", "as_drawn"]
