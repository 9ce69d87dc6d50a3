"""What the 1/2 in the stability theorem costs: the published limit of lambda against the misfit, for five families.

    python docs/figures/stability_limit.py        writes docs/_static/stability-limit.csv and .png

The data are no law of the model; the misfit eps = W1(data, best fit) grows with their size. At the published limit,
lambda = 1/(2c) with c = 1 + L eps/alpha, the theorem's own rate is 1. Beside it stand the true rate there and, in a certified
ball, how far one may start, and the share of real data, 2c/(1 + 2c), that the condition asks for. Where H is positive definite
the loop is stable for every lambda: there is no true limit to draw.
All numbers are balls; what is drawn is their midpoints.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
from sympy import Expr, Rational, sympify

from theory import Laplace, Mixture, Normal
from theory.language.errors import CannotTell
from theory.language.laws import Law
from theory.language.likelihood import LikelihoodLoop
from theory.proof.likelihood.fits import number
from theory.stability.models import LogisticLocation, LogisticModel, MixtureWeight, StudentLocation, StudentModel

HERE = Path(__file__).parents[1] / "_static"
half = Rational(1, 2)
SIZES = [half, 1, Rational(3, 2), 2, 3, 4, 6]
FAMILIES: dict[str, tuple[LikelihoodLoop, Callable[[Expr], Law]]] = {  # the model, and its data by a size
    "logistic location, normal data": (LogisticLocation(Normal(0, 1), 1), lambda s: Normal(0, s**2)),
    "Student location, 3 d.f., normal data": (StudentLocation(3, Normal(0, 1), 1), lambda s: Normal(0, s**2)),
    "mixture weight, Laplace data": (MixtureWeight(1, Normal(0, 1), 1), lambda s: Laplace(0, s)),
    "logistic location and scale, two groups": (LogisticModel(Normal(0, 1), 1), lambda s: groups(s)),
    "Student location and scale, 3 d.f., two groups": (StudentModel(3, Normal(0, 1), 1), lambda s: groups(s)),
}


def groups(s) -> Law:
    """Half of the points about -s, half about s."""
    return Mixture(half, Normal(-s, 1), Normal(s, 1))


def rows() -> Iterator[dict]:
    for name, (model, data) in FAMILIES.items():
        for size in SIZES:
            loop = model.at(data=data(sympify(size)))
            try:
                number(loop.c)
            except (ArithmeticError, CannotTell) as why:  # what is not certified is not drawn
                print(f"{name}, size {size}: {why}", file=sys.stderr)
                continue
            limit = loop.at(lam=1 / (2 * loop.c))
            try:
                radius = float(number(limit.radius((1 + limit.rate) / 2)).mid())
            except (ArithmeticError, CannotTell):
                radius = float("nan")
            values = {"eps": loop.eps, "c": loop.c, "published limit": limit.lam, "rate there": limit.rate}
            found = {key: float(number(x).mid()) for key, x in values.items()}
            yield {"family": name, "size": float(size), **found, "certified radius": radius}


def drawn(frame: pd.DataFrame):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 7), layout="constrained")
    (limit, rate), (radius, share) = figure.subplots(2, 2, sharex=True)
    for name, part in frame.groupby("family", sort=False):
        part = part[part["size"] >= part.loc[part["eps"].idxmin(), "size"]]  # narrower data are off on the other side
        for axis, y in (
            (limit, part["published limit"]),
            (rate, part["rate there"]),
            (radius, part["certified radius"]),
            (share, 1 / (1 + part["published limit"])),
        ):
            axis.plot(part["eps"], y, marker="o", markersize=3, label=name)
    limit.set(ylabel=r"published limit $1/(2c)$", ylim=(0, 0.55))
    rate.axhline(1, color="black", linewidth=0.8, linestyle="--")
    rate.annotate("the theorem's rate there", (0.98, 0.98), xycoords=("axes fraction", "data"), ha="right", va="top")
    rate.axhline(1 / 3, color="black", linewidth=0.8, linestyle=":")
    rate.annotate("its bound, 1/3", (0.98, 0.35), xycoords=("axes fraction", "data"), ha="right", va="bottom")
    rate.set(ylabel="true rate at that limit", ylim=(0, 1.08))
    radius.set(xlabel=r"misfit $\varepsilon = W_1$", ylabel="certified radius there", yscale="log")
    share.axhline(2 / 3, color="black", linewidth=0.8, linestyle=":")
    share.annotate(
        "2/3, where $\\varepsilon = 0$", (0.98, 0.66), xycoords=("axes fraction", "data"), ha="right", va="top"
    )
    share.set(xlabel=r"misfit $\varepsilon = W_1$", ylabel="real share that it asks for", ylim=(0.5, 1.02))
    figure.legend(*limit.get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
    return figure


def main() -> None:
    file = HERE / "stability-limit.csv"
    if "--again" not in sys.argv:  # which draws the numbers that are there
        pd.DataFrame(rows()).to_csv(file, index=False, float_format="%.6g")
    frame = pd.read_csv(file)
    drawn(frame).savefig(HERE / "stability-limit.png", dpi=150)
    print(frame.to_string(index=False), file=sys.stderr)


if __name__ == "__main__":
    main()
