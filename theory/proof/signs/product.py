"""A product, factor by factor."""

from __future__ import annotations

from sympy import Mul

from ..symbols import rational
from .sign import Asked, Certificate


def certify(asked: Asked, cert: Certificate) -> bool:
    """Every factor has a sign, or is a square, and an even number of them is negative."""
    x, held = asked.x, asked.held
    if held is not None and not isinstance(x, Mul):
        if len(held.numerator) > rational.MOST_TERMS:
            return False
        x = held.factored()
    factors = Mul.make_args(x)
    if len([f for f in factors if not f.is_number]) < 2 and not (x.is_Pow and x.exp.is_Integer):
        return False
    own, sign = Certificate(), 1
    for f in factors:
        base, e = f.as_base_exp()
        base, odd = (base, int(e) % 2) if e.is_Integer else (f, 1)
        if not (odd or e.is_negative or asked.strict) and base.is_extended_real:
            continue  # a square
        must = asked.strict or e.is_negative  # a denominator must not vanish
        if asked.positive(base, own, must):
            continue
        if not asked.positive(-base, own, must):
            return False
        sign *= -1 if odd else 1
    if sign < 0:
        return False
    cert.said += own.said
    return True
