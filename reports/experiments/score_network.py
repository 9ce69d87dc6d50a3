"""The error of a score network, term by term, beside the bound of Fu et al. as it is commonly quoted.

Fu et al. 2402.11778: a score with one hidden layer, outer weights by gradient flow for the time tau. Total variation from the
truth is bounded by what is lost by stopping early, like tau^(-1/2); what n points leave open, like n^(-1/4) up to logarithms if
tau is like sqrt(n); what a layer of the width w cannot say, like 1/w; and sqrt(KL/2) from N(0, 1), where sampling starts, of the
law of points noised for the time T. Constants are not quoted, and bounds are from above: an error may fall faster.

The class on which it is decided: two humps on the line, or three in the plane; a hidden layer of random ReLU features that is
never trained; denoising score matching with the mean over the noise taken exactly, at 40 noise levels. A term is measured with
the others as small as can be: endlessly many points and a long training, where these are not what is looked at. The reverse SDE,
in Euler-Maruyama's steps, and the probability flow are followed without a drawn point: a distance has no noise of its own. What
is left of it with the truth's own score is its null value; that is told, and is subtracted where exponents are fitted. What the
grid does is measured with half and with twice as many cells by coordinate. Nothing is retrained (that is `score-loop`):
generation 1 is the fit. Thresholds in claims were set after runs of seed 0, three of them in the plane; any other seed is fresh.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.stats import norm
from sympy import And, Expr, Gt, Lt, Rational, sqrt

from simulate.diffusion import line, plane
from simulate.diffusion.training import RandomFeatures
from simulate.engine.streams import generator
from theory import Measured, Points, claim
from theory.mixing.common import FU

from ..figures import Scales, Trajectory, panels
from .eight_gaussians import median
from .outline import Job, Outcome, centre, courses

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURES = {
    "tv": "total variation of what the probability flow makes from the truth",
    "sde": "total variation of what the reverse SDE makes from the truth, noised to the last level",
    "path": "sqrt(KL/2) of the paths of the reverse SDE with the network's score and with the truth's",
    "drawn": "total variation of what the reverse SDE makes from what it makes with endlessly many points",
    "own": "total variation of what the reverse SDE makes with the truth's own score: what start, steps and grid lose",
}
COMPARED = "at"
CENTRE = "median"
SHOWN = (1,)
TUNED_ON = 0
MINUTES = {"full": 4, "quick": 1.6}
RUNS, QUICK, BLOCK = 24, 20, 4
SPACES: Mapping[str, tuple[Any, int]] = {"line": (line, 1), "plane": (plane, 2)}  # where points are, of what dimension
COST = {"line": 1.0, "plane": 4.5}
LONG, WIDE = 1e6, 128  # training time and width where another term is looked at
TERMS: Mapping[str, Mapping[str, float]] = {
    "points": {f"n_{n}": n for n in (100, 400, 1600, 6400, 25_600)},
    "time": {f"tau_1e{k}": 10.0**k for k in range(7)},
    "width": {f"w_{w}": w for w in (8, 16, 32, 64, 128, 256)},
    "start": {f"T_{round(100 * T)}": T for T in (0.25, 0.5, 1.0, 2.0, 3.0)},  # in hundredths
    "grid": {"half": 0.5, "usual": 1, "double": 2},  # cells by coordinate, of what they are elsewhere
}


def jobs(seed: int, quick: bool = False) -> list[Job]:
    """quick: with fewer runs."""
    count = QUICK if quick else RUNS
    blocks = [range(first, min(first + BLOCK, count)) for first in range(0, count, BLOCK)]
    return [
        Job(
            trained,
            (seed, space, term, at, runs),
            {"space": space, "term": term, "at": at},
            runs,
            COST[space] * (2 if term == "points" else 1),
        )
        for space in SPACES
        for term, places in TERMS.items()
        for runs in blocks
        for at in places
    ]


def trained(seed: int, space: str, term: str, at: str, runs: Sequence[int]) -> Outcome:
    """Some runs at one place of one term."""
    rows = [{"run": r, "generation": 1, **fitted(seed, r, space, **setting(term, TERMS[term][at]))} for r in runs]
    return Outcome(pd.DataFrame(rows))


def setting(term: str, x: float) -> dict[str, Any]:
    """n, tau, w, T and the grid where a term is looked at."""
    match term:
        case "points":
            return {"n": int(x), "tau": math.sqrt(x)}
        case "time":
            return {"tau": x}
        case "width":
            return {"w": int(x)}
        case "start":
            return {"T": x}
        case _:
            return {"fine": x}


def fitted(
    seed: int,
    run: int,
    space: str = "line",
    n: int | None = None,
    tau: float = LONG,
    w: int = WIDE,
    T: float = line.START,
    fine: float = 1,
) -> dict[str, float]:
    """The measures of a network, with endlessly many points unless n is given.

    A run has its layer and its points: the layer of the width w is the first w units of it, and n points the first n.
    fine: how many times as fine as usual the grids are, by coordinate.
    """
    at, dimension = SPACES[space]
    units = RandomFeatures.drawn(
        generator(seed, f"a layer on the {space}", run), int(max(TERMS["width"].values())), dimension=dimension
    )
    network = at.Network(RandomFeatures(units.inner[:w]), tau, T)
    cells, compared = round(at.FINE * fine), round(at.CELLS * fine)
    whole = network.weights(at.population())
    if n is None:
        weights = whole
    else:
        stream = generator(seed, "points of a score network" if space == "line" else f"points on the {space}", run)
        points = network.real(stream, int(max(TERMS["points"].values())))
        weights = network.weights(at.masses(points[:n]))
    noise = network.predicted(weights, cells)
    laws = at.reverse(noise, T)
    apart = 0.0 if n is None else line.tv_of_masses(laws[-1], at.reverse(network.predicted(whole, cells), T)[-1])
    tv = network.sampled(weights, fine).tv(compared)
    own = at.reverse_tv(at.exact(T, cells)[1])
    return {"tv": tv, "sde": at.reverse_tv(laws), "path": at.path_bound(noise, T), "drawn": apart, "own": own}


# ---- exponents ------------------------------------------------------------------------------------------------------

QUOTED = {"points": "-1/4 (estimation)", "time": "-1/2 (early stopping)", "width": "-1 (approximation)"}


def tables(outcome: Outcome) -> Mapping[str, pd.DataFrame]:
    """The exponents of all terms, the slopes of run after run, beside the quoted ones; the start on the line, and its bound."""
    rows, frame = [], outcome.frame
    for space, term in product(SPACES, QUOTED):
        here = frame[(frame["space"] == space) & (frame["term"] == term)]
        for measure in ("drawn", "sde", "path") if term == "points" else ("sde", "path"):
            slopes = exponents(here, term, measure)
            low, middle, high, guarantee, note = centre(slopes[np.isfinite(slopes)], CENTRE)
            found = {name: f"{x:.3f}" for name, x in (("low", low), ("exponent", middle), ("high", high))}
            found["runs"] = str(np.isfinite(slopes).sum())
            own = {"space": space, "term": term, "measure": measure}
            rows.append({**own, **found, "quoted": QUOTED[term], "guarantee": guarantee or note})
    starts = [{"T": T, **{x: f"{y:.4f}" for x, y in prior(T).items()}} for T in TERMS["start"].values()]
    return {"exponents": pd.DataFrame(rows), "starts": pd.DataFrame(starts)}


def exponents(here: pd.DataFrame, term: str, measure: str) -> np.ndarray:
    """By least squares in logarithms, one a run; of "sde" less what the truth's own score loses, nan where nothing is left."""
    values = here[measure] - (here["own"] if measure == "sde" else 0)
    wide = here.assign(value=values).pivot(index="run", columns="at", values="value")[list(TERMS[term])].to_numpy(float)
    x = np.log(list(TERMS[term].values()))
    logs = np.log(np.where(wide > 0, wide, np.nan))
    return logs @ (x - x.mean()) / ((x - x.mean()) ** 2).sum()


