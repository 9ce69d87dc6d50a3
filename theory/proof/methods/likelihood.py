"""Likelihood loops: their constants, and functions of the parameters after some fits, from certified local maxima."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb
from sympy import Dummy

from ...language.errors import CannotTell
from ...language.likelihood import Constant, LikelihoodLoop
from ...language.loops import Observable
from ...language.moments import Moment
from ...language.order import in_order
from ..arithmetic.rings import Balls, compile_expr
from ..likelihood.constants import constant
from ..likelihood.fits import state
from .method import Method
from .steps import loop_of, of_mean, times_of


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    """A constant, or a function of the parameters after some generations: nothing is random."""
    if isinstance(m, Constant):
        return constant(m)
    known = {}
    for o in in_order(m.variable.atoms(Observable)):
        if not (o.t.is_Integer and o.t >= 0):
            raise CannotTell(f"generations {times_of(m)} are not numbers, 0 or later")
        known[o] = state(o.loop, int(o.t))[o.loop.state.index(o.name)]
    known.update((c, constant(c)) for c in in_order(m.variable.atoms(Constant)))
    names = {o: Dummy("o", extended_real=True) for o in known}
    return compile_expr(m.variable.xreplace(names), tuple(names.values()))(Balls, *known.values())


def skip(m: Moment) -> str | None:
    if isinstance(m, Constant):
        return None
    return of_mean(m) or (None if isinstance(loop_of(m), LikelihoodLoop) else "it is no loop of a log-density")


METHOD = Method("certified local maxima", skip, enclose=enclose)
