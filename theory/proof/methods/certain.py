"""Moments of what is divided by coordinates that are numbers in every generation, whatever is drawn: the mean of s/n, n a count.

The numbers are put in, by their own forms, and what is left are moments of the others.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb
from sympy import Dummy, Expr, nan, oo, zoo

from ...language.errors import BadInput, CannotTell
from ...language.loops import Observable
from ...language.moments import CentralMoment, Cov, E, Moment
from ...language.order import in_order
from .. import structures, taken
from ..arithmetic.programs import compile_expr
from ..arithmetic.rings import Balls
from ..symbols.linear import expectation
from .method import Derivation


def numbers(m: Moment) -> list[Observable]:
    """The coordinates in a moment that are numbers, where it is no polynomial in one of them."""
    if not isinstance(m, E | CentralMoment | Cov) or m.given is not None or isinstance(m.variable, Observable):
        return []
    sure = [o for o in in_order(m.atoms(Observable)) if not o.index and o.name in structures.certain(o.loop)]
    names = {o: Dummy() for o in sure}
    return sure if any(not x.xreplace(names).is_polynomial(*names.values()) for x in m.variables) else []


def derive(m: Moment, sure: list[Observable], learn: Callable[[Moment], Derivation]) -> Derivation:
    """Its form, where the numbers are other than 0 if they divide."""
    known = {o: learn(E(o)) for o in sure}
    x = _in_means(m, {o: d.form for o, d in known.items()})
    parts = {e: learn(e) for e in in_order(x.atoms(E))}
    told = f"{', '.join(map(str, sure))}: nothing is random there"
    found = Derivation.joined(
        x.xreplace({e: d.form for e, d in parts.items()}), *known.values(), *parts.values(), step=told
    )
    for y, need in (asked for v in m.variables for asked in taken.of_numbers(v, sure)):
        y = y.xreplace({o: d.form for o, d in known.items()})
        (found.nonzero if need == taken.OTHER else found.positive).append(y)
    return found


def enclose(
    m: Moment, sure: list[Observable], learn: Callable[[Moment], Derivation], ball: Callable[[Moment], arb]
) -> arb:
    x = _in_means(m, {o: learn(E(o)).form for o in sure})
    names = {e: Dummy("e") for e in in_order(x.atoms(E))}
    return compile_expr(x.xreplace(names), tuple(names.values()))(Balls, *map(ball, names))


def _in_means(m: Moment, known: dict[Observable, Expr]) -> Expr:
    """A moment in means of what is random, each of a product."""
    variables = [x.xreplace(known) for x in m.variables]
    if any(x.has(zoo, nan, oo, -oo) for x in variables):
        raise CannotTell(f"by the numbers {', '.join(map(str, known.values()))}: {m.variable} may have no value")
    try:
        return m.in_means(expectation, *variables)
    except BadInput as why:
        raise CannotTell(str(why)) from why