def prior(T: float) -> dict[str, float]:
    """On the line, from N(0, 1): total variation from the law of noised points, sqrt(KL/2), and what all steps lose."""
    x = np.linspace(-10, 10, 20_001)
    kept, v = math.exp(-T), (line.SD * math.exp(-T)) ** 2 - math.expm1(-2 * T)
    p = (norm.pdf(x, -kept * line.HUMP, math.sqrt(v)) + norm.pdf(x, kept * line.HUMP, math.sqrt(v))) / 2
    q, step = norm.pdf(x), x[1] - x[0]
    return {
        "TV": float(np.abs(p - q).sum() * step / 2),
        "sqrt(KL/2)": math.sqrt(float((p * np.log(p / q)).sum() * step) / 2),
        "with the truth's score in steps": line.reverse_tv(line.exact(T)[1]),
    }


# ---- claims ---------------------------------------------------------------------------------------------------------

RUN = Measured(*(f"{measure}_{at}" for measure in MEASURES for places in TERMS.values() for at in places))
POINTS, TIME, WIDTH, START, GRID = (Points(term) for term in TERMS)
BOTH, LINE, PLANE = Points(*SPACES), Points("line"), Points("plane")
NETWORK = f"{FU} (a score network's error, as commonly quoted)"


def of(measure: str, at: str) -> Expr:
    """A measure at a place."""
    return getattr(RUN, f"{measure}_{at}")(1)


