"""Iterative retraining on a mixture of real and synthetic data (Bertrand et al., 2310.00429): loops and theorems.

n real points and m = lambda n synthetic ones, N = n + m, a = m/N = lambda/(1 + lambda), are pooled and the model is
refitted by maximum likelihood. In a *population* loop both samples are infinite and only lambda is left.

Time: model 0 is what the loop is handed, model t is after t fits; the papers' theta_t is our theta(t).

A module a topic; here are the loops of them all, and the closed forms that are functions.
"""

from .coin import RetrainedBernoulliLoop
from .gaussian import (
    CorrectedMeanLoop,
    RetrainedScaleLoop,
    amplified_bias,
    hot_variance,
    mean_error_fixed,
    mean_error_fresh,
    stable_real_share,
)
from .location import LocationLoop, bounded_rate, local_rate, published_rate, published_real_share
from .peaks import CauchyLoop
from .schedule import ScheduledMeanLoop

__all__ = [
    "CauchyLoop",
    "CorrectedMeanLoop",
    "LocationLoop",
    "RetrainedBernoulliLoop",
    "RetrainedScaleLoop",
    "ScheduledMeanLoop",
    "amplified_bias",
    "bounded_rate",
    "hot_variance",
    "local_rate",
    "mean_error_fixed",
    "mean_error_fresh",
    "published_rate",
    "published_real_share",
    "stable_real_share",
]
