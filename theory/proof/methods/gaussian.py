"""Loops that stay Gaussian: a step that is linear in the state and in normal noise, from a start that is no less so.

A coordinate after t generations is then normal, whatever the recursion: its mean and its variance tell its law, so that the
mean of any function of it is an integral over one normal draw.
"""

from __future__ import annotations

from functools import lru_cache

from sympy import Abs, Expr, Poly, Symbol, atan, erf, pi, sqrt

from ...language.laws import Noise, Normal
from ...language.loops import Loop, Observable, PopulationLoop
from .. import structures


@lru_cache(maxsize=512)
def stays_normal(loop: Loop) -> bool:
    if isinstance(loop, PopulationLoop) or structures.is_deterministic(loop) or not loop.state:
        return False
    try:
        now = loop.symbols()
        after, start = loop.step(now), loop.initial
    except NotImplementedError:
        return False
    return all(_is_linear(x, tuple(now.values())) for x in after.values()) and all(
        _is_linear(x, ()) for x in start.values()
    )


def _is_linear(x: Expr, state: tuple[Symbol, ...]) -> bool:
    noises = tuple(sorted(x.atoms(Noise), key=str))
    if not all(isinstance(z.law, Normal) and not z.law.has(*state, Noise) for z in noises):
        return False
    variables = (*state, *noises)
    return not variables or (x.is_polynomial(*variables) and Poly(x, *variables).total_degree() <= 1)


def only_coordinate(x: Expr) -> Observable | None:
    """The one coordinate of a loop that stays normal of which x is a function, if x is no polynomial in it."""
    observables = x.atoms(Observable)
    if len(observables) != 1 or x.has(Noise):
        return None
    (o,) = observables
    if o.name not in o.loop.state or x.is_polynomial(o) or not stays_normal(o.loop):
        return None
    return o


def folded(f: Expr, z: Noise) -> Expr | None:
    """E erf(c |X|) = (2/pi) arctan(c sqrt(2 v)), X ~ N(0, v): in polar coordinates; None for another function."""
    k, g = f.as_independent(z, as_Add=False)
    if not isinstance(g, erf) or z.law.mean != 0:
        return None
    c, size = g.args[0].as_independent(z, as_Add=False)
    if size != Abs(z):
        return None
    return k * 2 / pi * atan(c * sqrt(2 * z.law.variance))


__all__ = ["folded", "only_coordinate", "stays_normal"]
