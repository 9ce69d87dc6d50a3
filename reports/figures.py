"""One figure a claim: the theory as lines, what was simulated as bands, the side that a bound forbids as hatching."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import cycle
from math import isfinite
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from theory.language.errors import BadInput

from .streams import naming
from .suffixes import FIGURES
from .witnesses import AT_POINTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from numpy import ndarray

    from theory.language.summaries import Summary

SIZE = (5.5, 3.6)  # inches: a text column
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#444444")  # Okabe and Ito, no yellow
DASHES = ("-", "--", "-.", ":")  # a second sign, for print in grey
DECADES = 1.5  # a curve that spans more is drawn on a log axis ...
DECADES_FROM_ZERO = 3.0  # ... and one that starts at 0, which a log axis cannot show, only from here on
ACROSS = 3  # panels in a row
LETTERS = 18  # of the smallest print, to an inch
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
FURTHEST = 1e6  # a gap beyond it is drawn there, as a triangle
SPARSE = 13  # so few estimates are drawn as points with error bars
READABLE = (1e-4, 2e5)  # numbers between these are written out on a log axis, the others as powers of ten
ROUNDING = 1e-9  # relatively: numbers no farther apart are drawn as one


@dataclass(frozen=True)
class Curve:
    """One point of a claim's domain, followed through the generations; arrays of one length, any of them absent.

    label: the point's other variables, "n = 10, sigma0 = 1".
    t: generations.  theory: the claim's right-hand side, for an inequality the bound.
    low, high, middle: the confidence band of the simulated left-hand side, and its midpoint; nan where there is none.
    relation: left-hand side `relation` theory: one of ==, <=, <, >=, >.
    math: the label with its formulas between dollars; "" where there are none.
    """

    label: str
    t: ndarray
    theory: ndarray | None = None
    low: ndarray | None = None
    high: ndarray | None = None
    middle: ndarray | None = None
    relation: str = "=="
    math: str = ""


@dataclass(frozen=True)
class Scales:
    """Which axes are logarithmic; None: the abscissa is not, the ordinate where the curves span decades.

    common: whether all panels have the same ordinate, even where curves of one of them fill little of it; False where each
        panel shows another quantity; None: where they show the same one and each fills half of it.
    """

    across: bool | None = None
    upright: bool | None = None
    common: bool | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Trajectory:
    """What the figure of a claim shows.

    level: probability that a band holds at one place, such as 0.999; None if none is drawn.
    words: how to read the figure, where that is not theory and bands; without curves: why there is none.
    axis: what the abscissa is; math: the same with its formulas between dollars.
    upright: what the ordinate is, "" where the curves' labels say it.
    peaks: where on the axis a curve is said to turn; one place for all curves, or one for each.
    """

    claim: str
    statement: str
    curves: Sequence[Curve] = field(default_factory=list)
    replicates: int = 0
    level: float | None = None
    axis: str = "generation t"
    peaks: Sequence[float] = ()
    words: str = ""
    upright: str = ""
    math: str = ""


def margins(s: Summary) -> Trajectory | None:
    """The margin of a claim at its points, by witness, for a claim that is not drawn as curves; None where none is known."""
    import numpy as np

    curves = []
    for shift, w in enumerate(AT_POINTS):
        found = [f for f in s.findings if f.witness == w.name and f.number is not None and f.margin is not None]
        ends = [
            (f.number + 0.15 * shift, *f.margin)
            for f in found
            if f.number and f.margin and all(map(isfinite, f.margin))
        ]
        if ends:
            t, low, high = np.array(ends, float).T
            zero = None if curves else np.zeros(len(t))  # a line to compare with
            curves.append(Curve(w.words, t, zero, 100 * low, 100 * high))
    if not curves:
        return None
    words = "margin at each point, in % of the larger side: at 0 the sides are equal, below it an inequality fails"
    return Trajectory(s.claim, s.statement, curves, axis="point", words=words)


def as_data(trajectory: Trajectory) -> dict[str, Any]:
    """A trajectory in JSON's own types; null where a curve has no value."""
    from numpy import ndarray

    def plain(x: Any) -> Any:
        if isinstance(x, ndarray):
            return [v if isfinite(v) else None for v in x.astype(float).tolist()]
        return list(x) if isinstance(x, tuple) else x

    curves = [{f.name: plain(getattr(c, f.name)) for f in fields(Curve)} for c in trajectory.curves]
    return {f.name: plain(getattr(trajectory, f.name)) for f in fields(Trajectory)} | {"curves": curves}


