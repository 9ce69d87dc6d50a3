"""What is deployed: the coordinates of the state that a model tells, and those that are hidden."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Dummy, Expr, S, expand, sympify

from ...language.errors import CannotTell
from ...language.functions import linear
from ...language.laws import (
    Beta,
    Cauchy,
    ChiSquare,
    Exponential,
    Finite,
    Gamma,
    Geometric,
    Laplace,
    Logistic,
    Noise,
    Normal,
    StudentT,
    Uniform,
)
from ...language.laws.law import Law
from ...language.loops import CLOCK, Coordinate, Loop, Observable
from ...language.randomness import is_deterministic
from ..symbols.averages import Infinite, average
from ..symbols.normal_forms import expand_over
from .symmetry import ANY, DRAW


@lru_cache(maxsize=2048)
def model_coordinates(loop: Loop) -> frozenset[str]:
    """The coordinates of the state that the model tells, a law being known by its parameters, or by mean and variance.

    Raises `CannotTell` where nobody says what the model of several coordinates is.
    """
    names = set(loop.state)
    found, said = set(), False
    try:
        law = loop.law_at(ANY)
        found |= {o.name for x in _parameters(law) if (o := _invertible(x)) is not None}
        said = True
    except NotImplementedError:
        pass
    try:
        found |= _from_draws(loop)
        said = True
    except (CannotTell, Infinite):
        pass
    if said:
        return frozenset(found & names)
    if len(names) == 1:
        return frozenset(names)
    raise CannotTell(
        f"{type(loop).__name__} has {len(names)} coordinates, and no `emit` or `law_at` that says which of them the model is: "
        "write given=loop.state(t) for all of them"
    )


def _parameters(law) -> list[Expr]:
    """The parameters of a law that the law tells; of a mixture, a truncated law or a binomial that may be 0 it may not."""
    if not isinstance(law, TELLING):
        return []
    return [p for x in law.args for p in (x if hasattr(x, "__iter__") else [x]) if isinstance(p, Expr)]


TELLING = (Normal, Laplace, Logistic, Cauchy, StudentT, Uniform, Exponential, Gamma, Beta, ChiSquare, Geometric, Finite)


def _from_draws(loop: Loop) -> set[str]:
    """Coordinates told by mean and variance of a fresh draw."""
    first, square = (of_draws(loop, power) for power in (1, 2))
    return {str(c) for y in (first, expand(square - first**2)) if (c := _invertible(y)) is not None}


def of_draws(loop: Loop, power: int) -> Expr:
    """The mean of a power of a fresh draw, in the state."""
    return _moment(sympify(loop.emit(loop.symbols(), DRAW)) ** power)


def of_law(law: Law, power: int) -> Expr:
    """The mean of a power of a draw from a law."""
    return _moment(Noise("drawn", law) ** power)


def _moment(x: Expr) -> Expr:
    noises = x.atoms(Noise)
    mean, conditions = average(expand_over(x, *noises), noises)
    if conditions:
        raise CannotTell("the mean of a fresh draw is not known to exist")
    return mean


def _invertible(x: Expr) -> Any:
    """The one coordinate (or observable) that x is an invertible function of, as far as its form shows."""
    found = x.atoms(Observable) or x.atoms(Coordinate)
    if len(found) != 1:
        return None
    (o,) = found
    if x == o:
        return o
    if x.xreplace({o: S.One}).has(CLOCK):
        return None
    factor, rest = x.as_independent(o, as_Add=False)
    base, e = rest.as_base_exp()
    if base == o and e.is_nonzero and factor.is_nonzero and (o.is_positive or e.is_odd):
        return o
    place = Dummy(real=True)
    found = linear(x.xreplace({o: place}), place)
    return o if found is not None and found[0].is_nonzero else None


def hidden(form: Expr, loop: Loop, t: Expr) -> str | None:
    """Which hidden coordinate a form in the state at t depends on; None if the model tells all of it."""
    names = sorted({o.name for o in form.atoms(Observable) if o.loop == loop and o.t == t} & set(loop.state))
    if not names or is_deterministic(loop):
        return None
    known = model_coordinates(loop)
    return next((name for name in names if name not in known), None)
