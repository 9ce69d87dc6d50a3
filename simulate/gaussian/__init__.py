"""The family's loops, run: kernels on sufficient statistics, tied by tests to kernels on data."""

from theory.gaussian import GaussianLoop

from ..engine.points import of_points
from ..engine.samplers import sampler as _registered
from . import policies, regression, sampler, vector

KERNELS = policies.KERNELS | regression.KERNELS | vector.KERNELS
_of_points, _paths = of_points(KERNELS)


def estimand_of(loop, wanted, shift=None):
    """How a standard moment of one of the family's loops is estimated."""
    return (_registered if isinstance(loop, GaussianLoop) else _of_points)(loop, wanted, shift)


def paths(loop, observables, rng, size, t):
    """Paths of some of its observables: {name: array of shape (size, t + 1)}."""
    return (sampler.paths if isinstance(loop, GaussianLoop) else _paths)(loop, observables, rng, size, t)


__all__ = ["KERNELS", "estimand_of", "paths"]
