"""Experiments of the literature, each a module of its name: `selfconsuming run NAME`.

A module gives
    MEASURES: {column: what it is}, in the order of the table's columns; all are measured at every setting.
    COMPARED: the column whose values are trained side by side in every run, such as "scheme"; a claim compares them run by
        run, as observables "tv_half" and "tv_synthetic" of one loop, `theory.Measured`.
    CENTRE: "median" (the typical run, intervals by the exact law of order statistics) or "mean" (asymptotic).
    SHOWN: the generations that the table shows.
    TUNED_ON: the seed that was looked at before the thresholds in claims were set; None where there was none.
    MINUTES: {"full": about how long its runs take on two cores, "quick": how long those of the quick setting do, below 5}.
    jobs(seed, quick=False): what has to be run, a list of `outline.Job`, each giving an `outline.Outcome`; quickly: fewer
        settings or runs, of the same columns. One that can be run on a user's images takes their folder, too, None for its
        own: jobs(seed, images, quick).
    figures(outcome): {name: figure}.
    LIBRARIES, where its bits depend on any beside the package's own: their names.
    tables(outcome), where it has any of its own: {name: data frame}.
and its claims, functions under `@claim` whose variables are the columns that tell settings apart. What is shared, from the
runs to files, is in `outline`. To add one: a module, and its name here.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from theory.language.errors import BadInput, nearest

DESCRIPTIONS = {  # known without an import of what is heavy
    "gaussian": "Gaussians fitted to their own samples, with and without real data, over twenty and a thousand retrainings",
    "eight-gaussians": "a flow and a diffusion model, trained on eight Gaussians and two moons, retrained twenty times",
    "linear-score": "the linear case: a diffusion model with a random-feature score on eight Gaussians, retrained twenty times",
    "curation-synthetic": "eight Gaussians, a distance as reward: picked points and a flow trained on picks, beside the theory",
    "guided-networks": "a diffusion model led away from what retraining on its own points has made of it, for five weights",
    "verified-networks": "a diffusion model retrained on those of its points that a verifier, or a discriminator, keeps",
    "transition": "six learners retrained on n real and m synthetic points: whether the error rises and falls with m, and where",
    "score-network": "a score network's error beside its published bound: points, training time, width, start; exponents",
    "score-loop": "a score network, retrained twenty times: its error beside the recursion, scheme by scheme; early stopping",
    "digits": "a flow of digits, given their class, retrained beside real digits or on picks; --images: others",
    "gaussian-digits": "digits by a Gaussian for every class: picks by confidence or preference; --images: others",
}


def experiment(name: str) -> ModuleType:
    """The module of an experiment. Raises `BadInput`, with the nearest name, where there is none."""
    if name not in DESCRIPTIONS:
        raise BadInput(f"there is no experiment {name!r}{nearest(name, list(DESCRIPTIONS))}")
    return import_module(f".{name.replace('-', '_')}", __name__)


def committed(name: str) -> dict[str, Any]:
    """What came of an experiment's claims in the committed run: its command, commit, and {claim: verdict}.

    They are those of the `findings.json` of that run.
    """
    file = Path(__file__).with_name("committed.json")
    return json.loads(file.read_text(encoding="utf-8"))[name]


__all__ = ["DESCRIPTIONS", "committed", "experiment"]
