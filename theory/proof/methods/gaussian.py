"""Loops that stay Gaussian: a step that is linear in the state and in normal noise, from a start that is no less so.

A coordinate after t generations is then normal, whatever the recursion: its mean and its variance tell its law, so that the
mean of any function of it is an integral over one normal draw.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from flint import arb
from sympy import Dummy, Expr, Poly, Symbol, factor, together

from ...language.laws import Noise, Normal
from ...language.loops import Loop, Observable, PopulationLoop
from ...language.moments import E, Moment
from .. import structures
from ..arithmetic.means import with_laws
from ..arithmetic.quadrature import evaluate
from ..symbols.averages import law_mean
from .method import Derivation, Method
from .steps import of_mean


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


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    """E of a function of the coordinate, under the law that its derived mean and variance tell."""
    o = only_coordinate(m.variable)
    assert o is not None
    mean, square = learn(E(o)), learn(E(o**2))
    variance = factor(together(square.form - mean.form**2))
    form = law_mean(E(m.variable.xreplace({o: mean.form + Noise("X", Normal(0, variance))})))
    return Derivation.joined(form, mean, square, step=f"{o} is normal: the step is linear in it and in normal noise")


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    """The same as an integral over its law, whose moments are balls."""
    o = only_coordinate(m.variable)
    assert o is not None
    mean = learn(E(o))
    variance = learn(E(o**2)) - mean**2
    place, v = Dummy("m", real=True), Dummy("v", positive=True)
    if variance == 0:
        return evaluate(m.variable.xreplace({o: place}), {place: mean})
    if not variance > 0:
        raise ArithmeticError(f"the variance of {o} is not seen to be positive: {variance}")
    f = m.variable.xreplace({o: place + Noise("X", Normal(0, v))})
    return with_laws(E(f), {place: mean, v: variance})


def skip(m: Moment) -> str | None:
    if (problem := of_mean(m)) is not None:
        return problem
    known = only_coordinate(m.variable) is not None
    return None if known else "it is no function of one normal coordinate, or a polynomial"


METHOD = Method("the law of a normal coordinate", skip, derive, enclose)
