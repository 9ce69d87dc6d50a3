"""Events of coordinates that take few values, as means: the indicator of an event is a polynomial in them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import prod

from flint import arb
from sympy import Add, Expr, Mul, S, expand

from ...language.errors import CannotTell
from ...language.loops import Observable
from ...language.moments import E, Moment, Prob
from ...language.order import in_order
from .. import structures
from ..arithmetic.atoms import exactly
from .method import Derivation, Method
from .steps import of_one_loop

MOST_CASES = 64  # joint values


def _mean(m: Moment) -> Expr:
    """E of the indicator."""
    seen = in_order(m.atoms(Observable))
    known = structures.finite(seen[0].loop)
    values = [known[o.name] for o in seen]
    if prod(map(len, values)) > MOST_CASES or not all(v.is_Rational for listed in values for v in listed):
        raise CannotTell(f"more than {MOST_CASES} joint values")
    chosen = []
    for case in product(*values):
        said = exactly(m.variable, dict(zip(seen, case, strict=True)))
        if said not in (S.true, S.false):
            raise CannotTell(f"whether {m.variable} where {seen} are {case}")
        if said == S.true:
            chosen.append(Mul(*(_one_at(o, v, listed) for o, v, listed in zip(seen, case, values, strict=True))))
    return expand(Add(*chosen))


def _one_at(o: Expr, value: Expr, values: tuple[Expr, ...]) -> Expr:
    """1 at one of the values, 0 at all others."""
    return Mul(*((o - v) / (value - v) for v in values if v != value))


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    x = _mean(m)
    if not x.has(Observable):
        return Derivation(x, list(structures.conditions(next(iter(m.atoms(Observable))).loop)))
    found = learn(E(x))
    return Derivation.joined(found.form, found, step=f"{m} is the mean of {x}, which is 1 in the event and else 0")


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    x = _mean(m)
    return learn(E(x)) if x.has(Observable) else arb(int(x))


def skip(m: Moment) -> str | None:
    if not isinstance(m, Prob) or not (seen := m.atoms(Observable)):
        return "it is no probability in a loop"
    if (problem := of_one_loop(m)) is not None:
        return problem
    known = structures.finite(next(iter(seen)).loop)
    return "its coordinates take many values" if any(o.index or o.name not in known for o in seen) else None


METHOD = Method("mean of an indicator", skip, derive, enclose)
