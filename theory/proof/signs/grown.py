"""Powers of what has exponentials in it, (1 - exp(-x))^t: with 1 + y, y > 0, in the place of exp(x)."""

from __future__ import annotations

from sympy import Expr, Pow, exp, log

from ...language.errors import CannotTell
from ..symbols.above_one import above_one
from .sign import Asked, Certificate


def certify(asked: Asked, cert: Certificate) -> bool:
    """As a function of y and of all else that is in it: x itself has to be gone."""
    x = asked.x
    if not asked.is_short or not any(p.base.has(exp) for p in x.atoms(Pow) if p.exp.free_symbols):
        return False
    (form,) = above_one((x,), _sign) or (x,)
    if form == x or form.atoms(log) - x.atoms(log) or not asked.positive(form, cert, asked.strict):
        return False
    return cert.say("exponentials of positive numbers are above 1")


def _sign(x: Expr) -> int:
    if x.is_positive:
        return 1
    if x.is_negative:
        return -1
    raise CannotTell("a sign is not seen")
