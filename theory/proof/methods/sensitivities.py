"""Derivatives of moments in a parameter: of the derived form, where that holds around the value of the parameter.

What has to be positive, or other than 0, for the form to hold, is so for all values nearby if it is so at one.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb
from sympy import Abs, Derivative, KroneckerDelta, Max, Min, Piecewise, Pow, RootSum, Subs, ceiling, floor, log, sign

from ...language.errors import CannotTell
from ...language.moments import Moment, Sensitivity, outermost
from ..arithmetic.programs import to_ball
from .method import Derivation, Derive, Method

# of a sum over roots SymPy leaves out that the roots move
KINKED = (Abs, Derivative, KroneckerDelta, Max, Min, Moment, Piecewise, RootSum, Subs, ceiling, floor, sign)


def derive(m: Sensitivity, learn: Callable[[Moment], Derivation]) -> Derivation:
    parts = {inner: learn(inner) for inner in outermost(m.variable)}
    form = m.variable.xreplace({inner: d.form for inner, d in parts.items()})
    if any(x.has(m.bound) for x in form.atoms(*KINKED)) or form.is_infinite:
        raise CannotTell(f"whether {m.variable} has a derivative in {m.bound}")
    slope = form.diff(m.bound)
    if slope.has(Derivative, Subs):
        raise CannotTell(f"no derivative in closed form of {form}")
    # a power is differentiated where its base is not 0: p**t has no slope t*p**(t - 1) at 0 for t = 0
    bases = [x.base for x in form.atoms(Pow) if not (x.exp.is_Integer and x.exp > 0)]
    bases += [x.args[0] for x in form.atoms(log)]
    whole = Derivation.joined(slope, *parts.values(), step=f"{m}: the derived form differentiated in {m.bound}")
    at = {m.bound: m.at}
    return Derivation(
        slope.xreplace(at),
        [c.xreplace(at) for c in whole.positive],
        [c.xreplace(at) for c in (*whole.nonzero, *(x for x in bases if x.has(m.bound)))],
        whole.steps,
    )


def method(moment: Derive) -> Method:
    """The method, which derives moments that it encloses the derivatives of."""
    return Method(
        "derivative of the derived form",
        lambda m: None if isinstance(m, Sensitivity) else "it is no derivative",
        derive,
        lambda m, learn: _enclose(m, moment),
    )


def _enclose(m: Sensitivity, moment: Derive) -> arb:
    d = derive(m, moment)
    if not all(to_ball(c) > 0 for c in d.positive) or any(to_ball(c).contains(0) for c in d.nonzero):
        raise CannotTell(f"{m} is not derived around {m.bound} = {m.at}")
    return to_ball(d.form)
