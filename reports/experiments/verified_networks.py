"""A diffusion model retrained on those of its own points that are kept: by a verifier, or by a discriminator.

A diffusion model is trained on 1000 points of eight Gaussians, and then five times on 1000 of its own points alone. Of 3000
points that it generates those are kept that a verifier lets pass (Feng et al. 2406.07515, as commonly quoted): a point is right
if it is within three standard deviations of a Gaussian's centre, a perfect verifier keeps all right points and no other, a
noisy one nine in ten right points and three in ten wrong ones. Or a discriminator picks them: by the odds that the twenty
nearest of 1000 real and 1000 generated points are real. Theory is beside it: what share of the kept points is right is known
from the verifier's two rates (`filter-verifier-threshold-accuracy`). Networks and numbers are our own, and small. Thresholds in
claims were set after six runs of seed 0; any other seed is fresh.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sympy import And, Expr, Gt, Le, Lt, Rational

from simulate.networks import LIBRARIES as LIBRARIES
from simulate.networks import need_jax
from simulate.networks.plane import TARGETS, measures
from simulate.networks.verified import CANDIDATES, VERIFIERS, accuracy, discriminated, right, unequal, verified
from theory import Measured, Points, claim

from ..figures import Scales, panels
from . import eight_gaussians
from .eight_gaussians import median
from .outline import Job, Outcome, courses
from .sheets import pictured, sheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCHEMES = (*VERIFIERS, "discriminator")
MEASURES = {
    "right": "share of the model's points within three standard deviations of a Gaussian's centre",
    "kept": "the same share of the points that are kept",
    "beyond": "by how much that is above what the theorem has, from the share before and the verifier's rates; 0 without these",
    "unequal": "how unequally right points are shared out among the Gaussians: total variation from equal shares",
    **{m: eight_gaussians.MEASURES[m] for m in ("tv", "sw2", "precision", "recall")},
}
COMPARED = "scheme"
CENTRE = "median"
LAST = 5  # retrainings
SHOWN = tuple(range(LAST + 1))
TUNED_ON = 0
MINUTES = {"full": 3, "quick": 1.5}
RUNS, BLOCK = 24, 6  # runs, and how many are trained side by side
TRUTH = "eight"


def jobs(seed: int, quick: bool = False) -> list[Job]:
    """quick: half of the runs. Raises `BadInput` where JAX is missing."""
    need_jax()
    blocks = [range(first, min(first + BLOCK, RUNS)) for first in range(0, RUNS // 2 if quick else RUNS, BLOCK)]
    return [Job(kept_on, (seed, x, runs), {"truth": TRUTH, "scheme": x}, runs) for runs in blocks for x in SCHEMES]


def kept_on(seed: int, scheme: str, runs: Sequence[int]) -> Outcome:
    """Some runs of one scheme, generation after generation."""
    need_jax()
    from simulate.networks.denoiser import Denoiser
    from simulate.networks.loops import Loop, begun, retrainings

    loop = Loop(TRUTH, Denoiser(), "warm")
    shares: list[dict[str, float]] = []  # of one generation of one run after another

    def keep(rng: np.random.Generator, drawn: np.ndarray, real: np.ndarray) -> np.ndarray:
        if scheme in VERIFIERS:
            rates = VERIFIERS[scheme]
            points = verified(rng, drawn, loop.n, *rates)
            told = accuracy(float(right(drawn).mean()), *rates)
        else:
            points, told = discriminated(rng, drawn, real, loop.n), np.nan
        share = float(right(points).mean())
        shares.append({"kept": share, "beyond": 0.0 if np.isnan(told) else share - told})
        return points

    held, rows, kept = begun(loop, seed, tuple(runs)).held, [], {}
    for t, (points, _) in enumerate(retrainings(loop, "synthetic", seed, runs, LAST, keep, CANDIDATES)):
        for run, own, seen, of_kept in zip(runs, points, held, shares[-len(runs) :], strict=True):
            of_model = {"right": float(right(own).mean()), "unequal": unequal(own)}
            found = measures(TARGETS[TRUTH], own, seen) | of_model | of_kept
            rows.append({"run": run, "generation": t, **{m: found[m] for m in MEASURES}})
        if runs[0] == 0:
            kept[f"{scheme}_{t}"] = points[0].astype("float32")
    return Outcome(pd.DataFrame(rows), kept)


# ---- claims ---------------------------------------------------------------------------------------------------------

RUN = Measured(*(f"{measure}_{scheme}" for measure in MEASURES for scheme in SCHEMES))
EIGHT = Points(TRUTH)
FENG = "Feng et al. 2406.07515"
AITHAL = "Aithal et al. 2406.09358"
OWN = f"own measurement, in the setting of {FENG}"


def ratio(measure: str, scheme: str, other: str, t: int = LAST) -> Expr:
    """The median, over runs, of how many times as much of a measure there is with one scheme as with another."""
    return median(getattr(RUN, f"{measure}_{scheme}")(t) / getattr(RUN, f"{measure}_{other}")(t))


@claim(source=f"{AITHAL}, as commonly quoted: modes are interpolated")
def model_interpolates_between_modes(truth=EIGHT):
    """Before any retraining over a tenth of the model's points are right for no Gaussian, where the truth has 1.1 %."""
    return Lt(median(RUN.right_none(0)), Rational(9, 10))