def from_data(data: Mapping[str, Any]) -> Trajectory:
    """The trajectory that `as_data` was made of."""
    from numpy import array

    def curve(values: Mapping[str, Any]) -> Curve:
        arrays: dict[str, Any] = {k: array(v, float) if isinstance(v, list) else v for k, v in values.items()}
        return Curve(**arrays)

    curves = [curve(values) for values in data["curves"]]
    values: dict[str, Any] = {**data, "curves": curves, "peaks": tuple(data["peaks"])}
    return Trajectory(**values)


def figure(trajectory: Trajectory, path: str | Path) -> Path:
    """Write the figure as PNG, SVG or PDF, by the suffix of `path`; the same data give the same bytes."""
    suffixed(path)
    return written(draw(trajectory), Path(path))


def suffixed(path: str | Path) -> None:
    """Raise `BadInput` for a path that is no figure's."""
    if Path(path).suffix.lower() not in FIGURES:
        raise BadInput(f"{str(path)!r}: a figure is written as {', '.join(FIGURES)}, by the suffix of its name")


def written(fig: Figure, path: Path) -> Path:
    """Write a figure of Matplotlib's in the format of the path's suffix; the same figure gives the same bytes."""
    from matplotlib import rc_context

    path.parent.mkdir(parents=True, exist_ok=True)
    timeless = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(path.suffix.lower())
    with rc_context({"svg.hashsalt": "selfconsuming", "pdf.fonttype": 42, "hatch.linewidth": 0.4}), naming(path):
        fig.savefig(path, dpi=200, metadata=timeless)
    return path


