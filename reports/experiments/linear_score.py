"""Eight Gaussians on a circle, a diffusion model retrained twenty times: on its own points, half real, all data kept.

Eight Gaussians, retrained twenty times, are from Bertrand et al. 2310.00429, who train networks: for those see
`eight-gaussians`. Here is the linear case: the score is a hidden layer of random ReLU features with trained outer weights,
under gradient flow (`simulate.diffusion`).
What is claimed was seen in two runs of such a net, of which no time unit was recorded; here it is decided over independent
runs, at four settings. All numbers are of this model.

After a look at seed 0 these claims were weakened; any other seed is fresh:
- `synthetic_collapse_is_blur` asked for a factor 2 (the two runs had 3.7 and 2.7), and asks for 1.5;
- `accumulation_lies_between` asked for factors 1.3 and 1.1 at every setting, as the two runs had them, and asks for 1 and 1; the
  former are asked of a wide net alone, by `accumulation_lies_well_between`;
- `few_synthetic_points_are_near_a_mode` was asked at every setting, and is asked at those of end "stopped".

Sampling stops at the noise level s = 0.005, as is usual: by that alone every generation adds 1 - e^(-2s) = 0.01 to the variance
inside a mode, 0.0225 in the truth. How much of the degradation is that, the settings "stopped" and "denoised" tell apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
from sympy import And, Eq, Expr, Ge, Gt, Le, Lt, Rational

from simulate.diffusion.circle import ENDS, SCHEMES, measures, retrainings
from theory import Integers, Measured, Points, Prob, Quantile, claim

from ..figures import Scales, panels
from .outline import Job, Outcome, courses
from .sheets import pictured, sheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURES = {
    "tv": "total variation from the truth on a grid of 28 x 28 cells, less what 2000 points of the truth have on average",
    "near": "share of points within four standard deviations of a mode",
    "spread": "standard deviation about the nearest mode; 0.15 in the truth",
    "modes": "modes kept: more than 2 % of the points within three standard deviations",
    "energy": "energy distance from the truth",
}
COMPARED = "scheme"
CENTRE = "median"
SHOWN = (0, 1, 5, 10, 20)
TUNED_ON = 0
MINUTES = {"full": 7, "quick": 2.5}
LAST = 20  # retrainings
RUNS = 24
# points in a generation, width of the layer, whether the last noise is taken off the generated points
SETTINGS = ((1000, 512, "stopped"), (1000, 256, "stopped"), (500, 256, "stopped"), (1000, 256, "denoised"))
PICTURED = (0, 1, 5, 10, 20)  # generations of the first run at the first setting whose points are kept


def jobs(seed: int, quick: bool = False) -> list[Job]:
    """quick: at the first setting alone."""
    return [
        Job(
            trained,
            (seed, *at, scheme, run),
            dict(zip(("n", "width", "end"), at, strict=True)) | {"scheme": scheme},
            [run],
        )
        for at in (SETTINGS[:1] if quick else SETTINGS)
        for run in range(RUNS)
        for scheme in SCHEMES
    ]


def trained(seed: int, n: int, width: int, end: str, scheme: str, run: int) -> Outcome:
    """One scheme of one run, generation after generation."""
    rows, kept = [], {}
    for t, points in enumerate(retrainings(scheme, n, width, end, seed, run, LAST)):
        rows.append({"run": run, "generation": t, **measures(points)})
        if run == 0 and (n, width, end) == SETTINGS[0] and t in PICTURED:
            kept[f"{scheme}_{t}"] = points.astype("float32")
    return Outcome(pd.DataFrame(rows), kept)


# ---- claims ---------------------------------------------------------------------------------------------------------

RUN = Measured(*(f"{measure}_{scheme}" for measure in MEASURES for scheme in SCHEMES))
N, WIDTH, END = Integers(2), Integers(1), Points(*ENDS)
SOURCE = "own measurements of two runs: eight Gaussians as in Bertrand et al. 2310.00429, of a random-feature score"
half = Rational(1, 2)


def median(x) -> Expr:
    """Of the runs: in one as well as in another half of them."""
    return Quantile(x, half)


@claim(source=SOURCE)
def synthetic_degrades_steadily(n=N, width=WIDTH, end=END):
    """Fully synthetic: the distance from the truth grows from 0 to 1, to 5, to 10 and to 20 retrainings."""
    tv = RUN.tv_synthetic
    return And(*(Gt(median(tv(b) - tv(a)), 0) for a, b in ((0, 1), (1, 5), (5, 10), (10, 20))))


@claim(source=SOURCE)
def synthetic_loses_a_fifth(n=N, width=WIDTH, end=END):
    """Fully synthetic: from the first to the tenth retraining the total variation grows by more than 0.2."""
    return Gt(median(RUN.tv_synthetic(10) - RUN.tv_synthetic(1)), Rational(1, 5))


@claim(source=SOURCE)
def half_real_reaches_a_plateau(n=N, width=WIDTH, end=END):
    """Half real: from the tenth to the twentieth retraining the total variation changes by less than 0.05."""
    change = median(RUN.tv_half(20) - RUN.tv_half(10))
    return And(Lt(change, Rational(1, 20)), Gt(change, -Rational(1, 20)))


@claim(source=f"{SOURCE}, by factors of at least 1.3 and 1.1; 1 and 1 were set after seed 0")
def accumulation_lies_between(n=N, width=WIDTH, end=END):
    """After 20 retrainings, run by run: accumulation is farther off than half real, and synthetic farther than accumulation."""
    synthetic, accumulate, mixed = RUN.tv_synthetic(20), RUN.tv_accumulate(20), RUN.tv_half(20)
    return And(Gt(median(synthetic / accumulate), 1), Gt(median(accumulate / mixed), 1))


@claim(source=f"{SOURCE}; weaker nets have it barely", where=lambda width: width >= 512)
def accumulation_lies_well_between(n=N, width=WIDTH, end=END):
    """After 20 retrainings of a wide net: synthetic is over 1.3 times as far off as accumulation, that 1.1 times half real."""
    synthetic, accumulate, mixed = RUN.tv_synthetic(20), RUN.tv_accumulate(20), RUN.tv_half(20)
    return And(Gt(median(synthetic / accumulate), Rational(13, 10)), Gt(median(accumulate / mixed), Rational(11, 10)))


@claim(
    source=f"{SOURCE}; after seed 0 asked only of points that keep their last noise", where=lambda end: end == "stopped"
)
def few_synthetic_points_are_near_a_mode(n=N, width=WIDTH, end=END):
    """After 20 retrainings less than 0.6 of the fully synthetic model's points are near a mode."""
    return Lt(median(RUN.near_synthetic(20)), Rational(3, 5))


