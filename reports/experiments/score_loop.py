"""A score network, retrained twenty times: its total variation beside the recursion, and when to stop training.

Fu et al. 2402.11778, as commonly quoted: if model k is off the mixture that it was trained on by e_k in total variation, misfit
included, then TV(p_i, p_0) is the sum of A_(i,k) e_k at most, and the weights A_(i,k) follow from the mixing scheme. Here e_k is
measured, fit by fit, for six schemes: fully synthetic, n points a fit or n k^2 in fit k; half real data, the same or fresh ones,
beside the last model; half real data, the rest from all models so far; all points kept and trained on. That the sum bounds the
distance is a theorem, and holds run by run, on cells as well; what is decided is how far below it a network stays, and whether a
recursion holds with less: with what points leave open alone, or with the first error.

The class on which it is decided: the network of `score-network`, 128 random ReLU units, two humps on the line, its outer weights
by gradient flow for the time tau; n = 1000 real points, and points of the probability flow. tau is the same in all generations,
or "best": in each generation that of ten between sqrt(n) and 10^6 after which the model is nearest to the truth, which who
trains does not know. Such choices need not be best for later generations. In the plane, with three humps, there are two schemes,
tau = sqrt(n) and fewer runs; `--quick` leaves it out. Laws are followed, and no distance is estimated from points. Thresholds in
claims were set after twelve runs of seed 0, and four in the plane; any other seed is fresh.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sympy import And, Expr, Gt, Lt, Rational, harmonic

from simulate.diffusion.retrained import SCHEMES, amplification, fits
from theory import Measured, Points, claim
from theory.mixing.common import ANY, FU

from ..figures import Scales, Trajectory, panels
from .eight_gaussians import median
from .outline import Job, Outcome, centre, courses

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURES = {
    "tv": "total variation of the model from the truth",
    "error": "total variation of the model from the mixture that it was trained on: misfit and what points leave open",
    "drawn": "total variation of the model from what endlessly many points of that mixture give: what points leave open",
    "bound": "the recursion with all errors so far",
    "drawn_bound": "the recursion with what points leave open in place of the errors: misfit left out",
    "tau": "logarithm to base 10 of the training time",
}
COMPARED = "stop"
CENTRE = "median"
SHOWN = (1, 2, 5, 10, 20)
TUNED_ON = 0
MINUTES = {"full": 5, "quick": 2}
RUNS, QUICK, BLOCK = {"line": 32, "plane": 20}, {"line": 20}, 4
LAST = SHOWN[-1]
N = 1000
TIMES = tuple(10.0 ** (k / 2) for k in range(3, 13))  # from sqrt(N) on
STOPS: Mapping[str, float | Sequence[float]] = {
    "root_n": TIMES[0],
    **{f"1e{k}": 10.0**k for k in (3, 4, 5, 6)},
    "best": TIMES,
}
ONES = tuple(x for x in STOPS if x != "best")  # the same training time in all generations
LOOKED_AT: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {  # schemes and training times
    "line": (tuple(SCHEMES), tuple(STOPS)),
    "plane": (("synthetic", "fixed"), ("root_n",)),
}
PLANE_COST = 15.0


def jobs(seed: int, quick: bool = False) -> list[Job]:
    """quick: with fewer runs, on the line only."""
    return [
        Job(
            retrained,
            (seed, space, scheme, stop, runs),
            {"space": space, "scheme": scheme, "stop": stop},
            runs,
            (1 if stop in ONES else 1.8) * (1 if space == "line" else PLANE_COST),
        )
        for space, count in (QUICK if quick else RUNS).items()
        for runs in (range(first, min(first + BLOCK, count)) for first in range(0, count, BLOCK))
        for scheme in LOOKED_AT[space][0]
        for stop in LOOKED_AT[space][1]
    ]


def retrained(seed: int, space: str, scheme: str, stop: str, runs: Sequence[int]) -> Outcome:
    """Some runs of one scheme, trained for one time, or for the best."""
    carried = amplification(scheme, LAST)
    parts = []
    for run in runs:
        seen = pd.DataFrame(list(fits(scheme, STOPS[stop], N, LAST, seed, run, space=space)))
        bounds = {
            "bound": carried @ seen["error"],
            "drawn_bound": carried @ seen["drawn"],
            "tau": np.log10(seen["tau"]),
        }
        parts.append(seen.assign(**bounds, run=run, generation=range(1, LAST + 1)))
    return Outcome(pd.concat(parts, ignore_index=True))


# ---- early stopping -------------------------------------------------------------------------------------------------


def tables(outcome: Outcome) -> Mapping[str, pd.DataFrame]:
    """On the line, by scheme and generation: the best of all times, the best single one, and how many times as far off each is.

    Medians over runs, with intervals.
    """
    rows = []
    frame = outcome.frame[(outcome.frame["space"] == "line") & outcome.frame["generation"].isin(SHOWN)]
    groups: Any = frame.groupby(["scheme", "generation"], sort=False)
    for (scheme, t), here in groups:
        tv = here.pivot(index="run", columns="stop", values="tv").dropna()
        taus = here.loc[here["stop"] == "best", "tau"].to_numpy(float)
        single = str(tv[list(ONES)].median().idxmin())
        factors = {f"{x} over best": _told(tv[x].to_numpy() / tv["best"].to_numpy()) for x in ONES}
        own = {"scheme": scheme, "t": t, "best lg tau": _told(taus[np.isfinite(taus)])}
        rows.append({**own, "best single": single, **factors})
    return {"stopping": pd.DataFrame(rows)}


def _told(x: np.ndarray) -> str:
    low, middle, high, _, note = centre(x, CENTRE)
    return f"{middle:.2f}" if note else f"{middle:.2f} ({low:.2f} to {high:.2f})"


# ---- claims ---------------------------------------------------------------------------------------------------------

RUN = Measured(*(f"{measure}_{stop}" for measure in MEASURES for stop in STOPS))
LINE, PLANE = Points("line"), Points("plane")
ALL, GROWING = Points(*SCHEMES), Points("growing")
HALF, BESIDE_LAST = Points("fixed", "fresh", "balanced"), Points("fixed", "fresh")
NOTHING_REAL, SYNTHETIC, FIXED = Points("synthetic", "growing"), Points("synthetic"), Points("fixed")
ERRORS = f"{FU} ({ANY}, as commonly quoted)"
OWN = "own measurement"


def of(measure: str, stop: str, t: int = LAST) -> Expr:
    """A measure of a model, trained for one time in all generations, or for the best."""
    return getattr(RUN, f"{measure}_{stop}")(t)


def grown(stop: str) -> Expr:
    """The median, over runs, of how many times as far off as the first model the last one is."""
    return median(of("tv", stop) / of("tv", stop, 1))


def cost(stop: str) -> Expr:
    """The median of how many times as far off the last model is as with the best training time."""
    return median(of("tv", stop) / of("tv", "best"))


@claim(source=f"{ERRORS}; with measured errors a theorem, run by run")
def loop_stays_below_the_recursion(scheme=ALL, space=LINE):
    """TV stays below the recursion with measured errors, misfit included: tau = 10^4, 10^6 or the best, t = 2, 5, 20."""
    return And(*(Lt(median(of("tv", x, t) / of("bound", x, t)), 1) for x in ("1e4", "1e6", "best") for t in (2, 5, 20)))


@claim(source=f"{FU}, the recursion with the error of the sample alone", expected="fails",
       corrected="loop-stays-below-the-recursion")  # fmt: skip
def loop_stays_below_without_misfit(scheme=ALL, space=LINE):
    """tau = sqrt(n): total variation stays below the recursion with what points leave open, misfit left out: t = 2, 5."""
    return And(*(Lt(median(of("tv", "root_n", t) / of("drawn_bound", "root_n", t)), 1) for t in (2, 5)))


@claim(source=f"{FU}, the recursion with the error of the first fit for all", expected="fails",
       corrected="loop-stays-below-the-recursion")  # fmt: skip
def loop_stays_below_with_the_first_error(scheme=BESIDE_LAST, space=LINE):
    """Half real beside the last model, tau = sqrt(n) or 10^3: total variation stays below twice the first error.

    By the recursion, whose weights add up to 2 (1 - 2^-t). What a network cannot fit depends on the mixture, and grows.
    """
    return And(*(Lt(grown(x), 2) for x in ("root_n", "1e3")))


@claim(source=OWN)
def recursion_is_attained_beside_real_data(scheme=HALF, space=LINE):
    """Half real data, tau = sqrt(n): after 20 generations total variation is over nine tenths of the recursion: errors add up."""
    return Gt(median(of("tv", "root_n") / of("bound", "root_n")), Rational(9, 10))


@claim(source="'the recursion is far from what happens', read for every scheme", expected="fails",
       corrected="recursion-is-attained-beside-real-data")  # fmt: skip
def recursion_is_loose_beside_real_data(scheme=HALF, space=LINE):
    """Half real data, tau = sqrt(n): after 20 generations total variation is below nine tenths of the recursion."""
    return Lt(median(of("tv", "root_n") / of("bound", "root_n")), Rational(9, 10))


@claim(source=OWN)
def recursion_is_loose_without_real_data(scheme=NOTHING_REAL, space=LINE):
    """Fully synthetic, tau = 10^4 and more: after 20 generations total variation is below a third of the recursion."""
    return And(*(Lt(median(of("tv", x) / of("bound", x)), Rational(1, 3)) for x in ("1e4", "1e5", "1e6")))


@claim(source=OWN)
def synthetic_loop_drifts_away(scheme=NOTHING_REAL, space=LINE):
    """Fully synthetic: after 20 generations total variation is over twice that of the first fit, however long is trained."""
    return And(*(Gt(grown(x), 2) for x in STOPS))


@claim(
    source="'stopping at the right time prevents collapse'", expected="fails", corrected="synthetic-loop-drifts-away"
)
def best_stopping_keeps_the_synthetic_loop(scheme=NOTHING_REAL, space=LINE):
    """Fully synthetic, the best training time in every generation: total variation stays within twice that of the first fit."""
    return Lt(grown("best"), 2)


@claim(
    source=f"{FU}, the recursion fully synthetic with errors that fall like the root of the sample, misfit forgotten",
    expected="fails",
    corrected="synthetic-loop-drifts-away",
)
def growing_samples_keep_the_synthetic_loop(scheme=GROWING, space=LINE):
    """n k^2 points of the last model in fit k, tau = 10^4: after 20 generations TV is below 1 + 1/2 + ... + 1/20 times the first.

    The recursion would give that if the error of fit k were the first one over k. A misfit does not fall with the sample.
    """
    return Lt(grown("1e4"), harmonic(LAST))


@claim(source=OWN)
def best_stopping_keeps_loops_with_real_data(scheme=HALF, space=LINE):
    """Half real data, the best training time in every generation: after 20 total variation is within 1.5 times the first."""
    return Lt(grown("best"), Rational(3, 2))


@claim(source=OWN)
def stopping_at_root_n_costs(scheme=ALL, space=LINE):
    """tau = sqrt(n) in all generations: after 20 total variation is over 1.5 times what the best training times give."""
    return Gt(cost("root_n"), Rational(3, 2))


@claim(source=f"{FU}, tau like sqrt(n), read as a rule for training with a constant of 1", expected="fails",
       corrected="stopping-at-root-n-costs")  # fmt: skip
def stopping_at_root_n_is_good(scheme=ALL, space=LINE):
    """tau = sqrt(n) in all generations: after 20 total variation is within 1.5 times what the best training times give."""
    return Lt(cost("root_n"), Rational(3, 2))


@claim(source=OWN)
def one_training_time_costs(scheme=ALL, space=LINE):
    """One training time for all generations, any of five: after 20 total variation is over 1.2 times that of the best times."""
    return And(*(Gt(cost(x), Rational(6, 5)) for x in ONES))


@claim(source=OWN)
def best_stopping_is_late(scheme=ALL, space=LINE):
    """The best training time is over ten times sqrt(n): in the first, the fifth and the last generation."""
    return And(*(Gt(median(of("tau", "best", t)), Rational(5, 2)) for t in (1, 5, 20)))


# ---- the plane ----


@claim(source=OWN)
def recursion_is_not_attained_in_the_plane(scheme=FIXED, space=PLANE):
    """In the plane, half real data, tau = sqrt(n): after 20 generations total variation is below nine tenths of the recursion."""
    return Lt(median(of("tv", "root_n") / of("bound", "root_n")), Rational(9, 10))


@claim(source="what is seen on the line, read for every dimension", expected="fails",
       corrected="recursion-is-not-attained-in-the-plane")  # fmt: skip
def recursion_is_attained_in_the_plane(scheme=FIXED, space=PLANE):
    """In the plane, half real data, tau = sqrt(n): after 20 generations total variation is over nine tenths of the recursion."""
    return Gt(median(of("tv", "root_n") / of("bound", "root_n")), Rational(9, 10))


@claim(source=OWN)
def recursion_is_loose_without_real_data_in_the_plane(scheme=SYNTHETIC, space=PLANE):
    """In the plane, fully synthetic, tau = sqrt(n): after 20 generations total variation is below a fifth of the recursion."""
    return Lt(median(of("tv", "root_n") / of("bound", "root_n")), Rational(1, 5))


@claim(source=OWN)
def loop_drifts_away_in_the_plane(scheme=Points("synthetic", "fixed"), space=PLANE):
    """In the plane, tau = sqrt(n): after 20 generations total variation is over three times that of the first fit."""
    return Gt(grown("root_n"), 3)


@claim(source=f"{FU}, the recursion with the error of the first fit for all", expected="fails",
       corrected="loop-drifts-away-in-the-plane")  # fmt: skip
def loop_stays_below_with_the_first_error_in_the_plane(scheme=FIXED, space=PLANE):
    """In the plane, half real data, tau = sqrt(n): total variation stays below twice the first error."""
    return Lt(grown("root_n"), 2)


# ---- figures --------------------------------------------------------------------------------------------------------

WORDS = {
    "synthetic": "fully synthetic",
    "fixed": "half real, the same points",
    "fresh": "half real, fresh points",
    "accumulate": "all points kept",
    "balanced": "half real, all models",
    "growing": "fully synthetic, n k^2 points",
}
TRAINED = {"root_n": "sqrt(n)", **{f"1e{k}": f"10^{k}" for k in (3, 4, 5, 6)}, "best": "best"}


def figures(outcome: Outcome) -> Mapping[str, Figure]:
    """Each scheme a panel, those in the plane last: the distance beside the recursion, for two training times.

    On the line then for all of them, and the best; and which the best one is.
    """
    frame = outcome.frame
    beside = [
        _beside(frame[(frame["space"] == space) & (frame["scheme"] == scheme)], words, space)
        for space, (schemes, _) in LOOKED_AT.items()
        for scheme, words in WORDS.items()
        if scheme in schemes and (frame["space"] == space).any()
    ]
    line = frame[frame["space"] == "line"]
    times = {stop: f"{'the' if stop == 'best' else 'tau ='} {told}" for stop, told in TRAINED.items()}
    stops = [
        replace(
            courses(line[line["scheme"] == scheme], CENTRE, "tv", COMPARED, times, words), upright="total variation"
        )
        for scheme, words in WORDS.items()
    ]
    best = courses(line[line["stop"] == "best"], CENTRE, "tau", "scheme", WORDS, "the best training time")
    return {
        "recursion": panels(beside, Scales(upright=True, common=True)),
        "stopping": panels(stops, Scales(upright=False, common=True)),
        "best_times": panels([replace(best, upright="log10 of tau")]),
    }


def _beside(here: pd.DataFrame, words: str, space: str) -> Trajectory:
    """The distance and the recursion of one scheme."""
    shown = [x for x in ("root_n", "1e4") if x in set(here["stop"])]
    names = {f"{m}_{x}": f"{w}, tau = {TRAINED[x]}" for x in shown for m, w in (("tv", "TV"), ("bound", "recursion"))}
    parts = [
        here[here["stop"] == x].assign(value=lambda y, m=m: y[m], what=f"{m}_{x}")
        for x in shown
        for m in ("tv", "bound")
    ]
    title = words if space == "line" else f"{words}, in the {space}"
    return replace(courses(pd.concat(parts), CENTRE, "value", "what", names, title), upright="total variation")
