"""Likelihood loops: their constants, and functions of the parameters after some fits, from certified local maxima."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb
from sympy import Dummy, S

from ...language.errors import CannotTell
from ...language.likelihood import Constant, LikelihoodLoop
from ...language.loops import Observable
from ...language.moments import Moment
from ...language.order import in_order
from ..arithmetic.precision import FIRST, precision
from ..arithmetic.programs import compile_expr
from ..arithmetic.rings import Balls
from ..likelihood import matched
from ..likelihood.constants import constant
from ..likelihood.fits import best, state
from .method import Derivation, Method
from .steps import loop_of, of_mean, times_of


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    """A constant (of a bound all that it leaves open), or a function of the parameters after some fits: nothing is random."""
    if isinstance(m, Constant):
        found = constant(m)
        return found if m.other_end is None or not found.is_finite() else found.union(arb(m.other_end))
    known = {}
    for o in in_order(m.variable.atoms(Observable)):
        if not (o.t.is_Integer and o.t >= 0):
            raise CannotTell(f"generations {times_of(m)} are not numbers, 0 or later")
        known[o] = state(o.loop, int(o.t))[o.loop.state.index(o.name)]
    known.update((c, constant(c)) for c in in_order(m.variable.atoms(Constant)))
    names = {o: Dummy("o", extended_real=True) for o in known}
    return compile_expr(m.variable.xreplace(names), tuple(names.values()))(Balls, *known.values())


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    """The rate by eigenvalues that do not depend on lam, 1 where H = I; parameters that stay at the best fit, from which a loop
    starts."""
    if isinstance(m, Constant):
        if m.name == "largest":
            return Derivation(S.One, steps=[matched.why(m.loop.of_data)])
        if m.name != "rate" or not m.loop.is_plain:
            raise CannotTell(f"{m} is known in balls only")
        k = m.loop.mu_max
        lam = m.loop.lam
        return Derivation(
            lam * k / (1 + lam * k),
            steps=[f"J = lam (H + lam I)^-1 I has the eigenvalues lam k/(1 + lam k), {k} = max k of H^-1 I"],
        )
    loop = loop_of(m)
    if not isinstance(loop, LikelihoodLoop) or not loop.is_plain or loop.start or any(loop.offset):
        raise CannotTell("its fit is a root: no step in symbols")
    with precision(FIRST):
        best(loop.of_data)  # there is one
    known = {o: loop.best[loop.state.index(o.name)] for o in m.variable.atoms(Observable)}
    why = "the best fit stays: the scores of the data and of the model's own points have the mean 0 there, and H + lam I > 0"
    return Derivation(m.variable.xreplace(known), steps=[f"{m}: {why}"])


def skip(m: Moment) -> str | None:
    if isinstance(m, Constant):
        return None
    return of_mean(m) or (None if isinstance(loop_of(m), LikelihoodLoop) else "it is no loop of a log-density")


METHOD = Method("certified local maxima", skip, derive=derive, enclose=enclose)
