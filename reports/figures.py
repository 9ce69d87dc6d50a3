"""One figure a claim: the theory as lines, what was simulated as bands, the side that a bound forbids as hatching."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from theory.language.errors import BadInput

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy import ndarray

SUFFIXES = (".png", ".svg", ".pdf")
SIZE = (5.5, 3.6)  # inches: a text column
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#444444")  # Okabe and Ito, no yellow
DASHES = ("-", "--", "-.", ":")  # a second sign, for print in grey
DECADES = 1.5  # a curve that spans more is drawn on a log axis ...
DECADES_FROM_ZERO = 3.0  # ... and one that starts at 0, which a log axis cannot show, only from here on
SPARSE = 12  # so few estimates are drawn as points with error bars


@dataclass(frozen=True)
class Curve:
    """One point of a claim's domain, followed through the generations; arrays of one length, any of them absent.

    label: the point's other variables, "n = 10, sigma0 = 1".
    t: generations.  theory: the claim's right-hand side, for an inequality the bound.
    low, high, middle: the confidence band of the simulated left-hand side, and its midpoint; nan where there is none.
    relation: left-hand side `relation` theory: one of ==, <=, <, >=, >.
    """

    label: str
    t: ndarray
    theory: ndarray | None = None
    low: ndarray | None = None
    high: ndarray | None = None
    middle: ndarray | None = None
    relation: str = "=="


@dataclass(frozen=True)
class Trajectory:
    """What the figure of a claim shows. level: probability that a band holds, such as 0.999; None if none is drawn."""

    claim: str
    statement: str
    curves: Sequence[Curve] = field(default_factory=list)
    replicates: int = 0
    level: float | None = None


def figure(trajectory: Trajectory, path: str | Path) -> Path:
    """Write the figure as PNG, SVG or PDF, by the suffix of `path`; the same data give the same bytes."""
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise BadInput(f"{str(path)!r}: a figure is written as {', '.join(SUFFIXES)}, by the suffix of its name")
    from matplotlib import rc_context

    path.parent.mkdir(parents=True, exist_ok=True)
    timeless = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(suffix)
    with rc_context({"svg.hashsalt": "selfconsuming", "pdf.fonttype": 42, "hatch.linewidth": 0.4}):
        draw(trajectory).savefig(path, dpi=200, metadata=timeless)
    return path


def draw(trajectory: Trajectory) -> Figure:
    """The figure as an object of Matplotlib's, outside pyplot's global state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    fig = Figure(figsize=SIZE, layout="constrained")
    FigureCanvasAgg(fig)
    ax = fig.add_subplot()
    curves = [_cleaned(c) for c in trajectory.curves]
    log = is_log(curves)
    if log:
        ax.set_yscale("log", nonpositive="mask")
    _limits(ax, curves, log)
    for j, c in enumerate(curves):
        _curve(ax, c, PALETTE[j % len(PALETTE)], DASHES[j // len(PALETTE) % len(DASHES)], log)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8, steps=[1, 2, 5, 10]))
    ax.set_xlabel("generation t", fontsize=8)
    ax.tick_params(labelsize=7.5, width=0.6)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(alpha=0.25, linewidth=0.4)
    lines = wrap(" ".join(trajectory.statement.split()), 90, max_lines=3, placeholder=" ...")
    line = 0.15 / SIZE[1]  # of text, as a share of the height
    text = {"parse_math": False}  # statements and labels are plain text, "$" included
    fig.text(0.015, 0.985, trajectory.claim, va="top", weight="bold", fontsize=min(9.5, 570 / len(trajectory.claim or "-")),
             **text)
    fig.text(0.015, 0.985 - 1.4 * line, "\n".join(lines), va="top", fontsize=7.5, color="0.25", **text)
    fig.text(0.985, 0.015, caption(trajectory), ha="right", fontsize=6.5, color="0.35", **text)
    top = 0.985 - (1.6 + len(lines)) * line
    fig.set_layout_engine("constrained", rect=(0, line, 1, top - line))
    _legend(ax, curves)
    return fig


def caption(trajectory: Trajectory) -> str:
    """How to read the figure: what is theory, what was measured, how often and at which level."""
    from numpy import isfinite

    curves = [_cleaned(c) for c in trajectory.curves]
    parts = []
    drawn = {c.relation == "==" for c in curves if c.theory is not None and isfinite(c.theory).any()}
    if True in drawn:
        parts.append("line: theory")
    if False in drawn:
        parts.append("line: bound, hatched on its forbidden side")
    measured = [_estimated(c).sum() for c in curves if _estimated(c).any()]
    if measured:
        kinds = {"points with bars" if n <= SPARSE else "band" for n in measured}
        level = "" if trajectory.level is None else f", level {100 * trajectory.level:.10g} %"
        count = f"{trajectory.replicates:,} replicates".replace(",", "\u2009")
        parts.append(f"{' and '.join(sorted(kinds))}: {count}{level}")
    return " · ".join(parts) or "nothing to show"


# ---- scales ---------------------------------------------------------------------------------------------------------


def is_log(curves: Sequence[Curve]) -> bool:
    """Whether the curves (theory, and estimates where there is no theory) are positive and span decades."""
    import numpy as np

    values = [v[np.isfinite(v)] for c in curves for v in [_main(c)] if v is not None]
    values = np.concatenate(values) if values else np.zeros(0)
    positive = values[values > 0]
    if not positive.size or (values < 0).any():
        return False
    return bool(np.log10(positive.max() / positive.min()) > (DECADES if (values > 0).all() else DECADES_FROM_ZERO))


def _main(c: Curve) -> ndarray | None:
    import numpy as np

    for v in (c.theory, c.middle, c.low):
        if v is not None and np.isfinite(v).any():
            return np.asarray(v, float)
    return None


def _limits(ax: Axes, curves: Sequence[Curve], log: bool) -> None:
    """Fixed before drawing, since hatching is measured in them. Bands may widen them, but not beyond reason."""
    import numpy as np

    def finite(*arrays):
        found = [v[np.isfinite(v) & ((v > 0) | (not log))] for v in arrays if v is not None]
        return np.concatenate(found) if found else np.zeros(0)

    times = np.concatenate([c.t for c in curves]) if curves else np.zeros(0)
    if times.size:
        ax.set_xlim(*_padded(times.min(), times.max(), 0.02))
    # to be seen in any case: the theory, and the estimates that tell themselves from 0 (a refuting one among them)
    core = finite(*(v for c in curves for v in (c.theory, _telling(c))))
    band = finite(*(v for c in curves for v in (c.low, c.high)))
    core = core if core.size else finite(*(c.middle for c in curves))
    core = core if core.size else band
    if not core.size:
        return
    low, high = core.min(), core.max()
    if log:
        reach = 30  # times lower or higher: a band that comes near 0 would push the floor down for ever
        if band.size:
            low, high = min(low, max(band.min(), low / reach)), max(high, min(band.max(), high * reach))
        a, b = _padded(np.log10(low), np.log10(high), 0.06)
        ax.set_ylim(10**a, 10**b)
    else:
        reach = 2 * max(high - low, abs(low), abs(high)) or np.inf
        if band.size:
            low, high = min(low, max(band.min(), low - reach)), max(high, min(band.max(), high + reach))
        ax.set_ylim(*_padded(low, high, 0.06))


def _telling(c: Curve) -> ndarray | None:
    """The middles of the bands that are narrower than their distance from 0."""
    ok = _estimated(c)
    return _middle(c)[ok & ~((c.low <= 0) & (c.high >= 0))] if ok.any() else None  # type: ignore[operator]


def _padded(a: float, b: float, share: float) -> tuple[float, float]:
    pad = share * (b - a) or 0.05 * abs(a) or 0.5
    return a - pad, b + pad


# ---- one curve ------------------------------------------------------------------------------------------------------


def _cleaned(c: Curve) -> Curve:
    """Arrays as floats, infinities as gaps."""
    from dataclasses import replace

    import numpy as np

    if c.relation not in ("==", "<=", "<", ">=", ">"):
        raise BadInput(f"a curve's relation is {c.relation!r}; expected ==, <=, <, >= or >")
    arrays = {}
    for name in ("t", "theory", "low", "high", "middle"):
        v = getattr(c, name)
        if v is not None:
            v = np.asarray(v, float)
            if v.shape != np.shape(c.t):
                raise BadInput(f"curve {c.label!r}: {name} has shape {v.shape}, t has {np.shape(c.t)}")
            arrays[name] = np.where(np.isfinite(v), v, np.nan)
    return replace(c, **arrays)


def _estimated(c: Curve) -> ndarray:
    """At which generations there is a band."""
    import numpy as np

    return np.zeros(len(c.t), bool) if c.low is None or c.high is None else np.isfinite(c.low) & np.isfinite(c.high)


def _middle(c: Curve) -> ndarray:
    import numpy as np

    centre = (c.low + c.high) / 2  # type: ignore[operator]
    return centre if c.middle is None else np.where(np.isfinite(c.middle), c.middle, centre)


def _curve(ax: Axes, c: Curve, color: str, dashes: str, log: bool) -> None:
    import numpy as np

    if c.theory is not None:
        marker = "." if np.isfinite(c.theory).sum() == 1 else None
        ax.plot(c.t, c.theory, color=color, linestyle=dashes, linewidth=1.3, marker=marker, zorder=3)
        if c.relation != "==":
            _forbid(ax, c, color, log)
    ok = _estimated(c)
    if not ok.any() and c.middle is not None:  # estimates without a band
        ax.plot(c.t, c.middle, ".", color=color, markersize=3, zorder=4)
    if not ok.any():
        return
    # a log axis has no place for 0: there the band ends at its edge
    low = np.where(c.low > 0, c.low, ax.get_ylim()[0]) if log else c.low
    before, after = np.append(False, ok[:-1]), np.append(ok[1:], False)
    bars = ok if ok.sum() <= SPARSE else ok & ~before & ~after  # a band needs two neighbours
    middle = _middle(c)
    if ok.sum() > SPARSE:
        ax.fill_between(c.t, low, c.high, where=ok, facecolor=(*_rgb(color), 0.22), edgecolor=(*_rgb(color), 0.5),
                        linewidth=0.4, zorder=2)
        every = np.flatnonzero(ok)[:: max(1, ok.sum() // 20)]
        ax.plot(c.t[every], middle[every], ".", color=color, markersize=2.5, zorder=4)
    if bars.any():
        m = np.maximum(middle[bars], low[bars])
        ends = [np.maximum(m - low[bars], 0), np.maximum(c.high[bars] - m, 0)]
        ax.errorbar(c.t[bars], m, yerr=ends, fmt="o", color=color, markersize=2.5, elinewidth=0.9, capsize=2, zorder=4)


def _forbid(ax: Axes, c: Curve, color: str, log: bool) -> None:
    """A hatched strip beside the bound, of the same height everywhere on the axis; a whole region would hide curves."""
    import numpy as np

    low, high = ax.get_ylim()
    side = 1 if c.relation in ("<=", "<") else -1
    theory = np.where(c.theory > 0, c.theory, np.nan) if log else c.theory
    edge = theory * (high / low) ** (0.07 * side) if log else theory + 0.07 * side * (high - low)
    ax.fill_between(c.t, theory, edge, where=np.isfinite(theory), facecolor=(*_rgb(color), 0.10), edgecolor=color,
                    hatch="/////", linewidth=0, zorder=1)


def _rgb(color: str) -> tuple[float, float, float]:
    from matplotlib.colors import to_rgb

    return to_rgb(color)


def _legend(ax: Axes, curves: Sequence[Curve]) -> None:
    from matplotlib.lines import Line2D

    handles, texts = [], []
    for j, c in enumerate(curves):
        if c.label:
            handles.append(Line2D([], [], color=PALETTE[j % len(PALETTE)], linewidth=1.3,
                                  linestyle=DASHES[j // len(PALETTE) % len(DASHES)]))
            texts.append(c.label if _main(c) is not None else f"{c.label} (infinite or undefined)")
    if not handles:
        return
    many = len(handles) > 4 or max(map(len, texts)) > 34  # would cover the curves
    place = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)} if many else {"loc": "best"}
    legend = ax.legend(handles, texts, fontsize=6.5 if many else 7, framealpha=0.8, edgecolor="none", **place)
    for text in legend.get_texts():
        text.set_parse_math(False)


__all__ = ["Curve", "Trajectory", "caption", "draw", "figure", "is_log"]