def ratio(measure: str, one: str, other: str) -> Expr:
    """The median, over runs, of how many times as much of a measure there is at one place as at another."""
    return median(of(measure, one) / of(measure, other))


@claim(source=f"{NETWORK}; its rate in n")
def estimation_falls_as_quoted(term=POINTS, space=BOTH):
    """tau = sqrt(n): from 100 to 25 600 points what they leave open falls to a quarter or less, as n^(-1/4) does."""
    return Lt(ratio("drawn", "n_25600", "n_100"), Rational(1, 4))


@claim(source=f"the rate of the bound of {FU}, taken for that of the error", expected="fails",
       corrected="estimation-falls-as-quoted")  # fmt: skip
def estimation_falls_no_faster(term=POINTS, space=BOTH):
    """tau = sqrt(n): from 100 to 25 600 points what they leave open falls to a fifth at most: like n^(-1/4), and no faster."""
    return Gt(ratio("drawn", "n_25600", "n_100"), Rational(1, 5))


@claim(source="own measurement; stopping early costs most here")
def whole_error_falls_slower(term=POINTS, space=BOTH):
    """tau = sqrt(n): from 100 to 25 600 points the whole error does not even fall to 2/5: the bound's rate has not set in."""
    return Gt(ratio("sde", "n_25600", "n_100"), Rational(2, 5))


@claim(source=f"{FU}, the rate at tau = sqrt(n) read for the whole error at these n", expected="fails",
       corrected="whole-error-falls-slower")  # fmt: skip
def whole_error_falls_as_the_bound(term=POINTS, space=BOTH):
    """tau = sqrt(n): from 100 to 25 600 points the whole error falls to a quarter, as n^(-1/4) does."""
    return Lt(ratio("sde", "n_25600", "n_100"), Rational(1, 4))


@claim(source="own measurement; a layer of random ReLU units has small eigenvalues")
def early_stopping_falls_slower(term=TIME, space=BOTH):
    """From tau = 100 to 10^6 the bound by Girsanov falls by less than ten: slower than tau^(-1/2), by which it would be 100."""
    return Gt(ratio("path", "tau_1e6", "tau_1e2"), Rational(1, 10))


@claim(source=f"{FU}, the rate of the early-stopping term read at these tau", expected="fails",
       corrected="early-stopping-falls-slower")  # fmt: skip
def early_stopping_falls_as_quoted(term=TIME, space=BOTH):
    """From tau = 100 to 10^6 the bound by Girsanov falls to a fiftieth or less; tau^(-1/2) falls to a hundredth."""
    return Lt(ratio("path", "tau_1e6", "tau_1e2"), Rational(1, 50))


@claim(source="own measurement")
def width_helps(term=WIDTH, space=BOTH):
    """From 8 to 256 units the bound by Girsanov falls faster than 1/sqrt(w): by more than sqrt(32)."""
    return Lt(ratio("path", "w_256", "w_8"), 1 / sqrt(32))


@claim(source=f"{FU}, the approximation term 1/w read for all that is left after a long training", expected="fails",
       corrected="width-helps")  # fmt: skip
def width_helps_as_quoted(term=WIDTH, space=BOTH):
    """From 8 to 256 units, tau = 10^6, the bound by Girsanov falls like 1/w: by 32."""
    return Lt(ratio("path", "w_256", "w_8"), Rational(1, 32))


@claim(source=f"{FU} (a score network's error, as commonly quoted); sqrt(KL/2) of the start")
def starting_too_early_costs(term=START, space=LINE):
    """On the line, sampling from N(0, 1) at T = 1/4 is twice as far off as at T = 1: the start's term is seen."""
    return Gt(ratio("sde", "T_25", "T_100"), 2)


@claim(source=f"{FU} (a score network's error, as commonly quoted); sqrt(KL/2) of the start")
def starting_too_early_costs_in_the_plane(term=START, space=PLANE):
    """In the plane, sampling from N(0, I) at T = 1/4 is 1.2 times as far off as at T = 1: three humps are nearer to it."""
    return Gt(ratio("sde", "T_25", "T_100"), Rational(6, 5))


@claim(source="what is seen on the line, read for every truth", expected="fails",
       corrected="starting-too-early-costs-in-the-plane")  # fmt: skip
def starting_too_early_costs_as_much_in_the_plane(term=START, space=PLANE):
    """In the plane, sampling from N(0, I) at T = 1/4 is twice as far off as at T = 1."""
    return Gt(ratio("sde", "T_25", "T_100"), 2)


