"""Draws from the named laws, as NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.random import Generator
from sympy import lambdify

from theory.language.errors import BadInput, CannotTell
from theory.language.laws import (
    Atoms,
    Count,
    Density,
    Empirical,
    Finite,
    Law,
    Mixture,
    MultivariateNormal,
    Pieces,
    Tilted,
    Truncated,
)

from . import spaced, tabulated


def drawn(law: Law, rng: Generator, size: int) -> np.ndarray:
    """`size` independent draws from a law with numbers for its parameters, of points of a space a row for each coordinate.

    Raises `BadInput` where they make no law.
    """
    if (problem := law.refuses()) is not None:
        raise BadInput(problem)
    match law:
        case Mixture():
            (w, p), (_, q) = law.parts
            first = rng.random(size) < float(w)
            return np.where(first, drawn(p, rng, size), drawn(q, rng, size))
        case Tilted() if law.bell is not None:
            return drawn(law.bell, rng, size)
        case Truncated() | Tilted():
            return _accepted(law, rng, size)
        case Count():
            raise CannotTell(f"{law} is drawn together with the other counts of its draw, in a step")
        case Finite():
            return law.draw(rng, size, [float(p) for p in law.masses])
        case Atoms():
            return law.draw(rng, size, law.points, law.masses)
        case Pieces():
            return law.draw(rng, size, law.ends, law.masses)
        case Empirical():
            return law.draw(rng, size, law.points)
        case Density():
            return (spaced if law.d > 1 else tabulated).drawn(law, rng, size)
        case MultivariateNormal():
            return law.draw(rng, size, law.mean, law.covariance)
        case _:
            return law.draw(rng, size, *map(float, law.args))


def can_be_drawn(law: Law) -> bool:
    """Whether draws are known: of laws made of others, those with numbers for their parameters."""
    match law:
        case Mixture():
            return not law.free_symbols and all(can_be_drawn(p) for _, p in law.parts)
        case Truncated() | Tilted():
            return not law.free_symbols and can_be_drawn(law.law)
        case Finite() | Density():
            return not law.free_symbols
        case Count():  # of several that are drawn together
            return False
        case _:
            return type(law).draw is not Law.draw


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
            if np.any(chance < 0):
                raise BadInput(f"a law is tilted by {np.min(chance):g}; a weight is at least 0")
            if not np.all(chance <= 1):
                raise CannotTell(f"a law is tilted by {np.max(chance):g}; draws are known of weights up to 1 only")
            kept = rng.random(size) < chance
        out = np.concatenate((out, x[kept]))
    return out[:size]


@lru_cache(maxsize=512)
def _weights(law: Tilted) -> Callable[[np.ndarray], np.ndarray]:
    return lambdify(law.weight.variables, law.weight.expr, modules=["numpy", "scipy"])
