"""A Gaussian refitted to its own samples, in one and in five dimensions: on its own points, half real, real points only.

Generation t comes after t fits by maximum likelihood to n points; generation 0 is the truth, with variance 1 in every
direction. Logarithms are measured: the variance itself has too heavy a tail for its mean to be seen in so many runs. The
thresholds of the claims about real data were set after a look at seed 0; any other seed is fresh.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sympy import And, Eq, Expr, Gt, Integer, Lt, Rational, Sum, Symbol, digamma, log

from simulate import sample
from simulate.engine.streams import generator
from simulate.gaussian.mixed import refitted
from theory import E, FreshReal, Integers, Measured, claim
from theory.gaussian.common import SHUMAILOV
from theory.gaussian.policies import PooledGaussianLoop

from ..figures import panels
from .outline import Job, Outcome, courses

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURES = {
    "log_variance": "logarithm of the fitted variance, the mean over directions; that of the truth is 0",
    "log_error": "logarithm of the squared error of the fitted mean, by coordinate",
}
COMPARED = "scheme"
CENTRE = "mean"
TUNED_ON = 0
MINUTES = {"full": 0.3, "quick": 0.1}
SHOWN = (1, 5, 20, 100, 1000)
GENERATIONS = (*range(1, 21), 50, 100, 200, 400, 600, 800, 1000)
SETTINGS = ((1, 20), (1, 100), (5, 100))  # dimensions, points in a fit
RUNS = {1: 2000, 5: 500}  # by dimension: where two numbers stand for all points of a run, runs are cheap
BLOCK = 125  # runs of one job, where every point is drawn
REAL = {"synthetic": 0, "half": Rational(1, 2), "real": 1}  # share of real points


def jobs(seed: int, quick: bool = False) -> list[Job]:
    """The jobs of the experiment: blocks of runs at every setting, with each share of real data. quick: of the first alone."""
    out = []
    for d, n in SETTINGS[: 1 if quick else None]:
        size = BLOCK if d > 1 else RUNS[d]
        for block in range(RUNS[d] // size):
            runs = range(block * size, (block + 1) * size)
            out += [Job(trained, (seed, d, n, s, block), {"d": d, "n": n, "scheme": s}, runs) for s in REAL]
    return out


def trained(seed: int, d: int, n: int, scheme: str, block: int) -> Outcome:
    """A block of runs of one scheme. In one dimension mean and variance of the points are drawn, each by its law."""
    at, real = np.array(GENERATIONS), int(n * REAL[scheme])
    if d == 1:
        beside = FreshReal(n - real or n)  # of weight 0 where all points are real
        loop = PooledGaussianLoop(real, beside, weight=REAL[scheme]) if real else PooledGaussianLoop(n)
        paths = sample(loop, ["v", "mu"], t=at[-1], replicates=RUNS[d], seed=seed, workers=1)
        volume, error = np.log(paths["v"][:, at]), paths["mu"][:, at] ** 2
    else:
        rng = generator(seed, f"gaussians refitted, d={d}, n={n}, {scheme}", block)
        volume, means = refitted(rng, BLOCK, n, real, d, GENERATIONS)
        error = (means**2).mean(axis=2)
    runs = np.arange(len(volume)) + block * BLOCK
    columns = {"run": np.repeat(runs, len(at)), "generation": np.tile(at, len(runs))}
    measured = {"log_variance": volume.ravel(), "log_error": np.log(error).ravel()}
    return Outcome(pd.DataFrame(columns | measured))


# ---- claims ---------------------------------------------------------------------------------------------------------

RUN = Measured(*(f"{measure}_{scheme}" for measure in MEASURES for scheme in REAL))
D, N = Integers(1), Integers(2)


def drift(d, n) -> Expr:
    """What a fit to n points of the model adds to its log-variance, on average: chi-square laws of Wishart's determinant."""
    i = Symbol("i", integer=True, positive=True)
    return Sum(digamma((n - i) / 2) - log(n / 2), (i, 1, d)) / d


@claim(source=SHUMAILOV)
def synthetic_collapses(d=D, n=N):
    """Fully synthetic: after 1000 retrainings the expected log-variance is 1000 times what one retraining takes from it."""
    return Eq(E(RUN.log_variance_synthetic(1000)), 1000 * drift(d, n))


@claim(source=SHUMAILOV)
def twenty_retrainings_tell(d=D, n=N):
    """After 20 retrainings the log-variance with half real is within 0.1 of that with real only, and synthetic 0.1 below."""
    synthetic, mixed, real = (
        E(x(20)) for x in (RUN.log_variance_synthetic, RUN.log_variance_half, RUN.log_variance_real)
    )
    return And(Lt(synthetic, mixed - Rational(1, 10)), Lt(real - mixed, Rational(1, 10)))


@claim(source="Alemohammad et al. 2307.01850")
def half_real_stays(d=D, n=N):
    """Half real: between 20 and 1000 retrainings the expected log-variance changes by less than 0.1."""
    change = E(RUN.log_variance_half(1000) - RUN.log_variance_half(20))
    return And(Lt(change, Rational(1, 10)), Gt(change, -Rational(1, 10)))


@claim(source=SHUMAILOV)
def synthetic_mean_wanders_off(d=D, n=N):
    """After 1000 retrainings the squared error of the fully synthetic mean is typically over n/4 times that of the half real."""
    return Gt(E(RUN.log_error_synthetic(1000)), E(RUN.log_error_half(1000)) + log(n / 4))


# ---- figures --------------------------------------------------------------------------------------------------------

WORDS = {"synthetic": "fully synthetic", "half": "half real", "real": "real only"}


def figures(outcome: Outcome) -> Mapping[str, Figure]:
    """A figure a measure: the first 20 generations, and all 1000, of every setting."""
    out = {}
    for measure, title in {"log_variance": "log-variance", "log_error": "log squared error of the mean"}.items():
        drawn = []
        for until in (20, 1000):
            groups: Any = outcome.frame.groupby(["d", "n"], sort=False)
            for (d, n), here in groups:
                told = f"{title}, n = {n}, {d} dimension{'s' * (d > 1)}"
                known = theory(int(d), int(n)) if measure == "log_variance" else {}
                drawn.append(courses(here, CENTRE, measure, COMPARED, WORDS, told, until, known))
        out[measure] = panels(drawn)
    return out


def theory(d: int, n: int) -> Mapping:
    """Expected log-variance by generation: of the fully synthetic scheme, and of real points only."""
    step = float(drift(Integer(d), Integer(n)).doit())
    return {"synthetic": lambda t: t * step, "real": lambda t: 0 * t + step}
