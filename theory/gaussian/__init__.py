"""One-dimensional Gaussian models refitted to their own samples: the loop and its theorems.

Time: `loop.model(0)` is what the loop is handed (the truth, N(mu0, sigma0**2)); `loop.model(t)` is after t fits. Papers
that count the fit on real data as generation 0 are one step behind: their generation g is our t = g + 1.

Sources are given as commonly quoted; theorem numbers only where they are certain.

A module a topic; here are the loops, and the closed forms that are functions.
"""

from .common import GaussianLoop
from .distances import expected_kl, expected_w2_squared
from .draws import draw_variance
from .inflation import critical_inflation
from .moments import (
    expected_sigma,
    expected_sigma_mle,
    expected_variance_mle,
    generations,
    sample_size,
    variance_of_variance,
)
from .policies import PooledGaussianLoop
from .regression import RegressionLoop
from .typical import expected_log_variance, half_life, half_life_mle, half_life_typical
from .vector import MultivariateGaussianLoop

__all__ = [
    "GaussianLoop",
    "MultivariateGaussianLoop",
    "PooledGaussianLoop",
    "RegressionLoop",
    "critical_inflation",
    "draw_variance",
    "expected_kl",
    "expected_log_variance",
    "expected_sigma",
    "expected_sigma_mle",
    "expected_variance_mle",
    "expected_w2_squared",
    "generations",
    "half_life",
    "half_life_mle",
    "half_life_typical",
    "sample_size",
    "variance_of_variance",
]
