"""What is told of best constants: words for people, a picture of the ratio, the exit status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import Any

from sympy import (
    Expr,
    sympify,
)

from theory.language.claims import Claim
from theory.language.errors import BadInput
from theory.proof.arithmetic.programs import to_ball
from theory.proof.foreign import telling
from theory.proof.prepared import relevant

from .sharpen import Sharpened, _values
from .sharpen_asked import CANNOT, Asked

GRID = {1: 64, 2: 24}  # points along a side of the picture


def draw(found: Sharpened, constant: str, path: Path) -> Path:
    """A picture of the ratio of the sides, in balls, over one or two variables, the others where it is largest.

    Raises `BadInput` where the ratio depends on no variable, or has no ball.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from .figures import PALETTE, SIZE, written

    asked = Asked.of(found.claim, constant)
    left = relevant(asked.ratio)
    names = [n for n in asked.ratio.symbols if n in left][:2]
    if not names:
        raise BadInput(
            f"{found.claim.id}: the ratio depends on no variable: there is nothing to draw", found.claim.location
        )
    base = dict(asked.ratio.points()[0].values)
    base |= {
        n: v
        for n, v in found.place.items()
        if n in base and (n not in asked.ratio.symbols or asked.ratio.domain[n].contains(v))
    }
    axes = [_axis(asked.ratio, n, GRID[len(names)]) for n in names]
    heights = [[_height(asked, {**base, **dict(zip(names, at, strict=True))}) for at in row] for row in _rows(axes)]
    if not any(isfinite(h) for row in heights for h in row):
        raise BadInput(f"{found.claim.id}: the ratio has no ball at any place of the picture", found.claim.location)
    fig = Figure(figsize=SIZE, layout="constrained")
    FigureCanvasAgg(fig)
    ax = fig.add_subplot()
    marks = {n: float(v) for n, v in found.place.items() if n in names and sympify(v).is_finite}
    if len(names) == 1:
        ax.plot([float(x) for x in axes[0]], [row[0] for row in heights], color=PALETTE[0])
        for value, style, word in ((found.claimed, "--", "claimed"), (found.value, ":", "best")):
            if value is not None:
                ax.axhline(float(to_ball(value)), color="0.3", linestyle=style, linewidth=0.9, label=f"{word}: {value}")
        ax.set_ylabel("the ratio of the sides")
        if ax.get_legend_handles_labels()[0]:
            ax.legend(fontsize=8, frameon=False)
        if marks:
            ax.axvline(marks[names[0]], color=PALETTE[1], linewidth=0.8)
    else:
        across, up = ([float(x) for x in axis] for axis in axes)
        transposed = [[row[j] for row in heights] for j in range(len(up))]
        fig.colorbar(ax.pcolormesh(across, up, transposed, shading="nearest"), ax=ax, label="the ratio of the sides")
        if len(marks) == 2:
            ax.plot(marks[names[0]], marks[names[1]], "o", color=PALETTE[1])
        _scale(ax.set_yscale, axes[1])
        ax.set_ylabel(names[1])
    _scale(ax.set_xscale, axes[0])
    ax.set_xlabel(names[0])
    others = {n: v for n, v in base.items() if n not in names and n in left}
    ax.set_title(found.claim.id + (f" ({_values(others)})" if others else ""), fontsize=9, parse_math=False)
    return written(fig, path)


def in_words(found: list[Sharpened], constant: str, out: str | Path | None) -> str:
    """What is found, and where it is drawn, or why not."""
    text = "\n".join(map(str, found))
    if not out:
        return text
    if len(found) > 1:
        return f"{text}\n  no figure: there are several inequalities"
    try:
        return f"{text}\n  the ratio is drawn in {draw(found[0], constant, Path(out))}"
    except BadInput as why:
        return f"{text}\n  no figure: {why}"


def status(found: list[Sharpened]) -> int:
    """Exit status of several: 1 if a constant is too good, else 3 where nothing is proved of one from one side."""
    all_of = {f.status for f in found}
    return 1 if 1 in all_of else max(all_of)


def _axis(claim: Claim, name: str, count: int) -> list[Expr]:
    """Values of a variable from end to end, evenly on its own scale."""
    domain = claim.domain[name]
    low, high = (domain.coordinate(x) for x in domain.ends)
    found = (domain.at(low + (high - low) * i / (count - 1)) for i in range(count))
    return sorted({x for x in found if x is not None})


def _rows(axes: list[list[Expr]]) -> Iterator[list[tuple[Expr, ...]]]:
    for x in axes[0]:
        yield [(x, y) for y in axes[1]] if len(axes) == 2 else [(x,)]


def _scale(set_scale: Any, axis: list[Expr]) -> None:
    if axis[0] > 0 and axis[-1] > 30 * axis[0]:
        set_scale("log")


def _height(asked: Asked, values: Mapping[str, Any]) -> float:
    with suppress(*CANNOT), telling():
        return float((asked.sense * asked.at(values)).mid()) if asked.ratio.admits(values) else float("nan")
    return float("nan")