def gaps(summaries: Sequence[Summary], path: Path, published: Container[str] = (), title: str = "") -> Path | None:
    """A figure of all gaps: for each bound the factor that it is away from the truth, a dot a point; None without any.

    published: ids of the bounds that are a paper's own; they stand above ours, and have a sign of their own.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    drawn = sorted((s for s in summaries if s.gaps), key=lambda s: s.claim not in published)
    if not drawn:
        return None
    looks = {True: ("published", PALETTE[1], "D"), False: ("ours" if published else "", PALETTE[0], "o")}
    fig = Figure(figsize=(SIZE[0] + 1, 1.2 + 0.24 * len(drawn)), layout="constrained")
    FigureCanvasAgg(fig)
    ax = fig.add_subplot()
    for y, s in enumerate(reversed(drawn)):
        _, color, marker = looks[s.claim in published]
        factors = [g for g, _ in s.gaps if g <= FURTHEST]
        ax.plot([min(s.gaps[i][0], FURTHEST) for i in (0, -1)], [y, y], color="0.8", linewidth=1.2, zorder=1)
        ax.plot(factors, [y] * len(factors), marker, color=color, markersize=3.2, alpha=0.7, zorder=2)
        if s.gaps[-1][0] > FURTHEST:
            ax.plot(FURTHEST, y, ">", color=color, markersize=5, zorder=2)
    ax.set_xscale("log")
    ax.axvline(1, color="0.4", linewidth=0.8)
    ax.set_yticks(range(len(drawn)), [s.claim for s in reversed(drawn)], fontsize=6.5, parse_math=False)
    far = "; triangle: further than a million" if any(s.gaps[-1][0] > FURTHEST for s in drawn) else ""
    ax.set_xlabel(f"larger side over smaller side; 1 is tight{far}", fontsize=8)
    ax.tick_params(labelsize=7, width=0.6)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="x", alpha=0.25, linewidth=0.4)
    kinds = dict.fromkeys(looks[s.claim in published] for s in drawn)
    handles = [Line2D([], [], color=c, marker=m, linestyle="none", markersize=4, label=k) for k, c, m in kinds if k]
    if handles:
        ax.legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 1), ncols=2, fontsize=7.5, frameon=False)
    ax.set_title(title, fontsize=9, loc="left", pad=20 if handles else 6, parse_math=False)  # above the legend
    return written(fig, path)


def draw(trajectory: Trajectory) -> Figure:
    """The figure as an object of Matplotlib's, outside pyplot's global state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    fig = Figure(figsize=SIZE, layout="constrained")
    FigureCanvasAgg(fig)
    ax = fig.add_subplot()
    curves = _drawn(ax, trajectory, Scales(), 90)
    _forbidden(ax, curves)
    _log_labels(ax)
    lines = wrap(" ".join(trajectory.statement.split()), 90, max_lines=3, placeholder=" ...")
    line = 0.15 / SIZE[1]  # of text, as a share of the height
    text: Any = {"parse_math": False}  # statements and labels are plain text, "$" included
    fitting = 570 / max(len(trajectory.claim), 60)  # points: a long id is set smaller
    fig.text(0.015, 0.985, trajectory.claim, va="top", weight="bold", fontsize=fitting, **text)
    fig.text(0.015, 0.985 - 1.4 * line, "\n".join(lines), va="top", fontsize=7.5, color="0.25", **text)
    fig.text(0.985, 0.015, caption(trajectory), ha="right", fontsize=6.5, color="0.35", **text)
    top = 0.985 - (1.6 + len(lines)) * line
    fig.set_layout_engine("constrained", rect=(0, line, 1, top - line))
    _legend(ax, curves, SIZE[0])
    return fig


def beside(trajectories: Sequence[Trajectory], path: str | Path, scales: Scales | None = None) -> Path:
    """Write several claims side by side, in panels of one figure, as PNG, SVG or PDF by the suffix of `path`."""
    return written(panels(trajectories, scales), Path(path))


