"""Moments that a step does not tell, where its class says so, are not proved of it."""

from __future__ import annotations

from sympy import Dummy, Expr, Poly, PolynomialError, oo

from ..language.errors import CannotTell
from ..language.left_open import told_by
from ..language.loops import Loop, Observable


def tells_all(loop: Loop) -> bool:
    """Whether a step says the whole law of a path."""
    return not told_by(loop)


def refuse_untold(loop: Loop, x: Expr, given: bool = False) -> None:
    """Raise `CannotTell` where a step does not tell the mean of a function of the state.

    given: whether it is the mean for a known model, not on average.
    """
    seen = {o: Dummy("x") for o in x.atoms(Observable) if o.loop == loop}
    for said in told_by(loop):
        try:
            degree = Poly(x.xreplace(seen), *seen.values()).total_degree() if seen else 0
        except PolynomialError:
            degree = oo
        if degree > (said.given if given else said.degree) or len({o.t for o in seen}) > said.generations:
            raise CannotTell(said.why)
