"""The family's loops, run: kernels on sufficient statistics, tied by tests to kernels on data."""

from . import policies, regression, sampler, vector

__all__ = ["policies", "regression", "sampler", "vector"]