def panels(trajectories: Sequence[Trajectory], scales: Scales | None = None) -> Figure:
    """Several trajectories side by side, in panels of one figure. Raises `BadInput` for a log axis of nothing above 0.

    A sign stands for the same in all panels: then one legend above them all says what.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = -(-len(trajectories) // ACROSS)
    across = min(len(trajectories), ACROSS)
    fig = Figure(figsize=(1 + 3 * across, 0.4 + 2.9 * rows), layout="constrained")
    FigureCanvasAgg(fig)
    told = list(dict.fromkeys(part for trajectory in trajectories for part in _told(trajectory)))
    kinds = [part.partition(":")[0] for part in told]
    shared = [part for part, kind in zip(told, kinds, strict=True) if kinds.count(kind) == 1]
    drawn = []
    for i, trajectory in enumerate(trajectories, 1):
        ax = fig.add_subplot(rows, across, i)
        curves = _drawn(ax, trajectory, scales or Scales(), 46)
        words = wrap(" ".join(trajectory.statement.split()), 54, max_lines=3, placeholder=" ...")
        own = [line for part in _told(trajectory) if part not in shared for line in wrap(part, 54)]
        lines = "\n".join([trajectory.claim, *words, *own])
        ax.set_title(lines, fontsize=6.5 if words else 7.5, loc="left", parse_math=False)
        drawn.append((ax, trajectory, curves))
    _share(drawn, scales.common if scales else None)
    common = _common([curves for _, _, curves in drawn])
    if common:
        legend = fig.legend(
            handles=common, loc="outside upper left", ncols=_columns(common, fig.get_figwidth()), **SHOWN
        )
        for text in legend.get_texts():
            text.set_parse_math(False)
    for ax, _, curves in drawn:
        _forbidden(ax, curves)
        _log_labels(ax)
        if not common and _legend(ax, curves, 2.6):  # as high as it is drawn: formulas are higher than words
            legend = ax.get_legend()
            assert legend is not None
            height = 72 * legend.get_window_extent().height / fig.dpi
            size = ax._left_title.get_fontsize()  # pyrefly: ignore[missing-attribute]  # no public name tells it
            ax.set_title(ax.get_title(loc="left"), loc="left", fontsize=size, pad=5 + height)
    below = wrap(" · ".join(shared), int(LETTERS * fig.get_figwidth()))
    fig.supxlabel("\n".join(below), fontsize=6.5, color="0.35", parse_math=False)
    return fig


def _share(drawn: Sequence[tuple[Axes, Trajectory, Sequence[_Filled]]], common: bool | None) -> None:
    """Panels along the same variable get the same axes, if they show the same quantity and each fills half or more.

    common: whether they show the same quantity, however little one of them fills; None: if it is named by the same words.
    """
    from math import log10

    for i, (ax, one, _) in enumerate(drawn):
        for other, another, _ in drawn[:i]:
            if one.axis.partition("(")[0] != another.axis.partition("(")[0]:
                continue
            for axis in ("x", "y"):
                scale = getattr(ax, f"get_{axis}scale")()
                if axis == "y" and common is False:
                    continue
                if scale != getattr(other, f"get_{axis}scale")() or (axis == "y" and one.upright != another.upright):
                    continue
                ends = [getattr(a, f"get_{axis}lim")() for a in (ax, other)]
                both = min(a for a, _ in ends), max(b for _, b in ends)
                span = [log10(b / a) if scale == "log" else b - a for a, b in (*ends, both)]
                if common or min(span[:2]) >= span[2] / 2:
                    for a in (ax, other):
                        getattr(a, f"set_{axis}lim")(*both)


def _drawn(ax: Axes, trajectory: Trajectory, scales: Scales, width: int) -> list[_Filled]:
    """The curves, where they are said to turn, the axes, named in lines of this width in letters."""
    from matplotlib.ticker import MaxNLocator

    curves = [_filled(c) for c in trajectory.curves]
    log = _is_log(curves) if scales.upright is None else scales.upright
    if log:
        ax.set_yscale("log", nonpositive="mask")
    across, upright = _limits(curves, log)  # fixed before drawing, since hatching is measured in them
    if log and not upright:
        raise BadInput(f"{trajectory.claim}: no value is above 0, which a log axis needs")
    if scales.across:
        across = _log_across(trajectory.claim, curves)
        ax.set_xscale("log", nonpositive="mask")
    if across:
        ax.set_xlim(*across)
    if upright:
        ax.set_ylim(*upright)
    each = len(trajectory.peaks) == len(curves) > 1
    for c, (color, dashes, marker) in zip(curves, _signs(), strict=False):
        _curve(ax, c, color, dashes, marker, log)
    for x, (color, *_) in zip(trajectory.peaks, _signs(), strict=False):
        ax.axvline(x, color=color if each else "0.45", linestyle=":", linewidth=0.9, zorder=1)
    if not scales.across:
        whole = all((c.t == c.t.round()).all() for c in curves)
        ax.xaxis.set_major_locator(MaxNLocator(integer=whole, nbins=8, steps=[1, 2, 5, 10]))
    if not log and all(_is_counted(c) for c in curves):
        ax.yaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axis = _typeset(*_folded(trajectory.math, trajectory.axis, width))
    ax.set_xlabel(axis, fontsize=8, parse_math="$" in trajectory.math and axis.count("$") == trajectory.math.count("$"))
    ax.set_ylabel(trajectory.upright, fontsize=8, parse_math=False)
    ax.tick_params(which="both", labelsize=7.5, width=0.6)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(alpha=0.25, linewidth=0.4)
    return curves


def _is_counted(c: _Filled) -> bool:
    """Whether all that is drawn in its middle is whole: a count, of which there are no tenths."""
    from numpy import isfinite

    values = c.main[isfinite(c.main)]
    return bool((values == values.round()).all())


def _log_across(claim: str, curves: Sequence[_Filled]) -> tuple[float, float]:
    """The limits of a log abscissa."""
    import numpy as np

    times = np.concatenate([c.t[c.t > 0] for c in curves])
    if not times.size:
        raise BadInput(f"{claim}: no value along the axis is above 0, which a log axis needs")
    a, b = _padded(np.log10(times.min()), np.log10(times.max()), 0.02)
    return 10**a, 10**b


def _folded(math: str, words: str, width: int) -> tuple[str, str]:
    """Both in lines of about this width in letters, broken between the values of variables."""
    parts, formulas = (text.replace("   (", ",    (").split(", ") for text in (words, math))
    lines: list[list[int]] = [[]]
    for i, part in enumerate(parts):
        if lines[-1] and sum(len(parts[j]) + 2 for j in lines[-1]) + len(part) > width:
            lines.append([])
        lines[-1].append(i)

    def joined(pieces: Sequence[str]) -> str:
        told = ",\n".join(", ".join(pieces[i] for i in line) for line in lines)
        return told.replace(",\n   (", "\n(").replace(",    (", "   (")

    return joined(formulas) if math and len(formulas) == len(parts) else "", joined(parts)


def _typeset(math: str, words: str) -> str:
    """The text with formulas if Matplotlib can set it, which knows less than LaTeX, else the words."""
    from matplotlib.mathtext import MathTextParser

    if not math:
        return words
    try:
        for line in math.split("\n"):
            MathTextParser("path").parse(line)
    except ValueError:
        return words
    return math


def caption(trajectory: Trajectory) -> str:
    """How to read the figure: what is theory, what was measured, how often and at which level."""
    return " · ".join(_told(trajectory))


def _told(trajectory: Trajectory) -> list[str]:
    from numpy import isfinite

    if trajectory.words:
        return [trajectory.words]
    curves = [_filled(c) for c in trajectory.curves]
    drawn = {c.relation == "==" for c in curves if isfinite(c.theory).any()}
    parts = [
        text
        for equality, text in ((True, "line: theory"), (False, "line: bound, hatched on its forbidden side"))
        if equality in drawn
    ]
    kinds = {"points with bars" if c.estimated.sum() <= SPARSE else "band" for c in curves if c.estimated.any()}
    if kinds:
        level = "" if trajectory.level is None else f", level {100 * trajectory.level:.10g} %"
        count = f"{trajectory.replicates:,} replicates".replace(",", "\u2009")
        parts.append(f"{' and '.join(sorted(kinds))}: {count}{level}")
        if any(c.estimated.any() and not c.estimated.all() for c in curves):
            parts.append("without band or bar: none is known")
    elif any(isfinite(c.middle).any() for c in curves):
        parts.append("points: estimates, of which no interval is known")
    if trajectory.peaks:
        parts.append("dotted: where the claim says that it turns")
    _, upright = _limits(curves, _is_log(curves))
    if upright and any(
        beyond(c, edge, side).any() for c in curves for side, edge in ((-1, upright[0]), (1, upright[1]))
    ):
        parts.append("triangles: goes on beyond the axis")
    return parts or ["nothing to show"]


# ---- a curve without absences ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Filled:
    """A curve whose arrays are all there, with nan for what is absent or infinite."""

    label: str
    math: str
    relation: str
    t: ndarray
    theory: ndarray
    low: ndarray
    high: ndarray
    middle: ndarray

    @property
    def estimated(self) -> ndarray:
        """At which generations there is a band."""
        from numpy import isfinite

        return isfinite(self.low) & isfinite(self.high)

    @property
    def main(self) -> ndarray:
        """What the curve is about: the theory, else the estimates."""
        from numpy import isfinite

        return self.theory if isfinite(self.theory).any() else self.middle


def _filled(c: Curve) -> _Filled:
    import numpy as np

    if c.relation not in ("==", "<=", "<", ">=", ">"):
        raise BadInput(f"a curve's relation is {c.relation!r}; expected ==, <=, <, >= or >")
    arrays = {}
    for name in ("t", "theory", "low", "high", "middle"):
        v = getattr(c, name)
        v = np.full(np.shape(c.t), np.nan) if v is None else np.asarray(v, float)
        if v.shape != np.shape(c.t):
            raise BadInput(f"curve {c.label!r}: {name} has shape {v.shape}, t has {np.shape(c.t)}")
        arrays[name] = np.where(np.isfinite(v), v, np.nan)
    centre = (arrays["low"] + arrays["high"]) / 2
    arrays["middle"] = np.where(np.isfinite(arrays["middle"]), arrays["middle"], centre)
    return _Filled(c.label, c.math, c.relation, **arrays)


# ---- scales ---------------------------------------------------------------------------------------------------------


def is_log(curves: Sequence[Curve]) -> bool:
    """Whether the curves (theory, and estimates where there is no theory) are positive and span decades."""
    return _is_log([_filled(c) for c in curves])


def _is_log(curves: Sequence[_Filled]) -> bool:
    import numpy as np

    values = np.concatenate([np.zeros(0), *(c.main for c in curves)])
    values = values[np.isfinite(values)]
    positive = values[values > 0]
    if not positive.size or (values < 0).any():
        return False
    return bool(np.log10(positive.max() / positive.min()) > (DECADES if (values > 0).all() else DECADES_FROM_ZERO))


def _limits(curves: Sequence[_Filled], log: bool) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """(of the abscissa, of the ordinate), None without values. Bands may widen them, but not beyond reason."""
    import numpy as np

    def shown(*arrays):
        v = np.concatenate([np.zeros(0), *arrays])
        return v[np.isfinite(v) & ((v > 0) | (not log))]

    times = np.concatenate([np.zeros(0), *(c.t for c in curves)])
    across = _padded(times.min(), times.max(), 0.02) if times.size else None
    # to be seen in any case: the theory, and the estimates that tell themselves from 0 (a refuting one, too) or have no band
    telling = (c.middle[~(c.estimated & (c.low <= 0) & (c.high >= 0))] for c in curves)
    band = shown(*(v for c in curves for v in (c.low, c.high)))
    core = shown(*(c.theory for c in curves), *telling)
    core = core if core.size else shown(*(c.middle for c in curves))
    core = core if core.size else band
    if not core.size:
        return across, None
    low, high = core.min(), core.max()
    if log:
        reach = 30  # times lower or higher: a band that comes near 0 would push the floor down for ever
        if band.size:
            low, high = min(low, max(band.min(), low / reach)), max(high, min(band.max(), high * reach))
        a, b = _padded(np.log10(low), np.log10(high), 0.06)
        return across, (10**a, 10**b)
    reach = 2 * max(high - low, abs(low), abs(high)) or np.inf
    if band.size:
        low, high = min(low, max(band.min(), low - reach)), max(high, min(band.max(), high + reach))
    return across, _padded(low, high, 0.06)


def _padded(a: float, b: float, share: float) -> tuple[float, float]:
    """The limits of an axis, a little beyond both ends; numbers that differ by rounding alone are one."""
    width = b - a if b - a > ROUNDING * max(abs(a), abs(b)) else 0.0
    pad = share * width or 0.05 * abs(a) or 0.5
    return a - pad, b + pad


# ---- one curve ------------------------------------------------------------------------------------------------------


def _curve(ax: Axes, c: _Filled, color: str, dashes: str, marker: str, log: bool) -> None:
    import numpy as np

    known, ok = np.isfinite(c.theory), c.estimated & ((c.high > 0) | (not log))
    if known.any():
        ax.plot(
            c.t,
            c.theory,
            color=color,
            linestyle=dashes,
            linewidth=1.3,
            marker="." if known.sum() == 1 else "",
            zorder=3,
        )
    alone = ~c.estimated & np.isfinite(c.middle)
    if alone.any():  # estimates without a band
        ax.plot(c.t[alone], c.middle[alone], marker, color=color, markersize=2.5, zorder=4)
    if not ok.any():
        return
    # a log axis has no place for 0: there the band ends at its edge
    low = np.where(c.low > 0, c.low, ax.get_ylim()[0]) if log else c.low
    before, after = np.append(False, ok[:-1]), np.append(ok[1:], False)
    bars = ok if ok.sum() <= SPARSE else ok & ~before & ~after  # a band needs two neighbours
    if ok.sum() > SPARSE:
        # with an edge, for a band thinner than the line would vanish
        ax.fill_between(
            c.t,
            low,
            c.high,
            where=ok.tolist(),
            facecolor=(*_rgb(color), 0.22),
            edgecolor=(*_rgb(color), 0.5),
            linewidth=0.4,
            zorder=2,
        )
        every = np.flatnonzero(ok)[:: max(1, ok.sum() // 20)]
        ax.plot(c.t[every], c.middle[every], marker, color=color, markersize=2.5, zorder=4)
    if bars.any():
        m = np.maximum(c.middle, low)[bars]
        ends = [np.maximum(m - low[bars], 0), np.maximum(c.high[bars] - m, 0)]
        ax.errorbar(
            c.t[bars], m, yerr=ends, fmt=marker, color=color, markersize=2.5, elinewidth=0.9, capsize=2, zorder=4
        )


def _forbidden(ax: Axes, curves: Sequence[_Filled]) -> None:
    """What is measured in the axes' limits, once they are set: the side that bounds forbid, and what goes on beyond."""
    import numpy as np

    log = ax.get_yscale() == "log"
    low, high = ax.get_ylim()
    for c, (color, *_) in zip(curves, _signs(), strict=False):
        if c.relation != "==" and np.isfinite(c.theory).any():
            _forbid(ax, c, color, log)
        for there, edge, sign in ((beyond(c, high, 1), high, "^"), (beyond(c, low, -1), low, "v")):
            t = c.t[there]
            t = t[:: max(1, len(t) // 12)]
            if t.size:
                ax.plot(t, [edge] * len(t), sign, color=color, markersize=4, clip_on=False, zorder=5)


def _log_labels(ax: Axes) -> None:
    """Logarithmic axes, once their limits are set: numbers as they are read, 0.02 and not 2 x 10^-2, and few of them."""
    from math import log10

    from matplotlib.ticker import FuncFormatter, LogFormatterMathtext, LogLocator, NullFormatter

    for axis, (low, high) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
        if axis.get_scale() == "log" and low > 0:
            spans = log10(high / low)
            told = next((subs for most, subs in ((0.7, range(1, 10)), (2, (1, 2, 5))) if spans < most), (1,))
            axis.set_major_locator(LogLocator(subs=told, numticks=10))
            if READABLE[0] <= low and high <= READABLE[1]:
                axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.6g}"))
            else:
                axis.set_major_formatter(LogFormatterMathtext(labelOnlyBase=False, minor_thresholds=(99, 99)))
            axis.set_minor_formatter(NullFormatter())


def beyond(c: _Filled, edge: float, side: int) -> ndarray:
    """Where the theory, or an end of a band, lies beyond the edge of the axes: above it for side 1, below it for -1."""
    import numpy as np

    with np.errstate(invalid="ignore"):
        return np.any([side * v > side * edge for v in (c.theory, c.high if side > 0 else c.low)], axis=0)


def _forbid(ax: Axes, c: _Filled, color: str, log: bool) -> None:
    """A hatched strip beside the bound, of the same height everywhere on the axis; a whole region would hide curves."""
    import numpy as np

    low, high = ax.get_ylim()
    share = 0.07 if c.relation in ("<=", "<") else -0.07
    theory = np.where(c.theory > 0, c.theory, np.nan) if log else c.theory
    edge = theory * (high / low) ** share if log else theory + share * (high - low)
    ax.fill_between(
        c.t,
        theory,
        edge,
        where=np.isfinite(theory).tolist(),
        facecolor=(*_rgb(color), 0.10),
        edgecolor=color,
        hatch="/////",
        linewidth=0,
        zorder=1,
    )


def _rgb(color: str) -> tuple[float, float, float]:
    from matplotlib.colors import to_rgb

    return to_rgb(color)


def _handles(curves: Sequence[_Filled]) -> list[Line2D]:
    """What a legend shows of each curve that has a label."""
    from matplotlib.lines import Line2D
    from numpy import isfinite

    return [
        Line2D(
            [],
            [],
            color=color,
            linestyle=dashes if isfinite(c.theory).any() else "none",  # a line is theory, a marker an estimate
            marker=marker if isfinite(c.middle).any() else "",
            markersize=3.5,
            linewidth=1.3,
            label=c.label if isfinite(c.main).any() else f"{c.label} (infinite or undefined)",
        )
        for c, (color, dashes, marker) in zip(curves, _signs(), strict=False)
        if c.label
    ]


def _common(panels: Sequence[Sequence[_Filled]]) -> list[Line2D]:
    """The legend of several panels together; none where a sign stands for one thing here and for another there."""
    all_of = [h for curves in panels for h in _handles(curves)]
    found: dict[str, Line2D] = {}
    for h in all_of:
        own = found.setdefault(str(h.get_label()), h)
        if h.get_linestyle() != "None":  # a line in one of the panels, and in another points
            own.set_linestyle(h.get_linestyle())
        if h.get_marker():
            own.set_marker(h.get_marker())
    signs = {h.get_color() for h in found.values()}
    same = all(h.get_color() == found[str(h.get_label())].get_color() for h in all_of)
    plain = not any(c.math for curves in panels for c in curves)
    return list(found.values()) if len(panels) > 1 and plain and same and len(signs) == len(found) else []


SHOWN: dict[str, Any] = {
    "fontsize": 7, "frameon": False, "borderaxespad": 0, "borderpad": 0.2, "handlelength": 1.8, "handletextpad": 0.5,
    "columnspacing": 1,
}  # fmt: skip


def _columns(handles: Sequence[Line2D], width: float) -> int:
    """In how many columns they stand, in this width in inches."""
    longest = max(len(str(h.get_label())) for h in handles)
    return max(1, min(len(handles), int(72 * width / (20 + 4 * longest))))  # points: a sign, a letter


def _legend(ax: Axes, curves: Sequence[_Filled], width: float) -> int:
    """Outside, where it covers no curve: above axes of this width in inches, else on the right. The lines that it has above."""
    from numpy import isfinite

    handles = _handles(curves)
    if not handles:
        return 0
    longest = max(len(str(h.get_label())) for h in handles)
    above = 0
    if len(handles) > 4 or longest > 40:
        legend = ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1, 1), fontsize=6.5, frameon=False)
    else:
        columns = _columns(handles, width)
        above = -(-len(handles) // columns)
        legend = ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, **SHOWN)
    for text, c in zip(legend.get_texts(), (c for c in curves if c.label), strict=True):
        math = _typeset(c.math, "") if isfinite(c.main).any() else ""
        text.set_parse_math(bool(math))
        text.set_text(math or text.get_text())
    return above


def _signs() -> Iterator[tuple[str, Any, str]]:
    """Colour, dashes and marker of each curve: two neighbours differ in all three."""
    return zip(cycle(PALETTE), cycle(DASHES), cycle(MARKERS), strict=False)


__all__ = [
    "Curve",
    "Scales",
    "Trajectory",
    "as_data",
    "beside",
    "caption",
    "draw",
    "figure",
    "from_data",
    "gaps",
    "is_log",
    "margins",
    "written",
]
