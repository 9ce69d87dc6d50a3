"""A Gaussian refitted to its own samples: fully synthetic, half of the points real, real points only."""

# pyright: reportOperatorIssue=false, reportArgumentType=false, reportAttributeAccessIssue=false

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sympy import Eq, Lt, Rational

from simulate import sample
from theory import E, FreshReal, Integers, Measured, claim
from theory.gaussian.policies import PooledGaussianLoop

from ..figures import Curve, Trajectory, panels
from .outline import ERROR, Job, Outcome, centre

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURES = {
    "variance": "fitted variance, by maximum likelihood; that of the truth is 1",
    "error": "square of the fitted mean's error",
}
COMPARED = "scheme"
CENTRE = "mean"
SIZES = (20, 100)  # points in a fit
GENERATIONS = (*range(21), *range(50, 1001, 50))
SHOWN = (0, 1, 5, 20, 100, 1000)
RUNS = 2000
SCHEMES = {
    "synthetic": lambda n: PooledGaussianLoop(n),
    "half": lambda n: PooledGaussianLoop(n // 2, FreshReal(n // 2)),
    "real": lambda n: PooledGaussianLoop(n, FreshReal(n), weight=1),
}


def jobs(seed: int) -> list[Job]:
    return [Job(trained, (seed, n, scheme)) for n in SIZES for scheme in SCHEMES]


def trained(seed: int, n: int, scheme: str) -> Outcome:
    """All runs of one scheme, from points: generation 0 is the truth, generation t comes after t fits."""
    paths = sample(SCHEMES[scheme](n), ["v", "mu"], t=GENERATIONS[-1], replicates=RUNS, seed=seed, workers=1)
    at = np.array(GENERATIONS)
    columns = {"scheme": scheme, "n": n, "run": np.repeat(np.arange(RUNS), len(at)), "generation": np.tile(at, RUNS)}
    measured = {"variance": paths["v"][:, at].ravel(), "error": paths["mu"][:, at].ravel() ** 2}
    return Outcome(pd.DataFrame(columns | measured))


RUNS_OF = Measured(*(f"{m}_{s}" for m in MEASURES for s in SCHEMES))


@claim(source="Shumailov et al. 2305.17493")
def synthetic_variance_decays(n=Integers(2), t=Integers(0)):
    """Fully synthetic: the expected variance decays like (1 - 1/n)^t."""
    return Eq(E(RUNS_OF.variance_synthetic(t)), (1 - 1 / n) ** t)


@claim(source="derived")
def half_real_variance_stays(n=Integers(2), t=Integers(100)):
    """Half of the points real: the expected variance stays above 9/10, however often the model is retrained."""
    return Lt(Rational(9, 10), E(RUNS_OF.variance_half(t)))


def figures(outcome: Outcome) -> Mapping[str, Figure]:
    frame, out = outcome.frame, []
    for n in SIZES:
        curves = []
        for scheme in SCHEMES:
            here = frame[(frame["n"] == n) & (frame["scheme"] == scheme) & (frame["generation"] <= 20)]
            groups = here.groupby("generation")["variance"]
            low, middle, high, _ = zip(*(centre(x.to_numpy(), CENTRE) for _, x in groups), strict=True)
            curves.append(
                Curve(scheme, np.array(sorted(groups.groups)), None, np.array(low), np.array(high), np.array(middle))
            )
        out.append(Trajectory(f"variance, n = {n}", "", curves, RUNS, 1 - ERROR))
    return {"variance": panels(out)}
