"""Draws from the named laws, as NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.random import Generator
from sympy import lambdify

from theory.language.errors import BadInput
from theory.language.laws import (
    Binomial,
    Cauchy,
    ChiSquare,
    Exponential,
    Laplace,
    Law,
    Logistic,
    Mixture,
    Normal,
    StudentT,
    Tilted,
    Truncated,
    Uniform,
)

Draw = Callable[..., np.ndarray]


def _chi_square(rng: Generator, size: int, dof) -> np.ndarray:
    if not np.all(dof > 0):
        raise BadInput(f"the step draws a chi-square with {np.min(dof):g} degrees of freedom")
    return rng.chisquare(dof, size)


def _student(rng: Generator, size: int, dof, center, scale) -> np.ndarray:
    if not np.all(dof > 0):
        raise BadInput(f"the step draws a Student t with {np.min(dof):g} degrees of freedom")
    return center + scale * rng.standard_t(dof, size)


def _binomial(rng: Generator, size: int, n, p) -> np.ndarray:
    if not (np.all(p >= -1e-12) and np.all(p <= 1 + 1e-12)):
        raise BadInput(f"the step draws a binomial with probability {np.min(p):g} to {np.max(p):g}")
    return rng.binomial(np.asarray(n, dtype=np.int64), np.clip(p, 0.0, 1.0), size).astype(float)


DRAWS: dict[type[Law], Draw] = {
    Normal: lambda rng, size, mean, variance: mean + np.sqrt(variance) * rng.standard_normal(size),
    ChiSquare: _chi_square,
    Binomial: _binomial,
    Logistic: lambda rng, size, center, scale: rng.logistic(center, scale, size),
    Laplace: lambda rng, size, center, scale: rng.laplace(center, scale, size),
    Cauchy: lambda rng, size, center, scale: center + scale * rng.standard_cauchy(size),
    StudentT: _student,
    Exponential: lambda rng, size, scale: scale * rng.standard_exponential(size),
    Uniform: lambda rng, size, lo, hi: rng.uniform(lo, hi, size),
}


def drawn(law: Law, rng: Generator, size: int) -> np.ndarray:
    """`size` independent draws from a law with numbers for its parameters."""
    if isinstance(law, Mixture):
        (w, p), (_, q) = law.parts
        first = rng.random(size) < float(w)
        return np.where(first, drawn(p, rng, size), drawn(q, rng, size))
    if isinstance(law, Truncated | Tilted):
        return _accepted(law, rng, size)
    return DRAWS[type(law)](rng, size, *map(float, law.args))


def _accepted(law: Truncated | Tilted, rng: Generator, size: int) -> np.ndarray:
    """Draws from the whole law of which those are kept that lie inside, or each with the probability of its weight."""
    out = np.empty(0)
    while out.size < size:
        x = drawn(law.law, rng, size)
        if isinstance(law, Truncated):
            lo, hi = map(float, law.support)
            kept = (lo < x) & (x < hi)
        else:
            chance = _weights(law)(x)
            if not (np.all(chance >= 0) and np.all(chance <= 1)):
                raise BadInput(f"a law is tilted by {np.max(chance):g}; drawn by rejection, weights are probabilities")
            kept = rng.random(size) < chance
        out = np.concatenate((out, x[kept]))
    return out[:size]


@lru_cache(maxsize=512)
def _weights(law: Tilted) -> Callable[[np.ndarray], np.ndarray]:
    return lambdify(law.weight.variables, law.weight.expr, modules=["numpy", "scipy"])


def draw(kind: type[Law], parameters: Sequence, rng: Generator, size: int) -> np.ndarray:
    """`size` independent draws from a law of this kind; its parameters may be arrays, one for each draw."""
    return DRAWS[kind](rng, size, *parameters)
