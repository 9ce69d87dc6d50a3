"""Figures of the page: paths of SVG, laid out as Matplotlib lays them out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from .figures import SPARSE, Trajectory, _filled, _is_log, _limits, beyond, caption

WIDTH, HEIGHT = 380, 190  # of the plot, in units of the drawing
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
COLORS, DASHES = 6, 4  # that the style sheet knows


@dataclass(frozen=True)
class Drawn:
    """One curve as paths: the theory, the forbidden side of a bound, the band, its middle, bars, and
    where it goes on beyond the axes. "" for what it has not."""

    label: str
    look: str
    theory: str
    forbidden: str
    band: str
    dots: str
    bars: str
    beyond: str


@dataclass(frozen=True)
class Axes:
    """The axes of a drawing: what is told at its foot, and of each axis the ticks, (place in units of the drawing, text)."""

    across: list[tuple[float, str]]
    upright: list[tuple[float, str]]
    axis: str
    width: ClassVar[int] = WIDTH
    height: ClassVar[int] = HEIGHT


@dataclass(frozen=True)
class Figure(Axes):
    """What the template draws: places in units of the drawing, texts."""

    curves: list[Drawn]
    peaks: list[float]
    caption: str


def figure(t: Trajectory) -> Figure | None:
    """The trajectory laid out as Matplotlib's figure of it is; None where no value is finite."""
    import numpy as np

    curves = [_filled(c) for c in t.curves]
    log = _is_log(curves)
    across, upright = _limits(curves, log)
    if not across or not upright:
        return None

    def x(v: Any) -> Any:
        return WIDTH * (np.asarray(v, float) - across[0]) / (across[1] - across[0])

    def y(v: Any) -> Any:
        low, high = np.log10(upright) if log else upright
        with np.errstate(divide="ignore", invalid="ignore"):
            v = np.log10(np.asarray(v, float)) if log else np.asarray(v, float)
        return np.clip(HEIGHT * (high - v) / (high - low), -HEIGHT, 2 * HEIGHT)  # far outside there is nothing to see

    drawn = []
    for i, c in enumerate(curves):
        left, theory = x(c.t), y(c.theory)
        strip = theory + (-0.07 if c.relation in ("<=", "<") else 0.07) * HEIGHT  # beside a bound, not below it
        low = y(np.where(c.low > 0, c.low, upright[0]) if log else c.low)
        high = y(c.high)
        sparse = c.estimated.sum() <= SPARSE
        shown = c.estimated if c.estimated.any() else np.isfinite(c.middle)
        middle = np.where(shown & (~c.estimated | np.isfinite(high)), y(c.middle), np.nan)
        drawn.append(
            Drawn(
                c.label if np.isfinite(c.main).any() else f"{c.label} (infinite or undefined)",
                f"c{i % COLORS} d{i % DASHES}",
                _line(left, theory),
                "" if c.relation == "==" else _area(left, theory, strip),
                "" if sparse else _area(left, low, high),
                _dots(left, middle),
                _bars(left, low, high) if sparse else "",
                _beyond(left[beyond(c, upright[1], 1)], 0, 6) + _beyond(left[beyond(c, upright[0], -1)], HEIGHT, -6),
            )
        )
    return Figure(
        across=[(round(float(x(v)), 1), f"{v:g}") for v in ticks(across, whole=True)],
        upright=[(round(float(y(v)), 1), _power(v) if log else f"{v:.6g}") for v in ticks(upright, log)],
        axis=t.axis,
        curves=drawn,
        peaks=[round(float(x(p)), 1) for p in t.peaks],
        caption=caption(t),
    )


def ticks(limits: tuple[float, float], log: bool = False, whole: bool = False) -> list[float]:
    """Round values within the limits; whole: integers."""
    from matplotlib.ticker import LogLocator, MaxNLocator

    locator = LogLocator(numticks=6) if log else MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=whole)
    return [float(v) for v in locator.tick_values(*limits) if limits[0] <= v <= limits[1]]


def _power(v: float) -> str:
    """ "10⁻³"; small powers as they are."""
    exponent = int(f"{v:e}".partition("e")[2])
    return f"{v:g}" if -3 <= exponent <= 4 else "10" + str(exponent).translate(SUPERSCRIPTS)


def _runs(*arrays: Any) -> list[Any]:
    """Indices in a row at which all arrays are finite."""
    import numpy as np

    ok = np.flatnonzero(np.all([np.isfinite(a) for a in arrays], axis=0))
    return [run for run in np.split(ok, np.flatnonzero(np.diff(ok) > 1) + 1) if run.size]


def _path(xs: Iterable[float], ys: Iterable[float]) -> str:
    return "L".join(f"{short(a)} {short(b)}" for a, b in zip(xs, ys, strict=True))


def short(v: float) -> str:
    """A place in units of the drawing, to a tenth."""
    return f"{v:.1f}".removesuffix(".0")


def _line(xs: Any, ys: Any) -> str:
    """Where there is a single value: a short dash."""
    return "".join(f"M{_path(xs[i], ys[i])}" if i.size > 1 else f"M{_path(xs[i] - 4, ys[i])}h8" for i in _runs(ys))


def _area(xs: Any, lower: Any, upper: Any) -> str:
    both = ((run, run[::-1]) for run in _runs(lower, upper))
    return "".join(f"M{_path(xs[there], lower[there])}L{_path(xs[back], upper[back])}Z" for there, back in both)


def _dots(xs: Any, ys: Any) -> str:
    """Lines of no length: with round ends they are dots."""
    return "".join(f"M{short(xs[i])} {short(ys[i])}h0" for run in _runs(ys) for i in run)


def _beyond(xs: Any, edge: float, height: float) -> str:
    """Triangles at the edge of the axes, at twelve places or so."""
    return "".join(f"M{short(x)} {short(edge)}l-4 {height}h8z" for x in xs[:: max(1, len(xs) // 12)])


def _bars(xs: Any, lower: Any, upper: Any) -> str:
    places = (i for run in _runs(lower, upper) for i in run)
    return "".join(f"M{short(xs[i])} {short(lower[i])}V{short(upper[i])}" for i in places)


__all__ = ["HEIGHT", "WIDTH", "Axes", "figure", "short", "ticks"]