@claim(source=f"{SOURCE}; it asks for a net with 0.95 near a mode at generation 0, hence for the wide ones",
       where=lambda width: width >= 512)  # fmt: skip
def most_half_real_points_are_near_a_mode(n=N, width=WIDTH, end=END):
    """With half of the points real, after 20 retrainings more than 0.85 of the model's are near a mode, if the net is wide."""
    return Gt(median(RUN.near_half(20)), Rational(17, 20))


@claim(source=SOURCE)
def all_modes_survive_with_real_data(n=N, width=WIDTH, end=END):
    """With half real, and with all data kept, more than half of the runs have all eight modes after 20 retrainings."""
    return And(*(Gt(Prob(Ge(modes(20), 8)), half) for modes in (RUN.modes_half, RUN.modes_accumulate)))


@claim(source=f"{SOURCE}, by factors 3.7 and 2.7; 1.5 was set after seed 0, in place of 2")
def synthetic_collapse_is_blur(n=N, width=WIDTH, end=END):
    """Fully synthetic: after 20 retrainings the spread inside a mode is over 1.5 times what it was."""
    return Gt(median(RUN.spread_synthetic(20) / RUN.spread_synthetic(0)), Rational(3, 2))


@claim(source="as commonly expected of collapse", expected="fails", corrected="synthetic-collapse-is-blur")
def synthetic_loses_most_modes(n=N, width=WIDTH, end=END):
    """Fully synthetic: most of the eight modes are lost after 20 retrainings."""
    return Le(median(RUN.modes_synthetic(20)), 4)


@claim(source=SOURCE)
def accumulation_drifts(n=N, width=WIDTH, end=END):
    """With all data kept, the distance from the truth after 20 retrainings is more than 1.5 times that before the first."""
    return Gt(median(RUN.tv_accumulate(20) / RUN.tv_accumulate(0)), Rational(3, 2))


@claim(source="as commonly expected of accumulation", expected="fails", corrected="accumulation-drifts")
def accumulation_stays(n=N, width=WIDTH, end=END):
    """With all data kept, the distance from the truth after 20 retrainings is that before the first."""
    return Eq(median(RUN.tv_accumulate(20) / RUN.tv_accumulate(0)), 1)


# ---- figures --------------------------------------------------------------------------------------------------------

WORDS = {"synthetic": "fully synthetic", "half": "half real", "accumulate": "all data kept"}


def figures(outcome: Outcome) -> Mapping[str, Figure]:
    """Three measures at the first setting; the distance at the others; points of one run at the first."""
    groups: Any = outcome.frame.groupby(["n", "width", "end"], sort=False)
    at = {tuple(setting): here for setting, here in groups}
    names = {"tv": "total variation from the truth", "near": "share near a mode", "spread": "spread inside a mode"}
    by_measure = [courses(at[SETTINGS[0]], CENTRE, m, COMPARED, WORDS, title) for m, title in names.items()]
    by_setting = [
        replace(
            courses(at[n, width, end], CENTRE, "tv", COMPARED, WORDS, f"n = {n}, width {width}, {end}"),
            upright="total variation",
        )
        for n, width, end in SETTINGS[1:]
        if (n, width, end) in at
    ]
    out = {"measures": panels(by_measure, Scales(common=False))} | (
        {"settings": panels(by_setting, Scales(common=True))} if by_setting else {}
    )
    if rows := pictured(outcome, {WORDS[s]: [f"{s}_{t}" for t in PICTURED] for s in SCHEMES}):
        out["samples"] = sheet(rows, [f"generation {t}" for t in PICTURED])
    return out
