"""A trained flow of handwritten digits, given their class, retrained ten times: without curation, and on picks.

Without curation (Bertrand et al. 2310.00429): on the last model's images alone, beside the real ones (lam = 1/2), or on the real
ones again (lam = 0). With it (Ferbach et al. 2407.09499): an image is picked among K = 4 with probability proportional to e^r,
and the next model is trained on picks alone or on picks beside the real images (lam = 1/2). r is ten times a classifier's
confidence, its logarithm, or 1 for what the classifier takes for a 0, 1 or 2, and 0 for the rest. "prompted": the four candidates
are images of one class, as if a user had asked for it. `--images` runs all of it on MNIST or CIFAR-10 instead.

The flow is one of 30 principal components, small, trained on 880 images: weak, but trained. The theorems on curation speak of a
model that is the law of the picks; a flow is not. Thresholds in claims were set after six runs of seed 0; any other seed is
fresh. Runs differ in the halves of the collection and in all draws: what is decided is decided of this collection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sympy import And, Expr, Ge, Gt, Lt, Rational

from simulate.curation.datasets import load
from simulate.networks import LIBRARIES as NETWORKS
from simulate.networks import need_jax
from simulate.networks.images import SCHEMES, measures
from theory import Measured, Points, claim
from theory.curation.common import FERBACH

from ..figures import Scales, panels
from .eight_gaussians import BERTRAND, median
from .outline import Job, Outcome, courses
from .sheets import pictured, pictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulate.networks.curation import Generation, Loop

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
MINUTES = {"full": 2, "quick": 1.5}
LIBRARIES = (*NETWORKS, "scikit-learn")
LAST = 10  # retrainings
RUNS, BLOCK = 24, 6  # runs, and how many are trained side by side
CLAIMED = tuple(x for x in SCHEMES if x != "log")  # the schemes that claims speak of
TILES = 10  # of images that are kept of the first run, so many rows and columns


def jobs(seed: int, images: str | None = None, quick: bool = False) -> list[Job]:
    """images: "mnist", or the folder of CIFAR-10; None: the digits. Raises `BadInput` where they, or JAX, cannot be had.

    quick: without the scheme of which no claim speaks. All runs: fewer leave claims undecided, and take little less time.
    """
    need_jax()
    name, schemes = load(images).name, CLAIMED if quick else SCHEMES
    # block by block: what its schemes share is at hand
    return [
        Job(trained, (seed, images, scheme, runs), {"images": name, "scheme": scheme}, runs)
        for runs in (range(first, min(first + BLOCK, RUNS)) for first in range(0, RUNS, BLOCK))
        for scheme in schemes
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
        seen = (
            [_seen(now) for now in generation]
            if t
            else _seen_at_first(loop, SCHEMES[scheme].prompted, seed, tuple(runs))
        )
        rows += [{"run": run, "generation": t, **found} for run, found in zip(runs, seen, strict=True)]
        if runs[0] == 0:
            first, few = generation[0], slice(TILES * TILES)
            shown = first.points[few][np.argsort(first.labels[few], kind="stable")]
            kept[f"{scheme}_{t}"] = loop.images.pixels(shown * loop.scale)
    return Outcome(pd.DataFrame(rows), kept)


def _seen(now: Generation) -> dict[str, float]:
    return measures(now.points, now.labels, now.start.classifier, now.start.real, now.start.held)


@lru_cache(maxsize=8)
def _seen_at_first(loop: Loop, prompted: bool, seed: int, runs: tuple[int, ...]) -> list[dict[str, float]]:
    """Of generation 0, run by run: its images are the same for all schemes that ask for classes in the same way."""
    from simulate.networks.curation import retrainings

    scheme = next(name for name, kind in SCHEMES.items() if kind.prompted == prompted)
    return [_seen(now) for now in next(retrainings(loop, scheme, seed, runs, 0))]


# ---- claims ---------------------------------------------------------------------------------------------------------

RUN = Measured(*(f"{measure}_{scheme}" for measure in MEASURES for scheme in SCHEMES))
IMAGES = Points("digits", "MNIST", "CIFAR-10")
REWARDS = ("confidence", "log", "preference")
OWN = f"own measurement, in the setting of {FERBACH}"
half = Rational(1, 2)


def gain(measure: str, scheme: str, first: int = 0, last: int = LAST) -> Expr:
    """The median, over runs, of how many times as much there is of a measure after `last` retrainings as after `first`."""
    course = getattr(RUN, f"{measure}_{scheme}")
    return median(course(last) / course(first))


def beside(measure: str, one: str, other: str) -> Expr:
    """The median, over runs, of how many times as much one scheme has of a measure as another, after all retrainings."""
    return median(getattr(RUN, f"{measure}_{one}")(LAST) / getattr(RUN, f"{measure}_{other}")(LAST))


# ---- nobody picks ----


@claim(source=f"{BERTRAND}, as commonly quoted of training on the last model's images alone")
def synthetic_images_drift_away(images=IMAGES):
    """Without picking and real images: ten retrainings more than double the Fréchet distance."""
    return Gt(gain("frechet", "synthetic"), 2)


@claim(source=f"{BERTRAND} (local stability, as commonly quoted)")
def half_of_images_stay(images=IMAGES):
    """Without picking, lam = 1/2: after ten retrainings the Fréchet distance is below 1.5 times that at lam = 0."""
    return Lt(beside("frechet", "half", "real"), Rational(3, 2))


@claim(source=f"{BERTRAND}, as commonly quoted")
def half_of_images_are_nearer(images=IMAGES):
    """Without picking, after ten retrainings: without real images the Fréchet distance is over 1.5 times that at lam = 1/2."""
    return Gt(beside("frechet", "synthetic", "half"), Rational(3, 2))


# ---- picks ----


@claim(source=FERBACH)
def confidence_grows(images=IMAGES):
    """Picks by confidence alone: the mean confidence grows from 0 to 2, to 5 and to 10 retrainings."""
    return And(*(Gt(gain("confidence", "confidence", a, b), 1) for a, b in ((0, 2), (2, 5), (5, 10))))


@claim(source=FERBACH)
def confidence_varies_less(images=IMAGES):
    """Picks by confidence alone: ten retrainings leave less than a half of the variance of the confidence."""
    return Lt(gain("variance", "confidence"), half)


@claim(source=FERBACH)
def preferred_images_amplify(images=IMAGES):
    """Picks by preference alone: the share of preferred classes grows from 0 to 1, to 2, to 5, and is over 9/10 after ten."""
    steps = (Gt(gain("preferred", "preference", a, b), 1) for a, b in ((0, 1), (1, 2), (2, 5)))
    return And(*steps, Gt(median(RUN.preferred_preference(LAST)), Rational(9, 10)))


@claim(source=f"{FERBACH} (amplified bias: nobody asked for a class)")
def confidence_loses_classes(images=IMAGES):
    """Picks by confidence alone: ten retrainings leave less than 0.85 of the effective number of classes."""
    return Lt(gain("classes", "confidence"), Rational(17, 20))


@claim(source=OWN)
def confidence_narrows_images(images=IMAGES):
    """Picks by confidence alone: ten retrainings leave less than 0.85 of the variance within the classes."""
    return Lt(gain("spread", "confidence"), Rational(17, 20))


@claim(source=OWN)
def picks_leave_the_real_images(images=IMAGES):
    """Picks by confidence alone: after ten retrainings the Fréchet distance is over 5 times that at lam = 1/2."""
    return Gt(beside("frechet", "confidence", "confidence_half"), 5)


@claim(source=OWN)
def picks_teach_less(images=IMAGES):
    """Picks by confidence alone, ten retrainings: what a classifier learns from the images falls below 0.95 of what it was."""
    return Lt(gain("taught", "confidence"), Rational(19, 20))


@claim(source="a higher reward, taken for better data", expected="fails", corrected="picks-teach-less")
def picks_teach_more(images=IMAGES):
    """Picks by confidence alone, ten retrainings: a classifier learns no less from the images than before."""
    return Ge(gain("taught", "confidence"), 1)


@claim(source=OWN)
def prompts_keep_classes(images=IMAGES):
    """Picks by confidence among images of one class keep over 1.15 times the effective number of classes of picks among all."""
    return Gt(beside("classes", "prompted", "confidence"), Rational(23, 20))


@claim(source=OWN)
def prompts_narrow_images(images=IMAGES):
    """Picks by confidence among images of one class: ten retrainings leave less than 0.9 of the variance within the classes."""
    return Lt(gain("spread", "prompted"), Rational(9, 10))


# ---- picks beside real images ----


@claim(source=f"{FERBACH} (the mixed loop, as commonly quoted)")
def preferred_images_amplify_less(images=IMAGES):
    """Picks by preference, lam = 1/2: ten retrainings raise the share of preferred classes, and by less than a half."""
    return And(Gt(gain("preferred", "preference_half"), 1), Lt(gain("preferred", "preference_half"), Rational(3, 2)))


@claim(source=OWN)
def half_keeps_classes(images=IMAGES):
    """Picks by any of the rewards, lam = 1/2: ten retrainings leave over 0.95 of the effective number of classes."""
    return And(*(Gt(gain("classes", f"{x}_half"), Rational(19, 20)) for x in REWARDS))


@claim(source=OWN)
def half_teaches(images=IMAGES):
    """Picks by any of the rewards, lam = 1/2, ten retrainings: a classifier learns from the images over 0.95 of what it did."""
    return And(*(Gt(gain("taught", f"{x}_half"), Rational(19, 20)) for x in REWARDS))


@claim(source=FERBACH)
def half_gains_less(images=IMAGES):
    """After ten retrainings on picks by confidence the mean confidence is higher alone than at lam = 1/2."""
    return Gt(beside("confidence", "confidence", "confidence_half"), 1)


# ---- figures --------------------------------------------------------------------------------------------------------

WORDS = {
    "synthetic": "no picking, no real images",
    "half": "no picking, λ = 1/2",
    "real": "real images, λ = 0",
    "confidence": "picks by confidence",
    "confidence_half": "picks by confidence, λ = 1/2",
    "log": "picks by log confidence",
    "log_half": "picks by log confidence, λ = 1/2",
    "preference": "picks by preference",
    "preference_half": "picks by preference, λ = 1/2",
    "prompted": "picks by confidence, prompted",
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
        out[name] = panels(
            [courses(here, CENTRE, m, COMPARED, WORDS, told) for m, told in TITLES.items()], Scales(common=False)
        )
        if rows := pictured(outcome, {WORDS[s]: [f"{s}_{t}" for t in SHOWN] for s in schemes}):
            out[f"images_{name}"] = pictures(rows, [f"generation {t}" for t in SHOWN])
    return out
