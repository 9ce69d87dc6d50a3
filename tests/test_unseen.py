"""Statements of the literature that the program was not made for: what is derived of them, and what of their false forms is not.

The files are those of `benchmarks/unseen`; `benchmarks/unseen.py` gives them to `check`.
"""

from pathlib import Path

import pytest

from reports.conjectures import load
from theory.proof.relations.prove import prove

FILES = sorted((Path(__file__).parents[1] / "benchmarks/unseen").glob("*.py"))
UNPROVED = {  # true, and no derivation is found
    *("absolute_deviation: true-drift", "accepted: true-hoeffding", "annealed: true-general"),
    *("attachment: true-none", "best_of_n: true-discrete", "best_of_two: true-three"),
    *("better_of_two: true-three", "blurred: true-variance"),
    *("clipped: true-bound", "clipped_gradient: true-any"),
    *(
        "contaminated: true-end",
        "coupled: true-nearer",
        "coupons: true-all",
    ),
    *("fading_best: true-bound", "flat_loss: true-bound", "gamma_refit: true-between"),
    "hedge: true-regret",
    *("joined_events: true-later", "kesten: true-heavy", "lazy_queue: true-bound", "lazy_queue: true-tail"),
    *(
        "lindley: true-bound",
        "lindley: true-limit",
        "lindley: true-second",
    ),
    *("normal_queue: true-bound", "normal_queue: true-second", "oscillating: true-variance"),
    *("predictive: true-fourth", "pseudo_labels: true-centre"),
    *("pseudo_labels: true-rate", "queue: true-bound"),
    "reflection: true-reached",
    *("rejection: true-cost", "restaurant: true-bound", "rounded: true-mean", "selected_share: true-grows"),
    *("selected_share: true-slower", "sign_steps: true-second"),
    *("smallest_fit: true-more", "soft_threshold: true-path", "spanned: true-drift"),
    *("two_draws: true-halved", "two_draws: true-lost"),
    *("two_noises: true-share", "unseen_mass: true-mass", "unseen_mass: true-uniform"),
    *("correlated_pair: true-curvature", "correlated_pair: true-wider", "detector: true-old"),
    *("effective_dimension: true-dimension", "first_below: true-event", "negative_binomial: true-best"),
    *("one_bit: true-cut", "strategic: true-echo", "von_mises: true-rate"),
    *("every_other: true-after-real", "every_other: true-exact", "self_rewarded: true-limit"),
    "vocabulary: true-second-loss",
    *(
        "coordinate_descent: true-bound",
        "deep_linear: true-typical",
        "draws_tails: true-absolute",
    ),
    *("draws_tails: true-typical", "farthest: true-levy"),
    "farthest: true-subgaussian",
    "lazy_deployment: true-price",
    *("rotated: true-lag", "rotated: true-length", "rotated: true-limit"),
    "rotated: true-variance",
    *("regression_acc: true-replacing-is-worse", "tail_prune: true-bound", "tail_prune: true-strict-pruning"),
    "zipf_cut: true-missing-mass",
    *("dp_noise: true-composition", "forward_noise: true-w2-decay"),
    *(
        "irwin_hall: true-corner",
        "moran_het: true-absorption",
        "softmax_steps: true-regret",
        "successive: true-kl-step",
    ),
    *("uniform_max: true-tv", "vocab_tail: true-loss", "vocab_tail: true-survival", "weights_noise: true-floor"),
    *("adaptive_conformal: true-coverage", "all_distinct: true-still-distinct", "detector_auroc: true-bound"),
    "plugin_entropy: true-loss",
    *("twice_bagged: true-twice", "twice_bagged: true-large-samples"),
    *("three_kinds: true-alive", "three_kinds: true-time", "two_types: true-together"),
}


@pytest.mark.thin(24)
@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_what_is_derived(file):
    for c in load(file):
        found, name = prove(c), f"{file.stem}: {c.id}"
        if c.id.startswith("false-"):
            assert not found.proved, name
        else:
            assert found.proved != (name in UNPROVED), (name, found.reason)
            assert not found.refuted, name