@claim(source=f"{AITHAL}, as commonly quoted of retraining on a model's own points")
def retraining_interpolates_more(truth=EIGHT):
    """On all its points, run by run: after five retrainings a model has under 0.95 times as many right points as before."""
    return Lt(median(RUN.right_none(LAST) / RUN.right_none(0)), Rational(19, 20))


@claim(source=f"{FENG}, as commonly quoted, of points in place of labels; exact: `filter-verifier-threshold-accuracy`")
def kept_are_right_as_the_theorem_has_it(truth=EIGHT):
    """The noisy verifier, before each of five retrainings: the share of right points among the kept is the theorem's, to 0.02."""
    most = Rational(1, 50)
    return And(*(Lt(median(abs(RUN.beyond_noisy(t))), most) for t in range(LAST)))


@claim(source=f"{FENG}, as commonly quoted; {AITHAL} filter by a measure of the model's own")
def verifier_helps(truth=EIGHT):
    """After five retrainings on what a perfect verifier keeps a model is nearer to the truth than on all its points."""
    return Lt(ratio("tv", "perfect", "none"), 1)


@claim(source=f"{FENG}, as commonly quoted: the verifier need not be good")
def noisy_verifier_helps(truth=EIGHT):
    """After five retrainings on what the noisy verifier keeps a model is nearer to the truth than on all its points."""
    return Lt(ratio("tv", "noisy", "none"), 1)


@claim(source=OWN)
def verifier_keeps_a_model_near(truth=EIGHT):
    """Five retrainings on what a perfect verifier keeps leave it less than 1.2 times as far from the truth as before."""
    return Lt(median(RUN.tv_perfect(LAST) / RUN.tv_perfect(0)), Rational(6, 5))


@claim(source=OWN)
def verifier_moves_mass(truth=EIGHT):
    """After five retrainings on what a perfect verifier keeps the sliced distance is larger than on all points."""
    return Gt(ratio("sw2", "perfect", "none"), 1)


@claim(source=OWN)
def discriminator_improves(truth=EIGHT):
    """Five retrainings on what a discriminator picks bring a model nearer to the truth than it was before the first."""
    return Lt(median(RUN.tv_discriminator(LAST) / RUN.tv_discriminator(0)), 1)


@claim(source=OWN)
def discriminator_helps(truth=EIGHT):
    """After five retrainings on what a discriminator picks a model is nearer to the truth than on all its points."""
    return Lt(ratio("tv", "discriminator", "none"), 1)


@claim(source=OWN)
def verifier_keeps_no_balance(truth=EIGHT):
    """A perfect verifier: right points are less equally shared out among the Gaussians after five retrainings than at first."""
    return Gt(median(RUN.unequal_perfect(LAST) / RUN.unequal_perfect(0)), 1)


@claim(source="right points, taken for points of the truth", expected="fails", corrected="verifier-keeps-no-balance")
def verifier_keeps_balance(truth=EIGHT):
    """A perfect verifier: right points are no less equally shared out after five retrainings than at first."""
    return Le(median(RUN.unequal_perfect(LAST) / RUN.unequal_perfect(0)), 1)


# ---- figures --------------------------------------------------------------------------------------------------------

WORDS = {
    "none": "all kept",
    "perfect": "perfect verifier",
    "noisy": "noisy verifier",
    "discriminator": "discriminator",
}
TITLES = {
    "right": "share of right points, of the model's",
    "kept": "share of right points, of those kept",
    "unequal": "how unequally they are shared out",
    "tv": "total variation from the truth",
    "sw2": "sliced W2",
    "recall": "recall",
}


def figures(outcome: Outcome) -> Mapping[str, Figure]:
    """Six measures, and points of the first run."""
    drawn = [courses(outcome.frame, CENTRE, m, COMPARED, WORDS, told) for m, told in TITLES.items()]
    out = {"measures": panels(drawn, Scales(common=False))}
    if rows := pictured(outcome, {WORDS[x]: [f"{x}_{t}" for t in SHOWN] for x in SCHEMES}):
        out["samples"] = sheet(rows, [f"generation {t}" for t in SHOWN])
    return out
