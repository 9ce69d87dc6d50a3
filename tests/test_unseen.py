"""Statements of the literature that the program was not made for: what is derived of them, and what of their false forms is not.

The files are those of `benchmarks/unseen`; `benchmarks/unseen.py` gives them to `check`.
"""

from pathlib import Path

import pytest

from reports.conjectures import load
from theory.proof.relations.prove import prove

FILES = sorted((Path(__file__).parents[1] / "benchmarks/unseen").glob("*.py"))
UNPROVED = {  # true, and no derivation is found
    *("random_coefficient: true-autocovariance", "best_of_n: true-discrete", "rejection: true-cost"),
    *("annealed: true-general", "mean_field: true-lost", "blurred: true-variance"),
    *("restaurant: true-bound", "sharpened: true-odds"),
    *("attachment: true-none", "coupled: true-nearer", "kesten: true-heavy"),
    *("best_of_two: true-mean", "best_of_two: true-variance", "best_of_two: true-three", "policy_gradient: true-limit"),
    *("queue: true-second", "queue: true-bound", "queue: true-no-wait", "tracking: true-gain", "two_means: true-apart"),
    *("records: true-mean", "records: true-below", "records: true-exponential"),
    *("two_draws: true-halved", "two_draws: true-lost"),
    *("better_of_two: true-three", "better_of_two: true-general", "lindley: true-bound", "lindley: true-second"),
    *("lindley: true-limit", "newton: true-limit", "newton: true-above", "newton: true-falling", "noised: true-fourth"),
    *("noised: true-divergence", "normal_queue: true-first", "normal_queue: true-second", "normal_queue: true-bound"),
    *("contaminated: true-end", "descent: true-rises", "dropout: true-alive", "hallucinated: true-none"),
    *("gamma_refit: true-between", "gamma_refit: true-root", "median_of_three: true-centre"),
    *("median_of_three: true-variance", "predictive: true-fourth", "random_urn: true-second", "rounded: true-mean"),
    *("spanned: true-width", "spanned: true-drift", "upper_half: true-sure"),
    *("vocabulary: true-first-loss", "vocabulary: true-second-loss", "vocabulary: true-survival"),
    *(
        "oscillating: true-variance",
        "poisson_refit: true-dies",
        "reflected_walk: true-growth",
        "smallest_fit: true-more",
    ),
}


@pytest.mark.thin(6)
@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_what_is_derived(file):
    for c in load(file):
        found, name = prove(c), f"{file.stem}: {c.id}"
        if c.id.startswith("false-"):
            assert not found.proved, name
        else:
            assert found.proved != (name in UNPROVED), (name, found.reason)
            assert not found.refuted, name