@claim(source=f"{FU}, the vanishing of the start's term read as that of the error", expected="fails",
       corrected="starting-late-costs-the-flow")  # fmt: skip
def starting_late_is_free(term=START, space=BOTH):
    """What the probability flow makes is no farther off with T = 3 than with T = 1."""
    return Lt(ratio("tv", "T_300", "T_100"), 1)


@claim(source="own measurement")
def starting_late_costs_the_flow(term=START, space=BOTH):
    """What the probability flow makes is farther off with T = 3 than with T = 1: the score is wrong for longer."""
    return Gt(ratio("tv", "T_300", "T_100"), 1)


def over_bound(measure: str, at: str) -> Expr:
    """The median of a distance over what Girsanov and Pinsker allow, and what the truth's own score loses."""
    return median(of(measure, at) / (of("path", at) + of("own", at)))


@claim(source=f"{NETWORK}; Girsanov's theorem and Pinsker's inequality, start and steps by the truth's own score")
def girsanov_bounds_the_sde(term=TIME, space=BOTH):
    """At every tau the reverse SDE is within sqrt(KL of paths/2), and what the truth's own score loses, of the truth."""
    return And(*(Lt(over_bound("sde", at), 1) for at in TERMS["time"]))


@claim(source="own measurement")
def girsanov_does_not_bound_the_flow(term=TIME, space=BOTH):
    """At tau = 10^5 and 10^6 the probability flow is farther off than Girsanov's theorem allows the reverse SDE to be."""
    return And(*(Gt(over_bound("tv", f"tau_1e{k}"), 1) for k in (5, 6)))


@claim(source="'the score's error bounds total variation', read for the probability flow as for the reverse SDE",
       expected="fails", corrected="girsanov-does-not-bound-the-flow")  # fmt: skip
def girsanov_bounds_the_flow(term=TIME, space=BOTH):
    """At tau = 10^6 the probability flow is within what Girsanov's theorem allows the reverse SDE."""
    return Lt(over_bound("tv", "tau_1e6"), 1)


# ---- the grid ----


def moved(measure: str, to: str) -> Expr:
    """The median of what a measure is more on another grid."""
    return median(of(measure, to) - of(measure, "usual"))


@claim(source="own measurement")
def grid_is_fine_enough(term=GRID, space=BOTH):
    """With twice as many cells by coordinate the reverse SDE's total variation changes by less than 0.002."""
    return And(Lt(moved("sde", "double"), Rational(1, 500)), Gt(moved("sde", "double"), -Rational(1, 500)))


@claim(source="the same of a coarser grid", expected="fails", corrected="grid-is-fine-enough")
def half_a_grid_is_fine_enough(term=GRID, space=PLANE):
    """In the plane, with half as many cells by coordinate the reverse SDE's total variation is less than 0.002 more."""
    return Lt(moved("sde", "half"), Rational(1, 500))


@claim(source="derived: sharing points out between nodes brings laws nearer to each other; own measurement")
def flow_is_seen_from_below(term=GRID, space=BOTH):
    """With twice as many cells by coordinate the flow's total variation is more, by less than 0.02."""
    return And(Gt(moved("tv", "double"), 0), Lt(moved("tv", "double"), Rational(1, 50)))


# ---- figures --------------------------------------------------------------------------------------------------------

TITLES = {
    "points": ("n points, tau = sqrt(n)", "n"),
    "time": ("endlessly many points", "training time tau"),
    "width": ("endlessly many points, tau = 10^6", "width w"),
    "start": ("endlessly many points, tau = 10^6", "time T at which sampling starts"),
    "grid": ("endlessly many points, tau = 10^6", "cells by coordinate, of the usual number"),
}
WORDS = {"tv": "flow", "sde": "reverse SDE", "path": "bound by Girsanov", "drawn": "from endlessly many points"}


def figures(outcome: Outcome) -> Mapping[str, Figure]:
    """Of each space a panel for each term: all measures, in logarithms."""
    groups: Any = outcome.frame.groupby("space", sort=False)
    return {str(space): panels([_term(here, term) for term in TITLES], Scales(True, True)) for space, here in groups}


def _term(frame: Any, term: str) -> Trajectory:
    """One term's panel."""
    title, axis = TITLES[term]
    here = frame[frame["term"] == term]
    shown = [x for x in WORDS if x != "drawn" or term == "points"]
    parts = [here.assign(generation=here["at"].map(TERMS[term]), value=here[x], what=x) for x in shown]
    course = courses(pd.concat(parts), CENTRE, "value", "what", WORDS, title)
    return replace(course, axis=axis, upright="total variation")
