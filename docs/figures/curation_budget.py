"""Reward, variance and their budget against rounds of curation: four atoms, for 2, 4 and 16 candidates.

    python docs/figures/curation_budget.py        writes docs/_static/curation-budget.csv and .png

Lemma 2.2 of Ferbach et al. 2407.09499, as commonly quoted, has the mean weight grow by (K - 1)/K Var/f* at least in a round.
Summed over rounds the variances have a budget, K/(K - 1) f* (f* - E_0 f): it is what keeps the mean weight below f*.
All numbers are balls; what is drawn is their midpoints.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from sympy import Rational

from theory import CuratedLoop, E, Finite
from theory.proof.enclose import value

HERE = Path(__file__).parents[1] / "_static"
MASSES = tuple(Rational(k, 10) for k in (4, 3, 2, 1))
WEIGHTS = (1, 2, 3, 4)
CANDIDATES = (2, 4, 16)
ROUNDS = 15


def rows() -> Iterator[dict]:
    best = max(WEIGHTS)
    start = float(sum(p * f for p, f in zip(MASSES, WEIGHTS, strict=True)))
    for K in CANDIDATES:
        loop, spent, low = CuratedLoop(Finite(MASSES), WEIGHTS, K), 0.0, start
        budget = K / (K - 1) * best * (best - start)
        for t in range(ROUNDS + 1):
            masses = [float(value(E(loop.mass(t, i))).value.mid()) for i in range(len(WEIGHTS))]
            mean = sum(p * f for p, f in zip(masses, WEIGHTS, strict=True))
            variance = sum(p * (f - mean) ** 2 for p, f in zip(masses, WEIGHTS, strict=True))
            row = {"K": K, "t": t, "mean": mean, "published": low, "variance": variance}
            yield {**row, "variances so far": spent, "budget": budget}
            low = mean + (K - 1) / K * variance / best  # what the lemma grants the next round
            spent += variance


def drawn(frame: pd.DataFrame):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.8), layout="constrained")
    reward, variance, budget = figure.subplots(1, 3, sharex=True)
    for i, (K, part) in enumerate(frame.groupby("K", sort=False)):
        look = {"color": f"C{i}", "marker": "o^s"[i], "markersize": 3}
        reward.plot(part["t"], part["mean"], label=f"K = {K}", **look)
        reward.plot(part["t"].iloc[1:], part["published"].iloc[1:], color=f"C{i}", linestyle=":", linewidth=1.4)
        variance.plot(part["t"], part["variance"], **look)
        budget.plot(part["t"], part["variances so far"], **look)
        budget.axhline(part["budget"].iloc[0], color=f"C{i}", linestyle="--", linewidth=1)
    reward.axhline(max(WEIGHTS), color="black", linewidth=0.8)
    reward.annotate("best weight f*", (0.98, max(WEIGHTS)), xycoords=("axes fraction", "data"), ha="right", va="bottom")
    reward.set(title="mean weight; dotted: what Lemma 2.2 grants", ylim=(None, max(WEIGHTS) + 0.25))
    variance.set(title="variance of the weight", ylim=(0, None))
    budget.set(title="variances added up; dashed: budget", ylim=(0, None))
    for axes in (reward, variance, budget):
        axes.set_xlabel("round t")
        axes.title.set_fontsize(10)
        axes.grid(alpha=0.25, linewidth=0.4)
    figure.legend(*reward.get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
    return figure


def main() -> None:
    file = HERE / "curation-budget.csv"
    if "--again" not in sys.argv:  # which draws the numbers that are there
        pd.DataFrame(rows()).to_csv(file, index=False, float_format="%.6g")
    drawn(pd.read_csv(file)).savefig(HERE / "curation-budget.png", dpi=110)


if __name__ == "__main__":
    main()
