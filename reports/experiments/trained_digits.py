"""A trained flow of handwritten digits, given their class, retrained ten times: without curation, and on picks.

Without curation (Bertrand et al. 2310.00429): on the last model's images alone, beside the real ones (lam = 1/2), or on the real
ones again (lam = 0). With it (Ferbach et al. 2407.09499): an image is picked among K = 4 with probability proportional to e^r,
and the next model is trained on picks alone or on picks beside the real images (lam = 1/2). r is ten times a classifier's
confidence, its logarithm, or 1 for what the classifier takes for a 0, 1 or 2, and 0 for the rest. "prompted": the four candidates
are images of one class, as if a user had asked for it. `--images` runs all of it on CIFAR-10 instead.

The flow is one of 30 principal components, small, trained on 880 images: weak, but trained. The theorems on curation speak of a
model that is the law of the picks; a flow is not. Thresholds in claims were set after six runs of seed 0; any other seed is
fresh. Runs differ in the halves of the collection and in all draws: what is decided is decided of this collection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sympy import And, Expr, Gt, Le, Lt, Rational

from simulate.curation.datasets import load
from simulate.networks import LIBRARIES, need_jax
from simulate.networks.images import SCHEMES, measures
from theory import Measured, Points, Quantile, claim
from theory.curation.common import FERBACH

from ..figures import panels
from .outline import Job, Outcome, courses
from .retrained_networks import BERTRAND
from .sheets import pictured, pictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURES = {
    "confidence": "mean confidence of the classifier in the class that it takes the model's images for",
    "variance": "variance of that confidence",
    "log": "mean log confidence",
    "preferred": "share of images that the classifier takes for a 0, 1 or 2",
    "classes": "effective number of classes, e^entropy of the shares that the classifier sees",
    "agreed": "share of images that the classifier takes for the class that they were asked for as",
    "spread": "variance within the classes asked for, that of the real images being 1",
    "frechet": "Fréchet distance from the real images in the classifier's ten logits",
    "likely": "log-density of held images' logits under kernels about those of the model's images, one width, nats an image",
    "taught": "accuracy on held images of a logistic regression trained on the model's images",
}
COMPARED = "scheme"
CENTRE = "median"
SHOWN = (0, 1, 2, 5, 10)
TUNED_ON = 0
MINUTES = {"full": 5}
LAST = 10  # retrainings
RUNS, BLOCK = 24, 6  # runs, and how many are trained side by side
TILES = 10  # of images that are kept of the first run, so many rows and columns


def jobs(seed: int, images: str | None = None) -> list[Job]:
    """images: the folder of CIFAR-10; None: the digits. Raises `BadInput` where they, or JAX, cannot be had."""
    need_jax()
    name = load(images).name
    blocks = [range(first, min(first + BLOCK, RUNS)) for first in range(0, RUNS, BLOCK)]
    # block by block: what its schemes share is at hand
    return [
        Job(trained, (seed, images, scheme, runs), {"images": name, "scheme": scheme}, runs)
        for runs in blocks
        for scheme in SCHEMES
    ]


def trained(seed: int, images: str | None, scheme: str, runs: Sequence[int]) -> Outcome:
    """One scheme of some runs, side by side, generation after generation."""
    need_jax()
    from simulate.networks.curation import Loop, retrainings

    loop = Loop(load(images))
    rows, kept = [], {}
    for t, generation in enumerate(retrainings(loop, scheme, seed, runs, LAST)):
        if t not in SHOWN:
            continue
        for run, now in zip(runs, generation, strict=True):
            start = now.start
            seen = measures(now.points, now.labels, start.classifier, start.real, start.held)
            rows.append({"run": run, "generation": t, **seen})
        if runs[0] == 0:
            first, few = generation[0], slice(TILES * TILES)
            shown = first.points[few][np.argsort(first.labels[few], kind="stable")]
            kept[f"{scheme}_{t}"] = loop.images.pixels(shown * loop.scale)
    return Outcome(pd.DataFrame(rows), kept)


# ---- claims ---------------------------------------------------------------------------------------------------------

RUN = Measured(*(f"{measure}_{scheme}" for measure in MEASURES for scheme in SCHEMES))
IMAGES = Points("digits", "CIFAR-10")
half = Rational(1, 2)


def median(x) -> Expr:
    """Of the runs: in one as well as in another half of them."""
    return Quantile(x, half)


@claim(source=f"{BERTRAND}, as commonly quoted of training on the last model's images alone")
def synthetic_digits_drift_away(images=IMAGES):
    """Without picking and real images: ten retrainings more than double the Fréchet distance."""
    return Gt(median(RUN.frechet_synthetic(10) / RUN.frechet_synthetic(0)), 2)


# ---- figures --------------------------------------------------------------------------------------------------------

WORDS = {
    "synthetic": "no picking, no real images",
    "half": "no picking, λ = 1/2",
    "real": "real images, λ = 0",
    "confidence": "confidence",
    "confidence_half": "confidence, λ = 1/2",
    "log": "log confidence",
    "log_half": "log confidence, λ = 1/2",
    "preference": "preference",
    "preference_half": "preference, λ = 1/2",
    "prompted": "confidence, prompted",
}
GROUPS = {
    "uncurated": ("synthetic", "half", "real"),
    "confidence": ("confidence", "confidence_half", "prompted", "synthetic"),
    "log": ("log", "log_half", "synthetic"),
    "preference": ("preference", "preference_half", "synthetic"),
}
TITLES = {
    "confidence": "mean confidence",
    "variance": "variance of the confidence",
    "preferred": "share of preferred classes",
    "classes": "effective number of classes",
    "spread": "variance within classes",
    "frechet": "Fréchet distance in logits",
    "likely": "feature likelihood",
    "taught": "accuracy of a classifier trained on samples",
}


def figures(outcome: Outcome) -> Mapping[str, Figure]:
    """For each reward, and without one, eight measures and images of the first run."""
    out, frame = {}, outcome.frame
    for name, schemes in GROUPS.items():
        here: Any = frame[frame["scheme"].isin(schemes)]
        words = {measure: f"{told}, {name}" for measure, told in TITLES.items()}
        out[name] = panels([courses(here, CENTRE, m, COMPARED, WORDS, told) for m, told in words.items()])
        if rows := pictured(outcome, {WORDS[s]: [f"{s}_{t}" for t in SHOWN] for s in schemes}):
            out[f"images_{name}"] = pictures(rows, [f"generation {t}" for t in SHOWN])
    return out
