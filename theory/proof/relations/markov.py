"""Limits of probabilities that tend to 0, by Markov's inequality: of what is never negative the mean tends to 0, of anything its
square's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from sympy import Expr, Ge, Gt, S

from ...language.errors import BadInput, CannotTell
from ...language.moments import E, Limit, Prob, outermost
from .. import taken
from ..symbols.averages import Infinite
from .assumptions import Assumptions
from .ends import put


def limit(known: Assumptions, m: Limit, derived: Callable[[Expr], Expr]) -> Expr:
    """The limit of what is made of such probabilities; derived: the forms of means' limits. Raises `CannotTell`."""
    x = known.standard(m.variable)
    inner = outermost(x)
    if not inner or not all(isinstance(p, Prob) and _vanishes(known, p, m, derived) for p in inner):
        raise CannotTell("no probability is seen to vanish by a mean that tends to 0")
    return put(known, x, dict.fromkeys(inner, S.Zero), m.bound)


def _vanishes(known: Assumptions, p: Prob, m: Limit, derived: Callable[[Expr], Expr]) -> bool:
    """Whether the probability that something is above a number, which is above 0 itself, tends to 0."""
    event = p.variable
    if not isinstance(event, Gt | Ge) or event.lts.has(m.bound):
        return False
    x, level = event.gts, event.lts
    if not known.implies(known.charted(level), strict=True):
        return False
    for size in ([x] if taken.is_not_below_0(x) else []) + [x**2]:
        with suppress(CannotTell, BadInput, Infinite):
            if derived(m.func(E(size), *m.args[1:])) == 0:
                return True
    return False
