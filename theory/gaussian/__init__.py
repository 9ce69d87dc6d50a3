"""One-dimensional Gaussian models refitted to their own samples: the loop and its theorems.

Time: `loop.model(0)` is what the loop is handed (the truth, N(mu0, sigma0**2)); `loop.model(t)` is after t fits. Papers
that count the fit on real data as generation 0 are one step behind: their generation g is our t = g + 1.

Sources are given as commonly quoted; theorem numbers only where they are certain.

A module a topic; here are the loops.
"""

from .common import GaussianLoop
from .policies import PooledGaussianLoop
from .regression import RegressionLoop
from .vector import MultivariateGaussianLoop

__all__ = ["GaussianLoop", "MultivariateGaussianLoop", "PooledGaussianLoop", "RegressionLoop"]
